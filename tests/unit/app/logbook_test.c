/* logbook_test.c - what is news for the journal, and what is not. */
#include "app/logbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1790000040000)

struct told {
	unsigned n;
	enum journal_kind kind;
	char text[512], who[64];
};

static char folder[] = "/tmp/mtadeck-logbook-XXXXXX";

static struct journal_db *
opened(void)
{
	struct journal_db *j = NULL;
	char path[256], why[512] = "";

	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/journal.db", folder);
	if (journal_db_open(&j, path, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return j;
}

static void
closed(struct journal_db *j)
{
	static const char *const names[] = {
	    "journal.db", "journal.db-wal", "journal.db-shm"};
	char path[256];

	journal_db_close(j);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static bool
take(void *ctx, const struct journal_rec *r)
{
	struct told *t = ctx;

	t->n++;
	t->kind = r->kind;
	str_copy(t->text, sizeof t->text, r->text);
	str_copy(t->who, sizeof t->who, r->who);
	return true;
}

static struct told
look(struct logbook *l, struct journal_db *j, struct model *m)
{
	struct journal_query q = {0};
	struct told t = {0};

	m->version++;
	(void)logbook_look(l, m);
	assert_int_equal(journal_db_read(j, &q, &t, take), ERR_OK);
	return t;
}

static void
tells_changes_once(void **state)
{
	static const char *const names[] = {"mta1"};
	struct model_opts o = {.host_names = names, .n_hosts = 1};
	struct model *m = model_new(&o);
	struct journal_db *j = opened();
	struct logbook *l;
	struct told t;
	struct alert *a;

	(void)state;
	assert_non_null(m);
	m->now_ms = NOW;
	l = logbook_new(j, "ops", "desk", NOW);
	assert_non_null(l);
	/* Not connected yet is no news; connected is; still so is not. */
	assert_int_equal(look(l, j, m).n, 0);
	m->hosts[0].link = LINK_UP;
	t = look(l, j, m);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.kind, JOURNAL_LINK);
	assert_string_equal(t.text, "mta1: connected");
	assert_string_equal(t.who, "");
	assert_int_equal(look(l, j, m).n, 1);
	m->hosts[0].link = LINK_WAITING;
	str_copy(m->hosts[0].link_text, sizeof m->hosts[0].link_text,
	    STR_LIT("no route"));
	t = look(l, j, m);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.text, "mta1: connection lost: no route");

	/* An alert: pending is no news, open is, seen is the operator's. */
	m->alerts.v = calloc(1, sizeof *m->alerts.v);
	m->alerts.n = 1;
	a = &m->alerts.v[0];
	*a = (struct alert){.id = 7,
	    .rule = RULE_HOST_DOWN,
	    .severity = SEV_WARN,
	    .kind = CAUSE_HOST,
	    .cause = "mta1",
	    .host = 0,
	    .egress = EGRESS_NONE,
	    .list = LIST_NONE,
	    .members = 1,
	    .since_ms = NOW};
	assert_int_equal(look(l, j, m).n, 2);
	a->opened_ms = NOW;
	t = look(l, j, m);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.kind, JOURNAL_ALERT);
	assert_int_equal(strncmp(t.text, "opened: ", 8), 0);
	a->severity = SEV_CRIT;
	assert_int_equal(strncmp(look(l, j, m).text, "worse: ", 7), 0);
	a->ack_ms = NOW;
	t = look(l, j, m);
	assert_int_equal(t.kind, JOURNAL_ACK);
	assert_string_equal(t.who, "ops");
	a->closed_ms = NOW;
	t = look(l, j, m);
	assert_int_equal(t.n, 6);
	assert_int_equal(t.kind, JOURNAL_ALERT);
	assert_int_equal(strncmp(t.text, "closed: ", 8), 0);
	assert_int_equal(look(l, j, m).n, 6);
	logbook_free(l);
	model_free(m);
	closed(j);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_changes_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
