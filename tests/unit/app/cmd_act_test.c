/* cmd_act_test.c - requests out of the command line's words. */
#include "app/cmd_act.h"

#include "core/act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static err_t
of(struct act_request *r, int n, const char *const *words)
{
	static char why[512];
	struct options o = {.command = CMD_ACT,
	    .hosts = words,
	    .n_hosts = n,
	    .why = "because",
	    .lease_ms = -1};

	return act_request_of(r, &o, why, sizeof why);
}

#define OF(r, ...)                                                             \
	of(r, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),   \
	    (const char *const[]){__VA_ARGS__})

static void
test_egress(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(OF(&r, "pause", "192.0.2.1"), ERR_OK);
	assert_int_equal(r.verb, VERB_PAUSE);
	assert_string_equal(r.of.egress, "192.0.2.1");
	assert_int_equal(r.lease_ms, ACT_LEASE_DEFAULT_MS);
	assert_int_equal(r.host, HOST_NONE);
	assert_true(r.who[0] != '\0' && r.from[0] != '\0');
	assert_int_equal(OF(&r, "interval", "192.0.2.1", "3s"), ERR_OK);
	assert_string_equal(r.value, "3s");
	assert_int_equal(OF(&r, "interval", "192.0.2.1", "500ms"), ERR_RANGE);
	assert_int_equal(OF(&r, "interval", "192.0.2.1"), ERR_PARSE);
	assert_int_equal(OF(&r, "pause", "192.0.2.1", "192.0.2.2"), ERR_PARSE);
	assert_int_equal(OF(&r, "pause"), ERR_PARSE);
	assert_int_equal(OF(&r, "stop", "192.0.2.1"), ERR_PARSE);
	assert_int_equal(OF(&r, "pause",
			     "1111111111111111111111111111111111111111111111111"
			     "1111111111111111111111111111111111111111111111"),
	    ERR_PARSE);
}

static void
test_filters(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(OF(&r, "hold", "domain=a.example", "older=2h",
			     "larger=1000", "reply=too = many"),
	    ERR_OK);
	assert_string_equal(r.filter.domain, "a.example");
	assert_string_equal(r.filter.reply, "too = many");
	assert_int_equal(r.filter.older_ms, 7200000);
	assert_int_equal(r.filter.larger_bytes, 1000);
	/* Never all of a queue, nor what is not understood. */
	assert_int_equal(OF(&r, "delete"), ERR_PARSE);
	assert_int_equal(OF(&r, "delete", "ALL"), ERR_PARSE);
	assert_int_equal(OF(&r, "delete", "domain="), ERR_PARSE);
	assert_int_equal(OF(&r, "delete", "older=0s"), ERR_PARSE);
	assert_int_equal(OF(&r, "delete", "older=soon"), ERR_PARSE);
	assert_int_equal(OF(&r, "delete", "larger=-1"), ERR_PARSE);
	assert_int_equal(OF(&r, "delete", "queue=hold"), ERR_PARSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_egress),
	    cmocka_unit_test(test_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
