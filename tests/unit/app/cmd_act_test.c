/* cmd_act_test.c - requests out of the command line's words. */
#include "app/cmd_act.h"

#include "app/act_set.h"
#include "core/act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct buf set;

static err_t
of(struct act_request *r, int n, const char *const *words)
{
	static char why[512];

	struct options o = {.command = CMD_ACT,
	    .hosts = words,
	    .n_hosts = n,
	    .why = "because",
	    .lease_ms = -1};

	buf_done(&set);
	buf_init(&set, ACT_SET_BYTES);
	return act_request_of(r, &set, &o, why, sizeof why);
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

static void
test_people(void **state)
{
	struct act_request r;

	(void)state;
	assert_int_equal(OF(&r, "isolate", "Bad@a.example"), ERR_OK);
	assert_string_equal(r.of.sender, "Bad@a.example");
	/* Until lifted, unless a time is given. */
	assert_int_equal(r.lease_ms, 0);
	/* Nobody's own address, and none that would be more than itself. */
	assert_int_equal(OF(&r, "isolate", "<>"), ERR_PARSE);
	assert_int_equal(OF(&r, "isolate", ""), ERR_PARSE);
	assert_int_equal(OF(&r, "isolate", "a.example"), ERR_PARSE);
	assert_int_equal(OF(&r, "isolate", "a\"b@a.example"), ERR_PARSE);
	assert_int_equal(OF(&r, "isolate", "a@a.example", "b@b.c"), ERR_PARSE);
	assert_int_equal(
	    OF(&r, "suppress", "b@b.example", "A@a.example", "a@a.example"),
	    ERR_OK);
	assert_string_equal(r.addresses, "a@a.example\nb@b.example\n");
	assert_int_equal(OF(&r, "suppress"), ERR_PARSE);
	assert_int_equal(OF(&r, "suppress", "a@a.example\nb@b.c"), ERR_PARSE);
	assert_int_equal(OF(&r, "suppress", "$(id)"), ERR_PARSE);
	assert_int_equal(OF(&r, "lift", "6b02-1"), ERR_OK);
	assert_string_equal(r.of.lease, "6b02-1");
	assert_int_equal(OF(&r, "lift"), ERR_PARSE);
	buf_done(&set);
}

/* What is done once has no end that could be set. */
static void
test_for(void **state)
{
	static const char *const once[] = {"hold", "domain=a.example"};
	static const char *const lease[] = {"isolate", "a@a.example"};
	struct options o = {
	    .hosts = once, .n_hosts = 2, .why = "because", .lease_ms = 600000};
	struct act_request r;
	char why[512];

	(void)state;
	buf_init(&set, ACT_SET_BYTES);
	assert_int_equal(
	    act_request_of(&r, &set, &o, why, sizeof why), ERR_PARSE);
	assert_non_null(strstr(why, "--for"));
	o.hosts = lease;
	assert_int_equal(act_request_of(&r, &set, &o, why, sizeof why), ERR_OK);
	assert_int_equal(r.lease_ms, 600000);
	buf_done(&set);
}

static void
test_files(void **state)
{
	static const char *const words[] = {"suppress", "a@a.example"};
	char name[] = "/tmp/mtadeck-set-XXXXXX", why[512];
	struct options o = {.hosts = words,
	    .n_hosts = 1,
	    .why = "because",
	    .file = name,
	    .lease_ms = -1};
	struct act_request r;
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "# traps\r\nB@b.example\r\n", 22), 22);
	buf_init(&set, ACT_SET_BYTES);
	assert_int_equal(act_request_of(&r, &set, &o, why, sizeof why), ERR_OK);
	assert_string_equal(r.addresses, "b@b.example\n");
	/* Not both, and of no other verb. */
	o.n_hosts = 2;
	assert_int_equal(
	    act_request_of(&r, &set, &o, why, sizeof why), ERR_PARSE);
	o.hosts = (const char *const[]){"isolate", "a@a.example"};
	assert_int_equal(
	    act_request_of(&r, &set, &o, why, sizeof why), ERR_PARSE);
	assert_non_null(strstr(why, "--file"));
	o.hosts = words;
	o.n_hosts = 1;
	assert_int_equal(write(fd, "not one\n", 8), 8);
	assert_int_equal(
	    act_request_of(&r, &set, &o, why, sizeof why), ERR_PARSE);
	assert_non_null(strstr(why, "line 3"));
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(
	    act_request_of(&r, &set, &o, why, sizeof why), ERR_NOTFOUND);
	assert_non_null(strstr(why, name));
	buf_done(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_egress),
	    cmocka_unit_test(test_filters),
	    cmocka_unit_test(test_people),
	    cmocka_unit_test(test_for),
	    cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
