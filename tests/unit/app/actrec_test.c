/* actrec_test.c - acts in force go into a recording and come back; what is no
 * such note, or a hostile one, does no harm. */
#include "app/actrec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct heard {
	struct model *m;
	unsigned notes, events;
	host_id host;
	size_t n;
	struct lease first;
};

static void
on_event(void *ctx, struct event *ev)
{
	struct heard *h = ctx;

	h->events++;
	h->host = ev->host;
	h->n = ev->u.leases.n;
	if (h->n > 0)
		h->first = ev->u.leases.v[0];
}

static void
on_note(void *ctx, struct str note)
{
	struct heard *h = ctx;

	h->notes++;
	assert_true(actrec_read(note, h->m, h, on_event));
}

static void
setup(struct heard *h)
{
	static const char *const names[] = {"mta1", "mta2"};
	struct model_opts o = {.host_names = names, .n_hosts = 2};

	*h = (struct heard){.m = model_new(&o), .host = HOST_NONE};
	assert_non_null(h->m);
}

static void
there_and_back(void **state)
{
	struct lease l[2] = {{.id = "6b01-aa",
				 .verb = VERB_INTERVAL,
				 .of = {.on = ACT_ON_PROVIDER,
				     .provider = "ms",
				     .egress = "192.0.2.1"},
				 .value = "6s",
				 .who = "ann",
				 .why = "they \"slow\" us",
				 .since_ms = 1790000001000,
				 .until_ms = 1790000901000,
				 .state = LEASE_STUCK,
				 .text = "is now 3s"},
	    {.id = "6b01-ab", .verb = VERB_N}};
	struct event ev = {.kind = EVT_LEASES, .u.leases = {l, 2}};
	struct event other = {.kind = EVT_TICK};
	struct heard h;

	(void)state;
	setup(&h);
	assert_int_equal(actrec_write(&ev, "mta2", &h, on_note), ERR_OK);
	assert_int_equal(h.notes, 1);
	assert_int_equal(h.host, 1);
	assert_int_equal(h.n, 2);
	assert_string_equal(h.first.id, l[0].id);
	assert_int_equal(h.first.verb, VERB_INTERVAL);
	assert_true(act_subject_eq(&h.first.of, &l[0].of));
	assert_string_equal(h.first.value, "6s");
	assert_string_equal(h.first.who, "ann");
	assert_string_equal(h.first.why, l[0].why);
	assert_string_equal(h.first.text, "is now 3s");
	assert_int_equal(h.first.since_ms, l[0].since_ms);
	assert_int_equal(h.first.until_ms, l[0].until_ms);
	assert_int_equal(h.first.state, LEASE_STUCK);
	/* None is told too: it is how their ends are known. */
	ev.u.leases.n = 0;
	assert_int_equal(actrec_write(&ev, "mta1", &h, on_note), ERR_OK);
	assert_int_equal(h.n, 0);
	assert_int_equal(h.host, 0);
	assert_int_equal(actrec_write(&other, "mta1", &h, on_note), ERR_OK);
	assert_int_equal(h.notes, 2);
	model_free(h.m);
}

static void
notes_of_others_and_of_nobody(void **state)
{
	static const char *const not_ours[] = {"", "{", "[]", "{\"a\":1}",
	    "{\"subjects\":[\"a\"]}", "{\"leases\":{}}"};
	static const char *const odd[] = {"{\"leases\":[1,\"a\",null,{}]}",
	    "{\"host\":\"mta9\",\"leases\":[{\"id\":\"a\"}]}"};
	struct heard h;

	(void)state;
	setup(&h);
	for (size_t i = 0; i < sizeof not_ours / sizeof *not_ours; i++)
		assert_false(
		    actrec_read(str_of(not_ours[i]), h.m, &h, on_event));
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_true(actrec_read(str_of(odd[i]), h.m, &h, on_event));
	assert_int_equal(h.events, 0);
	assert_true(actrec_read(
	    STR_LIT("{\"host\":\"mta1\",\"leases\":[{\"on\":3,\"verb\":\"x\","
		    "\"state\":\"y\",\"since\":-5,\"until\":1e300}]}"),
	    h.m, &h, on_event));
	assert_int_equal(h.events, 1);
	assert_int_equal(h.first.of.on, 0);
	assert_int_equal(h.first.verb, VERB_N);
	assert_int_equal(h.first.since_ms, 0);
	assert_int_equal(h.first.until_ms, 0);
	model_free(h.m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(there_and_back),
	    cmocka_unit_test(notes_of_others_and_of_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
