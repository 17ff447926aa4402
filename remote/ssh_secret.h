/*
 * ssh_secret.h - passphrases that were typed: kept in memory as long as the
 * program watches hosts, so that each is asked for once; wiped after. Nothing
 * of them is ever written.
 */
#ifndef REMOTE_SSH_SECRET_H
#define REMOTE_SSH_SECRET_H

struct ssh_secret; /* opaque; heap; a list, NULL = empty */

/* The passphrase of this key file, borrowed; NULL: none was typed. */
const char *ssh_secret_find(const struct ssh_secret *list, const char *path);
/* text: moved, wiped at the end. The newest one of a path counts. */
void ssh_secret_keep(struct ssh_secret **list, const char *path, char *text);
void ssh_secrets_wipe(struct ssh_secret **list);
/* One that is not kept: wiped and freed. NULL is fine. */
void ssh_secret_forget(char *text);

#endif
