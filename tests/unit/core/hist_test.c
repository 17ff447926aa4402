/* hist_test.c - buckets, quantiles and windows. */
#include "core/hist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { W = HIST_WINDOW_MS };

static int64_t
edge_of(uint32_t ms)
{
	struct hist h = {0};

	hist_add(&h, 1, ms);
	return hist_quantile(&h, 1, 0.5);
}

static void
a_duration_lies_in_its_bucket(void **state)
{
	int64_t last = 0;

	(void)state;
	assert_int_equal(edge_of(0), 10);
	assert_int_equal(edge_of(10), 10);
	assert_int_equal(edge_of(11), 14);
	assert_int_equal(edge_of(14), 14);
	assert_int_equal(edge_of(15), 20);
	assert_int_equal(edge_of(20), 20);
	assert_int_equal(edge_of(21), 28);
	for (uint32_t ms = 1; ms < 29000000; ms += ms / 7 + 1) {
		int64_t e = edge_of(ms);

		assert_true(e >= ms && e >= last);
		assert_true(ms <= 10 || e < (int64_t)ms * 3 / 2);
		last = e;
	}
	/* Longer than 8 h: the last bucket. */
	assert_int_equal(edge_of(UINT32_MAX), edge_of(29000000));
}

static void
quantiles(void **state)
{
	struct hist h = {0};

	(void)state;
	assert_int_equal(hist_quantile(&h, 5, 0.5), -1);
	for (int i = 0; i < 90; i++)
		hist_add(&h, 5, 10);
	for (int i = 0; i < 10; i++)
		hist_add(&h, 5, 640);
	assert_int_equal(hist_quantile(&h, 5, 0), 10);
	assert_int_equal(hist_quantile(&h, 5, 0.9), 10);
	assert_int_equal(hist_quantile(&h, 5, 0.91), 640);
	assert_int_equal(hist_quantile(&h, 5, 1), 640);
	assert_int_equal(hist_count(&h, 5), 100);
}

static void
windows_go_by(void **state)
{
	struct hist h = {0};
	int64_t t = (int64_t)W * 1000;

	(void)state;
	hist_add(&h, t, 10);
	assert_int_equal(hist_count(&h, t + W - 1), 1);
	assert_int_equal(hist_count(&h, t + W), 1);
	assert_int_equal(hist_count(&h, t + 2 * W), 0);
	assert_int_equal(hist_quantile(&h, t + 2 * W, 0.5), -1);
	hist_add(&h, t + W, 20);
	hist_add(&h, t + W - 1, 20); /* late, still kept */
	assert_int_equal(hist_count(&h, t + W), 3);
	assert_int_equal(hist_count(&h, t + 2 * W), 1);
	hist_add(&h, t - W, 20); /* too late */
	assert_int_equal(hist_count(&h, t + W), 3);
	hist_add(&h, t + 5 * W, 20);
	assert_int_equal(hist_count(&h, t + 5 * W), 1);
	/* Asked about an earlier time, what came later is not told. */
	assert_int_equal(hist_count(&h, t), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_duration_lies_in_its_bucket),
	    cmocka_unit_test(quantiles),
	    cmocka_unit_test(windows_go_by),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
