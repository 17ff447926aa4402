/*
 * view_listings.c - which of our addresses and domains are on which list: what
 * holds, and what ended lately; all of a segment that are on the same list are
 * one row, so that 137 addresses are. b: each by itself, or the lists.
 */
#include "tui/figure.h"
#include "tui/listings_ui.h"
#include "tui/views.h"

#include "core/i18n.h"
#include "core/num.h"

#include <math.h>

enum {
	COL_SUBJECT,
	COL_MEMBERS,
	COL_LIST,
	COL_IMPACT,
	COL_STATE,
	COL_SINCE,
	COL_REFUSED,
	COL_DNS,
	COL_ENDED,
	COL_TIMES,
	COL_MEANING,
	COL_REASON,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_SUBJECT] = {"subject", N_("address, domain"), 15, 39, 0, ALIGN_LEFT, 0,
	N_("egress IP or domain of ours, or a segment of several")},
    [COL_MEMBERS] = {"members", N_("of"), 7, 11, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("listed now, of all of ours in the segment")},
    [COL_LIST] = {"list", N_("list"), 14, 28, 0, ALIGN_LEFT, 0,
	N_("which list it is on")},
    [COL_IMPACT] = {"impact", N_("impact"), 8, 8, 1, ALIGN_LEFT, COLF_STATE,
	N_("how much mail a listing there costs: !!high, !medium, low")},
    [COL_STATE] = {"state", N_("state"), 12, 16, 0, ALIGN_LEFT, COLF_STATE,
	N_("listed; relisted: it had ended before; in replies: only refusals "
	   "say so; old copy: DNS does not say so any more; listed?: the list "
	   "cannot be asked now; ended")},
    [COL_SINCE] = {"since", N_("since"), 5, 5, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("when this listing was first seen; ~3d: no console looked for a "
	   "part of that time")},
    [COL_REFUSED] = {"refused_by", N_("refused by"), 11, 32, 2, ALIGN_LEFT,
	COLF_NUMBER, N_("refusals that name the list, and who refused")},
    [COL_DNS] = {"dns", N_("DNS says"), 13, 34, 3, ALIGN_LEFT, 0,
	N_("what the list itself answers, and since when")},
    [COL_ENDED] = {"ended", N_("ended"), 5, 5, 5, ALIGN_RIGHT, COLF_NUMBER,
	N_("when the list let go of it")},
    [COL_TIMES] = {"times", N_("times"), 5, 5, 7, ALIGN_RIGHT, COLF_NUMBER,
	N_("how many times it was listed there, as far as consoles saw")},
    [COL_MEANING] = {"meaning", N_("what for"), 12, 40, 4, ALIGN_LEFT, 0,
	N_("what the list's code stands for")},
    [COL_REASON] = {"reason", N_("reason given"), 20, 300, 6, ALIGN_LEFT, 0,
	N_("the list's own text (TXT)")},
};

const struct blocklist *
lst_list(const struct model *m, uint16_t list)
{
	return list < blocklists_count(m->lists) ? blocklists_at(m->lists, list)
						 : NULL;
}

struct str
lst_id(const struct model *m, uint16_t list)
{
	const struct blocklist *b = lst_list(m, list);

	return b == NULL ? STR_LIT("?") : b->id;
}

void
lst_impact(const struct model *m, uint16_t list, bool holds, struct cellv *c)
{
	static const struct {
		const char *word;
		enum role role;
	} impacts[IMPACT_N] = {[IMPACT_LOW] = {N_("low"), ROLE_TEXT},
	    [IMPACT_MEDIUM] = {N_("!medium"), ROLE_WARN},
	    [IMPACT_HIGH] = {N_("!!high"), ROLE_CRIT}};
	const struct blocklist *b = lst_list(m, list);

	if (b == NULL) {
		fig_unknown(c);
		return;
	}
	fig_text(c, str_of(_(impacts[b->impact].word)));
	c->role = impacts[b->impact].role;
	if (holds)
		return;
	while (c->text.n > 0 && c->text.p[0] == '!')
		c->text = str_from(c->text, 1);
	c->role = ROLE_DIM;
}

static void
prepare(struct model *m, struct ui *ui)
{
	const struct level *l = ui_top_const(ui);
	struct listing_scope scope = {.grouped = l->by == LISTINGS_BY_SEGMENT,
	    .key = str_of(l->key),
	    .list = l->list};

	listing_sum_make(&ui->listings, m, &scope);
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	(void)m;
	for (uint32_t i = 0; i < ui->listings.n && i < cap; i++)
		out[i] = (struct row){
		    key_of(VIEW_LISTINGS, ui->listings.rows[i].hash), i};
	return ui->listings.n + ui->listings.beyond;
}

static void
cell_subject(
    const struct model *m, const struct listing_sum_row *r, struct cellv *c)
{
	const struct listings *l = &m->listings;

	if (r->members == 0) {
		fig_text(c, str_of(_("(all of ours)")));
		c->role = ROLE_UNKNOWN;
	} else if (r->members > 1) {
		fig_text(c, listings_text(l, r->segment));
	} else {
		fig_text(c, listings_text(l,
				l->subjects[l->rows[r->first].subject].name));
	}
	if (r->members > 0 && r->listed == 0)
		c->role = ROLE_DIM;
}

static void
cell_members(const struct listing_sum_row *r, struct cellv *c)
{
	uint32_t all = r->subjects < r->members ? r->members : r->subjects;
	char a[NUM_TEXT], b[NUM_TEXT];

	if (r->members == 0) {
		fig_unknown(c);
		return;
	}
	if (r->members > 1)
		fig_printf(
		    c, "%s/%s", num_count(a, r->counting), num_count(b, all));
	c->num = r->counting;
	if (r->counting == 0)
		c->role = ROLE_DIM;
}

/* A list that tells nothing, in a word. */
static void
cell_mute(const struct list_state *s, struct cellv *c)
{
	static const char *const words[VERDICT_N] = {[VERDICT_UNKNOWN] = "?",
	    [VERDICT_CLEAN] = "?",
	    [VERDICT_LISTED] = "?",
	    [VERDICT_REFUSED] = N_("?refuses us"),
	    [VERDICT_UNREACHABLE] = N_("?unreachable"),
	    [VERDICT_DEAD] = N_("?dead list"),
	    [VERDICT_WORLD] = N_("?lists all")};

	fig_text(c, str_of(_(words[s->verdict])));
	c->role = ROLE_STALE;
}

static void
cell_state(
    const struct model *m, const struct listing_sum_row *r, struct cellv *c)
{
	if (r->members == 0) {
		cell_mute(&m->listings.lists[r->list], c);
		return;
	}
	c->num = 0;
	lst_impact(m, r->list, r->listed > 0, c);
	if (r->listed == 0)
		fig_text(c, str_of(_("ended")));
	else if (r->proofs[PROOF_UNSURE] == r->listed)
		fig_text(c, str_of(_("listed?")));
	else if (r->proofs[PROOF_CLEAN_NOW] == r->listed)
		fig_text(c, str_of(_("clean now")));
	else if (r->proofs[PROOF_OLD_COPY] + r->proofs[PROOF_CLEAN_NOW] ==
		 r->listed)
		fig_text(c, str_of(_("old copy")));
	else if (r->proofs[PROOF_DNS] + r->proofs[PROOF_BOTH] == 0)
		fig_text(c, str_of(_("in replies")));
	else if (r->times > 1)
		fig_printf(c, _("relisted x%u"), r->times - 1U);
	else
		fig_text(c, str_of(_("listed")));
}

/* The figure comes first: a narrow column must not cut it. */
static void
cell_refused(
    const struct model *m, const struct listing_sum_row *r, struct cellv *c)
{
	struct buf text;
	char n[NUM_TEXT];

	if (r->replies == 0) {
		fig_none(c);
		return;
	}
	buf_init(&text, sizeof c->own - 1);
	(void)buf_printf(&text, "%s", num_count(n, r->replies));
	for (uint32_t i = 0; i < r->n_providers; i++) {
		struct str name = intern_text(m->texts, r->providers[i]);

		(void)buf_putc(&text, ' ');
		(void)buf_str(&text, name);
	}
	if (r->more_providers)
		(void)buf_puts(&text, " ..");
	str_copy(c->own, sizeof c->own, buf_view(&text));
	c->text = str_of(c->own);
	c->num = (double)r->replies;
	buf_done(&text);
}

/* One member: what DNS says and since when; several: how many of each. */
static void
cell_dns(
    const struct model *m, const struct listing_sum_row *r, struct cellv *c)
{
	const struct blocklist *b = lst_list(m, r->list);
	char at[CLOCK_TEXT];
	uint32_t unknown =
	    r->members - r->dns[VERDICT_LISTED] - r->dns[VERDICT_CLEAN];

	if (r->members == 0 || (b != NULL && b->kind == LIST_PRIVATE)) {
		fig_text(c, r->members == 0 ? STR_LIT("?")
					    : str_of(_("no DNS: private")));
		c->role = ROLE_UNKNOWN;
		return;
	}
	(void)fig_listed_text(at, m->now_ms, r->dns_ms,
	    r->dns_ms <= r->since_ms ? r->unwatched_ms : 0);
	if (r->dns[VERDICT_LISTED] == r->members)
		fig_printf(c, _("listed %s"), at);
	else if (r->dns[VERDICT_CLEAN] == r->members)
		fig_printf(c, _("clean %s"), at);
	else if (r->members == 1)
		fig_text(
		    c, str_of(verdict_label(m->listings.rows[r->first].dns)));
	else if (unknown == 0)
		fig_printf(c, _("%u listed, %u clean"), r->dns[VERDICT_LISTED],
		    r->dns[VERDICT_CLEAN]);
	else
		fig_printf(c, _("%u listed, %u clean, %u ?"),
		    r->dns[VERDICT_LISTED], r->dns[VERDICT_CLEAN], unknown);
	if (unknown > 0)
		c->role = ROLE_UNKNOWN;
}

static void
cell_meaning(const struct model *m, const struct listing *of, struct cellv *c)
{
	const struct blocklist *b = lst_list(m, of->list);
	struct buf text;
	bool error;

	buf_init(&text, sizeof c->own - 1);
	for (unsigned i = 0; b != NULL && i < of->n_codes; i++) {
		struct str what = blocklist_code(b, of->codes[i], &error);

		(void)buf_puts(&text, text.n > 0 ? "; " : "");
		if (what.n > 0)
			(void)buf_str(&text, what);
		else
			(void)buf_printf(&text, "127.%u.%u.%u",
			    of->codes[i] >> 16 & 255, of->codes[i] >> 8 & 255,
			    of->codes[i] & 255);
	}
	if (text.n == 0) {
		fig_none(c);
	} else {
		str_copy(c->own, sizeof c->own, buf_view(&text));
		c->text = str_of(c->own);
	}
	buf_done(&text);
}

/* Why: the code and the text of the one that stands for all. */
static void
cell_why(const struct model *m, const struct listing_sum_row *r, int col,
    struct cellv *c)
{
	const struct listings *l = &m->listings;
	struct str reason;

	if (r->members == 0) {
		if (col == COL_REASON && l->lists[r->list].text[0] != '\0')
			fig_text(c, str_of(l->lists[r->list].text));
		else
			fig_none(c);
		return;
	}
	if (col == COL_MEANING) {
		cell_meaning(m, &l->rows[r->first], c);
		return;
	}
	reason = listings_text(l, l->rows[r->first].reason);
	if (reason.n == 0)
		fig_none(c);
	else
		fig_text(c, reason);
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	const struct listing_sum_row *r = &ui->listings.rows[row.at];

	switch (col) {
	case COL_SUBJECT:
		cell_subject(m, r, c);
		break;
	case COL_MEMBERS:
		cell_members(r, c);
		break;
	case COL_LIST:
		fig_text(c, lst_id(m, r->list));
		break;
	case COL_IMPACT:
		lst_impact(m, r->list, r->listed > 0, c);
		break;
	case COL_STATE:
		cell_state(m, r, c);
		break;
	case COL_SINCE:
		fig_listed_since(c, m->now_ms, r->since_ms, r->unwatched_ms);
		break;
	case COL_REFUSED:
		cell_refused(m, r, c);
		break;
	case COL_DNS:
		cell_dns(m, r, c);
		break;
	case COL_ENDED:
		if (r->listed == 0 && r->ended_ms != 0)
			fig_since(c, m->now_ms, r->ended_ms);
		else
			fig_none(c);
		break;
	case COL_TIMES:
		if (r->members == 0)
			fig_none(c);
		else
			fig_count(c, r->times);
		break;
	default:
		cell_why(m, r, col, c);
	}
}

/* What holds before lists that do not answer before what ended; by impact;
 * many before few, in powers of two. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	const struct listing_sum_row *r = &ui->listings.rows[row.at];
	const struct blocklist *b = lst_list(m, r->list);
	double impact = b == NULL ? 0 : b->impact;

	if (r->members == 0)
		return 100 + impact;
	if (r->listed == 0)
		return impact;
	return 1000 + impact * 100 + floor(log2(r->listed));
}

static enum role
detail(struct model *m, const struct ui *ui, struct row row, struct buf *out)
{
	if (ui_top_const(ui)->by == LISTINGS_BY_LIST)
		return lst_list_detail(m, (uint16_t)row.at, out);
	return lst_detail(m, &ui->listings.rows[row.at], out);
}

/* The members one by one: of a segment, or of a list. */
static void
enter_members(struct ui *ui, struct str segment, uint16_t list)
{
	struct level *l = ui_push(ui, VIEW_LISTINGS);

	if (l == NULL)
		return;
	l->by = LISTINGS_BY_SUBJECT;
	l->list = list;
	str_copy(l->key, sizeof l->key, segment);
}

/* A listing opens the replies that name it. */
static void
enter_replies(const struct model *m, struct ui *ui, const struct listing *r)
{
	const struct listings *l = &m->listings;
	struct level *to = ui_push(ui, VIEW_DEFERRALS);

	if (to == NULL)
		return;
	to->list = r->list;
	to->egress =
	    listing_egress(m, listings_text(l, l->subjects[r->subject].name));
	to->key[0] = '\0';
}

static void
enter(struct model *m, struct ui *ui, struct row row)
{
	const struct listing_sum_row *r;
	struct str none = {NULL, 0};

	if (ui_top(ui)->by == LISTINGS_BY_LIST) {
		enter_members(ui, none, (uint16_t)row.at);
		return;
	}
	r = &ui->listings.rows[row.at];
	if (r->members == 1)
		enter_replies(m, ui, &m->listings.rows[r->first]);
	else
		enter_members(ui,
		    r->members == 0 ? none
				    : listings_text(&m->listings, r->segment),
		    r->list);
}

static host_id
row_host(const struct model *m, struct row row)
{
	(void)m;
	(void)row;
	return HOST_NONE;
}

static const struct table_view table = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};

static const struct table_view *
table_by(const struct ui *ui)
{
	return ui_top_const(ui)->by == LISTINGS_BY_LIST ? &lst_of_lists
							: &table;
}

const struct view view_listings = {
    .name = "listings",
    .title = N_("Listings"),
    .ctx = CTX_TABLE | CTX_BY,
    .n_by = LISTINGS_BYS,
    .table_by = table_by,
    .prepare = prepare,
    .summary = lst_summary,
    .detail_rows = 5,
    .detail = detail,
    .enter = enter,
    .row_host = row_host,
    .empty = lst_empty,
};
