/*
 * postfix_log_line.c - one line: its head ("time host tag/program[pid]: "),
 * whether it is Postfix's, its queue id, and which reader takes the rest.
 * Also the small cursor readers that the other files share.
 */
#include "remote/postfix_log.h"
#include "remote/postfix_log_parts.h"

enum {
	QID_MIN = 6, /* short ids: 5 hex digits and an inode number */
	QID_MAX = 32,
	PEEK_BYTES = 256, /* where a head is looked for without a time */
};

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
		p = memchr(p, '>', (size_t)(c->end - p));
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

bool
cur_dsn(struct cur *c, uint8_t dsn[3])
{
	struct cur work = *c;
	uint8_t v[3];

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

/* Where the address at p ends: at its ']'; NULL when it is none. */
static const char *
skip_address(const char *p, const char *end)
{
	/* 1: hex digits, 2: what an address has between them */
	static const uint8_t is[256] = {
	    ['0'] = 1,
	    ['1'] = 1,
	    ['2'] = 1,
	    ['3'] = 1,
	    ['4'] = 1,
	    ['5'] = 1,
	    ['6'] = 1,
	    ['7'] = 1,
	    ['8'] = 1,
	    ['9'] = 1,
	    ['a'] = 1,
	    ['b'] = 1,
	    ['c'] = 1,
	    ['d'] = 1,
	    ['e'] = 1,
	    ['f'] = 1,
	    ['A'] = 1,
	    ['B'] = 1,
	    ['C'] = 1,
	    ['D'] = 1,
	    ['E'] = 1,
	    ['F'] = 1,
	    ['.'] = 2,
	    [':'] = 2,
	};
	unsigned seen = 0, one;

	for (; p < end; p++) {
		one = is[(unsigned char)*p];
		if (one == 0)
			break;
		seen |= one;
	}
	return p < end && *p == ']' && (seen & 2) != 0 ? p : NULL;
}

void
peer_split(struct str s, struct str *name, struct str *ip, uint16_t *port)
{
	const char *end, *open, *close;
	struct cur tail;
	int64_t n;

	*name = s;
	*ip = (struct str){NULL, 0};
	open = s.n == 0 ? NULL : memchr(s.p, '[', s.n);
	if (open == NULL)
		return;
	end = s.p + s.n;
	*name = str_between(s.p, open);
	close = skip_address(open + 1, end);
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

/* Programs that log under any syslog_name. One that a name starting with
 * "postfix" precedes needs no row. Most frequent first. */
static bool
is_postfix_program(struct str s)
{
	static const struct str names[] = {
#define N(s) {s, sizeof(s) - 1}
	    N("smtp"), N("smtpd"), N("qmgr"), N("cleanup"), N("lmtp"),
	    N("local"), N("virtual"), N("pipe"), N("error"), N("bounce"),
	    N("pickup"), N("postscreen"), N("anvil"), N("scache"),
	    N("trivial-rewrite"), N("master"), N("discard"), N("verify"),
	    N("flush"), N("proxymap"), N("tlsmgr"), N("tlsproxy"), N("dnsblog"),
	    N("showq"), N("spawn"), N("qmqpd"), N("oqmgr"), N("postlogd"),
	    N("postdrop"), N("sendmail"), N("postsuper"), N("postqueue"),
	    N("postfix-script"), N("postlog")
#undef N
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(s, names[i]))
			return true;
	return false;
}

/* "tag/program[pid]:" and the blank behind it; false when not Postfix's. */
static bool
take_program(struct cur *c, struct log_rec *r)
{
	const char *space = memchr(c->p, ' ', cur_left(c)), *end, *slash;
	struct str name;

	if (space == NULL)
		space = c->end;
	if (space - c->p < 2 || space[-1] != ':')
		return false;
	end = space - 1;
	if (end[-1] == ']') {
		end--;
		while (end > c->p && is_digit(end[-1]))
			end--;
		if (end == c->p || end[-1] != '[')
			return false;
		end--;
	}
	name = str_between(c->p, end);
	for (slash = end; slash > c->p && slash[-1] != '/';)
		slash--;
	if (slash == c->p) {
		if (!str_eq(name, STR_LIT("postfix")))
			return false;
		r->tag = r->program = name;
	} else {
		struct str tag = str_between(c->p, slash - 1);
		struct str program = str_between(slash, end);

		if (tag.n == 0 || (!str_starts(tag, STR_LIT("postfix")) &&
				      !is_postfix_program(program)))
			return false;
		r->tag = tag;
		r->program = program;
	}
	c->p = space < c->end ? space + 1 : space;
	return true;
}

/* Queue ids: upper case hex, or digits and letters without vowels (long ids).
 * So no word of English is one. */
static bool
is_qid_char(char ch)
{
	static const bool yes[256] = {
	    ['0'] = 1,
	    ['1'] = 1,
	    ['2'] = 1,
	    ['3'] = 1,
	    ['4'] = 1,
	    ['5'] = 1,
	    ['6'] = 1,
	    ['7'] = 1,
	    ['8'] = 1,
	    ['9'] = 1,
	    ['A'] = 1,
	    ['B'] = 1,
	    ['C'] = 1,
	    ['D'] = 1,
	    ['E'] = 1,
	    ['F'] = 1,
	    ['G'] = 1,
	    ['H'] = 1,
	    ['J'] = 1,
	    ['K'] = 1,
	    ['L'] = 1,
	    ['M'] = 1,
	    ['N'] = 1,
	    ['P'] = 1,
	    ['Q'] = 1,
	    ['R'] = 1,
	    ['S'] = 1,
	    ['T'] = 1,
	    ['V'] = 1,
	    ['W'] = 1,
	    ['X'] = 1,
	    ['Y'] = 1,
	    ['Z'] = 1,
	    ['b'] = 1,
	    ['c'] = 1,
	    ['d'] = 1,
	    ['f'] = 1,
	    ['g'] = 1,
	    ['h'] = 1,
	    ['j'] = 1,
	    ['k'] = 1,
	    ['l'] = 1,
	    ['m'] = 1,
	    ['n'] = 1,
	    ['p'] = 1,
	    ['q'] = 1,
	    ['r'] = 1,
	    ['s'] = 1,
	    ['t'] = 1,
	    ['v'] = 1,
	    ['w'] = 1,
	    ['x'] = 1,
	    ['y'] = 1,
	    ['z'] = 1,
	};

	return yes[(unsigned char)ch];
}

/* "qid: " or "NOQUEUE: " (which gives an empty id); false leaves the cursor. */
static bool
take_qid(struct cur *c, struct str *qid)
{
	const char *p = c->p;

	if (cur_take(c, STR_LIT("NOQUEUE: ")))
		return true;
	while (p < c->end && is_qid_char(*p))
		p++;
	if (c->end - p < 2 || p[0] != ':' || p[1] != ' ' ||
	    p - c->p < QID_MIN || p - c->p > QID_MAX)
		return false;
	*qid = str_between(c->p, p);
	c->p = p + 2;
	return true;
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
		if (str_eq(str_trim(str_between(c.p, c.end)),
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

/* A line that ought to be Postfix's, but whose head is broken. */
static bool
looks_like_postfix(struct str line)
{
	size_t n = line.n < PEEK_BYTES ? line.n : PEEK_BYTES;
	size_t at = str_find((struct str){line.p, n}, STR_LIT(" postfix"));

	return at != SIZE_MAX && memchr(line.p + at, '/', n - at) != NULL &&
	       memchr(line.p + at, ':', n - at) != NULL;
}

/*
 * "time host ". All of it is compared with the last line's first: of a busy
 * host a thousand lines begin with the same bytes.
 */
static enum log_line
take_head(struct log_time *t, struct cur *c, int64_t *at_ms)
{
	const char *from = c->p, *space;

	if (t->head_n > 0 && cur_left(c) >= t->head_n &&
	    memcmp(from, t->head, t->head_n) == 0) {
		c->p += t->head_n;
		*at_ms = t->head_ms;
		return LOG_LINE_POSTFIX;
	}
	if (!log_time_take(t, c, at_ms)) {
		*at_ms = 0;
		return looks_like_postfix(str_between(from, c->end))
			   ? LOG_LINE_NO_TIME
			   : LOG_LINE_FOREIGN;
	}
	space = memchr(c->p, ' ', cur_left(c));
	if (space == NULL)
		return LOG_LINE_FOREIGN;
	c->p = space + 1;
	if ((size_t)(c->p - from) <= sizeof(t->head)) {
		t->head_n = (uint8_t)(c->p - from);
		memcpy(t->head, from, t->head_n);
		t->head_ms = *at_ms;
	}
	return LOG_LINE_POSTFIX;
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
	what = take_head(t, &c, &r->at_ms);
	if (what != LOG_LINE_POSTFIX)
		return what;
	if (!take_program(&c, r))
		return LOG_LINE_FOREIGN;
	if (!take_qid(&c, &r->qid)) {
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
	}
	return LOG_LINE_POSTFIX;
}
