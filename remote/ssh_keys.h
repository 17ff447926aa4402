/*
 * ssh_keys.h - which keys to try, in which order: key files the agent holds,
 * the agent's others (unless IdentitiesOnly), then key files, then certificates
 * from files. What libssh2 cannot use is told apart, not tried.
 */
#ifndef REMOTE_SSH_KEYS_H
#define REMOTE_SSH_KEYS_H

#include "remote/ssh_agent.h"
#include "remote/ssh_config.h"
#include "remote/ssh_wire.h"

enum { SSH_KEYS_MAX = 24 };

enum ssh_key_source { KEY_AGENT, KEY_FILE };

struct ssh_key {
	enum ssh_key_source source;
	enum ssh_key_type type;
	bool encrypted;
	char *path;	 /* owned; file, or the agent's comment */
	char *pub_path;	 /* owned; NULL: libssh2 takes it from the private */
	struct buf blob; /* public key; may be empty for a KEY_FILE */
};

struct ssh_keys {
	size_t n;
	struct ssh_key key[SSH_KEYS_MAX];
	unsigned unsupported; /* keys found that libssh2 cannot use */
	struct buf skipped;   /* ", "-separated: those, each with why */
};

/* agent may be NULL. Owned by the caller, free with ssh_keys_done(). */
void ssh_keys_gather(struct ssh_keys *out, const struct ssh_config *c,
    const struct ssh_agent *agent);
void ssh_keys_done(struct ssh_keys *k);

#endif
