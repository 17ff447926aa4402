/*
 * acts_count.c - which mail an act touches, and what of it was sent, refused
 * and tried in a span. Private to core/acts*.c and update_acts.c.
 */
#include "core/acts_int.h"

bool
acts_touch(
    const struct act_subject *of, const struct egress *e, struct str provider)
{
	switch (of->on) {
	case ACT_ON_EGRESS:
		return strcmp(of->egress, e->ip) == 0 && !e->rest;
	case ACT_ON_POOL:
		return strcmp(of->pool, e->pool) == 0;
	case ACT_ON_PROVIDER:
		if (of->egress[0] != '\0' && strcmp(of->egress, e->ip) != 0)
			return false;
		return provider.n == 0 || of->provider[0] == '\0' ||
		       str_ieq(provider, str_of(of->provider));
	default:
		return false;
	}
}

static bool
differ(const char *a, const char *b)
{
	return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

/* It says which mail flows, and how fast. */
static bool
steers(const struct act_subject *s)
{
	return s->on == ACT_ON_EGRESS || s->on == ACT_ON_PROVIDER ||
	       s->on == ACT_ON_POOL;
}

bool
acts_overlap(const struct act_subject *a, const struct act_subject *b)
{
	if (a->on == ACT_ON_SENDER || b->on == ACT_ON_SENDER)
		return a->on == b->on && strcmp(a->sender, b->sender) == 0;
	if (!steers(a) || !steers(b))
		return false;
	return !differ(a->egress, b->egress) && !differ(a->pool, b->pool) &&
	       !differ(a->provider, b->provider) &&
	       !differ(a->domain, b->domain);
}

/* --- counting --- */

static void
count_tally(struct effect_span *s, struct tally *t, bool all_refusals)
{
	uint64_t deferred =
	    tally_since(t, STAT_DEFERRED, s->from_ms, s->to_ms - 1);
	uint64_t sent = tally_since(t, STAT_SENT, s->from_ms, s->to_ms - 1);

	s->sent += sent;
	s->tried += sent + deferred +
		    tally_since(t, STAT_BOUNCED, s->from_ms, s->to_ms - 1);
	if (all_refusals)
		s->refused += deferred;
}

static bool
is_block(enum reply_class c)
{
	return c == CLASS_IP_BLOCKLIST || c == CLASS_DOMAIN_BLOCKLIST ||
	       c == CLASS_REPUTATION;
}

/* Refusals that name a list, or a standing: throttles are counted by pair. */
static void
count_blocks(struct effect_span *s, struct model *m,
    const struct act_subject *of, host_id host)
{
	for (uint32_t i = 0; i < m->n_replies; i++) {
		struct reply_group *g = &m->replies[i];

		if (g->host != host || !g->remote || !is_block(g->cls) ||
		    g->egress >= m->n_egress ||
		    !acts_touch(of, &m->egress[g->egress],
			intern_text(m->texts, g->provider)))
			continue;
		s->refused += tally_since(
		    &g->tally, STAT_DEFERRED, s->from_ms, s->to_ms - 1);
		s->refused += tally_since(
		    &g->tally, STAT_BOUNCED, s->from_ms, s->to_ms - 1);
	}
}

static void
count_cells(struct effect_span *s, struct model *m,
    const struct act_subject *of, host_id host)
{
	for (uint32_t i = 0; i < m->n_cells; i++) {
		struct cell *c = &m->cells[i];

		if (c->egress >= m->n_egress ||
		    m->egress[c->egress].host != host ||
		    !acts_touch(of, &m->egress[c->egress],
			intern_text(m->texts, c->provider)))
			continue;
		count_tally(s, &c->tally, false);
		if (c->throttle != NULL)
			s->refused += series_sum(
			    &c->throttle->refused, 0, s->from_ms, s->to_ms);
	}
}

/* Domains and senders are counted over all hosts, refusals of every class. */
static struct keyed *
keyed_of(struct model *m, const struct act_subject *of)
{
	bool sender = of->on == ACT_ON_SENDER;
	struct keyed *v = sender ? m->senders : m->domains;
	uint32_t n = sender ? m->n_senders : m->n_domains;
	uint32_t id =
	    intern_find(m->texts, str_of(sender ? of->sender : of->domain));

	for (uint32_t i = 0; id != INTERN_OTHER && i < n; i++)
		if (v[i].key == id)
			return &v[i];
	return NULL;
}

bool
acts_is_keyed(const struct act_subject *of)
{
	return of->on == ACT_ON_SENDER ||
	       (of->on == ACT_ON_PROVIDER && of->provider[0] == '\0');
}

static int64_t
overlap_ms(int64_t from_ms, int64_t to_ms, int64_t a_ms, int64_t b_ms)
{
	int64_t ms = (to_ms < b_ms ? to_ms : b_ms) - acts_later(from_ms, a_ms);

	return ms > 0 ? ms : 0;
}

void
acts_count(struct effect_span *s, struct model *m, const struct act_subject *of,
    host_id host)
{
	const struct host *h = &m->hosts[host];
	struct keyed *k;

	s->blind_ms = 0;
	s->refused = s->sent = s->tried = 0;
	if (s->to_ms <= s->from_ms) {
		s->to_ms = s->from_ms;
		return;
	}
	for (unsigned i = 0; i < h->n_gaps; i++)
		s->blind_ms += overlap_ms(
		    s->from_ms, s->to_ms, h->gaps[i].from_ms, h->gaps[i].to_ms);
	if (acts_is_keyed(of)) {
		k = keyed_of(m, of);
		if (k != NULL)
			count_tally(s, &k->tally, true);
		return;
	}
	count_cells(s, m, of, host);
	count_blocks(s, m, of, host);
}

/* The log tells this mail from other mail. */
bool
acts_is_told(const struct model *m, const struct lease *l)
{
	if (acts_is_keyed(&l->of))
		return l->of.egress[0] == '\0';
	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];

		if (e->host == l->host && (e->attributable || e->rest) &&
		    acts_touch(&l->of, e, (struct str){NULL, 0}))
			return true;
	}
	return false;
}

uint32_t
acts_tried(struct tally *t, int64_t from_ms, int64_t to_ms)
{
	struct effect_span s = {.from_ms = from_ms, .to_ms = to_ms};

	count_tally(&s, t, false);
	return s.tried > UINT32_MAX ? UINT32_MAX : (uint32_t)s.tried;
}
