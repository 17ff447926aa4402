/* buf_test.c - bounded growth, failures that stick. */
#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
grows_to_its_cap(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_putc(&b, (char)('a' + i % 26)), ERR_OK);
	assert_int_equal(b.n, 1000);
	assert_true(b.room <= 1001);
	assert_int_equal(strlen(buf_cstr(&b)), 1000);
	assert_int_equal(buf_putc(&b, 'x'), ERR_LIMIT);
	assert_int_equal(b.n, 1000);
	assert_int_equal(b.failed, ERR_LIMIT);
	buf_done(&b);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.cap_bytes, 1000);
}

static void
an_append_is_whole_or_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_int_equal(buf_puts(&b, "12345"), ERR_OK);
	assert_int_equal(buf_puts(&b, "678901"), ERR_LIMIT);
	assert_string_equal(buf_cstr(&b), "12345");
	assert_int_equal(buf_printf(&b, "%06d", 7), ERR_LIMIT);
	assert_string_equal(buf_cstr(&b), "12345");
	assert_int_equal(buf_printf(&b, "%05d", 7), ERR_OK);
	assert_string_equal(buf_cstr(&b), "1234500007");
	/* One failure is remembered, whatever came after. */
	assert_int_equal(b.failed, ERR_LIMIT);
	buf_reset(&b);
	assert_int_equal(b.failed, ERR_OK);
	assert_string_equal(buf_cstr(&b), "");
	assert_int_equal(buf_add(&b, NULL, 0), ERR_OK);
	assert_int_equal(buf_str(&b, (struct str){"a\0b", 3}), ERR_OK);
	assert_int_equal(buf_view(&b).n, 3);
	buf_done(&b);
}

static void
a_cap_of_everything_is_a_cap(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX);
	assert_int_equal(buf_puts(&b, "x"), ERR_OK);
	assert_string_equal(buf_cstr(&b), "x");
	buf_done(&b);
	buf_init(&b, 0);
	assert_int_equal(buf_add(&b, "", 0), ERR_OK);
	assert_int_equal(buf_putc(&b, 'x'), ERR_LIMIT);
	assert_string_equal(buf_cstr(&b), "");
	buf_done(&b);
}

static void
shifting(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_shift(&b, 5);
	assert_int_equal(buf_puts(&b, "abcdef"), ERR_OK);
	buf_shift(&b, 2);
	assert_string_equal(buf_cstr(&b), "cdef");
	buf_shift(&b, 0);
	assert_string_equal(buf_cstr(&b), "cdef");
	buf_shift(&b, 99);
	assert_string_equal(buf_cstr(&b), "");
	assert_int_equal(b.n, 0);
	buf_done(&b);
}

static void
a_sentence_ends_once(void **state)
{
	static const char *const rows[][2] = {
	    {"", "."}, {"down", "down."}, {"down.", "down."}, {"why?", "why?"}};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_reset(&b);
		(void)buf_puts(&b, rows[i][0]);
		buf_end_sentence(&b);
		assert_string_equal(buf_cstr(&b), rows[i][1]);
	}
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sentence_ends_once),
	    cmocka_unit_test(grows_to_its_cap),
	    cmocka_unit_test(an_append_is_whole_or_nothing),
	    cmocka_unit_test(a_cap_of_everything_is_a_cap),
	    cmocka_unit_test(shifting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
