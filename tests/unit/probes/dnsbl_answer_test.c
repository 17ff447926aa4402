/* dnsbl_answer_test.c - messages as servers send them, cut anywhere, and made
 * up by somebody who wants to be taken for clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/dnsbl_answer.h"

#include <stdlib.h>

/* A message in the making. */
struct msg {
	uint8_t p[2048];
	size_t n;
};

static void
put(struct msg *m, const void *p, size_t n)
{
	assert_true(m->n + n <= sizeof m->p);
	memcpy(m->p + m->n, p, n);
	m->n += n;
}

static void
put16(struct msg *m, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	put(m, b, 2);
}

/* Head and the question 2.x; flags as on the wire. */
static struct msg
head(unsigned flags, unsigned answers, unsigned authority)
{
	static const uint8_t question[] = {1, '2', 1, 'x', 0, 0, 1, 0, 1};
	struct msg m = {.n = 0};

	put16(&m, 0x1234);
	put16(&m, flags);
	put16(&m, 1);
	put16(&m, answers);
	put16(&m, authority);
	put16(&m, 0);
	put(&m, question, sizeof question);
	return m;
}

static void
put_rr(struct msg *m, unsigned type, unsigned ttl_s, const void *p, size_t n)
{
	put16(m, 0xc00c);
	put16(m, type);
	put16(m, 1);
	put16(m, ttl_s >> 16);
	put16(m, ttl_s & 0xffff);
	put16(m, (unsigned)n);
	put(m, p, n);
}

static void
put_soa(struct msg *m, unsigned ttl_s, unsigned minimum_s)
{
	uint8_t soa[22] = {0};

	soa[20] = (uint8_t)(minimum_s >> 8);
	soa[21] = (uint8_t)minimum_s;
	put_rr(m, 6, ttl_s, soa, sizeof soa);
}

static struct dns_answer
read_msg(const struct msg *m, size_t n, enum dns_type want)
{
	static struct dnsbl_text room;
	struct dns_answer a;
	/* Of its exact size, so that a read past the end is seen. */
	uint8_t *copy = malloc(n + 1);

	assert_non_null(copy);
	copy = realloc(copy, n == 0 ? 1 : n);
	memcpy(copy, m->p, n);
	dnsbl_answer_read(&a, copy, n, want, &room);
	free(copy);
	return a;
}

static const uint8_t two[] = {127, 0, 0, 2}, four[] = {127, 0, 0, 4};

static void
addresses(void **state)
{
	struct msg m = head(0x8180, 2, 0);
	struct dns_answer a;

	(void)state;
	put_rr(&m, 1, 300, two, 4);
	put_rr(&m, 1, 60, four, 4);
	a = read_msg(&m, m.n, DNS_A);
	assert_int_equal(a.status, DNS_OK);
	assert_int_equal(a.n_addrs, 2);
	assert_int_equal(a.addrs[0], 0x7f000002);
	assert_int_equal(a.addrs[1], 0x7f000004);
	assert_int_equal(a.ttl_s, 60);
}

/* Cut anywhere, it is no answer; above all not a clean one. */
static void
cut_anywhere(void **state)
{
	struct msg m[3] = {
	    head(0x8180, 1, 0), head(0x8183, 0, 1), head(0x8180, 1, 0)};

	(void)state;
	put_rr(&m[0], 1, 300, two, 4);
	put_soa(&m[1], 300, 60);
	put_rr(&m[2], 16, 300, "\4text", 5);
	for (int k = 0; k < 3; k++) {
		enum dns_type want = k == 2 ? DNS_TXT : DNS_A;

		for (size_t n = 0; n < m[k].n; n++)
			assert_int_equal(
			    read_msg(&m[k], n, want).status, DNS_BAD);
		assert_int_not_equal(
		    read_msg(&m[k], m[k].n, want).status, DNS_BAD);
	}
}

static void
negative(void **state)
{
	struct msg m = head(0x8183, 0, 1);
	struct dns_answer a;

	(void)state;
	put_soa(&m, 3600, 150);
	a = read_msg(&m, m.n, DNS_A);
	assert_int_equal(a.status, DNS_NXDOMAIN);
	assert_int_equal(a.ttl_s, 150);
	m = head(0x8180, 0, 1);
	put_soa(&m, 20, 150);
	a = read_msg(&m, m.n, DNS_A);
	assert_int_equal(a.status, DNS_NODATA);
	assert_int_equal(a.ttl_s, 20);
}

static void
texts(void **state)
{
	struct msg m = head(0x8180, 2, 0);
	struct dns_answer a;

	(void)state;
	put_rr(&m, 16, 300, "\3abc\2de", 7);
	put_rr(&m, 16, 300, "\1f", 2);
	a = read_msg(&m, m.n, DNS_TXT);
	assert_int_equal(a.status, DNS_OK);
	assert_true(str_eq(a.text, STR_LIT("abcde f")));
}

static void
a_long_text_is_cut(void **state)
{
	struct msg m = head(0x8180, 7, 0);
	uint8_t longest[256];
	struct dns_answer a;

	(void)state;
	memset(longest, 'x', sizeof longest);
	longest[0] = 255;
	for (int i = 0; i < 7; i++)
		put_rr(&m, 16, 300, longest, sizeof longest);
	a = read_msg(&m, m.n, DNS_TXT);
	assert_int_equal(a.status, DNS_OK);
	assert_int_equal(a.text.n, DNSBL_TEXT);
}

/* What must not be taken for "not listed". */
static void
not_clean(void **state)
{
	static const struct {
		unsigned flags;
		enum dns_status status;
	} cases[] = {
	    {0x8182, DNS_SERVFAIL}, {0x8185, DNS_REFUSED},
	    {0x8181, DNS_SERVFAIL}, {0x8184, DNS_SERVFAIL},
	    {0x0180, DNS_BAD},			  /* a question */
	    {0x8380, DNS_BAD},			  /* truncated */
	    {0x8383, DNS_BAD}, {0xa980, DNS_BAD}, /* an update */
	};
	struct msg m;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		m = head(cases[i].flags, 0, 0);
		assert_int_equal(
		    read_msg(&m, m.n, DNS_A).status, cases[i].status);
	}
	m = head(0x8180, 0, 1); /* a referral */
	put_rr(&m, 2, 300, "\1n", 3);
	assert_int_equal(read_msg(&m, m.n, DNS_A).status, DNS_BAD);
	m = head(0x8180, 1, 0); /* an alias that leads nowhere */
	put_rr(&m, 5, 300, "\1n", 3);
	assert_int_equal(read_msg(&m, m.n, DNS_A).status, DNS_BAD);
	m = head(0x8183, 1, 0); /* there and not there */
	put_rr(&m, 1, 300, two, 4);
	assert_int_equal(read_msg(&m, m.n, DNS_A).status, DNS_BAD);
	assert_int_equal(read_msg(&m, m.n, DNS_A).n_addrs, 0);
	m = head(0x8180, 1, 0); /* an address of five bytes */
	put_rr(&m, 1, 300, "\177\0\0\2\0", 5);
	assert_int_equal(read_msg(&m, m.n, DNS_A).status, DNS_BAD);
}

static void
more_addresses_than_room(void **state)
{
	struct msg m = head(0x8180, 20, 0);

	(void)state;
	for (int i = 0; i < 20; i++)
		put_rr(&m, 1, 300, two, 4);
	assert_int_equal(read_msg(&m, m.n, DNS_A).n_addrs, DNS_ADDRS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(negative),
	    cmocka_unit_test(texts),
	    cmocka_unit_test(a_long_text_is_cut),
	    cmocka_unit_test(not_clean),
	    cmocka_unit_test(more_addresses_than_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
