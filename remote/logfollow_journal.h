/*
 * logfollow_journal.h - resuming systemd's journal, which is asked for by time,
 * from a little before the last line on: all up to that line was had and is
 * dropped. That the line is not there any more is said. Pure; any slices.
 * journalctl(1), -o short-iso-precise.
 */
#ifndef REMOTE_LOGFOLLOW_JOURNAL_H
#define REMOTE_LOGFOLLOW_JOURNAL_H

#include "core/buf.h"

enum { JOURNAL_LINE_MAX = 2048, JOURNAL_HELD_MAX = 4 << 20 };

struct journal_resume {
	void *ctx;
	void (*on_bytes)(void *ctx, struct str bytes);
	/* What was read last is gone: lines are missing here. */
	void (*on_gone)(void *ctx);
	char last[JOURNAL_LINE_MAX]; /* the last whole line's head */
	size_t n_last;
	unsigned n_same;	     /* so often in a row it came */
	char line[JOURNAL_LINE_MAX]; /* the line that is coming */
	size_t n_line;
	bool skipping;
	bool told_missing; /* that lines are, since journal_begin() */
	unsigned seen;	   /* of n_same, while skipping */
	size_t n_looked;   /* of held: whole lines that are not the last one */
	struct buf held;
};

void journal_init(struct journal_resume *j, void *ctx,
    void (*on_bytes)(void *ctx, struct str bytes), void (*on_gone)(void *ctx));
void journal_done(struct journal_resume *j);
/* Asked again from journal_since() on: half a line is forgotten. */
void journal_begin(struct journal_resume *j);
/* That lines are missing before what comes now was said already: that the last
 * one is not among it, which it may be even so, says no more. */
void journal_missing(struct journal_resume *j);
/* Time of the last line, as printed; empty when there was none. The journal
 * files by a time that is a little later, but not by a clock that was set. */
struct str journal_since(const struct journal_resume *j);
void journal_feed(struct journal_resume *j, struct str bytes);
/* All that was there has come: what was held back is handed on. */
void journal_settle(struct journal_resume *j);

#endif
