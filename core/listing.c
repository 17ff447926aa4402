/*
 * listing.c - rows of subject x list, their counts and what views ask of them;
 * see listing.h. Changes come from update_listing*.c only. Every pair that was
 * answered for costs a byte; only those that were ever listed have a row.
 */
#include "core/listing_int.h"

#include <stdlib.h>

enum {
	TEXTS_IDS = 2 * SUBJECTS_MAX + LISTINGS_MAX,
	TEXTS_BYTES = 24 << 20,
	ROWS_FIRST = 16,
	DROP_MS = 60000, /* between two tries to make room */
	MIN_MS = GAUGE_STEP_MS,
	FORECAST_MIN = 360,   /* minutes that are looked at */
	FORECAST_LEAST = 30,  /* that must lie behind the most */
	FORECAST_FALLS = 180, /* in which it must have fallen */
};
#define FORECAST_MAX_MS LISTING_AGAIN_MS

bool
listings_init(struct listings *l, const struct blocklists *catalogue)
{
	uint16_t n = blocklists_count(catalogue);

	l->texts = intern_new(TEXTS_IDS, TEXTS_BYTES);
	l->index = calloc(1, sizeof *l->index);
	l->lists = calloc(n + 1U, sizeof *l->lists);
	if (l->texts == NULL || l->index == NULL || l->lists == NULL)
		return false;
	l->index->heavy = calloc(n + 1U, sizeof *l->index->heavy);
	if (l->index->heavy == NULL)
		return false;
	l->n_lists = n;
	for (uint16_t i = 0; i < n; i++)
		l->index->heavy[i] =
		    blocklists_at(catalogue, i)->impact >= IMPACT_MEDIUM;
	return true;
}

void
listings_done(struct listings *l)
{
	intern_free(l->texts);
	free(l->subjects);
	free(l->rows);
	free(l->lists);
	free(l->verdicts);
	gauge_done(&l->ips);
	gauge_done(&l->domains);
	if (l->index != NULL) {
		table_done(&l->index->rows);
		table_done(&l->index->past_at);
		free(l->index->past);
		free(l->index->subject1);
		free(l->index->next1);
		free(l->index->more);
		free(l->index->heavy);
		free(l->index);
	}
	*l = (struct listings){0};
}

static uint64_t
row_key(uint32_t subject, uint16_t list)
{
	return (uint64_t)subject << 16 | list;
}

struct listing *
listings_find(const struct listings *l, uint32_t subject, uint16_t list)
{
	uint32_t at = table_find(&l->index->rows, row_key(subject, list));

	return at == TABLE_NONE ? NULL : &l->rows[at];
}

const struct listing *
listings_row(const struct listings *l, uint32_t subject, uint16_t list)
{
	return listings_find(l, subject, list);
}

uint8_t *
listings_verdict(const struct listings *l, uint32_t subject, uint16_t list)
{
	return &l->verdicts[(size_t)subject * l->n_lists + list];
}

struct str
listings_text(const struct listings *l, uint32_t id)
{
	return intern_text(l->texts, id);
}

static uint32_t
plus(uint32_t n, int sign)
{
	return sign > 0 ? n + 1 : n - 1;
}

static void
count_list(
    struct list_state *s, const struct listing *r, enum verdict v, int sign)
{
	if (r != NULL && r->listed && (r->sources & LISTING_DNS) != 0)
		s->listed = plus(s->listed, sign);
	else if (v == VERDICT_CLEAN)
		s->clean = plus(s->clean, sign);
	else if (v != VERDICT_UNKNOWN)
		s->unknown = plus(s->unknown, sign);
}

void
listings_count(struct listings *l, uint32_t subject, uint16_t list, int sign)
{
	struct subject *s = &l->subjects[subject];
	struct subject_more *more = &l->index->more[subject];
	uint32_t *now = s->domain ? &l->now_domains : &l->now_ips;
	const struct listing *r = listings_find(l, subject, list);
	bool was = more->heavy > 0;

	if (s->ours)
		count_list(&l->lists[list], r,
		    (enum verdict) * listings_verdict(l, subject, list), sign);
	if (r == NULL || !r->listed)
		return;
	s->listed = plus(s->listed, sign);
	if ((r->sources & LISTING_REPLY) != 0)
		l->index->by_reply = plus(l->index->by_reply, sign);
	if (l->index->heavy[list] && listing_counts(r))
		more->heavy = plus(more->heavy, sign);
	if (s->ours && was != (more->heavy > 0))
		*now = plus(*now, sign);
}

void
listings_settle(struct listings *l, int64_t at_ms)
{
	struct listing_index *x = l->index;
	int64_t minute = at_ms / MIN_MS;

	if (l->now_ips > 0 && x->before_ips == 0)
		l->peak_ips = 0;
	if (l->now_ips > l->peak_ips)
		l->peak_ips = l->now_ips;
	if (minute == x->gauge_min && x->before_ips == l->now_ips &&
	    x->before_domains == l->now_domains)
		return;
	x->gauge_min = minute;
	x->before_ips = l->now_ips;
	x->before_domains = l->now_domains;
	gauge_set(&l->ips, at_ms, l->now_ips);
	gauge_set(&l->domains, at_ms, l->now_domains);
}

/* Puts row `at` where look-ups find it. */
static bool
link_row(struct listings *l, uint32_t at)
{
	struct listing_index *x = l->index;
	const struct listing *r = &l->rows[at];

	if (!table_put(&x->rows, row_key(r->subject, r->list), at))
		return false;
	x->next1[at] = x->more[r->subject].row1;
	x->more[r->subject].row1 = at + 1;
	return true;
}

bool
listings_drop_ended(struct listings *l, bool foreign)
{
	uint32_t to = 0, was = l->n_rows;

	for (uint32_t i = 0; i < was; i++) {
		const struct listing *r = &l->rows[i];

		l->index->more[r->subject].row1 = 0;
		if (r->listed || (foreign && l->subjects[r->subject].ours))
			l->rows[to++] = *r;
	}
	l->n_rows = to;
	table_clear(&l->index->rows);
	for (uint32_t i = 0; i < to; i++)
		/* Cannot fail: there was room for more before. */
		(void)link_row(l, i);
	return to < was;
}

static bool
reserve_rows(struct listings *l)
{
	struct listing_index *x = l->index;
	uint32_t room = x->room_rows == 0 ? ROWS_FIRST : x->room_rows * 2;
	struct listing *rows;
	uint32_t *next1;

	if (l->n_rows < x->room_rows)
		return true;
	rows = realloc(l->rows, room * sizeof *rows);
	if (rows == NULL)
		return false;
	l->rows = rows;
	next1 = realloc(x->next1, room * sizeof *next1);
	if (next1 == NULL)
		return false;
	x->next1 = next1;
	x->room_rows = room;
	return true;
}

struct listing *
listings_add_row(
    struct listings *l, uint32_t subject, uint16_t list, int64_t at_ms)
{
	struct listing_index *x = l->index;

	if (l->n_rows == LISTINGS_MAX) {
		if (at_ms - x->dropped_ms < DROP_MS)
			return NULL;
		x->dropped_ms = at_ms;
		if (!listings_drop_ended(l, false))
			return NULL;
	}
	if (!reserve_rows(l))
		return NULL;
	l->rows[l->n_rows] = (struct listing){.subject = subject, .list = list};
	if (!link_row(l, l->n_rows))
		return NULL;
	listing_recall(l, &l->rows[l->n_rows]);
	return &l->rows[l->n_rows++];
}

void
listing_begin(struct listing *r, int64_t at_ms)
{
	bool goes_on = listing_pending(r);
	bool again = r->times > 0 && at_ms - r->ended_ms <= LISTING_AGAIN_MS;

	r->listed = true;
	if (!goes_on) {
		r->times = !again		   ? 1
			   : r->times < UINT16_MAX ? (uint16_t)(r->times + 1)
						   : r->times;
		r->since_ms = at_ms;
		r->recalled = false;
		r->past = 0;
		r->unwatched_ms = 0;
	}
	r->ended_ms = 0;
	r->sources = 0;
	r->replies = 0;
	r->reply_first_ms = r->reply_last_ms = 0;
	r->n_said = 0;
}

void
listing_end(struct listing *r, int64_t at_ms)
{
	r->listed = false;
	r->ended_ms = at_ms;
}

void
listing_set_dns(struct listing *r, enum verdict v, int64_t at_ms)
{
	bool sure = v == VERDICT_LISTED || v == VERDICT_CLEAN;

	if (sure && v != r->dns_sure) {
		r->dns_sure = v;
		r->sure_since_ms = at_ms;
	}
	if (r->dns != v)
		r->dns_since_ms = sure ? r->sure_since_ms : at_ms;
	r->dns = v;
}

int64_t
listings_first(const struct listings *l, uint32_t subject)
{
	return subject < l->n_subjects
		   ? (int64_t)l->index->more[subject].row1 - 1
		   : LISTING_NONE;
}

int64_t
listings_next(const struct listings *l, uint32_t row)
{
	return (int64_t)l->index->next1[row] - 1;
}

/* How much it hurts; what does not count any more after all that does. */
static int
weight(const struct blocklists *c, const struct listing *r)
{
	int impact = r->list < blocklists_count(c)
			 ? (int)blocklists_at(c, r->list)->impact
			 : IMPACT_LOW;

	return listing_counts(r) ? IMPACT_N + impact : impact;
}

int64_t
listings_worst(const struct listings *l, const struct blocklists *catalogue,
    struct str name, unsigned *n)
{
	uint32_t s = listings_subject(l, name);
	int64_t worst = LISTING_NONE;

	*n = 0;
	for (int64_t i = listings_first(l, s); i != LISTING_NONE;
	     i = listings_next(l, (uint32_t)i)) {
		const struct listing *r = &l->rows[i], *w;
		int a = weight(catalogue, r), b;

		if (!r->listed)
			continue;
		++*n;
		if (worst == LISTING_NONE) {
			worst = i;
			continue;
		}
		w = &l->rows[worst];
		b = weight(catalogue, w);
		if (a > b || (a == b && r->since_ms < w->since_ms))
			worst = i;
	}
	return worst;
}

enum listing_proof
listing_proof(const struct listing *r)
{
	bool reply = (r->sources & LISTING_REPLY) != 0;

	if (!r->listed)
		return PROOF_NONE;
	if ((r->sources & LISTING_DNS) != 0) {
		if (r->dns != VERDICT_LISTED)
			return PROOF_UNSURE;
		return reply ? PROOF_BOTH : PROOF_DNS;
	}
	if (r->dns != VERDICT_CLEAN)
		return PROOF_REPLY;
	return r->reply_last_ms < r->dns_since_ms ? PROOF_CLEAN_NOW
						  : PROOF_OLD_COPY;
}

bool
listing_counts(const struct listing *r)
{
	return r->listed && listing_proof(r) != PROOF_CLEAN_NOW;
}

bool
listings_forecast(const struct listings *l, int64_t now_ms, int64_t *zero_ms)
{
	int64_t v[FORECAST_MIN + 1], most = -1, now = (int64_t)l->now_ips, left;
	int at = 0;
	bool falls = false;

	gauge_read(&l->ips, now_ms, v, FORECAST_MIN + 1);
	for (int i = 0; i <= FORECAST_MIN; i++) {
		if (v[i] >= most && v[i] > now) {
			most = v[i];
			at = i;
		}
		if (i >= FORECAST_MIN - FORECAST_FALLS && v[i] > now)
			falls = true;
	}
	if (now == 0 || !falls || FORECAST_MIN - at < FORECAST_LEAST)
		return false;
	left = now * (FORECAST_MIN - at) * MIN_MS / (most - now);
	if (left > FORECAST_MAX_MS)
		return false;
	*zero_ms = now_ms + left;
	return true;
}
