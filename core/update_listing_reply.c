/*
 * update_listing_reply.c - replies that say that an address or a domain of ours
 * is on a list, be it a provider's own that nothing else shows or a public one
 * of which it has a copy; and when such a listing is over.
 */
#include "core/listing_int.h"
#include "core/model_index.h"

enum {
	QUIET_MS = 30 * 60000,	       /* no such reply for so long, an IP's */
	QUIET_DOMAIN_MS = 6 * 3600000, /* a domain's */
	LOOK_MS = 10000,	       /* between two looks at all of them */
	LATE_MS = 60000,	       /* a log that is followed */
};

static bool
is_block(enum reply_class c)
{
	return c == CLASS_IP_BLOCKLIST || c == CLASS_DOMAIN_BLOCKLIST ||
	       c == CLASS_REPUTATION;
}

uint16_t
update_private_list(
    const struct model *m, enum reply_class cls, struct str provider)
{
	if (cls != CLASS_IP_BLOCKLIST && cls != CLASS_REPUTATION)
		return LIST_NONE;
	return blocklists_private(m->lists, provider);
}

/* Whom it is about: the egress IP, or the sender's domain; empty: nobody whom
 * we know. */
static struct str
subject_of(const struct model *m, const struct refusal *r)
{
	enum blames who = (enum blames)r->facts->blames;
	struct str sender;
	const char *at;

	if (who == BLAMES_NONE)
		who = r->facts->cls == CLASS_DOMAIN_BLOCKLIST ? BLAMES_DOMAIN
							      : BLAMES_IP;
	if (who == BLAMES_IP)
		return str_of(m->egress[r->egress].ip);
	if (who != BLAMES_DOMAIN && who != BLAMES_SENDER)
		return (struct str){NULL, 0};
	/* Without one, or one that is lumped with others, there is no '@'. */
	sender = intern_text(m->texts, r->sender);
	at = sender.n == 0 ? NULL : memrchr(sender.p, '@', sender.n);
	return at == NULL ? (struct str){NULL, 0}
			  : str_from(sender, (size_t)(at + 1 - sender.p));
}

static void
add_said(struct listing *row, const struct refusal *r)
{
	struct listing_said *oldest = &row->said[0];

	for (int i = 0; i < row->n_said; i++) {
		struct listing_said *s = &row->said[i];

		if (s->last_ms < oldest->last_ms)
			oldest = s;
		if (s->provider == r->provider) {
			s->egress = r->egress;
			if (r->at_ms > s->last_ms)
				s->last_ms = r->at_ms;
			return;
		}
	}
	if (row->n_said < LISTING_SAID)
		oldest = &row->said[row->n_said++];
	*oldest = (struct listing_said){
	    .last_ms = r->at_ms, .provider = r->provider, .egress = r->egress};
}

/* Whether a provider has stopped rejecting, as far as is known at at_ms. */
static bool
is_over(const struct model *m, const struct listing *row,
    const struct listing_said *s, int64_t at_ms)
{
	bool domain = m->listings.subjects[row->subject].domain;
	struct cell *c;

	if (at_ms - s->last_ms < QUIET_MS)
		return false;
	if (row->dns == VERDICT_CLEAN)
		return true;
	if (domain && at_ms - s->last_ms < QUIET_DOMAIN_MS)
		return false;
	c = keys_find_cell(m, s->egress, s->provider);
	return c != NULL &&
	       tally_since(&c->tally, STAT_SENT, s->last_ms + 1, at_ms) > 0;
}

/* Forgets providers that have stopped; the last one's word ends the replies'
 * part of the listing. Within listings_count's bracket. */
static void
forget_over(const struct model *m, struct listing *row, int64_t at_ms)
{
	int to = 0;

	for (int i = 0; i < row->n_said; i++)
		if (!is_over(m, row, &row->said[i], at_ms))
			row->said[to++] = row->said[i];
	if (to > 0) {
		row->n_said = (uint8_t)to;
		return;
	}
	if ((row->sources & LISTING_DNS) == 0) {
		listing_end(row, at_ms);
		return;
	}
	row->sources = LISTING_DNS;
	row->n_said = 0;
}

/* Its provider has taken mail from there for a while since the console began:
 * what an earlier one knew of is over, and this is another block. */
static void
doubt_past(const struct model *m, struct listing *row, const struct refusal *r)
{
	int64_t from_ms = m->listings.index->past_ms;
	struct cell *c = keys_find_cell(m, r->egress, r->provider);

	if (listing_pending(row) && r->at_ms - from_ms >= QUIET_MS &&
	    blocklists_at(m->lists, row->list)->kind == LIST_PRIVATE &&
	    c != NULL &&
	    tally_since(&c->tally, STAT_SENT, from_ms, r->at_ms) > 0)
		listing_end(row, from_ms);
}

static void
add_reply(struct listing *row, const struct refusal *r)
{
	if (!row->listed)
		listing_begin(row, r->at_ms);
	/* History may tell what was before the first answer of DNS. */
	if (r->at_ms < row->since_ms && row->times == 1 && !row->recalled)
		row->since_ms = r->at_ms;
	row->sources |= LISTING_REPLY;
	row->replies++;
	row->reply1 = r->group + 1;
	if (row->reply_first_ms == 0 || r->at_ms < row->reply_first_ms)
		row->reply_first_ms = r->at_ms;
	if (r->at_ms > row->reply_last_ms)
		row->reply_last_ms = r->at_ms;
	add_said(row, r);
}

/* What DNS has said of the pair while it had no row. Had it ever been listed,
 * it would have one: what is believed now was so from the first answer on. */
static void
take_verdict(const struct listings *l, struct listing *row)
{
	row->dns =
	    (enum verdict) * listings_verdict(l, row->subject, row->list);
	if (row->dns != VERDICT_CLEAN && row->dns != VERDICT_LISTED)
		return;
	row->dns_sure = row->dns;
	row->sure_since_ms = row->dns_since_ms =
	    l->index->more[row->subject].answered_ms;
	row->checked_ms = l->subjects[row->subject].checked_ms;
}

void
update_listing_reply(struct model *m, const struct refusal *r)
{
	struct listings *l = &m->listings;
	uint16_t list = r->facts->list;
	struct str name;
	struct listing *row;
	uint32_t s;

	if (list >= l->n_lists || !is_block((enum reply_class)r->facts->cls))
		return;
	name = subject_of(m, r);
	s = name.n == 0 ? UINT32_MAX
			: listings_add(l, m->catalogue, name, r->at_ms);
	if (s == UINT32_MAX)
		return;
	/* It sends mail: it is ours, whatever was said before. */
	listings_set_ours(l, s, true);
	if (listings_told_before(l, s, list, r->at_ms))
		return;
	row = listings_find(l, s, list);
	if (row == NULL) {
		row = listings_add_row(l, s, list, r->at_ms);
		if (row == NULL) {
			l->rows_beyond++;
			return;
		}
		take_verdict(l, row);
		doubt_past(m, row, r);
	}
	listings_count(l, s, list, -1);
	if (row->listed && (row->sources & LISTING_REPLY) != 0)
		forget_over(m, row, r->at_ms);
	add_reply(row, r);
	listings_count(l, s, list, 1);
	listings_settle(l, r->at_ms);
}

/* The time up to which is known what became of a listing's replies. */
static int64_t
clock_of(const struct model *m, const struct listing *row)
{
	int64_t clock_ms = INT64_MAX;

	for (int i = 0; i < row->n_said; i++) {
		host_id host = m->egress[row->said[i].egress].host;
		int64_t at_ms = update_log_clock(m, host);

		if (at_ms < clock_ms)
			clock_ms = at_ms;
	}
	return clock_ms;
}

bool
listing_watched(const struct model *m, const struct listing *r)
{
	int64_t period_ms;

	if (!r->listed || !m->listings.subjects[r->subject].ours)
		return false;
	if ((r->sources & LISTING_DNS) == 0)
		return r->n_said > 0 && m->now_ms - clock_of(m, r) < LATE_MS;
	period_ms = (int64_t)blocklists_at(m->lists, r->list)->period_s * 1000;
	return m->now_ms - r->checked_ms <= 2 * period_ms;
}

void
update_listing_quiet(struct model *m, bool at_once)
{
	struct listings *l = &m->listings;
	bool changed = false;

	if (l->index->by_reply == 0 ||
	    (!at_once && m->now_ms - l->index->quiet_ms < LOOK_MS &&
		m->now_ms >= l->index->quiet_ms))
		return;
	l->index->quiet_ms = m->now_ms;
	for (uint32_t i = 0; i < l->n_rows; i++) {
		struct listing *row = &l->rows[i];
		uint8_t n_said = row->n_said;

		if (!row->listed || (row->sources & LISTING_REPLY) == 0)
			continue;
		listings_count(l, row->subject, row->list, -1);
		forget_over(m, row, clock_of(m, row));
		listings_count(l, row->subject, row->list, 1);
		changed |= !row->listed || row->n_said != n_said;
	}
	if (changed)
		m->version++;
	listings_settle(l, m->now_ms);
}
