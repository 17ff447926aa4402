/*
 * postfix_log_delivery.c - the lines a message leaves on its way: queued,
 * delivered or not, expired. Keys come in the order Postfix writes them
 * (global/log_adhoc.c, qmgr/qmgr_active.c) but are read in any, and unknown
 * ones are passed over, so that newer versions do not break the figures.
 */
#include "remote/postfix_log_parts.h"
#include "remote/postfix_log_scan.h"

/* 100, 10, 1, 0 */
static inline uint64_t
unit_below(uint64_t unit)
{
	return unit * 103 >> 10;
}

/* "0.35", "12" to milliseconds; -1 when there is no number, or one of more
 * than 15 digits. */
static inline int64_t
take_ms(struct cur *c)
{
	const char *from = c->p, *p = from, *end = c->end;
	uint64_t ms = 0;

	for (; p < end && is_digit(*p); p++)
		ms = ms * 10 + (uint64_t)(*p - '0'); /* too many may wrap */
	c->p = p;
	if (p == from || p - from > 15)
		return -1;
	ms *= 1000;
	if (p == end || *p != '.')
		return (int64_t)ms;
	p++;
	for (uint64_t unit = 100; p < end && is_digit(*p);
	     unit = unit_below(unit))
		ms += unit * (uint64_t)(*p++ - '0');
	c->p = p;
	return (int64_t)ms;
}

static void
take_stages(struct cur *c, int64_t stage_ms[4])
{
	for (int i = 0; i < 4; i++) {
		stage_ms[i] = take_ms(c);
		if (c->p == c->end || *c->p != '/')
			return;
		c->p++;
	}
}

/* Moves behind the next ", "; false when there is none. */
static inline bool
next_key(struct cur *c)
{
	const char *p = c->p;

	while (c->end - p >= 2) {
		if (p[0] == ',' && p[1] == ' ') {
			c->p = p + 2;
			return true;
		}
		p = scan_find(p + 1, c->end, ',');
		if (p == NULL)
			break;
	}
	c->p = c->end;
	return false;
}

static void
take_relay(struct cur *c, struct log_rec *r)
{
	const char *from = c->p, *comma = from;
	struct str v;

	/* A host name has no comma; the path of a socket may. */
	for (;; comma++) {
		comma = scan_find(comma, c->end, ',');
		if (comma == NULL) {
			comma = c->end;
			break;
		}
		if (c->end - comma >= 2 && comma[1] == ' ')
			break;
	}
	v = str_between(from, comma);
	c->p = comma;
	if (!str_eq(v, STR_LIT("none")))
		peer_split(v, c->end, &r->relay, &r->relay_ip, &r->relay_port);
}

static enum log_status
status_of(struct str s)
{
	if (str_eq(s, STR_LIT("sent")))
		return LS_SENT;
	/* soft_bounce=yes: would have bounced, stays in the queue. */
	if (str_eq(s, STR_LIT("deferred")) || str_eq(s, STR_LIT("SOFTBOUNCE")))
		return LS_DEFERRED;
	if (str_eq(s, STR_LIT("bounced")))
		return LS_BOUNCED;
	if (str_eq(s, STR_LIT("expired")) ||
	    str_eq(s, STR_LIT("force-expired")))
		return LS_EXPIRED;
	return s.n > 0 ? LS_OTHER : LS_NONE;
}

/* The commonest forms whole, behind their "(". */
static bool
take_status_near(struct cur *c, enum log_status *status)
{
	if (cur_take(c, STR_LIT("sent (")))
		*status = LS_SENT;
	else if (cur_take(c, STR_LIT("deferred (")))
		*status = LS_DEFERRED;
	else if (cur_take(c, STR_LIT("bounced (")))
		*status = LS_BOUNCED;
	else
		return false;
	return true;
}

/* "sent (250 ok (really))": the text may hold parentheses of its own, and
 * has no closing one where the line was cut on its way. */
static void
take_status(struct cur *c, struct log_rec *r)
{
	const char *from = c->p;

	if (!take_status_near(c, &r->status)) {
		while (c->p < c->end && *c->p != ' ' && *c->p != ',')
			c->p++;
		r->status = status_of(str_between(from, c->p));
		if (!cur_take(c, STR_LIT(" (")))
			return;
	}
	r->text = str_between(c->p, c->end);
	if (r->text.n > 0 && c->end[-1] == ')')
		r->text.n--;
}

bool
log_delivery(struct cur c, struct log_rec *r)
{
	struct str skipped;

	if (!cur_take(&c, STR_LIT("to=<")) || !cur_address(&c, ',', &r->to))
		return false;
	while (next_key(&c)) {
		if (cur_take(&c, STR_LIT("relay=")))
			take_relay(&c, r);
		else if (cur_take(&c, STR_LIT("delay=")))
			r->delay_ms = take_ms(&c);
		else if (cur_take(&c, STR_LIT("delays=")))
			take_stages(&c, r->stage_ms);
		else if (cur_take(&c, STR_LIT("dsn=")))
			(void)cur_dsn(&c, r->dsn); /* absent stays class 0 */
		else if (cur_take(&c, STR_LIT("orig_to=<")))
			(void)cur_address(&c, ',', &skipped);
		else if (cur_take(&c, STR_LIT("status="))) {
			take_status(&c, r);
			r->kind = LOG_DELIVERY;
			return r->status != LS_NONE;
		}
	}
	return false;
}

bool
log_queued(struct cur c, struct log_rec *r)
{
	if (!cur_take(&c, STR_LIT("from=<")) || !cur_address(&c, ',', &r->from))
		return false;
	r->has_from = true;
	while (next_key(&c)) {
		if (cur_take(&c, STR_LIT("size="))) {
			r->size_bytes = cur_number(&c);
		} else if (cur_take(&c, STR_LIT("nrcpt="))) {
			int64_t n = cur_number(&c);

			r->nrcpt = n > INT32_MAX ? INT32_MAX : (int32_t)n;
			r->kind = LOG_QUEUED;
			return true;
		} else if (cur_take(&c, STR_LIT("status="))) {
			take_status(&c, r);
			if (r->status != LS_EXPIRED)
				return false;
			r->kind = LOG_EXPIRED;
			return true;
		}
	}
	return false;
}
