/*
 * postfix_log_parts.h - what the files of the log parser share: a cursor over
 * one line, time stamps, and one reader per family of lines. Private to
 * remote/postfix_log*.c; nothing here owns bytes or allocates.
 */
#ifndef REMOTE_POSTFIX_LOG_PARTS_H
#define REMOTE_POSTFIX_LOG_PARTS_H

#include "core/log_rec.h"
#include "core/str.h"

struct cur {
	const char *p, *end; /* borrowed: the rest of one line */
	/* Bytes up to here may be looked at, though they are not the line's:
	 * so that its last fields too are found many bytes at once. */
	const char *safe;
};

static inline size_t
cur_left(const struct cur *c)
{
	return (size_t)(c->end - c->p);
}

static inline struct cur
cur_of(struct str line, const char *safe)
{
	return (struct cur){line.p, line.p + line.n, safe};
}

/* Moves behind lit when the rest begins with it. */
static inline bool
cur_take(struct cur *c, struct str lit)
{
	if (cur_left(c) < lit.n || memcmp(c->p, lit.p, lit.n) != 0)
		return false;
	c->p += lit.n;
	return true;
}

static inline bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static inline struct str
str_between(const char *from, const char *to)
{
	return (struct str){from, (size_t)(to - from)};
}

/*
 * An address up to the '>' that ends it; the cursor stands behind its '<' and
 * is moved behind the '>'. Only a '>' before `sep` (',' or ' ') or the end
 * does, and none inside of a quoted local part. false: the cursor stays.
 */
bool cur_address(struct cur *c, char sep, struct str *out);
/* "name[address]" or "name[address]:port" at the cursor, if an address it is
 * and the end or a ", " follows; false leaves the cursor. */
bool cur_peer(struct cur *c, struct str *name, struct str *ip, uint16_t *port);
/* The same from any bytes of c's line. What is in the brackets goes to *ip only
 * if it can be an address (a socket's path cannot). */
void peer_split(const struct cur *c, struct str s, struct str *name,
    struct str *ip, uint16_t *port);
/* "4.4.1" at the cursor into dsn[3]; numbers above 255 are kept as 255. */
bool cur_dsn(struct cur *c, uint8_t dsn[3]);

/* What turns a time stamp into a time, and the last one that was turned. */
struct log_time {
	int64_t now_ms; /* the host's wall clock */
	int32_t utc_offset_s;
	uint8_t seen_n; /* bytes of seen[]; 0 = nothing */
	char seen[20];	/* up to the second, as it stood in the line */
	int64_t seen_s; /* its seconds; RFC 3339: before the zone is taken off*/
	uint8_t head_n; /* the same with all up to the host's name and a blank*/
	char head[64];
	int64_t head_ms;
};

void log_time_set(struct log_time *t, int64_t now_ms, int32_t utc_offset_s);
/* Takes a time stamp and the blanks behind it; false leaves the cursor. */
bool log_time_take(struct log_time *t, struct cur *c, int64_t *at_ms);

enum log_line {
	LOG_LINE_POSTFIX,
	LOG_LINE_FOREIGN,
	LOG_LINE_NO_TIME,
	LOG_LINE_N
};

/*
 * "time host ". All of it is compared with the last line's first: of a busy
 * host a thousand lines begin with the same bytes.
 */
enum log_line log_head_take(struct log_time *t, struct cur *c, int64_t *at_ms);
/* "tag/program[pid]:" and the blank behind it; false when not Postfix's. */
bool log_program_take(struct cur *c, struct log_rec *r);
/* "qid: " or "NOQUEUE: " (which gives an empty id); false leaves the cursor. */
bool log_qid_take(struct cur *c, struct str *qid);

/*
 * n <= POSTFIX_LOG_BATCH lines without their ends, counted by what they are.
 * All recs are filled; that of a line which is not Postfix's has only the line,
 * and the time if there is one. The heads of all are read first, then the
 * rests, kind by kind: in a log they are mixed as by dice, and a processor that
 * works on several lines ahead would have to throw that away at each. Bytes up
 * to `safe` may be looked at.
 */
void log_lines_read(struct log_time *t, const struct str *lines, size_t n,
    const char *safe, struct log_rec *recs, unsigned whats[LOG_LINE_N]);

/* The rest of a line behind "qid: ", each for lines that begin with its word.
 * false: not of this form after all; the record may be partly filled. */
bool log_delivery(struct cur *c, struct log_rec *r); /* to=< */
bool log_queued(struct cur *c, struct log_rec *r);   /* from=< */
bool log_client(struct cur *c, struct log_rec *r);   /* client= */
/* Behind "reject: " or "hold: ". */
bool log_refused(const struct cur *rest, struct log_rec *r);

#endif
