/* logfollow_pos_test.c - two streams in any order and any slices give one
 * log, with breaks, gaps and "live" at the right byte. */
#include "remote/logfollow_pos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct seen {
	struct buf b; /* bytes, with marks: | break, ! live, <what:n> gap */
};

static void
on_bytes(void *ctx, struct str bytes)
{
	(void)buf_str(&((struct seen *)ctx)->b, bytes);
}

static void
on_break(void *ctx)
{
	(void)buf_putc(&((struct seen *)ctx)->b, '|');
}

static void
on_gap(void *ctx, uint64_t bytes, struct str what)
{
	(void)buf_printf(&((struct seen *)ctx)->b, "<%.*s:%u>", (int)what.n,
	    what.p, (unsigned)bytes);
}

static void
on_live(void *ctx)
{
	(void)buf_putc(&((struct seen *)ctx)->b, '!');
}

static struct logpos_run *
begin(struct seen *s)
{
	struct logpos_cb cb = {s, on_bytes, on_break, on_gap, on_live};
	struct logpos_run *r = logpos_new(&cb);

	assert_non_null(r);
	buf_init(&s->b, 1 << 20);
	logpos_begin(r);
	return r;
}

static void
out(struct logpos_run *r, const char *z)
{
	assert_int_equal(logpos_out(r, str_of(z)), ERR_OK);
}

static void
err(struct logpos_run *r, const char *z)
{
	logpos_err(r, str_of(z));
}

/* "live" may be told late (it came late), never early or twice. */
static const char *
without_live(struct buf *b, size_t not_before)
{
	char *live = memchr(b->p, '!', b->n);

	assert_non_null(live);
	assert_true((size_t)(live - b->p) >= not_before);
	memmove(live, live + 1, strlen(live));
	assert_null(strchr(b->p, '!'));
	return b->p;
}

static void
same_as_cksum(void **state)
{
	/* printf 'Nov 21 ...\n' | cksum; printf '' | cksum */
	char key[LOGPOS_KEY_BYTES];

	(void)state;
	logpos_key(key, STR_LIT("123456789"));
	assert_string_equal(key, "930766865:9");
	logpos_key(key, STR_LIT(""));
	assert_string_equal(key, "4294967295:0");
	logpos_key(key, STR_LIT("Nov 21 23:20:01 h a: b\n"));
	assert_string_equal(key, "4215597874:23");
}

/* The streams of one run, cut at every step and interleaved both ways. */
static void
any_order(void **state)
{
	static const char log[] = "a1\na2\nb1\nc1\nc2\nc3\n";
	static const char said[] = "lost 7 limit\nfile 1 10 100 5:9 6\n"
				   "file 1 11 0 - 3\ntalk\n"
				   "file 1 12 0 77:3 -\nlive 6\ntick\n"
				   "drained 1 12 9\n";
	size_t n_log = sizeof(log) - 1, n_said = sizeof(said) - 1;

	(void)state;
	for (size_t step = 1; step < n_said; step++) {
		for (int first = 0; first < 3; first++) {
			struct seen s;
			struct logpos_run *r = begin(&s);
			size_t i = 0, j = 0;

			while (i < n_log || j < n_said) {
				size_t n = n_log - i < step ? n_log - i : step;
				size_t m =
				    n_said - j < step ? n_said - j : step;

				if (first != 1 || j == n_said) {
					assert_int_equal(
					    logpos_out(
						r, (struct str){log + i, n}),
					    ERR_OK);
					i += n;
				}
				if (first != 0 || i == n_log) {
					logpos_err(
					    r, (struct str){said + j, m});
					j += m;
				}
			}
			assert_int_equal(logpos_finish(r), LOGPOS_END_AGAIN);
			assert_string_equal(without_live(&s.b, 26),
			    "<limit:7>a1\na2\n|b1\n|c1\nc2\nc3\n");
			assert_true(logpos_at(r)->drained);
			assert_int_equal(logpos_at(r)->ino, 12);
			assert_int_equal(logpos_at(r)->offset, 9);
			assert_string_equal(logpos_at(r)->key, "77:3");
			assert_string_equal(logpos_talk(r), "talk");
			logpos_free(r);
			buf_done(&s.b);
		}
	}
}

static void
resumes_where_it_stopped(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "file 1 10 0 - -\nlive 0\n");
	out(r, "first line\nhal");
	assert_int_equal(logpos_finish(r), LOGPOS_END_NONE);
	assert_int_equal(logpos_at(r)->offset, 14);
	/* cksum of "first line\n", made from the bytes */
	assert_string_equal(logpos_at(r)->key, "898357827:11");
	/* The same file under another name and inode: packed meanwhile. */
	logpos_begin(r);
	err(r, "file 1 99 14 898357827:11 3\nfile 1 20 0 5:5 -\n");
	out(r, "f!\nnew\n");
	assert_string_equal(buf_cstr(&s.b), "!first line\nhalf!\n|new\n");
	assert_int_equal(logpos_at(r)->ino, 20);
	/* Not the next byte: a new line begins. */
	logpos_begin(r);
	err(r, "file 1 20 9 5:5 -\n");
	out(r, "x");
	assert_true(str_ends(buf_view(&s.b), STR_LIT("new\n|x")));
	logpos_free(r);
	buf_done(&s.b);
}

/* A journal has no end: a gap said within it keeps nobody from being live. */
static void
lost_where_there_is_no_end(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "file 0 0 0 - -\nlost 0 limit\nlive 2\n");
	out(r, "a\nb\n");
	assert_string_equal(buf_cstr(&s.b), "<limit:0>a\n!b\n");
	logpos_free(r);
	buf_done(&s.b);
}

static void
held_bytes_are_not_counted(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "file 1 10 0 - 4\n");
	out(r, "abc\nunannounced");
	assert_int_equal(logpos_finish(r), LOGPOS_END_NONE);
	assert_int_equal(logpos_at(r)->offset, 4);
	assert_false(logpos_at(r)->drained);
	assert_string_equal(buf_cstr(&s.b), "abc\n");
	logpos_begin(r); /* forgotten: it is sent again */
	err(r, "file 1 11 0 - -\n");
	out(r, "x");
	assert_string_equal(buf_cstr(&s.b), "abc\n|x");
	logpos_free(r);
	buf_done(&s.b);
}

static void
drained_only_when_all_came(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "file 1 10 0 - -\n");
	out(r, "abc\n");
	err(r, "drained 1 10 8\n");
	assert_int_equal(logpos_finish(r), LOGPOS_END_AGAIN);
	assert_false(logpos_at(r)->drained);
	assert_int_equal(logpos_at(r)->offset, 4);
	logpos_free(r);
	buf_done(&s.b);
}

static void
truncated(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "file 1 10 0 - -\n");
	out(r, "old\nnew\n");
	err(r, "cut 1 10 4 8:8\n");
	assert_int_equal(logpos_finish(r), LOGPOS_END_AGAIN);
	assert_string_equal(buf_cstr(&s.b), "old\nnew\n<truncated:0>|");
	assert_int_equal(logpos_at(r)->offset, 4);
	assert_string_equal(logpos_at(r)->key, "8:8");
	logpos_free(r);
	buf_done(&s.b);
}

static void
live_waits_for_rotated_bytes(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "file 1 10 0 - 4\nlive 0\n");
	out(r, "ab");
	assert_string_equal(buf_cstr(&s.b), "ab");
	out(r, "c\n");
	assert_string_equal(buf_cstr(&s.b), "abc\n!");
	logpos_free(r);
	buf_done(&s.b);
}

static void
hostile(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);
	char *big = malloc(LOGPOS_HELD_MAX);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', LOGPOS_HELD_MAX);
	err(r, "file 1 2\nfile x y 0 - -\nfile 1 2 99999999999999999999 - -\n"
	       "file 1 2 0 $(reboot) -\nfile 1 2 0 - -3\nlive -1\n"
	       "lost many\ncut 1 2\ndrained\n\n\n");
	assert_string_equal(buf_cstr(&s.b), "");
	assert_false(logpos_at(r)->known);
	assert_string_equal(logpos_talk(r), "drained");
	logpos_err(r, (struct str){big, 5000}); /* a line without end */
	err(r, "\nfail perm /x\n");
	assert_int_equal(
	    logpos_out(r, (struct str){big, LOGPOS_HELD_MAX}), ERR_OK);
	assert_int_equal(logpos_out(r, STR_LIT("y")), ERR_LIMIT);
	assert_int_equal(logpos_finish(r), LOGPOS_END_PERM);
	for (int i = 0; i < 3 * LOGPOS_ITEMS; i++)
		err(r, "file 1 2 0 - 5\n");
	logpos_free(r);
	free(big);
	buf_done(&s.b);
}

/* A start-up file of the login shell that prints: none of that is the log. */
static void
noise_before_the_log(void **state)
{
	static const char log[] =
	    "Welcome\n== mtadeck-lo== mtadeck-log ==\na1\na2\nb1\n";
	static const char said[] = "locale?\nmark\nfile 1 10 100 5:9 6\n"
				   "file 1 12 0 77:3 -\nlive 3\ntick\n"
				   "drained 1 12 3\n";
	size_t n_log = sizeof(log) - 1, n_said = sizeof(said) - 1;

	(void)state;
	for (size_t step = 1; step < n_said; step++) {
		for (int first = 0; first < 3; first++) {
			struct seen s;
			struct logpos_run *r = begin(&s);
			size_t i = 0, j = 0;

			while (i < n_log || j < n_said) {
				if (i < n_log && (first != 1 || j >= n_said)) {
					size_t n = n_log - i;

					n = n < step ? n : step;
					assert_int_equal(
					    logpos_out(
						r, (struct str){log + i, n}),
					    ERR_OK);
					i += n;
				}
				if (j < n_said && (first != 2 || i >= n_log)) {
					size_t n = n_said - j;

					n = n < step ? n : step;
					logpos_err(
					    r, (struct str){said + j, n});
					j += n;
				}
			}
			assert_int_equal(logpos_finish(r), LOGPOS_END_AGAIN);
			assert_string_equal(
			    without_live(&s.b, 10), "a1\na2\n|b1\n");
			assert_int_equal(logpos_at(r)->ino, 12);
			assert_int_equal(logpos_at(r)->offset, 3);
			assert_true(logpos_at(r)->drained);
			logpos_free(r);
			buf_done(&s.b);
		}
	}
}

/* However much of it there is. */
static void
much_noise(void **state)
{
	struct seen s;
	struct logpos_run *r = begin(&s);

	(void)state;
	err(r, "mark\nfile 1 10 0 - -\nlive 0\n");
	for (unsigned i = 0; i < LOGPOS_HELD_MAX / 4; i++)
		out(r, "noise ");
	out(r, "== mtadeck-log ==\na1\n");
	assert_string_equal(buf_cstr(&s.b), "!a1\n");
	assert_int_equal(logpos_at(r)->offset, 3);
	logpos_free(r);
	buf_done(&s.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_as_cksum),
	    cmocka_unit_test(any_order),
	    cmocka_unit_test(resumes_where_it_stopped),
	    cmocka_unit_test(lost_where_there_is_no_end),
	    cmocka_unit_test(held_bytes_are_not_counted),
	    cmocka_unit_test(drained_only_when_all_came),
	    cmocka_unit_test(truncated),
	    cmocka_unit_test(live_waits_for_rotated_bytes),
	    cmocka_unit_test(hostile),
	    cmocka_unit_test(noise_before_the_log),
	    cmocka_unit_test(much_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
