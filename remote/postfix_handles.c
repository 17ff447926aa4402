/*
 * postfix_handles.c - the ways mail leaves a Postfix host: the smtp(8) and
 * lmtp(8) client services of master.cf with the address they bind, the name
 * they log under and the pool that selects them. Pure; must not guess: what
 * cannot be told from the log is marked so. master(5), postconf(5), smtp(8).
 */
#include "core/shquote.h"
#include "remote/postfix_facts.h"
#include "remote/postfix_ours.h"
#include "remote/postfix_select.h"

#include <arpa/inet.h>
#include <stdio.h>

/* An address literal, without [], into dst; "" for none and for "any". */
static void
copy_addr(char dst[ADDR_MAX_BYTES], struct str s)
{
	unsigned char raw[16];
	char text[ADDR_MAX_BYTES];

	dst[0] = '\0';
	s = str_trim(s);
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		s.p++;
		s.n -= 2;
	}
	if (s.n == 0 || s.n >= sizeof(text))
		return;
	str_copy(text, sizeof(text), s);
	/* Printed again, so that two spellings of one address are equal. */
	if (inet_pton(AF_INET, text, raw) == 1) {
		if (memcmp(raw, "\0\0\0\0", 4) != 0)
			(void)inet_ntop(AF_INET, raw, dst, ADDR_MAX_BYTES);
	} else if (inet_pton(AF_INET6, text, raw) == 1) {
		static const unsigned char any[16];

		if (memcmp(raw, any, 16) != 0)
			(void)inet_ntop(AF_INET6, raw, dst, ADDR_MAX_BYTES);
	}
}

/*
 * With a single address in inet_interfaces smtp(8) binds it when nothing else
 * is said, unless it is a loopback address (smtp_connect.c).
 */
static void
listen_addr(char dst[ADDR_MAX_BYTES], struct str main, bool v6)
{
	struct str rest = facts_param(main, "inet_interfaces"), one, more;
	char addr[ADDR_MAX_BYTES];

	dst[0] = '\0';
	if (!str_word(&rest, &one) || str_word(&rest, &more) ||
	    memchr(one.p, ',', one.n) != NULL)
		return;
	copy_addr(addr, one);
	if ((strchr(addr, ':') != NULL) != v6 || strcmp(addr, "::1") == 0 ||
	    strncmp(addr, "127.", 4) == 0)
		return;
	memcpy(dst, addr, ADDR_MAX_BYTES);
}

/* The service's own value of a parameter, or main.cf's. */
static struct str
effective(const struct facts_instance *in, const char *service,
    const char *param, bool *own)
{
	struct str v;

	*own = facts_option(in->options, service, param, &v);
	return *own ? v : facts_param(in->main, param);
}

static void
bind_addr(char dst[ADDR_MAX_BYTES], const struct facts_instance *in,
    const char *service, bool lmtp, bool v6)
{
	char param[32];
	bool own;
	struct str v;

	(void)snprintf(param, sizeof(param), "%s_bind_address%s",
	    lmtp ? "lmtp" : "smtp", v6 ? "6" : "");
	v = effective(in, service, param, &own);
	copy_addr(dst, v);
	if (!own && v.n == 0)
		listen_addr(dst, in->main, v6);
}

/* "" is the main one; unnamed instances go by their folder. */
static const char *
instance_name(const struct facts *f, unsigned i, char dst[SERVICE_MAX_BYTES])
{
	struct str name;

	if (i == 0)
		return "";
	name = facts_param(f->instances[i].main, "multi_instance_name");
	str_copy(
	    dst, SERVICE_MAX_BYTES, name.n > 0 ? name : f->instances[i].dir);
	return dst;
}

static void
add_handle(struct discovery *d, const struct facts *f, unsigned instance,
    struct str name, bool lmtp)
{
	const struct facts_instance *in = &f->instances[instance];
	struct handle *h;
	char inst[SERVICE_MAX_BYTES];
	bool own;

	if (d->n_handles == MAX_HANDLES || !shquote_is_service(name))
		return;
	h = &d->handles[d->n_handles++];
	str_copy(h->name, sizeof(h->name), name);
	str_copy(h->tag, sizeof(h->tag),
	    effective(in, h->name, "syslog_name", &own));
	if (h->tag[0] == '\0')
		str_copy(h->tag, sizeof(h->tag), STR_LIT("postfix"));
	bind_addr(h->ip, in, h->name, lmtp, false);
	bind_addr(h->ip6, in, h->name, lmtp, true);
	str_copy(h->instance, sizeof(h->instance),
	    str_of(instance_name(f, instance, inst)));
}

/* One of the instance whose handles begin at `first`. */
static struct handle *
listed_before(struct discovery *d, unsigned first, struct str name)
{
	for (unsigned i = first; i < d->n_handles; i++)
		if (str_eq(str_of(d->handles[i].name), name))
			return &d->handles[i];
	return NULL;
}

/* Lines of postconf -M: service type private unpriv chroot wakeup maxproc
 * command args; of the ways mail leaves, or of all else, where a way may be
 * listed again. */
static void
read_entries(struct discovery *d, const struct facts *f, unsigned instance,
    unsigned first, bool ways)
{
	struct str rest = f->instances[instance].master, line;

	while (str_line(&rest, &line)) {
		struct handle *again;
		struct str col[8];
		unsigned n = 0;
		bool smtp, lmtp;

		while (n < 8 && str_word(&line, &col[n]))
			n++;
		if (n < 8 || !str_eq(col[1], STR_LIT("unix")))
			continue;
		smtp = str_eq(col[7], STR_LIT("smtp"));
		lmtp = str_eq(col[7], STR_LIT("lmtp"));
		if ((smtp || lmtp) != ways)
			continue;
		again = listed_before(d, first, col[0]);
		if (again != NULL)
			again->twice = true;
		else if (ways)
			add_handle(d, f, instance, col[0], lmtp);
	}
}

static void
read_services(struct discovery *d, const struct facts *f, unsigned instance)
{
	unsigned first = d->n_handles;

	read_entries(d, f, instance, first, true);
	read_entries(d, f, instance, first, false);
}

static bool
is_sep(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '{' ||
	       c == '}' || c == ',' || c == '=';
}

/*
 * The rest of a list behind an act's entries at its front: they would make
 * pools look like others for as long as it lasts.
 */
static struct str
behind_ours(struct str list)
{
	for (;;) {
		size_t n = 0, deep = 0;

		list = str_trim(list);
		while (n < list.n &&
		       (deep > 0 || !is_sep(list.p[n]) || list.p[n] == '{')) {
			deep += list.p[n] == '{';
			deep -= list.p[n] == '}' && deep > 0;
			n++;
		}
		if (n == 0 ||
		    postfix_find_ours((struct str){list.p, n}) == SIZE_MAX)
			return list;
		while (n < list.n && is_sep(list.p[n]))
			n++;
		list = str_from(list, n);
	}
}

/* Doubles go by what they double: same name in the log, same address. */
static void
mark_clones(struct discovery *d)
{
	for (unsigned i = 0; i < d->n_handles; i++) {
		struct handle *h = &d->handles[i];

		h->clone = postfix_is_ours(str_of(h->name));
		h->pool[0] = h->clone ? '\0' : h->pool[0];
		for (unsigned j = 0; h->clone && j < d->n_handles; j++) {
			const struct handle *o = &d->handles[j];

			if (!postfix_is_ours(str_of(o->name)) &&
			    strcmp(h->tag, o->tag) == 0 &&
			    strcmp(h->ip, o->ip) == 0 &&
			    strcmp(h->instance, o->instance) == 0)
				str_copy(
				    h->pool, sizeof h->pool, str_of(o->pool));
		}
	}
}

/*
 * Every "transport:nexthop" in text (a parameter's value with randmap and
 * inline tables, or a table's lines) joins the pool, unless it is in one.
 */
static void
join_pool(struct discovery *d, const char *instance, struct str text,
    const char *pool, bool bare)
{
	size_t at = 0;

	while (at < text.n) {
		struct str tok = str_from(text, at);
		size_t n = 0, colon;

		while (n < tok.n && !is_sep(tok.p[n]))
			n++;
		tok.n = n;
		at += n + 1;
		colon = str_find(tok, STR_LIT(":"));
		if (colon != SIZE_MAX)
			tok.n = colon;
		else if (!bare)
			continue;
		for (unsigned i = 0; i < d->n_handles; i++) {
			struct handle *h = &d->handles[i];

			if (h->pool[0] == '\0' && tok.n > 0 &&
			    str_eq(tok, str_of(h->name)) &&
			    strcmp(h->instance, instance) == 0)
				str_copy(
				    h->pool, sizeof(h->pool), str_of(pool));
		}
	}
}

static void
read_pools(struct discovery *d, const struct facts *f)
{
	char buf[SERVICE_MAX_BYTES];

	/* Tables in the parameter itself (randmap) first: they hold pools;
	 * a file's entries pick single transports out of them. */
	for (unsigned i = 0; i < f->n_instances; i++)
		for (unsigned s = 0; s < POSTFIX_SELECTORS; s++)
			join_pool(d, instance_name(f, i, buf),
			    behind_ours(facts_param(f->instances[i].main,
				postfix_selectors[s].param)),
			    postfix_selectors[s].pool,
			    !postfix_selectors[s].tables);
	for (unsigned m = 0; m < f->n_maps; m++)
		for (unsigned s = 0; s < POSTFIX_SELECTORS; s++)
			if (str_eq(f->maps[m].param,
				str_of(postfix_selectors[s].param)) &&
			    !postfix_is_ours(f->maps[m].path))
				join_pool(d,
				    instance_name(f, f->maps[m].instance, buf),
				    f->maps[m].text, postfix_selectors[s].pool,
				    false);
}

/* master.cf as shipped has an lmtp client that nothing uses and that sends
 * nothing out: it would only cast doubt on the names others log under. */
static void
drop_idle_lmtp(struct discovery *d)
{
	uint16_t kept = 0;

	for (unsigned i = 0; i < d->n_handles; i++) {
		const struct handle *h = &d->handles[i];

		if (strcmp(h->name, "lmtp") != 0 || h->ip[0] != '\0' ||
		    h->ip6[0] != '\0' || h->pool[0] != '\0')
			d->handles[kept++] = *h;
	}
	memset(&d->handles[kept], 0,
	    (d->n_handles - kept) * sizeof(d->handles[0]));
	d->n_handles = kept;
}

/* Folders that could not be named in a command stay unknown. */
static void
read_further(struct discovery *d, const struct facts *f)
{
	for (unsigned i = 1; i < f->n_instances; i++) {
		struct instance *x = &d->further[d->n_further++];
		struct str dir = f->instances[i].dir,
			   queue = facts_param(
			       f->instances[i].main, "queue_directory");

		(void)instance_name(f, i, x->name);
		if (shquote_is_path(dir))
			(void)str_take(
			    x->config_dir, sizeof(x->config_dir), dir);
		if (shquote_is_path(queue))
			(void)str_take(
			    x->queue_dir, sizeof(x->queue_dir), queue);
	}
}

void
postfix_handles(struct discovery *d, const struct facts *f)
{
	read_further(d, f);
	for (unsigned i = 0; i < f->n_instances; i++)
		read_services(d, f, i);
	read_pools(d, f);
	mark_clones(d);
	drop_idle_lmtp(d);
	for (unsigned i = 0; i < d->n_handles; i++) {
		struct handle *h = &d->handles[i];

		h->attributable = true;
		for (unsigned j = 0; j < d->n_handles; j++) {
			const struct handle *o = &d->handles[j];

			if (strcmp(h->tag, o->tag) == 0 &&
			    (strcmp(h->ip, o->ip) != 0 ||
				strcmp(h->ip6, o->ip6) != 0))
				h->attributable = false;
		}
	}
}
