/*
 * ssh_sha1.c - SHA-1 (FIPS 180-4) and HMAC (RFC 2104) for known_hosts' hashed
 * names; see ssh_sha1.h. No state is kept between calls.
 */
#include "remote/ssh_sha1.h"

enum { BLOCK = 64 };

struct sha1 {
	uint32_t h[5];
	uint8_t block[BLOCK];
	size_t fill;
	uint64_t total_bytes;
};

static uint32_t
rotl(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

static void
take_block(struct sha1 *s)
{
	static const uint32_t k[4] = {
	    0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
	uint32_t w[80], v[5], f, t;

	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)s->block[4 * i] << 24 |
		       (uint32_t)s->block[4 * i + 1] << 16 |
		       (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
	for (size_t i = 16; i < 80; i++)
		w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(v, s->h, sizeof v);
	for (size_t i = 0; i < 80; i++) {
		if (i < 20)
			f = (v[1] & v[2]) | (~v[1] & v[3]);
		else if (i >= 40 && i < 60)
			f = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]);
		else
			f = v[1] ^ v[2] ^ v[3];
		t = rotl(v[0], 5) + f + v[4] + k[i / 20] + w[i];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rotl(v[1], 30);
		v[1] = v[0];
		v[0] = t;
	}
	for (size_t i = 0; i < 5; i++)
		s->h[i] += v[i];
}

static void
add(struct sha1 *s, struct str a)
{
	s->total_bytes += a.n;
	for (size_t i = 0; i < a.n; i++) {
		s->block[s->fill++] = (uint8_t)a.p[i];
		if (s->fill == BLOCK) {
			take_block(s);
			s->fill = 0;
		}
	}
}

void
ssh_sha1(uint8_t out[SSH_SHA1_BYTES], struct str a, struct str b)
{
	struct sha1 s = {
	    .h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
	uint64_t bits;

	add(&s, a);
	add(&s, b);
	bits = s.total_bytes * 8;
	add(&s, (struct str){"\x80", 1});
	while (s.fill != BLOCK - 8)
		add(&s, (struct str){"", 1});
	for (int i = 7; i >= 0; i--) {
		char c = (char)(bits >> (8 * i));

		add(&s, (struct str){&c, 1});
	}
	for (size_t i = 0; i < SSH_SHA1_BYTES; i++)
		out[i] = (uint8_t)(s.h[i / 4] >> (24 - 8 * (i % 4)));
}

void
ssh_hmac_sha1(uint8_t out[SSH_SHA1_BYTES], struct str key, struct str text)
{
	uint8_t inner[SSH_SHA1_BYTES], pad[BLOCK] = {0};
	char ipad[BLOCK], opad[BLOCK];

	if (key.n > BLOCK)
		ssh_sha1(pad, key, (struct str){NULL, 0});
	else if (key.n > 0)
		memcpy(pad, key.p, key.n);
	for (size_t i = 0; i < BLOCK; i++) {
		ipad[i] = (char)(pad[i] ^ 0x36);
		opad[i] = (char)(pad[i] ^ 0x5c);
	}
	ssh_sha1(inner, (struct str){ipad, BLOCK}, text);
	ssh_sha1(out, (struct str){opad, BLOCK},
	    (struct str){(const char *)inner, sizeof inner});
}
