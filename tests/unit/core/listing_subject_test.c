/* listing_subject_test.c - one name for each subject however it is written,
 * its segment, and what happens when there is no more room. */
#include "core/listing_int.h"

#include "tests/unit/core/state_help.h"

static void
one_name_each(void **state)
{
	static const struct {
		const char *given, *name;
		bool domain;
	} v[] = {
	    {"192.0.2.1", "192.0.2.1", false},
	    {"2001:DB8:0:0::1", "2001:db8::1", false},
	    {"2001:db8:0:0:0:0:0:1", "2001:db8::1", false},
	    {"::ffff:192.0.2.1", "192.0.2.1", false},
	    {"Example.COM", "example.com", true},
	    {"example.com.", "example.com", true},
	    {"192.0.2.256", "192.0.2.256", true}, /* could be a name */
	    {"_dmarc.x-1.example", "_dmarc.x-1.example", true},
	    {"", NULL, false},
	    {".", NULL, false},
	    {"a..b", NULL, false},
	    {"a b", NULL, false},
	    {"a\x1b[31m.example", NULL, false},
	    {"u@example.com", NULL, false},
	    {"2001:db8::1::", NULL, false},
	    {"\xe3\x83\xa1.example", NULL, false},
	};
	char own[LISTING_NAME_BYTES], longest[400];
	bool domain;

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		bool ok = listings_name(str_of(v[i].given), own, &domain);

		if (ok != (v[i].name != NULL))
			fail_msg("%s", v[i].given);
		if (!ok)
			continue;
		assert_string_equal(own, v[i].name);
		assert_int_equal(domain, v[i].domain);
	}
	memset(longest, 'a', sizeof longest);
	for (size_t i = 50; i < sizeof longest; i += 50)
		longest[i] = '.';
	assert_true(listings_name((struct str){longest, 253}, own, &domain));
	assert_false(listings_name((struct str){longest, 254}, own, &domain));
}

static void
segments(void **state)
{
	static const struct {
		const char *name, *segment;
	} v[] = {
	    {"192.0.2.77", "192.0.2.0/24"},
	    {"2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
	    {"mail.shop.example.com", "example.com"},
	    {"a.b.example.co.jp", "example.co.jp"},
	    {"mx.ms.example", "ms.example"},
	};
	struct lab lab;

	(void)state;
	lab_open(&lab, 0);
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct listings *l = &lab.m->listings;
		uint32_t s =
		    listings_add(l, lab.providers, str_of(v[i].name), NOW);

		assert_int_equal(s, i);
		assert_true(str_eq(listings_text(l, l->subjects[s].segment),
		    str_of(v[i].segment)));
		assert_true(str_eq(
		    listings_text(l, l->subjects[s].name), str_of(v[i].name)));
		assert_true(l->subjects[s].ours);
		assert_int_equal(
		    listings_add(l, lab.providers, str_of(v[i].name), NOW), i);
	}
	assert_int_equal(
	    listings_subject(&lab.m->listings, STR_LIT("192.0.2.78")),
	    UINT32_MAX);
	assert_int_equal(
	    listings_subject(&lab.m->listings, STR_LIT("192.0.2.0/24")),
	    UINT32_MAX);
	assert_int_equal(
	    listings_subject(&lab.m->listings, STR_LIT("Mx.MS.example.")), 4);
	lab_close(&lab);
}

/* So many addresses from `first` on, the last one first. */
static void
give(struct lab *lab, int64_t at_ms, unsigned first, unsigned n)
{
	char(*text)[20] = calloc(n, sizeof *text);
	const char **names = calloc(n, sizeof *names);

	assert_non_null(text);
	assert_non_null(names);
	for (unsigned i = 0; i < n; i++) {
		unsigned a = first + n - 1 - i;

		(void)snprintf(text[i], sizeof text[i], "10.%u.%u.%u",
		    a >> 16 & 255, a >> 8 & 255, a & 255);
		names[i] = text[i];
	}
	lab_subjects(lab, at_ms, names, n);
	free(text);
	free(names);
}

static void
room_is_bounded_and_made(void **state)
{
	struct lab lab;
	struct listings *l;
	uint32_t s;

	(void)state;
	lab_open(&lab, 0);
	l = &lab.m->listings;
	/* Backwards, so that those who will go have the last places. */
	give(&lab, NOW, 0, SUBJECTS_MAX + 10);
	assert_int_equal(l->n_subjects, SUBJECTS_MAX);
	assert_int_equal(l->beyond, 10);
	lab_answer(&lab, NOW, "10.0.0.11", ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW, "10.0.0.12", ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW, "10.0.0.12", ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW, "10.0.0.13", ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW, "10.0.0.200", ZEN, VERDICT_LISTED);
	lab_answer(&lab, NOW, "10.0.0.200", ZEN, VERDICT_CLEAN);
	lab_answer(&lab, NOW, "10.0.64.9", ZEN, VERDICT_CLEAN);
	/* A hundred went: others take their places, but for the one that is
	 * listed. */
	give(&lab, NOW + MIN, 110, SUBJECTS_MAX);
	assert_int_equal(l->n_subjects, SUBJECTS_MAX);
	assert_int_equal(l->beyond, 1);
	/* What has ended made room too, but for what is still ours. */
	assert_int_equal(l->n_rows, 2);
	assert_non_null(lab_row(&lab, "10.0.0.11", ZEN));
	assert_non_null(lab_row(&lab, "10.0.0.200", ZEN));
	assert_int_equal(l->now_ips, 0);
	assert_int_equal(listings_subject(l, STR_LIT("10.0.0.13")), UINT32_MAX);
	/* A newcomer has nothing of its predecessor. */
	s = listings_subject(l, STR_LIT("10.0.64.13"));
	assert_int_equal(s, SUBJECTS_MAX - 4);
	assert_int_equal(*listings_verdict(l, s, ZEN), VERDICT_UNKNOWN);
	assert_int_equal(listings_first(l, s), LISTING_NONE);
	/* Who stays keeps all. */
	s = listings_subject(l, STR_LIT("10.0.64.9"));
	assert_int_equal(s, 0);
	assert_int_equal(*listings_verdict(l, s, ZEN), VERDICT_CLEAN);
	assert_int_equal(l->lists[ZEN].clean, 2);
	lab_close(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_name_each),
	    cmocka_unit_test(segments),
	    cmocka_unit_test(room_is_bounded_and_made),
	};

	return cmocka_run_group_tests_name(
	    "listing_subject", tests, NULL, NULL);
}
