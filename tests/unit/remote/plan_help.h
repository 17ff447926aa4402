/*
 * plan_help.h - one host as it was discovered and as it told its acts' state,
 * and a plan made of them, for the tests of the files that write plans.
 */
#ifndef TESTS_UNIT_REMOTE_PLAN_HELP_H
#define TESTS_UNIT_REMOTE_PLAN_HELP_H

#include "remote/postfix_plan_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fix {
	struct discovery *d;
	struct act_state *st;
	struct plan *p;
	const struct str *ids; /* messages that were counted; or their number */
	size_t n_ids;
};

/* A host without handles, acted on as root; the plan's id ends in salt. */
static inline struct fix
fix_of(const struct act_request *r, uint64_t salt)
{
	struct fix f = {
	    .d = calloc(1, sizeof *f.d), .st = calloc(1, sizeof *f.st)};

	f.p = plan_new(r, 1795320000000, salt);
	assert_true(f.d != NULL && f.st != NULL && f.p != NULL);
	f.d->privilege = PRIV_ROOT;
	str_copy(
	    f.d->config_dir, sizeof f.d->config_dir, STR_LIT("/etc/postfix"));
	return f;
}

static inline void
done(struct fix *f)
{
	free(f->d);
	free(f->st);
	plan_free(f->p);
}

static inline struct handle *
add_handle(struct fix *f, const char *name, const char *ip, const char *pool)
{
	struct handle *h = &f->d->handles[f->d->n_handles++];

	str_copy(h->name, sizeof h->name, str_of(name));
	str_copy(h->ip, sizeof h->ip, str_of(ip));
	str_copy(h->pool, sizeof h->pool, str_of(pool));
	return h;
}

/* What the host told: one line, or many. */
static inline void
told(struct fix *f, const char *lines)
{
	struct str rest = str_of(lines), line;

	while (str_line(&rest, &line))
		act_state_line(f->st, line);
}

static inline void
plan_of(struct fix *f, const struct str *ids, size_t n)
{
	assert_int_equal(
	    postfix_plan_host(f->p, 3, "mta1", f->d, f->st, ids, n), ERR_OK);
}

static inline void
plan(struct fix *f)
{
	plan_of(f, f->ids, f->n_ids);
}

/* Ends the fixture too. */
static inline void
is_refused(struct fix *f, const char *with)
{
	plan(f);
	if (strstr(f->p->refusal, with) == NULL)
		fail_msg("no \"%s\" in \"%s\"", with, f->p->refusal);
	assert_int_equal(f->p->n_steps, 0);
	done(f);
}

#define is(got, want)                                                          \
	do {                                                                   \
		assert_non_null(got);                                          \
		assert_string_equal(got, want);                                \
	} while (0)
#define has(got, want)                                                         \
	do {                                                                   \
		assert_non_null(got);                                          \
		assert_non_null(strstr(got, want));                            \
	} while (0)

#endif
