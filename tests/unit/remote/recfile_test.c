/* recfile_test.c - frames of a recording: there and back, cut, damaged. */
#include "remote/recfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
header(void **state)
{
	char b[RECFILE_HEADER_MAX];
	size_t n = recfile_put_header(b, 1795302000123), used;
	int64_t wall;

	(void)state;
	assert_int_equal(
	    recfile_header((struct str){b, n}, &wall, &used), ERR_OK);
	assert_int_equal(wall, 1795302000123);
	assert_int_equal(used, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    recfile_header((struct str){b, i}, &wall, &used),
		    ERR_CLOSED);
}

static void
no_header(void **state)
{
	static const char *const bad[] = {"x", "mtadeck-recording 2 0\n",
	    "mtadeck-recording 1 \n", "mtadeck-recording 1 -5\n",
	    "mtadeck-recording 1 5 \n",
	    "mtadeck-recording 1 9223372036854775807\n",
	    ("mtadeck-recording 1 "
	     "000000000000000000000000000000000000000000000000000000")};
	int64_t wall;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (recfile_header(str_of(bad[i]), &wall, &used) != ERR_PARSE)
			fail_msg("taken: %s", bad[i]);
}

static void
frame(void **state)
{
	static const uint64_t values[] = {
	    0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
	char b[RECFILE_HEAD_MAX + 5];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct recfile_frame in = {.kind = RECFILE_OUT,
		    .host = values[i],
		    .exec = values[7 - i],
		    .dt_ms = values[i],
		    .bytes = STR_LIT("h\0llo")};
		struct recfile_frame out;
		size_t used, n = recfile_put_head(b, &in);

		memcpy(b + n, in.bytes.p, 5);
		n += 5;
		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(
			    recfile_frame((struct str){b, cut}, &out, &used),
			    ERR_CLOSED);
		assert_int_equal(
		    recfile_frame((struct str){b, n}, &out, &used), ERR_OK);
		assert_int_equal(used, n);
		assert_int_equal(out.kind, RECFILE_OUT);
		assert_true(out.host == in.host && out.exec == in.exec &&
			    out.dt_ms == in.dt_ms);
		assert_true(str_eq(out.bytes, in.bytes));
	}
}

static void
bad_frames(void **state)
{
	const struct str bad[] = {
	    STR_LIT("\0\0\0\0\0"),				 /* a hole */
	    STR_LIT("\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"), /* 65 bits */
	    STR_LIT("\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
	    STR_LIT("\4\0\0\0\x81\x80\4"), /* longer than a frame may be */
	    STR_LIT("\4\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
	};
	struct recfile_frame f;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(recfile_frame(bad[i], &f, &used), ERR_PARSE);
}

static void
states(void **state)
{
	char b[RECFILE_TEXT_MAX], text[RECFILE_TEXT_MAX];
	enum link_state st;
	err_t err;
	size_t n = recfile_put_state(b, sizeof(b), LINK_WAITING,
	    ERR_CONNREFUSED, STR_LIT("mta1: refused"));

	(void)state;
	assert_int_equal(
	    recfile_state((struct str){b, n}, &st, &err, text), ERR_OK);
	assert_int_equal(st, LINK_WAITING);
	assert_int_equal(err, ERR_CONNREFUSED);
	assert_string_equal(text, "mta1: refused");
	/* An error this version does not know is still a failure. */
	assert_int_equal(
	    recfile_state(STR_LIT("\7NEWERR\0t"), &st, &err, text), ERR_OK);
	assert_int_equal(err, ERR_IO);
	assert_int_equal(
	    recfile_state(STR_LIT("\7TIMEOUT"), &st, &err, text), ERR_PARSE);
	assert_int_equal(
	    recfile_state(STR_LIT("\xffOK\0"), &st, &err, text), ERR_PARSE);
	assert_int_equal(
	    recfile_state(STR_LIT(""), &st, &err, text), ERR_PARSE);
}

static void
ends(void **state)
{
	static const int values[] = {0, 1, -1, 255, INT32_MAX, INT32_MIN};
	char b[128], signal[16];
	int status;
	err_t err;

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		size_t n = recfile_put_end(
		    b, sizeof(b), ERR_TIMEOUT, values[i], "TERM");

		assert_int_equal(
		    recfile_end((struct str){b, n}, &err, &status, signal),
		    ERR_OK);
		assert_int_equal(status, values[i]);
		assert_int_equal(err, ERR_TIMEOUT);
		assert_string_equal(signal, "TERM");
	}
	assert_int_equal(recfile_end(STR_LIT("\0OK\0aVeryLongSignalName"), &err,
			     &status, signal),
	    ERR_OK);
	assert_string_equal(signal, "aVeryLongSignal");
	assert_int_equal(
	    recfile_end(STR_LIT("\0"), &err, &status, signal), ERR_PARSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(header),
	    cmocka_unit_test(no_header),
	    cmocka_unit_test(frame),
	    cmocka_unit_test(bad_frames),
	    cmocka_unit_test(states),
	    cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
