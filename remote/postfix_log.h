/*
 * postfix_log.h - Postfix's log lines to struct log_rec. One pass over bytes,
 * no allocation per line; bytes come in any slices and give the same records
 * however they are cut. Lines of other programs, half lines, NULs, megabyte
 * lines and nonsense are counted, never trusted.
 * Sources: Postfix global/log_adhoc.c, smtpd/smtpd.c, qmgr/qmgr_active.c,
 * cleanup/cleanup_message.c; RFC 3164 and RFC 3339 times; journalctl(1).
 */
#ifndef REMOTE_POSTFIX_LOG_H
#define REMOTE_POSTFIX_LOG_H

#include "core/err.h"
#include "core/log_rec.h"
#include "core/types.h"

enum { POSTFIX_LOG_LINE_MAX = 16384, POSTFIX_LOG_BATCH = 32 };

struct postfix_log; /* opaque; heap */

struct postfix_log_stats {
	uint64_t bytes, lines; /* lines: complete ones, of any program */
	uint64_t foreign;      /* not Postfix's */
	uint64_t unparsed;     /* Postfix's, but the time could not be read */
	uint64_t too_long;     /* cut at POSTFIX_LOG_LINE_MAX */
};

/* Receives records in batches of at most POSTFIX_LOG_BATCH; slices live for
 * the call. Lines of other programs come as LOG_OTHER with an empty tag. */
typedef void (*postfix_log_fn)(void *ctx, const struct log_rec *recs, size_t n);

struct postfix_log *postfix_log_new(postfix_log_fn fn, void *ctx);
void postfix_log_free(struct postfix_log *p);
/* For syslog times without year and zone: now_ms is the host's wall clock now
 * (a December line read in January is last year's), utc_offset_s its zone. */
void postfix_log_clock(
    struct postfix_log *p, int64_t now_ms, int32_t utc_offset_s);
/* Takes bytes; calls fn for what is complete. */
void postfix_log_feed(struct postfix_log *p, struct str bytes);
/* The source ended or jumped: a half line is dropped (counted in bytes). */
void postfix_log_reset(struct postfix_log *p);
/* Bytes held back as a half line. */
size_t postfix_log_pending(const struct postfix_log *p);
const struct postfix_log_stats *postfix_log_stats(const struct postfix_log *p);

/* One line without its end; false when it is not Postfix's or has no time. */
bool postfix_log_line(
    struct postfix_log *p, struct str line, struct log_rec *out);

#endif
