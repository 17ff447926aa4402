/*
 * postfix_log_line.c - one line: its head is read by postfix_log_head.c; here
 * is which reader takes the rest. Also the small cursor readers that the other
 * files share.
 */
#include "remote/postfix_log.h"
#include "remote/postfix_log_number.h"
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
		p = scan_find(c, p, '>');
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

/* Where the address at p ends: at its ']'; NULL when it is none. */
static const char *
skip_address(const struct cur *c, const char *p)
{
	bool between = false;
	unsigned n;

	if (scan_address(c, p, &n, &between))
		p += n;
	else
		for (; p < c->end; p++) {
			if (*p == '.' || *p == ':')
				between = true;
			else if (!is_digit(*p) &&
				 ((*p | 0x20) < 'a' || (*p | 0x20) > 'f'))
				break;
		}
	return p < c->end && *p == ']' && between ? p : NULL;
}

/* ":25" behind an address, if it is there. */
static inline void
take_port(struct cur *c, uint16_t *port)
{
	int64_t n;

	if (!cur_take(c, STR_LIT(":")))
		return;
	n = cur_number(c);
	if (port != NULL && n > 0 && n <= UINT16_MAX)
		*port = (uint16_t)n;
}

bool
cur_peer(struct cur *c, struct str *name, struct str *ip, uint16_t *port)
{
	const char *from = c->p, *open = scan_either(c, from, '[', ','), *close;

	if (open == NULL || *open != '[')
		return false;
	close = skip_address(c, open + 1);
	if (close == NULL)
		return false;
	c->p = close + 1;
	take_port(c, port);
	if (c->p < c->end &&
	    (cur_left(c) < 2 || c->p[0] != ',' || c->p[1] != ' ')) {
		c->p = from;
		return false;
	}
	*name = str_between(from, open);
	*ip = str_between(open + 1, close);
	return true;
}

void
peer_split(const struct cur *c, struct str s, struct str *name, struct str *ip,
    uint16_t *port)
{
	struct cur at = {s.p, s.p + s.n, c->safe};
	const char *open, *close;

	*name = s;
	*ip = (struct str){NULL, 0};
	open = scan_find(&at, at.p, '[');
	if (open == NULL)
		return;
	*name = str_between(s.p, open);
	close = skip_address(&at, open + 1);
	if (close != NULL)
		*ip = str_between(open + 1, close);
	else
		close = memchr(open, ']', (size_t)(at.end - open));
	if (close == NULL)
		return;
	at.p = close + 1;
	take_port(&at, port);
}

static bool
refused(struct cur *c, enum log_kind kind, struct log_rec *r)
{
	if (!log_refused(c, r))
		return false;
	r->kind = kind;
	return true;
}

/* cleanup: message-id=<..>, or resent-message-id=. */
static bool
message_id(struct cur *c, struct log_rec *r)
{
	struct str v = str_trim(str_between(c->p, c->end));

	if (v.n >= 2 && v.p[0] == '<' && v.p[v.n - 1] == '>')
		v = (struct str){v.p + 1, v.n - 2};
	r->message_id = v;
	r->kind = LOG_MESSAGEID;
	return true;
}

/* "removed", or one of the rarer words with an r. */
static bool
removed(struct cur *c, struct log_rec *r)
{
	struct str all = str_between(c->p, c->end);

	if (str_eq(all, STR_LIT("removed")) ||
	    str_eq(str_trim(all), STR_LIT("removed"))) {
		r->kind = LOG_REMOVED;
		return true;
	}
	if (cur_take(c, STR_LIT("resent-message-id=")))
		return message_id(c, r);
	return cur_take(c, STR_LIT("reject: ")) && refused(c, LOG_REJECT, r);
}

/* "message-id=", or what a milter said. */
static bool
message_or_milter(struct cur *c, struct log_rec *r)
{
	if (cur_take(c, STR_LIT("message-id=")))
		return message_id(c, r);
	if (cur_take(c, STR_LIT("milter-reject: ")))
		return refused(c, LOG_REJECT, r);
	return cur_take(c, STR_LIT("milter-hold: ")) && refused(c, LOG_HELD, r);
}

/* Lines without a queue id that matter. */
static void
plain_line(struct cur *c, struct log_rec *r)
{
	struct str text;
	size_t at;

	if (c->p == c->end)
		return;
	if (cur_take(c, STR_LIT("fatal: ")) ||
	    cur_take(c, STR_LIT("panic: "))) {
		r->kind = LOG_FATAL;
		r->text = str_between(c->p, c->end);
		return;
	}
	if (!cur_take(c, STR_LIT("warning: ")) ||
	    (!str_eq(r->program, STR_LIT("smtp")) &&
		!str_eq(r->program, STR_LIT("lmtp"))))
		return;
	text = str_between(c->p, c->end);
	at = str_find(text, STR_LIT("bind "));
	if (at == SIZE_MAX ||
	    str_find(text, STR_LIT(": Cannot assign requested address")) ==
		SIZE_MAX)
		return;
	r->kind = LOG_BIND_WARNING;
	r->text = str_from(text, at);
}

/* Who takes what follows the queue id: its first letter says it. */
enum rest {
	REST_NONE,  /* nothing is left to take */
	REST_PLAIN, /* there is no queue id */
	REST_OTHER,
	REST_DELIVERY,
	REST_QUEUED,
	REST_CLIENT,
	REST_MESSAGE,
	REST_REMOVED,
	REST_HELD,
	REST_N
};

static enum rest
rest_of(const struct cur *c)
{
	static const uint8_t by_letter[256] = {
	    ['t'] = REST_DELIVERY - REST_OTHER,
	    ['f'] = REST_QUEUED - REST_OTHER,
	    ['c'] = REST_CLIENT - REST_OTHER,
	    ['m'] = REST_MESSAGE - REST_OTHER,
	    ['r'] = REST_REMOVED - REST_OTHER,
	    ['h'] = REST_HELD - REST_OTHER,
	};

	if (c->p == c->end)
		return REST_OTHER;
	return REST_OTHER + by_letter[(unsigned char)*c->p];
}

static inline bool
take_rest(enum rest rest, struct cur *c, struct log_rec *r)
{
	switch (rest) {
	case REST_DELIVERY:
		return log_delivery(c, r);
	case REST_QUEUED:
		return log_queued(c, r);
	case REST_CLIENT:
		return log_client(c, r);
	case REST_MESSAGE:
		return message_or_milter(c, r);
	case REST_REMOVED:
		return removed(c, r);
	case REST_HELD:
		return cur_take(c, STR_LIT("hold: ")) &&
		       refused(c, LOG_HELD, r);
	case REST_PLAIN:
		plain_line(c, r);
		return true;
	case REST_NONE:
	case REST_OTHER:
	case REST_N:
		break;
	}
	return true;
}

/* One store of 16 bytes, which an assignment does not become. */
static inline void
forget(struct str *s)
{
	memset(s, 0, sizeof(*s));
}

/* A record with nothing in it but, later, its head. Field by field: to clear it
 * as a whole compiles to an instruction that takes as long as reading a line.
 */
static inline void
blank(struct log_rec *r)
{
	r->kind = LOG_OTHER;
	r->status = LS_NONE;
	r->bad = BAD_NONE;
	forget(&r->from);
	forget(&r->to);
	forget(&r->relay);
	forget(&r->relay_ip);
	forget(&r->text);
	forget(&r->client);
	forget(&r->client_ip);
	forget(&r->sasl_user);
	forget(&r->message_id);
	r->has_from = false;
	r->relay_port = 0;
	r->delay_ms = -1;
	for (int i = 0; i < 4; i++)
		r->stage_ms[i] = -1;
	for (int i = 0; i < 3; i++)
		r->dsn[i] = 0;
	r->size_bytes = -1;
	r->nrcpt = -1;
}

/* A line without a readable time; NULs tell it even where nothing else does:
 * no program writes them. */
static void
note_headless(enum log_line what, struct log_rec *r)
{
	if (r->at_ms == 0 && memchr(r->line.p, '\0', r->line.n) != NULL)
		r->bad = BAD_NULS;
	else if (what == LOG_LINE_NO_TIME)
		r->bad = BAD_TIME;
}

/* Both kinds of line that begin so end in what was not found. */
static bool
is_half(struct str rest)
{
	return str_starts(rest, STR_LIT("to=<")) ||
	       str_starts(rest, STR_LIT("from=<"));
}

/* All up to the rest, where the cursor is left. */
static inline enum log_line
take_head(struct log_time *t, struct cur *c, struct log_rec *r, enum rest *rest)
{
	enum log_line what;

	blank(r);
	r->at_ms = 0;
	r->line = str_between(c->p, c->end);
	forget(&r->tag);
	forget(&r->program);
	forget(&r->qid);
	*rest = REST_NONE;
	if (c->p == c->end)
		return LOG_LINE_FOREIGN;
	what = log_head_take(t, c, &r->at_ms);
	if (what != LOG_LINE_POSTFIX) {
		note_headless(what, r);
		return what;
	}
	if (!log_program_take(c, r))
		return LOG_LINE_FOREIGN;
	*rest = log_qid_take(c, &r->qid) ? rest_of(c) : REST_PLAIN;
	return LOG_LINE_POSTFIX;
}

/* All readers are inlined (flatten): cursors stay in registers. */
__attribute__((flatten)) void
log_lines_read(struct log_time *t, const struct str *lines, size_t n,
    const char *safe, struct log_rec *recs, unsigned whats[LOG_LINE_N])
{
	uint8_t of[REST_N][POSTFIX_LOG_BATCH], n_of[REST_N] = {0};
	const char *at[POSTFIX_LOG_BATCH];

	for (size_t i = 0; i < n; i++) {
		struct cur c = cur_of(lines[i], safe);
		enum rest rest;

		whats[take_head(t, &c, &recs[i], &rest)]++;
		at[i] = c.p;
		of[rest][n_of[rest]++] = (uint8_t)i;
	}
	for (enum rest rest = REST_PLAIN; rest < REST_N; rest++)
		for (size_t k = 0; k < n_of[rest]; k++) {
			size_t i = of[rest][k];
			struct cur c = cur_of(lines[i], safe);

			c.p = at[i];
			if (take_rest(rest, &c, &recs[i]))
				continue;
			/* Nothing half-read may pass for a figure. */
			blank(&recs[i]);
			if (is_half(str_between(at[i], c.end)))
				recs[i].bad = BAD_HALF;
		}
}
