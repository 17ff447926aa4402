/* plan.c - see plan.h. */
#include "core/plan.h"

#include "core/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANY_MESSAGES = 100 };

struct plan *
plan_new(const struct act_request *r, int64_t now_ms, uint64_t salt)
{
	struct plan *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->request = *r;
	if (r->addresses != NULL) {
		p->addresses = str_dup(str_of(r->addresses));
		if (p->addresses == NULL) {
			free(p);
			return NULL;
		}
	}
	p->request.addresses = p->addresses;
	p->made_ms = now_ms;
	p->irreversible = (act_flags(r) & ACTF_IRREVERSIBLE) != 0;
	if ((act_flags(r) & ACTF_LEASE) != 0 && r->lease_ms > 0)
		p->lease_until_ms = now_ms + r->lease_ms;
	(void)snprintf(p->id, sizeof p->id, "%08" PRIx64 "-%06" PRIx64,
	    (uint64_t)(now_ms / 1000) & 0xffffffffU, salt & 0xffffff);
	return p;
}

struct plan_step *
plan_add(struct plan *p, host_id host, uint32_t timeout_ms)
{
	struct plan_step *v;
	bool new_host =
	    p->n_steps == 0 || p->steps[p->n_steps - 1].host != host;

	if (p->n_steps == PLAN_STEPS)
		return NULL;
	v = realloc(p->steps, (p->n_steps + 1) * sizeof *v);
	if (v == NULL)
		return NULL;
	p->steps = v;
	v += p->n_steps++;
	*v = (struct plan_step){.host = host, .timeout_ms = timeout_ms};
	buf_init(&v->output, PLAN_OUTPUT);
	p->n_hosts += new_host;
	return v;
}

void
plan_clear(struct plan *p)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		struct plan_step *s = &p->steps[i];

		free(s->check);
		free(s->command);
		free(s->undo);
		free(s->verify);
		free(s->input);
		free(s->after);
		free(s->holds);
		free(s->sets);
		buf_done(&s->output);
	}
	free(p->steps);
	p->steps = NULL;
	p->n_steps = 0;
	p->n_hosts = 0;
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	plan_clear(p);
	free(p->addresses);
	free(p->domains);
	free(p);
}

const char *
plan_confirm_word(const struct plan *p, char *dst)
{
	if (p->irreversible && p->request.verb == VERB_SITE)
		str_copy(dst, NUM_TEXT, str_of(p->request.of.site));
	else if (p->irreversible || p->messages > MANY_MESSAGES)
		(void)snprintf(dst, NUM_TEXT, "%" PRIu64, p->messages);
	else
		(void)snprintf(dst, NUM_TEXT, "y");
	return dst;
}

const char *
step_state_name(enum step_state s)
{
	static const char *const names[] = {[STEP_PLANNED] = "planned",
	    [STEP_RUNNING] = "running",
	    [STEP_DONE] = "done",
	    [STEP_FAILED] = "failed",
	    [STEP_SKIPPED] = "skipped",
	    [STEP_UNKNOWN] = "unknown"};

	return names[s];
}
