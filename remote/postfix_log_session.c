/*
 * postfix_log_session.c - what clients bring and what they are told: client=
 * lines, rejects and holds of smtpd(8), postscreen(8), milters and cleanup(8)
 * (smtpd/smtpd.c log_whatsup, cleanup/cleanup_message.c). Clients choose the
 * words inside; only Postfix's own frame around them is relied on.
 */
#include "remote/postfix_log_parts.h"
#include "remote/postfix_log_scan.h"

enum { ENVELOPE_TRIES = 8 }; /* of a line made to cost time */

/* The value at the cursor up to the next ", key" that can follow it in a
 * client= line: user names may hold commas. */
static struct str
take_value(struct cur *c)
{
	static const struct str keys[] = {
	    {", sasl_", 7}, {", orig_", 7}, {", tls_", 6}};
	const char *from = c->p, *at = from;

	while ((at = scan_find(c, at, ',')) != NULL) {
		c->p = at;
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (cur_take(c, keys[i])) {
				c->p = at;
				return str_between(from, at);
			}
		at++;
	}
	c->p = c->end;
	return str_between(from, c->end);
}

static void
take_client(struct cur *c, struct log_rec *r)
{
	if (!cur_peer(c, &r->client, &r->client_ip, NULL))
		peer_split(c, take_value(c), &r->client, &r->client_ip, NULL);
}

/*
 * With a content filter in front the client is our own filter, and orig_client
 * is who really came: that is whom the record names.
 */
bool
log_client(struct cur *c, struct log_rec *r)
{
	if (!cur_take(c, STR_LIT("client=")))
		return false;
	take_client(c, r);
	while (cur_take(c, STR_LIT(", "))) {
		if (cur_take(c, STR_LIT("sasl_username=")))
			r->sasl_user = take_value(c);
		else if (cur_take(c, STR_LIT("orig_client=")))
			take_client(c, r);
		else
			(void)take_value(c); /* of no interest */
	}
	r->kind = LOG_CLIENT;
	return true;
}

/* One key=value of an envelope; false when it is none of these. */
static bool
take_item(struct cur *c, struct log_rec *r)
{
	struct str skipped;

	if (cur_take(c, STR_LIT("from=<"))) {
		r->has_from = cur_address(c, ' ', &r->from);
		return r->has_from;
	}
	if (cur_take(c, STR_LIT("to=<")))
		return cur_address(c, ' ', &r->to);
	if (cur_take(c, STR_LIT("sasl_username=<")))
		return cur_address(c, ' ', &r->sasl_user);
	if (cur_take(c, STR_LIT("helo=<")))
		return cur_address(c, ' ', &skipped);
	if (!cur_take(c, STR_LIT("proto=")))
		return false;
	while (c->p < c->end && *c->p != ' ' && *c->p != ',' && *c->p != ':')
		c->p++;
	return true;
}

/*
 * from=<> to=<> proto= helo=<> sasl_username=<>, separated by blanks (smtpd) or
 * commas and blanks (postscreen), to the end or (cleanup) a colon. false: there
 * is something else; the cursor stands at it.
 */
static bool
take_envelope(struct cur *c, struct log_rec *r)
{
	r->has_from = false;
	r->from = r->to = r->sasl_user = (struct str){NULL, 0};
	for (;;) {
		while (c->p < c->end && (*c->p == ' ' || *c->p == ','))
			c->p++;
		if (c->p == c->end || *c->p == ':')
			return true;
		if (!take_item(c, r))
			return false;
	}
}

static bool
is_envelope(struct cur c)
{
	return c.p == c.end || cur_take(&c, STR_LIT(" from=<")) ||
	       cur_take(&c, STR_LIT(" to=<")) ||
	       cur_take(&c, STR_LIT(" proto=")) ||
	       cur_take(&c, STR_LIT(" helo=<"));
}

/*
 * Reads the envelope behind the reply in *c and leaves the reply. Replies hold
 * semicolons, and clients' words that may imitate an envelope: the first one
 * that is nothing else up to the line's end counts, else the first at all.
 */
static void
split_envelope(struct cur *c, struct log_rec *r)
{
	const char *first = NULL, *semi = c->p;
	struct cur rest;

	for (int tries = 0; tries < ENVELOPE_TRIES; semi++) {
		semi = memchr(semi, ';', (size_t)(c->end - semi));
		if (semi == NULL)
			break;
		rest = *c;
		rest.p = semi + 1;
		if (!is_envelope(rest))
			continue;
		if (first == NULL)
			first = semi;
		if (take_envelope(&rest, r) && rest.p == rest.end) {
			c->end = semi;
			return;
		}
		tries++;
	}
	if (first == NULL)
		return;
	rest = *c;
	rest.p = first + 1;
	(void)take_envelope(&rest, r); /* what there is of it */
	c->end = first;
}

/* The enhanced code of "554 5.7.1 words" or "5.7.1 words". */
static void
reply_dsn(struct str text, struct log_rec *r)
{
	struct cur c;

	if (text.n == 0)
		return;
	c = cur_of(text, text.p + text.n);
	if (text.n > 4 && is_digit(c.p[0]) && is_digit(c.p[1]) &&
	    is_digit(c.p[2]) && c.p[3] == ' ')
		c.p += 4;
	(void)cur_dsn(&c, r->dsn); /* many replies have none */
}

/*
 * cleanup's own: "header Subject: words from client[ip]; from=<> to=<>
 * proto=ESMTP helo=<name>: 5.7.1 reply". The header's words come from outside
 * and may imitate what follows, so the last match counts.
 */
static void
refused_content(struct cur c, struct log_rec *r)
{
	static const struct str mark = {"; from=<", 8}, by = {" from ", 6};
	struct cur rest = c;
	const char *end = NULL, *at = NULL;
	size_t i;

	while (
	    (i = str_find(str_between(rest.p, rest.end), mark)) != SIZE_MAX) {
		end = rest.p + i;
		rest.p = end + mark.n;
	}
	if (end == NULL) {
		r->text = str_between(c.p, c.end);
		return;
	}
	rest = c;
	rest.end = end;
	while ((i = str_find(str_between(rest.p, rest.end), by)) != SIZE_MAX) {
		at = rest.p + i + by.n;
		rest.p = at;
	}
	if (at != NULL)
		peer_split(
		    &c, str_between(at, end), &r->client, &r->client_ip, NULL);
	c.p = end + 1;
	(void)take_envelope(&c, r); /* may be cut */
	if (cur_take(&c, STR_LIT(": ")))
		r->text = str_between(c.p, c.end);
}

bool
log_refused(const struct cur *rest, struct log_rec *r)
{
	struct cur c = *rest, probe = c;
	const char *space;
	size_t i;

	if (cur_take(&probe, STR_LIT("header ")) ||
	    cur_take(&probe, STR_LIT("body ")) ||
	    cur_take(&probe, STR_LIT("content "))) {
		refused_content(c, r);
		reply_dsn(r->text, r);
		return true;
	}
	i = str_find(str_between(c.p, c.end), STR_LIT(" from "));
	if (i == SIZE_MAX)
		return false;
	c.p += i + 6;
	space = memchr(c.p, ' ', cur_left(&c));
	if (space == NULL || space == c.p || space[-1] != ':')
		return false;
	peer_split(
	    &c, str_between(c.p, space - 1), &r->client, &r->client_ip, NULL);
	c.p = space + 1;
	split_envelope(&c, r);
	r->text = str_between(c.p, c.end);
	reply_dsn(r->text, r);
	return true;
}
