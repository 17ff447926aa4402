/* listing_past_test.c - what an earlier console knew of listings: it starts
 * nothing, and what is seen goes on with it, or ends it. */
#include "core/listing_int.h"

#include "tests/unit/core/state_help.h"

#define A    "192.0.2.1"
#define B    "192.0.2.2"
#define D    "example.com"
#define MX   "mx.ms.example"
#define FROM "a@shop.example"
#define DAY  (24 * HOUR)

static struct listing_past
held(const char *subject, uint16_t list, uint8_t sources, int64_t since_ms)
{
	return (struct listing_past){.subject = str_of(subject),
	    .list = list,
	    .listed = true,
	    .sources = sources,
	    .times = 2,
	    .since_ms = since_ms,
	    .unwatched_ms = HOUR};
}

static void
tell(struct lab *lab, int64_t at_ms, const struct listing_past *v, size_t n)
{
	struct event ev = {.kind = EVT_LISTINGS_PAST,
	    .host = HOST_NONE,
	    .at_ms = at_ms,
	    .u.past = {v, n}};

	model_update(lab->m, &ev);
}

static void
what_is_seen_again_goes_on(void **state)
{
	struct listing_past v[] = {held(A, ZEN, LISTING_DNS, NOW - 3 * DAY),
	    held("Example.COM.", DBL, LISTING_DNS | LISTING_REPLY, NOW - DAY)};
	struct lab lab;
	const struct listing *r;

	(void)state;
	lab_open(&lab, 0);
	tell(&lab, NOW, v, 2);
	assert_int_equal(lab.m->listings.n_rows, 0);
	assert_int_equal(lab.m->listings.n_subjects, 0);
	assert_int_equal(lab.m->listings.now_ips, 0);
	/* Not to know is neither. */
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_UNREACHABLE);
	assert_null(lab_row(&lab, A, ZEN));
	lab_answer(&lab, NOW + MIN, A, ZEN, VERDICT_LISTED);
	r = lab_row(&lab, A, ZEN);
	assert_non_null(r);
	assert_true(r->listed && r->recalled);
	assert_int_equal(r->since_ms, NOW - 3 * DAY);
	assert_int_equal(r->dns_since_ms, NOW - 3 * DAY);
	assert_int_equal(r->unwatched_ms, HOUR);
	assert_int_equal(r->times, 2);
	assert_int_equal(lab.m->listings.now_ips, 1);
	/* Listed again after its end is another one. */
	lab_answer(&lab, NOW + HOUR, A, ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW + 2 * HOUR, A, ZEN, VERDICT_LISTED);
	assert_false(r->recalled);
	assert_int_equal(r->since_ms, NOW + 2 * HOUR);
	assert_int_equal(r->unwatched_ms, 0);
	assert_int_equal(r->times, 3);
	/* Who of the two said it first is not known, so not since when DNS. */
	lab_answer(&lab, NOW + MIN, D, DBL, VERDICT_LISTED);
	r = lab_row(&lab, D, DBL);
	assert_int_equal(r->since_ms, NOW - DAY);
	assert_int_equal(r->dns_since_ms, NOW + MIN);
	/* Another pair has no past. */
	lab_answer(&lab, NOW + MIN, B, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, B, ZEN)->since_ms, NOW + MIN);
	assert_int_equal(lab_row(&lab, B, ZEN)->times, 1);
	lab_close(&lab);
}

static void
what_is_clean_has_ended(void **state)
{
	struct listing_past v[] = {held(A, ZEN, LISTING_DNS, NOW - DAY),
	    held(B, ZEN, LISTING_REPLY, NOW - DAY)};
	struct lab lab;
	const struct listing *r;

	(void)state;
	lab_open(&lab, 0);
	tell(&lab, NOW, v, 2);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_CLEAN);
	r = lab_row(&lab, A, ZEN);
	assert_non_null(r);
	assert_false(r->listed);
	assert_true(r->recalled);
	assert_int_equal(r->since_ms, NOW - DAY);
	assert_int_equal(r->ended_ms, NOW + SEC);
	assert_int_equal(lab.m->listings.lists[ZEN].clean, 1);
	assert_int_equal(lab.m->listings.now_ips, 0);
	/* Only replies said so of this one: DNS cannot end it. */
	lab_answer(&lab, NOW + SEC, B, ZEN, VERDICT_CLEAN);
	assert_null(lab_row(&lab, B, ZEN));
	lab_close(&lab);
}

static void
what_had_ended_comes_back(void **state)
{
	struct listing_past v[] = {
	    {.subject = STR_LIT(A), .list = ZEN, .times = 1},
	    {.subject = STR_LIT(B), .list = ZEN, .times = 4}};
	struct lab lab;

	(void)state;
	v[0].ended_ms = NOW - 2 * DAY;
	v[1].ended_ms = NOW - 31 * DAY;
	lab_open(&lab, 0);
	tell(&lab, NOW, v, 2);
	lab_answer(&lab, NOW, A, ZEN, VERDICT_CLEAN);
	assert_null(lab_row(&lab, A, ZEN));
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + SEC, B, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, A, ZEN)->times, 2);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
	assert_false(lab_row(&lab, A, ZEN)->recalled);
	/* Another story by now. */
	assert_int_equal(lab_row(&lab, B, ZEN)->times, 1);
	lab_close(&lab);
}

static void
a_private_block_goes_on_unless_mail_went_through(void **state)
{
	struct listing_past v = held(A, MS, LISTING_REPLY, NOW - DAY);
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	tell(&lab, NOW, &v, 1);
	lab_deliver(&lab, NOW + HOUR, 1, MX, FROM, "550 5.7.1 #ms blocked");
	assert_int_equal(lab_row(&lab, A, MS)->since_ms, NOW - DAY);
	assert_int_equal(lab_row(&lab, A, MS)->times, 2);
	lab_close(&lab);

	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	tell(&lab, NOW, &v, 1);
	lab_deliver(&lab, NOW + MIN, 1, MX, FROM, NULL);
	lab_deliver(&lab, NOW + HOUR, 1, MX, FROM, "550 5.7.1 #ms blocked");
	assert_int_equal(lab_row(&lab, A, MS)->since_ms, NOW + HOUR);
	assert_int_equal(lab_row(&lab, A, MS)->times, 3);
	assert_false(lab_row(&lab, A, MS)->recalled);
	lab_close(&lab);
}

#define BLOCKED "550 5.7.1 #ms blocked"

/* The log's history, read again, is of what is known to be over. */
static void
history_is_no_new_listing(void **state)
{
	struct listing_past v[] = {
	    {.subject = STR_LIT(A), .list = MS, .times = 1},
	    held(B, MS, LISTING_REPLY, NOW - 10 * MIN)};
	struct lab lab;

	(void)state;
	v[0].ended_ms = NOW - HOUR;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	tell(&lab, NOW, v, 2);
	lab_deliver(&lab, NOW - 2 * HOUR, 1, MX, FROM, BLOCKED);
	lab_deliver(&lab, NOW - 2 * HOUR, 2, MX, FROM, BLOCKED);
	lab_deliver(&lab, NOW - HOUR, 1, MX, FROM, BLOCKED);
	assert_int_equal(lab.m->listings.n_rows, 0);
	lab_deliver(&lab, NOW - 10 * MIN, 2, MX, FROM, BLOCKED);
	assert_int_equal(lab_row(&lab, B, MS)->since_ms, NOW - 10 * MIN);
	assert_int_equal(lab_row(&lab, B, MS)->times, 2);
	assert_true(lab_row(&lab, B, MS)->recalled);
	lab_deliver(&lab, NOW - HOUR + 1, 1, MX, FROM, BLOCKED);
	assert_int_equal(lab_row(&lab, A, MS)->since_ms, NOW - HOUR + 1);
	assert_int_equal(lab_row(&lab, A, MS)->times, 2);
	lab_close(&lab);
}

/* Whatever comes first, DNS or the history: since is as it was written. */
static void
history_does_not_lower_a_since(void **state)
{
	struct listing_past v = held(A, ZEN, LISTING_DNS, NOW - 10 * MIN);
	struct lab lab;

	(void)state;
	v.times = 1;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	tell(&lab, NOW, &v, 1);
	lab_answer(&lab, NOW, A, ZEN, VERDICT_LISTED);
	lab_deliver(&lab, NOW - 2 * HOUR, 1, MX, FROM, "554 #zen blocked");
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW - 10 * MIN);
	lab_close(&lab);
}

/* A list that lists the world takes back what it said to this console, not
 * what was so before. */
static void
the_world_takes_nothing_old_back(void **state)
{
	struct listing_past v = held(A, ZEN, LISTING_DNS, NOW - DAY);
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	tell(&lab, NOW, &v, 1);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + SEC, B, ZEN, VERDICT_LISTED);
	lab_health(&lab, NOW + 2 * SEC, ZEN, VERDICT_WORLD);
	assert_false(lab_row(&lab, B, ZEN)->listed);
	assert_true(lab_row(&lab, A, ZEN)->listed);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW - DAY);
	assert_int_equal(lab_row(&lab, A, ZEN)->times, 2);
	assert_int_equal(listing_proof(lab_row(&lab, A, ZEN)), PROOF_UNSURE);
	lab_close(&lab);
}

static void
nonsense_is_passed_over(void **state)
{
	struct listing_past v[] = {held(A, ZEN, LISTING_DNS, NOW + DAY),
	    held(A, LISTS, LISTING_DNS, NOW - DAY), held(A, TINY, 0, NOW - DAY),
	    held(A, TINY, LISTING_DNS, -5),
	    held("no name\x1b", ZEN, LISTING_DNS, NOW - DAY),
	    held("", ZEN, LISTING_DNS, NOW - DAY)};
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	tell(&lab, NOW, v, sizeof v / sizeof *v);
	lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + SEC, A, TINY, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, A, ZEN)->since_ms, NOW + SEC);
	assert_int_equal(lab_row(&lab, A, TINY)->since_ms, NOW + SEC);
	lab_close(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_seen_again_goes_on),
	    cmocka_unit_test(what_is_clean_has_ended),
	    cmocka_unit_test(what_had_ended_comes_back),
	    cmocka_unit_test(a_private_block_goes_on_unless_mail_went_through),
	    cmocka_unit_test(history_is_no_new_listing),
	    cmocka_unit_test(history_does_not_lower_a_since),
	    cmocka_unit_test(the_world_takes_nothing_old_back),
	    cmocka_unit_test(nonsense_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
