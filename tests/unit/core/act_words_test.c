/* act_words_test.c - the words behind each verb, as people type them. */
#include "core/act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char why[512];

static err_t
take(struct act_request *r, enum verb v, const char *text)
{
	struct str rest = str_of(text), words[16];
	size_t n = 0;

	*r = (struct act_request){.verb = v, .host = HOST_NONE};
	while (n < 16 && str_word(&rest, &words[n]))
		n++;
	why[0] = '\0';
	return act_take_words(r, words, n, why, sizeof why);
}

static void
test_egress(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(take(&r, VERB_INTERVAL, "192.0.2.1 3s"), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_EGRESS);
	assert_string_equal(r.of.egress, "192.0.2.1");
	assert_string_equal(r.value, "3s");
	/* The one word of a verb with a value is the value: rows in view may
	 * stand for the rest. */
	assert_int_equal(take(&r, VERB_INTERVAL, "3s"), ERR_OK);
	assert_int_equal(r.of.on, 0);
	assert_string_equal(r.value, "3s");
	assert_int_equal(take(&r, VERB_PAUSE, ""), ERR_OK);
	assert_int_equal(r.of.on, 0);
	assert_int_equal(
	    take(&r, VERB_PAUSE, "192.0.2.1 192.0.2.2"), ERR_PARSE);
	assert_non_null(strstr(why, "192.0.2.2"));
	assert_int_equal(take(&r, VERB_PAUSE, "to=192.0.2.2"), ERR_PARSE);
	assert_int_equal(
	    take(&r, VERB_EVACUATE, "192.0.2.1 to=192.0.2.2,192.0.2.3"),
	    ERR_OK);
	assert_string_equal(r.value, "192.0.2.2,192.0.2.3");
	assert_int_equal(take(&r, VERB_EVACUATE, "192.0.2.1"), ERR_OK);
	assert_string_equal(r.value, "");
}

/* As master.cf has them, they are those that discovery names. */
static void
test_addresses(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(take(&r, VERB_PAUSE, "2001:DB8:0:0::A"), ERR_OK);
	assert_string_equal(r.of.egress, "2001:db8::a");
	assert_int_equal(take(&r, VERB_PAUSE, "[2001:db8::a]"), ERR_OK);
	assert_string_equal(r.of.egress, "2001:db8::a");
	assert_int_equal(
	    take(&r, VERB_PAUSE, "domain=a.example egress=[2001:DB8::A]"),
	    ERR_OK);
	assert_string_equal(r.of.egress, "2001:db8::a");
	assert_int_equal(take(&r, VERB_PAUSE, "[x]"), ERR_OK);
	assert_string_equal(r.of.egress, "[x]");
	assert_int_equal(
	    take(&r, VERB_EVACUATE,
		"[2001:db8:0::A] to=[2001:DB8::B],192.0.2.3,2001:db8:0:0::c"),
	    ERR_OK);
	assert_string_equal(r.of.egress, "2001:db8::a");
	assert_string_equal(r.value, "2001:db8::b,192.0.2.3,2001:db8::c");
	assert_int_equal(take(&r, VERB_EVACUATE, "192.0.2.1 to=,"), ERR_PARSE);
	assert_int_equal(
	    take(&r, VERB_EVACUATE, "192.0.2.1 to=192.0.2.2,,"), ERR_PARSE);
	assert_int_equal(take(&r, VERB_SHARES,
			     "p [2001:DB8::A]=3 2001:db8:0::b=0 192.0.2.1=1"),
	    ERR_OK);
	assert_string_equal(r.value, "2001:db8::a=3 2001:db8::b=0 192.0.2.1=1");
	assert_int_equal(take(&r, VERB_HOLD, "egress=2001:DB8:0::A"), ERR_OK);
	assert_string_equal(r.filter.egress, "2001:db8::a");
}

static void
test_provider(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(
	    take(&r, VERB_INTERVAL, "provider=google egress=192.0.2.1 3s"),
	    ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_PROVIDER);
	assert_string_equal(r.of.provider, "google");
	assert_string_equal(r.of.egress, "192.0.2.1");
	assert_string_equal(r.value, "3s");
	assert_int_equal(take(&r, VERB_PAUSE, "domain=a.example"), ERR_OK);
	assert_string_equal(r.of.domain, "a.example");
	/* One of them, and a known key. */
	assert_int_equal(
	    take(&r, VERB_PAUSE, "provider=google domain=a.example"),
	    ERR_PARSE);
	assert_int_equal(
	    take(&r, VERB_PAUSE, "domain=a.example provider=google"),
	    ERR_PARSE);
	assert_int_equal(take(&r, VERB_PAUSE, "pool=x"), ERR_PARSE);
	assert_non_null(strstr(why, "provider="));
	/* What is not of egress IPs has no provider. */
	assert_int_equal(take(&r, VERB_LIFT, "provider=google"), ERR_PARSE);
}

static void
test_others(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(
	    take(&r, VERB_SHARES, "randmap 192.0.2.1=3 192.0.2.2=1"), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_POOL);
	assert_string_equal(r.of.pool, "randmap");
	assert_string_equal(r.value, "192.0.2.1=3 192.0.2.2=1");
	assert_int_equal(take(&r, VERB_ISOLATE, "a@a.example"), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_SENDER);
	assert_string_equal(r.of.sender, "a@a.example");
	assert_int_equal(
	    take(&r, VERB_READMIT, "sender=a=b@a.example"), ERR_OK);
	assert_string_equal(r.of.sender, "a=b@a.example");
	assert_int_equal(take(&r, VERB_ISOLATE, "b+u=h@a.example"), ERR_OK);
	assert_string_equal(r.of.sender, "b+u=h@a.example");
	assert_int_equal(take(&r, VERB_LIFT, "6b02-1"), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_LEASE);
	assert_string_equal(r.of.lease, "6b02-1");
	assert_int_equal(take(&r, VERB_LIFT, "6b02-1 6b02-2"), ERR_PARSE);
	assert_int_equal(take(&r, VERB_SITE, "rollback rules=old"), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_SITE);
	assert_string_equal(r.of.site, "rollback");
	assert_string_equal(r.value, "rules=old");
	/* Addresses of a set come from elsewhere. */
	assert_int_equal(take(&r, VERB_SUPPRESS, ""), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_ADDRESSES);
	assert_int_equal(take(&r, VERB_SUPPRESS, "a@a.example"), ERR_PARSE);
}

static void
test_messages(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(
	    take(&r, VERB_HOLD, "domain=a.example older=2h larger=9"), ERR_OK);
	assert_int_equal(r.of.on, ACT_ON_MESSAGES);
	assert_string_equal(r.filter.domain, "a.example");
	assert_int_equal(r.filter.older_ms, 7200000);
	assert_int_equal(r.filter.larger_bytes, 9);
	assert_int_equal(take(&r, VERB_HOLD, "queue=hold"), ERR_PARSE);
	assert_int_equal(take(&r, VERB_HOLD, "ALL"), ERR_PARSE);
}

/* Nothing is cut to what fits. */
static void
test_too_long(void **state)
{
	struct act_request r;
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(take(&r, VERB_PAUSE, text), ERR_PARSE);
	assert_int_equal(take(&r, VERB_LIFT, text), ERR_PARSE);
	assert_int_equal(take(&r, VERB_ISOLATE, text), ERR_PARSE);
	assert_true(strlen(why) < sizeof why);
	memcpy(text, "domain=", 7);
	assert_int_equal(take(&r, VERB_PAUSE, text), ERR_PARSE);
	assert_int_equal(take(&r, VERB_HOLD, text), ERR_PARSE);
	memcpy(text, "x=1 ", 4);
	assert_int_equal(take(&r, VERB_SHARES, text), ERR_PARSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_egress),
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_provider),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_messages),
	    cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
