/* export_test.c - what is shown as text, CSV and JSON: filtered, tagged,
 * sanitised, without the limits of a screen. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"

#include "core/json.h"

static void export(
    struct ui *ui, struct model *m, const char *kind, struct buf *out)
{
	buf_init(out, 1 << 20);
	assert_int_equal(ui_export(ui, m, kind, out), ERR_OK);
}

static unsigned
count_lines(const struct buf *b)
{
	struct str rest = buf_view(b), line;
	unsigned n = 0;

	while (str_line(&rest, &line))
		n++;
	return n;
}

static void
csv_quotes_every_cell(void **state)
{
	struct model *m = scene_new();
	struct log_rec r = scene_delivery(NOW, "postfix/out1", "q@q.example",
	    "mx.q.example", LS_DEFERRED,
	    "host mx.q.example[192.0.2.7] said: 450 4.2.0 \"busy\", wait");
	struct ui *ui = scene_ui();
	struct buf out;

	(void)state;
	scene_log(m, MTA1, &r);
	ui_goto(ui, VIEW_DEFERRALS);
	export(ui, m, "csv", &out);
	assert_true(str_starts(buf_view(&out),
	    STR_LIT("count_1m,count_10m,count_1h,count,kind,provider,egress")));
	/* whole replies, Japanese as it is, quotes and lines per RFC 4180 */
	assert_non_null(strstr(buf_cstr(&out),
	    "\"550 5.1.1 <c@example.jp>: "
	    "\xe5\xae\x9b\xe5\x85\x88\xe4\xb8\x8d\xe6\x98\x8e user unknown\""));
	assert_non_null(
	    strstr(buf_cstr(&out), "\"450 4.2.0 \"\"busy\"\", wait\""));
	assert_non_null(strstr(buf_cstr(&out), "\r\n"));
	assert_int_equal(count_lines(&out), 1 + m->n_replies);
	buf_done(&out);
	scene_ui_free(ui);
	model_free(m);
}

static void
no_csv_cell_is_a_formula(void **state)
{
	static const char *const replies[] = {
	    "=cmd|' /C calc'!A0", "+one", "-two", "@SUM(A1)"};
	static const char *const cells[] = {
	    ",\"'=cmd|", ",\"'+", ",\"'-t", ",\"'@SUM("};
	static const char *const never[] = {",\"=", ",\"+", ",\"-t", ",\"@"};
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	struct log_rec r;
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		r = scene_delivery(NOW, "postfix/out1", "q@q.example",
		    "mx.q.example", LS_DEFERRED, replies[i]);
		scene_log(m, MTA1, &r);
	}
	ui_goto(ui, VIEW_DEFERRALS);
	export(ui, m, "csv", &out);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		assert_non_null(strstr(buf_cstr(&out), cells[i]));
		assert_null(strstr(buf_cstr(&out), never[i]));
	}
	/* our own sign for "none" stays itself */
	assert_non_null(strstr(buf_cstr(&out), ",\"-\","));
	buf_done(&out);
	scene_ui_free(ui);
	model_free(m);
}

static void
only_what_the_filter_shows(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	struct buf out;

	(void)state;
	scene_keys(ui, m, "1 / m t a 2 Enter");
	export(ui, m, "csv", &out);
	assert_int_equal(count_lines(&out), 2);
	buf_done(&out);
	export(ui, m, "text", &out);
	assert_non_null(strstr(buf_cstr(&out), "filter: mta2"));
	assert_non_null(
	    strstr(buf_cstr(&out), "fleet, 2026-09-21T14:14:00.000+00:00"));
	buf_done(&out);
	scene_ui_free(ui);
	model_free(m);
}

static void
tagged_rows_go_alone(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	struct buf out;

	(void)state;
	scene_keys(ui, m, "1 j Space");
	export(ui, m, "csv", &out);
	assert_int_equal(count_lines(&out), 2);
	assert_non_null(strstr(buf_cstr(&out), "\"mta2\""));
	buf_done(&out);
	scene_ui_free(ui);
	model_free(m);
}

static void
json_has_numbers_and_nulls(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	cJSON *doc = NULL, *row;
	struct buf out;

	(void)state;
	scene_keys(ui, m, "1");
	export(ui, m, "json", &out);
	assert_int_equal(json_parse(&doc, buf_view(&out), 1 << 20), ERR_OK);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(doc, "view")), "fleet");
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(doc, "rows"), 0);
	/* down: what its log would tell is not known, and not 0 */
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(row, "host")),
	    "mta4.example.net");
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(row, "sent_min")));
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(doc, "rows"), 2);
	assert_true(cJSON_GetNumberValue(
			cJSON_GetObjectItem(row, "deferred_min")) == 12);
	cJSON_Delete(doc);
	buf_done(&out);
	scene_ui_free(ui);
	model_free(m);
}

static void
documents_are_text_only(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	struct buf out;

	(void)state;
	scene_keys(ui, m, "1 6"); /* the host under the cursor: down */
	export(ui, m, "text", &out);
	assert_non_null(strstr(buf_cstr(&out), "connection refused"));
	assert_int_equal(ui_export(ui, m, "csv", &out), ERR_NOTFOUND);
	scene_keys(ui, m, "5 / b o u n c e d Enter");
	buf_reset(&out);
	assert_int_equal(ui_export(ui, m, "text", &out), ERR_OK);
	assert_non_null(strstr(buf_cstr(&out), "filter: bounced"));
	assert_non_null(strstr(buf_cstr(&out), "+00:00 mta1 Sep 21"));
	assert_null(strstr(buf_cstr(&out), "status=sent"));
	scene_keys(ui, m, "1");
	assert_int_equal(ui_export(ui, m, "pdf", &out), ERR_UNSUPPORTED);
	buf_done(&out);
	scene_ui_free(ui);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(csv_quotes_every_cell),
	    cmocka_unit_test(no_csv_cell_is_a_formula),
	    cmocka_unit_test(only_what_the_filter_shows),
	    cmocka_unit_test(tagged_rows_go_alone),
	    cmocka_unit_test(json_has_numbers_and_nulls),
	    cmocka_unit_test(documents_are_text_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
