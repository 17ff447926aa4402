/*
 * Feeding: slices, limits, counts. Every fixture (tests/fixtures/postfix_log,
 * NAME.log) must give what its NAME.ref says, however it is cut.
 * `postfix_log_test FILE` prints what a file gives, to make a .ref of.
 */
#include "tests/unit/remote/postfix_log_help.h"

#include <dirent.h>

#define FIXTURES "tests/fixtures/postfix_log"

struct taken {
	struct buf text; /* owned; one line a record */
	size_t n, most_at_once;
};

static void
take(void *ctx, const struct log_rec *recs, size_t n)
{
	struct taken *t = ctx;

	assert_true(n > 0 && n <= POSTFIX_LOG_BATCH);
	if (n > t->most_at_once)
		t->most_at_once = n;
	t->n += n;
	for (size_t i = 0; i < n; i++)
		record_text(&t->text, &recs[i]);
}

static struct postfix_log *
open_log(struct taken *t)
{
	struct postfix_log *p;

	memset(t, 0, sizeof(*t));
	buf_init(&t->text, (size_t)64 << 20);
	p = postfix_log_new(take, t);
	assert_non_null(p);
	postfix_log_clock(p, NOW_MS, TOKYO_S);
	return p;
}

static struct buf
read_file(const char *path)
{
	struct buf b;
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		fail_msg("%s: cannot be opened", path);
	buf_init(&b, (size_t)8 << 20);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		assert_int_equal(buf_add(&b, part, n), ERR_OK);
	(void)fclose(f); /* only read from */
	return b;
}

/* Feeds in pieces of `step` bytes, the first of `first` bytes. A piece is a
 * copy of its own, gone after the feed: nothing may point into it later. */
static void
feed_cut(struct taken *t, struct postfix_log_stats *stats, struct str all,
    size_t first, size_t step)
{
	struct postfix_log *p = open_log(t);

	for (size_t at = 0, n = first; at < all.n; at += n, n = step) {
		char *piece;

		n = n < all.n - at ? n : all.n - at;
		piece = malloc(n == 0 ? 1 : n);
		assert_non_null(piece);
		memcpy(piece, all.p + at, n);
		postfix_log_feed(p, (struct str){piece, n});
		memset(piece, 'Z', n);
		free(piece);
		assert_true(postfix_log_pending(p) <= POSTFIX_LOG_LINE_MAX);
	}
	*stats = *postfix_log_stats(p);
	postfix_log_free(p);
}

static void
same_when_cut(struct str all, size_t first, size_t step,
    const struct taken *want, const struct postfix_log_stats *want_stats)
{
	struct postfix_log_stats stats;
	struct taken got;

	feed_cut(&got, &stats, all, first, step);
	if (!str_eq(buf_view(&got.text), buf_view(&want->text)))
		fail_msg("differs when cut at %zu and every %zu", first, step);
	assert_memory_equal(&stats, want_stats, sizeof(stats));
	buf_done(&got.text);
}

static void
one_fixture(const char *log_path, const char *ref_path)
{
	struct buf log = read_file(log_path), ref = read_file(ref_path);
	struct postfix_log_stats stats;
	struct taken whole;

	feed_cut(&whole, &stats, buf_view(&log), log.n, 1);
	if (!str_eq(buf_view(&whole.text), buf_view(&ref)))
		fail_msg("%s is not what %s says; it gives:\n%s", log_path,
		    ref_path, buf_cstr(&whole.text));
	assert_int_equal(stats.bytes, log.n);
	assert_int_equal(stats.lines, whole.n);
	same_when_cut(buf_view(&log), 1, 1, &whole, &stats);
	same_when_cut(buf_view(&log), 7, 7, &whole, &stats);
	/* Every place of a small one, every seventh of a large one. */
	for (size_t at = 0; at<log.n; at += log.n> 8192 ? 7 : 1)
		same_when_cut(buf_view(&log), at, log.n, &whole, &stats);
	buf_done(&whole.text);
	buf_done(&log);
	buf_done(&ref);
}

static void
fixtures(void **state)
{
	char log_path[512], ref_path[512];
	DIR *dir = opendir(FIXTURES);
	size_t seen = 0;

	(void)state;
	if (dir == NULL)
		fail_msg("%s: cannot be opened", FIXTURES);
	for (struct dirent *e; (e = readdir(dir)) != NULL;) {
		struct str name = str_of(e->d_name);

		if (!str_ends(name, STR_LIT(".log")))
			continue;
		snprintf(
		    log_path, sizeof(log_path), "%s/%s", FIXTURES, e->d_name);
		snprintf(ref_path, sizeof(ref_path), "%s/%.*s.ref", FIXTURES,
		    (int)name.n - 4, name.p);
		one_fixture(log_path, ref_path);
		seen++;
	}
	(void)closedir(dir); /* only read from */
	assert_true(seen >= 5);
}

static void
lines_without_end_are_counted_and_cut(void **state)
{
	static const char head[] = "Nov 21 23:05:42 mta1 postfix/smtp[1]: "
				   "ABCDEF01: to=<a@b>, relay=none, delay=1, "
				   "dsn=4.0.0, status=deferred (";
	static const char next[] =
	    "\nNov 21 23:05:42 mta1 postfix/qmgr[1]: ABCDEF01: removed\n";
	const size_t fill = (size_t)1 << 20;
	struct postfix_log_stats stats;
	struct taken whole;
	struct buf all;

	(void)state;
	buf_init(&all, (size_t)4 << 20);
	assert_int_equal(buf_puts(&all, head), ERR_OK);
	for (size_t i = 0; i < fill; i++)
		assert_int_equal(buf_putc(&all, 'x'), ERR_OK);
	assert_int_equal(buf_puts(&all, next), ERR_OK);
	feed_cut(&whole, &stats, buf_view(&all), all.n, 1);
	assert_int_equal(stats.lines, 2);
	assert_int_equal(stats.too_long, 1);
	assert_int_equal(stats.bytes, all.n);
	assert_non_null(strstr(buf_cstr(&whole.text), "[16384]\nREMOVED"));
	same_when_cut(buf_view(&all), 16383, 1000, &whole, &stats);
	same_when_cut(buf_view(&all), 16384, 16384, &whole, &stats);
	same_when_cut(buf_view(&all), 16385, 65536, &whole, &stats);
	buf_done(&whole.text);
	buf_done(&all);
}

/* Lines just at the limit, with and without a CR. */
static void
the_longest_line(void **state)
{
	struct postfix_log_stats stats;
	struct taken whole;
	struct buf all;

	(void)state;
	buf_init(&all, (size_t)1 << 20);
	for (int over = -1; over <= 1; over++) {
		for (int i = 0; i < POSTFIX_LOG_LINE_MAX + over; i++)
			assert_int_equal(buf_putc(&all, 'x'), ERR_OK);
		assert_int_equal(buf_puts(&all, "\r\n"), ERR_OK);
	}
	feed_cut(&whole, &stats, buf_view(&all), all.n, 1);
	assert_int_equal(stats.lines, 3);
	assert_int_equal(stats.too_long, 2);
	for (size_t at = 16380; at < 16390; at++)
		same_when_cut(buf_view(&all), at, at, &whole, &stats);
	buf_done(&whole.text);
	buf_done(&all);
}

static void
counts(void **state)
{
	static const char log[] =
	    "Nov 21 23:05:42 mta1 postfix/qmgr[1]: ABCDEF01: removed\r\n"
	    "Nov 21 23:05:42 mta1 dovecot: hello\n"
	    "\n"
	    "Nov 21 77:05:42 mta1 postfix/qmgr[1]: ABCDEF01: removed\n"
	    "Nov 21 23:05:42 mta1 postfix/qmgr[1]: ABCDEF02: rem";
	struct taken t;
	struct postfix_log *p = open_log(&t);
	const struct postfix_log_stats *s = postfix_log_stats(p);

	(void)state;
	postfix_log_feed(p, str_of(log));
	assert_int_equal(s->bytes, sizeof(log) - 1);
	assert_int_equal(s->lines, 4);
	assert_int_equal(s->foreign, 2);
	assert_int_equal(s->unparsed, 1);
	assert_int_equal(s->too_long, 0);
	assert_int_equal(t.n, 4);
	assert_int_equal(postfix_log_pending(p), 51);
	/* What comes next is another file's: the half line does not go on. */
	postfix_log_reset(p);
	assert_int_equal(postfix_log_pending(p), 0);
	postfix_log_feed(
	    p, STR_LIT("Nov 21 23:05:43 mta1 postfix/qmgr[1]: ABCDEF03: removed"
		       "\n"));
	assert_int_equal(t.n, 5);
	assert_null(strstr(buf_cstr(&t.text), "ABCDEF02"));
	assert_non_null(strstr(buf_cstr(&t.text), "qid=ABCDEF03"));
	postfix_log_free(p);
	buf_done(&t.text);
	postfix_log_free(NULL);
}

/* A line cut for its length and then dropped leaves nothing behind. */
static void
reset_forgets_a_cut_line(void **state)
{
	struct taken t;
	struct postfix_log *p = open_log(&t);

	(void)state;
	for (int i = 0; i < POSTFIX_LOG_LINE_MAX; i++)
		postfix_log_feed(p, STR_LIT("xx"));
	assert_int_equal(postfix_log_pending(p), POSTFIX_LOG_LINE_MAX);
	postfix_log_reset(p);
	postfix_log_feed(p, STR_LIT("short\n"));
	assert_int_equal(postfix_log_stats(p)->too_long, 0);
	assert_int_equal(postfix_log_stats(p)->lines, 1);
	postfix_log_free(p);
	buf_done(&t.text);
}

static void
batches_are_bounded(void **state)
{
	struct taken t;
	struct postfix_log *p = open_log(&t);
	struct buf all;

	(void)state;
	buf_init(&all, 65536);
	for (int i = 0; i < 3 * POSTFIX_LOG_BATCH + 5; i++)
		assert_int_equal(buf_puts(&all, "x\n"), ERR_OK);
	postfix_log_feed(p, buf_view(&all));
	assert_int_equal(t.n, 3 * POSTFIX_LOG_BATCH + 5);
	assert_int_equal(t.most_at_once, POSTFIX_LOG_BATCH);
	postfix_log_free(p);
	buf_done(&t.text);
	buf_done(&all);
}

/* Ends of lines are looked for in blocks: none, one or many of them in each,
 * more than a batch holds. */
static void
lines_of_all_lengths(void **state)
{
	enum { LINES = 2000, LENGTHS = 150 };
	static const char x[LENGTHS + 1] = {0};
	struct postfix_log_stats stats;
	struct taken whole, cut;
	struct buf all;
	size_t n = 0;

	(void)state;
	buf_init(&all, LINES * (LENGTHS + 1));
	for (size_t i = 0; i < LINES; i++) {
		/* Runs of empty and of short lines, then any. */
		size_t len = i % 300 < 100   ? 0
			     : i % 300 < 150 ? 1
					     : i * 7919 % LENGTHS;

		n += len;
		assert_int_equal(buf_str(&all, (struct str){x, len}), ERR_OK);
		assert_int_equal(buf_putc(&all, '\n'), ERR_OK);
	}
	feed_cut(&whole, &stats, buf_view(&all), all.n, 1);
	assert_int_equal(whole.n, LINES);
	assert_int_equal(stats.lines, LINES);
	assert_int_equal(stats.bytes, n + LINES);
	feed_cut(&cut, &stats, buf_view(&all), 3, 61);
	assert_true(str_eq(buf_view(&whole.text), buf_view(&cut.text)));
	buf_done(&whole.text);
	buf_done(&cut.text);
	buf_done(&all);
}

static int
print_file(const char *path)
{
	struct buf log = read_file(path);
	struct postfix_log_stats stats;
	struct taken t;

	feed_cut(&t, &stats, buf_view(&log), log.n, 1);
	fputs(buf_cstr(&t.text), stdout);
	buf_done(&t.text);
	buf_done(&log);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fixtures),
	    cmocka_unit_test(lines_without_end_are_counted_and_cut),
	    cmocka_unit_test(the_longest_line),
	    cmocka_unit_test(counts),
	    cmocka_unit_test(reset_forgets_a_cut_line),
	    cmocka_unit_test(batches_are_bounded),
	    cmocka_unit_test(lines_of_all_lengths),
	};

	if (argc == 2)
		return print_file(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
