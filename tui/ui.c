/*
 * ui.c - the state of the screen: levels, messages, tags, freeze, and what can
 * be done where. Keys are in ui_key.c, drawing in ui_render.c.
 */
#include "tui/ui.h"

#include "tui/overlay.h"
#include "tui/throttles_ui.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATUS_MS = 6000 };

static struct level
level_new(enum view_id view)
{
	return (struct level){.view = view,
	    .sort = SORT_DEFAULT,
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .follow = true};
}

err_t
ui_init(struct ui *ui, char *why, size_t why_cap)
{
	err_t err;

	memset(ui, 0, sizeof *ui);
	for (unsigned v = 0; v < VIEW_TABS; v++)
		ui->roots[v] = level_new((enum view_id)v);
	ui->stack[0] = ui->roots[VIEW_EGRESS];
	ui->host = HOST_NONE;
	ui->version = "";
	ui->stale = true;
	doc_init(&ui->doc);
	buf_init(&ui->act.addresses, ACT_FILE_BYTES);
	err = wtable_init(&ui->table);
	if (err != ERR_OK)
		(void)snprintf(why, why_cap, "%s", err_text(err));
	else
		err = keymap_init(&ui->keys, why, why_cap);
	if (err != ERR_OK)
		ui_done(ui);
	return err;
}

void
ui_done(struct ui *ui)
{
	wtable_done(&ui->table);
	doc_done(&ui->doc);
	queue_sum_done(&ui->queue);
	listing_sum_done(&ui->listings);
	throttles_matrix_free(ui->matrix);
	ui->matrix = NULL;
	free(ui->worst);
	ui->worst = NULL;
	ui->n_worst = 0;
	buf_done(&ui->act.addresses);
	explicit_bzero(ui->input, sizeof ui->input);
	explicit_bzero(&ui->wish, sizeof ui->wish);
}

struct level *
ui_top(struct ui *ui)
{
	return &ui->stack[ui->depth];
}

const struct level *
ui_top_const(const struct ui *ui)
{
	return &ui->stack[ui->depth];
}

const struct view *
ui_view(const struct ui *ui)
{
	return view_rows[ui_top_const(ui)->view];
}

const struct table_view *
ui_table(const struct ui *ui)
{
	const struct view *v = ui_view(ui);

	return v->table_by != NULL ? v->table_by(ui) : v->table;
}

void
ui_say(struct ui *ui, bool error, const char *fmt, ...)
{
	unsigned at = ui->n_messages++ % UI_MESSAGES;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(ui->status, sizeof ui->status, fmt, ap);
	va_end(ap);
	ui->status_error = error;
	ui->status_until_ms = ui->now_ms + STATUS_MS;
	ui->messages[at].at_ms = ui->now_ms;
	str_copy(ui->messages[at].text, sizeof ui->messages[at].text,
	    str_of(ui->status));
}

void
ui_ask(struct ui *ui, bool secret, const char *text)
{
	str_copy(ui->ask_text, sizeof ui->ask_text, str_of(text));
	ui->ask_secret = secret;
	ui->overlay = OV_ASK;
	ui->overlay_scroll = 0;
	explicit_bzero(ui->input, sizeof ui->input);
	ui->input_n = 0;
}

void
ui_thaw(struct ui *ui)
{
	if (!ui->frozen)
		return;
	ui->frozen = false;
	if (ui->frozen_follow)
		ui_top(ui)->follow = true;
	wtable_thaw(&ui->table);
	ui_say(ui, false, _("live again"));
}

void
ui_goto(struct ui *ui, enum view_id view)
{
	enum view_id was = ui->stack[0].view;

	ui_thaw(ui);
	if (was < VIEW_TABS)
		ui->roots[was] = ui->stack[0];
	ui->depth = 0;
	ui->stack[0] = view < VIEW_TABS ? ui->roots[view] : level_new(view);
}

struct level *
ui_push(struct ui *ui, enum view_id view)
{
	const struct level *from = ui_top(ui);
	struct level to = level_new(view);

	if (ui->depth + 1 == UI_STACK) {
		ui_say(ui, true, _("too deep: Esc goes back"));
		return NULL;
	}
	ui_thaw(ui);
	to.host = from->host;
	to.egress = from->egress;
	to.dim = from->dim;
	to.list = from->list;
	memcpy(to.provider, from->provider, sizeof to.provider);
	memcpy(to.key, from->key, sizeof to.key);
	memcpy(to.qid, from->qid, sizeof to.qid);
	to.instance = from->instance;
	ui->stack[++ui->depth] = to;
	return ui_top(ui);
}

/* Place of a key among the tags, which are sorted. */
static size_t
tag_place(const struct ui *ui, row_key key)
{
	size_t lo = 0, hi = ui->n_tags;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ui->tags[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
ui_tagged(const struct ui *ui, row_key key)
{
	size_t at = tag_place(ui, key);

	return at < ui->n_tags && ui->tags[at] == key;
}

bool
ui_tag(struct ui *ui, row_key key, bool on)
{
	size_t at = tag_place(ui, key), behind = ui->n_tags - at;

	if (ui_tagged(ui, key) == on)
		return true;
	if (on && ui->n_tags == UI_TAGS)
		return false;
	if (on) {
		memmove(&ui->tags[at + 1], &ui->tags[at],
		    behind * sizeof *ui->tags);
		ui->tags[at] = key;
		ui->n_tags++;
	} else {
		memmove(&ui->tags[at], &ui->tags[at + 1],
		    (behind - 1) * sizeof *ui->tags);
		ui->n_tags--;
	}
	return true;
}

void
ui_wish_export(struct ui *ui, const char *kind, struct str path)
{
	char at[CLOCK_TEXT], stamp[20];
	size_t n = 0;

	str_copy(
	    ui->wish.export_kind, sizeof ui->wish.export_kind, str_of(kind));
	str_copy(ui->wish.export_path, sizeof ui->wish.export_path, path);
	if (path.n > 0)
		return;
	/* 2026-11-21T23:05:42.123 gives 20261121-230542 */
	(void)clock_rfc3339(at, ui->now_ms);
	for (const char *p = at; *p != '\0' && *p != '.' && n < 15; p++) {
		if (*p >= '0' && *p <= '9')
			stamp[n++] = *p;
		else if (*p == 'T')
			stamp[n++] = '-';
	}
	stamp[n] = '\0';
	(void)snprintf(ui->wish.export_path, sizeof ui->wish.export_path,
	    "mtadeck-%s-%s.%s", ui_view(ui)->name, stamp,
	    strcmp(kind, "text") == 0 ? "txt" : kind);
}

void
ui_build(struct ui *ui, struct model *m)
{
	const struct view *v = ui_view(ui);

	ui->stale = false;
	if (!ui->frozen && v->prepare != NULL)
		v->prepare(m, ui);
	if (!ui->frozen && v->document != NULL) {
		doc_reset(&ui->doc);
		v->document(m, ui, &ui->doc);
	}
	if (ui_table(ui) != NULL)
		wtable_build(&ui->table, ui_table(ui), m, ui);
}

host_id
ui_host_in_view(const struct ui *ui, const struct model *m)
{
	const struct view *v = ui_view(ui);
	const struct trow *row;

	if (ui_table(ui) != NULL && v->row_host != NULL) {
		row = wtable_cursor(&ui->table, ui);
		if (row != NULL)
			return v->row_host(m, row->row);
	}
	return ui_top_const(ui)->host;
}

const char *
ui_refusal(struct ui *ui, const struct model *m, enum action a)
{
	const struct view *v = ui_view(ui);
	const struct action_row *row = &action_rows[a];

	if ((row->ctx & (CTX_ANY | v->ctx)) == 0)
		return _("not in this view");
	if ((row->flags & AF_SAFE) == 0)
		return act_ui_locked(ui) != NULL ? act_ui_locked(ui)
						 : act_ui_refusal(ui, m, a);
	switch (a) {
	case ACT_ACTS:
		return ov_menu_count(ui) == 0
			   ? _("nothing here is acted on: go to 2, 3 or L")
			   : NULL;
	case ACT_ENTER:
		if (v->enter == NULL)
			return _("there is nothing further in");
		if (ui->table.n == 0)
			return _("there is no row to open");
		return NULL;
	case ACT_BACK:
		if (ui->depth == 0 && ui_top(ui)->filter[0] == '\0' &&
		    !ui->frozen)
			return _("this is the top level: Q quits");
		return NULL;
	case ACT_ACK:
	case ACT_MUTE:
	case ACT_UNMUTE:
		return ui->table.n == 0 ? _("there is no alert here") : NULL;
	case ACT_UNTAG:
		return ui->n_tags == 0 ? _("no row is tagged") : NULL;
	default:
		return NULL;
	}
}
