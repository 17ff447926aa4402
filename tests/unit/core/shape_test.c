/* shape_test.c - one cause, one shape; two causes, two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/shape.h"

#include <stdio.h>

static struct str
shape(struct str text, char out[SHAPE_MAX])
{
	char again[SHAPE_MAX];
	size_t n = shape_of(out, text);
	size_t m = shape_of(again, (struct str){out, n});

	assert_true(str_eq((struct str){out, n}, (struct str){again, m}));
	return (struct str){out, n};
}

static void
is_shape(const char *text, const char *want)
{
	char out[SHAPE_MAX + 1];
	struct str got = shape(str_of(text), out);

	out[got.n] = '\0';
	assert_string_equal(out, want);
}

static void
marks(void **state)
{
	(void)state;
	is_shape("", "");
	is_shape("  \t ", "");
	is_shape("450 4.2.1 try again in 300 seconds",
	    "450 4.2.1 try again in # seconds");
	is_shape("550 5.7.1 [192.0.2.1] and 192.0.2.1:25 and 2001:db8::1 and "
		 "[IPv6:2001:db8::1]",
	    "550 5.7.1 [IP] and IP and IP and [IP]");
	is_shape("550 5.1.1 <a.b+c=d.jp@example.co.jp>: unknown",
	    "550 5.1.1 <ADDR>: unknown");
	is_shape("host mx1.example.net is at 03:04:05, Mon, 2 Jan 2026 "
		 "03:04:05 or 2026-01-02T03:04:05.678Z",
	    "host DOMAIN is at # or #");
	is_shape("421 see https://x.example/a/b12?ip=192.0.2.1&c=d.",
	    "421 see https://x.example/a/*.");
	is_shape("451 see (http://www.example.org/rbl/lookup.html#z).",
	    "451 see (http://www.example.org/rbl/lookup.html).");
	is_shape("250 2.0.0 Ok: queued as 4XyZ7K1Bzcz1",
	    "250 2.0.0 Ok: queued as ID");
	is_shape("250 2.0.0 OK a1-20020a056402si1234567edq.12 - gsmtp",
	    "250 2.0.0 OK ID - gsmtp");
	is_shape("token Q1YzZ3kxdnRYYnpkbVZ0MAo+QTMzMTMzRjUxNzQ4Cg== end",
	    "token ID end");
	is_shape("limit 5,000 of mx114", "limit # of mx#");
	is_shape("id 3f2a9b1c, id abcdef12, id 1234567a, id BAD01234, id "
		 "defaceda",
	    "id ID, id ID, id ID, id ID, id ID");
}

static void
codes_and_names_stay(void **state)
{
	(void)state;
	is_shape("550-5.7.1 one 550-5.7.1 two 550 5.7.1 three",
	    "550 5.7.1 one two three");
	is_shape("554-kundenserver.de (x) 554-No SMTP 554 For",
	    "554 DOMAIN (x) No SMTP For");
	is_shape("550 #5.1.0 Address rejected", "550 5.1.0 Address rejected");
	is_shape("550 5.7.1 on our block list (S3150) [TSS04] RP-001 AUP#1260",
	    "550 5.7.1 on our block list (S3150) [TSS04] RP-001 AUP#1260");
	is_shape("554 blocked using 1.2.0.192.zen.spamhaus.org",
	    "554 blocked using zen.spamhaus.org");
	is_shape("554 blocked using abc123.bl.example.net",
	    "554 blocked using bl.example.net");
	is_shape("host x.example.org[192.0.2.9] said: 451 4.7.1 wait 5",
	    "host DOMAIN[IP] said: 451 4.7.1 wait #");
	is_shape("421 4.7.0 \xe9\x80\x81\xe4\xbf\xa1 42 \xe5\x9b\x9e",
	    "421 4.7.0 \xe9\x80\x81\xe4\xbf\xa1 # \xe5\x9b\x9e");
}

/* A small generator: same numbers each run. */
static uint64_t
next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static const char hex[] = "0123456789ABCDEF";
static const char b52[] =
    "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
static const char b64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static size_t
letters(char *p, size_t n, const char *from, uint64_t *x)
{
	for (size_t i = 0; i < n; i++)
		p[i] = from[next(x) % strlen(from)];
	return n;
}

/* Writes text with each %c replaced by something that varies. */
static size_t
vary(char *p, size_t cap, const char *text, uint64_t *x)
{
	size_t n = 0;

	for (; *text != '\0' && n + 100 < cap; text++) {
		if (*text != '%') {
			p[n++] = *text;
			continue;
		}
		switch (*++text) {
		case 'q': /* short queue id */
			n += letters(p + n, 10 + next(x) % 3, hex, x);
			break;
		case 'l': /* long queue id */
			p[n++] = '4';
			n += letters(p + n, 10 + next(x) % 4, b52, x);
			break;
		case 'i':
			n += (size_t)snprintf(p + n, cap - n, "%u.%u.%u.%u",
			    (unsigned)(next(x) % 256),
			    (unsigned)(next(x) % 256),
			    (unsigned)(next(x) % 256),
			    (unsigned)(next(x) % 256));
			break;
		case '6':
			n += (size_t)snprintf(p + n, cap - n,
			    "2001:db8:%x:%x::%x", (unsigned)(next(x) % 65536),
			    (unsigned)(next(x) % 65536),
			    (unsigned)(next(x) % 65536));
			break;
		case 'd':
			n += letters(
			    p + n, 1 + next(x) % 12, "abcdefghijklmnop", x);
			n += (size_t)snprintf(p + n, cap - n, "%u.example.%s",
			    (unsigned)(next(x) % 100),
			    next(x) % 2 ? "co.jp" : "net");
			break;
		case 'a':
			n += letters(p + n, 1 + next(x) % 12,
			    "abcdefghijklmnop.+=-_0123", x);
			n += (size_t)snprintf(p + n, cap - n, "@x%u.example",
			    (unsigned)(next(x) % 100));
			break;
		case 'n':
			n += (size_t)snprintf(
			    p + n, cap - n, "%u", (unsigned)(next(x) % 99999));
			break;
		case 'g': /* Gmail's session id */
			n += (size_t)snprintf(p + n, cap - n,
			    "a%u-20020a05%08xsi%u.%u",
			    (unsigned)(next(x) % 100), (unsigned)next(x),
			    (unsigned)(next(x) % 9999999),
			    (unsigned)(next(x) % 999));
			break;
		case 'b':
			n += letters(p + n, 24 + next(x) % 24, b64, x);
			for (uint64_t k = next(x) % 3; k > 0; k--)
				p[n++] = '=';
			break;
		default: /* t: a time */
			n += (size_t)snprintf(p + n, cap - n,
			    "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
			    2000 + (unsigned)(next(x) % 99),
			    1 + (unsigned)(next(x) % 12),
			    1 + (unsigned)(next(x) % 28),
			    (unsigned)(next(x) % 24), (unsigned)(next(x) % 60),
			    (unsigned)(next(x) % 60),
			    (unsigned)(next(x) % 1000));
			break;
		}
	}
	return n;
}

static const char *const causes[] = {
    "450 4.7.1 <%a>: Recipient address rejected: Greylisted, see "
    "http://postgrey.example/%d.html?r=%n",
    "550-5.7.1 [%i] Our system has detected an unusual rate 550-5.7.1 of mail "
    "550 5.7.1 https://support.example/mail/answer/%n %g - gsmtp",
    "451 4.7.650 The mail server [%i] has been temporarily rate limited "
    "(S775) [%d %t %q]",
    "451 4.7.650 The mail server [%i] has been temporarily rate limited "
    "(S843) [%d %t %q]",
    "421 4.7.0 [TSS04] Messages from %6 temporarily deferred due to volume %n",
    "250 2.0.0 Ok: queued as %l",
    "250 2.0.0 Ok: %n bytes queued as %q",
    "550 frequency limited [%b %i]. http://help.example/cgi-bin/help?id=%n",
    "554 5.7.1 Service unavailable; Client host [%i] blocked using "
    "zen.example.org",
    "554 5.7.1 Service unavailable; Client host [%i] blocked using "
    "bl.example.org",
    "connect to %d[%i]:25: Connection timed out",
    "connect to %d[%6]:25: Connection timed out",
    "452 4.2.2 mailbox of %a is over quota (%n of %n)",
    "452 4.2.3 mailbox of %a is over quota (%n of %n)",
};

static void
ten_thousand_lines_of_one_cause(void **state)
{
	enum { N = sizeof causes / sizeof causes[0], LINES = 10000 };
	char first[N][SHAPE_MAX], out[SHAPE_MAX], line[1024];
	size_t len[N];
	uint64_t x = 88172645463325252U;

	(void)state;
	for (size_t c = 0; c < N; c++) {
		len[c] = shape_of(first[c],
		    (struct str){line, vary(line, sizeof line, causes[c], &x)});
		for (int i = 0; i < LINES; i++) {
			size_t n = vary(line, sizeof line, causes[c], &x);
			struct str got = shape((struct str){line, n}, out);

			if (!str_eq(got, (struct str){first[c], len[c]}))
				fail_msg("%.*s -> %.*s, not %.*s", (int)n, line,
				    (int)got.n, got.p, (int)len[c], first[c]);
		}
	}
	for (size_t a = 0; a < N; a++)
		for (size_t b = 0; b < a; b++)
			if (a != 11 || b != 10) /* the same cause */
				assert_false(
				    str_eq((struct str){first[a], len[a]},
					(struct str){first[b], len[b]}));
}

static void
bounds(void **state)
{
	char text[4096], out[SHAPE_MAX];

	(void)state;
	memset(text, 'a', sizeof text);
	assert_true(
	    str_eq(shape((struct str){text, sizeof text}, out), STR_LIT("ID")));
	for (size_t i = 0; i < sizeof text; i += 5)
		text[i] = ' ';
	assert_int_equal(shape((struct str){text, sizeof text}, out).n, 509);
	for (size_t i = 0; i + 3 <= sizeof text; i += 3)
		memcpy(text + i, "\xe3\x81\x82", 3);
	assert_int_equal(shape((struct str){text, 4095}, out).n, 510);
	memset(text, '[', sizeof text);
	assert_int_equal(
	    shape((struct str){text, sizeof text}, out).n, SHAPE_MAX);
	for (size_t i = 0; i < 256; i++)
		text[i] = (char)i;
	(void)shape((struct str){text, 256}, out);
}

static struct str
read_file(const char *path, char *buf, size_t cap)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("%s cannot be opened", path);
	n = fread(buf, 1, cap, f);
	(void)fclose(f);
	return (struct str){buf, n};
}

/* Replies of real receivers and the shapes they should have. */
static void
real_replies(void **state)
{
	static char a[65536], b[65536];
	struct str in =
	    read_file("tests/fixtures/shape/replies.txt", a, sizeof a);
	struct str ref =
	    read_file("tests/fixtures/shape/replies.ref", b, sizeof b);
	struct str line, want, got;
	char out[SHAPE_MAX];

	(void)state;
	while (str_line(&in, &line)) {
		assert_true(str_line(&ref, &want));
		got = shape(line, out);
		if (!str_eq(got, want))
			fail_msg("%.*s, not %.*s", (int)got.n, got.p,
			    (int)want.n, want.p);
	}
	assert_int_equal(ref.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks),
	    cmocka_unit_test(codes_and_names_stay),
	    cmocka_unit_test(ten_thousand_lines_of_one_cause),
	    cmocka_unit_test(bounds),
	    cmocka_unit_test(real_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
