/*
 * alert.c - the rules as a table, their defaults, and alerts as words; what a
 * rule looks at is in the other alert_*.c, how alerts come and go in
 * update_alert.c.
 */
#include "core/alert_int.h"

#include "core/i18n.h"
#include "core/num.h"

/*
 * What a shift wants: silent while all is well. A wrong bell at three in the
 * morning costs trust in all later ones, so rates need enough mail behind
 * them and must hold for two minutes after ten minutes' worth of counting.
 */
const struct alert_rules alert_rules_default = {
    /* Lists of low impact are hardly asked by any receiver. */
    .listing_impact = IMPACT_MEDIUM,
    /* Providers begin to act on senders at about one bounce in twenty. */
    .bounce_milli = 50,
    .bounce_min = 50,
    /* Greylisting and full mailboxes defer one in ten on a good day. */
    .deferral_milli = 400,
    .deferral_min = 50,
    /* A queue that doubled, by more than a burst of one mailing. */
    .queue_growth_milli = 2000,
    .queue_growth_min = 500,
    /* Half of what leaves now has waited longer. */
    .queue_age_ms = 15 * 60000,
    /* A fifth of the usual; of few a minute none may come by chance. */
    .sent_fallen_milli = 200,
    .sent_fallen_min = 5,
    /* Longer than a reboot of a router, shorter than anybody's patience. */
    .host_down_ms = 60000,
    .stale_ms = 120000,
    .for_ms = 120000,
    .clear_ms = 180000,
};

static int64_t
wait_for(const struct alert_rules *r)
{
	return r->for_ms;
}

static int64_t
wait_down(const struct alert_rules *r)
{
	return r->host_down_ms;
}

enum { LIGHT = 1, HEAVY = 5 };

const struct alert_rule_row alert_rule_rows[RULE_N] = {
    [RULE_LISTING] = {UNIT_IMPACT, SOURCE_NONE, LIGHT, alert_eval_listing,
	NULL},
    [RULE_THROTTLE] = {UNIT_MILLI, SOURCE_LOG, LIGHT, alert_eval_throttle,
	NULL},
    [RULE_BOUNCE] = {UNIT_MILLI, SOURCE_LOG, HEAVY, alert_eval_bounce,
	wait_for},
    [RULE_DEFERRAL] = {UNIT_MILLI, SOURCE_LOG, HEAVY, alert_eval_deferral,
	wait_for},
    [RULE_QUEUE_GROWTH] = {UNIT_COUNT, SOURCE_LINK, HEAVY,
	alert_eval_queue_growth, wait_for},
    [RULE_QUEUE_AGE] = {UNIT_MS, SOURCE_LINK, HEAVY, alert_eval_queue_age,
	wait_for},
    [RULE_SENT_FALLEN] = {UNIT_PER_MIN, SOURCE_LOG, HEAVY,
	alert_eval_sent_fallen, wait_for},
    [RULE_HOST_DOWN] = {UNIT_MS, SOURCE_NONE, LIGHT, alert_eval_host_down,
	wait_down},
    [RULE_STALE] = {UNIT_MS, SOURCE_LINK, HEAVY, alert_eval_stale, NULL},
    [RULE_UNATTRIBUTABLE] = {UNIT_MILLI, SOURCE_LOG, HEAVY,
	alert_eval_unattributable, wait_for},
    [RULE_NO_RESOLVER] = {UNIT_MS, SOURCE_NONE, LIGHT, alert_eval_no_resolver,
	wait_down},
    [RULE_LEAK] = {UNIT_COUNT, SOURCE_LOG, LIGHT, alert_eval_leak, NULL},
    /* Hosts are asked twice a minute; what is just being ended goes by. */
    [RULE_LEASE] = {UNIT_COUNT, SOURCE_LINK, LIGHT, alert_eval_lease,
	wait_down},
    [RULE_SPOOL] = {UNIT_BYTES, SOURCE_LINK, LIGHT, alert_eval_spool, NULL},
    [RULE_INODES] = {UNIT_COUNT, SOURCE_LINK, LIGHT, alert_eval_inodes, NULL},
};

static const char *const rule_names[RULE_N] = {
#define X(id, word, title) [RULE_##id] = word,
    ALERT_RULE_LIST(X)
#undef X
};

static const char *const rule_titles[RULE_N] = {
#define X(id, word, title) [RULE_##id] = title,
    ALERT_RULE_LIST(X)
#undef X
};

const char *
alert_rule_name(enum alert_rule r)
{
	return rule_names[r];
}

const char *
alert_rule_title(enum alert_rule r)
{
	return _(rule_titles[r]);
}

enum alert_unit
alert_rule_unit(enum alert_rule r)
{
	return alert_rule_rows[r].unit;
}

const char *
alert_cause_name(enum alert_cause k)
{
	static const char *const names[] = {[CAUSE_LIST] = "list",
	    [CAUSE_PROVIDER] = "provider",
	    [CAUSE_PROVIDERS] = "providers",
	    [CAUSE_POOL] = "pool",
	    [CAUSE_HOST] = "host",
	    [CAUSE_HOSTS] = "hosts",
	    [CAUSE_LISTS] = "lists"};

	return names[k];
}

static const char *const severity_words[SEV_N][2] = {
    [SEV_INFO] = {"info", N_("note")},
    [SEV_WARN] = {"warning", N_("warning")},
    [SEV_CRIT] = {"critical", N_("critical")},
};

const char *
severity_name(enum severity s)
{
	return severity_words[s][0];
}

const char *
severity_label(enum severity s)
{
	return _(severity_words[s][1]);
}

static const char *const state_words[][2] = {
    [ALERT_PENDING] = {"pending", N_("pending")},
    [ALERT_NEW] = {"new", N_("new")},
    [ALERT_ACKED] = {"acknowledged", N_("seen")},
    [ALERT_MUTED] = {"muted", N_("muted")},
    [ALERT_CLOSED] = {"closed", N_("closed")},
};

const char *
alert_state_name(enum alert_state s)
{
	return state_words[s][0];
}

const char *
alert_state_label(enum alert_state s)
{
	return _(state_words[s][1]);
}

enum alert_state
alert_state_of(const struct alert *a, int64_t now_ms)
{
	if (a->closed_ms != 0)
		return ALERT_CLOSED;
	if (a->muted_until_ms > now_ms)
		return ALERT_MUTED;
	if (a->opened_ms == 0)
		return ALERT_PENDING;
	return a->ack_ms != 0 ? ALERT_ACKED : ALERT_NEW;
}

bool
alert_is_open(const struct alert *a)
{
	return a->opened_ms != 0 && a->closed_ms == 0;
}

enum severity
alerts_summary(const struct alerts *a, struct buf *out)
{
	if (a->open[SEV_CRIT] > 0) {
		(void)buf_printf(out, "%u!!", a->open[SEV_CRIT]);
		return SEV_CRIT;
	}
	if (a->open[SEV_WARN] > 0) {
		(void)buf_printf(out, "%u!", a->open[SEV_WARN]);
		return SEV_WARN;
	}
	return SEV_INFO;
}

static const char *const impact_labels[IMPACT_N] = {
    [IMPACT_LOW] = NC_("impact", "low"),
    [IMPACT_MEDIUM] = NC_("impact", "medium"),
    [IMPACT_HIGH] = NC_("impact", "high"),
};

void
alert_value_text(const struct alert *a, int64_t value, struct buf *out)
{
	char text[NUM_TEXT];

	switch (alert_rule_rows[a->rule].unit) {
	case UNIT_IMPACT:
		(void)buf_puts(out, _(impact_labels[value]));
		break;
	case UNIT_MILLI:
		if (value < 100)
			(void)buf_printf(out, "%d.%d %%", (int)(value / 10),
			    (int)(value % 10));
		else
			(void)buf_printf(out, "%d %%", (int)((value + 5) / 10));
		break;
	case UNIT_COUNT:
		(void)buf_puts(out, num_count(text, (uint64_t)value));
		break;
	case UNIT_MS:
		(void)buf_puts(out, num_age(text, value));
		break;
	case UNIT_PER_MIN:
		(void)buf_printf(
		    out, _("%s/min"), num_count(text, (uint64_t)value));
		break;
	case UNIT_BYTES:
		(void)buf_puts(out, num_bytes(text, (uint64_t)value));
		break;
	}
}
