/* theme_test.c - names of roles, colours, attributes; contrast. */
#include "tests/unit/tui/test.h"
#include "tui/theme.h"

static void
roles_have_names(void **state)
{
	(void)state;
	for (int r = 0; r < ROLE_N; r++)
		assert_int_equal(
		    theme_role_of(str_of(theme_role_name((enum role)r))), r);
	assert_int_equal(theme_role_of(STR_LIT("warm")), -1);
	assert_int_equal(theme_role_of(STR_LIT("")), -1);
}

static void
assert_color(const char *text, int32_t rgb, int c16)
{
	int32_t got = 0;
	int16_t got16 = 0;

	assert_int_equal(theme_color(str_of(text), &got, &got16), ERR_OK);
	assert_int_equal(got, rgb);
	assert_int_equal(got16, c16);
}

static void
colours_are_hex_names_or_the_terminals_own(void **state)
{
	static const char *const wrong[] = {"", "#12345", "#1234567", "#12345g",
	    "123456", "crimson", "Red", "#+12345"};
	int32_t rgb = 7;
	int16_t c16 = 7;

	(void)state;
	assert_color("#000000", 0, 0);
	assert_color("#FFffFf", 0xffffff, 15);
	assert_color("#cc0102", 0xcc0102, 1);
	assert_color("brightblue", 0x5c5cff, 12);
	assert_color("default", COLOR_DEFAULT, -1);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(
		    theme_color(str_of(wrong[i]), &rgb, &c16), ERR_PARSE);
	assert_int_equal(rgb, 7);
	assert_int_equal(c16, 7);
}

static void
attributes_are_words(void **state)
{
	uint8_t a = 99;

	(void)state;
	assert_int_equal(theme_attrs(STR_LIT("bold, underline"), &a), ERR_OK);
	assert_int_equal(a, ATTR_BOLD | ATTR_UNDERLINE);
	assert_int_equal(theme_attrs(STR_LIT("bold,blink"), &a), ERR_PARSE);
	assert_int_equal(a, ATTR_BOLD | ATTR_UNDERLINE);
	assert_int_equal(theme_attrs(STR_LIT(""), &a), ERR_OK);
	assert_int_equal(a, 0);
}

static void
contrast_is_wcags(void **state)
{
	(void)state;
	assert_int_equal(theme_contrast(0xffffff, 0x000000), 2100);
	assert_int_equal(theme_contrast(0x000000, 0xffffff), 2100);
	assert_int_equal(theme_contrast(0x777777, 0x777777), 100);
	/* the grey that just fails on white: 4.48 */
	assert_int_equal(theme_contrast(0x777777, 0xffffff), 447);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_have_names),
	    cmocka_unit_test(colours_are_hex_names_or_the_terminals_own),
	    cmocka_unit_test(attributes_are_words),
	    cmocka_unit_test(contrast_is_wcags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
