/* postfix_queue_agg_test.c - rows of the far side: hostile ones, cut anywhere,
 * and the real scripts on a listing, whose rows must say what the listing
 * says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remote/postfix_queue.h"
#include "remote/postfix_queue_agg.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

static uint64_t
total(const struct queue_snap *q, enum queue_dim dim, const char *key)
{
	for (uint32_t i = 0; i < q->by[dim].n; i++)
		if (str_eq(intern_text(q->texts, q->by[dim].rows[i].key),
			str_of(key)))
			return q->by[dim].rows[i].total;
	return 0;
}

static void
hostile(void **state)
{
	static char text[65536];
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);

	(void)state;
	postfix_queue_agg_feed(
	    p, read_file("tests/fixtures/postfix_queue_agg/hostile.txt", text,
		   sizeof text));
	assert_int_equal(postfix_queue_agg_end(p), ERR_OK);
	queue_finish(q, 0, 0);
	assert_true(q->aggregated);
	assert_false(q->cut);
	assert_int_equal(q->messages, 7);
	assert_int_equal(q->bytes, 1000);
	assert_int_equal(q->duplicates, 2);
	assert_int_equal(postfix_queue_agg_stats(p)->listed, 7);
	assert_int_equal(postfix_queue_agg_stats(p)->unread, 1);
	assert_int_equal(postfix_queue_agg_stats(p)->bad, 16);
	assert_int_equal(total(q, QD_DOMAIN, "one.example"), 7);
	assert_int_equal(total(q, QD_DOMAIN, ""), 7);
	assert_int_equal(total(q, QD_DOMAIN, "(others)"), 9);
	assert_int_equal(q->by[QD_DOMAIN].n, 3);
	assert_int_equal(total(q, QD_REPLY, "450 4.7.1 try in # s"), 7);
	assert_int_equal(total(q, QD_SENDER, "cut\\u00"), 1);
	assert_int_equal(q->by[QD_SENDER].n, 3);
	assert_int_equal(q->others, 9);
	postfix_queue_agg_free(p);
	queue_free(q);
}

/* The reading as one number. */
static uint64_t
reading(struct str text, size_t cut, size_t step)
{
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);
	uint64_t h;

	postfix_queue_agg_feed(p, (struct str){text.p, cut});
	for (size_t i = cut; i < text.n; i += step)
		postfix_queue_agg_feed(
		    p, (struct str){
			   text.p + i, text.n - i < step ? text.n - i : step});
	h = (uint64_t)(unsigned)postfix_queue_agg_end(p);
	h = h * 31 + postfix_queue_agg_stats(p)->bad;
	h = h * 31 + postfix_queue_agg_stats(p)->lines;
	h = h * 31 + q->messages + q->cut;
	for (int d = 0; d < QD_N; d++)
		for (uint32_t i = 0; i < q->by[d].n; i++)
			h = h * 31 + q->by[d].rows[i].total +
			    str_hash(
				intern_text(q->texts, q->by[d].rows[i].key), 0);
	postfix_queue_agg_free(p);
	queue_free(q);
	return h;
}

static void
cut_anywhere(void **state)
{
	static char text[65536];
	struct str s = read_file(
	    "tests/fixtures/postfix_queue_agg/hostile.txt", text, sizeof text);
	uint64_t want = reading(s, s.n, 1);

	(void)state;
	for (size_t cut = 0; cut < s.n; cut++)
		assert_true(reading(s, cut, s.n) == want);
	for (size_t step = 1; step < 40; step++)
		assert_true(reading(s, 0, step) == want);
}

static void
ends(void **state)
{
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);

	(void)state;
	assert_int_equal(postfix_queue_agg_end(p), ERR_PARSE);
	assert_true(q->cut);
	postfix_queue_agg_feed(p, STR_LIT("mtadeck-queue 1 5\nend 0 0 0 69\n"));
	assert_int_equal(postfix_queue_agg_end(p), ERR_EXIT);
	postfix_queue_agg_free(p);
	queue_free(q);
}

static void
long_lines(void **state)
{
	static char x[5000];
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);

	(void)state;
	memset(x, 'x', sizeof x);
	postfix_queue_agg_feed(
	    p, STR_LIT("mtadeck-queue 1 5\nd 1 0 0 0 0 0 0 0 0 0 "));
	postfix_queue_agg_feed(p, (struct str){x, sizeof x});
	postfix_queue_agg_feed(p, STR_LIT("\nd 2 0 0 0 0 0 0 0 0 0 a\n"));
	assert_int_equal(postfix_queue_agg_stats(p)->bad, 1);
	assert_int_equal(total(q, QD_DOMAIN, "a"), 2);
	postfix_queue_agg_free(p);
	queue_free(q);
}

/* A folder with a postqueue that prints a listing. */
struct fake {
	char dir[64], listing[128], postqueue[128];
};

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
fake_up(struct fake *f, const char *listing, int status)
{
	char script[300];

	(void)snprintf(f->dir, sizeof f->dir, "/tmp/mtadeck-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->listing, sizeof f->listing, "%s/listing", f->dir);
	(void)snprintf(
	    f->postqueue, sizeof f->postqueue, "%s/postqueue", f->dir);
	(void)snprintf(script, sizeof script,
	    "#!/bin/sh\ncase \"$*\" in '-c /etc/post fix -j') r=%d ;;\n"
	    "'-c /etc/it'\\''s -j') r=0 ;; '-c /bad -j') exit 69 ;;\n"
	    "*) exit 99 ;; esac\ncat %s\nexit $r\n",
	    status, f->listing);
	write_file(f->listing, listing, 0600);
	write_file(f->postqueue, script, 0700);
}

static void
fake_down(const struct fake *f)
{
	(void)unlink(f->listing);
	(void)unlink(f->postqueue);
	(void)rmdir(f->dir);
}

static struct str
run(const struct fake *f, struct buf *command, char *out, size_t cap)
{
	struct buf line;
	FILE *pipe;
	size_t n;

	buf_init(&line, 65536);
	(void)buf_printf(&line, "PATH=%s:$PATH; ", f->dir);
	(void)buf_str(&line, buf_view(command));
	pipe = popen(buf_cstr(&line), "r");
	assert_non_null(pipe);
	n = fread(out, 1, cap, pipe);
	(void)pclose(pipe);
	buf_done(&line);
	return (struct str){out, n};
}

static const char listing[] =
    "{\"queue_name\": \"active\", \"queue_id\": \"A1\", \"arrival_time\": 5, "
    "\"message_size\": 10, \"forced_expire\": false, \"sender\": "
    "\"a@s.example\", \"recipients\": [{\"address\": \"x@One.example\"}]}\n"
    "{\"queue_name\": \"deferred\", \"queue_id\": \"A1\", \"arrival_time\": 5, "
    "\"message_size\": 10, \"forced_expire\": false, \"sender\": "
    "\"a@s.example\", \"recipients\": [{\"address\": \"x@one.example\", "
    "\"delay_reason\": \"twice\"}]}\n"
    "{\"queue_name\": \"deferred\", \"queue_id\": \"D1\", \"arrival_time\": 5, "
    "\"message_size\": 20, \"sender\": \"\", \"recipients\": [{\"address\": "
    "\"x@one.example\", \"delay_reason\": \"host mx[192.0.2.1] said: 451 4.7.1 "
    "<x@one.example>: wait 5 \\\"s\\\" (S775) (in reply to RCPT TO "
    "command)\"}, {\"address\": \"y@two.example\", \"delay_reason\": \"host "
    "mx[192.0.2.2] said: 451 4.7.1 <y@two.example>: wait 6 \\\"s\\\" (S843) "
    "(in reply to RCPT TO command)\"}, {\"address\": \"z@one.example\", "
    "\"delay_reason\": \"host mx[192.0.2.3] said: 451 4.7.1 <z@one.example>: "
    "wait 7 \\\"s\\\" (S775) (in reply to RCPT TO command)\"}]}\n"
    "{\"queue_id\": \"D2\", \"new\": \"queue_name\", \"deep\": [1, {\"a\": "
    "\"b\"}], \"queue_name\": \"hold\", \"arrival_time\": 99999999999, "
    "\"message_size\": 30, \"sender\": \"\\u65e5@s.example\", \"recipients\": "
    "[{\"delay_reason\": \"deferred transport\", \"address\": \"local\"}]}\n"
    "half a line {\"queue_name\n";

static void
the_script_counts(void **state)
{
	static char out[65536];
	struct discovery *found = calloc(1, sizeof *found);
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);
	struct buf command;
	struct fake fake;

	(void)state;
	(void)snprintf(
	    found->config_dir, sizeof found->config_dir, "/etc/post fix");
	buf_init(&command, 65536);
	assert_int_equal(
	    postfix_queue_agg_command(&command, found, 100), ERR_OK);
	fake_up(&fake, listing, 0);
	postfix_queue_agg_feed(p, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_agg_end(p), ERR_OK);
	queue_finish(q, 0, 0);
	assert_int_equal(postfix_queue_agg_stats(p)->bad, 0);
	assert_int_equal(postfix_queue_agg_stats(p)->listed, 5);
	assert_int_equal(postfix_queue_agg_stats(p)->unread, 1);
	assert_int_equal(q->messages, 3);
	assert_int_equal(q->bytes, 60);
	assert_int_equal(q->duplicates, 1);
	assert_int_equal(q->by_queue[Q_ACTIVE], 1);
	assert_int_equal(q->by_queue[Q_DEFERRED], 1);
	assert_int_equal(q->by_queue[Q_HOLD], 1);
	assert_int_equal(total(q, QD_DOMAIN, "one.example"), 2);
	assert_int_equal(total(q, QD_DOMAIN, "two.example"), 1);
	assert_int_equal(total(q, QD_DOMAIN, ""), 1);
	assert_int_equal(total(q, QD_SENDER, ""), 1);
	assert_int_equal(total(q, QD_SENDER, "a@s.example"), 1);
	assert_int_equal(total(q, QD_SENDER, "\xe6\x97\xa5@s.example"), 1);
	assert_int_equal(
	    total(q, QD_REPLY, "451 4.7.1 <ADDR>: wait # 's' (S775)"), 1);
	assert_int_equal(
	    total(q, QD_REPLY, "451 4.7.1 <ADDR>: wait # 's' (S843)"), 1);
	assert_int_equal(total(q, QD_REPLY, "deferred transport"), 1);
	fake_down(&fake);
	fake_up(&fake, "", 69);
	postfix_queue_agg_free(p);
	p = postfix_queue_agg_new(q);
	postfix_queue_agg_feed(p, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_agg_end(p), ERR_EXIT);
	fake_down(&fake);
	postfix_queue_agg_free(p);
	queue_free(q);
	buf_done(&command);
	free(found);
}

static void
add_instance(struct discovery *d, const char *config_dir)
{
	str_copy(d->further[d->n_further++].config_dir,
	    sizeof d->further[0].config_dir, str_of(config_dir));
}

/* The same ids in two of them are of different messages. */
static void
instances(void **state)
{
	static char out[65536];
	struct discovery *found = calloc(1, sizeof *found);
	struct queue_snap *q[2] = {queue_new(100), queue_new(0)};
	struct postfix_queue *list = postfix_queue_new(q[0], 0, NULL);
	struct postfix_queue_agg *agg = postfix_queue_agg_new(q[1]);
	struct buf command;
	struct fake fake;

	(void)state;
	str_copy(found->config_dir, sizeof found->config_dir,
	    STR_LIT("/etc/post fix"));
	add_instance(found, "/bad");
	add_instance(found, ""); /* could not be told */
	add_instance(found, "/etc/it's");
	fake_up(&fake, listing, 0);
	buf_init(&command, 65536);
	assert_int_equal(postfix_queue_all_command(&command, found), ERR_OK);
	postfix_queue_feed(list, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_end(list), ERR_OK);
	assert_int_equal(postfix_queue_stats(list)->lines, 10);
	buf_reset(&command);
	assert_int_equal(
	    postfix_queue_agg_command(&command, found, 100), ERR_OK);
	postfix_queue_agg_feed(agg, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_agg_end(agg), ERR_OK);
	assert_int_equal(postfix_queue_agg_stats(agg)->bad, 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(q[i]->messages, 6);
		assert_int_equal(q[i]->bytes, 120);
		assert_int_equal(q[i]->duplicates, 2);
		assert_int_equal(q[i]->by_queue[Q_ACTIVE], 2);
		assert_true(q[i]->unread == (2 | 4));
		assert_false(q[i]->cut);
		assert_int_equal(total(q[i], QD_DOMAIN, "one.example"), 4);
	}
	/* One is whole as long as anything is. */
	fake_down(&fake);
	fake_up(&fake, listing, 1);
	postfix_queue_agg_free(agg);
	agg = postfix_queue_agg_new(q[1]);
	postfix_queue_agg_feed(agg, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_agg_end(agg), ERR_OK);
	assert_true(q[1]->unread == (1 | 2 | 4));
	found->n_further = 2;
	buf_reset(&command);
	assert_int_equal(
	    postfix_queue_agg_command(&command, found, 100), ERR_OK);
	postfix_queue_agg_free(agg);
	agg = postfix_queue_agg_new(q[1]);
	postfix_queue_agg_feed(agg, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_agg_end(agg), ERR_EXIT);
	fake_down(&fake);
	postfix_queue_free(list);
	postfix_queue_agg_free(agg);
	queue_free(q[0]);
	queue_free(q[1]);
	buf_done(&command);
	free(found);
}

/* Many keys: the largest are named, the rest is one row, sums stay. */
static void
the_script_is_bounded(void **state)
{
	enum { N = 3000, CAP = 1 << 20 };
	static char out[65536];
	char *many = malloc(CAP);
	struct discovery *found = calloc(1, sizeof *found);
	struct queue_snap *q = queue_new(0);
	struct postfix_queue_agg *p = postfix_queue_agg_new(q);
	struct buf command;
	struct fake fake;
	size_t n = 0;
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < N; i++)
		n += (size_t)snprintf(many + n, CAP - n,
		    "{\"queue_name\": \"deferred\", \"queue_id\": \"%X\", "
		    "\"arrival_time\": 5, \"message_size\": 1, \"sender\": "
		    "\"u@x\", \"recipients\": [{\"address\": \"u@d%u\"}]}\n",
		    i, i % 3 == 0 ? 7 : i);
	(void)snprintf(
	    found->config_dir, sizeof found->config_dir, "/etc/post fix");
	buf_init(&command, 65536);
	assert_int_equal(
	    postfix_queue_agg_command(&command, found, 20), ERR_OK);
	fake_up(&fake, many, 0);
	postfix_queue_agg_feed(p, run(&fake, &command, out, sizeof out));
	assert_int_equal(postfix_queue_agg_end(p), ERR_OK);
	queue_finish(q, 0, 0);
	assert_int_equal(q->messages, N);
	assert_int_equal(q->by[QD_DOMAIN].n, 21);
	assert_int_equal(total(q, QD_DOMAIN, "d7"), N / 3 + 1);
	assert_int_equal(total(q, QD_DOMAIN, "(others)"), N / 3 * 2 - 20);
	for (uint32_t i = 0; i < q->by[QD_DOMAIN].n; i++)
		sum += q->by[QD_DOMAIN].rows[i].total;
	assert_int_equal(sum, N);
	fake_down(&fake);
	postfix_queue_agg_free(p);
	queue_free(q);
	buf_done(&command);
	free(found);
	free(many);
}

static size_t
matches_in(enum queue_dim dim, struct str key, unsigned max, bool further)
{
	static char out[65536];
	struct discovery *found = calloc(1, sizeof *found);
	struct queue_snap *q = queue_new(100);
	struct postfix_queue *p = postfix_queue_new(q, 0, NULL);
	struct buf command;
	struct fake fake;
	size_t n;

	(void)snprintf(
	    found->config_dir, sizeof found->config_dir, "/etc/post fix");
	if (further) {
		add_instance(found, "/bad");
		add_instance(found, "/etc/it's");
	}
	buf_init(&command, 65536);
	assert_int_equal(
	    postfix_queue_match_command(&command, found, dim, key, max),
	    ERR_OK);
	fake_up(&fake, listing, 0);
	postfix_queue_feed(p, run(&fake, &command, out, sizeof out));
	postfix_queue_end(p);
	assert_int_equal(postfix_queue_stats(p)->bad, 0);
	n = postfix_queue_stats(p)->lines;
	fake_down(&fake);
	postfix_queue_free(p);
	queue_free(q);
	buf_done(&command);
	free(found);
	return n;
}

static size_t
matches(enum queue_dim dim, struct str key, unsigned max)
{
	return matches_in(dim, key, max, false);
}

/* A listing that ends within a line is not whole; one that is full is. */
static void
the_script_finds_in_what_is_cut(void **state)
{
	static char out[65536], cut[sizeof listing];
	struct discovery found = {.config_dir = "/etc/post fix"};
	struct buf command;
	struct fake fake;
	struct str said;

	(void)state;
	memcpy(cut, listing, sizeof listing);
	cut[sizeof listing - 2] = '\0'; /* without the last line's end */
	fake_up(&fake, cut, 137);
	for (unsigned max = 1; max <= 10; max += 9) {
		buf_init(&command, 65536);
		assert_int_equal(postfix_queue_match_command(&command, &found,
				     QD_DOMAIN, STR_LIT("one.example"), max),
		    ERR_OK);
		said = run(&fake, &command, out, sizeof out);
		assert_int_equal(
		    str_find(said, STR_LIT("mtadeck-status 0")) != SIZE_MAX,
		    max == 1);
		assert_true(
		    str_find(said, STR_LIT("mtadeck-status 137")) == SIZE_MAX);
		buf_done(&command);
	}
	fake_down(&fake);
}

static void
the_script_finds(void **state)
{
	struct discovery found = {.config_dir = "/etc/postfix"};
	struct buf command;

	(void)state;
	assert_int_equal(matches(QD_DOMAIN, STR_LIT("one.example"), 10), 3);
	assert_int_equal(matches(QD_DOMAIN, STR_LIT("one.example"), 2), 2);
	assert_int_equal(
	    matches_in(QD_DOMAIN, STR_LIT("one.example"), 10, true), 6);
	assert_int_equal(
	    matches_in(QD_DOMAIN, STR_LIT("one.example"), 4, true), 4);
	assert_int_equal(matches(QD_DOMAIN, STR_LIT("one.exampl"), 10), 0);
	assert_int_equal(matches(QD_DOMAIN, STR_LIT("[a-z]*$(x)'\\"), 10), 0);
	assert_int_equal(matches(QD_SENDER, STR_LIT(""), 10), 1);
	assert_int_equal(matches(QD_SENDER, STR_LIT("a@s.example"), 10), 2);
	assert_int_equal(
	    matches(
		QD_REPLY, STR_LIT("451 4.7.1 <ADDR>: wait # 's' (S775)"), 10),
	    1);
	assert_int_equal(
	    matches(QD_REPLY, STR_LIT("deferred transport"), 10), 1);
	buf_init(&command, 65536);
	assert_int_equal(postfix_queue_match_command(
			     &command, &found, QD_REPLY, STR_LIT("450 #"), 10),
	    ERR_PARSE);
	assert_int_equal(postfix_queue_match_command(&command, &found,
			     QD_PROVIDER, STR_LIT("google"), 10),
	    ERR_PARSE);
	buf_done(&command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(ends),
	    cmocka_unit_test(long_lines),
	    cmocka_unit_test(the_script_counts),
	    cmocka_unit_test(instances),
	    cmocka_unit_test(the_script_is_bounded),
	    cmocka_unit_test(the_script_finds),
	    cmocka_unit_test(the_script_finds_in_what_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
