/* figure_test.c - unknown is not zero, shares have marks, gaps are gaps. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/figure.h"

static struct cellv
blank(void)
{
	return (struct cellv){.known = true};
}

static void
assert_share(int milli, uint32_t n, const char *text, enum role role)
{
	struct cellv c = blank();

	fig_share(&c, milli, n);
	assert_true(str_eq(c.text, str_of(text)));
	assert_int_equal(c.role, role);
}

static void
shares_are_marked_when_they_stand_on_enough(void **state)
{
	(void)state;
	assert_share(-1, 0, "-", ROLE_DIM);
	assert_share(0, 0, "0.0", ROLE_DIM);
	assert_share(99, 50, "9.9", ROLE_TEXT);
	assert_share(104, 3, "!10", ROLE_WARN);
	assert_share(1000, 2, "100", ROLE_TEXT);
	assert_share(1000, 9, "!100", ROLE_WARN);
	assert_share(500, 10, "!!50", ROLE_CRIT);
}

static void
assert_age(int64_t ms, const char *text)
{
	struct cellv c = blank();

	fig_age(&c, NOW, NOW - ms);
	assert_true(str_eq(c.text, str_of(text)));
}

static void
a_listing_that_nobody_watched_is_marked(void **state)
{
	struct cellv c = {0};
	char at[CLOCK_TEXT], plain[CLOCK_TEXT];

	(void)state;
	fig_listed_since(&c, NOW, NOW - 3 * 86400000LL, 0);
	assert_string_equal(c.own, "3d");
	fig_listed_since(&c, NOW, NOW - 3 * 86400000LL, 3600000);
	assert_string_equal(c.own, "~3d");
	assert_true(c.num == (double)(NOW - 3 * 86400000LL));
	assert_string_equal(
	    fig_listed_text(at, NOW, NOW - 7200000, 600000), "~2h");
	assert_string_equal(fig_listed_text(at, NOW, NOW - 7200000, 0),
	    fig_since_text(plain, NOW, NOW - 7200000));
	assert_string_equal(fig_listed_text(at, NOW, 0, 600000), "?");
}

static void
ages_fit_four_columns(void **state)
{
	struct cellv c = blank();

	(void)state;
	assert_age(0, "0s");
	assert_age(-5000, "0s");
	assert_age(99999, "99s");
	assert_age(100000, "1m");
	assert_age(99 * 60000, "99m");
	assert_age(100 * 60000, "1h");
	assert_age(47LL * 3600000, "47h");
	assert_age(48LL * 3600000, "2d");
	fig_age(&c, NOW, 0);
	assert_true(str_eq(c.text, STR_LIT("?")));
	assert_false(c.known);
}

static void
what_nobody_saw_is_a_gap(void **state)
{
	struct host h = {.link = LINK_UP,
	    .log_live = true,
	    .log_from_ms = NOW - 600000,
	    .log_at_ms = NOW};
	struct tally t = {0};
	struct cellv c = blank();

	(void)state;
	tally_add(&t, STAT_DEFERRED, NOW - 61000, 5);
	h.gaps[0].from_ms = NOW - 300000;
	h.gaps[0].to_ms = NOW - 180000;
	h.n_gaps = 1;
	fig_series(&c, ROLE_GRAPH, &t, STAT_DEFERRED, &h, NOW);
	assert_int_equal(c.graph[GRAPH_POINTS - 1], 0);
	assert_int_equal(c.graph[GRAPH_POINTS - 3], 5);
	assert_int_equal(c.graph[GRAPH_POINTS - 4], 0);
	assert_int_equal(c.graph[GRAPH_POINTS - 5], GRAPH_GAP);
	assert_int_equal(c.graph[GRAPH_POINTS - 6], GRAPH_GAP);
	assert_int_equal(c.graph[GRAPH_POINTS - 7], 0);
	assert_int_equal(c.graph[GRAPH_POINTS - 20], GRAPH_GAP);
	assert_true(c.num == 5);
	/* down for two minutes */
	h.link = LINK_WAITING;
	h.log_at_ms = NOW - 120000;
	fig_series(&c, ROLE_GRAPH, &t, STAT_DEFERRED, &h, NOW);
	assert_int_equal(c.graph[GRAPH_POINTS - 1], GRAPH_GAP);
	assert_int_equal(c.graph[GRAPH_POINTS - 3], 5);
	tally_done(&t);
}

static void
link_at(struct model *m, enum link_state state)
{
	struct event ev = {.kind = EVT_LINK,
	    .host = MTA4,
	    .at_ms = NOW,
	    .u.link = {.state = state}};

	model_update(m, &ev);
}

static void
trouble_is_a_sentence(void **state)
{
	struct model *m = scene_new();
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	host_trouble(&m->hosts[MTA4], NOW, &b);
	assert_string_equal(buf_cstr(&b),
	    "mta4.example.net down since 14:12:25 (1m35s): mta4.example.net "
	    "port 22: connection refused. Next try in 12s; R tries now.");
	/* It is tried again, in vain: down since the first time, all along. */
	link_at(m, LINK_CONNECTING);
	assert_true(host_down(&m->hosts[MTA4]));
	link_at(m, LINK_WAITING);
	assert_int_equal(m->hosts[MTA4].link_since_ms, NOW);
	buf_reset(&b);
	host_trouble(&m->hosts[MTA4], NOW, &b);
	assert_true(
	    str_starts(buf_view(&b), STR_LIT("mta4.example.net down since "
					     "14:12:25 (1m35s): ")));
	link_at(m, LINK_UP);
	assert_false(host_down(&m->hosts[MTA4]));
	buf_done(&b);
	model_free(m);
}

static void
keys_of_things_differ(void **state)
{
	(void)state;
	assert_true(key_of(VIEW_FLEET, 3) != key_of(VIEW_EGRESS, 3));
	assert_true(key_of(VIEW_FLEET, 3) != key_of(VIEW_FLEET, 4));
	assert_true(
	    key_of(VIEW_FLEET, UINT64_MAX) != key_of(VIEW_EGRESS, UINT64_MAX));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shares_are_marked_when_they_stand_on_enough),
	    cmocka_unit_test(ages_fit_four_columns),
	    cmocka_unit_test(a_listing_that_nobody_watched_is_marked),
	    cmocka_unit_test(what_nobody_saw_is_a_gap),
	    cmocka_unit_test(trouble_is_a_sentence),
	    cmocka_unit_test(keys_of_things_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
