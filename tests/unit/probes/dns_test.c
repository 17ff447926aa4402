/* dns_test.c - c-ares on the loop against a server in the same loop: answers,
 * silence, a closed port, and being freed at any moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/dns.h"

#include "core/clock.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

struct fix {
	uv_loop_t loop;
	uv_poll_t poll;
	int fd;
	char resolver[32];
	struct dns *d;
	bool silent, free_in_answer;
	unsigned rcode;
	unsigned asked, answers, afters, downs, lost;
	enum dns_status status;
	uint32_t addr, ms;
	char text[64];
};

/* 127.0.0.2, or the text "why", or what rcode says. */
static void
reply(struct fix *f, uint8_t *p, size_t n, const struct sockaddr_in *to)
{
	static const uint8_t a[] = {
	    0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 2};
	static const uint8_t txt[] = {
	    0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 4, 3, 'w', 'h', 'y'};
	bool is_txt = p[n - 3] == 16;

	p[2] |= 0x80;
	p[3] = (uint8_t)(0x80 | f->rcode);
	if (f->rcode == 0) {
		p[7] = 1;
		memcpy(p + n, is_txt ? txt : a, sizeof a);
		n += sizeof a;
	}
	(void)sendto(f->fd, p, n, 0, (const struct sockaddr *)to, sizeof *to);
}

static void
on_question(uv_poll_t *h, int status, int events)
{
	struct fix *f = h->data;
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	uint8_t p[600];
	ssize_t n = recvfrom(
	    f->fd, p, 500, MSG_DONTWAIT, (struct sockaddr *)&from, &len);

	(void)status;
	(void)events;
	if (n < 12)
		return;
	f->asked++;
	if (!f->silent)
		reply(f, p, (size_t)n, &from);
}

static void
on_answer(void *ctx, const struct dns_answer *a)
{
	struct fix *f = ctx;

	f->answers++;
	f->status = a->status;
	f->addr = a->n_addrs > 0 ? a->addrs[0] : 0;
	f->ms = a->ms;
	f->downs += a->status == DNS_DOWN;
	f->lost += a->status == DNS_DOWN || a->status == DNS_TIMEOUT;
	str_copy(f->text, sizeof f->text, a->text);
	if (f->free_in_answer) {
		dns_free(f->d);
		f->d = NULL;
	}
}

static void
after(void *ctx)
{
	((struct fix *)ctx)->afters++;
}

static void
begin(struct fix *f)
{
	struct sockaddr_in here = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct dns_opts o = {.loop = &f->loop,
	    .resolver = f->resolver,
	    .ctx = f,
	    .after = after};
	socklen_t len = sizeof here;
	char why[200];

	*f = (struct fix){0};
	assert_int_equal(uv_loop_init(&f->loop), 0);
	f->fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(
	    bind(f->fd, (const struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(getsockname(f->fd, (struct sockaddr *)&here, &len), 0);
	(void)snprintf(f->resolver, sizeof f->resolver, "127.0.0.1:%u",
	    ntohs(here.sin_port));
	assert_int_equal(uv_poll_init(&f->loop, &f->poll, f->fd), 0);
	f->poll.data = f;
	assert_int_equal(uv_poll_start(&f->poll, UV_READABLE, on_question), 0);
	assert_int_equal(dns_new(&f->d, &o, why, sizeof why), ERR_OK);
	assert_string_equal(dns_resolver(f->d), f->resolver);
}

static void
until(struct fix *f, const unsigned *what, unsigned want)
{
	int64_t end_ms = clock_mono_ms() + 10000;

	while (*what < want && clock_mono_ms() < end_ms)
		(void)uv_run(&f->loop, UV_RUN_ONCE);
	assert_true(*what >= want);
}

static void
finish(struct fix *f)
{
	dns_free(f->d);
	(void)uv_poll_stop(&f->poll);
	uv_close((uv_handle_t *)&f->poll, NULL);
	assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	(void)close(f->fd);
}

static void
answers(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	dns_ask(f.d, "2.0.0.127.bl.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 1);
	assert_int_equal(f.status, DNS_OK);
	assert_int_equal(f.addr, 0x7f000002);
	assert_int_equal(f.afters, 1);
	dns_ask(f.d, "2.0.0.127.bl.example", DNS_TXT, on_answer, &f);
	until(&f, &f.answers, 2);
	assert_int_equal(f.status, DNS_OK);
	assert_string_equal(f.text, "why");
	finish(&f);
}

static void
codes(void **state)
{
	static const struct {
		unsigned rcode;
		enum dns_status status;
	} cases[] = {{2, DNS_SERVFAIL}, {3, DNS_NXDOMAIN}, {4, DNS_SERVFAIL},
	    {5, DNS_REFUSED}};
	struct fix f;

	(void)state;
	begin(&f);
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		f.rcode = cases[i].rcode;
		dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
		until(&f, &f.answers, i + 1);
		assert_int_equal(f.status, cases[i].status);
		assert_int_equal(f.asked, i + 1);
	}
	finish(&f);
}

static void
silence(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	f.silent = true;
	dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 1);
	assert_int_equal(f.status, DNS_TIMEOUT);
	assert_int_equal(f.asked, DNS_TRIES);
	assert_in_range(f.ms, DNS_GIVEUP_MS - 50, DNS_GIVEUP_MS + 1000);
	finish(&f);
}

/* The first answer is lost; the second try's counts. */
static void
asked_again(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	f.silent = true;
	dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.asked, 1);
	f.silent = false;
	until(&f, &f.answers, 1);
	assert_int_equal(f.status, DNS_OK);
	assert_in_range(f.ms, DNS_RESEND_MS - 50, 2 * DNS_RESEND_MS);
	finish(&f);
}

/* Nobody listens: all that is open fails soon, and says nothing of names. (One
 * may time out: the error it waited for came to another's packet.) */
static void
a_closed_port(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	(void)uv_poll_stop(&f.poll);
	(void)shutdown(f.fd, SHUT_RDWR);
	(void)close(f.fd);
	f.fd = socket(AF_INET, SOCK_DGRAM, 0);
	for (int i = 0; i < 20; i++)
		dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 20);
	assert_int_equal(f.lost, 20);
	assert_in_range(f.downs, 15, 20);
	assert_in_range(f.ms, 0, DNS_GIVEUP_MS - 500);
	finish(&f);
}

static void
freed_while_open(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	f.silent = true;
	for (int i = 0; i < 50; i++)
		dns_ask(f.d, "a.example", i % 2 == 0 ? DNS_A : DNS_TXT,
		    on_answer, &f);
	until(&f, &f.asked, 10);
	finish(&f);
	assert_int_equal(f.answers, 0);
}

static void
freed_in_its_callback(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	f.free_in_answer = true;
	for (int i = 0; i < 50; i++)
		dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 1);
	finish(&f);
	assert_int_equal(f.answers, 1);
	assert_int_equal(f.afters, 0);
}

static void
resolvers(void **state)
{
	static const struct {
		const char *text, *means;
	} good[] = {
	    {"192.0.2.53", "192.0.2.53:53"},
	    {"192.0.2.53:5353", "192.0.2.53:5353"},
	    {"2001:db8::53", "[2001:db8::53]:53"},
	    {"[2001:db8::53]", "[2001:db8::53]:53"},
	    {"[2001:db8::53]:5353", "[2001:db8::53]:5353"},
	};
	static const char *const bad[] = {"", "resolver.example", "192.0.2",
	    "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2.53:5x",
	    "[2001:db8::53", "[2001:db8::53]5353", "[2001:db8::53]:", "[]:53",
	    ":53", "192.0.2.53 "};
	uv_loop_t loop;
	struct dns *d = NULL;
	char why[200];

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct dns_opts o = {.loop = &loop, .resolver = bad[i]};

		why[0] = '\0';
		assert_int_equal(dns_new(&d, &o, why, sizeof why), ERR_PARSE);
		assert_null(d);
		assert_true(why[0] != '\0');
	}
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct dns_opts o = {.loop = &loop, .resolver = good[i].text};

		assert_int_equal(dns_new(&d, &o, why, sizeof why), ERR_OK);
		assert_string_equal(dns_resolver(d), good[i].means);
		dns_free(d);
	}
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
}

/* Open questions cost a tick; none cost nothing. */
static void
sleeps(void **state)
{
	struct fix f;

	(void)state;
	begin(&f);
	dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 1);
	(void)uv_poll_stop(&f.poll);
	(void)uv_run(&f.loop, UV_RUN_NOWAIT);
	assert_int_equal(uv_backend_timeout(&f.loop), -1);
	finish(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers),
	    cmocka_unit_test(codes),
	    cmocka_unit_test(silence),
	    cmocka_unit_test(asked_again),
	    cmocka_unit_test(a_closed_port),
	    cmocka_unit_test(freed_while_open),
	    cmocka_unit_test(freed_in_its_callback),
	    cmocka_unit_test(resolvers),
	    cmocka_unit_test(sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
