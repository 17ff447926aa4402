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
	assert_int_equal(tally_total(&t, STAT_SENT), 127);
	assert_int_equal(t.first_ms, T0 - 3605000);
	assert_int_equal(t.last_ms, T0);
	assert_int_equal(tally_since(&t, STAT_SENT, T0 - 600000, T0), 15);
	tally_done(&t);
	assert_int_equal(tally_total(&t, STAT_SENT), 0);
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

/* What waits to be taken to the series is in every figure at once. */
static void
what_waits_is_counted(void **state)
{
	struct tally t = {0}, now = {0};
	uint64_t x = 99;
	int64_t at = T0;

	(void)state;
	for (int i = 0; i < 30000; i++) {
		enum figure f = (enum figure)((x >> 40) % STAT_N);
		int64_t late = (x >> 20) % 8 == 0 ? (int64_t)(x % 600000) : 0;

		at += (x >> 30) % 50 == 0 ? (int64_t)(x % 2000000) : 900;
		tally_add(&t, f, at - late, 1);
		tally_add(&now, f, at - late, 1);
		x = x * 6364136223846793005U + 1442695040888963407U;
		/* one is asked all the time, the other seldom */
		(void)tally_window(&now, STAT_SENT, WIN_1M, at);
		if (i % 1000 != 0)
			continue;
		for (f = 0; f < STAT_N; f++) {
			assert_int_equal(
			    tally_total(&t, f), tally_total(&now, f));
			for (enum window w = WIN_1M; w <= WIN_1H; w++)
				assert_int_equal(tally_window(&t, f, w, at),
				    tally_window(&now, f, w, at));
			assert_int_equal(tally_since(&t, f, at - 80000000, at),
			    tally_since(&now, f, at - 80000000, at));
		}
	}
	assert_int_equal(t.first_ms, now.first_ms);
	assert_int_equal(t.last_ms, now.last_ms);
	tally_done(&t);
	tally_done(&now);
}

/* What the error transport repeats and what we refused are no attempts. */
static void
attempts(void **state)
{
	struct tally t = {0};
	uint32_t steps[2] = {0, 0};

	(void)state;
	for (enum figure f = 0; f < STAT_N; f++) {
		tally_add(&t, f, T0, 1U + f);
		tally_add(&t, f, T0 + 5000, 10U + f);
	}
	assert_int_equal(tally_attempts_since(&t, T0, T0 + 4999), 1 + 2 + 3);
	assert_int_equal(
	    tally_attempts_since(&t, T0 + 1, T0 + 5000), 10 + 11 + 12);
	assert_true(tally_add_attempts(&t, T0, steps, 2));
	assert_int_equal(steps[0], 1 + 2 + 3);
	assert_int_equal(steps[1], 10 + 11 + 12);
	tally_done(&t);
}

/* Reading a graph between two looks at a window must not age its memo. */
static void
a_read_between_keeps_the_window_true(void **state)
{
	struct tally t = {0};
	uint32_t out[2];

	(void)state;
	tally_add(&t, STAT_SENT, T0, 1);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 1);
	tally_add(&t, STAT_SENT, T0, 1);
	tally_read(&t, STAT_SENT, T0, 5000, out, 2);
	assert_int_equal(out[1], 2);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 2);
	tally_add(&t, STAT_SENT, T0 - 50000, 1);
	assert_int_equal(tally_since(&t, STAT_SENT, T0 - 55000, T0), 3);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 3);
	tally_add(&t, STAT_SENT, T0, 40);
	assert_int_equal(tally_total(&t, STAT_SENT), 43);
	assert_int_equal(tally_window(&t, STAT_SENT, WIN_1M, T0), 43);
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
	    cmocka_unit_test(what_waits_is_counted),
	    cmocka_unit_test(attempts),
	    cmocka_unit_test(a_read_between_keeps_the_window_true),
	    cmocka_unit_test(shares),
	    cmocka_unit_test(the_slowest_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
