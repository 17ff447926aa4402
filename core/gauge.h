/*
 * gauge.h - a value as it was read, the last one of each minute, over the last
 * 24 h. No reading is not a zero. Times are wall milliseconds.
 */
#ifndef CORE_GAUGE_H
#define CORE_GAUGE_H

#include <stdint.h>

enum { GAUGE_STEP_MS = 60000, GAUGE_STEPS = 1440 + 1 };

/* A zeroed struct is a valid empty gauge. */
struct gauge {
	uint32_t *v;	 /* owned; [GAUGE_STEPS] by minute; value + 1 */
	uint32_t newest; /* minute of the newest value */
};

void gauge_done(struct gauge *g);
/* The value of the minute that holds at_ms is the last one set; older than
 * 24 h, it is ignored, and so it is when memory ends. The largest uint32_t is
 * kept as one less. */
void gauge_set(struct gauge *g, int64_t at_ms, uint32_t value);
/* n values, a minute each, oldest first; the last is the minute that holds
 * now_ms; -1 where nothing was set. */
void gauge_read(const struct gauge *g, int64_t now_ms, int64_t *out, int n);

#endif
