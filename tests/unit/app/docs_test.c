/* docs_test.c - the JSON documents: shapes, sums, and null for unknown. */
#include "app/docs.h"

#include "tests/unit/core/model_help.h"

static const char greet[] = "host mx.example.net[192.0.2.9] said: "
			    "450 4.7.1 too many, wait 17 s";

/* Two sent and one deferred from out1, one repeat of Postfix's own. */
static struct model *
scene(void)
{
	struct model *m = make_model(0);
	struct event up = {.kind = EVT_LINK, .at_ms = NOW};
	struct event live = {.kind = EVT_LOG_LIVE, .at_ms = NOW};
	struct log_rec recs[] = {
	    make_queued(NOW - 9000, "AAAAA1", "a@example.com"),
	    make_delivery(NOW - 8000, "AAAAA1", "postfix/out1", "x@example.net",
		"mx.example.net", LS_SENT, "250 ok"),
	    make_delivery(NOW - 7000, "AAAAA2", "postfix/out1", "y@example.net",
		"mx.example.net", LS_SENT, "250 ok"),
	    make_delivery(NOW - 6000, "AAAAA3", "postfix/out1", "z@example.net",
		"mx.example.net", LS_DEFERRED, greet),
	    make_delivery(NOW - 5000, "AAAAA4", "postfix/out1", "z@example.net",
		"", LS_DEFERRED,
		"delivery temporarily suspended: connect to "
		"mx.example.net[192.0.2.9]:25: Connection refused"),
	};

	discover(m, 0);
	up.u.link.state = LINK_UP;
	model_update(m, &up);
	feed(m, 0, recs, sizeof recs / sizeof *recs);
	model_update(m, &live);
	return m;
}

static double
number(const cJSON *o, const char *outer, const char *inner)
{
	const cJSON *v = cJSON_GetObjectItem(o, outer);

	if (inner != NULL)
		v = cJSON_GetObjectItem(v, inner);
	assert_true(cJSON_IsNumber(v));
	return v->valuedouble;
}

static void
egress_counts_the_window(void **state)
{
	struct model *m = scene();
	cJSON *d = docs_egress(m, 60000), *row;

	(void)state;
	assert_int_equal(number(d, "v", NULL), 1);
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "egress"), 0);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(row, "ip")), "192.0.2.1");
	assert_int_equal(number(row, "total", "sent"), 2);
	assert_int_equal(number(row, "total", "deferred"), 1);
	assert_int_equal(number(row, "per_min", "sent"), 2);
	cJSON_Delete(d);
	/* A window that begins after them holds none of them. */
	d = docs_egress(m, 1000);
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "egress"), 0);
	assert_int_equal(number(row, "total", "sent"), 0);
	cJSON_Delete(d);
	model_free(m);
}

static void
unknown_is_null(void **state)
{
	struct model *m = scene();
	cJSON *d = docs_status(m), *row;

	(void)state;
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "hosts"), 1);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(
	    cJSON_GetObjectItem(row, "queue"), "deferred")));
	assert_true(cJSON_IsNull(
	    cJSON_GetObjectItem(cJSON_GetObjectItem(row, "per_min"), "sent")));
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(row, "load")));
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(row, "mta")));
	cJSON_Delete(d);
	model_free(m);
}

static void
deferrals_leave_repeats_apart(void **state)
{
	struct model *m = scene();

	(void)state;
	for (int by = DOCS_BY_REPLY; by <= DOCS_BY_EGRESS; by++) {
		cJSON *d = docs_deferrals(m, (enum docs_by)by, 60000);
		const cJSON *rows = cJSON_GetObjectItem(d, "rows");

		assert_int_equal(cJSON_GetArraySize(rows), 1);
		assert_int_equal(
		    number(cJSON_GetArrayItem(rows, 0), "count", NULL), 1);
		assert_int_equal(
		    number(cJSON_GetArrayItem(rows, 0), "code", NULL), 450);
		assert_int_equal(number(d, "local_repeats", NULL), 1);
		cJSON_Delete(d);
	}
	model_free(m);
}

static struct queue_snap *
reading(const char *domain, uint32_t n)
{
	struct queue_snap *q = queue_new(0);

	assert_non_null(q);
	assert_int_equal(
	    queue_add_row(q, QD_DOMAIN, str_of(domain), 2, n), ERR_OK);
	queue_finish(q, NOW, 5);
	return q;
}

static void
equal_keys_of_hosts_are_one_row(void **state)
{
	struct model *m = scene();
	cJSON *d, *rows;

	(void)state;
	for (host_id h = 0; h < 2; h++) {
		struct event ev = {.kind = EVT_QUEUE, .host = h, .at_ms = NOW};

		ev.u.queue = reading("example.net", 3U + h);
		model_update(m, &ev);
	}
	d = docs_queue(m, QD_DOMAIN);
	rows = cJSON_GetObjectItem(d, "rows");
	assert_int_equal(cJSON_GetArraySize(rows), 1);
	assert_int_equal(number(cJSON_GetArrayItem(rows, 0), "total", NULL), 7);
	assert_int_equal(number(cJSON_GetArrayItem(rows, 0), "age", "20"), 7);
	assert_int_equal(
	    number(cJSON_GetArrayItem(rows, 0), "age", "1280+"), 0);
	cJSON_Delete(d);
	model_free(m);
}

static void
bad_lines_show_where_there_are_any(void **state)
{
	struct model *m = scene();
	struct log_rec r = make_rec(LOG_OTHER, NOW - 4000, "AAAAA5");
	cJSON *d = docs_host(m, &m->hosts[0]), *bad;

	(void)state;
	assert_null(
	    cJSON_GetObjectItem(cJSON_GetObjectItem(d, "host"), "bad_lines"));
	cJSON_Delete(d);
	r.bad = BAD_HALF;
	r.line = STR_LIT("half\033[31m");
	feed(m, 0, &r, 1);
	d = docs_host(m, &m->hosts[0]);
	bad = cJSON_GetObjectItem(cJSON_GetObjectItem(d, "host"), "bad_lines");
	assert_int_equal(number(bad, "count", NULL), 1);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(bad, "why")), "half");
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(bad, "sample")),
	    "half\xef\xbf\xbd[31m");
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(bad, "first")),
	    cJSON_GetStringValue(cJSON_GetObjectItem(bad, "last")));
	cJSON_Delete(d);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(egress_counts_the_window),
	    cmocka_unit_test(unknown_is_null),
	    cmocka_unit_test(deferrals_leave_repeats_apart),
	    cmocka_unit_test(equal_keys_of_hosts_are_one_row),
	    cmocka_unit_test(bad_lines_show_where_there_are_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
