/* config_help.h - a configuration out of its text, for the tests of its
 * sections. */
#ifndef TESTS_UNIT_APP_CONFIG_HELP_H
#define TESTS_UNIT_APP_CONFIG_HELP_H

#include "app/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What is wanted of it is asserted. To be freed as each test does. */
static inline struct config *
parsed(const char *text, err_t want, char *why, size_t cap)
{
	struct config *c = malloc(sizeof *c);
	err_t err;

	assert_non_null(c);
	config_init(c);
	err = config_parse(c, str_of(text), "f", why, cap);
	if (err != want)
		fail_msg("%d, wanted %d: %s", err, want, why);
	return c;
}

#endif
