/* logbook.c - see logbook.h. */
#include "app/logbook.h"

#include "app/recall.h"
#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	SEEN_MAX = 65536,
	LOOK_MAX = 64, /* records of a look: each is a few hundred bytes */
};

/* The kinds of things, in the high bits of their keys. */
enum thing { THING_LINK, THING_THROTTLE, THING_LISTING, THING_ALERT };

struct seen {
	uint64_t key;
	uint32_t state;
};

struct logbook {
	struct journal_db *journal; /* borrowed */
	const char *who, *from;	    /* borrowed */
	int64_t began_ms;
	uint64_t version;  /* of the model at the last look */
	struct seen *seen; /* owned; [n], sorted by key */
	size_t n, room;
	unsigned written; /* in this look */
	bool more;	  /* this look has left something out */
};

/* What is told, when the journal takes it. */
struct news {
	enum journal_kind kind;
	bool operators; /* said by the operator */
	struct str host, subject, text, detail;
};

static size_t
place_of(const struct logbook *l, uint64_t key)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->seen[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The state at the last look; false: never seen. */
static bool
was(const struct logbook *l, uint64_t key, uint32_t *state)
{
	size_t at = place_of(l, key);

	if (at == l->n || l->seen[at].key != key)
		return false;
	*state = l->seen[at].state;
	return true;
}

static void
remember(struct logbook *l, uint64_t key, uint32_t state)
{
	size_t at = place_of(l, key), room;
	struct seen *v;

	if (at < l->n && l->seen[at].key == key) {
		l->seen[at].state = state;
		return;
	}
	if (l->n == l->room) {
		room = l->room == 0 ? 256 : l->room * 2;
		v = room > SEEN_MAX ? NULL : realloc(l->seen, room * sizeof *v);
		if (v == NULL)
			return;
		l->seen = v;
		l->room = room;
	}
	memmove(l->seen + at + 1, l->seen + at, (l->n - at) * sizeof *l->seen);
	l->seen[at] = (struct seen){key, state};
	l->n++;
}

/* Writes it; false: not now, so it is to be seen again. */
static bool
tell(struct logbook *l, const struct model *m, const struct news *n)
{
	struct journal_rec rec = {.at_ms = m->now_ms,
	    .kind = n->kind,
	    .host = n->host,
	    .subject = n->subject,
	    .text = n->text,
	    .detail = n->detail};

	if (n->operators) {
		rec.who = str_of(l->who);
		rec.from = str_of(l->from);
	}
	/* One that is not taken is waited for once, not for each of them. */
	if (l->more || l->written == LOOK_MAX ||
	    journal_db_append(l->journal, &rec, false) != ERR_OK) {
		l->more = true;
		return false;
	}
	l->written++;
	return true;
}

static uint64_t
key_of_thing(enum thing t, uint64_t id)
{
	return (uint64_t)t << 60 | id;
}

static void
look_link(struct logbook *l, const struct model *m, const struct host *h)
{
	uint64_t key = key_of_thing(THING_LINK, h->id);
	uint32_t before = 0, now = h->link == LINK_UP;
	char text[700];
	struct news n = {.kind = JOURNAL_LINK,
	    .host = str_of(h->name),
	    .subject = str_of(h->name)};

	if (was(l, key, &before) && before == now)
		return;
	(void)snprintf(text, sizeof text,
	    now ? _("%s: connected%s%s") : _("%s: connection lost%s%s"),
	    h->name, !now && h->link_text[0] != '\0' ? ": " : "",
	    now ? "" : h->link_text);
	n.text = str_of(text);
	if ((before == 0 && now == 0) || tell(l, m, &n))
		remember(l, key, now);
}

static void
look_throttle(struct logbook *l, const struct model *m, const struct cell *c)
{
	const struct throttle *t = c->throttle;
	uint64_t key = key_of_thing(
	    THING_THROTTLE, (uint64_t)c->egress << 32 | c->provider);
	uint32_t before = 0, now = t->state == THROTTLE_THROTTLED ||
				   t->state == THROTTLE_EASING;
	struct str provider = intern_text(m->texts, c->provider);
	const struct egress *e;
	bool known = was(l, key, &before), old;
	char text[512];
	struct news n = {.kind = JOURNAL_THROTTLE};

	/* An end is one when it is clear; suspected again is neither. */
	if ((known && before == now) || c->egress >= m->n_egress ||
	    (known && !now && t->state != THROTTLE_CLEAR))
		return;
	e = &m->egress[c->egress];
	old = !known && t->start_ms < l->began_ms;
	(void)snprintf(text, sizeof text,
	    now ? _("%.*s slows down %s: %llu refused so far")
		: _("%.*s no longer slows down %s: %llu were refused"),
	    (int)provider.n, provider.n == 0 ? "" : provider.p,
	    model_egress_label(e), (unsigned long long)t->refusals);
	n.host = str_of(m->hosts[e->host].name);
	n.subject = str_of(model_egress_label(e));
	n.text = str_of(text);
	if ((before == 0 && now == 0) || old || tell(l, m, &n))
		remember(l, key, now);
}

/* What is told of a listing: that it is one, and whether DNS says so. Until DNS
 * tells otherwise it says what it said to an earlier console. */
enum { TOLD_LISTED = 1, TOLD_DNS = 2 };

static uint32_t
listing_state(const struct listing *r)
{
	if (!r->listed)
		return 0;
	if ((r->sources & LISTING_DNS) != 0 ||
	    ((r->past & LISTING_DNS) != 0 && r->dns_sure != VERDICT_CLEAN))
		return TOLD_LISTED | TOLD_DNS;
	return TOLD_LISTED;
}

static void
look_listing(struct logbook *l, const struct model *m, const struct listing *r)
{
	uint64_t key =
	    key_of_thing(THING_LISTING, (uint64_t)r->subject << 16 | r->list);
	uint32_t before = 0, now = listing_state(r);
	bool known = was(l, key, &before), old;
	struct str subject, list;
	struct buf detail;
	char text[512];
	struct news n = {.kind = JOURNAL_LISTING};

	/* An earlier console has told that it is listed. What only refusals
	 * showed is told by each that sees it. */
	if (!known && r->recalled &&
	    ((r->past & LISTING_DNS) != 0 || !r->listed)) {
		known = true;
		before = (r->past & LISTING_DNS) != 0 ? TOLD_LISTED | TOLD_DNS
						      : TOLD_LISTED;
		remember(l, key, before);
	}
	if ((known && before == now) || r->subject >= m->listings.n_subjects ||
	    r->list >= blocklists_count(m->lists))
		return;
	subject = intern_text(
	    m->listings.texts, m->listings.subjects[r->subject].name);
	list = blocklists_at(m->lists, r->list)->id;
	/* Since when is not known before the first answer: no news. */
	old = !known && !r->recalled &&
	      (r->since_ms < l->began_ms || r->dns_since_ms == 0) &&
	      r->replies == 0;
	(void)snprintf(text, sizeof text,
	    now != 0 ? _("%.*s is listed on %.*s") : _("%.*s is off %.*s"),
	    (int)subject.n, subject.p, (int)list.n, list.p);
	n.subject = subject;
	n.text = str_of(text);
	buf_init(&detail, 1024);
	/* The sentence is kept all the same. */
	if (recall_detail(&detail, m->lists, r) == ERR_OK)
		n.detail = buf_view(&detail);
	if ((before == 0 && now == 0) || old || tell(l, m, &n))
		remember(l, key, now);
	buf_done(&detail);
}

/* A closed or pending one that was not told before is no news. */
static void
look_alert(struct logbook *l, const struct model *m, const struct alert *a)
{
	enum alert_state s = alert_state_of(a, m->now_ms);
	uint64_t key = key_of_thing(THING_ALERT, a->id);
	uint32_t before = ALERT_PENDING;
	uint32_t now = (uint32_t)s | (uint32_t)a->severity << 8;
	bool known = was(l, key, &before);
	const char *what = _("opened");
	struct buf text;
	struct news n = {.kind = JOURNAL_ALERT, .subject = str_of(a->cause)};

	if (known && before == now)
		return;
	if (s == ALERT_PENDING ||
	    (s == ALERT_CLOSED && (before & 0xff) == ALERT_PENDING)) {
		remember(l, key, now);
		return;
	}
	n.operators = s == ALERT_ACKED || s == ALERT_MUTED;
	if (n.operators)
		n.kind = JOURNAL_ACK;
	if (n.operators)
		what = alert_state_label(s);
	else if (s == ALERT_CLOSED)
		what = _("closed");
	else if ((before >> 8) != 0 && (now >> 8) > (before >> 8))
		what = _("worse");
	buf_init(&text, 4096);
	(void)buf_printf(&text, "%s: ", what);
	if (alert_text(m, a, &text) != ERR_OK)
		(void)buf_puts(&text, a->cause);
	n.text = buf_view(&text);
	if (a->host < m->n_hosts)
		n.host = str_of(m->hosts[a->host].name);
	if (tell(l, m, &n))
		remember(l, key, now);
	buf_done(&text);
}

bool
logbook_look(struct logbook *l, const struct model *m)
{
	if (m->version == l->version && !l->more)
		return false;
	l->version = m->version;
	l->written = 0;
	l->more = false;
	for (host_id i = 0; i < m->n_hosts; i++)
		look_link(l, m, &m->hosts[i]);
	for (uint32_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].throttle != NULL)
			look_throttle(l, m, &m->cells[i]);
	for (uint32_t i = 0; i < m->listings.n_rows; i++)
		look_listing(l, m, &m->listings.rows[i]);
	for (uint32_t i = 0; i < m->alerts.n; i++)
		look_alert(l, m, &m->alerts.v[i]);
	return l->written > 0;
}

struct logbook *
logbook_new(
    struct journal_db *j, const char *who, const char *from, int64_t now_ms)
{
	struct logbook *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->journal = j;
	l->who = who;
	l->from = from;
	l->began_ms = now_ms;
	l->version = UINT64_MAX;
	return l;
}

void
logbook_free(struct logbook *l)
{
	if (l == NULL)
		return;
	free(l->seen);
	free(l);
}
