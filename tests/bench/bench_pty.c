/*
 * bench_pty.c - runs a program in a terminal of its own (a pty, 200x60) and
 * measures it from there. Steps, in order:
 *	wait:SECONDS   reads what it writes
 *	stall:SECONDS  does not
 *	type:BYTES     sends keys
 *	begin          a window begins
 *	end:NAME       ... and ends: {"name","seconds","cpu_s","bytes","rss_kb"}
 *	keys:NAME:N    N keys in the palette, each timed until the character is
 *	               in what the program writes:
 *{"name","n","p50_ms","p99_ms"} CPU is the program's own, by its process clock.
 *Lines of JSON on stdout. Usage: bench_pty STEP... -- PROGRAM ARG...
 */
#include "core/clock.h"
#include "core/str.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	ROWS = 60,
	COLS = 200,
	KEYS_MAX = 1000,
	KEY_MS = 2000,
	GAP_MS = 60,
	PROBES = 20
};

/* A character that no screen has by itself. */
#define PROBE "\xe2\x98\x83"

struct term {
	pid_t pid;
	int fd;
	uint64_t bytes;
	char tail[sizeof PROBE]; /* the last bytes, for one cut in two */
	bool gone, saw_probe;
	int64_t began_us, began_cpu_us;
	uint64_t began_bytes;
};

static int64_t
cpu_us(const struct term *t)
{
	clockid_t id;
	struct timespec ts;

	if (clock_getcpuclockid(t->pid, &id) != 0 ||
	    clock_gettime(id, &ts) != 0)
		return 0;
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static void
look(struct term *t, struct str bytes)
{
	char seam[2 * sizeof PROBE];
	size_t n = strlen(PROBE) - 1, old = strlen(t->tail);

	memcpy(seam, t->tail, old);
	memcpy(seam + old, bytes.p, bytes.n < n ? bytes.n : n);
	if (str_find(bytes, STR_LIT(PROBE)) != SIZE_MAX ||
	    str_find((struct str){seam, old + (bytes.n < n ? bytes.n : n)},
		STR_LIT(PROBE)) != SIZE_MAX)
		t->saw_probe = true;
	str_copy(t->tail, sizeof t->tail - 1,
	    str_from(bytes, bytes.n > n ? bytes.n - n : 0));
}

/* Reads until `until_us`, or until the probe was seen. */
static void
read_on(struct term *t, int64_t until_us, bool for_probe)
{
	static char bytes[65536];

	while (!t->gone && !(for_probe && t->saw_probe)) {
		struct pollfd p = {.fd = t->fd, .events = POLLIN};
		int64_t left_us = until_us - clock_mono_us();
		ssize_t n;

		if (left_us <= 0)
			return;
		if (poll(&p, 1, (int)(left_us / 1000 + 1)) <= 0)
			continue;
		n = read(t->fd, bytes, sizeof bytes);
		if (n <= 0) {
			t->gone = true;
			return;
		}
		t->bytes += (uint64_t)n;
		look(t, (struct str){bytes, (size_t)n});
	}
}

static void
wait_s(struct term *t, double s)
{
	read_on(t, clock_mono_us() + (int64_t)(s * 1e6), false);
}

static void
type(struct term *t, const char *keys)
{
	size_t n = strlen(keys);

	if (write(t->fd, keys, n) != (ssize_t)n)
		t->gone = true;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
time_keys(struct term *t, const char *name, size_t n)
{
	static int64_t took_us[KEYS_MAX];
	size_t missed = 0;

	n = n < KEYS_MAX ? n : KEYS_MAX;
	type(t, ":");
	wait_s(t, 0.5);
	for (size_t i = 0; i < n && !t->gone; i++) {
		int64_t at_us = clock_mono_us();

		t->saw_probe = false;
		type(t, PROBE);
		read_on(t, at_us + KEY_MS * 1000, true);
		took_us[i] = clock_mono_us() - at_us;
		missed += !t->saw_probe;
		/* a new line of them before this one is full */
		if (i % PROBES == PROBES - 1)
			type(t, "\x1b");
		wait_s(t, 0.1);
		if (i % PROBES == PROBES - 1)
			type(t, ":");
		/* not in step with its frames */
		wait_s(t, (GAP_MS + (double)(i * 37 % 101)) / 1000);
	}
	type(t, "\x1b");
	wait_s(t, 0.5);
	qsort(took_us, n, sizeof *took_us, by_size);
	printf("{\"name\":\"%s\",\"n\":%zu,\"missed\":%zu,\"p50_ms\":%.1f,"
	       "\"p99_ms\":%.1f}\n",
	    name, n, missed, (double)took_us[n / 2] / 1e3,
	    (double)took_us[(n * 99 + 99) / 100 - 1] / 1e3);
}

static long
rss_kb(const struct term *t)
{
	char path[64], line[256];
	long kb = -1;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)t->pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "VmRSS:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return kb;
}

static void
begin(struct term *t)
{
	t->began_us = clock_mono_us();
	t->began_cpu_us = cpu_us(t);
	t->began_bytes = t->bytes;
}

static void
end(struct term *t, const char *name)
{
	printf("{\"name\":\"%s\",\"seconds\":%.3f,\"cpu_s\":%.4f,"
	       "\"bytes\":%" PRIu64 ",\"rss_kb\":%ld}\n",
	    name, (double)(clock_mono_us() - t->began_us) / 1e6,
	    (double)(cpu_us(t) - t->began_cpu_us) / 1e6,
	    t->bytes - t->began_bytes, rss_kb(t));
}

static bool
step(struct term *t, const char *s)
{
	const char *arg = strchr(s, ':');
	const char *more;
	struct str verb = {s, arg == NULL ? strlen(s) : (size_t)(arg - s)};
	char name[64];

	arg = arg == NULL ? "" : arg + 1;
	more = strchr(arg, ':');
	if (str_eq(verb, STR_LIT("wait"))) {
		wait_s(t, strtod(arg, NULL));
	} else if (str_eq(verb, STR_LIT("stall"))) {
		(void)usleep((useconds_t)(strtod(arg, NULL) * 1e6));
	} else if (str_eq(verb, STR_LIT("type"))) {
		type(t, arg);
	} else if (str_eq(verb, STR_LIT("begin"))) {
		begin(t);
	} else if (str_eq(verb, STR_LIT("end"))) {
		end(t, arg);
	} else if (str_eq(verb, STR_LIT("keys")) && more != NULL) {
		str_copy(
		    name, sizeof name, (struct str){arg, (size_t)(more - arg)});
		time_keys(t, name, strtoul(more + 1, NULL, 10));
	} else {
		fprintf(stderr, "bench_pty: %s: no such step\n", s);
		return false;
	}
	(void)fflush(stdout);
	return !t->gone;
}

int
main(int argc, char **argv)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
	struct term t = {.bytes = 0};
	int program = 1, rc = 0, status;

	while (program < argc && strcmp(argv[program], "--") != 0)
		program++;
	if (program + 1 >= argc) {
		fprintf(stderr, "usage: bench_pty STEP... -- PROGRAM ARG...\n");
		return 2;
	}
	t.pid = forkpty(&t.fd, NULL, NULL, &size);
	if (t.pid == 0) {
		(void)setenv("TERM", "xterm-256color", 1);
		(void)execv(argv[program + 1], argv + program + 1);
		_exit(127);
	}
	if (t.pid < 0)
		return 1;
	for (int i = 1; i < program && rc == 0; i++)
		if (!step(&t, argv[i])) {
			fprintf(stderr, "bench_pty: ended in %s\n", argv[i]);
			rc = 1;
		}
	(void)kill(t.pid, SIGTERM);
	wait_s(&t, 5);
	(void)kill(t.pid, SIGKILL);
	(void)waitpid(t.pid, &status, 0);
	(void)close(t.fd);
	return rc;
}
