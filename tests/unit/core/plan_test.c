/* plan_test.c - plans: their ids, steps, and what confirms them. */
#include "core/plan.h"

#include "core/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct plan *
plan_of(enum verb v, int64_t lease_ms, uint64_t salt)
{
	struct act_request r = {.verb = v, .lease_ms = lease_ms};
	struct plan *p = plan_new(&r, 1795320000000, salt);

	assert_non_null(p);
	return p;
}

static void
test_ids(void **state)
{
	struct plan *a = plan_of(VERB_PAUSE, 60000, 1),
		    *b = plan_of(VERB_PAUSE, 0, UINT64_MAX);

	(void)state;
	assert_string_equal(a->id, "6b0268c0-000001");
	assert_string_equal(b->id, "6b0268c0-ffffff");
	/* What act.sh takes for an id. */
	assert_int_equal(strspn(b->id, "0123456789abcdef-"), strlen(b->id));
	assert_int_equal(a->lease_until_ms, 1795320060000);
	assert_int_equal(b->lease_until_ms, 0);
	plan_free(a);
	plan_free(b);
	/* What ends by itself only. */
	a = plan_of(VERB_DELETE, 60000, 1);
	assert_int_equal(a->lease_until_ms, 0);
	assert_true(a->irreversible);
	plan_free(a);
	plan_free(NULL);
}

static void
test_steps(void **state)
{
	struct plan *p = plan_of(VERB_PAUSE, 0, 1);

	(void)state;
	for (unsigned i = 0; i < PLAN_STEPS; i++)
		assert_non_null(plan_add(p, (host_id)(i / 2), 1000));
	assert_null(plan_add(p, 1, 1000));
	assert_int_equal(p->n_steps, PLAN_STEPS);
	assert_int_equal(p->n_hosts, PLAN_STEPS / 2);
	assert_string_equal(step_state_name(p->steps[7].state), "planned");
	plan_clear(p);
	assert_int_equal(p->n_steps + p->n_hosts, 0);
	assert_non_null(plan_add(p, 1, 1000));
	plan_free(p);
}

static void
test_confirm(void **state)
{
	struct plan *p = plan_of(VERB_HOLD, 0, 1);
	char word[NUM_TEXT];

	(void)state;
	p->messages = 100;
	assert_string_equal(plan_confirm_word(p, word), "y");
	p->messages = 101;
	assert_string_equal(plan_confirm_word(p, word), "101");
	plan_free(p);
	p = plan_of(VERB_DELETE, 0, 1);
	p->messages = 2;
	assert_string_equal(plan_confirm_word(p, word), "2");
	plan_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_confirm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
