/* worst_test.c - the provider an egress IP fares worst with, and its reply. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/worst.h"

static void
the_worst_provider_is_who_defers_most(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	const struct reply_group *r;

	(void)state;
	assert_null(worst_cell(m, ui, 0));
	worst_make(m, ui);
	for (egress_id e = 0; e < m->n_egress; e++) {
		bool throttled = strcmp(m->egress[e].ip, "198.51.100.11") == 0;

		assert_int_equal(worst_cell(m, ui, e) != NULL, throttled);
		r = worst_reply(m, ui, e);
		assert_int_equal(r != NULL, throttled);
		if (r != NULL)
			assert_true(str_starts(
			    worst_text(m, r), STR_LIT("421-4.7.28 Gmail")));
	}
	assert_null(worst_cell(m, ui, 999));
	scene_ui_free(ui);
	model_free(m);
}

/* What it bounced since is no reason for what it defers. */
static void
the_reply_is_one_that_deferred(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	struct log_rec r = scene_delivery(NOW, "postfix/out1", "x@gmail.com",
	    "gmail-smtp-in.l.google.com", LS_BOUNCED,
	    "host gmail-smtp-in.l.google.com[192.0.2.200] said: 550 5.1.1 "
	    "user unknown (in reply to RCPT TO command)");

	(void)state;
	scene_log(m, MTA1, &r);
	worst_make(m, ui);
	for (egress_id e = 0; e < m->n_egress; e++)
		if (strcmp(m->egress[e].ip, "198.51.100.11") == 0)
			assert_true(
			    str_starts(worst_text(m, worst_reply(m, ui, e)),
				STR_LIT("421-4.7.28 Gmail")));
	scene_ui_free(ui);
	model_free(m);
}

static void
the_worst_throttle(void **state)
{
	struct model *m = scene_new();
	unsigned n, throttled = 0;

	(void)state;
	for (egress_id e = 0; e < m->n_egress; e++) {
		const struct cell *c = worst_throttle(m, e, &n);

		assert_int_equal(c != NULL, n > 0);
		throttled += n;
		if (c != NULL)
			assert_int_equal(c->egress, e);
	}
	assert_int_equal(throttled, 1);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_worst_provider_is_who_defers_most),
	    cmocka_unit_test(the_reply_is_one_that_deferred),
	    cmocka_unit_test(the_worst_throttle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
