/* shape_key_test.c - texts of one cause have one key, and keys lose nothing
 * that a shape shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/shape.h"
#include "core/shape_key.h"

#include <stdio.h>
#include <stdlib.h>

static void
has_shape(struct str text, struct str key)
{
	char a[SHAPE_MAX], b[SHAPE_MAX];
	struct str want = {a, shape_of(a, text)}, got = {b, shape_of(b, key)};

	if (!str_eq(got, want))
		fail_msg("%.*s: %.*s, not %.*s", (int)text.n, text.p,
		    (int)got.n, got.p, (int)want.n, want.p);
}

static void
is_key(const char *text, const char *want)
{
	char out[512], again[512];
	struct str key = {out, shape_key(out, str_of(text))};

	if (!str_eq(key, str_of(want)))
		fail_msg("%.*s, not %s", (int)key.n, key.p, want);
	assert_true(str_eq(key, (struct str){again, shape_key(again, key)}));
	has_shape(str_of(text), key);
}

static void
stays(const char *text)
{
	is_key(text, text);
}

static void
made_alike(void **state)
{
	(void)state;
	is_key("", "");
	is_key("450 4.2.0 <ab3c@x.example>: try again in 12345 seconds",
	    "450 4.2.0 <a@a>: try again in 00000 seconds");
	is_key("<7b@x.example>, <a+b=c@x>", "<0@a>, <a@a>");
	is_key("[203.0.113.17]:25, 203.0.113.17.", "[0.0.0.0]:25, 0.0.0.0.");
	is_key("id 3f2a9b1c, ref=ABCDEF01, session 4XyZ7K1Bzcz1",
	    "id 0a0a0a0a, ref=a0a0a0a0, session 0a0a0a0a0a0a");
	is_key("421 4.7.28 a3f2a9b1.123 - gsmtp",
	    "421 4.7.28 a0a0a0a0.000 - gsmtp");
	is_key("name=mx12345.example type=MX", "name=mx00000.example type=MX");
	is_key("mail for x1234.example and 1c3f2a9b.prod.example loops",
	    "mail for x0000.example and 0a0a0a0a.prod.example loops");
	is_key("x.xn--5-F5FFFFFF", "x.xn--5-a0a0a0a0");
	is_key("see https://x.example/smtp/38599.",
	    "see https://x.example/smtp/00000.");
}

static void
says_something(void **state)
{
	(void)state;
	stays("550-5.7.26 and 550 5.7.26 and 5.1.1");
	stays("[TS03] (S77714) AS77712 RP-001 AUP#1260 BL000010 AB-12345");
	stays("2026-01-02T03:04:05.6Z 10:12:55 15ms TLSv1.2 4321");
	stays("mx114.example zen.example mx1.provider17.example");
	stays("550-AB-12345 5.7.1.AB-12345 450-12@x");
	stays("2001:db8::12345 a:b:12345 #123456 a/123456 x~123456");
	stays("@12345 a@ a@b_c a@@b");
	stays("uceprotect1 spamhaus2 163.com");
}

/* Of any length; the last byte is the text's last byte. */
static void
ends(void **state)
{
	static const char text[] =
	    "550 5.1.1 <u7@x.example> 203.0.113.9 id 3f2a9b1c 123456789";
	char *in, *out;

	(void)state;
	for (size_t n = 0; n < sizeof text; n++) {
		in = malloc(n + 1);
		out = malloc(n + 1);
		assert_non_null(in);
		assert_non_null(out);
		memcpy(in, text, n);
		has_shape((struct str){in, n},
		    (struct str){out, shape_key(out, (struct str){in, n})});
		free(in);
		free(out);
	}
}

static uint32_t
next(uint32_t *x)
{
	*x = *x * 1664525U + 1013904223U;
	return *x >> 8;
}

/* Real replies, as they are and with one byte changed. */
static void
real_replies(void **state)
{
	static const char bytes[] = "0159afzAFZ.-_:/=@+#%, <>()'\x80";
	char in[2048], out[2048];
	FILE *f = fopen("tests/fixtures/shape/replies.txt", "rb");
	uint32_t x = 7;

	(void)state;
	assert_non_null(f);
	while (fgets(in, sizeof in, f) != NULL) {
		struct str text = {in, strcspn(in, "\n")};

		for (int round = 0; round < 20 && text.n > 0; round++) {
			struct str key = {out, shape_key(out, text)};

			assert_true(key.n <= text.n);
			has_shape(text, key);
			in[next(&x) % text.n] =
			    bytes[next(&x) % (sizeof bytes - 1)];
		}
	}
	(void)fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made_alike),
	    cmocka_unit_test(says_something),
	    cmocka_unit_test(ends),
	    cmocka_unit_test(real_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
