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
	bool silent, free_in_answer, cut;
	char mute; /* to names that begin with it */
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

	p[2] |= f->cut ? 0x82 : 0x80;
	p[3] = (uint8_t)(0x80 | f->rcode);
	if (f->rcode == 0 && !f->cut) {
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
	if (!f->silent && p[13] != f->mute)
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
	    {"192.0.2.53,2001:db8::53", "192.0.2.53:53, [2001:db8::53]:53"},
	    {"192.0.2.53:1,192.0.2.54,192.0.2.55",
		"192.0.2.53:1, 192.0.2.54:53, 192.0.2.55:53"},
	};
	static const char *const bad[] = {"", "resolver.example", "192.0.2",
	    "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2.53:5x",
	    "[2001:db8::53", "[2001:db8::53]5353", "[2001:db8::53]:", "[]:53",
	    ":53", "192.0.2.53 ", ",", "192.0.2.53,", ",192.0.2.53",
	    "192.0.2.53,here", "192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4"};
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

/* A second resolver in the loop of f. */
static void
open_second(struct fix *f, struct fix *g)
{
	struct sockaddr_in here = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof here;

	*g = (struct fix){0};
	g->fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(
	    bind(g->fd, (const struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(getsockname(g->fd, (struct sockaddr *)&here, &len), 0);
	(void)snprintf(g->resolver, sizeof g->resolver, "127.0.0.1:%u",
	    ntohs(here.sin_port));
	assert_int_equal(uv_poll_init(&f->loop, &g->poll, g->fd), 0);
	g->poll.data = g;
	assert_int_equal(uv_poll_start(&g->poll, UV_READABLE, on_question), 0);
}

/* Both in this order are f's resolvers from now on. */
static void
ask_both(struct fix *f, const struct fix *g)
{
	char both[80], why[200];
	struct dns_opts o = {
	    .loop = &f->loop, .resolver = both, .ctx = f, .after = after};

	(void)snprintf(both, sizeof both, "%s,%s", f->resolver, g->resolver);
	dns_free(f->d);
	assert_int_equal(dns_new(&f->d, &o, why, sizeof why), ERR_OK);
	assert_non_null(strstr(dns_resolver(f->d), g->resolver));
}

static void
close_second(struct fix *g)
{
	(void)uv_poll_stop(&g->poll);
	uv_close((uv_handle_t *)&g->poll, NULL);
	(void)close(g->fd);
}

/* What one will not or cannot say, the other one does; what neither does is
 * never said to be so or not. */
static void
one_of_two(void **state)
{
	enum { WELL = 0, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5, SILENT = 9 };
	static const struct {
		unsigned first, second;
		enum dns_status status;
	} cases[] = {{SERVFAIL, WELL, DNS_OK}, {REFUSED, WELL, DNS_OK},
	    {SILENT, WELL, DNS_OK}, {REFUSED, NXDOMAIN, DNS_NXDOMAIN},
	    {NXDOMAIN, WELL, DNS_NXDOMAIN}, {SERVFAIL, SERVFAIL, DNS_SERVFAIL},
	    {REFUSED, REFUSED, DNS_REFUSED}, {REFUSED, SERVFAIL, DNS_SERVFAIL},
	    {SILENT, REFUSED, DNS_REFUSED}, {SERVFAIL, SILENT, DNS_SERVFAIL},
	    {SILENT, SILENT, DNS_TIMEOUT}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fix f, g;

		begin(&f);
		open_second(&f, &g);
		ask_both(&f, &g);
		f.rcode = cases[i].first % SILENT;
		f.silent = cases[i].first == SILENT;
		g.rcode = cases[i].second % SILENT;
		g.silent = cases[i].second == SILENT;
		dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
		until(&f, &f.answers, 1);
		if (f.status != cases[i].status)
			fail_msg("%zu: %d", i, f.status);
		assert_int_equal(f.addr, f.status == DNS_OK ? 0x7f000002 : 0);
		close_second(&g);
		finish(&f);
		assert_int_equal(f.answers, 1);
	}
}

/* Who is dead is not asked first for ever; who refuses some is. */
static void
the_dead_one_is_left(void **state)
{
	struct fix f, g;
	unsigned asked;

	(void)state;
	begin(&f);
	open_second(&f, &g);
	ask_both(&f, &g);
	f.rcode = 5;
	dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 1);
	dns_ask(f.d, "a.example", DNS_TXT, on_answer, &f);
	until(&f, &f.answers, 2);
	assert_int_equal(f.status, DNS_OK);
	assert_string_equal(f.text, "why");
	assert_int_equal(f.asked, 2);
	f.silent = true;
	dns_ask(f.d, "b.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 3);
	asked = f.asked;
	for (unsigned i = 0; i < 20; i++) {
		dns_ask(f.d, "c.example", DNS_A, on_answer, &f);
		until(&f, &f.answers, 4 + i);
		assert_int_equal(f.status, DNS_OK);
	}
	assert_int_equal(f.asked, asked);
	/* Back to it when the other one falls silent. */
	f.silent = false;
	f.rcode = 0;
	g.silent = true;
	dns_ask(f.d, "d.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 24);
	assert_int_equal(f.status, DNS_OK);
	assert_int_equal(f.asked, asked + 1);
	/* Who has served us is believed before who refuses. */
	f.silent = true;
	g.silent = false;
	g.rcode = 5;
	dns_ask(f.d, "e.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 25);
	assert_int_equal(f.status, DNS_REFUSED); /* both have */
	close_second(&g);
	finish(&f);
	begin(&f);
	open_second(&f, &g);
	ask_both(&f, &g);
	g.rcode = 5;
	dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 1);
	f.silent = true;
	dns_ask(f.d, "b.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 2);
	assert_int_equal(f.status, DNS_TIMEOUT);
	close_second(&g);
	finish(&f);
}

/* A list that is slow, and a resolver that was away for a while, do not send
 * us to the second one for good: lists may refuse it. */
static void
the_first_one_stays_first(void **state)
{
	struct fix f, g;
	unsigned asked, n = 2;

	(void)state;
	begin(&f);
	open_second(&f, &g);
	ask_both(&f, &g);
	f.mute = 's';
	dns_ask(f.d, "slow.example", DNS_A, on_answer, &f);
	dns_ask(f.d, "other.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, n);
	assert_int_equal(f.status, DNS_OK); /* the second one's */
	asked = g.asked;
	assert_true(asked > 0);
	dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, ++n);
	assert_int_equal(g.asked, asked);
	f.silent = true;
	dns_ask(f.d, "b.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, ++n);
	asked = f.asked;
	dns_ask(f.d, "c.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, ++n);
	assert_int_equal(f.asked, asked);
	/* It is back, and found to be. */
	f.silent = false;
	for (unsigned i = 0; i < 80; i++) {
		dns_ask(f.d, "d.example", DNS_A, on_answer, &f);
		until(&f, &f.answers, ++n);
	}
	assert_true(f.asked > asked);
	asked = g.asked;
	dns_ask(f.d, "e.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, ++n);
	assert_int_equal(g.asked, asked);
	close_second(&g);
	finish(&f);
}

static void
no_resolver_of_two(void **state)
{
	struct fix f, g;

	(void)state;
	begin(&f);
	open_second(&f, &g);
	ask_both(&f, &g);
	(void)shutdown(g.fd, SHUT_RDWR);
	close_second(&g);
	f.silent = true;
	for (int i = 0; i < 20; i++)
		dns_ask(f.d, "a.example", DNS_A, on_answer, &f);
	until(&f, &f.answers, 20);
	assert_int_equal(f.lost, 20);
	finish(&f);
}

struct tcp {
	struct fix *f;
	uv_tcp_t listener, peer;
	uint8_t got[600], out[620];
	size_t n;
	bool accepted;
	unsigned asked;
};

static void
on_tcp_alloc(uv_handle_t *h, size_t want, uv_buf_t *b)
{
	struct tcp *t = h->data;

	(void)want;
	*b = uv_buf_init(
	    (char *)t->got + t->n, (unsigned)(sizeof t->got - t->n));
}

static void
on_tcp_read(uv_stream_t *s, ssize_t k, const uv_buf_t *b)
{
	static const uint8_t a[] = {
	    0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 2};
	struct tcp *t = s->data;
	size_t n;
	uv_buf_t out;

	(void)b;
	if (k <= 0) {
		(void)uv_read_stop(s);
		return;
	}
	t->n += (size_t)k;
	n = t->n < 2 ? SIZE_MAX : (size_t)t->got[0] << 8 | t->got[1];
	if (n == SIZE_MAX || t->n < n + 2)
		return;
	t->asked++;
	memcpy(t->out, t->got, n + 2);
	memcpy(t->out + n + 2, a, sizeof a);
	t->out[4] |= 0x80;
	t->out[5] = 0x80;
	t->out[9] = 1;
	n += sizeof a;
	t->out[0] = (uint8_t)(n >> 8);
	t->out[1] = (uint8_t)n;
	t->n = 0;
	out = uv_buf_init((char *)t->out, (unsigned)n + 2);
	(void)uv_try_write(s, &out, 1);
}

static void
on_tcp(uv_stream_t *s, int status)
{
	struct tcp *t = s->data;

	assert_int_equal(status, 0);
	assert_int_equal(uv_tcp_init(s->loop, &t->peer), 0);
	t->peer.data = t;
	t->accepted = true;
	assert_int_equal(uv_accept(s, (uv_stream_t *)&t->peer), 0);
	(void)uv_read_start((uv_stream_t *)&t->peer, on_tcp_alloc, on_tcp_read);
}

/* Cut off over UDP it is asked for over TCP; where there is none, nothing is
 * known of it. */
static void
cut_off(void **state)
{
	for (int tcp = 0; tcp < 2; tcp++) {
		struct fix f;
		struct tcp t = {.f = &f};
		struct sockaddr_in here;
		socklen_t len = sizeof here;

		(void)state;
		begin(&f);
		f.cut = true;
		if (tcp == 1) {
			assert_int_equal(
			    getsockname(f.fd, (struct sockaddr *)&here, &len),
			    0);
			assert_int_equal(uv_tcp_init(&f.loop, &t.listener), 0);
			t.listener.data = &t;
			assert_int_equal(uv_tcp_bind(&t.listener,
					     (const struct sockaddr *)&here, 0),
			    0);
			assert_int_equal(
			    uv_listen((uv_stream_t *)&t.listener, 8, on_tcp),
			    0);
		}
		dns_ask(f.d, "2.0.0.127.bl.example", DNS_A, on_answer, &f);
		until(&f, &f.answers, 1);
		if (tcp == 1) {
			assert_int_equal(f.status, DNS_OK);
			assert_int_equal(f.addr, 0x7f000002);
			assert_int_equal(t.asked, 1);
			uv_close((uv_handle_t *)&t.listener, NULL);
			if (t.accepted)
				uv_close((uv_handle_t *)&t.peer, NULL);
		} else if (f.status == DNS_OK || f.status == DNS_NXDOMAIN ||
			   f.status == DNS_NODATA) {
			fail_msg("%d", f.status);
		}
		finish(&f);
		assert_int_equal(f.answers, 1);
	}
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
	    cmocka_unit_test(one_of_two),
	    cmocka_unit_test(the_dead_one_is_left),
	    cmocka_unit_test(the_first_one_stays_first),
	    cmocka_unit_test(no_resolver_of_two),
	    cmocka_unit_test(cut_off),
	    cmocka_unit_test(sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
