/* config_lists_test.c - the lists section of the configuration. */
#include "tests/unit/app/config_help.h"

#include <stdio.h>

static void
every_key_is_taken(void **state)
{
	char why[512] = "";
	struct config *c = parsed("lists:\n"
				  "  ask: true\n"
				  "  allow_private: true\n"
				  "  resolver: 127.0.0.1:5300\n"
				  "  via: mta1\n"
				  "  catalogue: /etc/ops/lists.json\n"
				  "  addresses: [192.0.2.0/24, 2001:db8::1]\n"
				  "  domains: [letters.jp]\n"
				  "  use: [spamhaus-zen, spamcop]\n"
				  "  keys:\n"
				  "    - list: abusix-mail\n"
				  "      key: s3cret\n",
	    ERR_OK, why, sizeof why);

	(void)state;
	assert_true(c->lists.ask);
	assert_true(c->lists.allow_private);
	assert_string_equal(c->lists.resolver, "127.0.0.1:5300");
	assert_string_equal(c->lists.via, "mta1");
	assert_string_equal(c->lists.catalogue, "/etc/ops/lists.json");
	assert_int_equal(c->lists.n_addresses, 2);
	assert_string_equal(c->lists.addresses[1], "2001:db8::1");
	assert_int_equal(c->lists.n_domains, 1);
	assert_int_equal(c->lists.n_use, 2);
	assert_string_equal(c->lists.use[1], "spamcop");
	assert_true(str_eq(config_lists_key(&c->lists, STR_LIT("abusix-mail")),
	    STR_LIT("s3cret")));
	assert_int_equal(config_lists_key(&c->lists, STR_LIT("spamcop")).n, 0);
	free(c);
}

static void
without_the_section_lists_are_asked(void **state)
{
	char why[512] = "";
	struct config *c = parsed("mouse: false\n", ERR_OK, why, sizeof why);

	(void)state;
	assert_true(c->lists.ask);
	assert_false(c->lists.allow_private);
	assert_int_equal(c->lists.n_use, 0);
	free(c);
}

static void
wrong_values_are_named(void **state)
{
	char why[512] = "";

	(void)state;
	free(parsed("lists: {addresses: [192.0.2.0/16]}\n", ERR_PARSE, why,
	    sizeof why));
	assert_non_null(strstr(why, "192.0.2.0/16"));
	free(parsed(
	    "lists: {domains: [\"a b\"]}\n", ERR_PARSE, why, sizeof why));
	assert_non_null(strstr(why, "a b"));
	free(parsed("lists: {adresses: []}\n", ERR_PARSE, why, sizeof why));
	assert_non_null(strstr(why, "adresses"));
	free(parsed(
	    "lists: {resolver: nonsense}\n", ERR_PARSE, why, sizeof why));
	assert_non_null(strstr(why, "nonsense"));
	free(parsed("lists: {resolver: \"192.0.2.1:99999\"}\n", ERR_PARSE, why,
	    sizeof why));
	free(parsed("lists: {keys: [{list: x, key: \"se cret\"}]}\n", ERR_PARSE,
	    why, sizeof why));
	assert_non_null(strstr(why, "key of x"));
	assert_null(strstr(why, "cret"));
}

/* What is neither true nor false is not taken for false. */
static void
true_or_false(void **state)
{
	static const char *const bad[] = {"maybe", "1", "TRUE", "''", "[]"};
	char why[512] = "", text[64];
	struct config *c = parsed(
	    "lists: {ask: off, allow_private: yes}\n", ERR_OK, why, sizeof why);

	(void)state;
	assert_false(c->lists.ask);
	assert_true(c->lists.allow_private);
	free(c);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		(void)snprintf(
		    text, sizeof text, "lists:\n  allow_private: %s\n", bad[i]);
		free(parsed(text, ERR_PARSE, why, sizeof why));
		assert_non_null(strstr(why, "allow_private"));
		assert_non_null(strstr(why, "line: 2"));
	}
	free(parsed("lists: {ask: maybe}\n", ERR_PARSE, why, sizeof why));
	assert_non_null(strstr(why, "neither true nor false"));
}

/* A key that is wrong in form is not repeated in the error. */
static void
a_key_is_in_no_error(void **state)
{
	char why[512] = "", text[512];

	(void)state;
	(void)snprintf(text, sizeof text,
	    "lists:\n  keys:\n    - list: x\n      key: %0200d\n", 7);
	free(parsed(text, ERR_RANGE, why, sizeof why));
	assert_null(strstr(why, "0000"));
	free(parsed("lists:\n  keys:\n    - list: x\n      key: [s3cret]\n",
	    ERR_PARSE, why, sizeof why));
	assert_null(strstr(why, "s3cret"));
}

static void
the_environment_goes_before_the_file(void **state)
{
	char why[512] = "";
	struct config *c =
	    parsed("lists: {keys: [{list: abusix-mail, key: file}]}\n", ERR_OK,
		why, sizeof why);

	(void)state;
	assert_int_equal(setenv("MTADECK_KEY_ABUSIX_MAIL", "env", 1), 0);
	assert_true(str_eq(config_lists_key(&c->lists, STR_LIT("abusix-mail")),
	    STR_LIT("env")));
	assert_int_equal(setenv("MTADECK_KEY_ABUSIX_MAIL", "", 1), 0);
	assert_true(str_eq(config_lists_key(&c->lists, STR_LIT("abusix-mail")),
	    STR_LIT("file")));
	assert_int_equal(unsetenv("MTADECK_KEY_ABUSIX_MAIL"), 0);
	free(c);
}

static void
the_command_line_goes_before_both(void **state)
{
	char why[512] = "", longest[300];
	struct config *c = parsed("lists: {resolver: 192.0.2.53, use: [zz]}\n",
	    ERR_OK, why, sizeof why);
	struct list_config *l = &c->lists;

	(void)state;
	assert_int_equal(
	    config_lists_options(l, NULL, NULL, NULL, false, why, sizeof why),
	    ERR_OK);
	assert_string_equal(l->resolver, "192.0.2.53");
	assert_int_equal(l->n_use, 1);
	assert_false(l->allow_private);
	assert_int_equal(config_lists_options(l, "[2001:db8::1]:53", NULL,
			     " aa,bb ,", true, why, sizeof why),
	    ERR_OK);
	assert_string_equal(l->resolver, "[2001:db8::1]:53");
	assert_int_equal(l->n_use, 2);
	assert_string_equal(l->use[0], "aa");
	assert_string_equal(l->use[1], "bb");
	assert_true(l->allow_private);
	memset(longest, '1', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(config_lists_options(
			     l, longest, NULL, NULL, false, why, sizeof why),
	    ERR_PARSE);
	assert_int_equal(config_lists_options(
			     l, NULL, NULL, longest, false, why, sizeof why),
	    ERR_PARSE);
	memset(longest, ',', sizeof longest - 1);
	assert_int_equal(config_lists_options(
			     l, NULL, NULL, longest, false, why, sizeof why),
	    ERR_PARSE);
	free(c);
}

static void
one_is_asked_whoever_names_it(void **state)
{
	char why[512] = "", longest[NAME_MAX_BYTES + 1];
	struct config *c = parsed("lists: {resolver: 192.0.2.53, via: mta1}\n",
	    ERR_OK, why, sizeof why);
	struct list_config *l = &c->lists;

	(void)state;
	assert_string_equal(l->via, "mta1");
	assert_int_equal(
	    config_lists_options(l, NULL, "mta2", NULL, false, why, sizeof why),
	    ERR_OK);
	assert_string_equal(l->via, "mta2");
	assert_int_equal(config_lists_options(l, "192.0.2.54", NULL, NULL,
			     false, why, sizeof why),
	    ERR_OK);
	assert_string_equal(l->via, "");
	assert_string_equal(l->resolver, "192.0.2.54");
	assert_int_equal(config_lists_options(l, "192.0.2.54", "mta1", NULL,
			     false, why, sizeof why),
	    ERR_PARSE);
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(config_lists_options(
			     l, NULL, longest, NULL, false, why, sizeof why),
	    ERR_PARSE);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_taken),
	    cmocka_unit_test(without_the_section_lists_are_asked),
	    cmocka_unit_test(wrong_values_are_named),
	    cmocka_unit_test(true_or_false),
	    cmocka_unit_test(a_key_is_in_no_error),
	    cmocka_unit_test(the_environment_goes_before_the_file),
	    cmocka_unit_test(the_command_line_goes_before_both),
	    cmocka_unit_test(one_is_asked_whoever_names_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
