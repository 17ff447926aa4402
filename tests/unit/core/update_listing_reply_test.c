/* update_listing_reply_test.c - replies that name a list: which make a listing
 * of whom, how they stand against DNS, and when such a listing is over. */
#include "core/listing_int.h"
#include "core/model_index.h"

#include "tests/unit/core/state_help.h"

#define OUT1  "192.0.2.1"
#define OUT2  "192.0.2.2"
#define MX_MS "mx.ms.example"
#define MX    "mx.other.example"
#define FROM  "a@Shop.Example.com"
#define BLOCK                                                                  \
	"550 5.7.1 #ms unfortunately, messages from [192.0.2.1] weren't sent"
#define ON_ZEN "554 5.7.1 #zen Service unavailable; blocked using zen"
#define ON_DBL "554 5.7.1 #dbl sender domain blocked"

static void
start(struct lab *lab)
{
	lab_open(lab, 0);
	lab_live(lab, NOW);
}

/* Mail goes through for so long, one a minute. */
static int64_t
flow(struct lab *lab, int64_t at_ms, int64_t ms, int n, const char *relay)
{
	for (int64_t end = at_ms + ms; at_ms < end; at_ms += MIN) {
		lab_deliver(lab, at_ms, n, relay, FROM, NULL);
		lab_tick(lab, at_ms + SEC);
	}
	return at_ms;
}

/* Nothing is tried for so long. */
static int64_t
wait_for(struct lab *lab, int64_t at_ms, int64_t ms)
{
	for (int64_t end = at_ms + ms; at_ms < end; at_ms += MIN)
		lab_tick(lab, at_ms + SEC);
	return at_ms;
}

static void
a_private_block_is_a_listing(void **state)
{
	struct lab lab;
	const struct listing *r;
	const struct model *m;
	unsigned n;

	(void)state;
	start(&lab);
	m = lab.m;
	lab_deliver(&lab, NOW + SEC, 1, MX_MS, FROM, BLOCK);
	lab_deliver(&lab, NOW + 9 * SEC, 1, MX_MS, FROM, BLOCK);
	r = lab_row(&lab, OUT1, MS);
	assert_non_null(r);
	assert_true(r->listed);
	assert_int_equal(r->sources, LISTING_REPLY);
	assert_int_equal(r->dns, VERDICT_UNKNOWN);
	assert_int_equal(listing_proof(r), PROOF_REPLY);
	assert_int_equal(r->since_ms, NOW + SEC);
	assert_int_equal(r->reply_first_ms, NOW + SEC);
	assert_int_equal(r->reply_last_ms, NOW + 9 * SEC);
	assert_int_equal(r->replies, 2);
	assert_int_equal(r->n_said, 1);
	assert_true(
	    str_eq(intern_text(m->texts, r->said[0].provider), STR_LIT("ms")));
	/* The reply that proves it names the list too. */
	assert_in_range(r->reply1, 1, m->n_replies);
	assert_int_equal(m->replies[r->reply1 - 1].list, MS);
	assert_int_equal(m->replies[r->reply1 - 1].cls, CLASS_REPUTATION);
	assert_int_equal(m->listings.now_ips, 1);
	assert_int_equal(m->listings.peak_ips, 1);
	assert_null(lab_row(&lab, OUT2, MS));
	assert_int_equal(
	    m->listings
		.rows[listings_worst(&m->listings, m->lists, STR_LIT(OUT1), &n)]
		.list,
	    MS);
	lab_close(&lab);
}

/* A reply that names no list, but comes from a provider with one. */
static void
the_provider_tells_the_list(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab);
	lab_deliver(&lab, NOW, 1, MX_MS, FROM, "554 5.7.1 #ip you are blocked");
	lab_deliver(&lab, NOW, 2, MX, FROM, "554 5.7.1 #ip you are blocked");
	assert_non_null(lab_row(&lab, OUT1, MS));
	/* No list to put it on: it stays a reply. */
	assert_int_equal(lab.m->listings.n_rows, 1);
	assert_int_equal(lab.m->n_replies, 2);
	assert_int_equal(lab.m->replies[0].list, MS);
	assert_int_equal(lab.m->replies[1].list, LIST_NONE);
	assert_int_equal(lab.m->replies[1].cls, CLASS_IP_BLOCKLIST);
	assert_int_equal(lab.m->replies[1].scope, SCOPE_NETWORK);
	lab_close(&lab);
}

static void
the_sender_s_domain(void **state)
{
	struct lab lab;
	const struct listing *r;

	(void)state;
	start(&lab);
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_DBL);
	r = lab_row(&lab, "shop.example.com", DBL);
	assert_non_null(r);
	assert_true(r->listed);
	assert_int_equal(lab.m->listings.now_domains, 1);
	assert_int_equal(lab.m->listings.now_ips, 0);
	/* Nobody's: the empty sender has no domain. */
	lab_deliver(&lab, NOW, 1, MX, "", ON_DBL);
	assert_int_equal(lab.m->listings.n_rows, 1);
	lab_close(&lab);
}

static void
what_is_no_block_is_no_listing(void **state)
{
	static const char repeat[] =
	    "delivery temporarily suspended: host mx.other.example"
	    "[198.51.100.1] refused to talk to me: 554 #zen blocked";
	struct lab lab;
	struct log_rec r = make_delivery(
	    NOW, "Q7", "postfix/out1", "u@to.example", MX, LS_DEFERRED, repeat);

	(void)state;
	start(&lab);
	lab_deliver(
	    &lab, NOW, 1, MX, FROM, "450 #policy their own query of zen");
	feed(lab.m, 0, &r, 1);
	r.text = STR_LIT("connect to mx.other.example: #zen refused");
	feed(lab.m, 0, &r, 1);
	assert_int_equal(lab.m->listings.n_rows, 0);
	assert_int_equal(lab.m->replies[0].list, ZEN);
	lab_close(&lab);
}

static void
one_shape_two_lists(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab);
	/* The shape drops host names and addresses; the list stays. */
	lab_deliver(&lab, NOW, 1, MX, FROM, "550 5.7.1 see www.#zen.example");
	lab_deliver(&lab, NOW, 1, MX, FROM, "550 5.7.1 see www.#dbl.example");
	lab_deliver(&lab, NOW, 1, MX, FROM, "550 5.7.1 see www.#zen.example");
	if (lab.m->n_replies == 2 &&
	    lab.m->replies[0].shape != lab.m->replies[1].shape)
		fail_msg("the test needs texts of one shape");
	assert_int_equal(lab.m->n_replies, 2);
	assert_int_equal(lab.m->replies[0].list, ZEN);
	assert_int_equal(lab.m->replies[1].list, DBL);
	assert_int_equal(
	    tally_total(&lab.m->replies[0].tally, STAT_BOUNCED), 2);
	/* A reply seen before is not read again. */
	assert_int_equal(lab.reads, 2);
	lab_close(&lab);
}

static void
held_against_dns(void **state)
{
	struct lab lab;
	const struct listing *r;

	(void)state;
	start(&lab);
	/* DNS: not asked. */
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_ZEN);
	r = lab_row(&lab, OUT1, ZEN);
	assert_int_equal(listing_proof(r), PROOF_REPLY);
	/* DNS: listed since then. */
	lab_answer(&lab, NOW + MIN, OUT1, ZEN, VERDICT_LISTED);
	assert_int_equal(listing_proof(r), PROOF_BOTH);
	assert_int_equal(r->dns_since_ms, NOW + MIN);
	assert_int_equal(r->since_ms, NOW);
	assert_int_equal(r->times, 1);
	/* DNS: clean, and nobody rejected for it since: it is being left. */
	lab_answer(&lab, NOW + 2 * MIN, OUT1, ZEN, VERDICT_CLEAN);
	assert_true(r->listed);
	assert_int_equal(listing_proof(r), PROOF_CLEAN_NOW);
	assert_int_equal(r->dns_since_ms, NOW + 2 * MIN);
	assert_int_equal(lab.m->listings.lists[ZEN].clean, 1);
	assert_false(listing_counts(r));
	assert_int_equal(lab.m->listings.now_ips, 0);
	assert_int_equal(lab.m->listings.lists[ZEN].listed, 0);
	/* It still rejects: its copy is old. */
	lab_deliver(&lab, NOW + 3 * MIN, 1, MX, FROM, ON_ZEN);
	r = lab_row(&lab, OUT1, ZEN);
	assert_int_equal(listing_proof(r), PROOF_OLD_COPY);
	assert_true(listing_counts(r));
	assert_int_equal(lab.m->listings.now_ips, 1);
	assert_int_equal(r->times, 1);
	/* Asked again, DNS says the same: still as old. */
	lab_answer(&lab, NOW + 4 * MIN, OUT1, ZEN, VERDICT_CLEAN);
	assert_int_equal(listing_proof(r), PROOF_OLD_COPY);
	/* And the other way round: DNS was clean before. */
	lab_answer(&lab, NOW, OUT2, ZEN, VERDICT_CLEAN);
	lab_deliver(&lab, NOW + MIN, 2, MX, FROM, ON_ZEN);
	r = lab_row(&lab, OUT2, ZEN);
	assert_int_equal(listing_proof(r), PROOF_OLD_COPY);
	assert_int_equal(r->dns_since_ms, NOW);
	assert_int_equal(r->checked_ms, NOW);
	lab_close(&lab);
}

/* Refused before DNS was first asked, and it says clean: the same, whichever
 * of the two is read first. */
static void
clean_before_the_history_is_read(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab);
	lab_answer(&lab, NOW, OUT1, ZEN, VERDICT_CLEAN);
	lab_deliver(&lab, NOW - 20 * MIN, 1, MX, FROM, ON_ZEN);
	lab_deliver(&lab, NOW - 20 * MIN, 2, MX, FROM, ON_ZEN);
	lab_answer(&lab, NOW, OUT2, ZEN, VERDICT_CLEAN);
	for (int i = 0; i < 2; i++) {
		const struct listing *r =
		    lab_row(&lab, i == 0 ? OUT1 : OUT2, ZEN);

		assert_int_equal(listing_proof(r), PROOF_CLEAN_NOW);
		assert_int_equal(r->dns_since_ms, NOW);
		assert_int_equal(r->dns_sure, VERDICT_CLEAN);
		assert_int_equal(r->checked_ms, NOW);
	}
	assert_int_equal(lab.m->listings.now_ips, 0);
	lab_close(&lab);
	/* Refused after DNS said clean first, though it said so again. */
	start(&lab);
	lab_answer(&lab, NOW, OUT1, ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW + 10 * MIN, OUT1, ZEN, VERDICT_CLEAN);
	lab_deliver(&lab, NOW + MIN, 1, MX, FROM, ON_ZEN);
	assert_int_equal(
	    listing_proof(lab_row(&lab, OUT1, ZEN)), PROOF_OLD_COPY);
	lab_close(&lab);
}

/* Lines that were missed, read after DNS has told the end. */
static void
late_lines_do_not_list_again(void **state)
{
	struct lab lab;
	const struct listing *r;

	(void)state;
	start(&lab);
	lab_answer(&lab, NOW, OUT1, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + 10 * MIN, OUT1, ZEN, VERDICT_CLEAN);
	r = lab_row(&lab, OUT1, ZEN);
	lab_deliver(&lab, NOW + 5 * MIN, 1, MX, FROM, ON_ZEN);
	assert_false(r->listed);
	assert_int_equal(r->times, 1);
	assert_int_equal(r->ended_ms, NOW + 10 * MIN);
	lab_deliver(&lab, NOW + 11 * MIN, 1, MX, FROM, ON_ZEN);
	assert_true(r->listed);
	assert_int_equal(r->times, 2);
	lab_close(&lab);
}

static void
a_block_is_over_when_mail_goes_through(void **state)
{
	struct lab lab;
	const struct listing *r;
	int64_t at = NOW;

	(void)state;
	start(&lab);
	lab_deliver(&lab, at, 1, MX_MS, FROM, BLOCK);
	r = lab_row(&lab, OUT1, MS);
	/* Others' mail, or mail to others, says nothing. */
	at = flow(&lab, at + SEC, 2 * HOUR, 2, MX_MS);
	at = flow(&lab, at, 2 * HOUR, 1, MX);
	assert_true(r->listed);
	/* One that was refused again keeps it. */
	lab_deliver(&lab, at, 1, MX_MS, FROM, BLOCK);
	at = flow(&lab, at + SEC, 29 * MIN, 1, MX_MS);
	assert_true(r->listed);
	at = flow(&lab, at, 3 * MIN, 1, MX_MS);
	assert_false(r->listed);
	assert_in_range(r->ended_ms, at - 3 * MIN, at);
	assert_int_equal(r->replies, 2);
	assert_int_equal(r->n_said, 1);
	assert_int_equal(lab.m->listings.now_ips, 0);
	/* Blocked again the same day, by one who takes it from there. */
	lab_deliver(&lab, at, 1, MX, FROM, BLOCK);
	assert_int_equal(r->n_said, 1);
	assert_true(str_eq(intern_text(lab.m->texts, r->said[0].provider),
	    STR_LIT("other.example")));
	assert_true(r->listed);
	assert_int_equal(r->times, 2);
	assert_int_equal(r->replies, 1);
	lab_close(&lab);
}

static void
nothing_tried_nothing_known(void **state)
{
	struct lab lab;
	const struct listing *r;
	int64_t at;

	(void)state;
	start(&lab);
	(void)flow(&lab, NOW - 20 * MIN, 20 * MIN, 1, MX_MS);
	lab_deliver(&lab, NOW, 1, MX_MS, FROM, BLOCK);
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_ZEN);
	at = wait_for(&lab, NOW, 5 * HOUR);
	assert_true(lab_row(&lab, OUT1, MS)->listed);
	/* Of a public list DNS can say it, and no reply did. */
	r = lab_row(&lab, OUT1, ZEN);
	assert_true(r->listed);
	lab_answer(&lab, at, OUT1, ZEN, VERDICT_CLEAN);
	(void)wait_for(&lab, at, MIN);
	assert_false(r->listed);
	assert_true(lab_row(&lab, OUT1, MS)->listed);
	lab_close(&lab);
}

static void
an_old_copy_is_renewed(void **state)
{
	struct lab lab;
	const struct listing *r;
	int64_t at;

	(void)state;
	start(&lab);
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_ZEN);
	lab_answer(&lab, NOW + SEC, OUT1, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + MIN, OUT1, ZEN, VERDICT_CLEAN);
	r = lab_row(&lab, OUT1, ZEN);
	at = wait_for(&lab, NOW + MIN, 28 * MIN);
	assert_true(r->listed);
	(void)wait_for(&lab, at, 3 * MIN);
	assert_false(r->listed);
	lab_close(&lab);
}

/* DNS goes on: only the replies' part is over. */
static void
replies_stop_and_dns_does_not(void **state)
{
	struct lab lab;
	const struct listing *r;

	(void)state;
	start(&lab);
	lab_answer(&lab, NOW, OUT1, ZEN, VERDICT_LISTED);
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_ZEN);
	r = lab_row(&lab, OUT1, ZEN);
	assert_int_equal(r->sources, LISTING_DNS | LISTING_REPLY);
	(void)flow(&lab, NOW + SEC, 40 * MIN, 1, MX);
	assert_true(r->listed);
	assert_int_equal(r->sources, LISTING_DNS);
	assert_int_equal(r->n_said, 0);
	assert_int_equal(r->replies, 1);
	assert_int_equal(listing_proof(r), PROOF_DNS);
	lab_close(&lab);
}

static void
a_domain_waits_longer(void **state)
{
	struct lab lab;
	const struct listing *r;
	int64_t at;

	(void)state;
	start(&lab);
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_DBL);
	r = lab_row(&lab, "shop.example.com", DBL);
	at = flow(&lab, NOW + SEC, 5 * HOUR, 1, MX);
	assert_true(r->listed);
	(void)flow(&lab, at, 2 * HOUR, 1, MX);
	assert_false(r->listed);
	lab_close(&lab);
}

static void
several_providers_reject(void **state)
{
	struct lab lab;
	const struct listing *r;
	char relay[40];
	int64_t at;

	(void)state;
	start(&lab);
	lab_deliver(&lab, NOW, 1, MX, FROM, ON_ZEN);
	lab_deliver(&lab, NOW, 1, MX_MS, FROM, ON_ZEN);
	lab_deliver(&lab, NOW + SEC, 1, MX, FROM, ON_ZEN);
	r = lab_row(&lab, OUT1, ZEN);
	assert_int_equal(r->n_said, 2);
	/* One of them takes mail again. */
	at = flow(&lab, NOW + 2 * SEC, 40 * MIN, 1, MX);
	assert_int_equal(r->n_said, 1);
	assert_true(str_eq(
	    intern_text(lab.m->texts, r->said[0].provider), STR_LIT("ms")));
	assert_true(r->listed);
	/* More than are remembered: the oldest goes. */
	for (int i = 0; i < 9; i++) {
		(void)snprintf(relay, sizeof relay, "mx.p%d.example", i);
		lab_deliver(&lab, at + i * SEC, 1, relay, FROM, ON_ZEN);
	}
	assert_int_equal(r->n_said, LISTING_SAID);
	for (int i = 0; i < LISTING_SAID; i++)
		assert_true(r->said[i].last_ms >= at + 5 * SEC);
	lab_close(&lab);
}

/* An hour of history comes out as if it had been watched, also when our clock
 * ticks meanwhile. */
static void
history_is_watched(void **state)
{
	(void)state;
	for (int ticks = 0; ticks < 2; ticks++) {
		struct lab lab;
		const struct listing *r;

		lab_open(&lab, 0);
		for (int64_t i = 0; i < 60; i++) {
			lab_deliver_seen(&lab, NOW, NOW - HOUR + i * MIN, 1,
			    MX_MS, FROM, i < 5 || i > 57 ? BLOCK : NULL);
			if (ticks == 1)
				lab_tick(&lab, NOW + i * 11 * SEC);
			/* Half an hour after the last one. */
			if (i < 34)
				assert_true(lab_row(&lab, OUT1, MS)->listed);
		}
		r = lab_row(&lab, OUT1, MS);
		assert_true(r->listed);
		assert_int_equal(r->times, 2);
		assert_int_equal(r->since_ms, NOW - 2 * MIN);
		lab_live(&lab, NOW + 11 * MIN);
		lab_tick(&lab, NOW + 12 * MIN);
		assert_true(r->listed);
		/* A reading of what is over says so at once. */
		lab_deliver(&lab, NOW + 13 * MIN, 1, MX_MS, FROM, NULL);
		lab_live(&lab, NOW + 40 * MIN);
		assert_false(r->listed);
		assert_int_equal(lab.m->listings.index->before_ips, 0);
		lab_close(&lab);
	}
}

/* DNS was first; history tells that it began before. */
static void
history_tells_the_beginning(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	lab_answer(&lab, NOW, OUT1, ZEN, VERDICT_LISTED);
	lab_deliver_seen(&lab, NOW, NOW - 20 * MIN, 1, MX, FROM, ON_ZEN);
	assert_int_equal(lab_row(&lab, OUT1, ZEN)->since_ms, NOW - 20 * MIN);
	lab_close(&lab);
}

/* A list of the world is not believed, a provider that rejects is. */
static void
the_world_and_a_reply(void **state)
{
	struct lab lab;
	const struct listing *r;

	(void)state;
	start(&lab);
	lab_answer(&lab, NOW, OUT1, ZEN, VERDICT_LISTED);
	lab_deliver(&lab, NOW + SEC, 1, MX, FROM, ON_ZEN);
	lab_health(&lab, NOW + MIN, ZEN, VERDICT_WORLD);
	r = lab_row(&lab, OUT1, ZEN);
	assert_true(r->listed);
	assert_int_equal(r->sources, LISTING_REPLY);
	assert_int_equal(r->dns, VERDICT_WORLD);
	assert_int_equal(listing_proof(r), PROOF_REPLY);
	(void)flow(&lab, NOW + 2 * MIN, 40 * MIN, 1, MX);
	assert_false(r->listed);
	lab_close(&lab);
}

/* An address that only a reply told of is not taken away by those who tell
 * what is to be asked. */
static void
reply_subjects_stay_ours(void **state)
{
	static const char *const other[] = {OUT2};
	struct lab lab;

	(void)state;
	start(&lab);
	lab_deliver(&lab, NOW, 1, MX_MS, FROM, BLOCK);
	lab_subjects(&lab, NOW + SEC, other, 1);
	assert_int_equal(lab.m->listings.now_ips, 1);
	/* What went away and sends again is ours again. */
	lab_subjects(&lab, NOW + 2 * SEC, NULL, 0);
	lab_answer(&lab, NOW + 2 * SEC, OUT2, ZEN, VERDICT_LISTED);
	assert_int_equal(lab.m->listings.now_ips, 1);
	lab_deliver(&lab, NOW + 3 * SEC, 2, MX, FROM, ON_ZEN);
	assert_int_equal(lab.m->listings.now_ips, 2);
	lab_close(&lab);
}

/* Full tables: the row's proof may move or go, its providers keep their names.
 */
static void
proof_is_followed(void **state)
{
	struct lab lab;
	char relay[60], reply[60];
	const struct listing *r, *old;

	(void)state;
	lab_open(&lab, 16);
	lab_deliver_seen(&lab, NOW, NOW - 3 * HOUR, 2, MX, FROM, ON_ZEN);
	lab_deliver_seen(&lab, NOW, NOW - MIN, 1, MX_MS, FROM, BLOCK);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(relay, sizeof relay, "mx.p%d.example", i);
		(void)snprintf(reply, sizeof reply, "450 4.7.%d x", i);
		lab_deliver_seen(&lab, NOW, NOW, 1, relay, FROM, reply);
	}
	assert_true(lab.m->lumped.rows_dropped > 0);
	old = lab_row(&lab, OUT2, ZEN);
	r = lab_row(&lab, OUT1, MS);
	/* Nothing else holds the name of who rejected three hours ago. */
	for (uint32_t i = 0; i < lab.m->n_providers; i++)
		assert_int_not_equal(
		    lab.m->providers[i].key, old->said[0].provider);
	for (int i = 0; i < 60000; i++) {
		(void)snprintf(relay, sizeof relay, "text %d", i);
		(void)intern_id(lab.m->texts, str_of(relay));
	}
	lab.m->index->log_ms = NOW + HOUR;
	keys_sweep_texts(lab.m);
	assert_false(intern_tight(lab.m->texts));
	assert_true(str_eq(intern_text(lab.m->texts, old->said[0].provider),
	    STR_LIT("other.example")));
	assert_int_equal(old->reply1, 0);
	assert_true(old->listed);
	assert_in_range(r->reply1, 1, lab.m->n_replies);
	assert_int_equal(lab.m->replies[r->reply1 - 1].list, MS);
	lab_close(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_private_block_is_a_listing),
	    cmocka_unit_test(the_provider_tells_the_list),
	    cmocka_unit_test(the_sender_s_domain),
	    cmocka_unit_test(what_is_no_block_is_no_listing),
	    cmocka_unit_test(one_shape_two_lists),
	    cmocka_unit_test(held_against_dns),
	    cmocka_unit_test(clean_before_the_history_is_read),
	    cmocka_unit_test(late_lines_do_not_list_again),
	    cmocka_unit_test(a_block_is_over_when_mail_goes_through),
	    cmocka_unit_test(nothing_tried_nothing_known),
	    cmocka_unit_test(an_old_copy_is_renewed),
	    cmocka_unit_test(replies_stop_and_dns_does_not),
	    cmocka_unit_test(a_domain_waits_longer),
	    cmocka_unit_test(several_providers_reject),
	    cmocka_unit_test(history_is_watched),
	    cmocka_unit_test(history_tells_the_beginning),
	    cmocka_unit_test(the_world_and_a_reply),
	    cmocka_unit_test(reply_subjects_stay_ours),
	    cmocka_unit_test(proof_is_followed),
	};

	return cmocka_run_group_tests_name(
	    "update_listing_reply", tests, NULL, NULL);
}
