/*
 * dname.h - whether a text could be a domain name (RFC 1035 2.3.4, with the
 * underscore that service names use). Pure.
 */
#ifndef CORE_DNAME_H
#define CORE_DNAME_H

#include "core/str.h"

enum { DNAME_MAX_BYTES = 253 }; /* without the last dot */

/* Letters, digits, '-' and '_' in labels of 1 to 63 bytes, no '-' at the ends
 * of one (RFC 1123 2.1); no dot at the end. */
bool dname_ok(struct str s);

#endif
