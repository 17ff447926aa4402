/* notify.c - see notify.h. */
#include "app/notify.h"

#include "core/i18n.h"

#include <stdio.h>

/* The gravest of those that rang since then, the latest of equals. */
static const struct alert *
loudest(const struct alerts *a, int64_t since_ms)
{
	const struct alert *best = NULL;

	for (uint32_t i = 0; i < a->n; i++) {
		const struct alert *v = &a->v[i];

		if (!alert_is_open(v) || v->ack_ms != 0 ||
		    v->rang_ms <= since_ms || v->severity == SEV_INFO)
			continue;
		if (best == NULL || v->severity > best->severity ||
		    (v->severity == best->severity &&
			v->rang_ms >= best->rang_ms))
			best = v;
	}
	return best;
}

static void
make_title(const struct model *m, char *dst, size_t cap)
{
	const struct alert *v = loudest(&m->alerts, INT64_MIN);
	struct buf counts;

	buf_init(&counts, 32);
	if (alerts_summary(&m->alerts, &counts) == SEV_INFO || v == NULL)
		(void)snprintf(dst, cap, "mtadeck");
	else
		(void)snprintf(dst, cap, "mtadeck %s %s: %s", buf_cstr(&counts),
		    alert_rule_title(v->rule),
		    strcmp(v->cause, "*") == 0 ? _("all") : v->cause);
	buf_done(&counts);
}

static void
hear(struct notify *n, const struct model *m, struct notice *out)
{
	const struct alert *v = loudest(&m->alerts, n->rang_ms);
	struct buf text;

	out->bell = (n->config->bell & BELL_AUDIBLE) != 0;
	if (v == NULL || (n->config->bell & BELL_VISUAL) == 0)
		return;
	buf_init(&text, 4096);
	if (alert_text(m, v, &text) == ERR_OK)
		str_copy(out->say, sizeof out->say, buf_view(&text));
	buf_done(&text);
}

void
notify_look(
    struct notify *n, const struct model *m, bool quiet, struct notice *out)
{
	char title[sizeof n->title];

	*out = (struct notice){0};
	if (m->alerts.rings != n->rings) {
		if (!quiet)
			hear(n, m, out);
		n->rings = m->alerts.rings;
		n->rang_ms = m->now_ms;
	}
	if (!n->config->title)
		return;
	make_title(m, title, sizeof title);
	if (strcmp(title, n->title) == 0)
		return;
	str_copy(n->title, sizeof n->title, str_of(title));
	out->title = n->title;
}
