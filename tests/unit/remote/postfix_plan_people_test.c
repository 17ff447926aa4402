/* postfix_plan_people_test.c - the rule of an isolation and of a suppression,
 * what is refused, what is said before. What the lines do to a queue is shown
 * end to end (tests/e2e/act_people.sh). */
#include "plan_help.h"

#include <unistd.h>

static struct fix
make(enum verb v, const char *sender, const char *addresses, const char *lines)
{
	struct act_request r = {.verb = v, .addresses = addresses};
	struct fix f;

	r.of.on = (enum act_target)verb_rows[v].targets;
	str_copy(r.of.sender, sizeof r.of.sender, str_of(sender));
	f = fix_of(&r, 1);
	f.n_ids = 7;
	told(&f, lines);
	return f;
}

#define LIST	"main smtpd_sender_restrictions "
#define FIRST	"smtpd_sender_restrictions = check_sender_access "
#define TABLE	"texthash:/etc/postfix/mtadeck-6b0268c0-000001"
#define ADDRESS "it's@a.example"

static void
test_isolate(void **state)
{
	struct fix f = make(VERB_ISOLATE, ADDRESS, NULL,
	    LIST "set permit_mynetworks, $x\nmain recipient_delimiter "
		 "default \n");
	const struct plan_step *s;

	(void)state;
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 4);
	s = f.p->steps;
	/* The table is there before its name, and goes after it. */
	assert_non_null(
	    strstr(s[0].input, "\n" ADDRESS " HOLD isolated by mtadeck\n"));
	assert_string_equal(s[1].command,
	    "postconf -e '" FIRST TABLE ", permit_mynetworks, $x'");
	assert_string_equal(s[2].command, "postfix check && postfix reload");
	assert_non_null(strstr(s[3].command, "S='it'\\''s@a.example' X=''; "));
	assert_non_null(strstr(s[3].command, "| postsuper -h - ||"));
	/* What is held is let go once the rule is gone, not before. */
	assert_null(s[3].undo);
	assert_non_null(
	    strstr(s[2].after, "{ postfix reload || { postfix check && ! "
			       "postfix status; }; } || exit 1; "));
	assert_non_null(strstr(s[2].after, "| postsuper -H - ||"));
	assert_null(s[3].after);
	for (int i = 0; i < 4; i++) {
		assert_null(strchr(s[i].command, '\n'));
		assert_true(
		    s[i].after == NULL || strchr(s[i].after, '\n') == NULL);
	}
	assert_non_null(strstr(s[3].text, "7 counted"));
	assert_non_null(strstr(f.p->warning, "sendmail"));
	assert_null(strstr(f.p->warning, "extension"));
	done(&f);
}

static void
test_extensions(void **state)
{
	static const char lines[] =
	    LIST "default \nmain recipient_delimiter set +-\n";
	struct fix f = make(VERB_ISOLATE, "a@a.example", NULL, lines);

	(void)state;
	plan(&f);
	assert_non_null(strstr(f.p->steps[3].command, "X=+-; "));
	assert_non_null(strstr(f.p->steps[2].after, "X=+-; "));
	assert_non_null(strstr(f.p->warning, "extension"));
	done(&f);
	/* One that has an extension is that one only. */
	f = make(VERB_ISOLATE, "a+b@a.example", NULL, lines);
	plan(&f);
	assert_non_null(strstr(f.p->steps[3].command, "X=''; "));
	done(&f);
}

static void
test_overrides(void **state)
{
	struct fix f = make(VERB_ISOLATE, "a@a.example", NULL,
	    LIST "default \nmain override:smtpd_sender_restrictions set "
		 "submission/inet\n");

	(void)state;
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	plan(&f);
	assert_non_null(strstr(f.p->warning, "submission/inet"));
	assert_non_null(
	    strstr(f.p->steps[3].command, "| sudo -n postsuper -h -"));
	assert_non_null(
	    strstr(f.p->steps[2].after, "| sudo -n postsuper -H -"));
	assert_non_null(
	    strstr(f.p->steps[2].after, "{ sudo -n postfix reload ||"));
	done(&f);
}

static void
test_isolated_already(void **state)
{
	struct fix f = make(VERB_ISOLATE, "a@a.example", NULL,
	    "time 1795320000\n" LIST "default \n"
	    "lease 6b02-1 in-force 0 1795310000 yes\n"
	    "meta verb isolate\nmeta on 16\nmeta sender A@a.example\n");

	(void)state;
	/* Another host may not have it yet. */
	plan(&f);
	assert_int_equal(f.p->n_steps, 0);
	assert_string_equal(f.p->refusal, "");
	assert_non_null(strstr(f.p->warning, "isolated already"));
	done(&f);
	f = make(VERB_ISOLATE, "a@a.example", NULL, "");
	plan(&f);
	assert_non_null(strstr(f.p->refusal, "did not tell"));
	done(&f);
}

static void
test_suppress(void **state)
{
	struct fix f =
	    make(VERB_SUPPRESS, "", "a@a.example\nb$(id)@b.example\n",
		"main transport_maps set hash:/etc/postfix/transport\n");
	const struct plan_step *s;

	(void)state;
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 3);
	s = f.p->steps;
	assert_non_null(strstr(s[0].input,
	    "\na@a.example error:5.7.1 suppressed by the operator\n"
	    "b$(id)@b.example error:5.7.1 suppressed by the operator\n"));
	assert_null(strstr(s[0].command, "a.example"));
	assert_string_equal(s[1].command, "postconf -e 'transport_maps = " TABLE
					  ", hash:/etc/postfix/transport'");
	assert_string_equal(s[2].after,
	    "postfix reload || { postfix check && ! postfix status; }");
	assert_non_null(strstr(f.p->warning, "bounces"));
	done(&f);
	f = make(VERB_SUPPRESS, "", "a@a.example\n", "");
	plan(&f);
	assert_non_null(strstr(f.p->refusal, "did not tell"));
	done(&f);
}

/* A queue of strangers; what is "bad@x.example"'s is H1, D1, A1, N1. */
static const char queue[] =
    "{\"queue_name\": \"hold\", \"queue_id\": \"H1\", "
    "\"arrival_time\": 500, \"sender\": \"bad@x.example\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"hold\", \"queue_id\": \"H2\", "
    "\"arrival_time\": 1500, \"sender\": \"good@x.example\", "
    "\"recipients\": [{\"address\": \"bad@x.example\"}]}\n"
    "{\"queue_name\": \"deferred\", \"queue_id\": \"D1\", "
    "\"arrival_time\": 900, \"sender\": \"BAD@X.example\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"active\", \"queue_id\": \"A1\", "
    "\"arrival_time\": 999, \"sender\": \"bad@x.example\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"hold\", \"queue_id\": \"N1\", "
    "\"arrival_time\": 1000, \"sender\": \"bad@x.example\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"active\", \"queue_id\": \"X1\", "
    "\"arrival_time\": 2000, \"sender\": \"\\\"x\\\\\\\", "
    "\\\\\\\"sender\\\\\\\": \\\\\\\"bad@x.example\\\\\\\"\\\"@h\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"active\", \"queue_id\": \"X2\", "
    "\"arrival_time\": 2000, \"sender\": \"notbad@x.example\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"active\", \"queue_id\": \"X3\", "
    "\"arrival_time\": 2000, \"sender\": \"bad+y@x.example\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"active\", \"queue_id\": \"X4\", "
    "\"arrival_time\": 2000, \"sender\": \"bad+y@x.example.org\", "
    "\"recipients\": []}\n"
    "{\"queue_name\": \"active\", \"queue_id\": \"X;5\", "
    "\"arrival_time\": 2000, \"sender\": \"bad@x.example\", "
    "\"recipients\": []}\n";

/* What postsuper was given the first time, when a line runs with this queue
 * beside a step in dir. */
static void
shell(const char *line, const char *dir, char *out, size_t cap)
{
	struct buf b, script;
	FILE *pipe;
	size_t n;

	buf_init(&b, 65536);
	buf_init(&script, 65536);
	plan_raw(&script, "Q=");
	plan_word(&script, queue);
	plan_raw(&script,
	    "; postqueue() { printf %s \"$Q\"; }; sleep() { exit; "
	    "}; postfix() { :; }; postsuper() { echo \"$1\"; "
	    "cat; }; ");
	plan_raw(&script, line);
	plan_raw(&b, "sh -c ");
	plan_word(&b, buf_cstr(&script));
	plan_raw(&b, " ");
	plan_raw(&b, dir);
	plan_raw(&b, "/4.do | xargs");
	assert_int_equal(b.failed, ERR_OK);
	pipe = popen(buf_cstr(&b), "r");
	assert_non_null(pipe);
	n = fread(out, 1, cap - 1, pipe);
	out[n] = '\0';
	assert_int_equal(pclose(pipe), 0);
	buf_done(&b);
	buf_done(&script);
}

static void
queue_of(const char *delimiter, const char *held, const char *released)
{
	char dir[] = "/tmp/mtadeck-people-XXXXXX", path[64], out[4096],
	     lines[256];
	struct fix f;
	FILE *since;

	(void)snprintf(lines, sizeof lines,
	    LIST "default \nmain recipient_delimiter set %s\n", delimiter);
	f = make(VERB_ISOLATE, "bad@x.example", NULL, lines);
	plan(&f);
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/since", dir);
	since = fopen(path, "w");
	assert_non_null(since);
	(void)fprintf(since, "1000\n");
	assert_int_equal(fclose(since), 0);
	shell(f.p->steps[3].command, dir, out, sizeof out);
	assert_string_equal(out, held);
	/* Only what is on hold can be released: of the ids kept, none is. */
	shell(f.p->steps[2].after, dir, out, sizeof out);
	assert_string_equal(out, released);
	/* One of those kept, once it is. */
	assert_int_equal(unlink(path), 0);
	since = fopen(path, "w");
	assert_non_null(since);
	(void)fprintf(since, "9000\n");
	assert_int_equal(fclose(since), 0);
	(void)snprintf(path, sizeof path, "%s/held", dir);
	since = fopen(path, "a");
	assert_non_null(since);
	(void)fprintf(since, "H1\nH2\n");
	assert_int_equal(fclose(since), 0);
	shell(f.p->steps[2].after, dir, out, sizeof out);
	assert_string_equal(out, "-H H1\n");
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof path, "%s/since", dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	done(&f);
}

static void
test_queue(void **state)
{
	(void)state;
	queue_of("", "-h D1 A1\n", "-H N1\n");
	queue_of("+", "-h D1 A1 X3\n", "-H N1\n");
}

static void
note(void *ctx, const char *name)
{
	assert_int_equal(buf_printf(ctx, "%s|", name), ERR_OK);
}

static void
test_needs(void **state)
{
	struct fix f = make(VERB_ISOLATE, "a@a.example", NULL, "");
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_true(postfix_plan_needs(&f.p->request, f.d, &b, note));
	assert_string_equal(buf_cstr(&b),
	    "main:defer_transports|main:smtpd_sender_restrictions|"
	    "override:smtpd_sender_restrictions|main:recipient_delimiter|");
	done(&f);
	f = make(VERB_SUPPRESS, "", "a@a.example\n", "");
	buf_reset(&b);
	assert_true(postfix_plan_needs(&f.p->request, f.d, &b, note));
	assert_string_equal(buf_cstr(&b),
	    "main:defer_transports|main:transport_maps|"
	    "override:transport_maps|");
	buf_done(&b);
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_isolate),
	    cmocka_unit_test(test_extensions),
	    cmocka_unit_test(test_overrides),
	    cmocka_unit_test(test_isolated_already),
	    cmocka_unit_test(test_suppress),
	    cmocka_unit_test(test_queue),
	    cmocka_unit_test(test_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
