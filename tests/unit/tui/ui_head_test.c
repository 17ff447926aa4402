/* ui_head_test.c - the two rows on top say less when there is less room, never
 * half of something; tabs can be clicked in every form. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/ui_head.h"

struct fix {
	struct model *m;
	struct ui *ui;
	struct grid g;
	struct buf text;
};

static struct fix
fix(int cols)
{
	struct fix f = {scene_listed(), scene_ui(), grid_of(24, cols), {0}};

	buf_init(&f.text, 1 << 20);
	return f;
}

static void
done(struct fix *f)
{
	buf_done(&f->text);
	grid_done(&f->g);
	scene_ui_free(f->ui);
	model_free(f->m);
}

/* A row of the screen as text. */
static struct str
row(struct fix *f, int n)
{
	struct str rest, line = {NULL, 0};
	int r, c;

	ui_render(f->ui, f->m, &f->g, &r, &c);
	buf_reset(&f->text);
	assert_int_equal(grid_dump(&f->g, &f->text), ERR_OK);
	rest = buf_view(&f->text);
	for (int i = 0; i <= n; i++)
		(void)str_line(&rest, &line);
	return line;
}

static bool
has(struct str line, const char *what)
{
	return str_find(line, str_of(what)) != SIZE_MAX;
}

/* What is wrong is whole at every width, frozen or not. */
static void
the_title_never_cuts(void **state)
{
	static const char *const always[] = {"3/4 up", " 1 down ",
	    "!!alerts 3 ", "!!listed 65 ", "!throttled 1 "};

	(void)state;
	for (int cols = 80; cols <= 160; cols += 5)
		for (int frozen = 0; frozen < 2; frozen++) {
			struct fix f = fix(cols);
			struct str line;

			if (frozen)
				scene_keys(f.ui, f.m, "Z");
			line = row(&f, 0);
			for (size_t i = 0; i < sizeof always / sizeof *always;
			     i++)
				if (!has(line, always[i]))
					fail_msg("%d: \"%.*s\" lacks %s", cols,
					    (int)line.n, line.p, always[i]);
			assert_int_equal(has(line, "FROZEN"), frozen);
			/* A time of day comes with its zone or alone, whole. */
			assert_true(has(line, "14:14:00") || frozen);
			assert_true(!has(line, "UT") || has(line, "UTC"));
			done(&f);
		}
}

/* What is shown of the past says so, at every width. */
static void
the_title_of_a_recording(void **state)
{
	static const struct {
		enum ui_play play;
		const char *up, *roomy, *tight;
	} all[] = {{UI_PLAYING, "hosts 3/4 up", " REPLAY ", " REPLAY "},
	    {UI_PLAY_END, "hosts 3/4 were up", " END OF THE RECORDING ",
		" ENDED "},
	    {UI_PLAY_CUT, "hosts 3/4 were up", " THE RECORDING IS CUT HERE ",
		" CUT HERE "}};

	(void)state;
	for (int cols = 80; cols <= 200; cols += 5)
		for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
			struct fix f = fix(cols);
			struct str line;

			f.ui->play = all[i].play;
			line = row(&f, 0);
			if (!has(line, "!throttled 1 ") ||
			    !has(line, "14:14:00") ||
			    !((has(line, all[i].roomy) &&
				  has(line, all[i].up)) ||
				(has(line, all[i].tight) &&
				    has(line, "3/4 up"))))
				fail_msg("%d: %.*s", cols, (int)line.n, line.p);
			assert_true(cols < 200 || has(line, all[i].up));
			done(&f);
		}
}

static void
the_title_counts(void **state)
{
	struct fix f = fix(120);

	(void)state;
	/* Nothing known is a question mark, nothing wrong a zero. */
	model_free(f.m);
	f.m = scene_empty();
	assert_true(has(row(&f, 0), "alerts ?  listed ?  throttled 0"));
	f.m->reader.read = NULL;
	assert_true(has(row(&f, 0), "throttled ?"));
	scene_subjects(f.m, NOW);
	scene_health(f.m, SCENE_ZEN, VERDICT_CLEAN, NOW, "");
	scene_answer(f.m, "192.0.2.1", SCENE_ZEN, VERDICT_CLEAN, NOW, 0, "");
	assert_true(has(row(&f, 0), "listed 0"));
	/* What costs little is one warning, what costs much two. */
	scene_answer(f.m, "192.0.2.1", SCENE_BRBL, VERDICT_LISTED, NOW, 0, "");
	assert_true(has(row(&f, 0), " !listed 1 "));
	scene_answer(f.m, "192.0.2.2", SCENE_ZEN, VERDICT_LISTED, NOW, 0, "");
	assert_true(has(row(&f, 0), " !!listed 2 "));
	done(&f);
}

static void
click(struct fix *f, int r, int c)
{
	struct key k = {.code = KEY_MOUSE_,
	    .mouse = MOUSE_PRESS,
	    .row = (int16_t)r,
	    .col = (int16_t)c};

	ui_key(f->ui, f->m, &k);
}

/* Every tab is there, whole or as its number, and can be clicked. */
static void
tabs_are_whole_and_clicked(void **state)
{
	(void)state;
	for (int cols = 80; cols <= 120; cols += 8)
		for (int filter = 0; filter < 2; filter++) {
			struct fix f = fix(cols);

			if (filter)
				scene_keys(f.ui, f.m, "/ m t a Enter");
			for (int v = 0; v < VIEW_TABS; v++) {
				struct str line = row(&f, 1);
				const char *title =
				    view_rows[f.ui->stack[0].view]->title;

				assert_true(has(line, title));
				assert_false(has(line, "~"));
				click(&f, 1, f.ui->tabs[v].at);
				assert_int_equal((int)f.ui->stack[0].view, v);
			}
			done(&f);
		}
}

static void
forms_of_tabs(void **state)
{
	struct fix f = fix(120);

	(void)state;
	assert_true(has(row(&f, 1), "1 Fleet[2 Egress]3 Queue"));
	assert_int_equal(grid_resize(&f.g, 24, 80), ERR_OK);
	assert_true(has(row(&f, 1), "1Fleet[2Egress]3Queue"));
	scene_keys(f.ui, f.m, "/ 1 9 8 . 5 1 Enter");
	assert_true(has(row(&f, 1), "1[2Egress]3 4 5 6 7 8"));
	assert_true(has(row(&f, 1), "/198.51 8/9"));
	/* What a level is of is in the way here. */
	scene_keys(f.ui, f.m, "Esc i");
	assert_true(has(row(&f, 1), "Egress > Listings of 198.51.100.11"));
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_title_never_cuts),
	    cmocka_unit_test(the_title_of_a_recording),
	    cmocka_unit_test(the_title_counts),
	    cmocka_unit_test(tabs_are_whole_and_clicked),
	    cmocka_unit_test(forms_of_tabs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
