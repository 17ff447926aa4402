/* config_alerts.c - see config_alerts.h. One row per number or duration. */
#include "app/config_alerts.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stddef.h>
#include <stdio.h>

#define OPT (CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER)
#define TEXT(key)                                                              \
	CYAML_FIELD_STRING_PTR(#key, OPT, struct raw_alerts, key, 1, 16)

const cyaml_schema_field_t config_alerts_fields[] = {TEXT(listing_impact),
    TEXT(bounce_pct), TEXT(bounce_min), TEXT(deferral_pct), TEXT(deferral_min),
    TEXT(queue_growth_pct), TEXT(queue_growth_min), TEXT(queue_age),
    TEXT(sent_fallen_pct), TEXT(sent_fallen_min), TEXT(host_down), TEXT(stale),
    CYAML_FIELD_STRING_PTR("for", OPT, struct raw_alerts, for_, 1, 16),
    TEXT(clear), TEXT(bell),
    YAMLDOC_BOOL_PTR("title", OPT, struct raw_alerts, title), CYAML_FIELD_END};

enum { DAY_S = 86400 };

/* Percents are kept in 1/1000, durations in ms, counts as they are. */
enum kind { COUNT, PERCENT, DURATION };

#define ROW(key, raw, member, kind, min, max)                                  \
	{                                                                      \
		key, offsetof(struct raw_alerts, raw),                         \
		    offsetof(struct alert_rules, member), kind, min, max       \
	}

static const struct row {
	const char *key;
	size_t raw, member;
	enum kind kind;
	int64_t min, max; /* messages, percent, seconds */
} rows[] = {
    ROW("bounce_pct", bounce_pct, bounce_milli, PERCENT, 1, 100),
    ROW("bounce_min", bounce_min, bounce_min, COUNT, 1, 1000000),
    ROW("deferral_pct", deferral_pct, deferral_milli, PERCENT, 1, 100),
    ROW("deferral_min", deferral_min, deferral_min, COUNT, 1, 1000000),
    ROW("queue_growth_pct", queue_growth_pct, queue_growth_milli, PERCENT, 100,
	10000),
    ROW("queue_growth_min", queue_growth_min, queue_growth_min, COUNT, 1,
	10000000),
    ROW("queue_age", queue_age, queue_age_ms, DURATION, 60, DAY_S),
    ROW("sent_fallen_pct", sent_fallen_pct, sent_fallen_milli, PERCENT, 1, 99),
    ROW("sent_fallen_min", sent_fallen_min, sent_fallen_min, COUNT, 1, 1000000),
    ROW("host_down", host_down, host_down_ms, DURATION, 1, DAY_S),
    ROW("stale", stale, stale_ms, DURATION, 10, DAY_S),
    ROW("for", for_, for_ms, DURATION, 0, DAY_S),
    ROW("clear", clear, clear_ms, DURATION, 0, DAY_S),
};

void
config_alerts_init(struct alert_config *c)
{
	*c = (struct alert_config){
	    .rules = alert_rules_default, .bell = BELL_AUDIBLE, .title = true};
}

static bool
read_value(const struct row *w, struct str text, int64_t *out)
{
	int64_t unit = 1;
	err_t err;

	if (w->kind == COUNT) {
		uint64_t n = 0;

		err = num_u64(text, &n);
		*out = n > INT64_MAX ? INT64_MAX : (int64_t)n;
	} else if (w->kind == PERCENT) {
		err = num_milli(text, out);
		unit = 1000;
	} else {
		err = num_duration_ms(text, out);
		unit = 1000;
	}
	if (err != ERR_OK || *out < w->min * unit || *out > w->max * unit)
		return false;
	/* A thousandth of a percent is a hundredth of what is kept. */
	if (w->kind == PERCENT)
		*out /= 100;
	return true;
}

static err_t
take_row(struct alert_rules *rules, const struct row *w, const char *text,
    const char *name, char *why, size_t cap)
{
	char *at = (char *)rules + w->member;
	int64_t v = 0;
	uint32_t v32;

	if (!read_value(w, str_of(text), &v)) {
		(void)snprintf(why, cap,
		    w->kind == DURATION
			? _("%s: alerts: %s: \"%s\" is not a duration from "
			    "%llds to %llds (90s, 15m, 2h)")
			: _("%s: alerts: %s: \"%s\" is not a number from %lld "
			    "to %lld"),
		    name, w->key, text, (long long)w->min, (long long)w->max);
		return ERR_RANGE;
	}
	v32 = (uint32_t)v;
	if (w->kind == DURATION)
		memcpy(at, &v, sizeof v);
	else
		memcpy(at, &v32, sizeof v32);
	return ERR_OK;
}

static err_t
take_impact(
    enum impact *out, const char *text, const char *name, char *why, size_t cap)
{
	if (text == NULL)
		return ERR_OK;
	for (unsigned i = 0; i < IMPACT_N; i++)
		if (strcmp(text, impact_name((enum impact)i)) == 0) {
			*out = (enum impact)i;
			return ERR_OK;
		}
	(void)snprintf(why, cap,
	    _("%s: alerts: listing_impact: \"%s\" is none of low, medium, "
	      "high"),
	    name, text);
	return ERR_PARSE;
}

static err_t
take_bell(
    enum bell *out, const char *text, const char *name, char *why, size_t cap)
{
	static const char *const words[] = {[BELL_NONE] = "none",
	    [BELL_AUDIBLE] = "audible",
	    [BELL_VISUAL] = "visual",
	    [BELL_BOTH] = "both"};

	if (text == NULL)
		return ERR_OK;
	for (unsigned i = BELL_NONE; i <= BELL_BOTH; i++)
		if (strcmp(text, words[i]) == 0) {
			*out = (enum bell)i;
			return ERR_OK;
		}
	(void)snprintf(why, cap,
	    _("%s: alerts: bell: \"%s\" is none of audible, visual, both, "
	      "none"),
	    name, text);
	return ERR_PARSE;
}

err_t
config_alerts_take(struct alert_config *c, const struct raw_alerts *r,
    const char *name, char *why, size_t cap)
{
	err_t err;

	if (r == NULL)
		return ERR_OK;
	err = take_impact(
	    &c->rules.listing_impact, r->listing_impact, name, why, cap);
	if (err == ERR_OK)
		err = take_bell(&c->bell, r->bell, name, why, cap);
	for (size_t i = 0; i < sizeof rows / sizeof *rows && err == ERR_OK;
	     i++) {
		char *text;

		memcpy(&text, (const char *)r + rows[i].raw, sizeof text);
		if (text != NULL)
			err =
			    take_row(&c->rules, &rows[i], text, name, why, cap);
	}
	if (err == ERR_OK && r->title != NULL)
		c->title = *r->title;
	return err;
}
