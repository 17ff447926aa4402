/*
 * postfix_plan_queue.c - acts on messages by queue id: postsuper(1) takes ids
 * on stdin, postqueue(1) -i one at a time. What became of them is read from
 * postqueue -j.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>

enum {
	QUEUE_MS = 120000,
	/* 20 a second: a pace, no burst; postqueue -i takes 19 ms itself. */
	RETRY_EACH_MS = 150,
	RETRY_MOST = 5000,
	IDS_BYTES = 64 << 20,
};

/* How each is done, and the lines of the queue no id may be on afterwards. */
static const struct {
	const char *flags, *wrong;
} rows[VERB_N] = {
    [VERB_HOLD] = {"-h -", "grep -v '\"queue_name\": \"hold\"' | "},
    [VERB_RELEASE] = {"-H -", "grep '\"queue_name\": \"hold\"' | "},
    [VERB_DELETE] = {"-d -", ""},
    [VERB_EXPIRE] = {"-f -", "grep '\"forced_expire\": false' | "},
};

/* A retry goes through whatever is paused, so it looks before each message
 * whether somebody has paused something since. */
static const char retry_line[] =
    "rc=0; while read -r q; do v=$(postconf -h defer_transports) && "
    "[ -z \"$v\" ] || { echo \"stopped: paused: $v\"; exit 3; }; "
    "postqueue -i \"$q\" || rc=$?; sleep 0.05; done; exit $rc";

static char *
ids_text(const struct str *qids, size_t n)
{
	struct buf b;
	char *text = NULL;

	buf_init(&b, IDS_BYTES);
	for (size_t i = 0; i < n; i++) {
		(void)buf_str(&b, qids[i]);
		(void)buf_putc(&b, '\n');
	}
	if (b.failed == ERR_OK)
		text = str_dup(buf_view(&b));
	buf_done(&b);
	return text;
}

/* True: it cannot be, and the plan says why. */
static bool
refused(const struct plan_host *h, const struct str *qids, size_t n)
{
	const struct act_param *paused =
	    act_state_param(h->st, "defer_transports", false);
	bool retry = h->p->request.verb == VERB_RETRY;

	if (retry && (paused == NULL || paused->value[0] != '\0'))
		postfix_plan_refuse(h,
		    _("%s: %s is paused; a retry now would send through it"),
		    paused == NULL ? _("something, for all we know,")
				   : paused->value);
	else if (retry && n > RETRY_MOST)
		postfix_plan_refuse(h,
		    _("%s: more than %s messages to retry: narrow the filter"),
		    "5000");
	else if (!h->d->long_queue_ids)
		postfix_plan_refuse(h,
		    _("%s uses short queue ids again for other messages (%s): "
		      "what was counted may be gone; set it to yes first"),
		    "enable_long_queue_ids = no");
	for (size_t i = 0; i < n && h->p->refusal[0] == '\0'; i++)
		if (!shquote_is_qid(qids[i]))
			postfix_plan_refuse(h,
			    _("%s: a message without a %s that could be used"),
			    _("queue id"));
	return h->p->refusal[0] != '\0';
}

err_t
postfix_plan_messages(
    const struct plan_host *h, const struct str *qids, size_t n)
{
	enum verb verb = h->p->request.verb;
	bool retry = verb == VERB_RETRY;
	struct plan_step *s;
	char line[512];

	if (n == 0 || refused(h, qids, n))
		return ERR_OK;
	if (h->d->n_further > 0) {
		(void)snprintf(line, sizeof line,
		    _("%s: what waits in further Postfix instances is left as "
		      "it is"),
		    h->name);
		postfix_plan_warn(h, line);
	}
	s = plan_add(
	    h->p, h->id, QUEUE_MS + (retry ? (uint32_t)n * RETRY_EACH_MS : 0));
	if (s == NULL)
		return ERR_NOMEM;
	(void)snprintf(s->text, sizeof s->text, _("%s %zu messages by id"),
	    verb_rows[verb].word, n);
	s->unlocked = retry;
	if (retry)
		s->command = str_dup(str_of(retry_line));
	else
		(void)snprintf(line, sizeof line, "%spostsuper %s", h->sudo,
		    rows[verb].flags);
	if (!retry)
		s->command = str_dup(str_of(line));
	if (!retry) {
		(void)snprintf(line, sizeof line,
		    "exec 3<&0; q=$(postqueue -j) || exit 1; "
		    "! printf '%%s\\n' \"$q\" | %sgrep -F -f /dev/fd/3",
		    rows[verb].wrong);
		s->verify = str_dup(str_of(line));
	}
	s->input = ids_text(qids, n);
	return s->command == NULL || s->input == NULL ||
		       (!retry && s->verify == NULL)
		   ? ERR_NOMEM
		   : ERR_OK;
}
