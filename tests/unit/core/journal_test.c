/* journal_test.c - the canonical form: what the chain is computed over. */
#include "core/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
the_form_is_one_line_in_one_order(void **state)
{
	struct journal_rec r = {.seq = 7,
	    .at_ms = 1600000000123,
	    .kind = JOURNAL_INTENT,
	    .who = STR_LIT("op"),
	    .host = STR_LIT("mta1"),
	    .subject = STR_LIT("p1"),
	    .text = STR_LIT("say \"x\""),
	    .detail = STR_LIT("{\"a\":1}")};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_int_equal(journal_canonical(&b, &r), ERR_OK);
	/* what breaks this breaks every journal that is kept */
	assert_string_equal(buf_cstr(&b),
	    "{\"seq\":7,\"at_ms\":1600000000123,\"kind\":\"intent\","
	    "\"who\":\"op\",\"host\":\"mta1\",\"subject\":\"p1\","
	    "\"text\":\"say \\\"x\\\"\",\"detail\":\"{\\\"a\\\":1}\"}\n");
	buf_done(&b);
}

static void
every_member_is_in_it(void **state)
{
	struct journal_rec base = {.seq = 1, .at_ms = 1, .who = STR_LIT("a")};
	struct str *texts[] = {&base.who, &base.from, &base.host, &base.subject,
	    &base.text, &base.detail, &base.incident};
	struct buf before, after;

	(void)state;
	buf_init(&before, 4096);
	assert_int_equal(journal_canonical(&before, &base), ERR_OK);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str was = *texts[i];

		*texts[i] = STR_LIT("other");
		buf_init(&after, 4096);
		assert_int_equal(journal_canonical(&after, &base), ERR_OK);
		if (str_eq(buf_view(&before), buf_view(&after)))
			fail_msg("text %zu is not in the form", i);
		buf_done(&after);
		*texts[i] = was;
	}
	buf_done(&before);
}

static void
kinds_have_stable_words(void **state)
{
	(void)state;
	assert_string_equal(journal_kind_name(JOURNAL_START), "start");
	assert_string_equal(journal_kind_name(JOURNAL_RESULT), "result");
	for (int k = 0; k < JOURNAL_N; k++) {
		assert_non_null(journal_kind_name((enum journal_kind)k));
		assert_non_null(journal_kind_label((enum journal_kind)k));
	}
}

static void
what_is_looked_for(void **state)
{
	struct journal_rec r = {.host = STR_LIT("mta1.example"),
	    .who = STR_LIT("Ann"),
	    .incident = STR_LIT("2026-11 google")};
	const struct journal_rec plan = {.subject = STR_LIT("6b0268c0-1"),
	    .detail = STR_LIT("{\"steps\":[{\"host\":\"mta1\"},"
			      "{\"host\":\"mta2\"}]}")};
	struct journal_filter f;
	char why[256] = "";

	(void)state;
	assert_int_equal(
	    journal_filter_of(&f,
		STR_LIT("pause kind=intent,Result  host=MTA1 who=ann 192.0"),
		why, sizeof why),
	    ERR_OK);
	assert_string_equal(f.text, "pause 192.0");
	assert_int_equal(f.kinds, 1U << JOURNAL_INTENT | 1U << JOURNAL_RESULT);
	assert_true(journal_filter_fits(&f, &r));
	str_copy(f.host, sizeof f.host, STR_LIT("mta1.example.com"));
	assert_false(journal_filter_fits(&f, &r));
	assert_int_equal(
	    journal_filter_of(&f, STR_LIT("incident=2026-12"), why, sizeof why),
	    ERR_OK);
	assert_false(journal_filter_fits(&f, &r));
	assert_int_equal(f.kinds, 0);
	/* A plan's hosts are those of its steps; it is found by its id. */
	assert_int_equal(journal_filter_of(&f, STR_LIT("host=mta2 plan=6b02"),
			     why, sizeof why),
	    ERR_OK);
	assert_true(journal_filter_fits(&f, &plan));
	str_copy(f.host, sizeof f.host, STR_LIT("mta3"));
	assert_false(journal_filter_fits(&f, &plan));
	f.host[0] = '\0';
	str_copy(f.plan, sizeof f.plan, STR_LIT("6b03"));
	assert_false(journal_filter_fits(&f, &plan));
	assert_int_equal(
	    journal_filter_of(&f, STR_LIT("kind=intents"), why, sizeof why),
	    ERR_PARSE);
	assert_non_null(strstr(why, "intent"));
	assert_int_equal(
	    journal_filter_of(&f, STR_LIT("kind="), why, sizeof why),
	    ERR_PARSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_form_is_one_line_in_one_order),
	    cmocka_unit_test(every_member_is_in_it),
	    cmocka_unit_test(kinds_have_stable_words),
	    cmocka_unit_test(what_is_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
