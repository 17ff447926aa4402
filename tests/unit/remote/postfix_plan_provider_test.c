/* postfix_plan_provider_test.c - the steps of acts on the mail of a provider
 * or a domain: doubles, rule, pace; and what is refused or left alone. */
#include "plan_help.h"

static void
add_tagged(struct fix *f, const char *name, const char *ip)
{
	struct handle *h = add_handle(f, name, ip, "");

	(void)snprintf(h->tag, sizeof h->tag, "postfix/%s", name);
}

/* How a host picks the way, and the line of a transport. */
#define SENDER_MAP "main sender_dependent_default_transport_maps set "
#define OUT1                                                                   \
	"out1 unix  -  -  y  -  - smtp -o smtp_bind_address=192.0.2.1 -o "     \
	"syslog_name=postfix/$service_name"

static void
tell(struct fix *f, const char *transport_maps, const char *sender_map)
{
	char line[1024];

	told(f, "main defer_transports default ");
	(void)snprintf(
	    line, sizeof line, "main transport_maps set %s", transport_maps);
	told(f, line);
	(void)snprintf(line, sizeof line, SENDER_MAP "%s", sender_map);
	told(f, line);
	told(f, "main default_transport default smtp");
	told(f, "main relayhost default ");
	told(f, "main sender_dependent_relayhost_maps default ");
	told(f, "may transport_maps");
	told(f, "master " OUT1);
	told(f, "master out2 unix - - n - 5 smtp -o { smtp_helo_name = a b }");
	told(f, "master smtp unix - - y - - smtp");
	told(f, "routes ok");
}

/* Two ways out; verb on a provider over an egress IP ("" = all). */
static struct fix
make(enum verb v, const char *value, const char *egress)
{
	struct act_request r = {.verb = v, .lease_ms = 60000};
	struct fix f;

	r.of.on = ACT_ON_PROVIDER;
	str_copy(r.of.provider, sizeof r.of.provider, STR_LIT("big"));
	str_copy(r.of.egress, sizeof r.of.egress, str_of(egress));
	str_copy(r.value, sizeof r.value, str_of(value));
	f = fix_of(&r, 0xa1b2c3);
	f.p->domains = str_dup(STR_LIT("a.example\nb.example\n"));
	add_tagged(&f, "smtp", "");
	add_tagged(&f, "out1", "192.0.2.1");
	add_tagged(&f, "out2", "192.0.2.2");
	return f;
}

#define ID    "mtadeck-6b0268c0-a1b2c3"
#define TABLE "regexp:/etc/postfix/" ID
#define HEAD(word)                                                             \
	"# Written by mtadeck for its act 6b0268c0-a1b2c3 (" word              \
	"); goes when that ends.\n"

static void
test_pause(void **state)
{
	struct fix f = make(VERB_PAUSE, "", "");
	const struct plan_step *s;

	(void)state;
	tell(&f, "hash:/etc/postfix/t", "randmap:{out1:,out2:}");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 6);
	s = f.p->steps;
	is(s[0].input,
	    HEAD("pause") "/(^|@)a\\.example$/ " ID "-1:[127.0.0.1]:1\n"
			  "/(^|@)b\\.example$/ " ID "-1:[127.0.0.1]:1\n");
	/* One stands for all: nothing leaves by it, flushed or not. */
	is(s[1].command,
	    "postconf -M '" ID "-1/unix=" ID "-1 unix - - y - - smtp -o "
	    "smtp_bind_address=192.0.2.1 -o soft_bounce=yes -o "
	    "inet_protocols=ipv4 -o smtp_fallback_relay= -o "
	    "syslog_name=postfix/out1'");
	is(s[1].check, "[ \"$(postconf -M out1/unix)\" = '" OUT1
		       "' ] || { echo out1 is now:; postconf -M out1/unix; "
		       "false; }");
	is(s[1].undo, "postconf -MX " ID "-1/unix");
	is(s[1].verify, "[ -n \"$(postconf -M " ID "-1/unix 2>/dev/null)\" ]");
	is(s[1].file, "master.cf");
	is(s[2].command, "postconf -e 'defer_transports = " ID "-1'");
	is(s[3].command,
	    "postconf -e 'transport_maps = " TABLE ", hash:/etc/postfix/t'");
	is(s[4].command, "postmap -q mtadeck@a.example " TABLE);
	is(s[5].command, "postfix check && postfix reload");
	done(&f);
}

/* The others keep their share; only one is doubled. */
static void
test_over_one(void **state)
{
	struct fix f = make(VERB_PAUSE, "", "192.0.2.1");

	(void)state;
	tell(&f, "", "randmap:{out1:, out2:,out2:}");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 6);
	is(f.p->steps[3].command,
	    "postconf -e 'transport_maps = pipemap:{" TABLE ",randmap:{" ID
	    "-1:[127.0.0.1]:1,out2:,out2:}}'");
	assert_non_null(strstr(f.p->warning, "other egress IPs take"));
	done(&f);
	f = make(VERB_PAUSE, "", "192.0.2.9");
	tell(&f, "", "randmap:{out1:,out2:}");
	is_refused(&f, "192.0.2.9 is not among");
	/* It is the only one: nobody takes it over. */
	f = make(VERB_PAUSE, "", "192.0.2.1");
	tell(&f, "", "randmap:{out1:,out1:}");
	plan(&f);
	assert_null(strstr(f.p->warning, "other egress IPs take"));
	done(&f);
}

static void
test_interval(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3", "");
	const struct plan_step *s;

	(void)state;
	tell(&f, "", "randmap:{out1:,out2:}");
	/* What the transports have set goes along, but for what is set now. */
	told(&f, "main out1_transport_rate_delay set 1s");
	told(&f, "main out1_destination_concurrency_limit set $it's");
	told(&f, "main out1_b_destination_rate_delay set 9s");
	told(&f, "main out10_destination_rate_delay set 9s");
	told(&f, "main out2_destination_rate_delay default 0s");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_int_equal(f.p->n_steps, 7);
	s = f.p->steps;
	is(s[0].input, HEAD("interval") "/(^|@)a\\.example$/ " ID
					"-1:\n/(^|@)b\\.example$/ " ID "-1:\n");
	is(s[1].command,
	    "postconf -M '" ID "-1/unix=" ID "-1 unix - - y - - smtp -o "
	    "smtp_bind_address=192.0.2.1 -o syslog_name=postfix/out1'");
	is(s[2].command, "postconf -M '" ID "-2/unix=" ID
			 "-2 unix - - n - 5 smtp -o { smtp_helo_name = a b } "
			 "-o syslog_name=postfix/out2'");
#define COHORT "_destination_concurrency_failed_cohort_limit"
	is(s[3].command,
	    "postconf -e '" ID "-1" COHORT " = 10' '" ID
	    "-1_transport_rate_delay = 3s' '" ID
	    "-1_destination_concurrency_limit = $it'\\''s' '" ID "-2" COHORT
	    " = 10' '" ID "-2_transport_rate_delay = 3s'");
	is(s[3].undo,
	    "postconf -X " ID "-1" COHORT " " ID "-1_transport_rate_delay " ID
	    "-1_destination_concurrency_limit " ID "-2" COHORT " " ID
	    "-2_transport_rate_delay");
	is(s[3].file, "main.cf");
	is(s[4].command, "postconf -e 'transport_maps = pipemap:{" TABLE
			 ",randmap:{" ID "-1:," ID "-2:}}'");
	is(s[5].command, "postmap -q mtadeck@a.example 'pipemap:{" TABLE
			 ",randmap:{" ID "-1:," ID "-2:}}'");
	done(&f);
	/* Of one domain it is counted for that. */
	f = make(VERB_INTERVAL, "3", "192.0.2.1");
	f.p->request.of.provider[0] = '\0';
	tell(&f, "", "randmap:{out1:,out2:}");
	plan(&f);
	is(f.p->steps[2].command, "postconf -e '" ID "-1" COHORT " = 10' '" ID
				  "-1_destination_rate_delay = 3s'");
	done(&f);
}

static void
test_numbers(void **state)
{
	struct fix f = make(VERB_PROCESSES, "4", "192.0.2.2");

	(void)state;
	tell(&f, "", "randmap:{out1:,out2:}");
	plan(&f);
	assert_int_equal(f.p->n_steps, 5);
	assert_non_null(strstr(f.p->steps[1].command, "unix - - n - 4 smtp"));
	done(&f);
	f = make(VERB_CONCURRENCY, "2", "192.0.2.2");
	tell(&f, "", "randmap:{out1:,out2:}");
	plan(&f);
	is(f.p->steps[2].command,
	    "postconf -e '" ID "-1_destination_concurrency_limit = 2'");
	done(&f);
	/* Of recipients that are counted one by one it would limit none. */
	f = make(VERB_CONCURRENCY, "2", "192.0.2.2");
	tell(&f, "", "randmap:{out1:,out2:}");
	told(&f, "main out2_destination_recipient_limit set 1");
	plan(&f);
	is(f.p->steps[2].command,
	    "postconf -e '" ID "-1_destination_concurrency_limit = 2' '" ID
	    "-1_destination_recipient_limit = 2'");
	done(&f);
	/* A provider's interval is that of the whole double. */
	f = make(VERB_INTERVAL, "0", "192.0.2.2");
	tell(&f, "", "randmap:{out1:,out2:}");
	told(&f, "main default_destination_recipient_limit set 1");
	plan(&f);
	is(f.p->steps[2].command,
	    "postconf -e '" ID "-1_transport_rate_delay = 0s'");
	done(&f);
}

/* What is paused stays so: its double is put beside it. */
static void
test_of_paused(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3", "192.0.2.1");

	(void)state;
	told(&f, "main defer_transports set out1");
	tell(&f, "", "randmap:{out1:,out2:}");
	plan(&f);
	is(f.p->steps[3].command,
	    "postconf -e 'defer_transports = out1 " ID "-1'");
	assert_non_null(strstr(f.p->warning, "is paused"));
	done(&f);
}

/* Who picks the way, by precedence; what a rule by recipient would lose. */
static void
test_pools(void **state)
{
	static const struct {
		const char *transport_maps, *sender_map, *refusal;
	} rows[] = {{"inline:{x=local:}, randmap:{out2:}", "hash:/x", ""},
	    {"", "", ""}, {"", "hash:/etc/postfix/by_sender", "by the sender"},
	    {"", "static:out1:", "by the sender"},
	    {"", "randmap:{out1:}, hash:/x", "by the sender"},
	    {"", "randmap:{out1:[192.0.2.9]}", "a next hop of its own"},
	    {"", "randmap:{out1:,error:}", "\"error:\", which is no transport"},
	    {"", "$more", "by the sender"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fix f = make(VERB_CONCURRENCY, "2", "");

		tell(&f, rows[i].transport_maps, rows[i].sender_map);
		if (rows[i].refusal[0] != '\0') {
			is_refused(&f, rows[i].refusal);
		} else {
			plan(&f);
			assert_string_equal(f.p->refusal, "");
			done(&f);
		}
		/* A pause of all needs to know none of it. */
		f = make(VERB_PAUSE, "", "");
		tell(&f, rows[i].transport_maps, rows[i].sender_map);
		plan(&f);
		assert_string_equal(f.p->refusal, "");
		done(&f);
	}
	{
		struct fix f = make(VERB_INTERVAL, "3", "");

		told(&f, "main relayhost set [192.0.2.9]");
		tell(&f, "", "");
		is_refused(&f, "through a relay (relayhost)");
	}
}

static void
test_left_alone(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3", "");

	(void)state;
	told(&f, "route a.example slow:");
	tell(&f, "", "");
	plan(&f);
	is(f.p->steps[0].input,
	    HEAD("interval") "/(^|@)b\\.example$/ " ID "-1:\n");
	assert_non_null(strstr(f.p->warning, "1 domains are left"));
	done(&f);
	f = make(VERB_PAUSE, "", "");
	told(&f, "route a.example slow:");
	told(&f, "local b.example");
	tell(&f, "", "");
	is_refused(&f, "takes it in or passes it on (b.example)");
	f = make(VERB_PAUSE, "", "");
	told(&f, "local b.example");
	told(&f, "route a.example slow:");
	f.p->domains[10] = '\0';
	tell(&f, "", "");
	is_refused(&f, "rule of its own for this mail (a.example: slow:)");
	/* Over another act only what stops all. */
	f = make(VERB_INTERVAL, "3", "");
	told(&f, "route a.example mtadeck-1-2-1:");
	told(&f, "route b.example mtadeck-1-2-1:");
	tell(&f, "", "");
	is_refused(&f, "another act has a rule");
	f = make(VERB_PAUSE, "", "");
	told(&f, "route a.example mtadeck-1-2-1:");
	tell(&f, "", "");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_non_null(strstr(f.p->steps[0].input, "\n/(^|@)a\\.example$/ "));
	done(&f);
}

static void
test_not_known(void **state)
{
	struct fix f = make(VERB_PAUSE, "", "");

	(void)state;
	is_refused(&f, "could not be asked");
	f = make(VERB_PAUSE, "", "");
	told(&f, "routes failed transport_maps");
	is_refused(&f, "could not be asked which domains have a way of their "
		       "own (transport_maps)");
	f = make(VERB_PAUSE, "", "");
	told(&f, "routes ok");
	is_refused(&f, "did not tell the value of transport_maps");
	f = make(VERB_PAUSE, "", "");
	told(&f, "main transport_maps default ");
	told(&f, "routes ok");
	is_refused(&f, "lines of this mtadeck sudoers");
}

/* By sudo, what its lines do not let through is refused before it is tried. */
static void
test_sudo(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3", "192.0.2.1");

	(void)state;
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	tell(&f, "", "randmap:{out1:,out2:}");
	plan(&f);
	assert_string_equal(f.p->refusal, "");
	assert_non_null(
	    strstr(f.p->steps[1].command, "sudo -n postconf -M 'mtadeck-"));
	done(&f);
	f = make(VERB_INTERVAL, "3", "192.0.2.2");
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	tell(&f, "", "randmap:{out1:,out2:}");
	is_refused(&f, "out2 has options");
	f = make(VERB_INTERVAL, "3", "192.0.2.1");
	f.d->privilege = PRIV_SUDO;
	f.st->may_sudo = true;
	told(&f, "main out1_destination_recipient_limit set $x");
	tell(&f, "", "randmap:{out1:,out2:}");
	is_refused(&f, "out1_destination_recipient_limit");
}

/* An entry that is no unprivileged smtp client, a name in the log that would
 * be another's: nothing is made of it. */
static void
test_odd_entries(void **state)
{
	static const char *const lines[] = {"out1 unix - - y - - lmtp",
	    "out1 unix n - y - - smtp", "out1 unix - n y - - smtp",
	    "out1 inet - - y - - smtp", "out1 unix - -"};
	struct fix f;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char line[128];

		f = make(VERB_INTERVAL, "3", "192.0.2.1");
		(void)snprintf(line, sizeof line, "master %s", lines[i]);
		told(&f, line);
		tell(&f, "", "randmap:{out1:,out2:}");
		is_refused(&f, "no smtp transport that could be doubled");
	}
	f = make(VERB_INTERVAL, "3", "192.0.2.1");
	str_copy(
	    f.d->handles[1].tag, sizeof f.d->handles[1].tag, STR_LIT("a -o x"));
	tell(&f, "", "randmap:{out1:,out2:}");
	is_refused(&f, "logs under a name");
}

/* $service_name is the transport's where its options say it. */
static void
test_service_name(void **state)
{
	struct fix f = make(VERB_INTERVAL, "3", "192.0.2.1");

	(void)state;
	told(&f,
	    "master out1 unix - - y - - smtp -o {syslog_name = $x y} "
	    "-o smtp_helo_name=$service_name.${service_name}.$(service_name"
	    ") -v");
	tell(&f, "", "randmap:{out1:,out2:}");
	plan(&f);
	is(f.p->steps[1].command,
	    "postconf -M '" ID "-1/unix=" ID "-1 unix - - y - - smtp -o "
	    "smtp_helo_name=out1.out1.out1 -v -o syslog_name=postfix/out1'");
	done(&f);
}

/* Acts on an egress IP know the doubles there are now. */
static void
test_doubles_of_egress(void **state)
{
	struct fix f = make(VERB_PAUSE, "", "192.0.2.1");

	(void)state;
	f.p->request.of.on = ACT_ON_EGRESS;
	str_copy(
	    f.d->handles[0].name, SERVICE_MAX_BYTES, STR_LIT("mtadeck-old-1"));
	str_copy(f.d->handles[0].ip, ADDR_MAX_BYTES, STR_LIT("192.0.2.1"));
	f.d->handles[0].clone = true;
	told(&f, "clone mtadeck-new-1 - - postfix/out1");
	told(&f, "clone mtadeck-new-2 192.0.2.2 - postfix/out2");
	told(&f, "clone $(id) 192.0.2.1 - x");
	tell(&f, "", "");
	plan(&f);
	is(f.p->steps[0].command,
	    "postconf -e 'defer_transports = out1 mtadeck-new-1'");
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pause),
	    cmocka_unit_test(test_over_one),
	    cmocka_unit_test(test_interval),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_of_paused),
	    cmocka_unit_test(test_pools),
	    cmocka_unit_test(test_left_alone),
	    cmocka_unit_test(test_not_known),
	    cmocka_unit_test(test_sudo),
	    cmocka_unit_test(test_odd_entries),
	    cmocka_unit_test(test_service_name),
	    cmocka_unit_test(test_doubles_of_egress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
