/* act_site_test.c - actions of the site's own from the screen: which may be
 * done without being armed, on which host, what is said of a wrong line. */
#include "tests/unit/tui/scene.h"

#include "core/site.h"

static const struct site_actions sites = {.n = 4,
    .v = {{.name = "back",
	      .help = "go back",
	      .hosts = {"mta1", "mta2"},
	      .n_hosts = 2,
	      .params = {{.name = "version", .kind = SITE_WORD}},
	      .n_params = 1,
	      .command = "use {version}",
	      .undo = "back",
	      .flags = ACTF_LEASE,
	      .lease_ms = 60000},
	{.name = "show",
	    .help = "show it",
	    .command = "cat f",
	    .flags = ACTF_SAFE},
	{.name = "slow", .help = "slow it", .command = "slow"},
	{.name = "wipe",
	    .help = "wipe it",
	    .command = "wipe",
	    .flags = ACTF_IRREVERSIBLE}}};

static struct ui *
console(struct model *m)
{
	struct ui *ui = scene_ui();
	int row, col;
	struct grid g;

	assert_int_equal(grid_init(&g, 24, 80), ERR_OK);
	ui->now_ms = m->now_ms;
	ui->act.sites = &sites;
	ui_render(ui, m, &g, &row, &col);
	grid_done(&g);
	return ui;
}

static void
line(struct ui *ui, struct model *m, const char *text)
{
	scene_keys(ui, m, ":");
	for (; *text != '\0'; text++) {
		struct key k = {.code = *text};

		ui_key(ui, m, &k);
	}
	scene_keys(ui, m, "Enter");
}

static void
arm(struct ui *ui)
{
	ui->act.armed_until_ms = ui->now_ms + 600000;
}

static void
says(struct ui *ui, const char *text)
{
	if (strstr(ui->status, text) == NULL)
		fail_msg("no \"%s\" in \"%s\"", text, ui->status);
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
}

static void
test_safe_or_not(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = console(m);

	(void)state;
	line(ui, m, "site back version=1");
	says(ui, "site: read-only");
	line(ui, m, "site slow");
	says(ui, "site: read-only");
	line(ui, m, "site show");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	/* It is confirmed without being armed, too; others are not. */
	ui->act.stage = ACT_STAGE_ASK;
	assert_null(act_site_held(ui));
	ui->act.request.verb = VERB_PAUSE;
	assert_non_null(act_site_held(ui));
	ui->act.request.verb = VERB_SITE;
	str_copy(ui->act.request.of.site, SITE_NAME, STR_LIT("back"));
	assert_non_null(act_site_held(ui));
	str_copy(ui->act.request.of.site, SITE_NAME, STR_LIT("show"));
	ui->act.job = ACT_JOB_END;
	assert_non_null(act_site_held(ui));
	ui->act.job = ACT_JOB_VERB;
	str_copy(ui->act.locked, sizeof ui->act.locked, STR_LIT("no journal"));
	assert_string_equal(act_site_held(ui), "no journal");
	scene_ui_free(ui);
	model_free(m);
}

static void
test_hosts(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = console(m);

	(void)state;
	arm(ui);
	line(ui, m, "site back version=1 for 5m");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->act.request.host, HOST_NONE); /* its row's */
	assert_int_equal(ui->act.request.lease_ms, 300000);
	scene_keys(ui, m, "Esc");
	line(ui, m, "site back version=1");
	assert_int_equal(ui->act.request.lease_ms, 60000);
	scene_keys(ui, m, "Esc");
	/* Egress: the host of the row under the cursor. */
	line(ui, m, "site slow");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->act.request.host, ui_host_in_view(ui, m));
	assert_int_not_equal(ui->act.request.host, HOST_NONE);
	scene_keys(ui, m, "Esc");
	/* Queue: a row of all hosts is none's. */
	scene_keys(ui, m, "3");
	line(ui, m, "site slow");
	says(ui, "on which host?");
	scene_ui_free(ui);
	model_free(m);
}

static void
test_wrong_lines(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = console(m);

	(void)state;
	arm(ui);
	line(ui, m, "site");
	says(ui, "no action ; it has: back show slow wipe");
	line(ui, m, "site nosuch");
	says(ui, "no action nosuch");
	line(ui, m, "site back");
	says(ui, "version= is missing");
	line(ui, m, "site back version=1 x=2");
	says(ui, "none of its parameters");
	line(ui, m, "site slow for 5m");
	says(ui, "no way back");
	scene_ui_free(ui);
	model_free(m);
}

static void
test_menu(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = console(m);
	struct grid g;
	struct buf b;
	int row, col;

	(void)state;
	arm(ui);
	scene_keys(ui, m, "1 F9");
	assert_int_equal(ui->overlay, OV_MENU);
	assert_int_equal(grid_init(&g, 24, 80), ERR_OK);
	ui_render(ui, m, &g, &row, &col);
	buf_init(&b, 1 << 20);
	assert_int_equal(grid_dump(&g, &b), ERR_OK);
	assert_non_null(strstr(buf_cstr(&b), "back          go back"));
	assert_non_null(strstr(buf_cstr(&b), "wipe          wipe it"));
	buf_done(&b);
	grid_done(&g);
	scene_keys(ui, m, "Enter");
	assert_int_equal(ui->overlay, OV_PALETTE);
	assert_string_equal(ui->input, "site back ");
	scene_keys(ui, m, "Esc F9 Down Enter");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_string_equal(ui->act.request.of.site, "show");
	/* Without actions of its own there is nothing to do in Fleet. */
	scene_keys(ui, m, "Esc");
	ui->act.sites = NULL;
	scene_keys(ui, m, "F9");
	assert_int_equal(ui->overlay, OV_NONE);
	scene_ui_free(ui);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_safe_or_not),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_wrong_lines),
	    cmocka_unit_test(test_menu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
