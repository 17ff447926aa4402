/*
 * postfix_plan_ends.c - acts in force end by their own way back: resume of a
 * provider, return, readmit, lift. The host keeps that way (scripts/act.sh);
 * a step only says which. Nothing here knows how any of them is taken back.
 */
#include "core/i18n.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>

enum { END_MS = 300000 /* 60 s a step of the act that ends, see act.sh */ };

/* Where the host keeps its leases. Who runs steps holds the host's lock. */
#define WATCH                                                                  \
	"d=$HOME/.mtadeck; sh \"$d/watch\" \"$d\" "                            \
	"\"$(postconf -h config_directory)\" "

static bool
matches(const struct act_request *r, const struct lease *l)
{
	if (r->verb == VERB_LIFT)
		return strcmp(l->id, r->of.lease) == 0;
	/* A pause takes the place of those of the same egress IP. */
	return l->verb ==
		   (r->verb == VERB_PAUSE ? r->verb : verb_ends(r->verb)) &&
	       act_subject_eq(&l->of, &r->of);
}

bool
postfix_plan_ends_any(const struct plan_host *h)
{
	for (unsigned i = 0; i < h->st->n_leases; i++)
		if (matches(&h->p->request, &h->st->leases[i]))
			return true;
	return false;
}

bool
postfix_plan_ends_hold(const struct plan_host *h, const char *name)
{
	for (unsigned i = 0; i < h->st->n_leases; i++)
		if (matches(&h->p->request, &h->st->leases[i]) &&
		    postfix_plan_is_listed(h->st->leases[i].holds, name))
			return true;
	return false;
}

/* What somebody else changed meanwhile is theirs: said before it is tried. */
static void
warn(const struct plan_host *h, const struct lease *l)
{
	char text[512];

	if (l->state != LEASE_STUCK && l->state != LEASE_UNDONE)
		return;
	(void)snprintf(text, sizeof text,
	    _("%s: what %s set is no longer so%s%s; what others set stays, "
	      "and it may not end"),
	    h->name, l->id, l->text[0] != '\0' ? ", " : "", l->text);
	postfix_plan_warn(h, text);
}

static err_t
add_end(const struct plan_host *h, const struct lease *l)
{
	struct plan_step *s = plan_add(h->p, h->id, END_MS);
	char line[512], whom[2 * NAME_MAX_BYTES], text[1024];

	if (s == NULL)
		return ERR_NOMEM;
	act_subject_text(&l->of, whom, sizeof whom);
	(void)snprintf(text, sizeof text,
	    _("end %s by its own way back: %s %s%s%s, of %s"), l->id,
	    l->verb < VERB_N ? verb_rows[l->verb].word : "?", whom,
	    whom[0] != '\0' && l->value[0] != '\0' ? " " : "", l->value,
	    l->who);
	str_copy(s->text, sizeof s->text, str_of(text));
	/* The id is hexadecimal and '-': act_lines.c lets no other in. */
	(void)snprintf(line, sizeof line, WATCH "end %s", l->id);
	s->command = str_dup(str_of(line));
	(void)snprintf(line, sizeof line, WATCH "ended %s", l->id);
	s->verify = str_dup(str_of(line));
	warn(h, l);
	return s->command == NULL || s->verify == NULL ? ERR_NOMEM : ERR_OK;
}

err_t
postfix_plan_ends(const struct plan_host *h)
{
	err_t err = ERR_OK;

	/* The latest first: each finds what it left. */
	for (unsigned i = h->st->n_leases; i-- > 0 && err == ERR_OK;)
		if (matches(&h->p->request, &h->st->leases[i]))
			err = add_end(h, &h->st->leases[i]);
	return err;
}

static void
replace(const struct plan_host *h, const struct lease *l, struct buf *line)
{
	char text[256];

	(void)snprintf(text, sizeof text,
	    _("%s: it takes the place of %s, a pause of %s"), h->name, l->id,
	    l->who);
	postfix_plan_warn(h, text);
	warn(h, l);
	plan_raw(line, "{ " WATCH "end ");
	plan_raw(line, l->id);
	plan_raw(line, " later; } && ");
}

err_t
postfix_plan_replaces(
    const struct plan_host *h, struct buf *line, struct act_param *now)
{
	if (!postfix_plan_ends_any(h))
		return ERR_OK;
	for (unsigned i = h->st->n_leases; i-- > 0;) {
		const struct lease *l = &h->st->leases[i];

		if (!matches(&h->p->request, l))
			continue;
		replace(h, l, line);
		postfix_plan_take_out(now->value, l->holds);
	}
	now->set = now->set && now->value[0] != '\0';
	/* The way back to the byte leads to before them too. */
	plan_raw(line,
	    "{ b=${0%.do}.before; [ ! -e \"$b\" ] || "
	    "cp -p \"$(postconf -h config_directory)/main.cf\" \"$b\"; } "
	    "&& ");
	return line->failed;
}
