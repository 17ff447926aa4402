/*
 * actrec.h - what is in force on hosts, in a recording: one JSON object a note
 * (recorder_note), and back into events. What is read back is not trusted.
 */
#ifndef APP_ACTREC_H
#define APP_ACTREC_H

#include "core/model.h"

/* Hands ev (EVT_LEASES, of the host of that name) as a note to put. One too
 * long for a note is not kept: ERR_LIMIT. */
err_t actrec_write(const struct event *ev, const char *host, void *ctx,
    void (*put)(void *ctx, struct str note)) NODISCARD;
/* Emits what a note says of a host of m, without a time; false: it is a note
 * of something else. */
bool actrec_read(struct str note, const struct model *m, void *ctx,
    void (*emit)(void *ctx, struct event *ev));

#endif
