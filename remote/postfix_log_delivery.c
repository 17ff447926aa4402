/*
 * postfix_log_delivery.c - the lines a message leaves on its way: queued,
 * delivered or not, expired. Keys come in the order Postfix writes them
 * (global/log_adhoc.c, qmgr/qmgr_active.c) but are read in any, and unknown
 * ones are passed over, so that newer versions do not break the figures.
 */
#include "remote/postfix_log_number.h"
#include "remote/postfix_log_parts.h"
#include "remote/postfix_log_scan.h"

static void
take_stages(struct cur *c, int64_t stage_ms[4])
{
	for (int i = 0; i < 4; i++) {
		stage_ms[i] = cur_ms(c);
		if (c->p == c->end || *c->p != '/')
			return;
		c->p++;
	}
}

/* Moves behind the next ", "; false when there is none. */
static inline bool
next_key(struct cur *c)
{
	const char *p;

	while (cur_left(c) >= 2) {
		if (cur_take(c, STR_LIT(", ")))
			return true;
		c->p++;
		p = scan_find(c, c->p, ',');
		if (p == NULL)
			break;
		c->p = p;
	}
	c->p = c->end;
	return false;
}

static void
take_relay(struct cur *c, struct log_rec *r)
{
	const char *from = c->p;
	struct str v;

	/* A host name has no comma; the path of a socket may. What is behind it
	 * does not wait for what is in it. */
	v = next_key(c) ? str_between(from, c->p - 2)
			: str_between(from, c->end);
	c->p = v.p + v.n;
	if (!str_eq(v, STR_LIT("none")))
		peer_split(c, v, &r->relay, &r->relay_ip, &r->relay_port);
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

/*
 * The commonest states whole, behind their "(". They come in no order that can
 * be guessed, so they are not asked for one by one: the first letter tells
 * which it may be.
 */
static bool
take_status_near(struct cur *c, enum log_status *status)
{
	static const struct {
		char begin[8], mask[8];
		uint8_t n;
		enum log_status status;
	} states[8] = {
#define ALL "\xff\xff\xff\xff\xff\xff"
	    ['b' & 7] = {"bounced ", ALL "\xff\xff", 9, LS_BOUNCED},
	    ['s' & 7] = {"sent (", ALL, 6, LS_SENT},
	    ['d' & 7] = {"deferred", ALL "\xff\xff", 10, LS_DEFERRED},
#undef ALL
	};
	uint64_t word, begin, mask;
	unsigned i, n;

	if (cur_left(c) < 10)
		return false;
	i = (unsigned char)*c->p & 7;
	n = states[i].n;
	memcpy(&word, c->p, sizeof(word));
	memcpy(&begin, states[i].begin, sizeof(begin));
	memcpy(&mask, states[i].mask, sizeof(mask));
	if (n == 0 || (word & mask) != begin || c->p[n - 2] != ' ' ||
	    c->p[n - 1] != '(')
		return false;
	*status = states[i].status;
	c->p += n;
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

/* The key at the cursor, and its value; true behind a status, the last one. */
static bool
take_key(struct cur *c, struct log_rec *r)
{
	struct str skipped;

	if (cur_take(c, STR_LIT("relay=")))
		take_relay(c, r);
	else if (cur_take(c, STR_LIT("delay=")))
		r->delay_ms = cur_ms(c);
	else if (cur_take(c, STR_LIT("delays=")))
		take_stages(c, r->stage_ms);
	else if (cur_take(c, STR_LIT("dsn=")))
		(void)cur_dsn(c, r->dsn); /* absent stays class 0 */
	else if (cur_take(c, STR_LIT("orig_to=<")))
		(void)cur_address(c, ',', &skipped);
	else if (cur_take(c, STR_LIT("status="))) {
		take_status(c, r);
		return true;
	}
	return false;
}

/* The keys as all versions have them in one row; the cursor stands at the ", "
 * of the first that is not there. */
static void
take_usual_keys(struct cur *c, struct log_rec *r)
{
	struct str skipped;

	if (cur_take(c, STR_LIT(", orig_to=<")))
		(void)cur_address(c, ',', &skipped);
	if (!cur_take(c, STR_LIT(", relay=")))
		return;
	take_relay(c, r);
	if (cur_take(c, STR_LIT(", conn_use=")))
		(void)cur_number(c);
	if (!cur_take(c, STR_LIT(", delay=")))
		return;
	r->delay_ms = cur_ms(c);
	if (!cur_take(c, STR_LIT(", delays=")))
		return;
	take_stages(c, r->stage_ms);
	if (cur_take(c, STR_LIT(", dsn=")))
		(void)cur_dsn(c, r->dsn); /* absent stays class 0 */
}

bool
log_delivery(struct cur *c, struct log_rec *r)
{
	if (!cur_take(c, STR_LIT("to=<")) || !cur_address(c, ',', &r->to))
		return false;
	take_usual_keys(c, r);
	while (next_key(c))
		if (take_key(c, r)) {
			r->kind = LOG_DELIVERY;
			return r->status != LS_NONE;
		}
	return false;
}

bool
log_queued(struct cur *c, struct log_rec *r)
{
	if (!cur_take(c, STR_LIT("from=<")) || !cur_address(c, ',', &r->from))
		return false;
	r->has_from = true;
	while (next_key(c)) {
		if (cur_take(c, STR_LIT("size="))) {
			r->size_bytes = cur_number_any(c);
		} else if (cur_take(c, STR_LIT("nrcpt="))) {
			int64_t n = cur_number(c);

			r->nrcpt = n > INT32_MAX ? INT32_MAX : (int32_t)n;
			r->kind = LOG_QUEUED;
			return true;
		} else if (cur_take(c, STR_LIT("status="))) {
			take_status(c, r);
			if (r->status != LS_EXPIRED)
				return false;
			r->kind = LOG_EXPIRED;
			return true;
		}
	}
	return false;
}
