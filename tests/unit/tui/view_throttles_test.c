/* view_throttles_test.c - throttles on screen: pairs and matrix, how long an
 * ended one shows, ways in, sentences, exports. */
#include "tests/unit/tui/view_help.h"
#include "tui/throttles_ui.h"

/* The cell of row n, column by its id. */
static void
assert_cell(struct fix *f, size_t n, const char *id, const char *want)
{
	const struct table_view *tv = ui_table(f->ui);
	struct cellv c;

	assert_true(n < f->ui->table.n);
	wtable_cell(&f->ui->table, tv, f->m, f->ui, &f->ui->table.shown[n],
	    column_of(tv, id), &c);
	assert_cell_text(&c, id, want);
}

static struct throttle *
throttle(struct fix *f)
{
	for (uint32_t i = 0; i < f->m->n_cells; i++)
		if (f->m->cells[i].throttle != NULL)
			return f->m->cells[i].throttle;
	fail_msg("no throttle");
	return NULL;
}

static void
a_pair_has_its_figures(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);

	(void)state;
	assert_int_equal(f.ui->table.n, 1);
	assert_cell(&f, 0, "state", "!throttled");
	assert_cell(&f, 0, "egress", "198.51.100.11");
	assert_cell(&f, 0, "provider", "google.com");
	assert_cell(&f, 0, "share_pct", "!100%");
	assert_cell(&f, 0, "sent_min", "0");
	assert_cell(&f, 0, "since", "14:02");
	assert_cell(&f, 0, "peak_pct", "100%");
	assert_cell(&f, 0, "episodes", "1");
	/* Nobody reads it any more: what it was stays, how much it is not. */
	scene_link(f.m, MTA1, LINK_WAITING, NOW, "gone");
	ui_build(f.ui, f.m);
	assert_cell(&f, 0, "state", "!throttled");
	assert_cell(&f, 0, "share_pct", "?");
	assert_cell(&f, 0, "sent_min", "?");
	done(&f);
}

static void
each_state_has_mark_and_word(void **state)
{
	static const char *const words[THROTTLE_STATES] = {
	    [THROTTLE_CLEAR] = "clear",
	    [THROTTLE_SUSPECTED] = "?suspected",
	    [THROTTLE_THROTTLED] = "!throttled",
	    [THROTTLE_EASING] = "~easing"};
	struct fix f = fix_of(VIEW_THROTTLES);

	(void)state;
	throttle(&f)->end_ms = NOW - 60000;
	for (enum throttle_state s = THROTTLE_CLEAR; s < THROTTLE_STATES; s++) {
		throttle(&f)->state = s;
		ui_build(f.ui, f.m);
		assert_cell(&f, 0, "state", words[s]);
	}
	done(&f);
}

static void
an_ended_one_shows_for_an_hour(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);
	struct buf b;

	(void)state;
	throttle(&f)->state = THROTTLE_CLEAR;
	throttle(&f)->end_ms = NOW - 3599000;
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 1);
	buf_init(&b, 4096);
	(void)ui_view(f.ui)->detail(f.m, f.ui, f.ui->table.shown[0].row, &b);
	assert_says(&b, "no longer slows down");
	throttle(&f)->end_ms = NOW - 3600000;
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 0);
	buf_done(&b);
	done(&f);
}

static void
the_matrix_has_a_column_each(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);

	(void)state;
	scene_keys(f.ui, f.m, "b");
	ui_build(f.ui, f.m);
	/* Who throttles comes first; then who gets most mail. */
	assert_string_equal(
	    ui_table(f.ui)->cols[MATRIX_FIRST].id, "google.com");
	assert_cell(&f, 0, "egress", "198.51.100.11");
	assert_cell(&f, 0, "google.com", "!100%");
	assert_cell(&f, 0, "example.jp", "0%");
	assert_cell(&f, 0, "example.org", "-");
	/* Addresses that the log cannot tell apart have no row of their own. */
	for (size_t i = 0; i < f.ui->table.n; i++) {
		const struct egress *e =
		    &f.m->egress[f.ui->table.shown[i].row.at];

		assert_true(e->attributable || e->rest);
	}
	/* Where replies are not read, nothing is 0 %. */
	f.m->reader.read = NULL;
	ui_build(f.ui, f.m);
	assert_cell(&f, 0, "example.jp", "?");
	scene_keys(f.ui, f.m, "b");
	assert_int_equal(ui_top(f.ui)->by, THROTTLES_PAIRS);
	done(&f);
}

static void
ways_in(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);
	const struct level *l;

	(void)state;
	scene_keys(f.ui, f.m, "b Enter");
	l = ui_top_const(f.ui);
	assert_int_equal(l->view, VIEW_THROTTLES);
	assert_string_equal(f.m->egress[l->egress].ip, "198.51.100.11");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 1);
	scene_keys(f.ui, f.m, "Enter");
	l = ui_top_const(f.ui);
	assert_int_equal(l->view, VIEW_DEFERRALS);
	assert_string_equal(l->provider, "google.com");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 1);
	done(&f);
}

static void
a_sentence_says_what_it_does(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_int_equal(ui_view(f.ui)->summary(f.m, f.ui, &b), ROLE_CRIT);
	assert_says(&b, "1 throttled, 0 suspected");
	buf_reset(&b);
	(void)ui_view(f.ui)->detail(f.m, f.ui, f.ui->table.shown[0].row, &b);
	assert_says(&b,
	    "google.com refuses 100 % of mta1's 198.51.100.11 in 10 min, "
	    "since 14:02:15 (11m45s ago), throttled since 14:03. ");
	assert_says(&b, "It takes 0.0 a minute now, took 16.0 before. ");
	assert_says(&b, "It says: 421-4.7.28 Gmail");
	buf_done(&b);
	done(&f);
}

/* Many egress IPs and providers: every pair is in its own cell. */
static void
a_matrix_of_many(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);
	char name[64];

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct log_rec r;

		(void)snprintf(name, sizeof name, "mx.p%d.example", i);
		r = scene_delivery(NOW, "postfix/out2", "a@p.example", name,
		    LS_SENT, "250 ok");
		for (int k = 0; k <= i; k++)
			scene_log(f.m, MTA3, &r);
	}
	scene_keys(f.ui, f.m, "b");
	ui_build(f.ui, f.m);
	assert_true(ui_table(f.ui)->n_cols <= MAX_COLS);
	for (size_t i = 0; i < f.ui->table.n; i++) {
		const struct egress *e =
		    &f.m->egress[f.ui->table.shown[i].row.at];

		if (e->host == MTA3 && strcmp(e->handles, "out2") == 0)
			assert_cell(&f, i, "p39.example", "0%");
		else
			assert_cell(&f, i, "p39.example", "-");
	}
	done(&f);
}

static void
exports_have_ids(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(ui_export(f.ui, f.m, "csv", &out), ERR_OK);
	assert_true(str_starts(buf_view(&out),
	    STR_LIT("state,egress,host,provider,share_pct,refused_min,"
		    "sent_min,since,")));
	scene_keys(f.ui, f.m, "b");
	buf_reset(&out);
	assert_int_equal(ui_export(f.ui, f.m, "json", &out), ERR_OK);
	assert_non_null(strstr(buf_cstr(&out), "\"google.com\":100"));
	buf_done(&out);
	done(&f);
}

/* A frozen matrix keeps its columns although others would come first now. */
static void
a_freeze_holds(void **state)
{
	struct fix f = fix_of(VIEW_THROTTLES);

	(void)state;
	scene_keys(f.ui, f.m, "b Z");
	throttle(&f)->state = THROTTLE_CLEAR;
	ui_build(f.ui, f.m);
	assert_cell(&f, 0, "google.com", "!100%");
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pair_has_its_figures),
	    cmocka_unit_test(each_state_has_mark_and_word),
	    cmocka_unit_test(an_ended_one_shows_for_an_hour),
	    cmocka_unit_test(the_matrix_has_a_column_each),
	    cmocka_unit_test(ways_in),
	    cmocka_unit_test(a_sentence_says_what_it_does),
	    cmocka_unit_test(a_matrix_of_many),
	    cmocka_unit_test(exports_have_ids),
	    cmocka_unit_test(a_freeze_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
