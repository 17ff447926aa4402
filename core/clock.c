/* clock.c - the one place that asks the system what time it is. */
#include "core/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t
read_us(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_us(void)
{
	return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

/* Floor division, so that times before 1970 do not jump. Years 1 to 9999 can be
 * written; what is beyond (from a host whose clock is broken) is their edge. */
static struct tm
local(int64_t wall_ms, int *ms)
{
	const int64_t first = -62135510400000, last = 253402214400000;
	struct tm tm = {0};
	int64_t s, rest;
	time_t t;

	wall_ms = wall_ms < first ? first : wall_ms > last ? last : wall_ms;
	s = wall_ms / 1000;
	rest = wall_ms % 1000;
	if (rest < 0) {
		rest += 1000;
		s--;
	}
	t = (time_t)s;
	(void)localtime_r(&t, &tm);
	*ms = (int)rest;
	return tm;
}

char *
clock_rfc3339(char dst[CLOCK_TEXT], int64_t wall_ms)
{
	int ms;
	struct tm tm = local(wall_ms, &ms);
	int off = (int)(tm.tm_gmtoff / 60) % 1440;
	unsigned min = (unsigned)(off < 0 ? -off : off) % 1440;
	char date[16];

	/* strftime's %Y has no leading zeros. */
	(void)strftime(date, sizeof date, "-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(dst, CLOCK_TEXT, "%04u%s.%03d%c%02u:%02u",
	    (unsigned)(tm.tm_year + 1900) % 10000, date, ms % 1000,
	    off < 0 ? '-' : '+', min / 60, min % 60);
	return dst;
}

char *
clock_hms(char dst[CLOCK_TEXT], int64_t wall_ms)
{
	int ms;
	struct tm tm = local(wall_ms, &ms);

	if (wall_ms == 0)
		(void)snprintf(dst, CLOCK_TEXT, "--:--:--");
	else
		(void)strftime(dst, CLOCK_TEXT, "%H:%M:%S", &tm);
	return dst;
}

char *
clock_day_hms(char dst[CLOCK_TEXT], int64_t wall_ms, int64_t now_ms)
{
	const int64_t near = 12 * 3600 * 1000;
	int ms;
	struct tm tm = local(wall_ms, &ms);

	if (wall_ms == 0 || (wall_ms / 2 - now_ms / 2 < near / 2 &&
				now_ms / 2 - wall_ms / 2 < near / 2))
		return clock_hms(dst, wall_ms);
	(void)strftime(dst, CLOCK_TEXT, "%Y-%m-%d %H:%M:%S", &tm);
	return dst;
}

char *
clock_zone(char dst[CLOCK_TEXT], int64_t wall_ms)
{
	int ms;
	struct tm tm = local(wall_ms, &ms);

	(void)strftime(dst, CLOCK_TEXT, "%Z", &tm);
	return dst;
}
