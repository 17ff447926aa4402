/* hostlink_act_test.c - an act that meets a host whose channels are all in use:
 * it waits for one, and what it gives up with says who has them. */
#include "remote/hostlink_act.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* A transport that has no channel for the first so many, then ends the next
 * ones so, before they ran, and keeps what it is asked to run then. */
struct stand_in {
	struct transport t;
	struct exec_opts o;
	unsigned tries, full;
	err_t err;
	struct buf input;
	bool running;
};

struct fix {
	uv_loop_t loop;
	struct stand_in transport;
	struct hostlink_act *act;
	struct discovery found;
	struct plan *plan;
	unsigned states, ends;
	err_t err;
	char text[512];
	bool waited;
};

static err_t
stand_in_exec(struct transport *t, const struct exec_opts *o, struct exec **out)
{
	struct stand_in *s = (struct stand_in *)t;

	s->tries++;
	assert_false(s->running);
	if (s->err != ERR_OK)
		return s->err;
	if (s->full > 0) {
		s->full--;
		return ERR_LIMIT;
	}
	s->o = *o;
	s->running = true;
	buf_reset(&s->input);
	assert_int_equal(buf_str(&s->input, o->input), ERR_OK);
	*out = (struct exec *)s;
	return ERR_OK;
}

static const struct transport_vt stand_in_vt = {
    .name = "stand-in", .exec = stand_in_exec};
/* One whose refusals are known to be some. */
static const struct transport_vt sure_vt = {
    .name = "stand-in", .refuses_surely = true, .exec = stand_in_exec};

static void
on_state(void *ctx, host_id host, const struct act_state *st, err_t err,
    const char *text)
{
	struct fix *x = ctx;

	(void)host;
	assert_true((st != NULL) == (err == ERR_OK));
	x->states++;
	x->err = err;
	str_copy(x->text, sizeof x->text, str_of(text));
}

static void
on_step(void *ctx, host_id host)
{
	(void)ctx;
	(void)host;
}

static void
on_end(void *ctx, host_id host, err_t err, const char *text)
{
	struct fix *x = ctx;

	(void)host;
	x->ends++;
	x->err = err;
	str_copy(x->text, sizeof x->text, str_of(text));
}

static int64_t
now_ms(void *ctx)
{
	(void)ctx;
	return 1;
}

static void
name_users(void *ctx, struct buf *out)
{
	(void)ctx;
	(void)buf_puts(out, "the log, a message");
}

static void
begin(struct fix *x, unsigned full)
{
	struct hostlink_act_cb cb = {.ctx = x,
	    .on_state = on_state,
	    .on_step = on_step,
	    .on_end = on_end};
	struct hostlink_port port = {.transport = &x->transport.t,
	    .ctx = x,
	    .now_ms = now_ms,
	    .name_users = name_users};
	struct act_request r = {.verb = VERB_RETRY, .host = HOST_NONE};
	struct plan_step *s;

	memset(x, 0, sizeof *x);
	x->transport.t.vt = &stand_in_vt;
	x->transport.full = full;
	buf_init(&x->transport.input, 1 << 20);
	assert_int_equal(uv_loop_init(&x->loop), 0);
	x->act = hostlink_act_new(&port, &x->loop, 1, 0, &cb);
	assert_non_null(x->act);
	x->plan = plan_new(&r, 1, 1);
	assert_non_null(x->plan);
	s = plan_add(x->plan, 0, 1000);
	assert_non_null(s);
	s->command = str_dup(str_of("postqueue -i 4bXYZ"));
	assert_non_null(s->command);
}

/* Runs until nothing is to come but from the host. */
static void
go_on(struct fix *x)
{
	x->waited |= hostlink_act_waits(x->act);
	(void)uv_run(&x->loop, UV_RUN_DEFAULT);
	assert_false(hostlink_act_waits(x->act));
}

static void
end(struct fix *x)
{
	hostlink_act_free(x->act);
	(void)uv_run(&x->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&x->loop), 0);
	plan_free(x->plan);
	buf_done(&x->transport.input);
}

static void
run(struct fix *x)
{
	struct audit_ticket t = {.journal_seq = 1};

	str_copy(t.plan, sizeof t.plan, str_of(x->plan->id));
	hostlink_act_run(x->act, &x->found, x->plan, &t);
}

/* The host's command ends. */
static void
host_ends(struct fix *x, err_t err, const char *out)
{
	struct exec_opts o = x->transport.o;

	x->transport.running = false;
	if (out != NULL)
		o.on_out(o.ctx, str_of(out));
	o.on_end(o.ctx, err, 0, "");
}

/* A channel becomes free: the very same is run, whole. */
static void
waits_for_a_channel(void **state)
{
	struct fix x;

	(void)state;
	begin(&x, 3);
	run(&x);
	assert_false(x.transport.running);
	go_on(&x);
	assert_true(x.waited);
	assert_true(x.transport.running);
	assert_int_equal(x.transport.tries, 4);
	assert_true(memmem(x.transport.input.p, x.transport.input.n, "4bXYZ",
			5) != NULL);
	assert_int_equal(x.ends, 0);
	host_ends(&x, ERR_OK, "step 1 0 5\nend ok\n");
	assert_int_equal(x.ends, 1);
	end(&x);

	/* the same for what it reads */
	begin(&x, 1);
	hostlink_act_read(x.act, &x.found, NULL, STR_LIT("a.example\n"));
	go_on(&x);
	assert_true(x.transport.running);
	assert_int_equal(x.transport.input.n, 10);
	host_ends(&x, ERR_CLOSED, NULL);
	assert_int_equal(x.states, 1);
	end(&x);
}

/* None does: nothing was done, and who has them is said. */
static void
gives_up(void **state)
{
	struct fix x;

	(void)state;
	begin(&x, UINT32_MAX);
	run(&x);
	go_on(&x);
	assert_int_equal(x.transport.tries, 1 + HOSTLINK_ACT_TRIES);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err, ERR_EXIT);
	assert_string_equal(x.text,
	    "too busy: all channels to the host are in use (the log, a "
	    "message); try again");
	assert_int_equal(x.plan->steps[0].state, STEP_SKIPPED);

	/* and the next one has as long */
	x.transport.tries = 0;
	hostlink_act_read(x.act, &x.found, NULL, (struct str){NULL, 0});
	go_on(&x);
	assert_int_equal(x.transport.tries, 1 + HOSTLINK_ACT_TRIES);
	assert_int_equal(x.states, 1);
	assert_int_equal(x.err, ERR_LIMIT);
	assert_true(strstr(x.text, "the log, a message") != NULL);
	end(&x);
}

/* One at a time, also while one waits. */
static void
waits_alone(void **state)
{
	struct fix x;

	(void)state;
	begin(&x, 2);
	hostlink_act_read(x.act, &x.found, NULL, (struct str){NULL, 0});
	run(&x);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.plan->steps[0].state, STEP_PLANNED);
	go_on(&x);
	assert_true(x.transport.running);
	host_ends(&x, ERR_CLOSED, NULL);
	assert_int_equal(x.states, 1);
	end(&x);
}

/* The connection goes while it waits: nothing was sent. */
static void
connection_ends_while_it_waits(void **state)
{
	struct fix x;

	(void)state;
	begin(&x, 2);
	run(&x);
	x.transport.err = ERR_CLOSED;
	go_on(&x);
	assert_int_equal(x.transport.tries, 2);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err, ERR_EXIT);
	assert_int_equal(x.plan->steps[0].state, STEP_SKIPPED);
	end(&x);
}

/* A host that allows fewer sessions than we do opens none: tried again, unless
 * it said something, for then it ran. */
static void
refused_by_the_host(void **state)
{
	struct fix x;

	(void)state;
	begin(&x, 0);
	run(&x);
	host_ends(&x, ERR_LIMIT, NULL);
	assert_int_equal(x.ends, 0);
	go_on(&x);
	assert_int_equal(x.transport.tries, 2);
	assert_true(x.transport.running);
	host_ends(&x, ERR_LIMIT, "begun 1\n");
	go_on(&x);
	assert_int_equal(x.transport.tries, 2);
	assert_int_equal(x.ends, 1);
	assert_int_equal(x.err, ERR_LIMIT);
	assert_int_equal(x.plan->steps[0].state, STEP_UNKNOWN);
	end(&x);
}

/* What was taken for a refusal may be running: nothing that follows says that
 * nothing was done, unless the transport is sure. */
static void
a_refusal_in_doubt(void **state)
{
	static const struct {
		bool sure, full;
		const char *then; /* the next try says; NULL: there is none */
		err_t err;
		enum step_state step;
	} rows[] = {
	    {false, false, NULL, ERR_CLOSED, STEP_UNKNOWN},
	    {false, true, NULL, ERR_CLOSED, STEP_UNKNOWN},
	    {false, false, "end failed this plan has run already\n", ERR_CLOSED,
		STEP_UNKNOWN},
	    {false, false, "step 1 failed check 1 0\nend failed step\n",
		ERR_EXIT, STEP_FAILED},
	    {false, false, "step 1 done do 0 5\nend done\n", ERR_OK, STEP_DONE},
	    {true, false, NULL, ERR_EXIT, STEP_SKIPPED},
	    {true, true, NULL, ERR_EXIT, STEP_SKIPPED},
	    {true, false, "end failed no room\n", ERR_EXIT, STEP_SKIPPED},
	};
	struct fix x;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(&x, 0);
		if (rows[i].sure)
			x.transport.t.vt = &sure_vt;
		run(&x);
		host_ends(&x, ERR_LIMIT, NULL);
		if (rows[i].full)
			x.transport.full = UINT32_MAX;
		else if (rows[i].then == NULL)
			x.transport.err = ERR_CLOSED;
		go_on(&x);
		if (rows[i].then != NULL)
			host_ends(&x, ERR_OK, rows[i].then);
		assert_int_equal(x.ends, 1);
		assert_int_equal(x.err, rows[i].err);
		assert_int_equal(x.plan->steps[0].state, rows[i].step);
		/* and the next one begins without */
		x.transport.err = ERR_CLOSED;
		x.plan->steps[0].state = STEP_PLANNED;
		run(&x);
		assert_int_equal(x.plan->steps[0].state, STEP_SKIPPED);
		end(&x);
	}
}

/* Freed while it waits. */
static void
freed_while_it_waits(void **state)
{
	struct fix x;

	(void)state;
	begin(&x, 5);
	run(&x);
	assert_true(hostlink_act_waits(x.act));
	end(&x);
	assert_int_equal(x.ends, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waits_for_a_channel),
	    cmocka_unit_test(gives_up),
	    cmocka_unit_test(waits_alone),
	    cmocka_unit_test(connection_ends_while_it_waits),
	    cmocka_unit_test(refused_by_the_host),
	    cmocka_unit_test(a_refusal_in_doubt),
	    cmocka_unit_test(freed_while_it_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
