/* postfix_plan_test.c - the exact lines of each verb, and what is refused. */
#include "plan_help.h"

/* A host whose 192.0.2.1 is out1 and out1b. */
static struct fix
make(enum verb v, const char *value)
{
	struct act_request r = {.verb = v, .lease_ms = 60000};
	struct fix f;

	r.of.on = (verb_rows[v].targets & ACT_ON_EGRESS) != 0
		      ? ACT_ON_EGRESS
		      : (enum act_target)verb_rows[v].targets;
	str_copy(r.value, sizeof r.value, str_of(value));
	str_copy(r.of.egress, sizeof r.of.egress, STR_LIT("192.0.2.1"));
	f = fix_of(&r, 1);
	f.d->long_queue_ids = true;
	add_handle(&f, "out1", "192.0.2.1", "");
	add_handle(&f, "out2", "192.0.2.2", "");
	add_handle(&f, "out1b", "192.0.2.1", "");
	return f;
}

static void
test_pause(void **state)
{
	struct fix f = make(VERB_PAUSE, "");
	const struct plan_step *s;

	(void)state;
	told(&f, "main defer_transports default ");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 2);
	s = &f.p->steps[0];
	assert_int_equal(s->host, 3);
	is(s->file, "main.cf");
	is(s->check, "[ \"$(postconf -h defer_transports)\" = '' ] || { echo "
		     "defer_transports is now:; postconf -h defer_transports; "
		     "false; }");
	is(s->command, "postconf -e 'defer_transports = out1 out1b'");
	is(s->undo,
	    "v=$(postconf -h defer_transports); case $v in '') ;; "
	    "'out1 out1b') postconf -X defer_transports ;; *) w=$(printf %s "
	    "\"$v\" | tr -s ', \\t' '\\n\\n\\n' | grep -vxF -e out1 -e out1b | "
	    "paste -sd' '); if [ -z \"$w\" ]; then postconf -X "
	    "defer_transports; else postconf -e \"defer_transports = $w\"; fi "
	    ";; esac");
	is(s->verify, "v=\" $(postconf -h defer_transports | tr -s ',\\t' '  ')"
		      " \"; case $v in *' out1 '*) ;; *) exit 1 ;; esac; case "
		      "$v in *' out1b '*) ;; *) exit 1 ;; esac");
	s = &f.p->steps[1];
	is(s->command, "postfix check && postfix reload");
	is(s->verify, "postfix status");
	is(s->after,
	    "postfix reload || { postfix check && ! postfix status; }");
	assert_null(s->undo);
	done(&f);
}

/* Others' names, commas and quotes stay as they are, and stay words. */
static void
test_pause_of_some(void **state)
{
	struct fix f = make(VERB_PAUSE, "");
	const struct plan_step *s;

	(void)state;
	told(&f, "main defer_transports set a,  out1b, it's $(id)");
	plan(&f);
	s = &f.p->steps[0];
	is(s->command, "postconf -e 'defer_transports = a,  out1b, it'\\''s "
		       "$(id) out1'");
	/* Who was paused before stays so. */
	assert_non_null(strstr(s->undo, "grep -vxF -e out1 |"));
	assert_null(strstr(s->undo, "-e out1b"));
	assert_non_null(
	    strstr(s->undo, "postconf -e 'defer_transports = a,  out1b, "
			    "it'\\''s $(id)' ;;"));
	done(&f);
	f = make(VERB_PAUSE, "");
	told(&f, "main defer_transports set out1b,out1");
	is_refused(&f, "paused already");
	/* A part of a name is none. */
	f = make(VERB_RESUME, "");
	told(&f, "main defer_transports set out1bc, xout1");
	is_refused(&f, "is not paused");
}

static void
test_resume(void **state)
{
	struct fix f = make(VERB_RESUME, "");

	(void)state;
	told(&f, "main defer_transports set out2,out1 x, out1b");
	plan(&f);
	is(f.p->steps[0].command, "postconf -e 'defer_transports = out2 x'");
	is(f.p->steps[0].verify,
	    "[ \"$(postconf -h defer_transports)\" = 'out2 x' ]");
	assert_int_equal(f.p->lease_until_ms, 0);
	done(&f);
}

/* Further instances are not reloaded, nor does one that is stopped matter. */
static void
test_one_of_several(void **state)
{
	struct fix f = make(VERB_PAUSE, "");
	const struct str id = STR_LIT("4jXFvT0l9Vz1cHlN");

	(void)state;
	f.d->n_further = 1;
	told(&f, "main defer_transports default ");
	plan(&f);
	assert_int_equal(f.p->n_steps, 2);
	is(f.p->steps[1].command,
	    "postfix -c /etc/postfix check && postfix -c /etc/postfix reload");
	is(f.p->steps[1].verify, "postfix -c /etc/postfix status");
	is(f.p->steps[1].after,
	    "postfix -c /etc/postfix reload || { postfix -c /etc/postfix "
	    "check && ! postfix -c /etc/postfix status; }");
	done(&f);
	f = make(VERB_PAUSE, "");
	f.d->n_further = 1;
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	str_copy(f.d->config_dir, sizeof f.d->config_dir,
	    STR_LIT("/etc/post fix's"));
	told(&f, "main defer_transports default ");
	plan(&f);
	is(f.p->steps[1].verify,
	    "sudo -n postfix -c '/etc/post fix'\\''s' status");
	done(&f);
	f = make(VERB_HOLD, "");
	f.d->n_further = 1;
	plan_of(&f, &id, 1);
	assert_non_null(strstr(f.p->warning, "further Postfix instances"));
	done(&f);
}

static void
test_interval(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3");
	const struct plan_step *s;

	(void)state;
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	told(&f, "main out1_destination_rate_delay default $default_x");
	told(&f, "main out1_destination_concurrency_failed_cohort_limit "
		 "default $default_y");
	told(&f, "main out1b_destination_rate_delay odd 1s");
	/* One that is large enough stays. */
	told(&f, "main out1b_destination_concurrency_failed_cohort_limit set "
		 "20");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 4);
	s = f.p->steps;
	/* The limit first: it is taken back last. */
	is(s[0].command,
	    "sudo -n postconf -e "
	    "'out1_destination_concurrency_failed_cohort_limit = 10'");
	is(s[1].command,
	    "sudo -n postconf -e 'out1_destination_rate_delay = 3s'");
	is(s[1].sets, "out1_destination_rate_delay");
	is(s[1].undo,
	    "v=$(postconf -h out1_destination_rate_delay); case $v in "
	    "'$default_x') ;; 3s) sudo -n postconf -X "
	    "out1_destination_rate_delay ;; *) echo "
	    "out1_destination_rate_delay is now: \"$v\"; exit 3 ;; esac");
	is(s[1].verify,
	    "[ \"$(postconf -h out1_destination_rate_delay)\" = 3s ]");
	is(s[2].command,
	    "sudo -n postconf -e 'out1b_destination_rate_delay = 3s'");
	assert_non_null(strstr(s[2].undo,
	    "sudo -n postconf -e 'out1b_destination_rate_delay = 1s' ;;"));
	/* It comes back, its line breaks do not. */
	assert_non_null(
	    strstr(f.p->warning, "out1b_destination_rate_delay gets"));
	assert_null(strstr(f.p->warning, "out1_destination_rate_delay gets"));
	is(s[3].command, "sudo -n postfix check && sudo -n postfix reload");
	is(s[3].after, "sudo -n postfix reload || { sudo -n postfix check && ! "
		       "sudo -n postfix status; }");
	done(&f);
}

/* With one recipient a delivery Postfix spaces recipients, not domains. */
static void
test_single_recipients(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3");

	(void)state;
	f.d->n_handles = 1;
	told(&f, "main out1_destination_rate_delay default $default_x");
	told(&f, "main out1_destination_concurrency_failed_cohort_limit set "
		 "10");
	told(&f, "main out1_destination_recipient_limit set 1");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 3);
	/* First: it is taken back last. */
	is(f.p->steps[0].command,
	    "postconf -e 'out1_destination_recipient_limit = 2'");
	assert_non_null(strstr(f.p->steps[0].undo,
	    "postconf -e 'out1_destination_recipient_limit = 1' ;;"));
	done(&f);

	/* By the default of all, and for deliveries at once too. */
	f = make(VERB_CONCURRENCY, "2");
	f.d->n_handles = 1;
	told(&f, "main out1_destination_concurrency_limit default 20");
	told(&f, "main out1_destination_recipient_limit default "
		 "$default_destination_recipient_limit");
	told(&f, "main default_destination_recipient_limit set 1");
	plan(&f);
	assert_int_equal(f.p->n_steps, 3);
	is(f.p->steps[0].command,
	    "postconf -e 'out1_destination_recipient_limit = 2'");
	assert_non_null(strstr(f.p->steps[0].undo,
	    "postconf -X out1_destination_recipient_limit ;;"));
	done(&f);

	/* As it comes: nothing to do. */
	f = make(VERB_CONCURRENCY, "2");
	f.d->n_handles = 1;
	told(&f, "main out1_destination_concurrency_limit default 20");
	told(&f, "main out1_destination_recipient_limit default "
		 "$default_destination_recipient_limit");
	told(&f, "main default_destination_recipient_limit default 50");
	plan(&f);
	assert_int_equal(f.p->n_steps, 2);
	done(&f);

	/* No time between: nothing is spaced. */
	f = make(VERB_INTERVAL, "0");
	f.d->n_handles = 1;
	told(&f, "main out1_destination_rate_delay set 3s");
	told(&f, "main out1_destination_recipient_limit set 1");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_null(strstr(f.p->steps[0].command, "recipient_limit"));
	done(&f);
}

/* An act that saw to it ends first: it must not go back under the second. */
static void
test_single_recipients_twice(void **state)
{
	static const char *const others[] = {"lease 6b02-1 in-force 0 1 yes",
	    "meta verb interval", "meta on 1", "meta egress 192.0.2.1"};
	struct fix f = make(VERB_CONCURRENCY, "2");

	(void)state;
	f.d->n_handles = 1;
	told(&f, "main out1_destination_concurrency_limit default 20");
	told(&f, "main out1_destination_recipient_limit set 2");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		told(&f, others[i]);
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	is(f.p->steps[0].command,
	    "postconf -e 'out1_destination_recipient_limit = 3'");
	assert_non_null(strstr(f.p->steps[0].undo,
	    "postconf -e 'out1_destination_recipient_limit = 2' ;;"));
	done(&f);
	/* What was never one is left. */
	f = make(VERB_CONCURRENCY, "2");
	f.d->n_handles = 1;
	told(&f, "main out1_destination_concurrency_limit default 20");
	told(&f, "main out1_destination_recipient_limit set 50");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		told(&f, others[i]);
	plan(&f);
	assert_int_equal(f.p->n_steps, 2);
	done(&f);
}

/* No time between: nothing that is spaced needs a cohort. */
static void
test_no_interval(void **state)
{
	struct fix f = make(VERB_INTERVAL, "0");

	(void)state;
	f.d->n_handles = 1;
	told(&f, "main out1_destination_rate_delay set 3s");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 2);
	is(f.p->steps[0].command,
	    "postconf -e 'out1_destination_rate_delay = 0s'");
	done(&f);
}

static void
test_numbers(void **state)
{
	struct fix f = make(VERB_PROCESSES, "5");

	(void)state;
	told(&f, "process out1 -");
	told(&f, "process out1b 5");
	plan(&f);
	assert_int_equal(f.p->n_steps, 2);
	is(f.p->steps[0].file, "master.cf");
	is(f.p->steps[0].command, "postconf -F 'out1/unix/process_limit=5'");
	is(f.p->steps[0].undo,
	    "v=$(postconf -hF out1/unix/process_limit); case $v in -) ;; 5) "
	    "postconf -F 'out1/unix/process_limit=-' ;; *) echo out1 is now: "
	    "\"$v\"; exit 3 ;; esac");
	done(&f);
	f = make(VERB_CONCURRENCY, "2");
	told(&f, "main out1_destination_concurrency_limit default 20");
	is_refused(&f, "out1b_destination_concurrency_limit");
	f = make(VERB_CONCURRENCY, "2");
	told(&f, "main out1_destination_concurrency_limit set 2");
	told(&f, "main out1b_destination_concurrency_limit set 2");
	is_refused(&f, "has that value already");
}

static void
test_refused(void **state)
{
	struct fix f = make(VERB_PAUSE, "");

	(void)state;
	f.d->privilege = PRIV_NONE;
	is_refused(&f, "mtadeck sudoers");
	f = make(VERB_PAUSE, "");
	is_refused(&f, "did not tell");
	f = make(VERB_PAUSE, "");
	told(&f, "missing setsid");
	is_refused(&f, "has no setsid");
	f = make(VERB_PAUSE, "");
	str_copy(f.d->handles[2].instance, SERVICE_MAX_BYTES, STR_LIT("out"));
	told(&f, "main defer_transports default ");
	is_refused(&f, "further Postfix instance");
	/* Half an egress IP would go on sending. */
	f = make(VERB_PAUSE, "");
	str_copy(f.d->handles[2].name, SERVICE_MAX_BYTES, STR_LIT("-X $(id)"));
	told(&f, "main defer_transports default ");
	is_refused(&f, "is no name of a transport");
	f = make(VERB_PAUSE, "");
	str_copy(f.p->request.of.egress, ADDR_MAX_BYTES, STR_LIT("192.0.2.9"));
	told(&f, "main defer_transports default ");
	is_refused(&f, "does not carry");
}

static void
test_messages(void **state)
{
	static const struct {
		enum verb v;
		const char *command;
	} rows[] = {{VERB_HOLD, "postsuper -h -"},
	    {VERB_RELEASE, "postsuper -H -"}, {VERB_DELETE, "postsuper -d -"},
	    {VERB_EXPIRE, "postsuper -f -"}};
	const struct str ids[] = {
	    STR_LIT("4jXFvT0l9Vz1cHlN"), STR_LIT("4jXFvT0l9Vz1cHlM")};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fix f = make(rows[i].v, "");

		plan_of(&f, ids, 2);
		assert_int_equal(f.p->n_steps, 1);
		is(f.p->steps[0].command, rows[i].command);
		is(f.p->steps[0].input, "4jXFvT0l9Vz1cHlN\n4jXFvT0l9Vz1cHlM\n");
		assert_null(strchr(f.p->steps[0].verify, '\n'));
		assert_null(f.p->steps[0].undo);
		assert_false(f.p->steps[0].unlocked);
		done(&f);
	}
}

static void
test_hostile_messages(void **state)
{
	const struct str good = STR_LIT("4jXFvT0l9Vz1cHlN");
	const struct str bad[] = {STR_LIT("ALL"), STR_LIT("$(id)"),
	    STR_LIT("4jXFvT0l9Vz1cHlN\nALL"), STR_LIT("-d")};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fix f = make(VERB_DELETE, "");
		const struct str ids[] = {good, bad[i]};

		plan_of(&f, ids, 2);
		assert_string_not_equal(f.p->refusal, "");
		assert_int_equal(f.p->n_steps, 0);
		done(&f);
	}
}

static void
test_retry(void **state)
{
	const struct str id = STR_LIT("4jXFvT0l9Vz1cHlN");
	struct fix f = make(VERB_RETRY, "");

	(void)state;
	/* Anybody may, unless Postfix says otherwise. */
	f.d->privilege = PRIV_NONE;
	told(&f, "main defer_transports default ");
	plan_of(&f, &id, 1);
	assert_int_equal(f.p->n_steps, 1);
	assert_true(f.p->steps[0].unlocked);
	assert_non_null(strstr(f.p->steps[0].command, "postqueue -i \"$q\""));
	done(&f);
	f = make(VERB_RETRY, "");
	told(&f, "main defer_transports set other");
	plan_of(&f, &id, 1);
	assert_non_null(strstr(f.p->refusal, "would send through it"));
	done(&f);
	/* Not told is not empty. */
	f = make(VERB_RETRY, "");
	plan_of(&f, &id, 1);
	assert_non_null(strstr(f.p->refusal, "would send through it"));
	done(&f);
	f = make(VERB_HOLD, "");
	f.d->long_queue_ids = false;
	plan_of(&f, &id, 1);
	assert_non_null(strstr(f.p->refusal, "enable_long_queue_ids"));
	done(&f);
}

/* A transport that master.cf lists twice: values could not be put back. */
static void
test_listed_twice(void **state)
{
	struct fix f;

	(void)state;
	for (enum verb v = 0; v < VERB_N; v++) {
		if (v != VERB_PAUSE && v != VERB_INTERVAL &&
		    v != VERB_CONCURRENCY && v != VERB_PROCESSES &&
		    v != VERB_EVACUATE && v != VERB_SHARES && v != VERB_ISOLATE)
			continue;
		f = make(v, "3");
		f.d->handles[2].twice = true;
		is_refused(&f, "mta1: master.cf lists out1b more than once");
	}
	/* another address's, or another instance's */
	f = make(VERB_PAUSE, "");
	f.d->handles[1].twice = true;
	told(&f, "main defer_transports default ");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	done(&f);
	f = make(VERB_PAUSE, "");
	f.d->handles[1].twice = true;
	str_copy(f.d->handles[1].instance, SERVICE_MAX_BYTES, STR_LIT("b"));
	told(&f, "main defer_transports default ");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	done(&f);
	/* what gives it back is done */
	f = make(VERB_RESUME, "");
	f.d->handles[0].twice = true;
	told(&f, "main defer_transports set out1");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	done(&f);
}

static void
note(void *ctx, const char *name)
{
	struct buf *b = ctx;

	assert_int_equal(buf_printf(b, "%s|", name), ERR_OK);
}

static void
test_needs(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3");
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	str_copy(f.d->handles[2].name, SERVICE_MAX_BYTES, STR_LIT("-X"));
	assert_true(postfix_plan_needs(&f.p->request, f.d, &b, note));
	is(buf_cstr(&b),
	    "main:defer_transports|"
	    "main:out1_destination_concurrency_failed_cohort_limit|"
	    "main:out1_destination_rate_delay|"
	    "main:out1_destination_recipient_limit|"
	    "main:default_destination_recipient_limit|");
	str_copy(f.p->request.of.egress, ADDR_MAX_BYTES, STR_LIT("192.0.2.9"));
	assert_false(postfix_plan_needs(&f.p->request, f.d, &b, note));
	buf_done(&b);
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pause),
	    cmocka_unit_test(test_pause_of_some),
	    cmocka_unit_test(test_resume),
	    cmocka_unit_test(test_one_of_several),
	    cmocka_unit_test(test_interval),
	    cmocka_unit_test(test_single_recipients),
	    cmocka_unit_test(test_single_recipients_twice),
	    cmocka_unit_test(test_no_interval),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_messages),
	    cmocka_unit_test(test_hostile_messages),
	    cmocka_unit_test(test_retry),
	    cmocka_unit_test(test_listed_twice),
	    cmocka_unit_test(test_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
