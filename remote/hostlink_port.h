/*
 * hostlink_port.h - what the parts of a host's link need of it: its transport,
 * the time, a way for events, and what the model knows. Private to hostlink*.
 */
#ifndef REMOTE_HOSTLINK_PORT_H
#define REMOTE_HOSTLINK_PORT_H

#include "core/event.h"
#include "core/buf.h"
#include "remote/transport.h"

struct hostlink_port {
	struct transport *transport; /* borrowed */
	struct queue_lookup lookup;
	void *ctx;
	int64_t (*now_ms)(void *ctx);
	void (*emit)(void *ctx, struct event *ev);
	/* An act waits for a channel: who only reads waits behind it. */
	bool (*is_claimed)(void *ctx);
	/* Adds what uses the channels now, for people: "the log, ..". */
	void (*name_users)(void *ctx, struct buf *out);
};

#endif
