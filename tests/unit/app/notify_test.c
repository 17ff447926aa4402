/* notify_test.c - the bell rings once for what is new, says what the config
 * wants, keeps silent while a recording is played fast; the title. */
#include "app/notify.h"

#include "tests/unit/core/alert_help.h"

#include "core/alert_int.h"

static void
holds(struct model *m, const char *cause, enum severity s)
{
	struct condition c = {.severity = s,
	    .kind = CAUSE_LIST,
	    .cause = str_of(cause),
	    .first = STR_LIT("192.0.2.1"),
	    .host = HOST_NONE,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .members = 1,
	    .value = IMPACT_HIGH};

	alert_holds(m, RULE_LISTING, &c);
}

static void
rings_once(void **state)
{
	struct alert_config cfg = {.bell = BELL_AUDIBLE, .title = false};
	struct notify n = {.config = &cfg};
	struct model *m = alert_model();
	struct notice out;

	(void)state;
	notify_look(&n, m, false, &out);
	assert_false(out.bell);
	holds(m, "big", SEV_WARN);
	holds(m, "mid", SEV_WARN);
	notify_look(&n, m, false, &out);
	assert_true(out.bell);
	assert_string_equal(out.say, "");
	assert_null(out.title);
	notify_look(&n, m, false, &out);
	assert_false(out.bell);
	m->now_ms += 1000;
	holds(m, "big", SEV_CRIT);
	notify_look(&n, m, false, &out);
	assert_true(out.bell);
	model_free(m);
}

static void
says_the_loudest(void **state)
{
	struct alert_config cfg = {.bell = BELL_VISUAL, .title = false};
	struct notify n = {.config = &cfg};
	struct model *m = alert_model();
	struct notice out;

	(void)state;
	holds(m, "mid", SEV_WARN);
	holds(m, "big", SEV_CRIT);
	holds(m, "oth", SEV_WARN);
	notify_look(&n, m, false, &out);
	assert_false(out.bell);
	assert_non_null(strstr(out.say, "is on big"));
	m->now_ms += 1000;
	holds(m, "new", SEV_WARN);
	notify_look(&n, m, false, &out);
	assert_non_null(strstr(out.say, "is on new"));
	cfg.bell = BELL_NONE;
	m->now_ms += 1000;
	holds(m, "and", SEV_CRIT);
	notify_look(&n, m, false, &out);
	assert_false(out.bell);
	assert_string_equal(out.say, "");
	model_free(m);
}

static void
silent_while_played_fast(void **state)
{
	struct alert_config cfg = {.bell = BELL_BOTH, .title = false};
	struct notify n = {.config = &cfg};
	struct model *m = alert_model();
	struct notice out;

	(void)state;
	holds(m, "big", SEV_CRIT);
	notify_look(&n, m, true, &out);
	assert_false(out.bell);
	assert_string_equal(out.say, "");
	/* Nor later, for the same. */
	notify_look(&n, m, false, &out);
	assert_false(out.bell);
	model_free(m);
}

static void
title_changes_only(void **state)
{
	struct alert_config cfg = {.title = true};
	struct notify n = {.config = &cfg};
	struct model *m = alert_model();
	struct notice out;

	(void)state;
	notify_look(&n, m, false, &out);
	assert_string_equal(out.title, "mtadeck");
	notify_look(&n, m, false, &out);
	assert_null(out.title);
	holds(m, "big", SEV_CRIT);
	tick_at(m, NOW + 1000); /* counts what is open */
	notify_look(&n, m, false, &out);
	assert_string_equal(out.title, "mtadeck 1!! listed: big");
	say(m, EVT_ALERT_ACK, m->alerts.v[0].id, 0);
	notify_look(&n, m, false, &out);
	assert_string_equal(out.title, "mtadeck");
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rings_once),
	    cmocka_unit_test(says_the_loudest),
	    cmocka_unit_test(silent_while_played_fast),
	    cmocka_unit_test(title_changes_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
