/* config_test.c - the configuration file: defaults, values, errors. */
#include "app/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct config *
fresh(void)
{
	struct config *c = malloc(sizeof *c);

	assert_non_null(c);
	config_init(c);
	return c;
}

static void
every_key_is_taken(void **state)
{
	struct config *c = fresh();
	char why[512] = "";
	const char *text = "hosts:\n"
			   "  - name: mta1\n"
			   "  - name: root@mta3:2222\n"
			   "    transport: openssh\n"
			   "ssh_config: /etc/ops/ssh\n"
			   "theme: light\n"
			   "transport: libssh2\n"
			   "history: 2h\n"
			   "poll: 10s\n"
			   "connect_timeout: 3s\n"
			   "queue_limit: 500\n"
			   "log_mib: 32\n"
			   "mouse: false\n"
			   "throttles:\n"
			   "  suspect_n: 2\n"
			   "  throttled_n: 9\n"
			   "  throttled_pct: 20\n"
			   "  easing_pct: 3\n"
			   "  clear: 5m\n"
			   "keys:\n"
			   "  - key: ^X\n"
			   "    action: quit\n";

	(void)state;
	if (config_parse(c, str_of(text), "f", why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	assert_int_equal(c->n_hosts, 2);
	assert_string_equal(c->hosts[0].name, "mta1");
	assert_int_equal(c->hosts[0].kind, TR_LIBSSH2);
	assert_int_equal(c->hosts[1].kind, TR_OPENSSH);
	assert_string_equal(c->ssh_config, "/etc/ops/ssh");
	assert_string_equal(c->theme, "light");
	assert_int_equal(c->history_ms, 7200000);
	assert_int_equal(c->poll_ms, 10000);
	assert_int_equal(c->connect_timeout_ms, 3000);
	assert_int_equal(c->queue_limit, 500);
	assert_int_equal(c->log_mib, 32);
	assert_false(c->mouse);
	assert_int_equal(c->throttles.suspect_n, 2);
	assert_int_equal(c->throttles.throttled_n, 9);
	assert_int_equal(c->throttles.throttled_milli, 200);
	assert_int_equal(c->throttles.easing_milli, 30);
	assert_int_equal(c->throttles.clear_ms, 300000);
	assert_int_equal(c->n_binds, 1);
	assert_string_equal(c->binds[0].action, "quit");
	free(c);
}

static void
what_is_left_out_keeps_its_default(void **state)
{
	struct config *c = fresh();
	char why[512] = "";

	(void)state;
	assert_int_equal(
	    config_parse(c, STR_LIT("theme: mono\n"), "f", why, sizeof why),
	    ERR_OK);
	assert_int_equal(c->history_ms, 3600000);
	assert_int_equal(c->transport, TR_AUTO);
	assert_int_equal(
	    c->throttles.clear_ms, throttle_rules_default.clear_ms);
	assert_true(c->mouse);
	free(c);
}

static void
an_empty_file_is_all_defaults(void **state)
{
	static const struct str texts[] = {
	    {NULL, 0}, {"\n", 1}, {"# theme: dark\n", 14}};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct config *c = fresh();
		char why[512] = "";

		if (config_parse(c, texts[i], "f", why, sizeof why) != ERR_OK)
			fail_msg("%s", why);
		assert_string_equal(c->theme, "dark");
		free(c);
	}
}

static void
errors_name_file_and_place(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
	    {"hosts:\n  - nme: mta1\n", "line: 2"},
	    {"thema: dark\n", "thema"},
	    {"history: 60x\n", "60x"},
	    {"history: 25h\n", "25h"},
	    {"poll: 0s\n", "poll"},
	    {"queue_limit: many\n", "line: 1"},
	    {"log_mib: 0\n", "log_mib"},
	    {"transport: rsh\n", "rsh"},
	    {"throttles:\n  throttled_n: 0\n", "throttled_n"},
	    {"throttles:\n  easing_pct: 101\n", "101"},
	    {"throttles:\n  clear: 9s\n", "9s"},
	    {"throttles:\n  claer: 9s\n", "claer"},
	    {"hosts: [", "f"},
	};
	char why[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct config *c = fresh();

		why[0] = '\0';
		assert_int_not_equal(config_parse(c, str_of(rows[i].text),
					 "f.yaml", why, sizeof why),
		    ERR_OK);
		if (strstr(why, "f.yaml") == NULL ||
		    strstr(why, rows[i].says) == NULL)
			fail_msg("%s: says: %s", rows[i].text, why);
		free(c);
	}
}

static void
a_named_file_must_be_there(void **state)
{
	struct config *c = fresh();
	char why[512] = "";

	(void)state;
	assert_int_equal(config_load(c, "/nonexistent/x.yaml", why, sizeof why),
	    ERR_NOTFOUND);
	assert_non_null(strstr(why, "/nonexistent/x.yaml"));
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_taken),
	    cmocka_unit_test(what_is_left_out_keeps_its_default),
	    cmocka_unit_test(an_empty_file_is_all_defaults),
	    cmocka_unit_test(errors_name_file_and_place),
	    cmocka_unit_test(a_named_file_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
