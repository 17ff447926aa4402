/* settle.c - see settle.h. */
#include "app/settle.h"

#include "core/i18n.h"
#include "core/json.h"

#include <stdio.h>

struct collecting {
	struct settle *s;
	const struct model *m;
	int64_t now_ms;
};

static host_id
host_of(const struct model *m, struct str name)
{
	for (host_id i = 0; i < m->n_hosts; i++)
		if (str_eq(name, str_of(m->hosts[i].name)))
			return i;
	return HOST_NONE;
}

static bool
add_host(struct plan *p, const struct model *m, struct str name)
{
	host_id host = host_of(m, name);

	return host != HOST_NONE && plan_add(p, host, 0) != NULL;
}

/* The hosts of a plan are those of its steps; of a lease, the record's own.
 * False: one of them is not watched here. */
static bool
add_hosts(struct plan *p, const struct model *m, const struct journal_rec *r)
{
	cJSON *d = NULL;
	const cJSON *step;
	bool ok = r->detail.n > 0;

	if (!ok)
		return add_host(p, m, r->host);
	if (json_parse(&d, r->detail, JOURNAL_DETAIL_MAX) != ERR_OK)
		return false;
	cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(d, "steps"))
	{
		const char *name = cJSON_GetStringValue(
		    cJSON_GetObjectItemCaseSensitive(step, "host"));

		ok = ok && name != NULL && add_host(p, m, str_of(name));
	}
	cJSON_Delete(d);
	return ok && p->n_steps > 0;
}

static bool
collect(void *ctx, const struct journal_rec *r)
{
	struct collecting *c = ctx;
	struct act_request none = {.verb = VERB_HOLD, .host = HOST_NONE};
	struct settle *s = c->s;
	struct plan *p;

	if (r->at_ms > c->now_ms - SETTLE_AGE_MS || r->subject.n == 0 ||
	    r->subject.n >= PLAN_ID)
		return true;
	for (unsigned i = 0; i < s->n; i++)
		if (str_eq(r->subject, str_of(s->v[i].plan->id)))
			return true;
	p = plan_new(&none, r->at_ms, 0);
	if (p == NULL)
		return false;
	str_copy(p->id, sizeof p->id, r->subject);
	if (!add_hosts(p, c->m, r)) {
		plan_free(p);
		return true;
	}
	s->v[s->n++] = (struct settle_item){.plan = p};
	return s->n < SETTLE_MOST;
}

err_t
settle_collect(struct settle *s, struct journal_db *j, const struct model *m,
    int64_t now_ms)
{
	struct collecting c = {s, m, now_ms};

	return journal_db_unsettled(j, &c, collect);
}

void
settle_told(
    struct settle_item *i, const char *host, err_t err, const char *word)
{
	static const struct {
		const char *word, *text;
	} rows[] = {{"never", N_("nothing was done")},
	    {"refused", N_("nothing was done")},
	    {"running", N_("its run was cut off on the way")},
	    {"failed", N_("a step failed")}, {"in-force", N_("in force")},
	    {"done", N_("done")}, {"ended", N_("ended")},
	    {"stuck", N_("could not be ended: changed meanwhile")}};
	size_t at = strlen(i->text), k = 0;

	while (
	    k < sizeof rows / sizeof *rows && strcmp(rows[k].word, word) != 0)
		k++;
	i->open |= err != ERR_OK || k == sizeof rows / sizeof *rows;
	if (!i->open && at < sizeof i->text)
		(void)snprintf(i->text + at, sizeof i->text - at, "%s%s: %s",
		    at > 0 ? ", " : "", host, _(rows[k].text));
}

void
settle_done(struct settle *s)
{
	for (unsigned i = 0; i < s->n; i++)
		plan_free(s->v[i].plan);
	s->n = 0;
}
