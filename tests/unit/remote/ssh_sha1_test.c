/* ssh_sha1_test.c - FIPS 180 and RFC 2202 vectors. */
#include "remote/ssh_sha1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static void
is(const uint8_t mac[SSH_SHA1_BYTES], const char *want)
{
	char hex[2 * SSH_SHA1_BYTES + 1];

	for (size_t i = 0; i < SSH_SHA1_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	assert_string_equal(hex, want);
}

static void
hashes(void **state)
{
	uint8_t mac[SSH_SHA1_BYTES];
	char a[200];

	(void)state;
	ssh_sha1(mac, STR_LIT(""), STR_LIT(""));
	is(mac, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	ssh_sha1(mac, STR_LIT("a"), STR_LIT("bc"));
	is(mac, "a9993e364706816aba3e25717850c26c9cd0d89d");
	ssh_sha1(mac, STR_LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmn"),
	    STR_LIT("lmnomnopnopq"));
	is(mac, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	memset(a, 'a', sizeof a);
	ssh_sha1(mac, (struct str){a, 119}, (struct str){a, 81});
	is(mac, "e61cfffe0d9195a525fc6cf06ca2d77119c24a40");
}

static void
macs(void **state)
{
	uint8_t mac[SSH_SHA1_BYTES];
	char key[80];

	(void)state;
	ssh_hmac_sha1(
	    mac, STR_LIT("Jefe"), STR_LIT("what do ya want for nothing?"));
	is(mac, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xaa, sizeof key);
	ssh_hmac_sha1(mac, (struct str){key, sizeof key},
	    STR_LIT("Test Using Larger Than Block-Size Key - Hash Key First"));
	is(mac, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hashes),
	    cmocka_unit_test(macs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
