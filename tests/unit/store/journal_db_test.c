/* journal_db_test.c - the journal on a real disk: kept, chained, searched;
 * what happens when it cannot be. */
#include "store/journal_db.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/mtadeck-journal-XXXXXX";
static char path[128];

static struct journal_db *
opened(void)
{
	struct journal_db *j = NULL;
	char why[512] = "";

	if (journal_db_open(&j, path, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return j;
}

static struct journal_rec
rec(enum journal_kind kind, const char *subject, const char *text)
{
	return (struct journal_rec){.at_ms = 1000,
	    .kind = kind,
	    .who = STR_LIT("op"),
	    .from = STR_LIT("desk"),
	    .subject = str_of(subject),
	    .text = str_of(text)};
}

static void
add(struct journal_db *j, enum journal_kind kind, const char *subject,
    const char *text)
{
	struct journal_rec r = rec(kind, subject, text);

	if (journal_db_append(j, &r, false) != ERR_OK)
		fail_msg("%s", journal_db_why(j));
}

struct read {
	unsigned n;
	char texts[4096];
};

static bool
take(void *ctx, const struct journal_rec *r)
{
	struct read *got = ctx;
	size_t at = strlen(got->texts);

	got->n++;
	(void)snprintf(got->texts + at, sizeof got->texts - at, "%.*s;",
	    (int)r->text.n, r->text.p);
	return true;
}

static struct read
read_all(struct journal_db *j, struct journal_query q)
{
	struct read got = {0};

	assert_int_equal(journal_db_read(j, &q, &got, take), ERR_OK);
	return got;
}

/* As somebody with the file in hand would. */
static void
tamper(const char *sql)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
verified(uint64_t want_n, uint64_t want_bad)
{
	struct journal_db *j = opened();
	uint64_t n = 0, bad = 0;
	err_t err = journal_db_verify(j, &n, &bad);

	assert_int_equal(err, want_bad == 0 ? ERR_OK : ERR_PARSE);
	assert_int_equal(bad, want_bad);
	if (want_bad == 0)
		assert_int_equal(n, want_n);
	journal_db_close(j);
}

static void
records_are_kept_in_order(void **state)
{
	struct journal_db *j = opened();
	struct journal_rec r = rec(JOURNAL_INTENT, "p1", "pause out1");
	struct stat st;
	struct read got;

	(void)state;
	assert_int_equal(journal_db_append(j, &r, true), ERR_OK);
	assert_int_equal(r.seq, 1);
	add(j, JOURNAL_RESULT, "p1", "paused");
	add(j, JOURNAL_THROTTLE, "google", "throttled");
	journal_db_close(j);
	j = opened();
	got = read_all(j, (struct journal_query){0});
	assert_string_equal(got.texts, "pause out1;paused;throttled;");
	got = read_all(j, (struct journal_query){.last = 2});
	assert_string_equal(got.texts, "paused;throttled;");
	got = read_all(j, (struct journal_query){.after_seq = 2});
	assert_string_equal(got.texts, "throttled;");
	got = read_all(
	    j, (struct journal_query){.after_seq = 1, .before_seq = 3});
	assert_string_equal(got.texts, "paused;");
	got = read_all(
	    j, (struct journal_query){
		   .kinds = 1U << JOURNAL_INTENT | 1U << JOURNAL_THROTTLE});
	assert_string_equal(got.texts, "pause out1;throttled;");
	journal_db_close(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	verified(3, 0);
}

static void
texts_are_searched_as_they_are(void **state)
{
	struct journal_db *j = opened();
	struct read got;

	(void)state;
	add(j, JOURNAL_NOTE, "", "100% of google_mail");
	add(j, JOURNAL_NOTE, "", "100 of googleXmail");
	got = read_all(j, (struct journal_query){.text = STR_LIT("100%")});
	assert_string_equal(got.texts, "100% of google_mail;");
	got =
	    read_all(j, (struct journal_query){.text = STR_LIT("GOOGLE_MAIL")});
	assert_string_equal(got.texts, "100% of google_mail;");
	got =
	    read_all(j, (struct journal_query){.text = STR_LIT("' OR 1=1 --")});
	assert_int_equal(got.n, 0);
	/* by whom, though the text does not say it */
	got = read_all(j, (struct journal_query){.text = STR_LIT("desk")});
	assert_int_equal(got.n, 2);
	journal_db_close(j);
}

static void
hostile_text_is_cleaned_and_still_chained(void **state)
{
	struct journal_db *j = opened();
	struct journal_rec r = rec(JOURNAL_NOTE, "a\x1b[2J\xff", "x\n\x07y");
	struct read got;
	char *big = malloc(JOURNAL_DETAIL_MAX + 2);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', JOURNAL_DETAIL_MAX + 1);
	r.subject = (struct str){"nul\0inside", 10};
	assert_int_equal(journal_db_append(j, &r, false), ERR_OK);
	got = read_all(j, (struct journal_query){0});
	assert_null(strchr(got.texts, '\x07'));
	r.detail = (struct str){big, JOURNAL_DETAIL_MAX + 1};
	assert_int_equal(journal_db_append(j, &r, false), ERR_LIMIT);
	assert_true(strlen(journal_db_why(j)) > 0);
	r.detail.n = JOURNAL_DETAIL_MAX;
	assert_int_equal(journal_db_append(j, &r, false), ERR_OK);
	assert_string_equal(journal_db_why(j), "");
	free(big);
	journal_db_close(j);
	verified(2, 0);
}

static void
tampering_shows(void **state)
{
	struct journal_db *j = opened();

	(void)state;
	for (int i = 0; i < 5; i++)
		add(j, JOURNAL_NOTE, "s", "text");
	journal_db_close(j);
	verified(5, 0);
	tamper("DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;"
	       "UPDATE journal SET who = 'nobody' WHERE seq = 3");
	verified(0, 3);
	tamper("UPDATE journal SET who = 'op' WHERE seq = 3");
	verified(5, 0);
	tamper("DELETE FROM journal WHERE seq = 2");
	verified(0, 2);
}

static void
nothing_is_changed_by_accident(void **state)
{
	struct journal_db *j = opened();
	sqlite3 *db = NULL;

	(void)state;
	add(j, JOURNAL_NOTE, "s", "text");
	journal_db_close(j);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_not_equal(
	    sqlite3_exec(db, "DELETE FROM journal", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_not_equal(
	    sqlite3_exec(db, "UPDATE journal SET text = ''", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	verified(1, 0);
}

static void
two_consoles_share_one_chain(void **state)
{
	struct journal_db *a = opened(), *b = opened();

	(void)state;
	for (int i = 0; i < 50; i++) {
		add(a, JOURNAL_NOTE, "a", "one");
		add(b, JOURNAL_NOTE, "b", "two");
	}
	journal_db_close(a);
	journal_db_close(b);
	verified(100, 0);
}

static void
a_locked_journal_is_said(void **state)
{
	struct journal_db *j = opened();
	struct journal_rec r = rec(JOURNAL_INTENT, "p", "x");
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(journal_db_append(j, &r, true), ERR_TIMEOUT);
	assert_non_null(strstr(journal_db_why(j), "locked"));
	assert_int_equal(
	    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(journal_db_append(j, &r, true), ERR_OK);
	journal_db_close(j);
	verified(1, 0);
}

/* A disk with no room: no record, a sentence, and on it goes once there is. */
static void
a_full_disk_is_said(void **state)
{
	struct journal_db *j = opened();
	struct journal_rec r = rec(JOURNAL_INTENT, "p", "x");
	struct rlimit old, small;
	err_t err = ERR_OK;
	int kept = 0;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 100000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while (err == ERR_OK && kept < 10000) {
		err = journal_db_append(j, &r, true);
		kept += err == ERR_OK;
	}
	assert_int_not_equal(err, ERR_OK);
	assert_true(strlen(journal_db_why(j)) > 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(journal_db_append(j, &r, true), ERR_OK);
	journal_db_close(j);
	verified((uint64_t)kept + 1, 0);
}

static bool
take_subject(void *ctx, const struct journal_rec *r)
{
	struct read *got = ctx;
	size_t at = strlen(got->texts);

	got->n++;
	(void)snprintf(got->texts + at, sizeof got->texts - at, "%.*s;",
	    (int)r->subject.n, r->subject.p);
	return true;
}

static void
intents_without_result_are_found(void **state)
{
	struct journal_db *j = opened();
	struct read got = {0};

	(void)state;
	add(j, JOURNAL_INTENT, "p1", "");
	add(j, JOURNAL_INTENT, "p2", "");
	add(j, JOURNAL_RESULT, "p1", "");
	add(j, JOURNAL_INTENT, "p3", "");
	assert_int_equal(journal_db_unsettled(j, &got, take_subject), ERR_OK);
	assert_string_equal(got.texts, "p2;p3;");
	journal_db_close(j);
}

/* Killed at any moment: what was said to be kept is, the chain holds. */
static void
a_killed_console_leaves_a_whole_journal(void **state)
{
	(void)state;
	for (int round = 0; round < 8; round++) {
		uint64_t told = 0, n = 0, bad = 0;
		struct journal_db *j;
		int fds[2], status;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		pid = fork();
		if (pid == 0) {
			j = opened();
			for (;;) {
				struct journal_rec r =
				    rec(JOURNAL_INTENT, "p", "x");

				if (journal_db_append(j, &r, true) != ERR_OK ||
				    write(fds[1], &r.seq, sizeof r.seq) < 0)
					_exit(1);
			}
		}
		(void)close(fds[1]);
		for (int i = 0; i < 5 + round * 7; i++)
			assert_int_equal(
			    read(fds[0], &told, sizeof told), sizeof told);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		(void)close(fds[0]);
		j = opened();
		assert_int_equal(journal_db_verify(j, &n, &bad), ERR_OK);
		assert_true(n >= told);
		journal_db_close(j);
	}
}

static void
other_files_are_refused(void **state)
{
	struct journal_db *j = NULL;
	char why[512] = "";
	FILE *f;

	(void)state;
	tamper("CREATE TABLE x (y)");
	assert_int_equal(journal_db_open(&j, path, why, sizeof why), ERR_PARSE);
	assert_non_null(strstr(why, path));
	(void)unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		(void)fputs("no database\n", f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(journal_db_open(&j, path, why, sizeof why), ERR_PARSE);
	assert_int_equal(
	    journal_db_open(&j, "/proc/x/j", why, sizeof why), ERR_IO);
	assert_null(j);
}

static void
take_watched(void *ctx, const struct journal_watched *w)
{
	struct buf *b = ctx;

	assert_int_equal(
	    buf_printf(b, "%.*s %.*s %lld %lld;", (int)w->subject.n,
		w->subject.p, (int)w->list.n, w->list.p, (long long)w->at_ms,
		(long long)w->unwatched_ms),
	    ERR_OK);
}

static const char *
watched(struct journal_db *j)
{
	static char text[500];
	struct buf b;

	buf_init(&b, sizeof text);
	assert_int_equal(journal_db_watched(j, 9, &b, take_watched), ERR_OK);
	str_copy(text, sizeof text, buf_view(&b));
	buf_done(&b);
	return text;
}

static void
what_consoles_start_with(void **state)
{
	struct journal_db *j = opened();
	struct read got = {0};

	(void)state;
	add(j, JOURNAL_START, "", "start");
	add(j, JOURNAL_LISTING, "192.0.2.1", "on");
	add(j, JOURNAL_ALERT, "x", "alert");
	add(j, JOURNAL_LISTING, "192.0.2.1", "off");
	assert_int_equal(journal_db_standing(j, 9, &got, take), ERR_OK);
	assert_string_equal(got.texts, "start;on;off;");
	got = (struct read){0};
	assert_int_equal(journal_db_standing(j, 2, &got, take), ERR_OK);
	assert_string_equal(got.texts, "on;off;");
	journal_db_close(j);
	/* It is no record, and an older journal gets it. */
	verified(4, 0);
	tamper("DROP TABLE watching; DROP INDEX journal_standing");
	j = opened();
	got = (struct read){0};
	assert_int_equal(journal_db_standing(j, 9, &got, take), ERR_OK);
	assert_int_equal(got.n, 3);
	assert_string_equal(watched(j), "");
	journal_db_close(j);
}

/* Each pair with its own time, and the longest pause of this listing. */
static void
what_consoles_watch(void **state)
{
	struct journal_watched v[] = {
	    {STR_LIT("192.0.2.1"), STR_LIT("zen"), 1000, 5000, 0},
	    {STR_LIT("192.0.2.1"), STR_LIT("dbl"), 1000, 4000, 7}};
	struct journal_db *j = opened();

	(void)state;
	assert_string_equal(watched(j), "");
	journal_db_watch(j, v, 2, 100);
	assert_string_equal(
	    watched(j), "192.0.2.1 zen 5000 0;192.0.2.1 dbl 4000 7;");
	v[0].at_ms = 5099;
	journal_db_watch(j, v, 1, 100);
	v[0].at_ms = 5500;
	journal_db_watch(j, v, 1, 100);
	v[0].at_ms = 5600;
	v[0].unwatched_ms = 3;
	journal_db_watch(j, v, 1, 100);
	assert_string_equal(
	    watched(j), "192.0.2.1 zen 5600 401;192.0.2.1 dbl 4000 7;");
	/* A clock that was ahead is put right. */
	v[0].at_ms = 4500;
	journal_db_watch(j, v, 1, 100);
	assert_string_equal(
	    watched(j), "192.0.2.1 zen 4500 401;192.0.2.1 dbl 4000 7;");
	/* Another listing of the pair. */
	v[0].since_ms = v[0].at_ms = 9000;
	journal_db_watch(j, v, 1, 100);
	assert_string_equal(
	    watched(j), "192.0.2.1 zen 9000 3;192.0.2.1 dbl 4000 7;");
	journal_db_close(j);
	/* It is no record. */
	verified(0, 0);
}

static int
fresh(void **state)
{
	char other[160];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/journal.db", dir);
	(void)unlink(path);
	(void)snprintf(other, sizeof other, "%s-wal", path);
	(void)unlink(other);
	(void)snprintf(other, sizeof other, "%s-shm", path);
	(void)unlink(other);
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)fresh(state);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(records_are_kept_in_order, fresh),
	    cmocka_unit_test_setup(texts_are_searched_as_they_are, fresh),
	    cmocka_unit_test_setup(
		hostile_text_is_cleaned_and_still_chained, fresh),
	    cmocka_unit_test_setup(tampering_shows, fresh),
	    cmocka_unit_test_setup(nothing_is_changed_by_accident, fresh),
	    cmocka_unit_test_setup(two_consoles_share_one_chain, fresh),
	    cmocka_unit_test_setup(a_locked_journal_is_said, fresh),
	    cmocka_unit_test_setup(a_full_disk_is_said, fresh),
	    cmocka_unit_test_setup(intents_without_result_are_found, fresh),
	    cmocka_unit_test_setup(
		a_killed_console_leaves_a_whole_journal, fresh),
	    cmocka_unit_test_setup(other_files_are_refused, fresh),
	    cmocka_unit_test_setup(what_consoles_start_with, fresh),
	    cmocka_unit_test_setup(what_consoles_watch, fresh),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
