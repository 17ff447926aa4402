/*
 * view_listings_summary.c - the line above the listings: how many of ours are
 * listed, how that goes down, and which lists tell nothing; and what to say
 * when there is no row. Clean is said only of what was asked.
 */
#include "tui/figure.h"
#include "tui/listings_ui.h"
#include "tui/widget.h"

#include "core/i18n.h"
#include "core/num.h"

enum {
	WAVE_MIN = 1440, /* minutes of the graph at most */
	WAVE_COLS = 8,
	HOUR_MS = 3600 * 1000,
};

struct total {
	unsigned ips, domains, troubled, wanted;
	bool high, told;
};

static struct total
count(const struct model *m)
{
	const struct listings *l = &m->listings;
	struct total t = {0};

	for (uint32_t i = 0; i < l->n_subjects; i++) {
		t.ips += l->subjects[i].ours && !l->subjects[i].domain;
		t.domains += l->subjects[i].ours && l->subjects[i].domain;
	}
	for (uint16_t i = 0; i < l->n_lists; i++) {
		t.troubled += listing_list_in_trouble(m, i);
		t.wanted += listing_is_wanted(m, i, false, false) ||
			    listing_is_wanted(m, i, false, true) ||
			    listing_is_wanted(m, i, true, false);
		t.told |= l->lists[i].verdict != VERDICT_UNKNOWN;
	}
	for (uint32_t i = 0; i < l->n_rows && !t.high; i++) {
		const struct blocklist *b = lst_list(m, l->rows[i].list);

		t.high = listing_counts(&l->rows[i]) && b != NULL &&
			 b->impact == IMPACT_HIGH;
	}
	return t;
}

/* How many were listed, from when it last was none. */
static void
put_graph(const struct model *m, struct buf *out)
{
	int64_t v[WAVE_MIN];
	uint32_t points[2 * WAVE_COLS];
	int from = WAVE_MIN - 1, all;

	gauge_read(&m->listings.ips, m->now_ms, v, WAVE_MIN);
	while (from > 0 && v[from - 1] != 0)
		from--;
	while (from < WAVE_MIN - 1 && v[from] < 0)
		from++;
	all = WAVE_MIN - from;
	if (all < 2 * WAVE_COLS)
		return;
	for (int i = 0; i < 2 * WAVE_COLS; i++) {
		int64_t x = v[from + (i + 1) * all / (2 * WAVE_COLS) - 1];

		points[i] = x < 0 ? GRAPH_GAP : (uint32_t)x;
	}
	(void)buf_putc(out, ' ');
	graph_text(out, points, 2 * WAVE_COLS);
}

/* "listed 137 -> 61 of 137 IPs, 12 fewer an hour, 0 about 14:30" */
static void
put_wave(const struct model *m, const struct total *t, struct buf *out)
{
	const struct listings *l = &m->listings;
	char at[CLOCK_TEXT];
	int64_t zero_ms, left_ms;

	if (l->peak_ips > l->now_ips && l->now_ips > 0)
		(void)buf_printf(out, _("IPs listed %u -> %u of %u"),
		    l->peak_ips, l->now_ips, t->ips);
	else
		(void)buf_printf(
		    out, _("IPs listed %u of %u"), l->now_ips, t->ips);
	if (l->now_ips == 0)
		return;
	if (listings_forecast(l, m->now_ms, &zero_ms) && zero_ms > m->now_ms) {
		left_ms = zero_ms - m->now_ms;
		(void)buf_printf(out, _(", %d fewer an hour"),
		    (int)(((int64_t)l->now_ips * HOUR_MS + left_ms / 2) /
			  left_ms));
		if (left_ms < 20 * HOUR_MS)
			(void)buf_printf(out, _(", 0 about %s"),
			    fig_since_text(at, zero_ms, zero_ms));
		else
			(void)buf_printf(
			    out, _(", 0 in %s"), num_age(at, left_ms));
	}
	put_graph(m, out);
}

/* The resolver is gone, and with it all lists at once: why nothing is known. */
static bool
put_silence(const struct model *m, struct buf *out)
{
	char at[CLOCK_TEXT];

	for (uint16_t i = 0; i < m->listings.n_lists; i++) {
		const struct list_state *s = &m->listings.lists[i];

		if (!s->no_resolver)
			continue;
		(void)buf_printf(out, _("since %s: %s "),
		    fig_since_text(at, m->now_ms, s->since_ms), s->text);
		return true;
	}
	return false;
}

static void
put_trouble(const struct model *m, const struct total *t, struct buf *out)
{
	unsigned n = 0;

	if (t->troubled == 0)
		return;
	(void)buf_printf(out, _("; nothing told by %u of %u lists: "),
	    t->troubled, t->wanted);
	for (uint16_t i = 0; i < m->listings.n_lists; i++) {
		if (!listing_list_in_trouble(m, i))
			continue;
		(void)buf_puts(out, n++ > 0 ? ", " : "");
		(void)buf_str(out, lst_id(m, i));
	}
}

/* "192.0.2.0/24 on spamhaus-zen: 61 listed, 76 ended lately" */
static enum role
put_scope(const struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *lv = ui_top_const(ui);
	unsigned listed = 0, ended = 0;

	for (uint32_t i = 0; i < ui->listings.n; i++) {
		listed += ui->listings.rows[i].counting;
		ended +=
		    ui->listings.rows[i].members - ui->listings.rows[i].listed;
	}
	(void)buf_puts(out, lv->key);
	if (lv->list != LIST_NONE) {
		(void)buf_puts(out, lv->key[0] != '\0' ? _(" on ") : "");
		(void)buf_str(out, lst_id(m, lv->list));
	}
	(void)buf_printf(
	    out, _(": %u listed now, %u ended in 12 hours"), listed, ended);
	return listed > 0 ? ROLE_WARN : ROLE_TEXT;
}

enum role
lst_summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *lv = ui_top_const(ui);
	struct total t = count(m);
	bool silent = put_silence(m, out);

	if (!t.told && m->listings.n_rows == 0) {
		(void)buf_puts(out, _("no list has told anything yet"));
		return ROLE_UNKNOWN;
	}
	if (lv->key[0] != '\0' || lv->list != LIST_NONE)
		return put_scope(m, ui, out);
	put_wave(m, &t, out);
	if (t.domains > 0)
		(void)buf_printf(out, _("; domains %u of %u"),
		    m->listings.now_domains, t.domains);
	put_trouble(m, &t, out);
	return t.high						   ? ROLE_CRIT
	       : m->listings.now_ips + m->listings.now_domains > 0 ? ROLE_WARN
	       : t.troubled > 0 || silent ? ROLE_UNKNOWN
					  : ROLE_OK;
}

/* Of one address or domain: clean only on lists that said so. */
static void
empty_of(const struct model *m, struct str name, struct doc *out)
{
	struct listing_known k;

	if (!listing_known(m, name, &k) || k.asked == 0)
		doc_printf(out, ROLE_UNKNOWN, 0,
		    _("No list was asked about %.*s: private addresses are "
		      "only asked about with --allow-private, others soon."),
		    (int)name.n, name.p);
	else if (k.told < k.wanted)
		doc_printf(out, ROLE_UNKNOWN, 0,
		    _("%.*s is on none of the lists that told something: %u; "
		      "nobody knows of others: %u. 7 b b shows them."),
		    (int)name.n, name.p, k.told, k.wanted - k.told);
	else
		doc_printf(out, ROLE_OK, 0,
		    _("%.*s is on none of the lists that are asked (%u), nor "
		      "was in the last 12 hours."),
		    (int)name.n, name.p, k.told);
}

void
lst_empty(const struct model *m, const struct ui *ui, struct doc *out)
{
	const struct level *lv = ui_top_const(ui);
	struct total t = count(m);

	if (m->lists == NULL || blocklists_count(m->lists) == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("There is no catalogue of lists: none is asked, "
			     "no reply's list is known.")));
	else if (lv->key[0] != '\0')
		empty_of(m, str_of(lv->key), out);
	else if (t.ips + t.domains == 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("Lists are not asked yet: no egress IP or domain "
			     "of ours is known. 1 shows how far each host "
			     "is.")));
	else if (!t.told)
		doc_printf(out, ROLE_UNKNOWN, 0,
		    _("To be asked about: addresses %u, domains %u; no list "
		      "has answered yet. b shows the lists."),
		    t.ips, t.domains);
	else if (t.troubled > 0)
		doc_line(out, ROLE_UNKNOWN, 0,
		    str_of(_("No listing is known here, but some lists tell "
			     "nothing: b shows which, and why.")));
	else
		doc_line(out, ROLE_OK, 0,
		    str_of(_("Nothing here is listed, nor was in the last 12 "
			     "hours.")));
}
