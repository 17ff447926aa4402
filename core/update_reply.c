/*
 * update_reply.c - what a delivery's text says: its shape, codes and meaning.
 * Read is its key (shape_key.h), and what that came to is remembered, because
 * one reply answers many.
 */
#include "core/model_index.h"
#include "core/shape.h"
#include "core/shape_key.h"

static void
read_meaning(const struct model *m, struct str reply, struct reply_facts *f)
{
	struct meaning means = {0};

	f->list = LIST_NONE;
	if (m->reader.read == NULL)
		return;
	m->reader.read(m->reader.ctx, reply, &means);
	f->cls = (uint8_t)means.cls;
	f->blames = (uint8_t)means.blames;
	f->scope = (uint8_t)means.scope;
	f->list = means.list.n > 0
		      ? blocklists_find(m->lists, means.list)
		      : update_private_list(m, means.cls, means.provider);
}

/* Reads a text whose wrapping is told in *f already. */
static void
read_text(struct model *m, const struct log_rec *r, struct str reply,
    struct reply_facts *f)
{
	char shape[SHAPE_MAX];
	struct shape_code code = shape_codes(reply);

	f->shape =
	    keys_shape_id(m, (struct str){shape, shape_of(shape, reply)});
	f->code = code.code;
	/* What Postfix says itself carries its code outside of the text. */
	memcpy(f->enhanced, code.enhanced[0] != 0 ? code.enhanced : r->dsn, 3);
	read_meaning(m, reply, f);
}

static bool
is_known(const struct reply_known *k, const struct log_rec *r, struct str key,
    const struct reply_facts *f)
{
	return str_eq((struct str){k->key, k->n}, key) &&
	       memcmp(k->dsn, r->dsn, sizeof k->dsn) == 0 &&
	       k->facts.local == f->local && k->facts.remote == f->remote;
}

static void
keep_reply(struct reply_memo *memo, uint64_t hash, const struct log_rec *r,
    struct str key, const struct reply_facts *f)
{
	unsigned set = hash / 2 % REPLY_SETS, way = memo->oldest[set];
	struct reply_known *k = &memo->known[set][way];

	memo->hash[set][way] = hash;
	memo->oldest[set] = (uint8_t)((way + 1) % REPLY_WAYS);
	k->facts = *f;
	memcpy(k->dsn, r->dsn, sizeof k->dsn);
	k->n = (uint16_t)key.n;
	if (key.n > 0)
		memcpy(k->key, key.p, key.n);
}

struct reply_facts
update_read_reply(struct model *m, const struct log_rec *r)
{
	struct reply_memo *memo = &m->index->replies_known;
	struct reply_facts f = {.local = shape_is_local_repeat(r->text)};
	struct str reply = shape_reply(r->text, &f.remote);
	char key_text[REPLY_KEY_MAX];
	struct str key = {key_text, 0};
	uint64_t hash;
	unsigned set;

	if (reply.n > sizeof key_text) {
		read_text(m, r, reply, &f);
		return f;
	}
	key.n = shape_key(key_text, reply);
	hash = str_hash(key, 1 + r->dsn[0]) | 1;
	set = hash / 2 % REPLY_SETS;
	for (unsigned way = 0; way < REPLY_WAYS; way++)
		if (memo->hash[set][way] == hash &&
		    is_known(&memo->known[set][way], r, key, &f))
			return memo->known[set][way].facts;
	read_text(m, r, key, &f);
	if (f.shape != INTERN_OTHER)
		keep_reply(memo, hash, r, key, &f);
	return f;
}
