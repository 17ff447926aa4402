/*
 * auto_test.c - from libssh2 to the ssh program when the first cannot serve.
 * Both are doubles here: what counts is who is asked, and what is told.
 */
#include "remote/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

struct twin {
	struct transport t; /* first */
	unsigned starts, stops, execs;
};

static struct twin *ssh, *openssh;
static unsigned freed;

static err_t
twin_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	((struct twin *)t)->execs++;
	(void)o;
	*out = (struct exec *)t;
	return ERR_OK;
}

static void
twin_cancel(struct transport *t, struct exec *e)
{
	assert_ptr_equal(t, e);
	((struct twin *)t)->execs--;
}

static void
twin_start(struct transport *t)
{
	((struct twin *)t)->starts++;
}

static void
twin_stop(struct transport *t)
{
	((struct twin *)t)->stops++;
}

static void
twin_answer(struct transport *t, bool yes, const char *secret)
{
	(void)t;
	(void)yes;
	(void)secret;
}

static void
twin_free(struct transport *t)
{
	freed++;
	free(t);
}

static const struct transport_vt twin_vt = {
    .name = "twin",
    .exec = twin_exec,
    .cancel = twin_cancel,
    .start = twin_start,
    .stop = twin_stop,
    .answer = twin_answer,
    .free = twin_free,
};

static struct twin *
twin_new(const struct transport_cb *cb)
{
	struct twin *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->t.vt = &twin_vt;
	w->t.cb = *cb;
	return w;
}

struct transport *
transport_new_ssh(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb)
{
	(void)loop;
	(void)to;
	ssh = twin_new(cb);
	return &ssh->t;
}

struct transport *
transport_new_openssh(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb)
{
	(void)loop;
	assert_string_equal(to->name, "mta1");
	openssh = twin_new(cb);
	return &openssh->t;
}

struct told {
	unsigned n;
	enum link_state st;
	err_t err;
	char text[64];
};

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	struct told *d = ctx;

	d->n++;
	d->st = st;
	d->err = err;
	str_copy(d->text, sizeof(d->text), str_of(text));
}

static struct transport *
begin(uv_loop_t *loop, struct told *d)
{
	struct target to = {.name = "mta1"};
	struct transport_cb cb = {.ctx = d, .on_state = on_state};
	struct transport *t;

	ssh = openssh = NULL;
	freed = 0;
	*d = (struct told){0};
	assert_int_equal(uv_loop_init(loop), 0);
	t = transport_new_auto(loop, &to, &cb);
	assert_non_null(t);
	transport_start(t);
	assert_int_equal(ssh->starts, 1);
	assert_null(ssh->t.cb.on_ask); /* nobody is there to ask */
	assert_string_equal(t->vt->name, "libssh2");
	return t;
}

static void
finish(uv_loop_t *loop, struct transport *t)
{
	transport_stop(t);
	transport_free(t);
	assert_int_equal(uv_run(loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(loop), 0);
}

static void
tell(struct twin *w, enum link_state st, err_t err, const char *text)
{
	w->t.cb.on_state(w->t.cb.ctx, st, err, text);
}

static void
stays(void **state)
{
	struct told d;
	uv_loop_t loop;
	struct transport *t = begin(&loop, &d);

	(void)state;
	tell(ssh, LINK_FAILED, ERR_AUTH, "no");
	assert_int_equal(d.st, LINK_FAILED);
	tell(ssh, LINK_WAITING, ERR_UNSUPPORTED, "not failed for good");
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_null(openssh);
	finish(&loop, t);
	assert_int_equal(freed, 1);
}

static void
changes(void **state)
{
	struct exec_opts o = {.name = "x", .command = "x"};
	struct told d;
	struct exec *e;
	uv_loop_t loop;
	struct transport *t = begin(&loop, &d);

	(void)state;
	tell(ssh, LINK_FAILED, ERR_UNSUPPORTED, "RSA key");
	assert_int_equal(d.n, 1);
	assert_int_equal(d.st, LINK_CONNECTING);
	assert_int_equal(d.err, ERR_OK);
	assert_string_equal(d.text, "RSA key");
	assert_null(openssh); /* not inside of the other's callback */
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(freed, 1);
	assert_int_equal(openssh->starts, 1);
	assert_string_equal(t->vt->name, "openssh");
	tell(openssh, LINK_DISCOVERY, ERR_OK, "");
	assert_int_equal(d.st, LINK_DISCOVERY);
	assert_int_equal(transport_exec(t, &o, &e), ERR_OK);
	assert_int_equal(openssh->execs, 1);
	exec_cancel(t, e);
	assert_int_equal(openssh->execs, 0);
	tell(openssh, LINK_WAITING, ERR_CLOSED, "lost");
	transport_start(t); /* for good */
	assert_int_equal(openssh->starts, 2);
	tell(openssh, LINK_FAILED, ERR_UNSUPPORTED, "no way");
	assert_int_equal(d.st, LINK_FAILED);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(freed, 1);
	finish(&loop, t);
	assert_int_equal(freed, 2);
}

static void
stopped_between(void **state)
{
	struct told d;
	uv_loop_t loop;
	struct transport *t = begin(&loop, &d);

	(void)state;
	tell(ssh, LINK_FAILED, ERR_UNSUPPORTED, "RSA key");
	transport_stop(t);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_null(openssh);
	transport_start(t);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(openssh->starts, 1);
	assert_int_equal(d.n, 1);
	finish(&loop, t);
	assert_int_equal(freed, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stays),
	    cmocka_unit_test(changes),
	    cmocka_unit_test(stopped_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
