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
};

enum doing { DOING_READ, DOING_RUN, DOING_SETTLE };

struct hostlink_act {
	struct hostlink_port port;
	host_id host;
	struct hostlink_act_cb cb;
	struct exec *exec; /* NULL: nothing is under way */
	enum doing doing;
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
	h->cb.on_state(h->cb.ctx, h->host, err == ERR_OK ? st : NULL, err,
	    err == ERR_OK ? "" : _(err_text(err)));
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
	bool failed = false;

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
			s->state = h->told_end ? STEP_SKIPPED : STEP_UNKNOWN;
		failed |= s->state != STEP_DONE;
	}
	h->plan = NULL;
	if (h->told_end && h->doing == DOING_SETTLE)
		err = h->ok ? ERR_OK : ERR_EXIT;
	else if (h->told_end)
		err = h->ok && !failed ? ERR_OK : ERR_EXIT;
	else if (err == ERR_OK)
		err = ERR_CLOSED;
	if (err != ERR_OK && h->text[0] == '\0')
		str_copy(h->text, sizeof h->text, str_of(_(err_text(err))));
	h->cb.on_end(h->cb.ctx, h->host, err, h->text);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct hostlink_act *h = ctx;

	(void)status;
	(void)signal;
	h->exec = NULL;
	buf_reset(&h->line);
	if (h->doing == DOING_READ)
		end_read(h, err);
	else
		end_run(h, err);
}

/* The script with its arguments; input: the program, or nothing. */
static err_t
start(struct hostlink_act *h, struct buf *cmd, struct str input,
    int64_t timeout_ms)
{
	struct exec_opts eo = {.name = "act",
	    .ctx = h,
	    .input = input,
	    .timeout_ms = timeout_ms,
	    .on_out = on_out,
	    .on_end = on_end};

	h->told_end = h->ok = false;
	h->text[0] = '\0';
	buf_reset(&h->line);
	if (cmd->failed != ERR_OK)
		return cmd->failed;
	eo.command = buf_cstr(cmd);
	return transport_exec(h->port.transport, &eo, &h->exec);
}

struct hostlink_act *
hostlink_act_new(const struct hostlink_port *p, host_id host,
    const struct hostlink_act_cb *cb)
{
	struct hostlink_act *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->port = *p;
	h->host = host;
	h->cb = *cb;
	buf_init(&h->line, LINE_MAX_BYTES);
	return h;
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
	struct buf cmd;
	err_t err = found == NULL ? ERR_CLOSED : ERR_OK;

	if (h->exec != NULL) {
		h->cb.on_state(h->cb.ctx, h->host, NULL, ERR_LIMIT,
		    _("another act is under way on this host"));
		return;
	}
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	h->doing = DOING_READ;
	if (err == ERR_OK) {
		h->state = calloc(1, sizeof *h->state);
		err = h->state == NULL
			  ? ERR_NOMEM
			  : script_begin(&cmd, script_act, "mtadeck-act");
	}
	if (err == ERR_OK) {
		add_name(&cmd, r == NULL ? "list" : "read");
		if (r != NULL)
			(void)postfix_plan_needs(r, found, &cmd, add_name);
		err = start(h, &cmd, domains, READ_TIMEOUT_MS);
	}
	buf_done(&cmd);
	if (err != ERR_OK) {
		free(h->state);
		h->state = NULL;
		h->cb.on_state(h->cb.ctx, h->host, NULL, err, _(err_text(err)));
	}
}

/* True: another is under way, and what it fills in stays its own. */
static bool
is_busy(struct hostlink_act *h)
{
	if (h->exec == NULL)
		return false;
	h->cb.on_end(h->cb.ctx, h->host, ERR_EXIT,
	    _("another act is under way on this host"));
	return true;
}

/* A verb of act.sh with up to two arguments; err: it cannot be. */
static void
run_verb(struct hostlink_act *h, const struct discovery *found, err_t err,
    const char *const *args, struct str input, int64_t timeout_ms)
{
	struct buf cmd;

	if (err == ERR_OK && found == NULL)
		err = ERR_CLOSED;
	buf_init(&cmd, SCRIPT_MAX_BYTES);
	if (err == ERR_OK)
		err = script_command(&cmd, script_act, "mtadeck-act", args);
	if (err == ERR_OK)
		err = start(h, &cmd, input, timeout_ms);
	buf_done(&cmd);
	if (err == ERR_OK)
		return;
	/* Nothing was sent: nothing was done. */
	for (size_t i = 0; h->plan != NULL && i < h->plan->n_steps; i++)
		if (h->plan->steps[i].host == h->host)
			h->plan->steps[i].state = STEP_SKIPPED;
	h->plan = NULL;
	h->cb.on_end(h->cb.ctx, h->host, ERR_EXIT, _(err_text(err)));
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
	struct buf program;
	err_t err = ticket_err(t, p->id);

	if (is_busy(h))
		return;
	h->doing = DOING_RUN;
	h->plan = p;
	buf_init(&program, PROGRAM_MAX_BYTES);
	if (err == ERR_OK)
		err = act_program(
		    &program, p, h->host, h->port.now_ms(h->port.ctx));
	/* Each step's check and verify have their own limits beside it. */
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].host == h->host)
			timeout_ms += p->steps[i].timeout_ms + STEP_MORE_MS;
	run_verb(h, found, err, (const char *const[]){"run", NULL},
	    buf_view(&program), timeout_ms);
	buf_done(&program);
}

void
hostlink_act_end(struct hostlink_act *h, const struct discovery *found,
    const struct audit_ticket *t)
{
	if (is_busy(h))
		return;
	h->doing = DOING_RUN;
	run_verb(h, found, ticket_err(t, t->plan),
	    (const char *const[]){"end", t->plan, NULL}, (struct str){NULL, 0},
	    END_TIMEOUT_MS);
}

void
hostlink_act_extend(struct hostlink_act *h, const struct discovery *found,
    const struct audit_ticket *t, uint32_t seconds)
{
	char text[16];

	if (is_busy(h))
		return;
	h->doing = DOING_RUN;
	(void)snprintf(text, sizeof text, "%" PRIu32, seconds);
	run_verb(h, found, ticket_err(t, t->plan),
	    (const char *const[]){"extend", t->plan, text, NULL},
	    (struct str){NULL, 0}, READ_TIMEOUT_MS);
}

void
hostlink_act_settle(
    struct hostlink_act *h, const struct discovery *found, struct plan *p)
{
	if (is_busy(h))
		return;
	h->doing = DOING_SETTLE;
	h->plan = p;
	run_verb(h, found, ERR_OK, (const char *const[]){"state", p->id, NULL},
	    (struct str){NULL, 0}, READ_TIMEOUT_MS);
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
	free(h);
}
