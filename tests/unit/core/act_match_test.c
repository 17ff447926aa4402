/* act_match_test.c - which messages a filter means: exactly those. */
#include "core/act_match.h"

#include "model_help.h"

static void
add(struct queue_snap *q, enum queue_name queue, const char *qid,
    const char *sender, const char *rcpt, const char *more, int64_t age_ms,
    int64_t size)
{
	const struct queue_rcpt to[] = {
	    {str_of(rcpt), STR_LIT("host said: 451 Slow Down")},
	    {str_of(more), STR_LIT("")}};
	struct queue_item it = {.queue = queue,
	    .qid = str_of(qid),
	    .sender = str_of(sender),
	    .arrival_ms = NOW - age_ms,
	    .size_bytes = size,
	    .rcpt = to,
	    .n_rcpt = more[0] != '\0' ? 2 : 1};

	assert_int_equal(queue_add(q, &it, NOW, NULL), ERR_OK);
}

static struct model *
make(void)
{
	struct model *m = make_model(100);
	struct queue_snap *q = queue_new(100);

	assert_non_null(q);
	add(q, Q_DEFERRED, "AAA1", "a@x.example", "u@one.example", "", 60000,
	    10);
	add(q, Q_DEFERRED, "AAA2", "b@x.example", "v@ONE.example",
	    "w@two.example", 10000, 2000);
	add(q, Q_HOLD, "AAA3", "a@x.example", "u@one.example", "", 60000, 10);
	add(q, Q_ACTIVE, "AAA4", "a@x.example", "u@two.example", "", 10, 10);
	queue_finish(q, NOW, 1);
	m->hosts[0].queue = q;
	m->now_ms = NOW;
	return m;
}

static void
matches(struct model *m, const struct act_filter *f, bool held,
    const char *want, size_t want_shared)
{
	struct str qids[8];
	char got[64] = "";
	size_t n = 99, shared = 99;

	assert_int_equal(
	    act_match(m, &m->hosts[0], f, held, qids, 8, &n, &shared), ERR_OK);
	for (size_t i = 0; i < n; i++)
		(void)snprintf(got + strlen(got), sizeof got - strlen(got),
		    "%.*s ", (int)qids[i].n, qids[i].p);
	assert_string_equal(got, want);
	assert_int_equal(shared, want_shared);
}

static void
test_filters(void **state)
{
	struct model *m = make();
	struct act_filter f = {.domain = "one.example"};

	(void)state;
	matches(m, &f, false, "AAA1 AAA2 ", 1);
	matches(m, &f, true, "AAA3 ", 0);
	/* All that are given must hold. */
	str_copy(f.sender, sizeof f.sender, STR_LIT("a@x.example"));
	matches(m, &f, false, "AAA1 ", 0);
	f = (struct act_filter){.recipient = "u@two.example"};
	matches(m, &f, false, "AAA4 ", 0);
	/* A part of an address is none. */
	f = (struct act_filter){.sender = "a@x"};
	matches(m, &f, false, "", 0);
	f = (struct act_filter){.older_ms = 60000};
	matches(m, &f, false, "AAA1 ", 0);
	f = (struct act_filter){.younger_ms = 60000};
	matches(m, &f, false, "AAA2 AAA4 ", 1);
	f = (struct act_filter){.larger_bytes = 1999};
	matches(m, &f, false, "AAA2 ", 1);
	f = (struct act_filter){.larger_bytes = 2000};
	matches(m, &f, false, "", 0);
	model_free(m);
}

/* What is not known message by message is not guessed. */
static void
test_not_known(void **state)
{
	struct model *m = make();
	struct act_filter f = {.domain = "one.example"};
	struct str qids[1];
	size_t n = 0, shared = 0;

	(void)state;
	/* More than fit are counted all the same. */
	assert_int_equal(
	    act_match(m, &m->hosts[0], &f, false, qids, 1, &n, &shared),
	    ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(
	    act_match(m, &m->hosts[1], &f, false, qids, 1, &n, &shared),
	    ERR_NOTFOUND);
	m->hosts[0].queue->aggregated = true;
	assert_int_equal(
	    act_match(m, &m->hosts[0], &f, false, qids, 1, &n, &shared),
	    ERR_NOTFOUND);
	m->hosts[0].queue->aggregated = false;
	m->hosts[0].queue->unread = INSTANCE_MAIN;
	assert_int_equal(
	    act_match(m, &m->hosts[0], &f, false, qids, 1, &n, &shared),
	    ERR_NOTFOUND);
	/* Acts know the main instance only: what else waits is left alone. */
	m->hosts[0].queue->unread = INSTANCE_MAIN << 1;
	m->hosts[0].queue->msgs[0].instance = 1;
	assert_int_equal(
	    act_match(m, &m->hosts[0], &f, false, qids, 1, &n, &shared),
	    ERR_OK);
	assert_int_equal(n, 1);
	assert_true(str_eq(qids[0], STR_LIT("AAA2")));
	m->hosts[0].queue->messages++;
	assert_int_equal(
	    act_match(m, &m->hosts[0], &f, false, qids, 1, &n, &shared),
	    ERR_NOTFOUND);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_filters),
	    cmocka_unit_test(test_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
