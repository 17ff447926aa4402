/* hostlink_act.c - see hostlink_act.h. */
#include "remote/hostlink_act.h"

#include "core/i18n.h"
#include "remote/postfix_plan.h"
#include "remote/script.h"
#include "scripts/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	READ_TIMEOUT_MS = 30000,
	END_TIMEOUT_MS = 300000, /* 60 s a step, see act.sh */
	STEP_MORE_MS = 90000,
	LINE_MAX_BYTES = 8192,
	PROGRAM_MAX_BYTES = 128 << 20,
	USERS_MAX_BYTES = 512,
};

enum doing { DOING_READ, DOING_RUN, DOING_SETTLE };

struct hostlink_act {
	struct hostlink_port port;
	host_id host;
	struct hostlink_act_cb cb;
	struct exec *exec; /* NULL: nothing runs on the host */
	enum doing doing;
	/* What is to run, until there is a channel for it. */
	uv_timer_t turn;
	uint64_t again_ms;
	unsigned tries;	       /* left */
	struct buf cmd, input; /* the script with its arguments; its stdin */
	int64_t timeout_ms;
	bool waits, heard;
	bool doubt; /* a try before this one may have run after all */
	struct act_state *state; /* owned; being read */
	struct plan *plan;	 /* borrowed; NULL: end, extend */
	struct buf line;
	bool told_end, ok;
	char text[512]; /* why it failed, as the host says */
};

static void
take_told(struct hostlink_act *h, struct str line)
{
	struct act_told told;
	struct plan_step *s = NULL;
	enum act_line kind = act_told_line(&told, line);
	size_t n = 0;

	if (kind == ACT_LINE_END) {
		h->told_end = true;
		h->ok = told.ok;
		str_copy(h->text, sizeof h->text, told.text);
		return;
	}
	/* Steps are numbered by host. */
	for (size_t i = 0; h->plan != NULL && i < h->plan->n_steps; i++)
		if (h->plan->steps[i].host == h->host && ++n == told.step)
			s = &h->plan->steps[i];
	if (kind == ACT_LINE_OUT) {
		if (s == NULL) { /* of ending a lease: what it found instead */
			str_copy(h->text, sizeof h->text, told.text);
			return;
		}
		/* What does not fit is not kept. */
		(void)buf_str(&s->output, told.text);
		(void)buf_putc(&s->output, '\n');
	} else if (kind == ACT_LINE_STEP && s != NULL) {
		s->state = told.state;
		s->exit = told.exit;
		s->ms = told.ms;
		h->cb.on_step(h->cb.ctx, h->host);
	}
}

static void
on_out(void *ctx, struct str bytes)
{
	struct hostlink_act *h = ctx;

	h->heard = true;
	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] != '\n') {
			/* A line too long is cut: it is none of ours. */
			(void)buf_putc(&h->line, bytes.p[i]);
			continue;
		}
		if (h->doing == DOING_READ)
			act_state_line(h->state, buf_view(&h->line));
		else
			take_told(h, buf_view(&h->line));
		buf_reset(&h->line);
	}
}

static void
end_read(struct hostlink_act *h, err_t err)
{
	struct act_state *st = h->state;

	h->state = NULL;
	if (err == ERR_OK && !st->whole)
		err = ERR_CLOSED;
	if (err != ERR_OK && h->text[0] == '\0')
		str_copy(h->text, sizeof h->text, str_of(_(err_text(err))));
	h->cb.on_state(
	    h->cb.ctx, h->host, err == ERR_OK ? st : NULL, err, h->text);
	free(st);
}

/* Which step it was that ended it all. */
static void
name_failed(struct hostlink_act *h)
{
	for (size_t i = 0; h->plan != NULL && i < h->plan->n_steps; i++) {
		const struct plan_step *s = &h->plan->steps[i];

		if (s->host == h->host && s->state == STEP_FAILED)
			(void)snprintf(h->text, sizeof h->text,
			    _("failed with status %d: %s"), s->exit, s->text);
	}
}

/* What the connection's end leaves open is not known, and said so. */
static void
end_run(struct hostlink_act *h, err_t err)
{
	bool failed = false, begun = false;

	for (size_t i = 0; h->plan != NULL && i < h->plan->n_steps; i++)
		begun |= h->plan->steps[i].host == h->host &&
			 h->plan->steps[i].state != STEP_PLANNED;
	/* It was refused, which may be for what an earlier try does. */
	h->doubt &= h->told_end && !h->ok && !begun;
	if (h->told_end && !h->ok && h->doing == DOING_RUN &&
	    strcmp(h->text, "step") == 0)
		name_failed(h);

	for (size_t i = 0; h->plan != NULL && i < h->plan->n_steps; i++) {
		struct plan_step *s = &h->plan->steps[i];

		if (s->host != h->host)
			continue;
		if (s->state == STEP_RUNNING)
			s->state = STEP_UNKNOWN;
		else if (s->state == STEP_PLANNED)
			s->state = h->told_end && !h->doubt ? STEP_SKIPPED
							    : STEP_UNKNOWN;
		failed |= s->state != STEP_DONE;
	}
	h->plan = NULL;
	if (h->told_end && h->doing == DOING_SETTLE)
		err = h->ok ? ERR_OK : ERR_EXIT;
	else if (h->told_end && !h->doubt)
		err = h->ok && !failed ? ERR_OK : ERR_EXIT;
	else if (err == ERR_OK)
		err = ERR_CLOSED;
	if (err != ERR_OK && h->text[0] == '\0')
		str_copy(h->text, sizeof h->text, str_of(_(err_text(err))));
	h->cb.on_end(h->cb.ctx, h->host, err, h->text);
}

/* Nothing was sent: nothing was done. Where that is in doubt, it is not known.
 */
static void
end_unsent(struct hostlink_act *h, err_t err)
{
	h->waits = false;
	buf_done(&h->cmd);
	buf_done(&h->input);
	if (h->doing == DOING_READ) {
		end_read(h, err);
		return;
	}
	for (size_t i = 0; h->plan != NULL && i < h->plan->n_steps; i++)
		if (h->plan->steps[i].host == h->host)
			h->plan->steps[i].state =
			    h->doubt ? STEP_UNKNOWN : STEP_SKIPPED;
	h->plan = NULL;
	if (h->text[0] == '\0')
		str_copy(h->text, sizeof h->text, str_of(_(err_text(err))));
	h->cb.on_end(
	    h->cb.ctx, h->host, h->doubt ? ERR_CLOSED : ERR_EXIT, h->text);
}

static void take_turn(struct hostlink_act *h);

static void
on_turn(uv_timer_t *t)
{
	take_turn(t->data);
}

/* All channels are in use: what holds one ends soon, or it is said what it
 * is. */
static void
wait_turn(struct hostlink_act *h)
{
	struct buf users;

	if (h->tries-- > 0) {
		h->waits = true;
		(void)uv_timer_start(&h->turn, on_turn, h->again_ms, 0);
		return;
	}
	buf_init(&users, USERS_MAX_BYTES);
	h->port.name_users(h->port.ctx, &users);
	(void)snprintf(h->text, sizeof h->text,
	    _("too busy: all channels to the host are in use (%s); try "
	      "again"),
	    buf_cstr(&users));
	buf_done(&users);
	end_unsent(h, ERR_LIMIT);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink_act *h = ctx;

	(void)status;
	(void)signal;
	h->exec = NULL;
	/* The host allows fewer channels than we do, and opened none. */
	if (err == ERR_LIMIT && !h->heard) {
		h->doubt |= !h->port.transport->vt->refuses_surely;
		wait_turn(h);
		return;
	}
	buf_reset(&h->line);
	buf_done(&h->cmd);
	buf_done(&h->input);
	if (h->doing == DOING_READ)
		end_read(h, err);
	else
		end_run(h, err);
}

static void
take_turn(struct hostlink_act *h)
{
	struct exec_opts eo = {.name = "act",
	    .ctx = h,
	    .command = buf_cstr(&h->cmd),
	    .input = buf_view(&h->input),
	    .timeout_ms = h->timeout_ms,
	    .on_out = on_out,
	    .on_end = on_end};
	err_t err = transport_exec(h->port.transport, &eo, &h->exec);

	if (err == ERR_LIMIT)
		wait_turn(h);
	else if (err != ERR_OK)
		end_unsent(h, err);
	else
		h->waits = false;
}

/* h->cmd with h->input, unless err says that it cannot be. */
static void
start(struct hostlink_act *h, err_t err, int64_t timeout_ms)
{
	h->told_end = h->ok = h->heard = h->doubt = false;
	h->text[0] = '\0';
	h->timeout_ms = timeout_ms;
	h->tries = HOSTLINK_ACT_TRIES;
	buf_reset(&h->line);
	if (err == ERR_OK)
		err = h->cmd.failed != ERR_OK ? h->cmd.failed : h->input.failed;
	if (err == ERR_OK)
		take_turn(h);
	else
		end_unsent(h, err);
}

struct hostlink_act *
hostlink_act_new(const struct hostlink_port *p, uv_loop_t *loop,
    uint64_t again_ms, host_id host, const struct hostlink_act_cb *cb)
{
	struct hostlink_act *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->port = *p;
	h->host = host;
	h->cb = *cb;
	h->again_ms = again_ms;
	(void)uv_timer_init(loop, &h->turn);
	h->turn.data = h;
	buf_init(&h->line, LINE_MAX_BYTES);
	buf_init(&h->cmd, SCRIPT_MAX_BYTES);
	buf_init(&h->input, PROGRAM_MAX_BYTES);
	return h;
}

bool
hostlink_act_waits(const struct hostlink_act *h)
{
	return h->waits;
}

static bool
is_busy(const struct hostlink_act *h)
{
	return h->exec != NULL || h->waits;
}

static void
add_name(void *ctx, const char *name)
{
	(void)script_arg(ctx, str_of(name)); /* the buffer keeps failures */
}

void
hostlink_act_read(struct hostlink_act *h, const struct discovery *found,
    const struct act_request *r, struct str domains)
{
	err_t err = found == NULL ? ERR_CLOSED : ERR_OK;

	if (is_busy(h)) {
		h->cb.on_state(h->cb.ctx, h->host, NULL, ERR_LIMIT,
		    _("another act is under way on this host"));
		return;
	}
	h->doing = DOING_READ;
	if (err == ERR_OK) {
		h->state = calloc(1, sizeof *h->state);
		err = h->state == NULL
			  ? ERR_NOMEM
			  : script_begin(&h->cmd, script_act, "mtadeck-act");
	}
	if (err == ERR_OK) {
		add_name(&h->cmd, r == NULL ? "list" : "read");
		if (r != NULL)
			(void)postfix_plan_needs(r, found, &h->cmd, add_name);
		err = buf_str(&h->input, domains);
	}
	start(h, err, READ_TIMEOUT_MS);
}

/* True: another is under way, and what it fills in stays its own. */
static bool
is_refused(struct hostlink_act *h)
{
	if (!is_busy(h))
		return false;
	h->cb.on_end(h->cb.ctx, h->host, ERR_EXIT,
	    _("another act is under way on this host"));
	return true;
}

/* A verb of act.sh with up to two arguments; err: it cannot be. */
static void
run_verb(struct hostlink_act *h, const struct discovery *found, err_t err,
    const char *const *args, int64_t timeout_ms)
{
	if (err == ERR_OK && found == NULL)
		err = ERR_CLOSED;
	if (err == ERR_OK)
		err = script_command(&h->cmd, script_act, "mtadeck-act", args);
	start(h, err, timeout_ms);
}

/* No journal, no act: the ticket is this plan's, and the journal has it. */
static err_t
ticket_err(const struct audit_ticket *t, const char *plan)
{
	return t->journal_seq > 0 && strcmp(t->plan, plan) == 0 ? ERR_OK
								: ERR_LIMIT;
}

void
hostlink_act_run(struct hostlink_act *h, const struct discovery *found,
    struct plan *p, const struct audit_ticket *t)
{
	int64_t timeout_ms = READ_TIMEOUT_MS;
	err_t err = ticket_err(t, p->id);

	if (is_refused(h))
		return;
	h->doing = DOING_RUN;
	h->plan = p;
	if (err == ERR_OK)
		err = act_program(
		    &h->input, p, h->host, h->port.now_ms(h->port.ctx));
	/* Each step's check and verify have their own limits beside it. */
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].host == h->host)
			timeout_ms += p->steps[i].timeout_ms + STEP_MORE_MS;
	run_verb(h, found, err, (const char *const[]){"run", NULL}, timeout_ms);
}

void
hostlink_act_end(struct hostlink_act *h, const struct discovery *found,
    const struct audit_ticket *t)
{
	if (is_refused(h))
		return;
	h->doing = DOING_RUN;
	run_verb(h, found, ticket_err(t, t->plan),
	    (const char *const[]){"end", t->plan, NULL}, END_TIMEOUT_MS);
}

void
hostlink_act_extend(struct hostlink_act *h, const struct discovery *found,
    const struct audit_ticket *t, uint32_t seconds)
{
	char text[16];

	if (is_refused(h))
		return;
	h->doing = DOING_RUN;
	(void)snprintf(text, sizeof text, "%" PRIu32, seconds);
	run_verb(h, found, ticket_err(t, t->plan),
	    (const char *const[]){"extend", t->plan, text, NULL},
	    READ_TIMEOUT_MS);
}

void
hostlink_act_settle(
    struct hostlink_act *h, const struct discovery *found, struct plan *p)
{
	if (is_refused(h))
		return;
	h->doing = DOING_SETTLE;
	h->plan = p;
	run_verb(h, found, ERR_OK, (const char *const[]){"state", p->id, NULL},
	    READ_TIMEOUT_MS);
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
hostlink_act_free(struct hostlink_act *h)
{
	if (h == NULL)
		return;
	if (h->exec != NULL)
		exec_cancel(h->port.transport, h->exec);
	free(h->state);
	buf_done(&h->line);
	buf_done(&h->cmd);
	buf_done(&h->input);
	uv_close((uv_handle_t *)&h->turn, on_closed);
}
