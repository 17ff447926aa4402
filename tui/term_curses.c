/*
 * term_curses.c - the terminal by ncursesw: the only file that knows curses.
 *
 * A terminal that stalls (Ctrl-S, a dead connection behind it) must cost a
 * frame, never the program, and curses writes until all is out. So while it
 * writes a frame its descriptor is a memory file; the bytes are then handed to
 * the terminal as far as it takes them, without blocking, and no new frame is
 * made before the last one is through.
 *
 * Keys are read through a pad of their own, because reading from a window
 * would refresh it.
 */
#include "tui/term.h"

#include "core/i18n.h"
#include "tui/term_place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#undef KEY_NONE

enum {
	PAIRS_MAX = 240,
	ESC_DELAY_MS = 25,
	PENDING_MAX = 4 << 20,
	CLOSE_WAIT_MS = 300,
};

/* Everything curses defines as KEY_x that term.h names differently. */
static const struct {
	int curses;
	int32_t ours;
} special[] = {
    {KEY_UP, KEY_UP_},
    {KEY_DOWN, KEY_DOWN_},
    {KEY_LEFT, KEY_LEFT_},
    {KEY_RIGHT, KEY_RIGHT_},
    {KEY_PPAGE, KEY_PGUP_},
    {KEY_NPAGE, KEY_PGDN_},
    {KEY_HOME, KEY_HOME_},
    {KEY_END, KEY_END_},
    {KEY_DC, KEY_DEL_},
    {KEY_BTAB, KEY_BTAB_},
    {KEY_BACKSPACE, 8},
    {KEY_ENTER, 13},
    {KEY_RESIZE, KEY_RESIZE_},
};

struct pair {
	int fg, bg;
};

struct term {
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading keys from it draws nothing */
	const struct theme *theme;
	struct grid last; /* what the terminal shows */
	bool whole;	  /* draw everything next time */
	bool can_color;	  /* the terminal does, and nobody minds */
	bool colors;	  /* and the theme has some */
	bool titled;	  /* the title is ours; the other is put by */
	bool pasting;	  /* between a paste's begin and end */
	int cursor_row, cursor_col;
	struct pair pairs[PAIRS_MAX];
	int n_pairs;
	FILE *out;	    /* owned; curses writes to it.. */
	int out_fd;	    /* ..by this number: terminal, or memory file */
	int real_fd;	    /* the terminal, as it was given to us */
	int tty_fd;	    /* the same, ours alone and not blocking */
	int mem_fd;	    /* memory file */
	struct buf frame;   /* as curses wrote it */
	struct buf pending; /* of the last frame, not yet taken */
	struct term_place place; /* save NULL: the terminal has no such thing */
};

/* xterm's window operations: put the title by, and take it back. Terminals
 * that know titles know these, or let them pass. */
#define TITLE_PUT  "\033[22;2t"
#define TITLE_BACK "\033[23;2t"

/* Terminals that know bracketed paste put these around it; others ignore it. */
#define PASTE_ON    "\033[?2004h"
#define PASTE_OFF   "\033[?2004l"
#define PASTE_BEGIN "\033[200~"
#define PASTE_END   "\033[201~"
enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END = KEY_MAX + 2 };

/* The terminal as it was, for a crash handler, which has no context pointer:
 * the one piece of state outside of a struct. */
static struct {
	volatile bool taken, titled;
	struct termios was;
} crash;

/* Hands over what the terminal takes now; true when nothing is left. */
static bool
flush(struct term *t)
{
	while (t->pending.n > 0) {
		ssize_t n = write(t->tty_fd, t->pending.p, t->pending.n);

		if (n <= 0)
			return false;
		buf_shift(&t->pending, (size_t)n);
	}
	return true;
}

/* From here on curses writes to memory. */
static void
capture(struct term *t)
{
	(void)fflush(t->out);
	(void)dup2(t->mem_fd, t->out_fd);
}

/* Back to the terminal; what was written is pending. How many bytes. */
static size_t
release(struct term *t)
{
	char block[4096];
	off_t at = 0;
	ssize_t n;

	(void)fflush(t->out);
	(void)dup2(t->real_fd, t->out_fd);
	buf_reset(&t->frame);
	while ((n = pread(t->mem_fd, block, sizeof block, at)) > 0) {
		(void)buf_add(&t->frame, block, (size_t)n);
		at += n;
	}
	if (t->place.save != NULL)
		term_place(&t->pending, &t->place, buf_view(&t->frame));
	else
		(void)buf_str(&t->pending, buf_view(&t->frame));
	(void)!ftruncate(t->mem_fd, 0);
	(void)lseek(t->mem_fd, 0, SEEK_SET);
	return (size_t)at;
}

/* Our own opening of the terminal, so that not blocking is ours too and not
 * the shell's that shares the other one. */
static int
open_tty(void)
{
	const char *name = ttyname(STDOUT_FILENO);
	int fd = -1;

	if (name != NULL)
		fd = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		fd = open(
		    "/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd;
}

static bool
open_files(struct term *t)
{
	buf_init(&t->frame, PENDING_MAX);
	buf_init(&t->pending, PENDING_MAX);
	t->tty_fd = open_tty();
	t->mem_fd = memfd_create("mtadeck-frame", MFD_CLOEXEC);
	t->real_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	t->out_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (t->tty_fd < 0 || t->mem_fd < 0 || t->real_fd < 0 || t->out_fd < 0)
		return false;
	t->out = fdopen(t->out_fd, "w");
	return t->out != NULL;
}

static void
close_files(struct term *t)
{
	if (t->out != NULL)
		(void)fclose(t->out);
	else if (t->out_fd >= 0)
		(void)close(t->out_fd);
	if (t->real_fd >= 0)
		(void)close(t->real_fd);
	if (t->tty_fd >= 0)
		(void)close(t->tty_fd);
	if (t->mem_fd >= 0)
		(void)close(t->mem_fd);
	buf_done(&t->frame);
	buf_done(&t->pending);
}

/* What the terminal has for term_place(); what must be waited for is none. */
static struct term_place
place_of_terminal(void)
{
	const char *s[] = {tigetstr("sc"), tigetstr("rc"), tigetstr("cuf1")};

	for (int i = 0; i < 3; i++)
		if (s[i] == NULL || strchr(s[i], '$') != NULL)
			return (struct term_place){NULL, NULL, NULL};
	return (struct term_place){s[0], s[1], s[2]};
}

static bool
start_curses(struct term *t, char *why, size_t why_cap)
{
	t->screen = newterm(NULL, t->out, stdin);
	if (t->screen == NULL) {
		const char *name = getenv("TERM");

		(void)snprintf(why, why_cap,
		    _("terminal \"%s\" is not known here: set TERM"),
		    name == NULL ? "" : name);
		return false;
	}
	(void)set_term(t->screen);
	if (tigetstr("cup") == NULL) {
		(void)snprintf(why, why_cap,
		    _("terminal \"%s\" cannot place text: set TERM to what "
		      "this terminal is; `mtadeck status` and the other "
		      "commands print without one"),
		    getenv("TERM"));
		return false;
	}
	t->place = place_of_terminal();
	t->keys = newpad(1, 1);
	if (t->keys == NULL) {
		(void)snprintf(why, why_cap, "%s", err_text(ERR_NOMEM));
		return false;
	}
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)set_escdelay(ESC_DELAY_MS);
	(void)keypad(t->keys, TRUE);
	(void)nodelay(t->keys, TRUE);
	(void)define_key(PASTE_BEGIN, KEY_PASTE_BEGIN);
	(void)define_key(PASTE_END, KEY_PASTE_END);
	(void)buf_puts(&t->pending, PASTE_ON);
	(void)leaveok(stdscr, FALSE);
	(void)scrollok(stdscr, FALSE);
	return true;
}

err_t
term_open(
    struct term **out, const struct term_opts *o, char *why, size_t why_cap)
{
	struct term *t;

	if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
		(void)snprintf(why, why_cap,
		    _("the console needs a terminal; `mtadeck status` and "
		      "the other commands print without one"));
		return ERR_IO;
	}
	t = calloc(1, sizeof *t);
	if (t == NULL)
		return ERR_NOMEM;
	t->out_fd = t->real_fd = t->tty_fd = t->mem_fd = -1;
	(void)tcgetattr(STDIN_FILENO, &crash.was);
	if (!open_files(t)) {
		(void)snprintf(
		    why, why_cap, _("the terminal: %s"), strerror(errno));
		term_close(t);
		return ERR_IO;
	}
	if (!start_curses(t, why, why_cap)) {
		term_close(t);
		return ERR_IO;
	}
	crash.taken = true;
	t->theme = o->theme;
	t->can_color = !o->no_color && has_colors() && start_color() != ERR &&
		       COLORS >= 8 && use_default_colors() != ERR;
	t->colors = t->can_color && !o->theme->mono;
	if (o->mouse) {
		(void)mousemask(
		    BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
		(void)mouseinterval(0);
	}
	t->whole = true;
	t->cursor_row = t->cursor_col = -1;
	*out = t;
	return ERR_OK;
}

/* Lets a slow terminal have the last bytes, but does not wait for a dead one.
 */
static void
flush_last(struct term *t)
{
	struct pollfd p = {.fd = t->tty_fd, .events = POLLOUT};

	/* One that was hung up is "writable" for ever. */
	while (!flush(t) && poll(&p, 1, CLOSE_WAIT_MS) == 1 &&
	       (p.revents & (POLLOUT | POLLERR | POLLHUP)) == POLLOUT)
		continue;
}

void
term_close(struct term *t)
{
	if (t == NULL)
		return;
	if (t->screen != NULL) {
		(void)set_term(t->screen);
		capture(t);
		(void)mousemask(0, NULL);
		(void)curs_set(1);
		if (t->keys != NULL)
			(void)delwin(t->keys);
		(void)endwin();
		(void)release(t);
		(void)buf_puts(&t->pending, PASTE_OFF);
		if (t->titled)
			(void)buf_puts(&t->pending, TITLE_BACK);
		flush_last(t);
		/* The modes again: while curses wrote, they went to memory. */
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &crash.was);
		delscreen(t->screen);
	}
	crash.taken = crash.titled = false;
	close_files(t);
	grid_done(&t->last);
	free(t);
}

void
term_restore_raw(void)
{
	/* Pastes and mouse off, colours off, cursor on, main screen. */
	static const char reset[] =
	    PASTE_OFF "\033[?1006l\033[?1002l\033[?1000l\033[0m"
		      "\033[?25h\033[?1049l\r\n";

	if (!crash.taken)
		return;
	crash.taken = false;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &crash.was);
	if (write(STDOUT_FILENO, reset, sizeof reset - 1) < 0)
		return; /* nobody left to tell */
	if (crash.titled &&
	    write(STDOUT_FILENO, TITLE_BACK, sizeof TITLE_BACK - 1) < 0)
		return;
}

void
term_size(const struct term *t, int *rows, int *cols)
{
	(void)t;
	*rows = LINES;
	*cols = COLS;
}

void
term_resized(struct term *t)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
	    ws.ws_col > 0)
		(void)resizeterm(ws.ws_row, ws.ws_col);
	t->whole = true;
}

void
term_set_theme(struct term *t, const struct theme *theme)
{
	t->theme = theme;
	t->n_pairs = 0;
	t->whole = true;
	t->colors = t->can_color && !theme->mono;
}

/* The xterm-256 colour nearest to rgb: cube of 6 levels, or a grey. */
static int
to256(int32_t rgb)
{
	static const int level[6] = {0, 95, 135, 175, 215, 255};
	int c[3], i[3], dist = 0, grey, grey_dist = 0, mean;

	for (int k = 0; k < 3; k++) {
		c[k] = rgb >> (16 - 8 * k) & 255;
		i[k] = c[k] < 48 ? 0 : c[k] < 115 ? 1 : (c[k] - 35) / 40;
		dist += (c[k] - level[i[k]]) * (c[k] - level[i[k]]);
	}
	mean = (c[0] + c[1] + c[2]) / 3;
	grey = mean > 238 ? 23 : mean < 4 ? 0 : (mean - 3) / 10;
	for (int k = 0; k < 3; k++) {
		int d = c[k] - (8 + 10 * grey);

		grey_dist += d * d;
	}
	return grey_dist < dist ? 232 + grey : 16 + 36 * i[0] + 6 * i[1] + i[2];
}

static int
color_of(int32_t rgb, int16_t c16)
{
	if (rgb == COLOR_DEFAULT)
		return -1;
	if (COLORS > 256)
		return rgb; /* direct colour */
	if (COLORS == 256)
		return to256(rgb);
	return COLORS >= 16 ? c16 : c16 & 7;
}

static int
pair_of(struct term *t, int fg, int bg)
{
	if (fg == -1 && bg == -1)
		return 0;
	for (int i = 0; i < t->n_pairs; i++)
		if (t->pairs[i].fg == fg && t->pairs[i].bg == bg)
			return i + 1;
	if (t->n_pairs == PAIRS_MAX || t->n_pairs + 1 >= COLOR_PAIRS ||
	    init_extended_pair(t->n_pairs + 1, fg, bg) == ERR)
		return 0;
	t->pairs[t->n_pairs] = (struct pair){fg, bg};
	return ++t->n_pairs;
}

static attr_t
attrs_of(unsigned a)
{
	return (a & ATTR_BOLD ? A_BOLD : 0) | (a & ATTR_DIM ? A_DIM : 0) |
	       (a & ATTR_UNDERLINE ? A_UNDERLINE : 0) |
	       (a & ATTR_REVERSE ? A_REVERSE : 0) |
	       (a & ATTR_ITALIC ? A_ITALIC : 0);
}

/* How a cell looks: its role's style, with what lies over it on top. */
static void
look(struct term *t, const struct grid_cell *c, attr_t *attr, int *pair)
{
	const struct style *s = &t->theme->roles[c->role];
	struct style mix = *s;

	if (c->over != 0) {
		const struct style *o = &t->theme->roles[c->over];

		if (o->fg != COLOR_DEFAULT) {
			mix.fg = o->fg;
			mix.fg16 = o->fg16;
		}
		if (o->bg != COLOR_DEFAULT) {
			mix.bg = o->bg;
			mix.bg16 = o->bg16;
		}
		mix.attrs |= o->attrs;
		mix.mono_attrs |= o->mono_attrs;
	}
	*attr = attrs_of(t->colors ? mix.attrs : mix.mono_attrs);
	*pair = t->colors ? pair_of(t, color_of(mix.fg, mix.fg16),
				color_of(mix.bg, mix.bg16))
			  : 0;
}

static void
draw_row(struct term *t, const struct grid_cell *c, int row, int cols)
{
	for (int x = 0; x < cols; x++) {
		wchar_t text[3] = {(wchar_t)c[x].ch, (wchar_t)c[x].mark, 0};
		cchar_t out;
		attr_t attr;
		int pair;

		if (c[x].cols == 0)
			continue;
		look(t, &c[x], &attr, &pair);
		if (setcchar(&out, text, attr, (short)pair, NULL) == ERR) {
			text[0] = L'?';
			text[1] = 0;
			(void)setcchar(&out, text, attr, (short)pair, NULL);
		}
		(void)mvadd_wch(row, x, &out);
	}
}

static bool
has_ambiguous(const struct grid_cell *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (utf8_is_ambiguous(c[i].ch))
			return true;
	return false;
}

/* Writes the rows that differ to curses; how many cells differ. */
static size_t
draw_changes(struct term *t, const struct grid *g)
{
	size_t changed = 0, width = (size_t)g->cols;

	for (int y = 0; y < g->rows; y++) {
		const struct grid_cell *new = g->cells + (size_t)y *width;
		const struct grid_cell *old = t->last.cells + (size_t)y * width;
		size_t differ = 0;

		for (size_t x = 0; x < width; x++)
			differ += t->whole ||
				  memcmp(&new[x], &old[x], sizeof *new) != 0;
		if (differ > 0)
			draw_row(t, new, y, g->cols);
		/* One that took two columns hides, or hid, its neighbour,
		 * which curses does not know: the row as a whole. */
		if (differ > 0 && !t->whole &&
		    (has_ambiguous(new, width) || has_ambiguous(old, width)))
			(void)wredrawln(stdscr, y, 1);
		changed += differ;
	}
	return changed;
}

/* Curses' own part of a frame: cells, cursor, and the bytes they take. */
static size_t
write_frame(struct term *t, const struct grid *g, int row, int col)
{
	capture(t);
	if ((row < 0) != (t->cursor_row < 0) || t->whole)
		(void)curs_set(row < 0 ? 0 : 1);
	if (row >= 0)
		(void)move(row, col);
	else
		(void)move(g->rows - 1, g->cols - 1);
	(void)refresh();
	return release(t);
}

bool
term_draw(struct term *t, const struct grid *g, int cursor_row, int cursor_col,
    size_t *bytes)
{
	bool moved = cursor_row != t->cursor_row || cursor_col != t->cursor_col;
	size_t n;

	if (bytes != NULL)
		*bytes = 0;
	if (!flush(t))
		return false;
	if (t->last.rows != g->rows || t->last.cols != g->cols) {
		if (grid_resize(&t->last, g->rows, g->cols) != ERR_OK)
			return false;
		t->whole = true;
	}
	if (t->whole)
		(void)clearok(stdscr, TRUE);
	if (draw_changes(t, g) == 0 && !moved)
		return true;
	memcpy(t->last.cells, g->cells,
	    (size_t)g->rows * (size_t)g->cols * sizeof *g->cells);
	n = write_frame(t, g, cursor_row, cursor_col);
	t->whole = false;
	t->cursor_row = cursor_row;
	t->cursor_col = cursor_col;
	if (bytes != NULL)
		*bytes = n;
	return flush(t);
}

static bool
mouse_key(struct key *out)
{
	MEVENT ev;

	if (getmouse(&ev) == ERR)
		return false;
	out->code = KEY_MOUSE_;
	out->row = ev.y;
	out->col = ev.x;
	if ((ev.bstate & BUTTON4_PRESSED) != 0)
		out->mouse = MOUSE_WHEEL_UP;
	else if ((ev.bstate & BUTTON5_PRESSED) != 0)
		out->mouse = MOUSE_WHEEL_DOWN;
	else if ((ev.bstate & BUTTON1_PRESSED) != 0)
		out->mouse = MOUSE_PRESS;
	else
		return false;
	return true;
}

bool
term_key(struct term *t, struct key *out)
{
	wint_t ch;
	int kind;

	for (;;) {
		*out = (struct key){0};
		kind = wget_wch(t->keys, &ch);
		if (kind == ERR)
			return false;
		if (kind == KEY_CODE_YES &&
		    (ch == KEY_PASTE_BEGIN || ch == KEY_PASTE_END)) {
			t->pasting = ch == KEY_PASTE_BEGIN;
			continue;
		}
		out->pasted = t->pasting;
		if (kind == OK) {
			out->code = ch == 127	 ? 8
				    : ch == '\n' ? 13
						 : (int32_t)ch;
			return true;
		}
		if (ch == KEY_MOUSE) {
			if (mouse_key(out))
				return true;
			continue;
		}
		if (ch >= KEY_F(1) && ch <= KEY_F(12)) {
			out->code = KEY_F1_ + (int32_t)(ch - KEY_F(1));
			return true;
		}
		for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
			if ((wint_t)special[i].curses == ch) {
				out->code = special[i].ours;
				return true;
			}
		}
	}
}

void
term_bell(struct term *t)
{
	capture(t);
	(void)beep();
	(void)release(t);
	(void)flush(t);
}

/* Consoles without windows print what they do not know. */
static bool
has_title(void)
{
	static const char *const bare[] = {"linux", "vt", "dumb", "cons"};
	const char *name = termname();

	for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
		if (name == NULL || str_starts(str_of(name), str_of(bare[i])))
			return false;
	return true;
}

void
term_title(struct term *t, struct str title)
{
	struct buf *out = &t->pending;
	size_t before = out->n;

	if (!has_title())
		return;
	if (!t->titled)
		(void)buf_puts(out, TITLE_PUT);
	(void)buf_puts(out, "\033]2;");
	(void)utf8_clean(out, title);
	(void)buf_puts(out, "\007");
	/* Whole or not at all: a half sequence would eat the screen. */
	if (out->failed != ERR_OK) {
		out->n = before;
		out->failed = ERR_OK;
	} else {
		t->titled = crash.titled = true;
	}
	(void)flush(t);
}
