/* update_test.c - links, gaps, counts, queue readings, messages. */
#include "tests/unit/core/model_help.h"

static void
links_tell_their_last_failure(void **state)
{
	struct model *m = make_model(0);
	struct host *h = &m->hosts[1];
	struct event ev = {.kind = EVT_LINK,
	    .host = 1,
	    .at_ms = NOW,
	    .u.link = {.state = LINK_WAITING,
		.err = ERR_TIMEOUT,
		.text = "mta2: no answer in 10 s",
		.retry_at_ms = NOW + 4000,
		.transport = "libssh2"}};

	(void)state;
	model_update(m, &ev);
	assert_int_equal(h->link, LINK_WAITING);
	assert_int_equal(h->link_since_ms, NOW);
	assert_int_equal(h->link_err, ERR_TIMEOUT);
	assert_int_equal(h->retry_at_ms, NOW + 4000);
	assert_string_equal(h->link_text, "mta2: no answer in 10 s");
	assert_string_equal(h->transport, "libssh2");
	ev.at_ms = NOW + 4000;
	ev.u.link.state = LINK_CONNECTING;
	ev.u.link.err = ERR_OK;
	ev.u.link.text = ev.u.link.transport = NULL;
	model_update(m, &ev);
	assert_string_equal(h->link_text, "mta2: no answer in 10 s");
	assert_int_equal(h->link_since_ms, NOW + 4000);
	assert_int_equal(h->retry_at_ms, 0);
	/* Tried again in vain: it is down since the first time. */
	ev.at_ms = NOW + 4500;
	ev.u.link.state = LINK_WAITING;
	model_update(m, &ev);
	assert_int_equal(h->link_since_ms, NOW + 4500);
	assert_int_equal(h->down_since_ms, NOW);
	ev.at_ms = NOW + 5000;
	ev.u.link.state = LINK_UP;
	model_update(m, &ev);
	ev.at_ms = NOW + 6000;
	model_update(m, &ev);
	assert_string_equal(h->link_text, "");
	assert_int_equal(h->link_since_ms, NOW + 5000);
	assert_int_equal(h->down_since_ms, 0);
	assert_int_equal(m->hosts[0].link, LINK_IDLE);
	model_free(m);
}

static void
gaps_are_kept_the_last_ones(void **state)
{
	struct model *m = make_model(0);
	struct host *h = &m->hosts[0];

	(void)state;
	for (int i = 0; i < MAX_GAPS + 3; i++) {
		struct event ev = {.kind = EVT_LOG_GAP,
		    .at_ms = NOW + i * 1000,
		    .u.gap = {.bytes = (uint64_t)i,
			.since_ms = NOW + i * 1000 - 500}};

		model_update(m, &ev);
	}
	assert_int_equal(h->n_gaps, MAX_GAPS);
	assert_int_equal(h->gaps[0].bytes, 3);
	assert_int_equal(h->gaps[MAX_GAPS - 1].bytes, MAX_GAPS + 2);
	assert_int_equal(
	    h->gaps[MAX_GAPS - 1].to_ms, NOW + (MAX_GAPS + 2) * 1000);
	assert_int_equal(
	    h->gaps[MAX_GAPS - 1].from_ms, NOW + (MAX_GAPS + 2) * 1000 - 500);
	model_free(m);
}

static void
an_empty_log_is_covered_from_now(void **state)
{
	struct model *m = make_model(0);
	struct log_rec r = make_rec(LOG_REJECT, NOW - 60000, "");
	struct event ev = {.kind = EVT_LOG_LIVE, .at_ms = NOW};

	(void)state;
	model_update(m, &ev);
	assert_true(m->hosts[0].log_live);
	assert_int_equal(m->hosts[0].log_from_ms, NOW);
	/* A late line does not make the time before it known. */
	feed(m, 0, &r, 1);
	assert_int_equal(m->hosts[0].log_from_ms, NOW);
	ev.host = 1;
	feed(m, 1, &r, 1);
	model_update(m, &ev);
	assert_int_equal(m->hosts[1].log_from_ms, NOW - 60000);
	model_free(m);
}

static void
counts_and_vitals(void **state)
{
	struct model *m = make_model(0);
	struct queue_counts c = {.n = {1, 2, 300, 4, 5}};
	struct vitals v = {.cpus = 4};
	struct event ev = {.kind = EVT_COUNTS, .at_ms = NOW, .u.counts = &c};
	uint64_t version = m->version;
	int64_t gauge[2];

	(void)state;
	model_update(m, &ev);
	c.n[Q_DEFERRED] = -1;
	ev.at_ms = NOW + 60000;
	model_update(m, &ev);
	assert_int_equal(m->hosts[0].counts.n[Q_ACTIVE], 2);
	assert_int_equal(m->hosts[0].counts.n[Q_DEFERRED], -1);
	assert_int_equal(m->hosts[0].counts_at_ms, NOW + 60000);
	/* Not read is not zero. */
	gauge_read(&m->hosts[0].deferred_queue, NOW + 60000, gauge, 2);
	assert_int_equal(gauge[0], 300);
	assert_int_equal(gauge[1], -1);
	ev.kind = EVT_VITALS;
	ev.u.vitals = &v;
	model_update(m, &ev);
	assert_int_equal(m->hosts[0].vitals.cpus, 4);
	assert_int_equal(m->hosts[0].vitals_at_ms, NOW + 60000);
	assert_int_equal(m->version, version + 3);
	/* Time alone shows nothing new. */
	ev.kind = EVT_TICK;
	ev.at_ms = NOW + 61000;
	model_update(m, &ev);
	assert_int_equal(m->version, version + 3);
	assert_int_equal(m->now_ms, NOW + 61000);
	assert_int_equal(m->started_ms, NOW);
	model_free(m);
}

static struct event
reading(uint32_t first, uint32_t second)
{
	struct queue_snap *q = queue_new(10);

	assert_non_null(q);
	if (first > 0)
		assert_int_equal(
		    queue_add_row(q, QD_EGRESS, STR_LIT("192.0.2.1"), 0, first),
		    ERR_OK);
	if (second > 0)
		assert_int_equal(queue_add_row(q, QD_EGRESS,
				     STR_LIT("192.0.2.2"), 3, second),
		    ERR_OK);
	q->messages = first + second;
	queue_finish(q, NOW, 20);
	return (struct event){.kind = EVT_QUEUE, .at_ms = NOW, .u.queue = q};
}

static void
queue_readings_replace_each_other(void **state)
{
	struct model *m = make_model(0);
	struct host *h = &m->hosts[0];
	struct event ev, fail = {.kind = EVT_QUEUE_FAIL,
			     .at_ms = NOW + 9000,
			     .u.queue_fail = {ERR_TIMEOUT, "mta1: too slow"}};

	(void)state;
	discover(m, 0);
	assert_false(m->egress[0].queue_known);
	ev = reading(5, 7);
	model_update(m, &ev);
	assert_int_equal(h->queue->gen, 1);
	assert_int_equal(m->egress[0].queue, 5);
	assert_int_equal(m->egress[1].queue, 7);
	assert_true(m->egress[1].queue_known);
	model_update(m, &fail);
	/* The old reading stays, and is told to be old. */
	assert_int_equal(h->queue->gen, 1);
	assert_int_equal(m->egress[0].queue, 5);
	assert_int_equal(h->queue_err, ERR_TIMEOUT);
	assert_string_equal(h->queue_err_text, "mta1: too slow");
	assert_int_equal(h->queue_try_ms, NOW + 9000);
	ev = reading(0, 3);
	model_update(m, &ev);
	assert_int_equal(h->queue->gen, 2);
	assert_int_equal(m->egress[0].queue, 0);
	assert_int_equal(m->egress[1].queue, 3);
	assert_int_equal(h->queue_err, ERR_OK);
	assert_string_equal(h->queue_err_text, "");
	/* A reading that names no egress IP is no zero, an empty queue is. */
	ev = reading(0, 0);
	ev.u.queue->messages = 9;
	model_update(m, &ev);
	assert_false(m->egress[1].queue_known);
	ev = reading(0, 0);
	model_update(m, &ev);
	assert_true(m->egress[1].queue_known);
	assert_int_equal(m->egress[1].queue, 0);
	model_free(m);
}

/* What a further instance sends from is unknown while its queue is not in the
 * reading, and so is what the host will have to send. */
static void
queue_of_a_further_instance(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);
	struct event found = {
	    .kind = EVT_DISCOVERY, .at_ms = NOW, .u.discovery = d};
	struct event ev = reading(5, 0);

	(void)state;
	assert_non_null(d);
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "");
	add_handle(d, "out2", "postfix-out/out2", "192.0.2.2", "");
	str_copy(d->handles[1].instance, sizeof d->handles[1].instance,
	    STR_LIT("postfix-out"));
	d->n_further = 2;
	str_copy(d->further[0].name, sizeof d->further[0].name,
	    STR_LIT("postfix-in"));
	str_copy(d->further[1].name, sizeof d->further[1].name,
	    STR_LIT("postfix-out"));
	model_update(m, &found);
	ev.u.queue->unread = INSTANCE_MAIN << 2;
	model_update(m, &ev);
	assert_true(m->egress[0].queue_known);
	assert_int_equal(m->egress[0].queue, 5);
	assert_false(m->egress[1].queue_known);
	assert_int_equal(m->hosts[0].drain.state, DRAIN_UNREAD);
	ev = reading(5, 3);
	ev.u.queue->unread = INSTANCE_MAIN << 1;
	model_update(m, &ev);
	assert_true(m->egress[1].queue_known);
	assert_int_equal(m->egress[1].queue, 3);
	ev = reading(5, 3);
	model_update(m, &ev);
	assert_int_not_equal(m->hosts[0].drain.state, DRAIN_UNREAD);
	ev = reading(5, 3);
	ev.u.queue->unread = INSTANCE_MAIN;
	model_update(m, &ev);
	assert_false(m->egress[0].queue_known);
	assert_true(m->egress[1].queue_known);
	free(d);
	model_free(m);
}

/* What one of several instances holds is no count of the host's queue. */
static void
counts_of_some_instances(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);
	struct event found = {
	    .kind = EVT_DISCOVERY, .at_ms = NOW, .u.discovery = d};
	struct queue_counts c = {
	    .n = {0, 0, 7, 0, -1}, .unread = INSTANCE_MAIN};
	struct event ev = {.kind = EVT_COUNTS, .at_ms = NOW, .u.counts = &c};
	int64_t gauge[3];

	(void)state;
	assert_non_null(d);
	/* A lone one's figures hold, each for itself. */
	assert_int_equal(model_count_of(&m->hosts[0], Q_DEFERRED), -1);
	model_update(m, &ev);
	assert_int_equal(model_count_of(&m->hosts[0], Q_DEFERRED), 7);
	assert_int_equal(model_count_of(&m->hosts[0], Q_MAILDROP), -1);
	d->n_further = 1;
	str_copy(d->further[0].name, sizeof d->further[0].name,
	    STR_LIT("postfix-out"));
	model_update(m, &found);
	c.n[Q_DEFERRED] = 0;
	ev.at_ms = NOW + 60000;
	model_update(m, &ev);
	assert_int_equal(model_count_of(&m->hosts[0], Q_DEFERRED), -1);
	c.unread = 0;
	ev.at_ms = NOW + 120000;
	model_update(m, &ev);
	assert_int_equal(model_count_of(&m->hosts[0], Q_DEFERRED), 0);
	gauge_read(&m->hosts[0].deferred_queue, NOW + 120000, gauge, 3);
	assert_int_equal(gauge[0], 7);
	assert_int_equal(gauge[1], -1);
	assert_int_equal(gauge[2], 0);
	free(d);
	model_free(m);
}

/* Nobody knows which messages an address tried last if the log does not tell
 * what it sends; but where nothing waits, nothing waits for it. */
static void
queue_of_what_is_not_attributable(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);
	struct event found = {
	    .kind = EVT_DISCOVERY, .at_ms = NOW, .u.discovery = d};
	struct event ev = reading(5, 0);

	(void)state;
	assert_non_null(d);
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "");
	add_handle(d, "out2", "postfix", "192.0.2.2", "");
	d->handles[1].attributable = false;
	model_update(m, &found);
	model_update(m, &ev);
	assert_true(m->egress[0].queue_known);
	assert_false(m->egress[1].queue_known);
	ev = reading(0, 0);
	model_update(m, &ev);
	assert_true(m->egress[1].queue_known);
	/* Nor does anybody before the log is read. */
	ev = reading(5, 0);
	ev.u.queue->early = true;
	model_update(m, &ev);
	assert_false(m->egress[0].queue_known);
	free(d);
	model_free(m);
}

static struct message_detail *
detail(const char *text)
{
	struct message_detail *d = calloc(1, sizeof *d);

	assert_non_null(d);
	buf_init(&d->text, 65536);
	assert_int_equal(buf_puts(&d->text, text), ERR_OK);
	return d;
}

/* The leak checker sees what is not taken or not let go. */
static void
what_is_moved_is_owned(void **state)
{
	struct model *m = make_model(0);
	struct event ev = {.kind = EVT_MESSAGE, .at_ms = NOW};

	(void)state;
	ev.u.message = detail("one");
	model_update(m, &ev);
	ev.u.message = detail("two");
	model_update(m, &ev);
	assert_string_equal(buf_cstr(&m->message->text), "two");
	ev.host = 2;
	ev.u.message = detail("nobody's");
	model_update(m, &ev);
	assert_string_equal(buf_cstr(&m->message->text), "two");
	ev = reading(1, 1);
	ev.host = HOST_NONE;
	model_update(m, &ev);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_tell_their_last_failure),
	    cmocka_unit_test(gaps_are_kept_the_last_ones),
	    cmocka_unit_test(an_empty_log_is_covered_from_now),
	    cmocka_unit_test(counts_and_vitals),
	    cmocka_unit_test(counts_of_some_instances),
	    cmocka_unit_test(queue_readings_replace_each_other),
	    cmocka_unit_test(queue_of_a_further_instance),
	    cmocka_unit_test(queue_of_what_is_not_attributable),
	    cmocka_unit_test(what_is_moved_is_owned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
