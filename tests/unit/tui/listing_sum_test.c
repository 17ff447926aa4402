/* listing_sum_test.c - rows of listings: grouped, in scope, counted; who was
 * asked what. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/listing_sum.h"

struct fix {
	struct model *m;
	struct listing_sum s;
};

static struct fix
fix(void)
{
	return (struct fix){.m = scene_listed()};
}

static void
done(struct fix *f)
{
	listing_sum_done(&f->s);
	model_free(f->m);
}

static void
make(struct fix *f, bool grouped, const char *key, uint16_t list)
{
	struct listing_scope scope = {grouped, str_of(key), list};

	listing_sum_make(&f->s, f->m, &scope);
}

/* The row of a segment, address or domain on a list; NULL: none. */
static const struct listing_sum_row *
find(const struct fix *f, const char *name, uint16_t list)
{
	const struct listings *l = &f->m->listings;

	for (uint32_t i = 0; i < f->s.n; i++) {
		const struct listing_sum_row *r = &f->s.rows[i];
		uint32_t id;

		if (r->members == 0 || r->list != list)
			continue;
		id = r->members > 1
			 ? r->segment
			 : l->subjects[l->rows[r->first].subject].name;
		if (str_eq(listings_text(l, id), str_of(name)))
			return r;
	}
	return NULL;
}

static void
a_segment_is_one_row(void **state)
{
	struct fix f = fix();
	const struct listing_sum_row *r;

	(void)state;
	make(&f, true, "", LIST_NONE);
	r = find(&f, "192.0.2.0/24", SCENE_ZEN);
	assert_non_null(r);
	assert_int_equal(r->members, SCENE_NET);
	assert_int_equal(r->listed, 61);
	assert_int_equal(r->subjects, SCENE_NET);
	assert_int_equal(r->dns[VERDICT_LISTED], 61);
	assert_int_equal(r->dns[VERDICT_CLEAN], SCENE_NET - 61);
	assert_int_equal(r->proofs[PROOF_DNS], 61);
	/* One that holds speaks for all, although others are as old. */
	assert_true(f.m->listings.rows[r->first].listed);
	/* One alone in its segment is itself, and knows who refused it. */
	r = find(&f, "198.51.100.12", SCENE_PRIVATE);
	assert_non_null(r);
	assert_int_equal(r->replies, 24);
	assert_int_equal(r->n_providers, 1);
	assert_true(str_eq(
	    intern_text(f.m->texts, r->providers[0]), STR_LIT("example.jp")));
	done(&f);
}

static void
a_scope_holds_its_own_only(void **state)
{
	struct fix f = fix();

	(void)state;
	make(&f, false, "192.0.2.0/24", SCENE_ZEN);
	assert_int_equal(f.s.n, SCENE_NET);
	make(&f, false, "198.51.100.11", LIST_NONE);
	assert_int_equal(f.s.n, 2);
	make(&f, false, "198.51.100.11", SCENE_PSBL);
	assert_int_equal(f.s.n, 1);
	make(&f, false, "203.0.113.1", LIST_NONE);
	assert_int_equal(f.s.n, 0);
	done(&f);
}

/* Counted once, however often it is made; made again when something came. */
static void
it_follows_the_model(void **state)
{
	struct fix f = fix();

	(void)state;
	for (int i = 0; i < 3; i++) {
		make(&f, true, "", LIST_NONE);
		assert_int_equal(
		    find(&f, "192.0.2.0/24", SCENE_ZEN)->members, SCENE_NET);
	}
	scene_answer(
	    f.m, "192.0.2.100", SCENE_ZEN, VERDICT_CLEAN, NOW + 1000, 0, "");
	make(&f, true, "", LIST_NONE);
	assert_int_equal(find(&f, "192.0.2.0/24", SCENE_ZEN)->listed, 60);
	done(&f);
}

static void
what_ended_long_ago_goes(void **state)
{
	struct fix f = fix();
	struct event ev = {.kind = EVT_TICK};

	(void)state;
	ev.at_ms = NOW + LISTING_LATELY_MS;
	model_update(f.m, &ev);
	make(&f, true, "", LIST_NONE);
	/* The 61 that hold are still there, the others ended before. */
	assert_int_equal(find(&f, "192.0.2.0/24", SCENE_ZEN)->members, 61);
	done(&f);
}

static void
a_list_that_tells_nothing_is_a_row(void **state)
{
	struct fix f = fix();
	unsigned n = 0;

	(void)state;
	make(&f, true, "", LIST_NONE);
	for (uint32_t i = 0; i < f.s.n; i++)
		if (f.s.rows[i].members == 0) {
			assert_int_equal(f.s.rows[i].list, SCENE_SPAMCOP);
			n++;
		}
	assert_int_equal(n, 1);
	scene_health(f.m, SCENE_SPAMCOP, VERDICT_CLEAN, NOW + 1000, "");
	make(&f, true, "", LIST_NONE);
	for (uint32_t i = 0; i < f.s.n; i++)
		assert_true(f.s.rows[i].members > 0);
	done(&f);
}

static void
known_is_who_was_asked(void **state)
{
	struct fix f = fix();
	struct listing_known k = {9, 9, 9};

	(void)state;
	assert_false(listing_known(f.m, STR_LIT("203.0.113.1"), &k));
	assert_int_equal(k.told, 0);
	assert_false(listing_known(f.m, STR_LIT(""), &k));
	/* Closed and private lists are nobody's business here. */
	assert_true(listing_known(f.m, STR_LIT("198.51.100.31"), &k));
	assert_int_equal(k.told, 1);
	assert_int_equal(k.wanted, 4);
	/* That a list refuses to answer tells nothing. */
	assert_true(listing_known(f.m, STR_LIT("198.51.100.11"), &k));
	assert_int_equal(k.told, 3);
	assert_int_equal(k.asked, 4);
	/* Only lists that hold IPv6 are asked about it. */
	assert_true(listing_known(f.m, STR_LIT("2001:db8::25"), &k));
	assert_int_equal(k.told, 0);
	assert_int_equal(k.wanted, 1);
	assert_true(listing_known(f.m, STR_LIT("shop.example.jp"), &k));
	assert_int_equal(k.told, 1);
	assert_int_equal(k.wanted, 1);
	done(&f);
}

/* More than a table shows: what hurts little makes room. */
static void
what_hurts_most_finds_room(void **state)
{
	struct fix f = {.m = scene_empty()};
	char ip[40];
	uint32_t high = 0;

	(void)state;
	for (unsigned i = 0; i < LISTING_SUM_ROWS + 100; i++) {
		(void)snprintf(ip, sizeof ip, "10.0.%u.%u", i / 256, i % 256);
		scene_answer(f.m, ip,
		    i < LISTING_SUM_ROWS ? SCENE_PSBL : SCENE_ZEN,
		    VERDICT_LISTED, NOW, 0x7f000002, "");
	}
	make(&f, false, "", LIST_NONE);
	assert_int_equal(f.s.n, LISTING_SUM_ROWS);
	assert_int_equal(f.s.beyond, 100);
	for (uint32_t i = 0; i < f.s.n; i++)
		high += f.s.rows[i].list == SCENE_ZEN;
	assert_int_equal(high, 100);
	assert_int_equal(f.s.by_list[SCENE_PSBL], LISTING_SUM_ROWS);
	make(&f, true, "", LIST_NONE);
	assert_int_equal(f.s.beyond, 0);
	done(&f);
}

static void
nothing_is_no_row(void **state)
{
	struct fix f = {.m = scene_empty()};

	(void)state;
	make(&f, true, "", LIST_NONE);
	assert_int_equal(f.s.n, 0);
	assert_int_equal(listing_egress(f.m, STR_LIT("")), EGRESS_NONE);
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_segment_is_one_row),
	    cmocka_unit_test(a_scope_holds_its_own_only),
	    cmocka_unit_test(it_follows_the_model),
	    cmocka_unit_test(what_ended_long_ago_goes),
	    cmocka_unit_test(a_list_that_tells_nothing_is_a_row),
	    cmocka_unit_test(known_is_who_was_asked),
	    cmocka_unit_test(what_hurts_most_finds_room),
	    cmocka_unit_test(nothing_is_no_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
