/*
 * ov_complete.c - the word behind a command of the palette: what it may become,
 * by the verb's row and from what is known of the fleet: egress IPs, providers,
 * domains, senders, pools, acts in force. Of a list "a,b" the last counts.
 */
#include "tui/overlay.h"

#include <stdio.h>

/* What is known so far of the completions of one word. */
struct offer {
	struct completion *out;
	struct str word;  /* as typed */
	struct str head;  /* of it: what a name stands behind, "egress=a," */
	const char *tail; /* what stands behind a name: "=" */
};

bool
ov_completing(const struct ui *ui)
{
	return ui->input_n > 0 && memchr(ui->input, ' ', ui->input_n) != NULL;
}

/* One word that is possible: head and name together. */
static void
offer(struct offer *o, struct str name)
{
	struct completion *c = o->out;
	char text[COMPLETE_WORD];
	size_t n;

	if (o->head.n + name.n + strlen(o->tail) >= sizeof text)
		return;
	n = (size_t)snprintf(text, sizeof text, "%.*s%.*s%s", (int)o->head.n,
	    o->head.n > 0 ? o->head.p : "", (int)name.n,
	    name.n > 0 ? name.p : "", o->tail);
	/* A blank, or what is no text, would be another word. */
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == '\x7f')
			return;
	if (!str_starts(str_of(text), o->word) || n == 0)
		return;
	for (size_t i = 0; i < c->n_shown; i++)
		if (strcmp(c->shown[i], text) == 0)
			return;
	if (c->n++ == 0)
		memcpy(c->common, text, n + 1);
	for (n = 0; c->common[n] != '\0' && c->common[n] == text[n];)
		n++;
	c->common[n] = '\0';
	if (c->n_shown < COMPLETE_SHOWN)
		memcpy(c->shown[c->n_shown++], text, sizeof text);
}

static void
offer_egress(struct offer *o, const struct model *m, const char *pool)
{
	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];
		bool twice = e->rest || e->ip[0] == '\0' ||
			     (pool != NULL && !act_is_pool(pool, e->pool));

		for (egress_id k = 0; k < i && !twice; k++)
			twice = strcmp(m->egress[k].ip, e->ip) == 0;
		if (!twice)
			offer(o, str_of(e->ip));
	}
}

static void
offer_keyed(
    struct offer *o, const struct model *m, const struct keyed *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (v[i].key != INTERN_OTHER)
			offer(o, intern_text(m->texts, v[i].key));
}

/* Pools that have addresses, as people write them: "sender-map". */
static void
offer_pools(struct offer *o, const struct model *m)
{
	char word[SERVICE_MAX_BYTES];

	for (egress_id i = 0; i < m->n_egress; i++) {
		const struct egress *e = &m->egress[i];
		bool twice = e->pool[0] == '\0' || e->ip[0] == '\0';

		for (egress_id k = 0; k < i && !twice; k++)
			twice = m->egress[k].ip[0] != '\0' &&
				strcmp(m->egress[k].pool, e->pool) == 0;
		if (twice)
			continue;
		str_copy(word, sizeof word, str_of(e->pool));
		for (char *p = word; *p != '\0'; p++)
			*p = *p == ' ' ? '-' : *p;
		offer(o, str_of(word));
	}
}

/* Acts in force, of one verb or any: what it is done to comes by itself. */
static void
offer_leases(struct offer *o, const struct ui *ui)
{
	for (size_t i = 0; i < ui->act.n_leases; i++)
		offer(o, str_of(ui->act.leases[i].id));
}

/* What stands behind "name=". */
static void
offer_values(struct offer *o, const struct model *m, struct str name)
{
	if (str_eq(name, STR_LIT("provider")))
		offer_keyed(o, m, m->providers, m->n_providers);
	else if (str_eq(name, STR_LIT("domain")))
		offer_keyed(o, m, m->domains, m->n_domains);
	else if (str_eq(name, STR_LIT("sender")))
		offer_keyed(o, m, m->senders, m->n_senders);
	else if (str_eq(name, STR_LIT("egress")) || str_eq(name, STR_LIT("to")))
		offer_egress(o, m, NULL);
}

static void
offer_names(struct offer *o, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		offer(o, str_of(names[i]));
}

/* Is a word that begins so on the line already? */
static bool
has_word(const struct ui *ui, const char *head)
{
	struct str rest = {ui->input, ui->input_n}, word;

	while (str_word(&rest, &word))
		if (str_starts(word, str_of(head)))
			return true;
	return false;
}

/* provider= or domain=, then the one egress IP it is over. */
static void
offer_mail(struct offer *o, const struct ui *ui, size_t nth)
{
	static const char *const mail[] = {"provider=", "domain="};
	bool named = has_word(ui, "provider=") || has_word(ui, "domain=");

	if (nth == 0)
		offer_names(o, mail, 2);
	else if (named && !has_word(ui, "egress="))
		offer(o, STR_LIT("egress="));
}

/* The value that is advised for this very line; false: none is. */
static bool
offer_advised(struct offer *o, const struct ui *ui)
{
	struct str advised = str_of(ui->act.advised), line;
	struct str value = str_from(advised, o->out->from);

	line = (struct str){ui->input, ui->input_n};
	if (!str_starts(advised, line) || value.n == 0 ||
	    memchr(value.p, ' ', value.n) != NULL)
		return false;
	offer(o, value);
	return true;
}

/* The bare words a verb takes; nth: how many words stand before this one. */
static void
offer_subjects(struct offer *o, const struct ui *ui, const struct model *m,
    enum verb v, size_t nth)
{
	static const char *const filter[] = {
	    "domain=", "provider=", "sender=", "recipient=", "reply=",
	    "egress=", "older=", "younger=", "larger=", "qid="};
	unsigned targets = verb_rows[v].targets;

	if ((targets & ACT_ON_EGRESS) != 0 && nth == 0)
		offer_egress(o, m, NULL);
	if ((targets & ACT_ON_PROVIDER) != 0)
		offer_mail(o, ui, nth);
	if (v == VERB_EVACUATE && nth > 0 && !has_word(ui, "to="))
		offer(o, STR_LIT("to="));
	if (targets == ACT_ON_MESSAGES)
		offer_names(o, filter, sizeof filter / sizeof *filter);
	if (targets == ACT_ON_POOL && nth == 0)
		offer_pools(o, m);
	if (targets == ACT_ON_SENDER && nth == 0)
		offer_keyed(o, m, m->senders, m->n_senders);
	if (targets == ACT_ON_LEASE && nth == 0)
		offer_leases(o, ui);
	if ((verb_rows[v].flags & ACTF_LEASE) != 0 && nth > 0 &&
	    (!has_word(ui, "for") || o->word.n > 0))
		offer(o, STR_LIT("for"));
}

/* An action's own name, or the parameters that are not given yet; what one may
 * be, if its choices are told. */
static void
offer_site(struct offer *o, const struct ui *ui, size_t nth, struct str param)
{
	struct str rest = {ui->input, ui->input_n}, name = {NULL, 0};
	const struct site_action *a;
	char head[SITE_NAME + 2];

	for (unsigned i = 0; nth == 0 && i < act_site_count(ui); i++)
		offer(o, str_of(ui->act.sites->v[i].name));
	(void)str_word(&rest, &name);
	if (nth == 0 || !str_word(&rest, &name))
		return;
	a = site_find(ui->act.sites, name);
	for (unsigned i = 0; a != NULL && i < a->n_params; i++) {
		const struct site_param *p = &a->params[i];

		(void)snprintf(head, sizeof head, "%s=", p->name);
		if (param.n == 0 && !has_word(ui, head))
			offer(o, str_of(head));
		rest = str_of(p->choices);
		while (str_eq(param, str_of(p->name)) && str_word(&rest, &name))
			offer(o, name);
	}
}

/* Where the last word begins, and how many stand between it and the command. */
static size_t
last_word(const struct ui *ui, size_t *nth)
{
	size_t from = ui->input_n, words = 0;

	while (from > 0 && ui->input[from - 1] != ' ')
		from--;
	for (size_t i = 1; i < from; i++)
		words += ui->input[i] == ' ' && ui->input[i - 1] != ' ';
	*nth = words > 0 ? words - 1 : 0;
	return from;
}

/* The shares of a pool are of its addresses: "192.0.2.1=". */
static void
offer_shares(struct offer *o, const struct ui *ui, const struct model *m)
{
	struct str rest = {ui->input, ui->input_n}, pool = {NULL, 0};
	char name[SERVICE_MAX_BYTES];

	(void)str_word(&rest, &pool);
	if (!str_word(&rest, &pool))
		return;
	str_copy(name, sizeof name, pool);
	o->tail = "=";
	offer_egress(o, m, name);
	o->tail = "";
}

void
ov_complete(const struct ui *ui, const struct model *m, struct completion *out)
{
	struct str line = {ui->input, ui->input_n}, name;
	struct offer o = {.out = out, .tail = ""};
	const char *eq;
	size_t nth;
	enum verb v;

	*out = (struct completion){0};
	if (!ov_completing(ui) || !str_word(&line, &name))
		return;
	v = verb_of(name);
	out->from = last_word(ui, &nth);
	o.word = str_from((struct str){ui->input, ui->input_n}, out->from);
	if (v == VERB_N)
		return;
	eq = o.word.n > 0 ? memchr(o.word.p, '=', o.word.n) : NULL;
	if (eq == NULL && offer_advised(&o, ui))
		return;
	if (eq == NULL) {
		offer_subjects(&o, ui, m, v, nth);
		if (verb_rows[v].targets == ACT_ON_POOL && nth > 0)
			offer_shares(&o, ui, m);
		if (v == VERB_SITE)
			offer_site(&o, ui, nth, (struct str){NULL, 0});
		return;
	}
	o.head = o.word;
	while (o.head.n > 0 && o.head.p[o.head.n - 1] != '=' &&
	       o.head.p[o.head.n - 1] != ',')
		o.head.n--;
	name = (struct str){o.word.p, (size_t)(eq - o.word.p)};
	if (v == VERB_SITE)
		offer_site(&o, ui, nth, name);
	else
		offer_values(&o, m, name);
}
