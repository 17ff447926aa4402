/*
 * state_help.h - a model that knows a few lists and reads replies by a word in
 * them, for the tests of throttles and listings. "#throttle" in a reply makes
 * its class, "#zen", "#dbl", "#ms" name a list, "#ip" and "#ip-private" blame
 * the address without naming one.
 */
#ifndef TESTS_UNIT_CORE_STATE_HELP_H
#define TESTS_UNIT_CORE_STATE_HELP_H

#include "tests/unit/core/model_help.h"

#define SEC  ((int64_t)1000)
#define MIN  (60 * SEC)
#define HOUR (60 * MIN)

/* Indices of the lists below. */
enum { ZEN, DBL, TINY, MS, WIDE, LISTS };

static const char lists_json[] =
    "{\"v\":1,\"lists\":["
    "{\"id\":\"zen\",\"name\":\"Zen\",\"kind\":\"ip\",\"impact\":\"high\","
    "\"zone\":\"zen.example\"},"
    "{\"id\":\"dbl\",\"name\":\"Dbl\",\"kind\":\"domain\","
    "\"impact\":\"medium\",\"zone\":\"dbl.example\"},"
    "{\"id\":\"tiny\",\"name\":\"Tiny\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"zone\":\"tiny.example\"},"
    "{\"id\":\"private-ms\",\"name\":\"MS\",\"kind\":\"private\","
    "\"impact\":\"high\"},"
    "{\"id\":\"wide\",\"name\":\"Wide\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"zone\":\"wide.example\"}]}";

static const char providers_json[] =
    "{\"v\":1,\"public_suffixes\":[\"co.jp\"],\"providers\":["
    "{\"id\":\"ms\",\"name\":\"MS\",\"mx_patterns\":[\"*.ms.example\"]}]}";

struct lab {
	struct blocklists *lists;
	struct provider_catalogue *providers;
	struct model *m;
	unsigned reads; /* replies that were read */
};

static inline bool
says(struct str text, const char *word)
{
	return str_find(text, str_of(word)) != SIZE_MAX;
}

static inline void
lab_read(void *ctx, struct str reply, struct meaning *out)
{
	struct lab *lab = ctx;

	lab->reads++;
	*out = (struct meaning){0};
	if (says(reply, "#throttle")) {
		out->cls = CLASS_THROTTLE;
	} else if (says(reply, "#zen")) {
		out->cls = CLASS_IP_BLOCKLIST;
		out->blames = BLAMES_IP;
		out->list = STR_LIT("zen");
	} else if (says(reply, "#dbl")) {
		out->cls = CLASS_DOMAIN_BLOCKLIST;
		out->blames = BLAMES_DOMAIN;
		out->list = STR_LIT("dbl");
	} else if (says(reply, "#ms")) {
		out->cls = CLASS_REPUTATION;
		out->provider = STR_LIT("ms");
	} else if (says(reply, "#ip")) {
		out->cls = CLASS_IP_BLOCKLIST;
		out->scope = SCOPE_NETWORK;
	} else if (says(reply, "#policy")) {
		out->cls = CLASS_POLICY;
		out->list = STR_LIT("zen");
	}
}

static inline void
lab_open(struct lab *lab, uint32_t max_keys)
{
	static const char *const names[] = {"mta1", "mta2"};
	struct model_opts o = {.host_names = names,
	    .n_hosts = 2,
	    .max_keys = max_keys,
	    .reader = {lab, lab_read}};
	struct event up = {
	    .kind = EVT_LINK, .at_ms = NOW - HOUR, .u.link.state = LINK_UP};
	char why[200] = "";

	*lab = (struct lab){0};
	if (blocklists_load(&lab->lists, str_of(lists_json), why, sizeof why) !=
	    ERR_OK)
		fail_msg("%s", why);
	if (provider_load(&lab->providers, str_of(providers_json), why,
		sizeof why) != ERR_OK)
		fail_msg("%s", why);
	o.lists = lab->lists;
	o.catalogue = lab->providers;
	lab->m = model_new(&o);
	assert_non_null(lab->m);
	model_update(lab->m, &up);
	discover(lab->m, 0);
}

static inline void
lab_close(struct lab *lab)
{
	model_free(lab->m);
	blocklists_free(lab->lists);
	provider_free(lab->providers);
}

static inline void
lab_tick(struct lab *lab, int64_t at_ms)
{
	struct event ev = {.kind = EVT_TICK, .host = HOST_NONE, .at_ms = at_ms};

	model_update(lab->m, &ev);
}

/* The history is in; from here on time passes by itself. */
static inline void
lab_live(struct lab *lab, int64_t at_ms)
{
	struct event ev = {.kind = EVT_LOG_LIVE, .at_ms = at_ms};

	model_update(lab->m, &ev);
}

/* A delivery through postfix/out1 (n 1) or out2, read at seen_ms. reply NULL:
 * it was sent. */
static inline void
lab_deliver_seen(struct lab *lab, int64_t seen_ms, int64_t at_ms, int n,
    const char *relay, const char *from, const char *reply)
{
	char text[300];
	struct log_rec v[2];
	struct event ev = {
	    .kind = EVT_LOG, .at_ms = seen_ms, .u.log = {.recs = v, .n = 2}};

	(void)snprintf(text, sizeof text, "host %s[198.51.100.1] said: %s",
	    relay, reply == NULL ? "250 2.0.0 Ok" : reply);
	v[0] = make_queued(at_ms, "Q1", from);
	v[1] = make_delivery(at_ms, "Q1",
	    n == 1 ? "postfix/out1" : "postfix/out2", "u@to.example", relay,
	    reply == NULL     ? LS_SENT
	    : reply[0] == '4' ? LS_DEFERRED
			      : LS_BOUNCED,
	    text);
	model_update(lab->m, &ev);
}

static inline void
lab_deliver(struct lab *lab, int64_t at_ms, int n, const char *relay,
    const char *from, const char *reply)
{
	lab_deliver_seen(lab, at_ms, at_ms, n, relay, from, reply);
}

static inline void
lab_answer(struct lab *lab, int64_t at_ms, const char *subject, uint16_t list,
    enum verdict v)
{
	struct list_answer a = {.subject = str_of(subject),
	    .list = list,
	    .verdict = v,
	    .codes = {0x7f000002},
	    .n_codes = v == VERDICT_LISTED,
	    .reason = v == VERDICT_LISTED ? STR_LIT("trap hit")
					  : (struct str){NULL, 0}};
	struct event ev = {.kind = EVT_LIST_ANSWER,
	    .host = HOST_NONE,
	    .at_ms = at_ms,
	    .u.answer = &a};

	model_update(lab->m, &ev);
}

static inline void
lab_health(struct lab *lab, int64_t at_ms, uint16_t list, enum verdict v)
{
	struct list_health h = {
	    .list = list, .verdict = v, .text = STR_LIT("as it is")};
	struct event ev = {.kind = EVT_LIST_HEALTH,
	    .host = HOST_NONE,
	    .at_ms = at_ms,
	    .u.health = &h};

	model_update(lab->m, &ev);
}

static inline void
lab_subjects(struct lab *lab, int64_t at_ms, const char *const *names, size_t n)
{
	struct str *v = calloc(n + 1, sizeof *v);
	struct event ev = {.kind = EVT_SUBJECTS,
	    .host = HOST_NONE,
	    .at_ms = at_ms,
	    .u.subjects = {.names = v, .n = n}};

	assert_non_null(v);
	for (size_t i = 0; i < n; i++)
		v[i] = str_of(names[i]);
	model_update(lab->m, &ev);
	free(v);
}

/* The row; NULL: never listed. */
static inline const struct listing *
lab_row(const struct lab *lab, const char *subject, uint16_t list)
{
	const struct listings *l = &lab->m->listings;
	uint32_t s = listings_subject(l, str_of(subject));

	return s == UINT32_MAX ? NULL : listings_row(l, s, list);
}

#endif
