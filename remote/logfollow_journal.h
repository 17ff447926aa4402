/*
 * logfollow_journal.h - resuming systemd's journal, which is asked for by time:
 * lines that were had already are dropped, lines of the same microsecond that
 * were not are kept. Pure; any slices. journalctl(1), -o short-iso-precise.
 */
#ifndef REMOTE_LOGFOLLOW_JOURNAL_H
#define REMOTE_LOGFOLLOW_JOURNAL_H

#include "core/buf.h"

enum { JOURNAL_LINE_MAX = 2048, JOURNAL_HELD_MAX = 256 * 1024 };

struct journal_resume {
	void *ctx;
	void (*on_bytes)(void *ctx, struct str bytes);
	char last[JOURNAL_LINE_MAX]; /* the last whole line's head */
	size_t n_last;
	char line[JOURNAL_LINE_MAX]; /* the line that is coming */
	size_t n_line;
	bool skipping;
	struct buf held;
};

void journal_init(struct journal_resume *j, void *ctx,
    void (*on_bytes)(void *ctx, struct str bytes));
void journal_done(struct journal_resume *j);
/* Asked again from journal_since() on: half a line is forgotten. */
void journal_begin(struct journal_resume *j);
/* Time of the last line, as printed; empty when there was none. */
struct str journal_since(const struct journal_resume *j);
void journal_feed(struct journal_resume *j, struct str bytes);
/* Nothing older comes: hands on what was held back. */
void journal_settle(struct journal_resume *j);

#endif
