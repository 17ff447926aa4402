/*
 * recfile.h - the file of a recording: what hosts said, byte for byte, and
 * when. Encoding and decoding only; pure. Written by record.c, read by
 *replay.c.
 *
 * A recording is a header and frames, to the end of the file:
 *   header  "mtadeck-recording 1 WALL_MS\n"; WALL_MS: ms since 1970 UTC when it
 *	     began, decimal
 *   frame   kind (1 byte), then as varints (7 bits a byte, low ones first, the
 *	     high bit says that more follow): host, exec, dt_ms since the frame
 *	     before, length; then so many bytes, at most RECFILE_BYTES_MAX
 *   HOST    bytes: its name. host numbers count from 0 in the order of these
 *   STATE   bytes: link_state (1 byte), error name, NUL, text
 *   START   a command began; bytes: its name. exec numbers are never used twice
 *   OUT ERR bytes of its stdout, stderr
 *   END     it ended; bytes: status (zigzag varint), error name, NUL, signal
 *   NOTE    bytes: what the console learnt elsewhere (lists), in its own form
 * Readers pass over kinds they do not know. A file cut anywhere is a recording
 * up to the last whole frame. Commands, inputs, answers (passphrases) are not
 * in it.
 */
#ifndef REMOTE_RECFILE_H
#define REMOTE_RECFILE_H

#include "core/err.h"
#include "core/str.h"
#include "core/types.h"

enum {
	RECFILE_HEADER_MAX = 64,
	RECFILE_BYTES_MAX = 64 * 1024,
	RECFILE_HEAD_MAX = 1 + 4 * 10, /* a frame without its bytes */
	RECFILE_TEXT_MAX = 512,	       /* of a state */
};

enum recfile_kind {
	RECFILE_HOST = 1,
	RECFILE_STATE,
	RECFILE_START,
	RECFILE_OUT,
	RECFILE_ERR,
	RECFILE_END,
	RECFILE_NOTE,
};

struct recfile_frame {
	uint8_t kind;
	uint64_t host, exec, dt_ms;
	struct str bytes; /* borrowed */
};

/* Returns the header's bytes in dst. */
size_t recfile_put_header(char dst[RECFILE_HEADER_MAX], int64_t wall_ms);
/* Everything of f but its bytes; f->bytes.n is taken. Returns how many. */
size_t recfile_put_head(
    char dst[RECFILE_HEAD_MAX], const struct recfile_frame *f);
/* The bytes of a state and of an end, cut to cap. */
size_t recfile_put_state(
    char *dst, size_t cap, enum link_state st, err_t err, struct str text);
size_t recfile_put_end(
    char *dst, size_t cap, err_t err, int status, const char *signal);

/*
 * Each takes from the start of `in` and sets *used. ERR_CLOSED: more bytes are
 * needed; ERR_PARSE: no recording, or damaged.
 */
err_t recfile_header(struct str in, int64_t *wall_ms, size_t *used) NODISCARD;
err_t recfile_frame(
    struct str in, struct recfile_frame *out, size_t *used) NODISCARD;
/* text is cut, always NUL-terminated. ERR_PARSE. */
err_t recfile_state(struct str in, enum link_state *st, err_t *err,
    char text[RECFILE_TEXT_MAX]) NODISCARD;
err_t recfile_end(
    struct str in, err_t *err, int *status, char signal[16]) NODISCARD;

#endif
