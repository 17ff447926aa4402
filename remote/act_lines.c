/* act_lines.c - see act_lines.h. */
#include "remote/act_lines.h"

#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"
#include "core/utf8.h"

#include <inttypes.h>
#include <stdio.h>

static bool
seconds(struct str word, int64_t *ms)
{
	uint64_t s = 0;

	if (num_u64(word, &s) != ERR_OK || s > INT32_MAX * 64LL)
		return false;
	*ms = (int64_t)s * 1000;
	return true;
}

/* What is for people only, and reaches their terminal. */
static void
clean_copy(char *dst, size_t cap, struct str s)
{
	struct buf b;

	buf_init(&b, 4096);
	if (utf8_clean(&b, s) != ERR_OK)
		buf_reset(&b);
	str_copy(dst, cap, buf_view(&b));
	buf_done(&b);
}

/* Ids are act.sh's: hexadecimal and '-'. */
static bool
is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("0123456789abcdef-", s.p[i]) == NULL ||
		    s.p[i] == '\0')
			return false;
	return s.n > 0 && s.n < PLAN_ID;
}

static void
take_main(struct act_state *st, struct str rest)
{
	struct act_param *p = &st->params[st->n_params];
	struct str name, how;

	if (st->n_params == ACT_PARAMS || !str_word(&rest, &name) ||
	    !str_word(&rest, &how) || name.n >= sizeof p->name)
		return;
	rest = str_trim(rest);
	/* A value that does not fit is not known, rather than cut. */
	if (rest.n >= sizeof p->value)
		return;
	str_copy(p->name, sizeof p->name, name);
	str_copy(p->value, sizeof p->value, rest);
	p->process = false;
	p->odd = str_eq(how, STR_LIT("odd"));
	p->set = p->odd || str_eq(how, STR_LIT("set"));
	st->n_params++;
}

static void
take_process(struct act_state *st, struct str rest)
{
	struct act_param *p = &st->params[st->n_params];
	struct str name, value;

	if (st->n_params == ACT_PARAMS || !str_word(&rest, &name) ||
	    !str_word(&rest, &value) || name.n >= sizeof p->name ||
	    value.n >= sizeof p->value)
		return;
	str_copy(p->name, sizeof p->name, name);
	str_copy(p->value, sizeof p->value, value);
	p->process = true;
	p->set = !str_eq(value, STR_LIT("-"));
	st->n_params++;
}

/* "table hash:/etc/postfix/transport SUM fresh" */
static void
take_table(struct act_state *st, struct str rest)
{
	struct act_table *t = &st->tables[st->n_tables];
	struct str name, sum, how;

	st->in_table = false;
	if (st->n_tables == ACT_TABLES || !str_word(&rest, &name) ||
	    !str_word(&rest, &sum) || !str_word(&rest, &how) ||
	    !str_take(t->name, sizeof t->name, name) ||
	    !str_take(t->sum, sizeof t->sum, sum))
		return;
	t->stale = !str_eq(how, STR_LIT("fresh"));
	t->beyond = false;
	t->n_names = 0;
	st->in_table = true;
	st->n_tables++;
}

/* "names out1 12" of the table before; what is no name is no transport. */
static void
take_names(struct act_state *st, struct str rest)
{
	struct act_table *t;
	struct str name, count;
	uint32_t n = 0;

	if (!st->in_table || !str_word(&rest, &name) ||
	    !str_word(&rest, &count) || num_u32(count, &n) != ERR_OK)
		return;
	t = &st->tables[st->n_tables - 1];
	if (str_eq(name, STR_LIT("*")) || t->n_names == ACT_TABLE_NAMES)
		t->beyond = true;
	else if (shquote_is_service(name) &&
		 str_take(t->names[t->n_names].name,
		     sizeof t->names[t->n_names].name, name))
		t->names[t->n_names++].n = n;
}

/* "master NAME unix ..", as postconf -M has it. */
static void
take_master(struct act_state *st, struct str rest)
{
	struct act_param *p = &st->params[st->n_params];
	struct str line = str_trim(rest), name;
	char key[sizeof p->name];

	rest = line;
	if (st->n_params == ACT_PARAMS || !str_word(&rest, &name) ||
	    name.n >= SERVICE_MAX_BYTES || line.n >= sizeof p->value)
		return;
	(void)snprintf(key, sizeof key, "master:%.*s", (int)name.n, name.p);
	str_copy(p->name, sizeof p->name, str_of(key));
	str_copy(p->value, sizeof p->value, line);
	p->process = false;
	p->set = true;
	st->n_params++;
}

/* "may PARAMETER" */
static void
take_may(struct act_state *st, struct str rest)
{
	struct act_param *p = &st->params[st->n_params];
	struct str name;

	if (st->n_params == ACT_PARAMS || !str_word(&rest, &name) ||
	    name.n > 100)
		return;
	(void)snprintf(
	    p->name, sizeof p->name, "may:%.*s", (int)name.n, name.p);
	p->process = false;
	p->set = true;
	st->n_params++;
}

/* "clone NAME IP IP6 TAG", "-" for none */
static void
take_clone(struct act_state *st, struct str rest)
{
	struct act_clone *c = &st->clones[st->n_clones];
	const struct {
		char *dst;
		size_t cap;
	} parts[] = {{c->name, sizeof c->name}, {c->ip, sizeof c->ip},
	    {c->ip6, sizeof c->ip6}, {c->tag, sizeof c->tag}};
	struct str word;

	if (st->n_clones == ACT_CLONES)
		return;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!str_word(&rest, &word) ||
		    !str_take(parts[i].dst, parts[i].cap, word))
			return;
		if (str_eq(word, STR_LIT("-")))
			parts[i].dst[0] = '\0';
	}
	if (shquote_is_service(str_of(c->name)))
		st->n_clones++;
}

/* "route DOMAIN WHAT", "local DOMAIN" */
static void
take_route(struct act_state *st, struct str rest, bool rule)
{
	struct act_route *r = &st->routes[st->n_routes];
	struct str domain;

	if (st->n_routes == ACT_ROUTES || !str_word(&rest, &domain) ||
	    !str_take(r->domain, sizeof r->domain, domain))
		return;
	r->by[0] = '\0';
	if (rule)
		clean_copy(r->by, sizeof r->by, str_trim(rest));
	if (rule && r->by[0] == '\0')
		str_copy(r->by, sizeof r->by, STR_LIT("?"));
	st->n_routes++;
}

/* "routes ok", "routes failed WHAT" */
static void
take_routes(struct act_state *st, struct str rest)
{
	struct str word;

	if (!str_word(&rest, &word))
		return;
	st->routes_known =
	    str_eq(word, STR_LIT("ok")) && st->n_routes < ACT_ROUTES;
	clean_copy(st->unasked, sizeof st->unasked, str_trim(rest));
}

static enum lease_state
state_of(struct str word, bool holds, int64_t until_ms, int64_t now_ms)
{
	if (str_eq(word, STR_LIT("stuck")))
		return LEASE_STUCK;
	if (!holds)
		return LEASE_UNDONE;
	return until_ms > 0 && until_ms <= now_ms ? LEASE_ENDING
						  : LEASE_IN_FORCE;
}

/* "lease ID STATE UNTIL SINCE HOLDS [unkept]" */
static void
take_lease(struct act_state *st, struct str rest)
{
	struct lease *l = &st->leases[st->n_leases];
	struct str id, state, until, since, holds;

	st->in_lease = false;
	if (st->n_leases == ACT_HOST_LEASES || !str_word(&rest, &id) ||
	    !str_word(&rest, &state) || !str_word(&rest, &until) ||
	    !str_word(&rest, &since) || !str_word(&rest, &holds) || !is_id(id))
		return;
	*l = (struct lease){.host = HOST_NONE, .verb = VERB_N};
	str_copy(l->id, sizeof l->id, id);
	if (!seconds(until, &l->until_ms) || !seconds(since, &l->since_ms))
		return;
	l->state = state_of(
	    state, str_eq(holds, STR_LIT("yes")), l->until_ms, st->time_ms);
	if (str_word(&rest, &id) && str_eq(id, STR_LIT("unkept")))
		str_copy(l->text, sizeof l->text,
		    str_of(_("its end is not kept: no watch runs on the "
			     "host")));
	st->in_lease = true;
	st->n_leases++;
}

/* What it is done to; false: the key says something else. */
static bool
take_subject(struct act_subject *of, struct str key, struct str text)
{
	const struct {
		const char *key;
		char *dst;
		size_t cap;
	} parts[] = {{"egress", of->egress, sizeof of->egress},
	    {"provider", of->provider, sizeof of->provider},
	    {"domain", of->domain, sizeof of->domain},
	    {"pool", of->pool, sizeof of->pool},
	    {"sender", of->sender, sizeof of->sender},
	    {"site", of->site, sizeof of->site}};
	uint32_t on = 0;

	if (str_eq(key, STR_LIT("on"))) {
		/* One bit: one kind of subject. */
		if (num_u32(text, &on) == ERR_OK && (on & (on - 1)) == 0 &&
		    on <= ACT_ON_SITE)
			of->on = (enum act_target)on;
		return true;
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (str_eq(key, str_of(parts[i].key))) {
			clean_copy(parts[i].dst, parts[i].cap, text);
			return true;
		}
	return false;
}

/* "meta KEY VALUE" of the lease before. */
static void
take_meta(struct act_state *st, struct str rest)
{
	struct lease *l;
	struct str key;

	if (!st->in_lease || !str_word(&rest, &key))
		return;
	l = &st->leases[st->n_leases - 1];
	rest = str_trim(rest);
	if (str_eq(key, STR_LIT("verb")))
		l->verb = verb_of(rest);
	else if (take_subject(&l->of, key, rest))
		return;
	else if (str_eq(key, STR_LIT("value")))
		clean_copy(l->value, sizeof l->value, rest);
	else if (str_eq(key, STR_LIT("who")))
		clean_copy(l->who, sizeof l->who, rest);
	else if (str_eq(key, STR_LIT("why")))
		clean_copy(l->why, sizeof l->why, rest);
	else if (str_eq(key, STR_LIT("holds")))
		clean_copy(l->holds, sizeof l->holds, rest);
}

void
act_state_line(struct act_state *st, struct str line)
{
	struct str rest = line, word;

	if (!str_word(&rest, &word))
		return;
	if (str_eq(word, STR_LIT("time"))) {
		if (str_word(&rest, &word))
			(void)seconds(word, &st->time_ms);
	} else if (str_eq(word, STR_LIT("missing"))) {
		clean_copy(st->missing, sizeof st->missing, str_trim(rest));
	} else if (str_eq(word, STR_LIT("main"))) {
		take_main(st, rest);
	} else if (str_eq(word, STR_LIT("process"))) {
		take_process(st, rest);
	} else if (str_eq(word, STR_LIT("table"))) {
		take_table(st, rest);
	} else if (str_eq(word, STR_LIT("names"))) {
		take_names(st, rest);
	} else if (str_eq(word, STR_LIT("master"))) {
		take_master(st, rest);
	} else if (str_eq(word, STR_LIT("may"))) {
		take_may(st, rest);
	} else if (str_eq(word, STR_LIT("clone"))) {
		take_clone(st, rest);
	} else if (str_eq(word, STR_LIT("route")) ||
		   str_eq(word, STR_LIT("local"))) {
		take_route(st, rest, word.p[0] == 'r');
	} else if (str_eq(word, STR_LIT("routes"))) {
		take_routes(st, rest);
	} else if (str_eq(word, STR_LIT("sudo"))) {
		st->may_sudo = true;
	} else if (str_eq(word, STR_LIT("watch"))) {
		st->watch_runs = true;
	} else if (str_eq(word, STR_LIT("lease"))) {
		take_lease(st, rest);
	} else if (str_eq(word, STR_LIT("meta"))) {
		take_meta(st, rest);
	} else if (str_eq(word, STR_LIT("user"))) {
		if (st->in_lease)
			clean_copy(st->leases[st->n_leases - 1].user,
			    sizeof st->leases[0].user, str_trim(rest));
	} else if (str_eq(word, STR_LIT("conflict"))) {
		if (st->in_lease)
			clean_copy(st->leases[st->n_leases - 1].text,
			    sizeof st->leases[0].text, str_trim(rest));
	} else if (str_eq(word, STR_LIT("end"))) {
		st->whole = true;
	}
}

const struct act_param *
act_state_param(const struct act_state *st, const char *name, bool process)
{
	for (unsigned i = 0; i < st->n_params; i++)
		if (st->params[i].process == process &&
		    strcmp(st->params[i].name, name) == 0)
			return &st->params[i];
	return NULL;
}

const struct act_table *
act_state_table(const struct act_state *st, struct str name)
{
	for (unsigned i = 0; i < st->n_tables; i++)
		if (str_eq(name, str_of(st->tables[i].name)))
			return &st->tables[i];
	return NULL;
}

uint32_t
act_table_count(const struct act_table *t, const char *name)
{
	for (unsigned i = 0; i < t->n_names; i++)
		if (strcmp(t->names[i].name, name) == 0)
			return t->names[i].n;
	return 0;
}

/* "step N run", "step N done|failed|.. WHAT EXIT MS" */
static enum act_line
take_step(struct act_told *out, struct str rest)
{
	static const struct {
		const char *word;
		enum step_state state;
	} states[] = {{"run", STEP_RUNNING}, {"done", STEP_DONE},
	    {"failed", STEP_FAILED}, {"skipped", STEP_SKIPPED},
	    {"unknown", STEP_UNKNOWN}, {"undone", STEP_SKIPPED}};
	struct str n, word, exit_word, ms_word;
	uint32_t step = 0, code = 0;
	uint64_t ms = 0;
	size_t i = 0;

	if (!str_word(&rest, &n) || num_u32(n, &step) != ERR_OK || step == 0 ||
	    step > PLAN_STEPS || !str_word(&rest, &word))
		return ACT_LINE_NONE;
	while (i < sizeof states / sizeof *states &&
	       !str_eq(word, str_of(states[i].word)))
		i++;
	if (i == sizeof states / sizeof *states)
		return ACT_LINE_NONE;
	out->step = step;
	out->state = states[i].state;
	if (str_word(&rest, &out->what) && str_word(&rest, &exit_word) &&
	    str_word(&rest, &ms_word) && num_u32(exit_word, &code) == ERR_OK &&
	    num_u64(ms_word, &ms) == ERR_OK && code <= 255 && ms <= INT32_MAX) {
		out->exit = (int)code;
		out->ms = (int64_t)ms;
	}
	return ACT_LINE_STEP;
}

enum act_line
act_told_line(struct act_told *out, struct str line)
{
	struct str rest = line, word;
	uint32_t step = 0;

	*out = (struct act_told){0};
	if (!str_word(&rest, &word))
		return ACT_LINE_NONE;
	if (str_eq(word, STR_LIT("step")))
		return take_step(out, rest);
	if (str_eq(word, STR_LIT("end"))) {
		if (!str_word(&rest, &word))
			return ACT_LINE_NONE;
		out->ok = str_eq(word, STR_LIT("done"));
		out->text = str_trim(rest);
		return ACT_LINE_END;
	}
	if (!str_eq(word, STR_LIT("out")) || !str_word(&rest, &word) ||
	    num_u32(word, &step) != ERR_OK || step > PLAN_STEPS)
		return ACT_LINE_NONE;
	out->step = step;
	out->text = str_trim(rest);
	return ACT_LINE_OUT;
}

/* "WORD TEXT\n", once for each line of text when there may be several. */
static err_t
put(struct buf *out, const char *word, const char *text, bool lines)
{
	struct str rest, line;
	err_t err = ERR_OK;

	if (text == NULL)
		return ERR_OK;
	rest = str_of(text);
	if (!lines && memchr(text, '\n', rest.n) != NULL)
		return ERR_PARSE;
	while (err == ERR_OK && str_line(&rest, &line)) {
		err = buf_printf(out, "%s ", word);
		if (err == ERR_OK)
			err = buf_str(out, line);
		if (err == ERR_OK)
			err = buf_putc(out, '\n');
	}
	return err;
}

static err_t
put_meta(struct buf *out, const struct act_request *r)
{
	const struct act_subject *of = &r->of;
	bool set = of->on == ACT_ON_ADDRESSES;
	char on[NUM_TEXT], many[128] = "";
	const struct {
		const char *key, *value;
	} meta[] = {{"meta verb", verb_rows[r->verb].word}, {"meta on", on},
	    {"meta egress", of->egress}, {"meta provider", of->provider},
	    {"meta domain", of->domain}, {"meta pool", of->pool},
	    {"meta sender", of->sender}, {"meta site", of->site},
	    {"meta value", set ? many : r->value}, {"meta who", r->who},
	    {"meta from", r->from}, {"meta why", r->why}};
	err_t err = ERR_OK;

	(void)snprintf(on, sizeof on, "%d", (int)of->on);
	/* Of a set its size is what a list of leases can say. */
	if (set)
		act_target_text(r, many, sizeof many);
	for (size_t i = 0; i < sizeof meta / sizeof *meta && err == ERR_OK; i++)
		err = put(out, meta[i].key, meta[i].value, false);
	return err;
}

static err_t
put_step(struct buf *out, const struct plan_step *s, unsigned n)
{
	const struct {
		const char *word, *text;
		bool lines;
	} rows[] = {{"after", s->after, false}, {"file", s->file, false},
	    {"sets", s->sets, false}, {"check", s->check, false},
	    {"do", s->command, false}, {"undo", s->undo, false},
	    {"verify", s->verify, false}, {"in", s->input, true}};
	err_t err =
	    buf_printf(out, "step %u %u\n", n, (s->timeout_ms + 999) / 1000);

	if (err == ERR_OK && s->unlocked)
		err = buf_puts(out, "unlocked\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows && err == ERR_OK; i++)
		err = put(out, rows[i].word, rows[i].text, rows[i].lines);
	return err;
}

err_t
act_program(struct buf *out, const struct plan *p, host_id host, int64_t now_ms)
{
	bool lease = (act_flags(&p->request) & ACTF_LEASE) != 0;
	int64_t left_s = (p->lease_until_ms - now_ms) / 1000;
	unsigned n = 0;
	err_t err = buf_printf(out, "id %s\n", p->id);

	if (err == ERR_OK && lease)
		err = buf_printf(out, "lease %" PRId64 "\n",
		    p->lease_until_ms == 0 ? 0
		    : left_s < 1	   ? 1
					   : left_s);
	if (err == ERR_OK)
		err = put_meta(out, &p->request);
	for (size_t i = 0; i < p->n_steps && err == ERR_OK; i++)
		if (p->steps[i].host == host)
			err = put(out, "meta holds", p->steps[i].holds, false);
	for (size_t i = 0; i < p->n_steps && err == ERR_OK; i++)
		if (p->steps[i].host == host)
			err = put_step(out, &p->steps[i], ++n);
	return err == ERR_OK ? buf_puts(out, "end\n") : err;
}
