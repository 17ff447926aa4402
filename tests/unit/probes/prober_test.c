/* prober_test.c - lists asked through a stand-in that answers as a table says:
 * verdicts, test points, a resolver in trouble, keys, urgency, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/prober.h"

#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>

static const char catalogue[] =
    "{\"v\":1,\"lists\":["
    "{\"id\":\"good\",\"name\":\"G\",\"kind\":\"ip\",\"impact\":\"high\","
    "\"zone\":\"good.example\",\"ipv6\":true,\"period_s\":60,"
    "\"codes\":{\"127.0.0.3\":\"three\"},"
    "\"test\":{\"listed\":[\"127.0.0.2\"],\"clean\":[\"127.0.0.1\"]}},"
    "{\"id\":\"names\",\"name\":\"N\",\"kind\":\"domain\","
    "\"impact\":\"high\",\"zone\":\"names.example\",\"period_s\":60,"
    "\"test\":{\"listed\":[\"test\"]}},"
    "{\"id\":\"keyed\",\"name\":\"K\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"zone\":\"\",\"zone_key\":\"<key>.keyed.example\",\"period_s\":60,"
    "\"test\":{\"listed\":[\"127.0.0.2\"],\"clean\":[\"127.0.0.1\"]}},"
    "{\"id\":\"gone\",\"name\":\"C\",\"kind\":\"ip\",\"impact\":\"low\","
    "\"closed\":true,\"other_zones\":[\"gone.example\"]},"
    "{\"id\":\"private\",\"name\":\"P\",\"kind\":\"private\","
    "\"impact\":\"low\"}]}";

enum { GOOD, NAMES, KEYED, GONE, PRIVATE, LISTS };
enum { ASKS_MAX = 4096 };

/* A name's answer; the first row whose tail fits. */
struct row {
	const char *tail;
	enum dns_status status;
	uint32_t code;
};

struct ask {
	char name[DNS_NAME_MAX];
	enum dns_type type;
	dns_answer_fn fn;
	void *fn_ctx;
	bool answered;
};

struct fix {
	uv_loop_t loop;
	uv_idle_t idle; /* answers what is asked */
	struct blocklists *c;
	struct prober *p;
	const struct row *rows;
	struct ask asks[ASKS_MAX];
	unsigned n_asks, done, open, most_open, answers, listed;
	enum verdict verdict[LISTS], health[LISTS];
	char reason[LISTS][300], text[LISTS][300];
	unsigned told[LISTS], healths[LISTS];
	char all[1 << 16];     /* every text that came out */
	bool hold;	       /* do not answer */
	const char *hold_back; /* nor to names that end so */
	bool free_in_answer, no_resolver[LISTS];
	const char *lose; /* answers to names that end so, `loses` times */
	unsigned loses;
	char last[64]; /* subject told last */
	const char *watch;
	enum verdict watched; /* of that subject on GOOD */
	uint32_t ttl_s;
};

static void
ask(void *ctx, const char *name, enum dns_type type, dns_answer_fn fn,
    void *fn_ctx)
{
	struct fix *f = ctx;
	struct ask *a = &f->asks[f->n_asks];

	assert_true(f->n_asks < ASKS_MAX);
	(void)snprintf(a->name, sizeof a->name, "%s", name);
	*a = (struct ask){.type = type, .fn = fn, .fn_ctx = fn_ctx};
	(void)snprintf(a->name, sizeof a->name, "%s", name);
	f->n_asks++;
	if (++f->open > f->most_open)
		f->most_open = f->open;
}

static void
answer(struct fix *f, struct ask *a)
{
	static const char text[] = "because of secret0key, see there";
	struct dns_answer d = {.status = DNS_NXDOMAIN, .ttl_s = f->ttl_s};
	struct str name = str_of(a->name);

	for (const struct row *r = f->rows; r->tail != NULL; r++) {
		if (!str_ends(name, str_of(r->tail)))
			continue;
		d.status = r->status;
		d.addrs[0] = r->code;
		d.n_addrs = r->status == DNS_OK;
		break;
	}
	if (f->loses > 0 && str_ends(name, str_of(f->lose))) {
		f->loses--;
		d = (struct dns_answer){.status = DNS_TIMEOUT};
	}
	if (d.status == DNS_OK && a->type == DNS_TXT)
		d.text = str_of(text);
	a->answered = true;
	f->open--;
	a->fn(a->fn_ctx, &d);
}

static void
on_idle(uv_idle_t *h)
{
	struct fix *f = h->data;
	unsigned n = f->n_asks;

	for (unsigned i = 0; i < n && !f->hold; i++)
		if (!f->asks[i].answered &&
		    (f->hold_back == NULL || !str_ends(str_of(f->asks[i].name),
						 str_of(f->hold_back))))
			answer(f, &f->asks[i]);
}

static void
note(struct fix *f, struct str text)
{
	size_t n = strlen(f->all);

	str_copy(f->all + n, sizeof f->all - n, text);
}

static void
on_answer(void *ctx, const struct list_answer *a)
{
	struct fix *f = ctx;

	f->verdict[a->list] = a->verdict;
	if (f->watch != NULL && a->list == GOOD &&
	    str_eq(a->subject, str_of(f->watch)))
		f->watched = a->verdict;
	f->told[a->list]++;
	f->answers++;
	f->listed += a->verdict == VERDICT_LISTED;
	str_copy(f->last, sizeof f->last, a->subject);
	str_copy(f->reason[a->list], sizeof f->reason[0], a->reason);
	note(f, a->reason);
	note(f, a->subject);
	if (f->free_in_answer) {
		prober_free(f->p);
		f->p = NULL;
	}
}

static void
on_health(void *ctx, const struct list_health *h)
{
	struct fix *f = ctx;

	f->health[h->list] = h->verdict;
	f->healths[h->list]++;
	f->no_resolver[h->list] = h->no_resolver;
	str_copy(f->text[h->list], sizeof f->text[0], h->text);
	note(f, h->text);
}

static void
on_done(void *ctx)
{
	((struct fix *)ctx)->done++;
}

/* Of a catalogue of n lists all. */
static struct fix *
begin_with(const char *lists, size_t n, const struct row *rows, bool once,
    bool allow_private, const struct prober_key *keys, size_t n_keys)
{
	static const uint16_t use[] = {GOOD, NAMES, KEYED, GONE, PRIVATE};
	struct fix *f = calloc(1, sizeof *f);
	struct dns_asker asker = {.ctx = f, .ask = ask};
	struct prober_opts o = {.use = use,
	    .n_use = n,
	    .asker = &asker,
	    .keys = keys,
	    .n_keys = n_keys,
	    .allow_private = allow_private,
	    .once = once,
	    .ctx = f,
	    .on_answer = on_answer,
	    .on_health = on_health,
	    .on_done = on_done};
	char why[300] = "";

	assert_int_equal(uv_loop_init(&f->loop), 0);
	assert_int_equal(uv_idle_init(&f->loop, &f->idle), 0);
	f->idle.data = f;
	assert_int_equal(uv_idle_start(&f->idle, on_idle), 0);
	f->rows = rows;
	if (blocklists_load(&f->c, str_of(lists), why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	o.loop = &f->loop;
	o.lists = f->c;
	assert_int_equal(prober_new(&f->p, &o, why, sizeof why), ERR_OK);
	assert_string_equal(why, "");
	return f;
}

static struct fix *
begin(const struct row *rows, bool once, bool allow_private, const char *key)
{
	struct prober_key k = {STR_LIT("keyed"), str_of(key)};

	return begin_with(
	    catalogue, LISTS, rows, once, allow_private, &k, key != NULL);
}

static void
subjects(struct fix *f, const char *a, const char *b, const char *c)
{
	struct str names[] = {str_of(a), str_of(b), str_of(c)};
	size_t n = 0;

	while (n < 3 && names[n].n > 0)
		n++;
	assert_int_equal(prober_subjects(f->p, names, n), ERR_OK);
}

/* Runs until *what is `want`, ten seconds at most. */
static void
until(struct fix *f, const unsigned *what, unsigned want)
{
	int64_t end_ms = clock_mono_ms() + 10000;

	while (*what < want && clock_mono_ms() < end_ms)
		(void)uv_run(&f->loop, UV_RUN_NOWAIT);
	assert_true(*what >= want);
}

static void
finish(struct fix *f)
{
	prober_free(f->p);
	f->hold = false;
	while (f->open > 0)
		(void)uv_run(&f->loop, UV_RUN_NOWAIT);
	uv_close((uv_handle_t *)&f->idle, NULL);
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	blocklists_free(f->c);
	free(f);
}

static bool
asked(const struct fix *f, const char *name)
{
	for (unsigned i = 0; i < f->n_asks; i++)
		if (strcmp(f->asks[i].name, name) == 0)
			return true;
	return false;
}

static const struct row well[] = {
    {"2.0.0.127.good.example", DNS_OK, 0x7f000002},
    {"9.2.0.192.good.example", DNS_OK, 0x7f000003},
    {"2.0.0.127.secret0key.keyed.example", DNS_OK, 0x7f000002},
    {"9.2.0.192.secret0key.keyed.example", DNS_OK, 0x7f000002},
    {"test.names.example", DNS_OK, 0x7f000002},
    {"bad.example.names.example", DNS_OK, 0x7f000002}, {NULL, DNS_OK, 0}};

static void
listed_with_a_reason(void **state)
{
	struct fix *f = begin(well, true, true, "secret0key");

	(void)state;
	subjects(f, "192.0.2.9", "bad.example", NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_LISTED);
	assert_string_equal(f->reason[GOOD], "because of <key>, see there");
	assert_int_equal(f->verdict[NAMES], VERDICT_LISTED);
	assert_int_equal(f->verdict[KEYED], VERDICT_LISTED);
	assert_string_equal(f->reason[KEYED], "because of <key>, see there");
	assert_int_equal(f->verdict[GONE], VERDICT_UNKNOWN);
	assert_int_equal(f->told[GOOD], 1);
	assert_int_equal(f->told[PRIVATE], 0);
	assert_int_equal(f->health[GOOD], VERDICT_CLEAN);
	assert_true(asked(f, "1.0.0.127.good.example"));
	assert_true(asked(f, "invalid.names.example"));
	assert_true(asked(f, "9.2.0.192.secret0key.keyed.example"));
	assert_false(asked(f, "9.2.0.192.names.example"));
	assert_false(asked(f, "bad.example.good.example"));
	assert_false(asked(f, "9.2.0.192.gone.example"));
	assert_int_equal(f->done, 1);
	finish(f);
}

static void
a_key_is_needed(void **state)
{
	struct fix *f = begin(well, true, true, NULL);

	(void)state;
	subjects(f, "192.0.2.9", NULL, NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->verdict[KEYED], VERDICT_UNKNOWN);
	assert_int_equal(f->health[KEYED], VERDICT_UNKNOWN);
	assert_non_null(strstr(f->text[KEYED], "key"));
	assert_false(asked(f, "9.2.0.192.keyed.example"));
	finish(f);
}

static void
private_is_not_asked(void **state)
{
	struct fix *f = begin(well, true, false, NULL);

	(void)state;
	subjects(f, "192.0.2.9", "10.1.2.3", "8.9.10.11");
	until(f, &f->done, 1);
	assert_false(asked(f, "9.2.0.192.good.example"));
	assert_false(asked(f, "3.2.1.10.good.example"));
	assert_true(asked(f, "11.10.9.8.good.example"));
	assert_int_equal(f->told[GOOD], 3);
	finish(f);
}

/* One answer to everything a list is asked; what subjects and list are told. */
static void
a_bad_list(void **state)
{
	static const struct {
		struct row rows[3];
		enum verdict told;
	} cases[] = {
	    {{{"2.0.0.127.good.example", DNS_NXDOMAIN, 0}}, VERDICT_DEAD},
	    {{{"good.example", DNS_OK, 0x7f000002}}, VERDICT_WORLD},
	    {{{"good.example", DNS_OK, 0x7ffffffe}}, VERDICT_REFUSED},
	    {{{"good.example", DNS_REFUSED, 0}}, VERDICT_REFUSED},
	    {{{"good.example", DNS_SERVFAIL, 0}}, VERDICT_UNREACHABLE},
	    {{{"good.example", DNS_BAD, 0}}, VERDICT_UNREACHABLE},
	    {{{"good.example", DNS_OK, 0xcb007107}}, VERDICT_DEAD},
	    {{{"2.0.0.127.good.example", DNS_OK, 0x7f000002},
		 {"good.example", DNS_SERVFAIL, 0}},
		VERDICT_UNREACHABLE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fix *f = begin(cases[i].rows, true, true, NULL);

		subjects(f, "192.0.2.9", NULL, NULL);
		until(f, &f->done, 1);
		assert_int_equal(f->verdict[GOOD], cases[i].told);
		assert_int_equal(f->health[GOOD], cases[i].told);
		assert_true(f->text[GOOD][0] != '\0');
		assert_string_equal(f->text[GOOD], f->reason[GOOD]);
		assert_false(asked(f, "9.2.0.192.good.example"));
		finish(f);
	}
}

static void
a_resolver_that_is_down(void **state)
{
	static const struct row down[] = {
	    {"example", DNS_DOWN, 0}, {NULL, DNS_OK, 0}};
	struct fix *f = begin(down, true, true, NULL);

	(void)state;
	subjects(f, "192.0.2.9", "mail.example", NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_UNKNOWN);
	assert_int_equal(f->verdict[NAMES], VERDICT_UNKNOWN);
	assert_string_equal(f->text[GOOD], f->text[NAMES]);
	assert_non_null(strstr(f->text[GOOD], "resolver"));
	assert_int_equal(f->told[GOOD], 1);
	finish(f);
}

/* Down for a moment: nobody hears of it. */
static void
a_resolver_that_comes_back(void **state)
{
	static const struct row down[] = {
	    {"example", DNS_DOWN, 0}, {NULL, DNS_OK, 0}};
	struct fix *f = begin(down, true, true, NULL);
	unsigned asks = 0;

	(void)state;
	subjects(f, "192.0.2.9", NULL, NULL);
	while (asks == 0) {
		(void)uv_run(&f->loop, UV_RUN_NOWAIT);
		asks = f->n_asks;
	}
	(void)uv_run(&f->loop, UV_RUN_NOWAIT);
	f->rows = well;
	until(f, &f->done, 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_LISTED);
	assert_int_equal(f->healths[GOOD], 1);
	finish(f);
}

static void
freed_in_a_callback(void **state)
{
	struct fix *f = begin(well, true, true, NULL);

	(void)state;
	f->free_in_answer = true;
	subjects(f, "192.0.2.9", "8.8.8.8", NULL);
	until(f, &f->answers, 1);
	assert_null(f->p);
	assert_int_equal(f->answers, 1);
	finish(f);
}

static unsigned
times(const struct fix *f, const char *name)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->n_asks; i++)
		n += strcmp(f->asks[i].name, name) == 0;
	return n;
}

static void
nobody_answers(void **state)
{
	static const struct row lost[] = {
	    {"example", DNS_TIMEOUT, 0}, {NULL, DNS_OK, 0}};
	struct fix *f = begin(lost, true, true, NULL);

	(void)state;
	subjects(f, "192.0.2.9", "mail.example", NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_UNKNOWN);
	assert_int_equal(f->health[NAMES], VERDICT_UNKNOWN);
	assert_non_null(strstr(f->text[GOOD], "resolver"));
	assert_string_equal(f->text[GOOD], f->text[NAMES]);
	finish(f);
}

/* The same without an end: told once, asked again, and well when it is back. */
static void
somebody_answers_again(void **state)
{
	static const struct row lost[] = {
	    {"example", DNS_DOWN, 0}, {NULL, DNS_OK, 0}};
	struct fix *f = begin(lost, false, true, NULL);

	(void)state;
	subjects(f, "192.0.2.9", "mail.example", NULL);
	until(f, &f->told[GOOD], 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_UNKNOWN);
	assert_int_equal(f->healths[GOOD], 1);
	/* It is the resolver's fault, but for a list nobody can ask. */
	assert_true(f->no_resolver[GOOD] && f->no_resolver[NAMES]);
	assert_false(f->no_resolver[KEYED]);
	f->rows = well;
	until(f, &f->told[GOOD], 2);
	assert_false(f->no_resolver[GOOD]);
	assert_int_equal(f->verdict[GOOD], VERDICT_LISTED);
	assert_int_equal(f->health[GOOD], VERDICT_CLEAN);
	finish(f);
}

static void
one_list_does_not_answer(void **state)
{
	static const struct row rows[] = {{"good.example", DNS_TIMEOUT, 0},
	    {"test.names.example", DNS_OK, 0x7f000002}, {NULL, DNS_OK, 0}};
	struct fix *f = begin(rows, true, true, NULL);

	(void)state;
	subjects(f, "192.0.2.9", "mail.example", NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_UNREACHABLE);
	assert_int_equal(f->health[GOOD], VERDICT_UNREACHABLE);
	assert_int_equal(f->verdict[NAMES], VERDICT_CLEAN);
	finish(f);
}

static void
a_lost_answer(void **state)
{
	struct fix *f = begin(well, true, true, NULL);

	(void)state;
	f->lose = "9.2.0.192.good.example";
	f->loses = 1;
	f->watch = "192.0.2.9";
	subjects(f, "192.0.2.8", "192.0.2.9", NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->watched, VERDICT_LISTED);
	assert_int_equal(f->told[GOOD], 2);
	finish(f);
}

static void
an_answer_lost_for_good(void **state)
{
	struct fix *f = begin(well, true, true, NULL);

	(void)state;
	f->lose = "8.2.0.192.good.example";
	f->loses = 100;
	f->watch = "192.0.2.8";
	subjects(f, "192.0.2.9", "192.0.2.8", NULL);
	until(f, &f->done, 1);
	assert_int_equal(f->told[GOOD], 2);
	assert_in_range(f->loses, 95, 99);
	assert_int_equal(f->watched, VERDICT_UNREACHABLE);
	finish(f);
}

/* Its TTL keeps an answer; an alarm in the segment does not. */
static void
an_alarm(void **state)
{
	struct fix *f = begin(well, false, true, NULL);

	(void)state;
	f->ttl_s = 100000;
	subjects(f, "192.0.2.8", "198.51.100.1", "mail.example");
	until(f, &f->told[GOOD], 2);
	until(f, &f->told[NAMES], 1);
	prober_urgent(f->p, STR_LIT("192.0.2.200"));
	until(f, &f->told[GOOD], 3);
	until(f, &f->told[NAMES], 2);
	/* The next of the same segment is the same alarm. */
	prober_urgent(f->p, STR_LIT("192.0.2.201"));
	subjects(f, "192.0.2.8", "198.51.100.1", "203.0.113.1");
	until(f, &f->told[GOOD], 4);
	assert_int_equal(times(f, "8.2.0.192.good.example"), 2);
	assert_int_equal(times(f, "1.100.51.198.good.example"), 1);
	prober_now(f->p);
	until(f, &f->told[GOOD], 7);
	assert_int_equal(times(f, "1.100.51.198.good.example"), 2);
	assert_int_equal(times(f, "1.0.0.127.good.example"), 2);
	finish(f);
}

static void
other_subjects(void **state)
{
	struct fix *f = begin(well, false, true, NULL);
	unsigned told;

	(void)state;
	f->ttl_s = 100000;
	subjects(f, "192.0.2.8", "192.0.2.8", "192.0.2.7");
	until(f, &f->told[GOOD], 2);
	assert_int_equal(prober_stats(f->p).pairs, 6);
	subjects(f, "192.0.2.9", "192.0.2.7", NULL);
	until(f, &f->told[GOOD], 3);
	assert_int_equal(times(f, "7.2.0.192.good.example"), 1);
	/* Questions about who went away are answered to nobody. */
	f->hold_back = "2.0.192.good.example";
	prober_now(f->p);
	while (times(f, "7.2.0.192.good.example") < 2)
		(void)uv_run(&f->loop, UV_RUN_NOWAIT);
	told = f->told[GOOD];
	f->watch = "192.0.2.6";
	subjects(f, "192.0.2.6", NULL, NULL);
	f->hold_back = NULL;
	until(f, &f->told[GOOD], told + 1);
	while (prober_stats(f->p).in_flight > 0)
		(void)uv_run(&f->loop, UV_RUN_NOWAIT);
	assert_int_equal(f->told[GOOD], told + 1);
	assert_int_equal(f->watched, VERDICT_CLEAN);
	assert_int_equal(prober_stats(f->p).told, prober_stats(f->p).pairs);
	finish(f);
}

static void
many_subjects(void **state)
{
	enum { N = 300 };
	static char text[N][20];
	struct str names[N];
	struct fix *f = begin(well, true, true, NULL);

	(void)state;
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(
		    text[i], sizeof text[i], "10.0.%u.%u", i / 256, i % 256);
		names[i] = str_of(text[i]);
	}
	assert_int_equal(prober_subjects(f->p, names, N), ERR_OK);
	until(f, &f->done, 1);
	assert_int_equal(f->told[GOOD], N);
	assert_int_equal(f->most_open, 64);
	assert_int_equal(prober_stats(f->p).told, prober_stats(f->p).pairs);
	finish(f);
}

/* Eight in a row without an answer: what the others say comes too late. */
static void
a_list_that_breaks(void **state)
{
	static const struct row rows[] = {
	    {"2.0.0.127.good.example", DNS_OK, 0x7f000002},
	    {".10.good.example", DNS_OK, 0x7f000002}, {NULL, DNS_OK, 0}};
	enum { N = 20 };
	static char text[N][20];
	struct str names[N];
	struct fix *f = begin(rows, true, true, NULL);

	(void)state;
	f->lose = ".10.good.example";
	f->loses = 8;
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(text[i], sizeof text[i], "10.0.0.%u", i);
		names[i] = str_of(text[i]);
	}
	assert_int_equal(prober_subjects(f->p, names, N), ERR_OK);
	until(f, &f->done, 1);
	assert_int_equal(f->loses, 0);
	assert_int_equal(f->health[GOOD], VERDICT_UNREACHABLE);
	assert_int_equal(f->told[GOOD], N);
	assert_int_equal(f->listed, 0);
	finish(f);
}

/* What is bad and stays so is told once, and looked at again. */
static void
bad_for_long(void **state)
{
	static const struct row rows[] = {{NULL, DNS_OK, 0}};
	struct fix *f = begin(rows, false, true, NULL);

	(void)state;
	subjects(f, "192.0.2.9", NULL, NULL);
	until(f, &f->told[GOOD], 1);
	assert_int_equal(f->verdict[GOOD], VERDICT_DEAD);
	prober_now(f->p);
	until(f, &f->healths[GOOD], 2);
	subjects(f, "192.0.2.9", "192.0.2.8", NULL);
	until(f, &f->told[GOOD], 2);
	assert_string_equal(f->last, "192.0.2.8");
	assert_int_equal(f->told[GOOD], 2);
	f->rows = well;
	prober_now(f->p);
	until(f, &f->told[GOOD], 4);
	assert_int_equal(f->health[GOOD], VERDICT_CLEAN);
	finish(f);
}

static void
on_second(uv_timer_t *t)
{
	*(unsigned *)t->data = 1;
}

/* With nothing to ask, it sleeps. */
static void
idle(void **state)
{
	struct fix *f = begin(well, false, true, NULL);
	unsigned over = 0;
	uv_timer_t second;
	int64_t cpu_us;

	(void)state;
	f->ttl_s = 100000;
	subjects(f, "192.0.2.8", "mail.example", NULL);
	until(f, &f->told[GOOD], 1);
	until(f, &f->told[NAMES], 1);
	(void)uv_idle_stop(&f->idle);
	(void)uv_timer_init(&f->loop, &second);
	second.data = &over;
	(void)uv_timer_start(&second, on_second, 1000, 0);
	cpu_us = clock_cpu_us();
	while (over == 0)
		(void)uv_run(&f->loop, UV_RUN_ONCE);
	assert_in_range(clock_cpu_us() - cpu_us, 0, 20000);
	uv_close((uv_handle_t *)&second, NULL);
	(void)uv_idle_start(&f->idle, on_idle);
	finish(f);
}

static void
stopped_with_open_questions(void **state)
{
	struct fix *f = begin(well, false, true, NULL);

	(void)state;
	f->hold = true;
	subjects(f, "192.0.2.8", "mail.example", NULL);
	while (f->n_asks == 0)
		(void)uv_run(&f->loop, UV_RUN_NOWAIT);
	finish(f);
}

static void
no_key_comes_out(void **state)
{
	static const struct row rows[] = {
	    {"keyed.example", DNS_OK, 0x7f000002}, {NULL, DNS_OK, 0}};
	const struct row *const both[] = {well, rows};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct fix *f = begin(both[i], true, true, "secret0key");

		subjects(f, "192.0.2.9", NULL, NULL);
		until(f, &f->done, 1);
		/* Whichever list says it. */
		assert_null(strstr(f->all, "secret0key"));
		assert_true(
		    i == 1 || strstr(f->reason[KEYED], "<key>") != NULL);
		finish(f);
	}
}

/* Two lists of one operator, with a key each or the same: each is asked with
 * its own, and neither may say any of them. */
static void
two_lists_of_one_operator(void **state)
{
	static const char two[] =
	    "{\"v\":1,\"lists\":["
	    "{\"id\":\"a\",\"name\":\"A\",\"kind\":\"ip\",\"impact\":\"low\","
	    "\"zone\":\"\",\"zone_key\":\"<key>.a.example\","
	    "\"test\":{\"listed\":[\"127.0.0.2\"]}},"
	    "{\"id\":\"b\",\"name\":\"B\",\"kind\":\"ip\",\"impact\":\"low\","
	    "\"zone\":\"b.example\",\"zone_key\":\"<key>.b.example\","
	    "\"test\":{\"listed\":[\"127.0.0.2\"]}}]}";
	static const struct row rows[] = {
	    {"2.0.0.127.secret0key.a.example", DNS_OK, 0x7f000002},
	    {"9.2.0.192.secret0key.a.example", DNS_OK, 0x7f000002},
	    {"2.0.0.127.secret0key.b.example", DNS_OK, 0x7f000002},
	    {"9.2.0.192.secret0key.b.example", DNS_OK, 0x7f000002},
	    {"2.0.0.127.another0key.b.example", DNS_OK, 0x7f000002},
	    {"9.2.0.192.another0key.b.example", DNS_OK, 0x7f000002},
	    {NULL, DNS_OK, 0}};
	static const char *const keys[] = {"secret0key", "another0key"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct prober_key k[] = {{STR_LIT("a"), str_of(keys[0])},
		    {STR_LIT("b"), str_of(keys[i])}};
		struct fix *f = begin_with(two, 2, rows, true, true, k, 2);

		subjects(f, "192.0.2.9", NULL, NULL);
		until(f, &f->done, 1);
		for (int l = 0; l < 2; l++) {
			assert_int_equal(f->verdict[l], VERDICT_LISTED);
			assert_string_equal(
			    f->reason[l], "because of <key>, see there");
		}
		assert_true(asked(f, rows[1].tail));
		assert_true(asked(f, rows[i == 0 ? 3 : 5].tail));
		assert_false(asked(f, rows[i == 0 ? 5 : 3].tail));
		assert_false(asked(f, "9.2.0.192.b.example"));
		assert_null(strstr(f->all, "0key"));
		finish(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(listed_with_a_reason),
	    cmocka_unit_test(a_key_is_needed),
	    cmocka_unit_test(private_is_not_asked),
	    cmocka_unit_test(a_bad_list),
	    cmocka_unit_test(a_resolver_that_is_down),
	    cmocka_unit_test(a_resolver_that_comes_back),
	    cmocka_unit_test(freed_in_a_callback),
	    cmocka_unit_test(nobody_answers),
	    cmocka_unit_test(somebody_answers_again),
	    cmocka_unit_test(one_list_does_not_answer),
	    cmocka_unit_test(a_lost_answer),
	    cmocka_unit_test(an_answer_lost_for_good),
	    cmocka_unit_test(an_alarm),
	    cmocka_unit_test(other_subjects),
	    cmocka_unit_test(many_subjects),
	    cmocka_unit_test(a_list_that_breaks),
	    cmocka_unit_test(bad_for_long),
	    cmocka_unit_test(idle),
	    cmocka_unit_test(stopped_with_open_questions),
	    cmocka_unit_test(no_key_comes_out),
	    cmocka_unit_test(two_lists_of_one_operator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
