/*
 * view_test.c - what the views say of rows, cell by cell: unknown is not zero,
 * what cannot be told is not guessed, the worst comes first.
 */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"
#include "tui/views.h"

struct fixture {
	struct ui *ui;
	struct model *m;
	struct cellv cell; /* the last one looked at */
};

static struct fixture
make(enum view_id view)
{
	struct fixture f = {.ui = scene_ui(), .m = scene_new()};

	ui_goto(f.ui, view);
	return f;
}

static void
done(struct fixture *f)
{
	model_free(f->m);
	scene_ui_free(f->ui);
}

static int
column(const struct table_view *tv, const char *id)
{
	for (int i = 0; i < tv->n_cols; i++)
		if (strcmp(tv->cols[i].id, id) == 0)
			return i;
	fail_msg("no column %s", id);
	return -1;
}

static const struct cellv *
cell_at(struct fixture *f, size_t row, const char *id)
{
	const struct table_view *tv = ui_view(f->ui)->table;

	ui_build(f->ui, f->m);
	assert_true(row < f->ui->table.n);
	wtable_cell(&f->ui->table, tv, f->m, f->ui, &f->ui->table.shown[row],
	    column(tv, id), &f->cell);
	return &f->cell;
}

static void
assert_cell(struct fixture *f, size_t row, const char *id, const char *text)
{
	const struct cellv *c = cell_at(f, row, id);

	if (!str_eq(c->text, str_of(text)))
		fail_msg("row %zu, %s: \"%.*s\" is not \"%s\"", row, id,
		    (int)c->text.n, c->text.n == 0 ? "" : c->text.p, text);
}

/* The row whose cell `id` holds the text. */
static size_t
row_with(struct fixture *f, const char *id, const char *text)
{
	ui_build(f->ui, f->m);
	for (size_t i = 0; i < f->ui->table.n; i++)
		if (str_eq(cell_at(f, i, id)->text, str_of(text)))
			return i;
	fail_msg("no row with %s %s", id, text);
	return 0;
}

static const char *
said(struct fixture *f, char text[1024])
{
	struct buf b;

	buf_init(&b, 8192);
	(void)ui_view(f->ui)->summary(f->m, f->ui, &b);
	str_copy(text, 1024, buf_view(&b));
	buf_done(&b);
	return text;
}

static const char *
detail(struct fixture *f, size_t row, char text[1024])
{
	struct buf b;

	buf_init(&b, 8192);
	(void)ui_view(f->ui)->detail(
	    f->m, f->ui, f->ui->table.shown[row].row, &b);
	str_copy(text, 1024, buf_view(&b));
	buf_done(&b);
	return text;
}

static void
egress_says_what_it_knows(void **state)
{
	struct fixture f = make(VIEW_EGRESS);
	size_t row = row_with(&f, "ip", "198.51.100.21");
	char text[1024];

	(void)state;
	/* the log cannot tell: unknown, sorted last, remedy at hand */
	assert_cell(&f, row, "sent_min", "?");
	assert_false(f.cell.known);
	assert_int_equal(f.cell.role, ROLE_UNKNOWN);
	assert_non_null(strstr(detail(&f, row, text), "syslog_name"));
	/* its host's rest row has the figures */
	row = row_with(&f, "ip", "not attributable");
	assert_cell(&f, row, "sent_min", "15");
	/* down: nobody knows what it sends */
	row = row_with(&f, "ip", "198.51.100.41");
	assert_cell(&f, row, "sent_min", "?");
	assert_cell(&f, row, "deferred_pct", "?");
	assert_cell(&f, row, "age", "95s");
	assert_non_null(strstr(detail(&f, row, text), "connection refused"));
	/* well, and nothing tried by it now: no share is not 0 % */
	f.m->now_ms += 3600000;
	row = row_with(&f, "ip", "198.51.100.12");
	assert_cell(&f, row, "sent_min", "0");
	assert_cell(&f, row, "deferred_pct", "-");
	done(&f);
}

static void
egress_puts_problems_first(void **state)
{
	struct fixture f = make(VIEW_EGRESS);
	char text[1024];
	egress_id e;

	(void)state;
	assert_cell(&f, 0, "ip", "198.51.100.11");
	assert_cell(&f, 0, "deferred_pct", "!!100");
	assert_cell(&f, 0, "worst", "156 google.com");
	assert_int_equal(cell_at(&f, 0, "deferred_pct")->role, ROLE_CRIT);
	assert_non_null(strstr(said(&f, text), "1 refused"));
	assert_non_null(strstr(said(&f, text), "2 not seen"));
	/* mail that leaves from a wrong address is worse */
	for (e = 0; strcmp(f.m->egress[e].ip, "198.51.100.32") != 0; e++)
		continue;
	f.m->egress[e].bind_lost_ms = NOW - 30000;
	assert_cell(&f, 0, "ip", "198.51.100.32");
	assert_non_null(
	    strstr(detail(&f, 0, text), "no longer has 198.51.100.32"));
	assert_non_null(strstr(said(&f, text), "1 gone from their host"));
	done(&f);
}

static void
fleet_tells_old_from_new(void **state)
{
	struct fixture f = make(VIEW_FLEET);
	size_t row;

	(void)state;
	assert_cell(&f, 0, "host", "mta4.example.net");
	assert_cell(&f, 0, "state", "x down 1m35s");
	assert_cell(&f, 0, "sent_min", "?");
	assert_cell(&f, 0, "deferred", "1.2k");
	assert_int_equal(f.cell.role, ROLE_STALE);
	assert_cell(&f, 0, "age", "96s");
	row = row_with(&f, "host", "mta1");
	assert_cell(&f, row, "deferred", "1.2k");
	assert_int_equal(f.cell.role, ROLE_TEXT);
	assert_cell(&f, row, "sent_min", "3");
	assert_cell(&f, row, "deferred_min", "12");
	assert_cell(&f, row, "load", "0.42");
	f.m->hosts[MTA1].vitals.load_milli[0] = 8010;
	assert_cell(&f, row, "load", "!8.01");
	f.m->hosts[MTA1].counts.n[Q_HOLD] = -1;
	assert_cell(&f, row, "hold", "?");
	done(&f);
}

/* Of several instances one is not read: a part is no figure, nor a list whole.
 */
static void
a_part_is_not_the_whole(void **state)
{
	struct fixture f = make(VIEW_FLEET);
	struct host *h = &f.m->hosts[MTA1];
	char text[1024];
	size_t row = row_with(&f, "host", "mta1");

	(void)state;
	h->counts.unread = INSTANCE_MAIN;
	assert_cell(&f, row, "deferred", "1.2k");
	h->found->n_further = 1;
	assert_cell(&f, row, "deferred", "?");
	assert_int_equal(f.cell.role, ROLE_UNKNOWN);
	assert_cell(&f, row, "hold", "?");
	assert_non_null(strstr(said(&f, text),
	    "3.7k deferred messages, counts at most 1m36s "
	    "old; only 3 of 4 hosts"));
	h->counts.unread = 0;
	assert_null(strstr(said(&f, text), "only"));
	ui_goto(f.ui, VIEW_QUEUE);
	ui_build(f.ui, f.m);
	scene_keys(f.ui, f.m, "Enter");
	ui_build(f.ui, f.m);
	assert_null(strstr(said(&f, text), "cut short"));
	h->queue->unread = INSTANCE_MAIN << 1;
	assert_non_null(strstr(said(&f, text), "a listing was cut short"));
	h->queue->unread = 0;
	h->queue->cut = true;
	assert_non_null(strstr(said(&f, text), "a listing was cut short"));
	done(&f);
}

static void
deferrals_keep_repeats_apart(void **state)
{
	struct fixture f = make(VIEW_DEFERRALS);
	size_t last;
	char text[1024];

	(void)state;
	assert_cell(&f, 0, "kind", "!def");
	assert_cell(&f, 0, "count_10m", "156");
	assert_cell(&f, 0, "code", "421 4.7.28");
	assert_cell(&f, 0, "class", "throttled");
	assert_cell(&f, 1, "kind", "xbnc");
	assert_cell(&f, 1, "class", "recipient");
	f.m->replies[f.ui->table.shown[1].row.at].cls = CLASS_UNKNOWN;
	assert_cell(&f, 1, "class", "-");
	last = f.ui->table.n - 1;
	assert_cell(&f, last, "kind", "rep");
	assert_int_equal(f.cell.role, ROLE_DIM);
	assert_non_null(
	    strstr(said(&f, text), "172 refusals in 10 min, 9 repeats"));
	done(&f);
}

static void
a_reply_opens_the_log_lines_it_came_from(void **state)
{
	struct fixture f = make(VIEW_DEFERRALS);
	struct logring_line line;
	unsigned hits = 0;

	(void)state;
	scene_keys(f.ui, f.m, "Enter");
	assert_int_equal(ui_top(f.ui)->view, VIEW_LOG);
	assert_int_equal(ui_top(f.ui)->host, MTA1);
	assert_null(strstr(ui_top(f.ui)->filter, "198.51"));
	for (uint64_t s = logring_first(f.m->log); s < logring_end(f.m->log);
	     s++)
		hits += logring_get(f.m->log, s, &line) &&
			str_find(line.text, str_of(ui_top(f.ui)->filter)) !=
			    SIZE_MAX;
	assert_int_equal(hits, 188);
	done(&f);
}

static void
the_queue_is_split_by_any_dimension(void **state)
{
	static const struct {
		enum queue_dim dim;
		const char *key, *total;
	} want[] = {
	    {QD_DOMAIN, "gmail.com", "52"},
	    {QD_SENDER, "<>", "12"},
	    {QD_EGRESS, "(not known)", "80"},
	};
	struct fixture f = make(VIEW_QUEUE);
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		ui_top(f.ui)->dim = want[i].dim;
		assert_cell(&f, row_with(&f, "key", want[i].key), "total",
		    want[i].total);
	}
	/* not split by egress IP: there, but how old is not known */
	assert_cell(&f, 0, "5", "?");
	assert_non_null(strstr(said(&f, text), "only 2 of 4 hosts"));
	f.m->hosts[MTA1].queue->aggregated = true;
	ui_top(f.ui)->host = MTA1; /* made again */
	ui_build(f.ui, f.m);
	assert_non_null(strstr(said(&f, text), "fetched when opened"));
	done(&f);
}

static void
messages_are_those_of_the_key(void **state)
{
	struct fixture f = make(VIEW_QUEUE);

	(void)state;
	ui_top(f.ui)->dim = QD_SENDER;
	ui_build(f.ui, f.m);
	/* the cursor on <> */
	wtable_move(&f.ui->table, f.ui, (long)row_with(&f, "key", "<>"));
	scene_keys(f.ui, f.m, "Enter");
	ui_build(f.ui, f.m);
	assert_int_equal(f.ui->table.n, 12);
	for (size_t i = 0; i < f.ui->table.n; i++)
		assert_cell(&f, i, "sender", "<>");
	/* oldest first */
	assert_cell(&f, 0, "age", "20h");
	assert_cell(&f, 0, "qid", "4bXy35z0Q1");
	done(&f);
}

static void
a_message_is_awaited_and_shown(void **state)
{
	struct fixture f = make(VIEW_QUEUE);

	(void)state;
	scene_keys(f.ui, f.m, "Enter Enter");
	assert_string_equal(f.ui->wish.message_qid, "4bXy38z0Q1");
	assert_int_equal(f.ui->wish.message_host, MTA1);
	ui_build(f.ui, f.m);
	assert_true(str_eq(doc_text(&f.ui->doc, 0), STR_LIT("reading...")));
	/* the answer to another question is not this one's */
	scene_message(f.m, "ANOTHER");
	ui_build(f.ui, f.m);
	assert_true(str_eq(doc_text(&f.ui->doc, 0), STR_LIT("reading...")));
	scene_message(f.m, "4bXy38z0Q1");
	ui_build(f.ui, f.m);
	assert_true(str_eq(doc_text(&f.ui->doc, 0),
	    STR_LIT("next attempt: 14:19:40, in 5m40s")));
	f.m->message->err = ERR_NOTFOUND;
	(void)snprintf(f.m->message->error, sizeof f.m->message->error,
	    "no longer in the queue");
	ui_build(f.ui, f.m);
	assert_true(
	    str_eq(doc_text(&f.ui->doc, 0), STR_LIT("no longer in the queue")));
	done(&f);
}

static bool
doc_has(const struct doc *d, const char *text)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_find(doc_text(d, i), str_of(text)) != SIZE_MAX)
			return true;
	return false;
}

static void
a_host_shows_its_bad_lines(void **state)
{
	struct fixture f = make(VIEW_HOST);
	struct log_rec r = {
	    .line = STR_LIT("\0\0Sep 21\033[31m post"), .bad = BAD_NULS};
	struct event ev = {.kind = EVT_LOG,
	    .host = MTA1,
	    .at_ms = NOW,
	    .u.log = {.recs = &r, .n = 1}};

	(void)state;
	f.ui->host = MTA1;
	ui_build(f.ui, f.m);
	assert_false(doc_has(&f.ui->doc, "bad lines"));
	model_update(f.m, &ev);
	ui_build(f.ui, f.m);
	assert_true(doc_has(&f.ui->doc,
	    "! bad lines     1 since 14:14:00, the last one 0.0s ago: NULs "
	    "where it should begin"));
	assert_true(doc_has(&f.ui->doc, "Sep 21\xef\xbf\xbd[31m post"));
	done(&f);
}

static void
every_view_says_something_of_nothing(void **state)
{
	struct model *m = scene_empty();
	struct ui *ui = scene_ui();

	(void)state;
	for (unsigned v = 0; v < VIEW_N; v++) {
		const struct view *view = view_rows[v];
		struct doc d;
		struct buf b;

		ui_goto(ui, (enum view_id)v);
		ui_build(ui, m);
		buf_init(&b, 4096);
		(void)view->summary(m, ui, &b);
		assert_true(b.n > 0);
		buf_done(&b);
		doc_init(&d);
		if (ui_table(ui) != NULL && ui->table.n == 0) {
			view->empty(m, ui, &d);
			assert_true(d.n > 0);
		}
		doc_done(&d);
	}
	scene_ui_free(ui);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(egress_says_what_it_knows),
	    cmocka_unit_test(egress_puts_problems_first),
	    cmocka_unit_test(fleet_tells_old_from_new),
	    cmocka_unit_test(a_part_is_not_the_whole),
	    cmocka_unit_test(deferrals_keep_repeats_apart),
	    cmocka_unit_test(a_reply_opens_the_log_lines_it_came_from),
	    cmocka_unit_test(the_queue_is_split_by_any_dimension),
	    cmocka_unit_test(messages_are_those_of_the_key),
	    cmocka_unit_test(a_message_is_awaited_and_shown),
	    cmocka_unit_test(a_host_shows_its_bad_lines),
	    cmocka_unit_test(every_view_says_something_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
