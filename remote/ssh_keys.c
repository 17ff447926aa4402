/* ssh_keys.c - finds the keys to try; see ssh_keys.h. Reads the heads of key
 * files, never what a passphrase protects. */
#include "remote/ssh_keys.h"

#include "core/i18n.h"
#include "remote/ssh_file.h"

#include <stdlib.h>

enum { SKIPPED_MAX = 1024 };

static void
skip(struct ssh_keys *k, const char *path, const char *why)
{
	k->unsupported++;
	(void)buf_printf(
	    &k->skipped, "%s%s (%s)", k->skipped.n > 0 ? ", " : "", path, why);
}

static const char *
why_not(enum ssh_key_type t)
{
	switch (t) {
	case SSH_KEY_RSA:
		return _("RSA: libssh2 signs with SHA-1 only, which sshd "
			 "refuses");
	case SSH_KEY_SK_ED25519:
	case SSH_KEY_SK_ECDSA:
		return _("security key: not known to libssh2");
	case SSH_KEY_CERT_ED25519:
	case SSH_KEY_CERT_RSA:
		return _("certificate of a kind libssh2 cannot use");
	default:
		return _("key type not known to libssh2");
	}
}

/* blob is copied, pub_path (may be NULL) too. */
static void
add(struct ssh_keys *k, enum ssh_key_source source, const char *path,
    const char *pub_path, const struct ssh_keyhead *head)
{
	struct ssh_key *x;

	if (k->n == SSH_KEYS_MAX)
		return;
	x = &k->key[k->n];
	*x = (struct ssh_key){.source = source,
	    .type = head->type,
	    .encrypted = head->encrypted,
	    .path = str_dup(str_of(path)),
	    .pub_path = pub_path == NULL ? NULL : str_dup(str_of(pub_path))};
	buf_init(&x->blob, SSH_BLOB_MAX);
	if (x->path == NULL || (pub_path != NULL && x->pub_path == NULL) ||
	    buf_str(&x->blob, buf_view(&head->blob)) != ERR_OK) {
		free(x->path);
		free(x->pub_path);
		return;
	}
	k->n++;
}

static bool
have(const struct ssh_keys *k, struct str blob)
{
	for (size_t i = 0; i < k->n; i++)
		if (str_eq(buf_view(&k->key[i].blob), blob))
			return true;
	return false;
}

static bool
in_agent(const struct ssh_agent *a, struct str blob)
{
	struct str b, comment;

	for (size_t i = 0; a != NULL && ssh_agent_key(a, i, &b, &comment); i++)
		if (str_eq(b, blob))
			return true;
	return false;
}

/* What is known of one IdentityFile. */
struct identity {
	const char *path;
	char pub[4096];		 /* path of its public half, "" = none */
	struct ssh_keyhead head; /* of the private half, or the public one */
	bool present, is_private;
};

static bool
read_head(struct ssh_keyhead *h, const char *path,
    err_t (*parse)(struct ssh_keyhead *, struct str))
{
	struct buf text;
	bool ok;

	buf_init(&text, SSH_KEYFILE_MAX);
	ok = ssh_file_read(&text, path) == ERR_OK &&
	     parse(h, buf_view(&text)) == ERR_OK;
	if (text.p != NULL)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	return ok;
}

static void
load(struct identity *id, const char *path)
{
	struct ssh_keyhead pub;
	struct buf name;

	*id = (struct identity){.path = path};
	id->is_private = read_head(&id->head, path, ssh_keyhead_private);
	id->present =
	    id->is_private || read_head(&id->head, path, ssh_keyhead_public);
	buf_init(&name, sizeof id->pub - 1);
	(void)buf_printf(&name, "%s.pub", path);
	if (name.failed == ERR_OK &&
	    read_head(&pub, buf_cstr(&name), ssh_keyhead_public)) {
		/* a public half of another key must not be offered for it */
		if (!id->present || id->head.blob.n == 0 ||
		    str_eq(buf_view(&pub.blob), buf_view(&id->head.blob)))
			str_copy(id->pub, sizeof id->pub, buf_view(&name));
		if (!id->present || id->head.blob.n == 0) {
			pub.encrypted = id->present && id->head.encrypted;
			if (id->present)
				ssh_keyhead_done(&id->head);
			id->head = pub;
			id->present = true;
		} else {
			ssh_keyhead_done(&pub);
		}
	}
	buf_done(&name);
}

static void
add_agent_files(struct ssh_keys *k, const struct identity *ids, size_t n,
    const struct ssh_agent *a)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i].present && ids[i].head.blob.n > 0 &&
		    ssh_key_user_ok(ids[i].head.type) &&
		    in_agent(a, buf_view(&ids[i].head.blob)))
			add(k, KEY_AGENT, ids[i].path, NULL, &ids[i].head);
}

static void
add_agent_rest(struct ssh_keys *k, const struct ssh_agent *a)
{
	struct str blob, comment;

	for (size_t i = 0; ssh_agent_key(a, i, &blob, &comment); i++) {
		struct ssh_keyhead h = {.type = ssh_blob_type(blob),
		    .blob = {(char *)(uintptr_t)blob.p, blob.n, 0, blob.n, 0}};
		char name[128];

		str_copy(name, sizeof name, comment);
		if (have(k, blob))
			continue;
		if (ssh_key_user_ok(h.type))
			add(k, KEY_AGENT, name, NULL, &h);
		else
			skip(k, name, why_not(h.type));
	}
}

static void
add_files(struct ssh_keys *k, const struct identity *ids, size_t n,
    const struct ssh_agent *a)
{
	for (size_t i = 0; i < n; i++) {
		const struct identity *id = &ids[i];
		struct str blob = buf_view(&id->head.blob);

		if (!id->is_private ||
		    (blob.n > 0 && (have(k, blob) || in_agent(a, blob))))
			continue;
		/* PEM does not always tell: such a key is tried */
		if (ssh_key_user_ok(id->head.type) ||
		    id->head.type == SSH_KEY_OTHER)
			add(k, KEY_FILE, id->path,
			    id->pub[0] == '\0' ? NULL : id->pub, &id->head);
		else
			skip(k, id->path, why_not(id->head.type));
	}
}

static void
add_certificate(struct ssh_keys *k, const struct identity *id, const char *path)
{
	struct ssh_keyhead cert;

	if (!read_head(&cert, path, ssh_keyhead_public))
		return;
	cert.encrypted = id->is_private && id->head.encrypted;
	if (!ssh_key_user_ok(cert.type))
		skip(k, path, why_not(cert.type));
	else if (id->is_private)
		add(k, KEY_FILE, id->path, path, &cert);
	ssh_keyhead_done(&cert);
}

/* Certificates: those named, and ID-cert.pub beside each key. */
static void
add_certificates(struct ssh_keys *k, const struct ssh_config *c,
    const struct identity *ids, size_t n)
{
	struct buf name;

	for (size_t i = 0; i < n; i++) {
		if (!ids[i].is_private)
			continue;
		for (size_t j = 0; j < c->certificate.n; j++)
			add_certificate(k, &ids[i], c->certificate.path[j]);
		buf_init(&name, 4096);
		(void)buf_printf(&name, "%s-cert.pub", ids[i].path);
		if (name.failed == ERR_OK)
			add_certificate(k, &ids[i], buf_cstr(&name));
		buf_done(&name);
	}
}

void
ssh_keys_gather(struct ssh_keys *out, const struct ssh_config *c,
    const struct ssh_agent *agent)
{
	struct identity *ids = calloc(c->identity.n + 1, sizeof *ids);

	*out = (struct ssh_keys){.n = 0};
	buf_init(&out->skipped, SKIPPED_MAX);
	if (ids == NULL)
		return;
	for (size_t i = 0; i < c->identity.n; i++)
		load(&ids[i], c->identity.path[i]);
	if (agent != NULL) {
		add_agent_files(out, ids, c->identity.n, agent);
		if (!c->identities_only)
			add_agent_rest(out, agent);
	}
	add_files(out, ids, c->identity.n, agent);
	add_certificates(out, c, ids, c->identity.n);
	for (size_t i = 0; i < c->identity.n; i++)
		if (ids[i].present)
			ssh_keyhead_done(&ids[i].head);
	free(ids);
}

void
ssh_keys_done(struct ssh_keys *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->key[i].path);
		free(k->key[i].pub_path);
		buf_done(&k->key[i].blob);
	}
	k->n = 0;
	buf_done(&k->skipped);
}
