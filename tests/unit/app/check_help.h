/* check_help.h - three subjects, three lists and what is said of them, for the
 * tests of check's results and of how they are printed. */
#ifndef TESTS_UNIT_APP_CHECK_HELP_H
#define TESTS_UNIT_APP_CHECK_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/check_result.h"

#include <stdio.h>
#include <stdlib.h>

static const char check_lists[] =
    "{\"v\":1,\"lists\":["
    "{\"id\":\"aa\",\"name\":\"A\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"zone\":\"a.example\",\"codes\":{\"127.0.0.2\":\"two\"}},"
    "{\"id\":\"bb\",\"name\":\"B\",\"kind\":\"ip\",\"impact\":\"high\","
    "\"zone\":\"b.example\",\"zone_key\":\"<key>.b.example\"},"
    "{\"id\":\"dd\",\"name\":\"D\",\"kind\":\"domain\",\"impact\":\"low\","
    "\"zone\":\"d.example\"}]}";

struct scene {
	struct blocklists *lists;
	struct str subjects[3];
	struct check_results r;
};

static inline void
scene_init(struct scene *s)
{
	static const uint16_t use[] = {0, 1, 2};
	char why[200];

	*s = (struct scene){.subjects = {STR_LIT("192.0.2.1"),
				STR_LIT("192.0.2.2"), STR_LIT("example.com")}};
	if (blocklists_load(&s->lists, str_of(check_lists), why, sizeof why) !=
	    ERR_OK)
		fail_msg("%s", why);
	assert_int_equal(
	    check_results_init(&s->r, s->lists, s->subjects, 3, use, 3, true),
	    ERR_OK);
}

static inline void
scene_done(struct scene *s)
{
	check_results_done(&s->r);
	blocklists_free(s->lists);
}

static inline void
say_pair(struct scene *s, size_t subject, uint16_t list, enum verdict v,
    uint32_t code, const char *reason)
{
	struct list_answer a = {.subject = s->subjects[subject],
	    .list = list,
	    .verdict = v,
	    .codes = {code},
	    .n_codes = code != 0,
	    .reason = str_of(reason),
	    .ttl_s = 300,
	    .ms = 4};

	check_results_answer(&s->r, &a);
}

static inline void
say_list(struct scene *s, uint16_t list, enum verdict v, const char *text)
{
	struct list_health h = {
	    .list = list, .verdict = v, .text = str_of(text)};

	check_results_health(&s->r, &h);
}

#endif
