/*
 * term_curses_test.c - the terminal layer on a real pseudo terminal: a child
 * draws and reads keys, this side plays the terminal.
 */
#include "tests/unit/tui/test.h"
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { ROWS = 24, COLS = 80, WAIT_MS = 10000 };

/* A child with the terminal's other end; it reports through a pipe. */
struct child {
	pid_t pid;
	int tty, report;
};

typedef void scene_fn(struct term *t, int report);

static void
say(int report, unsigned char what)
{
	if (write(report, &what, 1) != 1)
		_exit(3);
}

/* Opens the terminal, runs the scene, closes it; in the child. */
static void
run_child(scene_fn *scene, int report)
{
	struct term_opts o = {.theme = &theme_default, .mouse = true};
	struct term *t = NULL;
	char why[256];

	(void)setlocale(LC_ALL, "C.UTF-8");
	(void)setenv("TERM", "xterm-256color", 1);
	if (term_open(&t, &o, why, sizeof why) != ERR_OK)
		_exit(2);
	scene(t, report);
	term_close(t);
	say(report, 'z');
	_exit(0);
}

static struct child
start(scene_fn *scene)
{
	struct winsize ws = {.ws_row = ROWS, .ws_col = COLS};
	struct child c;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	c.pid = forkpty(&c.tty, NULL, NULL, &ws);
	assert_true(c.pid >= 0);
	if (c.pid == 0) {
		(void)close(ends[0]);
		run_child(scene, ends[1]);
	}
	(void)close(ends[1]);
	c.report = ends[0];
	return c;
}

static bool
readable(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, wait_ms) == 1 && (p.revents & POLLIN) != 0;
}

/* What the child says next; the terminal is read meanwhile when `out` is
 * given, and left alone (stalled) when it is NULL. */
static unsigned char
hear(struct child *c, struct buf *out)
{
	unsigned char what = 0;
	char block[4096];

	for (int waited = 0; waited < WAIT_MS; waited += 20) {
		if (out != NULL && readable(c->tty, 0)) {
			ssize_t n = read(c->tty, block, sizeof block);

			if (n > 0)
				(void)buf_add(out, block, (size_t)n);
			waited = 0;
			continue;
		}
		if (readable(c->report, 20)) {
			assert_int_equal(read(c->report, &what, 1), 1);
			break;
		}
	}
	/* What came with it. */
	while (out != NULL && readable(c->tty, 0)) {
		ssize_t n = read(c->tty, block, sizeof block);

		if (n <= 0)
			break;
		(void)buf_add(out, block, (size_t)n);
	}
	return what;
}

static void
finish(struct child *c)
{
	int status;

	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	(void)close(c->tty);
	(void)close(c->report);
}

static void
fill(struct grid *g, unsigned seed)
{
	for (int y = 0; y < g->rows; y++)
		for (int x = 0; x < g->cols; x++)
			grid_put(g, whole(g), y, x,
			    (enum role)((unsigned)(x + y) % ROLE_N),
			    (char32_t)('!' + (seed + (unsigned)(x * y)) % 90));
}

static void
draw_twice(struct term *t, int report)
{
	struct grid g;
	size_t bytes = 0;
	bool ok;

	if (grid_init(&g, ROWS, COLS) != ERR_OK)
		_exit(4);
	(void)grid_puts(
	    &g, whole(&g), 3, 5, ROLE_CRIT, "hello \xe6\x97\xa5\xe6\x9c\xac");
	ok = term_draw(t, &g, -1, -1, &bytes);
	say(report, ok && bytes > 0 ? 'a' : 'A');
	ok = term_draw(t, &g, -1, -1, &bytes);
	say(report, ok && bytes == 0 ? 'b' : 'B');
	(void)grid_puts(&g, whole(&g), 3, 5, ROLE_CRIT, "jello");
	ok = term_draw(t, &g, -1, -1, &bytes);
	say(report, ok && bytes > 0 && bytes < 60 ? 'c' : 'C');
	grid_done(&g);
}

static void
nothing_changed_is_nothing_written(void **state)
{
	struct child c = start(draw_twice);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(hear(&c, &out), 'a');
	assert_non_null(
	    strstr(buf_cstr(&out), "hello \xe6\x97\xa5\xe6\x9c\xac"));
	assert_int_equal(hear(&c, &out), 'b');
	assert_int_equal(hear(&c, &out), 'c');
	assert_int_equal(hear(&c, &out), 'z');
	/* back to the main screen, cursor shown, mouse off */
	assert_non_null(strstr(buf_cstr(&out), "\033[?1049l"));
	assert_non_null(strstr(buf_cstr(&out), "\033[?1006;1000l"));
	buf_done(&out);
	finish(&c);
}

/* Of unknown width: the cursor is put where what follows belongs, and a row
 * that has one is drawn as a whole. */
static void
draw_ambiguous(struct term *t, int report)
{
	struct grid g;

	if (grid_init(&g, ROWS, COLS) != ERR_OK)
		_exit(4);
	(void)grid_puts(&g, whole(&g), 3, 5, ROLE_TEXT,
	    "at 25\xc2\xb0"
	    "C | and more");
	(void)term_draw(t, &g, -1, -1, NULL);
	say(report, 'a');
	(void)grid_puts(&g, whole(&g), 3, 20, ROLE_TEXT, "M");
	(void)term_draw(t, &g, -1, -1, NULL);
	say(report, 'b');
	grid_done(&g);
}

static void
ambiguous_widths_move_nothing(void **state)
{
	static const char placed[] = "25\0337\xc2\xb0\0338\033[CC |";
	struct child c = start(draw_ambiguous);
	const char *at;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(hear(&c, &out), 'a');
	assert_int_equal(hear(&c, &out), 'b');
	assert_int_equal(hear(&c, &out), 'z');
	at = strstr(buf_cstr(&out), placed);
	assert_non_null(at);
	assert_non_null(strstr(at + 1, placed));
	buf_done(&out);
	finish(&c);
}

static void
ring_and_name(struct term *t, int report)
{
	term_bell(t);
	term_title(t, STR_LIT("one \033]2;evil\007"));
	term_title(t, STR_LIT("two"));
	say(report, 't');
}

/* The title that was there is put by once, and taken back at the end. */
static void
the_title_is_given_back(void **state)
{
	struct child c = start(ring_and_name);
	struct buf out;
	const char *at;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(hear(&c, &out), 't');
	assert_int_equal(hear(&c, &out), 'z');
	at = strstr(buf_cstr(&out), "\007\033[22;2t\033]2;one ");
	assert_non_null(at);
	assert_null(strstr(at, "\033]2;evil"));
	at = strstr(at, "\033]2;two\007");
	assert_non_null(at);
	assert_null(strstr(at, "\033[22;2t"));
	assert_non_null(strstr(at, "\033[23;2t"));
	buf_done(&out);
	finish(&c);
}

/* Draws until the terminal takes no more, then once more. */
static void
draw_into_a_stall(struct term *t, int report)
{
	struct grid g;
	unsigned i = 0;

	if (grid_init(&g, ROWS, COLS) != ERR_OK)
		_exit(4);
	do
		fill(&g, i++);
	while (i < 1000 && term_draw(t, &g, -1, -1, NULL));
	say(report, i < 1000 ? 's' : 'S');
	for (i = 0; i < 100; i++) {
		fill(&g, i);
		if (term_draw(t, &g, -1, -1, NULL))
			say(report, 'T');
	}
	say(report, 't');
	/* The other side reads again: the newest frame gets through. */
	grid_clear(&g);
	(void)grid_puts(&g, whole(&g), 0, 0, ROLE_TEXT, "through");
	for (i = 0; i < WAIT_MS; i++) {
		if (term_draw(t, &g, -1, -1, NULL))
			break;
		(void)poll(NULL, 0, 1);
	}
	say(report, 'u');
	grid_done(&g);
}

static void
a_stalled_terminal_blocks_nothing(void **state)
{
	struct child c = start(draw_into_a_stall);
	struct buf out;

	(void)state;
	buf_init(&out, 16 << 20);
	assert_int_equal(hear(&c, NULL), 's');
	assert_int_equal(hear(&c, NULL), 't');
	assert_int_equal(hear(&c, &out), 'u');
	assert_int_equal(hear(&c, &out), 'z');
	assert_non_null(strstr(buf_cstr(&out), "through"));
	buf_done(&out);
	finish(&c);
}

/* As draw_into_a_stall, but then the other side is gone for good. */
static void
draw_and_lose_the_terminal(struct term *t, int report)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	struct grid g;
	unsigned i = 0;

	(void)signal(SIGHUP, SIG_IGN);
	if (grid_init(&g, ROWS, COLS) != ERR_OK)
		_exit(4);
	do
		fill(&g, i++);
	while (i < 1000 && term_draw(t, &g, -1, -1, NULL));
	say(report, 's');
	while (poll(&p, 1, WAIT_MS) == 1 && (p.revents & POLLHUP) == 0)
		continue;
	grid_done(&g);
}

static void
a_terminal_that_is_gone_is_closed_all_the_same(void **state)
{
	struct child c = start(draw_and_lose_the_terminal);
	unsigned char what = 0;

	(void)state;
	assert_int_equal(hear(&c, NULL), 's');
	(void)close(c.tty);
	c.tty = -1;
	if (readable(c.report, WAIT_MS))
		(void)!read(c.report, &what, 1);
	else
		(void)kill(c.pid, SIGKILL);
	assert_int_equal(what, 'z');
	finish(&c);
}

/* Waits for the other side's keys and says how term_key() read them. */
static void
read_keys(struct term *t, int report)
{
	static const int32_t want[] = {'j', KEY_UP_, 0x65e5, 3, 19, 27, 13, 8,
	    KEY_F1_ + 4, KEY_BTAB_, KEY_PGDN_, KEY_MOUSE_};
	size_t n = sizeof want / sizeof *want, i = 0;
	struct key k = {0};

	say(report, 'r');
	for (int waited = 0; i < n && waited < WAIT_MS; waited += 5) {
		struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

		(void)poll(&p, 1, 5);
		while (i < n && term_key(t, &k)) {
			if (k.code != want[i])
				say(report, (unsigned char)i);
			i++;
			say(report, 'k');
		}
	}
	say(report,
	    k.row == 4 && k.col == 9 && k.mouse == MOUSE_PRESS ? 'm' : 'M');
}

static void
type(struct child *c, struct buf *out, const char *bytes)
{
	size_t n = strlen(bytes);

	assert_int_equal(write(c->tty, bytes, n), n);
	assert_int_equal(hear(c, out), 'k');
}

static void
keys_come_as_they_were_pressed(void **state)
{
	struct child c = start(read_keys);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(hear(&c, &out), 'r');
	type(&c, &out, "j");
	type(&c, &out, "\033OA");
	type(&c, &out, "\xe6\x97\xa5");
	type(&c, &out, "\003");
	type(&c, &out, "\023");
	type(&c, &out, "\033");
	type(&c, &out, "\r");
	type(&c, &out, "\177");
	type(&c, &out, "\033[15~");
	type(&c, &out, "\033[Z");
	type(&c, &out, "\033[6~");
	type(&c, &out, "\033[<0;10;5M");
	assert_int_equal(hear(&c, &out), 'm');
	assert_int_equal(hear(&c, &out), 'z');
	buf_done(&out);
	finish(&c);
}

static void
crash(struct term *t, int report)
{
	(void)t;
	term_restore_raw();
	say(report, 'c');
	_exit(0);
}

static void
a_crash_leaves_the_terminal_as_it_was(void **state)
{
	struct child c = start(crash);
	struct termios now;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(hear(&c, &out), 'c');
	assert_int_equal(tcgetattr(c.tty, &now), 0);
	assert_true(
	    (now.c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG));
	assert_non_null(strstr(buf_cstr(&out), "\033[?1049l"));
	buf_done(&out);
	finish(&c);
}

static void
no_terminal_is_an_error(void **state)
{
	struct term_opts o = {.theme = &theme_default};
	struct term *t = NULL;
	char why[256] = "";
	int keep = dup(STDIN_FILENO), null = open("/dev/null", O_RDONLY);

	(void)state;
	assert_int_equal(dup2(null, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(term_open(&t, &o, why, sizeof why), ERR_IO);
	assert_non_null(strstr(why, "terminal"));
	assert_null(t);
	(void)dup2(keep, STDIN_FILENO);
	(void)close(keep);
	(void)close(null);
}

static void
try_dumb(int report)
{
	struct term_opts o = {.theme = &theme_default};
	struct term *t = NULL;
	char why[256] = "";

	(void)setenv("TERM", "dumb", 1);
	say(report, term_open(&t, &o, why, sizeof why) == ERR_IO &&
			    strstr(why, "\"dumb\"") != NULL
			? 'd'
			: 'D');
	_exit(0);
}

static void
a_terminal_that_cannot_place_text_is_refused(void **state)
{
	struct winsize ws = {.ws_row = ROWS, .ws_col = COLS};
	struct child c;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	c.pid = forkpty(&c.tty, NULL, NULL, &ws);
	assert_true(c.pid >= 0);
	if (c.pid == 0)
		try_dumb(ends[1]);
	(void)close(ends[1]);
	c.report = ends[0];
	assert_int_equal(hear(&c, NULL), 'd');
	finish(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_changed_is_nothing_written),
	    cmocka_unit_test(ambiguous_widths_move_nothing),
	    cmocka_unit_test(the_title_is_given_back),
	    cmocka_unit_test(a_stalled_terminal_blocks_nothing),
	    cmocka_unit_test(a_terminal_that_is_gone_is_closed_all_the_same),
	    cmocka_unit_test(a_terminal_that_cannot_place_text_is_refused),
	    cmocka_unit_test(keys_come_as_they_were_pressed),
	    cmocka_unit_test(a_crash_leaves_the_terminal_as_it_was),
	    cmocka_unit_test(no_terminal_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
