/*
 * update_log.c - log lines to figures. A line counts at its own time, put
 * right by the host's clock offset; windows end at the model's now.
 *
 * Deliveries by the SMTP client (smtp, lmtp, relay) count for the host, the
 * egress IP, provider, domain and sender; those by the error transport, through
 * which Postfix repeats earlier replies, count for all of these but the egress
 * IP, which it does not tell; local ones (local, virtual, pipe ..) only for
 * the host. Nothing is allocated per line.
 */
#include "core/model_index.h"

/* One delivery's keys. */
struct delivery {
	int64_t at_ms;
	egress_id egress; /* EGRESS_NONE: none */
	uint32_t domain, provider;
	uint32_t sender; /* QID_NO_SENDER: not seen */
	enum figure figure;
};

/* What make() says of a name; remembered, because few names make most lines. */
static inline uint32_t
id_of(struct model *m, enum memo_kind kind, struct str name, uint64_t hash,
    uint32_t (*make)(struct model *m, struct str name))
{
	struct name_memo *memo = memo_of(m->index, hash);
	uint32_t id;

	if (name.n == 0)
		return 0;
	if (memo->hash == hash && memo->kind == kind && memo->n == name.n &&
	    memcmp(memo->name, name.p, name.n) == 0)
		return memo->id;
	id = make(m, name);
	if (name.n <= sizeof memo->name && id != INTERN_OTHER) {
		memo->hash = hash;
		memo->id = id;
		memo->kind = (uint8_t)kind;
		memo->n = (uint8_t)name.n;
		memcpy(memo->name, name.p, name.n);
	}
	return id;
}

static uint32_t
relay_provider_id(struct model *m, struct str relay)
{
	return keys_provider_id(m, provider_of_mx(m->catalogue, relay));
}

/* The domain in small letters. */
static uint32_t
lower_domain_id(struct model *m, struct str domain)
{
	char small[KEY_MAX_BYTES];

	if (domain.n > sizeof small)
		return INTERN_OTHER;
	for (size_t i = 0; i < domain.n; i++) {
		char c = domain.p[i];

		small[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	return keys_domain_id(m, (struct str){small, domain.n});
}

static void
count_reply(struct model *m, struct reply_group *g, const struct delivery *d,
    const struct log_rec *r)
{
	/* The first text stays the sample until the group was quiet. */
	if (g->sample == 0 ||
	    (g->tally.last_ms != 0 && d->at_ms - g->tally.last_ms > IDLE_MS &&
		g->host != HOST_NONE)) {
		struct str text = r->text;

		if (text.n > SAMPLE_MAX_BYTES)
			text.n = SAMPLE_MAX_BYTES;
		g->sample = intern_id(m->texts, text);
	}
	tally_add(&g->tally, d->figure, d->at_ms, 1);
}

/* What a refusal says about an egress IP or a domain. */
static void
judge(struct model *m, const struct delivery *d, const struct reply_facts *f,
    const struct reply_group *g)
{
	struct refusal r;

	if (d->egress == EGRESS_NONE || !f->remote || f->local ||
	    (f->cls != CLASS_THROTTLE && f->list == LIST_NONE))
		return;
	r = (struct refusal){.facts = f,
	    .at_ms = d->at_ms,
	    .group = g == NULL || g->host == HOST_NONE
			 ? UINT32_MAX
			 : (uint32_t)(g - m->replies),
	    .egress = d->egress,
	    .provider = d->provider,
	    .sender = d->sender};
	if (f->cls == CLASS_THROTTLE)
		update_throttle_refusal(m, &r);
	else
		update_listing_reply(m, &r);
}

/* The rows a delivery is counted in; NULL: none. */
struct delivery_rows {
	struct keyed *domain, *sender, *provider;
	struct cell *cell;
};

/* Looked up first, and before what else there is to do: meanwhile memory brings
 * them. */
static struct delivery_rows
rows_of(struct model *m, const struct delivery *d)
{
	return (struct delivery_rows){
	    .domain = keys_domain(m, d->domain),
	    .provider = keys_provider(m, d->provider),
	    .sender =
		d->sender == QID_NO_SENDER ? NULL : keys_sender(m, d->sender),
	    .cell = d->egress == EGRESS_NONE
			? NULL
			: keys_cell(m, d->egress, d->provider),
	};
}

/* Adds a delivery to all its keys. */
static void
count(struct model *m, struct host *h, const struct delivery *d,
    const struct delivery_rows *rows)
{
	/* Not read again after each addition. */
	const int64_t at_ms = d->at_ms;
	const enum figure figure = d->figure;
	struct keyed *domain = rows->domain;

	if (d->egress != EGRESS_NONE)
		tally_add(&m->egress[d->egress].tally, figure, at_ms, 1);
	tally_add(&h->tally, figure, at_ms, 1);
	if (rows->provider != NULL)
		tally_add(&rows->provider->tally, figure, at_ms, 1);
	if (domain != NULL) {
		tally_add(&domain->tally, figure, at_ms, 1);
		if (d->provider != 0 && domain->key != INTERN_OTHER)
			domain->provider = d->provider;
	}
	if (rows->sender != NULL)
		tally_add(&rows->sender->tally, figure, at_ms, 1);
	if (rows->cell != NULL)
		tally_add(&rows->cell->tally, figure, at_ms, 1);
}

static uint32_t
clip_ms(int64_t ms)
{
	return ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

static void
count_delay(struct hist *host, struct hist *egress, int64_t at_ms, int64_t ms)
{
	unsigned bucket;

	if (ms < 0)
		return;
	bucket = hist_bucket(clip_ms(ms));
	hist_add_bucket(host, at_ms, bucket);
	if (egress != NULL)
		hist_add_bucket(egress, at_ms, bucket);
}

/*
 * Durations of an attempt. The whole delay speaks of what was sent; the wait
 * before the queue manager is only that in a message's first attempt: later,
 * and for what is deferred, it holds the whole life of the message so far.
 */
static void
count_delays(struct delays *host, struct delays *egress,
    const struct log_rec *r, int64_t at_ms, bool first)
{
	bool sent = r->status == LS_SENT;

	if (sent)
		count_delay(&host->all, egress == NULL ? NULL : &egress->all,
		    at_ms, r->delay_ms);
	for (int i = sent && first ? STAGE_BEFORE : STAGE_QMGR; i < STAGE_N;
	     i++)
		count_delay(&host->stage[i],
		    egress == NULL ? NULL : &egress->stage[i], at_ms,
		    r->stage_ms[i]);
}

static uint32_t
provider_of_delivery(
    struct model *m, struct str relay, struct str domain, uint32_t domain_id)
{
	const struct keyed *k;

	if (relay.n > 0)
		return id_of(m, MEMO_RELAY, relay, str_hash(relay, MEMO_RELAY),
		    relay_provider_id);
	k = domain_id == INTERN_OTHER ? NULL : keys_find_domain(m, domain_id);
	if (k != NULL && k->provider != 0)
		return k->provider;
	return keys_provider_id(m, provider_of_domain(m->catalogue, domain));
}

static bool
figure_of(enum log_status s, enum figure *out)
{
	switch (s) {
	case LS_SENT:
		*out = STAT_SENT;
		return true;
	case LS_DEFERRED:
		*out = STAT_DEFERRED;
		return true;
	case LS_BOUNCED:
	case LS_EXPIRED:
		*out = STAT_BOUNCED;
		return true;
	case LS_NONE:
	case LS_OTHER:
		break;
	}
	return false;
}

static bool
is_smtp(struct str program)
{
	return str_eq(program, STR_LIT("smtp")) ||
	       str_eq(program, STR_LIT("lmtp")) ||
	       str_eq(program, STR_LIT("relay"));
}

/* The queue id's entry with what this attempt adds to it; NULL when it is not
 * known and need not be: what was sent at once is gone at once. */
static struct qid_entry *
remember(
    struct qids *q, struct qid_entry *e, uint64_t qid, const struct delivery *d)
{
	if (e == NULL && d->figure == STAT_DEFERRED)
		e = qids_put(q, qid);
	if (e != NULL) {
		if (d->egress != EGRESS_NONE)
			e->egress = d->egress;
		e->domain = d->domain;
	}
	return e;
}

static void
on_delivery(struct model *m, struct host *h, const struct log_rec *r,
    const struct line_keys *keys, int64_t at_ms)
{
	struct host_index *x = &m->index->hosts[h->id];
	struct delivery d = {
	    .at_ms = at_ms, .egress = EGRESS_NONE, .sender = QID_NO_SENDER};
	bool smtp = is_smtp(r->program), first;
	struct qid_entry *e;
	struct reply_facts f;
	struct reply_group *g = NULL;
	struct delivery_rows rows;
	struct str domain;

	if (!figure_of(r->status, &d.figure))
		return;
	if (!smtp && !str_eq(r->program, STR_LIT("error")) &&
	    !str_eq(r->program, STR_LIT("retry"))) {
		tally_add(&h->tally, d.figure, at_ms, 1);
		return;
	}
	e = qids_find(&x->qids, keys->qid);
	if (smtp)
		d.egress = discovery_egress(m, h, r->tag,
		    r->relay_ip.n > 0 &&
			memchr(r->relay_ip.p, ':', r->relay_ip.n) != NULL);
	domain = ahead_domain(r->to);
	d.domain = id_of(m, MEMO_DOMAIN, domain, keys->name, lower_domain_id);
	d.provider = provider_of_delivery(m, r->relay, domain, d.domain);
	first = e == NULL || e->domain == 0;
	e = remember(&x->qids, e, keys->qid, &d);
	if (e != NULL)
		d.sender = e->sender;
	rows = rows_of(m, &d);
	if (d.figure != STAT_SENT) {
		f = update_read_reply(m, r);
		if (f.local && d.figure == STAT_DEFERRED)
			d.figure = STAT_LOCAL;
		if (f.list == LIST_NONE)
			f.list = update_private_list(m, (enum reply_class)f.cls,
			    intern_text(m->texts, d.provider));
		keys_expect_reply(m, &f, d.provider, d.egress, h->id);
	}
	if (smtp && d.figure != STAT_LOCAL)
		count_delays(&h->delays,
		    d.egress == EGRESS_NONE ? NULL
					    : &m->egress[d.egress].delays,
		    r, at_ms, first);
	if (d.figure != STAT_SENT)
		g = keys_reply(m, &f, d.provider, d.egress, h->id);
	count(m, h, &d, &rows);
	/* Its group last: meanwhile memory has brought it. */
	if (g != NULL)
		count_reply(m, g, &d, r);
	if (d.figure != STAT_SENT)
		judge(m, &d, &f, g);
}

static void
on_queued(struct model *m, struct host *h, const struct log_rec *r,
    const struct line_keys *keys)
{
	struct qid_entry *e = qids_put(&m->index->hosts[h->id].qids, keys->qid);

	if (e != NULL)
		e->sender =
		    id_of(m, MEMO_SENDER, r->from, keys->name, keys_sender_id);
}

/* A message's end by age: one for the host, its sender, and the last way it
 * was tried. */
static void
on_expired(struct model *m, struct host *h, const struct log_rec *r,
    const struct line_keys *keys, int64_t at_ms)
{
	struct qids *q = &m->index->hosts[h->id].qids;
	struct qid_entry *e = qids_find(q, keys->qid);
	struct delivery d = {.at_ms = at_ms,
	    .egress = EGRESS_NONE,
	    .figure = STAT_BOUNCED,
	    .sender = QID_NO_SENDER};
	const struct keyed *domain;
	struct delivery_rows rows;

	if (r->has_from)
		d.sender =
		    id_of(m, MEMO_SENDER, r->from, keys->name, keys_sender_id);
	else if (e != NULL)
		d.sender = e->sender;
	if (e == NULL || e->domain == 0) {
		struct keyed *k = NULL;

		tally_add(&h->tally, STAT_BOUNCED, at_ms, 1);
		if (d.sender != QID_NO_SENDER)
			k = keys_sender(m, d.sender);
		if (k != NULL)
			tally_add(&k->tally, STAT_BOUNCED, at_ms, 1);
	} else {
		d.egress = e->egress;
		d.domain = e->domain;
		domain = keys_find_domain(m, d.domain);
		if (domain != NULL)
			d.provider = domain->provider;
		rows = rows_of(m, &d);
		count(m, h, &d, &rows);
	}
	if (e != NULL)
		qids_remove(q, e);
}

static void
on_bind_warning(
    struct model *m, struct host *h, const struct log_rec *r, int64_t at_ms)
{
	egress_id e = discovery_egress(m, h, r->tag, false);

	if (e != EGRESS_NONE && at_ms > m->egress[e].bind_lost_ms)
		m->egress[e].bind_lost_ms = at_ms;
}

static void
on_line(struct model *m, struct host *h, const struct log_rec *r,
    const struct line_keys *keys, int64_t at_ms)
{
	struct qids *q = &m->index->hosts[h->id].qids;
	struct qid_entry *e;

	switch (r->kind) {
	case LOG_QUEUED:
		on_queued(m, h, r, keys);
		break;
	case LOG_DELIVERY:
		on_delivery(m, h, r, keys, at_ms);
		break;
	case LOG_REMOVED:
		e = qids_find(q, keys->qid);
		if (e != NULL)
			qids_remove(q, e);
		break;
	case LOG_EXPIRED:
		on_expired(m, h, r, keys, at_ms);
		break;
	case LOG_REJECT:
		tally_add(&h->tally, STAT_REJECTED, at_ms, 1);
		break;
	case LOG_BIND_WARNING:
		on_bind_warning(m, h, r, at_ms);
		break;
	case LOG_OTHER:
	case LOG_CLIENT:
	case LOG_HELD:
	case LOG_MESSAGEID:
	case LOG_FATAL:
		break;
	}
}

/* When lines were written, by our clock. A clock that jumped ahead must not
 * push the windows with it: such a line is from now. */
static void
line_times(const struct host *h, const struct log_rec *recs, size_t n,
    int64_t now_ms, int64_t at_ms[LOOK_AHEAD])
{
	int64_t offset_ms = h->found == NULL ? 0 : h->found->clock_offset_ms;
	int64_t most_ms = now_ms > 0 ? now_ms + AHEAD_MS : INT64_MAX;

	for (size_t i = 0; i < n; i++) {
		int64_t ms =
		    recs[i].at_ms > 0 ? recs[i].at_ms - offset_ms : now_ms;

		at_ms[i] = ms > most_ms ? now_ms : ms;
	}
}

static void
note_bad(struct bad_lines *b, const struct log_rec *r, int64_t at_ms)
{
	struct str s = r->line;

	while (s.n > 0 && *s.p == '\0')
		s = str_from(s, 1);
	b->n++;
	if (b->first_ms == 0 || at_ms < b->first_ms)
		b->first_ms = at_ms;
	if (at_ms > b->last_ms)
		b->last_ms = at_ms;
	b->why = (enum log_bad)r->bad;
	b->n_sample =
	    (uint8_t)(s.n < sizeof b->sample ? s.n : sizeof b->sample);
	if (s.n > 0)
		memcpy(b->sample, s.p, b->n_sample);
}

/* What every line says: that the log is read up to its time. log_ms gets how
 * far that is with each. */
static void
note_lines(struct model *m, struct host *h, const struct log_rec *recs,
    size_t n, const int64_t at_ms[LOOK_AHEAD], int64_t log_ms[LOOK_AHEAD])
{
	int64_t all_ms = m->index->log_ms, last_ms = h->log_last_ms;
	/* An older line moves the beginning, until history is in. */
	int64_t from_ms = h->log_from_ms == 0 ? INT64_MAX
			  : h->log_live	      ? INT64_MIN
					      : h->log_from_ms;

	h->log_lines += n;
	for (size_t i = 0; i < n; i++) {
		if (m->log != NULL)
			logring_add(m->log, h->id, at_ms[i], recs[i].line);
		if (recs[i].bad != BAD_NONE)
			note_bad(&h->bad_lines, &recs[i], at_ms[i]);
		if (recs[i].at_ms > 0 && recs[i].tag.n > 0) {
			last_ms = at_ms[i] > last_ms ? at_ms[i] : last_ms;
			all_ms = at_ms[i] > all_ms ? at_ms[i] : all_ms;
			if (at_ms[i] < from_ms) {
				h->log_from_ms = at_ms[i];
				from_ms = h->log_live ? INT64_MIN : at_ms[i];
			}
		}
		log_ms[i] = all_ms;
	}
	h->log_last_ms = last_ms;
	m->index->log_ms = all_ms;
}

/* At most LOOK_AHEAD lines. Few kinds are counted: the others are done with
 * first, and only those gone through again, each at the time of the log it
 * came at. */
static void
on_lines(struct model *m, struct host *h, const struct log_rec *recs, size_t n,
    int64_t now_ms)
{
	int64_t at_ms[LOOK_AHEAD], log_ms[LOOK_AHEAD];
	struct model_index *x = m->index;
	struct ahead a;

	ahead_lines(m, h, recs, n, &a);
	line_times(h, recs, n, now_ms, at_ms);
	note_lines(m, h, recs, n, at_ms, log_ms);
	for (unsigned k = 0; k < a.n; k++) {
		unsigned i = a.line[k];

		x->log_ms = log_ms[i];
		x->line_ms = at_ms[i];
		on_line(m, h, &recs[i], &a.keys[i], at_ms[i]);
	}
	x->log_ms = log_ms[n - 1];
}

void
update_log(struct model *m, struct host *h, const struct event *in)
{
	const struct qids *q = &m->index->hosts[h->id].qids;
	uint64_t dropped = q->evicted;
	size_t n;

	h->log_at_ms = in->at_ms;
	for (size_t i = 0; i < in->u.log.n; i += n) {
		n = in->u.log.n - i;
		if (n > LOOK_AHEAD)
			n = LOOK_AHEAD;
		on_lines(m, h, &in->u.log.recs[i], n, in->at_ms);
	}
	m->lumped.qids_dropped += q->evicted - dropped;
	keys_sweep_texts(m);
}
