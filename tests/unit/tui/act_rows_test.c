/* act_rows_test.c - what rows mean to an act: of each view that has any, tagged
 * or under the cursor, and what is refused because it cannot be told. */
#include "tests/unit/tui/view_help.h"
#include "tui/throttles_ui.h"

/* The target of the only, or the first, thing a verb would be done to. */
static void
assert_target(struct fix *f, const char *want)
{
	struct act_request r = {.verb = f->ui->act.request.verb};
	char text[2048];

	assert_true(f->ui->act.n_targets > 0);
	r.of = f->ui->act.targets[0].of;
	r.filter = f->ui->act.targets[0].filter;
	act_target_text(&r, text, sizeof text);
	assert_string_equal(text, want);
}

static void
assert_refused(struct fix *f, const char *keys, const char *part)
{
	scene_keys(f->ui, f->m, keys);
	assert_int_equal(f->ui->act.stage, ACT_STAGE_NONE);
	assert_int_equal(f->ui->overlay, OV_NONE);
	if (strstr(f->ui->status, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", f->ui->status, part);
}

static void
a_throttled_pair(void **state)
{
	struct fix f = fix_armed(VIEW_THROTTLES);

	(void)state;
	scene_keys(f.ui, f.m, "P");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	assert_target(&f, "provider=google.com egress=198.51.100.11");
	assert_int_equal(f.ui->act.request.of.on, ACT_ON_PROVIDER);
	assert_int_equal(f.ui->act.request.host, HOST_NONE);
	scene_keys(f.ui, f.m, "Esc W");
	assert_int_equal(f.ui->overlay, OV_PALETTE);
	assert_string_equal(
	    f.ui->input, "interval provider=google.com egress=198.51.100.11 ");
	/* The value that is advised is one key away. */
	scene_keys(f.ui, f.m, "Tab");
	assert_string_equal(f.ui->input,
	    "interval provider=google.com egress=198.51.100.11 60s ");
	scene_keys(f.ui, f.m, "Esc W 3 s Enter");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	assert_string_equal(f.ui->act.request.value, "3s");
	assert_string_equal(f.ui->act.request.of.provider, "google.com");
	scene_keys(f.ui, f.m, "Esc");
	/* Not the whole egress IP by the row of a pair. */
	scene_keys(f.ui, f.m, ": e v a c u a t e Enter");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_NONE);
	assert_non_null(strstr(f.ui->status, "whole egress IP"));
	done(&f);
}

static void
a_cell_of_the_matrix(void **state)
{
	struct fix f = fix_armed(VIEW_THROTTLES);
	const struct table_view *tv;
	char name[256], want[256];

	(void)state;
	scene_keys(f.ui, f.m, "b");
	ui_build(f.ui, f.m);
	assert_int_equal(ui_top(f.ui)->by, THROTTLES_MATRIX);
	/* The worst of the row, as the line below says. */
	scene_keys(f.ui, f.m, "C");
	assert_target(&f, "provider=google.com egress=198.51.100.11");
	scene_keys(f.ui, f.m, "Esc Right Right");
	tv = ui_table(f.ui);
	assert_int_equal(table_cell(tv, ui_top(f.ui)->cell), MATRIX_FIRST + 1);
	act_rows_name(f.ui, f.m, name, sizeof name);
	(void)snprintf(want, sizeof want, "provider=%s egress=198.51.100.11",
	    tv->cols[MATRIX_FIRST + 1].id);
	assert_string_equal(name, want);
	scene_keys(f.ui, f.m, "P");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	assert_string_equal(
	    f.ui->act.request.of.provider, tv->cols[MATRIX_FIRST + 1].id);
	scene_keys(f.ui, f.m, "Esc Left Left Left");
	assert_int_equal(ui_top(f.ui)->cell, 0);
	/* A row without a throttle: nobody can guess which provider. */
	scene_keys(f.ui, f.m, "G");
	assert_refused(&f, "P", "which provider?");
	done(&f);
}

static void
a_reply(void **state)
{
	struct fix f = fix_armed(VIEW_DEFERRALS);

	(void)state;
	scene_keys(f.ui, f.m, "P");
	assert_target(&f, "provider=google.com egress=198.51.100.11");
	done(&f);
}

static void
the_queue_by_each_dimension(void **state)
{
	struct fix f = fix_armed(VIEW_QUEUE);

	(void)state;
	scene_keys(f.ui, f.m, "H");
	assert_target(&f, "domain=gmail.com");
	assert_int_equal(f.ui->act.request.of.on, ACT_ON_MESSAGES);
	scene_keys(f.ui, f.m, "Esc P");
	assert_target(&f, "domain=gmail.com");
	assert_int_equal(f.ui->act.request.of.on, ACT_ON_PROVIDER);
	scene_keys(f.ui, f.m, "Esc");
	assert_refused(&f, "S", "no sender here");
	scene_keys(f.ui, f.m, "b b");
	ui_build(f.ui, f.m);
	assert_refused(&f, "P", "not by this");
	scene_keys(f.ui, f.m, "/ n e w s 1 Enter S");
	assert_target(&f, "news1@shop.example");
	assert_int_equal(f.ui->act.request.of.on, ACT_ON_SENDER);
	scene_keys(f.ui, f.m, "Esc Esc");
	/* Nobody's name: "<>" is everybody's bounces. */
	scene_keys(f.ui, f.m, "/ < > Enter");
	assert_refused(&f, "H", "without a sender");
	done(&f);
}

/* Acts of one host's queue stay with it. */
static void
the_queue_of_one_host(void **state)
{
	struct fix f = fix_armed(VIEW_QUEUE);

	(void)state;
	ui_top(f.ui)->host = MTA3;
	ui_build(f.ui, f.m);
	scene_keys(f.ui, f.m, "W");
	assert_string_equal(f.ui->input, "interval ");
	scene_keys(f.ui, f.m, "3 s Enter");
	assert_target(&f, "domain=gmail.com");
	assert_int_equal(f.ui->act.request.host, MTA3);
	done(&f);
}

static void
tagged_messages_and_no_others(void **state)
{
	struct fix f = fix_armed(VIEW_QUEUE);
	struct str rest, qid;
	unsigned n = 0;

	(void)state;
	scene_keys(f.ui, f.m, "Enter");
	ui_build(f.ui, f.m);
	assert_int_equal(ui_top(f.ui)->view, VIEW_MESSAGES_OF_KEY);
	scene_keys(f.ui, f.m, "D");
	assert_int_equal(f.ui->act.n_targets, 1);
	assert_int_not_equal(f.ui->act.request.host, HOST_NONE);
	rest = str_of(f.ui->act.request.filter.qids);
	assert_true(act_next_qid(&rest, &qid));
	assert_false(act_next_qid(&rest, &qid));
	assert_string_equal(f.ui->act.request.filter.domain, "");
	/* mta1's and mta3's: a target for each host, all ids in it. */
	scene_keys(f.ui, f.m, "Esc *");
	scene_keys(f.ui, f.m, "H");
	assert_int_equal(f.ui->act.n_targets, 2);
	for (unsigned i = 0; i < 2; i++)
		for (rest = str_of(f.ui->act.targets[i].filter.qids);
		     act_next_qid(&rest, &qid);)
			n++;
	assert_int_equal(n, f.ui->table.n);
	assert_int_not_equal(
	    f.ui->act.targets[0].host, f.ui->act.targets[1].host);
	scene_keys(f.ui, f.m, "Esc U S");
	assert_int_equal(f.ui->act.request.of.on, ACT_ON_SENDER);
	/* The message itself. */
	scene_keys(f.ui, f.m, "Esc Enter");
	assert_int_equal(ui_top(f.ui)->view, VIEW_MESSAGE);
	ui_build(f.ui, f.m);
	scene_keys(f.ui, f.m, "X");
	assert_int_equal(f.ui->act.n_targets, 1);
	assert_string_equal(f.ui->act.request.filter.qids, ui_top(f.ui)->qid);
	done(&f);
}

/* What does not fit one act is refused, not cut. */
static void
too_many_messages(void **state)
{
	struct act_ui *a = calloc(1, sizeof *a);
	struct act_target_row t = {.host = 0, .of.on = ACT_ON_MESSAGES};
	size_t held;
	int n = 0;

	(void)state;
	assert_non_null(a);
	do {
		held = strlen(a->targets[0].filter.qids);
		(void)snprintf(t.filter.qids, sizeof t.filter.qids,
		    "4jXGBk5MxNz1c8%02d", n++);
	} while (act_rows_add(a, &t));
	assert_int_equal(a->n_targets, 1);
	assert_int_equal(strlen(a->targets[0].filter.qids), held);
	assert_true(n > 80);
	free(a);
}

static void
views_without_things(void **state)
{
	struct fix f = fix_armed(VIEW_FLEET);

	(void)state;
	scene_keys(f.ui, f.m, ": p a u s e Enter");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_NONE);
	assert_non_null(strstr(f.ui->status, "go to 2"));
	assert_refused(&f, "P", "does nothing here");
	ui_goto(f.ui, VIEW_EGRESS);
	ui_build(f.ui, f.m);
	scene_keys(f.ui, f.m, "V");
	assert_int_equal(f.ui->act.request.verb, VERB_EVACUATE);
	assert_target(&f, "198.51.100.11");
	/* mta2's mail cannot be told apart: no address to act on. */
	scene_keys(f.ui, f.m, "Esc / n o t Space a t t r Enter");
	assert_refused(&f, "P", "no address of its own");
	done(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_throttled_pair),
	    cmocka_unit_test(a_cell_of_the_matrix),
	    cmocka_unit_test(a_reply),
	    cmocka_unit_test(the_queue_by_each_dimension),
	    cmocka_unit_test(the_queue_of_one_host),
	    cmocka_unit_test(tagged_messages_and_no_others),
	    cmocka_unit_test(too_many_messages),
	    cmocka_unit_test(views_without_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
