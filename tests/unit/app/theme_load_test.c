/* theme_load_test.c - the five themes load; wrong ones say where. */
#include "app/theme_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
the_whole_round_loads(void **state)
{
	const char *name = "dark";
	struct theme t;
	char why[512] = "";

	(void)state;
	for (int i = 0; i < 5; i++) {
		if (theme_load(&t, name, why, sizeof why) != ERR_OK)
			fail_msg("%s", why);
		assert_string_equal(t.name, name);
		name = theme_next(name);
	}
	assert_string_equal(name, "dark");
}

/* The file and the copy in the program must not drift apart. */
static void
dark_is_the_built_in_one(void **state)
{
	struct theme t;
	char why[512] = "";

	(void)state;
	assert_int_equal(theme_load(&t, "dark", why, sizeof why), ERR_OK);
	for (int i = 0; i < ROLE_N; i++) {
		const struct style *a = &t.roles[i],
				   *b = &theme_default.roles[i];

		if (a->fg != b->fg || a->bg != b->bg || a->fg16 != b->fg16 ||
		    a->bg16 != b->bg16 || a->attrs != b->attrs ||
		    a->mono_attrs != b->mono_attrs)
			fail_msg("role %s", theme_role_name((enum role)i));
	}
}

/* Every role that carries text reads well (WCAG 2: 4.5:1) on its own
 * background, or on a terminal's as plain as the theme says. */
static void
text_roles_have_contrast(void **state)
{
	const char *name = "dark";
	struct theme t;
	char why[512] = "";

	(void)state;
	for (int i = 0; i < 5; i++, name = theme_next(name)) {
		assert_int_equal(theme_load(&t, name, why, sizeof why), ERR_OK);
		for (int r = 0; r < ROLE_N; r++) {
			const struct style *s = &t.roles[r];
			int32_t paper = t.light ? 0xffffff : 0x000000;
			int32_t ink = t.light ? 0x000000 : 0xffffff;

			if (r == ROLE_BORDER)
				continue;
			if (theme_contrast(s->fg == COLOR_DEFAULT ? ink : s->fg,
				s->bg == COLOR_DEFAULT ? paper : s->bg) < 450)
				fail_msg("%s: role %s", name,
				    theme_role_name((enum role)r));
		}
	}
}

/* Without colours the states still differ from plain text and each other. */
static void
states_differ_in_mono(void **state)
{
	static const enum role states[] = {
	    ROLE_TEXT, ROLE_WARN, ROLE_CRIT, ROLE_UNKNOWN, ROLE_STALE};
	enum { N = sizeof states / sizeof *states };
	const char *name = "dark";
	struct theme t;
	char why[512] = "";

	(void)state;
	for (int i = 0; i < 5; i++, name = theme_next(name)) {
		assert_int_equal(theme_load(&t, name, why, sizeof why), ERR_OK);
		for (int a = 0; a < N; a++)
			for (int b = a + 1; b < N; b++)
				if (t.roles[states[a]].mono_attrs ==
				    t.roles[states[b]].mono_attrs)
					fail_msg("%s: %s, %s", name,
					    theme_role_name(states[a]),
					    theme_role_name(states[b]));
	}
}

static void
errors_name_file_role_and_word(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
	    {"name: x\nroles:\n  wran: {fg: red}\n", "wran"},
	    {"name: x\nroles:\n  warn: {fg: \"#12\"}\n", "#12"},
	    {"name: x\nroles:\n  warn: {attrs: shiny}\n", "shiny"},
	    {"title: x\n", "name"},
	    {"", "f.yaml"},
	};
	struct theme t;
	char why[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		why[0] = '\0';
		assert_int_equal(theme_parse(&t, str_of(rows[i].text), "f.yaml",
				     why, sizeof why),
		    ERR_PARSE);
		if (strstr(why, "f.yaml") == NULL ||
		    strstr(why, rows[i].says) == NULL)
			fail_msg("%s says: %s", rows[i].text, why);
	}
}

static void
a_theme_that_is_not_there_names_those_that_are(void **state)
{
	struct theme t;
	char why[512] = "";

	(void)state;
	assert_int_equal(theme_load(&t, "pink", why, sizeof why), ERR_NOTFOUND);
	assert_non_null(strstr(why, "pink"));
	assert_non_null(strstr(why, "colorblind"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_whole_round_loads),
	    cmocka_unit_test(dark_is_the_built_in_one),
	    cmocka_unit_test(text_roles_have_contrast),
	    cmocka_unit_test(states_differ_in_mono),
	    cmocka_unit_test(errors_name_file_role_and_word),
	    cmocka_unit_test(a_theme_that_is_not_there_names_those_that_are),
	};

	/* From the tree, wherever the test program lies. */
	(void)setenv("MTADECK_DATA", ".", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
