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

/* Also of lines that have none: hashing is cheaper than guessing wrong. */
static struct line_keys
keys_of(const struct log_rec *r)
{
	if (r->kind == LOG_DELIVERY)
		return (struct line_keys){qids_hash(r->qid),
		    str_hash(ahead_domain(r->to), MEMO_DOMAIN)};
	return (struct line_keys){
	    qids_hash(r->qid), str_hash(r->from, MEMO_SENDER)};
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

void
ahead_lines(const struct model *m, const struct host *h,
    const struct log_rec *recs, size_t n, struct line_keys *keys)
{
	const struct qids *q = &m->index->hosts[h->id].qids;
	uint8_t deliveries[LOOK_AHEAD];
	size_t n_deliveries = 0;

	for (size_t i = 0; i < n; i++) {
		keys[i] = keys_of(&recs[i]);
		qids_expect(q, keys[i].qid);
		__builtin_prefetch(&m->index->names[keys[i].name % NAME_MEMO]);
		deliveries[n_deliveries] = (uint8_t)i;
		n_deliveries += recs[i].kind == LOG_DELIVERY;
	}
	for (size_t i = 0; i < n; i++)
		qids_expect_entry(q, keys[i].qid);
	for (size_t i = 0; i < n_deliveries; i++)
		expect_rows(m, q, &keys[deliveries[i]]);
}
