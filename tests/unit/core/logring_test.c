/* logring_test.c - the last lines, numbered, in bounded bytes. */
#include "core/logring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

static void
lines_come_back(void **state)
{
	struct logring *r = logring_new(0);
	struct logring_line l;

	(void)state;
	assert_non_null(r);
	assert_false(logring_get(r, 0, &l));
	logring_add(r, 3, 42, STR_LIT("one"));
	logring_add(r, 4, 43, STR_LIT(""));
	assert_int_equal(logring_first(r), 0);
	assert_int_equal(logring_end(r), 2);
	assert_true(logring_get(r, 0, &l));
	assert_int_equal(l.host, 3);
	assert_int_equal(l.at_ms, 42);
	assert_true(str_eq(l.text, STR_LIT("one")));
	assert_true(logring_get(r, 1, &l));
	assert_int_equal(l.text.n, 0);
	assert_false(logring_get(r, 2, &l));
	logring_free(r);
}

/* Every line held is what was added, whatever the lengths. */
static void
the_last_lines_stay_whole(void **state)
{
	static char text[5000];
	struct logring *r = logring_new(20000);
	uint64_t x = 7;

	(void)state;
	assert_non_null(r);
	for (uint64_t seq = 0; seq < 20000; seq++) {
		struct logring_line l;
		size_t n;

		x = x * 6364136223846793005U + 1442695040888963407U;
		n = (size_t)(x >> 33) % (seq % 100 == 0	 ? 5000
					    : seq < 9000 ? 60
							 : 700);
		memset(text, (int)(seq % 251), n);
		logring_add(r, 0, (int64_t)n, (struct str){text, n});
		assert_int_equal(logring_end(r), seq + 1);
		for (uint64_t k = logring_first(r); k <= seq; k++) {
			size_t want;

			assert_true(logring_get(r, k, &l));
			want = (size_t)(l.at_ms > 4096 ? 4096 : l.at_ms);
			assert_int_equal(l.text.n, want);
			if (want > 0) {
				assert_int_equal(
				    (unsigned char)l.text.p[0], k % 251);
				assert_int_equal(
				    (unsigned char)l.text.p[want - 1], k % 251);
			}
		}
	}
	/* Short lines fill the slots, long ones the bytes: some must be left
	 * and the first must have gone. */
	assert_true(logring_first(r) > 19000);
	assert_true(logring_end(r) - logring_first(r) > 10);
	logring_free(r);
}

/* Lap after lap at the same places, empty lines in between. */
static void
empty_lines_hide_nothing(void **state)
{
	struct logring *r = logring_new(20000);
	char text[300];

	(void)state;
	assert_non_null(r);
	for (uint64_t seq = 0; seq < 2000; seq++) {
		struct logring_line l;

		memset(text, (int)(seq % 251), sizeof text);
		logring_add(r, 0, 0,
		    (struct str){text, seq % 2 == 0 ? sizeof text : 0});
		for (uint64_t k = logring_first(r); k <= seq; k++) {
			assert_true(logring_get(r, k, &l));
			assert_int_equal(
			    l.text.n, k % 2 == 0 ? sizeof text : 0);
			if (k % 2 == 0)
				assert_int_equal(
				    (unsigned char)l.text.p[299], k % 251);
		}
	}
	logring_free(r);
}

static void
null_keeps_nothing(void **state)
{
	struct logring_line l;

	(void)state;
	logring_add(NULL, 0, 1, STR_LIT("x"));
	assert_int_equal(logring_first(NULL), 0);
	assert_int_equal(logring_end(NULL), 0);
	assert_false(logring_get(NULL, 0, &l));
	logring_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_come_back),
	    cmocka_unit_test(the_last_lines_stay_whole),
	    cmocka_unit_test(empty_lines_hide_nothing),
	    cmocka_unit_test(null_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
