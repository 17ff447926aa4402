/* postfix_plan.c - see postfix_plan.h. */
#include "remote/postfix_plan.h"

#include "core/i18n.h"
#include "core/num.h"
#include "core/shquote.h"
#include "remote/script.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	EDIT_MS = 30000,
	RELOAD_MS = 60000, /* up to 2.5 s after an edit of main.cf */
	QUEUE_MS = 120000,
	RETRY_EACH_MS = 100, /* postqueue -i takes 19 ms; a pace, no burst */
	/* One refused connection would else defer the whole destination when
	 * deliveries are spaced. */
	COHORT_LEAST = 10,
	NAMES = 8, /* parameters of one handle */
	LINE_BYTES = 8192,
};

/* One parameter of one handle that a verb sets. */
struct setting {
	char name[160];
	bool process;
	char value[32];
};

static const char *
sudo_of(const struct discovery *d)
{
	return d->privilege == PRIV_ROOT ? "" : "sudo -n ";
}

/* The settings a verb makes for one handle. */
static unsigned
settings_of(const struct act_request *r, const char *handle, struct setting *v)
{
	uint32_t n = act_number(r);
	unsigned k = 0;

	switch (r->verb) {
	case VERB_INTERVAL:
		(void)snprintf(v[k].name, sizeof v[k].name,
		    "%s_destination_rate_delay", handle);
		(void)snprintf(v[k].value, sizeof v[k].value, "%us", n);
		v[k++].process = false;
		(void)snprintf(v[k].name, sizeof v[k].name,
		    "%s_destination_concurrency_failed_cohort_limit", handle);
		(void)snprintf(
		    v[k].value, sizeof v[k].value, "%d", COHORT_LEAST);
		v[k++].process = false;
		break;
	case VERB_CONCURRENCY:
		(void)snprintf(v[k].name, sizeof v[k].name,
		    "%s_destination_concurrency_limit", handle);
		(void)snprintf(v[k].value, sizeof v[k].value, "%u", n);
		v[k++].process = false;
		break;
	case VERB_PROCESSES:
		str_copy(v[k].name, sizeof v[k].name, str_of(handle));
		(void)snprintf(v[k].value, sizeof v[k].value, "%u", n);
		v[k++].process = true;
		break;
	default:
		break;
	}
	return k;
}

static bool
carries(const struct handle *h, const struct act_request *r)
{
	return strcmp(h->ip, r->egress) == 0 || strcmp(h->ip6, r->egress) == 0;
}

bool
postfix_plan_needs(const struct act_request *r, const struct discovery *d,
    void *ctx, void (*add)(void *ctx, const char *name))
{
	bool on_egress = (verb_rows[r->verb].targets & ACT_ON_EGRESS) != 0;
	struct setting v[NAMES];
	char name[192];
	bool any = !on_egress;

	add(ctx, "main:defer_transports");
	for (unsigned i = 0; on_egress && i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i];
		unsigned n;

		if (!carries(h, r))
			continue;
		any = true;
		n = settings_of(r, h->name, v);
		for (unsigned k = 0; k < n; k++) {
			(void)snprintf(name, sizeof name, "%s:%.159s",
			    v[k].process ? "process" : "main", v[k].name);
			add(ctx, name);
		}
	}
	return any;
}

/* A line put together from words; failures stay in b->failed. */
static void
word(struct buf *b, const char *text)
{
	if (shquote_word(b, str_of(text)) != ERR_OK && b->failed == ERR_OK)
		b->failed = ERR_PARSE;
}

static void
raw(struct buf *b, const char *text)
{
	(void)buf_puts(b, text); /* b->failed says so at the end */
}

/* The line in b as a step's own; NULL with b->failed set. */
static char *
take_line(struct buf *b)
{
	char *line = b->failed == ERR_OK ? str_dup(buf_view(b)) : NULL;

	if (line == NULL && b->failed == ERR_OK)
		b->failed = ERR_NOMEM;
	buf_reset(b);
	return line;
}

/* What prints a parameter's value now. */
static void
reading(struct buf *b, const char *name, bool process)
{
	char limit[192];

	(void)snprintf(limit, sizeof limit, "%s/unix/process_limit", name);
	raw(b, process ? "postconf -hF " : "postconf -h ");
	word(b, process ? limit : name);
}

/* What sets it. */
static void
setting(struct buf *b, const char *sudo, const char *name, bool process,
    const char *value)
{
	char text[ACT_VALUE_BYTES + 256];

	(void)snprintf(text, sizeof text, "%s%s%s", name,
	    process ? "/unix/process_limit=" : " = ", value);
	raw(b, sudo);
	raw(b, process ? "postconf -F " : "postconf -e ");
	word(b, text);
}

/* What puts the old value back; one that was not there goes away. */
static void
restoring(struct buf *b, const char *sudo, const struct act_param *old)
{
	if (old->process || old->set) {
		setting(b, sudo, old->name, old->process, old->value);
		return;
	}
	raw(b, sudo);
	raw(b, "postconf -X ");
	word(b, old->name);
}

/*
 * One parameter from its old value to a new one. Taken back only from the value
 * we set: v=$(..); case $v in OLD) nothing to do;; NEW) put back;; *) say, fail
 */
static err_t
add_setting(struct plan *p, host_id host, const char *sudo,
    const struct act_param *old, const char *value, const char *text)
{
	struct plan_step *s = plan_add(p, host, EDIT_MS);
	struct buf b;
	err_t err;

	if (s == NULL)
		return ERR_NOMEM;
	buf_init(&b, LINE_BYTES);
	str_copy(s->text, sizeof s->text, str_of(text));
	raw(&b, "[ \"$(");
	reading(&b, old->name, old->process);
	raw(&b, ")\" = ");
	word(&b, old->value);
	raw(&b, " ] || { ");
	reading(&b, old->name, old->process);
	raw(&b, "; false; }");
	s->check = take_line(&b);
	setting(&b, sudo, old->name, old->process, value);
	s->command = take_line(&b);
	raw(&b, "v=$(");
	reading(&b, old->name, old->process);
	raw(&b, "); case $v in ");
	word(&b, old->value);
	raw(&b, ") ;; ");
	word(&b, value);
	raw(&b, ") ");
	restoring(&b, sudo, old);
	raw(&b, " ;; *) echo ");
	word(&b, old->name);
	raw(&b, " is now: \"$v\"; exit 3 ;; esac");
	s->undo = take_line(&b);
	raw(&b, "[ \"$(");
	reading(&b, old->name, old->process);
	raw(&b, ")\" = ");
	word(&b, value);
	raw(&b, " ]");
	s->verify = take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}

/* Edits take effect with one reload for all of them, checked before. */
static err_t
add_reload(struct plan *p, host_id host, const char *sudo)
{
	struct plan_step *s = plan_add(p, host, RELOAD_MS);
	char line[128];

	if (s == NULL)
		return ERR_NOMEM;
	str_copy(s->text, sizeof s->text,
	    str_of(_("check the configuration, have Postfix read it")));
	(void)snprintf(line, sizeof line, "%spostfix check && %spostfix reload",
	    sudo, sudo);
	s->command = str_dup(str_of(line));
	(void)snprintf(line, sizeof line, "%spostfix status", sudo);
	s->verify = str_dup(str_of(line));
	if (p->after == NULL) {
		(void)snprintf(line, sizeof line, "%spostfix reload", sudo);
		p->after = str_dup(str_of(line));
	}
	return s->command == NULL || s->verify == NULL || p->after == NULL
		   ? ERR_NOMEM
		   : ERR_OK;
}

static void
refuse(struct plan *p, const char *fmt, const char *host, const char *what)
{
	if (p->refusal[0] == '\0')
		(void)snprintf(p->refusal, sizeof p->refusal, fmt, host, what);
}

/* Whether a list of transports, by blanks or commas, holds a name. */
static bool
listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at += n) {
		bool begins = at == list || strchr(" ,\t", at[-1]) != NULL;

		if (begins && strchr(" ,\t", at[n]) != NULL)
			return true;
	}
	return false;
}

/*
 * The handles of the egress IP put into defer_transports, or taken out. The
 * list is others' too: taken back, it is the exact old value when it is still
 * ours, else only our names go.
 */
static err_t
list_line(struct buf *b, const char *sudo, const struct act_param *old,
    const char *now, const char *const *names, unsigned n)
{
	raw(b, "v=$(postconf -h defer_transports); case $v in ");
	word(b, old->value);
	raw(b, ") ;; ");
	word(b, now);
	raw(b, ") ");
	restoring(b, sudo, old);
	raw(b, " ;; *) w=$(printf %s \"$v\" | tr -s ', \\t' '\\n\\n\\n' | "
	       "grep -vx");
	for (unsigned i = 0; i < n; i++) {
		raw(b, " -e ");
		word(b, names[i]);
	}
	raw(b, " | paste -sd' '); ");
	raw(b, sudo);
	raw(b, "postconf -e \"defer_transports = $w\" ;; esac");
	return b->failed;
}

static err_t
plan_pause(struct plan *p, host_id host, const char *sudo,
    const struct act_param *old, const char *const *names, unsigned n)
{
	char now[ACT_VALUE_BYTES];
	struct plan_step *s;
	struct buf b;
	err_t err;

	str_copy(now, sizeof now, str_of(old->value));
	for (unsigned i = 0; i < n; i++) {
		size_t at = strlen(now);

		if (listed(now, names[i]))
			continue;
		if (at + strlen(names[i]) + 2 > sizeof now)
			return ERR_LIMIT;
		(void)snprintf(now + at, sizeof now - at, "%s%s",
		    at > 0 ? " " : "", names[i]);
	}
	err = add_setting(p, host, sudo, old, now,
	    _("defer mail for these transports: it is taken in and waits"));
	if (err != ERR_OK)
		return err;
	s = &p->steps[p->n_steps - 1];
	buf_init(&b, LINE_BYTES);
	free(s->undo);
	err = list_line(&b, sudo, old, now, names, n);
	s->undo = take_line(&b);
	/* Others may add to the list meanwhile: ours must be in it. */
	free(s->verify);
	raw(&b, "v=\" $(postconf -h defer_transports | tr -s ',\\t' '  ') \"");
	for (unsigned i = 0; i < n; i++) {
		char pattern[96];

		(void)snprintf(pattern, sizeof pattern, " %s ", names[i]);
		raw(&b, "; case $v in *");
		word(&b, pattern);
		raw(&b, "*) ;; *) exit 1 ;; esac");
	}
	s->verify = take_line(&b);
	if (err == ERR_OK)
		err = b.failed;
	buf_done(&b);
	return err;
}

static err_t
plan_resume(struct plan *p, host_id host, const char *sudo,
    const struct act_param *old, const char *const *names, unsigned n)
{
	struct str rest = str_of(old->value), name;
	char now[ACT_VALUE_BYTES] = "", list[ACT_VALUE_BYTES];
	size_t at = 0;

	str_copy(list, sizeof list, rest);
	for (char *c = list; *c != '\0'; c++)
		if (*c == ',')
			*c = ' ';
	rest = str_of(list);
	while (str_word(&rest, &name)) {
		bool ours = false;

		for (unsigned i = 0; i < n; i++)
			ours |= str_eq(name, str_of(names[i]));
		if (!ours)
			at += (size_t)snprintf(now + at, sizeof now - at,
			    "%s%.*s", at > 0 ? " " : "", (int)name.n, name.p);
	}
	return add_setting(
	    p, host, sudo, old, now, _("defer these transports no longer"));
}

/* The handles of the egress IP, validated: they become words of a line. */
static unsigned
names_of(
    const struct act_request *r, const struct discovery *d, const char **names)
{
	unsigned n = 0;

	for (unsigned i = 0; i < d->n_handles; i++)
		if (carries(&d->handles[i], r) &&
		    shquote_is_service(str_of(d->handles[i].name)))
			names[n++] = d->handles[i].name;
	return n;
}

static bool
has_instances(const struct act_request *r, const struct discovery *d)
{
	for (unsigned i = 0; i < d->n_handles; i++)
		if (carries(&d->handles[i], r) &&
		    d->handles[i].instance[0] != '\0')
			return true;
	return false;
}

static err_t
plan_settings(struct plan *p, host_id host, const char *host_name,
    const char *sudo, const struct act_state *st, const char *const *names,
    unsigned n)
{
	struct setting v[NAMES];
	err_t err = ERR_OK;
	unsigned changed = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned k = settings_of(&p->request, names[i], v);

		for (unsigned x = 0; x < k && err == ERR_OK; x++) {
			const struct act_param *old =
			    act_state_param(st, v[x].name, v[x].process);
			uint32_t was = 0;

			if (old == NULL) {
				refuse(p, _("%s did not tell the value of %s"),
				    host_name, v[x].name);
				return ERR_OK;
			}
			/* A cohort limit that is large enough stays. */
			if (strcmp(old->value, v[x].value) == 0 ||
			    (x == 1 &&
				num_u32(str_of(old->value), &was) == ERR_OK &&
				was >= COHORT_LEAST))
				continue;
			err = add_setting(p, host, sudo, old, v[x].value,
			    x == 0 ? _("set it for this transport")
				   : _("let one refused connection not stop a "
				       "whole domain"));
			changed++;
		}
	}
	if (err == ERR_OK && changed == 0)
		refuse(p, _("%s: %s has that value already"), host_name,
		    p->request.egress);
	return err == ERR_OK && changed > 0 ? add_reload(p, host, sudo) : err;
}

static err_t
plan_egress(struct plan *p, host_id host, const char *host_name,
    const struct discovery *d, const struct act_state *st)
{
	const struct act_param *old =
	    act_state_param(st, "defer_transports", false);
	const char *names[MAX_HANDLES], *sudo = sudo_of(d);
	unsigned n = names_of(&p->request, d, names), on = 0;
	err_t err;

	if (n == 0) {
		refuse(
		    p, _("%s does not carry %s"), host_name, p->request.egress);
		return ERR_OK;
	}
	if (has_instances(&p->request, d)) {
		refuse(p,
		    _("%s: %s belongs to a further Postfix instance; acts know "
		      "the main one only"),
		    host_name, p->request.egress);
		return ERR_OK;
	}
	if (p->request.verb != VERB_PAUSE && p->request.verb != VERB_RESUME)
		return plan_settings(p, host, host_name, sudo, st, names, n);
	if (old == NULL) {
		refuse(p, _("%s did not tell the value of %s"), host_name,
		    "defer_transports");
		return ERR_OK;
	}
	for (unsigned i = 0; i < n; i++)
		on += listed(old->value, names[i]);
	if (p->request.verb == VERB_PAUSE ? on == n : on == 0) {
		refuse(p,
		    p->request.verb == VERB_PAUSE
			? _("%s: %s is paused already")
			: _("%s: %s is not paused"),
		    host_name, p->request.egress);
		return ERR_OK;
	}
	err = p->request.verb == VERB_PAUSE
		  ? plan_pause(p, host, sudo, old, names, n)
		  : plan_resume(p, host, sudo, old, names, n);
	return err == ERR_OK ? add_reload(p, host, sudo) : err;
}

static err_t
take_ids(struct plan_step *s, const struct str *qids, size_t n)
{
	struct buf b;
	err_t err = ERR_OK;

	buf_init(&b, 64U << 20);
	for (size_t i = 0; i < n && err == ERR_OK; i++) {
		if (!shquote_is_qid(qids[i]))
			continue;
		err = buf_str(&b, qids[i]);
		if (err == ERR_OK)
			err = buf_putc(&b, '\n');
	}
	s->input = err == ERR_OK ? str_dup(buf_view(&b)) : NULL;
	buf_done(&b);
	return s->input == NULL ? ERR_NOMEM : ERR_OK;
}

static err_t
plan_messages(struct plan *p, host_id host, const char *host_name,
    const struct discovery *d, const struct act_state *st,
    const struct str *qids, size_t n)
{
	static const char *const flags[VERB_N] = {[VERB_HOLD] = "-h -",
	    [VERB_RELEASE] = "-H -",
	    [VERB_DELETE] = "-d -",
	    [VERB_EXPIRE] = "-f -"};
	const struct act_param *paused =
	    act_state_param(st, "defer_transports", false);
	bool retry = p->request.verb == VERB_RETRY;
	struct plan_step *s;
	char line[160];

	if (n == 0)
		return ERR_OK;
	/* A retry goes through whatever is paused: never while one is. */
	if (retry && (paused == NULL || paused->value[0] != '\0')) {
		refuse(p,
		    _("%s: %s is paused; a retry now would send through it"),
		    host_name,
		    paused == NULL ? _("something, for all we know,")
				   : paused->value);
		return ERR_OK;
	}
	if (!d->long_queue_ids) {
		refuse(p,
		    _("%s uses short queue ids again for other messages (%s): "
		      "what was counted may be gone; set it to yes first"),
		    host_name, "enable_long_queue_ids = no");
		return ERR_OK;
	}
	s = plan_add(
	    p, host, QUEUE_MS + (retry ? (uint32_t)n * RETRY_EACH_MS : 0));
	if (s == NULL)
		return ERR_NOMEM;
	(void)snprintf(s->text, sizeof s->text, _("%s %zu messages by id"),
	    verb_rows[p->request.verb].word, n);
	if (retry)
		(void)snprintf(line, sizeof line,
		    "while read -r q; do postqueue -i \"$q\"; sleep 0.05; "
		    "done");
	else
		(void)snprintf(line, sizeof line, "%spostsuper %s", sudo_of(d),
		    flags[p->request.verb]);
	s->command = str_dup(str_of(line));
	if (s->command == NULL)
		return ERR_NOMEM;
	return take_ids(s, qids, n);
}

err_t
postfix_plan_host(struct plan *p, host_id host, const char *host_name,
    const struct discovery *d, const struct act_state *st,
    const struct str *qids, size_t n_qids)
{
	bool needs_root = p->request.verb != VERB_RETRY;

	if (needs_root && d->privilege != PRIV_ROOT && !st->may_sudo) {
		refuse(p,
		    _("%s: changing %s needs root or sudo without a password; "
		      "mtadeck sudoers prints the lines for it"),
		    host_name, "Postfix");
		return ERR_OK;
	}
	if (st->missing[0] != '\0') {
		refuse(p, _("%s has no %s"), host_name, st->missing);
		return ERR_OK;
	}
	if ((verb_rows[p->request.verb].targets & ACT_ON_EGRESS) != 0)
		return plan_egress(p, host, host_name, d, st);
	return plan_messages(p, host, host_name, d, st, qids, n_qids);
}
