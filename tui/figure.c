/* figure.c - figures and host states as cells; see figure.h. */
#include "tui/figure.h"

#include "tui/ui.h"

#include "core/i18n.h"
#include "core/num.h"

#include <stdarg.h>
#include <stdio.h>

/* A share is a problem from these on, and when it stands on enough mail. */
enum { WARN_MILLI = 100, CRIT_MILLI = 500, WARN_LEAST = 3, CRIT_LEAST = 10 };
/* Until then a time of day says when; a day is no longer clear from there. */
enum { SINCE_CLOCK_MS = 20 * 3600 * 1000 };

void
fig_text(struct cellv *c, struct str text)
{
	c->text = text;
}

void
fig_printf(struct cellv *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c->own, sizeof c->own, fmt, ap);
	va_end(ap);
	c->text = str_of(c->own);
}

void
fig_count(struct cellv *c, uint64_t n)
{
	char text[NUM_TEXT];

	fig_printf(c, "%s", num_count(text, n));
	c->num = (double)n;
	if (n == 0)
		c->role = ROLE_DIM;
}

void
fig_unknown(struct cellv *c)
{
	c->text = STR_LIT("?");
	c->role = ROLE_UNKNOWN;
	c->known = false;
}

void
fig_none(struct cellv *c)
{
	c->text = STR_LIT("-");
	c->role = ROLE_DIM;
	c->known = false;
}

void
fig_share(struct cellv *c, int milli, uint32_t n)
{
	const char *mark = "";

	if (milli < 0) {
		fig_none(c);
		return;
	}
	if (milli >= CRIT_MILLI && n >= CRIT_LEAST) {
		c->role = ROLE_CRIT;
		mark = "!!";
	} else if (milli >= WARN_MILLI && n >= WARN_LEAST) {
		c->role = ROLE_WARN;
		mark = "!";
	} else if (milli == 0) {
		c->role = ROLE_DIM;
	}
	if (milli < WARN_MILLI)
		fig_printf(c, "%s%d.%d", mark, milli / 10, milli % 10);
	else
		fig_printf(c, "%s%d", mark, (milli + 5) / 10);
	c->num = milli / 10.0;
}

static void
age_text(char *dst, size_t cap, int64_t ms)
{
	int64_t s = ms < 0 ? 0 : ms / 1000;

	if (s < 100)
		(void)snprintf(dst, cap, "%ds", (int)s);
	else if (s < 100 * 60)
		(void)snprintf(dst, cap, "%dm", (int)(s / 60));
	else if (s < 48 * 3600)
		(void)snprintf(dst, cap, "%dh", (int)(s / 3600));
	else
		(void)snprintf(dst, cap, "%dd", (int)(s / 86400 % 1000));
}

void
fig_age(struct cellv *c, int64_t now_ms, int64_t at_ms)
{
	int64_t s = (now_ms - at_ms) / 1000;
	char text[CLOCK_TEXT];

	if (at_ms == 0) {
		fig_unknown(c);
		return;
	}
	age_text(text, sizeof text, now_ms - at_ms);
	fig_printf(c, "%s", text);
	c->num = (double)(s < 0 ? 0 : s);
}

char *
fig_since_text(char dst[CLOCK_TEXT], int64_t now_ms, int64_t at_ms)
{
	if (at_ms == 0) {
		str_copy(dst, CLOCK_TEXT, STR_LIT("?"));
	} else if (now_ms - at_ms >= SINCE_CLOCK_MS) {
		(void)snprintf(dst, CLOCK_TEXT, "%dd",
		    (int)((now_ms - at_ms + 43200000) / 86400000 % 10000));
	} else {
		(void)clock_hms(dst, at_ms);
		dst[5] = '\0';
	}
	return dst;
}

void
fig_since(struct cellv *c, int64_t now_ms, int64_t at_ms)
{
	char text[CLOCK_TEXT];

	if (at_ms == 0) {
		fig_unknown(c);
		return;
	}
	fig_printf(c, "%s", fig_since_text(text, now_ms, at_ms));
	c->num = (double)at_ms;
}

char *
fig_listed_text(
    char dst[CLOCK_TEXT], int64_t now_ms, int64_t at_ms, int64_t unwatched_ms)
{
	if (unwatched_ms == 0 || at_ms == 0)
		return fig_since_text(dst, now_ms, at_ms);
	dst[0] = '~';
	age_text(dst + 1, CLOCK_TEXT - 1, now_ms - at_ms);
	return dst;
}

void
fig_listed_since(
    struct cellv *c, int64_t now_ms, int64_t at_ms, int64_t unwatched_ms)
{
	char text[CLOCK_TEXT];

	fig_since(c, now_ms, at_ms);
	if (unwatched_ms == 0 || at_ms == 0)
		return;
	fig_printf(c, "%s", fig_listed_text(text, now_ms, at_ms, unwatched_ms));
}

/* Did anybody watch the host's log in this minute? */
static bool
blind(const struct host *h, int64_t from_ms, int64_t to_ms)
{
	if (h->log_from_ms == 0 || to_ms <= h->log_from_ms)
		return true;
	if (!host_live(h) && from_ms > h->log_at_ms)
		return true;
	for (unsigned i = 0; i < h->n_gaps && i < MAX_GAPS; i++)
		if (from_ms >= h->gaps[i].from_ms && to_ms <= h->gaps[i].to_ms)
			return true;
	return false;
}

/* Points that were read: what nobody saw becomes a gap. */
static void
fig_points(
    struct cellv *c, enum role role, const struct host *h, int64_t now_ms)
{
	int64_t end = now_ms / SERIES_MIN_MS * SERIES_MIN_MS + SERIES_MIN_MS;

	c->graph_n = GRAPH_POINTS;
	c->role = role;
	for (int i = 0; i < GRAPH_POINTS; i++) {
		int64_t to =
		    end - (GRAPH_POINTS - 1 - i) * (int64_t)SERIES_MIN_MS;

		c->num += c->graph[i];
		if (c->graph[i] == 0 && blind(h, to - SERIES_MIN_MS, to))
			c->graph[i] = GRAPH_GAP;
	}
}

void
fig_series(struct cellv *c, enum role role, struct tally *t, enum figure what,
    const struct host *h, int64_t now_ms)
{
	tally_read(t, what, now_ms, SERIES_MIN_MS, c->graph, GRAPH_POINTS);
	fig_points(c, role, h, now_ms);
}

void
fig_refusals(struct cellv *c, const struct throttle *t, const struct host *h,
    int64_t now_ms)
{
	series_read(
	    &t->refused, 0, now_ms, SERIES_MIN_MS, c->graph, GRAPH_POINTS);
	fig_points(c, ROLE_GRAPH_BAD, h, now_ms);
}

bool
host_live(const struct host *h)
{
	return h->link == LINK_UP && h->log_live;
}

unsigned
hosts_live(const struct model *m)
{
	unsigned n = 0;

	for (host_id i = 0; i < m->n_hosts; i++)
		n += host_live(&m->hosts[i]);
	return n;
}

void
hosts_live_text(const struct model *m, const struct ui *ui, struct buf *out)
{
	(void)buf_printf(out,
	    ui_over(ui) ? _("%u of %u hosts were live")
			: _("%u of %u hosts live"),
	    hosts_live(m), (unsigned)m->n_hosts);
}

static const struct {
	const char *word;
	enum role role;
	char mark;
} states[] = {
    [LINK_IDLE] = {N_("idle"), ROLE_UNKNOWN, '?'},
    [LINK_RESOLVING] = {N_("resolving"), ROLE_UNKNOWN, '?'},
    [LINK_CONNECTING] = {N_("connecting"), ROLE_UNKNOWN, '?'},
    [LINK_HANDSHAKE] = {N_("key check"), ROLE_UNKNOWN, '?'},
    [LINK_AUTH] = {N_("logging in"), ROLE_UNKNOWN, '?'},
    [LINK_DISCOVERY] = {N_("discovering"), ROLE_UNKNOWN, '?'},
    [LINK_UP] = {N_("up"), ROLE_OK, '+'},
    [LINK_WAITING] = {N_("down"), ROLE_CRIT, 'x'},
    [LINK_ASKING] = {N_("asks you"), ROLE_WARN, '!'},
    [LINK_FAILED] = {N_("failed"), ROLE_CRIT, 'x'},
};

const char *
host_state(const struct host *h)
{
	if (h->link == LINK_UP && !h->log_live)
		return _("reading log");
	return _(states[h->link].word);
}

const char *
host_state_seen(const struct ui *ui, const struct host *h)
{
	return ui_over(ui) && host_mark(h) == '+' ? _("was up") : host_state(h);
}

enum role
host_role(const struct host *h)
{
	return h->link == LINK_UP && !h->log_live ? ROLE_UNKNOWN
						  : states[h->link].role;
}

char
host_mark(const struct host *h)
{
	return h->link == LINK_UP && !h->log_live ? '?' : states[h->link].mark;
}

bool
host_down(const struct host *h)
{
	return h->down_since_ms != 0 && h->link != LINK_ASKING;
}

int64_t
host_since_ms(const struct host *h)
{
	return host_mark(h) == 'x' && h->down_since_ms != 0 ? h->down_since_ms
							    : h->link_since_ms;
}

void
host_trouble(const struct host *h, int64_t now_ms, struct buf *out)
{
	char at[CLOCK_TEXT], age[NUM_TEXT], next[NUM_TEXT];

	if (h->link_since_ms == 0) {
		(void)buf_printf(
		    out, _("%s: no connection was tried yet."), h->name);
		return;
	}
	(void)buf_printf(out, _("%s %s since %s (%s)"), h->name, host_state(h),
	    clock_hms(at, host_since_ms(h)),
	    num_age(age, now_ms - host_since_ms(h)));
	if (h->link_text[0] != '\0')
		(void)buf_printf(out, ": %s", h->link_text);
	buf_end_sentence(out);
	(void)buf_putc(out, ' ');
	if (h->link == LINK_WAITING && h->retry_at_ms > now_ms)
		(void)buf_printf(out, _("Next try in %s; R tries now."),
		    num_age(next, h->retry_at_ms - now_ms));
	else if (h->link == LINK_FAILED)
		(void)buf_puts(
		    out, _("It is not tried again by itself; R tries now."));
}

/* How much a role matters when one must stand for several. */
static int
weight(enum role r)
{
	switch (r) {
	case ROLE_CRIT:
		return 4;
	case ROLE_WARN:
		return 3;
	case ROLE_STALE:
		return 2;
	case ROLE_UNKNOWN:
		return 1;
	default:
		return 0;
	}
}

enum role
role_worse(enum role a, enum role b)
{
	return weight(b) > weight(a) ? b : a;
}

row_key
key_of(enum view_id view, uint64_t id)
{
	return ((uint64_t)view + 1) << 56 ^ (id & UINT64_MAX >> 8);
}
