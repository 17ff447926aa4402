/* effect_ui_test.c - forecasts and effects in words: what is old says its age,
 * what is not known says so. */
#include "tests/unit/tui/scene_acts.h"

#include "tui/act_ui.h"
#include "tui/effect_ui.h"

static void
says(const struct drain_view *v, const char *want)
{
	struct buf out;

	buf_init(&out, 1024);
	effect_drain_text(v, NOW, &out);
	assert_string_equal(buf_cstr(&out), want);
	buf_done(&out);
}

static void
forecasts(void **state)
{
	struct drain_view v = {.state = DRAIN_UNREAD};

	(void)state;
	(void)setenv("TZ", "UTC", 1);
	tzset();
	says(&v, "");
	v = (struct drain_view){
	    .state = DRAIN_ONE, .waiting = 512, .at_ms = NOW - 5000};
	says(&v, "512 wait: until when is not known after one reading. ");
	v.state = DRAIN_SHRINKS;
	v.per_min_deci = -123;
	v.empty_at_ms = NOW + 2520000;
	says(&v, "512 wait, 12.3 fewer a minute: none about 14:56. ");
	v.at_ms = NOW - 600000;
	says(&v, "512 wait, 12.3 fewer a minute: none about 14:56 (read "
		 "10m00s ago). ");
	v.empty_at_ms = NOW - 1000;
	says(&v, "512 wait, 12.3 fewer a minute: none by now, if it went on "
		 "so (read 10m00s ago). ");
	v.at_ms = NOW;
	v.state = DRAIN_GROWS;
	v.per_min_deci = 2400;
	says(&v, "512 wait, 240 more a minute. ");
	v.state = DRAIN_STEADY;
	says(&v, "512 wait: they do not become fewer. ");
	v = (struct drain_view){.state = DRAIN_EMPTY, .at_ms = NOW};
	says(&v, "None waits. ");
	v.emptied_ms = NOW - 60000;
	v.emptied_peak = 512;
	says(&v, "None waits since 14:13:00: the last of 512 is gone. ");
	v.emptied_ms = NOW - 2 * 3600000;
	says(&v, "None waits. ");
}

static void
cells(void **state)
{
	struct act_effect x = {.e = {.verdict = EFFECT_WORSE}};
	struct cellv c = {.known = true};

	(void)state;
	effect_cell_verdict(NULL, &c);
	assert_false(c.known);
	c = (struct cellv){.known = true};
	effect_cell_verdict(&x, &c);
	assert_string_equal(c.own, "!worse");
	assert_int_equal(c.role, ROLE_WARN);
	x.e.before =
	    (struct effect_span){.to_ms = 600000, .refused = 420, .sent = 605};
	x.e.after =
	    (struct effect_span){.to_ms = 120000, .refused = 6, .sent = 0};
	effect_cell_rate(&x, false, &c);
	assert_string_equal(c.own, "42->3.0");
	effect_cell_rate(&x, true, &c);
	assert_string_equal(c.own, "61->0");
	/* Too short to tell. */
	x.e.after.to_ms = 15000;
	effect_cell_rate(&x, true, &c);
	assert_string_equal(c.own, "61->?");
	x.e.verdict = EFFECT_LEAKS;
	effect_cell_verdict(&x, &c);
	assert_string_equal(c.own, "!!leaks");
}

/* Mail that leaves past a pause of one provider is no leak of it, and does not
 * make the whole egress IP look paused. */
static void
leaks(void **state)
{
	struct model *m = scene_acts();
	struct ui *ui = calloc(1, sizeof *ui);
	struct lease v[3] = {scene_lease("6b02-1", VERB_INTERVAL,
				 "198.51.100.11", "2s", NOW - 300000),
	    scene_lease(
		"6b02-2", VERB_PAUSE, "198.51.100.11", "", NOW - 300000),
	    scene_lease(
		"6b02-3", VERB_PAUSE, "198.51.100.11", "", NOW - 300000)};

	(void)state;
	assert_non_null(ui);
	v[2].of.on = ACT_ON_PROVIDER;
	str_copy(v[2].of.provider, sizeof v[2].of.provider, STR_LIT("yahoo"));
	assert_true(act_ui_leaked(m, &v[1]) > 0);
	assert_int_equal(act_ui_leaked(m, &v[2]), 0);
	ui->act.leases = v;
	ui->act.n_leases = 3;
	assert_ptr_equal(act_ui_lease_of(ui, MTA1, "198.51.100.11"), &v[1]);
	/* Somebody has undone it: nothing is stopped. */
	v[1].state = LEASE_UNDONE;
	assert_ptr_equal(act_ui_lease_of(ui, MTA1, "198.51.100.11"), &v[0]);
	assert_int_equal(act_ui_leaked(m, &v[1]), 0);
	v[1].state = LEASE_IN_FORCE;
	v[1].verb = VERB_EVACUATE;
	assert_ptr_equal(act_ui_lease_of(ui, MTA1, "198.51.100.11"), &v[1]);
	free(ui);
	model_free(m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forecasts),
	    cmocka_unit_test(cells),
	    cmocka_unit_test(leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
