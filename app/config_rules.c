/* config_rules.c - see config_rules.h. */
#include "app/config_rules.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stddef.h>
#include <stdio.h>

enum { DAY_S = 24 * 3600 };

/* key, member, how it is written, smallest, largest (%, seconds) */
#define THROTTLES(X)                                                           \
	X(suspect_n, suspect_n, NUMBER, 1, 100000)                             \
	X(throttled_n, throttled_n, NUMBER, 1, 100000)                         \
	X(throttled, throttled_milli, PERCENT, 1, 100)                         \
	X(easing, easing_milli, PERCENT, 1, 100)                               \
	X(clear, clear_ms, SECONDS, 10, DAY_S)
#define ALERTS(X)                                                              \
	X(listing_impact, listing_impact, IMPACT, 0, 0)                        \
	X(bounce, bounce_milli, PERCENT, 1, 100)                               \
	X(bounce_min, bounce_min, NUMBER, 1, 1000000)                          \
	X(deferral, deferral_milli, PERCENT, 1, 100)                           \
	X(deferral_min, deferral_min, NUMBER, 1, 1000000)                      \
	X(queue_growth, queue_growth_milli, PERCENT, 101, 100000)              \
	X(queue_growth_min, queue_growth_min, NUMBER, 1, 10000000)             \
	X(queue_age, queue_age_ms, SECONDS, 1, 7 * DAY_S)                      \
	X(sent_fallen, sent_fallen_milli, PERCENT, 1, 99)                      \
	X(sent_fallen_min, sent_fallen_min, NUMBER, 1, 1000000)                \
	X(host_down, host_down_ms, SECONDS, 1, DAY_S)                          \
	X(stale, stale_ms, SECONDS, 1, DAY_S)                                  \
	X(for, for_ms, SECONDS, 1, DAY_S)                                      \
	X(clear, clear_ms, SECONDS, 1, DAY_S)

/* A threshold: where it goes, and what it may be. NUMBER and PERCENT are
 * uint32_t (a percent as 1/1000), SECONDS an int64_t in ms. */
struct key {
	const char *name;
	enum { NUMBER, PERCENT, SECONDS, IMPACT } kind;
	size_t at;
	uint32_t min, max;
};

#define TEXT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)
#define FIELD(i, section, key)                                                 \
	CYAML_FIELD_STRING_PTR(                                                \
	    #key, TEXT, struct raw_##section, text[i], 1, 16),

enum {
#define X(key, ...) T_##key,
	THROTTLES(X)
#undef X
	    T_N
};
enum {
#define X(key, ...) A_##key,
	ALERTS(X)
#undef X
	    A_N
};
_Static_assert((int)T_N == (int)CONFIG_THROTTLES, "config_rules.h");
_Static_assert((int)A_N == (int)CONFIG_ALERTS, "config_rules.h");

const cyaml_schema_field_t config_throttles_fields[] = {
#define X(key, ...) FIELD(T_##key, throttles, key)
    THROTTLES(X)
#undef X
	CYAML_FIELD_END};
const cyaml_schema_field_t config_alerts_fields[] = {
#define X(key, ...) FIELD(A_##key, alerts, key)
    ALERTS(X)
#undef X
	CYAML_FIELD_END};

static const struct key throttle_keys[] = {
#define X(key, member, kind, min, max)                                         \
	{#key, kind, offsetof(struct throttle_rules, member), min, max},
    THROTTLES(X)
#undef X
};
static const struct key alert_keys[] = {
#define X(key, member, kind, min, max)                                         \
	{#key, kind, offsetof(struct alert_rules, member), min, max},
    ALERTS(X)
#undef X
};

static bool
take_number(uint32_t *out, struct str text, const struct key *k)
{
	uint64_t n = 0;
	uint32_t unit = k->kind == PERCENT ? 10 : 1;

	if (k->kind == PERCENT && text.n > 1 && text.p[text.n - 1] == '%')
		text.n--;
	if (num_u64(text, &n) != ERR_OK || n < k->min || n > k->max)
		return false;
	*out = (uint32_t)n * unit;
	return true;
}

static bool
take_seconds(int64_t *out, struct str text, const struct key *k)
{
	int64_t ms = 0;

	if (num_duration_ms(text, &ms) != ERR_OK ||
	    ms < (int64_t)k->min * 1000 || ms > (int64_t)k->max * 1000)
		return false;
	*out = ms;
	return true;
}

static bool
take_impact(enum impact *out, struct str text)
{
	for (enum impact i = IMPACT_LOW; i < IMPACT_N; i++) {
		if (str_eq(text, str_of(impact_name(i)))) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool
take(void *rules, const struct key *k, struct str text)
{
	void *at = (char *)rules + k->at;

	if (k->kind == IMPACT)
		return take_impact(at, text);
	if (k->kind == SECONDS)
		return take_seconds(at, text, k);
	return take_number(at, text, k);
}

/* What would have been right. */
static void
say(const struct key *k, const char *text, const char *name,
    const char *section, char *why, size_t cap)
{
	if (k->kind == IMPACT)
		(void)snprintf(why, cap,
		    _("%s: %s: %s: \"%s\" is none of low, medium, high"), name,
		    section, k->name, text);
	else if (k->kind == SECONDS)
		(void)snprintf(why, cap,
		    _("%s: %s: %s: \"%s\" is not a duration from %us to %us "
		      "(90s, 15m, 2h)"),
		    name, section, k->name, text, k->min, k->max);
	else
		(void)snprintf(why, cap,
		    k->kind == PERCENT
			? _("%s: %s: %s: \"%s\" is not from %u%% to %u%%")
			: _("%s: %s: %s: \"%s\" is not from %u to %u"),
		    name, section, k->name, text, k->min, k->max);
}

static err_t
take_all(void *rules, const struct key *keys, char *const *texts, size_t n,
    const char *name, const char *section, char *why, size_t cap)
{
	for (size_t i = 0; i < n; i++) {
		if (texts[i] == NULL || take(rules, &keys[i], str_of(texts[i])))
			continue;
		say(&keys[i], texts[i], name, section, why, cap);
		return ERR_RANGE;
	}
	return ERR_OK;
}

err_t
config_throttles_take(struct throttle_rules *out, const struct raw_throttles *r,
    const char *name, char *why, size_t cap)
{
	if (r == NULL)
		return ERR_OK;
	return take_all(
	    out, throttle_keys, r->text, T_N, name, "throttles", why, cap);
}

err_t
config_alerts_take(struct alert_rules *out, const struct raw_alerts *r,
    const char *name, char *why, size_t cap)
{
	if (r == NULL)
		return ERR_OK;
	return take_all(
	    out, alert_keys, r->text, A_N, name, "alerts", why, cap);
}
