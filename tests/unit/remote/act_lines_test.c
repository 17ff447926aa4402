/* act_lines_test.c - what act.sh says, hostile lines too, and the program it is
 * given. */
#include "remote/act_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct act_state *
state_of(const char *text)
{
	struct act_state *st = calloc(1, sizeof *st);
	struct str rest = str_of(text), line;

	assert_non_null(st);
	while (str_line(&rest, &line))
		act_state_line(st, line);
	return st;
}

static void
test_state(void **state)
{
	struct act_state *st =
	    state_of("time 1795320000\nmissing flock\nsudo may\n"
		     "main defer_transports set a,  b\n"
		     "main out1_destination_rate_delay default $default_x\n"
		     "process out1 -\nprocess out2 20\n"
		     "lease 6b02-1 in-force 1795320600 1795310000 yes\n"
		     "meta verb pause\nmeta egress 192.0.2.1\nmeta who ann\n"
		     "meta why it's \"hot\"\nmeta holds out1 out1b\n"
		     "lease 6b02-2 stuck 1795310600 1795310000 no\n"
		     "conflict x is now: 9s\n"
		     "lease 6b02-3 in-force 1795310600 1795310000 yes\n"
		     "user op\n"
		     "lease 6b02-4 failed 0 1795310000 no unkept\n"
		     "watch runs\nend done\n");
	const struct act_param *p;

	(void)state;
	assert_true(st->whole && st->may_sudo && st->watch_runs);
	assert_int_equal(st->time_ms, 1795320000000);
	assert_string_equal(st->missing, "flock");
	p = act_state_param(st, "defer_transports", false);
	assert_non_null(p);
	assert_true(p->set);
	/* Blanks within are its own. */
	assert_string_equal(p->value, "a,  b");
	assert_false(
	    act_state_param(st, "out1_destination_rate_delay", false)->set);
	assert_string_equal(act_state_param(st, "out2", true)->value, "20");
	assert_null(act_state_param(st, "out2", false));
	assert_int_equal(st->n_leases, 4);
	assert_int_equal(st->leases[0].verb, VERB_PAUSE);
	assert_string_equal(st->leases[0].why, "it's \"hot\"");
	assert_string_equal(st->leases[0].holds, "out1 out1b");
	assert_string_equal(st->leases[1].holds, "");
	assert_int_equal(st->leases[0].state, LEASE_IN_FORCE);
	assert_int_equal(st->leases[1].state, LEASE_STUCK);
	assert_string_equal(st->leases[1].text, "x is now: 9s");
	assert_int_equal(st->leases[2].state, LEASE_ENDING);
	assert_int_equal(st->leases[3].state, LEASE_UNDONE);
	assert_int_equal(st->leases[3].until_ms, 0);
	/* Whose home keeps it, when it is not ours; whether its end is kept. */
	assert_string_equal(st->leases[2].user, "op");
	assert_string_equal(st->leases[3].user, "");
	assert_string_equal(st->leases[2].text, "");
	assert_non_null(strstr(st->leases[3].text, "no watch runs"));
	free(st);
}

static void
test_hostile_state(void **state)
{
	struct act_state *st = state_of(
	    "\n \nend\nlease\nlease x\nlease ../../x in-force 1 1 yes\n"
	    "lease $(id) in-force 1 1 yes\nmeta who nobody's\n"
	    "lease 6b02-1 in-force 99999999999999999999 1 yes\n"
	    "meta who of none\nconflict of none\nuser of none\n"
	    "lease 6b02-2 in-force 0 1 yes\n"
	    "meta who \x1b]0;pwned\x07me\xff\n"
	    "meta why \xe2\x80\xae backwards\n"
	    "meta verb rm\nuser \x1b[2Jop\n"
	    "main\nmain x\nprocess x\ntime -5\nmissing \x1b[2J\n");

	(void)state;
	assert_int_equal(st->n_leases, 1);
	assert_int_equal(st->leases[0].verb, VERB_N);
	assert_null(strchr(st->leases[0].who, '\x1b'));
	assert_null(strchr(st->leases[0].who, '\xff'));
	assert_null(strstr(st->leases[0].why, "\xe2\x80\xae"));
	assert_string_equal(st->leases[0].text, "");
	assert_null(strchr(st->leases[0].user, '\x1b'));
	assert_null(strchr(st->missing, '\x1b'));
	assert_int_equal(st->time_ms, 0);
	assert_int_equal(st->n_params, 0);
	free(st);
}

/* More than there is room for; the lines of one too many are nobody's. */
static void
test_tables(void **state)
{
	struct act_state *st =
	    state_of("names before 1\ntable hash:/etc/postfix/a 12:34 fresh\n"
		     "names out1 12\nnames $(id) 3\nnames x\nnames y -1\n"
		     "table texthash:/b 5:6 stale\nnames out1 1\nnames * 300\n"
		     "table\ntable x\ntable x y\nnames late 7\n");
	const struct act_table *t =
	    act_state_table(st, STR_LIT("hash:/etc/postfix/a"));

	(void)state;
	assert_non_null(t);
	assert_string_equal(t->sum, "12:34");
	assert_false(t->stale || t->beyond);
	assert_int_equal(t->n_names, 1);
	assert_int_equal(act_table_count(t, "out1"), 12);
	assert_int_equal(act_table_count(t, "before"), 0);
	t = act_state_table(st, STR_LIT("texthash:/b"));
	assert_non_null(t);
	assert_true(t->stale && t->beyond);
	/* Names behind a line that is no table are of none. */
	assert_int_equal(act_table_count(t, "out1"), 1);
	assert_int_equal(act_table_count(t, "late"), 0);
	assert_null(act_state_table(st, STR_LIT("x")));
	assert_int_equal(st->n_tables, 2);
	free(st);
}

/* What an act on a provider is planned by: lines of master.cf, what sudo
 * takes, doubles there are, domains with a way of their own. */
static void
test_ways(void **state)
{
	struct act_state *st = calloc(1, sizeof *st);
	const struct act_param *p;

	(void)state;
	assert_non_null(st);
	act_state_line(st, STR_LIT("master out1  unix - - y - - smtp  -o {a = "
				   "b c} "));
	act_state_line(st, STR_LIT("may transport_maps"));
	act_state_line(
	    st, STR_LIT("clone mtadeck-1-2-1 192.0.2.1 - postfix/out1"));
	act_state_line(st, STR_LIT("clone -x 192.0.2.1 - y"));
	act_state_line(st, STR_LIT("clone short 192.0.2.1"));
	act_state_line(st, STR_LIT("route a.example slow:[x]\x1b[2J"));
	act_state_line(st, STR_LIT("route b.example"));
	act_state_line(st, STR_LIT("local c.example"));
	assert_false(st->routes_known);
	act_state_line(st, STR_LIT("routes failed hash:/x \x07y"));
	assert_false(st->routes_known);
	assert_null(strchr(st->unasked, '\x07'));
	act_state_line(st, STR_LIT("routes ok"));
	assert_true(st->routes_known);
	p = act_state_param(st, "master:out1", false);
	assert_non_null(p);
	assert_string_equal(
	    p->value, "out1  unix - - y - - smtp  -o {a = b c}");
	assert_non_null(act_state_param(st, "may:transport_maps", false));
	assert_int_equal(st->n_clones, 1);
	assert_string_equal(st->clones[0].tag, "postfix/out1");
	assert_string_equal(st->clones[0].ip6, "");
	assert_int_equal(st->n_routes, 3);
	assert_null(strchr(st->routes[0].by, '\x1b'));
	assert_string_equal(st->routes[1].by, "?");
	assert_string_equal(st->routes[2].domain, "c.example");
	assert_string_equal(st->routes[2].by, "");
	/* More than are kept are not all known. */
	for (unsigned i = 0; i < ACT_ROUTES; i++)
		act_state_line(st, STR_LIT("local d.example"));
	act_state_line(st, STR_LIT("routes ok"));
	assert_false(st->routes_known);
	free(st);
}

static void
test_too_many(void **state)
{
	struct act_state *st = calloc(1, sizeof *st);
	char long_line[ACT_VALUE_BYTES + 64] = "main x set ";

	(void)state;
	assert_non_null(st);
	for (int i = 0; i < ACT_HOST_LEASES + 9; i++) {
		act_state_line(st, STR_LIT("lease 6b02-1 in-force 0 1 yes"));
		act_state_line(st, i < ACT_HOST_LEASES ? STR_LIT("meta who a")
						       : STR_LIT("meta who b"));
	}
	assert_int_equal(st->n_leases, ACT_HOST_LEASES);
	assert_string_equal(st->leases[ACT_HOST_LEASES - 1].who, "a");
	for (int i = 0; i < ACT_PARAMS + 9; i++)
		act_state_line(st, STR_LIT("main x set 1"));
	assert_int_equal(st->n_params, ACT_PARAMS);
	st->n_params = 0;
	/* A value that does not fit is not known, rather than cut. */
	memset(long_line + 11, 'v', ACT_VALUE_BYTES);
	act_state_line(st, str_of(long_line));
	assert_int_equal(st->n_params, 0);
	free(st);
}

static void
test_told(void **state)
{
	struct act_told t;

	(void)state;
	assert_int_equal(
	    act_told_line(&t, STR_LIT("step 2 run")), ACT_LINE_STEP);
	assert_int_equal(t.step, 2);
	assert_int_equal(t.state, STEP_RUNNING);
	assert_int_equal(
	    act_told_line(&t, STR_LIT("step 3 failed do 124 60000")),
	    ACT_LINE_STEP);
	assert_int_equal(t.state, STEP_FAILED);
	assert_int_equal(t.exit, 124);
	assert_int_equal(t.ms, 60000);
	assert_int_equal(
	    act_told_line(&t, STR_LIT("out 1 a  b ")), ACT_LINE_OUT);
	assert_true(str_eq(t.text, STR_LIT("a  b")));
	assert_int_equal(
	    act_told_line(&t, STR_LIT("end failed it is so")), ACT_LINE_END);
	assert_false(t.ok);
	assert_true(str_eq(t.text, STR_LIT("it is so")));
	assert_int_equal(
	    act_told_line(&t, STR_LIT("end done in-force")), ACT_LINE_END);
	assert_true(t.ok);
	assert_true(str_eq(t.text, STR_LIT("in-force")));
}

static void
test_hostile_told(void **state)
{
	static const char *const lines[] = {"", " ", "step", "step 0 run",
	    "step -1 run", "step 99999 run", "step 4294967297 run",
	    "step 1 doing", "out", "out x y", "out 99999 x", "end", "endless",
	    "STEP 1 run"};
	struct act_told t;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(
		    act_told_line(&t, str_of(lines[i])), ACT_LINE_NONE);
	/* Numbers out of range are not taken. */
	assert_int_equal(
	    act_told_line(&t, STR_LIT("step 1 done do 256 99999999999")),
	    ACT_LINE_STEP);
	assert_int_equal(t.exit, 0);
	assert_int_equal(t.ms, 0);
}

static struct plan *
plan_of(int64_t lease_ms)
{
	struct act_request r = {
	    .verb = VERB_PAUSE, .of.on = ACT_ON_EGRESS, .lease_ms = lease_ms};
	struct plan *p;
	struct plan_step *s;

	str_copy(r.of.egress, sizeof r.of.egress, STR_LIT("192.0.2.1"));
	str_copy(r.who, sizeof r.who, STR_LIT("ann"));
	str_copy(r.why, sizeof r.why, STR_LIT("end"));
	p = plan_new(&r, 1795320000000, 1);
	assert_non_null(p);
	s = plan_add(p, 4, 1500);
	s->check = str_dup(STR_LIT("true"));
	s->command = str_dup(STR_LIT("echo 'a b'"));
	s->undo = str_dup(STR_LIT("false"));
	s->sets = str_dup(STR_LIT("out1_x"));
	s->file = "main.cf";
	s->holds = str_dup(STR_LIT("out1 out1b"));
	s = plan_add(p, 5, 1000);
	s->command = str_dup(STR_LIT("other host's"));
	s = plan_add(p, 4, 1000);
	s->command = str_dup(STR_LIT("cat"));
	s->input = str_dup(STR_LIT("ID1\nID2\n"));
	s->after = str_dup(STR_LIT("reload"));
	s->unlocked = true;
	return p;
}

static void
test_program(void **state)
{
	struct plan *p = plan_of(90000);
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_int_equal(act_program(&b, p, 4, p->made_ms + 30000), ERR_OK);
	assert_string_equal(buf_cstr(&b),
	    "id 6b0268c0-000001\nlease 60\nmeta verb pause\n"
	    "meta on 1\n"
	    "meta egress 192.0.2.1\nmeta who ann\nmeta why end\n"
	    "meta holds out1 out1b\n"
	    "step 1 2\nfile main.cf\nsets out1_x\ncheck true\ndo echo 'a "
	    "b'\nundo false\n"
	    "step 2 1\nunlocked\nafter reload\ndo cat\nin ID1\nin ID2\nend\n");
	buf_reset(&b);
	/* A lease that is over before it began still ends. */
	assert_int_equal(act_program(&b, p, 4, p->made_ms + 999999), ERR_OK);
	assert_non_null(strstr(buf_cstr(&b), "\nlease 1\n"));
	plan_free(p);
	p = plan_of(0);
	buf_reset(&b);
	assert_int_equal(act_program(&b, p, 5, p->made_ms), ERR_OK);
	assert_non_null(strstr(buf_cstr(&b), "\nlease 0\n"));
	buf_done(&b);
	plan_free(p);
}

/* What would be a line of its own is refused. */
static void
test_hostile_program(void **state)
{
	struct plan *p = plan_of(0);
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	str_copy(p->request.who, sizeof p->request.who, STR_LIT("a\ndo id"));
	assert_int_equal(act_program(&b, p, 4, 0), ERR_PARSE);
	str_copy(p->request.who, sizeof p->request.who, STR_LIT("a"));
	buf_reset(&b);
	free(p->steps[0].undo);
	p->steps[0].undo = str_dup(STR_LIT("x\nend"));
	assert_int_equal(act_program(&b, p, 4, 0), ERR_PARSE);
	buf_done(&b);
	plan_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_state),
	    cmocka_unit_test(test_hostile_state),
	    cmocka_unit_test(test_tables),
	    cmocka_unit_test(test_ways),
	    cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_told),
	    cmocka_unit_test(test_hostile_told),
	    cmocka_unit_test(test_program),
	    cmocka_unit_test(test_hostile_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
