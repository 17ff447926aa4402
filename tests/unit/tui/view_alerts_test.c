/* view_alerts_test.c - what the Alerts view asks for, where Enter leads, and
 * what is said of each state. */
#include "tests/unit/tui/scene.h"

static struct ui *
at_alerts(struct model *m, const char *keys)
{
	struct ui *ui = scene_ui();

	ui->now_ms = m->now_ms;
	ui->rows = 24;
	ui->cols = 80;
	scene_keys(ui, m, "9");
	ui_build(ui, m);
	scene_keys(ui, m, keys);
	return ui;
}

static const struct alert *
of_rule(const struct model *m, enum alert_rule rule)
{
	for (uint32_t i = 0; i < m->alerts.n; i++)
		if (m->alerts.v[i].rule == rule)
			return &m->alerts.v[i];
	fail_msg("no %s", alert_rule_name(rule));
	return NULL;
}

static void
wishes(void **state)
{
	struct model *m = scene_alerts();
	struct ui *ui = at_alerts(m, "a");

	(void)state;
	assert_int_equal(ui->wish.n_alerts, 1);
	assert_int_equal(ui->wish.alert, ALERT_WISH_ACK);
	assert_int_equal(ui->wish.alerts[0], of_rule(m, RULE_LISTING)->id);
	ui->wish = (struct ui_wish){0};
	scene_keys(ui, m, "m");
	assert_int_equal(ui->wish.alert, ALERT_WISH_MUTE);
	assert_int_equal(ui->wish.mute_ms, 30 * 60000);
	ui->wish = (struct ui_wish){0};
	scene_keys(ui, m, "M");
	assert_int_equal(ui->wish.alert, ALERT_WISH_MUTE);
	assert_int_equal(ui->wish.mute_ms, 0);
	assert_int_equal(ui->wish.n_alerts, 1);
	/* The tagged ones, not the one under the cursor. */
	ui->wish = (struct ui_wish){0};
	scene_keys(ui, m, "Space Space a");
	assert_int_equal(ui->wish.n_alerts, 2);
	ui->wish = (struct ui_wish){0};
	scene_keys(ui, m, ": m u t e Space 2 h Enter");
	assert_int_equal(ui->wish.alert, ALERT_WISH_MUTE);
	assert_int_equal(ui->wish.mute_ms, 2 * 3600000);
	assert_int_equal(ui->wish.n_alerts, 2);
	ui->wish = (struct ui_wish){0};
	scene_keys(ui, m, ": m u t e Space x Enter");
	assert_int_equal(ui->wish.n_alerts, 0);
	assert_true(ui->status_error);
	/* Elsewhere there is nothing to acknowledge. */
	scene_keys(ui, m, "2 a : m u t e Enter");
	assert_int_equal(ui->wish.n_alerts, 0);
	assert_true(ui->status_error);
	scene_ui_free(ui);
	model_free(m);
}

/* Enter on the alert of a rule that is filtered for. */
static void
leads(struct model *m, const char *filter, enum view_id view,
    const char *provider, uint16_t list, host_id host)
{
	struct ui *ui = at_alerts(m, "");

	str_copy(ui_top(ui)->filter, UI_FILTER, str_of(filter));
	ui_build(ui, m);
	assert_true(ui->table.n > 0);
	scene_keys(ui, m, "Enter");
	assert_int_equal(ui->depth, 1);
	assert_int_equal(ui_top(ui)->view, view);
	assert_string_equal(ui_top(ui)->provider, provider);
	assert_int_equal(ui_top(ui)->list, list);
	assert_int_equal(ui_top(ui)->host, host);
	ui_build(ui, m);
	if (ui_table(ui) != NULL)
		assert_true(ui->table.n > 0);
	scene_ui_free(ui);
}

static void
enter_leads_to_the_cause(void **state)
{
	struct model *m = scene_alerts();
	struct event ev = {.kind = EVT_TICK, .host = HOST_NONE};

	(void)state;
	leads(m, "spamhaus-zen", VIEW_LISTINGS, "", SCENE_ZEN, HOST_NONE);
	leads(
	    m, "throttled", VIEW_THROTTLES, "google.com", LIST_NONE, HOST_NONE);
	leads(m, "host down", VIEW_HOST, "", LIST_NONE, MTA4);
	leads(m, "attributable", VIEW_HOST, "", LIST_NONE, MTA2);
	m->alerts.rules.host_down_ms = 0;
	scene_silence(m, SCENE_ZEN, m->now_ms, "192.0.2.53 is silent.");
	ev.at_ms = m->now_ms + 1000;
	model_update(m, &ev);
	leads(m, "no resolver", VIEW_LISTINGS, "", LIST_NONE, HOST_NONE);
	model_free(m);
}

static void
details(void **state)
{
	struct model *m = scene_alerts();
	const struct view *v = view_rows[VIEW_ALERTS];
	struct ui *ui = at_alerts(m, "");
	static const struct {
		enum alert_rule rule;
		const char *has;
	} rows[] = {
	    {RULE_THROTTLE, "Acknowledged at 14:14:19: rings when it gets"},
	    {RULE_STALE, "Muted until 14:44:00; M ends that."},
	    {RULE_HOST_DOWN, "Closed at 14:14:5"},
	    {RULE_LISTING, "the way off it"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row row = {
		    .at = (uint32_t)(of_rule(m, rows[i].rule) - m->alerts.v)};
		struct buf out;

		buf_init(&out, 4096);
		(void)v->detail(m, ui, row, &out);
		if (strstr(buf_cstr(&out), rows[i].has) == NULL)
			fail_msg("%s", buf_cstr(&out));
		buf_done(&out);
	}
	scene_ui_free(ui);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wishes),
	    cmocka_unit_test(enter_leads_to_the_cause),
	    cmocka_unit_test(details),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
