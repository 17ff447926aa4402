/*
 * prober_health.c - is a list to be believed? Its test points are asked at the
 * start of each of its periods, before any subject (RFC 5782 5): one that must
 * be listed, one that must not. Until they have passed nothing it says counts,
 * and its subjects are told what is wrong with it instead.
 */
#include "probes/prober_int.h"

#include "core/i18n.h"

#include <stdio.h>

enum { RETRY_S = 30, RETRY_MOST_S = 3600 };

/* The clean point of a domain list that names none, RFC 5782 5. */
static const char invalid[] = "invalid";

static struct str
listed_point(const struct probe_list *l, uint16_t i)
{
	return i < l->l->n_test_listed ? l->l->test_listed[i]
				       : (struct str){NULL, 0};
}

static struct str
clean_point(const struct probe_list *l)
{
	if (l->l->n_test_clean > 0)
		return l->l->test_clean[0];
	if (l->l->kind == LIST_DOMAIN && l->l->n_test_listed > 0)
		return str_of(invalid);
	return (struct str){NULL, 0};
}

static bool
point_name(char dst[DNS_NAME_MAX], const struct probe_list *l, struct str point)
{
	struct dnsbl_what w = dnsbl_what(point);

	return dnsbl_name(dst, &w, point, str_of(l->zone)) == ERR_OK;
}

/* Why a list is not asked whatever happens; NULL: it is. */
static const char *
why_never(const struct probe_list *l)
{
	if (l->l->closed)
		return _("The list is closed and must not be asked.");
	if (l->zone[0] != '\0')
		return NULL;
	if (l->l->zone_key.n == 0)
		return _("The list has no zone to ask.");
	return l->key == NULL
		   ? _("The list wants a key, and none is configured.")
		   : _("The list's key cannot be part of a name.");
}

bool
health_any_name(char dst[DNS_NAME_MAX], const struct probe_list *l)
{
	struct str p = listed_point(l, 0);

	if (why_never(l) != NULL)
		return false;
	return point_name(dst, l, p.n > 0 ? p : str_of(invalid));
}

static void
say_health(struct prober *p, struct probe_list *l, enum verdict v)
{
	struct list_health h = {.list = l->index,
	    .verdict = v,
	    .text = str_of(l->text),
	    .no_resolver = l->no_resolver};

	l->no_resolver = false; /* the next time it may be another's fault */
	if (p->o.on_health != NULL)
		p->o.on_health(p->o.ctx, &h);
}

/* The list is bad: verdict and l->text say how. Its subjects will be told. */
static void
go_bad(struct prober *p, struct probe_list *l, enum verdict v)
{
	int64_t wait_s = (int64_t)RETRY_S << (l->fails < 7 ? l->fails : 7);

	/* A refusal or a death lasts; what is out of reach may be back soon. */
	if (v != VERDICT_UNREACHABLE && wait_s < l->l->period_s)
		wait_s = l->l->period_s;
	if (wait_s > RETRY_MOST_S)
		wait_s = RETRY_MOST_S;
	l->fails++;
	l->health = HEALTH_BAD;
	l->test_us =
	    l->for_good || p->o.once ? INT64_MAX : p->now_us + wait_s * 1000000;
	if (l->verdict != v) {
		l->verdict = v;
		pairs_all_due(p, l);
	}
	say_health(p, l, v);
}

static void
go_good(struct prober *p, struct probe_list *l)
{
	bool was_bad = l->verdict != VERDICT_CLEAN;

	l->fails = 0;
	l->health = HEALTH_GOOD;
	l->verdict = VERDICT_CLEAN;
	l->test_us = p->o.once ? INT64_MAX
			       : p->now_us + (int64_t)l->l->period_s * 1000000;
	if (was_bad)
		pairs_all_due(p, l);
	say_health(p, l, VERDICT_CLEAN);
}

bool
health_due(const struct probe_list *l, int64_t now_us)
{
	return l->health != HEALTH_TESTING && l->n_pairs > 0 &&
	       now_us >= l->test_us;
}

/* true: the point is asked. */
static bool
ask_point(struct prober *p, struct probe_list *l, enum asking asking,
    struct str point)
{
	char name[DNS_NAME_MAX];

	return point.n > 0 && point_name(name, l, point) &&
	       prober_ask(p, l, asking, NO_PLACE, name);
}

static void
say_untested(struct probe_list *l)
{
	(void)snprintf(l->text, sizeof l->text, "%s",
	    _("It has no test points: nothing proves that it is alive."));
}

static void
decide_listed(struct prober *p, struct probe_list *l)
{
	struct str point = listed_point(l, l->listed_at);

	(void)snprintf(l->text, sizeof l->text,
	    _("Its test entry %.*s is not listed: the list is dead, or has "
	      "been emptied."),
	    (int)point.n, point.p);
	go_bad(p, l, VERDICT_DEAD);
}

static void
decide_world(struct prober *p, struct probe_list *l)
{
	struct str point = clean_point(l);

	(void)snprintf(l->text, sizeof l->text,
	    _("It lists %.*s, which no list may hold: it lists the world."),
	    (int)point.n, point.p);
	go_bad(p, l, VERDICT_WORLD);
}

static void
decide(struct prober *p, struct probe_list *l)
{
	const struct dnsbl_verdict *v = &l->listed_v;
	bool tested = l->l->n_test_listed > 0;

	l->text[0] = '\0';
	if (v->say == SAY_NONE)
		v = &l->clean_v;
	if (v->say != SAY_NONE) {
		(void)dnsbl_say(l->text, sizeof l->text, l->l, v);
		go_bad(p, l, v->say == SAY_STRANGE ? VERDICT_DEAD : v->verdict);
	} else if (l->clean_v.verdict == VERDICT_LISTED) {
		decide_world(p, l);
	} else if (tested && l->listed_v.verdict != VERDICT_LISTED) {
		decide_listed(p, l);
	} else {
		if (!tested)
			say_untested(l);
		go_good(p, l);
	}
}

void
health_begin(struct prober *p, struct probe_list *l)
{
	const char *why = why_never(l);

	if (why != NULL) {
		(void)snprintf(l->text, sizeof l->text, "%s", why);
		l->for_good = true;
		go_bad(p, l, VERDICT_UNKNOWN);
		return;
	}
	l->health = HEALTH_TESTING;
	l->listed_at = 0;
	l->listed_v = l->clean_v = (struct dnsbl_verdict){0};
	l->listed_done = l->clean_done = false;
	l->listed_done = !ask_point(p, l, ASK_LISTED, listed_point(l, 0));
	l->clean_done = !ask_point(p, l, ASK_CLEAN, clean_point(l));
	if (l->listed_done && l->clean_done)
		decide(p, l);
}

void
health_answer(struct prober *p, struct probe_list *l, enum asking asking,
    const struct dnsbl_verdict *v)
{
	if (l->health != HEALTH_TESTING)
		return; /* of a test that something else has ended */
	if (v->say == SAY_DOWN) {
		l->health = HEALTH_NEW;
		l->test_us = p->now_us;
		return;
	}
	if (asking == ASK_CLEAN) {
		l->clean_v = *v;
		l->clean_done = true;
	} else {
		l->listed_v = *v;
		/* Lists differ in which test entries they keep. */
		if (v->verdict == VERDICT_CLEAN &&
		    l->listed_at + 1 < l->l->n_test_listed) {
			struct str next = listed_point(l, ++l->listed_at);

			if (ask_point(p, l, ASK_LISTED, next))
				return;
		}
		l->listed_done = true;
	}
	if (l->listed_done && l->clean_done)
		decide(p, l);
}

void
health_broken(struct prober *p, struct probe_list *l)
{
	if (l->health == HEALTH_BAD)
		return;
	(void)snprintf(
	    l->text, sizeof l->text, "%s", _("It stopped answering."));
	go_bad(p, l, VERDICT_UNREACHABLE);
}

void
health_resolver(struct prober *p, bool down)
{
	for (uint16_t k = 0; k < p->n_lists && !p->dead; k++) {
		struct probe_list *l = &p->lists[k];

		if (l->for_good || l->n_pairs == 0)
			continue;
		if (!down) {
			l->health = HEALTH_NEW;
			l->test_us = p->now_us;
			continue;
		}
		(void)snprintf(l->text, sizeof l->text,
		    _("The resolver %s does not answer, so nothing is known."),
		    p->resolver);
		l->no_resolver = true;
		go_bad(p, l, VERDICT_UNKNOWN);
		l->fails = 0;
		l->test_us = INT64_MAX; /* until it is back */
	}
}
