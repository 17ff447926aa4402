/* postfix_plan_move_test.c - the exact steps of an evacuation, its way back,
 * and what is refused. */
#include "plan_help.h"

static const struct str waiting[] = {{"4jXFvT0l9Vz1cHlN", 16}, {"$(id)", 5}};

/* 192.0.2.1 is out1 and out1b, of a pool with out2 and out3; out9 is not. */
static struct fix
made(const char *to)
{
	struct act_request r = {.verb = VERB_EVACUATE, .lease_ms = 60000};
	struct fix f;

	r.of.on = ACT_ON_EGRESS;
	str_copy(r.value, sizeof r.value, str_of(to));
	str_copy(r.of.egress, sizeof r.of.egress, STR_LIT("192.0.2.1"));
	f = fix_of(&r, 1);
	f.ids = waiting;
	f.n_ids = 2;
	add_handle(&f, "out1", "192.0.2.1", "sender map");
	add_handle(&f, "out1b", "192.0.2.1", "");
	add_handle(&f, "out2", "192.0.2.2", "sender map");
	add_handle(&f, "out3", "192.0.2.3", "sender map");
	add_handle(&f, "out9", "192.0.2.9", "");
	return f;
}

/* As most hosts are, but for the selector by sender. */
static void
told_rest(struct fix *f)
{
	told(f, "main defer_transports default ");
	told(f, "main transport_maps default ");
	told(f, "main sender_dependent_default_transport_maps set "
		"randmap:{out1:,out2:,out3:}");
	told(f, "main default_transport default smtp");
	told(f, "main relay_transport default relay");
	told(f, "main local_transport default local:$myhostname");
	told(f, "main virtual_transport default virtual");
	told(f, "main content_filter default ");
}

static void
test_order(void **state)
{
	struct fix f = made("");
	const struct plan_step *s;

	(void)state;
	told_rest(&f);
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 5);
	s = f.p->steps;
	is(s[0].command, "postconf -e 'defer_transports = out1 out1b'");
	is(s[1].command, "postfix check && postfix reload");
	is(s[2].command, "postconf -e 'sender_dependent_default_transport_maps "
			 "= randmap:{out2:,out3:}'");
	is(s[2].file, "main.cf");
	/* What others put beside it stays. */
	is(s[2].undo,
	    "v=$(postconf -h sender_dependent_default_transport_maps); case $v "
	    "in 'randmap:{out1:,out2:,out3:}') ;; 'randmap:{out2:,out3:}') "
	    "postconf -e 'sender_dependent_default_transport_maps = "
	    "randmap:{out1:,out2:,out3:}' ;; *) case \",$(postconf -h "
	    "sender_dependent_default_transport_maps),\" in *[,\\ "
	    "]'randmap:{out2:,out3:}'[,\\ ]*) n='randmap:{out2:,out3:}'; "
	    "postconf -e \"sender_dependent_default_transport_maps = "
	    "${v%%\"$n\"*}\"'randmap:{out1:,out2:,out3:}'\"${v#*\"$n\"}\" ;; "
	    "*) echo sender_dependent_default_transport_maps is now: \"$v\"; "
	    "exit 3 ;; esac ;; esac");
	is(s[2].verify,
	    "case \",$(postconf -h sender_dependent_default_transport_maps),\" "
	    "in *[,\\ ]'randmap:{out2:,out3:}'[,\\ ]*) ;; *) exit 1 ;; esac");
	is(s[3].command, "postfix check && postfix reload");
	is(s[3].after,
	    "postfix reload || { postfix check && ! postfix status; }");
	/* The drain: others may act, and it stops when anything is otherwise.
	 */
	assert_true(s[4].unlocked);
	assert_false(s[3].unlocked);
	is(s[4].input, "4jXFvT0l9Vz1cHlN\n");
	has(s[4].command, "[ \"$v\" = 'out1 out1b||randmap:{out2:,out3:}|smtp|"
			  "relay|' ] || { echo");
	has(s[4].command, "postqueue -i \"$q\"; sleep 0.05; done");
	assert_null(s[4].undo);
	done(&f);
}

static void
test_targets(void **state)
{
	struct fix f = made("192.0.2.9");

	(void)state;
	told_rest(&f);
	plan(&f);
	has(f.p->steps[2].command, "randmap:{out9:,out2:,out3:}");
	done(&f);
	f = made("192.0.2.3,192.0.2.9,192.0.2.3");
	told_rest(&f);
	plan(&f);
	has(f.p->steps[2].command,
	    "randmap:{out3:,out3:,out3:,out9:,out2:,out2:}");
	done(&f);
	f = made("192.0.2.8");
	told_rest(&f);
	is_refused(&f, "does not carry 192.0.2.8");
	f = made("192.0.2.1");
	told_rest(&f);
	is_refused(&f, "192.0.2.1 is paused, or none");
	f = made("192.0.2.2");
	add_handle(&f, "out2b", "192.0.2.2", "");
	told_rest(&f);
	is_refused(&f, "more than one transport carries 192.0.2.2");
	f = made("192.0.2.2");
	told(&f, "main defer_transports set out2");
	told_rest(&f);
	is_refused(&f, "192.0.2.2 is paused");
	f = made("$(id)");
	told_rest(&f);
	is_refused(&f, "does not carry");
	/* Nobody else of the pool could. */
	f = made("");
	told(&f, "main defer_transports set out2,out3");
	told_rest(&f);
	is_refused(&f, "name some with to=");
}

/* A retry would go through what others paused, and so is not made. */
static void
test_paused(void **state)
{
	struct fix f = made("");

	(void)state;
	told(&f, "main defer_transports set slow, out3");
	told_rest(&f);
	plan(&f);
	assert_int_equal(f.p->n_steps, 4);
	has(f.p->steps[2].command, "randmap:{out2:,out2:,out3:}");
	has(f.p->warning, "slow is paused too");
	done(&f);
	/* Paused already: that is somebody's, and stays. */
	f = made("");
	told(&f, "main defer_transports set out1b out1");
	told_rest(&f);
	plan(&f);
	assert_int_equal(f.p->n_steps, 3);
	has(f.p->steps[0].command, "randmap:{out2:,out3:}");
	has(f.p->warning, "paused already");
	has(f.p->steps[2].command, "[ \"$v\" = 'out1b out1||");
	done(&f);
}

static void
test_selectors(void **state)
{
	struct fix f = made("");

	(void)state;
	/* One transport only. */
	told(&f, "main default_transport set out1");
	told_rest(&f);
	plan(&f);
	is(f.p->steps[3].command, "postconf -e 'default_transport = out2'");
	has(f.p->steps[3].undo, "*) echo default_transport is now:");
	has(f.p->warning, "default_transport takes one transport only: out2");
	done(&f);
	f = made("");
	told(&f, "main transport_maps set texthash:/etc/postfix/mtadeck-6b02, "
		 "inline:{ {a.example = out1:x}, b.example=out1b: }");
	told(&f, "table texthash:/etc/postfix/mtadeck-6b02 1:2 fresh");
	told(&f, "names other 3");
	told_rest(&f);
	plan(&f);
	is(f.p->steps[2].command,
	    "postconf -e 'transport_maps = texthash:/etc/postfix/mtadeck-6b02, "
	    "inline:{ {a.example = out2:x}, b.example=out3: }'");
	/* Only the entry that changed is looked for. */
	has(f.p->steps[2].verify,
	    "]'inline:{ {a.example = out2:x}, b.example=out3: }'[");
	done(&f);
	f = made("");
	told(&f, "main transport_maps set $my_maps");
	told_rest(&f);
	is_refused(&f, "which transports transport_maps leads to");
	f = made("");
	told(&f, "main content_filter set out1b:[192.0.2.200]");
	told_rest(&f);
	is_refused(&f, "content_filter leads mail to it too");
	f = made("");
	told(&f, "main sender_dependent_default_transport_maps set "
		 "randmap:{out2:}");
	told_rest(&f);
	is_refused(&f, "nothing leads mail to 192.0.2.1");
	f = made("");
	told(&f, "main defer_transports default ");
	is_refused(&f, "did not tell the value of transport_maps");
	f = made("");
	told_rest(&f);
	told(&f, "lease 6b02-1 in-force 0 1 yes");
	told(&f, "meta verb evacuate");
	told(&f, "meta on 1");
	told(&f, "meta egress 192.0.2.1");
	is_refused(&f, "192.0.2.1 is evacuated already");
}

static void
told_file(struct fix *f, const char *how)
{
	char line[128];

	told(f, "main transport_maps set proxy:hash:$config_directory/t");
	(void)snprintf(
	    line, sizeof line, "table hash:/etc/postfix/t 12:34 %s", how);
	told(f, line);
	told(f, "names out1 2");
	told_rest(f);
}

static void
test_files(void **state)
{
	struct fix f = made("");
	const struct plan_step *s;

	(void)state;
	told_file(&f, "fresh");
	plan(&f);
	assert_int_equal(f.p->n_steps, 6);
	s = &f.p->steps[2];
	is(s->check, "[ \"$(cksum </etc/postfix/t | tr ' ' ':')\" = 12:34 ] || "
		     "{ echo /etc/postfix/t was changed since it was read; "
		     "false; }");
	has(s->command, "a=${0%.do}; f=$(readlink -f /etc/postfix/t) && cp -p "
			"\"$f\" \"$a.old\" && ");
	has(s->command, " -v from='out1 out1b' -v to='out2 out3' -v c='# ");
	has(s->command, "mv \"$f.mtadeck\" \"$f\" && postmap "
			"hash:/etc/postfix/t");
	has(s->undo, "[ -e \"$a.new\" ] || exit 0; ");
	has(s->undo, "exit 3; fi; postmap hash:/etc/postfix/t");
	is(s->verify, "cmp -s /etc/postfix/t \"${0%.verify}.new\"");
	assert_null(s->file);
	/* The drain looks at what the third step left. */
	has(f.p->steps[5].command,
	    " ] && cmp -s /etc/postfix/t \"${0%/*}/3.new\" || {");
	done(&f);
	f = made("");
	told_file(&f, "stale");
	is_refused(&f, "postmap has not seen");
	f = made("");
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	told_file(&f, "fresh");
	is_refused(&f, "only root edits files");
	/* One that another act made, and one that the host did not tell of. */
	f = made("");
	told(&f, "main transport_maps set texthash:/etc/postfix/mtadeck-6b02");
	told(&f, "table texthash:/etc/postfix/mtadeck-6b02 1:2 fresh");
	told(&f, "names out1b 1");
	told_rest(&f);
	is_refused(&f, "another act leads mail to it");
	f = made("");
	told(&f, "main transport_maps set hash:/etc/postfix/u");
	told_rest(&f);
	is_refused(&f, "hash:/etc/postfix/u leads to cannot be told");
	f = made("");
	told(&f, "main transport_maps set hash:/etc/postfix/u");
	told(&f, "table hash:/etc/postfix/u 1:2 fresh");
	told(&f, "names * 300");
	told_rest(&f);
	is_refused(&f, "hash:/etc/postfix/u leads to cannot be told");
}

/* Doubles that an act on a provider made: paused with the rest, theirs to lead
 * mail to, nobody's to take mail over; and no retry through them. */
static void
test_doubles(void **state)
{
	struct fix f = made("");
	const struct plan_step *s;

	(void)state;
	told(&f, "clone mtadeck-6b02-out1 192.0.2.1 - out1");
	told(&f, "clone mtadeck-6b02-out2 192.0.2.2 - out2");
	told(&f, "main transport_maps set "
		 "pipemap:{texthash:/etc/postfix/mtadeck-6b02,randmap:{"
		 "mtadeck-6b02-out1:,mtadeck-6b02-out2:}}");
	told_rest(&f);
	str_copy(
	    f.d->handles[0].tag, sizeof f.d->handles[0].tag, STR_LIT("out1"));
	str_copy(
	    f.d->handles[2].tag, sizeof f.d->handles[2].tag, STR_LIT("out2"));
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 4);
	s = f.p->steps;
	is(s[0].command, "postconf -e 'defer_transports = out1 out1b "
			 "mtadeck-6b02-out1'");
	is(s[2].command, "postconf -e 'sender_dependent_default_transport_maps "
			 "= randmap:{out2:,out3:}'");
	has(f.p->warning, "another act leads mail to 192.0.2.1 too");
	done(&f);
	f = made("192.0.2.2");
	told(&f, "clone mtadeck-6b02-out2 192.0.2.2 - out2");
	told_rest(&f);
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 5);
	done(&f);
}

/* sudo is asked before anything is done. */
static void
test_sudo(void **state)
{
	struct fix f = made("");

	(void)state;
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	told_rest(&f);
	plan(&f);
	has(f.p->steps[0].check,
	    " && { sudo -n -l postconf -e "
	    "'sender_dependent_default_transport_maps = randmap:{out2:,out3:}' "
	    ">/dev/null || { echo sudo allows no such value of "
	    "sender_dependent_default_transport_maps; false; }; } && { sudo "
	    "-n -l postconf -e 'sender_dependent_default_transport_maps = "
	    "randmap:{out1:,out2:,out3:}' >/dev/null ||");
	is(f.p->steps[2].command,
	    "sudo -n postconf -e 'sender_dependent_default_transport_maps = "
	    "randmap:{out2:,out3:}'");
	done(&f);
}

static void
test_who_takes_over(void **state)
{
	char ips[4][ADDR_MAX_BYTES];
	struct fix f = made("");

	(void)state;
	told_rest(&f);
	plan(&f);
	assert_int_equal(postfix_plan_targets(f.p, f.d, f.st, ips, 4), 2);
	assert_string_equal(ips[0], "192.0.2.2");
	assert_string_equal(ips[1], "192.0.2.3");
	assert_int_equal(postfix_plan_targets(f.p, f.d, f.st, ips, 1), 1);
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
	struct fix f = made("");
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_true(postfix_plan_needs(&f.p->request, f.d, &b, note));
	is(buf_cstr(&b),
	    "main:defer_transports|main:transport_maps|tables:transport_maps|"
	    "main:sender_dependent_default_transport_maps|"
	    "tables:sender_dependent_default_transport_maps|"
	    "main:default_transport|main:relay_transport|main:local_transport|"
	    "main:virtual_transport|main:content_filter|");
	str_copy(f.p->request.of.egress, ADDR_MAX_BYTES, STR_LIT("192.0.2.7"));
	assert_false(postfix_plan_needs(&f.p->request, f.d, &b, note));
	buf_done(&b);
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_targets),
	    cmocka_unit_test(test_paused),
	    cmocka_unit_test(test_selectors),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_doubles),
	    cmocka_unit_test(test_sudo),
	    cmocka_unit_test(test_who_takes_over),
	    cmocka_unit_test(test_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
