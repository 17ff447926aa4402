/*
 * ssh_wire.h - bytes as SSH writes them (RFC 4251 section 5, RFC 4253, the
 * agent protocol, PROTOCOL.key of OpenSSH): a bounds-checked reader, base64,
 * key types, and the heads of key files. Pure; whatever it reads is hostile.
 */
#ifndef REMOTE_SSH_WIRE_H
#define REMOTE_SSH_WIRE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/* Reads from the front of rest; once bad, everything reads as 0 and empty. */
struct ssh_wire {
	struct str rest;
	bool bad;
};

uint8_t ssh_wire_u8(struct ssh_wire *w);
uint32_t ssh_wire_u32(struct ssh_wire *w);
/* A length and so many bytes; borrowed from what is read. */
struct str ssh_wire_string(struct ssh_wire *w);

void ssh_wire_put_u32(struct buf *b, uint32_t v);
void ssh_wire_put_string(struct buf *b, struct str s);

/* Appends the decoded bytes; ERR_PARSE for anything that is not base64. */
err_t ssh_base64_decode(struct buf *out, struct str in) NODISCARD;
void ssh_base64_encode(struct buf *out, struct str in);

/* Host key and user key types. USER: libssh2 1.10 can log in with it to any
 * sshd; HOST: it can check a host by it. */
#define SSH_KEY_LIST(X)                                                        \
	X(ED25519, "ssh-ed25519", "ED25519", true, true)                       \
	X(ECDSA256, "ecdsa-sha2-nistp256", "ECDSA", true, true)                \
	X(ECDSA384, "ecdsa-sha2-nistp384", "ECDSA", true, true)                \
	X(ECDSA521, "ecdsa-sha2-nistp521", "ECDSA", true, true)                \
	X(RSA, "ssh-rsa", "RSA", false, true)                                  \
	X(DSA, "ssh-dss", "DSA", false, false)                                 \
	X(SK_ED25519, "sk-ssh-ed25519@openssh.com", "security key", false,     \
	    false)                                                             \
	X(SK_ECDSA, "sk-ecdsa-sha2-nistp256@openssh.com", "security key",      \
	    false, false)                                                      \
	X(CERT_ED25519, "ssh-ed25519-cert-v01@openssh.com",                    \
	    "ED25519 certificate", false, false)                               \
	X(CERT_ECDSA256, "ecdsa-sha2-nistp256-cert-v01@openssh.com",           \
	    "ECDSA certificate", true, false)                                  \
	X(CERT_ECDSA384, "ecdsa-sha2-nistp384-cert-v01@openssh.com",           \
	    "ECDSA certificate", true, false)                                  \
	X(CERT_ECDSA521, "ecdsa-sha2-nistp521-cert-v01@openssh.com",           \
	    "ECDSA certificate", true, false)                                  \
	X(CERT_RSA, "ssh-rsa-cert-v01@openssh.com", "RSA certificate", false,  \
	    false)

enum ssh_key_type {
#define X(id, name, label, user, host) SSH_KEY_##id,
	SSH_KEY_LIST(X)
#undef X
	    SSH_KEY_OTHER, /* none of these */
	SSH_KEY_TYPES
};

enum ssh_key_type ssh_key_type(struct str name);
/* "ssh-ed25519"; "ED25519". "" and "other" for SSH_KEY_OTHER. */
const char *ssh_key_name(enum ssh_key_type t);
const char *ssh_key_label(enum ssh_key_type t);
bool ssh_key_user_ok(enum ssh_key_type t);
bool ssh_key_host_ok(enum ssh_key_type t);
/* The type a public key blob names in its first string. */
enum ssh_key_type ssh_blob_type(struct str blob);

enum { SSH_BLOB_MAX = 16 * 1024, SSH_KEYFILE_MAX = 64 * 1024 };

/* What a key file tells without its passphrase. */
struct ssh_keyhead {
	enum ssh_key_type type; /* SSH_KEY_OTHER: not told */
	bool encrypted;
	struct buf blob; /* public key; empty when not told (PEM) */
};

void ssh_keyhead_done(struct ssh_keyhead *k);
/* A private key file: OpenSSH's own format, or PEM's RSA, EC, DSA and PKCS#8.
 * ERR_PARSE when it is none; *out is then untouched, else owned. */
err_t ssh_keyhead_private(struct ssh_keyhead *out, struct str text) NODISCARD;
/* "type base64 comment": a public key or certificate file. */
err_t ssh_keyhead_public(struct ssh_keyhead *out, struct str text) NODISCARD;

/*
 * The host key algorithms a server offers, out of the first bytes it sent
 * (banner and KEXINIT, both in the clear). False when they are not all there.
 */
bool ssh_hello_hostkeys(struct str hello, struct str *algorithms);
/* The line that starts with "SSH-"; false while it is not complete. */
bool ssh_hello_banner(struct str hello, struct str *line, struct str *rest);
/* Takes the next name off a comma-separated list. */
bool ssh_list_next(struct str *list, struct str *name);

#endif
