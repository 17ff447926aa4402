/*
 * view_listings_lists.c - the lists themselves: which answer us, since when,
 * and what they say of how many of ours. Rows are the catalogue's; lists that
 * nobody asks and that list nothing are not shown.
 */
#include "tui/figure.h"
#include "tui/listings_ui.h"

#include "core/i18n.h"

enum {
	COL_LIST,
	COL_IMPACT,
	COL_STATE,
	COL_SINCE,
	COL_ASKED,
	COL_LISTED,
	COL_CLEAN,
	COL_REPLIES,
	COL_UNKNOWN,
	COL_KIND,
	COL_PERIOD,
	COL_NAME,
	COL_WHY,
	COL_N,
};

static const struct column cols[COL_N] = {
    [COL_LIST] = {"list", N_("list"), 16, 28, 0, ALIGN_LEFT, 0,
	N_("list, as the catalogue calls it")},
    [COL_IMPACT] = {"impact", N_("impact"), 8, 8, 1, ALIGN_LEFT, 0,
	N_("how much mail a listing there costs")},
    [COL_STATE] = {"state", N_("list is"), 16, 20, 0, ALIGN_LEFT, COLF_STATE,
	N_("what its test points showed: + answers as it should; ! it won't "
	   "answer us; x nothing it says is believed")},
    [COL_SINCE] = {"since", N_("since"), 5, 5, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("since when it is like that")},
    [COL_ASKED] = {"asked", N_("asked"), 5, 5, 2, ALIGN_RIGHT, COLF_NUMBER,
	N_("how long ago its test points were last asked")},
    [COL_LISTED] = {"listed", N_("listed"), 6, 6, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("addresses and domains of ours it lists")},
    [COL_CLEAN] = {"clean", N_("clean"), 5, 6, 1, ALIGN_RIGHT, COLF_NUMBER,
	N_("addresses and domains of ours it does not list")},
    [COL_REPLIES] = {"replies_only", N_("repl"), 4, 6, 1, ALIGN_RIGHT,
	COLF_NUMBER,
	N_("addresses and domains of ours that only replies say it lists")},
    [COL_UNKNOWN] = {"unknown", N_("?"), 5, 6, 0, ALIGN_RIGHT, COLF_NUMBER,
	N_("addresses and domains of ours of which nobody knows")},
    [COL_KIND] = {"kind", N_("of"), 7, 7, 5, ALIGN_LEFT, 0,
	N_("addresses (ip), domains, or private: seen in replies only")},
    [COL_PERIOD] = {"period_s", N_("every"), 5, 6, 6, ALIGN_RIGHT, COLF_NUMBER,
	N_("how often it is asked about each of ours")},
    [COL_NAME] = {"name", N_("name"), 16, 40, 4, ALIGN_LEFT, 0,
	N_("the list operator's name for it")},
    [COL_WHY] = {"why", N_("what it said"), 20, 300, 3, ALIGN_LEFT, 0,
	N_("why it is not believed")},
};

void
lst_verdict(const struct model *m, uint16_t list, struct cellv *c)
{
	static const struct {
		enum role role;
		char mark;
	} looks[VERDICT_N] = {[VERDICT_UNKNOWN] = {ROLE_UNKNOWN, '?'},
	    [VERDICT_CLEAN] = {ROLE_OK, '+'},
	    [VERDICT_LISTED] = {ROLE_OK, '+'},
	    [VERDICT_REFUSED] = {ROLE_WARN, '!'},
	    [VERDICT_UNREACHABLE] = {ROLE_WARN, '!'},
	    [VERDICT_DEAD] = {ROLE_STALE, 'x'},
	    [VERDICT_WORLD] = {ROLE_STALE, 'x'}};
	const struct blocklist *b = lst_list(m, list);
	enum verdict v = list < m->listings.n_lists
			     ? m->listings.lists[list].verdict
			     : VERDICT_UNKNOWN;
	const char *label = verdict_label(v);

	if (b != NULL && b->kind == LIST_PRIVATE) {
		fig_text(c, str_of(_("in replies only")));
		c->role = ROLE_DIM;
		return;
	}
	if (b != NULL && b->closed)
		label = _("closed");
	else if (v == VERDICT_CLEAN || v == VERDICT_LISTED)
		label = _("answers");
	fig_printf(c, "%c%s", looks[v].mark, label);
	c->role = looks[v].role;
}

static size_t
rows(const struct model *m, const struct ui *ui, struct row *out, size_t cap)
{
	const struct listings *l = &m->listings;
	size_t n = 0;

	for (uint16_t i = 0; i < l->n_lists; i++) {
		if (l->lists[i].verdict == VERDICT_UNKNOWN &&
		    ui->listings.by_list[i] == 0 &&
		    !listing_is_wanted(m, i, false, false) &&
		    !listing_is_wanted(m, i, false, true) &&
		    !listing_is_wanted(m, i, true, false))
			continue;
		if (n < cap)
			out[n] = (struct row){
			    key_of(VIEW_LISTINGS, UINT64_C(1) << 40 | i), i};
		n++;
	}
	return n;
}

/* Of a list that was not asked, nobody knows whom it lists. */
static void
cell_told(const struct list_state *s, int col, struct cellv *c)
{
	if (s->verdict == VERDICT_UNKNOWN) {
		fig_unknown(c);
		return;
	}
	fig_count(c, col == COL_LISTED ? s->listed : s->clean);
	if (col == COL_LISTED && s->listed > 0)
		c->role = ROLE_WARN;
}

/* Who is on it by what receivers say alone. */
static void
cell_replies(const struct list_state *s, uint32_t listed, struct cellv *c)
{
	fig_count(c, listed > s->listed ? listed - s->listed : 0);
	if (c->num > 0)
		c->role = ROLE_WARN;
}

/* Of ours that a list could be asked about. */
static unsigned
of_kind(const struct model *m, const struct blocklist *b)
{
	const struct listings *l = &m->listings;
	unsigned n = 0;

	for (uint32_t i = 0; i < l->n_subjects; i++) {
		struct str name = listings_text(l, l->subjects[i].name);
		bool ipv6 = !l->subjects[i].domain &&
			    memchr(name.p, ':', name.n) != NULL;

		if (!l->subjects[i].ours ||
		    l->subjects[i].domain != (b->kind == LIST_DOMAIN))
			continue;
		n += l->subjects[i].domain || (ipv6 ? b->ipv6 : b->ipv4);
	}
	return n;
}

/* Of whom nobody knows: not asked, or not answered in a way to believe. */
static void
cell_unknown(const struct model *m, const struct blocklist *b,
    const struct list_state *s, struct cellv *c)
{
	unsigned all = of_kind(m, b), known = s->listed + s->clean;

	fig_count(c, all > known ? all - known : 0);
	if (c->num > 0)
		c->role = ROLE_UNKNOWN;
}

static void
cell_text(const struct blocklist *b, const struct list_state *s, int col,
    struct cellv *c)
{
	struct str text = col == COL_LIST   ? b->id
			  : col == COL_NAME ? b->name
			  : col == COL_KIND ? str_of(list_kind_name(b->kind))
					    : str_of(s->text);

	if (text.n == 0)
		fig_none(c);
	else
		fig_text(c, text);
}

/* What there is only of a list that is asked. */
static bool
of_dns(int col)
{
	return col == COL_SINCE || col == COL_ASKED || col == COL_LISTED ||
	       col == COL_CLEAN || col == COL_UNKNOWN || col == COL_PERIOD;
}

static void
cell(struct model *m, const struct ui *ui, struct row row, int col,
    struct cellv *c)
{
	uint16_t list = (uint16_t)row.at;
	const struct blocklist *b = lst_list(m, list);
	const struct list_state *s = &m->listings.lists[list];
	uint32_t listed = ui->listings.by_list[list];

	if (b == NULL) {
		fig_unknown(c);
		return;
	}
	if (b->kind == LIST_PRIVATE && of_dns(col)) {
		fig_none(c);
		return;
	}
	switch (col) {
	case COL_IMPACT:
		lst_impact(m, list, listed > 0, c);
		break;
	case COL_STATE:
		lst_verdict(m, list, c);
		break;
	case COL_SINCE:
		fig_since(c, m->now_ms, s->since_ms);
		break;
	case COL_ASKED:
		fig_age(c, m->now_ms, s->checked_ms);
		break;
	case COL_LISTED:
	case COL_CLEAN:
		cell_told(s, col, c);
		break;
	case COL_REPLIES:
		cell_replies(s, listed, c);
		break;
	case COL_UNKNOWN:
		cell_unknown(m, b, s, c);
		break;
	case COL_PERIOD:
		fig_age(c, (int64_t)b->period_s * 1000 + 1, 1);
		c->num = b->period_s;
		break;
	default:
		cell_text(b, s, col, c);
	}
}

/* What lists ours, what does not answer, what answers; each by impact. */
static double
rank(struct model *m, const struct ui *ui, struct row row)
{
	uint16_t list = (uint16_t)row.at;
	const struct blocklist *b = lst_list(m, list);
	const struct list_state *s = &m->listings.lists[list];
	double impact = b == NULL ? 0 : b->impact;

	if (ui->listings.by_list[list] > 0)
		return 1000 + impact;
	if (listing_list_in_trouble(m, list))
		return 100 + impact;
	return s->verdict == VERDICT_UNKNOWN ? impact - 10 : impact;
}

const struct table_view lst_of_lists = {
    .cols = cols, .n_cols = COL_N, .rows = rows, .cell = cell, .rank = rank};
