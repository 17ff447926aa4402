/* slowdns.c - a resolver as far away ones are: slowdns ADDR PORT DELAY_MS
 * LOST_OF DEAD SECONDS. Every answer comes after the delay, every LOST_OFth
 * question is lost (counted, so each run loses the same), lists blNN with NN
 * below DEAD never answer. 127.0.0.2 and the address whose last octet is the
 * list's number are listed. Ends after SECONDS or by a signal. */
#include "core/clock.h"
#include "core/num.h"
#include "core/str.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RING = 65536, PACKET = 512, HEADER = 12 };

struct waiting {
	int64_t at_us;
	struct sockaddr_in to;
	uint16_t n;
	uint8_t p[PACKET];
};

struct server {
	int fd;
	uint32_t delay_ms, lost_of, dead;
	uint64_t asked;
	uint32_t head, tail;
	struct waiting *ring; /* [RING] */
};

/* "4.3.2.1.blNN...." in wire form: its octets, first label first, and NN. */
struct question {
	uint32_t octet[4], list;
	size_t end; /* of name, type and class */
	bool txt;
};

static bool
read_question(struct question *q, const uint8_t *p, size_t n)
{
	size_t at = HEADER, label = 0;

	for (; at < n && p[at] != 0; label++) {
		struct str s = {(const char *)p + at + 1, p[at]};

		at += 1 + s.n;
		if (at >= n)
			return false;
		if (label < 4 && num_u32(s, &q->octet[label]) != ERR_OK)
			return false;
		if (label == 4 &&
		    (s.n != 4 || num_u32(str_from(s, 2), &q->list) != ERR_OK))
			return false;
	}
	q->end = at + 5;
	if (label < 5 || q->end > n)
		return false;
	q->txt = p[at + 2] == 16;
	return true;
}

static const uint8_t record_a[] = {
    0xc0, HEADER, 0, 1, 0, 1, 0, 0, 8, 52, 0, 4, 127, 0, 0, 2};
static const uint8_t record_txt[] = {0xc0, HEADER, 0, 16, 0, 1, 0, 0, 8, 52, 0,
    7, 6, 'l', 'i', 's', 't', 'e', 'd'};

static void
put_answer(struct waiting *w, const struct question *q)
{
	bool test = q->octet[3] == 127;
	bool listed = test ? q->octet[0] == 2
			   : q->octet[0] == q->list && q->octet[1] == 0 &&
				 q->octet[2] == 0;
	const uint8_t *r = q->txt ? record_txt : record_a;
	size_t n = q->txt ? sizeof record_txt : sizeof record_a;

	w->p[2] = 0x81;
	w->p[3] = listed ? 0x80 : 0x83;
	memset(w->p + 6, 0, 6);
	w->n = (uint16_t)q->end;
	if (!listed)
		return;
	w->p[7] = 1;
	memcpy(w->p + w->n, r, n);
	w->n = (uint16_t)(w->n + n);
}

static void
take(struct server *s, int64_t now_us)
{
	struct waiting *w = &s->ring[s->tail % RING];
	socklen_t len = sizeof w->to;
	struct question q = {0};
	ssize_t n;

	while (s->tail - s->head < RING) {
		w = &s->ring[s->tail % RING];
		n = recvfrom(s->fd, w->p, PACKET - 64, MSG_DONTWAIT,
		    (struct sockaddr *)&w->to, &len);
		if (n < 0)
			return;
		if (!read_question(&q, w->p, (size_t)n))
			continue;
		if (++s->asked % s->lost_of == 0 || q.list < s->dead)
			continue;
		put_answer(w, &q);
		w->at_us = now_us + s->delay_ms * 1000;
		s->tail++;
	}
}

static void
give(struct server *s, int64_t now_us)
{
	while (s->head != s->tail && s->ring[s->head % RING].at_us <= now_us) {
		const struct waiting *w = &s->ring[s->head++ % RING];

		(void)sendto(s->fd, w->p, w->n, 0,
		    (const struct sockaddr *)&w->to, sizeof w->to);
	}
}

static void
serve(struct server *s, int64_t end_us)
{
	struct pollfd pfd = {.fd = s->fd, .events = POLLIN};

	for (;;) {
		int64_t now_us = clock_mono_us(), left = end_us - now_us;

		if (left <= 0)
			return;
		if (s->head != s->tail)
			left = s->ring[s->head % RING].at_us - now_us;
		(void)poll(&pfd, 1, left <= 0 ? 0 : (int)((left + 999) / 1000));
		now_us = clock_mono_us();
		take(s, now_us);
		give(s, now_us);
	}
}

int
main(int argc, char **argv)
{
	struct server s = {0};
	struct sockaddr_in here = {.sin_family = AF_INET};
	uint32_t port, seconds;
	int bytes = 8 << 20;

	if (argc != 7 || inet_pton(AF_INET, argv[1], &here.sin_addr) != 1 ||
	    num_u32(str_of(argv[2]), &port) != ERR_OK ||
	    num_u32(str_of(argv[3]), &s.delay_ms) != ERR_OK ||
	    num_u32(str_of(argv[4]), &s.lost_of) != ERR_OK || s.lost_of == 0 ||
	    num_u32(str_of(argv[5]), &s.dead) != ERR_OK ||
	    num_u32(str_of(argv[6]), &seconds) != ERR_OK)
		return 2;
	here.sin_port = htons((uint16_t)port);
	s.ring = calloc(RING, sizeof *s.ring);
	s.fd = socket(AF_INET, SOCK_DGRAM, 0);
	(void)setsockopt(s.fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	if (s.ring == NULL || s.fd < 0 ||
	    bind(s.fd, (const struct sockaddr *)&here, sizeof here) != 0) {
		perror("slowdns");
		return 1;
	}
	serve(&s, clock_mono_us() + (int64_t)seconds * 1000000);
	(void)close(s.fd);
	free(s.ring);
	return 0;
}
