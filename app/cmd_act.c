/* cmd_act.c - see cmd_act.h. */
#include "app/cmd_act.h"

#include "app/act_set.h"
#include "app/acting.h"
#include "app/docs_act.h"
#include "app/say.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct act {
	struct acting a;
	struct act_request request;
	struct buf addresses; /* of a set; request's */
};

/* --- the request --- */

/* The operands behind the verb; each is a word, whatever is in it. */
static err_t
take_operands(
    struct act_request *r, const struct options *o, char *why, size_t cap)
{
	struct str *words = calloc((size_t)o->n_hosts, sizeof *words);
	size_t n = 0;
	err_t err;

	if (words == NULL)
		return ERR_NOMEM;
	for (int i = 1; i < o->n_hosts; i++)
		words[n++] = str_of(o->hosts[i]);
	err = act_take_words(r, words, n, why, cap);
	free(words);
	return err;
}

/* A set of addresses: the operands, or those of a file. */
static err_t
take_addresses(struct act_request *r, struct buf *set, const struct options *o,
    char *why, size_t cap)
{
	size_t n = 0;
	err_t err;

	if (o->file != NULL && o->n_hosts > 1) {
		(void)snprintf(why, cap, "%s",
		    _("give addresses, or a file of them, not both"));
		return ERR_PARSE;
	}
	r->of.on = ACT_ON_ADDRESSES;
	err = o->file != NULL ? act_set_file(set, &n, o->file, why, cap)
			      : act_set_words(set, &n, o->hosts + 1,
				    o->n_hosts - 1, why, cap);
	r->addresses = buf_cstr(set);
	return err;
}

err_t
act_request_of(struct act_request *r, struct buf *addresses,
    const struct options *o, char *why, size_t cap)
{
	bool set;
	size_t at = 0;
	err_t err;

	*r = (struct act_request){.host = HOST_NONE, .lease_ms = o->lease_ms};
	r->verb = o->n_hosts > 0 ? verb_of(str_of(o->hosts[0])) : VERB_N;
	if (r->verb == VERB_N) {
		at = (size_t)snprintf(why, cap, _("act knows the verbs"));
		for (int v = 0; v < VERB_N && at < cap; v++)
			at += (size_t)snprintf(
			    why + at, cap - at, " %s", verb_rows[v].word);
		return ERR_PARSE;
	}
	if (r->lease_ms >= 0 && r->verb != VERB_SITE &&
	    (verb_rows[r->verb].flags & ACTF_LEASE) == 0) {
		(void)snprintf(why, cap,
		    _("%s does not end by itself: it takes no --for"),
		    verb_rows[r->verb].word);
		return ERR_PARSE;
	}
	if (r->lease_ms < 0 && r->verb != VERB_SITE)
		r->lease_ms = act_lease_ms(r->verb);
	set = (verb_rows[r->verb].targets & ACT_ON_ADDRESSES) != 0;
	if (o->file != NULL && !set) {
		(void)snprintf(
		    why, cap, _("%s takes no --file"), verb_rows[r->verb].word);
		return ERR_PARSE;
	}
	err = set ? take_addresses(r, addresses, o, why, cap)
		  : take_operands(r, o, why, cap);
	if (err != ERR_OK)
		return err;
	if (o->why != NULL)
		str_copy(r->why, sizeof r->why, str_of(o->why));
	acting_who(r);
	return act_check(r, why, cap);
}

/* --- showing --- */

static void
print_clean(FILE *to, const char *indent, struct str text)
{
	struct str line;
	struct buf b;

	while (str_line(&text, &line)) {
		buf_init(&b, 4 * PLAN_OUTPUT);
		if (utf8_clean(&b, line) == ERR_OK)
			(void)fprintf(to, "%s%s\n", indent, buf_cstr(&b));
		buf_done(&b);
	}
}

/* "23:05:42 JST (30m)" */
static const char *
end_text(char *dst, size_t cap, const struct plan *p)
{
	char at[CLOCK_TEXT], zone[CLOCK_TEXT], age[NUM_TEXT];

	(void)snprintf(dst, cap, "%s %s (%s)",
	    clock_day_hms(at, p->lease_until_ms, p->made_ms),
	    clock_zone(zone, p->lease_until_ms),
	    num_age(age, p->request.lease_ms));
	return dst;
}

static void
print_plan(const struct act *c, const struct plan *p)
{
	const struct act_request *r = &p->request;
	char target[NAME_MAX_BYTES * 2], until[2 * CLOCK_TEXT + NUM_TEXT];
	struct act_filter filter;
	host_id host = HOST_NONE;

	act_target_text(r, target, sizeof target);
	(void)printf("%s %s%s%s\n", verb_rows[r->verb].word, target,
	    r->value[0] != '\0' ? " " : "", r->value);
	if (act_is_of_messages(r, &filter))
		(void)printf(_("  messages: %llu, on hosts: %u\n"),
		    (unsigned long long)p->messages, p->n_hosts);
	if ((act_flags(r) & ACTF_LEASE) != 0)
		(void)printf(p->lease_until_ms == 0
				 ? _("  until lifted%s\n")
				 : _("  ends by itself at %s\n"),
		    p->lease_until_ms == 0 ? ""
					   : end_text(until, sizeof until, p));
	if (p->irreversible)
		(void)printf("  %s\n", _("there is no way back"));
	if (p->warning[0] != '\0')
		(void)printf("  %s\n", p->warning);
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];

		if (s->host != host)
			(void)printf("%s:\n", c->a.s.m->hosts[s->host].name);
		host = s->host;
		print_clean(stdout, "    ", str_of(s->command));
	}
}

static void
print_result(const struct act *c, const struct plan *p)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];

		(void)printf("%s: %-8s %s\n", c->a.s.m->hosts[s->host].name,
		    step_state_name(s->state), s->text);
		/* What a command of the site's own says is what it is for. */
		if (s->state != STEP_DONE || p->request.verb == VERB_SITE)
			print_clean(stdout, "    ", buf_view(&s->output));
	}
}

static void
print_json(const struct act *c, const struct plan *p, bool result)
{
	cJSON *d = cJSON_CreateObject();
	struct buf b;

	(void)json_add_u64(d, "v", 1);
	(void)cJSON_AddItemToObject(
	    d, result ? "result" : "plan", docs_act_plan(c->a.s.m, p));
	buf_init(&b, 64U << 20);
	if (json_write(&b, d) == ERR_OK)
		(void)fwrite(b.p, 1, b.n, stdout);
	else
		say("%s", _(err_text(ERR_LIMIT)));
	buf_done(&b);
	cJSON_Delete(d);
}

/* The word that confirms, from a person; Enter alone is no. */
static bool
confirmed(const struct options *o, const struct plan *p)
{
	char word[NUM_TEXT], line[64] = "";

	if (o->yes)
		return true;
	(void)plan_confirm_word(p, word);
	if (isatty(STDIN_FILENO) != 1) {
		say("%s", _("not done: nobody is there to confirm; --yes does "
			    "without"));
		return false;
	}
	(void)fprintf(stderr,
	    strcmp(word, "y") == 0 ? _("do it? type %s: ")
	    : p->request.verb == VERB_SITE
		? _("type %s, the action's name, to do it: ")
		: _("type %s, the number of messages, to do it: "),
	    word);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	return str_eq(str_trim(str_of(line)), str_of(word));
}

/* --- the path --- */

static void
on_plan(void *ctx, const struct plan *p)
{
	struct act *c = ctx;
	const struct options *o = c->a.o;
	char why[512];

	if (o->json)
		print_json(c, p, false);
	else if (p->refusal[0] == '\0')
		print_plan(c, p);
	if (p->refusal[0] != '\0') {
		say("%s", p->refusal);
		acting_stop(&c->a, EXIT_WRONG);
		return;
	}
	(void)fflush(stdout);
	if (o->dry_run) {
		acting_stop(&c->a, EXIT_WELL);
		return;
	}
	if (!confirmed(o, p)) {
		say("%s", _("nothing was done"));
		acting_stop(&c->a, EXIT_WRONG);
		return;
	}
	if (actor_confirm(c->a.actor, p->id, why, sizeof why) != ERR_OK) {
		say("%s", why);
		acting_stop(&c->a, EXIT_UNKNOWN);
	}
}

static void
on_progress(void *ctx, const struct plan *p)
{
	(void)ctx;
	(void)p;
}

static void
on_done(void *ctx, const struct plan *p, err_t err, const char *text)
{
	struct act *c = ctx;

	if (c->a.o->json)
		print_json(c, p, true);
	else
		print_result(c, p);
	if (text[0] != '\0')
		say("%s", text);
	if (err != ERR_OK && (act_flags(&p->request) & ACTF_LEASE) != 0)
		say(_("what was done ends with its time; mtadeck undo %s ends "
		      "it now"),
		    p->id);
	acting_stop(&c->a, err == ERR_OK     ? EXIT_WELL
			   : err == ERR_EXIT ? EXIT_WRONG
					     : EXIT_UNKNOWN);
}

static void
on_leases(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	(void)ctx;
	(void)host;
	(void)st;
	(void)err;
	(void)text;
}

static void
on_ready(void *ctx)
{
	struct act *c = ctx;
	char why[512];

	(void)acting_say_missing(&c->a);
	/* The session is of the host named, if one is. */
	if (c->request.verb == VERB_SITE && c->a.o->host != NULL)
		c->request.host = 0;
	if (actor_plan(c->a.actor, &c->request, why, sizeof why) != ERR_OK) {
		say("%s", why);
		acting_stop(&c->a, EXIT_UNKNOWN);
	}
}

int
act_run(const struct options *o, const struct config *config)
{
	struct act *c = calloc(1, sizeof *c);
	struct actor_opts ao = {.ctx = c,
	    .on_plan = on_plan,
	    .on_progress = on_progress,
	    .on_done = on_done,
	    .on_leases = on_leases};
	char why[512];
	int rc;

	if (c == NULL)
		return EXIT_UNKNOWN;
	buf_init(&c->addresses, ACT_SET_BYTES);
	if (act_request_of(&c->request, &c->addresses, o, why, sizeof why) !=
		ERR_OK ||
	    (c->request.verb == VERB_SITE &&
		site_request(&config->sites, &c->request, why, sizeof why) !=
		    ERR_OK)) {
		say("%s", why);
		buf_done(&c->addresses);
		free(c);
		return EXIT_USAGE;
	}
	c->a.ctx = c;
	c->a.on_ready = on_ready;
	rc = acting_run(&c->a, o, config, act_needs(&c->request), &ao);
	buf_done(&c->addresses);
	free(c);
	return rc;
}
