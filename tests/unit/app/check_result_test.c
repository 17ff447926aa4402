/* check_result_test.c - what was told is kept, counted once, and given back;
 * what was not told is not there. */
#include "tests/unit/app/check_help.h"

static void
kept_and_counted(void **state)
{
	struct scene s;
	struct list_answer a;

	(void)state;
	scene_init(&s);
	say_pair(&s, 0, 0, VERDICT_LISTED, 0x7f000002, "why");
	say_pair(&s, 1, 0, VERDICT_CLEAN, 0, "");
	say_pair(&s, 0, 1, VERDICT_UNREACHABLE, 0, "lost");
	/* told twice: the first word counts */
	say_pair(&s, 1, 0, VERDICT_LISTED, 0x7f000002, "late");
	assert_int_equal(s.r.told, 3);
	assert_int_equal(s.r.listed, 1);
	assert_int_equal(s.r.believed, 2);
	assert_int_equal(s.r.lists[0].listed, 1);
	assert_int_equal(s.r.lists[0].clean, 1);
	assert_int_equal(s.r.lists[1].unknown, 1);
	assert_int_equal(check_results_subjects_listed(&s.r), 1);

	assert_true(check_results_get(&s.r, 0, 0, &a));
	assert_int_equal(a.verdict, VERDICT_LISTED);
	assert_int_equal(a.n_codes, 1);
	assert_int_equal(a.codes[0], 0x7f000002);
	assert_true(str_eq(a.reason, STR_LIT("why")));
	assert_true(str_eq(a.subject, STR_LIT("192.0.2.1")));
	assert_int_equal(a.ttl_s, 300);
	assert_true(check_results_get(&s.r, 1, 0, &a));
	assert_int_equal(a.verdict, VERDICT_CLEAN);
	assert_int_equal(a.reason.n, 0);
	assert_true(check_results_get(&s.r, 0, 1, &a));
	assert_true(str_eq(a.reason, STR_LIT("lost")));
	assert_false(check_results_get(&s.r, 2, 0, &a));
	scene_done(&s);
}

static void
strangers_are_ignored(void **state)
{
	struct scene s;
	struct list_answer a = {
	    .subject = STR_LIT("198.51.100.1"), .verdict = VERDICT_LISTED};
	struct list_health h = {.list = 99, .verdict = VERDICT_DEAD};

	(void)state;
	scene_init(&s);
	check_results_answer(&s.r, &a);
	a.subject = s.subjects[0];
	a.list = 99;
	check_results_answer(&s.r, &a);
	check_results_health(&s.r, &h);
	assert_int_equal(s.r.told, 0);
	scene_done(&s);
}

/* What a list as a whole says is kept once and is each subject's reason. */
static void
a_bad_list_speaks_for_its_pairs(void **state)
{
	struct scene s;
	struct list_answer a;

	(void)state;
	scene_init(&s);
	say_list(&s, 1, VERDICT_REFUSED, "Get a key.");
	say_pair(&s, 0, 1, VERDICT_REFUSED, 0, "Get a key.");
	say_pair(&s, 1, 1, VERDICT_REFUSED, 0, "Get a key.");
	assert_int_equal(s.r.n_rows, 0);
	assert_true(check_list_bad(&s.r.lists[1]));
	assert_false(check_list_bad(&s.r.lists[0]));
	assert_true(check_results_get(&s.r, 1, 1, &a));
	assert_true(str_eq(a.reason, STR_LIT("Get a key.")));
	say_list(&s, 1, VERDICT_CLEAN, "");
	assert_false(check_list_bad(&s.r.lists[1]));
	scene_done(&s);
}

static void
many(void **state)
{
	enum { N = 3000 };
	struct str *names = calloc(N, sizeof *names);
	char *texts = calloc(N, 16);
	struct scene s;
	struct check_results r;
	struct list_answer a = {.verdict = VERDICT_LISTED,
	    .codes = {0x7f000002},
	    .n_codes = 1,
	    .ttl_s = 7};
	const uint16_t use[] = {0};

	(void)state;
	scene_init(&s);
	for (size_t i = 0; i < N; i++) {
		char *at = texts + 16 * i;

		(void)snprintf(at, 16, "10.0.%zu.%zu", i / 250, i % 250);
		names[i] = str_of(at);
	}
	assert_int_equal(
	    check_results_init(&r, s.lists, names, N, use, 1, false), ERR_OK);
	for (size_t i = 0; i < N; i++) {
		a.subject = a.reason = names[N - 1 - i];
		check_results_answer(&r, &a);
	}
	for (size_t i = 0; i < N; i++) {
		assert_true(check_results_get(&r, i, 0, &a));
		assert_true(str_eq(a.reason, names[i]));
		assert_int_equal(a.ttl_s, 0);
	}
	assert_int_equal(check_results_subjects_listed(&r), N);
	check_results_done(&r);
	scene_done(&s);
	free(names);
	free(texts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kept_and_counted),
	    cmocka_unit_test(strangers_are_ignored),
	    cmocka_unit_test(a_bad_list_speaks_for_its_pairs),
	    cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
