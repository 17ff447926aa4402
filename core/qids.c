/*
 * qids.c - chained hash table over a pool, with a list from the oldest to the
 * newest entry; see qids.h. Links are places in the pool + 1.
 */
#include "core/qids.h"

#include <stdlib.h>

void
qids_done(struct qids *q)
{
	free(q->v);
	free(q->heads);
	*q = (struct qids){0};
}

uint64_t
qids_hash(struct str qid)
{
	uint64_t h = str_hash(qid, 0);

	return h == 0 ? 1 : h;
}

static uint32_t *
head_of(const struct qids *q, uint64_t hash)
{
	return &q->heads[hash & (q->room - 1)];
}

struct qid_entry *
qids_find(const struct qids *q, uint64_t hash)
{
	if (q->room == 0)
		return NULL;
	for (uint32_t k = *head_of(q, hash); k != 0; k = q->v[k - 1].chain)
		if (q->v[k - 1].hash == hash)
			return &q->v[k - 1];
	return NULL;
}

void
qids_expect(const struct qids *q, uint64_t hash)
{
	if (q->room > 0)
		__builtin_prefetch(head_of(q, hash));
}

void
qids_expect_entry(const struct qids *q, uint64_t hash)
{
	uint32_t k;

	if (q->room == 0)
		return;
	k = *head_of(q, hash);
	__builtin_prefetch(&q->v[k - (k != 0)]);
}

static void
leave_list(struct qids *q, struct qid_entry *e)
{
	if (e->older != 0)
		q->v[e->older - 1].newer = e->newer;
	else
		q->oldest1 = e->newer;
	if (e->newer != 0)
		q->v[e->newer - 1].older = e->older;
	else
		q->newest1 = e->older;
}

static void
make_newest(struct qids *q, struct qid_entry *e)
{
	uint32_t k = (uint32_t)(e - q->v) + 1;

	e->older = q->newest1;
	e->newer = 0;
	if (q->newest1 != 0)
		q->v[q->newest1 - 1].newer = k;
	else
		q->oldest1 = k;
	q->newest1 = k;
}

static bool
grow(struct qids *q)
{
	uint32_t room = q->room == 0 ? 64 : q->room * 2;
	uint32_t *heads = calloc(room, sizeof *heads);
	struct qid_entry *v;

	if (heads == NULL)
		return false;
	v = realloc(q->v, room * sizeof *v);
	if (v == NULL) {
		free(heads);
		return false;
	}
	free(q->heads);
	q->v = v;
	q->heads = heads;
	q->room = room;
	for (uint32_t i = 0; i < q->used; i++) {
		uint32_t *head = head_of(q, v[i].hash);

		v[i].chain = *head;
		*head = i + 1;
	}
	return true;
}

void
qids_remove(struct qids *q, struct qid_entry *e)
{
	uint32_t k = (uint32_t)(e - q->v) + 1;
	uint32_t *link = head_of(q, e->hash);

	while (*link != k)
		link = &q->v[*link - 1].chain;
	*link = e->chain;
	leave_list(q, e);
	e->hash = 0;
	e->chain = q->free1;
	q->free1 = k;
	q->n--;
}

/* A free place; the oldest entry's when there is no other. */
static struct qid_entry *
take_place(struct qids *q)
{
	struct qid_entry *e;

	if (q->free1 == 0 && q->used == q->room &&
	    (q->room >= QIDS_MAX || !grow(q))) {
		if (q->oldest1 == 0)
			return NULL;
		qids_remove(q, &q->v[q->oldest1 - 1]);
		q->evicted++;
	}
	if (q->free1 == 0)
		return &q->v[q->used++];
	e = &q->v[q->free1 - 1];
	q->free1 = e->chain;
	return e;
}

struct qid_entry *
qids_put(struct qids *q, uint64_t hash)
{
	struct qid_entry *e = qids_find(q, hash);
	uint32_t *head;

	if (e != NULL) {
		leave_list(q, e);
		make_newest(q, e);
		return e;
	}
	e = take_place(q);
	if (e == NULL)
		return NULL;
	head = head_of(q, hash);
	*e = (struct qid_entry){.hash = hash,
	    .sender = QID_NO_SENDER,
	    .egress = EGRESS_NONE,
	    .chain = *head};
	*head = (uint32_t)(e - q->v) + 1;
	make_newest(q, e);
	q->n++;
	return e;
}
