/* cmd_leases.c - see cmd_leases.h. */
#include "app/cmd_leases.h"

#include "app/acting.h"
#include "app/docs_act.h"
#include "app/say.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <stdio.h>
#include <stdlib.h>

struct leases {
	struct acting a;
	struct lease *v; /* owned; [n] of all hosts */
	size_t n;
	size_t next; /* undo, extend: the next one to look at */
	unsigned waiting;
	bool failed, any;
	const char *id; /* undo, extend; NULL: list */
	uint32_t seconds;
	struct act_request request; /* who and why */
};

static void
print_effect(const struct model *m, const struct lease *v)
{
	const struct act_effect *x = acts_effect_of(m, v);
	struct buf text;

	buf_init(&text, 4096);
	if (x != NULL)
		acts_effect_text(x, true, &text);
	if (text.n > 0)
		(void)printf("    %s\n", buf_cstr(&text));
	buf_done(&text);
}

static void
print_table(const struct leases *l)
{
	char until[CLOCK_TEXT], whom[2 * NAME_MAX_BYTES], what[1024];

	if (l->n == 0)
		(void)printf("%s\n", _("no act is in force"));
	for (size_t i = 0; i < l->n; i++) {
		const struct lease *v = &l->v[i];

		act_subject_text(&v->of, whom, sizeof whom);
		(void)snprintf(what, sizeof what, "%s%s%s", whom,
		    whom[0] != '\0' && v->value[0] != '\0' ? " " : "",
		    v->value);
		(void)printf("%-16s %-10s %-12s %-40s %-8s %-10s %s\n", v->id,
		    l->a.s.m->hosts[v->host].name,
		    v->verb < VERB_N ? verb_rows[v->verb].word : "?", what,
		    v->until_ms == 0
			? _("lifted")
			: clock_day_hms(until, v->until_ms, l->a.s.m->now_ms),
		    v->who, lease_state_label(v->state));
		if (v->user[0] != '\0')
			(void)printf(_("    of the host's user %s\n"), v->user);
		if (v->text[0] != '\0')
			(void)printf("    %s\n", v->text);
		print_effect(l->a.s.m, v);
	}
}

static void
print_json(const struct leases *l)
{
	cJSON *d = cJSON_CreateObject(), *list;
	struct buf b;

	(void)json_add_u64(d, "v", 1);
	(void)json_add_time(d, "at", l->a.s.m->now_ms);
	list = cJSON_AddArrayToObject(d, "leases");
	for (size_t i = 0; i < l->n; i++)
		(void)cJSON_AddItemToArray(
		    list, docs_act_lease(l->a.s.m, &l->v[i]));
	buf_init(&b, 16U << 20);
	if (json_write(&b, d) == ERR_OK)
		(void)fwrite(b.p, 1, b.n, stdout);
	buf_done(&b);
	cJSON_Delete(d);
}

/* The next lease of the id that was asked for, host after host. */
static void
go_on(struct leases *l)
{
	char why[512] = "";
	err_t err;

	while (l->next < l->n && strcmp(l->v[l->next].id, l->id) != 0)
		l->next++;
	if (l->next == l->n) {
		if (!l->any)
			say(_("no lease %s is in force on these hosts"), l->id);
		acting_stop(
		    &l->a, l->any && !l->failed ? EXIT_WELL : EXIT_WRONG);
		return;
	}
	l->any = true;
	if (l->a.o->command == CMD_UNDO)
		err = actor_end(l->a.actor, l->v[l->next].host, l->id,
		    &l->request, why, sizeof why);
	else
		err = actor_extend(l->a.actor, l->v[l->next].host, l->id,
		    l->seconds, &l->request, why, sizeof why);
	if (err != ERR_OK) {
		say("%s", why);
		acting_stop(&l->a, EXIT_UNKNOWN);
	}
}

static void
on_leases(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	struct leases *l = ctx;
	struct lease *v;

	if (err != ERR_OK) {
		l->failed = true;
		say("%s: %s", l->a.s.m->hosts[host].name, text);
	} else {
		session_tell_leases(&l->a.s, host, st->leases, st->n_leases);
		v = realloc(l->v, (l->n + st->n_leases + 1) * sizeof *v);
		if (v != NULL) {
			l->v = v;
			memcpy(v + l->n, st->leases, st->n_leases * sizeof *v);
			for (unsigned i = 0; i < st->n_leases; i++)
				v[l->n + i].host = host;
			l->n += st->n_leases;
		}
	}
	if (--l->waiting > 0)
		return;
	if (l->id != NULL) {
		go_on(l);
		return;
	}
	if (l->a.o->json)
		print_json(l);
	else
		print_table(l);
	acting_stop(&l->a, l->failed ? EXIT_UNKNOWN : EXIT_WELL);
}

static void
on_done(void *ctx, const struct plan *p, err_t err, const char *text)
{
	struct leases *l = ctx;
	const char *host = l->a.s.m->hosts[l->v[l->next].host].name;

	(void)p;
	if (err == ERR_OK) {
		(void)printf(l->a.o->command == CMD_UNDO
				 ? _("%s: lease %s ended\n")
				 : _("%s: lease %s extended\n"),
		    host, l->id);
	} else {
		l->failed = true;
		say("%s: %s", host, text);
	}
	l->next++;
	go_on(l);
}

static void
on_plan(void *ctx, const struct plan *p)
{
	(void)ctx;
	(void)p;
}

static void
on_ready(void *ctx)
{
	struct leases *l = ctx;

	l->failed = acting_say_missing(&l->a);
	l->waiting = l->a.s.m->n_hosts;
	for (host_id i = 0; i < l->a.s.m->n_hosts; i++)
		actor_leases(l->a.actor, i);
}

/* "undo ID", "extend ID 30m" */
static bool
take_words(struct leases *l, const struct options *o)
{
	int64_t ms = 0;

	if (o->command == CMD_LEASES)
		return o->n_hosts == 0;
	if (o->n_hosts < 1)
		return false;
	l->id = o->hosts[0];
	if (o->command == CMD_UNDO)
		return o->n_hosts == 1;
	if (o->n_hosts != 2 ||
	    num_duration_ms(str_of(o->hosts[1]), &ms) != ERR_OK ||
	    !act_is_lease_ms(ms))
		return false;
	/* Half a second is not for ever. */
	if (ms > 0 && ms < 1000)
		ms = 1000;
	l->seconds = (uint32_t)(ms / 1000);
	return true;
}

int
leases_run(const struct options *o, const struct config *config)
{
	struct leases *l = calloc(1, sizeof *l);
	struct actor_opts ao = {.ctx = l,
	    .on_plan = on_plan,
	    .on_progress = on_plan,
	    .on_done = on_done,
	    .on_leases = on_leases};
	int rc;

	if (l == NULL)
		return EXIT_UNKNOWN;
	if (!take_words(l, o)) {
		say("%s", _("give: leases, undo ID, or extend ID 30m (0s: "
			    "until lifted); hosts by --host or the file"));
		free(l);
		return EXIT_USAGE;
	}
	acting_who(&l->request);
	str_copy(l->request.why, sizeof l->request.why,
	    o->why != NULL ? str_of(o->why) : STR_LIT("-"));
	l->a.ctx = l;
	l->a.on_ready = on_ready;
	/* What each has done is in the log, and what waits in the queue. */
	rc = acting_run(&l->a, o, config,
	    o->command == CMD_LEASES ? ACT_NEEDS_LOG | ACT_NEEDS_QUEUE : 0,
	    &ao);
	free(l->v);
	free(l);
	return rc;
}
