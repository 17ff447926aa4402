/*
 * acts_int.h - what acts_count.c, acts_advise.c and update_acts.c share. Nobody
 * else includes this.
 */
#ifndef CORE_ACTS_INT_H
#define CORE_ACTS_INT_H

#include "core/model_index.h"

/* Spans are whole steps of the series. */
static inline int64_t
acts_step_down(int64_t ms)
{
	return ms / SERIES_FINE_MS * SERIES_FINE_MS;
}

static inline int64_t
acts_step_up(int64_t ms)
{
	return acts_step_down(ms + SERIES_FINE_MS - 1);
}

static inline int64_t
acts_later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

/* Its mail goes on, slower: there is a next step. */
static inline bool
acts_limits(enum verb v)
{
	return v == VERB_INTERVAL || v == VERB_CONCURRENCY ||
	       v == VERB_PROCESSES;
}

static inline bool
acts_host_read(const struct host *h)
{
	return h->link == LINK_UP && h->log_live;
}

/* acts_count.c */
/* Counted by domain or sender: over all hosts, refusals of every class. */
bool acts_is_keyed(const struct act_subject *of);
/* The log tells this mail from other mail. */
bool acts_is_told(const struct model *m, const struct lease *l);
/* Fills in the counts of s for [from_ms, to_ms); an empty span is put right. */
void acts_count(struct effect_span *s, struct model *m,
    const struct act_subject *of, host_id host);
/* Attempts in it. */
uint32_t acts_tried(struct tally *t, int64_t from_ms, int64_t to_ms);

/* acts_advise.c: fills in x->next, of a lease whose effect is there. */
void acts_advise_lease(
    struct model *m, const struct lease *l, struct act_effect *x);

#endif
