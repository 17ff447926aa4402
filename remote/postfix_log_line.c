/*
 * postfix_log_line.c - one line: its head is read by postfix_log_head.c; here
 * is which reader takes the rest. Also the small cursor readers that the other
 * files share.
 */
#include "remote/postfix_log.h"
#include "remote/postfix_log_parts.h"
#include "remote/postfix_log_scan.h"

/* Behind the quoted local part at p, at its '@' or '>'; p when there is none.
 * Postfix quotes the whole local part or nothing (info_log_addr_form). */
static const char *
skip_quoted(const char *p, const char *end)
{
	const char *q = p + 1;

	if (p == end || *p != '"')
		return p;
	for (; q < end && *q != '"'; q++)
		if (*q == '\\')
			q++;
	return end - q >= 2 && (q[1] == '@' || q[1] == '>') ? q + 1 : p;
}

bool
cur_address(struct cur *c, char sep, struct str *out)
{
	const char *p = skip_quoted(c->p, c->end);

	for (; p < c->end; p++) {
		p = scan_find(p, c->end, '>');
		if (p == NULL)
			return false;
		if (p + 1 == c->end || p[1] == sep ||
		    (sep == ' ' && (p[1] == ',' || p[1] == ':'))) {
			*out = str_between(c->p, p);
			c->p = p + 1;
			return true;
		}
	}
	return false;
}

/* Three single digits, as nearly all are; false: it has another form. */
static inline bool
dsn_short(const struct cur *c, uint8_t dsn[3])
{
	const char *p = c->p;

	if (cur_left(c) < 6 || p[0] < '2' || p[0] > '5' || p[1] != '.' ||
	    !is_digit(p[2]) || p[3] != '.' || !is_digit(p[4]) || is_digit(p[5]))
		return false;
	for (int i = 0; i < 3; i++)
		dsn[i] = (uint8_t)(p[2 * i] - '0');
	return true;
}

bool
cur_dsn(struct cur *c, uint8_t dsn[3])
{
	struct cur work = *c;
	uint8_t v[3];

	if (dsn_short(c, dsn)) {
		c->p += 5;
		return true;
	}
	for (int i = 0; i < 3; i++) {
		int64_t n;

		if (i > 0 && !cur_take(&work, STR_LIT(".")))
			return false;
		n = cur_number(&work);
		if (n < 0 || (i == 0 && (n < 2 || n > 5)))
			return false;
		v[i] = (uint8_t)(n > 255 ? 255 : n);
	}
	memcpy(dsn, v, sizeof(v));
	*c = work;
	return true;
}

/* Where the address at p ends: at its ']' before end; NULL when it is none. */
static const char *
skip_address(const char *p, const char *end, const char *line_end)
{
	bool between = false;
	const char *close;

	if (scan_address(p, end, line_end, &close))
		return close;
	for (; p < end; p++) {
		if (*p == '.' || *p == ':')
			between = true;
		else if (!is_digit(*p) &&
			 ((*p | 0x20) < 'a' || (*p | 0x20) > 'f'))
			break;
	}
	return p < end && *p == ']' && between ? p : NULL;
}

void
peer_split(struct str s, const char *line_end, struct str *name, struct str *ip,
    uint16_t *port)
{
	const char *end, *open, *close;
	struct cur tail;
	int64_t n;

	*name = s;
	*ip = (struct str){NULL, 0};
	if (s.n == 0)
		return;
	end = s.p + s.n;
	open = scan_find(s.p, end, '[');
	if (open == NULL)
		return;
	*name = str_between(s.p, open);
	close = skip_address(open + 1, end, line_end);
	if (close != NULL)
		*ip = str_between(open + 1, close);
	else
		close = memchr(open, ']', (size_t)(end - open));
	if (close == NULL || port == NULL)
		return;
	tail = (struct cur){close + 1, end};
	if (!cur_take(&tail, STR_LIT(":")))
		return;
	n = cur_number(&tail);
	if (n > 0 && n <= UINT16_MAX)
		*port = (uint16_t)n;
}

static bool
refused(struct cur c, enum log_kind kind, struct log_rec *r)
{
	if (!log_refused(c, r))
		return false;
	r->kind = kind;
	return true;
}

/* cleanup: message-id=<..>, or resent-message-id=. */
static bool
message_id(struct cur c, struct log_rec *r)
{
	struct str v = str_trim(str_between(c.p, c.end));

	if (v.n >= 2 && v.p[0] == '<' && v.p[v.n - 1] == '>')
		v = (struct str){v.p + 1, v.n - 2};
	r->message_id = v;
	r->kind = LOG_MESSAGEID;
	return true;
}

/* What follows the queue id. */
static bool
queue_line(struct cur c, struct log_rec *r)
{
	if (c.p == c.end)
		return false;
	switch (*c.p) {
	case 't':
		return log_delivery(c, r);
	case 'f':
		return log_queued(c, r);
	case 'c':
		return log_client(c, r);
	case 'm':
		if (cur_take(&c, STR_LIT("message-id=")))
			return message_id(c, r);
		if (cur_take(&c, STR_LIT("milter-reject: ")))
			return refused(c, LOG_REJECT, r);
		return cur_take(&c, STR_LIT("milter-hold: ")) &&
		       refused(c, LOG_HELD, r);
	case 'r':
		if (str_eq(str_between(c.p, c.end), STR_LIT("removed")) ||
		    str_eq(str_trim(str_between(c.p, c.end)),
			STR_LIT("removed"))) {
			r->kind = LOG_REMOVED;
			return true;
		}
		if (cur_take(&c, STR_LIT("resent-message-id=")))
			return message_id(c, r);
		return cur_take(&c, STR_LIT("reject: ")) &&
		       refused(c, LOG_REJECT, r);
	case 'h':
		return cur_take(&c, STR_LIT("hold: ")) &&
		       refused(c, LOG_HELD, r);
	default:
		return false;
	}
}

/* Lines without a queue id that matter. */
static void
plain_line(struct cur c, struct log_rec *r)
{
	struct str text;
	size_t at;

	if (c.p == c.end)
		return;
	if (cur_take(&c, STR_LIT("fatal: ")) ||
	    cur_take(&c, STR_LIT("panic: "))) {
		r->kind = LOG_FATAL;
		r->text = str_between(c.p, c.end);
		return;
	}
	if (!cur_take(&c, STR_LIT("warning: ")) ||
	    (!str_eq(r->program, STR_LIT("smtp")) &&
		!str_eq(r->program, STR_LIT("lmtp"))))
		return;
	text = str_between(c.p, c.end);
	at = str_find(text, STR_LIT("bind "));
	if (at == SIZE_MAX ||
	    str_find(text, STR_LIT(": Cannot assign requested address")) ==
		SIZE_MAX)
		return;
	r->kind = LOG_BIND_WARNING;
	r->text = str_from(text, at);
}

/* A zeroed record to one with nothing in it. */
static void
blank(struct log_rec *r)
{
	r->delay_ms = r->size_bytes = r->nrcpt = -1;
	for (int i = 0; i < 4; i++)
		r->stage_ms[i] = -1;
}

/* A line without a readable time; NULs tell it even where nothing else does:
 * no program writes them. */
static void
note_headless(enum log_line what, struct str line, struct log_rec *r)
{
	if (r->at_ms == 0 && memchr(line.p, '\0', line.n) != NULL)
		r->bad = BAD_NULS;
	else if (what == LOG_LINE_NO_TIME)
		r->bad = BAD_TIME;
}

/* Both kinds of line that begin so end in what was not found. */
static bool
is_half(const struct cur *c)
{
	struct str rest = str_between(c->p, c->end);

	return str_starts(rest, STR_LIT("to=<")) ||
	       str_starts(rest, STR_LIT("from=<"));
}

enum log_line
log_line_read(struct log_time *t, struct str line, struct log_rec *r)
{
	enum log_line what;
	struct cur c;

	blank(r);
	r->line = line;
	if (line.n == 0)
		return LOG_LINE_FOREIGN;
	c = (struct cur){line.p, line.p + line.n};
	what = log_head_take(t, &c, &r->at_ms);
	if (what != LOG_LINE_POSTFIX) {
		note_headless(what, line, r);
		return what;
	}
	if (!log_program_take(&c, r))
		return LOG_LINE_FOREIGN;
	if (!log_qid_take(&c, &r->qid)) {
		plain_line(c, r);
		return LOG_LINE_POSTFIX;
	}
	if (!queue_line(c, r)) {
		struct log_rec got = *r;

		/* Nothing half-read may pass for a figure. */
		memset(r, 0, sizeof(*r));
		blank(r);
		r->at_ms = got.at_ms;
		r->line = got.line;
		r->tag = got.tag;
		r->program = got.program;
		r->qid = got.qid;
		r->bad = is_half(&c) ? BAD_HALF : BAD_NONE;
	}
	return LOG_LINE_POSTFIX;
}
