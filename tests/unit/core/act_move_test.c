/* act_move_test.c - how much an evacuation moves, and how those are who take
 * it. */
#include "core/act_move.h"

#include "tests/unit/core/state_help.h"

static char two[2][ADDR_MAX_BYTES] = {"192.0.2.2", "192.0.2.3"};

static void
send_some(struct model *m, const char *tag, int n, int64_t every_ms)
{
	for (int i = 0; i < n; i++) {
		struct log_rec r = make_delivery(NOW - i * every_ms, "AAA1",
		    tag, "u@one.example", "mx.one.example[192.0.2.200]:25",
		    LS_SENT, "250 ok");

		feed(m, 0, &r, 1);
	}
}

static void
test_text(void **state)
{
	struct model *m = make_model(100);
	char text[256] = "";

	(void)state;
	discover(m, 0);
	m->hosts[0].log_from_ms = NOW - 3600000;
	send_some(m, "postfix/out1", 60, 5000); /* 5 minutes of 10 */
	m->now_ms = NOW;
	act_move_text(m, 0, "192.0.2.1", two, 2, 9, text, sizeof text);
	assert_string_equal(text,
	    "mta1: 9 waiting messages and about 6 a minute move to 192.0.2.2, "
	    "192.0.2.3");
	/* Behind what was said, and cut rather than beyond. */
	act_move_text(m, 0, "192.0.2.1", two, 1, 0, text, 90);
	assert_int_equal(strlen(text), 89);
	str_copy(text, sizeof text, STR_LIT("x"));
	act_move_text(m, 1, "192.0.2.1", two, 1, 0, text, sizeof text);
	assert_string_equal(text,
	    "x; mta2: 0 waiting messages and about 0 a minute move to "
	    "192.0.2.2");
	act_move_text(m, 0, "192.0.2.1", two, 0, 3, text, sizeof text);
	assert_null(strstr(text, "mta1"));
	model_free(m);
}

/* A log that tells of less than ten minutes tells the rate of those. */
static void
test_short_log(void **state)
{
	struct model *m = make_model(100);
	char text[256] = "";

	(void)state;
	discover(m, 0);
	send_some(m, "postfix/out1", 60, 2000);
	m->hosts[0].log_from_ms = NOW - 120000;
	m->now_ms = NOW;
	act_move_text(m, 0, "192.0.2.1", two, 1, 0, text, sizeof text);
	assert_non_null(strstr(text, "about 30 a minute"));
	model_free(m);
}

/* Little of ten minutes is not nothing, nor is what lies in the step of the
 * log's first line, or ahead because its clock is. */
static void
test_few(void **state)
{
	static const int64_t from_ms[] = {3600000, 2000}, at_ms[] = {0, 6000};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct model *m = make_model(100);
		char text[256] = "";

		discover(m, 0);
		m->hosts[0].log_from_ms = NOW - from_ms[i];
		send_some(m, "postfix/out1", 1, 0);
		m->now_ms = NOW - at_ms[i];
		act_move_text(m, 0, "192.0.2.1", two, 1, 0, text, sizeof text);
		assert_non_null(strstr(text, "about 1 a minute"));
		model_free(m);
	}
}

static void
test_throttled(void **state)
{
	struct lab lab;
	char text[512] = "";

	(void)state;
	lab_open(&lab, 0);
	lab_live(&lab, NOW);
	for (int i = 0; i < 20; i++)
		lab_deliver(&lab, NOW + i * SEC, 2, "mx.ms.example",
		    "a@s.example", "421 4.7.0 #throttle slow down");
	lab_tick(&lab, NOW + 21 * SEC);
	act_move_text(lab.m, 0, "192.0.2.1", two, 2, 1, text, sizeof text);
	assert_non_null(
	    strstr(text, "move to 192.0.2.2 (throttled: ms), 192.0.2.3"));
	lab_close(&lab);
}

/* Of many, the first are named. */
static void
test_many(void **state)
{
	struct model *m = make_model(100);
	char to[12][ADDR_MAX_BYTES], text[512] = "";

	(void)state;
	for (int i = 0; i < 12; i++)
		(void)snprintf(to[i], sizeof to[i], "192.0.2.%d", 100 + i);
	act_move_text(m, 0, "192.0.2.1", to, 12, 1, text, sizeof text);
	assert_non_null(strstr(text, "192.0.2.107, and others"));
	assert_null(strstr(text, "192.0.2.108"));
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_short_log),
	    cmocka_unit_test(test_few),
	    cmocka_unit_test(test_throttled),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
