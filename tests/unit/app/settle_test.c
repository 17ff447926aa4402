/* settle_test.c - intents without a result, out of a real journal: which, of
 * which hosts, and what is said of them. */
#include "app/settle.h"

#include "app/docs_act.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW ((int64_t)1795320000000)

struct fix {
	char dir[64], path[96];
	struct journal_db *j;
	struct model *m;
	struct settle *s;
};

static int
set_up(void **state)
{
	static const char *const names[] = {"mta1", "mta2"};
	struct model_opts o = {.host_names = names,
	    .n_hosts = 2,
	    .max_keys = 10,
	    .log_bytes = 4096};
	struct fix *f = calloc(1, sizeof *f);
	char why[512];

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof f->dir, "/tmp/settle.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof f->path, "%s/journal.db", f->dir);
	assert_int_equal(
	    journal_db_open(&f->j, f->path, why, sizeof why), ERR_OK);
	f->m = model_new(&o);
	f->s = calloc(1, sizeof *f->s);
	assert_true(f->m != NULL && f->s != NULL);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct fix *f = *state;
	char path[128];

	settle_done(f->s);
	free(f->s);
	model_free(f->m);
	journal_db_close(f->j);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s%s", f->path, ends[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

static void
keep(struct fix *f, enum journal_kind kind, const char *subject,
    const char *host, struct str detail, int64_t at_ms)
{
	struct journal_rec r = {.at_ms = at_ms,
	    .kind = kind,
	    .host = str_of(host),
	    .subject = str_of(subject),
	    .detail = detail};

	assert_int_equal(journal_db_append(f->j, &r, false), ERR_OK);
}

/* As actor.c keeps it. */
static void
keep_plan(struct fix *f, const char *id, int64_t at_ms)
{
	struct act_request r = {.verb = VERB_PAUSE};
	struct plan *p = plan_new(&r, NOW, 1);
	struct buf b;

	assert_non_null(p);
	str_copy(p->id, sizeof p->id, str_of(id));
	for (host_id i = 0; i < 4; i++)
		assert_non_null(plan_add(p, (host_id)(i / 2), 1000));
	p->steps[0].command = str_dup(STR_LIT("echo \"a\"\t'b'"));
	buf_init(&b, JOURNAL_DETAIL_MAX);
	assert_int_equal(docs_act_plan_text(&b, f->m, p), ERR_OK);
	keep(f, JOURNAL_INTENT, id, "", buf_view(&b), at_ms);
	buf_done(&b);
	plan_free(p);
}

static void
test_collect(void **state)
{
	struct fix *f = *state;
	const struct str none = {NULL, 0};
	int64_t old = NOW - 60000;

	keep_plan(f, "6b02-1", old);
	keep_plan(f, "6b02-2", old);
	keep(f, JOURNAL_RESULT, "6b02-2", "", none, old);
	/* Another console may be just at it. */
	keep_plan(f, "6b02-3", NOW - SETTLE_AGE_MS + 1);
	/* Of hosts that are not watched here; of none; no id. */
	keep(f, JOURNAL_INTENT, "6b02-4", "mta9", none, old);
	keep(f, JOURNAL_INTENT, "6b02-5", "", none, old);
	keep(f, JOURNAL_INTENT, "6b02-6", "", STR_LIT("{\"steps\":[]}"), old);
	keep(f, JOURNAL_INTENT, "", "mta1", none, old);
	/* The end of a plan that has its result: after it, so open. */
	keep(f, JOURNAL_INTENT, "6b02-2", "mta2", none, old);
	assert_int_equal(settle_collect(f->s, f->j, f->m, NOW), ERR_OK);
	assert_int_equal(f->s->n, 2);
	assert_string_equal(f->s->v[0].plan->id, "6b02-1");
	assert_int_equal(f->s->v[0].plan->n_steps, 4);
	assert_int_equal(f->s->v[0].plan->n_hosts, 2);
	assert_string_equal(f->s->v[1].plan->id, "6b02-2");
	assert_int_equal(f->s->v[1].plan->steps[0].host, 1);
}

static void
test_told(void **state)
{
	struct settle_item i = {0};

	(void)state;
	settle_told(&i, "mta1", ERR_OK, "in-force");
	settle_told(&i, "mta2", ERR_OK, "never");
	assert_string_equal(i.text, "mta1: in force, mta2: nothing was done");
	assert_false(i.open);
	settle_told(&i, "mta3", ERR_OK, "\x1b[2J");
	assert_true(i.open);
	i = (struct settle_item){0};
	settle_told(&i, "mta1", ERR_CLOSED, "in-force");
	assert_true(i.open);
	/* More than fits. */
	i = (struct settle_item){0};
	for (int n = 0; n < 100; n++)
		settle_told(&i, "mta1", ERR_OK, "in-force");
	assert_int_equal(strlen(i.text), sizeof i.text - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_collect, set_up, tear_down),
	    cmocka_unit_test(test_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
