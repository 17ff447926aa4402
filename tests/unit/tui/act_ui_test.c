/* act_ui_test.c - acting from the screen: read-only until armed, what a key or
 * a line asks for, what confirms a plan and what does not, how it looks. */
#include "tests/unit/tui/scene.h"

#include "core/plan.h"

static struct grid
screen(int rows, int cols)
{
	struct grid g;

	assert_int_equal(grid_init(&g, rows, cols), ERR_OK);
	return g;
}

static void
arm(struct ui *ui)
{
	ui->act.armed_until_ms = ui->now_ms + 600000;
	str_copy(ui->act.who, sizeof ui->act.who, STR_LIT("ops"));
}

static struct ui *
at_egress(struct model *m)
{
	struct ui *ui = scene_ui();
	struct grid g = screen(24, 80);
	int row, col;

	ui->now_ms = m->now_ms;
	ui_render(ui, m, &g, &row, &col);
	grid_done(&g);
	return ui;
}

static void
type(struct ui *ui, struct model *m, const char *text)
{
	for (; *text != '\0'; text++) {
		struct key k = {.code = *text};

		ui_key(ui, m, &k);
	}
}

static void
line(struct ui *ui, struct model *m, const char *text)
{
	scene_keys(ui, m, ":");
	type(ui, m, text);
	scene_keys(ui, m, "Enter");
}

/* The plan of a pause, as an actor would have made it. */
static struct plan *
plan_of(const struct ui *ui, const struct model *m)
{
	struct plan *p = plan_new(&ui->act.request, m->now_ms, 7);
	struct plan_step *s = plan_add(p, 0, 1000);

	str_copy(s->text, sizeof s->text, STR_LIT("defer mail for out1"));
	s->command = strdup("postconf -e 'defer_transports = out1'");
	s->undo = strdup("postconf -X defer_transports");
	s = plan_add(p, 0, 1000);
	str_copy(s->text, sizeof s->text, STR_LIT("have Postfix read it"));
	s->command = strdup("postfix reload");
	return p;
}

static void
show(struct ui *ui, const struct plan *p)
{
	ui->act.plan = p;
	ui->act.stage = ACT_STAGE_ASK;
	ui->act.wish = ACT_WISH_NONE;
}

static void
reads_only_until_armed(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);

	(void)state;
	scene_keys(ui, m, "P");
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	assert_non_null(strstr(ui->status, ":arm 15m"));
	line(ui, m, "pause 192.0.2.1");
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	assert_non_null(strstr(ui->status, ":arm 15m"));
	line(ui, m, "arm 13h too long");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	line(ui, m, "arm 20m a drill");
	assert_int_equal(ui->act.wish, ACT_WISH_ARM);
	assert_int_equal(ui->act.arm_ms, 20 * 60000);
	assert_string_equal(ui->act.arm_why, "a drill");
	ui->act.wish = ACT_WISH_NONE;
	line(ui, m, "arm gmail again");
	assert_int_equal(ui->act.arm_ms, ARM_DEFAULT_MS);
	assert_string_equal(ui->act.arm_why, "gmail again");
	arm(ui);
	assert_null(act_ui_locked(ui));
	/* Its time is over: nobody has to say so. */
	ui->now_ms = ui->act.armed_until_ms;
	assert_non_null(act_ui_locked(ui));
	str_copy(ui->act.locked, sizeof ui->act.locked, STR_LIT("no journal"));
	arm(ui);
	assert_string_equal(act_ui_locked(ui), "no journal");
	scene_ui_free(ui);
	model_free(m);
}

static void
asks_for_a_reason_then_plans(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);

	(void)state;
	arm(ui);
	line(ui, m, "pause 192.0.2.77 for 2h");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->overlay, OV_WHY);
	scene_keys(ui, m, "Enter Space Enter");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	type(ui, m, "they asked");
	scene_keys(ui, m, "Enter");
	assert_int_equal(ui->act.wish, ACT_WISH_PLAN);
	assert_int_equal(ui->act.stage, ACT_STAGE_READING);
	assert_string_equal(ui->act.request.of.egress, "192.0.2.77");
	assert_string_equal(ui->act.request.why, "they asked");
	assert_int_equal(ui->act.request.lease_ms, 2 * 3600000);
	scene_keys(ui, m, "Esc");
	assert_int_equal(ui->act.wish, ACT_WISH_CANCEL);
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	/* Wrong values and words never get as far as a reason. */
	line(ui, m, "interval 192.0.2.77 500ms");
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	line(ui, m, "pause 192.0.2.77 for ever");
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	line(ui, m, "hold colour=red");
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	line(ui, m, "hold domain=example.com older=2h");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_string_equal(ui->act.request.filter.domain, "example.com");
	assert_int_equal(ui->act.request.filter.older_ms, 2 * 3600000);
	scene_ui_free(ui);
	model_free(m);
}

static void
takes_the_rows(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);

	(void)state;
	arm(ui);
	scene_keys(ui, m, "P");
	assert_int_equal(ui->act.n_targets, 1);
	assert_true(
	    act_subject_eq(&ui->act.targets[0].of, &ui->act.request.of));
	scene_keys(ui, m, "Esc Space Space P");
	assert_int_equal(ui->act.n_targets, 2);
	scene_keys(ui, m, "x Enter");
	assert_int_equal(ui->act.wish, ACT_WISH_PLAN);
	/* The next one, for the same reason, once the first is over. */
	ui->act.stage = ACT_STAGE_OVER;
	scene_keys(ui, m, "n");
	assert_int_equal(ui->act.at, 1);
	assert_true(
	    act_subject_eq(&ui->act.targets[1].of, &ui->act.request.of));
	assert_string_equal(ui->act.request.why, "x");
	ui->act.stage = ACT_STAGE_OVER;
	scene_keys(ui, m, "Esc U 3");
	ui_build(ui, m);
	scene_keys(ui, m, "D");
	assert_int_equal(ui->act.request.verb, VERB_DELETE);
	assert_string_equal(ui->act.request.filter.domain, "gmail.com");
	scene_ui_free(ui);
	model_free(m);
}

static void
enter_alone_never_confirms(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);
	struct plan *p;

	(void)state;
	arm(ui);
	scene_keys(ui, m, "P x Enter");
	p = plan_of(ui, m);
	show(ui, p);
	scene_keys(ui, m, "Enter Enter Space");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	assert_int_equal(ui->act.stage, ACT_STAGE_ASK);
	/* Disarmed meanwhile. */
	ui->act.armed_until_ms = 0;
	scene_keys(ui, m, "y");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	arm(ui);
	scene_keys(ui, m, "y");
	assert_int_equal(ui->act.wish, ACT_WISH_CONFIRM);
	/* Many: the count, whole. */
	show(ui, p);
	p->messages = 1342;
	scene_keys(ui, m, "y Enter");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	scene_keys(ui, m, "^U 1 3 4 Enter");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	scene_keys(ui, m, "2 Enter");
	assert_int_equal(ui->act.wish, ACT_WISH_CONFIRM);
	/* A refused one cannot be confirmed. */
	show(ui, p);
	p->messages = 0;
	str_copy(p->refusal, sizeof p->refusal, STR_LIT("no"));
	scene_keys(ui, m, "y");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	ui->act.plan = NULL;
	plan_free(p);
	scene_ui_free(ui);
	model_free(m);
}

/* --- how it looks --- */

static void
hold(struct ui *ui, struct model *m, const char *name, int rows, int cols)
{
	struct grid g = screen(rows, cols);
	struct buf got, want;
	char path[256], block[4096];
	int row, col;
	size_t n;
	FILE *f;

	ui->status[0] = '\0';
	ui_render(ui, m, &g, &row, &col);
	buf_init(&got, 1 << 20);
	buf_init(&want, 1 << 20);
	assert_int_equal(grid_dump(&g, &got), ERR_OK);
	(void)snprintf(
	    path, sizeof path, "tests/golden/%s_%dx%d.txt", name, cols, rows);
	if (getenv("UPDATE_GOLDEN") != NULL) {
		f = fopen(path, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(got.p, 1, got.n, f), got.n);
		assert_int_equal(fclose(f), 0);
	}
	f = fopen(path, "rb");
	assert_non_null(f);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		assert_int_equal(buf_add(&want, block, n), ERR_OK);
	(void)fclose(f);
	if (!str_eq(buf_view(&got), buf_view(&want)))
		fail_msg("%s differs; it is now:\n%s", path, buf_cstr(&got));
	buf_done(&got);
	buf_done(&want);
	grid_done(&g);
}

static void
hold_both(struct ui *ui, struct model *m, const char *name)
{
	hold(ui, m, name, 24, 80);
	hold(ui, m, name, 48, 160);
}

/* Other rows come before it while a person reads the menu. */
static void
the_row_meant_stays_the_one(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);
	char before[256], after[256];

	(void)state;
	arm(ui);
	act_rows_name(ui, m, before, sizeof before);
	scene_keys(ui, m, "F9");
	ui_top(ui)->invert = !ui_top(ui)->invert;
	ui_build(ui, m);
	act_rows_name(ui, m, after, sizeof after);
	assert_string_equal(before, "egress=198.51.100.11");
	assert_string_equal(after, before);
	scene_ui_free(ui);
	model_free(m);
}

static void
the_menu_never_does_it(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);

	(void)state;
	scene_keys(ui, m, "F9");
	assert_int_equal(ui->overlay, OV_MENU);
	hold(ui, m, "act_menu_locked", 24, 80);
	scene_keys(ui, m, "Enter");
	assert_int_equal(ui->act.stage, ACT_STAGE_NONE);
	arm(ui);
	scene_keys(ui, m, "F9");
	hold(ui, m, "act_menu", 24, 80);
	/* What is advised against its throttle is of one provider's mail. */
	scene_keys(ui, m, "Enter");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->act.request.verb, VERB_INTERVAL);
	assert_string_equal(ui->act.request.value, "60s");
	assert_int_equal(ui->act.targets[0].of.on, ACT_ON_PROVIDER);
	assert_string_equal(ui->act.targets[0].of.provider, "google.com");
	assert_string_equal(ui->act.targets[0].of.egress, "198.51.100.11");
	/* The whole address is the next choice. */
	scene_keys(ui, m, "Esc F9 Down Enter");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->act.request.verb, VERB_PAUSE);
	assert_int_equal(ui->act.targets[0].of.on, ACT_ON_EGRESS);
	/* An act's own key does the same there. */
	scene_keys(ui, m, "Esc F9 V");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(ui->act.request.verb, VERB_EVACUATE);
	scene_keys(ui, m, "Esc F9 Down Down Down Enter");
	assert_int_equal(ui->overlay, OV_PALETTE);
	assert_true(
	    str_starts(str_of(ui->input), STR_LIT("interval 198.51.100.11 ")));
	scene_keys(ui, m, "3 s Space f o r Space 1 h Enter");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	assert_string_equal(ui->act.request.value, "3s");
	assert_int_equal(ui->act.request.lease_ms, 3600000);
	scene_keys(ui, m, "Esc 1 F9");
	assert_int_equal(ui->overlay, OV_NONE);
	scene_ui_free(ui);
	model_free(m);
}

static void
shots_of_an_act(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);
	struct plan *p;

	(void)state;
	arm(ui);
	scene_keys(ui, m, "P");
	type(ui, m, "they asked us to stop");
	hold(ui, m, "act_why", 24, 80);
	scene_keys(ui, m, "Enter");
	p = plan_of(ui, m);
	show(ui, p);
	hold_both(ui, m, "act_plan");
	p->messages = 1342;
	p->steps[1].input = strdup("4jXGBk5MxNz1c826\n4jXGBk5rcFz1c826\n");
	hold(ui, m, "act_count", 24, 80);
	p->messages = 0;
	/* What a host said is cleaned. */
	ui->act.stage = ACT_STAGE_OVER;
	ui->act.failed = true;
	str_copy(
	    ui->act.text, sizeof ui->act.text, STR_LIT("mta1: a step failed"));
	p->steps[0].state = STEP_DONE;
	p->steps[0].ms = 40;
	p->steps[1].state = STEP_FAILED;
	p->steps[1].exit = 1;
	assert_int_equal(buf_puts(&p->steps[1].output,
			     "fatal: \x1b[31mred\x1b[0m \xe2\x80\xae rlo\n"),
	    ERR_OK);
	hold_both(ui, m, "act_failed");
	ui->act.plan = NULL;
	plan_free(p);
	scene_ui_free(ui);
	model_free(m);
}

/* What the plan says of the mail that waits, counted anew. */
static void
says_mail(struct ui *ui, const struct model *m, const char *want)
{
	struct doc d;

	doc_init(&d);
	ui->act.waiting.plan[0] = '\0';
	ov_plan(&d, m, &ui->act);
	assert_non_null(strstr(buf_cstr(&d.text), want));
	doc_done(&d);
}

/* Where readings are only counted, they are of all instances, and the act is
 * on one: nobody knows what of it waits. */
static void
mail_of_some_instances(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);
	struct host *h = &m->hosts[MTA1];
	struct plan *p;

	(void)state;
	arm(ui);
	line(ui, m, "pause domain=gmail.com for 1h");
	scene_keys(ui, m, "x Enter");
	p = plan_of(ui, m);
	show(ui, p);
	h->queue->aggregated = true;
	says_mail(ui, m, "26 wait for it");
	h->queue->unread = INSTANCE_MAIN;
	says_mail(ui, m, "?");
	assert_false(ui->act.waiting.known);
	h->queue->unread = 0;
	h->found->n_further = 1;
	says_mail(ui, m, "?");
	assert_false(ui->act.waiting.known);
	h->queue->aggregated = false;
	says_mail(ui, m, "26 wait for it");
	ui->act.plan = NULL;
	plan_free(p);
	scene_ui_free(ui);
	model_free(m);
}

/* A provider over several hosts: what waits, what the steps read, and while it
 * runs one line for each host that is done. */
static void
shots_of_a_plan_of_many(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);
	struct buf lines;
	struct plan *p;

	(void)state;
	arm(ui);
	line(ui, m, "pause domain=gmail.com for 1h");
	assert_int_equal(ui->act.stage, ACT_STAGE_WHY);
	scene_keys(ui, m, "x Enter");
	p = plan_of(ui, m);
	buf_init(&lines, 65536);
	for (int i = 0; i < 300; i++)
		assert_int_equal(
		    buf_printf(&lines, "d%03d.example  slow:\n", i), ERR_OK);
	p->steps[0].input = strdup(buf_cstr(&lines));
	buf_done(&lines);
	for (int i = 0; i < 2; i++) {
		struct plan_step *s = plan_add(p, MTA3, 1000);

		str_copy(s->text, sizeof s->text, STR_LIT("the same there"));
		s->command = strdup("postmap lmdb:/etc/postfix/slow");
		s->undo = strdup("postmap -d gmail.com lmdb:/etc/postfix/slow");
	}
	str_copy(p->warning, sizeof p->warning,
	    STR_LIT("mta4 is not connected, so it is left as it is"));
	p->lease_until_ms = m->now_ms + 3600000;
	show(ui, p);
	hold_both(ui, m, "act_plan_hosts");
	assert_true(ui->act.waiting.known);
	assert_int_equal(ui->act.waiting.n, 52);
	scene_keys(ui, m, "End");
	hold(ui, m, "act_plan_end", 24, 80);
	ui->act.stage = ACT_STAGE_RUNNING;
	p->steps[0].state = p->steps[1].state = STEP_DONE;
	p->steps[2].state = STEP_RUNNING;
	ui->overlay_scroll = 0;
	hold(ui, m, "act_running", 24, 80);
	ui->act.plan = NULL;
	plan_free(p);
	scene_ui_free(ui);
	model_free(m);
}

static void
shots_of_leases_and_journal(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = at_egress(m);
	struct lease leases[] = {
	    {.id = "6b0267ca-dff76c",
		.host = 0,
		.verb = VERB_PAUSE,
		.of.on = ACT_ON_EGRESS,
		.who = "ops",
		.why = "they asked us to stop",
		.since_ms = m->now_ms - 300000,
		.until_ms = m->now_ms + 1500000},
	    {.id = "6b0267cb-dff76d",
		.host = 1,
		.verb = VERB_INTERVAL,
		.of.on = ACT_ON_EGRESS,
		.of.egress = "203.0.113.9",
		.value = "3s",
		.who = "ann",
		.why = "too fast \x1b[2J",
		.since_ms = m->now_ms - 600000,
		.state = LEASE_STUCK,
		.text = "main.cf says 5s"},
	};
	struct journal_row rows[] = {
	    {.seq = 1,
		.at_ms = m->now_ms - 900000,
		.kind = JOURNAL_START,
		.who = "ops",
		.from = "desk",
		.host = "",
		.subject = "",
		.text = "console started",
		.incident = "",
		.detail = ""},
	    {.seq = 2,
		.at_ms = m->now_ms - 300000,
		.kind = JOURNAL_INTENT,
		.who = "ops",
		.from = "desk",
		.host = "",
		.subject = "6b0267ca-dff76c",
		.text = "pause 192.0.2.1: they asked us to stop",
		.incident = "2026-11-22 google",
		.more = true,
		.detail =
		    "{\"id\":\"6b0267ca-dff76c\",\"steps\":[{\"host\":"
		    "\"mta1\",\"command\":\"postconf -e \\\"a, b\\\"\"}]}"},
	};

	(void)state;
	for (egress_id i = 0; i < m->n_egress && leases[0].of.egress[0] == '\0';
	     i++)
		if (m->egress[i].host == 0)
			str_copy(leases[0].of.egress,
			    sizeof leases[0].of.egress,
			    str_of(m->egress[i].ip));
	scene_keys(ui, m, "L");
	hold(ui, m, "leases_nodata", 24, 80);
	ui->act.leases = leases;
	ui->act.n_leases = 2;
	ui->act.leases_ms = m->now_ms;
	ui->act.leases_hosts = 2;
	arm(ui);
	hold_both(ui, m, "leases");
	scene_keys(ui, m, "E x Enter");
	assert_int_equal(ui->act.job, ACT_JOB_END);
	assert_int_equal(ui->act.stage, ACT_STAGE_ASK);
	hold(ui, m, "leases_end", 24, 80);
	scene_keys(ui, m, "Enter");
	assert_int_equal(ui->act.wish, ACT_WISH_NONE);
	scene_keys(ui, m, "y");
	assert_int_equal(ui->act.wish, ACT_WISH_CONFIRM);
	ui->act.stage = ACT_STAGE_OVER;
	scene_keys(ui, m, "Esc 2");
	hold(ui, m, "egress_acted_on", 24, 80);
	ui->act.journal = rows;
	ui->act.n_journal = 2;
	scene_keys(ui, m, "J");
	hold_both(ui, m, "journal");
	/* With a filter: what the app found so far, of this filter only. */
	scene_keys(ui, m, "/");
	type(ui, m, "kind=intent pause");
	hold(ui, m, "journal_looking", 24, 80);
	str_copy(ui->act.found.filter, sizeof ui->act.found.filter,
	    STR_LIT("kind=intent pause"));
	ui->act.found.rows = rows + 1;
	ui->act.found.n = 1;
	ui->act.found.from_seq = 1234;
	ui->act.found.from_ms = m->now_ms - 86400000;
	scene_keys(ui, m, "Enter");
	hold(ui, m, "journal_found", 24, 80);
	ui->act.found.n = 0;
	ui->act.found.whole = true;
	hold(ui, m, "journal_none", 24, 80);
	scene_keys(ui, m, "Esc Enter");
	ui->act.record = &rows[1];
	hold(ui, m, "journal_record", 24, 80);
	scene_ui_free(ui);
	model_free(m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_only_until_armed),
	    cmocka_unit_test(asks_for_a_reason_then_plans),
	    cmocka_unit_test(takes_the_rows),
	    cmocka_unit_test(enter_alone_never_confirms),
	    cmocka_unit_test(the_row_meant_stays_the_one),
	    cmocka_unit_test(the_menu_never_does_it),
	    cmocka_unit_test(shots_of_an_act),
	    cmocka_unit_test(mail_of_some_instances),
	    cmocka_unit_test(shots_of_a_plan_of_many),
	    cmocka_unit_test(shots_of_leases_and_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
