/*
 * update_ahead.c - looks at lines before they are counted. What is known of a
 * million messages lies all over the memory, and waiting for it, piece after
 * piece, would take longer than counting; so it is asked for some lines before.
 * Changes nothing.
 */
#include "core/model_index.h"

struct str
ahead_domain(struct str address)
{
	const char *at =
	    address.n == 0 ? NULL : memrchr(address.p, '@', address.n);

	return at == NULL ? address
			  : str_from(address, (size_t)(at + 1 - address.p));
}

/* The rows a delivery is counted in: by what is remembered of its domain, and
 * of its message. */
static void
expect_rows(
    const struct model *m, const struct qids *q, const struct line_keys *k)
{
	const struct name_memo *memo = memo_of(m->index, k->name);
	const struct qid_entry *e = qids_find(q, k->qid);

	if (memo->hash == k->name)
		keys_expect_domain(m, memo->id);
	if (e != NULL && e->sender != QID_NO_SENDER)
		keys_expect_sender(m, e->sender);
}

static void
expect_name(const struct model *m, struct line_keys *keys, struct str name,
    enum memo_kind kind)
{
	keys->name = str_hash(name, kind);
	__builtin_prefetch(&m->index->names[keys->name % NAME_MEMO]);
}

/* Numbers of lines. */
struct lines {
	uint8_t v[LOOK_AHEAD];
	uint8_t n;
};

/* Adds line i if it is `wanted`, without a branch: which kind a line is of
 * cannot be guessed. */
static inline void
add(struct lines *l, size_t i, unsigned wanted)
{
	l->v[l->n] = (uint8_t)i;
	l->n = (uint8_t)(l->n + wanted);
}

void
ahead_lines(const struct model *m, const struct host *h,
    const struct log_rec *recs, size_t n, struct ahead *a)
{
	enum { COUNTED = 1, DOMAIN = 2, SENDER = 4 };
	static const uint8_t has[] = {
	    [LOG_QUEUED] = COUNTED | SENDER,
	    [LOG_EXPIRED] = COUNTED | SENDER,
	    [LOG_DELIVERY] = COUNTED | DOMAIN,
	    [LOG_REMOVED] = COUNTED,
	    [LOG_REJECT] = COUNTED,
	    [LOG_BIND_WARNING] = COUNTED,
	    [LOG_FATAL] = 0,
	};
	const struct qids *q = &m->index->hosts[h->id].qids;
	struct lines counted = {.n = 0};
	struct lines domains = {.n = 0}, senders = {.n = 0};

	for (size_t i = 0; i < n; i++)
		add(&counted, i, has[recs[i].kind] & COUNTED);
	/* Those few without a queue id ask for nothing by an empty one. */
	for (unsigned k = 0; k < counted.n; k++) {
		unsigned i = counted.v[k], what = has[recs[i].kind];
		uint64_t hash = qids_hash(recs[i].qid);

		a->keys[i].qid = hash;
		qids_expect(q, hash);
		add(&domains, i, (what & DOMAIN) != 0);
		add(&senders, i, (what & SENDER) != 0);
	}
	memcpy(a->line, counted.v, sizeof a->line);
	a->n = counted.n;
	for (unsigned i = 0; i < domains.n; i++)
		expect_name(m, &a->keys[domains.v[i]],
		    ahead_domain(recs[domains.v[i]].to), MEMO_DOMAIN);
	for (unsigned i = 0; i < senders.n; i++)
		expect_name(m, &a->keys[senders.v[i]], recs[senders.v[i]].from,
		    MEMO_SENDER);
	for (unsigned i = 0; i < counted.n; i++)
		qids_expect_entry(q, a->keys[counted.v[i]].qid);
	for (unsigned i = 0; i < domains.n; i++)
		expect_rows(m, q, &a->keys[domains.v[i]]);
}
