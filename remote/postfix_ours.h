/*
 * postfix_ours.h - what acts of ours make on a host is told by its name:
 * services ("mtadeck-ID-1", master(5)) and files in Postfix's configuration
 * folder ("/etc/postfix/mtadeck-ID"). Pure.
 */
#ifndef REMOTE_POSTFIX_OURS_H
#define REMOTE_POSTFIX_OURS_H

#include "core/str.h"

#define POSTFIX_OURS "mtadeck-"

/* A service of ours, alone or as "service:nexthop", or a file by its path. */
bool postfix_is_ours(struct str name);
/* Where the name of the first file of ours begins in a list of tables; SIZE_MAX
 * when there is none. */
size_t postfix_find_ours(struct str list);

#endif
