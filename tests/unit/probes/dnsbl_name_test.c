/* dnsbl_name_test.c - names as RFC 5782 has them, and who may be asked about.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/dnsbl_name.h"

static const char *
named(const char *subject, const char *zone)
{
	static char name[DNS_NAME_MAX];
	struct dnsbl_what w = dnsbl_what(str_of(subject));

	if (dnsbl_name(name, &w, str_of(subject), str_of(zone)) != ERR_OK)
		return "";
	return name;
}

static void
names(void **state)
{
	(void)state;
	assert_string_equal(
	    named("192.0.2.99", "bl.example"), "99.2.0.192.bl.example");
	assert_string_equal(named("2001:db8:1:2:3:4:567:89ab", "bl.example"),
	    "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2."
	    "bl.example");
	assert_string_equal(named("mail.example.com.", "bl.example"),
	    "mail.example.com.bl.example");
	assert_string_equal(named("_dnsbl_.test", "x"), "_dnsbl_.test.x");
}

static void
no_names(void **state)
{
	static const char *const bad[] = {"", ".", "..", "a..b", ".a", "a b",
	    "a\\.b", "a\nb", "\xc3\xa9.example", "192.0.2.1/24", "a.b;c",
	    "0123456789012345678901234567890123456789012345678901234567890123"};
	char long_name[260] = "";

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(dnsbl_what(str_of(bad[i])).kind, DNSBL_BAD);
		assert_string_equal(named(bad[i], "bl.example"), "");
	}
	for (size_t i = 0; i < 250; i++)
		long_name[i] = i % 50 == 49 ? '.' : 'a';
	long_name[249] = 'a';
	assert_int_equal(dnsbl_what(str_of(long_name)).kind, DNSBL_DOMAIN);
	assert_string_equal(named(long_name, "bl.example"), "");
	assert_string_not_equal(named(long_name, "bl"), "");
	assert_string_equal(named("192.0.2.1", ""), "");
}

static void
who_is_public(void **state)
{
	static const char *const not [] = {"10.0.0.1", "127.0.0.2", "0.0.0.0",
	    "100.64.0.1", "100.127.255.255", "169.254.1.1", "172.16.0.1",
	    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1",
	    "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
	    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
	    "2001:db8::1", "3fff::1", "::ffff:8.8.8.8", "ff02::1", "a b"};
	static const char *const yes[] = {"8.8.8.8", "100.63.255.255",
	    "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
	    "198.17.0.1", "198.20.0.1", "223.255.255.255", "2001:4860::8888",
	    "3fff:1000::1", "mail.example"};

	(void)state;
	for (size_t i = 0; i < sizeof not / sizeof not [0]; i++) {
		struct dnsbl_what w = dnsbl_what(str_of(not [i]));

		if (dnsbl_public(&w))
			fail_msg("%s", not [i]);
	}
	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
		struct dnsbl_what w = dnsbl_what(str_of(yes[i]));

		if (!dnsbl_public(&w))
			fail_msg("%s", yes[i]);
	}
}

static bool
near(const char *a, const char *b)
{
	struct dnsbl_what x = dnsbl_what(str_of(a)), y = dnsbl_what(str_of(b));

	return dnsbl_neighbours(&x, &y);
}

static void
neighbours(void **state)
{
	(void)state;
	assert_true(near("192.0.2.1", "192.0.2.254"));
	assert_false(near("192.0.2.1", "192.0.3.1"));
	assert_true(near("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"));
	assert_false(near("2001:db8:0:1::1", "2001:db8:0:2::1"));
	assert_false(near("192.0.2.1", "2001:db8::1"));
	assert_false(near("a.example", "a.example"));
}

static void
takes(void **state)
{
	struct blocklist four = {.kind = LIST_IP, .ipv4 = true};
	struct blocklist six = {.kind = LIST_IP, .ipv6 = true};
	struct blocklist domains = {.kind = LIST_DOMAIN, .ipv4 = true};
	struct blocklist private = {
	    .kind = LIST_PRIVATE, .ipv4 = true, .ipv6 = true};
	struct dnsbl_what v4 = dnsbl_what(STR_LIT("192.0.2.1"));
	struct dnsbl_what v6 = dnsbl_what(STR_LIT("2001:db8::1"));
	struct dnsbl_what name = dnsbl_what(STR_LIT("a.example"));

	(void)state;
	assert_true(dnsbl_takes(&four, &v4));
	assert_false(dnsbl_takes(&four, &v6));
	assert_true(dnsbl_takes(&six, &v6));
	assert_false(dnsbl_takes(&six, &v4));
	assert_true(dnsbl_takes(&domains, &name));
	assert_false(dnsbl_takes(&domains, &v4));
	assert_false(dnsbl_takes(&four, &name));
	assert_false(dnsbl_takes(&private, &v4));
	assert_false(dnsbl_takes(&private, &name));
}

static void
zones_with_a_key(void **state)
{
	char zone[DNS_NAME_MAX] = "as before";

	(void)state;
	assert_int_equal(dnsbl_zone(zone, STR_LIT("<key>.zen.dq.example"),
			     STR_LIT("abc123")),
	    ERR_OK);
	assert_string_equal(zone, "abc123.zen.dq.example");
	assert_int_equal(
	    dnsbl_zone(zone, STR_LIT("zen.example"), STR_LIT("abc")),
	    ERR_PARSE);
	assert_int_equal(
	    dnsbl_zone(zone, STR_LIT("<key>.example"), STR_LIT("a b")),
	    ERR_PARSE);
	assert_int_equal(
	    dnsbl_zone(zone, STR_LIT("<key>.example"), STR_LIT("")), ERR_PARSE);
	assert_string_equal(zone, "abc123.zen.dq.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(no_names),
	    cmocka_unit_test(who_is_public),
	    cmocka_unit_test(neighbours),
	    cmocka_unit_test(takes),
	    cmocka_unit_test(zones_with_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
