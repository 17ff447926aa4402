/*
 * postfix_plan_line.c - the lines of a plan's steps: postconf(1), postfix(1).
 * Values are words made by shquote_word(), never text pasted between others.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	EDIT_MS = 30000,
	RELOAD_MS = 60000, /* up to 2.5 s after an edit of main.cf */
	LINE_BYTES = 32768,
};

/* Failures of both stay in b->failed. */
static void
word(struct buf *b, const char *text)
{
	if (shquote_word(b, str_of(text)) != ERR_OK && b->failed == ERR_OK)
		b->failed = ERR_PARSE;
}

static void
raw(struct buf *b, const char *text)
{
	(void)buf_puts(b, text);
}

/* The line in b as a step's own; NULL with b->failed set. */
static char *
take_line(struct buf *b)
{
	char *line = b->failed == ERR_OK ? str_dup(buf_view(b)) : NULL;

	if (line == NULL && b->failed == ERR_OK)
		b->failed = ERR_NOMEM;
	if (b->failed == ERR_OK)
		buf_reset(b);
	return line;
}

/* What prints a parameter's value now. */
static void
reading(struct buf *b, const struct act_param *p)
{
	char limit[192];

	(void)snprintf(limit, sizeof limit, "%s/unix/process_limit", p->name);
	raw(b, p->process ? "postconf -hF " : "postconf -h ");
	word(b, p->process ? limit : p->name);
}

/* What sets it. */
static void
setting(struct buf *b, const char *sudo, const struct act_param *p,
    const char *value)
{
	char text[ACT_VALUE_BYTES + 256];

	(void)snprintf(text, sizeof text, "%s%s%s", p->name,
	    p->process ? "/unix/process_limit=" : " = ", value);
	raw(b, sudo);
	raw(b, p->process ? "postconf -F " : "postconf -e ");
	word(b, text);
}

static void
removing(struct buf *b, const char *sudo, const struct act_param *p)
{
	raw(b, sudo);
	raw(b, "postconf -X ");
	word(b, p->name);
}

/* What puts the old value back; one that was not there goes away. */
static void
restoring(struct buf *b, const char *sudo, const struct act_param *old)
{
	if (old->process || old->set)
		setting(b, sudo, old, old->value);
	else
		removing(b, sudo, old);
}

/* [ "$(READING)" = VALUE ] */
static void
testing(struct buf *b, const struct act_param *p, const char *value)
{
	raw(b, "[ \"$(");
	reading(b, p);
	raw(b, ")\" = ");
	word(b, value);
	raw(b, " ]");
}

/* v=$(READING); case $v in OLD) ;; NEW) RESTORING ;; */
static void
taking_back(struct buf *b, const char *sudo, const struct act_param *old,
    const char *now)
{
	raw(b, "v=$(");
	reading(b, old);
	raw(b, "); case $v in ");
	word(b, old->value);
	raw(b, ") ;; ");
	word(b, now);
	raw(b, ") ");
	restoring(b, sudo, old);
	raw(b, " ;; ");
}

/* A step that edits old, with its check and its command. */
static struct plan_step *
begin(const struct plan_host *h, struct buf *b, const struct act_param *old,
    const char *value, const char *text)
{
	struct plan_step *s = plan_add(h->p, h->id, EDIT_MS);

	if (s == NULL)
		return NULL;
	str_copy(s->text, sizeof s->text, str_of(text));
	s->file = old->process ? "master.cf" : "main.cf";
	testing(b, old, old->value);
	raw(b, " || { echo ");
	word(b, old->name);
	raw(b, " is now:; ");
	reading(b, old);
	raw(b, "; false; }");
	s->check = take_line(b);
	setting(b, h->sudo, old, value);
	s->command = take_line(b);
	return s;
}

err_t
postfix_plan_set(const struct plan_host *h, const struct act_param *old,
    const char *value, const char *text)
{
	struct plan_step *s;
	struct buf b;
	err_t err;

	buf_init(&b, LINE_BYTES);
	s = begin(h, &b, old, value, text);
	if (s == NULL) {
		buf_done(&b);
		return ERR_NOMEM;
	}
	taking_back(&b, h->sudo, old, value);
	raw(&b, "*) echo ");
	word(&b, old->name);
	raw(&b, " is now: \"$v\"; exit 3 ;; esac");
	s->undo = take_line(&b);
	testing(&b, old, value);
	s->verify = take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}

/* The names go out of whatever the list is now; an empty one goes away when it
 * was not there before. */
static void
taking_out(struct buf *b, const char *sudo, const struct act_param *old,
    const char *const *names, unsigned n)
{
	raw(b, "*) w=$(printf %s \"$v\" | tr -s ', \\t' '\\n\\n\\n' | "
	       "grep -vxF");
	for (unsigned i = 0; i < n; i++) {
		raw(b, " -e ");
		word(b, names[i]);
	}
	raw(b, " | paste -sd' '); ");
	if (!old->set) {
		raw(b, "if [ -z \"$w\" ]; then ");
		removing(b, sudo, old);
		raw(b, "; else ");
	}
	raw(b, sudo);
	raw(b, "postconf -e \"defer_transports = $w\"");
	raw(b, old->set ? " ;; esac" : "; fi ;; esac");
}

err_t
postfix_plan_defer(const struct plan_host *h, const struct act_param *old,
    const char *now, const char *const *names, unsigned n)
{
	struct plan_step *s;
	struct buf b;
	err_t err;

	buf_init(&b, LINE_BYTES);
	s = begin(h, &b, old, now,
	    _("defer mail for these transports: it is taken in and waits"));
	if (s == NULL) {
		buf_done(&b);
		return ERR_NOMEM;
	}
	taking_back(&b, h->sudo, old, now);
	taking_out(&b, h->sudo, old, names, n);
	s->undo = take_line(&b);
	/* Others may add to the list meanwhile: ours must be in it. */
	raw(&b, "v=\" $(postconf -h defer_transports | tr -s ',\\t' '  ') \"");
	for (unsigned i = 0; i < n; i++) {
		char pattern[SERVICE_MAX_BYTES + 2];

		(void)snprintf(pattern, sizeof pattern, " %s ", names[i]);
		raw(&b, "; case $v in *");
		word(&b, pattern);
		raw(&b, "*) ;; *) exit 1 ;; esac");
	}
	s->verify = take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}

err_t
postfix_plan_reload(const struct plan_host *h)
{
	struct plan_step *s = plan_add(h->p, h->id, RELOAD_MS);
	char line[128];

	if (s == NULL)
		return ERR_NOMEM;
	str_copy(s->text, sizeof s->text,
	    str_of(_("check the configuration, have Postfix read it")));
	(void)snprintf(line, sizeof line, "%spostfix check && %spostfix reload",
	    h->sudo, h->sudo);
	s->command = str_dup(str_of(line));
	(void)snprintf(line, sizeof line, "%spostfix status", h->sudo);
	s->verify = str_dup(str_of(line));
	/* A Postfix that is stopped reads its files when it is started. */
	(void)snprintf(line, sizeof line,
	    "%spostfix reload || ! %spostfix status", h->sudo, h->sudo);
	s->after = str_dup(str_of(line));
	return s->command == NULL || s->verify == NULL || s->after == NULL
		   ? ERR_NOMEM
		   : ERR_OK;
}
