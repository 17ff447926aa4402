/* docs.c - see docs.h. */
#include "app/docs_int.h"

#include "core/i18n.h"
#include "core/utf8.h"

#include <stdio.h>
#include <stdlib.h>

cJSON *
docs_new(const struct model *m)
{
	cJSON *d = cJSON_CreateObject();

	(void)json_add_u64(d, "v", 1);
	(void)json_add_time(d, "at", m->now_ms);
	return d;
}

void
docs_add_z(cJSON *o, const char *name, const char *z)
{
	(void)json_add_opt(o, name, str_of(z));
}

void
docs_add_known(cJSON *o, const char *name, int64_t v)
{
	if (v < 0)
		(void)cJSON_AddNullToObject(o, name);
	else
		(void)json_add_i64(o, name, v);
}

void
docs_add_milli(cJSON *o, const char *name, int64_t milli)
{
	if (milli < 0)
		(void)cJSON_AddNullToObject(o, name);
	else
		(void)cJSON_AddNumberToObject(o, name, (double)milli / 1000.0);
}

/* What was counted in the last minute; null where nothing was read. */
static void
add_per_min(
    cJSON *o, struct model *m, struct tally *t, bool known, bool rejected)
{
	static const struct {
		const char *name;
		enum figure s;
	} rows[] = {{"sent", STAT_SENT}, {"deferred", STAT_DEFERRED},
	    {"bounced", STAT_BOUNCED}, {"rejected", STAT_REJECTED}};
	cJSON *r = cJSON_AddObjectToObject(o, "per_min");

	for (int i = 0; i < (rejected ? 4 : 3); i++)
		docs_add_known(r, rows[i].name,
		    known
			? (int64_t)tally_window(t, rows[i].s, WIN_1M, m->now_ms)
			: -1);
}

static void
add_findings(cJSON *o, const struct host *h)
{
	cJSON *list = cJSON_AddArrayToObject(o, "findings");

	for (unsigned i = 0; h->found != NULL && i < h->found->n_findings;
	     i++) {
		const struct finding *f = &h->found->findings[i];
		cJSON *one = cJSON_CreateObject();

		docs_add_z(one, "id", f->id);
		docs_add_z(one, "text", f->text);
		docs_add_z(one, "remedy", f->remedy);
		(void)cJSON_AddItemToArray(list, one);
	}
}

/* Instances whose queue is in no figure. */
static void
add_unread(cJSON *o, const struct host *h, uint64_t set)
{
	cJSON *list = cJSON_AddArrayToObject(o, "unread");
	struct buf clean;

	buf_init(&clean, 4 * SERVICE_MAX_BYTES);
	for (unsigned i = 0; h->found != NULL && i <= h->found->n_further;
	     i++) {
		if ((set >> i & 1) == 0)
			continue;
		(void)utf8_clean(
		    &clean, str_of(discovery_instance_name(h->found, i)));
		(void)cJSON_AddItemToArray(
		    list, cJSON_CreateString(buf_cstr(&clean)));
		buf_reset(&clean);
	}
	buf_done(&clean);
}

static cJSON *
host_object(struct model *m, struct host *h)
{
	cJSON *o = cJSON_CreateObject(), *q;
	const struct discovery *d = h->found;

	docs_add_z(o, "name", h->name);
	docs_add_z(o, "state", link_state_name(h->link));
	docs_add_z(o, "error", h->link_text);
	docs_add_z(o, "mta", d != NULL ? d->mta : NULL);
	docs_add_z(o, "version", d != NULL ? d->version : NULL);
	docs_add_z(o, "privilege",
	    privilege_name(d != NULL ? d->privilege : PRIV_UNKNOWN));
	q = cJSON_AddObjectToObject(o, "queue");
	for (int i = 0; i < Q_N; i++)
		docs_add_known(q, queue_name_of((enum queue_name)i),
		    h->counts_at_ms != 0 ? h->counts.n[i] : -1);
	add_unread(o, h, h->counts_at_ms != 0 ? h->counts.unread : 0);
	add_per_min(o, m, &h->tally, h->log_at_ms != 0 || h->log_live, true);
	docs_add_milli(
	    o, "load", h->vitals_at_ms != 0 ? h->vitals.load_milli[0] : -1);
	add_findings(o, h);
	docs_add_z(o, "transport", h->transport);
	(void)json_add_time(o, "counts_at", h->counts_at_ms);
	(void)json_add_time(o, "log_at", h->log_at_ms);
	return o;
}

cJSON *
docs_status(struct model *m)
{
	cJSON *d = docs_new(m), *list = cJSON_AddArrayToObject(d, "hosts");

	for (host_id i = 0; i < m->n_hosts; i++)
		(void)cJSON_AddItemToArray(list, host_object(m, &m->hosts[i]));
	return d;
}

/* "out1, out2" as an array. */
static void
add_handles(cJSON *o, const char *joined)
{
	cJSON *list = cJSON_AddArrayToObject(o, "handles");
	struct str rest = str_of(joined);
	char name[SERVICE_MAX_BYTES];

	while (rest.n > 0) {
		size_t n = str_find(rest, STR_LIT(", "));
		struct str one = {rest.p, n == SIZE_MAX ? rest.n : n};

		str_copy(name, sizeof name, one);
		(void)cJSON_AddItemToArray(list, cJSON_CreateString(name));
		rest = str_from(rest, one.n + 2);
	}
}

/* What waits and until when; null where it was never read, and what takes two
 * readings where there is one. */
static void
add_drain(cJSON *o, const struct drain_view *v)
{
	bool read = v->state != DRAIN_UNREAD;
	cJSON *d;

	if (!read) {
		(void)cJSON_AddNullToObject(o, "drain");
		return;
	}
	d = cJSON_AddObjectToObject(o, "drain");
	docs_add_z(d, "state", drain_state_name(v->state));
	(void)json_add_u64(d, "waiting", v->waiting);
	if (v->known)
		(void)cJSON_AddNumberToObject(
		    d, "per_min", (double)v->per_min_deci / 10);
	else
		(void)cJSON_AddNullToObject(d, "per_min");
	(void)json_add_time(d, "empty_at", v->empty_at_ms);
	(void)json_add_time(d, "at", v->at_ms);
}

cJSON *
docs_egress(struct model *m, int64_t since_ms)
{
	cJSON *d = docs_new(m), *list = cJSON_AddArrayToObject(d, "egress");
	int64_t from_ms = m->now_ms - since_ms;

	(void)json_add_i64(d, "since_s", since_ms / 1000);
	for (egress_id i = 0; i < m->n_egress; i++) {
		struct egress *e = &m->egress[i];
		const struct host *h = &m->hosts[e->host];
		/* What the log cannot tell is in the host's rest row. */
		bool known = (h->log_at_ms != 0 || h->log_live) &&
			     (e->attributable || e->rest);
		cJSON *o = cJSON_CreateObject(), *t;
		struct drain_view waits;

		/* The row of what cannot be told shows only if it counts. */
		if (e->rest && e->tally.last_ms == 0) {
			cJSON_Delete(o);
			continue;
		}
		docs_add_z(o, "ip", e->rest ? NULL : model_egress_label(e));
		docs_add_z(o, "host", h->name);
		add_handles(o, e->handles);
		docs_add_z(o, "pool", e->pool);
		docs_add_known(
		    o, "queue", e->queue_known ? (int64_t)e->queue : -1);
		waits = drain_look(&e->drain);
		add_drain(o, &waits);
		add_per_min(o, m, &e->tally, known, false);
		t = cJSON_AddObjectToObject(o, "total");
		docs_add_known(t, "sent",
		    known ? (int64_t)tally_since(
				&e->tally, STAT_SENT, from_ms, m->now_ms)
			  : -1);
		docs_add_known(t, "deferred",
		    known ? (int64_t)tally_since(
				&e->tally, STAT_DEFERRED, from_ms, m->now_ms)
			  : -1);
		docs_add_known(t, "bounced",
		    known ? (int64_t)tally_since(
				&e->tally, STAT_BOUNCED, from_ms, m->now_ms)
			  : -1);
		(void)cJSON_AddBoolToObject(o, "attributable", e->attributable);
		(void)cJSON_AddItemToArray(list, o);
	}
	return d;
}

struct merged {
	struct str key; /* borrowed from a reading */
	struct queue_row sum;
};

static int
by_key(const void *a, const void *b)
{
	const struct merged *x = a, *y = b;
	size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
	int c = n == 0 ? 0 : memcmp(x->key.p, y->key.p, n);

	return c != 0 ? c : (x->key.n > y->key.n) - (x->key.n < y->key.n);
}

static int
by_total(const void *a, const void *b)
{
	const struct merged *x = a, *y = b;

	if (x->sum.total != y->sum.total)
		return x->sum.total < y->sum.total ? 1 : -1;
	return by_key(a, b);
}

/* All hosts' rows of one dimension, equal keys added up; the caller's. */
static struct merged *
merge_queues(const struct model *m, enum queue_dim by, size_t *n_out)
{
	struct merged *all;
	size_t n = 0, out = 0;

	for (host_id h = 0; h < m->n_hosts; h++)
		if (m->hosts[h].queue != NULL)
			n += m->hosts[h].queue->by[by].n;
	all = calloc(n + 1, sizeof *all);
	if (all == NULL)
		return NULL;
	n = 0;
	for (host_id h = 0; h < m->n_hosts; h++) {
		const struct queue_snap *q = m->hosts[h].queue;

		for (uint32_t i = 0; q != NULL && i < q->by[by].n; i++)
			all[n++] = (struct merged){
			    intern_text(q->texts, q->by[by].rows[i].key),
			    q->by[by].rows[i]};
	}
	qsort(all, n, sizeof *all, by_key);
	for (size_t i = 0; i < n; i++) {
		if (out > 0 && str_eq(all[out - 1].key, all[i].key)) {
			all[out - 1].sum.total += all[i].sum.total;
			for (int a = 0; a < AGE_BUCKETS; a++)
				all[out - 1].sum.age[a] += all[i].sum.age[a];
		} else {
			all[out++] = all[i];
		}
	}
	qsort(all, out, sizeof *all, by_total);
	*n_out = out;
	return all;
}

/* Readings are kept of egress IPs and providers only. */
static void
add_row_drain(
    cJSON *o, const struct model *m, enum queue_dim by, struct str key)
{
	struct drain_view v = {0};

	if (by == QD_PROVIDER)
		v = model_drain_of_provider(m, HOST_NONE, key);
	else if (by == QD_EGRESS)
		v = model_drain_of_egress(m, HOST_NONE, key);
	if (by == QD_PROVIDER || by == QD_EGRESS)
		add_drain(o, &v);
}

cJSON *
docs_queue(struct model *m, enum queue_dim by)
{
	cJSON *d = docs_new(m), *rows = cJSON_AddArrayToObject(d, "rows");
	cJSON *hosts = cJSON_AddArrayToObject(d, "hosts");
	size_t n = 0;
	struct merged *all = merge_queues(m, by, &n);

	for (size_t i = 0; all != NULL && i < n; i++) {
		cJSON *o = cJSON_CreateObject(), *age;

		(void)json_add_str(o, "key", all[i].key);
		(void)json_add_u64(o, "total", all[i].sum.total);
		age = cJSON_AddObjectToObject(o, "age");
		for (int a = 0; a < AGE_BUCKETS; a++)
			(void)json_add_u64(
			    age, age_names[a], all[i].sum.age[a]);
		add_row_drain(o, m, by, all[i].key);
		(void)cJSON_AddItemToArray(rows, o);
	}
	free(all);
	/* Which readings these rows are made of, and which are missing. */
	for (host_id i = 0; i < m->n_hosts; i++) {
		const struct host *h = &m->hosts[i];
		struct drain_view waits;
		cJSON *o = cJSON_CreateObject();

		docs_add_z(o, "name", h->name);
		(void)json_add_time(
		    o, "at", h->queue != NULL ? h->queue->at_ms : 0);
		docs_add_known(o, "messages",
		    h->queue != NULL ? (int64_t)h->queue->messages : -1);
		(void)cJSON_AddBoolToObject(
		    o, "cut", h->queue != NULL && h->queue->cut);
		add_unread(o, h, h->queue != NULL ? h->queue->unread : 0);
		waits = drain_look(&h->drain);
		add_drain(o, &waits);
		docs_add_z(o, "error",
		    h->queue_err != ERR_OK ? h->queue_err_text
		    : h->queue == NULL	   ? h->link_text
					   : NULL);
		(void)cJSON_AddItemToArray(hosts, o);
	}
	return d;
}

/* Only where there are any. */
static void
add_bad_lines(cJSON *o, const struct bad_lines *b)
{
	cJSON *bad;

	if (b->n == 0)
		return;
	bad = cJSON_AddObjectToObject(o, "bad_lines");
	(void)json_add_u64(bad, "count", b->n);
	(void)json_add_time(bad, "first", b->first_ms);
	(void)json_add_time(bad, "last", b->last_ms);
	docs_add_z(bad, "why", log_bad_name(b->why));
	(void)json_add_opt(bad, "sample", (struct str){b->sample, b->n_sample});
}

cJSON *
docs_host(struct model *m, const struct host *h)
{
	cJSON *d = docs_new(m), *o = host_object(m, &m->hosts[h->id]), *list,
	      *v;
	const struct discovery *f = h->found;

	(void)cJSON_AddItemToObject(d, "host", o);
	if (f != NULL) {
		docs_add_z(o, "hostname", f->hostname);
		docs_add_z(o, "queue_directory", f->queue_dir);
		docs_add_z(o, "config_directory", f->config_dir);
		docs_add_z(o, "log", f->log_path);
		(void)json_add_i64(o, "clock_offset_ms", f->clock_offset_ms);
	}
	add_bad_lines(o, &h->bad_lines);
	list = cJSON_AddArrayToObject(o, "transports");
	for (unsigned i = 0; f != NULL && i < f->n_handles; i++) {
		const struct handle *x = &f->handles[i];
		cJSON *one = cJSON_CreateObject();

		docs_add_z(one, "name", x->name);
		docs_add_z(one, "instance", x->instance);
		docs_add_z(one, "ip", x->ip);
		docs_add_z(one, "ip6", x->ip6);
		docs_add_z(one, "pool", x->pool);
		docs_add_z(one, "syslog_name", x->tag);
		(void)cJSON_AddBoolToObject(
		    one, "attributable", x->attributable);
		(void)cJSON_AddItemToArray(list, one);
	}
	if (h->vitals_at_ms == 0) {
		(void)cJSON_AddNullToObject(o, "vitals");
		return d;
	}
	v = cJSON_AddObjectToObject(o, "vitals");
	docs_add_known(v, "cpus", h->vitals.cpus);
	docs_add_milli(v, "cpu_pressure_pct", h->vitals.cpu_pressure_milli);
	docs_add_milli(v, "io_pressure_pct", h->vitals.io_pressure_milli);
	docs_add_known(v, "memory_total_bytes", h->vitals.mem_total_bytes);
	docs_add_known(v, "memory_available_bytes", h->vitals.mem_avail_bytes);
	docs_add_known(v, "spool_total_bytes", h->vitals.spool_total_bytes);
	docs_add_known(v, "spool_available_bytes", h->vitals.spool_avail_bytes);
	docs_add_known(v, "spool_inodes", h->vitals.spool_inodes);
	docs_add_known(v, "spool_inodes_free", h->vitals.spool_inodes_free);
	docs_add_z(v, "top_process", h->vitals.top_name);
	(void)json_add_time(v, "at", h->vitals_at_ms);
	return d;
}

/* One output row of `deferrals`: groups merged by what was asked for. */
struct deferral {
	const struct reply_group *g; /* the one with the most */
	uint64_t most, count;
	int64_t first_ms, last_ms;
};

static uint64_t
group_key(const struct reply_group *g, enum docs_by by)
{
	switch (by) {
	case DOCS_BY_PROVIDER:
		return g->provider;
	case DOCS_BY_EGRESS:
		return g->egress;
	case DOCS_BY_REPLY:
		break;
	}
	return 0;
}

static int
by_count(const void *a, const void *b)
{
	const struct deferral *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->g > y->g) - (x->g < y->g);
}

static void
add_deferral(cJSON *rows, const struct model *m, const struct deferral *r,
    enum docs_by by)
{
	const struct reply_group *g = r->g;
	cJSON *o = cJSON_CreateObject();
	char esc[24] = "";
	struct str none = {NULL, 0};
	const char *egress = g->egress == EGRESS_NONE
				 ? NULL
				 : model_egress_label(&m->egress[g->egress]);

	if (g->enhanced[0] != 0)
		(void)snprintf(esc, sizeof esc, "%u.%u.%u", g->enhanced[0],
		    g->enhanced[1], g->enhanced[2]);
	(void)json_add_opt(o, "reply", intern_text(m->texts, g->shape));
	(void)json_add_opt(o, "sample", intern_text(m->texts, g->sample));
	docs_add_known(o, "code", g->code == 0 ? -1 : g->code);
	docs_add_z(o, "enhanced", esc);
	(void)json_add_opt(o, "provider",
	    by == DOCS_BY_EGRESS ? none : intern_text(m->texts, g->provider));
	docs_add_z(o, "egress", by == DOCS_BY_PROVIDER ? NULL : egress);
	(void)json_add_u64(o, "count", r->count);
	(void)json_add_time(o, "first", r->first_ms);
	(void)json_add_time(o, "last", r->last_ms);
	(void)cJSON_AddItemToArray(rows, o);
}

cJSON *
docs_deferrals(struct model *m, enum docs_by by, int64_t since_ms)
{
	cJSON *d = docs_new(m), *rows = cJSON_AddArrayToObject(d, "rows");
	struct deferral *all = calloc(m->n_replies + 1U, sizeof *all);
	int64_t from_ms = m->now_ms - since_ms;
	uint64_t local = 0, count;
	size_t n = 0, at;

	for (uint32_t i = 0; all != NULL && i < m->n_replies; i++) {
		struct reply_group *g = &m->replies[i];

		local += tally_since(&g->tally, STAT_LOCAL, from_ms, m->now_ms);
		count =
		    tally_since(&g->tally, STAT_DEFERRED, from_ms, m->now_ms) +
		    tally_since(&g->tally, STAT_BOUNCED, from_ms, m->now_ms);
		if (count == 0)
			continue;
		at = n;
		for (size_t j = 0; by != DOCS_BY_REPLY && j < n; j++)
			if (group_key(all[j].g, by) == group_key(g, by))
				at = j;
		if (at == n)
			all[n++] = (struct deferral){.first_ms = INT64_MAX};
		all[at].count += count;
		if (count > all[at].most) {
			all[at].most = count;
			all[at].g = g;
		}
		if (g->tally.first_ms < all[at].first_ms)
			all[at].first_ms = g->tally.first_ms;
		if (g->tally.last_ms > all[at].last_ms)
			all[at].last_ms = g->tally.last_ms;
	}
	if (n > 1)
		qsort(all, n, sizeof *all, by_count);
	for (size_t i = 0; i < n; i++)
		add_deferral(rows, m, &all[i], by);
	free(all);
	(void)json_add_i64(d, "since_s", since_ms / 1000);
	/* Postfix's own repeats of an earlier reply, not said by receivers. */
	(void)json_add_u64(d, "local_repeats", local);
	return d;
}
