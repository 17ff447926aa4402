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

struct str
tell_redact(char *dst, size_t cap, struct str text, const char *key)
{
	struct str mark = STR_LIT("<key>"), k = str_of(key);
	bool cut = text.n >= DNSBL_TEXT; /* perhaps in the midst of a key */
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < cap; i++) {
		size_t left = text.n - i;
		size_t same = left < k.n ? left : k.n;

		if (k.n > 0 && (left >= k.n || cut) &&
		    same_but_case(text.p + i, k.p, same)) {
			for (size_t j = 0; j < mark.n && n < cap; j++)
				dst[n++] = mark.p[j];
			i += k.n - 1;
			continue;
		}
		dst[n++] = text.p[i];
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
	if (l->key != NULL)
		told.reason =
		    tell_redact(reason, sizeof reason, a->reason, l->key);
	if (p->o.on_answer != NULL)
		p->o.on_answer(p->o.ctx, &told);
}
