/*
 * view_log.c - the tail of all hosts' logs. Only lines that are shown are
 * looked at; a filter that matches little reads at most SCAN_LINES backwards a
 * frame and says so. Following is the normal state; scrolling up or freezing
 * stays at a line number. A narrow screen shows deliveries in brief (way out,
 * queue id, recipient, status, reply) until it is moved sideways.
 */
#include "tui/figure.h"
#include "tui/pager.h"
#include "tui/views.h"
#include "tui/widget.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/shape.h"

#include <limits.h>

enum { SCAN_LINES = 20000, TIME_COLS = 8, WHOLE_COLS = 130 };

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

/* What a line says: a mark and a colour. */
struct kind {
	const char *text;
	enum role role;
	char mark;
};

static struct kind
kind_of(struct str line)
{
	static const struct kind kinds[] = {
	    {"status=sent", ROLE_TEXT, '+'},
	    {"status=deferred", ROLE_WARN, '!'},
	    {"status=bounced", ROLE_CRIT, 'x'},
	    {"status=expired", ROLE_CRIT, 'x'},
	    {" reject: ", ROLE_WARN, '!'},
	    {" fatal: ", ROLE_CRIT, 'x'},
	    {" panic: ", ROLE_CRIT, 'x'},
	    {" error: ", ROLE_CRIT, 'x'},
	    {" warning: ", ROLE_WARN, '!'},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_find(line, str_of(kinds[i].text)) != SIZE_MAX)
			return kinds[i];
	return (struct kind){"", ROLE_DIM, ' '};
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
 * *budget lines, which it uses up. */
static bool
step(const struct model *m, const struct level *l, uint64_t *seq, bool back,
    int *budget)
{
	uint64_t at = *seq, first = logring_first(m->log);
	uint64_t end = logring_end(m->log);
	struct logring_line line;

	while ((*budget)-- > 0) {
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
	int budget = SCAN_LINES;
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
	for (; by < 0 && step(m, l, &seq, true, &budget); by++)
		continue;
	for (; by > 0 && step(m, l, &seq, false, &budget); by--)
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
	int budget = SCAN_LINES;
	uint64_t seq, from;

	if (m->log == NULL)
		return false;
	from = bottom_of(m, l);
	seq = from - (from > 0);
	/* The first search looks at the bottom line too. */
	if (back && l->follow)
		seq = from;
	while (step(m, l, &seq, back, &budget)) {
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
host_cols(const struct model *m, int cols)
{
	int widest = 4;

	for (host_id i = 0; i < m->n_hosts; i++) {
		int name = (int)utf8_cols(str_of(m->hosts[i].name));

		if (name > widest)
			widest = name;
	}
	return widest > cols / 10 ? cols / 10 : widest;
}

/* What matched lies where the text was drawn. */
static void
mark_matches(const struct level *l, struct grid *g, struct rect r, int row,
    int col, struct str text)
{
	text_mark(g, r, row, col, r.cols - col, text, str_of(l->filter));
	text_mark(g, r, row, col, r.cols - col, text, str_of(l->find));
}

/* What a narrow screen shows of a delivery line. */
struct brief {
	struct str way; /* "out1" of postfix/out1/smtp[77], else "smtp" */
	struct str qid, to, status, reply;
};

/* The text between two marks behind *from; *from moves behind the second. */
static bool
between(struct str s, size_t *from, const char *head, const char *tail,
    struct str *out)
{
	size_t at = str_find(str_from(s, *from), str_of(head)), end;

	if (at == SIZE_MAX)
		return false;
	*out = str_from(s, *from + at + strlen(head));
	end = str_find(*out, str_of(tail));
	if (end == SIZE_MAX)
		return false;
	out->n = end;
	*from = (size_t)(out->p - s.p) + end + strlen(tail);
	return true;
}

/* "postfix/out1/smtp" to "out1", "postfix/smtp" to "smtp". */
static struct str
way_of(struct str tag)
{
	const char *last = memrchr(tag.p, '/', tag.n);
	struct str head = tag;

	if (last == NULL)
		return tag;
	head.n = (size_t)(last - tag.p);
	last = memrchr(head.p, '/', head.n);
	if (last == NULL)
		return str_from(tag, head.n + 1);
	return str_from(head, (size_t)(last - head.p) + 1);
}

static bool
brief_of(struct str body, struct brief *b)
{
	size_t at = 0;
	struct str tag;
	bool remote;

	if (!between(body, &at, "", "[", &tag) || tag.n == 0 ||
	    !between(body, &at, "]: ", ": to=<", &b->qid) ||
	    !between(body, &at, "", ">, ", &b->to) ||
	    !between(body, &at, ", status=", " (", &b->status))
		return false;
	b->way = way_of(tag);
	b->reply = str_from(body, at);
	if (str_ends(b->reply, STR_LIT(")")))
		b->reply.n--;
	b->reply = shape_reply(b->reply, &remote);
	return true;
}

/* Draws a piece and marks in it what matched; the column behind it. */
static int
draw_piece(const struct level *l, struct grid *g, struct rect r, int row,
    int col, int cols, enum role role, struct str text)
{
	int used = grid_text(g, r, row, col, cols, role, true, text);

	mark_matches(l, g, r, row, col, text);
	return col + (used > 0 ? used + 1 : 0);
}

static void
draw_brief(const struct level *l, struct grid *g, struct rect r, int row,
    int col, enum role role, const struct brief *b)
{
	col = draw_piece(l, g, r, row, col, 8, ROLE_HEAD, b->way);
	col = draw_piece(l, g, r, row, col, 16, ROLE_DIM, b->qid);
	col = draw_piece(l, g, r, row, col, r.cols / 4, role, b->to);
	col = draw_piece(l, g, r, row, col, 9, role, b->status);
	(void)draw_piece(l, g, r, row, col, -1, role, b->reply);
}

static void
draw_line(const struct model *m, const struct level *l, struct grid *g,
    struct rect r, int row, const struct logring_line *line)
{
	struct str body = body_of(line->text);
	struct kind kind = kind_of(line->text);
	int col = TIME_COLS + 2, width = host_cols(m, r.cols);
	struct utf8_glyph gl;
	struct brief brief;
	char at[CLOCK_TEXT];

	grid_put(g, r, row, TIME_COLS, kind.role, (char32_t)kind.mark);
	(void)grid_puts(g, r, row, 0, ROLE_DIM, clock_hms(at, line->at_ms));
	if (line->host < m->n_hosts)
		(void)grid_text(g, r, row, col, width, ROLE_HEAD, true,
		    str_of(m->hosts[line->host].name));
	col += width + 1;
	if (r.cols < WHOLE_COLS && l->scroll_col == 0 &&
	    brief_of(body, &brief)) {
		draw_brief(l, g, r, row, col, kind.role, &brief);
		return;
	}
	for (int skip = l->scroll_col; skip > 0 && utf8_next(&body, &gl);)
		skip -= gl.cols;
	(void)draw_piece(l, g, r, row, col, -1, kind.role, body);
}

static void
render(struct model *m, struct ui *ui, struct grid *g, struct rect r)
{
	const struct level *l = ui_top_const(ui);
	struct logring_line line;
	int row = r.rows, budget = SCAN_LINES;
	uint64_t seq;

	r.col++;
	r.cols -= 2;
	if (m->log == NULL)
		return;
	seq = bottom_of(m, l);
	ui->log_top = seq;
	while (row > 0 && step(m, l, &seq, true, &budget) &&
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
	unsigned live = hosts_live(m), gaps = 0;
	char n[NUM_TEXT];

	if (m->log == NULL) {
		(void)buf_puts(out, _("no log is kept"));
		return ROLE_UNKNOWN;
	}
	first = logring_first(m->log);
	end = logring_end(m->log);
	behind = end - bottom_of(m, l);
	for (host_id i = 0; i < m->n_hosts; i++)
		gaps += m->hosts[i].n_gaps;
	if (l->follow)
		(void)buf_puts(out, _("following; "));
	else
		(void)buf_printf(out, _("stopped, %s newer lines: G follows; "),
		    num_count(n, behind));
	(void)buf_printf(out, _("%s lines held, "), num_count(n, end - first));
	hosts_live_text(m, ui, out);
	if (gaps > 0)
		(void)buf_printf(out, _("; lines were lost: 6 says when"));
	if (l->filter[0] != '\0' && end - first > SCAN_LINES)
		(void)buf_printf(
		    out, _("; the filter looks at %d lines"), SCAN_LINES);
	return gaps > 0 || live < m->n_hosts ? ROLE_WARN
	       : l->follow		     ? ROLE_OK
					     : ROLE_STALE;
}

/* The newest lines that pass the filter, oldest first. */
static void
text(const struct model *m, const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	struct logring_line line;
	uint64_t end, seq;
	char at[CLOCK_TEXT];

	if (m->log == NULL)
		return;
	end = bottom_of(m, l);
	seq = logring_first(m->log);
	if (end - seq > SCAN_LINES)
		seq = end - SCAN_LINES;
	for (; seq < end; seq++) {
		if (!logring_get(m->log, seq, &line) || !shown(l, &line))
			continue;
		(void)buf_printf(out, "%s ", clock_rfc3339(at, line.at_ms));
		if (line.host < m->n_hosts)
			(void)buf_printf(out, "%s ", m->hosts[line.host].name);
		(void)utf8_clean(out, line.text);
		(void)buf_putc(out, '\n');
	}
}

const struct view view_log = {
    .name = "log",
    .title = N_("Log"),
    .ctx = CTX_LOG,
    .render = render,
    .text = text,
    .summary = summary,
};
