/* postfix_plan_shares_test.c - how often each is named in a pool's randmap. */
#include "plan_help.h"

static struct fix
made(const char *pool, const char *value, const char *maps)
{
	static const char *const names[] = {"out1", "out2", "out3", "spare"};
	struct act_request r = {.verb = VERB_SHARES, .lease_ms = 60000};
	struct fix f;
	char line[512] = "main transport_maps set ";

	r.of.on = ACT_ON_POOL;
	str_copy(r.value, sizeof r.value, str_of(value));
	str_copy(r.of.pool, sizeof r.of.pool, str_of(pool));
	f = fix_of(&r, 1);
	for (unsigned i = 0; i < 4; i++) {
		char ip[] = "192.0.2.1";

		ip[8] = (char)('1' + i);
		add_handle(&f, names[i], ip, i < 3 ? "transport map" : "");
	}
	str_copy(line + strlen(line), sizeof line - strlen(line), str_of(maps));
	told(&f, "main defer_transports default ");
	told(&f, line);
	return f;
}

static void
test_shares(void **state)
{
	struct fix f = made("transport-map", "192.0.2.1=3 192.0.2.2=1",
	    "inline:{x=local:}, randmap:{out1:,out2:,out3:}, static:smtp:");

	(void)state;
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 2);
	assert_string_equal(f.p->steps[0].command,
	    "postconf -e 'transport_maps = inline:{x=local:}, "
	    "randmap:{out1:,out1:,out1:,out2:,out3:}, static:smtp:'");
	/* Only what was changed is proved and taken back. */
	assert_string_equal(f.p->steps[0].verify,
	    "case \",$(postconf -h transport_maps),\" in *[,\\ "
	    "]'randmap:{out1:,out1:,out1:,out2:,out3:}'[,\\ ]*) ;; *) exit 1 "
	    ";; esac");
	assert_non_null(strstr(f.p->steps[0].undo,
	    "= ${v%%\"$n\"*}\"'randmap:{out1:,out2:,out3:}'\"${v#*"));
	assert_string_equal(
	    f.p->steps[1].command, "postfix check && postfix reload");
	done(&f);
	/* Out, and one that had none. */
	f = made("transport map", "192.0.2.1=0 192.0.2.4=2",
	    "randmap:{out1:,out2:,out3:}");
	plan(&f);
	assert_string_equal(f.p->steps[0].command,
	    "postconf -e 'transport_maps = randmap:{out2:,out3:,spare:,spare:}"
	    "'");
	done(&f);
}

static void
test_refused(void **state)
{
	struct fix f =
	    made("sender-map", "192.0.2.1=3", "randmap:{out1:,out2:}");

	(void)state;
	is_refused(&f, "has no pool \"sender-map\"");
	f = made("transport-map", "192.0.2.1=1", "randmap:{out1:,out2:}");
	is_refused(&f, "has these shares already");
	f = made("transport-map", "192.0.2.1=0 192.0.2.2=0",
	    "randmap:{out1:,out2:}");
	is_refused(&f, "would have none left");
	f = made("transport-map", "192.0.2.7=1", "randmap:{out1:,out2:}");
	is_refused(&f, "does not carry 192.0.2.7");
	f = made("transport-map", "$(id)=1", "randmap:{out1:,out2:}");
	is_refused(&f, "does not carry $(id)");
	f = made("transport-map", "192.0.2.1=1", "static:out1:");
	is_refused(&f, "shares need one randmap");
	f = made("transport-map", "192.0.2.1=2",
	    "randmap:{out1:,out2:}, pipemap:{randmap:{out1:,out3:}}");
	is_refused(&f, "shares need one randmap");
	f = made("transport-map", "192.0.2.1=2", "randmap:{out1:,$x}");
	is_refused(&f, "shares need one randmap");
	f = made("transport-map", "192.0.2.1=2", "randmap:{out1:,out2:}");
	str_copy(f.d->handles[1].ip, ADDR_MAX_BYTES, STR_LIT("192.0.2.1"));
	is_refused(&f, "more than one transport carries 192.0.2.1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shares),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
