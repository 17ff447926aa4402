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
	memcpy(to, from, offsetof(struct discovery, further));
	if (to->n_further > MAX_FURTHER)
		to->n_further = MAX_FURTHER;
	if (to->n_handles > MAX_HANDLES)
		to->n_handles = MAX_HANDLES;
	if (to->n_findings > MAX_FINDINGS)
		to->n_findings = MAX_FINDINGS;
	memcpy(to->further, from->further, to->n_further * sizeof *to->further);
	memcpy(to->handles, from->handles, to->n_handles * sizeof *to->handles);
	memcpy(to->findings, from->findings,
	    to->n_findings * sizeof *to->findings);
}

uint64_t
discovery_instance_bit(const struct discovery *d, const struct handle *h)
{
	for (unsigned i = 0; h->instance[0] != '\0' && i < d->n_further; i++)
		if (strcmp(d->further[i].name, h->instance) == 0)
			return INSTANCE_MAIN << (i + 1);
	return INSTANCE_MAIN;
}

const char *
discovery_instance_name(const struct discovery *d, unsigned i)
{
	return i == 0 ? "-" : d->further[i - 1].name;
}

void
discovery_instance_names(
    const struct discovery *d, uint64_t set, char *dst, size_t cap)
{
	size_t n = 0;

	dst[0] = '\0';
	for (unsigned i = 0; i <= d->n_further; i++) {
		const char *name = discovery_instance_name(d, i);
		size_t need = strlen(name) + (n > 0 ? 2 : 0);

		if ((set >> i & 1) == 0 || n + need >= cap)
			continue;
		if (n > 0)
			str_copy(dst + n, cap - n, STR_LIT(", "));
		str_copy(dst + n + (n > 0 ? 2 : 0), cap - n, str_of(name));
		n += need;
	}
}
