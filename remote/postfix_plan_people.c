/*
 * postfix_plan_people.c - isolation of a sender, suppression of addresses, each
 * by a table of the plan's own (access(5), transport(5)) and, for a sender, by
 * what postqueue(1) lists of it. The host reads its queue itself, when it holds
 * and when it lets go: what was counted here may be gone by then, or more.
 */
#include "core/i18n.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	HOLD_MS = 180000, /* three readings of a long queue */
	LINES_BYTES = 64 << 20,
};

static const char access_list[] = "smtpd_sender_restrictions";
static const char transport_list[] = "transport_maps";
static const char delimiter[] = "recipient_delimiter";

bool
postfix_plan_people_needs(const struct act_request *r,
    const struct discovery *d, void *ctx, plan_add_fn *add)
{
	bool sender = r->of.on == ACT_ON_SENDER;
	char name[64];

	(void)d;
	(void)snprintf(name, sizeof name, "main:%s",
	    sender ? access_list : transport_list);
	add(ctx, name);
	(void)snprintf(name, sizeof name, "override:%s",
	    sender ? access_list : transport_list);
	add(ctx, name);
	if (sender)
		add(ctx, "main:recipient_delimiter");
	return true;
}

/* Services whose own options say otherwise: our entry does not reach them. */
static void
warn_of_overrides(const struct plan_host *h, const char *list)
{
	const struct act_param *p;
	char name[64], text[ACT_VALUE_BYTES + 256];

	(void)snprintf(name, sizeof name, "override:%s", list);
	p = act_state_param(h->st, name, false);
	if (p == NULL)
		return;
	(void)snprintf(text, sizeof text,
	    _("%s: not covered, for master.cf gives them a %s of their own: "
	      "%s"),
	    h->name, list, p->value);
	postfix_plan_warn(h, text);
}

/*
 * What both ways read of a line of postqueue -j: a sender, and the head before
 * it, in which nothing is a stranger's. A quote within a sender is escaped, so
 * the text up to the first quote is the whole of any sender that could be ours.
 * a: is ours, with an extension too where the host's access(5) takes one off.
 */
#define AWK_BEGIN                                                              \
	"BEGIN{s=tolower(ENVIRON[\"S\"]);x=ENVIRON[\"X\"];"                    \
	"i=index(s,\"@\");u=substr(s,1,i-1);n=length(u);d=substr(s,i)}"
#define AWK_LINE                                                               \
	"{i=index($0,\"\\\"sender\\\": \\\"\");if(!i)next;"                    \
	"k=substr($0,1,i-1);a=substr($0,i+11);i=index(a,\"\\\"\");"            \
	"a=tolower(substr(a,1,i-1));m=length(a)-length(d);"                    \
	"if(a!=s&&!(x!=\"\"&&m>n&&substr(a,1,n)==u&&"                          \
	"index(x,substr(a,n+1,1))&&substr(a,m+1)==d))next;"                    \
	"held=index(k,\"\\\"queue_name\\\": \\\"hold\\\"\")==2;"               \
	"if(!match(k,/\"queue_id\": \"[0-9A-Za-z]+\"/))next;"                  \
	"q=substr(k,RSTART+13,RLENGTH-14);"
/* Not on hold yet. */
#define AWK_HOLD AWK_BEGIN AWK_LINE "if(!held)print q}"
/* On hold, and ours: one of the first file's, or come in since. */
#define AWK_RELEASE                                                            \
	AWK_BEGIN "!f{h[$1];next}" AWK_LINE "if(!held)next;"                   \
		  "if(!match(k,/\"arrival_time\": [0-9]+/))next;"              \
		  "t=substr(k,RSTART+16,RLENGTH-16);"                          \
		  "if(q in h||t+0>=ENVIRON[\"T\"]+0)print q}"

/* S: the sender; X: what may begin an extension of it, "" = nothing. */
static void
put_sender(const struct plan_host *h, struct buf *b, const char *extends)
{
	plan_raw(b, "S=");
	plan_word(b, h->p->request.of.sender);
	plan_raw(b, " X=");
	plan_word(b, extends);
	plan_raw(b, "; export S X; ");
}

/* Holds what the sender has queued, three times with a second between: what was
 * on its way when it began is there a little later. Each id is kept before it
 * is held, beside the step (act.sh: $0). */
static char *
hold_line(const struct plan_host *h, const char *extends)
{
	struct buf b;
	char *line;

	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, "f=${0%/*}/held; : >>\"$f\" || exit 1; ");
	put_sender(h, &b, extends);
	plan_raw(&b,
	    "i=0; while :; do l=$(postqueue -j) && "
	    "q=$(printf '%s\\n' \"$l\" | awk '" AWK_HOLD "') || exit 1; "
	    "if [ -n \"$q\" ]; then printf '%s\\n' \"$q\" >>\"$f\" || exit 1; "
	    "printf '%s\\n' \"$q\" | ");
	plan_raw(&b, h->sudo);
	plan_raw(&b, "postsuper -h - || exit 1; fi; i=$((i + 1)); "
		     "[ $i -lt 3 ] || exit 0; sleep 1; done");
	line = plan_take_line(&b);
	buf_done(&b);
	return line;
}

/* Once the rule is gone: what we held, and what the rule held since the act
 * began. What was on hold before, or is another's, stays. */
static char *
release_line(const struct plan_host *h, const char *reload, const char *extends)
{
	struct buf b;
	char *line;

	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, "{ ");
	plan_raw(&b, reload);
	plan_raw(&b, "; } || exit 1; f=${0%/*}/held; : >>\"$f\" || exit 1; "
		     "T=$(cat \"${0%/*}/since\") || exit 1; export T; ");
	put_sender(h, &b, extends);
	plan_raw(&b, "i=0; while :; do l=$(postqueue -j) && "
		     "q=$(printf '%s\\n' \"$l\" | awk '" AWK_RELEASE
		     "' \"$f\" f=1 -) || exit 1; "
		     "[ -z \"$q\" ] || printf '%s\\n' \"$q\" | ");
	plan_raw(&b, h->sudo);
	plan_raw(&b, "postsuper -H - || exit 1; i=$((i + 1)); "
		     "[ $i -lt 3 ] || exit 0; sleep 1; done");
	line = plan_take_line(&b);
	buf_done(&b);
	return line;
}

/* The table, its name at the front of a list, a reload; *done: they are all
 * planned. */
static err_t
plan_rule(const struct plan_host *h, const char *list, const char *before,
    const char *lines, const char *table_text, const char *list_text,
    bool *done)
{
	const struct act_param *old = act_state_param(h->st, list, false);
	char map[PLAN_MAP_BYTES], entry[PLAN_MAP_BYTES + 32];
	err_t err;

	*done = false;
	if (old == NULL) {
		postfix_plan_refuse(
		    h, _("%s did not tell the value of %s"), list);
		return ERR_OK;
	}
	if (!postfix_plan_table_map(h, "texthash:", map))
		return ERR_OK;
	(void)snprintf(entry, sizeof entry, "%s%s", before, map);
	err = postfix_plan_table(h, lines, table_text);
	if (err == ERR_OK)
		err = postfix_plan_front(h, old, entry, list_text);
	if (err == ERR_OK && h->p->refusal[0] == '\0')
		err = postfix_plan_reload(h);
	*done = err == ERR_OK && h->p->refusal[0] == '\0';
	warn_of_overrides(h, list);
	return err;
}

/* What may begin an extension: nothing when the address has one itself, for
 * only the first is taken off (access(5), ADDRESS EXTENSION). */
static const char *
extension_marks(const struct plan_host *h)
{
	const struct act_param *p = act_state_param(h->st, delimiter, false);
	const char *sender = h->p->request.of.sender;

	return p == NULL || sender[strcspn(sender, p->value)] != '\0'
		   ? ""
		   : p->value;
}

static bool
is_isolated(const struct plan_host *h)
{
	for (unsigned i = 0; i < h->st->n_leases; i++) {
		const struct lease *l = &h->st->leases[i];

		if (l->verb == VERB_ISOLATE && l->state == LEASE_IN_FORCE &&
		    act_subject_eq(&l->of, &h->p->request.of))
			return true;
	}
	return false;
}

static err_t
plan_isolate(const struct plan_host *h, size_t n)
{
	const char *extends = extension_marks(h);
	char line[NAME_MAX_BYTES + 64];
	struct plan_step *reload, *s;
	char *after;
	bool done = false;
	err_t err;

	if (is_isolated(h)) {
		(void)snprintf(
		    line, sizeof line, _("%s: isolated already"), h->name);
		postfix_plan_warn(h, line);
		return ERR_OK;
	}
	(void)snprintf(line, sizeof line, "%s HOLD isolated by mtadeck\n",
	    h->p->request.of.sender);
	err = plan_rule(h, access_list, "check_sender_access ", line,
	    _("a table with the sender in it"),
	    _("hold new mail of the sender: it is taken in and waits"), &done);
	if (!done)
		return err;
	reload = &h->p->steps[h->p->n_steps - 1];
	after = release_line(h, reload->after, extends);
	free(reload->after);
	reload->after = after;
	s = plan_add(h->p, h->id, HOLD_MS);
	if (s == NULL || after == NULL)
		return ERR_NOMEM;
	(void)snprintf(s->text, sizeof s->text,
	    _("hold what the sender has queued (%zu counted), and what comes "
	      "meanwhile; its end releases these"),
	    n);
	s->command = hold_line(h, extends);
	postfix_plan_warn(
	    h, _("not covered: mail given to sendmail on the host itself, "
		 "connections that are open now, and the same person with "
		 "another envelope sender"));
	if (extends[0] != '\0')
		postfix_plan_warn(
		    h, _("addresses with an extension are the same sender"));
	return s->command == NULL ? ERR_NOMEM : ERR_OK;
}

static err_t
plan_suppress(const struct plan_host *h)
{
	struct str rest = str_of(h->p->addresses), one;
	struct buf b;
	bool done = false;
	err_t err;

	buf_init(&b, LINES_BYTES);
	while (str_line(&rest, &one)) {
		(void)buf_str(&b, one);
		(void)buf_puts(&b, " error:5.7.1 suppressed by the operator\n");
	}
	err = b.failed;
	if (err == ERR_OK)
		err = plan_rule(h, transport_list, "", buf_cstr(&b),
		    _("a table with the addresses in it"),
		    _("refuse mail to them; what is queued for them goes back "
		      "to its senders"),
		    &done);
	buf_done(&b);
	if (done)
		postfix_plan_warn(h,
		    _("new mail to them is refused at RCPT with 5.7.1; what is "
		      "queued for them bounces at its next attempt, and its "
		      "senders are told"));
	return err;
}

err_t
postfix_plan_people(const struct plan_host *h, const struct str *qids, size_t n)
{
	(void)qids; /* counted for people; the host reads them again */
	return h->p->request.of.on == ACT_ON_SENDER ? plan_isolate(h, n)
						    : plan_suppress(h);
}
