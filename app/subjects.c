/* subjects.c - see subjects.h. */
#include "app/subjects.h"

#include "core/num.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

enum { TEXT_BYTES = 4 << 20 };

err_t
subjects_init(struct subjects *s)
{
	*s =
	    (struct subjects){.texts = intern_new(SUBJECTS_MAX + 2, TEXT_BYTES),
		.names = calloc(SUBJECTS_MAX, sizeof *s->names)};
	if (s->texts != NULL && s->names != NULL)
		return ERR_OK;
	subjects_done(s);
	return ERR_NOMEM;
}

void
subjects_done(struct subjects *s)
{
	intern_free(s->texts);
	free(s->names);
	*s = (struct subjects){0};
}

err_t
subjects_add(struct subjects *s, struct str name)
{
	uint32_t known = intern_used(s->texts);
	uint32_t id = intern_id(s->texts, name);

	if (id == INTERN_OTHER || s->n == SUBJECTS_MAX)
		return ERR_LIMIT;
	if (intern_used(s->texts) > known)
		s->names[s->n++] = intern_text(s->texts, id);
	return ERR_OK;
}

/* An address and how many bits of it are the network's. */
static err_t
read_block(struct str text, int *family, uint8_t addr[16], unsigned *bits)
{
	char own[64];
	const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
	struct str head = text;
	uint32_t n = 0;
	unsigned most;

	if (slash != NULL)
		head.n = (size_t)(slash - text.p);
	if (head.n == 0 || head.n >= sizeof own)
		return ERR_PARSE;
	str_copy(own, sizeof own, head);
	if (inet_pton(AF_INET, own, addr) == 1)
		*family = AF_INET;
	else if (inet_pton(AF_INET6, own, addr) == 1)
		*family = AF_INET6;
	else
		return ERR_PARSE;
	most = *family == AF_INET ? 32 : 128;
	*bits = most;
	if (slash == NULL)
		return ERR_OK;
	if (num_u32(str_from(text, head.n + 1), &n) != ERR_OK || n > most)
		return ERR_PARSE;
	*bits = n;
	return ERR_OK;
}

err_t
subjects_block(struct str text, void (*fn)(void *ctx, struct str address),
    void *ctx, size_t *n)
{
	uint8_t addr[16];
	char own[INET6_ADDRSTRLEN];
	unsigned bits = 0, host_bits;
	int family = 0;
	err_t err = read_block(text, &family, addr, &bits);
	uint8_t *last = &addr[family == AF_INET ? 3 : 15];

	if (err != ERR_OK)
		return err;
	host_bits = (family == AF_INET ? 32 : 128) - bits;
	if (host_bits > 8)
		return ERR_LIMIT;
	*n = (size_t)1 << host_bits;
	*last &= (uint8_t) ~(*n - 1);
	for (size_t i = 0; fn != NULL && i < *n; i++) {
		(void)inet_ntop(family, addr, own, sizeof own);
		fn(ctx, str_of(own));
		(*last)++;
	}
	return ERR_OK;
}

bool
subjects_is_domain(struct str text)
{
	size_t label = 0, labels = 1;
	bool digits = true; /* of the last label: an address, then */

	if (text.n == 0 || text.n > 253)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '.') {
			if (label == 0 || text.p[i - 1] == '-')
				return false;
			label = 0;
			labels++;
			digits = true;
			continue;
		}
		if (!isalnum(c) && c != '_' && (c != '-' || label == 0))
			return false;
		digits = digits && isdigit(c);
		if (++label > 63)
			return false;
	}
	return label > 0 && labels > 1 && !digits && text.p[text.n - 1] != '-';
}

bool
subjects_is_reserved(struct str domain)
{
	static const char *const ends[] = {"example", "test", "invalid",
	    "localhost", "local", "localdomain", "internal", "lan", "home.arpa",
	    "example.com", "example.net", "example.org"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct str end = str_of(ends[i]);
		struct str tail;

		if (domain.n < end.n)
			continue;
		tail = str_from(domain, domain.n - end.n);
		if (str_ieq(tail, end) &&
		    (tail.p == domain.p || tail.p[-1] == '.'))
			return true;
	}
	return false;
}

/* Gathers the addresses of a block. */
struct gather {
	struct subjects *s;
	err_t err;
};

static void
gather(void *ctx, struct str address)
{
	struct gather *g = ctx;
	err_t err = subjects_add(g->s, address);

	if (err != ERR_OK)
		g->err = err;
}

static void
add_domain(struct gather *g, struct str name, const struct list_config *c)
{
	char low[NAME_MAX_BYTES];

	if (!subjects_is_domain(name) || name.n >= sizeof low ||
	    (!c->allow_private && subjects_is_reserved(name)))
		return;
	for (size_t i = 0; i < name.n; i++)
		low[i] = (char)tolower((unsigned char)name.p[i]);
	gather(g, (struct str){low, name.n});
}

struct busy {
	struct str domain; /* as the senders' addresses spell it */
	uint64_t total;
};

static int
busier(const void *a, const void *b)
{
	const struct busy *x = a, *y = b;

	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return 0;
}

/* Domains of envelope senders, those that send most first: a host that only
 * passes mail on sees more of them than any list may be asked about. */
static void
add_senders(
    struct gather *g, const struct model *m, const struct list_config *c)
{
	struct busy *v = calloc(m->n_senders + 1, sizeof *v);
	size_t n = 0, before;

	if (v == NULL) {
		g->err = ERR_NOMEM;
		return;
	}
	for (uint32_t i = 0; i < m->n_senders; i++) {
		const struct keyed *k = &m->senders[i];
		struct str a = intern_text(m->texts, k->key);
		const char *at = a.n == 0 ? NULL : memrchr(a.p, '@', a.n);

		if (at == NULL)
			continue;
		v[n].domain = str_from(a, (size_t)(at - a.p) + 1);
		for (int f = 0; f < STAT_N; f++)
			v[n].total += k->tally.total[f];
		n++;
	}
	qsort(v, n, sizeof *v, busier);
	before = g->s->n;
	for (size_t i = 0; i < n && g->s->n - before < SUBJECTS_SENDERS_MAX;
	     i++)
		add_domain(g, v[i].domain, c);
	free(v);
}

err_t
subjects_collect(
    struct subjects *s, const struct model *m, const struct list_config *c)
{
	struct gather g = {s, ERR_OK};
	size_t n;

	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].ip[0] != '\0')
			gather(&g, str_of(m->egress[i].ip));
	for (int i = 0; i < c->n_addresses; i++) {
		err_t err =
		    subjects_block(str_of(c->addresses[i]), gather, &g, &n);

		if (err != ERR_OK)
			g.err = err;
	}
	for (int i = 0; i < c->n_domains; i++)
		add_domain(&g, str_of(c->domains[i]), c);
	for (host_id i = 0; i < m->n_hosts; i++)
		if (m->hosts[i].found != NULL)
			add_domain(&g, str_of(m->hosts[i].found->hostname), c);
	add_senders(&g, m, c);
	return g.err;
}
