/* standing.c - see standing.h. */
#include "tui/standing.h"

#include "tui/figure.h"
#include "tui/listings_ui.h"
#include "tui/throttles_ui.h"
#include "tui/worst.h"

#include "core/i18n.h"
#include "core/num.h"

static const struct listing *
worst_listing(const struct model *m, const struct egress *e, unsigned *n)
{
	int64_t at = listings_worst(&m->listings, m->lists, str_of(e->ip), n);

	return at == LISTING_NONE ? NULL : &m->listings.rows[at];
}

/* Nothing holds: clean by how many of the lists that were to be asked. */
static void
not_listed(const struct model *m, const struct egress *e, struct cellv *c)
{
	struct listing_known k;

	c->role = ROLE_UNKNOWN;
	c->known = false;
	if (e->rest || e->ip[0] == '\0') {
		c->text = STR_LIT("?");
	} else if (!listing_known(m, str_of(e->ip), &k) || k.asked == 0) {
		fig_text(c, str_of(_("not asked")));
	} else if (k.told == 0) {
		fig_text(c, str_of(_("no answer")));
	} else if (k.told < k.wanted) {
		fig_printf(c, _("clean %u/%u"), k.told, k.wanted);
	} else {
		fig_text(c, str_of(_("clean")));
		c->role = ROLE_OK;
	}
}

void
standing_listed(const struct model *m, const struct egress *e, struct cellv *c)
{
	static const char *const marks[IMPACT_N] = {
	    [IMPACT_LOW] = "", [IMPACT_MEDIUM] = "!", [IMPACT_HIGH] = "!!"};
	unsigned n = 0;
	const struct listing *r = worst_listing(m, e, &n);
	const struct blocklist *b = r == NULL ? NULL : lst_list(m, r->list);

	if (b == NULL) {
		not_listed(m, e, c);
		return;
	}
	lst_impact(m, r->list, true, c);
	fig_printf(c, "%s%.*s", marks[b->impact],
	    (int)(b->id.n > 64 ? 64 : b->id.n), b->id.p);
}

void
standing_lists(const struct model *m, const struct egress *e, struct cellv *c)
{
	unsigned n = 0;
	struct listing_known k;
	const struct listing *r = worst_listing(m, e, &n);

	if (!listing_known(m, str_of(e->ip), &k)) {
		fig_unknown(c);
		return;
	}
	/* Private lists are not among those that are asked. */
	fig_printf(c, "%u/%u", n, k.told < n ? n : k.told);
	c->num = n;
	if (r != NULL)
		c->role = ROLE_WARN;
	else
		c->role =
		    k.told < k.wanted || k.told == 0 ? ROLE_UNKNOWN : ROLE_DIM;
}

void
standing_impact(const struct model *m, const struct egress *e, struct cellv *c)
{
	unsigned n = 0;
	const struct listing *r = worst_listing(m, e, &n);

	if (r == NULL)
		fig_none(c);
	else
		lst_impact(m, r->list, true, c);
}

void
standing_listed_since(
    const struct model *m, const struct egress *e, struct cellv *c)
{
	unsigned n = 0;
	const struct listing *r = worst_listing(m, e, &n);

	if (r == NULL)
		fig_none(c);
	else
		fig_listed_since(c, m->now_ms, r->since_ms, r->unwatched_ms);
}

/* The figure comes first: a narrow column must not cut it. */
void
standing_throttled(struct model *m, const struct egress *e, struct cellv *c)
{
	bool live = host_live(&m->hosts[e->host]);
	unsigned n;
	const struct cell *of = worst_throttle(m, e->id, &n);
	char share[sizeof c->own];
	struct str name;

	if (of == NULL) {
		if (!live || m->reader.read == NULL ||
		    (!e->attributable && !e->rest))
			fig_unknown(c);
		else
			fig_none(c);
		return;
	}
	throttles_cell(m, of, live, c);
	str_copy(share, sizeof share, c->text);
	name = intern_text(m->texts, of->provider);
	if (n > 1)
		fig_printf(c, "%s %.*s +%u", share,
		    (int)(name.n > 64 ? 64 : name.n), name.p, n - 1);
	else
		fig_printf(c, "%s %.*s", share,
		    (int)(name.n > 64 ? 64 : name.n), name.p);
	c->known = true;
}

void
standing_throttled_since(
    struct model *m, const struct egress *e, struct cellv *c)
{
	unsigned n;
	const struct cell *of = worst_throttle(m, e->id, &n);

	if (of == NULL)
		fig_none(c);
	else
		fig_since(c, m->now_ms, of->throttle->start_ms);
}

double
standing_rank(const struct model *m, const struct egress *e)
{
	static const double listed[IMPACT_N] = {
	    [IMPACT_LOW] = 0, [IMPACT_MEDIUM] = 10, [IMPACT_HIGH] = 30};
	static const double throttled[THROTTLE_STATES] = {[THROTTLE_CLEAR] = 0,
	    [THROTTLE_EASING] = 0,
	    [THROTTLE_SUSPECTED] = 5,
	    [THROTTLE_THROTTLED] = 20};
	unsigned n = 0, lists = 0;
	const struct cell *of = worst_throttle(m, e->id, &n);
	const struct listing *r = worst_listing(m, e, &lists);
	const struct blocklist *b = r == NULL ? NULL : lst_list(m, r->list);

	return (b == NULL ? 0 : listed[b->impact]) +
	       (of == NULL ? 0 : throttled[of->throttle->state]);
}

enum role
standing_text(struct model *m, const struct egress *e, struct buf *out)
{
	struct cellv c = {.role = ROLE_DIM, .known = true};
	unsigned n = 0, lists = 0;
	const struct listing *r = worst_listing(m, e, &lists);
	const struct cell *of = worst_throttle(m, e->id, &n);
	char at[CLOCK_TEXT];
	struct str name;
	int milli;

	if (r != NULL) {
		name = lst_id(m, r->list);
		lst_impact(m, r->list, true, &c);
		(void)buf_printf(out, _("On lists: %u, worst %.*s since %s. "),
		    lists, (int)name.n, name.p,
		    fig_listed_text(
			at, m->now_ms, r->since_ms, r->unwatched_ms));
		if (listing_proof(r) == PROOF_OLD_COPY)
			(void)buf_puts(
			    out, _("DNS: clean, a receiver's copy is old. "));
		if (listing_proof(r) == PROOF_CLEAN_NOW)
			(void)buf_puts(out, _("DNS: clean now. "));
	}
	if (of == NULL)
		return c.role == ROLE_CRIT ? ROLE_WARN : c.role;
	name = intern_text(m->texts, of->provider);
	if (!host_live(&m->hosts[e->host])) {
		(void)buf_printf(out,
		    _("%.*s slowed it down when it was last read. "),
		    (int)name.n, name.p);
		return ROLE_WARN;
	}
	milli = throttle_share_milli(
	    of->throttle, &m->cells[of - m->cells].tally, WIN_10M, m->now_ms);
	milli = milli < 0 ? 0 : milli / 10;
	/* The share is of ten minutes, also when it began a minute ago, and
	 * when nothing is refused any more. */
	if (of->throttle->state == THROTTLE_EASING)
		(void)buf_printf(out,
		    _("%.*s eases off since %s: refused %d %% in 10 min. "),
		    (int)name.n, name.p,
		    fig_since_text(at, m->now_ms, of->throttle->since_ms),
		    milli);
	else
		(void)buf_printf(out,
		    _("%.*s refuses %d %% in 10 min, since %s. "), (int)name.n,
		    name.p, milli,
		    fig_since_text(at, m->now_ms, of->throttle->start_ms));
	return ROLE_WARN;
}

void
standing_clean(const struct model *m, const struct egress *e, struct buf *out)
{
	struct listing_known k;

	if (e->rest || e->ip[0] == '\0')
		(void)buf_puts(
		    out, _("Its address is not known, so no list is asked."));
	else if (!listing_known(m, str_of(e->ip), &k) || k.asked == 0)
		(void)buf_puts(out,
		    _("No list was asked about it: private addresses are only "
		      "asked about with --allow-private, others soon."));
	else if (k.told == 0)
		(void)buf_puts(
		    out, _("No list that was asked tells anything: 7 b b shows "
			   "why."));
	else
		(void)buf_printf(out,
		    _("On none of the lists that told something: %u of %u."),
		    k.told, k.wanted);
}
