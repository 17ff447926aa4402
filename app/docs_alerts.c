/* docs_alerts.c - see docs_alerts.h. */
#include "app/docs_alerts.h"

#include "app/docs_int.h"

static const char *const units[] = {[UNIT_IMPACT] = "impact",
    [UNIT_MILLI] = "share",
    [UNIT_COUNT] = "messages",
    [UNIT_MS] = "seconds",
    [UNIT_PER_MIN] = "per-minute",
    [UNIT_BYTES] = "bytes"};

/* In the unit that the document names. */
static void
add_value(cJSON *o, const char *name, enum alert_unit unit, int64_t v)
{
	if (unit == UNIT_IMPACT)
		(void)cJSON_AddStringToObject(
		    o, name, impact_name((enum impact)v));
	else if (unit == UNIT_MILLI || unit == UNIT_MS)
		(void)cJSON_AddNumberToObject(o, name, (double)v / 1000.0);
	else
		(void)json_add_i64(o, name, v);
}

static cJSON *
alert_object(const struct model *m, const struct alert *a)
{
	enum alert_unit unit = alert_rule_unit(a->rule);
	cJSON *o = cJSON_CreateObject();
	struct buf text;

	(void)json_add_u64(o, "id", a->id);
	(void)json_add_str(o, "rule", str_of(alert_rule_name(a->rule)));
	(void)json_add_str(o, "severity", str_of(severity_name(a->severity)));
	(void)json_add_str(
	    o, "state", str_of(alert_state_name(alert_state_of(a, m->now_ms))));
	(void)json_add_str(o, "cause_kind", str_of(alert_cause_name(a->kind)));
	(void)json_add_str(o, "cause", str_of(a->cause));
	(void)json_add_opt(o, "host",
	    a->host < m->n_hosts ? str_of(m->hosts[a->host].name)
				 : (struct str){NULL, 0});
	(void)json_add_u64(o, "members", a->members);
	(void)json_add_opt(o, "first", str_of(a->first));
	(void)json_add_str(o, "unit", str_of(units[unit]));
	add_value(o, "value", unit, a->value);
	add_value(o, "threshold", unit, a->threshold);
	(void)json_add_u64(o, "base", a->base);
	(void)json_add_time(o, "since", a->since_ms);
	buf_init(&text, 4096);
	if (alert_text(m, a, &text) == ERR_OK)
		(void)json_add_str(o, "text", buf_view(&text));
	buf_done(&text);
	return o;
}

cJSON *
docs_alerts(const struct model *m)
{
	cJSON *d = docs_new(m), *list, *hosts;

	(void)cJSON_AddBoolToObject(d, "waited", false);
	list = cJSON_AddArrayToObject(d, "alerts");
	for (uint32_t i = 0; i < m->alerts.n; i++)
		(void)cJSON_AddItemToArray(
		    list, alert_object(m, &m->alerts.v[i]));
	/* What was not read cannot have raised anything. */
	hosts = cJSON_AddArrayToObject(d, "hosts");
	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		cJSON *o = cJSON_CreateObject();

		(void)json_add_str(o, "name", str_of(h->name));
		(void)json_add_str(
		    o, "state", str_of(link_state_name(h->link)));
		(void)cJSON_AddBoolToObject(
		    o, "read", h->link == LINK_UP && h->log_live);
		(void)cJSON_AddItemToArray(hosts, o);
	}
	return d;
}

uint32_t
docs_alerts_open(const struct model *m)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->alerts.n; i++)
		n += alert_is_open(&m->alerts.v[i]) &&
		     m->alerts.v[i].severity > SEV_INFO;
	return n;
}
