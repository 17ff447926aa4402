/* config_sites_test.c - the actions section: what is taken, and what is
 * refused with its file and line. */
#include "tests/unit/app/config_help.h"

#include <stdio.h>

static void
every_key_is_taken(void **state)
{
	char why[512] = "";
	struct config *c = parsed(
	    "theme: dark\n"
	    "actions:\n"
	    "  - name: rules-back\n"
	    "    help: put them back\n"
	    "    hosts: [mta1, op@mta2]\n"
	    "    params:\n"
	    "      - {name: version, kind: word}\n"
	    "      - name: keep\n"
	    "        kind: number\n"
	    "        min: 1\n"
	    "        max: 10\n"
	    "        default: 3\n"
	    "      - {name: how, kind: choice, choices: [a, b], default: b}\n"
	    "    command: >-\n"
	    "      use {version}\n"
	    "      {keep}\n"
	    "    check: test {how} = a\n"
	    "    verify: 'true'\n"
	    "    undo: back\n"
	    "    lease: 2h\n"
	    "    timeout: 5s\n"
	    "  - {name: show, command: cat f, safe: yes}\n"
	    "  - {name: on, command: a, undo: b, lease: no}\n"
	    "  - {name: gone, command: a, irreversible: yes}\n"
	    "  - {name: half, command: a, undo: b, lease: yes}\n",
	    ERR_OK, why, sizeof why);
	const struct site_action *a = &c->sites.v[0];

	(void)state;
	assert_int_equal(c->sites.n, 5);
	assert_string_equal(a->name, "rules-back");
	assert_string_equal(a->help, "put them back");
	assert_int_equal(a->n_hosts, 2);
	assert_string_equal(a->hosts[1], "op@mta2");
	assert_int_equal(a->n_params, 3);
	assert_int_equal(a->params[1].min, 1);
	assert_int_equal(a->params[1].max, 10);
	assert_string_equal(a->params[1].fallback, "3");
	assert_string_equal(a->params[2].choices, "a b");
	assert_string_equal(a->command, "use {version} {keep}");
	assert_string_equal(a->undo, "back");
	assert_int_equal(a->flags, ACTF_LEASE);
	assert_int_equal(a->lease_ms, 2 * 3600000);
	assert_int_equal(a->timeout_ms, 5000);
	assert_int_equal(a[1].flags, ACTF_SAFE);
	assert_int_equal(a[1].timeout_ms, SITE_TIMEOUT_S * 1000);
	assert_string_equal(a[1].help, "show");
	assert_int_equal(a[2].flags, ACTF_LEASE);
	assert_int_equal(a[2].lease_ms, 0);
	assert_int_equal(a[3].flags, ACTF_IRREVERSIBLE);
	assert_int_equal(a[4].lease_ms, ACT_LEASE_DEFAULT_MS);
	free(c);
}

/* An action with one more line, which is the file's sixth. */
#define WITH(line)                                                             \
	"hosts:\n  - name: mta1\nactions:\n  - name: aa\n    command: b\n"     \
	"    " line "\n"
#define PARAM(p) WITH("params: [{" p "}]")

static void
what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"actions:\n# x\n  - name: aa\n    command: \"{x}\"\n",
		"f:4: actions: aa: command: {x}: there is no such parameter"},
	    {"actions:\n  -   name: aa\n      command: 'a'\n"
	     "  -   command: a\n      undo: '{{ b; }'\n      check: '{'\n"
	     "      name: bb\n",
		"f:6: actions: bb: check: a brace that begins"},
	    {"actions:\n- name: aa\n  params:\n  - {name: x, kind: word}\n"
	     "  command: echo \"{x}\"\n",
		"f:5: actions: aa: command: {x} stands within quotes"},
	    {"actions:\n- {name: aa, command: a}\n- {name: aa, command: b}\n",
		"f:3: actions: aa: name: it is there twice"},
	    {"actions:\n- {name: aa, command: a}\n- params:\n"
	     "    - kind: word\n      name: x\n  name: aa\n  command: a {x}\n",
		"f:6: actions: aa: name: it is there twice"},
	    {"actions:\n  - name: aa\n    command: |\n      a\n      b\n",
		"f:3: actions: aa: command: it is one line"},
	    {"actions:\n  - name: aa\n    command: \"a\\0b\"\n", "f:3: a text "
								 "with a NUL"},
	    {"actions:\n  - name: aa\n    command: \"a\\x1bb\"\n",
		"f:3: actions: aa: command: it is one line"},
	    {"actions:\n  - name: a\n    command: b\n", "f:2: actions: a: "
							"name: \"a\" is no"},
	    {"actions:\n  - name: a b\n    command: b\n", "is no name"},
	    {"actions:\n  - name: aa\n", "command"},
	    {WITH("safe: perhaps"),
		"f:6: actions: aa: safe: \"perhaps\" is neither"},
	    {WITH("nosuch: 1"), "nosuch"},
	    {WITH("undo: c\n    safe: yes"), "f:7: actions: aa: safe: "},
	    {WITH("irreversible: yes\n    safe: yes"),
		"f:7: actions: aa: safe"},
	    {WITH("irreversible: yes\n    undo: c"), "it has an undo"},
	    {WITH("lease: 5m"), "f:6: actions: aa: lease: without undo"},
	    {WITH("lease: 99d\n    undo: c"), "f:6: actions: aa: lease: "
					      "\"99d\" is not a duration"},
	    {WITH("timeout: 2h"), "f:6: actions: aa: timeout: \"2h\""},
	    {WITH("timeout: 0"), "timeout"},
	    {WITH("hosts: [-x]"), "no host"},
	    {PARAM("name: x, kind: word"), "f:6: actions: aa: params: no line "
					   "uses the parameter x"},
	    {PARAM("name: x, kind: y"), "\"y\" is no kind"},
	    {PARAM("name: '{', kind: word"), "is no name"},
	    {PARAM("name: x, kind: choice"), "choices belong"},
	    {PARAM("name: x, kind: word, choices: [a]"), "choices belong"},
	    {PARAM("name: x, kind: choice, choices: [a b]"), "no plain word"},
	    {PARAM("name: x, kind: word, min: 1"), "min and max belong"},
	    {PARAM("name: x, kind: number, min: 2, max: 1"), "larger"},
	    {PARAM("name: x, kind: number, max: -1"), "not a number"},
	    {PARAM("name: x, kind: number, max: 99999999999"), "not a number"},
	    {PARAM("name: x, kind: number, max: 1, default: 2"), "default"},
	    {WITH("params: [{name: x, kind: word}, {name: x, kind: word}]"),
		"there twice"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct config *c = malloc(sizeof *c);
		char why[512] = "";

		assert_non_null(c);
		config_init(c);
		if (config_parse(c, str_of(rows[i].text), "f", why,
			sizeof why) == ERR_OK ||
		    strstr(why, rows[i].why) == NULL)
			fail_msg("%s\n%s", rows[i].text, why);
		free(c);
	}
}

static void
too_many_are_refused(void **state)
{
	char text[8192] = "actions:\n", why[512] = "";
	size_t at = strlen(text);

	(void)state;
	for (int i = 0; i <= SITE_ACTIONS; i++)
		at += (size_t)snprintf(text + at, sizeof text - at,
		    "  - {name: a%d, command: b}\n", i);
	free(parsed(text, ERR_PARSE, why, sizeof why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_taken),
	    cmocka_unit_test(what_is_wrong_is_named),
	    cmocka_unit_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
