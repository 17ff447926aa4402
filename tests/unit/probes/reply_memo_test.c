/* reply_memo_test.c - what was put is found by its whole key, the oldest of a
 * set gives way, long keys are not kept. */
#include "probes/reply_memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
whole_keys(void **state)
{
	struct reply_memo *m = reply_memo_new();
	struct meaning v = {.cls = CLASS_AUTH};

	(void)state;
	assert_non_null(m);
	assert_null(reply_memo_get(m, STR_LIT("a"), 5));
	reply_memo_put(m, STR_LIT("a"), 5, &v);
	assert_int_equal(reply_memo_get(m, STR_LIT("a"), 5)->cls, CLASS_AUTH);
	/* the same hash is not the same key */
	assert_null(reply_memo_get(m, STR_LIT("b"), 5));
	assert_null(reply_memo_get(m, STR_LIT("a"), 6));
	assert_null(reply_memo_get(m, STR_LIT(""), 0));
	reply_memo_put(m, STR_LIT(""), 0, &v);
	assert_non_null(reply_memo_get(m, STR_LIT(""), 0));
	reply_memo_free(m);
}

static void
oldest_gives_way(void **state)
{
	struct reply_memo *m = reply_memo_new();
	struct meaning v = {0};
	char key = 'a';

	(void)state;
	assert_non_null(m);
	for (; key < 'f'; key++)
		reply_memo_put(m, (struct str){&key, 1}, 1024, &v);
	assert_null(reply_memo_get(m, STR_LIT("a"), 1024));
	assert_non_null(reply_memo_get(m, STR_LIT("b"), 1024));
	assert_non_null(reply_memo_get(m, STR_LIT("e"), 1024));
	reply_memo_free(m);
}

static void
long_keys_are_not_kept(void **state)
{
	static char key[2000];
	struct reply_memo *m = reply_memo_new();
	struct meaning v = {0};

	(void)state;
	assert_non_null(m);
	reply_memo_put(m, (struct str){key, 1025}, 1, &v);
	assert_null(reply_memo_get(m, (struct str){key, 1025}, 1));
	reply_memo_put(m, (struct str){key, 1024}, 1, &v);
	assert_non_null(reply_memo_get(m, (struct str){key, 1024}, 1));
	reply_memo_free(m);
	reply_memo_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_keys),
	    cmocka_unit_test(oldest_gives_way),
	    cmocka_unit_test(long_keys_are_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
