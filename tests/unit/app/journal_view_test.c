/* journal_view_test.c - the screen's window on a journal on disk: the last
 * records, a search that reaches the first, one record whole. */
#include "app/journal_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORDS = 5000, PLANS = 3 };

struct fix {
	struct journal_db *j;
	struct ui *ui;
	struct journal_view *v;
	char folder[64];
};

static void
add(struct journal_db *j, enum journal_kind kind, const char *host,
    const char *text, const char *detail)
{
	struct journal_rec r = {.at_ms = 1000,
	    .kind = kind,
	    .host = str_of(host),
	    .text = str_of(text),
	    .detail = str_of(detail)};

	assert_int_equal(journal_db_append(j, &r, false), ERR_OK);
}

static void
open_fix(struct fix *f)
{
	char path[128], why[512] = "";

	(void)snprintf(f->folder, sizeof f->folder, "/tmp/mtadeck-view-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(path, sizeof path, "%s/journal.db", f->folder);
	if (journal_db_open(&f->j, path, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	f->ui = calloc(1, sizeof *f->ui);
	assert_non_null(f->ui);
	assert_int_equal(ui_init(f->ui, why, sizeof why), ERR_OK);
	f->v = journal_view_new(f->j, f->ui);
	assert_non_null(f->v);
	ui_goto(f->ui, VIEW_JOURNAL);
}

static void
close_fix(struct fix *f)
{
	static const char *const names[] = {
	    "journal.db", "journal.db-wal", "journal.db-shm"};
	char path[128];

	journal_view_free(f->v);
	ui_done(f->ui);
	free(f->ui);
	journal_db_close(f->j);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->folder);
}

static void
look_for(struct fix *f, const char *filter)
{
	int pieces = 0;

	str_copy(ui_top(f->ui)->filter, UI_FILTER, str_of(filter));
	while (journal_view_look(f->v))
		assert_true(++pieces < RECORDS);
}

static void
old_records_are_found(void **state)
{
	struct fix f;
	const struct journal_found *found;

	(void)state;
	open_fix(&f);
	found = &f.ui->act.found;
	for (int i = 0; i < PLANS; i++)
		add(f.j, JOURNAL_INTENT, "mta1",
		    "pause 192.0.2.1: \"why\" 100%", "{\"id\":1}");
	add(f.j, JOURNAL_INTENT, "mta2", "pause 192.0.2.1: other host", "");
	for (int i = 0; i < RECORDS; i++)
		add(f.j, JOURNAL_LINK, "mta1", "connected", "");
	assert_true(journal_view_read(f.v));
	assert_false(journal_view_read(f.v));
	assert_int_equal(f.ui->act.n_journal, 2000);
	/* They are older than all that is shown. */
	look_for(&f, "kind=intent host=mta1 PAUSE");
	assert_int_equal(found->n, PLANS);
	assert_true(found->whole);
	assert_false(found->full);
	assert_string_equal(found->filter, "kind=intent host=mta1 PAUSE");
	assert_true(found->rows[0].more);
	/* What comes meanwhile is found too. */
	add(f.j, JOURNAL_INTENT, "mta1", "pause again", "");
	assert_true(journal_view_read(f.v));
	look_for(&f, "kind=intent host=mta1 PAUSE");
	assert_int_equal(found->n, PLANS + 1);
	/* A sign that means more to a database means itself. */
	look_for(&f, "100%");
	assert_int_equal(found->n, PLANS);
	look_for(&f, "1%2");
	assert_int_equal(found->n, 0);
	assert_true(found->whole);
	/* More than is kept: the newest, and it is said. */
	look_for(&f, "connected");
	assert_int_equal(found->n, 2000);
	assert_true(found->full);
	assert_false(found->whole);
	look_for(&f, "kind=nonsense");
	assert_int_equal(found->n, 0);
	assert_non_null(strstr(found->why, "nonsense"));
	close_fix(&f);
}

static void
one_record_whole(void **state)
{
	struct fix f;
	char *long_detail = calloc(1, 200001);

	(void)state;
	assert_non_null(long_detail);
	memset(long_detail, 'x', 200000);
	open_fix(&f);
	add(f.j, JOURNAL_NOTE, "", "a note", "");
	add(f.j, JOURNAL_RESULT, "mta1", "done", long_detail);
	assert_true(journal_view_read(f.v));
	/* Lists hold no details: plans are long. */
	assert_string_equal(f.ui->act.journal[1].detail, "");
	ui_push(f.ui, VIEW_RECORD)->log_seq = 2;
	assert_true(journal_view_look(f.v));
	assert_int_equal(f.ui->act.record->seq, 2);
	assert_int_equal(strlen(f.ui->act.record->detail), 200000);
	assert_false(journal_view_look(f.v));
	ui_top(f.ui)->log_seq = 99;
	assert_false(journal_view_look(f.v));
	assert_int_not_equal(f.ui->act.record->seq, 99);
	free(long_detail);
	close_fix(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(old_records_are_found),
	    cmocka_unit_test(one_record_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
