/*
 * ssh_knownhosts.h - what known_hosts files say about a host's key (sshd(8),
 * SSH_KNOWN_HOSTS FILE FORMAT): plain names, patterns with * ? and !, hashed
 * names, [host]:port, @revoked and @cert-authority lines. Pure: text in, an
 * opinion out; who opens the files is ssh_hostkey.c.
 */
#ifndef REMOTE_SSH_KNOWNHOSTS_H
#define REMOTE_SSH_KNOWNHOSTS_H

#include "core/buf.h"
#include "remote/ssh_wire.h"

enum { SSH_KNOWN_NAME_MAX = 300, SSH_KNOWN_LINE_MAX = 64 * 1024 };

struct ssh_known_at {
	const char *file; /* borrowed; NULL = nowhere */
	unsigned line;	  /* from 1 */
};

/* Gathered over all files; start from zeroes. */
struct ssh_known {
	struct ssh_known_at match;   /* this very key, for this host */
	struct ssh_known_at revoked; /* this very key, marked @revoked */
	struct ssh_known_at changed; /* another key of the same type */
	struct ssh_known_at other;   /* a key of another type */
	struct ssh_known_at ca;	     /* a certificate authority for it */
	unsigned types; /* 1 << enum ssh_key_type for each type known */
};

/* The name a host is filed under: "mta1", or "[mta1]:2222" for other ports
 * than 22; lower case. Returns dst. */
char *ssh_known_name(
    char dst[SSH_KNOWN_NAME_MAX], const char *host, uint16_t port);

/*
 * Adds what one file says. name: as ssh_known_name() gives it. key: the host's
 * public key blob; empty before it is known, then only types, other and ca are
 * found. file: kept by pointer in what is found.
 */
void ssh_known_scan(struct ssh_known *k, const char *file, struct str text,
    struct str name, struct str key);

/* The line to append for a key; salt (20 bytes) empty: the name is not hashed.
 * Ends with LF. */
void ssh_known_line(
    struct buf *out, struct str name, struct str key, struct str salt);

#endif
