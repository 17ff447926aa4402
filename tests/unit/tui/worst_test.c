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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_worst_provider_is_who_defers_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
