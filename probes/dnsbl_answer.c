/*
 * dnsbl_answer.c - reads DNS messages (RFC 1035 4) with a cursor that cannot
 * leave them. Names are skipped, never expanded: who asked has matched number
 * and question. Negative answers live as long as their SOA says (RFC 2308 5).
 */
#include "probes/dnsbl_answer.h"

#include <stdbool.h>

enum {
	HEADER = 12,
	RR_A = 1,
	RR_NS = 2,
	RR_SOA = 6,
	RR_TXT = 16,
	CLASS_IN = 1,
	RCODE_NOERROR = 0,
	RCODE_NXDOMAIN = 3,
	RCODE_REFUSED = 5,
};

/* After a read past the end `bad` is set and all reads give 0. */
struct cursor {
	const uint8_t *p;
	size_t n, at;
	bool bad;
};

struct rr {
	uint16_t type, class;
	uint32_t ttl_s;
	size_t at, n; /* of its data */
};

static uint32_t
take(struct cursor *c, size_t bytes)
{
	uint32_t v = 0;

	if (c->bad || c->n - c->at < bytes) {
		c->bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | c->p[c->at++];
	return v;
}

static void
skip(struct cursor *c, size_t bytes)
{
	if (c->bad || c->n - c->at < bytes)
		c->bad = true;
	else
		c->at += bytes;
}

static void
skip_name(struct cursor *c)
{
	while (!c->bad) {
		uint32_t len = take(c, 1);

		if (len == 0)
			return;
		if ((len & 0xc0) == 0xc0) {
			skip(c, 1);
			return;
		}
		if ((len & 0xc0) != 0)
			c->bad = true;
		skip(c, len);
	}
}

static struct rr
take_rr(struct cursor *c)
{
	struct rr r;

	skip_name(c);
	r.type = (uint16_t)take(c, 2);
	r.class = (uint16_t)take(c, 2);
	r.ttl_s = take(c, 4);
	if (r.ttl_s > INT32_MAX)
		r.ttl_s = 0; /* RFC 2181 8 */
	r.n = take(c, 2);
	r.at = c->at;
	skip(c, r.n);
	return r;
}

/* The strings of a TXT record, joined; several records with a blank between. */
static bool
add_text(struct dns_answer *out, struct dnsbl_text *room,
    const struct cursor *c, const struct rr *r)
{
	size_t at = r->at, end = r->at + r->n, n = out->text.n;

	if (n > 0 && n < sizeof room->p)
		room->p[n++] = ' ';
	while (at < end) {
		size_t len = c->p[at++];

		if (len > end - at)
			return false;
		for (size_t i = 0; i < len && n < sizeof room->p; i++)
			room->p[n++] = (char)c->p[at + i];
		at += len;
	}
	out->text = (struct str){room->p, n};
	return true;
}

static bool
add_addr(struct dns_answer *out, const struct cursor *c, const struct rr *r)
{
	const uint8_t *p = c->p + r->at;

	if (r->n != 4)
		return false;
	if (out->n_addrs < DNS_ADDRS)
		out->addrs[out->n_addrs++] = (uint32_t)p[0] << 24 |
					     (uint32_t)p[1] << 16 |
					     (uint32_t)p[2] << 8 | p[3];
	return true;
}

/* Returns how many records of the wanted type there are; -1: unreadable. */
static int
read_answers(struct dns_answer *out, struct cursor *c, unsigned count,
    enum dns_type want, struct dnsbl_text *room)
{
	uint32_t ttl_s = UINT32_MAX;
	int found = 0;

	for (unsigned i = 0; i < count; i++) {
		struct rr r = take_rr(c);
		bool ok = true;

		if (c->bad)
			return -1;
		if (r.class != CLASS_IN)
			continue;
		if (r.ttl_s < ttl_s)
			ttl_s = r.ttl_s;
		if (r.type != (want == DNS_TXT ? RR_TXT : RR_A))
			continue;
		ok = want == DNS_TXT ? add_text(out, room, c, &r)
				     : add_addr(out, c, &r);
		if (!ok)
			return -1;
		found++;
	}
	out->ttl_s = ttl_s == UINT32_MAX ? 0 : ttl_s;
	return found;
}

/* ttl_s from the SOA. false: the section cannot be read, or holds name servers
 * and no SOA, which sends us elsewhere and answers nothing. */
static bool
read_authority(struct dns_answer *out, struct cursor *c, unsigned count)
{
	bool soa = false, ns = false;

	for (unsigned i = 0; i < count; i++) {
		struct rr r = take_rr(c);
		struct cursor tail;

		if (c->bad)
			return false;
		ns = ns || r.type == RR_NS;
		if (r.type != RR_SOA || r.n < 22)
			continue;
		soa = true;
		tail = (struct cursor){c->p, r.at + r.n, r.at + r.n - 4, false};
		out->ttl_s = take(&tail, 4);
		if (r.ttl_s < out->ttl_s)
			out->ttl_s = r.ttl_s;
	}
	return soa || !ns;
}

static enum dns_status
read_body(struct dns_answer *out, struct cursor *c, enum dns_type want,
    struct dnsbl_text *room)
{
	uint32_t flags, questions, answers, authority, rcode;
	int found;

	skip(c, 2);
	flags = take(c, 2);
	questions = take(c, 2);
	answers = take(c, 2);
	authority = take(c, 2);
	skip(c, 2);
	rcode = flags & 15;
	if (c->bad || (flags & 0x8000) == 0 || (flags & 0x7800) != 0)
		return DNS_BAD;
	if (rcode == RCODE_REFUSED)
		return DNS_REFUSED;
	if (rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN)
		return DNS_SERVFAIL;
	for (uint32_t i = 0; i < questions; i++) {
		skip_name(c);
		skip(c, 4);
	}
	found = read_answers(out, c, answers, want, room);
	if (found > 0)
		return rcode == RCODE_NOERROR ? DNS_OK : DNS_BAD;
	/* Cut off, an alias that leads nowhere, or not readable: all of them
	 * leave open whether the name is there. */
	if (found < 0 || c->bad || (flags & 0x0200) != 0 || answers > 0)
		return DNS_BAD;
	if (!read_authority(out, c, authority) && rcode == RCODE_NOERROR)
		return DNS_BAD;
	if (c->bad)
		return DNS_BAD;
	return rcode == RCODE_NXDOMAIN ? DNS_NXDOMAIN : DNS_NODATA;
}

void
dnsbl_answer_read(struct dns_answer *out, const uint8_t *msg, size_t n,
    enum dns_type want, struct dnsbl_text *room)
{
	struct cursor c = {msg, n, 0, false};
	uint32_t ms = out->ms;
	enum dns_status status;

	*out = (struct dns_answer){.ms = ms};
	if (n < HEADER) {
		out->status = DNS_BAD;
		return;
	}
	status = read_body(out, &c, want, room);
	if (status != DNS_OK) {
		out->n_addrs = 0;
		out->text = (struct str){NULL, 0};
	}
	out->status = status;
}
