/*
 * err.h - one list of what can go wrong, shared by every folder.
 * Functions that can fail return err_t: 0 well, negative otherwise; their
 * out-parameters are untouched on error.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#define ERR_LIST(X)                                                            \
	X(NOMEM, "out of memory")                                              \
	X(LIMIT, "more than the limit allows")                                 \
	X(PARSE, "not understood")                                             \
	X(RANGE, "out of range")                                               \
	X(IO, "input or output failed")                                        \
	X(NAME, "host name not found")                                         \
	X(CONNREFUSED, "connection refused")                                   \
	X(UNREACH, "host not reachable")                                       \
	X(TIMEOUT, "timed out")                                                \
	X(CLOSED, "connection closed")                                         \
	X(PROTO, "protocol error")                                             \
	X(KEYUNKNOWN, "host key unknown")                                      \
	X(KEYCHANGED, "host key changed")                                      \
	X(AUTH, "authentication failed")                                       \
	X(UNSUPPORTED, "not supported by this transport")                      \
	X(PRIVILEGE, "not permitted without root or sudo")                     \
	X(NOTPOSTFIX, "no Postfix here")                                       \
	X(NOCOMMAND, "command not found")                                      \
	X(EXIT, "command failed")                                              \
	X(CANCELLED, "cancelled")                                              \
	X(NOTFOUND, "not found")

enum err_code {
	ERR_OK_BASE = 0,
#define X(name, text) ERR_POS_##name,
	ERR_LIST(X)
#undef X
};

typedef int err_t;

enum {
	ERR_OK = 0,
#define X(name, text) ERR_##name = -(int)ERR_POS_##name,
	ERR_LIST(X)
#undef X
};

#define NODISCARD __attribute__((warn_unused_result))

/* English text of an error for a sentence's middle; never NULL, static. */
const char *err_text(err_t err);
/* The name without prefix, "TIMEOUT", for JSON and tests; "OK" for 0. */
const char *err_name(err_t err);

#endif
