/*
 * prober.c - the pump: as long as the window has room, the lists are asked in
 * turn, each for its next pair, so that neither an address nor a zone bursts.
 * Tells apart what is lost: an answer, a list, or the resolver, for which no
 * list is blamed. Time is read once a round.
 */
#include "probes/prober.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "probes/prober_int.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	TELL_A_ROUND = 2048, /* verdicts told without asking */
	CLOCK_EVERY = 32,    /* turns between two looks at the clock */
	ALIVE_LISTS = 3,     /* asked at once, one of them may be dead */
};

static void pump(struct prober *p);

uint32_t
prober_tick(const struct prober *p)
{
	return (uint32_t)((p->now_us - p->start_us) / (TICK_MS * 1000));
}

struct str
prober_name(const struct prober *p, uint32_t place)
{
	const struct probe_subject *u = &p->subjects[place];

	return (struct str){p->names + u->name_at, u->name_n};
}

static void
on_timer(uv_timer_t *t)
{
	pump(t->data);
}

void
prober_wake(struct prober *p)
{
	p->again = true;
	if (!p->dead && !p->pumping)
		(void)uv_timer_start(&p->timer, on_timer, 0, 0);
}

static void
after_answers(void *ctx)
{
	pump(ctx);
}

bool
prober_ask(struct prober *p, struct probe_list *l, enum asking asking,
    uint32_t place, const char *name)
{
	struct slot *s = p->free;

	if (s == NULL)
		return false;
	p->free = s->next;
	s->sent_us = p->now_us;
	s->answers = l->pace.answers;
	s->place = place;
	s->list = (uint16_t)(l - p->lists);
	s->asking = (uint8_t)asking;
	s->open = true;
	p->stats.in_flight++;
	p->stats.queries++;
	pace_list_asked(&l->pace, s->sent_us);
	if (p->own_asker)
		p->refs++;
	p->asker.ask(p->asker.ctx, name, asking == ASK_TEXT ? DNS_TXT : DNS_A,
	    prober_answer, s);
	return true;
}

static void
destroy(struct prober *p)
{
	pairs_free(p);
	for (uint16_t k = 0; k < p->n_lists; k++) {
		struct probe_list *l = &p->lists[k];

		if (l->key != NULL)
			explicit_bzero(l->key, strlen(l->key));
		explicit_bzero(l->zone, sizeof l->zone);
		free(l->key);
	}
	free(p->lists);
	free(p->keyed);
	free(p);
}

void
prober_unref(struct prober *p)
{
	if (--p->refs == 0)
		destroy(p);
}

/* --- the pump --- */

static err_t
dns_open(struct prober *p, uv_loop_t *loop, const char *resolver, char *why,
    size_t why_cap)
{
	struct dns_opts d = {.loop = loop,
	    .resolver = resolver,
	    .ctx = p,
	    .after = after_answers};
	struct dns *dns;
	err_t err = dns_new(&dns, &d, why, why_cap);

	if (err != ERR_OK)
		return err;
	dns_free(p->dns);
	p->dns = dns;
	(void)snprintf(
	    p->resolver, sizeof p->resolver, "%s", dns_resolver(dns));
	return ERR_OK;
}

/* The system's may be others by now: a machine that is carried about, a VPN.
 * Without them the old ones are asked on. */
static void
ask_others(struct prober *p)
{
	char why[HEALTH_TEXT];

	if (p->systems && p->stats.in_flight == 0)
		(void)dns_open(p, p->o.loop, NULL, why, sizeof why);
}

static void
ask_alive(struct prober *p)
{
	char name[DNS_NAME_MAX];

	if (p->res.open > 0 || p->now_us < p->res.next_us)
		return;
	ask_others(p);
	for (uint16_t k = 0; k < p->n_lists && p->res.open < ALIVE_LISTS; k++) {
		struct probe_list *l;

		p->res.turn = (uint16_t)((p->res.turn + 1) % p->n_lists);
		l = &p->lists[p->res.turn];
		if (!health_any_name(name, l))
			continue;
		p->res.open++;
		if (!prober_ask(p, l, ASK_ALIVE, NO_PLACE, name))
			p->res.open--;
	}
	if (p->res.open == 0)
		p->res.next_us = p->now_us + ALIVE_FIRST_MS * 1000;
}

/* What is told without a question; false: it has to be asked. */
static bool
tell_unasked(struct prober *p, struct probe_list *l, uint32_t place)
{
	struct list_answer a = {.verdict = VERDICT_UNKNOWN};

	if (p->subjects[place].withheld)
		a.reason = str_of(_("Not asked: not an address of the public "
				    "Internet."));
	else if (l->health == HEALTH_BAD) {
		a.verdict = l->verdict;
		a.reason = str_of(l->text);
	} else
		return false;
	pairs_never(l, place);
	tell_pair(p, l, place, &a);
	return true;
}

static void
ask_pair(struct prober *p, struct probe_list *l, uint32_t place)
{
	const struct probe_subject *u = &p->subjects[place];
	char name[DNS_NAME_MAX];

	if (dnsbl_name(name, &u->what, prober_name(p, place),
		str_of(l->zone)) != ERR_OK) {
		struct list_answer a = {.verdict = VERDICT_UNKNOWN,
		    .reason = str_of(_("Not asked: the name is too long."))};

		pairs_never(l, place);
		tell_pair(p, l, place, &a);
		return;
	}
	l->state[place] |= PAIR_OPEN;
	pairs_never(l, place); /* until the answer says when */
	(void)prober_ask(p, l, ASK_PAIR, place, name);
}

struct round {
	int64_t wake_us;
	uint32_t tick, held;
	unsigned tells;
};

static void
wake_at(struct round *r, int64_t at_us)
{
	if (at_us < r->wake_us)
		r->wake_us = at_us;
}

static int64_t
tick_us(const struct prober *p, uint32_t tick)
{
	return tick == DUE_NEVER ? INT64_MAX
				 : p->start_us + (int64_t)tick * TICK_MS * 1000;
}

/* May questions be asked? Open ones of silent lists do not count: they wait
 * for nobody's buffers. */
static bool
room(const struct prober *p, const struct round *r)
{
	return p->free != NULL && !p->res.down &&
	       p->stats.in_flight < p->pace.window + r->held;
}

/* One step of one list; false: it has nothing to do now. */
static bool
step(struct prober *p, struct probe_list *l, struct round *r)
{
	uint32_t place;

	if (l->n_pairs == 0)
		return false;
	if (!p->res.down && health_due(l, p->now_us)) {
		health_begin(p, l);
		return true;
	}
	if (l->health != HEALTH_TESTING && !p->res.down)
		wake_at(r, l->test_us);
	if (l->health == HEALTH_GOOD) {
		if (!room(p, r))
			return false;
		if (!pace_list_ready(&l->pace, p->now_us)) {
			/* If it waits for an answer, that wakes us. */
			if (l->pace.next_us > p->now_us)
				wake_at(r, l->pace.next_us);
			return false;
		}
	} else if (l->health != HEALTH_BAD) {
		return false;
	}
	place = pairs_next(p, l, r->tick);
	if (place == NO_PLACE) {
		wake_at(r, tick_us(p, l->earliest));
		return false;
	}
	if (tell_unasked(p, l, place))
		r->tells++;
	else
		ask_pair(p, l, place);
	return true;
}

static void
check_done(struct prober *p)
{
	if (p->dead || p->done || !p->o.once || !p->subjects_set ||
	    p->stats.in_flight > 0 || p->stats.told < p->stats.pairs)
		return;
	p->done = true;
	if (p->o.on_done != NULL)
		p->o.on_done(p->o.ctx);
}

static void
sleep_until(struct prober *p, const struct round *r)
{
	int64_t us = r->wake_us - p->now_us;

	if (p->dead || p->done || r->wake_us == INT64_MAX) {
		(void)uv_timer_stop(&p->timer);
		return;
	}
	(void)uv_timer_start(
	    &p->timer, on_timer, us <= 0 ? 1 : (uint64_t)(us + 999) / 1000, 0);
}

static void
pump_lists(struct prober *p, struct round *r)
{
	unsigned idle = 0, turns = 0;

	while (!p->dead && idle < p->n_lists && r->tells < TELL_A_ROUND) {
		bool did = step(p, &p->lists[p->turn], r);

		idle = did ? 0 : idle + 1;
		p->turn =
		    (uint16_t)(p->turn + 1 < p->n_lists ? p->turn + 1 : 0);
		if (++turns % CLOCK_EVERY == 0)
			p->now_us = clock_mono_us();
	}
	if (r->tells >= TELL_A_ROUND || p->again)
		wake_at(r, 0);
}

static void
pump(struct prober *p)
{
	struct round r = {.wake_us = INT64_MAX};

	if (p->dead || p->pumping || !p->subjects_set || p->done)
		return;
	p->pumping = true;
	p->now_us = clock_mono_us();
	p->again = false;
	r.tick = prober_tick(p);
	for (uint16_t k = 0; k < p->n_lists; k++) {
		if (pace_list_silent(&p->lists[k].pace, p->now_us))
			r.held += p->lists[k].pace.open;
	}
	if (p->res.down) {
		ask_alive(p);
		if (p->res.open == 0)
			wake_at(&r, p->res.next_us);
	}
	pump_lists(p, &r);
	if (p->stats.in_flight > 0)
		wake_at(&r, p->now_us + TICK_MS * 1000);
	p->pumping = false;
	sleep_until(p, &r);
	check_done(p);
}

/* --- beginning and end --- */

static err_t
list_init(struct probe_list *l, uint16_t index, const struct prober_opts *o)
{
	const struct blocklist *b = blocklists_at(o->lists, index);

	l->l = b;
	l->index = index;
	l->health = HEALTH_NEW;
	l->earliest = 0;
	for (size_t i = 0; i < o->n_keys; i++) {
		if (!str_eq(o->keys[i].list, b->id) || l->key != NULL)
			continue;
		l->key = str_dup(o->keys[i].key);
		if (l->key == NULL)
			return ERR_NOMEM;
	}
	if (l->key != NULL && b->zone_key.n > 0) {
		if (dnsbl_zone(l->zone, b->zone_key, str_of(l->key)) != ERR_OK)
			l->zone[0] = '\0';
	} else {
		str_copy(l->zone, sizeof l->zone, b->zone);
	}
	return ERR_OK;
}

static void
on_timer_closed(uv_handle_t *h)
{
	prober_unref(h->data);
}

static err_t
start(struct prober *p, const struct prober_opts *o, char *why, size_t why_cap)
{
	if (o->asker != NULL) {
		p->asker = *o->asker;
		p->own_asker = true;
		(void)snprintf(
		    p->resolver, sizeof p->resolver, "%s", _("of the host"));
		return ERR_OK;
	}
	p->systems = o->resolver == NULL;
	return dns_open(p, o->loop, o->resolver, why, why_cap);
}

static void
ask_dns(void *ctx, const char *name, enum dns_type type, dns_answer_fn fn,
    void *fn_ctx)
{
	dns_ask(((struct prober *)ctx)->dns, name, type, fn, fn_ctx);
}

static void
init(struct prober *p, const struct prober_opts *o)
{
	p->o = *o;
	p->o.resolver = NULL;
	p->o.use = NULL;
	p->o.keys = NULL;
	p->o.asker = NULL;
	p->now_us = clock_mono_us();
	p->start_us = p->now_us - TICK_MS * 1000; /* tick 0 has been */
	p->asker = (struct dns_asker){.ctx = p, .ask = ask_dns};
	p->res.answer_us = p->start_us - 1;
	pace_init(&p->pace, o->asker == NULL ? PACE_MAX : ASKER_WINDOW);
	for (size_t i = PACE_MAX; i-- > 0;) {
		p->slots[i].p = p;
		p->slots[i].next = p->free;
		p->free = &p->slots[i];
	}
}

err_t
prober_new(
    struct prober **out, const struct prober_opts *o, char *why, size_t why_cap)
{
	struct prober *p = calloc(1, sizeof *p);
	err_t err = ERR_NOMEM;

	(void)snprintf(why, why_cap, "%s", _(err_text(ERR_NOMEM)));
	if (p == NULL || o->n_use > LISTS_MAX)
		goto fail;
	init(p, o);
	p->lists = calloc(o->n_use + 1, sizeof *p->lists);
	p->keyed = calloc(o->n_use + 1, sizeof *p->keyed);
	if (p->lists == NULL || p->keyed == NULL)
		goto fail;
	for (size_t i = 0; i < o->n_use; i++, p->n_lists++) {
		if (list_init(&p->lists[i], o->use[i], o) != ERR_OK)
			goto fail;
		if (p->lists[i].key != NULL)
			p->keyed[p->n_keyed++] = (uint16_t)i;
	}
	err = start(p, o, why, why_cap);
	if (err != ERR_OK)
		goto fail;
	(void)uv_timer_init(o->loop, &p->timer);
	p->timer.data = p;
	p->refs = 1;
	*out = p;
	if (why_cap > 0)
		why[0] = '\0';
	return ERR_OK;
fail:
	if (p != NULL)
		destroy(p);
	return err;
}

struct prober_stats
prober_stats(const struct prober *p)
{
	struct prober_stats s = p->stats;

	s.window = p->pace.window;
	return s;
}

void
prober_free(struct prober *p)
{
	if (p == NULL || p->dead)
		return;
	p->dead = true;
	dns_free(p->dns);
	p->dns = NULL;
	(void)uv_timer_stop(&p->timer);
	uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}
