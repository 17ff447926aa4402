/*
 * dnsbl_name.c - reversed octets, reversed nibbles, or the domain as it is,
 * before a zone. Writes names that DNS can carry or none: no escapes, no empty
 * labels, no more than 253 bytes (RFC 1035 2.3.4).
 */
#include "probes/dnsbl_name.h"

#include "core/dname.h"

#include <arpa/inet.h>

static struct str
without_dot(struct str s)
{
	if (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

struct dnsbl_what
dnsbl_what(struct str subject)
{
	struct dnsbl_what w = {0};
	char text[INET6_ADDRSTRLEN];

	if (subject.n > 0 && subject.n < sizeof text) {
		str_copy(text, sizeof text, subject);
		if (inet_pton(AF_INET, text, w.addr) == 1) {
			w.kind = DNSBL_V4;
			return w;
		}
		if (inet_pton(AF_INET6, text, w.addr) == 1) {
			w.kind = DNSBL_V6;
			return w;
		}
	}
	if (dname_ok(without_dot(subject)))
		w.kind = DNSBL_DOMAIN;
	return w;
}

static bool
public4(const uint8_t a[4])
{
	static const struct {
		uint32_t net;
		uint8_t bits;
	} not_public[] = {
	    {0x00000000, 8},  /* this network */
	    {0x0a000000, 8},  /* private */
	    {0x64400000, 10}, /* shared, carrier-grade NAT */
	    {0x7f000000, 8},  /* loopback */
	    {0xa9fe0000, 16}, /* link-local */
	    {0xac100000, 12}, /* private */
	    {0xc0000000, 24}, /* protocol assignments */
	    {0xc0000200, 24}, /* documentation */
	    {0xc0a80000, 16}, /* private */
	    {0xc6120000, 15}, /* benchmarks */
	    {0xc6336400, 24}, /* documentation */
	    {0xcb007100, 24}, /* documentation */
	    {0xe0000000, 3},  /* multicast, reserved, broadcast */
	};
	uint32_t v = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 |
		     (uint32_t)a[2] << 8 | a[3];

	for (size_t i = 0; i < sizeof not_public / sizeof not_public[0]; i++) {
		if ((v ^ not_public[i].net) >> (32 - not_public[i].bits) == 0)
			return false;
	}
	return true;
}

static bool
public6(const uint8_t a[16])
{
	static const uint8_t documentation[] = {0x20, 0x01, 0x0d, 0xb8};

	if ((a[0] & 0xe0) != 0x20) /* 2000::/3 */
		return false;
	if (a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10)
		return false;
	return memcmp(a, documentation, sizeof documentation) != 0;
}

bool
dnsbl_public(const struct dnsbl_what *w)
{
	if (w->kind == DNSBL_V4)
		return public4(w->addr);
	if (w->kind == DNSBL_V6)
		return public6(w->addr);
	return w->kind == DNSBL_DOMAIN;
}

bool
dnsbl_neighbours(const struct dnsbl_what *a, const struct dnsbl_what *b)
{
	size_t n = a->kind == DNSBL_V4 ? 3 : 8;

	return a->kind == b->kind &&
	       (a->kind == DNSBL_V4 || a->kind == DNSBL_V6) &&
	       memcmp(a->addr, b->addr, n) == 0;
}

bool
dnsbl_takes(const struct blocklist *l, const struct dnsbl_what *w)
{
	switch (w->kind) {
	case DNSBL_V4:
		return l->kind == LIST_IP && l->ipv4;
	case DNSBL_V6:
		return l->kind == LIST_IP && l->ipv6;
	case DNSBL_DOMAIN:
		return l->kind == LIST_DOMAIN;
	default:
		return false;
	}
}

static char *
put_octet(char *at, unsigned v)
{
	if (v >= 100)
		*at++ = (char)('0' + v / 100);
	if (v >= 10)
		*at++ = (char)('0' + v / 10 % 10);
	*at++ = (char)('0' + v % 10);
	*at++ = '.';
	return at;
}

err_t
dnsbl_name(char dst[DNS_NAME_MAX], const struct dnsbl_what *w,
    struct str subject, struct str zone)
{
	static const char hex[] = "0123456789abcdef";
	char head[DNS_NAME_MAX], *at = head;

	subject = without_dot(subject);
	if (w->kind == DNSBL_V4) {
		for (int i = 3; i >= 0; i--)
			at = put_octet(at, w->addr[i]);
	} else if (w->kind == DNSBL_V6) {
		for (int i = 15; i >= 0; i--) {
			*at++ = hex[w->addr[i] & 15];
			*at++ = '.';
			*at++ = hex[w->addr[i] >> 4];
			*at++ = '.';
		}
	} else if (w->kind == DNSBL_DOMAIN && subject.n <= DNAME_MAX_BYTES) {
		memcpy(at, subject.p, subject.n);
		at += subject.n;
		*at++ = '.';
	} else {
		return ERR_PARSE;
	}
	if (zone.n == 0 || (size_t)(at - head) + zone.n > DNAME_MAX_BYTES)
		return ERR_LIMIT;
	memcpy(dst, head, (size_t)(at - head));
	memcpy(dst + (at - head), zone.p, zone.n);
	dst[(size_t)(at - head) + zone.n] = '\0';
	return ERR_OK;
}

err_t
dnsbl_zone(char dst[DNS_NAME_MAX], struct str zone_key, struct str key)
{
	struct str mark = STR_LIT("<key>");
	size_t at = str_find(zone_key, mark);
	struct str tail;

	if (at == SIZE_MAX || !dname_ok(key))
		return ERR_PARSE;
	tail = str_from(zone_key, at + mark.n);
	if (at + key.n + tail.n > DNAME_MAX_BYTES)
		return ERR_LIMIT;
	memcpy(dst, zone_key.p, at);
	memcpy(dst + at, key.p, key.n);
	if (tail.n > 0)
		memcpy(dst + at + key.n, tail.p, tail.n);
	dst[at + key.n + tail.n] = '\0';
	return ERR_OK;
}
