/*
 * listrec.h - what lists said, in a recording: one JSON object a note
 * (recorder_note), and back into events. Lists go by their ids, so that a
 * recording outlives a catalogue. What is read back is not trusted.
 */
#ifndef APP_LISTREC_H
#define APP_LISTREC_H

#include "core/event.h"

/* Hands ev (EVT_SUBJECTS, EVT_LIST_ANSWER, EVT_LIST_HEALTH,
 * EVT_LISTINGS_PAST) as notes to put,
 * several when one would be too long. Others are passed over. */
err_t listrec_write(const struct event *ev, const struct blocklists *lists,
    void *ctx, void (*put)(void *ctx, struct str note)) NODISCARD;

struct listrec; /* opaque; heap: a reader */

/* emit gets events without host and time; NULL when out of memory. */
struct listrec *listrec_new(const struct blocklists *lists, void *ctx,
    void (*emit)(void *ctx, struct event *ev));
/* One note; what it cannot read is passed over. */
void listrec_read(struct listrec *r, struct str note);
void listrec_free(struct listrec *r);

#endif
