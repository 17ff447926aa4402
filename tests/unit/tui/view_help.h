/*
 * view_help.h - a view over a scene, its cells by the columns' ids, and what
 * its sentences say, for the tests of views and of what is done in them.
 */
#ifndef TESTS_UNIT_TUI_VIEW_HELP_H
#define TESTS_UNIT_TUI_VIEW_HELP_H

#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/views.h"

struct fix {
	struct model *m;
	struct ui *ui;
};

static inline struct fix
fix_over(struct model *m, enum view_id view)
{
	struct fix f = {m, scene_ui()};

	f.ui->now_ms = m->now_ms;
	ui_goto(f.ui, view);
	ui_build(f.ui, f.m);
	return f;
}

/* With listings and throttles. */
static inline struct fix
fix_of(enum view_id view)
{
	return fix_over(scene_listed(), view);
}

/* Where acts may be asked for. */
static inline struct fix
fix_armed(enum view_id view)
{
	struct fix f = fix_over(scene_new(), view);

	f.ui->act.armed_until_ms = f.ui->now_ms + 600000;
	return f;
}

static inline void
done(struct fix *f)
{
	scene_ui_free(f->ui);
	model_free(f->m);
}

static inline int
column_of(const struct table_view *tv, const char *id)
{
	for (int i = 0; i < tv->n_cols; i++)
		if (strcmp(tv->cols[i].id, id) == 0)
			return i;
	fail_msg("no column %s", id);
	return -1;
}

/* The text of a cell, wherever it is kept: own texts move with a copy. */
static inline void
assert_cell_text(const struct cellv *c, const char *id, const char *want)
{
	struct str got = c->own[0] != '\0' ? str_of(c->own) : c->text;

	if (!str_eq(got, str_of(want)))
		fail_msg("%s: \"%.*s\" is not \"%s\"", id, (int)got.n,
		    got.n == 0 ? "" : got.p, want);
}

static inline void
assert_says(const struct buf *b, const char *what)
{
	if (str_find(buf_view(b), str_of(what)) == SIZE_MAX)
		fail_msg("\"%s\" is not in \"%.*s\"", what, (int)b->n, b->p);
}

#endif
