/*
 * poll.c - reads the blocks of scripts/poll.sh; see poll.h. Shares of CPU come
 * from the difference of two blocks, so the first has none. Lines longer than
 * LINE_MAX_BYTES are passed over. Must not guess: what a block lacks is
 * unknown (-1).
 */
#include "remote/poll.h"

#include "core/num.h"
#include "remote/script.h"
#include "scripts/poll.h"

#include <stdlib.h>

enum { LINE_MAX_BYTES = 512, STAT_FIELDS = 8, STAT_IDLE = 3, STAT_IOWAIT = 4 };

struct poll {
	poll_fn fn;
	void *ctx;
	struct poll_reading now;
	uint64_t cpu_total, cpu_idle; /* /proc/stat's, of the last block */
	bool has_cpu;
	bool too_long; /* passing over the rest of a line */
	size_t n;
	char line[LINE_MAX_BYTES];
};

err_t
poll_command(struct buf *out, const struct discovery *found, int64_t period_ms)
{
	if (period_ms < 100)
		period_ms = 100;
	(void)script_begin(out, script_poll, "mtadeck-poll");
	(void)buf_printf(out, " %lld.%03d", (long long)(period_ms / 1000),
	    (int)(period_ms % 1000));
	(void)script_arg(out, found->privilege == PRIV_SUDO
				  ? STR_LIT("sudo")
				  : STR_LIT("direct"));
	(void)script_arg(out, str_of(found->queue_dir));
	for (unsigned i = 0; i < found->n_further; i++)
		(void)script_arg(out, str_of(found->further[i].queue_dir));
	return out->failed;
}

static void
forget(struct poll_reading *r)
{
	struct vitals *v = &r->vitals;

	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < Q_N; i++)
		r->counts.n[i] = -1;
	v->load_milli[0] = v->load_milli[1] = v->load_milli[2] = -1;
	v->cpu_pressure_milli = v->io_pressure_milli = -1;
	v->cpu_used_milli = -1;
	v->mem_total_bytes = v->mem_avail_bytes = -1;
	v->spool_total_bytes = v->spool_avail_bytes = -1;
	v->spool_inodes = v->spool_inodes_free = -1;
	v->uptime_s = -1;
}

struct poll *
poll_new(poll_fn fn, void *ctx)
{
	struct poll *p = calloc(1, sizeof(*p));

	if (p != NULL) {
		p->fn = fn;
		p->ctx = ctx;
		forget(&p->now);
	}
	return p;
}

void
poll_free(struct poll *p)
{
	free(p);
}

/* Up to n whole numbers; how many there were in a row. */
static unsigned
numbers(struct str s, uint64_t *out, unsigned n)
{
	struct str word;
	unsigned i = 0;

	while (i < n && str_word(&s, &word) && num_u64(word, &out[i]) == ERR_OK)
		i++;
	return i;
}

static int64_t
times(uint64_t v, uint64_t unit)
{
	return v > (uint64_t)INT64_MAX / unit ? -1 : (int64_t)(v * unit);
}

static void
read_load(struct poll *p, struct str s)
{
	struct str word;
	int64_t v;

	for (size_t i = 0; i < 3 && str_word(&s, &word); i++)
		if (num_milli(word, &v) == ERR_OK)
			p->now.vitals.load_milli[i] = v;
}

/* "cpu  user nice system idle iowait irq softirq steal guest guest_nice":
 * guests are counted in user and nice already. */
static void
read_stat(struct poll *p, struct str s)
{
	uint64_t v[STAT_FIELDS], total = 0, idle, busy, all;
	struct str word;
	unsigned n;

	if (!str_word(&s, &word) || !str_eq(word, STR_LIT("cpu")))
		return;
	n = numbers(s, v, STAT_FIELDS);
	if (n <= STAT_IOWAIT)
		return;
	for (unsigned i = 0; i < n; i++) {
		if (v[i] > UINT32_MAX * (uint64_t)UINT16_MAX)
			return;
		total += v[i];
	}
	idle = v[STAT_IDLE] + v[STAT_IOWAIT];
	if (p->has_cpu && total > p->cpu_total && idle >= p->cpu_idle) {
		all = total - p->cpu_total;
		busy =
		    all - (idle - p->cpu_idle < all ? idle - p->cpu_idle : all);
		p->now.vitals.cpu_used_milli =
		    (int32_t)((double)busy * 1000.0 / (double)all + 0.5);
	}
	p->cpu_total = total;
	p->cpu_idle = idle;
	p->has_cpu = true;
}

/* "some avg10=1.23 avg60=..": percent. */
static int32_t
pressure(struct str s)
{
	struct str word;
	int64_t v;

	if (!str_word(&s, &word) || !str_eq(word, STR_LIT("some")) ||
	    !str_word(&s, &word) || !str_starts(word, STR_LIT("avg10=")) ||
	    num_milli(str_from(word, 6), &v) != ERR_OK || v > 100000)
		return -1;
	return (int32_t)(v / 100);
}

static void
read_fs(struct poll *p, struct str s)
{
	uint64_t v[5];

	if (numbers(s, v, 5) != 5 || v[0] == 0)
		return;
	p->now.vitals.spool_total_bytes = times(v[1], v[0]);
	p->now.vitals.spool_avail_bytes = times(v[2], v[0]);
	/* Some file systems (btrfs) have no fixed number of inodes. */
	if (v[3] > 0) {
		p->now.vitals.spool_inodes = times(v[3], 1);
		p->now.vitals.spool_inodes_free = times(v[4], 1);
	}
}

/* "incoming active deferred hold maildrop", -1 unknown, of an instance: what is
 * known is added, and what is not said of it. */
static void
add_counts(struct queue_counts *c, struct str s, unsigned instance)
{
	for (size_t i = 0; i < Q_N; i++) {
		struct str word;
		uint64_t v;

		if (!str_word(&s, &word) || num_u64(word, &v) != ERR_OK ||
		    v > INT64_MAX / 64)
			c->unread |= INSTANCE_MAIN << instance;
		else
			c->n[i] = (c->n[i] < 0 ? 0 : c->n[i]) + (int64_t)v;
	}
}

/* "AGE_CS" and the main instance's. */
static void
read_counts(struct poll *p, struct str s)
{
	struct str word;
	uint64_t v;

	if (numbers(s, &v, 1) != 1 || !str_word(&s, &word))
		return;
	p->now.counts_age_ms = times(v, 10);
	add_counts(&p->now.counts, s, 0);
}

/* "NUMBER" of a further instance, from 1, and its own. */
static void
read_further(struct poll *p, struct str s)
{
	struct str word;
	uint64_t v;

	if (numbers(s, &v, 1) == 1 && v >= 1 && v <= MAX_FURTHER &&
	    str_word(&s, &word))
		add_counts(&p->now.counts, s, (unsigned)v);
}

/* "ELAPSED_CS PID TICKS NAME": ticks are hundredths of a second. */
static void
read_top(struct poll *p, struct str s)
{
	struct vitals *t = &p->now.vitals;
	struct str word;
	uint64_t v[3];

	if (numbers(s, v, 3) != 3 || v[0] == 0 || v[1] > INT32_MAX ||
	    v[2] > INT32_MAX)
		return;
	for (int i = 0; i < 3; i++)
		(void)str_word(&s, &word);
	str_copy(t->top_name, sizeof(t->top_name), str_trim(s));
	t->top_pid = (int32_t)v[1];
	v[2] = v[2] * 1000 / v[0];
	t->top_cpu_milli = v[2] > INT32_MAX ? -1 : (int32_t)v[2];
}

/* "SECONDS ZONE"; recordings of before have no zone. */
static void
read_now(struct poll_reading *r, struct str s)
{
	struct str word;
	int64_t ms;

	if (!str_word(&s, &word) || num_milli(word, &ms) != ERR_OK)
		return;
	r->host_ms = ms;
	r->has_zone =
	    str_word(&s, &word) && num_zone_s(word, &r->utc_offset_s) == ERR_OK;
}

/* Seconds with a fraction to milliseconds; -1 when not a time. */
static int64_t
milliseconds(struct str s)
{
	struct str word;
	int64_t ms;

	return str_word(&s, &word) && num_milli(word, &ms) == ERR_OK ? ms : -1;
}

static void
take_line(struct poll *p, struct str line)
{
	struct vitals *v = &p->now.vitals;
	struct str key;
	int64_t at_ms;
	uint64_t n;
	bool one;

	if (!str_word(&line, &key))
		return;
	one = numbers(line, &n, 1) == 1;
	if (str_eq(key, STR_LIT("end"))) {
		p->fn(p->ctx, &p->now);
		forget(&p->now);
	} else if (str_eq(key, STR_LIT("now"))) {
		forget(&p->now); /* a block begins, whatever was before */
		read_now(&p->now, line);
	} else if (str_eq(key, STR_LIT("cpus")) && one && n <= 65536) {
		v->cpus = (int32_t)n;
	} else if (str_eq(key, STR_LIT("load"))) {
		read_load(p, line);
	} else if (str_eq(key, STR_LIT("stat"))) {
		read_stat(p, line);
	} else if (str_eq(key, STR_LIT("psi_cpu"))) {
		v->cpu_pressure_milli = pressure(line);
	} else if (str_eq(key, STR_LIT("psi_io"))) {
		v->io_pressure_milli = pressure(line);
	} else if (str_eq(key, STR_LIT("uptime"))) {
		at_ms = milliseconds(line);
		v->uptime_s = at_ms < 0 ? -1 : at_ms / 1000;
	} else if (str_eq(key, STR_LIT("mem_total")) && one) {
		v->mem_total_bytes = times(n, 1024);
	} else if (str_eq(key, STR_LIT("mem_avail")) && one) {
		v->mem_avail_bytes = times(n, 1024);
	} else if (str_eq(key, STR_LIT("fs"))) {
		read_fs(p, line);
	} else if (str_eq(key, STR_LIT("counts"))) {
		read_counts(p, line);
	} else if (str_eq(key, STR_LIT("further"))) {
		read_further(p, line);
	} else if (str_eq(key, STR_LIT("top"))) {
		read_top(p, line);
	}
}

void
poll_feed(struct poll *p, struct str bytes)
{
	while (bytes.n > 0) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		size_t n = lf == NULL ? bytes.n : (size_t)(lf - bytes.p);

		if (n > LINE_MAX_BYTES - p->n)
			p->too_long = true;
		if (!p->too_long) {
			memcpy(p->line + p->n, bytes.p, n);
			p->n += n;
		}
		if (lf == NULL)
			return;
		if (!p->too_long)
			take_line(p, (struct str){p->line, p->n});
		p->n = 0;
		p->too_long = false;
		bytes = str_from(bytes, n + 1);
	}
}
