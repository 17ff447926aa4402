/*
 * ov_help.c - help from the tables: this view's keys, then everybody's, then
 * what the columns mean. Nothing is written down twice, so it is never stale.
 */
#include "tui/overlay.h"

#include "core/i18n.h"

#include <stdio.h>

enum { KEYS_COLS = 14 };

/* Every key bound to the action now, "j Down". */
static void
keys_of(const struct ui *ui, enum action a, char *dst, size_t cap)
{
	char name[16];
	size_t n = 0;

	dst[0] = '\0';
	for (unsigned i = 0; i < ui->keys.n && n < cap; i++) {
		if (ui->keys.rows[i].action != a)
			continue;
		n +=
		    (size_t)snprintf(dst + n, cap - n, "%s%s", n > 0 ? " " : "",
			keymap_key_name(name, ui->keys.rows[i].code));
	}
}

static void
actions(struct ui *ui, const struct model *m, struct doc *out, bool view_only)
{
	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++) {
		const struct action_row *row = &action_rows[a];
		bool of_view = (row->ctx & ui_view(ui)->ctx) != 0;
		bool act = (row->flags & AF_SAFE) == 0;
		const char *why;
		char keys[48];

		if (view_only ? !of_view : (row->ctx & CTX_ANY) == 0)
			continue;
		if (a == ACT_ACTS && ov_menu_count(ui) == 0)
			continue;
		/* That this console only reads is said once. */
		why = of_view && act ? act_ui_refusal(ui, m, (enum action)a)
				     : ui_refusal(ui, m, (enum action)a);
		keys_of(ui, (enum action)a, keys, sizeof keys);
		/* An act by its name too: so it is called everywhere. */
		doc_named(out, why == NULL ? ROLE_TEXT : ROLE_DIM, KEYS_COLS,
		    keys, "%s%s%s%s%s%s", act ? row->name : "", act ? ": " : "",
		    _(row->help), why == NULL ? "" : " (",
		    why == NULL ? "" : why, why == NULL ? "" : ")");
	}
}

static void
columns(const struct table_view *tv, struct doc *out)
{
	doc_line(out, ROLE_TEXT, 0, (struct str){NULL, 0});
	doc_line(out, ROLE_HEAD, 0, str_of(_("Columns")));
	for (int i = 0; i < tv->n_cols; i++)
		doc_named(out, ROLE_TEXT, KEYS_COLS, _(tv->cols[i].title), "%s",
		    _(tv->cols[i].help));
}

void
ov_help(struct ui *ui, const struct model *m, struct doc *out)
{
	const struct view *v = ui_view(ui);

	doc_printf(out, ROLE_HEAD, 0, _("In this view: %s"), _(v->title));
	if (ui_refusal(ui, m, ACT_ACTS) == NULL && act_ui_locked(ui) != NULL)
		doc_line(out, ROLE_WARN, 0, str_of(act_ui_locked(ui)));
	actions(ui, m, out, true);
	doc_line(out, ROLE_TEXT, 0, (struct str){NULL, 0});
	doc_line(out, ROLE_HEAD, 0, str_of(_("Everywhere")));
	actions(ui, m, out, false);
	if (ui_table(ui) != NULL)
		columns(ui_table(ui), out);
	doc_line(out, ROLE_TEXT, 0, (struct str){NULL, 0});
	doc_printf(out, ROLE_DIM, 0,
	    _("/ filters, any other key closes. mtadeck %s"), ui->version);
}
