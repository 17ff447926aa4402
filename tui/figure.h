/*
 * figure.h - how figures become cells, the same in every view: what is unknown
 * is "?" or "-" and sorts last, a state is colour and mark and word, old
 * figures look old.
 */
#ifndef TUI_FIGURE_H
#define TUI_FIGURE_H

#include "tui/view.h"

#include "core/clock.h"

/* Figures of a host that come every few seconds are old after this. */
enum { READ_PERIOD_MS = 10000 };

void fig_text(struct cellv *c, struct str text);
void fig_printf(struct cellv *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "1.2k" */
void fig_count(struct cellv *c, uint64_t n);
/* "?": there is a figure, we do not know it. */
void fig_unknown(struct cellv *c);
/* "-": there is none. */
void fig_none(struct cellv *c);
/* Share in 1/1000 as percent, "-" when negative; n: how many it stands on.
 * "!" from 10 %, "!!" from 50 % on, when n is not just one or two. */
void fig_share(struct cellv *c, int milli, uint32_t n);
/* Time since at_ms in one unit, four columns: "95s" "12m"; "?" when 0. */
void fig_age(struct cellv *c, int64_t now_ms, int64_t at_ms);
/* When something began: "09:12" within 20 hours, else "3d"; "?" when 0. */
void fig_since(struct cellv *c, int64_t now_ms, int64_t at_ms);
/* The same as a text of at most five columns. Returns dst. */
char *fig_since_text(char dst[CLOCK_TEXT], int64_t now_ms, int64_t at_ms);
/* Since when a listing holds: as above, but "~3d" when there was a time in
 * which nobody looked, so that it may not have held all the while. */
char *fig_listed_text(
    char dst[CLOCK_TEXT], int64_t now_ms, int64_t at_ms, int64_t unwatched_ms);
void fig_listed_since(
    struct cellv *c, int64_t now_ms, int64_t at_ms, int64_t unwatched_ms);
/* One value a minute up to now; what the host's log did not show is a gap. */
void fig_series(struct cellv *c, enum role role, struct tally *t,
    enum figure what, const struct host *h, int64_t now_ms);

/* The same of a throttle's refusals. */
void fig_refusals(struct cellv *c, const struct throttle *t,
    const struct host *h, int64_t now_ms);

/* A host's log is being read and its history is in. */
bool host_live(const struct host *h);
/* How many are; and as a text: "2 of 3 hosts live", of a recording that has
 * ended were live. */
unsigned hosts_live(const struct model *m);
void hosts_live_text(
    const struct model *m, const struct ui *ui, struct buf *out);
/* "up", "down", .. */
const char *host_state(const struct host *h);
/* The same for a screen that may show the end of a recording: "was up". */
const char *host_state_seen(const struct ui *ui, const struct host *h);
enum role host_role(const struct host *h);
/* '+' well, '?' on its way, '!' asks a person, 'x' down. */
char host_mark(const struct host *h);
/* It failed since it was up last, also while it is tried again. */
bool host_down(const struct host *h);
/* Since when it is in its state: of one that is down, since it is. */
int64_t host_since_ms(const struct host *h);
/* Why a host that is not up is not: since when, why, what happens next. */
void host_trouble(const struct host *h, int64_t now_ms, struct buf *out);
/* Where there are several problems, the worst role wins. */
enum role role_worse(enum role a, enum role b);

/* Row keys: what kind of thing, and which. */
row_key key_of(enum view_id view, uint64_t id);

#endif
