/*
 * postfix_plan_provider.c - acts on the mail of a provider or a domain, over
 * every egress IP or one: its domains get a rule by recipient at the front of
 * transport_maps, which leads to doubles of the transports (..clone.c) that
 * are parked or paced. Pools keep their spread: the table says whose mail it
 * is, a randmap behind it picks (pipemap: DATABASE_README). A domain that has
 * a way of its own already is left alone.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_ours.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	TABLE_BYTES = 2 << 20,
	ENTRY_BYTES = 3072,
	CLONES = 32,
	ASK_MS = 30000,
};

/* What one host's rule is made of. */
struct rule {
	struct plan_pool pool;
	struct plan_clone clones[CLONES];
	unsigned n_clones;
	char first[NAME_MAX_BYTES]; /* a domain of it */
	struct buf lines;
	unsigned n_domains;
};

/* --- what is asked --- */

bool
postfix_plan_provider_needs(const struct act_request *r,
    const struct discovery *d, void *ctx, plan_add_fn *add)
{
	char name[SERVICE_MAX_BYTES + 8];

	(void)r;
	postfix_plan_pool_needs(ctx, add);
	add(ctx, "sudo:transport_maps");
	add(ctx, "routes");
	add(ctx, "main:" PLAN_DEFAULT_RECIPIENTS);
	for (unsigned i = 0; i < d->n_handles; i++) {
		if (d->handles[i].instance[0] != '\0' || d->handles[i].clone ||
		    !postfix_plan_is_name(&d->handles[i]))
			continue;
		(void)snprintf(
		    name, sizeof name, "master:%s", d->handles[i].name);
		add(ctx, name);
	}
	return true;
}

/* --- which domains --- */

static const struct act_route *
route_of(const struct plan_host *h, struct str domain)
{
	for (unsigned i = 0; i < h->st->n_routes; i++)
		if (str_eq(str_of(h->st->routes[i].domain), domain))
			return &h->st->routes[i];
	return NULL;
}

/* A pause may lie over another act's rule: it ends first, or outlasts it. */
static bool
is_free(const struct plan_host *h, const struct act_route *r)
{
	return r == NULL || (h->p->request.verb == VERB_PAUSE &&
				h->p->request.of.egress[0] == '\0' &&
				postfix_is_ours(str_of(r->by)));
}

static void
refuse_routed(const struct plan_host *h, const struct act_route *r)
{
	char what[NAME_MAX_BYTES + 160];
	bool act = postfix_is_ours(str_of(r->by));

	(void)snprintf(what, sizeof what, "%s%s%s", r->domain,
	    r->by[0] != '\0' ? ": " : "", r->by);
	postfix_plan_refuse(h,
	    act ? _("%s: another act has a rule for this mail already (%s); "
		    "end it first")
	    : r->by[0] == '\0'
		? _("%s: it does not send this mail out, it takes it in or "
		    "passes it on (%s)")
		: _("%s: transport_maps has a rule of its own for this mail "
		    "(%s)"),
	    what);
}

/*
 * "/(^|@)a\.example$/ VALUE": the whole address must match, since trivial-
 * rewrite(8) asks every table for that before any for the domain: a table of
 * domains would come after a randmap that takes all (transport(5)).
 */
static void
put_line(struct buf *b, struct str domain, const char *value)
{
	(void)buf_puts(b, "/(^|@)");
	for (size_t i = 0; i < domain.n; i++) {
		if (domain.p[i] == '.')
			(void)buf_putc(b, '\\');
		(void)buf_putc(b, domain.p[i]);
	}
	(void)buf_printf(b, "$/ %s\n", value);
}

/* The table's lines: domains without a way of their own. */
static void
take_domains(const struct plan_host *h, struct rule *rule, const char *value)
{
	struct str rest = str_of(h->p->domains), line;
	const struct act_route *routed = NULL;
	unsigned left = 0;
	char text[128];

	while (h->p->domains != NULL && str_line(&rest, &line)) {
		const struct act_route *r = route_of(h, line);

		if (!is_free(h, r)) {
			routed = r;
			left++;
			continue;
		}
		if (rule->n_domains++ == 0)
			str_copy(rule->first, sizeof rule->first, line);
		put_line(&rule->lines, line, value);
	}
	if (rule->n_domains == 0 && routed != NULL)
		refuse_routed(h, routed);
	else if (rule->n_domains == 0)
		postfix_plan_refuse(
		    h, _("%s: no domain is known of %s"), _("this mail"));
	if (left == 0 || h->p->refusal[0] != '\0')
		return;
	(void)snprintf(text, sizeof text,
	    _("%.40s: %u domains are left as they are: they have a way of "
	      "their own"),
	    h->name, left);
	postfix_plan_warn(h, text);
}

/* --- which ways --- */

static const struct plan_clone *
clone_of(const struct rule *rule, const struct handle *way)
{
	for (unsigned i = 0; i < rule->n_clones; i++)
		if (rule->clones[i].of == way)
			return &rule->clones[i];
	return NULL;
}

/* A double of way, unless there is one; false: refused. */
static bool
add_clone(
    const struct plan_host *h, struct rule *rule, const struct handle *way)
{
	const struct act_request *r = &h->p->request;
	struct plan_clone *c;

	if (clone_of(rule, way) != NULL)
		return true;
	if (rule->n_clones == CLONES) {
		postfix_plan_refuse(
		    h, _("%s: too many transports to double%s"), "");
		return false;
	}
	c = &rule->clones[rule->n_clones++];
	*c = (struct plan_clone){.of = way,
	    .parked = r->verb == VERB_PAUSE,
	    .processes = r->verb == VERB_PROCESSES ? act_number(r) : 0};
	(void)snprintf(c->name, sizeof c->name, POSTFIX_OURS "%s-%u", h->p->id,
	    rule->n_clones);
	return true;
}

/* Some smtp transport: what is parked is sent by none of them. */
static const struct handle *
any_way(const struct plan_host *h)
{
	for (unsigned i = 0; i < h->d->n_handles; i++) {
		const struct handle *way = &h->d->handles[i];

		if (way->instance[0] == '\0' && !way->clone &&
		    postfix_plan_is_name(way))
			return way;
	}
	return NULL;
}

static void
take_ways(const struct plan_host *h, struct rule *rule)
{
	const struct act_request *r = &h->p->request;
	bool pause_all = r->verb == VERB_PAUSE && r->of.egress[0] == '\0';
	const struct handle *any;

	postfix_plan_pool(h, &rule->pool);
	any = !pause_all	 ? NULL
	      : rule->pool.n > 0 ? rule->pool.ways[0]
				 : any_way(h);
	if (any != NULL) {
		/* One way out stands for all: nothing leaves by it. */
		rule->pool = (struct plan_pool){.ways = {any}, .n = 1};
		(void)add_clone(h, rule, any);
		return;
	}
	if (rule->pool.n == 0) {
		postfix_plan_refuse(h, rule->pool.why, rule->pool.what);
		return;
	}
	for (unsigned i = 0; i < rule->pool.n; i++) {
		const struct handle *way = rule->pool.ways[i];

		if (r->of.egress[0] != '\0' && !postfix_plan_carries(way, r))
			continue;
		if (!add_clone(h, rule, way))
			return;
	}
	if (rule->n_clones == 0)
		postfix_plan_refuse(h,
		    _("%s: %s is not among the ways this mail leaves by"),
		    r->of.egress);
}

/* The entry of transport_maps: the table, and the randmap behind it. */
static void
put_entry(const struct rule *rule, struct buf *b, const char *map)
{
	if (rule->pool.n == 1) {
		(void)buf_puts(b, map);
		return;
	}
	(void)buf_printf(b, "pipemap:{%s,randmap:{", map);
	for (unsigned i = 0; i < rule->pool.n; i++) {
		const struct handle *way = rule->pool.ways[i];
		const struct plan_clone *c = clone_of(rule, way);

		(void)buf_printf(b, "%s%s:%s", i > 0 ? "," : "",
		    c != NULL ? c->name : way->name,
		    c != NULL && c->parked ? PLAN_PARKED : "");
	}
	(void)buf_puts(b, "}}");
}

/* --- the steps --- */

/* What the verb sets for a double; how many. */
static unsigned
settings(const struct act_request *r, struct plan_setting v[PLAN_SETTINGS])
{
	unsigned n = postfix_plan_settings(r, "", v);

	/* Counted for each domain else: two at one MX had twice the rate. */
	if (r->verb == VERB_INTERVAL && r->of.provider[0] != '\0')
		str_copy(v[n - 1].name, sizeof v[0].name,
		    STR_LIT("_transport_rate_delay"));
	return r->verb == VERB_PROCESSES ? 0 : n;
}

/* Doubles that send nothing: paused ones, and those of what is paused now. */
static err_t
plan_deferred(const struct plan_host *h, const struct rule *rule)
{
	const struct act_param *old =
	    act_state_param(h->st, "defer_transports", false);
	const char *names[CLONES];
	char now[ACT_VALUE_BYTES];
	unsigned n = 0;

	if (old == NULL) {
		postfix_plan_refuse(h, _("%s did not tell the value of %s"),
		    "defer_transports");
		return ERR_OK;
	}
	for (unsigned i = 0; i < rule->n_clones; i++) {
		const struct plan_clone *c = &rule->clones[i];
		bool paused = postfix_plan_is_listed(old->value, c->of->name);

		if (c->parked || paused)
			names[n++] = c->name;
		if (paused && !c->parked)
			postfix_plan_warn(h,
			    _("an egress IP is paused: this mail waits by it "
			      "until both acts end"));
	}
	return n == 0 ? ERR_OK : postfix_plan_pause(h, old, names, n, now);
}

/* That the tables lead somewhere for one of the domains, before the reload. */
static err_t
plan_ask(const struct plan_host *h, const struct rule *rule, const char *entry)
{
	struct plan_step *s = plan_add(h->p, h->id, ASK_MS);
	char whom[NAME_MAX_BYTES + 16];
	struct buf b;
	err_t err;

	if (s == NULL)
		return ERR_NOMEM;
	(void)snprintf(s->text, sizeof s->text,
	    _("ask the tables where mail to %.80s goes"), rule->first);
	buf_init(&b, PLAN_LINE_BYTES);
	(void)snprintf(whom, sizeof whom, "mtadeck@%s", rule->first);
	plan_raw(&b, "postmap -q ");
	plan_word(&b, whom);
	plan_raw(&b, " ");
	plan_word(&b, entry);
	s->command = plan_take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}

static err_t
plan_clones(const struct plan_host *h, const struct rule *rule)
{
	struct plan_setting set[PLAN_SETTINGS];
	unsigned n = settings(&h->p->request, set);
	err_t err = ERR_OK;

	for (unsigned i = 0; i < rule->n_clones && err == ERR_OK; i++)
		err = postfix_plan_clone(h, &rule->clones[i]);
	if (err == ERR_OK)
		err = postfix_plan_clone_settings(
		    h, rule->clones, rule->n_clones, set, n);
	return err == ERR_OK ? plan_deferred(h, rule) : err;
}

static err_t
plan_steps(const struct plan_host *h, struct rule *rule, const char *map)
{
	const struct act_param *old =
	    act_state_param(h->st, "transport_maps", false);
	struct buf entry;
	err_t err;

	buf_init(&entry, ENTRY_BYTES);
	put_entry(rule, &entry, map);
	if (entry.failed == ERR_LIMIT) {
		postfix_plan_refuse(
		    h, _("%s: the value of %s is too long"), "transport_maps");
		buf_done(&entry);
		return ERR_OK;
	}
	err = entry.failed != ERR_OK ? entry.failed : rule->lines.failed;
	if (err == ERR_OK)
		err = postfix_plan_table(h, buf_cstr(&rule->lines),
		    _("write down whose mail it is"));
	if (err == ERR_OK)
		err = plan_clones(h, rule);
	if (err == ERR_OK)
		err = postfix_plan_front(h, old, buf_cstr(&entry),
		    _("give this mail a way of its own, before other rules"));
	if (err == ERR_OK)
		err = plan_ask(h, rule, buf_cstr(&entry));
	buf_done(&entry);
	return err == ERR_OK ? postfix_plan_reload(h) : err;
}

static bool
may_be(const struct plan_host *h)
{
	if (!h->st->routes_known)
		postfix_plan_refuse(h,
		    _("%s could not be asked which domains have a way of "
		      "their own (%s)"),
		    h->st->unasked[0] != '\0' ? h->st->unasked : "postmap");
	else if (act_state_param(h->st, "transport_maps", false) == NULL)
		postfix_plan_refuse(
		    h, _("%s did not tell the value of %s"), "transport_maps");
	else if (act_state_param(h->st, "may:transport_maps", false) == NULL)
		postfix_plan_refuse(h,
		    _("%s: sudo does not take these edits of %s: have the "
		      "lines of this mtadeck sudoers there, or root"),
		    "transport_maps");
	return h->p->refusal[0] == '\0';
}

err_t
postfix_plan_provider(const struct plan_host *h)
{
	const struct act_request *r = &h->p->request;
	char map[PLAN_MAP_BYTES], value[SERVICE_MAX_BYTES + 32];
	struct rule *rule;
	bool others = false;
	err_t err = ERR_OK;

	if (!may_be(h) || !postfix_plan_table_map(h, "regexp:", map))
		return ERR_OK;
	rule = calloc(1, sizeof *rule);
	if (rule == NULL)
		return ERR_NOMEM;
	buf_init(&rule->lines, TABLE_BYTES);
	take_ways(h, rule);
	if (h->p->refusal[0] == '\0') {
		(void)snprintf(value, sizeof value, "%s:%s",
		    rule->clones[0].name,
		    rule->clones[0].parked ? PLAN_PARKED : "");
		take_domains(h, rule, value);
	}
	if (h->p->refusal[0] == '\0')
		err = plan_steps(h, rule, map);
	for (unsigned i = 0; r->verb == VERB_PAUSE && i < rule->pool.n; i++)
		others |= clone_of(rule, rule->pool.ways[i]) == NULL;
	if (others)
		postfix_plan_warn(
		    h, _("the other egress IPs take its share of this mail, at "
			 "the next attempt of each message"));
	buf_done(&rule->lines);
	free(rule);
	return err;
}
