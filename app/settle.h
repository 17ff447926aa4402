/*
 * settle.h - intents without a result (a console that was killed, a connection
 * cut): which there are, and the words for what their hosts tell of them. Who
 * asks the hosts is actor.c.
 */
#ifndef APP_SETTLE_H
#define APP_SETTLE_H

#include "core/model.h"
#include "core/plan.h"
#include "store/journal_db.h"

/* A younger one may be another console's that is just at it. */
enum { SETTLE_AGE_MS = 5000, SETTLE_MOST = 256 };

/* One intent: a plan of nothing but its id and a step per host and step, to be
 * filled in by hostlink_act_settle(); what was told so far. */
struct settle_item {
	struct plan *plan; /* owned */
	char text[512];	   /* "mta1: in force, mta2: nothing was done" */
	bool open;	   /* a host did not tell */
};
struct settle {
	struct settle_item v[SETTLE_MOST];
	unsigned n;
};

/* The journal's open intents whose hosts are all in m. The journal's errors. */
err_t settle_collect(struct settle *s, struct journal_db *j,
    const struct model *m, int64_t now_ms) NODISCARD;
/* What a host told, by act.sh's word; err: it did not. */
void settle_told(
    struct settle_item *i, const char *host, err_t err, const char *word);
void settle_done(struct settle *s);

#endif
