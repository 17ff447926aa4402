/*
 * ssh_sign.h - logging in with an encrypted key file away from the loop: what
 * turns a passphrase into a key (bcrypt_pbkdf) takes a tenth of a second of CPU
 * by design, and libssh2 does it inside its call.
 */
#ifndef REMOTE_SSH_SIGN_H
#define REMOTE_SSH_SIGN_H

#include "remote/ssh_int.h"
#include "remote/ssh_keys.h"

struct ssh_sign; /* opaque; heap */

/*
 * One try at logging in with k; goes on where it was when called again with the
 * same *w (NULL at first). secret is copied. While the thread is at it nothing
 * else of the chain may be touched (chain->working holds everybody back).
 * Returns libssh2's answer, LIBSSH2_ERROR_EAGAIN: not yet. Any other answer
 * ends it, and *w is NULL again.
 */
int ssh_sign_step(struct ssh_session *s, struct ssh_sign **w,
    const struct ssh_key *k, const char *secret);
/* Never while the chain is working. */
void ssh_sign_free(struct ssh_sign *w);

#endif
