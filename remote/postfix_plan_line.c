/*
 * postfix_plan_line.c - the lines of a plan's steps: postconf(1), postfix(1).
 * Values are words made by shquote_word(), never text pasted between others.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_ours.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	RELOAD_MS = 60000, /* up to 2.5 s after an edit of main.cf */
};

/* Failures of both stay in b->failed. */
void
plan_word(struct buf *b, const char *text)
{
	if (shquote_word(b, str_of(text)) != ERR_OK && b->failed == ERR_OK)
		b->failed = ERR_PARSE;
}

void
plan_raw(struct buf *b, const char *text)
{
	(void)buf_puts(b, text);
}

char *
plan_take_line(struct buf *b)
{
	char *line = b->failed == ERR_OK ? str_dup(buf_view(b)) : NULL;

	if (line == NULL && b->failed == ERR_OK)
		b->failed = ERR_NOMEM;
	if (b->failed == ERR_OK)
		buf_reset(b);
	return line;
}

/* As postconf(1) calls it; no two have one name. */
enum { PARAM_NAME_BYTES = 192 };
static const char *
param_name(char dst[PARAM_NAME_BYTES], const struct act_param *p)
{
	(void)snprintf(dst, PARAM_NAME_BYTES, "%s%s", p->name,
	    p->process ? "/unix/process_limit" : "");
	return dst;
}

/* What prints a parameter's value now. */
static void
reading(struct buf *b, const struct act_param *p)
{
	char name[PARAM_NAME_BYTES];

	plan_raw(b, p->process ? "postconf -hF " : "postconf -h ");
	plan_word(b, param_name(name, p));
}

/* What sets it. */
static void
setting(struct buf *b, const char *sudo, const struct act_param *p,
    const char *value)
{
	char text[ACT_VALUE_BYTES + 256];

	(void)snprintf(text, sizeof text, "%s%s%s", p->name,
	    p->process ? "/unix/process_limit=" : " = ", value);
	plan_raw(b, sudo);
	plan_raw(b, p->process ? "postconf -F " : "postconf -e ");
	plan_word(b, text);
}

static void
removing(struct buf *b, const char *sudo, const struct act_param *p)
{
	plan_raw(b, sudo);
	plan_raw(b, "postconf -X ");
	plan_word(b, p->name);
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
	plan_raw(b, "[ \"$(");
	reading(b, p);
	plan_raw(b, ")\" = ");
	plan_word(b, value);
	plan_raw(b, " ]");
}

/* v=$(READING); case $v in OLD) ;; NEW) RESTORING ;; */
static void
taking_back(struct buf *b, const char *sudo, const struct act_param *old,
    const char *now)
{
	plan_raw(b, "v=$(");
	reading(b, old);
	plan_raw(b, "); case $v in ");
	plan_word(b, old->value);
	plan_raw(b, ") ;; ");
	plan_word(b, now);
	plan_raw(b, ") ");
	restoring(b, sudo, old);
	plan_raw(b, " ;; ");
}

/* It is somebody else's value now: said, and left (act.sh: stuck). */
static void
changed(struct buf *b, const struct act_param *old)
{
	plan_raw(b, "echo ");
	plan_word(b, old->name);
	plan_raw(b, " is now: \"$v\"; exit 3");
}

/* By sudo a value comes back as it reads; the file itself is root's. */
static void
warn_of_odd(const struct plan_host *h, const struct act_param *old)
{
	char text[512];

	if (h->sudo[0] == '\0' || !old->odd)
		return;
	(void)snprintf(text, sizeof text,
	    _("%s: %s gets its old value back, but on one line of main.cf; "
	      "only root can put back the file to the byte"),
	    h->name, old->name);
	postfix_plan_warn(h, text);
}

/*
 * A step that edits a parameter, in three: begin_edit gives it its check and
 * its command and leaves b within the way back, where what is to be done is
 * said of a value that is neither the old nor the new one; taken_back ends that
 * line, and what proves the edit follows; end_edit takes that.
 */
struct edit {
	const struct act_param *was; /* what it goes back to; NULL: the old */
	const char *first;	     /* a line before its command; NULL */
	struct plan_step *s;
	struct buf b;
};

static err_t
begin_edit(struct edit *e, const struct plan_host *h,
    const struct act_param *old, const char *now, const char *text)
{
	const struct act_param *was = e->was != NULL ? e->was : old;
	struct buf *b = &e->b;

	e->s = plan_add(h->p, h->id, PLAN_EDIT_MS);
	if (e->s == NULL)
		return ERR_NOMEM;
	buf_init(b, PLAN_LINE_BYTES);
	str_copy(e->s->text, sizeof e->s->text, str_of(text));
	e->s->file = old->process ? "master.cf" : "main.cf";
	testing(b, old, old->value);
	plan_raw(b, " || { echo ");
	plan_word(b, old->name);
	plan_raw(b, " is now:; ");
	reading(b, old);
	plan_raw(b, "; false; }");
	e->s->check = plan_take_line(b);
	plan_raw(b, e->first != NULL ? e->first : "");
	setting(b, h->sudo, old, now);
	e->s->command = plan_take_line(b);
	warn_of_odd(h, was);
	taking_back(b, h->sudo, was, now);
	plan_raw(b, "*) ");
	return ERR_OK;
}

static void
taken_back(struct edit *e)
{
	plan_raw(&e->b, " ;; esac");
	e->s->undo = plan_take_line(&e->b);
}

static err_t
end_edit(struct edit *e)
{
	err_t err;

	e->s->verify = plan_take_line(&e->b);
	err = e->b.failed;
	buf_done(&e->b);
	return err;
}

err_t
postfix_plan_ask(const struct plan_host *h, const char *args, const char *what)
{
	struct plan *p = h->p;
	size_t first = 0;
	struct buf b;
	char *check;

	if (h->sudo[0] == '\0')
		return ERR_OK;
	while (first < p->n_steps && p->steps[first].host != h->id)
		first++;
	if (first == p->n_steps || p->steps[first].check == NULL)
		return ERR_OK;
	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, p->steps[first].check);
	plan_raw(&b, " && { ");
	plan_raw(&b, h->sudo);
	plan_raw(&b, "-l ");
	plan_raw(&b, args);
	plan_raw(&b, " >/dev/null || { echo sudo allows no such value of ");
	plan_word(&b, what);
	plan_raw(&b, "; false; }; }");
	check = plan_take_line(&b);
	buf_done(&b);
	if (check == NULL)
		return ERR_NOMEM;
	free(p->steps[first].check);
	p->steps[first].check = check;
	return ERR_OK;
}

err_t
postfix_plan_ask_value(
    const struct plan_host *h, const struct act_param *old, const char *value)
{
	struct buf b;
	err_t err;

	buf_init(&b, PLAN_LINE_BYTES);
	setting(&b, "", old, value);
	err = b.failed;
	if (err == ERR_OK)
		err = postfix_plan_ask(h, buf_cstr(&b), old->name);
	buf_reset(&b);
	restoring(&b, "", old);
	if (err == ERR_OK)
		err = b.failed;
	if (err == ERR_OK)
		err = postfix_plan_ask(h, buf_cstr(&b), old->name);
	buf_done(&b);
	return err;
}

err_t
postfix_plan_set(const struct plan_host *h, const struct act_param *old,
    const char *value, const char *text)
{
	char name[PARAM_NAME_BYTES];
	struct edit e = {.was = NULL};
	err_t err = begin_edit(&e, h, old, value, text);

	if (err != ERR_OK)
		return err;
	/* The old value may be there by another act, whose end takes it away
	 * again: this one's end waits for that. */
	e.s->sets = str_dup(str_of(param_name(name, old)));
	if (e.s->sets == NULL)
		e.b.failed = ERR_NOMEM;
	changed(&e.b, old);
	taken_back(&e);
	testing(&e.b, old, value);
	return end_edit(&e);
}

/* The names go out of whatever the list is now; an empty one goes away: it may
 * have been there before by another act's doing, which has ended since. */
static void
taking_out(struct buf *b, const char *sudo, const struct act_param *old,
    const char *const *names, unsigned n)
{
	plan_raw(b, "w=$(printf %s \"$v\" | tr -s ', \\t' '\\n\\n\\n' | "
		    "grep -vxF");
	for (unsigned i = 0; i < n; i++) {
		plan_raw(b, " -e ");
		plan_word(b, names[i]);
	}
	plan_raw(b, " | paste -sd' '); ");
	plan_raw(b, "if [ -z \"$w\" ]; then ");
	removing(b, sudo, old);
	plan_raw(b, "; else ");
	plan_raw(b, sudo);
	plan_raw(b, "postconf -e \"defer_transports = $w\"; fi");
}

err_t
postfix_plan_defer(const struct plan_host *h, const struct plan_defer *d)
{
	struct edit e = {.was = d->was, .first = d->first};
	err_t err = begin_edit(&e, h, d->old, d->now,
	    _("defer mail for these transports: it is taken in and waits"));

	if (err != ERR_OK)
		return err;
	taking_out(&e.b, h->sudo, d->old, d->names, d->n);
	taken_back(&e);
	for (unsigned i = 0; i < d->n; i++) {
		plan_raw(&e.b, i > 0 ? " " : "");
		plan_raw(&e.b, d->names[i]);
	}
	e.s->holds = plan_take_line(&e.b);
	/* Others may add to the list meanwhile: ours must be in it. */
	plan_raw(&e.b,
	    "v=\" $(postconf -h defer_transports | tr -s ',\\t' '  ') \"");
	for (unsigned i = 0; i < d->n; i++) {
		char pattern[SERVICE_MAX_BYTES + 2];

		(void)snprintf(pattern, sizeof pattern, " %s ", d->names[i]);
		plan_raw(&e.b, "; case $v in *");
		plan_word(&e.b, pattern);
		plan_raw(&e.b, "*) ;; *) exit 1 ;; esac");
	}
	return end_edit(&e);
}

/* What stands between the entries of a list, but for those in braces. */
#define NO_SEPARATOR "[!, ]"

/* The entries of a list that do not name what t says: for one of ours that
 * another act changed within. */
#define OTHERS_OF_LIST                                                         \
	"'{ for (i = 1; i <= length($0) + 1; i++) { c = substr($0, i, 1); "    \
	"d += (c == \"{\") - (c == \"}\"); "                                   \
	"if (c != \"\" && (d || c !~ /[ ,]/)) { w = w c; continue } "          \
	"if (w != \"\" && !index(w, t)) o = o (o == \"\" ? \"\" : \", \") w; " \
	"w = \"\" } } END { print o }'"

/* Our entry goes out of whatever the list is now, with what parted it from the
 * next; one that is empty then goes away: these lists are, by default. */
static void
cutting_out(const struct plan_host *h, struct buf *b,
    const struct act_param *old, const char *entry)
{
	plan_raw(b, "e=");
	plan_word(b, entry);
	plan_raw(b, "; case $v in *\"$e\"*) a=${v%%\"$e\"*} b=${v#*\"$e\"}; "
		    "b=${b#\"${b%%" NO_SEPARATOR "*}\"}; "
		    "[ -n \"$b\" ] || a=${a%\"${a##*" NO_SEPARATOR "}\"}; "
		    "w=$a$b ;; *" POSTFIX_OURS);
	plan_word(b, h->p->id);
	plan_raw(b, "*) ");
	if (strchr(entry, ' ') == NULL) {
		plan_raw(
		    b, "w=$(printf '%s\\n' \"$v\" | awk -v t=" POSTFIX_OURS);
		plan_word(b, h->p->id);
		plan_raw(b, " " OTHERS_OF_LIST ")");
	} else {
		changed(b, old);
	}
	plan_raw(b, " ;; *) w=$v ;; esac; if [ \"$w\" = \"$v\" ]; then :; "
		    "elif [ -z \"$w\" ]; then ");
	removing(b, h->sudo, old);
	plan_raw(b, "; else ");
	plan_raw(b, h->sudo);
	plan_raw(b, "postconf -e \"");
	plan_raw(b, old->name); /* a parameter's: act_lines' word, see below */
	plan_raw(b, " = $w\"; fi");
}

err_t
postfix_plan_front(const struct plan_host *h, const struct act_param *old,
    const char *entry, const char *text)
{
	char now[ACT_VALUE_BYTES];
	struct edit e = {.was = NULL};
	size_t at;
	err_t err;

	/* The name goes into double quotes: the planners' own words only. */
	if (!shquote_is_service(str_of(old->name)))
		return ERR_PARSE;
	at = strlen(entry);
	if (at + strlen(old->value) + 3 > sizeof now) {
		postfix_plan_refuse(
		    h, _("%s: the value of %s is too long"), old->name);
		return ERR_OK;
	}
	str_copy(now, sizeof now, str_of(entry));
	if (old->value[0] != '\0')
		str_copy(now + at, sizeof now - at, STR_LIT(", "));
	at = strlen(now);
	str_copy(now + at, sizeof now - at, str_of(old->value));
	err = begin_edit(&e, h, old, now, text);
	if (err != ERR_OK)
		return err;
	cutting_out(h, &e.b, old, entry);
	taken_back(&e);
	/* Another act may change it within: it is still ours. */
	plan_raw(&e.b, "case $(postconf -h ");
	plan_word(&e.b, old->name);
	plan_raw(&e.b, ") in *" POSTFIX_OURS);
	plan_word(&e.b, h->p->id);
	plan_raw(&e.b, "*) ;; *) exit 1 ;; esac");
	err = end_edit(&e);
	return err == ERR_OK ? postfix_plan_ask_value(h, old, now) : err;
}

/* The entries of a list in which two values differ: what stands before and
 * behind them is the same in both. */
static void
differing(struct str *was, struct str *is)
{
	size_t least = was->n < is->n ? was->n : is->n;
	size_t from = 0, last = 0, same = 0, to = was->n, i = 0;
	int depth = 0;

	while (same < least && was->p[same] == is->p[same])
		same++;
	while (last < least - same &&
	       was->p[was->n - 1 - last] == is->p[is->n - 1 - last])
		last++;
	/* Entries end at what parts them, but for that in braces. */
	for (; i < was->n && to == was->n; i++) {
		char c = was->p[i];

		depth += c == '{' ? 1 : c == '}' ? -1 : 0;
		if (depth > 0 || strchr(", ", c) == NULL)
			continue;
		if (i < same)
			from = i + 1;
		else if (i >= was->n - last)
			to = i;
	}
	is->n -= was->n - to + from;
	is->p += from;
	was->p += from;
	was->n = to - from;
}

/* case ",$(READING)," in *[, ]ENTRY[, ]*) */
static void
finding(struct buf *b, const struct act_param *p, const char *entry)
{
	plan_raw(b, "case \",$(");
	reading(b, p);
	plan_raw(b, "),\" in *[,\\ ]");
	plan_word(b, entry);
	plan_raw(b, "[,\\ ]*) ");
}

/* The first entry of a list that is an act's own: the name of its file, and
 * the list behind it; false: it is not. */
static bool
first_is_acts(struct str list, struct str *id, struct str *rest)
{
	size_t at, n = 0;
	int depth = 0;

	for (; n < list.n; n++) {
		depth += list.p[n] == '{' ? 1 : list.p[n] == '}' ? -1 : 0;
		if (depth == 0 && strchr(", ", list.p[n]) != NULL)
			break;
	}
	*rest = str_from(list, n);
	while (rest->n > 0 && strchr(", ", rest->p[0]) != NULL)
		*rest = str_from(*rest, 1);
	at = postfix_find_ours((struct str){list.p, n});
	if (at == SIZE_MAX)
		return false;
	*id = (struct str){list.p + at, 0};
	while (at + id->n < n &&
	       strchr("mtadeck-0123456789bf", id->p[id->n]) != NULL)
		id->n++;
	return true;
}

/* Puts `was` back for `is`. An act's entry that is there no more has ended
 * meanwhile, and nothing of it is to be taken back. */
static void
swapping_entry(struct buf *b, const char *sudo, const struct act_param *old,
    const char *was, const char *is)
{
	struct str id, rest, rest_was, none;
	bool acts = first_is_acts(str_of(is), &id, &rest) &&
		    first_is_acts(str_of(was), &none, &rest_was);

	finding(b, old, is);
	plan_raw(b, "n=");
	plan_word(b, is);
	plan_raw(b, "; ");
	plan_raw(b, sudo);
	plan_raw(b, "postconf -e \"");
	plan_raw(b, old->name); /* a parameter's: see postfix_plan_front */
	plan_raw(b, " = ${v%%\"$n\"*}\"");
	plan_word(b, was);
	plan_raw(b, "\"${v#*\"$n\"}\" ;; *) ");
	if (acts) {
		plan_raw(b, "case $v in *");
		(void)buf_str(b, id); /* "mtadeck-" and hexadecimal */
		plan_raw(b, "*) ");
	}
	changed(b, old);
	if (acts) {
		plan_raw(b, " ;; *) ");
		/* Slices end where their lists do. */
		if (rest.n > 0 && rest_was.n > 0)
			swapping_entry(b, sudo, old, rest_was.p, rest.p);
		else
			plan_raw(b, ":");
		plan_raw(b, " ;; esac");
	}
	plan_raw(b, " ;; esac");
}

err_t
postfix_plan_swap(const struct plan_host *h, const struct act_param *old,
    const char *now, const char *text)
{
	char was[ACT_VALUE_BYTES], is[ACT_VALUE_BYTES];
	struct str a = str_of(old->value), z = str_of(now);
	struct edit e = {.was = NULL};
	err_t err;

	if (!shquote_is_service(str_of(old->name)))
		return ERR_PARSE;
	differing(&a, &z);
	str_copy(was, sizeof was, a);
	str_copy(is, sizeof is, z);
	err = begin_edit(&e, h, old, now, text);
	if (err != ERR_OK)
		return err;
	swapping_entry(&e.b, h->sudo, old, was, is);
	taken_back(&e);
	finding(&e.b, old, is);
	plan_raw(&e.b, ";; *) exit 1 ;; esac");
	return end_edit(&e);
}

/* "sudo -n postfix -c DIR VERB". Where there are further instances, postfix(1)
 * without -c goes on to all of them, and fails when one of them is stopped. */
static void
controlling(const struct plan_host *h, struct buf *b, const char *verb)
{
	plan_raw(b, h->sudo);
	plan_raw(b, "postfix ");
	if (h->d->n_further > 0 && h->d->config_dir[0] != '\0') {
		plan_raw(b, "-c ");
		plan_word(b, h->d->config_dir);
		plan_raw(b, " ");
	}
	plan_raw(b, verb);
}

err_t
postfix_plan_reload(const struct plan_host *h)
{
	struct plan_step *s = plan_add(h->p, h->id, RELOAD_MS);
	struct buf b;
	err_t err;

	if (s == NULL)
		return ERR_NOMEM;
	str_copy(s->text, sizeof s->text,
	    str_of(_("check the configuration, have Postfix read it")));
	buf_init(&b, PLAN_LINE_BYTES);
	controlling(h, &b, "check && ");
	controlling(h, &b, "reload");
	s->command = plan_take_line(&b);
	controlling(h, &b, "status");
	s->verify = plan_take_line(&b);
	/* A Postfix that is stopped reads its files when it is started; one
	 * whose files it cannot read has no status either. */
	controlling(h, &b, "reload || { ");
	controlling(h, &b, "check && ! ");
	controlling(h, &b, "status");
	plan_raw(&b, "; }");
	s->after = plan_take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}
