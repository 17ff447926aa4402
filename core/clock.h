/*
 * clock.h - the only place that reads time. Everything else takes it as a
 * parameter: wall times are milliseconds since 1970 UTC, monotonic times are
 * milliseconds since some start and are never mixed with them.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
/* CPU time this process has used, for bench and --debug figures. */
int64_t clock_cpu_us(void);

enum { CLOCK_TEXT = 40 };
/* RFC 3339 with the local zone: 2026-11-21T23:05:42.123+09:00. Returns dst. */
char *clock_rfc3339(char dst[CLOCK_TEXT], int64_t wall_ms);
/* "23:05:42" of the local zone; "--:--:--" when wall_ms is 0. Returns dst. */
char *clock_hms(char dst[CLOCK_TEXT], int64_t wall_ms);
/* The same of a time that need not be today's: of one further than 12 hours
 * from now with its day before it, "2026-11-29 23:05:42". Returns dst. */
char *clock_day_hms(char dst[CLOCK_TEXT], int64_t wall_ms, int64_t now_ms);
/* Zone of the local time at wall_ms as text, "JST", "UTC". Returns dst. */
char *clock_zone(char dst[CLOCK_TEXT], int64_t wall_ms);

#endif
