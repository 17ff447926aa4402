/*
 * ssh_config_share.c - see ssh_config_share.h. A class is a text of lines that
 * hold and the answer to it; the first host of a class asks ssh, the others
 * wait for it. When that run fails, they ask for themselves.
 */
#include "remote/ssh_config_share.h"

#include "core/clock.h"
#include "remote/ssh_config_scan.h"

#include <stdlib.h>

enum {
	CLASSES_MAX = 32,
	FRESH_MS = 60000, /* a class's answer; files may change under it */
};

struct class
{
	struct buf lines, answer;
	struct ssh_config_ask *leader; /* NULL: answered, or unused */
	int64_t at_ms;		       /* when it was answered; 0 = never */
};

struct ssh_config_share {
	struct class classes[CLASSES_MAX];
	size_t next; /* the one to use anew when all are in use */
	struct ssh_config_ask *waiting;
};

struct ssh_config_ask {
	struct ssh_config_ask *next; /* while it waits for class's leader */
	struct ssh_config_share *share;
	struct class *class; /* NULL: on its own */
	uv_loop_t *loop;
	uv_timer_t turn; /* answers come from the loop, never from a call */
	struct ssh_config_run *run;
	struct ssh_spec spec;
	char *config_file; /* owned */
	char hostname[NAME_MAX_BYTES];
	struct buf answer; /* of its class, made its own */
	int64_t timeout_ms;
	void *ctx;
	ssh_config_fn fn;
};

static const struct str key = {"hostname ", 9};

/* The line of ssh's answer that names the hostname; what is around it. */
static bool
hostname_in(
    struct str text, struct str *before, struct str *name, struct str *after)
{
	struct str rest = text, line;

	while (str_line(&rest, &line)) {
		if (!str_starts(line, key))
			continue;
		*name = str_from(line, key.n);
		before->p = text.p;
		before->n = (size_t)(line.p - text.p) + key.n;
		*after = str_from(text, before->n + name->n);
		return true;
	}
	return false;
}

static bool
take_answer(struct ssh_config_ask *a, struct str text)
{
	struct str before, name, after;

	buf_init(&a->answer, SSH_CONFIG_TEXT_MAX);
	if (!hostname_in(text, &before, &name, &after))
		return false;
	(void)buf_str(&a->answer, before);
	(void)buf_puts(&a->answer, a->hostname);
	(void)buf_str(&a->answer, after);
	return a->answer.failed == ERR_OK;
}

static void
on_closed(uv_handle_t *h)
{
	struct ssh_config_ask *a = h->data;

	buf_done(&a->answer);
	free(a->config_file);
	free(a);
}

static void
stop_waiting(struct ssh_config_ask *a)
{
	struct ssh_config_ask **at = &a->share->waiting;

	while (*at != NULL && *at != a)
		at = &(*at)->next;
	if (*at == a)
		*at = a->next;
}

static void on_turn(uv_timer_t *t);

/* The class's run is over, with an answer or without: whoever waited for it
 * goes on from the loop. */
static void
end_class(struct class *c)
{
	struct ssh_config_share *h = c->leader->share;
	struct ssh_config_ask *a, **at = &h->waiting;

	c->leader = NULL;
	while ((a = *at) != NULL) {
		if (a->class != c) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		if (c->at_ms == 0 || !take_answer(a, buf_view(&c->answer)))
			buf_done(&a->answer);
		a->class = NULL;
		(void)uv_timer_start(&a->turn, on_turn, 0, 0);
	}
}

static void
keep_answer(struct class *c, const struct ssh_config_ask *a, struct str text)
{
	struct str before, name, after;

	if (!hostname_in(text, &before, &name, &after) ||
	    !str_eq(name, str_of(a->hostname)))
		return; /* the scan was wrong about it */
	buf_reset(&c->answer);
	if (buf_str(&c->answer, text) == ERR_OK)
		c->at_ms = clock_mono_ms();
}

static void
report(struct ssh_config_ask *a, err_t err, struct str text)
{
	a->fn(a->ctx, err, text);
	uv_close((uv_handle_t *)&a->turn, on_closed);
}

static void
on_answer(void *ctx, err_t err, struct str text)
{
	struct ssh_config_ask *a = ctx;

	a->run = NULL;
	if (a->class != NULL) {
		if (err == ERR_OK)
			keep_answer(a->class, a, text);
		end_class(a->class);
	}
	report(a, err, text);
}

static bool
ask_ssh(struct ssh_config_ask *a)
{
	a->run = ssh_config_run(
	    a->loop, &a->spec, a->config_file, a->timeout_ms, a, on_answer);
	return a->run != NULL;
}

static void
on_turn(uv_timer_t *t)
{
	struct ssh_config_ask *a = t->data;

	if (a->answer.n > 0)
		report(a, ERR_OK, buf_view(&a->answer));
	else if (!ask_ssh(a))
		report(a, ERR_NOMEM, str_of(err_text(ERR_NOMEM)));
}

static struct class *
class_of(struct ssh_config_share *h, struct str lines)
{
	struct class *c = NULL;
	size_t i;

	for (i = 0; i < CLASSES_MAX; i++)
		if (str_eq(buf_view(&h->classes[i].lines), lines))
			return &h->classes[i];
	for (i = 0; i < CLASSES_MAX && c == NULL; i++) {
		c = &h->classes[h->next++ % CLASSES_MAX];
		if (c->leader != NULL)
			c = NULL;
	}
	if (c == NULL)
		return NULL;
	c->at_ms = 0;
	buf_reset(&c->lines);
	return buf_str(&c->lines, lines) == ERR_OK ? c : NULL;
}

/* Finds the ask its class; true when there is nothing to ask ssh for now. */
static bool
join(struct ssh_config_ask *a)
{
	struct ssh_config_share *h = a->share;
	struct ssh_scan scan;
	struct class *c = NULL;

	ssh_scan(&scan, &a->spec, a->config_file);
	if (scan.sure)
		c = class_of(h, buf_view(&scan.lines));
	str_copy(a->hostname, sizeof a->hostname, str_of(scan.hostname));
	ssh_scan_done(&scan);
	if (c == NULL)
		return false;
	if (c->leader != NULL) {
		a->class = c;
		a->next = h->waiting;
		h->waiting = a;
		return true;
	}
	if (c->at_ms != 0 && clock_mono_ms() - c->at_ms < FRESH_MS &&
	    take_answer(a, buf_view(&c->answer))) {
		(void)uv_timer_start(&a->turn, on_turn, 0, 0);
		return true;
	}
	buf_done(&a->answer);
	c->at_ms = 0;
	c->leader = a;
	a->class = c;
	return false;
}

struct ssh_config_ask *
ssh_config_ask(struct ssh_config_share *share, uv_loop_t *loop,
    const struct ssh_spec *spec, const char *config_file, int64_t timeout_ms,
    void *ctx, ssh_config_fn fn)
{
	struct ssh_config_ask *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->share = share;
	a->loop = loop;
	a->spec = *spec;
	a->timeout_ms = timeout_ms;
	a->ctx = ctx;
	a->fn = fn;
	if (config_file != NULL)
		a->config_file = str_dup(str_of(config_file));
	if (config_file != NULL && a->config_file == NULL) {
		free(a);
		return NULL;
	}
	(void)uv_timer_init(loop, &a->turn);
	a->turn.data = a;
	if (share != NULL && join(a))
		return a;
	if (!ask_ssh(a)) {
		ssh_config_ask_cancel(a);
		return NULL;
	}
	return a;
}

void
ssh_config_ask_cancel(struct ssh_config_ask *a)
{
	if (a == NULL)
		return;
	ssh_config_cancel(a->run);
	a->run = NULL;
	if (a->class != NULL && a->class->leader == a)
		end_class(a->class);
	else if (a->class != NULL)
		stop_waiting(a);
	uv_close((uv_handle_t *)&a->turn, on_closed);
}

struct ssh_config_share *
ssh_config_share_new(void)
{
	struct ssh_config_share *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	for (size_t i = 0; i < CLASSES_MAX; i++) {
		buf_init(&h->classes[i].lines, SSH_SCAN_MAX_BYTES);
		buf_init(&h->classes[i].answer, SSH_CONFIG_TEXT_MAX);
	}
	return h;
}

void
ssh_config_share_free(struct ssh_config_share *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < CLASSES_MAX; i++) {
		buf_done(&h->classes[i].lines);
		buf_done(&h->classes[i].answer);
	}
	free(h);
}
