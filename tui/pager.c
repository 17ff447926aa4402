/* pager.c - moving and finding in documents; the log's part is its view's. */
#include "tui/pager.h"

#include "core/i18n.h"

#include <limits.h>

/* Shown and hidden at the foot: the last screen stays full. */
static long
last_scroll(const struct ui *ui)
{
	int rows = doc_rows(&ui->doc, ui->body.cols) - ui->body.rows;

	return rows > 0 ? rows : 0;
}

void
pager_scroll(struct ui *ui, struct model *m, long by)
{
	struct level *l = ui_top(ui);
	long last, at;

	if (l->view == VIEW_LOG) {
		log_scroll(ui, m, by);
		return;
	}
	last = last_scroll(ui);
	if (by == LONG_MIN)
		at = 0;
	else if (by == LONG_MAX)
		at = last;
	else
		at = (long)l->scroll + by;
	l->scroll = (size_t)(at < 0 ? 0 : at > last ? last : at);
}

static bool
doc_find_from(struct ui *ui, bool back)
{
	struct level *l = ui_top(ui);
	int row = doc_find(
	    &ui->doc, ui->body.cols, (int)l->scroll, back, str_of(l->find));

	if (row < 0)
		return false;
	l->scroll = (size_t)row;
	return true;
}

void
pager_find(struct ui *ui, struct model *m, bool back)
{
	struct level *l = ui_top(ui);
	bool found;

	if (l->find[0] == '\0') {
		ui_say(ui, true, _("nothing to find yet: f asks what"));
		return;
	}
	found = l->view == VIEW_LOG ? log_find(ui, m, back)
				    : doc_find_from(ui, back);
	if (!found)
		ui_say(ui, true,
		    back ? _("\"%s\" is not before here")
			 : _("\"%s\" is not after here"),
		    l->find);
}
