/* view_listings_test.c - the listings on screen: words for each proof, ways
 * in, tables of the same, sentences, exports, a freeze. */
#include "tests/unit/tui/view_help.h"
#include "tui/listings_ui.h"

#include "core/json.h"

/* The cell of a column by its id, in the row whose first cell is name and
 * whose list is list. */
static struct cellv
cell(struct fix *f, const char *name, const char *list, const char *id)
{
	const struct table_view *tv = ui_table(f->ui);
	struct wtable *t = &f->ui->table;
	struct cellv c = {0}, of;
	int col = column_of(tv, id);

	ui_build(f->ui, f->m);
	for (size_t i = 0; i < t->n; i++) {
		wtable_cell(t, tv, f->m, f->ui, &t->shown[i], 0, &c);
		wtable_cell(t, tv, f->m, f->ui, &t->shown[i], 2, &of);
		if (!str_eq(c.text, str_of(name)) ||
		    (list != NULL && !str_eq(of.text, str_of(list))))
			continue;
		wtable_cell(t, tv, f->m, f->ui, &t->shown[i], col, &c);
		return c;
	}
	fail_msg("no row of %s", name);
	return c;
}

static void
assert_cell(struct fix *f, const char *name, const char *list, const char *id,
    const char *want)
{
	struct cellv c = cell(f, name, list, id);

	assert_cell_text(&c, id, want);
}

static void
select_row(struct fix *f, const char *name, const char *list)
{
	struct wtable *t = &f->ui->table;

	for (size_t i = 0; i < t->n; i++) {
		struct cellv c, of;

		wtable_move(t, f->ui, i == 0 ? -(long)MAX_ROWS : 1);
		wtable_cell(t, ui_table(f->ui), f->m, f->ui,
		    wtable_cursor(t, f->ui), 0, &c);
		wtable_cell(t, ui_table(f->ui), f->m, f->ui,
		    wtable_cursor(t, f->ui), 2, &of);
		if (str_eq(c.text, str_of(name)) &&
		    (list == NULL || str_eq(of.text, str_of(list))))
			return;
	}
	fail_msg("no row of %s", name);
}

static void
sentence(struct fix *f, const char *name, const char *list, struct buf *b)
{
	buf_reset(b);
	ui_build(f->ui, f->m);
	select_row(f, name, list);
	(void)ui_view(f->ui)->detail(
	    f->m, f->ui, wtable_cursor(&f->ui->table, f->ui)->row, b);
}

static void
assert_says_of(
    struct fix *f, const char *name, const char *list, const char *what)
{
	struct buf b;

	buf_init(&b, 4096);
	sentence(f, name, list, &b);
	assert_says(&b, what);
	buf_done(&b);
}

static void
states_have_words(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);

	(void)state;
	ui_top(f.ui)->by = LISTINGS_BY_SUBJECT;
	assert_cell(&f, "192.0.2.100", "spamhaus-zen", "state", "listed");
	assert_cell(&f, "192.0.2.1", "spamhaus-zen", "state", "ended");
	assert_cell(&f, "192.0.2.7", "barracuda", "state", "relisted x1");
	assert_cell(&f, "198.51.100.12", "spamhaus-zen", "state", "old copy");
	assert_cell(
	    &f, "198.51.100.12", "private-docomo", "state", "in replies");
	/* Taken off, and nobody refused for it since: no old copy. */
	scene_answer(
	    f.m, "198.51.100.11", SCENE_ZEN, VERDICT_CLEAN, NOW, 0, "");
	assert_cell(&f, "198.51.100.11", "spamhaus-zen", "state", "clean now");
	assert_says_of(&f, "198.51.100.11", "spamhaus-zen",
	    "DNS: clean since 14:14, and no refusal names it since: over when "
	    "none does for 30 min.");
	/* Of the two of its segment only the other still counts. */
	ui_top(f.ui)->by = LISTINGS_BY_SEGMENT;
	assert_cell(&f, "198.51.100.0/24", "spamhaus-zen", "members", "1/8");
	ui_top(f.ui)->by = LISTINGS_BY_SUBJECT;
	scene_health(f.m, SCENE_ZEN, VERDICT_UNREACHABLE, NOW, "time-outs");
	scene_answer(
	    f.m, "192.0.2.100", SCENE_ZEN, VERDICT_UNREACHABLE, NOW, 0, "");
	assert_cell(&f, "192.0.2.100", "spamhaus-zen", "state", "listed?");
	/* What ended is no longer marked as if it hurt. */
	assert_cell(&f, "192.0.2.1", "spamhaus-zen", "impact", "high");
	assert_int_equal(
	    cell(&f, "192.0.2.1", "spamhaus-zen", "impact").role, ROLE_DIM);
	assert_cell(&f, "192.0.2.100", "spamhaus-zen", "impact", "!!high");
	done(&f);
}

/* Told by an earlier console, and for a while by none. */
static void
a_time_without_any_console_is_said(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);
	struct listing *r = NULL;
	struct listings *l = &f.m->listings;

	(void)state;
	ui_top(f.ui)->by = LISTINGS_BY_SUBJECT;
	for (uint32_t i = 0; i < l->n_rows && r == NULL; i++)
		if (str_eq(
			listings_text(l, l->subjects[l->rows[i].subject].name),
			STR_LIT("192.0.2.100")))
			r = &l->rows[i];
	assert_non_null(r);
	r->since_ms = NOW - 3 * 86400000LL;
	f.m->version++;
	assert_cell(&f, "192.0.2.100", "spamhaus-zen", "since", "3d");
	r->unwatched_ms = 7 * 3600000;
	f.m->version++;
	assert_cell(&f, "192.0.2.100", "spamhaus-zen", "since", "~3d");
	/* Also of what DNS says, when it has said so as long. */
	r->dns_since_ms = r->since_ms;
	f.m->version++;
	assert_cell(&f, "192.0.2.100", "spamhaus-zen", "dns", "listed ~3d");
	assert_says_of(&f, "192.0.2.100", "spamhaus-zen",
	    "(3d00h), but for up to 7h00m no console looked");
	done(&f);
}

static void
dns_is_held_against_replies(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);

	(void)state;
	ui_top(f.ui)->by = LISTINGS_BY_SUBJECT;
	assert_cell(&f, "198.51.100.11", "spamhaus-zen", "dns", "listed 12:14");
	assert_cell(
	    &f, "198.51.100.11", "spamhaus-zen", "refused_by", "24 example.jp");
	assert_cell(
	    &f, "198.51.100.12", "private-docomo", "dns", "no DNS: private");
	assert_cell(&f, "198.51.100.11", "spamhaus-zen", "meaning", "SBL");
	assert_cell(&f, "192.0.2.7", "barracuda", "meaning", "127.0.0.2");
	assert_cell(&f, "192.0.2.7", "barracuda", "refused_by", "-");
	ui_top(f.ui)->by = LISTINGS_BY_SEGMENT;
	assert_cell(&f, "192.0.2.0/24", "spamhaus-zen", "members", "61/137");
	assert_cell(
	    &f, "192.0.2.0/24", "spamhaus-zen", "dns", "61 listed, 76 clean");
	assert_cell(&f, "(all of ours)", "spamcop", "state", "?refuses us");
	done(&f);
}

static void
ways_in(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);
	const struct level *l;

	(void)state;
	select_row(&f, "192.0.2.0/24", "spamhaus-zen");
	scene_keys(f.ui, f.m, "Enter");
	l = ui_top_const(f.ui);
	assert_int_equal(l->view, VIEW_LISTINGS);
	assert_int_equal(l->by, LISTINGS_BY_SUBJECT);
	assert_string_equal(l->key, "192.0.2.0/24");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, SCENE_NET);
	scene_keys(f.ui, f.m, "Esc");
	/* One address: its replies that name the list. */
	ui_build(f.ui, f.m);
	select_row(&f, "198.51.100.12", "private-docomo");
	scene_keys(f.ui, f.m, "Enter");
	l = ui_top_const(f.ui);
	assert_int_equal(l->view, VIEW_DEFERRALS);
	assert_int_equal(l->list, SCENE_PRIVATE);
	assert_string_equal(f.m->egress[l->egress].ip, "198.51.100.12");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 1);
	done(&f);
}

static void
tables_of_the_same(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);

	(void)state;
	for (unsigned i = 1; i <= LISTINGS_BYS; i++) {
		scene_keys(f.ui, f.m, "> b");
		assert_int_equal(ui_top(f.ui)->by, i % LISTINGS_BYS);
		/* Another table's column would be another thing. */
		assert_int_equal(ui_top(f.ui)->sort, SORT_DEFAULT);
	}
	scene_keys(f.ui, f.m, "b b");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 6);
	assert_cell(&f, "spamcop", NULL, "state", "!won't answer us");
	assert_cell(&f, "spamhaus-zen", NULL, "listed", "62");
	/* A receiver with an old copy. */
	assert_cell(&f, "spamhaus-zen", NULL, "replies_only", "1");
	assert_cell(&f, "private-docomo", NULL, "replies_only", "1");
	assert_cell(&f, "private-docomo", NULL, "listed", "-");
	/* Of 145 IPv4 addresses and one of IPv6. */
	assert_cell(&f, "spamhaus-zen", NULL, "clean", "78");
	assert_cell(&f, "spamhaus-zen", NULL, "unknown", "6");
	assert_cell(&f, "barracuda", NULL, "unknown", "6");
	assert_cell(&f, "private-docomo", NULL, "unknown", "-");
	select_row(&f, "spamhaus-dbl", NULL);
	scene_keys(f.ui, f.m, "Enter");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 1);
	done(&f);
}

static void
whole_sentences(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	sentence(&f, "192.0.2.0/24", "spamhaus-zen", &b);
	assert_says(&b, "61 of 137 in 192.0.2.0/24: listed on spamhaus-zen "
			"(high impact) since 06:15:00");
	assert_says(&b, "No refusal names it yet.");
	assert_says(&b, "To be taken off: https://check.spamhaus.org/ (web)");
	sentence(&f, "198.51.100.0/24", "spamhaus-zen", &b);
	assert_says(&b, "48 refusals name it: example.jp, example.org");
	assert_says(&b, "1 clean there, the receiver's copy is old");
	sentence(&f, "198.51.100.12", "private-docomo", &b);
	assert_says(&b, "only its refusals show it");
	sentence(&f, "192.0.2.7", "barracuda", &b);
	assert_says(&b, "listed again: 2 times in all");
	sentence(&f, "(all of ours)", "spamcop", &b);
	assert_says(&b, "won't answer us since 06:14:00: it answers "
			"127.255.255.254");
	assert_says(&b, "--resolver");
	buf_done(&b);
	done(&f);
}

static void
the_line_above_counts_down(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_int_equal(ui_view(f.ui)->summary(f.m, f.ui, &b), ROLE_CRIT);
	assert_says(&b, "IPs listed 137 -> 64 of 146, 15 fewer an hour, 0 about"
			" 18:3");
	assert_says(&b, "\xe2\xa3\xbf"); /* all dots of a graph's cell */
	assert_says(
	    &b, "domains 1 of 1; nothing told by 1 of 5 lists: spamcop");
	buf_done(&b);
	done(&f);
}

/* A resolver that is gone: said above, and of what was last known. */
static void
a_silent_resolver_is_told(void **state)
{
	static const char gone[] = "The resolver 192.0.2.53 is gone.";
	struct fix f = fix_of(VIEW_LISTINGS);
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	ui_top(f.ui)->by = LISTINGS_BY_SUBJECT;
	/* A list that cannot be asked is not the resolver's silence. */
	scene_health(f.m, SCENE_PSBL, VERDICT_UNKNOWN, NOW, "It wants a key.");
	(void)ui_view(f.ui)->summary(f.m, f.ui, &b);
	assert_null(memmem(b.p, b.n, "It wants a key", 14));
	buf_reset(&b);
	scene_silence(f.m, SCENE_ZEN, NOW, gone);
	scene_answer(
	    f.m, "192.0.2.100", SCENE_ZEN, VERDICT_UNKNOWN, NOW, 0, "");
	(void)ui_view(f.ui)->summary(f.m, f.ui, &b);
	assert_true(str_starts(buf_view(&b),
	    STR_LIT("since 14:14: The resolver 192.0.2.53 is gone. IPs "
		    "listed ")));
	sentence(&f, "192.0.2.100", "spamhaus-zen", &b);
	assert_says(&b, gone);
	assert_says(&b, "last known");
	buf_done(&b);
	done(&f);
}

static void
exports_have_ids(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);
	struct buf out;
	cJSON *d;
	const cJSON *row;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(ui_export(f.ui, f.m, "csv", &out), ERR_OK);
	assert_true(str_starts(buf_view(&out),
	    STR_LIT("subject,members,list,impact,state,since,refused_by,dns,"
		    "ended,times,meaning,reason\r\n")));
	assert_null(memchr(out.p, '\033', out.n));
	buf_reset(&out);
	assert_int_equal(ui_export(f.ui, f.m, "json", &out), ERR_OK);
	assert_int_equal(json_parse(&d, buf_view(&out), 1 << 20), ERR_OK);
	row = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "rows"), 0);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(row, "subject")),
	    "192.0.2.0/24");
	assert_true(cJSON_GetObjectItem(row, "members")->valuedouble == 61);
	cJSON_Delete(d);
	buf_done(&out);
	done(&f);
}

static void
a_freeze_holds(void **state)
{
	struct fix f = fix_of(VIEW_LISTINGS);

	(void)state;
	scene_keys(f.ui, f.m, "Z");
	scene_answer(
	    f.m, "192.0.2.100", SCENE_ZEN, VERDICT_CLEAN, NOW + 1000, 0, "");
	assert_cell(&f, "192.0.2.0/24", "spamhaus-zen", "members", "61/137");
	scene_keys(f.ui, f.m, "Z");
	assert_cell(&f, "192.0.2.0/24", "spamhaus-zen", "members", "60/137");
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(states_have_words),
	    cmocka_unit_test(a_time_without_any_console_is_said),
	    cmocka_unit_test(dns_is_held_against_replies),
	    cmocka_unit_test(ways_in),
	    cmocka_unit_test(tables_of_the_same),
	    cmocka_unit_test(whole_sentences),
	    cmocka_unit_test(the_line_above_counts_down),
	    cmocka_unit_test(a_silent_resolver_is_told),
	    cmocka_unit_test(exports_have_ids),
	    cmocka_unit_test(a_freeze_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
