/*
 * num.h - numbers and durations from text and back; exact errors, no locale.
 */
#ifndef CORE_NUM_H
#define CORE_NUM_H

#include "core/err.h"
#include "core/str.h"

/* Decimal digits only, whole slice; ERR_PARSE, ERR_RANGE. */
err_t num_u64(struct str s, uint64_t *out) NODISCARD;
err_t num_u32(struct str s, uint32_t *out) NODISCARD;
/* "0.35", "12", "1e3" is refused. Up to 9 fraction digits; value * 1000. */
err_t num_milli(struct str s, int64_t *out) NODISCARD;
/* "90s" "15m" "2h" "7d" "250ms"; a bare number is seconds. Milliseconds. */
err_t num_duration_ms(struct str s, int64_t *out) NODISCARD;
/* "+0900", as date(1) prints %z; seconds east of UTC. */
err_t num_zone_s(struct str s, int32_t *out) NODISCARD;

enum { NUM_TEXT = 24 };
/* "0" "999" "1.2k" "34k" "1.2M"; at most 5 columns. Returns dst. */
char *num_count(char dst[NUM_TEXT], uint64_t v);
/* "0.4s" "12s" "3m40s" "2h05m" "4d03h" "120d"; at most 6 columns. Returns dst.
 */
char *num_age(char dst[NUM_TEXT], int64_t ms);
/* "512B" "1.5K" "34M" "1.2G" in powers of 1024. Returns dst. */
char *num_bytes(char dst[NUM_TEXT], uint64_t v);

#endif
