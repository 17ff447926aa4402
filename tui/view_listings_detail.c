/*
 * view_listings_detail.c - a listing in whole sentences: what, since when, why,
 * how much it hurts, whether DNS and replies agree, and what to do next.
 */
#include "tui/figure.h"
#include "tui/listings_ui.h"

#include "core/i18n.h"
#include "core/num.h"

/* "192.0.2.1", or "137 of 137 in 192.0.2.0/24". */
static void
put_subject(
    const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	const struct listings *l = &m->listings;

	if (r->members == 1) {
		(void)buf_str(
		    out, listings_text(
			     l, l->subjects[l->rows[r->first].subject].name));
		return;
	}
	(void)buf_printf(out, _("%u of %u in "), r->listed,
	    r->subjects < r->members ? r->members : r->subjects);
	(void)buf_str(out, listings_text(l, r->segment));
}

static void
put_list(const struct model *m, uint16_t list, struct buf *out)
{
	const struct blocklist *b = lst_list(m, list);

	(void)buf_str(out, lst_id(m, list));
	if (b != NULL)
		(void)buf_printf(
		    out, _(" (%s impact)"), impact_name(b->impact));
}

static void
put_since(
    const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	char at[CLOCK_TEXT], age[NUM_TEXT], ended[CLOCK_TEXT];

	(void)buf_printf(out, _(" since %s (%s)"),
	    clock_day_hms(at, r->since_ms, m->now_ms),
	    num_age(age, m->now_ms - r->since_ms));
	if (r->unwatched_ms > 0)
		(void)buf_printf(out, _(", but for up to %s no console looked"),
		    num_age(age, r->unwatched_ms));
	if (r->listed == 0)
		(void)buf_printf(
		    out, _(", ended %s"), clock_hms(ended, r->ended_ms));
	if (r->times > 1)
		(void)buf_printf(
		    out, _(", listed again: %u times in all"), r->times);
	(void)buf_puts(out, ". ");
}

const char *
lst_silent(const struct model *m, uint16_t list)
{
	const struct blocklist *b = lst_list(m, list);
	const struct list_state *s;

	if (b == NULL || list >= m->listings.n_lists)
		return NULL;
	s = &m->listings.lists[list];
	/* one that never was asked, for want of a key, is silent by itself */
	if (b->closed || (b->zone.n == 0 && s->good_ms == 0))
		return NULL;
	return s->verdict == VERDICT_UNKNOWN && s->text[0] != '\0' ? s->text
								   : NULL;
}

/* What DNS says where replies say that it is listed. */
static void
put_dns(const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	const struct blocklist *b = lst_list(m, r->list);
	char at[CLOCK_TEXT];

	if (b == NULL || r->listed == 0)
		return;
	(void)fig_since_text(at, m->now_ms, r->dns_ms);
	if (b->kind == LIST_PRIVATE)
		(void)buf_puts(out,
		    _("A provider's own list: only its refusals show it. "));
	else if (r->proofs[PROOF_CLEAN_NOW] == r->listed)
		(void)buf_printf(out,
		    _("DNS: clean since %s, and no refusal names it since: "
		      "over when none does for 30 min. "),
		    at);
	else if (r->proofs[PROOF_OLD_COPY] + r->proofs[PROOF_CLEAN_NOW] ==
		 r->listed)
		(void)buf_printf(out,
		    _("DNS: clean since %s, so the receiver's copy is old. "),
		    at);
	else if (r->proofs[PROOF_UNSURE] == r->listed &&
		 lst_silent(m, r->list) != NULL)
		(void)buf_printf(out, _("%s This is what was last known. "),
		    lst_silent(m, r->list));
	else if (r->proofs[PROOF_UNSURE] == r->listed)
		(void)buf_printf(out,
		    _("DNS: %s; this is what was last known. "),
		    verdict_label(m->listings.rows[r->first].dns));
	else if (r->proofs[PROOF_OLD_COPY] > 0)
		(void)buf_printf(out,
		    _("DNS: %u listed; %u clean there, the receiver's copy "
		      "is old. "),
		    r->dns[VERDICT_LISTED], r->proofs[PROOF_OLD_COPY]);
	else if (r->proofs[PROOF_CLEAN_NOW] > 0)
		(void)buf_printf(out, _("DNS: %u listed; %u clean by now. "),
		    r->dns[VERDICT_LISTED], r->proofs[PROOF_CLEAN_NOW]);
	else if (r->proofs[PROOF_REPLY] == r->listed)
		(void)buf_puts(
		    out, _("Only replies say so: DNS was not asked yet. "));
}

static void
put_hurt(
    const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	char n[NUM_TEXT], age[NUM_TEXT];

	if (r->replies == 0) {
		if (r->listed > 0)
			(void)buf_puts(out, _("No refusal names it yet. "));
		return;
	}
	(void)buf_printf(out,
	    r->replies == 1 ? _("%s refusal names it: ")
			    : _("%s refusals name it: "),
	    num_count(n, r->replies));
	for (uint32_t i = 0; i < r->n_providers; i++) {
		(void)buf_puts(out, i > 0 ? ", " : "");
		(void)buf_str(out, intern_text(m->texts, r->providers[i]));
	}
	if (r->more_providers)
		(void)buf_puts(out, _(" and others"));
	(void)buf_printf(out, _("%slast %s ago. "),
	    r->n_providers > 0 ? ", " : "",
	    num_age(age, m->now_ms - r->reply_last_ms));
}

static void
put_reason(
    const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	struct str reason =
	    listings_text(&m->listings, m->listings.rows[r->first].reason);

	if (reason.n == 0)
		return;
	(void)buf_puts(out, _("It says: \""));
	(void)buf_str(out, reason);
	(void)buf_puts(out, "\". ");
}

static void
put_next(
    const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	const struct blocklist *b = lst_list(m, r->list);

	if (b == NULL || r->listed == 0)
		return;
	if (b->delist_url.n > 0) {
		(void)buf_puts(out, _("To be taken off: "));
		(void)buf_str(out, b->delist_url);
		(void)buf_putc(out, ' ');
	}
	if (b->delist_method.n > 0) {
		(void)buf_putc(out, '(');
		(void)buf_str(out, b->delist_method);
		(void)buf_putc(out, ')');
	}
}

enum role
lst_detail(
    const struct model *m, const struct listing_sum_row *r, struct buf *out)
{
	struct cellv c = {.role = ROLE_TEXT, .known = true};

	if (r->members == 0)
		return lst_list_detail(m, r->list, out);
	put_subject(m, r, out);
	(void)buf_puts(out, r->listed > 0 ? _(": listed on ") : _(": was on "));
	put_list(m, r->list, out);
	put_since(m, r, out);
	put_hurt(m, r, out);
	put_dns(m, r, out);
	put_reason(m, r, out);
	put_next(m, r, out);
	lst_impact(m, r->list, r->listed > 0, &c);
	return c.role == ROLE_CRIT ? ROLE_WARN : c.role;
}

/* How a list that will not answer us can be made to. */
static void
put_remedy(const struct blocklist *b, enum verdict v, struct buf *out)
{
	if (b->remedy.n > 0) {
		(void)buf_str(out, b->remedy);
		return;
	}
	switch (v) {
	case VERDICT_REFUSED:
		(void)buf_puts(out,
		    _("Ask through a resolver of your own (--resolver), or "
		      "with a query key of the list operator."));
		break;
	case VERDICT_UNREACHABLE:
		(void)buf_puts(out,
		    _("Its name servers, or the way to them, are in trouble; "
		      "it is asked again by itself."));
		break;
	default:
		(void)buf_puts(
		    out, _("Its answers are not believed; it is tried again by "
			   "itself."));
	}
}

enum role
lst_list_detail(const struct model *m, uint16_t list, struct buf *out)
{
	const struct blocklist *b = lst_list(m, list);
	const struct list_state *s;
	char at[CLOCK_TEXT];

	if (b == NULL || list >= m->listings.n_lists)
		return ROLE_UNKNOWN;
	s = &m->listings.lists[list];
	(void)buf_str(out, b->id);
	(void)buf_puts(out, " (");
	(void)buf_str(out, b->name);
	(void)buf_puts(out, "): ");
	if (b->kind == LIST_PRIVATE) {
		(void)buf_puts(out,
		    _("a provider's own list; only its refusals show it. "));
		(void)buf_str(out, b->why);
		return ROLE_TEXT;
	}
	(void)buf_puts(out, s->verdict == VERDICT_CLEAN
				? _("answers as it should")
				: verdict_label(s->verdict));
	if (s->since_ms != 0)
		(void)buf_printf(
		    out, _(" since %s"), clock_hms(at, s->since_ms));
	if (s->text[0] != '\0')
		(void)buf_printf(out, ": %s", s->text);
	(void)buf_puts(out, ". ");
	if (listing_list_in_trouble(m, list)) {
		put_remedy(b, s->verdict, out);
		(void)buf_puts(
		    out, _(" Until then nobody knows who is on it."));
		return ROLE_WARN;
	}
	(void)buf_str(out, b->why);
	return ROLE_TEXT;
}
