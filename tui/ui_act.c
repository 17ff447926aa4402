/*
 * ui_act.c - what each action does to the screen's state. One function per
 * action, one row per function.
 */
#include "tui/alerts_ui.h"
#include "tui/listings_ui.h"
#include "tui/overlay.h"
#include "tui/pager.h"
#include "tui/widget.h"

#include "core/i18n.h"

#include <limits.h>

typedef void act_fn(struct ui *ui, struct model *m);

static void
scroll(struct ui *ui, struct model *m, long by)
{
	if (ui_table(ui) == NULL)
		pager_scroll(ui, m, by);
	else if (by == LONG_MIN || by == LONG_MAX)
		wtable_move(&ui->table, ui,
		    by == LONG_MIN ? -(long)MAX_ROWS : (long)MAX_ROWS);
	else
		wtable_move(&ui->table, ui, by);
}

static long
page(const struct ui *ui)
{
	return ui->body.rows > 2 ? ui->body.rows - 2 : 1;
}

static void
act_quit(struct ui *ui, struct model *m)
{
	(void)m;
	ui->wish.quit = true;
}

/* One thing at a time: the freeze, then the filter, then the level. */
static void
act_back(struct ui *ui, struct model *m)
{
	(void)m;
	if (ui->frozen)
		ui_thaw(ui);
	else if (ui_top(ui)->filter[0] != '\0')
		ui_top(ui)->filter[0] = '\0';
	else if (ui->depth > 0)
		ui->depth--;
}

static void
act_help(struct ui *ui, struct model *m)
{
	(void)m;
	overlay_open(ui, OV_HELP);
}

static void
act_palette(struct ui *ui, struct model *m)
{
	(void)m;
	overlay_open(ui, OV_PALETTE);
}

/* The host of the row under the cursor, or the one in scope, is the one the
 * Host view shows. */
static void
remember_host(struct ui *ui, const struct model *m)
{
	host_id h = ui_host_in_view(ui, m);

	if (h != HOST_NONE)
		ui->host = h;
}

static void
go(struct ui *ui, struct model *m, enum view_id view)
{
	remember_host(ui, m);
	ui_goto(ui, view);
}

static void
act_fleet(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_FLEET);
}

static void
act_egress(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_EGRESS);
}

static void
act_queue(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_QUEUE);
}

static void
act_deferrals(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_DEFERRALS);
}

static void
act_log(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_LOG);
}

static void
act_host(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_HOST);
}

static void
act_listings(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_LISTINGS);
}

static void
act_throttles(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_THROTTLES);
}

static void
act_alerts(struct ui *ui, struct model *m)
{
	go(ui, m, VIEW_ALERTS);
}

static void
act_ack(struct ui *ui, struct model *m)
{
	alerts_wish(ui, m, ALERT_WISH_ACK, 0);
}

static void
act_mute(struct ui *ui, struct model *m)
{
	alerts_wish(ui, m, ALERT_WISH_MUTE, ALERT_MUTE_MS);
}

static void
act_unmute(struct ui *ui, struct model *m)
{
	alerts_wish(ui, m, ALERT_WISH_MUTE, 0);
}

static void
next_tab(struct ui *ui, struct model *m, unsigned by)
{
	go(ui, m, (enum view_id)((ui->stack[0].view + by) % VIEW_TABS));
}

static void
act_next_view(struct ui *ui, struct model *m)
{
	next_tab(ui, m, 1);
}

static void
act_prev_view(struct ui *ui, struct model *m)
{
	next_tab(ui, m, VIEW_TABS - 1);
}

/* The row is looked up again in the model as it is now: what was seen may be
 * a frozen copy, or may have gone. */
static void
act_enter(struct ui *ui, struct model *m)
{
	const struct view *v = ui_view(ui);
	const struct trow *row = wtable_cursor(&ui->table, ui);
	row_key key;

	if (row == NULL)
		return;
	key = row->row.key;
	if (ui->frozen)
		ui_thaw(ui);
	ui_top(ui)->moved = true;
	ui_build(ui, m);
	row = wtable_cursor(&ui->table, ui);
	if (row == NULL || row->row.key != key) {
		ui_say(ui, true, _("that row is no longer there"));
		return;
	}
	remember_host(ui, m);
	v->enter(m, ui, row->row);
}

static void
act_up(struct ui *ui, struct model *m)
{
	scroll(ui, m, -1);
}

static void
act_down(struct ui *ui, struct model *m)
{
	scroll(ui, m, 1);
}

static void
act_page_up(struct ui *ui, struct model *m)
{
	scroll(ui, m, -page(ui));
}

static void
act_page_down(struct ui *ui, struct model *m)
{
	scroll(ui, m, page(ui));
}

static void
act_top(struct ui *ui, struct model *m)
{
	scroll(ui, m, LONG_MIN);
}

static void
act_bottom(struct ui *ui, struct model *m)
{
	scroll(ui, m, LONG_MAX);
}

/* Moves the cursor among a table's cells; false: they have none. */
static bool
move_cell(struct ui *ui, int by)
{
	const struct table_view *tv = ui_table(ui);
	struct level *l = ui_top(ui);
	int at;

	if (tv == NULL || tv->col_keys == NULL || ui->frozen)
		return false;
	at = table_cell(tv, l->cell);
	at = at < 0 ? tv->first_cell - 1 + by : at + by;
	if (at < tv->n_cols)
		l->cell = at < tv->first_cell ? 0 : tv->col_keys[at];
	return true;
}

/* Tables go by a column, texts by eight screen columns. */
static void
act_left(struct ui *ui, struct model *m)
{
	struct level *l = ui_top(ui);
	int by = ui_table(ui) != NULL ? 1 : 8;

	(void)m;
	if (move_cell(ui, -1))
		return;
	l->scroll_col = l->scroll_col < by ? 0 : l->scroll_col - by;
}

static void
act_right(struct ui *ui, struct model *m)
{
	const struct table_view *tv = ui_table(ui);
	struct level *l = ui_top(ui);

	(void)m;
	if (move_cell(ui, 1))
		return;
	if (tv == NULL)
		l->scroll_col += l->scroll_col < 4096 ? 8 : 0;
	else if (l->scroll_col < tv->n_cols - 2)
		l->scroll_col++;
}

static void
act_filter(struct ui *ui, struct model *m)
{
	size_t n = strlen(ui_top(ui)->filter);

	(void)m;
	overlay_open(ui, OV_FILTER);
	memcpy(ui->input, ui_top(ui)->filter, n + 1);
	ui->input_n = n;
}

static void
act_find(struct ui *ui, struct model *m)
{
	(void)m;
	overlay_open(ui, OV_FIND);
}

static void
act_find_next(struct ui *ui, struct model *m)
{
	pager_find(ui, m, false);
}

static void
act_find_prev(struct ui *ui, struct model *m)
{
	pager_find(ui, m, true);
}

/* The view's own order comes before its first column. */
static void
sort_by(struct ui *ui, int by)
{
	const struct table_view *tv = ui_table(ui);
	struct level *l = ui_top(ui);
	int first = tv->rank != NULL ? SORT_DEFAULT : 0;
	int at = l->sort < first ? tv->default_sort : l->sort;

	at += by;
	if (at < first)
		at = tv->n_cols - 1;
	if (at >= tv->n_cols)
		at = first;
	l->sort = at;
	l->invert = false;
	if (at == SORT_DEFAULT)
		ui_say(ui, false, _("sorted: problems first"));
	else
		ui_say(ui, false, _("sorted by %s: %s"), _(tv->cols[at].title),
		    _(tv->cols[at].help));
}

static void
act_sort_left(struct ui *ui, struct model *m)
{
	(void)m;
	sort_by(ui, -1);
}

static void
act_sort_right(struct ui *ui, struct model *m)
{
	(void)m;
	sort_by(ui, 1);
}

static void
act_sort_invert(struct ui *ui, struct model *m)
{
	(void)m;
	ui_top(ui)->invert = !ui_top(ui)->invert;
}

static void
act_tag(struct ui *ui, struct model *m)
{
	const struct trow *row = wtable_cursor(&ui->table, ui);

	(void)m;
	if (row == NULL)
		return;
	if (!ui_tag(ui, row->row.key, !ui_tagged(ui, row->row.key)))
		ui_say(ui, true, _("%d rows are tagged already"), UI_TAGS);
	wtable_move(&ui->table, ui, 1);
}

static void
act_tag_all(struct ui *ui, struct model *m)
{
	(void)m;
	for (size_t i = 0; i < ui->table.n; i++)
		if (!ui_tag(ui, ui->table.shown[i].row.key, true))
			break;
	ui_say(ui, false, _("%zu rows tagged"), ui->n_tags);
}

static void
act_untag(struct ui *ui, struct model *m)
{
	(void)m;
	ui->n_tags = 0;
}

static void
act_freeze(struct ui *ui, struct model *m)
{
	const struct view *v = ui_view(ui);
	struct buf summary;
	err_t err = ERR_OK;

	if (ui->frozen) {
		ui_thaw(ui);
		return;
	}
	ui_build(ui, m);
	if (ui_table(ui) != NULL)
		err = wtable_freeze(&ui->table, ui_table(ui), m, ui);
	if (err != ERR_OK) {
		ui_say(ui, true, _("cannot freeze: %s"), err_text(err));
		return;
	}
	buf_init(&summary, sizeof ui->frozen_summary - 1);
	ui->frozen_role = v->summary(m, ui, &summary);
	str_copy(
	    ui->frozen_summary, sizeof ui->frozen_summary, buf_view(&summary));
	buf_done(&summary);
	ui->frozen = true;
	ui->frozen_at_ms = ui->now_ms;
	ui->frozen_follow = ui_top(ui)->follow;
	if (ui_top(ui)->view == VIEW_LOG)
		pager_scroll(ui, m, 0);
}

static void
act_refresh(struct ui *ui, struct model *m)
{
	(void)m;
	ui->wish.refresh = true;
	ui_say(ui, false, _("reading again"));
}

static void
act_by_next(struct ui *ui, struct model *m)
{
	struct level *l = ui_top(ui);

	(void)m;
	ui_thaw(ui);
	l->dim = (l->dim + 1) % QD_N;
	l->moved = false;
}

/* From an egress IP to what is known of it elsewhere. */
static void
go_into(struct ui *ui, const struct model *m, enum view_id view)
{
	const struct trow *row = wtable_cursor(&ui->table, ui);
	struct level *l;

	if (row == NULL || row->row.at >= m->n_egress)
		return;
	ui_top(ui)->moved = true;
	l = ui_push(ui, view);
	if (l == NULL)
		return;
	l->egress = row->row.at;
	l->host = m->egress[l->egress].host;
}

static void
act_its_listings(struct ui *ui, struct model *m)
{
	const struct trow *row = wtable_cursor(&ui->table, ui);
	struct level *l;

	if (row == NULL || row->row.at >= m->n_egress)
		return;
	if (m->egress[row->row.at].ip[0] == '\0') {
		ui_say(ui, true, _("its address is not known"));
		return;
	}
	go_into(ui, m, VIEW_LISTINGS);
	l = ui_top(ui);
	if (l->view != VIEW_LISTINGS)
		return;
	l->by = LISTINGS_BY_SUBJECT;
	str_copy(l->key, sizeof l->key, str_of(m->egress[l->egress].ip));
}

static void
act_its_throttles(struct ui *ui, struct model *m)
{
	go_into(ui, m, VIEW_THROTTLES);
}

static void
act_table_next(struct ui *ui, struct model *m)
{
	struct level *l = ui_top(ui);

	(void)m;
	ui_thaw(ui);
	l->by = (l->by + 1) % ui_view(ui)->n_by;
	l->moved = false;
	l->sort = SORT_DEFAULT;
	l->invert = false;
	l->scroll_col = 0;
	l->cell = 0;
}

static void
next_host(struct ui *ui, struct model *m, unsigned by)
{
	struct level *l = ui_top(ui);

	if (m->n_hosts == 0)
		return;
	ui_thaw(ui);
	if (ui->host == HOST_NONE)
		ui->host = 0;
	ui->host = (host_id)((ui->host + by) % m->n_hosts);
	l->host = ui->depth > 0 ? ui->host : HOST_NONE;
	l->scroll = 0;
}

static void
act_host_next(struct ui *ui, struct model *m)
{
	next_host(ui, m, 1);
}

static void
act_host_prev(struct ui *ui, struct model *m)
{
	next_host(ui, m, m->n_hosts - 1U);
}

static void
act_export(struct ui *ui, struct model *m)
{
	(void)m;
	ui_wish_export(ui, "text", (struct str){NULL, 0});
}

static void
act_theme(struct ui *ui, struct model *m)
{
	(void)m;
	ui->wish.theme_next = true;
}

static void
act_messages(struct ui *ui, struct model *m)
{
	(void)m;
	overlay_open(ui, OV_MESSAGES);
}

static act_fn *const acts[ACT_N] = {
    [ACT_QUIT] = act_quit,
    [ACT_BACK] = act_back,
    [ACT_HELP] = act_help,
    [ACT_PALETTE] = act_palette,
    [ACT_VIEW_FLEET] = act_fleet,
    [ACT_VIEW_EGRESS] = act_egress,
    [ACT_VIEW_QUEUE] = act_queue,
    [ACT_VIEW_DEFERRALS] = act_deferrals,
    [ACT_VIEW_LOG] = act_log,
    [ACT_VIEW_HOST] = act_host,
    [ACT_VIEW_LISTINGS] = act_listings,
    [ACT_VIEW_THROTTLES] = act_throttles,
    [ACT_VIEW_ALERTS] = act_alerts,
    [ACT_ACK] = act_ack,
    [ACT_MUTE] = act_mute,
    [ACT_UNMUTE] = act_unmute,
    [ACT_NEXT_VIEW] = act_next_view,
    [ACT_PREV_VIEW] = act_prev_view,
    [ACT_ENTER] = act_enter,
    [ACT_UP] = act_up,
    [ACT_DOWN] = act_down,
    [ACT_PAGE_UP] = act_page_up,
    [ACT_PAGE_DOWN] = act_page_down,
    [ACT_TOP] = act_top,
    [ACT_BOTTOM] = act_bottom,
    [ACT_LEFT] = act_left,
    [ACT_RIGHT] = act_right,
    [ACT_FILTER] = act_filter,
    [ACT_FIND_NEXT] = act_find_next,
    [ACT_FIND_PREV] = act_find_prev,
    [ACT_FIND] = act_find,
    [ACT_SORT_LEFT] = act_sort_left,
    [ACT_SORT_RIGHT] = act_sort_right,
    [ACT_SORT_INVERT] = act_sort_invert,
    [ACT_TAG] = act_tag,
    [ACT_TAG_ALL] = act_tag_all,
    [ACT_UNTAG] = act_untag,
    [ACT_FREEZE] = act_freeze,
    [ACT_REFRESH] = act_refresh,
    [ACT_BY_NEXT] = act_by_next,
    [ACT_ITS_LISTINGS] = act_its_listings,
    [ACT_ITS_THROTTLES] = act_its_throttles,
    [ACT_TABLE_NEXT] = act_table_next,
    [ACT_HOST_NEXT] = act_host_next,
    [ACT_HOST_PREV] = act_host_prev,
    [ACT_EXPORT] = act_export,
    [ACT_THEME] = act_theme,
    [ACT_MESSAGES] = act_messages,
};

void
ui_act(struct ui *ui, struct model *m, enum action a)
{
	const char *why;

	if (a == ACT_NONE)
		return;
	why = ui_refusal(ui, m, a);
	if (why != NULL)
		ui_say(ui, true, "%s: %s", action_rows[a].name, why);
	else if (acts[a] != NULL)
		acts[a](ui, m);
	else
		act_ui_do(ui, m, a);
}
