/* docs_act.c - see docs_act.h. */
#include "app/docs_act.h"

#include "app/docs_int.h"

enum { ADDRESSES_SHOWN = 1000 };

static cJSON *
step_of(const struct model *m, const struct plan_step *s)
{
	cJSON *o = cJSON_CreateObject();
	bool ran = s->state == STEP_DONE || s->state == STEP_FAILED;

	docs_add_z(o, "host", m->hosts[s->host].name);
	docs_add_z(o, "text", s->text);
	docs_add_z(o, "command", s->command);
	docs_add_z(o, "undo", s->undo);
	docs_add_z(o, "verify", s->verify);
	docs_add_z(o, "state", step_state_name(s->state));
	docs_add_known(o, "exit", ran ? s->exit : -1);
	docs_add_known(o, "ms", ran ? s->ms : -1);
	(void)json_add_opt(o, "output", buf_view(&s->output));
	return o;
}

/* Those of a set, as far as a record has room for them; targets[] has the
 * number of addresses, warning that of a provider's domains. */
static void
add_names(cJSON *o, const char *key, const char *lines)
{
	struct str rest = str_of(lines), one;
	cJSON *list;

	if (lines == NULL)
		return;
	list = cJSON_AddArrayToObject(o, key);
	for (int i = 0; i < ADDRESSES_SHOWN && str_line(&rest, &one); i++) {
		char text[NAME_MAX_BYTES];

		str_copy(text, sizeof text, one);
		(void)cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
}

cJSON *
docs_act_plan(const struct model *m, const struct plan *p)
{
	const struct act_request *r = &p->request;
	bool lease = (act_flags(r) & ACTF_LEASE) != 0;
	char target[NAME_MAX_BYTES * 2];
	cJSON *o = cJSON_CreateObject(), *targets, *steps, *l;

	act_target_text(r, target, sizeof target);
	docs_add_z(o, "id", p->id);
	docs_add_z(o, "verb", verb_rows[r->verb].word);
	targets = cJSON_AddArrayToObject(o, "targets");
	(void)cJSON_AddItemToArray(targets, cJSON_CreateString(target));
	add_names(o, "addresses", p->addresses);
	add_names(o, "domains", p->domains);
	docs_add_z(o, "value", r->value);
	docs_add_z(o, "why", r->why);
	docs_add_z(o, "who", r->who);
	docs_add_z(o, "from", r->from);
	(void)json_add_u64(o, "messages", p->messages);
	(void)cJSON_AddBoolToObject(o, "irreversible", p->irreversible);
	docs_add_z(o, "refusal", p->refusal);
	docs_add_z(o, "warning", p->warning);
	steps = cJSON_AddArrayToObject(o, "steps");
	for (size_t i = 0; i < p->n_steps; i++)
		(void)cJSON_AddItemToArray(steps, step_of(m, &p->steps[i]));
	if (lease) {
		l = cJSON_AddObjectToObject(o, "lease");
		(void)json_add_time(l, "expires", p->lease_until_ms);
	} else {
		(void)cJSON_AddNullToObject(o, "lease");
	}
	(void)cJSON_AddBoolToObject(o, "verified", p->verified);
	return o;
}

err_t
docs_act_plan_text(struct buf *out, const struct model *m, const struct plan *p)
{
	cJSON *d = docs_act_plan(m, p);
	err_t err = d == NULL ? ERR_NOMEM : json_write_text(out, d);

	cJSON_Delete(d);
	return err;
}

static void
add_deci(cJSON *o, const char *name, int64_t deci)
{
	docs_add_milli(o, name, deci < 0 ? -1 : deci * 100);
}

static void
add_span(cJSON *o, const char *name, const struct effect_span *s)
{
	cJSON *d = cJSON_AddObjectToObject(o, name);
	int64_t ms = effect_seen_ms(s);

	add_deci(d, "refused_per_min", effect_per_min_deci(s, s->refused));
	add_deci(d, "sent_per_min", effect_per_min_deci(s, s->sent));
	docs_add_milli(d, "minutes", ms / 60);
	(void)json_add_u64(d, "refused", s->refused);
	(void)json_add_u64(d, "sent", s->sent);
	(void)json_add_time(d, "from", s->from_ms);
	(void)json_add_time(d, "to", s->to_ms);
}

/* null: nothing is measured of it. */
static void
add_effect(cJSON *o, const struct act_effect *x)
{
	cJSON *d;

	if (x == NULL || x->e.verdict == EFFECT_NONE) {
		(void)cJSON_AddNullToObject(o, "effect");
		return;
	}
	d = cJSON_AddObjectToObject(o, "effect");
	docs_add_z(d, "verdict", effect_verdict_name(x->e.verdict));
	docs_add_z(d, "why", effect_why_text(x->e.why));
	add_span(d, "before", &x->e.before);
	add_span(d, "after", &x->e.after);
	(void)json_add_time(d, "known_at", x->e.known_at_ms);
	docs_add_z(d, "next", x->next.words);
	docs_add_z(d, "then", x->next.then);
}

cJSON *
docs_act_lease(const struct model *m, const struct lease *l)
{
	char target[NAME_MAX_BYTES * 2];
	cJSON *o = cJSON_CreateObject();

	docs_add_z(o, "id", l->id);
	docs_add_z(o, "host", m->hosts[l->host].name);
	docs_add_z(
	    o, "verb", l->verb < VERB_N ? verb_rows[l->verb].word : NULL);
	act_subject_text(&l->of, target, sizeof target);
	docs_add_z(o, "target", target);
	docs_add_z(o, "egress", l->of.egress);
	docs_add_z(o, "value", l->value);
	docs_add_z(o, "who", l->who);
	docs_add_z(o, "why", l->why);
	docs_add_z(o, "user", l->user);
	(void)json_add_time(o, "since", l->since_ms);
	(void)json_add_time(o, "expires", l->until_ms);
	docs_add_z(o, "state", lease_state_name(l->state));
	docs_add_z(o, "text", l->text);
	add_effect(o, acts_effect_of(m, l));
	return o;
}

static void
add_hex(cJSON *o, const char *name, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * JOURNAL_HASH + 1];
	size_t at = 0;

	for (size_t i = 0; i < n && i < JOURNAL_HASH; i++) {
		text[at++] = digits[bytes[i] >> 4];
		text[at++] = digits[bytes[i] & 15];
	}
	text[at] = '\0';
	docs_add_z(o, name, text);
}

cJSON *
docs_act_record(const struct journal_rec *r)
{
	cJSON *o = cJSON_CreateObject(), *detail = NULL;

	(void)json_add_u64(o, "v", 1);
	(void)json_add_u64(o, "seq", r->seq);
	(void)json_add_time(o, "at", r->at_ms);
	docs_add_z(o, "kind", journal_kind_name(r->kind));
	(void)json_add_opt(o, "who", r->who);
	(void)json_add_opt(o, "from", r->from);
	(void)json_add_opt(o, "host", r->host);
	(void)json_add_opt(o, "subject", r->subject);
	(void)json_add_opt(o, "text", r->text);
	/* Its own object; as text when it is none (somebody wrote it). */
	if (r->detail.n > 0 &&
	    json_parse(&detail, r->detail, JOURNAL_DETAIL_MAX) == ERR_OK)
		(void)cJSON_AddItemToObject(o, "detail", detail);
	else
		(void)json_add_opt(o, "detail", r->detail);
	(void)json_add_opt(o, "incident", r->incident);
	add_hex(o, "hash", r->hash, JOURNAL_HASH);
	return o;
}
