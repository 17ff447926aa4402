/* shquote.c - quoting for POSIX shells, and checks by kind; see shquote.h.
 * Quoting: IEEE 1003.1 XCU 2.2.2 (single quotes). */
#include "core/shquote.h"

#define DIGITS "0123456789"
#define LETTERS                                                                \
	"abcdefghijklmnopqrstuvwxyz"                                           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
all_in(struct str s, const char *set)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL)
			return false;
	return s.n > 0;
}

err_t
shquote_word(struct buf *out, struct str s)
{
	size_t start = out->n;

	if (s.n > 0 && memchr(s.p, '\0', s.n) != NULL)
		return ERR_PARSE;
	/* A leading '=' or '~' is special to some shells, so not plain. */
	if (all_in(s, LETTERS DIGITS "@%+:,./-_"))
		return buf_str(out, s);
	(void)buf_putc(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			(void)buf_puts(out, "'\\''");
		else
			(void)buf_putc(out, s.p[i]);
	}
	(void)buf_putc(out, '\'');
	if (out->failed != ERR_OK) {
		out->n = start; /* never half a word */
		if (out->p != NULL)
			out->p[start] = '\0';
	}
	return out->failed;
}

bool
shquote_is_qid(struct str s)
{
	return s.n >= 5 && s.n <= 32 && all_in(s, LETTERS DIGITS);
}

bool
shquote_is_host(struct str s)
{
	return s.n <= 255 && all_in(s, LETTERS DIGITS ".-_:%[]") &&
	       s.p[0] != '-';
}

bool
shquote_is_service(struct str s)
{
	return s.n < 64 && all_in(s, LETTERS DIGITS "-_.") && s.p[0] != '-';
}

bool
shquote_is_path(struct str s)
{
	if (s.n == 0 || s.n > 4095 || s.p[0] != '/')
		return false;
	if (memchr(s.p, '\0', s.n) != NULL || memchr(s.p, '\n', s.n) != NULL)
		return false;
	return str_find(s, STR_LIT("/../")) == SIZE_MAX &&
	       !str_ends(s, STR_LIT("/.."));
}
