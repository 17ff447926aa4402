/*
 * lookup_test.c - names that hang beside names that answer. The stand-in for
 * getaddrinfo(3) knows names "good.." at once, "none.." as unknown, and holds
 * all others until the gate opens.
 */
#include "remote/lookup.h"

#include "core/str.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate = PTHREAD_COND_INITIALIZER;
static bool open_gate;
static unsigned calls, inside;

static int
stand_in(const char *host, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	struct addrinfo how = *hints;
	bool none = strncmp(host, "none", 4) == 0;

	(void)pthread_mutex_lock(&lock);
	calls++;
	inside++;
	while (!open_gate && !none && strncmp(host, "good", 4) != 0)
		(void)pthread_cond_wait(&gate, &lock);
	inside--;
	(void)pthread_mutex_unlock(&lock);
	how.ai_flags = AI_NUMERICHOST;
	return none ? EAI_NONAME : getaddrinfo("127.0.0.9", service, &how, out);
}

static unsigned
look(const unsigned *what)
{
	unsigned n;

	(void)pthread_mutex_lock(&lock);
	n = *what;
	(void)pthread_mutex_unlock(&lock);
	return n;
}

static void
set_gate(bool open)
{
	(void)pthread_mutex_lock(&lock);
	open_gate = open;
	(void)pthread_cond_broadcast(&gate);
	(void)pthread_mutex_unlock(&lock);
}

struct asked {
	struct lookup *q;
	struct asked *victim; /* cancelled when this one is answered */
	unsigned told;
	int status;
	size_t n;
	char addr[INET_ADDRSTRLEN];
};

static uv_loop_t loop;
static struct lookups *all;
static uv_timer_t patience;

static void
on_answer(void *ctx, int status, int sys, const struct sockaddr_storage *addr,
    size_t n)
{
	struct asked *a = ctx;

	assert_int_equal(sys, 0);
	a->q = NULL;
	a->told++;
	a->status = status;
	a->n = n;
	if (n > 0)
		assert_non_null(inet_ntop(AF_INET,
		    &((const struct sockaddr_in *)addr)->sin_addr, a->addr,
		    sizeof a->addr));
	if (a->victim != NULL) {
		lookup_cancel(a->victim->q);
		a->victim->q = NULL;
	}
}

static void
ask(struct asked *a, const char *name)
{
	*a = (struct asked){.told = 0};
	a->q = lookup_start(all, name, AF_INET, a, on_answer);
	assert_non_null(a->q);
	assert_int_equal(a->told, 0);
}

static void
out_of_patience(uv_timer_t *t)
{
	(void)t;
	fail_msg("no answer within %d ms", PATIENCE_MS);
}

static void
wait_told(const struct asked *a)
{
	while (a->told == 0)
		(void)uv_run(&loop, UV_RUN_ONCE);
}

/* Until so many look-ups are under way on their threads. */
static void
wait_inside(unsigned n)
{
	while (look(&inside) != n)
		(void)usleep(1000);
}

static int
set_up(void **state)
{
	(void)state;
	set_gate(false);
	calls = 0;
	assert_int_equal(uv_loop_init(&loop), 0);
	(void)uv_timer_init(&loop, &patience);
	(void)uv_timer_start(&patience, out_of_patience, PATIENCE_MS, 0);
	uv_unref((uv_handle_t *)&patience);
	all = lookups_new(&loop, stand_in);
	assert_non_null(all);
	return 0;
}

/* The loop closes while names may hang still. */
static int
tear_down(void **state)
{
	(void)state;
	lookups_free(all);
	uv_close((uv_handle_t *)&patience, NULL);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	set_gate(true);
	wait_inside(0);
	return 0;
}

static void
answers_and_says_what_is_unknown(void **state)
{
	struct asked good, none;

	(void)state;
	ask(&good, "good");
	ask(&none, "none");
	/* the loop lives as long as somebody waits, and no longer */
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(good.told, 1);
	assert_int_equal(good.status, 0);
	assert_int_equal(good.n, 1);
	assert_string_equal(good.addr, "127.0.0.9");
	assert_int_equal(none.told, 1);
	assert_int_equal(none.status, EAI_NONAME);
	assert_int_equal(none.n, 0);
}

static void
names_that_hang_delay_no_other(void **state)
{
	struct asked hung[30], good[30];
	char name[16];

	(void)state;
	for (unsigned i = 0; i < 30; i++) {
		(void)snprintf(name, sizeof name, "hung%u", i);
		ask(&hung[i], name);
	}
	wait_inside(30);
	for (unsigned i = 0; i < 30; i++) {
		(void)snprintf(name, sizeof name, "good%u", i);
		ask(&good[i], name);
	}
	for (unsigned i = 0; i < 30; i++)
		wait_told(&good[i]);
	for (unsigned i = 0; i < 30; i++) {
		assert_int_equal(hung[i].told, 0);
		lookup_cancel(hung[i].q);
	}
	assert_int_equal(look(&inside), 30);
}

static void
one_thread_for_a_name(void **state)
{
	struct asked a, b, again;

	(void)state;
	ask(&a, "hung");
	ask(&b, "hung");
	wait_inside(1);
	lookup_cancel(a.q);
	lookup_cancel(b.q);
	ask(&again, "hung"); /* a reconnect, while the first one hangs */
	set_gate(true);
	wait_told(&again);
	assert_int_equal(again.n, 1);
	assert_int_equal(a.told + b.told, 0);
	assert_int_equal(look(&calls), 1);
}

static void
late_answers_are_dropped(void **state)
{
	struct asked late, good;

	(void)state;
	ask(&late, "hung");
	wait_inside(1);
	lookup_cancel(late.q);
	set_gate(true);
	wait_inside(0);
	ask(&good, "good");
	wait_told(&good);
	assert_int_equal(late.told, 0);
}

static void
an_answer_may_cancel_another(void **state)
{
	struct asked a, b;

	(void)state;
	ask(&a, "hung");
	ask(&b, "hung");
	a.victim = &b;
	b.victim = &a;
	set_gate(true);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(a.told + b.told, 1);
}

static void
threads_are_bounded(void **state)
{
	struct asked *a = calloc(LOOKUP_THREADS_MAX + 2, sizeof *a);
	char name[16];

	(void)state;
	assert_non_null(a);
	for (unsigned i = 0; i < LOOKUP_THREADS_MAX + 2; i++) {
		(void)snprintf(name, sizeof name, "hung%u", i);
		ask(&a[i], name);
	}
	wait_inside(LOOKUP_THREADS_MAX);
	assert_int_equal(look(&calls), LOOKUP_THREADS_MAX);
	lookup_cancel(a[LOOKUP_THREADS_MAX].q);
	set_gate(true);
	wait_told(&a[LOOKUP_THREADS_MAX + 1]);
	assert_int_equal(a[LOOKUP_THREADS_MAX].told, 0);
	for (unsigned i = 0; i < LOOKUP_THREADS_MAX; i++)
		wait_told(&a[i]);
	assert_int_equal(look(&calls), LOOKUP_THREADS_MAX + 1);
	free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(answers_and_says_what_is_unknown),
	    TEST(names_that_hang_delay_no_other),
	    TEST(one_thread_for_a_name),
	    TEST(late_answers_are_dropped),
	    TEST(an_answer_may_cancel_another),
	    TEST(threads_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
