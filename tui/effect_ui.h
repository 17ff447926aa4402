/*
 * effect_ui.h - acts and what they have done, where an egress IP, a throttle or
 * a host is shown: their marks on graphs, and a line in its detail.
 */
#ifndef TUI_EFFECT_UI_H
#define TUI_EFFECT_UI_H

#include "tui/view.h"

/* The acts a row is about: of a host; of one of its egress rows (NULL: any), by
 * a provider ("": any). */
struct effect_of {
	host_id host;
	const struct egress *egress;
	struct str provider;
};

/* Puts the marks onto a graph of one value a minute, up to now. */
void effect_marks(
    struct cellv *c, const struct model *m, const struct effect_of *of);
/* What is in force there and what it has done, and what was done lately, as
 * sentences; nothing when there is nothing. */
void effect_text(
    const struct model *m, const struct effect_of *of, struct buf *out);
/* "better", and its figures: "42->3" refused or sent a minute. */
void effect_cell_verdict(const struct act_effect *x, struct cellv *c);
void effect_cell_rate(const struct act_effect *x, bool sent, struct cellv *c);
/* A forecast as a sentence: "512 wait, 12.3 a minute fewer: none at 14:31". */
void effect_drain_text(
    const struct drain_view *v, int64_t now_ms, struct buf *out);

#endif
