/* keymap_test.c - key names there and back, contexts, binding. */
#include "tests/unit/tui/test.h"
#include "tui/keymap.h"

#include "core/act.h"

static struct keymap
keys_of_table(void)
{
	struct keymap k;
	char why[256] = "";

	if (keymap_init(&k, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return k;
}

static enum action
find(const struct keymap *k, unsigned ctx, const char *name)
{
	struct key key = {0};

	assert_int_equal(keymap_parse_key(str_of(name), &key.code), ERR_OK);
	return keymap_find(k, ctx, &key);
}

static void
names_go_there_and_back(void **state)
{
	static const char *const good[] = {"j", "Q", "?", "^S", "Esc", "Enter",
	    "Tab", "S-Tab", "Space", "PgDn", "F1", "F12", "/", "<", "=",
	    "\xc3\xa9", "\xe6\x97\xa5"};
	static const char *const wrong[] = {
	    "", "jj", "^s", "^^^", "F0", "F13", "Foo", "\xff", " "};
	char name[16];
	int32_t code;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(
		    keymap_parse_key(str_of(good[i]), &code), ERR_OK);
		assert_string_equal(keymap_key_name(name, code), good[i]);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(
		    keymap_parse_key(str_of(wrong[i]), &code), ERR_PARSE);
}

static void
the_table_has_no_key_twice(void **state)
{
	struct keymap k = keys_of_table();

	(void)state;
	assert_int_equal(find(&k, CTX_ANY, "Q"), ACT_QUIT);
	assert_int_equal(find(&k, CTX_ANY, "^C"), ACT_QUIT);
	assert_int_equal(find(&k, CTX_ANY | CTX_TABLE, "Enter"), ACT_ENTER);
	assert_int_equal(find(&k, CTX_ANY, "Enter"), ACT_NONE);
	assert_int_equal(find(&k, CTX_ANY, "%"), ACT_NONE);
}

/* The allow-list: what a verb is named after, and what ends or moves a lease,
 * changes a host; nothing else does. */
static void
actions_are_found_by_name_and_what_acts_is_not_safe(void **state)
{
	(void)state;
	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++) {
		const struct action_row *row = &action_rows[a];

		assert_int_equal(action_by_name(str_of(row->name)), a);
		assert_int_equal((row->flags & AF_SAFE) == 0,
		    verb_of(str_of(row->name)) != VERB_N ||
			a == ACT_END_LEASE || a == ACT_EXTEND);
		assert_true(row->help[0] != '\0' && row->hint[0] != '\0');
	}
	assert_int_equal(action_by_name(STR_LIT("")), ACT_NONE);
	assert_int_equal(action_by_name(STR_LIT("reboot")), ACT_NONE);
}

static void
the_views_key_goes_before_everybodys(void **state)
{
	struct keymap k = keys_of_table();
	char why[256] = "";

	(void)state;
	assert_int_equal(
	    keymap_bind(&k, STR_LIT("T"), STR_LIT("tag"), why, sizeof why),
	    ERR_OK);
	assert_int_equal(find(&k, CTX_ANY | CTX_TABLE, "T"), ACT_TAG);
	assert_int_equal(find(&k, CTX_ANY, "T"), ACT_THEME);
}

static void
binding_moves_a_key(void **state)
{
	struct keymap k = keys_of_table();
	unsigned n = k.n;
	char why[256] = "";

	(void)state;
	assert_int_equal(
	    keymap_bind(&k, STR_LIT("Q"), STR_LIT("help"), why, sizeof why),
	    ERR_OK);
	assert_int_equal(k.n, n);
	assert_int_equal(find(&k, CTX_ANY, "Q"), ACT_HELP);
	assert_int_equal(find(&k, CTX_ANY, "^C"), ACT_QUIT);
	assert_int_equal(
	    keymap_bind(&k, STR_LIT("Q"), STR_LIT("halt"), why, sizeof why),
	    ERR_PARSE);
	assert_non_null(strstr(why, "halt"));
	assert_int_equal(
	    keymap_bind(&k, STR_LIT("QQ"), STR_LIT("help"), why, sizeof why),
	    ERR_PARSE);
	assert_non_null(strstr(why, "QQ"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_go_there_and_back),
	    cmocka_unit_test(the_table_has_no_key_twice),
	    cmocka_unit_test(
		actions_are_found_by_name_and_what_acts_is_not_safe),
	    cmocka_unit_test(the_views_key_goes_before_everybodys),
	    cmocka_unit_test(binding_moves_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
