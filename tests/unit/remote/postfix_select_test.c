/* postfix_select_test.c - what selectors name, and how they are rewritten. */
#include "remote/postfix_select.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const one[] = {"out1"};
static const char *const others[] = {"out2", "out3", "out4"};

static struct selection *
made(const char *value, bool tables)
{
	struct selection *s = calloc(1, sizeof *s);

	assert_non_null(s);
	postfix_select_read(s, str_of(value), tables);
	return s;
}

static void
becomes(const char *value, bool tables, unsigned n_to, const char *want)
{
	struct selection *s = made(value, tables);
	unsigned turn = 0;
	struct buf b;

	buf_init(&b, 8192);
	assert_false(postfix_select_is_unknown(s));
	assert_int_equal(
	    postfix_select_replace(s, one, 1, others, n_to, &turn, &b), ERR_OK);
	assert_string_equal(buf_cstr(&b), want);
	buf_done(&b);
	free(s);
}

static void
test_randmap(void **state)
{
	(void)state;
	/* All the others take over: it is taken out, weights stay. */
	becomes("randmap:{out1:,out2:,out3:,out4:}", true, 3,
	    "randmap:{out2:,out3:,out4:}");
	becomes("randmap:{out1:, out2:,out2: ,\tout3:,out3:}", true, 3,
	    "randmap:{out2:,out3:}");
	becomes("randmap:{out1:,out2:,out2:,out3:}", true, 3,
	    "randmap:{out2:,out2:,out3:}");
	/* One of several takes over: its weight goes there. */
	becomes("randmap:{out1:,out2:,out3:,out4:}", true, 1,
	    "randmap:{out2:,out2:,out3:,out4:}");
	becomes("randmap:{out1:,other:}", true, 3,
	    "randmap:{out2:,out3:,out4:,other:,other:,other:}");
	becomes("randmap:{out1:,out1:}", true, 2, "randmap:{out2:,out3:}");
	/* Nexthops stay, in braces when they must. */
	becomes("randmap:{out1:[192.0.2.9]:25,x:}", true, 1,
	    "randmap:{out2:[192.0.2.9]:25,x:}");
	becomes("randmap:{{out1:a, b}, x}", true, 1, "randmap:{{out2:a, b},x}");
	/* Who is not in it changes nothing. */
	becomes("randmap:{ out2: , out1b: }", true, 3,
	    "randmap:{ out2: , out1b: }");
}

static void
test_others(void **state)
{
	(void)state;
	becomes("static:out1:", true, 1, "static:out2:");
	becomes("static:{out1:x}", true, 2, "randmap:{out2:x,out3:x}");
	becomes("out1", false, 3, "out2");
	becomes(" out1:[192.0.2.9] ", false, 1, " out2:[192.0.2.9] ");
	becomes("smtp:out1", false, 1, "smtp:out1");
	becomes("", true, 1, "");
	becomes("", false, 1, "");
	becomes("inline:{ {@a = out1:}, @b=out1:x {@out1 = out5:} @c=out1}",
	    true, 2,
	    "inline:{ {@a = out2:}, @b=out3:x {@out1 = out5:} @c=out2}");
	/* A list of tables, of which files are others'; the text between stays.
	 */
	becomes("hash:/etc/postfix/out1 ,  inline:{mta2.example=local:}, "
		"randmap:{out1:,out2:}",
	    true, 1,
	    "hash:/etc/postfix/out1 ,  inline:{mta2.example=local:}, "
	    "randmap:{out2:}");
	/* Patterns that an act wrote lead to doubles, as files do. */
	becomes("regexp:/etc/postfix/mtadeck-6b02, randmap:{out1:,out2:}", true,
	    1, "regexp:/etc/postfix/mtadeck-6b02, randmap:{out2:}");
	/* Of a pipemap the last table says it. */
	becomes("pipemap:{randmap:{out1,b}, inline:{out1=out1:,b=x:}}", true, 1,
	    "pipemap:{randmap:{out1,b}, inline:{out1=out2:,b=x:}}");
}

static void
test_unknown(void **state)
{
	static const char *const bad[] = {"$pool", "randmap:$pool",
	    "randmap:{$out}", "randmap:{out1:", "randmap:{}",
	    "randmap:out1:", "randmap:{out1:}}", "mysql:/etc/postfix/sql.cf",
	    "regexp:/etc/postfix/r", "tcp:127.0.0.1:99", "out1", "inline:{a}",
	    "inline:{a = out1:}", "inline:{=out1:}", "unionmap:{static:out1:}",
	    "pipemap:{}", "static:", "inline:{a=$(id)}", "{hash:/etc/x}",
	    "pipemap:{pipemap:{pipemap:{pipemap:{pipemap:{pipemap:{static:x}}}"
	    "}}}",
	    "randmap:{a b;c}", "static:{a/b:}"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct selection *s = made(bad[i], true);

		if (!postfix_select_is_unknown(s))
			fail_msg("\"%s\" is known", bad[i]);
		free(s);
	}
	for (const char *const *v =
		 (const char *const[]){"$x", "${a}:b", "a b", "-x:", NULL};
	     *v != NULL; v++) {
		struct selection *s = made(*v, false);

		assert_true(postfix_select_is_unknown(s));
		free(s);
	}
}

static void
test_reading(void **state)
{
	struct selection *s = made("proxy:hash:/etc/postfix/a, "
				   "randmap:{out1:,out1:,x:}, static:out1:",
	    true);
	unsigned part = 99;

	(void)state;
	assert_int_equal(s->n_parts, 3);
	assert_int_equal(s->parts[0].kind, SELECT_FILE);
	assert_true(str_eq(s->parts[0].text, STR_LIT("hash:/etc/postfix/a")));
	assert_int_equal(postfix_select_count(s, "out1"), 3);
	assert_int_equal(postfix_select_count(s, "out"), 0);
	assert_int_equal(postfix_select_random(s, one, 1, &part), 1);
	assert_int_equal(part, 1);
	assert_int_equal(postfix_select_random(s, others, 3, &part), 0);
	free(s);
}

static void
shared(const char *value, const struct select_share *shares, unsigned n,
    err_t err, const char *want)
{
	struct selection *s = made(value, true);
	unsigned part = 0;
	struct buf b;

	buf_init(&b, 8192);
	assert_true(postfix_select_random(s, one, 1, &part) > 0);
	assert_int_equal(postfix_select_shares(s, part, shares, n, &b), err);
	if (err == ERR_OK)
		assert_string_equal(buf_cstr(&b), want);
	buf_done(&b);
	free(s);
}

static void
test_shares(void **state)
{
	const struct select_share three[] = {{"out1", 3}, {"out2", 1}};
	const struct select_share none[] = {{"out1", 0}};
	const struct select_share much[] = {{"out1", 100}, {"out2", 50}};
	const struct select_share new[] = {{"out9", 2}};
	const struct select_share wide[] = {{"out1", 100}, {"out2", 99},
	    {"a", 98}, {"b", 97}, {"c", 96}, {"d", 95}};

	(void)state;
	shared("a:b, randmap:{out1:,out2:}, x:y", three, 2, ERR_OK,
	    "a:b, randmap:{out1:,out1:,out1:,out2:}, x:y");
	/* Who is not named keeps its share. */
	shared("randmap:{out1:,out2:,out3:,out3:}", three, 2, ERR_OK,
	    "randmap:{out1:,out1:,out1:,out2:,out3:,out3:}");
	shared(
	    "randmap:{out1:,out2:[x]}", none, 1, ERR_OK, "randmap:{out2:[x]}");
	shared("randmap:{out1:,out2:}", much, 2, ERR_OK,
	    "randmap:{out1:,out1:,out2:}");
	shared(
	    "randmap:{out1:,out1:}", new, 1, ERR_OK, "randmap:{out1:,out9:}");
	shared("randmap:{out1:,out1:}", none, 1, ERR_RANGE, "");
	shared("randmap:{out1:}", wide, 6, ERR_RANGE, "");
	shared("randmap:{out1:a,out1:b}", none, 1, ERR_PARSE, "");
}

/* More of it than is kept is not known, never cut. */
static void
test_bounds(void **state)
{
	struct selection *s;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	(void)buf_puts(&b, "randmap:{out1:");
	for (int i = 0; i < SELECT_RESULTS; i++)
		(void)buf_puts(&b, ",out2:");
	(void)buf_puts(&b, "}");
	s = made(buf_cstr(&b), true);
	assert_true(postfix_select_is_unknown(s));
	free(s);
	buf_reset(&b);
	for (int i = 0; i <= SELECT_PARTS; i++)
		(void)buf_puts(&b, "static:a: ");
	s = made(buf_cstr(&b), true);
	assert_true(postfix_select_is_unknown(s));
	free(s);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_randmap),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_reading),
	    cmocka_unit_test(test_shares),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
