/*
 * postfix_plan_clone.c - a further service of master.cf like a handle's
 * (master(5), postconf(1) -M): same address, same name in the log, so that
 * what it sends is still told to be that egress IP's. Its parameters are its
 * own (postconf(5), transport-specific); so those of the handle are copied.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>

enum { COLUMNS = 8, MAXPROC = 6, COMMAND = 7, ARGS_BYTES = 8192 };

/* What a parked one has besides; the last of an option counts. */
static const char parked_args[] = " -o soft_bounce=yes -o inet_protocols=ipv4 "
				  "-o smtp_fallback_relay=";

/* The next argument: braces keep blanks in it. */
static bool
next_arg(struct str *rest, struct str *arg)
{
	size_t n = 0, deep = 0;

	*rest = str_trim(*rest);
	for (; n < rest->n; n++) {
		if (deep == 0 && strchr(" \t", rest->p[n]) != NULL)
			break;
		deep += rest->p[n] == '{';
		deep -= rest->p[n] == '}' && deep > 0;
	}
	*arg = (struct str){rest->p, n};
	*rest = str_from(*rest, n);
	return n > 0;
}

/* "syslog_name=x", "{ syslog_name = x }" */
static bool
sets(struct str arg, struct str name)
{
	if (arg.n > 0 && arg.p[0] == '{')
		arg = str_trim(str_from(arg, 1));
	if (!str_starts(arg, name))
		return false;
	arg = str_trim(str_from(arg, name.n));
	return arg.n > 0 && arg.p[0] == '=';
}

/* $service_name is the handle's where it stood. */
static void
put_arg(struct buf *b, struct str arg, const char *handle)
{
	static const char *const forms[] = {
	    "${service_name}", "$(service_name)", "$service_name"};

	while (arg.n > 0) {
		size_t n = 0;

		for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
			if (n == 0 && str_starts(arg, str_of(forms[i])))
				n = strlen(forms[i]);
		if (n > 0)
			(void)buf_puts(b, handle);
		else
			(void)buf_putc(b, arg.p[0]);
		arg = str_from(arg, n > 0 ? n : 1);
	}
}

/* What the lines of mtadeck sudoers let through, see app/cmd_sudoers.c. */
static bool
is_plain(struct str arg)
{
	static const struct {
		const char *name, *set;
	} rows[] = {{"smtp_bind_address=", "0123456789."},
	    {"smtp_bind_address6=", "0123456789abcdef.:[]"},
	    {"smtp_bind_address_enforce=", "yesno"},
	    {"smtp_helo_name=", "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t at = strlen(rows[i].name);

		if (!str_starts(arg, str_of(rows[i].name)) || arg.n == at)
			continue;
		while (at < arg.n && arg.p[at] != '\0' &&
		       strchr(rows[i].set, arg.p[at]) != NULL)
			at++;
		return at == arg.n;
	}
	return false;
}

/* Copies -o arguments but for syslog_name; false: refused. */
static bool
put_args(const struct plan_host *h, struct buf *b, struct str rest,
    const struct plan_clone *c)
{
	struct str arg;
	bool value = false;

	while (next_arg(&rest, &arg)) {
		if (!value && str_eq(arg, STR_LIT("-o"))) {
			value = true;
			continue;
		}
		if (value && sets(arg, STR_LIT("syslog_name"))) {
			value = false;
			continue;
		}
		if (h->sudo[0] != '\0' && !(value && is_plain(arg))) {
			postfix_plan_refuse(h,
			    _("%s: %s has options in master.cf that the lines "
			      "of mtadeck sudoers do not allow to double: "
			      "this needs root"),
			    c->of->name);
			return false;
		}
		(void)buf_puts(b, value ? " -o " : " ");
		put_arg(b, arg, c->of->name);
		value = false;
	}
	return true;
}

/* "NAME/unix=NAME unix - - y - 5 smtp -o ..", from the handle's line. */
static bool
put_entry(const struct plan_host *h, struct buf *b, struct str line,
    const struct plan_clone *c)
{
	struct str col[COLUMNS];
	bool good = true;

	for (unsigned i = 0; i < COLUMNS; i++)
		good = good && str_word(&line, &col[i]);
	/* Not private, or with privileges, is nothing to be doubled. */
	good = good && str_eq(col[1], STR_LIT("unix")) &&
	       (str_eq(col[2], STR_LIT("-")) || str_eq(col[2], STR_LIT("y"))) &&
	       (str_eq(col[3], STR_LIT("-")) || str_eq(col[3], STR_LIT("y"))) &&
	       str_eq(col[COMMAND], STR_LIT("smtp"));
	if (!good) {
		postfix_plan_refuse(h,
		    _("%s: %s is no smtp transport that could be doubled"),
		    c->of->name);
		return false;
	}
	(void)buf_printf(b, "%s/unix=%s unix - - %.*s -", c->name, c->name,
	    (int)col[4].n, col[4].p);
	if (c->processes > 0)
		(void)buf_printf(b, " %u", c->processes);
	else
		(void)buf_printf(
		    b, " %.*s", (int)col[MAXPROC].n, col[MAXPROC].p);
	(void)buf_puts(b, " smtp");
	if (!put_args(h, b, line, c))
		return false;
	if (c->parked)
		(void)buf_puts(b, parked_args);
	(void)buf_printf(b, " -o syslog_name=%s", c->of->tag);
	return true;
}

/* A name in the log that is one argument and expands to nothing else. */
static bool
is_tag(const char *tag)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";

	return tag[0] != '\0' && strspn(tag, set) == strlen(tag);
}

static err_t
add_step(const struct plan_host *h, const struct plan_clone *c,
    const struct act_param *line, const char *entry)
{
	struct plan_step *s = plan_add(h->p, h->id, PLAN_EDIT_MS);
	char theirs[SERVICE_MAX_BYTES + 8], ours[SERVICE_MAX_BYTES + 8];
	struct buf b;
	err_t err;

	if (s == NULL)
		return ERR_NOMEM;
	(void)snprintf(s->text, sizeof s->text,
	    _("double the transport %s, for this mail only"), c->of->name);
	s->file = "master.cf";
	(void)snprintf(theirs, sizeof theirs, "%s/unix", c->of->name);
	(void)snprintf(ours, sizeof ours, "%s/unix", c->name);
	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, "[ \"$(postconf -M ");
	plan_word(&b, theirs);
	plan_raw(&b, ")\" = ");
	plan_word(&b, line->value);
	plan_raw(&b, " ] || { echo ");
	plan_word(&b, c->of->name);
	plan_raw(&b, " is now:; postconf -M ");
	plan_word(&b, theirs);
	plan_raw(&b, "; false; }");
	s->check = plan_take_line(&b);
	plan_raw(&b, h->sudo);
	plan_raw(&b, "postconf -M ");
	plan_word(&b, entry);
	s->command = plan_take_line(&b);
	plan_raw(&b, h->sudo);
	plan_raw(&b, "postconf -MX ");
	plan_word(&b, ours);
	s->undo = plan_take_line(&b);
	plan_raw(&b, "[ -n \"$(postconf -M ");
	plan_word(&b, ours);
	plan_raw(&b, " 2>/dev/null)\" ]");
	s->verify = plan_take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}

err_t
postfix_plan_clone(const struct plan_host *h, const struct plan_clone *c)
{
	char key[SERVICE_MAX_BYTES + 8];
	const struct act_param *line;
	struct buf entry;
	err_t err = ERR_OK;

	(void)snprintf(key, sizeof key, "master:%s", c->of->name);
	line = act_state_param(h->st, key, false);
	if (line == NULL) {
		postfix_plan_refuse(
		    h, _("%s did not tell the value of %s"), c->of->name);
		return ERR_OK;
	}
	/* Else what it sends would count for another, or for none. */
	if (!is_tag(c->of->tag)) {
		postfix_plan_refuse(h,
		    _("%s: %s logs under a name that cannot be kept"),
		    c->of->name);
		return ERR_OK;
	}
	buf_init(&entry, ARGS_BYTES);
	if (put_entry(h, &entry, str_of(line->value), c))
		err = entry.failed != ERR_OK
			  ? entry.failed
			  : add_step(h, c, line, buf_cstr(&entry));
	buf_done(&entry);
	return err;
}

/* --- parameters --- */

/* Two lines of a shell: what sets them, what removes them, what proves them. */
struct lines {
	struct buf set, unset, prove;
	unsigned n;
};

static void
add_param(struct lines *l, const char *name, const char *value)
{
	char text[ACT_VALUE_BYTES + 256];

	(void)snprintf(text, sizeof text, "%s = %s", name, value);
	plan_raw(&l->set, " ");
	plan_word(&l->set, text);
	plan_raw(&l->unset, " ");
	plan_word(&l->unset, name);
	plan_raw(&l->prove,
	    l->n++ > 0 ? " && [ \"$(postconf -h " : "[ \"$(postconf -h ");
	plan_word(&l->prove, name);
	plan_raw(&l->prove, ")\" = ");
	plan_word(&l->prove, value);
	plan_raw(&l->prove, " ]");
}

/* What follows a transport's name in parameters (postconf(5)). */
static bool
is_suffix(const char *text)
{
	static const char *const heads[] = {"_destination_", "_initial_",
	    "_transport_rate_delay", "_delivery_slot_", "_minimum_delivery_",
	    "_recipient_", "_extra_recipient_", "_time_limit"};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (str_starts(str_of(text), str_of(heads[i])))
			return true;
	return false;
}

/* What the handle has set of its own, but for what is set now; NULL, or the
 * name of one that the lines of mtadeck sudoers do not let through. */
static const char *
copy_params(const struct plan_host *h, struct lines *l,
    const struct plan_clone *c, const struct plan_setting *set, unsigned n_set)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t n = strlen(c->of->name);

	for (unsigned i = 0; i < h->st->n_params; i++) {
		const struct act_param *p = &h->st->params[i];
		char name[sizeof p->name + SERVICE_MAX_BYTES];
		bool other = p->process || !p->set ||
			     strncmp(p->name, c->of->name, n) != 0 ||
			     !is_suffix(p->name + n);

		other |= strcmp(p->name + n, PLAN_RECIPIENTS) == 0 &&
			 postfix_plan_is_single(h, c->of->name, set, n_set);
		for (unsigned k = 0; k < n_set && !other; k++)
			other = strcmp(p->name + n, set[k].name) == 0;
		if (other)
			continue;
		if (h->sudo[0] != '\0' &&
		    (strspn(p->value, plain) == 0 ||
			p->value[strspn(p->value, plain)] != '\0'))
			return p->name;
		(void)snprintf(name, sizeof name, "%s%s", c->name, p->name + n);
		add_param(l, name, p->value);
	}
	return NULL;
}

/* The lines of all clones; a name that sudo would not let through. */
static const char *
collect(const struct plan_host *h, struct lines *l, const struct plan_clone *v,
    unsigned n, const struct plan_setting *set, unsigned n_set)
{
	const char *refused = NULL;
	char name[192];

	for (unsigned i = 0; i < n && refused == NULL; i++) {
		if (v[i].parked)
			continue;
		for (unsigned k = 0; k < n_set; k++) {
			(void)snprintf(name, sizeof name, "%s%.120s", v[i].name,
			    set[k].name);
			add_param(l, name, set[k].value);
		}
		if (postfix_plan_is_single(h, v[i].of->name, set, n_set)) {
			(void)snprintf(
			    name, sizeof name, "%s" PLAN_RECIPIENTS, v[i].name);
			add_param(l, name, PLAN_SOME_RECIPIENTS);
		}
		refused = copy_params(h, l, &v[i], set, n_set);
	}
	return refused;
}

err_t
postfix_plan_clone_settings(const struct plan_host *h,
    const struct plan_clone *v, unsigned n, const struct plan_setting *set,
    unsigned n_set)
{
	struct plan_step *s;
	struct lines l = {.n = 0};
	const char *refused;
	err_t err;

	buf_init(&l.set, PLAN_LINE_BYTES);
	buf_init(&l.unset, PLAN_LINE_BYTES);
	buf_init(&l.prove, PLAN_LINE_BYTES);
	plan_raw(&l.set, h->sudo);
	plan_raw(&l.set, "postconf -e");
	plan_raw(&l.unset, h->sudo);
	plan_raw(&l.unset, "postconf -X");
	refused = collect(h, &l, v, n, set, n_set);
	if (refused != NULL) {
		postfix_plan_refuse(h,
		    _("%s: the value of %s is none that the lines of mtadeck "
		      "sudoers let through: this needs root"),
		    refused);
		l.n = 0;
	}
	s = l.n == 0 ? NULL : plan_add(h->p, h->id, PLAN_EDIT_MS);
	err = l.n > 0 && s == NULL ? ERR_NOMEM : ERR_OK;
	if (s != NULL) {
		str_copy(s->text, sizeof s->text,
		    str_of(_("set it for the doubles, beside what they have "
			     "from the transports they double")));
		s->file = "main.cf";
		s->command = plan_take_line(&l.set);
		s->undo = plan_take_line(&l.unset);
		s->verify = plan_take_line(&l.prove);
		err = l.set.failed != ERR_OK	 ? l.set.failed
		      : l.unset.failed != ERR_OK ? l.unset.failed
						 : l.prove.failed;
	}
	buf_done(&l.set);
	buf_done(&l.unset);
	buf_done(&l.prove);
	return err;
}
