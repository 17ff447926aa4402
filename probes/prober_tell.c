/*
 * prober_tell.c - hands verdicts to whoever asked for them. The one door by
 * which a list's text leaves probes/: no key of ours passes it.
 */
#include "probes/dnsbl_answer.h"
#include "probes/prober_int.h"

static bool
same_but_case(const char *a, const char *b, size_t n)
{
	return str_ieq((struct str){a, n}, (struct str){b, n});
}

/* How much of text is a key, from its start on; 0: none. cut: its end may be in
 * the midst of one. */
static size_t
key_at(const struct prober *p, struct str text, bool cut)
{
	size_t longest = 0;

	for (uint16_t i = 0; i < p->n_keyed; i++) {
		const char *key = p->lists[p->keyed[i]].key;
		size_t n = strlen(key), same = text.n < n ? text.n : n;

		if (n > longest && (text.n >= n || cut) &&
		    same_but_case(text.p, key, same))
			longest = n;
	}
	return longest;
}

struct str
tell_redact(const struct prober *p, char *dst, size_t cap, struct str text)
{
	struct str mark = STR_LIT("<key>");
	bool cut = text.n >= DNSBL_TEXT;
	size_t n = 0, at = 0;

	while (at < text.n && n < cap) {
		size_t key = key_at(p, str_from(text, at), cut);

		for (size_t j = 0; key > 0 && j < mark.n && n < cap; j++)
			dst[n++] = mark.p[j];
		if (key == 0)
			dst[n++] = text.p[at];
		at += key > 0 ? key : 1;
	}
	return (struct str){dst, n};
}

void
tell_pair(struct prober *p, struct probe_list *l, uint32_t place,
    const struct list_answer *a)
{
	char reason[REASON_TEXT];
	struct list_answer told = *a;

	if ((l->state[place] & PAIR_TOLD) == 0) {
		l->state[place] |= PAIR_TOLD;
		p->stats.told++;
	}
	l->state[place] &= (uint8_t)~PAIR_TRIES;
	told.subject = prober_name(p, place);
	told.domain = p->subjects[place].what.kind == DNSBL_DOMAIN;
	told.list = l->index;
	if (p->n_keyed > 0)
		told.reason = tell_redact(p, reason, sizeof reason, a->reason);
	if (p->o.on_answer != NULL)
		p->o.on_answer(p->o.ctx, &told);
}
