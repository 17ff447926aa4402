/* dns_lines.c - see dns_lines.h. Texts are in the presentation form of RFC
 * 1035 5.1: quoted strings, \DDD and \X. */
#include "remote/dns_lines.h"

#include "core/num.h"

#include <arpa/inet.h>
#include <ctype.h>

/* One byte that a backslash stands for; how many of the input it took. */
static size_t
unescape(struct str rest, char *out)
{
	unsigned v = 0;

	if (rest.n < 2)
		return 0;
	for (size_t i = 1; i <= 3; i++) {
		if (i >= rest.n || !isdigit((unsigned char)rest.p[i])) {
			*out = rest.p[1];
			return 2;
		}
		v = v * 10 + (unsigned)(rest.p[i] - '0');
	}
	*out = (char)(v & 0xff);
	return 4;
}

/* The strings of a TXT record, joined. */
static size_t
join_strings(struct str line, char *text)
{
	bool in = false;
	size_t n = 0;

	for (size_t i = 0; i < line.n && n < DNS_LINE_TEXT;) {
		char c = line.p[i];
		size_t took = 1;

		if (c == '"') {
			in = !in;
			i++;
			continue;
		}
		if (c == '\\')
			took = unescape(str_from(line, i), &c);
		if (took == 0)
			break;
		i += took;
		if (in)
			text[n++] = c;
	}
	return n;
}

static enum dns_status
status_of(struct str word)
{
	static const struct {
		const char *word;
		enum dns_status status;
	} words[] = {{"NXDOMAIN", DNS_NXDOMAIN}, {"NOERROR", DNS_NODATA},
	    {"REFUSED", DNS_REFUSED}, {"TIMEOUT", DNS_TIMEOUT}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(word, str_of(words[i].word)))
			return words[i].status;
	return DNS_SERVFAIL;
}

static void
take_addresses(struct str rest, struct dns_answer *out)
{
	struct str word;
	char own[INET_ADDRSTRLEN];
	struct in_addr a;

	while (out->n_addrs < DNS_ADDRS && str_word(&rest, &word)) {
		if (word.n >= sizeof own)
			continue;
		str_copy(own, sizeof own, word);
		if (inet_pton(AF_INET, own, &a) == 1)
			out->addrs[out->n_addrs++] = ntohl(a.s_addr);
	}
	out->status = out->n_addrs > 0 ? DNS_OK : DNS_BAD;
}

enum dns_line
dns_line_read(struct str line, struct dns_answer *out, char *text)
{
	struct str rest = line, kind, word;

	*out = (struct dns_answer){.status = DNS_BAD};
	if (!str_word(&rest, &kind))
		return DNS_LINE_NONE;
	if (str_eq(kind, STR_LIT("end")))
		return DNS_LINE_END;
	if (str_eq(kind, STR_LIT("nodig")))
		return DNS_LINE_NODIG;
	if (str_eq(kind, STR_LIT("none")) && str_word(&rest, &word)) {
		out->status = status_of(word);
		if (str_word(&rest, &word) &&
		    num_u32(word, &out->ttl_s) != ERR_OK)
			out->ttl_s = 0;
		return DNS_LINE_ANSWER;
	}
	if (!str_word(&rest, &word) || num_u32(word, &out->ttl_s) != ERR_OK)
		return DNS_LINE_NONE;
	if (str_eq(kind, STR_LIT("ok"))) {
		take_addresses(rest, out);
		return DNS_LINE_ANSWER;
	}
	if (str_eq(kind, STR_LIT("txt"))) {
		out->text = (struct str){text, join_strings(rest, text)};
		out->status = DNS_OK;
		return DNS_LINE_ANSWER;
	}
	return DNS_LINE_NONE;
}

bool
dns_line_of(struct str line, enum dns_type *type, struct str *name)
{
	struct str kind, what;

	if (!str_word(&line, &kind) || !str_eq(kind, STR_LIT("of")) ||
	    !str_word(&line, &what) || !str_word(&line, name))
		return false;
	*type = str_eq(what, STR_LIT("TXT")) ? DNS_TXT : DNS_A;
	if (name->n > 1 && name->p[name->n - 1] == '.')
		name->n--;
	return true;
}
