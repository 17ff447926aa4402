/* update_listing_test.c - what answers of lists and their health do to
 * listings, and to the figures that are shown. */
#include "core/listing_int.h"

#include "tests/unit/core/state_help.h"

#include <time.h>

#define A "192.0.2.1"
#define B "192.0.2.2"
#define D "example.com"

static void
only_listed_and_clean_count(void **state)
{
	struct lab lab;
	const struct listing *r;
	const struct listings *l;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	lab_answer(&lab, NOW, A, ZEN, VERDICT_UNREACHABLE);
	lab_answer(&lab, NOW, A, ZEN, VERDICT_CLEAN);
	assert_null(lab_row(&lab, A, ZEN));
	assert_int_equal(l->n_rows, 0);
	assert_int_equal(l->lists[ZEN].clean, 1);
	lab_answer(&lab, NOW + MIN, A, ZEN, VERDICT_LISTED);
	r = lab_row(&lab, A, ZEN);
	assert_non_null(r);
	assert_true(r->listed);
	assert_int_equal(r->since_ms, NOW + MIN);
	assert_int_equal(r->times, 1);
	assert_int_equal(r->sources, LISTING_DNS);
	assert_int_equal(r->n_codes, 1);
	assert_int_equal(r->codes[0], 0x7f000002);
	assert_true(str_eq(listings_text(l, r->reason), STR_LIT("trap hit")));
	assert_int_equal(listing_proof(r), PROOF_DNS);
	assert_int_equal(l->now_ips, 1);
	assert_int_equal(l->lists[ZEN].listed, 1);
	assert_int_equal(l->lists[ZEN].clean, 0);
	/* Not to know is not to be clean, nor listed anew. */
	for (int v = VERDICT_REFUSED; v < VERDICT_N; v++) {
		lab_answer(
		    &lab, NOW + 2 * MIN + v * SEC, A, ZEN, (enum verdict)v);
		assert_true(r->listed);
		assert_int_equal(r->dns, v);
		assert_int_equal(r->dns_since_ms, NOW + 2 * MIN + v * SEC);
		assert_int_equal(r->since_ms, NOW + MIN);
		assert_int_equal(r->checked_ms, NOW + MIN);
		assert_int_equal(listing_proof(r), PROOF_UNSURE);
		assert_int_equal(l->lists[ZEN].listed, 1);
		lab_answer(&lab, NOW + 2 * MIN, B, ZEN, (enum verdict)v);
		assert_null(lab_row(&lab, B, ZEN));
	}
	assert_int_equal(l->lists[ZEN].unknown, 1);
	/* After it DNS says the same as before, since when it said it first. */
	lab_answer(&lab, NOW + 150 * SEC, A, ZEN, VERDICT_LISTED);
	assert_int_equal(r->dns_since_ms, NOW + MIN);
	lab_answer(&lab, NOW + 3 * MIN, A, ZEN, VERDICT_CLEAN);
	assert_int_equal(r->dns_since_ms, NOW + 3 * MIN);
	assert_false(r->listed);
	assert_int_equal(r->ended_ms, NOW + 3 * MIN);
	assert_int_equal(listing_proof(r), PROOF_NONE);
	assert_int_equal(l->now_ips, 0);
	lab_close(&lab);
}

static void
listed_again(void **state)
{
	struct lab lab;
	const struct listing *r;

	(void)state;
	lab_open(&lab, 0);
	lab_answer(&lab, NOW, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + HOUR, A, ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW + 3 * HOUR, A, ZEN, VERDICT_LISTED);
	r = lab_row(&lab, A, ZEN);
	assert_int_equal(r->times, 2);
	assert_int_equal(r->since_ms, NOW + 3 * HOUR);
	assert_int_equal(r->ended_ms, 0);
	lab_answer(&lab, NOW + 4 * HOUR, A, ZEN, VERDICT_CLEAN);
	/* A month and a half later it is another story. */
	lab_answer(&lab, NOW + 45 * 24 * HOUR, A, ZEN, VERDICT_LISTED);
	assert_int_equal(r->times, 1);
	/* It stays one listing however often it is confirmed. */
	lab_answer(&lab, NOW + 46 * 24 * HOUR, A, ZEN, VERDICT_LISTED);
	assert_int_equal(r->times, 1);
	assert_int_equal(r->since_ms, NOW + 45 * 24 * HOUR);
	assert_int_equal(r->checked_ms, NOW + 46 * 24 * HOUR);
	assert_int_equal(r->dns_since_ms, NOW + 45 * 24 * HOUR);
	assert_int_equal(lab.m->listings.n_rows, 1);
	lab_close(&lab);
}

/* Which lists are asked is told, not guessed; nonsense is passed over. */
static void
lists_in_use(void **state)
{
	static const uint16_t first[] = {1, 999}, then[] = {0};
	struct str name = STR_LIT("192.0.2.1");
	struct event ev = {
	    .kind = EVT_SUBJECTS, .host = HOST_NONE, .at_ms = NOW};
	const struct listings *l;
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	ev.u.subjects.names = &name;
	ev.u.subjects.n = 1;
	model_update(lab.m, &ev);
	assert_false(l->use_said);
	ev.u.subjects.use = first;
	ev.u.subjects.n_use = 2;
	model_update(lab.m, &ev);
	assert_true(l->use_said);
	assert_false(l->lists[0].used);
	assert_true(l->lists[1].used);
	ev.u.subjects.use = then;
	ev.u.subjects.n_use = 1;
	model_update(lab.m, &ev);
	assert_true(l->lists[0].used);
	assert_false(l->lists[1].used);
	lab_close(&lab);
}

static void
subjects_come_and_go(void **state)
{
	static const char *const both[] = {
	    A, "::ffff:192.0.2.2", "Example.COM"};
	struct lab lab;
	const struct listings *l;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	lab_subjects(&lab, NOW, both, 3);
	assert_int_equal(l->n_subjects, 3);
	lab_answer(&lab, NOW, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW, B, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW, D, DBL, VERDICT_LISTED);
	assert_int_equal(l->now_ips, 2);
	assert_int_equal(l->now_domains, 1);
	assert_int_equal(l->peak_ips, 2);
	assert_int_equal(l->lists[ZEN].listed, 2);
	/* One goes: its listing is kept, and counts no more. */
	lab_subjects(&lab, NOW + MIN, both, 1);
	assert_int_equal(l->now_ips, 1);
	assert_int_equal(l->now_domains, 0);
	assert_int_equal(l->lists[ZEN].listed, 1);
	assert_true(lab_row(&lab, B, ZEN)->listed);
	assert_false(l->subjects[listings_subject(l, str_of(B))].ours);
	/* And comes back, listed as it was. */
	lab_subjects(&lab, NOW + 2 * MIN, both, 3);
	assert_int_equal(l->now_ips, 2);
	assert_int_equal(l->now_domains, 1);
	assert_int_equal(l->lists[ZEN].listed, 2);
	assert_int_equal(lab_row(&lab, B, ZEN)->since_ms, NOW);
	lab_close(&lab);
}

static void
low_impact_is_no_wave(void **state)
{
	struct lab lab;
	const struct listings *l;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	lab_answer(&lab, NOW, A, TINY, VERDICT_LISTED);
	assert_int_equal(l->now_ips, 0);
	assert_int_equal(l->subjects[0].listed, 1);
	lab_answer(&lab, NOW, A, ZEN, VERDICT_LISTED);
	assert_int_equal(l->now_ips, 1);
	assert_int_equal(l->subjects[0].listed, 2);
	lab_close(&lab);
}

static void
the_worst_listing(void **state)
{
	struct lab lab;
	unsigned n = 9;
	int64_t at;

	(void)state;
	lab_open(&lab, 0);
	assert_int_equal(
	    listings_worst(&lab.m->listings, lab.lists, STR_LIT(A), &n),
	    LISTING_NONE);
	assert_int_equal(n, 0);
	lab_answer(&lab, NOW, A, TINY, VERDICT_LISTED);
	lab_answer(&lab, NOW + MIN, A, ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW + MIN, B, DBL, VERDICT_LISTED);
	at = listings_worst(&lab.m->listings, lab.lists, STR_LIT(A), &n);
	assert_int_equal(n, 2);
	assert_int_equal(lab.m->listings.rows[at].list, ZEN);
	/* Of equals the older one. */
	at = listings_worst(&lab.m->listings, NULL, STR_LIT(A), &n);
	assert_int_equal(lab.m->listings.rows[at].list, TINY);
	lab_answer(&lab, NOW + HOUR, A, ZEN, VERDICT_CLEAN);
	at = listings_worst(&lab.m->listings, lab.lists, STR_LIT(A), &n);
	assert_int_equal(n, 1);
	assert_int_equal(lab.m->listings.rows[at].list, TINY);
	lab_close(&lab);
}

static void
a_bad_list_ends_nothing(void **state)
{
	static const enum verdict bad[] = {VERDICT_DEAD, VERDICT_REFUSED};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct lab lab;
		const struct listing *r;
		const struct listings *l;

		lab_open(&lab, 0);
		l = &lab.m->listings;
		lab_health(&lab, NOW, ZEN, VERDICT_CLEAN);
		lab_answer(&lab, NOW + SEC, A, ZEN, VERDICT_LISTED);
		lab_answer(&lab, NOW + SEC, B, ZEN, VERDICT_CLEAN);
		lab_health(&lab, NOW + MIN, ZEN, bad[i]);
		assert_int_equal(l->lists[ZEN].verdict, bad[i]);
		assert_int_equal(l->lists[ZEN].since_ms, NOW + MIN);
		assert_string_equal(l->lists[ZEN].text, "as it is");
		r = lab_row(&lab, A, ZEN);
		assert_true(r->listed);
		assert_int_equal(r->dns, bad[i]);
		assert_int_equal(listing_proof(r), PROOF_UNSURE);
		assert_int_equal(
		    *listings_verdict(l, listings_subject(l, STR_LIT(B)), ZEN),
		    bad[i]);
		assert_int_equal(l->lists[ZEN].clean, 0);
		assert_int_equal(l->lists[ZEN].unknown, 1);
		/* What it answers now is not believed. */
		lab_answer(&lab, NOW + 2 * MIN, A, ZEN, VERDICT_CLEAN);
		lab_answer(&lab, NOW + 2 * MIN, B, ZEN, VERDICT_LISTED);
		assert_true(lab_row(&lab, A, ZEN)->listed);
		assert_null(lab_row(&lab, B, ZEN));
		/* Well again: the next answer is. */
		lab_health(&lab, NOW + 3 * MIN, ZEN, VERDICT_CLEAN);
		assert_int_equal(r->dns, bad[i]);
		lab_answer(&lab, NOW + 3 * MIN, A, ZEN, VERDICT_LISTED);
		assert_int_equal(listing_proof(r), PROOF_DNS);
		assert_int_equal(r->since_ms, NOW + SEC);
		assert_int_equal(r->times, 1);
		lab_close(&lab);
	}
}

static void
a_list_of_the_world_takes_back(void **state)
{
	struct lab lab;
	const struct listings *l;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	lab_answer(&lab, NOW, A, ZEN, VERDICT_LISTED);
	lab_health(&lab, NOW + MIN, ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW + 2 * MIN, B, ZEN, VERDICT_LISTED);
	assert_int_equal(l->now_ips, 2);
	lab_health(&lab, NOW + 3 * MIN, ZEN, VERDICT_WORLD);
	/* B was listed since it was last proved good; A before that. */
	assert_false(lab_row(&lab, B, ZEN)->listed);
	assert_int_equal(lab_row(&lab, B, ZEN)->times, 0);
	assert_int_equal(lab_row(&lab, B, ZEN)->sources, 0);
	assert_int_equal(lab_row(&lab, B, ZEN)->n_codes, 0);
	assert_true(lab_row(&lab, A, ZEN)->listed);
	assert_int_equal(lab_row(&lab, A, ZEN)->dns, VERDICT_WORLD);
	assert_int_equal(l->now_ips, 1);
	assert_int_equal(l->lists[ZEN].listed, 1);
	/* When it is really listed later, that is the first time. */
	lab_health(&lab, NOW + HOUR, ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW + HOUR, B, ZEN, VERDICT_LISTED);
	assert_int_equal(lab_row(&lab, B, ZEN)->times, 1);
	lab_close(&lab);
}

/* Incident I2: 137 addresses, delisted over a day and more. */
static void
from_137_to_none(void **state)
{
	struct lab lab;
	const struct listings *l;
	char ip[32];
	int64_t v[240], zero_ms = 0, at = NOW;
	int left = 137;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	for (int i = 0; i < 137; i++) {
		(void)snprintf(ip, sizeof ip, "198.51.100.%d", i);
		lab_answer(&lab, NOW, ip, ZEN, VERDICT_LISTED);
	}
	assert_int_equal(l->now_ips, 137);
	assert_int_equal(l->peak_ips, 137);
	assert_false(listings_forecast(l, at, &zero_ms));
	/* An hour of nothing, then one every two minutes. */
	for (int i = 0; i < 60; i++)
		lab_tick(&lab, at += MIN);
	assert_false(listings_forecast(l, at, &zero_ms));
	for (int i = 0; i < 60; i++) {
		(void)snprintf(ip, sizeof ip, "198.51.100.%d", --left);
		lab_answer(&lab, at, ip, ZEN, VERDICT_CLEAN);
		lab_tick(&lab, at += MIN);
		lab_tick(&lab, at += MIN);
		/* A few are no pace yet. */
		if (i == 9)
			assert_false(listings_forecast(l, at, &zero_ms));
	}
	assert_int_equal(l->now_ips, 77);
	assert_int_equal(l->peak_ips, 137);
	assert_true(listings_forecast(l, at, &zero_ms));
	assert_in_range(zero_ms, at + 150 * MIN, at + 160 * MIN);
	gauge_read(&l->ips, at, v, 240);
	assert_int_equal(v[239], 77);
	assert_int_equal(v[239 - 120], 136);
	assert_int_equal(v[239 - 150], 137);
	/* Nobody is delisted for hours: nobody can say. */
	for (int i = 0; i < 200; i++)
		lab_tick(&lab, at += MIN);
	assert_false(listings_forecast(l, at, &zero_ms));
	while (left > 0) {
		(void)snprintf(ip, sizeof ip, "198.51.100.%d", --left);
		lab_answer(&lab, at += SEC, ip, ZEN, VERDICT_CLEAN);
	}
	assert_int_equal(l->now_ips, 0);
	assert_int_equal(l->peak_ips, 137);
	assert_int_equal(l->n_rows, 137);
	assert_false(listings_forecast(l, at, &zero_ms));
	/* The next wave has its own peak. */
	lab_answer(&lab, at + HOUR, A, ZEN, VERDICT_LISTED);
	assert_int_equal(l->peak_ips, 1);
	lab_close(&lab);
}

/* One of a thousand in an hour: nobody knows when it is over. */
static void
too_far_away(void **state)
{
	struct lab lab;
	char ip[32];
	int64_t zero_ms = 0, at = NOW;

	(void)state;
	lab_open(&lab, 0);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(ip, sizeof ip, "10.0.%d.%d", i >> 8, i & 255);
		lab_answer(&lab, NOW, ip, ZEN, VERDICT_LISTED);
	}
	for (int i = 0; i < 60; i++)
		lab_tick(&lab, at += MIN);
	lab_answer(&lab, at, "10.0.0.0", ZEN, VERDICT_CLEAN);
	for (int i = 0; i < 60; i++)
		lab_tick(&lab, at += MIN);
	assert_int_equal(lab.m->listings.now_ips, 999);
	assert_false(listings_forecast(&lab.m->listings, at, &zero_ms));
	lab_close(&lab);
}

static void
reasons_and_codes_follow(void **state)
{
	struct lab lab;
	struct list_answer a = {.subject = STR_LIT(A),
	    .list = ZEN,
	    .verdict = VERDICT_LISTED,
	    .codes = {1, 2, 3, 4},
	    .n_codes = 200, /* more than there is room for */
	    .reason = STR_LIT("first")};
	struct event ev = {.kind = EVT_LIST_ANSWER,
	    .host = HOST_NONE,
	    .at_ms = NOW,
	    .u.answer = &a};
	const struct listing *r;
	char longest[1000];

	(void)state;
	lab_open(&lab, 0);
	model_update(lab.m, &ev);
	r = lab_row(&lab, A, ZEN);
	assert_int_equal(r->n_codes, LISTING_CODES);
	assert_int_equal(r->codes[3], 4);
	memset(longest, 'x', sizeof longest);
	a.reason = (struct str){longest, sizeof longest};
	a.n_codes = 1;
	model_update(lab.m, &ev);
	assert_int_equal(r->n_codes, 1);
	assert_int_equal(listings_text(&lab.m->listings, r->reason).n, 255);
	a.reason = (struct str){NULL, 0};
	model_update(lab.m, &ev);
	assert_int_equal(listings_text(&lab.m->listings, r->reason).n, 0);
	/* What is out of all bounds is not there. */
	a.list = LISTS;
	model_update(lab.m, &ev);
	a.list = ZEN;
	a.verdict = VERDICT_N;
	model_update(lab.m, &ev);
	assert_int_equal(lab.m->listings.n_rows, 1);
	assert_true(r->listed);
	assert_int_equal(r->dns, VERDICT_LISTED);
	lab_close(&lab);
}

static void
no_catalogue_no_listings(void **state)
{
	struct model *m = make_model(0);
	struct lab lab = {.m = m};

	(void)state;
	lab_answer(&lab, NOW, A, 0, VERDICT_LISTED);
	lab_health(&lab, NOW, 0, VERDICT_DEAD);
	lab_subjects(&lab, NOW, (const char *const[]){A, D}, 2);
	lab_tick(&lab, NOW);
	assert_int_equal(m->listings.n_subjects, 2);
	assert_int_equal(m->listings.n_rows, 0);
	model_free(m);
}

/* A million reasons do not fill the memory, and rows stay bounded. */
static void
texts_and_rows_are_bounded(void **state)
{
	struct lab lab;
	char text[300], ip[32];
	struct list_answer a = {.list = ZEN, .verdict = VERDICT_LISTED};
	struct event ev = {
	    .kind = EVT_LIST_ANSWER, .host = HOST_NONE, .u.answer = &a};
	struct listings *l;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	memset(text, 'y', sizeof text);
	for (unsigned i = 0; i < 300000; i++) {
		(void)snprintf(text, sizeof text, "%09u", i);
		text[9] = 'y';
		(void)snprintf(
		    ip, sizeof ip, "10.0.%u.%u", i >> 8 & 15, i & 255);
		a.subject = str_of(ip);
		a.reason = (struct str){text, 250};
		ev.at_ms = NOW + i * SEC;
		model_update(lab.m, &ev);
		/* One of some time ago is still what it was. */
		if (i < 2000)
			continue;
		(void)snprintf(text, sizeof text, "%09u", i - 2000);
		(void)snprintf(ip, sizeof ip, "10.0.%u.%u",
		    (i - 2000) >> 8 & 15, (i - 2000) & 255);
		assert_true(
		    str_starts(listings_text(l, lab_row(&lab, ip, ZEN)->reason),
			str_of(text)));
	}
	assert_int_equal(l->n_rows, 4096);
	assert_true(intern_used(l->texts) < 2 * SUBJECTS_MAX + LISTINGS_MAX);
	lab_close(&lab);
}

static void
rows_make_room(void **state)
{
	struct lab lab;
	char ip[32];
	struct listings *l;
	static const uint16_t lists[] = {ZEN, DBL, TINY, MS};

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	for (unsigned i = 0; i < SUBJECTS_MAX; i++)
		for (int k = 0; k < 4; k++) {
			(void)snprintf(
			    ip, sizeof ip, "10.0.%u.%u", i >> 8, i & 255);
			lab_answer(&lab, NOW, ip, lists[k], VERDICT_LISTED);
		}
	assert_int_equal(l->n_rows, LISTINGS_MAX);
	assert_int_equal(l->now_ips, SUBJECTS_MAX);
	assert_int_equal(l->rows_beyond, 0);
	/* Nothing has ended: there is no room. */
	lab_answer(&lab, NOW, "10.0.1.1", WIDE, VERDICT_LISTED);
	assert_int_equal(l->rows_beyond, 1);
	assert_null(lab_row(&lab, "10.0.1.1", WIDE));
	assert_int_equal(l->lists[WIDE].listed, 0);
	/* It is made once a minute at most. */
	lab_answer(&lab, NOW, "10.0.1.2", ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW + SEC, "10.0.1.1", WIDE, VERDICT_LISTED);
	assert_int_equal(l->rows_beyond, 2);
	lab_answer(&lab, NOW + MIN, "10.0.1.1", WIDE, VERDICT_LISTED);
	assert_int_equal(l->rows_beyond, 2);
	assert_true(lab_row(&lab, "10.0.1.1", WIDE)->listed);
	assert_null(lab_row(&lab, "10.0.1.2", ZEN));
	assert_int_equal(l->n_rows, LISTINGS_MAX);
	for (int k = 0; k < 4; k++)
		lab_answer(&lab, NOW, "10.0.0.0", lists[k], VERDICT_CLEAN);
	assert_true(listings_drop_ended(l, false));
	assert_int_equal(l->n_rows, LISTINGS_MAX - 4);
	assert_null(lab_row(&lab, "10.0.0.0", ZEN));
	assert_int_equal(lab_row(&lab, "10.0.63.255", MS)->list, MS);
	assert_int_equal(
	    l->subjects[lab_row(&lab, "10.0.63.255", MS)->subject].listed, 4);
	lab_close(&lab);
}

/* 10,000 subjects on 60 lists, each answered twice: quick and small. */
static void
many(void **state)
{
	enum { SUBJECTS = 10000, N_LISTS = 60 };
	struct lab lab = {0};
	char *json = NULL, why[100] = "", ip[32];
	size_t n = 0;
	FILE *f = open_memstream(&json, &n);
	struct model_opts o = {.n_hosts = 0};
	struct list_answer a = {0};
	struct event ev = {
	    .kind = EVT_LIST_ANSWER, .host = HOST_NONE, .u.answer = &a};
	clock_t start;

	(void)state;
	assert_non_null(f);
	fprintf(f, "{\"v\":1,\"lists\":[");
	for (int i = 0; i < N_LISTS; i++)
		fprintf(f,
		    "%s{\"id\":\"l%d\",\"name\":\"L\",\"kind\":\"ip\","
		    "\"impact\":\"high\",\"zone\":\"l%d.example\"}",
		    i == 0 ? "" : ",", i, i);
	fprintf(f, "]}");
	assert_int_equal(fclose(f), 0);
	assert_int_equal(
	    blocklists_load(&lab.lists, (struct str){json, n}, why, sizeof why),
	    ERR_OK);
	free(json);
	o.lists = lab.lists;
	lab.m = model_new(&o);
	assert_non_null(lab.m);
	start = clock();
	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < SUBJECTS; i++) {
			(void)snprintf(
			    ip, sizeof ip, "10.0.%u.%u", i >> 8, i & 255);
			a.subject = str_of(ip);
			for (uint16_t k = 0; k < N_LISTS; k++) {
				a.list = k;
				a.verdict = i % 100 == 7 ? VERDICT_LISTED
							 : VERDICT_CLEAN;
				ev.at_ms = NOW + round * HOUR;
				model_update(lab.m, &ev);
			}
		}
	/* 1.2 million answers; a sanitized build takes its time. */
	assert_true((clock() - start) / CLOCKS_PER_SEC < 20);
	assert_int_equal(lab.m->listings.now_ips, 100);
	assert_int_equal(lab.m->listings.n_rows, 6000);
	assert_int_equal(lab.m->listings.lists[59].clean, 9900);
	assert_int_equal(lab.m->listings.lists[59].listed, 100);
	/* A byte for each pair, and little else. */
	assert_true(lab.m->listings.index->room_subjects <= SUBJECTS_MAX);
	assert_true(lab.m->listings.index->room_rows <= 8192);
	lab_close(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_listed_and_clean_count),
	    cmocka_unit_test(listed_again),
	    cmocka_unit_test(subjects_come_and_go),
	    cmocka_unit_test(low_impact_is_no_wave),
	    cmocka_unit_test(the_worst_listing),
	    cmocka_unit_test(a_bad_list_ends_nothing),
	    cmocka_unit_test(a_list_of_the_world_takes_back),
	    cmocka_unit_test(from_137_to_none),
	    cmocka_unit_test(too_far_away),
	    cmocka_unit_test(reasons_and_codes_follow),
	    cmocka_unit_test(no_catalogue_no_listings),
	    cmocka_unit_test(texts_and_rows_are_bounded),
	    cmocka_unit_test(rows_make_room),
	    cmocka_unit_test(lists_in_use),
	    cmocka_unit_test(many),
	};

	return cmocka_run_group_tests_name("update_listing", tests, NULL, NULL);
}
