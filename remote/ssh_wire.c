/*
 * ssh_wire.c - SSH's own encodings; see ssh_wire.h. RFC 4251 section 5 (data
 * types), RFC 4253 section 7.1 (KEXINIT), RFC 4648 (base64), RFC 7468 (PEM),
 * OpenSSH PROTOCOL.key. Opens no file and keeps nothing.
 */
#include "remote/ssh_wire.h"

uint8_t
ssh_wire_u8(struct ssh_wire *w)
{
	uint8_t v;

	if (w->rest.n < 1) {
		*w = (struct ssh_wire){{NULL, 0}, true};
		return 0;
	}
	v = (uint8_t)w->rest.p[0];
	w->rest = str_from(w->rest, 1);
	return v;
}

uint32_t
ssh_wire_u32(struct ssh_wire *w)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | ssh_wire_u8(w);
	return w->bad ? 0 : v;
}

struct str
ssh_wire_string(struct ssh_wire *w)
{
	uint32_t n = ssh_wire_u32(w);
	struct str s;

	if (w->bad || n > w->rest.n) {
		*w = (struct ssh_wire){{NULL, 0}, true};
		return w->rest;
	}
	s = (struct str){w->rest.p, n};
	w->rest = str_from(w->rest, n);
	return s;
}

void
ssh_wire_put_u32(struct buf *b, uint32_t v)
{
	unsigned char u[4] = {(unsigned char)(v >> 24),
	    (unsigned char)(v >> 16), (unsigned char)(v >> 8),
	    (unsigned char)v};

	(void)buf_add(b, u, 4);
}

void
ssh_wire_put_string(struct buf *b, struct str s)
{
	ssh_wire_put_u32(b, (uint32_t)s.n);
	(void)buf_str(b, s);
}

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

err_t
ssh_base64_decode(struct buf *out, struct str in)
{
	uint32_t acc = 0;
	size_t bits = 0, was = out->n, digits = in.n;

	while (digits > 0 && in.n - digits < 2 && in.p[digits - 1] == '=')
		digits--;
	if (digits == 0 || in.n % 4 != 0)
		return ERR_PARSE;
	for (size_t i = 0; i < digits; i++) {
		int v = base64_value(in.p[i]);

		if (v < 0)
			break;
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			(void)buf_putc(out, (char)(acc >> bits));
		}
		if (i + 1 == digits && out->failed == ERR_OK)
			return ERR_OK;
	}
	if (out->failed != ERR_OK)
		return out->failed;
	out->n = was;
	return ERR_PARSE;
}

void
ssh_base64_encode(struct buf *out, struct str in)
{
	for (size_t i = 0; i < in.n; i += 3) {
		uint32_t v = 0;
		size_t k = in.n - i < 3 ? in.n - i : 3;

		for (size_t j = 0; j < 3; j++)
			v = v << 8 | (j < k ? (unsigned char)in.p[i + j] : 0U);
		for (size_t j = 0; j < 4; j++)
			(void)buf_putc(
			    out, j <= k ? base64[v >> (18 - 6 * j) & 63] : '=');
	}
}

static const struct {
	const char *name, *label;
	bool user, host;
} types[SSH_KEY_TYPES] = {
#define X(id, name, label, user, host) {name, label, user, host},
    SSH_KEY_LIST(X)
#undef X
	{"", "other", false, false}};

enum ssh_key_type
ssh_key_type(struct str name)
{
	for (int i = 0; i < SSH_KEY_OTHER; i++)
		if (str_eq(name, str_of(types[i].name)))
			return (enum ssh_key_type)i;
	/* how RSA host keys are named when signed with SHA-2 (RFC 8332) */
	if (str_eq(name, STR_LIT("rsa-sha2-256")) ||
	    str_eq(name, STR_LIT("rsa-sha2-512")))
		return SSH_KEY_RSA;
	return SSH_KEY_OTHER;
}

const char *
ssh_key_name(enum ssh_key_type t)
{
	return types[t].name;
}

const char *
ssh_key_label(enum ssh_key_type t)
{
	return types[t].label;
}

bool
ssh_key_user_ok(enum ssh_key_type t)
{
	return types[t].user;
}

bool
ssh_key_host_ok(enum ssh_key_type t)
{
	return types[t].host;
}

enum ssh_key_type
ssh_blob_type(struct str blob)
{
	struct ssh_wire w = {blob, false};

	return ssh_key_type(ssh_wire_string(&w));
}

void
ssh_keyhead_done(struct ssh_keyhead *k)
{
	buf_done(&k->blob);
}

/* What stands between the BEGIN and END lines, without line ends. */
static err_t
pem_body(struct buf *out, struct str text)
{
	struct str line;
	struct buf joined;
	err_t err = ERR_PARSE;

	buf_init(&joined, SSH_KEYFILE_MAX);
	while (str_line(&text, &line)) {
		if (str_starts(line, STR_LIT("-----END "))) {
			err = joined.failed;
			break;
		}
		(void)buf_str(&joined, str_trim(line));
	}
	if (err == ERR_OK)
		err = ssh_base64_decode(out, buf_view(&joined));
	buf_done(&joined);
	return err;
}

/* OpenSSH's format: magic, cipher, kdf, its options, count, public key .. */
static err_t
openssh_head(struct ssh_keyhead *out, struct str text)
{
	static const char magic[] = "openssh-key-v1"; /* with its NUL */
	struct ssh_keyhead k = {.type = SSH_KEY_OTHER};
	struct ssh_wire w;
	struct str cipher, blob;
	struct buf body;
	err_t err;

	buf_init(&body, SSH_KEYFILE_MAX);
	buf_init(&k.blob, SSH_BLOB_MAX);
	err = pem_body(&body, text);
	if (err != ERR_OK)
		goto done;
	err = ERR_PARSE;
	w = (struct ssh_wire){buf_view(&body), false};
	if (!str_starts(w.rest, (struct str){magic, sizeof magic}))
		goto done;
	w.rest = str_from(w.rest, sizeof magic);
	cipher = ssh_wire_string(&w);
	(void)ssh_wire_string(&w); /* kdf */
	(void)ssh_wire_string(&w); /* its options */
	if (ssh_wire_u32(&w) != 1)
		goto done;
	blob = ssh_wire_string(&w);
	if (w.bad || blob.n < 4)
		goto done;
	k.encrypted = !str_eq(cipher, STR_LIT("none"));
	k.type = ssh_blob_type(blob);
	err = buf_str(&k.blob, blob);
	if (err == ERR_OK) {
		*out = k;
		k.blob = (struct buf){.cap_bytes = 0};
	}
done:
	buf_done(&body);
	ssh_keyhead_done(&k);
	return err;
}

static const struct {
	struct str begin;
	enum ssh_key_type type;
	bool encrypted;
} pems[] = {
    {{"-----BEGIN RSA PRIVATE KEY-----", 31}, SSH_KEY_RSA, false},
    {{"-----BEGIN DSA PRIVATE KEY-----", 31}, SSH_KEY_DSA, false},
    {{"-----BEGIN EC PRIVATE KEY-----", 30}, SSH_KEY_ECDSA256, false},
    {{"-----BEGIN PRIVATE KEY-----", 27}, SSH_KEY_OTHER, false},
    {{"-----BEGIN ENCRYPTED PRIVATE KEY-----", 37}, SSH_KEY_OTHER, true},
};

err_t
ssh_keyhead_private(struct ssh_keyhead *out, struct str text)
{
	struct str line;

	if (text.n > SSH_KEYFILE_MAX)
		return ERR_LIMIT;
	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (str_eq(
			line, STR_LIT("-----BEGIN OPENSSH PRIVATE KEY-----")))
			return openssh_head(out, text);
		for (size_t i = 0; i < sizeof pems / sizeof *pems; i++) {
			if (!str_eq(line, pems[i].begin))
				continue;
			*out = (struct ssh_keyhead){.type = pems[i].type,
			    .encrypted =
				pems[i].encrypted ||
				str_find(text, STR_LIT("4,ENCRYPTED")) !=
				    SIZE_MAX};
			buf_init(&out->blob, SSH_BLOB_MAX);
			return ERR_OK;
		}
	}
	return ERR_PARSE;
}

err_t
ssh_keyhead_public(struct ssh_keyhead *out, struct str text)
{
	struct ssh_keyhead k = {.type = SSH_KEY_OTHER};
	struct str line, name, body;
	err_t err = ERR_PARSE;

	buf_init(&k.blob, SSH_BLOB_MAX);
	if (str_line(&text, &line) && str_word(&line, &name) &&
	    str_word(&line, &body))
		err = ssh_base64_decode(&k.blob, body);
	k.type = ssh_blob_type(buf_view(&k.blob));
	if (err == ERR_OK && ssh_key_type(name) != k.type)
		err = ERR_PARSE;
	if (err == ERR_OK)
		*out = k;
	else
		ssh_keyhead_done(&k);
	return err;
}

bool
ssh_hello_banner(struct str hello, struct str *line, struct str *rest)
{
	while (hello.n > 0 && memchr(hello.p, '\n', hello.n) != NULL) {
		if (!str_line(&hello, line))
			return false;
		*rest = hello;
		if (str_starts(*line, STR_LIT("SSH-")))
			return true;
	}
	return false;
}

bool
ssh_hello_hostkeys(struct str hello, struct str *algorithms)
{
	enum { MSG_KEXINIT = 20, COOKIE_BYTES = 16 };
	struct str line, rest;
	struct ssh_wire w;
	uint32_t n;

	if (!ssh_hello_banner(hello, &line, &rest))
		return false;
	w = (struct ssh_wire){rest, false};
	n = ssh_wire_u32(&w);
	if (w.bad || n > w.rest.n)
		return false;
	w.rest.n = n;
	(void)ssh_wire_u8(&w); /* padding length */
	if (ssh_wire_u8(&w) != MSG_KEXINIT)
		return false;
	w.rest = str_from(w.rest, COOKIE_BYTES);
	(void)ssh_wire_string(&w); /* key exchange methods */
	*algorithms = ssh_wire_string(&w);
	return !w.bad;
}

bool
ssh_list_next(struct str *list, struct str *name)
{
	const char *comma;

	if (list->n == 0)
		return false;
	comma = memchr(list->p, ',', list->n);
	*name = *list;
	if (comma != NULL)
		name->n = (size_t)(comma - list->p);
	*list = str_from(*list, name->n + 1);
	return true;
}
