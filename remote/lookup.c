/*
 * lookup.c - see lookup.h. A job is one name that is looked up; whoever asks
 * for the same name meanwhile waits for the same job, a reconnect too, so that
 * a resolver that hangs gets no new thread at each try. While a job runs, its
 * answer belongs to its thread; the rest of it, and all lists but `done`, to
 * the loop. What both touch lies in the box, which outlives them: it goes with
 * the last one who holds it.
 */
#include "remote/lookup.h"

#include "core/clock.h"
#include "core/str.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum {
	STACK_BYTES = 256 * 1024, /* name service modules like it wide */
	/* After so long a name may be asked for anew beside the job that hangs:
	 * the resolver may have changed since. Two of a name are enough. */
	STALE_MS = 10 * 1000,
	SAME_MAX = 2,
};

struct box;

struct job {
	struct job *next;
	struct box *box;
	char host[NAME_MAX_BYTES];
	int family;
	bool running; /* has a thread; else it waits for one */
	int64_t since_ms;
	struct lookup *waiting;
	/* the answer */
	int status, sys;
	struct sockaddr_storage addr[LOOKUP_ADDRESSES_MAX];
	size_t n;
	struct job *next_done;
};

/* What threads and loop share. */
struct box {
	pthread_mutex_t lock;
	uv_async_t wake;
	lookup_how how;
	bool heard;  /* the loop still listens */
	size_t refs; /* running jobs, and one for the loop */
	struct job *done;
	struct lookups *owner; /* the loop's */
};

struct lookups {
	struct box *box;
	struct job *jobs; /* oldest first */
	size_t running;
	size_t asked; /* who waits; the loop lives as long as somebody does */
};

struct lookup {
	struct lookup *next;
	struct job *job;
	void *ctx;
	lookup_fn fn;
};

/* The lock is held; it is gone when this returns. */
static void
unlock_and_drop(struct box *b)
{
	bool last = --b->refs == 0;

	(void)pthread_mutex_unlock(&b->lock);
	if (!last)
		return;
	(void)pthread_mutex_destroy(&b->lock);
	free(b);
}

static void
answer(struct job *j)
{
	struct addrinfo hints = {
	    .ai_family = j->family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;

	j->status = j->box->how(j->host, NULL, &hints, &list);
	j->sys = j->status == EAI_SYSTEM ? errno : 0;
	if (j->status != 0)
		return;
	for (struct addrinfo *a = list; a != NULL; a = a->ai_next)
		if (j->n < LOOKUP_ADDRESSES_MAX && a->ai_addr != NULL &&
		    a->ai_addrlen <= sizeof j->addr[0])
			memcpy(&j->addr[j->n++], a->ai_addr, a->ai_addrlen);
	freeaddrinfo(list);
}

static void *
on_thread(void *arg)
{
	struct job *j = arg;
	struct box *b = j->box;

	answer(j);
	(void)pthread_mutex_lock(&b->lock);
	if (b->heard) {
		j->next_done = b->done;
		b->done = j;
		(void)uv_async_send(&b->wake);
	} else {
		free(j);
	}
	unlock_and_drop(b);
	return NULL;
}

/* Signals are the loop's business: the thread is born with all blocked. */
static int
start_thread(struct job *j)
{
	pthread_attr_t attr;
	pthread_t id;
	sigset_t all, before;
	size_t stack = STACK_BYTES;
	int e;

	if (stack < (size_t)PTHREAD_STACK_MIN)
		stack = (size_t)PTHREAD_STACK_MIN;
	e = pthread_attr_init(&attr);
	if (e != 0)
		return e;
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attr, stack);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	e = pthread_create(&id, &attr, on_thread, j);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attr);
	return e;
}

/* Without a thread the job ends from the loop, as one that failed. */
static void
run(struct lookups *l, struct job *j)
{
	struct box *b = l->box;
	int e;

	j->running = true;
	j->since_ms = clock_mono_ms();
	l->running++;
	(void)pthread_mutex_lock(&b->lock);
	b->refs++;
	(void)pthread_mutex_unlock(&b->lock);
	e = start_thread(j);
	if (e == 0)
		return;
	j->status = EAI_SYSTEM;
	j->sys = e;
	(void)pthread_mutex_lock(&b->lock);
	j->next_done = b->done;
	b->done = j;
	(void)uv_async_send(&b->wake);
	unlock_and_drop(b);
}

static void
run_waiting(struct lookups *l)
{
	for (struct job *j = l->jobs; j != NULL; j = j->next)
		if (l->running < LOOKUP_THREADS_MAX && !j->running)
			run(l, j);
}

static void
unlink_job(struct lookups *l, struct job *j)
{
	struct job **at = &l->jobs;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
}

static void
waits(struct lookups *l, bool one_more)
{
	uv_handle_t *wake = (uv_handle_t *)&l->box->wake;

	l->asked += one_more ? 1 : (size_t)-1;
	if (l->asked > 0)
		uv_ref(wake);
	else
		uv_unref(wake);
}

/* A callback may cancel any other look-up, and start new ones. */
static void
tell(struct lookups *l, struct job *j)
{
	struct lookup *q;

	while ((q = j->waiting) != NULL) {
		j->waiting = q->next;
		waits(l, false);
		q->fn(q->ctx, j->status, j->sys, j->addr, j->n);
		free(q);
	}
}

static void
on_wake(uv_async_t *h)
{
	struct box *b = h->data;
	struct lookups *l = b->owner;
	struct job *done, *j;

	(void)pthread_mutex_lock(&b->lock);
	done = b->done;
	b->done = NULL;
	(void)pthread_mutex_unlock(&b->lock);
	for (j = done; j != NULL; j = j->next_done) {
		unlink_job(l, j);
		l->running--;
	}
	run_waiting(l);
	while ((j = done) != NULL) {
		done = j->next_done;
		tell(l, j);
		free(j);
	}
}

struct lookups *
lookups_new(uv_loop_t *loop, lookup_how how)
{
	struct lookups *l = calloc(1, sizeof *l);
	struct box *b = calloc(1, sizeof *b);

	if (l == NULL || b == NULL || uv_async_init(loop, &b->wake, on_wake)) {
		free(l);
		free(b);
		return NULL;
	}
	(void)pthread_mutex_init(&b->lock, NULL);
	uv_unref((uv_handle_t *)&b->wake);
	b->wake.data = b;
	b->how = how != NULL ? how : getaddrinfo;
	b->heard = true;
	b->refs = 1;
	b->owner = l;
	l->box = b;
	return l;
}

static void
on_closed(uv_handle_t *h)
{
	struct box *b = h->data;

	(void)pthread_mutex_lock(&b->lock);
	unlock_and_drop(b);
}

void
lookups_free(struct lookups *l)
{
	struct box *b;
	struct job *j;

	if (l == NULL)
		return;
	b = l->box;
	(void)pthread_mutex_lock(&b->lock);
	b->heard = false;
	while ((j = b->done) != NULL) {
		b->done = j->next_done;
		unlink_job(l, j);
		free(j);
	}
	while ((j = l->jobs) != NULL) {
		l->jobs = j->next;
		if (!j->running) /* else its thread frees it */
			free(j);
	}
	(void)pthread_mutex_unlock(&b->lock);
	uv_close((uv_handle_t *)&b->wake, on_closed);
	free(l);
}

/* The job to wait for; NULL: a new one. */
static struct job *
same(const struct lookups *l, const char *host, int family)
{
	struct job *newest = NULL;
	size_t n = 0;

	for (struct job *j = l->jobs; j != NULL; j = j->next)
		if (j->family == family && strcmp(j->host, host) == 0) {
			newest = j;
			n++;
		}
	if (n >= SAME_MAX || newest == NULL || !newest->running)
		return newest;
	return clock_mono_ms() - newest->since_ms < STALE_MS ? newest : NULL;
}

static struct job *
new_job(struct lookups *l, const char *host, int family)
{
	struct job *j = calloc(1, sizeof *j), **at = &l->jobs;

	if (j == NULL)
		return NULL;
	j->box = l->box;
	j->family = family;
	str_copy(j->host, sizeof j->host, str_of(host));
	while (*at != NULL)
		at = &(*at)->next;
	*at = j;
	run_waiting(l);
	return j;
}

struct lookup *
lookup_start(
    struct lookups *l, const char *host, int family, void *ctx, lookup_fn fn)
{
	struct lookup *q = calloc(1, sizeof *q);
	struct job *j;

	if (q == NULL)
		return NULL;
	j = same(l, host, family);
	if (j == NULL)
		j = new_job(l, host, family);
	if (j == NULL) {
		free(q);
		return NULL;
	}
	q->job = j;
	q->ctx = ctx;
	q->fn = fn;
	q->next = j->waiting;
	j->waiting = q;
	waits(l, true);
	return q;
}

/* A job nobody waits for goes on if it runs: who asks next may profit. */
void
lookup_cancel(struct lookup *q)
{
	struct lookup **at;
	struct lookups *l;
	struct job *j;

	if (q == NULL)
		return;
	j = q->job;
	l = j->box->owner;
	at = &j->waiting;
	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	free(q);
	waits(l, false);
	if (j->waiting == NULL && !j->running) {
		unlink_job(l, j);
		free(j);
	}
}
