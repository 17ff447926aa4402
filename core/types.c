/* types.c - names and classes of types.h. */
#include "core/types.h"

const char *const age_names[AGE_BUCKETS] = {
    "5", "10", "20", "40", "80", "160", "320", "640", "1280", "1280+"};

unsigned
age_bucket(int64_t age_ms)
{
	int64_t edge_ms = 5 * 60000;
	unsigned i = 0;

	while (i < AGE_BUCKETS - 1 && age_ms >= edge_ms) {
		edge_ms *= 2;
		i++;
	}
	return i;
}

const char *
link_state_name(enum link_state s)
{
	static const char *const names[] = {[LINK_IDLE] = "idle",
	    [LINK_RESOLVING] = "resolving",
	    [LINK_CONNECTING] = "connecting",
	    [LINK_HANDSHAKE] = "handshake",
	    [LINK_AUTH] = "auth",
	    [LINK_DISCOVERY] = "discovery",
	    [LINK_UP] = "up",
	    [LINK_WAITING] = "waiting",
	    [LINK_ASKING] = "asking",
	    [LINK_FAILED] = "failed"};

	return names[s];
}

const char *
privilege_name(enum privilege p)
{
	static const char *const names[] = {[PRIV_UNKNOWN] = "unknown",
	    [PRIV_NONE] = "none",
	    [PRIV_SUDO] = "sudo",
	    [PRIV_ROOT] = "root"};

	return names[p];
}

const char *
queue_name_of(enum queue_name q)
{
	static const char *const names[Q_N] = {[Q_INCOMING] = "incoming",
	    [Q_ACTIVE] = "active",
	    [Q_DEFERRED] = "deferred",
	    [Q_HOLD] = "hold",
	    [Q_MAILDROP] = "maildrop"};

	return names[q];
}

void
discovery_copy(struct discovery *to, const struct discovery *from)
{
	memcpy(to, from, offsetof(struct discovery, handles));
	if (to->n_handles > MAX_HANDLES)
		to->n_handles = MAX_HANDLES;
	if (to->n_findings > MAX_FINDINGS)
		to->n_findings = MAX_FINDINGS;
	memcpy(to->handles, from->handles, to->n_handles * sizeof *to->handles);
	memcpy(to->findings, from->findings,
	    to->n_findings * sizeof *to->findings);
}
