/* postfix_plan_ends_test.c - which acts in force an end is about, and that they
 * end by the way back the host keeps, the latest first. */
#include "plan_help.h"

/* What a host tells of five acts. */
static const char five_acts[] =
    "time 1795320000\nsudo may\n"
    "lease 6b02-1 in-force 0 1795310000 yes\n"
    "meta verb pause\nmeta on 4\nmeta provider google\nmeta who ann\n"
    "lease 6b02-2 in-force 1795320600 1795310000 yes\n"
    "meta verb interval\nmeta on 4\nmeta provider google\n"
    "lease 6b02-3 in-force 0 1795310000 yes\n"
    "meta verb isolate\nmeta on 16\nmeta sender Bad@A.example\n"
    "lease 6b02-4 stuck 1795310600 1795310000 no\n"
    "meta verb pause\nmeta on 4\nmeta provider google\nmeta who b\n"
    "conflict transport_maps is now: x\n"
    "lease 6b02-5 in-force 0 1795310000 yes\n"
    "meta verb pause\nmeta on 4\nmeta provider google\nmeta egress 192.0.2.1\n"
    "end done\n";

static struct fix
make(enum verb v, enum act_target on)
{
	struct act_request r = {.verb = v, .of.on = on};
	struct fix f;

	f = fix_of(&r, 1);
	told(&f, five_acts);
	assert_int_equal(f.st->n_leases, 5);
	return f;
}

#define WATCH                                                                  \
	"d=$HOME/.mtadeck; sh \"$d/watch\" \"$d\" "                            \
	"\"$(postconf -h config_directory)\" "

static void
test_provider(void **state)
{
	struct fix f = make(VERB_RESUME, ACT_ON_PROVIDER);

	(void)state;
	str_copy(f.p->request.of.provider, 128, STR_LIT("google"));
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	/* Not the one over one egress IP, not another verb's. */
	assert_int_equal(f.p->n_steps, 2);
	assert_string_equal(f.p->steps[0].command, WATCH "end 6b02-4");
	assert_string_equal(f.p->steps[1].command, WATCH "end 6b02-1");
	assert_string_equal(f.p->steps[1].verify, WATCH "ended 6b02-1");
	assert_string_equal(f.p->steps[1].text,
	    "end 6b02-1 by its own way back: pause provider=google, of ann");
	assert_null(f.p->steps[0].undo);
	assert_null(f.p->steps[0].check);
	/* What somebody else changed is told before. */
	assert_non_null(strstr(f.p->warning, "6b02-4"));
	assert_non_null(strstr(f.p->warning, "transport_maps is now: x"));
	assert_null(strstr(f.p->warning, "6b02-1 "));
	done(&f);
}

static void
test_sender(void **state)
{
	struct fix f = make(VERB_READMIT, ACT_ON_SENDER);

	(void)state;
	/* Addresses are looked up in small letters. */
	str_copy(
	    f.p->request.of.sender, NAME_MAX_BYTES, STR_LIT("bad@a.example"));
	plan(&f);
	assert_int_equal(f.p->n_steps, 1);
	assert_string_equal(f.p->steps[0].command, WATCH "end 6b02-3");
	done(&f);
	f = make(VERB_READMIT, ACT_ON_SENDER);
	str_copy(
	    f.p->request.of.sender, NAME_MAX_BYTES, STR_LIT("ad@a.example"));
	plan(&f);
	/* This host has none; another may: no refusal of it. */
	assert_int_equal(f.p->n_steps, 0);
	assert_string_equal(f.p->refusal, "");
	done(&f);
}

static void
test_lift(void **state)
{
	struct fix f = make(VERB_LIFT, ACT_ON_LEASE);

	(void)state;
	str_copy(f.p->request.of.lease, 24, STR_LIT("6b02-2"));
	plan(&f);
	assert_int_equal(f.p->n_steps, 1);
	assert_string_equal(f.p->steps[0].command, WATCH "end 6b02-2");
	done(&f);
	/* What no host told of reaches no line. */
	f = make(VERB_LIFT, ACT_ON_LEASE);
	str_copy(f.p->request.of.lease, 24, STR_LIT("6b02-2; id"));
	plan(&f);
	assert_int_equal(f.p->n_steps, 0);
	done(&f);
}

/* A host with nothing to end needs no privilege for it. */
static void
test_privilege(void **state)
{
	struct fix f = make(VERB_LIFT, ACT_ON_LEASE);

	(void)state;
	f.d->privilege = PRIV_NONE;
	f.st->may_sudo = false;
	str_copy(f.p->request.of.lease, 24, STR_LIT("6b02-9"));
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	str_copy(f.p->request.of.lease, 24, STR_LIT("6b02-1"));
	plan(&f);
	assert_non_null(strstr(f.p->refusal, "mtadeck sudoers"));
	assert_int_equal(f.p->n_steps, 0);
	done(&f);
}

/* A host whose one egress IP is acted on, with the leases given. */
static struct fix
egress(enum verb v, const char *leases)
{
	struct fix f = make(v, ACT_ON_EGRESS);
	struct str rest = str_of(leases), line;

	memset(f.st, 0, sizeof *f.st);
	str_copy(f.p->request.of.egress, ADDR_MAX_BYTES, STR_LIT("192.0.2.1"));
	f.d->n_handles = 1;
	str_copy(f.d->handles[0].name, SERVICE_MAX_BYTES, STR_LIT("out1"));
	str_copy(f.d->handles[0].ip, ADDR_MAX_BYTES, STR_LIT("192.0.2.1"));
	while (str_line(&rest, &line))
		act_state_line(f.st, line);
	plan(&f);
	return f;
}

#define PAUSED(holds)                                                          \
	"time 1795320000\nlease 6b02-7 in-force 1795320600 1795310000 " holds  \
	"\nmeta verb pause\nmeta on 1\nmeta egress 192.0.2.1\nmeta who ann\n"  \
	"meta holds out1 mtadeck-6b01-1\n"                                     \
	"lease 6b02-8 in-force 1795320600 1795310000 yes\n"                    \
	"meta verb pause\nmeta on 4\nmeta provider a\nmeta egress 192.0.2.1\n" \
	"end done\n"

/* A pause that is over, or goes on anew, leaves no end behind that would take
 * back what somebody pauses later. */
static void
test_pauses(void **state)
{
	struct fix f = egress(
	    VERB_RESUME, "main defer_transports set out1\n" PAUSED("yes"));

	(void)state;
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 3);
	assert_string_equal(
	    f.p->steps[0].command, "postconf -e 'defer_transports = '");
	assert_string_equal(f.p->steps[2].command, WATCH "end 6b02-7");
	done(&f);
	/* Undone by hand, it has nothing left but its end. */
	f = egress(
	    VERB_RESUME, "main defer_transports default \n" PAUSED("no"));
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 1);
	assert_string_equal(f.p->steps[0].command, WATCH "end 6b02-7");
	done(&f);
	f = egress(VERB_RESUME, "main defer_transports default \n");
	assert_non_null(strstr(f.p->refusal, "is not paused"));
	done(&f);
	/* The pause that belongs to an evacuation ends with that. */
	f = egress(VERB_RESUME,
	    "main defer_transports set out1\ntime 1795320000\n"
	    "lease 6b02-7 in-force 1795320600 1795310000 yes\n"
	    "meta verb evacuate\nmeta on 1\nmeta egress 192.0.2.1\nend done\n");
	assert_non_null(strstr(f.p->refusal, "return it first"));
	assert_int_equal(f.p->n_steps, 0);
	done(&f);
}

#define DOUBLE(id) "clone mtadeck-" id "-1 192.0.2.1 - -\n"

/* A pause anew, where somebody took out the whole of an earlier one or a part:
 * that one ends in the same step, without a reload between. */
static void
test_pause_anew(void **state)
{
	static const char *const lists[] = {"main defer_transports default \n",
	    "main defer_transports set x,mtadeck-6b01-1 out1\n"};
	static const char *const now[] = {
	    "out1", "x,mtadeck-6b01-1 out1 mtadeck-6b03-1"};
	static const char *const old[] = {"''", "x"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		char told_of[2048], want[256];
		struct fix f;

		(void)snprintf(told_of, sizeof told_of, "%s%s%s", lists[i],
		    i > 0 ? DOUBLE("6b01") DOUBLE("6b03") : "", PAUSED("no"));
		f = egress(VERB_PAUSE, told_of);
		assert_string_equal(f.p->refusal, "");
		has(f.p->warning, "takes the place of 6b02-7, a pause of ann");
		assert_int_equal(f.p->n_steps, 2);
		(void)snprintf(want, sizeof want,
		    "&& postconf -e 'defer_transports = %s'", now[i]);
		has(f.p->steps[0].command, want);
		assert_ptr_equal(
		    strstr(f.p->steps[0].command,
			"{ " WATCH "end 6b02-7 later; } && { b=${0%.do}"),
		    f.p->steps[0].command);
		/* It goes back to what was before the earlier one. */
		(void)snprintf(want, sizeof want,
		    "v=$(postconf -h defer_transports); case $v in %s) ;; ",
		    old[i]);
		has(f.p->steps[0].undo, want);
		has(f.p->steps[0].undo,
		    i > 0 ? "-e out1 -e mtadeck-6b01-1 -e mtadeck-6b03-1 |"
			  : "-e out1 |");
		is(f.p->steps[0].holds,
		    i > 0 ? "out1 mtadeck-6b01-1 mtadeck-6b03-1" : "out1");
		done(&f);
	}
}

/* What an act that was planned during the pause did with its double is that
 * act's; what the pause did with one goes with the pause. */
static void
test_resume_and_doubles(void **state)
{
	struct fix f = egress(VERB_RESUME,
	    "main defer_transports set mtadeck-6b01-1 out1 "
	    "mtadeck-6b03-1\n" DOUBLE("6b01") DOUBLE("6b03") PAUSED("yes"));

	(void)state;
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 3);
	is(f.p->steps[0].command,
	    "postconf -e 'defer_transports = mtadeck-6b01-1 mtadeck-6b03-1'");
	is(f.p->steps[2].command, WATCH "end 6b02-7");
	has(f.p->warning, "what leaves by mtadeck-6b03-1 waits");
	assert_null(strstr(f.p->warning, "mtadeck-6b01-1"));
	done(&f);
	/* A double alone is no pause of the egress IP. */
	f = egress(VERB_RESUME,
	    "main defer_transports set mtadeck-6b03-1\n" DOUBLE("6b03"));
	has(f.p->refusal, "is not paused");
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_provider),
	    cmocka_unit_test(test_sender),
	    cmocka_unit_test(test_lift),
	    cmocka_unit_test(test_privilege),
	    cmocka_unit_test(test_pauses),
	    cmocka_unit_test(test_pause_anew),
	    cmocka_unit_test(test_resume_and_doubles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
