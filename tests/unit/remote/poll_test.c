/* poll_test.c - blocks of poll.sh, cut anywhere and hostile. */
#include "remote/poll.h"
#include "tests/unit/remote/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct seen {
	unsigned n;
	struct poll_reading r[8];
};

static void
keep(void *ctx, const struct poll_reading *r)
{
	struct seen *s = ctx;

	if (s->n < 8)
		s->r[s->n] = *r;
	s->n++;
}

static void
feed_all(struct seen *s, struct str text, size_t step)
{
	struct poll *p;

	memset(s, 0, sizeof(*s));
	p = poll_new(keep, s);
	assert_non_null(p);
	for (size_t at = 0; at < text.n; at += step) {
		struct str part = str_from(text, at);

		part.n = part.n < step ? part.n : step;
		poll_feed(p, part);
	}
	poll_free(p);
}

static void
real_block(void **state)
{
	struct buf b;
	struct seen s;
	const struct vitals *v = &s.r[1].vitals;

	(void)state;
	feed_all(&s, fixture_read(&b, "tests/fixtures/poll/root.txt"), 4096);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.r[0].host_ms, 1795304709501);
	assert_int_equal(s.r[0].vitals.load_milli[0], 720);
	assert_int_equal(s.r[0].vitals.load_milli[2], 230);
	assert_int_equal(s.r[0].vitals.cpus, 2);
	assert_int_equal(s.r[0].vitals.cpu_pressure_milli, 16);
	assert_int_equal(s.r[0].vitals.io_pressure_milli, 0);
	assert_int_equal(s.r[0].vitals.cpu_used_milli, -1); /* needs two */
	assert_int_equal(s.r[0].vitals.mem_total_bytes, 24684084LL * 1024);
	assert_int_equal(s.r[0].vitals.mem_avail_bytes, 24288272LL * 1024);
	assert_int_equal(s.r[0].vitals.spool_total_bytes, 66053021LL * 4096);
	assert_int_equal(s.r[0].vitals.spool_avail_bytes, 20916712LL * 4096);
	assert_int_equal(s.r[0].vitals.spool_inodes, 16777216);
	assert_int_equal(s.r[0].vitals.spool_inodes_free, 16355283);
	assert_int_equal(s.r[0].vitals.uptime_s, 2407);
	assert_string_equal(s.r[0].vitals.top_name, "");
	assert_int_equal(s.r[0].counts.n[Q_INCOMING], 0);
	assert_int_equal(s.r[0].counts.n[Q_ACTIVE], 1);
	assert_int_equal(s.r[0].counts.n[Q_DEFERRED], 3);
	assert_int_equal(s.r[0].counts_age_ms, 0);
	assert_true(v->cpu_used_milli >= 0 && v->cpu_used_milli <= 1000);
	buf_done(&b);
}

/* A user who may not list the queue: unknown is not zero. */
static void
unprivileged(void **state)
{
	struct buf b;
	struct seen s;

	(void)state;
	feed_all(&s, fixture_read(&b, "tests/fixtures/poll/guest.txt"), 7);
	assert_int_equal(s.n, 1);
	for (size_t i = 0; i < Q_N; i++)
		assert_int_equal(s.r[0].counts.n[i], -1);
	assert_true(s.r[0].vitals.cpus > 0);
	assert_true(s.r[0].vitals.spool_inodes_free > 0);
	buf_done(&b);
}

static void
any_slices(void **state)
{
	struct buf b;
	struct str text = fixture_read(&b, "tests/fixtures/poll/root.txt");
	struct seen whole, cut;

	(void)state;
	feed_all(&whole, text, text.n);
	for (size_t step = 1; step < 90; step++) {
		feed_all(&cut, text, step);
		assert_memory_equal(&whole, &cut, sizeof(whole));
	}
	buf_done(&b);
}

static void
shares(void **state)
{
	struct seen s;

	(void)state;
	feed_all(&s,
	    STR_LIT("now 1.0\nstat cpu 100 0 100 700 100 0 0 0 0 0\nend\n"
		    "now 2.0\nstat cpu 150 0 100 740 110 0 0 0 9 9\n"
		    "top 200 77 150 ruby worker\ncounts 1234 -1 7 8 9\n"
		    "psi_io some avg10=12.34 avg60=0.00\nend\n"
		    /* counters that went back: unknown, not negative */
		    "now 3.0\nstat cpu 1 0 1 1 1 0 0 0 0 0\nend\n"),
	    5);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.r[1].vitals.cpu_used_milli, 500);
	assert_int_equal(s.r[1].vitals.top_cpu_milli, 750);
	assert_int_equal(s.r[1].vitals.top_pid, 77);
	assert_string_equal(s.r[1].vitals.top_name, "ruby worker");
	assert_int_equal(s.r[1].vitals.io_pressure_milli, 123);
	assert_int_equal(s.r[1].counts_age_ms, 12340);
	assert_int_equal(s.r[1].counts.n[Q_INCOMING], -1);
	assert_int_equal(s.r[1].counts.n[Q_ACTIVE], 7);
	assert_int_equal(s.r[1].counts.n[Q_MAILDROP], -1); /* not said */
	assert_int_equal(s.r[2].vitals.cpu_used_milli, -1);
	assert_int_equal(s.r[2].counts.n[Q_ACTIVE], -1); /* not kept */
}

/* What is known is added up; whose is not known is said. */
static void
instances(void **state)
{
	struct seen s;

	(void)state;
	feed_all(&s,
	    STR_LIT("now 1.0\ncounts 0 1 2 3 4 -1\nfurther 1 10 20 30 40 50\n"
		    "further 2 -1 -1 -1 -1 -1\nfurther 33 9 9 9 9 9\n"
		    "further 0 9 9 9 9 9\nfurther x 9 9 9 9 9\n"
		    "further -1 9 9 9 9 9\n"
		    "further 3 99999999999999999999 0 0 0 0\nend\n"
		    "now 2.0\ncounts 0 1 2 3 4 5\nfurther 1 1 1 1 1 1\nend\n"
		    "now 3.0\ncounts 0 -1 -1 -1 -1 -1\nfurther 32 1 2 3 4\n"
		    "end\n"),
	    4);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.r[0].counts.n[Q_INCOMING], 11);
	assert_int_equal(s.r[0].counts.n[Q_HOLD], 44);
	assert_int_equal(s.r[0].counts.n[Q_MAILDROP], 50);
	assert_int_equal(s.r[0].counts.unread, 1 | 4 | 8);
	assert_int_equal(s.r[1].counts.n[Q_MAILDROP], 6);
	assert_int_equal(s.r[1].counts.unread, 0);
	assert_int_equal(s.r[2].counts.n[Q_INCOMING], 1);
	assert_int_equal(s.r[2].counts.n[Q_MAILDROP], -1);
	assert_true(
	    s.r[2].counts.unread == (INSTANCE_MAIN | INSTANCE_MAIN << 32));
}

static void
zone(void **state)
{
	struct seen s;

	(void)state;
	feed_all(&s,
	    STR_LIT("now 1.5 +0900\nend\nnow 2.0\nend\n"
		    "now 3.0 -0330\nend\nnow 4.0 %z\nend\n"),
	    3);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.r[0].host_ms, 1500);
	assert_true(s.r[0].has_zone);
	assert_int_equal(s.r[0].utc_offset_s, 32400);
	assert_int_equal(s.r[1].host_ms, 2000);
	assert_false(s.r[1].has_zone);
	assert_true(s.r[2].has_zone);
	assert_int_equal(s.r[2].utc_offset_s, -12600);
	assert_false(s.r[3].has_zone);
}

static void
hostile(void **state)
{
	static const char nul[] = "now 5.0\ncounts \0 1 2 3\nend\n";
	struct seen s;
	struct buf b;

	(void)state;
	feed_all(&s, (struct str){nul, sizeof(nul) - 1}, 3);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.r[0].counts.n[Q_INCOMING], -1);
	/* A block without its end is dropped by the next one's start. */
	feed_all(
	    &s, STR_LIT("now 1.0\ncounts 0 1 1 1 1 1\nnow 2.0\nend\n"), 100);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.r[0].counts.n[Q_ACTIVE], -1);
	feed_all(&s,
	    STR_LIT("now 99999999999999999999\nload x y z\nuptime -3\n"
		    "fs 4096 99999999999999999999 1 1 1\nmem_total "
		    "18446744073709551615\nstat cpu 1 2\npsi_cpu full "
		    "avg10=1\ntop 0 1 1 a\ncounts 9 18446744073709551615 1\n"
		    "cpus 4000000000\nend\n"),
	    100);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.r[0].host_ms, 0);
	assert_int_equal(s.r[0].vitals.load_milli[0], -1);
	assert_int_equal(s.r[0].vitals.uptime_s, -1);
	assert_int_equal(s.r[0].vitals.spool_total_bytes, -1);
	assert_int_equal(s.r[0].vitals.mem_total_bytes, -1);
	assert_int_equal(s.r[0].vitals.cpu_pressure_milli, -1);
	assert_int_equal(s.r[0].vitals.cpus, 0);
	assert_int_equal(s.r[0].counts.n[Q_INCOMING], -1);
	assert_int_equal(s.r[0].counts.n[Q_ACTIVE], 1);
	/* A line without end is passed over, the next one is read. */
	buf_init(&b, 1 << 21);
	for (int i = 0; i < 100000; i++)
		(void)buf_puts(&b, "now 1.0 x");
	(void)buf_puts(&b, "\ncounts 0 1 2 3 4 5\nend\n");
	feed_all(&s, buf_view(&b), 4093);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.r[0].host_ms, 0);
	assert_int_equal(s.r[0].counts.n[Q_MAILDROP], 5);
	buf_done(&b);
}

static void
command(void **state)
{
	struct discovery *d = calloc(1, sizeof(*d));
	struct buf b;

	(void)state;
	assert_non_null(d);
	buf_init(&b, 65536);
	str_copy(
	    d->queue_dir, sizeof(d->queue_dir), STR_LIT("/var/spool/my queue"));
	d->privilege = PRIV_SUDO;
	assert_int_equal(poll_command(&b, d, 2500), ERR_OK);
	assert_true(str_ends(buf_view(&b),
	    STR_LIT("' mtadeck-poll 2.500 sudo '/var/spool/my queue'")));
	buf_reset(&b);
	d->privilege = PRIV_ROOT;
	d->n_further = 2;
	str_copy(d->further[1].queue_dir, sizeof(d->further[1].queue_dir),
	    STR_LIT("/var/spool/it's $(x)"));
	assert_int_equal(poll_command(&b, d, 0), ERR_OK);
	assert_true(str_ends(buf_view(&b),
	    STR_LIT(" mtadeck-poll 0.100 direct '/var/spool/my queue' '' "
		    "'/var/spool/it'\\''s $(x)'")));
	buf_done(&b);
	buf_init(&b, 100); /* no room: an error, not half a command */
	assert_int_equal(poll_command(&b, d, 0), ERR_LIMIT);
	buf_done(&b);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_block),
	    cmocka_unit_test(unprivileged),
	    cmocka_unit_test(any_slices),
	    cmocka_unit_test(shares),
	    cmocka_unit_test(zone),
	    cmocka_unit_test(instances),
	    cmocka_unit_test(hostile),
	    cmocka_unit_test(command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
