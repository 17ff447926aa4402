/* actrec.c - see actrec.h. */
#include "app/actrec.h"

#include "core/json.h"

#include <stdlib.h>

enum {
	NOTE_BYTES = 60 << 10, /* a frame takes 64 KB */
	NOTE_LEASES = 64,      /* as many as a host tells of */
};

/* The texts of a lease, by the names they have in a note. */
struct part {
	const char *name;
	char *dst;
	size_t cap;
};
enum { PARTS = 13 };

static void
parts_of(struct lease *l, struct part p[PARTS])
{
	const struct part all[PARTS] = {{"id", l->id, sizeof l->id},
	    {"value", l->value, sizeof l->value},
	    {"who", l->who, sizeof l->who}, {"why", l->why, sizeof l->why},
	    {"text", l->text, sizeof l->text},
	    {"user", l->user, sizeof l->user},
	    {"egress", l->of.egress, sizeof l->of.egress},
	    {"provider", l->of.provider, sizeof l->of.provider},
	    {"domain", l->of.domain, sizeof l->of.domain},
	    {"pool", l->of.pool, sizeof l->of.pool},
	    {"sender", l->of.sender, sizeof l->of.sender},
	    {"lease", l->of.lease, sizeof l->of.lease},
	    {"site", l->of.site, sizeof l->of.site}};

	memcpy(p, all, sizeof all);
}

static cJSON *
lease_object(const struct lease *from)
{
	cJSON *o = cJSON_CreateObject();
	struct lease l = *from;
	struct part p[PARTS];

	parts_of(&l, p);
	for (int i = 0; i < PARTS; i++)
		if (p[i].dst[0] != '\0')
			(void)json_add_str(o, p[i].name, str_of(p[i].dst));
	if (l.verb < VERB_N)
		(void)json_add_str(o, "verb", str_of(verb_rows[l.verb].word));
	(void)json_add_u64(o, "on", l.of.on);
	(void)json_add_str(o, "state", str_of(lease_state_name(l.state)));
	(void)json_add_i64(o, "since", l.since_ms);
	(void)json_add_i64(o, "until", l.until_ms);
	return o;
}

err_t
actrec_write(const struct event *ev, const char *host, void *ctx,
    void (*put)(void *ctx, struct str note))
{
	cJSON *d, *list;
	struct buf b;
	err_t err;

	if (ev->kind != EVT_LEASES)
		return ERR_OK;
	d = cJSON_CreateObject();
	err = json_add_str(d, "host", str_of(host));
	list = cJSON_AddArrayToObject(d, "leases");
	for (size_t i = 0; i < ev->u.leases.n; i++)
		(void)cJSON_AddItemToArray(
		    list, lease_object(&ev->u.leases.v[i]));
	buf_init(&b, NOTE_BYTES);
	if (err == ERR_OK)
		err = list == NULL ? ERR_NOMEM : json_write(&b, d);
	if (err == ERR_OK)
		put(ctx, buf_view(&b));
	buf_done(&b);
	cJSON_Delete(d);
	return err;
}

/* Times fit a double for all of our lifetimes. */
static enum lease_state
state_of(struct str word)
{
	for (int s = LEASE_IN_FORCE; s <= LEASE_STUCK; s++)
		if (str_eq(word, str_of(lease_state_name((enum lease_state)s))))
			return (enum lease_state)s;
	return LEASE_IN_FORCE;
}

static void
read_lease(struct lease *l, const cJSON *d)
{
	int64_t on = json_i64(d, "on");
	struct part p[PARTS];

	*l = (struct lease){.verb = verb_of(json_text(d, "verb")),
	    .state = state_of(json_text(d, "state")),
	    .since_ms = json_i64(d, "since"),
	    .until_ms = json_i64(d, "until")};
	if (on <= ACT_ON_SITE && (on & (on - 1)) == 0)
		l->of.on = (enum act_target)on;
	parts_of(l, p);
	for (int i = 0; i < PARTS; i++)
		str_copy(p[i].dst, p[i].cap, json_text(d, p[i].name));
}

static void
read_leases(const cJSON *list, host_id host, void *ctx,
    void (*emit)(void *ctx, struct event *ev))
{
	struct lease *v = calloc(NOTE_LEASES, sizeof *v);
	struct event ev = {.kind = EVT_LEASES, .host = host};
	const cJSON *o;
	size_t n = 0;

	if (v == NULL)
		return;
	cJSON_ArrayForEach(o, list) if (n < NOTE_LEASES && cJSON_IsObject(o))
	    read_lease(&v[n++], o);
	ev.u.leases.v = v;
	ev.u.leases.n = n;
	emit(ctx, &ev);
	free(v);
}

bool
actrec_read(struct str note, const struct model *m, void *ctx,
    void (*emit)(void *ctx, struct event *ev))
{
	const cJSON *list;
	cJSON *d = NULL;
	struct str host;
	bool is;

	if (json_parse(&d, note, NOTE_BYTES) != ERR_OK)
		return false;
	list = cJSON_GetObjectItemCaseSensitive(d, "leases");
	is = cJSON_IsArray(list);
	host = json_text(d, "host");
	for (host_id i = 0; is && i < m->n_hosts; i++)
		if (str_eq(host, str_of(m->hosts[i].name))) {
			read_leases(list, i, ctx, emit);
			break;
		}
	cJSON_Delete(d);
	return is;
}
