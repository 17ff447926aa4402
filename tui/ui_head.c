/*
 * ui_head.c - the title bar and the tabs; see ui_head.h. Both say less when
 * there is less room, in fixed steps, and never cut a word: what is wrong
 * stays, the program's name, the zone and words that explain go first.
 */
#include "tui/ui_head.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "tui/figure.h"

#include <stdarg.h>
#include <stdio.h>

enum { PARTS = 9, PART_TEXT = 64, FILTER_COLS = 24 };

/* How short the title is: each step leaves out one thing more. */
enum brief {
	BRIEF_NOTHING,
	BRIEF_NAME,
	BRIEF_WORDS,
	BRIEF_ZONE,
	BRIEF_UP, /* armed: how many are up, beside how many are down */
	BRIEF_CLOCK,
	BRIEF_WHO, /* who is armed goes last: others look on */
	BRIEF_N
};

struct part {
	enum role role;
	char text[PART_TEXT];
};

struct title {
	struct part parts[PARTS];
	int n;
	char clock[2 * CLOCK_TEXT];
};

/* How tabs are written: the last one that must fit names only the one shown. */
enum tabs { TABS_ROOMY, TABS_TIGHT, TABS_NUMBERS };

void
head_hosts(const struct model *m, unsigned *up, unsigned *bad)
{
	*up = *bad = 0;
	for (host_id i = 0; i < m->n_hosts; i++) {
		*up += m->hosts[i].link == LINK_UP;
		*bad += host_down(&m->hosts[i]);
	}
}

/* Behind it: what has a colour of its own has a blank inside already. */
static int
gap(const struct part *p)
{
	return p->role == ROLE_TITLE ? 2 : 1;
}

static void __attribute__((format(printf, 3, 4)))
add(struct title *t, enum role role, const char *fmt, ...)
{
	va_list ap;

	if (t->n == PARTS)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(t->parts[t->n].text, PART_TEXT, fmt, ap);
	va_end(ap);
	t->parts[t->n++].role = role;
}

static void
add_hosts(struct title *t, const struct ui *ui, const struct model *m,
    enum brief brief)
{
	unsigned up, bad;

	head_hosts(m, &up, &bad);
	if (ui_over(ui) && brief < BRIEF_WORDS)
		add(t, ROLE_TITLE, _("hosts %u/%u were up"), up,
		    (unsigned)m->n_hosts);
	else if (brief < BRIEF_WORDS)
		add(t, ROLE_TITLE, _("hosts %u/%u up"), up,
		    (unsigned)m->n_hosts);
	else if (brief < BRIEF_UP || bad == 0 || act_ui_locked(ui) != NULL)
		add(t, ROLE_TITLE, _("%u/%u up"), up, (unsigned)m->n_hosts);
	if (bad > 0)
		add(t, ROLE_ERROR, _(" %u down "), bad);
}

static void
add_alerts(struct title *t, const struct alerts *a)
{
	unsigned n = 0;

	for (int s = SEV_INFO; s <= SEV_CRIT; s++)
		n += a->open[s];
	if (a->evaluated_ms == 0)
		add(t, ROLE_TITLE, _("alerts ?"));
	else if (a->open[SEV_CRIT] > 0)
		add(t, ROLE_ERROR, _(" !!alerts %u "), n);
	else if (a->open[SEV_WARN] > 0)
		add(t, ROLE_WARN, _(" !alerts %u "), n);
	else
		add(t, ROLE_TITLE, _("alerts %u"), n);
}

/* Did any list, or a reply, tell us anything yet? */
static bool
lists_told(const struct listings *l)
{
	if (l->n_rows > 0)
		return true;
	for (uint16_t i = 0; i < l->n_lists; i++)
		if (l->lists[i].verdict != VERDICT_UNKNOWN)
			return true;
	return false;
}

static bool
any_high(const struct model *m)
{
	const struct listings *l = &m->listings;

	for (uint32_t i = 0; i < l->n_rows; i++)
		if (listing_counts(&l->rows[i]) &&
		    l->rows[i].list < blocklists_count(m->lists) &&
		    blocklists_at(m->lists, l->rows[i].list)->impact ==
			IMPACT_HIGH)
			return true;
	return false;
}

static void
add_listed(struct title *t, const struct model *m)
{
	unsigned n = m->listings.now_ips + m->listings.now_domains;

	if (!lists_told(&m->listings))
		add(t, ROLE_TITLE, _("listed ?"));
	else if (n == 0)
		add(t, ROLE_TITLE, _("listed %u"), n);
	else if (any_high(m))
		add(t, ROLE_ERROR, _(" !!listed %u "), n);
	else
		add(t, ROLE_WARN, _(" !listed %u "), n);
}

/* What is certain hides what is only suspected. */
static void
add_throttled(struct title *t, const struct model *m)
{
	unsigned n[THROTTLE_STATES] = {0};

	for (uint32_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].throttle != NULL)
			n[m->cells[i].throttle->state]++;
	if (m->reader.read == NULL)
		add(t, ROLE_TITLE, _("throttled ?"));
	else if (n[THROTTLE_THROTTLED] > 0)
		add(t, ROLE_WARN, _(" !throttled %u "), n[THROTTLE_THROTTLED]);
	else if (n[THROTTLE_SUSPECTED] > 0)
		add(t, ROLE_WARN, _(" ?suspected %u "), n[THROTTLE_SUSPECTED]);
	else if (n[THROTTLE_EASING] > 0)
		add(t, ROLE_TITLE, _("easing %u"), n[THROTTLE_EASING]);
	else
		add(t, ROLE_TITLE, _("throttled 0"));
}

static void
add_frozen(struct title *t, const struct ui *ui, enum brief brief)
{
	char age[NUM_TEXT];

	if (!ui->frozen)
		return;
	(void)num_age(age, ui->now_ms - ui->frozen_at_ms);
	if (brief < BRIEF_WORDS)
		add(t, ROLE_FROZEN, _(" FROZEN for %s "), age);
	else
		add(t, ROLE_FROZEN, _(" FROZEN %s "), age);
}

/* What is shown has been: nobody may take it for now. */
static void
add_replay(struct title *t, const struct ui *ui, enum brief brief)
{
	static const char *const long_words[] = {[UI_PLAYING] = N_(" REPLAY "),
	    [UI_PLAY_END] = N_(" END OF THE RECORDING "),
	    [UI_PLAY_CUT] = N_(" THE RECORDING IS CUT HERE ")};
	static const char *const words[] = {[UI_PLAYING] = N_(" REPLAY "),
	    [UI_PLAY_END] = N_(" ENDED "),
	    [UI_PLAY_CUT] = N_(" CUT HERE ")};

	if (ui->play != UI_NOW)
		add(t, ROLE_FROZEN, "%s",
		    _((brief < BRIEF_WORDS ? long_words : words)[ui->play]));
}

/* Who can change hosts from here, and for how long still. */
static void
add_armed(struct title *t, const struct ui *ui, enum brief brief)
{
	int64_t left_s = (ui->act.armed_until_ms - ui->now_ms + 999) / 1000;

	if (ui->now_ms >= ui->act.armed_until_ms)
		return;
	if (brief < BRIEF_WHO)
		add(t, ROLE_ERROR, _(" ARMED %d:%02d %.16s "),
		    (int)(left_s / 60), (int)(left_s % 60), ui->act.who);
	else
		add(t, ROLE_ERROR, _(" ARMED %d:%02d "), (int)(left_s / 60),
		    (int)(left_s % 60));
}

/* The title at one brevity; columns it takes. */
static int
make_title(struct title *t, const struct ui *ui, const struct model *m,
    enum brief brief)
{
	char hms[CLOCK_TEXT], zone[CLOCK_TEXT];
	int cols = 1;

	t->n = 0;
	if (brief < BRIEF_NAME)
		add(t, ROLE_TITLE, "mtadeck");
	add_replay(t, ui, brief);
	add_armed(t, ui, brief);
	add_hosts(t, ui, m, brief);
	add_alerts(t, &m->alerts);
	add_listed(t, m);
	add_throttled(t, m);
	add_frozen(t, ui, brief);
	t->clock[0] = '\0';
	if (brief < BRIEF_CLOCK)
		(void)snprintf(t->clock, sizeof t->clock, "%s%s%s",
		    clock_hms(hms, ui->now_ms), brief < BRIEF_ZONE ? " " : "",
		    brief < BRIEF_ZONE ? clock_zone(zone, ui->now_ms) : "");
	for (int i = 0; i < t->n; i++)
		cols += (int)utf8_cols(str_of(t->parts[i].text)) +
			gap(&t->parts[i]);
	return cols + (int)utf8_cols(str_of(t->clock));
}

void
head_wrong(const struct model *m, struct grid *g, int row)
{
	struct rect r = {row, 0, g->rows - row, g->cols};
	struct title t = {.n = 0};

	add_alerts(&t, &m->alerts);
	add_listed(&t, m);
	add_throttled(&t, m);
	for (int i = 0; i < t.n && i < r.rows; i++)
		(void)grid_puts(g, r, i, 0,
		    t.parts[i].role == ROLE_TITLE ? ROLE_TEXT : t.parts[i].role,
		    t.parts[i].text);
}

static void
draw_title(const struct ui *ui, const struct model *m, struct grid *g)
{
	struct rect r = {0, 0, 1, g->cols};
	struct title t;
	int brief = BRIEF_NOTHING, col = 1;

	while (make_title(&t, ui, m, (enum brief)brief) >= g->cols &&
	       brief + 1 < BRIEF_N)
		brief++;
	grid_fill(g, r, ROLE_TITLE, ' ');
	for (int i = 0; i < t.n; i++)
		col += gap(&t.parts[i]) + grid_puts(g, r, 0, col,
					      t.parts[i].role, t.parts[i].text);
	(void)grid_puts(g, r, 0, g->cols - (int)utf8_cols(str_of(t.clock)) - 1,
	    ROLE_TITLE, t.clock);
}

/* What a level is about, for the way here: "192.0.2.1", "gmail", "mta1". */
static void
level_name(const struct model *m, const struct level *l, char dst[64])
{
	struct str name = str_of(_(view_rows[l->view]->title));

	if (l->view == VIEW_MESSAGE)
		name = str_of(l->qid);
	(void)snprintf(dst, 64, "%.*s", (int)name.n, name.p);
	if (l->view == VIEW_MESSAGES_OF_KEY)
		(void)snprintf(dst, 64, _("Messages: %.40s"), l->key);
	else if (l->view == VIEW_HOST || l->view == VIEW_LOG) {
		if (l->host < m->n_hosts)
			(void)snprintf(dst, 64, _("%s of %.40s"),
			    _(view_rows[l->view]->title),
			    m->hosts[l->host].name);
	} else if (l->egress < m->n_egress)
		(void)snprintf(dst, 64, _("%s of %s"),
		    _(view_rows[l->view]->title),
		    model_egress_label(&m->egress[l->egress]));
	else if (l->key[0] != '\0')
		(void)snprintf(dst, 64, _("%s of %.40s"),
		    _(view_rows[l->view]->title), l->key);
	else if (l->list < blocklists_count(m->lists)) {
		name = blocklists_at(m->lists, l->list)->id;
		(void)snprintf(dst, 64, _("%s of %.*s"),
		    _(view_rows[l->view]->title),
		    (int)(name.n > 40 ? 40 : name.n), name.p);
	}
}

static int
draw_way(
    const struct ui *ui, const struct model *m, struct grid *g, struct rect r)
{
	char name[64];
	int col = 1;

	for (int i = 0; i <= ui->depth; i++) {
		if (i > 0)
			col += grid_puts(g, r, 0, col, ROLE_DIM, " > ");
		level_name(m, &ui->stack[i], name);
		col += grid_puts(g, r, 0, col,
		    i == ui->depth ? ROLE_HEAD_SORT : ROLE_DIM, name);
	}
	return col;
}

/* "/foo 12/340", what it hides that is bad, and the tags. */
static int
filter_text(const struct ui *ui, char *dst, size_t cap)
{
	const struct level *l = ui_top_const(ui);
	const struct wtable *t = &ui->table;
	bool table = ui_table(ui) != NULL;
	size_t n = 0;

	dst[0] = '\0';
	if (l->filter[0] != '\0' && table)
		n = (size_t)snprintf(
		    dst, cap, "/%s %zu/%zu", l->filter, t->n, t->n_all);
	else if (l->filter[0] != '\0')
		n = (size_t)snprintf(dst, cap, "/%s", l->filter);
	if (t->hidden_bad > 0 && table && l->filter[0] != '\0')
		n += (size_t)snprintf(
		    dst + n, cap - n, _(" %zu bad hidden"), t->hidden_bad);
	if (ui->n_tags > 0)
		(void)snprintf(dst + n, cap - n, _(" *%zu tagged"), ui->n_tags);
	return (int)utf8_cols(str_of(dst));
}

static int
tab_cols(const struct ui *ui, int v, enum tabs form)
{
	int title = (int)utf8_cols(str_of(_(view_rows[v]->title)));

	if (form == TABS_NUMBERS && ui->stack[0].view != (enum view_id)v)
		return 1;
	return 1 + (form == TABS_ROOMY ? 1 : 0) + title;
}

static enum tabs
tabs_that_fit(const struct ui *ui, int room)
{
	int cols[] = {1, 1};

	for (int v = 0; v < VIEW_TABS; v++) {
		cols[TABS_ROOMY] += tab_cols(ui, v, TABS_ROOMY) + 1;
		cols[TABS_TIGHT] += tab_cols(ui, v, TABS_TIGHT) + 1;
	}
	return cols[TABS_ROOMY] <= room	  ? TABS_ROOMY
	       : cols[TABS_TIGHT] <= room ? TABS_TIGHT
					  : TABS_NUMBERS;
}

static int
draw_tabs(struct ui *ui, struct grid *g, struct rect r, int room)
{
	enum tabs form = tabs_that_fit(ui, room);
	int col = 1;

	for (int v = 0; v < VIEW_TABS; v++) {
		bool here = ui->stack[0].view == (enum view_id)v;
		int cols = tab_cols(ui, v, form);

		ui->tabs[v].at = col;
		ui->tabs[v].cols = cols;
		if (here)
			grid_put(g, r, 0, col - 1, ROLE_HEAD_SORT, '[');
		(void)grid_printf(g, r, 0, col, ROLE_KEY, "%d", v + 1);
		if (cols > 1)
			(void)grid_puts(g, r, 0,
			    col + (form == TABS_ROOMY ? 2 : 1),
			    here ? ROLE_HEAD_SORT : ROLE_HINT,
			    _(view_rows[v]->title));
		col += cols;
		if (here)
			grid_put(g, r, 0, col, ROLE_HEAD_SORT, ']');
		col++;
	}
	return col;
}

void
head_draw(struct ui *ui, const struct model *m, struct grid *g)
{
	struct rect r = {1, 0, 1, g->cols};
	char filter[UI_FILTER + 96];
	int cols = filter_text(ui, filter, sizeof filter), used;
	int need = cols < FILTER_COLS ? cols : FILTER_COLS;

	draw_title(ui, m, g);
	used = ui->depth > 0
		   ? draw_way(ui, m, g, r)
		   : draw_tabs(ui, g, r, g->cols - (need > 0 ? need + 2 : 0));
	if (cols > r.cols - used - 2)
		cols = r.cols - used - 2;
	if (cols > 0)
		(void)grid_text(g, r, 0, r.cols - cols - 1, cols,
		    ui_table(ui) != NULL && ui->table.n == 0 ? ROLE_ERROR
							     : ROLE_KEY,
		    true, str_of(filter));
}
