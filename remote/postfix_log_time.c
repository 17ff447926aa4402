/*
 * postfix_log_time.c - time stamps of log lines: "Jan  2 03:04:05" of classic
 * syslog (RFC 3164) and postlogd(8), with no year and no zone, and RFC 3339
 * as rsyslog and `journalctl -o short-iso` write it. Lines come many to a
 * second, so the last stamp is kept and compared before anything is read.
 * Reads no clock: what "now" is comes from outside.
 */
#include "remote/postfix_log_parts.h"

enum {
	CLASSIC_BYTES = 15, /* "Jan  2 03:04:05" */
	ISO_BYTES = 19,	    /* "2026-11-21T23:05:42" */
	DAY_S = 86400,
	/* How far a stamp may lie ahead of now before it is last year's: a
	 * clock may be wrong by days. */
	AHEAD_S = 7 * DAY_S,
	YEARS_BACK = 8, /* to the last 29 February, across 2100 too */
};

struct civil {
	int64_t year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
};

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t
days_before_year(int64_t year)
{
	int64_t y = year - 1;

	return 365 * y + y / 4 - y / 100 + y / 400 - 719162; /* 1970: 0 */
}

static bool
civil_seconds(const struct civil *t, int64_t *out)
{
	static const uint16_t before[13] = {
	    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	unsigned len, yday;

	if (t->month < 1 || t->month > 12 || t->hour > 23 || t->minute > 59 ||
	    t->second > 60)
		return false;
	len = (unsigned)before[t->month] - before[t->month - 1];
	if (t->month == 2 && is_leap(t->year))
		len++;
	if (t->day < 1 || t->day > len)
		return false;
	yday = before[t->month - 1] + t->day - 1;
	if (t->month > 2 && is_leap(t->year))
		yday++;
	*out = (days_before_year(t->year) + (int64_t)yday) * DAY_S +
	       t->hour * 3600 + t->minute * 60 + t->second;
	return true;
}

static int64_t
year_of(int64_t seconds)
{
	int64_t year = 1970 + seconds / (365 * DAY_S + DAY_S / 4);

	while (days_before_year(year) * DAY_S > seconds)
		year--;
	while (days_before_year(year + 1) * DAY_S <= seconds)
		year++;
	return year;
}

/* n digits at p; false when one is not. */
static bool
digits(const char *p, size_t n, unsigned *out)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(p[i]))
			return false;
		v = v * 10 + (unsigned)(p[i] - '0');
	}
	*out = v;
	return true;
}

static bool
hms(const char *p, struct civil *t)
{
	return p[2] == ':' && p[5] == ':' && digits(p, 2, &t->hour) &&
	       digits(p + 3, 2, &t->minute) && digits(p + 6, 2, &t->second);
}

static unsigned
month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (unsigned m = 0; m < 12; m++)
		if (memcmp(names + 3 * (size_t)m, p, 3) == 0)
			return m + 1;
	return 0;
}

/* The latest year that does not put the stamp too far ahead of now. */
static bool
guess_year(const struct log_time *t, struct civil *at, int64_t *seconds)
{
	int64_t now_s = t->now_ms / 1000 + t->utc_offset_s;
	int64_t year = year_of(now_s);

	for (int64_t y = year + 1; y >= year - YEARS_BACK; y--) {
		at->year = y;
		if (civil_seconds(at, seconds) && *seconds <= now_s + AHEAD_S)
			return true;
	}
	return false;
}

static void
remember(struct log_time *t, const char *p, uint8_t n, int64_t seconds)
{
	memcpy(t->seen, p, n);
	t->seen_n = n;
	t->seen_s = seconds;
}

/* "." and digits to milliseconds; 0 when there are none. */
static int64_t
fraction_ms(struct cur *c)
{
	int64_t ms = 0, unit = 100;

	if (cur_left(c) < 2 || (c->p[0] != '.' && c->p[0] != ',') ||
	    !is_digit(c->p[1]))
		return 0;
	for (c->p++; c->p < c->end && is_digit(*c->p); c->p++) {
		ms += unit * (*c->p - '0');
		unit /= 10;
	}
	return ms;
}

/* "Z", "+09:00", "+0900", "+09"; none gives the host's own. */
static bool
zone_s(const struct log_time *t, struct cur *c, int64_t *out)
{
	unsigned h, m = 0;
	int64_t sign;

	*out = t->utc_offset_s;
	if (c->p == c->end || *c->p == ' ')
		return true;
	sign = *c->p == '-' ? -1 : 1;
	if (*c->p == 'Z' || *c->p == 'z') {
		c->p++;
		*out = 0;
		return true;
	}
	if ((*c->p != '+' && *c->p != '-') || cur_left(c) < 3 ||
	    !digits(c->p + 1, 2, &h))
		return false;
	c->p += 3;
	if (cur_left(c) >= 3 && *c->p == ':')
		c->p++;
	if (cur_left(c) >= 2 && digits(c->p, 2, &m))
		c->p += 2;
	*out = sign * (int64_t)(h * 3600 + m * 60);
	return h <= 23 && m <= 59;
}

static bool
take_iso(struct log_time *t, struct cur *c, int64_t *at_ms)
{
	const char *p = c->p;
	struct civil at = {0};
	unsigned year;
	int64_t seconds, ms, zone;

	if (cur_left(c) < ISO_BYTES)
		return false;
	if (t->seen_n == ISO_BYTES && memcmp(t->seen, p, ISO_BYTES) == 0) {
		seconds = t->seen_s;
	} else {
		if (p[4] != '-' || p[7] != '-' || (p[10] != 'T') ||
		    !digits(p, 4, &year) || !digits(p + 5, 2, &at.month) ||
		    !digits(p + 8, 2, &at.day) || !hms(p + 11, &at))
			return false;
		at.year = year;
		if (year < 1970 || !civil_seconds(&at, &seconds))
			return false;
		remember(t, p, ISO_BYTES, seconds);
	}
	c->p += ISO_BYTES;
	ms = fraction_ms(c);
	if (!zone_s(t, c, &zone))
		return false;
	*at_ms = (seconds - zone) * 1000 + ms;
	return true;
}

/* "Jan  2 ", "Jan 02 " and "Jan 2 " all occur. */
static bool
take_classic(struct log_time *t, struct cur *c, int64_t *at_ms)
{
	const char *p = c->p;
	struct civil at = {0};
	size_t i = 4;
	int64_t seconds;

	if (cur_left(c) < CLASSIC_BYTES)
		return false;
	if (t->seen_n == CLASSIC_BYTES &&
	    memcmp(t->seen, p, CLASSIC_BYTES) == 0) {
		c->p += CLASSIC_BYTES;
		*at_ms = t->seen_s * 1000 + fraction_ms(c);
		return true;
	}
	at.month = month_of(p);
	if (at.month == 0 || p[3] != ' ')
		return false;
	if (p[i] == ' ')
		i++;
	for (size_t most = i + 2; i < most && is_digit(p[i]); i++)
		at.day = at.day * 10 + (unsigned)(p[i] - '0');
	if (p[i] != ' ' || cur_left(c) < i + 9 || !hms(p + i + 1, &at) ||
	    !guess_year(t, &at, &seconds))
		return false;
	seconds -= t->utc_offset_s;
	c->p += i + 9;
	if (i + 9 == CLASSIC_BYTES)
		remember(t, p, CLASSIC_BYTES, seconds);
	*at_ms = seconds * 1000 + fraction_ms(c);
	return true;
}

void
log_time_set(struct log_time *t, int64_t now_ms, int32_t utc_offset_s)
{
	t->now_ms = now_ms;
	t->utc_offset_s = utc_offset_s;
	t->seen_n = t->head_n = 0;
}

bool
log_time_take(struct log_time *t, struct cur *c, int64_t *at_ms)
{
	struct cur work = *c;
	bool ok;

	if (work.p == work.end)
		return false;
	ok = is_digit(*work.p) ? take_iso(t, &work, at_ms)
			       : take_classic(t, &work, at_ms);
	if (!ok || work.p == work.end || *work.p != ' ')
		return false;
	while (work.p < work.end && *work.p == ' ')
		work.p++;
	*c = work;
	return true;
}
