/*
 * postfix_log_head.c - what every line begins with: "time host
 * tag/program[pid]: ", whether it is Postfix's, and the queue id.
 */
#include "remote/postfix_log_parts.h"
#include "remote/postfix_log_scan.h"

enum {
	QID_MIN = 6, /* short ids: 5 hex digits and an inode number */
	QID_MAX = 32,
	PEEK_BYTES = 256, /* where a head is looked for without a time */
};

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

/* The parts of a line's "tag/program[pid]: ". */
static struct program_at
find_program(struct cur c)
{
	const char *space = memchr(c.p, ' ', cur_left(&c)), *end, *slash;
	struct program_at at = {space == NULL ? c.end : space, NULL, c.p};

	if (at.space - c.p < 2 || at.space[-1] != ':')
		return at;
	end = at.space - 1;
	if (end[-1] == ']') {
		end--;
		while (end > c.p && is_digit(end[-1]))
			end--;
		if (end == c.p || end[-1] != '[')
			return at;
		end--;
	}
	for (slash = end; slash > c.p && slash[-1] != '/';)
		slash--;
	at.end = end;
	at.slash = slash;
	return at;
}

bool
log_program_take(struct cur *c, struct log_rec *r)
{
	struct program_at at;

	if (!scan_program(c, &at))
		at = find_program(*c);
	if (at.end == NULL)
		return false;
	if (at.slash == c->p) {
		struct str name = str_between(c->p, at.end);

		if (!str_eq(name, STR_LIT("postfix")))
			return false;
		r->tag = r->program = name;
	} else {
		struct str tag = str_between(c->p, at.slash - 1);
		struct str program = str_between(at.slash, at.end);

		if (tag.n == 0 || (!str_starts(tag, STR_LIT("postfix")) &&
				      !is_postfix_program(program)))
			return false;
		r->tag = tag;
		r->program = program;
	}
	c->p = at.space < c->end ? at.space + 1 : at.space;
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

bool
log_qid_take(struct cur *c, struct str *qid)
{
	const char *p = c->p;
	unsigned n;

	if (cur_take(c, STR_LIT("NOQUEUE: ")))
		return true;
	n = scan_qid(c);
	for (p += n; (n == 0 || n == 16) && p < c->end && is_qid_char(*p);)
		p++;
	if (c->end - p < 2 || p[0] != ':' || p[1] != ' ' ||
	    p - c->p < QID_MIN || p - c->p > QID_MAX)
		return false;
	*qid = str_between(c->p, p);
	c->p = p + 2;
	return true;
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

enum log_line
log_head_take(struct log_time *t, struct cur *c, int64_t *at_ms)
{
	const char *from = c->p, *space;

	if (t->head_n > 0 && cur_left(c) >= t->head_n &&
	    scan_same(from, t->head, t->head_n)) {
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
	space = scan_find(c, c->p, ' ');
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
