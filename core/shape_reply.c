/*
 * shape_reply.c - what a receiver said inside what Postfix logs, and its
 * codes; see shape.h. Phrases: Postfix smtp/smtp_trouble.c, smtp_chat.c and
 * qmgr/qmgr_active.c; codes: RFC 5321 4.2, RFC 3463.
 */
#include "core/shape.h"

#include "core/shape_word.h"

/* Behind the first `mark` in *text. */
static bool
skip_to(struct str *text, struct str mark)
{
	size_t at = str_find(*text, mark);

	if (at == SIZE_MAX)
		return false;
	*text = str_from(*text, at + mark.n);
	return true;
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
	struct str said, greeting, tail;
	const char *end = NULL;
	bool is_said, is_greeting;

	text = str_trim(text);
	*remote = false;
	if (shape_is_local_repeat(text))
		return text;
	said = greeting = text;
	is_said = skip_to(&said, STR_LIT(" said: "));
	is_greeting = skip_to(&greeting, STR_LIT(" refused to talk to me: "));
	if (!str_starts(text, STR_LIT("host ")) || (!is_said && !is_greeting)) {
		*remote = shape_is_smtp_code(text);
		return text;
	}
	/* the receiver's own words may hold the other phrase */
	if (is_greeting && (!is_said || greeting.n > said.n))
		said = greeting;
	*remote = true;
	for (tail = said; skip_to(&tail, STR_LIT(" (in reply to "));)
		end = tail.p;
	if (end != NULL)
		said.n = (size_t)(end - said.p) - (sizeof " (in reply to " - 1);
	return str_trim(said);
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
