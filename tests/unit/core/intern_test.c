/* intern_test.c - strings to ids, bounded, and letting go of some. */
#include "core/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

static struct str
name(char room[24], unsigned i)
{
	(void)snprintf(room, 24, "name-%u", i);
	return str_of(room);
}

static void
one_string_one_id(void **state)
{
	struct intern *t = intern_new(5000, 1 << 20);
	char room[24];

	(void)state;
	assert_non_null(t);
	assert_int_equal(intern_id(t, STR_LIT("")), 0);
	assert_int_equal(intern_find(t, STR_LIT("name-0")), INTERN_OTHER);
	for (unsigned i = 0; i < 4000; i++)
		assert_int_equal(intern_id(t, name(room, i)), i + 2);
	for (unsigned i = 0; i < 4000; i++) {
		assert_int_equal(intern_id(t, name(room, i)), i + 2);
		assert_int_equal(intern_find(t, name(room, i)), i + 2);
		assert_true(str_eq(intern_text(t, i + 2), name(room, i)));
	}
	assert_int_equal(intern_count(t), 4002);
	assert_int_equal(intern_used(t), 4002);
	assert_int_equal(intern_text(t, 4002).n, 0);
	/* The same bytes, NULs among them, and no others. */
	assert_int_equal(intern_id(t, (struct str){"a\0b", 3}), 4002);
	assert_int_equal(intern_find(t, (struct str){"a\0c", 3}), INTERN_OTHER);
	assert_int_equal(intern_find(t, STR_LIT("a")), INTERN_OTHER);
	intern_free(t);
	intern_free(NULL);
}

static void
full_tables_say_others(void **state)
{
	struct intern *t = intern_new(10, 1000);
	static char big[800];
	char room[24];

	(void)state;
	assert_non_null(t);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(intern_id(t, name(room, i)), i + 2);
	assert_true(intern_tight(t));
	assert_int_equal(intern_id(t, name(room, 8)), INTERN_OTHER);
	assert_int_equal(intern_id(t, name(room, 3)), 5);
	intern_free(t);
	t = intern_new(100, 1000);
	assert_non_null(t);
	memset(big, 'x', sizeof big);
	assert_false(intern_tight(t));
	assert_int_equal(intern_id(t, (struct str){big, sizeof big}), 2);
	assert_true(intern_tight(t));
	assert_int_equal(intern_id(t, (struct str){big, 700}), INTERN_OTHER);
	assert_int_equal(intern_id(t, STR_LIT("fits")), 3);
	intern_free(t);
}

static void
sweeping_keeps_ids(void **state)
{
	struct intern *t = intern_new(1002, 1 << 20);
	uint8_t keep[1002] = {0};
	char room[24];

	(void)state;
	assert_non_null(t);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(intern_id(t, name(room, i)), i + 2);
	assert_int_equal(intern_id(t, STR_LIT("more")), INTERN_OTHER);
	for (unsigned i = 0; i < 1000; i += 10)
		keep[i + 2] = 1;
	assert_int_equal(intern_sweep(t, keep), ERR_OK);
	assert_int_equal(intern_used(t), 102);
	assert_false(intern_tight(t));
	for (unsigned i = 0; i < 1000; i++) {
		uint32_t id = intern_find(t, name(room, i));

		assert_int_equal(id, i % 10 == 0 ? i + 2 : INTERN_OTHER);
		if (i % 10 == 0)
			assert_true(str_eq(intern_text(t, id), name(room, i)));
		else
			assert_int_equal(intern_text(t, i + 2).n, 0);
	}
	/* 900 new ones find room in the places of the old, and no more. */
	for (unsigned i = 2000; i < 2900; i++) {
		uint32_t id = intern_id(t, name(room, i));

		assert_true(id >= 2 && id < 1002);
		assert_true(str_eq(intern_text(t, id), name(room, i)));
	}
	assert_int_equal(intern_id(t, STR_LIT("more")), INTERN_OTHER);
	assert_int_equal(intern_find(t, STR_LIT("name-990")), 992);
	assert_int_equal(intern_used(t), 1002);
	intern_free(t);
}

static void
sweeping_gives_bytes_back(void **state)
{
	struct intern *t = intern_new(100, 1000);
	static char big[900];
	uint8_t keep[100] = {0};

	(void)state;
	assert_non_null(t);
	memset(big, 'x', sizeof big);
	assert_int_equal(intern_id(t, STR_LIT("stays")), 2);
	assert_int_equal(intern_id(t, (struct str){big, 900}), 3);
	assert_int_equal(intern_id(t, (struct str){big, 899}), INTERN_OTHER);
	keep[2] = 1;
	assert_int_equal(intern_sweep(t, keep), ERR_OK);
	assert_int_equal(intern_id(t, (struct str){big, 899}), 3);
	assert_true(str_eq(intern_text(t, 2), STR_LIT("stays")));
	intern_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_string_one_id),
	    cmocka_unit_test(full_tables_say_others),
	    cmocka_unit_test(sweeping_keeps_ids),
	    cmocka_unit_test(sweeping_gives_bytes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
