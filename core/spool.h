/*
 * spool.h - whether a host's queue disk has room for more mail, in bytes and
 * in inodes: a message is at least one file. What the MTA needs free to take
 * mail at all the driver finds out (discovery.spool_need_bytes); what is low
 * is decided here. Pure.
 */
#ifndef CORE_SPOOL_H
#define CORE_SPOOL_H

#include "core/types.h"

struct host;

enum room { ROOM_UNKNOWN, ROOM_ENOUGH, ROOM_LOW, ROOM_NONE };

/* What is free of one kind, and from where on it is low, and none. */
struct spool_room {
	enum room room;
	int64_t free, total, low, none;
};

struct spool_room spool_bytes(const struct host *h);
/* Of file systems without a fixed number of inodes: unknown. */
struct spool_room spool_inodes(const struct host *h);
/* Brings the host's findings up to its last vitals: "spool-full", "spool-low",
 * "inodes-full", "inodes-low" come first among them, or go. */
void spool_findings(struct host *h);

#endif
