/* postfix_queue_test.c - queue listings as Postfix writes them, as nobody
 * should, and cut anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remote/postfix_queue.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t now_ms = 1763650200000;

static struct str
fixture(const char *name, char *buf, size_t cap)
{
	char path[200];
	FILE *f;
	size_t n;

	(void)snprintf(
	    path, sizeof path, "tests/fixtures/postfix_queue/%s", name);
	f = fopen(path, "rb");
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

/* All of a reading and its statistics as text, to compare. */
static size_t
print(char *out, size_t cap, const struct queue_snap *q,
    const struct postfix_queue_stats *s)
{
	int n = snprintf(out, cap,
	    "%llu bytes %llu lines %llu slow %llu bad %llu messages %llu size "
	    "%llu dup %llu others cut %d\n",
	    (unsigned long long)s->bytes, (unsigned long long)s->lines,
	    (unsigned long long)s->slow, (unsigned long long)s->bad,
	    (unsigned long long)q->messages, (unsigned long long)q->bytes,
	    (unsigned long long)q->duplicates, (unsigned long long)q->others,
	    q->cut);

	for (int d = 0; d < QD_N; d++)
		for (uint32_t i = 0; i < q->by[d].n; i++) {
			const struct queue_row *r = &q->by[d].rows[i];
			struct str key = intern_text(q->texts, r->key);

			n += snprintf(out + n, cap - (size_t)n,
			    "%d %.*s %llu %u %u\n", d, (int)key.n, key.p,
			    (unsigned long long)r->total, r->age[0],
			    r->age[AGE_BUCKETS - 1]);
			assert_true((size_t)n < cap);
		}
	for (uint32_t i = 0; i < q->n_msgs; i++) {
		const struct queue_msg *m = &q->msgs[i];
		struct str qid = intern_text(q->texts, m->qid);
		struct str from = intern_text(q->texts, m->sender);

		n += snprintf(out + n, cap - (size_t)n, "%.*s %.*s %u %lld\n",
		    (int)qid.n, qid.p, (int)from.n, from.p, m->nrcpt,
		    (long long)m->arrival_ms);
		assert_true((size_t)n < cap);
	}
	return (size_t)n;
}

/* Feeds text in pieces: first `cut` bytes, then `step` at a time. */
static size_t
read_cut(char *out, size_t cap, struct str text, size_t cut, size_t step)
{
	struct queue_snap *q = queue_new(100);
	struct postfix_queue *p = postfix_queue_new(q, now_ms, NULL);
	size_t n;

	postfix_queue_feed(p, (struct str){text.p, cut});
	for (size_t i = cut; i < text.n; i += step)
		postfix_queue_feed(
		    p, (struct str){
			   text.p + i, text.n - i < step ? text.n - i : step});
	postfix_queue_end(p);
	queue_finish(q, now_ms, 1);
	n = print(out, cap, q, postfix_queue_stats(p));
	postfix_queue_free(p);
	queue_free(q);
	return n;
}

static void
plain(void **state)
{
	static char text[65536];
	struct queue_snap *q = queue_new(10);
	struct postfix_queue *p = postfix_queue_new(q, now_ms, NULL);

	(void)state;
	postfix_queue_feed(p, fixture("plain.ndjson", text, sizeof text));
	postfix_queue_end(p);
	queue_finish(q, now_ms, 1);
	assert_int_equal(postfix_queue_stats(p)->lines, 4);
	assert_int_equal(postfix_queue_stats(p)->slow, 0);
	assert_int_equal(postfix_queue_stats(p)->bad, 0);
	assert_int_equal(q->messages, 4);
	assert_int_equal(q->bytes, 3229);
	assert_false(q->cut);
	assert_int_equal(q->by_queue[Q_DEFERRED], 2);
	assert_int_equal(q->by_queue[Q_ACTIVE], 1);
	assert_int_equal(q->by_queue[Q_HOLD], 1);
	assert_int_equal(total(q, QD_DOMAIN, "two.example"), 2);
	assert_int_equal(total(q, QD_DOMAIN, "example.co.jp"), 1);
	assert_int_equal(total(q, QD_SENDER, "MAILER-DAEMON"), 1);
	assert_int_equal(total(q, QD_SENDER, "\"q\\u0022\"@x.example"), 1);
	assert_int_equal(total(q, QD_SENDER,
			     "\xe6\x97\xa5\xe6\x9c\xac\xf0\x9f\x98\x80"
			     "@x.example"),
	    1);
	assert_int_equal(total(q, QD_REPLY,
			     "450 4.7.1 <ADDR>: Recipient address rejected: "
			     "Greylisted"),
	    1);
	assert_int_equal(
	    total(q, QD_REPLY, "connect to DOMAIN[IP]:#: Connection timed out"),
	    1);
	assert_int_equal(q->msgs[0].arrival_ms, 1763650000000);
	postfix_queue_free(p);
	queue_free(q);
}

/* Lines of a real Postfix 3.7.11 whose providers throttled it. */
static void
real(void **state)
{
	static char text[65536];
	struct queue_snap *q = queue_new(100);
	struct postfix_queue *p = postfix_queue_new(q, 1795307200000, NULL);

	(void)state;
	postfix_queue_feed(
	    p, fixture("postfix-3.7.11.ndjson", text, sizeof text));
	postfix_queue_end(p);
	queue_finish(q, 1795307200000, 1);
	assert_int_equal(postfix_queue_stats(p)->slow, 0);
	assert_int_equal(postfix_queue_stats(p)->bad, 0);
	assert_int_equal(q->by_queue[Q_DEFERRED], 40);
	assert_int_equal(q->by[QD_REPLY].n, 6);
	assert_int_equal(total(q, QD_REPLY,
			     "451 4.7.500 Server busy. Please try again later "
			     "from [IP]. (ID) [DOMAIN]"),
	    14);
	postfix_queue_free(p);
	queue_free(q);
}

static void
hostile(void **state)
{
	static char text[65536];
	struct queue_snap *q = queue_new(100);
	struct postfix_queue *p = postfix_queue_new(q, now_ms, NULL);

	(void)state;
	postfix_queue_feed(p, fixture("hostile.ndjson", text, sizeof text));
	postfix_queue_end(p);
	queue_finish(q, now_ms, 1);
	assert_int_equal(q->messages, 5); /* B1 B2 B3 N2 N3 */
	assert_int_equal(q->duplicates, 1);
	assert_int_equal(postfix_queue_stats(p)->slow, 2); /* B3 N2 */
	assert_int_equal(postfix_queue_stats(p)->bad, 13);
	assert_true(q->cut);
	assert_int_equal(q->by_queue[Q_INCOMING], 1);
	assert_int_equal(q->by_queue[Q_MAILDROP], 1);
	assert_int_equal(total(q, QD_DOMAIN, "one.example"), 1);
	assert_int_equal(total(q, QD_SENDER, "a?b"), 1);
	postfix_queue_free(p);
	queue_free(q);
}

static void
cut_anywhere(void **state)
{
	static const char *const names[] = {"plain.ndjson", "hostile.ndjson"};
	static char text[65536], want[65536], got[65536];

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct str s = fixture(names[f], text, sizeof text);
		size_t n = read_cut(want, sizeof want, s, s.n, 1);

		for (size_t cut = 0; cut < s.n; cut++) {
			size_t m = read_cut(got, sizeof got, s, cut, s.n);

			assert_int_equal(m, n);
			assert_memory_equal(got, want, n);
		}
		for (size_t step = 1; step < 40; step++) {
			size_t m = read_cut(got, sizeof got, s, 0, step);

			assert_int_equal(m, n);
			assert_memory_equal(got, want, n);
		}
	}
}

static void
long_lines(void **state)
{
	enum { MB = 1024 * 1024 };
	static const char head[] =
	    "{\"queue_name\":\"hold\",\"queue_id\":\"L%d\","
	    "\"arrival_time\":1,\"sender\":\"";
	struct queue_snap *q = queue_new(0);
	struct postfix_queue *p = postfix_queue_new(q, now_ms, NULL);
	char *text = malloc(5 * MB);

	(void)state;
	memset(text, 'x', 5 * MB);
	/* 3 MB in one string: taken; 5 MB: one bad line, then all is well */
	for (int i = 1; i <= 3; i++) {
		char h[100];
		size_t n = (size_t)snprintf(h, sizeof h, head, i);
		size_t size = i == 2 ? 5 * MB : 3 * MB;

		postfix_queue_feed(p, (struct str){h, n});
		postfix_queue_feed(p, (struct str){text, size});
		postfix_queue_feed(p, STR_LIT("\"}\n"));
	}
	memcpy(text + 5 * MB - 1, "\n", 1);
	postfix_queue_feed(p, (struct str){text, 5 * MB});
	postfix_queue_end(p);
	assert_int_equal(q->messages, 2);
	assert_int_equal(postfix_queue_stats(p)->bad, 2);
	assert_int_equal(postfix_queue_stats(p)->lines, 4);
	assert_false(q->cut);
	postfix_queue_feed(p, (struct str){text, 5 * MB - 1});
	postfix_queue_end(p);
	assert_true(q->cut);
	free(text);
	postfix_queue_free(p);
	queue_free(q);
}

static void
many_recipients(void **state)
{
	struct queue_snap *q = queue_new(1);
	struct postfix_queue *p = postfix_queue_new(q, now_ms, NULL);

	(void)state;
	postfix_queue_feed(
	    p, STR_LIT("{\"queue_name\":\"hold\",\"queue_id\":\"M\","
		       "\"arrival_time\":1,\"recipients\":[{}"));
	for (int i = 0; i < 1500; i++)
		postfix_queue_feed(p, STR_LIT(",{\"address\":\"a@b.c\"}"));
	postfix_queue_feed(p, STR_LIT("]}\n"));
	assert_int_equal(q->messages, 1);
	assert_int_equal(q->msgs[0].nrcpt, POSTFIX_QUEUE_RCPT_MAX);
	assert_int_equal(total(q, QD_DOMAIN, "b.c"), 1);
	postfix_queue_free(p);
	queue_free(q);
}

#define LINE(qid)                                                              \
	"{\"queue_name\": \"deferred\", \"queue_id\": \"" qid                  \
	"\", \"arrival_time\": 5, \"message_size\": 1, \"sender\": \"\", "     \
	"\"recipients\": [{\"address\": \"a@b\"}]}\n"

/* What queue_list.sh says around the listings of several instances. */
static void
instances(void **state)
{
	static const struct {
		const char *text;
		err_t err;
		uint64_t unread, bad, messages;
		bool cut;
	} rows[] = {
	    {LINE("A1234"), ERR_OK, 0, 0, 1, false},
	    {"mtadeck-instance 0\n" LINE(
		 "A1234") "mtadeck-status 0\n"
			  "mtadeck-instance 1\n" LINE("A1234")
			      LINE("A1234") "mtadeck-status 0\n",
		ERR_OK, 0, 0, 2, false},
	    {"mtadeck-instance 0\n"
	     "mtadeck-status 0\n"
	     "mtadeck-instance 2\n"
	     "mtadeck-status 69\n",
		ERR_OK, 4, 0, 0, false},
	    {"mtadeck-instance 0\n"
	     "mtadeck-status 69\n"
	     "mtadeck-instance 1\n"
	     "mtadeck-status 1\n",
		ERR_EXIT, 3, 0, 0, false},
	    {"mtadeck-instance 0\n"
	     "mtadeck-status 0\n"
	     "mtadeck-instance 1\n" LINE("A1234"),
		ERR_OK, 2, 0, 1, true},
	    {"mtadeck-instance 33\n"
	     "mtadeck-instance x\n"
	     "mtadeck-status 0\n"
	     "mtadeck-instance -1\n"
	     "mtadeck-what 1\nmtadeck-instance\n",
		ERR_OK, 0, 6, 0, false},
	    {"mtadeck-instance 32\n"
	     "mtadeck-status 0\n",
		ERR_OK, 0, 0, 0, false},
	    {"mtadeck-instance 0\n" LINE(
		 "A1234") "{\"queue_name\": \"hold\", \"armtadeck-status 0\n",
		ERR_OK, 0, 0, 1, true},
	    {"mtadeck-instance 32\n", ERR_EXIT, UINT64_C(1) << 32, 0, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < 3 * sizeof rows / sizeof *rows; i++) {
		size_t at = i / 3, step = i % 3 * 8 + 1;
		struct queue_snap *q = queue_new(10);
		struct postfix_queue *p = postfix_queue_new(q, now_ms, NULL);

		for (struct str s = str_of(rows[at].text); s.n > 0;
		     s = str_from(s, step))
			postfix_queue_feed(
			    p, (struct str){s.p, s.n < step ? s.n : step});
		assert_int_equal(postfix_queue_end(p), rows[at].err);
		assert_true(q->unread == rows[at].unread);
		assert_int_equal(postfix_queue_stats(p)->bad, rows[at].bad);
		assert_int_equal(q->cut, rows[at].cut);
		assert_int_equal(q->messages, rows[at].messages);
		postfix_queue_free(p);
		queue_free(q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain),
	    cmocka_unit_test(real),
	    cmocka_unit_test(hostile),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(long_lines),
	    cmocka_unit_test(many_recipients),
	    cmocka_unit_test(instances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
