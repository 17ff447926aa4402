/* act_move.c - see act_move.h. */
#include "core/act_move.h"

#include "core/i18n.h"
#include "core/utf8.h"

#include <stdio.h>

enum { TARGETS_SAID = 8, RATE_MIN = 10 };

static const struct egress *
egress_of(const struct model *m, host_id host, const char *ip)
{
	for (egress_id i = 0; i < m->n_egress; i++)
		if (m->egress[i].host == host && !m->egress[i].rest &&
		    strcmp(m->egress[i].ip, ip) == 0)
			return &m->egress[i];
	return NULL;
}

/* Attempts a minute of the last ten, or of what the log tells of them; one when
 * there were any at all. All that is counted is asked for, also what a clock
 * that is not quite ours puts a little ahead, or into the step of the log's
 * first line. */
static uint64_t
per_minute(const struct model *m, host_id host, const char *ip)
{
	const struct egress *e = egress_of(m, host, ip);
	const struct host *h = &m->hosts[host];
	int64_t from_ms = m->now_ms - RATE_MIN * 60000, to_ms, span_ms;
	uint64_t n;

	if (e == NULL)
		return 0;
	to_ms = h->log_last_ms > m->now_ms ? h->log_last_ms : m->now_ms;
	n = tally_attempts_since(&m->egress[e->id].tally, from_ms, to_ms);
	if (from_ms < h->log_from_ms)
		from_ms = h->log_from_ms;
	span_ms = m->now_ms - from_ms < 60000 ? 60000 : m->now_ms - from_ms;
	return (n * 60000 + (uint64_t)span_ms - 1) / (uint64_t)span_ms;
}

/* "192.0.2.2 (throttled: google; listed)" */
static size_t
say_target(
    const struct model *m, host_id host, const char *ip, char *dst, size_t cap)
{
	const struct egress *e = egress_of(m, host, ip);
	const char *provider = NULL;
	uint32_t cell = 0;
	unsigned listed = 0;
	struct buf name; /* a host's log gave it */
	size_t n;

	buf_init(&name, 512);
	if (e != NULL && model_throttles_of_egress(m, e->id, &cell) > 0 &&
	    cell < m->n_cells) {
		(void)utf8_clean(
		    &name, intern_text(m->texts, m->cells[cell].provider));
		provider = throttle_state_label(m->cells[cell].throttle->state);
	}
	if (m->lists != NULL)
		(void)listings_worst(
		    &m->listings, m->lists, str_of(ip), &listed);
	if (provider == NULL && listed == 0)
		n = (size_t)snprintf(dst, cap, "%s", ip);
	else
		n = (size_t)snprintf(dst, cap, "%s (%s%s%s%s%s)", ip,
		    provider != NULL ? provider : "",
		    provider != NULL ? ": " : "", buf_cstr(&name),
		    provider != NULL && listed > 0 ? "; " : "",
		    listed > 0 ? _("listed") : "");
	buf_done(&name);
	return n;
}

void
act_move_text(const struct model *m, host_id host, const char *ip,
    char (*to)[ADDR_MAX_BYTES], unsigned n, size_t waiting, char *dst,
    size_t cap)
{
	char whom[384] = "";
	size_t at = strlen(dst), n_whom = 0;

	for (unsigned i = 0; i < n && i < TARGETS_SAID && n_whom < sizeof whom;
	     i++) {
		if (i > 0)
			n_whom += (size_t)snprintf(
			    whom + n_whom, sizeof whom - n_whom, ", ");
		if (n_whom < sizeof whom)
			n_whom += say_target(m, host, to[i], whom + n_whom,
			    sizeof whom - n_whom);
	}
	if (n == 0 || at >= cap)
		return;
	(void)snprintf(dst + at, cap - at,
	    n > TARGETS_SAID
		? _("%s%s: %zu waiting messages and about %llu a minute move "
		    "to %s, and others")
		: _("%s%s: %zu waiting messages and about %llu a minute move "
		    "to %s"),
	    at > 0 ? "; " : "", m->hosts[host].name, waiting,
	    (unsigned long long)per_minute(m, host, ip), whom);
}
