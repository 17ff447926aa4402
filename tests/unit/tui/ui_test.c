/*
 * ui_test.c - keys to state: views, levels, overlays, wishes; nothing is
 * done without being asked for, everything refused says why.
 */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"

struct fixture {
	struct ui *ui;
	struct model *m;
	struct grid g;
};

static void
frame(struct fixture *f)
{
	int row, col;

	ui_render(f->ui, f->m, &f->g, &row, &col);
}

static struct fixture
make(void)
{
	struct fixture f = {scene_ui(), scene_new(), grid_of(24, 80)};

	frame(&f);
	return f;
}

static void
done(struct fixture *f)
{
	grid_done(&f->g);
	model_free(f->m);
	scene_ui_free(f->ui);
}

static void
keys(struct fixture *f, const char *names)
{
	scene_keys(f->ui, f->m, names);
	frame(f);
}

static enum view_id
view(const struct fixture *f)
{
	return ui_top_const(f->ui)->view;
}

static void
tabs_remember_where_they_were(void **state)
{
	struct fixture f = make();
	row_key cursor;

	(void)state;
	assert_int_equal(view(&f), VIEW_EGRESS);
	keys(&f, "j j / m t a Enter");
	assert_string_equal(ui_top(f.ui)->filter, "mta");
	cursor = ui_top(f.ui)->cursor;
	keys(&f, "1");
	assert_int_equal(view(&f), VIEW_FLEET);
	assert_string_equal(ui_top(f.ui)->filter, "");
	keys(&f, "2");
	assert_string_equal(ui_top(f.ui)->filter, "mta");
	assert_true(ui_top(f.ui)->cursor == cursor);
	keys(&f, "Tab");
	assert_int_equal(view(&f), VIEW_QUEUE);
	keys(&f, "S-Tab S-Tab S-Tab");
	assert_int_equal(view(&f), VIEW_TABS - 1);
	done(&f);
}

static void
drilling_goes_in_and_out(void **state)
{
	struct fixture f = make();
	row_key cursor;

	(void)state;
	keys(&f, "3 j");
	cursor = ui_top(f.ui)->cursor;
	keys(&f, "Enter");
	assert_int_equal(view(&f), VIEW_MESSAGES_OF_KEY);
	assert_string_equal(ui_top(f.ui)->key, "example.jp");
	assert_int_equal(f.ui->table.n, 28);
	keys(&f, "Enter");
	assert_int_equal(view(&f), VIEW_MESSAGE);
	assert_string_equal(f.ui->wish.message_qid, ui_top(f.ui)->qid);
	assert_true(f.ui->wish.message_qid[0] != '\0');
	keys(&f, "Esc Esc");
	assert_int_equal(view(&f), VIEW_QUEUE);
	assert_true(ui_top(f.ui)->cursor == cursor);
	/* at the top Esc says what would quit */
	keys(&f, "Esc");
	assert_non_null(strstr(f.ui->status, "Q quits"));
	assert_false(f.ui->wish.quit);
	keys(&f, "Q");
	assert_true(f.ui->wish.quit);
	done(&f);
}

static void
esc_undoes_one_thing_at_a_time(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "4 Enter Z");
	assert_true(f.ui->frozen);
	assert_true(ui_top(f.ui)->filter[0] != '\0');
	keys(&f, "Esc");
	assert_false(f.ui->frozen);
	assert_int_equal(f.ui->depth, 1);
	keys(&f, "Esc");
	assert_string_equal(ui_top(f.ui)->filter, "");
	assert_int_equal(f.ui->depth, 1);
	keys(&f, "Esc");
	assert_int_equal(f.ui->depth, 0);
	done(&f);
}

static void
an_egress_ip_opens_its_own_deferrals(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "Enter");
	assert_int_equal(view(&f), VIEW_DEFERRALS);
	assert_int_equal(f.ui->table.n, 1);
	keys(&f, "Esc 1 Enter");
	assert_int_equal(view(&f), VIEW_HOST);
	done(&f);
}

static void
a_filter_is_live_and_esc_clears_it(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "/ m t a 2");
	assert_int_equal(f.ui->overlay, OV_FILTER);
	assert_int_equal(f.ui->table.n, 3);
	keys(&f, "Backspace 1");
	assert_int_equal(f.ui->table.n, 2);
	keys(&f, "Esc");
	assert_int_equal(f.ui->overlay, OV_NONE);
	assert_int_equal(f.ui->table.n, f.ui->table.n_all);
	done(&f);
}

/* Some row of the screen has the text. */
static bool
shows(const struct fixture *f, const char *what)
{
	struct buf b;
	bool found;

	buf_init(&b, 1 << 20);
	grid_dump(&f->g, &b);
	found = strstr(buf_cstr(&b), what) != NULL;
	buf_done(&b);
	return found;
}

static void
help_is_filtered_like_a_table(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "?");
	assert_false(shows(&f, "next theme"));
	keys(&f, "/ T H E M E");
	assert_true(shows(&f, "Keys  /THEME"));
	assert_true(shows(&f, "Everywhere"));
	assert_true(shows(&f, "theme"));
	assert_false(shows(&f, "In this view"));
	/* Letters are typed, and neither close it nor act. */
	keys(&f, "q Backspace Enter");
	assert_int_equal(f.ui->overlay, OV_HELP);
	assert_true(shows(&f, "Keys  /THEME"));
	keys(&f, "/ x x");
	assert_true(shows(&f, "no line has this in it"));
	/* Esc takes the filter off, then closes. */
	keys(&f, "Esc");
	assert_int_equal(f.ui->overlay, OV_HELP);
	assert_true(shows(&f, "In this view"));
	keys(&f, "Esc");
	assert_int_equal(f.ui->overlay, OV_NONE);
	/* One that was left on is gone when help is opened again. */
	keys(&f, "? / x Enter Esc Esc ?");
	assert_true(shows(&f, "In this view"));
	done(&f);
}

static void
the_palette_runs_and_completes(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, ": q u i t Enter");
	assert_true(f.ui->wish.quit);
	keys(&f, ": d e f Tab Enter");
	assert_int_equal(view(&f), VIEW_DEFERRALS);
	keys(&f, ": b y Space s e n d e r Enter");
	assert_int_equal(view(&f), VIEW_QUEUE);
	assert_int_equal(ui_top(f.ui)->dim, QD_SENDER);
	keys(&f, ": e x p o r t Space c s v Space / t / x Enter");
	assert_string_equal(f.ui->wish.export_kind, "csv");
	assert_string_equal(f.ui->wish.export_path, "/t/x");
	keys(&f, ": e x p o r t Space j s o n Enter");
	assert_string_equal(
	    f.ui->wish.export_path, "mtadeck-queue-20260921-141400.json");
	keys(&f, "^S");
	assert_string_equal(
	    f.ui->wish.export_path, "mtadeck-queue-20260921-141400.txt");
	keys(&f, ": t h e m e Space m o n o Enter");
	assert_string_equal(f.ui->wish.theme, "mono");
	keys(&f, ": h a l t Enter");
	assert_non_null(strstr(f.ui->status, "halt"));
	keys(&f, ": s o r t Space k e y Enter");
	assert_int_equal(ui_top(f.ui)->sort, 0);
	done(&f);
}

static void
enter_alone_never_answers_yes(void **state)
{
	struct fixture f = make();

	(void)state;
	ui_ask(f.ui, false, "host key of mta9 is not known: SHA256:abc");
	keys(&f, "Enter Space j");
	assert_int_equal(f.ui->overlay, OV_ASK);
	assert_false(f.ui->wish.answer);
	keys(&f, "y");
	assert_true(f.ui->wish.answer && f.ui->wish.answer_yes);
	ui_ask(f.ui, false, "again?");
	f.ui->wish.answer = f.ui->wish.answer_yes = false;
	keys(&f, "Esc");
	assert_true(f.ui->wish.answer && !f.ui->wish.answer_yes);
	done(&f);
}

static void
a_secret_is_hidden_and_wiped(void **state)
{
	struct fixture f = make();
	struct buf screen;

	(void)state;
	ui_ask(f.ui, true, "passphrase of id_ed25519");
	keys(&f, "s e c r e t");
	buf_init(&screen, 1 << 20);
	assert_int_equal(grid_dump(&f.g, &screen), ERR_OK);
	assert_null(strstr(buf_cstr(&screen), "secret"));
	assert_non_null(strstr(buf_cstr(&screen), "> ******"));
	buf_done(&screen);
	keys(&f, "Enter");
	assert_string_equal(f.ui->wish.answer_secret, "secret");
	for (size_t i = 0; i < sizeof f.ui->input; i++)
		assert_int_equal(f.ui->input[i], 0);
	done(&f);
}

static struct key
press(int row, int col)
{
	return (struct key){.code = KEY_MOUSE_, .row = row, .col = col};
}

static void
clicks_do_what_keys_do(void **state)
{
	struct fixture f = make();
	struct key k = press(1, f.ui->tabs[VIEW_QUEUE].at);

	(void)state;
	ui_key(f.ui, f.m, &k);
	assert_int_equal(view(&f), VIEW_QUEUE);
	frame(&f);
	k = press(5, 10); /* second row */
	ui_key(f.ui, f.m, &k);
	frame(&f);
	assert_int_equal(ui_top(f.ui)->cursor_at, 1);
	ui_key(f.ui, f.m, &k); /* again: open */
	frame(&f);
	assert_int_equal(view(&f), VIEW_MESSAGES_OF_KEY);
	k = press(3, f.ui->table.drawn[0].at); /* header: sort */
	ui_key(f.ui, f.m, &k);
	assert_int_equal(ui_top(f.ui)->sort, 0);
	assert_false(ui_top(f.ui)->invert);
	ui_key(f.ui, f.m, &k);
	assert_true(ui_top(f.ui)->invert);
	frame(&f);
	k = press(23, f.ui->hints[0].at); /* the first hint: quit */
	ui_key(f.ui, f.m, &k);
	assert_true(f.ui->wish.quit);
	k = press(4, 5);
	k.mouse = MOUSE_WHEEL_DOWN;
	ui_key(f.ui, f.m, &k);
	assert_int_equal(ui_top(f.ui)->cursor_at, 3);
	done(&f);
}

static void
a_frozen_screen_shows_what_was(void **state)
{
	struct fixture f = make();
	struct grid before = grid_of(24, 80);
	struct event down = {.kind = EVT_LINK, .host = MTA1, .at_ms = NOW};

	(void)state;
	keys(&f, "Z");
	for (int i = 0; i < 24 * 80; i++)
		before.cells[i] = f.g.cells[i];
	down.u.link.state = LINK_WAITING;
	down.u.link.text = "gone";
	model_update(f.m, &down);
	frame(&f);
	/* rows 2 to 19: summary and table */
	assert_memory_equal(&before.cells[2 * 80], &f.g.cells[2 * 80],
	    18 * 80 * sizeof *before.cells);
	keys(&f, "Z");
	assert_true(memcmp(&before.cells[2 * 80], &f.g.cells[2 * 80],
			18 * 80 * sizeof *before.cells) != 0);
	grid_done(&before);
	done(&f);
}

static void
tags_are_kept_by_key(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "Space Space");
	assert_int_equal(f.ui->n_tags, 2);
	keys(&f, "g Space");
	assert_int_equal(f.ui->n_tags, 1);
	keys(&f, "*");
	assert_int_equal(f.ui->n_tags, f.ui->table.n);
	keys(&f, "U");
	assert_int_equal(f.ui->n_tags, 0);
	keys(&f, "U");
	assert_non_null(strstr(f.ui->status, "no row is tagged"));
	done(&f);
}

static void
unknown_keys_say_so(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "%");
	assert_non_null(strstr(f.ui->status, "%"));
	keys(&f, "5 Space");
	assert_non_null(strstr(f.ui->status, "Space"));
	assert_true(f.ui->n_messages >= 2);
	keys(&f, "@");
	assert_int_equal(f.ui->overlay, OV_MESSAGES);
	done(&f);
}

static void
any_key_in_any_view_is_survived(void **state)
{
	struct fixture f = make();
	uint64_t x = 88172645463325252ULL;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct key k = {0};

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		k.code = x % 5 == 0 ? KEYS_SPECIAL + (int32_t)(x / 5 % 28)
				    : (int32_t)(x / 5 % 128);
		k.row = (int)(x >> 20 & 31);
		k.col = (int)(x >> 30 & 127);
		k.mouse = x >> 40 & 3;
		ui_key(f.ui, f.m, &k);
		if (i % 4 == 0)
			frame(&f);
	}
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tabs_remember_where_they_were),
	    cmocka_unit_test(drilling_goes_in_and_out),
	    cmocka_unit_test(esc_undoes_one_thing_at_a_time),
	    cmocka_unit_test(an_egress_ip_opens_its_own_deferrals),
	    cmocka_unit_test(a_filter_is_live_and_esc_clears_it),
	    cmocka_unit_test(help_is_filtered_like_a_table),
	    cmocka_unit_test(the_palette_runs_and_completes),
	    cmocka_unit_test(enter_alone_never_answers_yes),
	    cmocka_unit_test(a_secret_is_hidden_and_wiped),
	    cmocka_unit_test(clicks_do_what_keys_do),
	    cmocka_unit_test(a_frozen_screen_shows_what_was),
	    cmocka_unit_test(tags_are_kept_by_key),
	    cmocka_unit_test(unknown_keys_say_so),
	    cmocka_unit_test(any_key_in_any_view_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
