/* What hosts of one loop share: here, how much one turn of it may read. */
#include "remote/link_share.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
on_timer(uv_timer_t *t)
{
	uv_close((uv_handle_t *)t, NULL);
}

/* By how many read in the turn before; never nothing. */
static void
readers_share_a_turn(void **state)
{
	static const struct {
		unsigned readers;
		size_t each;
	} rows[] = {{0, LINK_STEP_MAX_BYTES}, {1, LINK_STEP_MAX_BYTES},
	    {LINK_TURN_BYTES / LINK_STEP_MAX_BYTES, LINK_STEP_MAX_BYTES},
	    {32, LINK_TURN_BYTES / 32}, {100, LINK_STEP_MIN_BYTES},
	    {UINT_MAX, LINK_STEP_MIN_BYTES}};
	struct link_share *h;
	uv_timer_t something;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	h = link_share_new(&loop);
	assert_non_null(h);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		h->readers = rows[i].readers;
		(void)uv_timer_init(&loop, &something);
		(void)uv_timer_start(&something, on_timer, 0, 0);
		(void)uv_run(&loop, UV_RUN_NOWAIT);
		assert_int_equal(h->readers, 0);
		assert_int_equal(link_share_step_bytes(h), rows[i].each);
	}
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
	    cmocka_unit_test(readers_share_a_turn),
	    cmocka_unit_test(it_keeps_no_loop_alive),
	};

	return cmocka_run_group_tests_name("link_share", tests, NULL, NULL);
}
