/*
 * shape_reply.c - what a receiver said inside what Postfix logs, and its
 * codes; see shape.h. Phrases: Postfix smtp/smtp_trouble.c, smtp_chat.c and
 * qmgr/qmgr_active.c; codes: RFC 5321 4.2, RFC 3463.
 */
#include "core/shape.h"

#include "core/shape_word.h"

/* Drops `head` from the front of *text if it is there. */
static bool
drop(struct str *text, struct str head)
{
	if (!str_starts(*text, head))
		return false;
	*text = str_from(*text, head.n);
	return true;
}

/* Without the " (in reply to X command)" that Postfix puts behind a reply; the
 * receiver may have written something like it before. */
static struct str
without_command(struct str said)
{
	static const struct str mark = {" (in reply to ", 14};
	size_t n = said.n;

	if (n == 0 || said.p[n - 1] != ')')
		return said;
	while (n > 0) {
		const char *at = memrchr(said.p, '(', n);

		n = at == NULL ? 0 : (size_t)(at - said.p);
		if (n > 0 && str_starts(str_from(said, n - 1), mark))
			return (struct str){said.p, n - 1};
	}
	return said;
}

bool
shape_is_local_repeat(struct str text)
{
	text = str_trim(text);
	if (str_starts(text, STR_LIT("(")))
		text = str_from(text, 1);
	return str_starts(text, STR_LIT("delivery temporarily suspended")) ||
	       str_starts(text, STR_LIT("deferred transport"));
}

struct str
shape_reply(struct str text, bool *remote)
{
	struct str said;
	const char *blank;

	text = str_trim(text);
	said = text;
	*remote = false;
	if (drop(&said, STR_LIT("host "))) {
		/* "host name[address] said: reply": no blank in the name */
		blank = said.n == 0 ? NULL : memchr(said.p, ' ', said.n);
		if (blank != NULL)
			said = str_from(said, (size_t)(blank - said.p));
		if (drop(&said, STR_LIT(" said: ")) ||
		    drop(&said, STR_LIT(" refused to talk to me: "))) {
			*remote = true;
			return str_trim(without_command(said));
		}
	}
	*remote = shape_is_smtp_code(text);
	return text;
}

struct shape_code
shape_codes(struct str reply)
{
	struct shape_code c = {0};
	struct str e;
	unsigned part = 0;

	reply = str_trim(reply);
	if (!shape_is_smtp_code(reply))
		return c;
	c.code = (uint16_t)((reply.p[0] - '0') * 100 + (reply.p[1] - '0') * 10 +
			    (reply.p[2] - '0'));
	e = str_from(reply, 4);
	while (e.n > 0 && (e.p[0] == ' ' || e.p[0] == '#'))
		e = str_from(e, 1);
	e.n = shape_enhanced(e);
	for (size_t i = 0; i < e.n; i++) {
		unsigned v = c.enhanced[part];

		if (e.p[i] == '.') {
			part++;
			continue;
		}
		v = v * 10 + (unsigned)(e.p[i] - '0');
		if (v > 255) { /* no registered code is that large */
			memset(c.enhanced, 0, sizeof c.enhanced);
			break;
		}
		c.enhanced[part] = (uint8_t)v;
	}
	return c;
}
