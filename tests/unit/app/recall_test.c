/* recall_test.c - listings as consoles write them down and as the next one
 * reads them: through a journal on disk, with what nobody saw said. */
#include "app/logbook.h"
#include "app/recall.h"

#include "tests/unit/core/state_help.h"

#include <time.h>
#include <unistd.h>

#define A   "192.0.2.1"
#define B   "192.0.2.2"
#define DAY (24 * HOUR)

static char folder[] = "/tmp/mtadeck-recall-XXXXXX";
static char path[128];

static struct journal_db *
opened(void)
{
	struct journal_db *j = NULL;
	char why[512] = "";

	if (journal_db_open(&j, path, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return j;
}

static void
feed_model(void *ctx, struct event *ev)
{
	struct lab *lab = ctx;

	ev->host = HOST_NONE;
	ev->at_ms = lab->m->now_ms;
	model_update(lab->m, ev);
}

/* A console that begins. */
static void
begin(struct lab *lab, struct journal_db *j, int64_t at_ms)
{
	struct journal_rec rec = {.at_ms = at_ms,
	    .kind = JOURNAL_START,
	    .text = STR_LIT("console started")};

	lab_open(lab, 0);
	lab_live(lab, at_ms);
	recall_read(j, lab->lists, at_ms, lab, feed_model);
	assert_int_equal(journal_db_append(j, &rec, false), ERR_OK);
}

static bool
count(void *ctx, const struct journal_rec *r)
{
	(void)r;
	++*(unsigned *)ctx;
	return true;
}

/* Writes down what changed; how many records of listings there are. */
static unsigned
look(struct logbook *l, struct lab *lab, struct journal_db *j)
{
	struct journal_query q = {.kinds = 1U << JOURNAL_LISTING};
	unsigned n = 0;

	(void)logbook_look(l, lab->m);
	recall_watch(j, lab->m);
	assert_int_equal(journal_db_read(j, &q, &n, count), ERR_OK);
	return n;
}

/* Until then the console looks, and A is on the list as far as DNS is asked:
 * v UNKNOWN: it is not. */
static void
go_on(struct lab *lab, struct journal_db *j, int64_t to_ms, enum verdict v)
{
	while (lab->m->now_ms < to_ms) {
		int64_t at_ms = lab->m->now_ms + 5 * MIN;

		if (at_ms > to_ms)
			at_ms = to_ms;
		if (v == VERDICT_UNKNOWN)
			lab_tick(lab, at_ms);
		else
			lab_answer(lab, at_ms, A, ZEN, v);
		recall_watch(j, lab->m);
	}
}

static void
since_outlives_consoles(void **state)
{
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;
	const struct listing *r;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	assert_non_null(l);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + SEC, B, ZEN, VERDICT_LISTED);
	assert_int_equal(look(l, &lab, j), 2);
	go_on(&lab, j, NOW + HOUR, VERDICT_LISTED);
	lab_answer(&lab, NOW + HOUR, B, ZEN, VERDICT_CLEAN);
	assert_int_equal(look(l, &lab, j), 3);
	logbook_free(l);
	lab_close(&lab);

	/* Started again at once: no gap, no news, the same since. */
	begin(&lab, j, NOW + HOUR + MIN);
	l = logbook_new(j, "op", "desk", NOW + HOUR + MIN);
	lab_answer(&lab, NOW + HOUR + 2 * MIN, A, ZEN, VERDICT_LISTED);
	r = lab_row(&lab, A, ZEN);
	assert_int_equal(r->since_ms, NOW + SEC);
	assert_int_equal(r->unwatched_ms, 0);
	assert_int_equal(look(l, &lab, j), 3);
	lab_answer(&lab, NOW + HOUR + 3 * MIN, B, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, B, ZEN)->times, 2);
	assert_int_equal(look(l, &lab, j), 4);
	logbook_free(l);
	lab_close(&lab);

	/* And after a night without any, and one without a gap after it. */
	begin(&lab, j, NOW + 9 * HOUR);
	l = logbook_new(j, "op", "desk", NOW + 9 * HOUR);
	lab_answer(&lab, NOW + 9 * HOUR, A, ZEN, VERDICT_LISTED);
	r = lab_row(&lab, A, ZEN);
	assert_int_equal(r->since_ms, NOW + SEC);
	assert_int_equal(r->unwatched_ms, 9 * HOUR - HOUR - 3 * MIN);
	assert_int_equal(look(l, &lab, j), 4);
	logbook_free(l);
	lab_close(&lab);
	begin(&lab, j, NOW + 9 * HOUR + MIN);
	l = logbook_new(j, "op", "desk", NOW + 9 * HOUR + MIN);
	lab_answer(&lab, NOW + 10 * HOUR, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + 10 * HOUR, B, ZEN, VERDICT_CLEAN);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
	assert_int_equal(
	    lab_row(&lab, A, ZEN)->unwatched_ms, 9 * HOUR - HOUR - 3 * MIN);
	/* What ended unseen is written down. */
	assert_int_equal(look(l, &lab, j), 5);
	logbook_free(l);
	lab_close(&lab);
	begin(&lab, j, NOW + 10 * HOUR + MIN);
	lab_answer(&lab, NOW + 10 * HOUR + 2 * MIN, B, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, B, ZEN)->times, 3);
	assert_int_equal(
	    lab_row(&lab, B, ZEN)->since_ms, NOW + 10 * HOUR + 2 * MIN);
	lab_close(&lab);
	journal_db_close(j);
}

/* One that only refusals show is told by each console that sees it. */
static void
a_private_block_needs_its_refusals(void **state)
{
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	lab_deliver(&lab, NOW + SEC, 1, "mx.ms.example", "a@b.example",
	    "550 5.7.1 #ms blocked");
	assert_int_equal(look(l, &lab, j), 1);
	logbook_free(l);
	lab_close(&lab);
	for (int i = 1; i <= 2; i++) {
		int64_t at_ms = NOW + i * 5 * MIN;

		begin(&lab, j, at_ms);
		l = logbook_new(j, "op", "desk", at_ms);
		lab_deliver(&lab, at_ms + SEC, 1, "mx.ms.example",
		    "a@b.example", "550 5.7.1 #ms blocked");
		assert_int_equal(lab_row(&lab, A, MS)->since_ms, NOW + SEC);
		assert_int_equal(look(l, &lab, j), 1 + i);
		logbook_free(l);
		lab_close(&lab);
	}
	/* One has seen none: the next does not go on with it. */
	begin(&lab, j, NOW + 20 * MIN);
	lab_close(&lab);
	begin(&lab, j, NOW + 25 * MIN);
	lab_deliver(&lab, NOW + 25 * MIN + SEC, 1, "mx.ms.example",
	    "a@b.example", "550 5.7.1 #ms blocked");
	assert_int_equal(lab_row(&lab, A, MS)->since_ms, NOW + 25 * MIN + SEC);
	lab_close(&lab);
	journal_db_close(j);
}

#define ON_ZEN "554 5.7.1 #zen blocked"
#define REFUSE(lab, at)                                                        \
	lab_deliver(lab, at, 1, "mx.a.example", "a@b.example", ON_ZEN)

/* Refusals told it first, DNS after them: what DNS alone shows goes on then at
 * any later start. */
static void
dns_takes_over_from_replies(void **state)
{
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	REFUSE(&lab, NOW + SEC);
	assert_int_equal(look(l, &lab, j), 1);
	lab_answer(&lab, NOW + 2 * SEC, A, ZEN, VERDICT_LISTED);
	assert_int_equal(look(l, &lab, j), 2);
	assert_int_equal(look(l, &lab, j), 2);
	logbook_free(l);
	lab_close(&lab);
	for (int i = 1; i <= 3; i++) {
		int64_t at_ms = NOW + i * 5 * MIN;

		begin(&lab, j, at_ms);
		l = logbook_new(j, "op", "desk", at_ms);
		lab_answer(&lab, at_ms + SEC, A, ZEN, VERDICT_LISTED);
		assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
		assert_int_equal(look(l, &lab, j), 2);
		logbook_free(l);
		lab_close(&lab);
	}
	journal_db_close(j);
}

/* Only refusals were known to the console before; DNS tells this one. */
static void
dns_confirms_what_is_recalled(void **state)
{
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	REFUSE(&lab, NOW + SEC);
	assert_int_equal(look(l, &lab, j), 1);
	logbook_free(l);
	lab_close(&lab);
	for (int i = 1; i <= 3; i++) {
		int64_t at_ms = NOW + i * 5 * MIN;

		begin(&lab, j, at_ms);
		l = logbook_new(j, "op", "desk", at_ms);
		lab_answer(&lab, at_ms + SEC, A, ZEN, VERDICT_LISTED);
		assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
		assert_int_equal(look(l, &lab, j), 2);
		logbook_free(l);
		lab_close(&lab);
	}
	journal_db_close(j);
}

/* DNS let go of it, refusals go on: no end and no other listing, also for a
 * console that asks DNS first. One that reads a refusal first tells nothing
 * before DNS has answered. */
static void
replies_go_on_without_dns(void **state)
{
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	REFUSE(&lab, NOW + 2 * SEC);
	assert_int_equal(look(l, &lab, j), 1);
	logbook_free(l);
	lab_close(&lab);

	begin(&lab, j, NOW + MIN);
	l = logbook_new(j, "op", "desk", NOW + MIN);
	REFUSE(&lab, NOW + MIN + SEC);
	assert_int_equal(look(l, &lab, j), 1);
	lab_answer(&lab, NOW + MIN + 2 * SEC, A, ZEN, VERDICT_CLEAN);
	REFUSE(&lab, NOW + MIN + 3 * SEC);
	assert_int_equal(look(l, &lab, j), 2);
	logbook_free(l);
	lab_close(&lab);

	begin(&lab, j, NOW + 2 * MIN);
	l = logbook_new(j, "op", "desk", NOW + 2 * MIN);
	lab_answer(&lab, NOW + 2 * MIN, A, ZEN, VERDICT_CLEAN);
	REFUSE(&lab, NOW + 3 * MIN);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
	assert_int_equal(lab_row(&lab, A, ZEN)->times, 1);
	logbook_free(l);
	lab_close(&lab);
	journal_db_close(j);
}

/* How long A was without a look, as a console that begins then finds it. */
static int64_t
unwatched(struct journal_db *j, int64_t at_ms)
{
	struct lab lab;
	int64_t ms;

	begin(&lab, j, at_ms);
	lab_answer(&lab, at_ms + SEC, A, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
	ms = lab_row(&lab, A, ZEN)->unwatched_ms;
	lab_close(&lab);
	return ms;
}

/* A clock that was a year ahead for once hides no gap, and what was written of
 * an earlier listing of the pair makes none. */
static void
a_clock_that_was_ahead(void **state)
{
	struct journal_watched ahead = {
	    STR_LIT(A), STR_LIT("zen"), NOW + SEC, NOW + 365 * DAY, 0};
	struct journal_watched earlier = {
	    STR_LIT(A), STR_LIT("zen"), NOW - DAY, NOW - DAY, HOUR};
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	assert_int_equal(look(l, &lab, j), 1);
	logbook_free(l);
	lab_close(&lab);
	assert_int_equal(unwatched(j, NOW + 5 * MIN), 0);
	journal_db_watch(j, &earlier, 1, RECALL_GAP_MS);
	assert_int_equal(unwatched(j, NOW + 5 * MIN), 0);
	journal_db_watch(j, &ahead, 1, RECALL_GAP_MS);
	assert_int_equal(unwatched(j, NOW + 9 * HOUR), 9 * HOUR - SEC);
	journal_db_close(j);
}

/* A console that runs is none that looks: it may know other hosts, its
 * resolver be down, a list refuse, an address be away. */
static void
who_does_not_look_watches_nothing(void **state)
{
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	assert_int_equal(look(l, &lab, j), 1);
	go_on(&lab, j, NOW + HOUR, VERDICT_LISTED);
	assert_int_equal(unwatched(j, NOW + HOUR + MIN), 0);
	/* Refused, as long as it may. */
	go_on(&lab, j, NOW + 2 * HOUR, VERDICT_REFUSED);
	assert_int_equal(unwatched(j, NOW + 2 * HOUR), HOUR);
	/* Listed still: this pause stays known. */
	go_on(&lab, j, NOW + 3 * HOUR, VERDICT_LISTED);
	assert_int_equal(unwatched(j, NOW + 3 * HOUR + MIN), HOUR + 5 * MIN);
	/* Not asked any more. */
	go_on(&lab, j, NOW + 9 * HOUR, VERDICT_UNKNOWN);
	assert_int_equal(unwatched(j, NOW + 9 * HOUR), 6 * HOUR);
	logbook_free(l);
	lab_close(&lab);
	/* Another one, of other addresses. */
	begin(&lab, j, NOW + 9 * HOUR);
	l = logbook_new(j, "op", "desk", NOW + 9 * HOUR);
	lab_answer(&lab, NOW + 20 * HOUR, B, ZEN, VERDICT_LISTED);
	assert_int_equal(look(l, &lab, j), 2);
	logbook_free(l);
	lab_close(&lab);
	assert_int_equal(unwatched(j, NOW + 20 * HOUR), 17 * HOUR);
	journal_db_close(j);
}

/* What only refusals show is watched while the log is followed. */
static void
a_log_that_is_followed_watches(void **state)
{
	struct event lost = {.kind = EVT_LINK,
	    .at_ms = NOW + 3 * HOUR,
	    .u.link = {.state = LINK_WAITING, .err = ERR_CLOSED}};
	struct journal_db *j = opened();
	struct lab lab;
	struct logbook *l;

	(void)state;
	begin(&lab, j, NOW);
	l = logbook_new(j, "op", "desk", NOW);
	REFUSE(&lab, NOW + SEC);
	assert_int_equal(look(l, &lab, j), 1);
	go_on(&lab, j, NOW + 3 * HOUR, VERDICT_UNKNOWN);
	model_update(lab.m, &lost);
	go_on(&lab, j, NOW + 5 * HOUR, VERDICT_UNKNOWN);
	assert_int_equal(unwatched(j, NOW + 5 * HOUR), 2 * HOUR);
	logbook_free(l);
	lab_close(&lab);
	journal_db_close(j);
}

static void
other_hands_records_are_passed_over(void **state)
{
	static const char *const details[] = {"", "{", "[]", "{\"list\":7}",
	    "{\"list\":\"gone\",\"listed\":true,\"by\":\"dns\",\"since_ms\":9}",
	    "{\"list\":\"zen\",\"listed\":true,\"by\":\"me\",\"since_ms\":9}",
	    "{\"list\":\"zen\",\"listed\":true,\"by\":\"dns\",\"since_ms\":"
	    "1e99}",
	    "{\"list\":\"zen\",\"listed\":1,\"times\":-4,\"since_ms\":\"x\"}"};
	struct journal_db *j = opened();
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
		struct journal_rec rec = {.at_ms = NOW,
		    .kind = JOURNAL_LISTING,
		    .subject = STR_LIT(A),
		    .text = STR_LIT("x"),
		    .detail = str_of(details[i])};

		assert_int_equal(journal_db_append(j, &rec, false), ERR_OK);
	}
	begin(&lab, j, NOW + MIN);
	lab_answer(&lab, NOW + HOUR, A, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + HOUR);
	assert_int_equal(lab_row(&lab, A, ZEN)->times, 1);
	lab_close(&lab);
	journal_db_close(j);
}

static int
fresh(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char name[160];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/journal.db", folder);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
		(void)unlink(name);
	}
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)fresh(state);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(since_outlives_consoles, fresh),
	    cmocka_unit_test_setup(a_private_block_needs_its_refusals, fresh),
	    cmocka_unit_test_setup(dns_takes_over_from_replies, fresh),
	    cmocka_unit_test_setup(dns_confirms_what_is_recalled, fresh),
	    cmocka_unit_test_setup(replies_go_on_without_dns, fresh),
	    cmocka_unit_test_setup(a_clock_that_was_ahead, fresh),
	    cmocka_unit_test_setup(who_does_not_look_watches_nothing, fresh),
	    cmocka_unit_test_setup(a_log_that_is_followed_watches, fresh),
	    cmocka_unit_test_setup(other_hands_records_are_passed_over, fresh),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
