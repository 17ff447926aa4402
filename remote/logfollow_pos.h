/*
 * logfollow_pos.h - where in which file a followed log stands. The far side
 * (scripts/logfollow.sh, whose head lists the lines) sends the log's bytes on
 * one stream and says on another which bytes they are; the two arrive in any
 * order. This reconciles them: bytes wait for what is said of them, what is
 * said waits for the bytes before it. Pure; any slices on either stream.
 */
#ifndef REMOTE_LOGFOLLOW_POS_H
#define REMOTE_LOGFOLLOW_POS_H

#include "core/buf.h"
#include "core/err.h"

enum {
	LOGPOS_KEY_BYTES = 32,
	LOGPOS_KEY_LINE_MAX = 512, /* the key is of so much of the first line */
	LOGPOS_HELD_MAX = 4 * 1024 * 1024,
	LOGPOS_ITEMS = 128,
};

struct logpos {
	bool known;   /* false: nothing was read yet, the rest is void */
	bool drained; /* read to its last byte, and rotated */
	uint64_t dev, ino, offset;
	char key[LOGPOS_KEY_BYTES]; /* cksum(1) of the first line, "CRC:LEN";
				       "-" when it has none yet */
};

enum logpos_end {
	LOGPOS_END_NONE,  /* ended without a word: killed, or no such shell */
	LOGPOS_END_AGAIN, /* run it again at once: rotated, truncated .. */
	LOGPOS_END_PERM,  /* may not read it */
	LOGPOS_END_FAIL,  /* another failure; the text is in talk */
};

struct logpos_cb {
	void *ctx;
	void (*on_bytes)(void *ctx, struct str bytes);
	void (*on_break)(void *ctx);
	/* what: "truncated", "gone", "limit", "absent" or another word */
	void (*on_gap)(void *ctx, uint64_t bytes, struct str what);
	void (*on_live)(void *ctx);
};

struct logpos_run; /* opaque; heap */

struct logpos_run *logpos_new(const struct logpos_cb *cb);
void logpos_free(struct logpos_run *r);
/* The far side is started anew; the position is kept. */
void logpos_begin(struct logpos_run *r);
/* ERR_LIMIT when more bytes came unannounced than can be held. */
err_t logpos_out(struct logpos_run *r, struct str bytes) NODISCARD;
void logpos_err(struct logpos_run *r, struct str bytes);
/* Both streams are over: settles the position and says how it ended. */
enum logpos_end logpos_finish(struct logpos_run *r);
/* Borrowed; changes with every call above. */
const struct logpos *logpos_at(const struct logpos_run *r);
/* The last line on the second stream that was none of ours; "" if none. */
const char *logpos_talk(const struct logpos_run *r);
/* "CRC:LEN" of a first line as cksum(1) gives it (IEEE 1003.1 cksum). */
void logpos_key(char dst[LOGPOS_KEY_BYTES], struct str line);

#endif
