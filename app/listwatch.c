/* listwatch.c - see listwatch.h. */
#include "app/listwatch.h"

#include "app/subjects.h"
#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOOK_MS = 5000 }; /* between two looks for new subjects */

struct listwatch {
	struct listwatch_opts o;
	struct prober *prober; /* owned */
	uint64_t version;      /* of the model when last looked at */
	int64_t looked_ms;
	uint64_t names_hash; /* of the subjects given last */
	int64_t urgent_ms;   /* news up to then were looked at */
	bool given, done;
	uint16_t use[LISTS_MAX]; /* the lists asked */
	size_t n_use;
};

static void
emit(struct listwatch *w, struct event *ev)
{
	w->o.emit(w->o.ctx, ev);
}

static void
on_answer(void *ctx, const struct list_answer *a)
{
	struct event ev = {.kind = EVT_LIST_ANSWER, .u.answer = a};

	emit(ctx, &ev);
}

static void
on_health(void *ctx, const struct list_health *h)
{
	struct event ev = {.kind = EVT_LIST_HEALTH, .u.health = h};

	emit(ctx, &ev);
}

static void
on_done(void *ctx)
{
	struct listwatch *w = ctx;

	w->done = true;
	w->o.on_done(w->o.ctx);
}

static bool
askable(const struct blocklist *l)
{
	return !l->closed && l->kind != LIST_PRIVATE;
}

/* "all", or one id. */
static err_t
use_one(const struct blocklists *lists, struct str id, uint16_t *use,
    size_t *n_use, char *why, size_t cap)
{
	uint16_t i = blocklists_find(lists, id);

	if (i == LIST_NONE || !askable(blocklists_at(lists, i))) {
		(void)snprintf(why, cap,
		    i == LIST_NONE
			? _("\"%.*s\" is no list of the catalogue; see mtadeck "
			    "lists")
			: _("the list %.*s is not asked: it is closed, or "
			    "shows "
			    "in replies only; see mtadeck lists"),
		    (int)id.n, id.p);
		return ERR_NOTFOUND;
	}
	for (size_t k = 0; k < *n_use; k++)
		if (use[k] == i)
			return ERR_OK;
	use[(*n_use)++] = i;
	return ERR_OK;
}

err_t
listwatch_use(const struct blocklists *lists, const struct str *ids,
    size_t n_ids, uint16_t *use, size_t *n_use, char *why, size_t cap)
{
	bool all = n_ids == 1 && str_eq(ids[0], STR_LIT("all"));
	err_t err = ERR_OK;

	*n_use = 0;
	if (n_ids > 0 && !all) {
		for (size_t i = 0; i < n_ids && err == ERR_OK; i++)
			err = use_one(lists, ids[i], use, n_use, why, cap);
		return err;
	}
	for (uint16_t i = 0; i < blocklists_count(lists); i++) {
		const struct blocklist *l = blocklists_at(lists, i);

		if (askable(l) && (all || l->watch))
			use[(*n_use)++] = i;
	}
	return ERR_OK;
}

size_t
listwatch_keys(const struct list_config *c, const struct blocklists *lists,
    struct prober_key *keys)
{
	size_t n = 0;

	for (uint16_t i = 0; i < blocklists_count(lists); i++) {
		struct str id = blocklists_at(lists, i)->id;
		struct str key = config_lists_key(c, id);

		if (key.n > 0)
			keys[n++] = (struct prober_key){id, key};
	}
	return n;
}

/* Of lists that nobody named, those that cannot be asked for want of a key are
 * not ours to ask: they would count as silent for ever. */
static void
drop_keyless(struct listwatch *w)
{
	const struct list_config *c = w->o.config;
	size_t n = 0;

	for (size_t i = 0; i < w->n_use; i++) {
		const struct blocklist *l =
		    blocklists_at(w->o.m->lists, w->use[i]);

		if (l->zone.n > 0 || config_lists_key(c, l->id).n > 0)
			w->use[n++] = w->use[i];
	}
	w->n_use = n;
}

static err_t
open_prober(struct listwatch *w, char *why, size_t cap)
{
	const struct list_config *c = w->o.config;
	struct prober_key *keys = calloc(LISTS_MAX, sizeof *keys);
	struct str ids[CONFIG_LISTS];
	struct prober_opts po = {.loop = w->o.loop,
	    .lists = w->o.m->lists,
	    .use = w->use,
	    .resolver = c->resolver[0] != '\0' ? c->resolver : NULL,
	    .asker = w->o.asker,
	    .keys = keys,
	    .allow_private = c->allow_private,
	    .once = w->o.once,
	    .ctx = w,
	    .on_answer = on_answer,
	    .on_health = on_health,
	    .on_done = on_done};
	err_t err = ERR_NOMEM;

	if (keys == NULL) {
		(void)snprintf(why, cap, "%s", err_text(ERR_NOMEM));
		goto done;
	}
	for (int i = 0; i < c->n_use; i++)
		ids[i] = str_of(c->use[i]);
	err = listwatch_use(
	    w->o.m->lists, ids, (size_t)c->n_use, w->use, &w->n_use, why, cap);
	if (c->n_use == 0)
		drop_keyless(w);
	po.n_use = w->n_use;
	if (err != ERR_OK)
		goto done;
	po.n_keys = listwatch_keys(c, w->o.m->lists, keys);
	err = prober_new(&w->prober, &po, why, cap);
done:
	free(keys);
	return err;
}

struct listwatch *
listwatch_new(const struct listwatch_opts *o, char *why, size_t cap)
{
	struct listwatch *w = calloc(1, sizeof *w);

	if (w == NULL) {
		(void)snprintf(why, cap, "%s", err_text(ERR_NOMEM));
		return NULL;
	}
	w->o = *o;
	if (open_prober(w, why, cap) == ERR_OK)
		return w;
	free(w);
	return NULL;
}

static uint64_t
hash_of(const struct subjects *s)
{
	uint64_t h = s->n;

	for (size_t i = 0; i < s->n; i++)
		h = str_hash(s->names[i], h);
	return h;
}

/* Gives model and prober the subjects when they are others than before. */
static void
give_subjects(struct listwatch *w)
{
	struct subjects s;
	struct event ev = {.kind = EVT_SUBJECTS};
	uint64_t hash;

	if (subjects_init(&s) != ERR_OK)
		return; /* the next look tries again */
	/* What found no room is told by the model (listings.beyond). */
	if (subjects_collect(&s, w->o.m, w->o.config) == ERR_NOMEM)
		goto done;
	hash = hash_of(&s);
	if (w->given && hash == w->names_hash)
		goto done;
	ev.u.subjects.names = s.names;
	ev.u.subjects.n = s.n;
	ev.u.subjects.use = w->use;
	ev.u.subjects.n_use = w->n_use;
	emit(w, &ev);
	if (prober_subjects(w->prober, s.names, s.n) == ERR_OK) {
		w->names_hash = hash;
		w->given = true;
	}
done:
	subjects_done(&s);
}

/* When the last news of a listing came: it began, or a reply named it. */
static int64_t
news_ms(const struct listing *r)
{
	if (!r->listed)
		return r->reply_first_ms;
	return r->since_ms > r->reply_first_ms ? r->since_ms
					       : r->reply_first_ms;
}

/* Whatever is newly listed, or said to be by a reply, is asked about at once,
 * and all that stands near it. */
static void
ask_urgent(struct listwatch *w)
{
	const struct listings *l = &w->o.m->listings;
	int64_t newest = w->urgent_ms;

	for (uint32_t i = 0; i < l->n_rows; i++) {
		const struct listing *r = &l->rows[i];

		if (news_ms(r) <= w->urgent_ms)
			continue;
		if (news_ms(r) > newest)
			newest = news_ms(r);
		prober_urgent(
		    w->prober, listings_text(l, l->subjects[r->subject].name));
	}
	w->urgent_ms = newest;
}

void
listwatch_look(struct listwatch *w)
{
	const struct model *m = w->o.m;

	if (m->version == w->version && w->given)
		return;
	w->version = m->version;
	ask_urgent(w);
	if (w->given && m->now_ms - w->looked_ms < LOOK_MS &&
	    m->now_ms >= w->looked_ms)
		return;
	w->looked_ms = m->now_ms;
	give_subjects(w);
}

void
listwatch_refresh(struct listwatch *w)
{
	prober_now(w->prober);
}

bool
listwatch_done(const struct listwatch *w)
{
	return w->done;
}

void
listwatch_free(struct listwatch *w)
{
	if (w == NULL)
		return;
	prober_free(w->prober);
	free(w);
}
