/*
 * ssh_knownhosts.c - reads known_hosts lines; see ssh_knownhosts.h and sshd(8).
 * A line that is not understood says nothing about any host and is passed
 * over, as OpenSSH does. Never writes to a file, never asks anybody.
 */
#include "remote/ssh_knownhosts.h"

#include "remote/ssh_sha1.h"

#include <stdio.h>

char *
ssh_known_name(char dst[SSH_KNOWN_NAME_MAX], const char *host, uint16_t port)
{
	if (port == 22 || port == 0)
		(void)snprintf(dst, SSH_KNOWN_NAME_MAX, "%s", host);
	else
		(void)snprintf(dst, SSH_KNOWN_NAME_MAX, "[%s]:%u", host, port);
	for (char *p = dst; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return dst;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* * any run, ? one character; never more than pattern times name steps. */
static bool
glob(struct str pat, struct str name)
{
	size_t p = 0, n = 0, star = SIZE_MAX, from = 0;

	while (n < name.n) {
		if (p < pat.n && pat.p[p] == '*') {
			star = p++;
			from = n;
		} else if (p < pat.n &&
			   (pat.p[p] == '?' || lower(pat.p[p]) == name.p[n])) {
			p++;
			n++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			n = ++from;
		} else {
			return false;
		}
	}
	while (p < pat.n && pat.p[p] == '*')
		p++;
	return p == pat.n;
}

/* "|1|salt|hash", both base64 */
static bool
hashed(struct str field, struct str name)
{
	uint8_t mac[SSH_SHA1_BYTES];
	struct str salt, hash;
	struct buf raw_salt, raw_hash;
	const char *bar;
	bool same = false;

	field = str_from(field, 3);
	bar = field.n == 0 ? NULL : memchr(field.p, '|', field.n);
	if (bar == NULL)
		return false;
	salt = (struct str){field.p, (size_t)(bar - field.p)};
	hash = str_from(field, salt.n + 1);
	buf_init(&raw_salt, 64);
	buf_init(&raw_hash, 64);
	if (ssh_base64_decode(&raw_salt, salt) == ERR_OK &&
	    ssh_base64_decode(&raw_hash, hash) == ERR_OK &&
	    raw_hash.n == sizeof mac) {
		ssh_hmac_sha1(mac, buf_view(&raw_salt), name);
		same = memcmp(mac, raw_hash.p, sizeof mac) == 0;
	}
	buf_done(&raw_salt);
	buf_done(&raw_hash);
	return same;
}

static bool
names_host(struct str field, struct str name)
{
	struct str pat;
	bool found = false;

	if (str_starts(field, STR_LIT("|1|")))
		return hashed(field, name);
	while (ssh_list_next(&field, &pat)) {
		if (pat.n > 0 && pat.p[0] == '!') {
			if (glob(str_from(pat, 1), name))
				return false;
		} else if (pat.n > 0 && glob(pat, name)) {
			found = true;
		}
	}
	return found;
}

static void
note(struct ssh_known_at *at, const char *file, unsigned line)
{
	if (at->file == NULL)
		*at = (struct ssh_known_at){file, line};
}

enum marker { MARK_NONE, MARK_REVOKED, MARK_CA, MARK_UNKNOWN };

static enum marker
marker_of(struct str word)
{
	if (word.p[0] != '@')
		return MARK_NONE;
	if (str_eq(word, STR_LIT("@revoked")))
		return MARK_REVOKED;
	return str_eq(word, STR_LIT("@cert-authority")) ? MARK_CA
							: MARK_UNKNOWN;
}

static void
scan_line(struct ssh_known *k, struct ssh_known_at at, struct str line,
    struct str name, struct str key)
{
	struct str field, type_name, body;
	enum ssh_key_type type;
	enum marker mark;
	struct buf blob;

	if (!str_word(&line, &field) || field.p[0] == '#')
		return;
	mark = marker_of(field);
	if (mark == MARK_UNKNOWN ||
	    (mark != MARK_NONE && !str_word(&line, &field)))
		return;
	if (!str_word(&line, &type_name) || !str_word(&line, &body) ||
	    !names_host(field, name))
		return;
	buf_init(&blob, SSH_BLOB_MAX);
	if (ssh_base64_decode(&blob, body) != ERR_OK)
		goto done;
	type = ssh_blob_type(buf_view(&blob));
	if (type == SSH_KEY_OTHER || type != ssh_key_type(type_name))
		goto done;
	if (mark == MARK_CA) {
		note(&k->ca, at.file, at.line);
	} else if (mark == MARK_REVOKED) {
		if (key.n > 0 && str_eq(buf_view(&blob), key))
			note(&k->revoked, at.file, at.line);
	} else {
		k->types |= 1U << type;
		if (key.n > 0 && str_eq(buf_view(&blob), key))
			note(&k->match, at.file, at.line);
		else if (key.n > 0 && type == ssh_blob_type(key))
			note(&k->changed, at.file, at.line);
		else
			note(&k->other, at.file, at.line);
	}
done:
	buf_done(&blob);
}

void
ssh_known_scan(struct ssh_known *k, const char *file, struct str text,
    struct str name, struct str key)
{
	struct str line;
	unsigned n = 0;

	while (str_line(&text, &line)) {
		n++;
		if (line.n <= SSH_KNOWN_LINE_MAX)
			scan_line(
			    k, (struct ssh_known_at){file, n}, line, name, key);
	}
}

void
ssh_known_line(
    struct buf *out, struct str name, struct str key, struct str salt)
{
	uint8_t mac[SSH_SHA1_BYTES];

	if (salt.n > 0) {
		ssh_hmac_sha1(mac, salt, name);
		(void)buf_puts(out, "|1|");
		ssh_base64_encode(out, salt);
		(void)buf_putc(out, '|');
		ssh_base64_encode(
		    out, (struct str){(const char *)mac, sizeof mac});
	} else {
		(void)buf_str(out, name);
	}
	(void)buf_printf(out, " %s ", ssh_key_name(ssh_blob_type(key)));
	ssh_base64_encode(out, key);
	(void)buf_putc(out, '\n');
}
