/* What hosts of one loop share: here, how much one turn of it may read. */
#include "remote/link_share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
on_timer(uv_timer_t *t)
{
	uv_close((uv_handle_t *)t, NULL);
}

static void
each_turn_may_read_anew(void **state)
{
	struct link_share *h;
	uv_timer_t something;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	h = link_share_new(&loop);
	assert_non_null(h);
	assert_int_equal(h->turn_bytes, LINK_TURN_BYTES);
	h->turn_bytes = 0;
	(void)uv_timer_init(&loop, &something);
	(void)uv_timer_start(&something, on_timer, 0, 0);
	(void)uv_run(&loop, UV_RUN_NOWAIT);
	assert_int_equal(h->turn_bytes, LINK_TURN_BYTES);
	link_share_free(h);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

/* A program with nothing else to wait for ends. */
static void
it_keeps_no_loop_alive(void **state)
{
	struct link_share *h;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	h = link_share_new(&loop);
	assert_non_null(h);
	assert_false(uv_loop_alive(&loop));
	link_share_free(h);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_turn_may_read_anew),
	    cmocka_unit_test(it_keeps_no_loop_alive),
	};

	return cmocka_run_group_tests_name("link_share", tests, NULL, NULL);
}
