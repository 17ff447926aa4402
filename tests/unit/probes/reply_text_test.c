/* reply_text_test.c - what keys drop and keep, and what stands in a plain text;
 * hostile bytes. */
#include "probes/reply_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
key_is(const char *text, const char *want)
{
	char out[REPLY_TEXT_MAX + 1];
	size_t n = reply_key(out, str_of(text));

	out[n] = '\0';
	assert_string_equal(out, want);
}

static void
plain_is(const char *text, const char *want)
{
	char key[REPLY_TEXT_MAX], out[REPLY_TEXT_MAX + 1];
	size_t n = reply_key(key, str_of(text));

	n = reply_plain(out, (struct str){key, n});
	out[n] = '\0';
	assert_string_equal(out, want);
}

static void
keys(void **state)
{
	(void)state;
	key_is("", "");
	key_is("  421 4.7.28 x\r\n", "421 4.7.28 x");
	key_is("from [192.0.2.255]:24706 at 10:12:55",
	    "from [0.0.0.0]:0 at 0:0:0");
	/* codes of providers stay, ids of messages go */
	key_is("(S3150) AS77712344 [TSS04] OFR006_103 BL000010 4.16.55.1",
	    "(S3150) AS77712344 [TSS04] OFR006_103 BL000010 0.0.0.0");
	key_is("[#DM6NAM11FT088 z2si1584129pfn.61 - gsmtp", "[#0 0.61 - gsmtp");
	key_is("12345 1234", "0 1234");
	key_is("8ab12 08DBD70830F3", "8ab12 0");
	key_is("a677dbeb, A677DBE", "0, A677DBE");
	key_is("by SpamAssassin", "by SpamAssassin");
	key_is("SpamAssassin3 SpamAssassin", "0 SpamAssassin");
	/* no addresses: too many parts, too long a part, words behind */
	key_is("1.2.3 1234.1.1.1 1.2.3.4a", "1.2.3 1234.1.1.1 1.2.3.4a");
	key_is("1.2.3.4", "0.0.0.0");
}

static void
keys_of_one_reply_are_one(void **state)
{
	char a[REPLY_TEXT_MAX], b[REPLY_TEXT_MAX];
	struct str x = STR_LIT("451 4.7.650 The mail server [192.0.2.5] has "
			       "been rate limited (S775) [DB8EUR05FT0031 "
			       "2024-05-09T23:34:45.000Z 08DBD70830F39917]");
	struct str y =
	    STR_LIT("451 4.7.650 The mail server [203.0.113.199] has "
		    "been rate limited (S775) [DB8EUR05FT0099 "
		    "2024-05-09T23:59:01.000Z 17DBE70830F3A918]");
	size_t n = reply_key(a, x), m = reply_key(b, y);

	(void)state;
	assert_true(str_eq((struct str){a, n}, (struct str){b, m}));
	n = reply_key(a, STR_LIT("550 5.7.1 no"));
	m = reply_key(b, STR_LIT("450 4.7.1 no"));
	assert_false(str_eq((struct str){a, n}, (struct str){b, m}));
}

static void
plain_texts(void **state)
{
	(void)state;
	plain_is("550 5.1.1 <a.b+c@Example.com>: no. x@y.",
	    "550 5.1.1 <@>: no. "
	    "@.");
	plain_is("@ @@ a@", "@ @@ @");
	plain_is("550 #5.1.0 Address #1", "550 5.1.0 address #1");
	plain_is("550 5.7.1 Go  AWAY\n\tnow ", "550 5.7.1 go away now");
	plain_is("host mx.example[192.0.2.1] said: 550 5.1.1 No (in reply to "
		 "RCPT TO command)",
	    "550 5.1.1 no");
	plain_is("host mx.example[192.0.2.1] refused to talk to me: 421 Busy",
	    "421 busy");
	plain_is("Nov 22 10:00:00 mx postfix/smtp[99]: 4A: to=<a@b.example>, "
		 "dsn=4.7.0, status=deferred (host mx.example[192.0.2.1] said: "
		 "421 4.7.0 Later (in reply to DATA command))",
	    "421 4.7.0 later");
	plain_is(
	    "SMTP error from remote mail server after RCPT TO:<a@b.example>"
	    ": 550 no such user",
	    "550 no such user");
	plain_is("delivery temporarily suspended: x", "delivery temporarily "
						      "suspended: x");
	/* no code: nothing is taken for one */
	plain_is("Connection timed out", "connection timed out");
}

static void
continuation_lines(void **state)
{
	static const char want[] = "550 5.7.26 this mail has been blocked";

	(void)state;
	plain_is(
	    "550-5.7.26 This mail\n550-5.7.26 has been\n550 5.7.26 blocked",
	    want);
	plain_is("550-5.7.26 This mail 550-5.7.26 has been 550 5.7.26 blocked",
	    want);
	plain_is("550-This mail\n550 has gone", "550 this mail has gone");
	/* another code in the text is text */
	plain_is("421 said 550 5.1.1 no", "421 said 550 5.1.1 no");
	plain_is("550 pay 550 5 times", "550 pay 550 5 times");
}

static void
hostile_bytes(void **state)
{
	static char text[100000];
	char key[REPLY_TEXT_MAX], out[REPLY_TEXT_MAX];
	uint32_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		size_t n = round < 150 ? round : sizeof text, k, p;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525U + 1013904223U;
			text[i] = round % 3 == 0 ? "5.-0 1:"[(seed >> 24) % 7]
						 : (char)(seed >> 24);
		}
		k = reply_key(key, (struct str){text, n});
		assert_true(k <= REPLY_TEXT_MAX && k <= n);
		p = reply_plain(out, (struct str){key, k});
		assert_true(p <= k);
		for (size_t i = 0; i < p; i++)
			assert_true((unsigned char)out[i] >= ' ');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys),
	    cmocka_unit_test(keys_of_one_reply_are_one),
	    cmocka_unit_test(plain_texts),
	    cmocka_unit_test(continuation_lines),
	    cmocka_unit_test(hostile_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
