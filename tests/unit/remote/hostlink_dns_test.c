/* hostlink_dns_test.c - questions that a host's resolver is asked: each gets
 * its own answer, whatever the host prints or leaves out. */
#include "remote/hostlink_dns.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { QUESTIONS = 4 };

/* A transport that keeps what it is asked to run. */
struct stand_in {
	struct transport t;
	struct exec_opts o;
	bool running;
};

static err_t
stand_in_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct stand_in *s = (struct stand_in *)t;

	assert_false(s->running);
	s->o = *o;
	s->running = true;
	*out = (struct exec *)s;
	return ERR_OK;
}

static const struct transport_vt stand_in_vt = {
    .name = "stand-in", .exec = stand_in_exec};

struct fix {
	uv_loop_t loop;
	struct stand_in transport;
	struct hostlink_dns *dns;
	unsigned claims; /* an act waits when asked so many times */
	struct told {
		unsigned n;
		enum dns_status status;
		uint32_t addr;
	} told[QUESTIONS];
};

static void
on_answer(void *ctx, const struct dns_answer *a)
{
	struct told *told = ctx;

	told->n++;
	told->status = a->status;
	told->addr = a->n_addrs > 0 ? a->addrs[0] : 0;
}

/* The first so many times. */
static bool
is_claimed(void *ctx)
{
	struct fix *x = ctx;

	return x->claims > 0 && x->claims-- > 0;
}

/* a.example .. d.example are asked, and the command runs. */
static void
ask(struct fix *x)
{
	static const char *const names[QUESTIONS] = {
	    "a.example", "b.example", "c.example", "d.example"};
	struct hostlink_port port = {
	    .transport = &x->transport.t, .ctx = x, .is_claimed = is_claimed};

	*x = (struct fix){.transport.t.vt = &stand_in_vt, .claims = 2};
	assert_int_equal(uv_loop_init(&x->loop), 0);
	x->dns = hostlink_dns_new(&port, &x->loop);
	assert_non_null(x->dns);
	for (size_t i = 0; i < QUESTIONS; i++)
		hostlink_dns_ask(
		    x->dns, true, names[i], DNS_A, on_answer, &x->told[i]);
	(void)uv_run(&x->loop, UV_RUN_DEFAULT);
	assert_true(x->transport.running);
	assert_int_equal(x->claims, 0);
}

/* The host says this, and its command ends. */
static void
say(struct fix *x, const char *text)
{
	const struct exec_opts *o = &x->transport.o;

	o->on_out(o->ctx, str_of(text));
	o->on_end(o->ctx, ERR_OK, 0, "");
	hostlink_dns_free(x->dns);
	(void)uv_run(&x->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&x->loop), 0);
	for (size_t i = 0; i < QUESTIONS; i++)
		assert_int_equal(x->told[i].n, 1);
}

static void
answers_in_order(void **state)
{
	struct fix x;

	(void)state;
	ask(&x);
	say(&x, "\nof A a.example.\nok 5 127.0.0.2\n"
		"none TIMEOUT 0\n"
		"of A c.example.\nnone NXDOMAIN 5\n"
		"of A D.example.\nok 5 127.0.0.4\nend\n");
	assert_int_equal(x.told[0].addr, 0x7f000002);
	assert_int_equal(x.told[1].status, DNS_TIMEOUT);
	assert_int_equal(x.told[2].status, DNS_NXDOMAIN);
	assert_int_equal(x.told[3].addr, 0x7f000004);
}

static void
no_answer_is_taken_for_anothers(void **state)
{
	struct fix x;

	(void)state;
	ask(&x);
	say(&x, "Welcome! of A a.example.\nWelcome! ok 5 127.0.0.2\n"
		"of A c.example.\nok 5 127.0.0.3\nend\n");
	assert_int_equal(x.told[0].status, DNS_DOWN);
	assert_int_equal(x.told[1].status, DNS_DOWN);
	assert_int_equal(x.told[2].addr, 0x7f000003);
	assert_int_equal(x.told[3].status, DNS_DOWN);
}

/* Of a host that does not say whose they are, and of one that lies. */
static void
strange_questions(void **state)
{
	struct fix x;

	(void)state;
	ask(&x);
	say(&x, "ok 5 127.0.0.2\nof A other.example.\nok 5 127.0.0.3\n"
		"of A a.example\nok 5 127.0.0.4\nof\nof A\nend\n");
	assert_int_equal(x.told[0].addr, 0x7f000002);
	assert_int_equal(x.told[1].addr, 0x7f000003);
	assert_int_equal(x.told[2].addr, 0x7f000004);
	assert_int_equal(x.told[3].status, DNS_DOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_in_order),
	    cmocka_unit_test(no_answer_is_taken_for_anothers),
	    cmocka_unit_test(strange_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
