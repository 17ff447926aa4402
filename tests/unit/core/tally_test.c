/* tally_test.c - totals, windows, shares, and the memory of windows. */
#include "core/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define T0 ((int64_t)1700000000000)

static void
windows_end_now(void **state)
{
	struct tally t = {0};

	(void)state;
	tally_add(&t, STAT_SENT, T0, 1);
	tally_add(&t, STAT_SENT, T0 - 54000, 2);
	tally_add(&t, STAT_SENT, T0 - 65000, 4);
	tally_add(&t, STAT_SENT, T0 - 595000, 8);
	tally_add(&t, STAT_SENT, T0 - 605000, 16);
	tally_add(&t, STAT_SENT, T0 - 3595000, 32);
	tally_add(&t, STAT_SENT, T0 - 3605000, 64);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 3);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_10M, T0), 15);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1H, T0), 63);
	assert_int_equal(tally_window(&t, STAT_DEFERRED, WIN_1H, T0), 0);
	assert_int_equal(t.total[STAT_SENT], 127);
	assert_int_equal(t.first_ms, T0 - 3605000);
	assert_int_equal(t.last_ms, T0);
	assert_int_equal(tally_since(&t, STAT_SENT, T0 - 600000, T0), 15);
	tally_done(&t);
	assert_int_equal(t.total[STAT_SENT], 0);
}

static void
the_memo_is_never_old(void **state)
{
	struct tally t = {0};

	(void)state;
	tally_add(&t, STAT_SENT, T0, 1);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 1);
	tally_add(&t, STAT_SENT, T0, 1);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 2);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0 + 55000), 2);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0 + 60000), 0);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 2);
	tally_done(&t);
}

static void
shares(void **state)
{
	struct tally t = {0};

	(void)state;
	assert_int_equal(tally_share_milli(&t, STAT_DEFERRED, WIN_1M, T0), -1);
	tally_add(&t, STAT_LOCAL, T0, 10);
	tally_add(&t, STAT_REJECTED, T0, 10);
	/* Local repeats and refused clients are no attempts. */
	assert_int_equal(tally_share_milli(&t, STAT_DEFERRED, WIN_1M, T0), -1);
	tally_add(&t, STAT_SENT, T0, 5);
	tally_add(&t, STAT_DEFERRED, T0, 2);
	tally_add(&t, STAT_BOUNCED, T0, 1);
	assert_int_equal(tally_share_milli(&t, STAT_DEFERRED, WIN_1M, T0), 250);
	assert_int_equal(tally_share_milli(&t, STAT_BOUNCED, WIN_1H, T0), 125);
	tally_done(&t);
}

static void
the_slowest_stage(void **state)
{
	static struct delays d;
	int64_t ms = 77;

	(void)state;
	assert_int_equal(delays_slowest(&d, T0, &ms), -1);
	assert_int_equal(ms, 77);
	hist_add(&d.stage[STAGE_BEFORE], T0, 40);
	hist_add(&d.stage[STAGE_CONNECT], T0, 5120);
	hist_add(&d.stage[STAGE_SEND], T0, 640);
	assert_int_equal(delays_slowest(&d, T0, &ms), STAGE_CONNECT);
	assert_int_equal(ms, 5120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(windows_end_now),
	    cmocka_unit_test(the_memo_is_never_old),
	    cmocka_unit_test(shares),
	    cmocka_unit_test(the_slowest_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
