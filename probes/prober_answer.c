/*
 * prober_answer.c - what came back, or did not: tells apart a lost answer, a
 * lost list and a lost resolver. For the last no list is blamed: its questions
 * are put back, and one at a time finds out when it is there again.
 */
#include "core/clock.h"
#include "core/i18n.h"
#include "probes/prober_int.h"

enum {
	ALIVE_MOST_MS = 30000,
	ALIVE_TELL_MS = 1500, /* down for as long: it is told */
	BLAME_TRIES = 2,
};

static void
free_slot(struct prober *p, struct slot *s)
{
	s->open = false;
	s->next = p->free;
	p->free = s;
	p->stats.in_flight--;
}

static void
resolver_down(struct prober *p)
{
	if (p->res.down)
		return;
	p->res = (struct probe_resolver){.down = true,
	    .down_us = p->now_us,
	    .next_us = p->now_us + ALIVE_FIRST_MS * 1000,
	    .answer_us = p->res.answer_us,
	    .open = p->res.open,
	    .turn = p->res.turn};
}

static void
resolver_up(struct prober *p)
{
	bool told = p->res.told;

	p->res.answer_us = p->now_us;
	if (!p->res.down)
		return;
	p->res.down = p->res.told = false;
	if (told)
		health_resolver(p, false);
}

static void
resolver_failed(struct prober *p)
{
	int64_t wait_ms = (int64_t)ALIVE_FIRST_MS
			  << (p->res.fails < 8 ? p->res.fails : 8);

	if (!p->res.down || p->res.open > 0)
		return;
	p->res.fails++;
	if (wait_ms > ALIVE_MOST_MS)
		wait_ms = ALIVE_MOST_MS;
	p->res.next_us = p->now_us + wait_ms * 1000;
	if (p->res.told || p->now_us - p->res.down_us < ALIVE_TELL_MS * 1000)
		return;
	p->res.told = true;
	health_resolver(p, true);
}

/* Nobody at all has answered since, and more than one list was asked. */
static bool
all_silent(const struct prober *p, int64_t sent_us)
{
	unsigned lists = 0;

	if (p->res.answer_us >= sent_us)
		return false;
	for (uint16_t k = 0; k < p->n_lists; k++)
		lists += p->lists[k].pace.open > 0;
	return lists > 1;
}

/* The pair's question is lost, with others: it will be asked again. */
static void
pair_again(struct prober *p, struct probe_list *l, uint32_t place)
{
	l->state[place] &= (uint8_t)~PAIR_OPEN;
	pairs_again(l, place);
	p->stats.retries++;
}

static void
tell_slot(struct prober *p, const struct slot *s, struct str reason)
{
	struct probe_list *l = &p->lists[s->list];
	struct list_answer a = {.verdict = s->v.verdict,
	    .n_codes = s->v.n_codes,
	    .reason = reason,
	    .ttl_s = s->ttl_s,
	    .ms = s->ms};
	char say[HEALTH_TEXT];

	for (unsigned i = 0; i < s->v.n_codes; i++)
		a.codes[i] = s->v.codes[i];
	if (s->v.say != SAY_NONE)
		a.reason = str_of(dnsbl_say(say, sizeof say, l->l, &s->v));
	l->state[s->place] &= (uint8_t)~PAIR_OPEN;
	pairs_later(p, l, s->place, s->ttl_s);
	tell_pair(p, l, s->place, &a);
}

static void
answer_pair(struct prober *p, const struct slot *s, const struct dns_answer *a)
{
	struct probe_list *l = &p->lists[s->list];
	struct slot told = *s;
	char name[DNS_NAME_MAX];
	const struct probe_subject *u = &p->subjects[s->place];

	/* It went bad meanwhile: what it says now does not count. */
	if (l->health == HEALTH_BAD) {
		pair_again(p, l, s->place);
		return;
	}
	told.v = dnsbl_judge(l->l, a);
	told.ttl_s = a->ttl_s;
	told.ms = a->ms;
	if (told.v.verdict == VERDICT_LISTED &&
	    dnsbl_name(name, &u->what, prober_name(p, s->place),
		str_of(l->zone)) == ERR_OK &&
	    p->free != NULL) {
		struct slot *text = p->free;

		text->v = told.v;
		text->ttl_s = told.ttl_s;
		text->ms = told.ms;
		(void)prober_ask(p, l, ASK_TEXT, s->place, name);
		return;
	}
	tell_slot(p, &told, (struct str){NULL, 0});
}

/* How often the pair's question was lost. */
static unsigned
tries_of(const struct prober *p, const struct slot *s)
{
	if (s->asking != ASK_PAIR || s->place == NO_PLACE)
		return 0;
	return (unsigned)p->lists[s->list].state[s->place] / PAIR_TRY % 4;
}

static void
answer_by_kind(struct prober *p, const struct slot *s,
    const struct dns_answer *a, bool with_others)
{
	struct probe_list *l = &p->lists[s->list];
	struct dnsbl_verdict v;
	/* Lost alone, while the list answered others: chance, ask again. */
	bool again = with_others || (a->status == DNS_TIMEOUT &&
					l->pace.answers != s->answers &&
					tries_of(p, s) < BLAME_TRIES);

	switch ((enum asking)s->asking) {
	case ASK_PAIR:
		if (s->place == NO_PLACE)
			break;
		if (again) {
			l->state[s->place] =
			    (uint8_t)(l->state[s->place] + PAIR_TRY);
			pair_again(p, l, s->place);
		} else {
			answer_pair(p, s, a);
		}
		break;
	case ASK_TEXT:
		if (s->place != NO_PLACE)
			tell_slot(p, s, a->text);
		break;
	case ASK_LISTED:
	case ASK_CLEAN:
		v = dnsbl_judge(l->l, a);
		if (with_others)
			v.say = SAY_DOWN;
		health_answer(p, l, s->asking, &v);
		break;
	case ASK_ALIVE:
		p->res.open--;
		if (a->status == DNS_DOWN || a->status == DNS_TIMEOUT)
			resolver_failed(p);
		break;
	}
}

void
prober_answer(void *ctx, const struct dns_answer *a)
{
	struct slot *at = ctx, s = *at;
	struct prober *p = s.p;
	struct probe_list *l = &p->lists[s.list];
	bool lost = a->status == DNS_TIMEOUT, with_others = false, broken;

	free_slot(p, at);
	if (p->own_asker && p->dead) {
		prober_unref(p);
		return;
	}
	if (p->own_asker)
		p->refs--; /* the timer's is left */
	p->now_us = clock_mono_us();
	if (lost || a->status == DNS_DOWN) {
		p->stats.timeouts += lost;
		with_others = tries_of(p, &s) < BLAME_TRIES &&
			      (a->status == DNS_DOWN || p->res.down ||
				  all_silent(p, s.sent_us));
		if (with_others)
			resolver_down(p);
	} else {
		p->stats.answers++;
		resolver_up(p);
	}
	if (p->dead)
		return;
	pace_answer(&p->pace, lost ? PACE_LATE_MS : a->ms);
	broken = pace_list_answered(&l->pace, p->now_us, lost && !with_others);
	if (a->status == DNS_DOWN)
		l->pace.proven = false;
	answer_by_kind(p, &s, a, with_others);
	if (broken && !p->dead && s.asking == ASK_PAIR)
		health_broken(p, l);
	if (p->own_asker)
		prober_wake(p);
}
