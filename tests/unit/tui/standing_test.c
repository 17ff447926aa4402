/* standing_test.c - how an egress IP stands: marks and words; clean only where
 * it was found clean, unknown where nobody knows. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/standing.h"

static const struct egress *
egress(const struct model *m, const char *ip)
{
	for (egress_id i = 0; i < m->n_egress; i++)
		if (strcmp(m->egress[i].ip, ip) == 0)
			return &m->egress[i];
	fail_msg("no %s", ip);
	return NULL;
}

static struct throttle *
throttle_of(const struct model *m, const char *ip)
{
	const struct egress *e = egress(m, ip);

	for (uint32_t i = 0; i < m->n_cells; i++)
		if (&m->egress[m->cells[i].egress] == e &&
		    m->cells[i].throttle != NULL)
			return m->cells[i].throttle;
	fail_msg("none of %s", ip);
	return NULL;
}

static struct cellv
blank(void)
{
	return (struct cellv){.known = true, .role = ROLE_TEXT};
}

static void
assert_listed(
    const struct model *m, const char *ip, const char *want, enum role role)
{
	struct cellv c = blank();

	standing_listed(m, egress(m, ip), &c);
	if (!str_eq(c.text, str_of(want)))
		fail_msg(
		    "%s: %.*s is not %s", ip, (int)c.text.n, c.text.p, want);
	assert_int_equal(c.role, role);
}

static void
the_worst_list_is_named(void **state)
{
	struct model *m = scene_listed();
	struct cellv c = blank();

	(void)state;
	assert_listed(m, "198.51.100.11", "!!spamhaus-zen", ROLE_CRIT);
	standing_lists(m, egress(m, "198.51.100.11"), &c);
	assert_true(str_eq(c.text, STR_LIT("2/3")));
	c = blank();
	standing_impact(m, egress(m, "198.51.100.11"), &c);
	assert_true(str_eq(c.text, STR_LIT("!!high")));
	c = blank();
	standing_listed_since(m, egress(m, "198.51.100.11"), &c);
	assert_true(str_eq(c.text, STR_LIT("12:14")));
	model_free(m);
}

static void
clean_is_who_was_found_clean(void **state)
{
	struct model *m = scene_listed();
	const char *ip = "198.51.100.32";

	(void)state;
	assert_listed(m, "198.51.100.31", "clean 1/4", ROLE_UNKNOWN);
	assert_listed(m, ip, "not asked", ROLE_UNKNOWN);
	/* The host's row for what cannot be told has no address. */
	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].rest) {
			struct cellv c = blank();

			standing_listed(m, &m->egress[i], &c);
			assert_true(str_eq(c.text, STR_LIT("?")));
			assert_false(c.known);
		}
	/* Asked without an answer is not the same as not asked. */
	scene_answer(m, ip, SCENE_SPAMCOP, VERDICT_REFUSED, NOW, 0, "");
	assert_listed(m, ip, "no answer", ROLE_UNKNOWN);
	for (uint16_t list = SCENE_ZEN; list <= SCENE_PSBL; list++)
		scene_answer(m, ip, list, VERDICT_CLEAN, NOW, 0, "");
	scene_answer(m, ip, SCENE_SPAMCOP, VERDICT_REFUSED, NOW, 0, "");
	assert_listed(m, ip, "clean 3/4", ROLE_UNKNOWN);
	scene_health(m, SCENE_SPAMCOP, VERDICT_CLEAN, NOW + 1, "");
	scene_answer(m, ip, SCENE_SPAMCOP, VERDICT_CLEAN, NOW + 2, 0, "");
	assert_listed(m, ip, "clean", ROLE_OK);
	model_free(m);
}

static void
a_throttle_has_its_share(void **state)
{
	struct model *m = scene_listed();
	struct cellv c = blank();

	(void)state;
	standing_throttled(m, egress(m, "198.51.100.11"), &c);
	assert_true(str_eq(c.text, STR_LIT("!100% google.com")));
	assert_int_equal(c.role, ROLE_CRIT);
	c = blank();
	standing_throttled_since(m, egress(m, "198.51.100.11"), &c);
	assert_true(str_eq(c.text, STR_LIT("14:02")));
	c = blank();
	standing_throttled(m, egress(m, "198.51.100.12"), &c);
	assert_true(str_eq(c.text, STR_LIT("-")));
	/* Nobody reads mta4, and mta2 cannot tell its addresses apart. */
	c = blank();
	standing_throttled(m, egress(m, "198.51.100.41"), &c);
	assert_true(str_eq(c.text, STR_LIT("?")));
	c = blank();
	standing_throttled(m, egress(m, "198.51.100.21"), &c);
	assert_true(str_eq(c.text, STR_LIT("?")));
	/* A throttle of a host that was lost is remembered, its share not. */
	scene_link(m, MTA1, LINK_WAITING, NOW, "gone");
	c = blank();
	standing_throttled(m, egress(m, "198.51.100.11"), &c);
	assert_true(str_eq(c.text, STR_LIT("!? google.com")));
	assert_int_equal(c.role, ROLE_STALE);
	model_free(m);
}

static void
without_rules_no_throttle_is_ruled_out(void **state)
{
	struct model *m = scene_listed();
	struct cellv c = blank();

	(void)state;
	m->reader.read = NULL;
	standing_throttled(m, egress(m, "198.51.100.12"), &c);
	assert_true(str_eq(c.text, STR_LIT("?")));
	model_free(m);
}

static void
what_is_not_known_is_said(void **state)
{
	struct model *m = scene_listed();
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	standing_clean(m, egress(m, "198.51.100.32"), &b);
	assert_non_null(strstr(buf_cstr(&b), "No list was asked about it"));
	buf_reset(&b);
	standing_clean(m, egress(m, "198.51.100.31"), &b);
	assert_non_null(strstr(
	    buf_cstr(&b), "none of the lists that told something: 1 of"));
	buf_reset(&b);
	standing_clean(m, egress(m, ""), &b);
	assert_non_null(strstr(buf_cstr(&b), "address is not known"));
	buf_done(&b);
	model_free(m);
}

static void
it_says_both_and_ranks_them(void **state)
{
	struct model *m = scene_listed();
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_int_equal(
	    standing_text(m, egress(m, "198.51.100.11"), &b), ROLE_WARN);
	assert_non_null(strstr(
	    buf_cstr(&b), "On lists: 2, worst spamhaus-zen since 12:14"));
	assert_non_null(strstr(
	    buf_cstr(&b), "google.com refuses 100 % in 10 min, since 14:02"));
	/* What eases off is not said to go on. */
	throttle_of(m, "198.51.100.11")->state = THROTTLE_EASING;
	throttle_of(m, "198.51.100.11")->since_ms = NOW;
	buf_reset(&b);
	(void)standing_text(m, egress(m, "198.51.100.11"), &b);
	assert_non_null(strstr(buf_cstr(&b),
	    "google.com eases off since 14:14: refused 100 % in 10 min."));
	throttle_of(m, "198.51.100.11")->state = THROTTLE_THROTTLED;
	buf_reset(&b);
	(void)standing_text(m, egress(m, "198.51.100.12"), &b);
	assert_non_null(strstr(buf_cstr(&b), "copy is old"));
	buf_reset(&b);
	(void)standing_text(m, egress(m, "198.51.100.31"), &b);
	assert_int_equal(b.n, 0);
	assert_true(standing_rank(m, egress(m, "198.51.100.11")) >
		    standing_rank(m, egress(m, "198.51.100.12")));
	assert_true(standing_rank(m, egress(m, "198.51.100.12")) > 0);
	assert_true(standing_rank(m, egress(m, "198.51.100.31")) == 0);
	buf_done(&b);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_worst_list_is_named),
	    cmocka_unit_test(clean_is_who_was_found_clean),
	    cmocka_unit_test(a_throttle_has_its_share),
	    cmocka_unit_test(without_rules_no_throttle_is_ruled_out),
	    cmocka_unit_test(what_is_not_known_is_said),
	    cmocka_unit_test(it_says_both_and_ranks_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
