/*
 * ssh_sha1.h - HMAC-SHA1, for one purpose: hashed names in known_hosts are
 * written that way (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) and no library of
 * ours offers it. Not for anything new. FIPS 180-4, RFC 2104.
 */
#ifndef REMOTE_SSH_SHA1_H
#define REMOTE_SSH_SHA1_H

#include "core/str.h"

enum { SSH_SHA1_BYTES = 20 };

void ssh_sha1(uint8_t out[SSH_SHA1_BYTES], struct str a, struct str b);
/* key: at most 64 bytes count; longer ones are hashed first. */
void ssh_hmac_sha1(
    uint8_t out[SSH_SHA1_BYTES], struct str key, struct str text);

#endif
