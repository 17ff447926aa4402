/* types_test.c - age classes as qshape(1) draws them; copies of a discovery. */
#include "core/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
age_classes(void **state)
{
	const int64_t min = 60000;

	(void)state;
	assert_int_equal(age_bucket(-1), 0);
	assert_int_equal(age_bucket(0), 0);
	assert_int_equal(age_bucket(5 * min - 1), 0);
	assert_int_equal(age_bucket(5 * min), 1);
	assert_int_equal(age_bucket(10 * min), 2);
	assert_int_equal(age_bucket(640 * min - 1), 7);
	assert_int_equal(age_bucket(1280 * min - 1), 8);
	assert_int_equal(age_bucket(1280 * min), 9);
	assert_int_equal(age_bucket(INT64_MAX), 9);
	assert_string_equal(age_names[0], "5");
	assert_string_equal(age_names[8], "1280");
	assert_string_equal(age_names[9], "1280+");
}

/* Only what is used is copied, and never more than there is room for. */
static void
discovery_copies(void **state)
{
	struct discovery *from = calloc(1, sizeof *from);
	struct discovery *to = calloc(1, sizeof *to);

	(void)state;
	assert_non_null(from);
	assert_non_null(to);
	from->n_handles = 1;
	from->n_findings = MAX_FINDINGS + 1;
	memcpy(from->hostname, "mta1", 5);
	memcpy(from->handles[0].name, "out1", 5);
	memcpy(from->handles[1].name, "old", 4);
	memcpy(from->findings[MAX_FINDINGS - 1].id, "last", 5);
	discovery_copy(to, from);
	assert_string_equal(to->hostname, "mta1");
	assert_int_equal(to->n_handles, 1);
	assert_string_equal(to->handles[0].name, "out1");
	assert_string_equal(to->handles[1].name, "");
	assert_int_equal(to->n_findings, MAX_FINDINGS);
	assert_string_equal(to->findings[MAX_FINDINGS - 1].id, "last");
	free(from);
	free(to);
}

static void
instances(void **state)
{
	struct discovery *d = calloc(1, sizeof *d),
			 *copy = calloc(1, sizeof *d);
	struct handle h = {.instance = "b"};
	char text[16];

	(void)state;
	assert_non_null(d);
	assert_non_null(copy);
	d->n_further = 2;
	memcpy(d->further[0].name, "a", 2);
	memcpy(d->further[1].name, "b", 2);
	memcpy(d->further[1].queue_dir, "/q", 3);
	memcpy(d->further[2].name, "old", 4);
	discovery_copy(copy, d);
	assert_int_equal(copy->n_further, 2);
	assert_string_equal(copy->further[1].queue_dir, "/q");
	assert_string_equal(copy->further[2].name, "");
	assert_int_equal(discovery_instance_bit(d, &h), 4);
	h.instance[0] = '\0';
	assert_int_equal(discovery_instance_bit(d, &h), INSTANCE_MAIN);
	discovery_instance_names(d, 7, text, sizeof text);
	assert_string_equal(text, "-, a, b");
	discovery_instance_names(d, 6, text, sizeof text);
	assert_string_equal(text, "a, b");
	discovery_instance_names(d, 7, text, 7);
	assert_string_equal(text, "-, a"); /* whole or not at all */
	discovery_instance_names(d, 0, text, sizeof text);
	assert_string_equal(text, "");
	d->n_further = MAX_FURTHER + 1;
	discovery_copy(copy, d);
	assert_int_equal(copy->n_further, MAX_FURTHER);
	free(d);
	free(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(age_classes),
	    cmocka_unit_test(discovery_copies),
	    cmocka_unit_test(instances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
