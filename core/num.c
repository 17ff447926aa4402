/* num.c - numbers and durations; see num.h. */
#include "core/num.h"

#include <stdio.h>

err_t
num_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return ERR_PARSE;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (d > 9)
			return ERR_PARSE;
		if (v > (UINT64_MAX - d) / 10)
			return ERR_RANGE;
		v = v * 10 + d;
	}
	*out = v;
	return ERR_OK;
}

err_t
num_u32(struct str s, uint32_t *out)
{
	uint64_t v = 0;
	err_t err = num_u64(s, &v);

	if (err != ERR_OK)
		return err;
	if (v > UINT32_MAX)
		return ERR_RANGE;
	*out = (uint32_t)v;
	return ERR_OK;
}

err_t
num_milli(struct str s, int64_t *out)
{
	const char *dot = s.n == 0 ? NULL : memchr(s.p, '.', s.n);
	struct str whole = s, part = {NULL, 0};
	uint64_t w = 0, f = 0;
	err_t err;

	if (dot != NULL) {
		whole.n = (size_t)(dot - s.p);
		part = str_from(s, whole.n + 1);
		if (part.n == 0 || part.n > 9)
			return ERR_PARSE;
	}
	err = num_u64(whole, &w);
	if (err != ERR_OK)
		return err;
	if (w > (uint64_t)INT64_MAX / 1000 - 1)
		return ERR_RANGE;
	for (size_t i = 0; i < part.n || i < 3; i++) {
		unsigned d = 0;

		if (i < part.n) {
			d = (unsigned)(unsigned char)part.p[i] - '0';
			if (d > 9)
				return ERR_PARSE;
		}
		if (i < 3)
			f = f * 10 + d;
	}
	*out = (int64_t)(w * 1000 + f);
	return ERR_OK;
}

err_t
num_duration_ms(struct str s, int64_t *out)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000},
	    {"d", 86400000}, {"", 1000}};
	struct str digits = s;
	uint64_t v = 0;
	err_t err;

	digits.n = 0;
	while (digits.n < s.n && s.p[digits.n] >= '0' && s.p[digits.n] <= '9')
		digits.n++;
	err = num_u64(digits, &v);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!str_eq(str_from(s, digits.n), str_of(units[i].unit)))
			continue;
		if (v > (uint64_t)(INT64_MAX / units[i].ms))
			return ERR_RANGE;
		*out = (int64_t)v * units[i].ms;
		return ERR_OK;
	}
	return ERR_PARSE;
}

err_t
num_zone_s(struct str s, int32_t *out)
{
	uint32_t hhmm = 0;
	err_t err;

	if (s.n != 5 || (s.p[0] != '+' && s.p[0] != '-'))
		return ERR_PARSE;
	err = num_u32(str_from(s, 1), &hhmm);
	if (err != ERR_OK)
		return err;
	if (hhmm >= 2400 || hhmm % 100 >= 60)
		return ERR_RANGE;
	*out = (int32_t)(hhmm / 100 * 3600 + hhmm % 100 * 60);
	if (s.p[0] == '-')
		*out = -*out;
	return ERR_OK;
}

/* 1.2k, 34k, 999k, 1.2M; cut, so that 1.9k is never 2.0k. Ten times the largest
 * rest, 10 * 2^60, still fits. */
static void
scaled(char dst[NUM_TEXT], uint64_t v, unsigned base, const char *units)
{
	uint64_t div = base;

	while (units[1] != '\0' && v / div >= (base == 1000 ? 1000 : 1024)) {
		div *= base;
		units++;
	}
	if (v / div < 10)
		(void)snprintf(dst, NUM_TEXT, "%llu.%llu%c",
		    (unsigned long long)(v / div),
		    (unsigned long long)(v % div * 10 / div), units[0]);
	else
		(void)snprintf(dst, NUM_TEXT, "%llu%c",
		    (unsigned long long)(v / div), units[0]);
}

char *
num_count(char dst[NUM_TEXT], uint64_t v)
{
	if (v < 1000)
		(void)snprintf(dst, NUM_TEXT, "%u", (unsigned)v);
	else
		scaled(dst, v, 1000, "kMGTPE");
	return dst;
}

char *
num_bytes(char dst[NUM_TEXT], uint64_t v)
{
	if (v < 1024)
		(void)snprintf(dst, NUM_TEXT, "%uB", (unsigned)v);
	else
		scaled(dst, v, 1024, "KMGTPE");
	return dst;
}

char *
num_age(char dst[NUM_TEXT], int64_t ms)
{
	int64_t s = ms / 1000;

	if (ms < 0)
		(void)snprintf(dst, NUM_TEXT, "0s");
	else if (s < 10)
		(void)snprintf(
		    dst, NUM_TEXT, "%d.%ds", (int)s, (int)(ms % 1000 / 100));
	else if (s < 60)
		(void)snprintf(dst, NUM_TEXT, "%ds", (int)s);
	else if (s < 3600)
		(void)snprintf(
		    dst, NUM_TEXT, "%dm%02ds", (int)(s / 60), (int)(s % 60));
	else if (s < 86400)
		(void)snprintf(dst, NUM_TEXT, "%dh%02dm", (int)(s / 3600),
		    (int)(s % 3600 / 60));
	else if (s < 86400 * 100)
		(void)snprintf(dst, NUM_TEXT, "%dd%02dh", (int)(s / 86400),
		    (int)(s % 86400 / 3600));
	else if (s < 86400 * 10000LL)
		(void)snprintf(dst, NUM_TEXT, "%dd", (int)(s / 86400));
	else
		(void)snprintf(dst, NUM_TEXT, ">27y");
	return dst;
}
