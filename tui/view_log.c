/*
 * view_log.c - the tail of all hosts' logs. Only lines that are shown are
 * looked at; a filter that matches little reads at most SCAN_LINES backwards a
 * frame and says so. Following is the normal state; scrolling up or freezing
 * stays at a line number.
 */
#include "tui/figure.h"
#include "tui/pager.h"
#include "tui/views.h"
#include "tui/widget.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"

#include <limits.h>

enum { SCAN_LINES = 20000, TIME_COLS = 8, HOST_COLS_MAX = 16 };

/* Is the line one of those this level shows. */
static bool
shown(const struct level *l, const struct logring_line *line)
{
	if (l->host != HOST_NONE && line->host != l->host)
		return false;
	return l->filter[0] == '\0' ||
	       text_find(line->text, str_of(l->filter)) != SIZE_MAX;
}

/* Without the time and host a syslog line begins with: both have columns. */
static struct str
body_of(struct str line)
{
	struct str rest = line, word;
	int skip = line.n > 0 && line.p[0] >= '0' && line.p[0] <= '9' ? 2 : 4;

	for (int i = 0; i < skip; i++)
		if (!str_word(&rest, &word))
			return line;
	while (rest.n > 0 && rest.p[0] == ' ')
		rest = str_from(rest, 1);
	return rest.n == 0 ? line : rest;
}

static enum role
line_role(struct str line)
{
	static const struct {
		const char *text;
		enum role role;
	} marks[] = {
	    {"status=sent", ROLE_TEXT},
	    {"status=deferred", ROLE_WARN},
	    {"status=bounced", ROLE_CRIT},
	    {"status=expired", ROLE_CRIT},
	    {" reject: ", ROLE_WARN},
	    {" fatal: ", ROLE_CRIT},
	    {" panic: ", ROLE_CRIT},
	    {" error: ", ROLE_CRIT},
	    {" warning: ", ROLE_WARN},
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_find(line, str_of(marks[i].text)) != SIZE_MAX)
			return marks[i].role;
	return ROLE_DIM;
}

/* Number of the newest line that may be drawn, plus one. */
static uint64_t
bottom_of(const struct model *m, const struct level *l)
{
	uint64_t end = logring_end(m->log), first = logring_first(m->log);

	if (l->follow)
		return end;
	/* What was there may have been dropped since. */
	return l->log_seq < first ? first : l->log_seq > end ? end : l->log_seq;
}

/* The line above (below) `seq` that is shown; false when there is none within
 * SCAN_LINES. */
static bool
step(const struct model *m, const struct level *l, uint64_t *seq, bool back)
{
	uint64_t at = *seq, first = logring_first(m->log);
	uint64_t end = logring_end(m->log);
	struct logring_line line;

	for (int i = 0; i < SCAN_LINES; i++) {
		if (back ? at <= first : at + 1 >= end)
			return false;
		at = back ? at - 1 : at + 1;
		if (logring_get(m->log, at, &line) && shown(l, &line)) {
			*seq = at;
			return true;
		}
	}
	return false;
}

void
log_scroll(struct ui *ui, struct model *m, long by)
{
	struct level *l = ui_top(ui);
	uint64_t bottom, seq;

	if (m->log == NULL)
		return;
	bottom = bottom_of(m, l);
	if (by == LONG_MAX) {
		l->follow = !ui->frozen;
		l->log_seq = logring_end(m->log);
		return;
	}
	if (by == LONG_MIN) {
		l->follow = false;
		l->log_seq = logring_first(m->log) + (uint64_t)ui->body.rows;
		return;
	}
	seq = bottom - (bottom > 0);
	for (; by < 0 && step(m, l, &seq, true); by++)
		continue;
	for (; by > 0 && step(m, l, &seq, false); by--)
		continue;
	l->log_seq = seq + 1;
	/* Down past the newest line: follow again. */
	l->follow = by > 0 && !ui->frozen;
}

bool
log_find(struct ui *ui, struct model *m, bool back)
{
	struct level *l = ui_top(ui);
	struct str find = str_of(l->find);
	struct logring_line line;
	uint64_t seq, from;

	if (m->log == NULL)
		return false;
	from = bottom_of(m, l);
	seq = from - (from > 0);
	/* The first search looks at the bottom line too. */
	if (back && l->follow)
		seq = from;
	for (int i = 0; i < SCAN_LINES && step(m, l, &seq, back); i++) {
		if (!logring_get(m->log, seq, &line) ||
		    text_find(line.text, find) == SIZE_MAX)
			continue;
		l->log_seq = seq + 1;
		l->follow = false;
		return true;
	}
	return false;
}

static int
host_cols(const struct model *m)
{
	int widest = 4;

	for (host_id i = 0; i < m->n_hosts; i++) {
		int cols = (int)utf8_cols(str_of(m->hosts[i].name));

		if (cols > widest)
			widest = cols;
	}
	return widest > HOST_COLS_MAX ? HOST_COLS_MAX : widest;
}

static void
draw_line(const struct model *m, const struct level *l, struct grid *g,
    struct rect r, int row, const struct logring_line *line)
{
	struct str body = body_of(line->text);
	struct utf8_glyph gl;
	char at[CLOCK_TEXT];
	int col = TIME_COLS + 1, width = host_cols(m);

	(void)grid_puts(g, r, row, 0, ROLE_DIM, clock_hms(at, line->at_ms));
	if (line->host < m->n_hosts)
		(void)grid_text(g, r, row, col, width, ROLE_HEAD, true,
		    str_of(m->hosts[line->host].name));
	col += width + 1;
	for (int skip = l->scroll_col; skip > 0 && utf8_next(&body, &gl);)
		skip -= gl.cols;
	(void)grid_text(g, r, row, col, -1, line_role(line->text), true, body);
	if (l->filter[0] != '\0')
		text_mark(
		    g, r, row, col, r.cols - col, body, str_of(l->filter));
	if (l->find[0] != '\0')
		text_mark(g, r, row, col, r.cols - col, body, str_of(l->find));
}

static void
render(struct model *m, struct ui *ui, struct grid *g, struct rect r)
{
	const struct level *l = ui_top_const(ui);
	struct logring_line line;
	uint64_t seq;
	int row = r.rows;

	r.col++;
	r.cols -= 2;
	if (m->log == NULL)
		return;
	seq = bottom_of(m, l);
	ui->log_top = seq;
	while (row > 0 && step(m, l, &seq, true) &&
	       logring_get(m->log, seq, &line)) {
		draw_line(m, l, g, r, --row, &line);
		ui->log_top = seq;
	}
	if (row == r.rows)
		(void)grid_puts(g, r, 2, 1, ROLE_UNKNOWN,
		    l->filter[0] != '\0'
			? _("No line among those looked at holds the "
			    "filter's text: Esc clears it.")
			: _("No log line has come yet: 1 shows how far each "
			    "host is."));
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	uint64_t first, end, behind;
	unsigned live = 0, gaps = 0;
	char n[NUM_TEXT];

	if (m->log == NULL) {
		(void)buf_puts(out, _("no log is kept"));
		return ROLE_UNKNOWN;
	}
	first = logring_first(m->log);
	end = logring_end(m->log);
	behind = end - bottom_of(m, l);
	for (host_id i = 0; i < m->n_hosts; i++) {
		live += host_live(&m->hosts[i]);
		gaps += m->hosts[i].n_gaps;
	}
	if (l->follow)
		(void)buf_puts(out, _("following; "));
	else
		(void)buf_printf(out, _("stopped, %s newer lines: G follows; "),
		    num_count(n, behind));
	(void)buf_printf(out, _("%s lines held, %u of %u hosts live"),
	    num_count(n, end - first), live, (unsigned)m->n_hosts);
	if (gaps > 0)
		(void)buf_printf(out, _("; lines were lost: 6 says when"));
	if (l->filter[0] != '\0' && end - first > SCAN_LINES)
		(void)buf_printf(
		    out, _("; the filter looks at %d lines"), SCAN_LINES);
	return gaps > 0 || live < m->n_hosts ? ROLE_WARN
	       : l->follow		     ? ROLE_OK
					     : ROLE_STALE;
}

const struct view view_log = {
    .name = "log",
    .title = N_("Log"),
    .ctx = CTX_LOG,
    .render = render,
    .summary = summary,
};
