/*
 * w_table_test.c - filter, sort, cursor, columns and freeze of the table, on a
 * view made up for it: rows are numbers, some unknown.
 */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"

enum { COL_NAME, COL_SIZE, COL_NOTE, COL_FAR, COL_N };

static const struct column cols[COL_N] = {
    [COL_NAME] = {"name", "name", 6, 20, 0, ALIGN_LEFT, COLF_STATE, ""},
    [COL_SIZE] = {"size", "size", 5, 5, 1, ALIGN_RIGHT, COLF_NUMBER, ""},
    [COL_NOTE] = {"note", "note", 10, 40, 2, ALIGN_LEFT, 0, ""},
    [COL_FAR] = {"far", "far", 10, 10, 3, ALIGN_LEFT, 0, ""},
};

static const struct {
	const char *name;
	int size; /* -1 unknown */
	enum role role;
} things[] = {
    {"pear", 30, ROLE_TEXT},
    {"fig", -1, ROLE_TEXT},
    {"apple", 200, ROLE_CRIT},
    {"\xe6\xa2\xa8", 4, ROLE_TEXT},
    {"plum", 30, ROLE_TEXT},
};
enum { N_THINGS = sizeof things / sizeof *things };

/* How many of the things there are: a test may take some away. */
static size_t
n_things(const struct model *m)
{
	return m->n_hosts < N_THINGS ? m->n_hosts : N_THINGS;
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	size_t n = n_things(m);

	(void)ui;
	for (size_t i = 0; i < n && i < cap; i++)
		out[i] = (struct row){100 + i, (uint32_t)i};
	return n;
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	(void)m;
	(void)ui;
	c->role = things[row.at].role;
	if (col == COL_NAME) {
		c->text = str_of(things[row.at].name);
	} else if (col == COL_SIZE && things[row.at].size < 0) {
		c->text = STR_LIT("?");
		c->known = false;
	} else if (col == COL_SIZE) {
		(void)snprintf(c->own, sizeof c->own, "%d",
		    things[row.at].size + (int)m->now_ms);
		c->text = str_of(c->own);
		c->num = things[row.at].size;
	} else {
		c->text = STR_LIT("a note");
	}
}

static const struct table_view view = {.cols = cols,
    .n_cols = COL_N,
    .default_sort = COL_NAME,
    .rows = rows,
    .cell = cell};

struct fixture {
	struct ui *ui;
	struct model m;
};

static struct fixture
make(void)
{
	struct fixture f = {.ui = scene_ui(), .m = {.n_hosts = N_THINGS}};

	return f;
}

/* Names of the rows shown, "apple fig ..". */
static void
assert_order(struct fixture *f, const char *want)
{
	char got[256] = "";
	size_t n = 0;

	wtable_build(&f->ui->table, &view, &f->m, f->ui);
	for (size_t i = 0; i < f->ui->table.n; i++)
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%s",
		    i > 0 ? " " : "",
		    things[f->ui->table.shown[i].row.at].name);
	assert_string_equal(got, want);
}

static void
rows_are_sorted(void **state)
{
	struct fixture f = make();

	(void)state;
	assert_order(&f, "apple fig pear plum \xe6\xa2\xa8");
	ui_top(f.ui)->invert = true;
	assert_order(&f, "\xe6\xa2\xa8 plum pear fig apple");
	/* numbers: largest first, equals in the view's order, unknown last
	 * whichever way round */
	ui_top(f.ui)->sort = COL_SIZE;
	ui_top(f.ui)->invert = false;
	assert_order(&f, "apple pear plum \xe6\xa2\xa8 fig");
	ui_top(f.ui)->invert = true;
	assert_order(&f, "\xe6\xa2\xa8 pear plum apple fig");
	scene_ui_free(f.ui);
}

static void
a_filter_counts_the_bad_it_hides(void **state)
{
	struct fixture f = make();

	(void)state;
	(void)snprintf(ui_top(f.ui)->filter, UI_FILTER, "P");
	assert_order(&f, "apple pear plum");
	assert_int_equal(f.ui->table.n_all, N_THINGS);
	assert_int_equal(f.ui->table.hidden_bad, 0);
	(void)snprintf(ui_top(f.ui)->filter, UI_FILTER, "pl");
	assert_order(&f, "apple plum");
	(void)snprintf(ui_top(f.ui)->filter, UI_FILTER, "plu");
	assert_order(&f, "plum");
	assert_int_equal(f.ui->table.hidden_bad, 1);
	(void)snprintf(ui_top(f.ui)->filter, UI_FILTER, "zzz");
	assert_order(&f, "");
	assert_null(wtable_cursor(&f.ui->table, f.ui));
	scene_ui_free(f.ui);
}

static const char *
under_cursor(const struct fixture *f)
{
	const struct trow *r = wtable_cursor(&f->ui->table, f->ui);

	assert_non_null(r);
	return things[r->row.at].name;
}

static void
the_cursor_stays_on_its_row(void **state)
{
	struct fixture f = make();

	(void)state;
	assert_order(&f, "apple fig pear plum \xe6\xa2\xa8");
	wtable_move(&f.ui->table, f.ui, 2);
	assert_string_equal(under_cursor(&f), "pear");
	ui_top(f.ui)->sort = COL_SIZE;
	assert_order(&f, "apple pear plum \xe6\xa2\xa8 fig");
	assert_string_equal(under_cursor(&f), "pear");
	/* its row goes: the place stays */
	(void)snprintf(ui_top(f.ui)->filter, UI_FILTER, "l");
	assert_order(&f, "apple plum");
	assert_string_equal(under_cursor(&f), "plum");
	/* further than there are rows */
	wtable_move(&f.ui->table, f.ui, 99);
	assert_string_equal(under_cursor(&f), "plum");
	wtable_move(&f.ui->table, f.ui, -99);
	assert_string_equal(under_cursor(&f), "apple");
	scene_ui_free(f.ui);
}

static void
an_unmoved_cursor_stays_on_top(void **state)
{
	struct fixture f = make();

	(void)state;
	assert_order(&f, "apple fig pear plum \xe6\xa2\xa8");
	ui_top(f.ui)->invert = true;
	assert_order(&f, "\xe6\xa2\xa8 plum pear fig apple");
	assert_string_equal(under_cursor(&f), "\xe6\xa2\xa8");
	scene_ui_free(f.ui);
}

static void
draw(struct fixture *f, struct grid *g, const char *want)
{
	grid_clear(g);
	wtable_build(&f->ui->table, &view, &f->m, f->ui);
	wtable_draw(&f->ui->table, &view, &f->m, f->ui, g, whole(g));
	assert_grid(g, want);
}

static void
columns_go_by_priority(void **state)
{
	struct fixture f = make();
	struct grid g = grid_of(3, 36), narrow = grid_of(3, 24);
	struct grid tiny = grid_of(3, 9);

	(void)state;
	draw(&f, &g,
	    " name^   size note       far\n"
	    ">apple    200 a note     a note\n"
	    " fig        ? a note     a note\n");
	draw(&f, &narrow,
	    " name^   size note\n"
	    ">apple    200 a note\n"
	    " fig        ? a note\n");
	draw(&f, &tiny, " name^\n>apple\n fig\n");
	ui_top(f.ui)->scroll_col = 1;
	draw(&f, &narrow,
	    " name^  note\n"
	    ">apple  a note\n"
	    " fig    a note\n");
	grid_done(&g);
	grid_done(&narrow);
	grid_done(&tiny);
	scene_ui_free(f.ui);
}

static void
the_cursor_is_scrolled_to(void **state)
{
	struct fixture f = make();
	struct grid g = grid_of(3, 14);

	(void)state;
	wtable_build(&f.ui->table, &view, &f.m, f.ui);
	wtable_move(&f.ui->table, f.ui, 3);
	draw(&f, &g,
	    " name^   size\n"
	    " pear      30\n"
	    ">plum      30\n");
	assert_int_equal(cell_of(&g, 2, 5).over, ROLE_CURSOR);
	(void)ui_tag(f.ui, 100, true);
	draw(&f, &g,
	    " name^   size\n"
	    "*pear      30\n"
	    ">plum      30\n");
	wtable_move(&f.ui->table, f.ui, 9);
	draw(&f, &g,
	    " name^   size\n"
	    " plum      30\n"
	    ">\xe6\xa2\xa8         4\n");
	grid_done(&g);
	scene_ui_free(f.ui);
}

static void
a_frozen_table_does_not_move(void **state)
{
	struct fixture f = make();
	struct grid g = grid_of(4, 14);

	(void)state;
	(void)snprintf(ui_top(f.ui)->filter, UI_FILTER, "p");
	assert_int_equal(
	    wtable_freeze(&f.ui->table, &view, &f.m, f.ui), ERR_OK);
	f.m.now_ms = 1000; /* figures change.. */
	f.m.n_hosts = 1;   /* ..and rows go */
	draw(&f, &g,
	    " name^   size\n"
	    ">apple    200\n"
	    " pear      30\n"
	    " plum      30\n");
	/* what the filter hid is there, and can be sorted */
	ui_top(f.ui)->filter[0] = '\0';
	ui_top(f.ui)->sort = COL_SIZE;
	assert_order(&f, "apple pear plum \xe6\xa2\xa8 fig");
	wtable_thaw(&f.ui->table);
	assert_order(&f, "pear");
	grid_done(&g);
	scene_ui_free(f.ui);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_are_sorted),
	    cmocka_unit_test(a_filter_counts_the_bad_it_hides),
	    cmocka_unit_test(the_cursor_stays_on_its_row),
	    cmocka_unit_test(an_unmoved_cursor_stays_on_top),
	    cmocka_unit_test(columns_go_by_priority),
	    cmocka_unit_test(the_cursor_is_scrolled_to),
	    cmocka_unit_test(a_frozen_table_does_not_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
