/* view_log_test.c - the log's tail: following, stopping, filter, find. */
#include "tests/unit/tui/scene.h"
#include "tests/unit/tui/test.h"

enum { LINES_AT_FIRST = 100, ROWS = 20 /* of the body */ };

struct fixture {
	struct ui *ui;
	struct model *m;
	struct grid g;
};

static void
add_lines(struct fixture *f, int from, int to, const char *status)
{
	for (int i = from; i < to; i++) {
		char line[128];
		struct log_rec r = {.at_ms = NOW,
		    .tag = STR_LIT("postfix"),
		    .program = STR_LIT("smtp")};
		struct event ev = {.kind = EVT_LOG,
		    .host = (host_id)(i % 2),
		    .at_ms = NOW,
		    .u.log = {.recs = &r, .n = 1}};

		(void)snprintf(line, sizeof line,
		    "Sep 21 14:13:20 mx postfix/smtp[1]: line-%d. status=%s", i,
		    status);
		r.line = str_of(line);
		model_update(f->m, &ev);
	}
}

static void
frame(struct fixture *f)
{
	int row, col;

	ui_render(f->ui, f->m, &f->g, &row, &col);
}

static struct fixture
make(void)
{
	struct fixture f = {scene_ui(), scene_empty(), grid_of(24, 80)};

	ui_goto(f.ui, VIEW_LOG);
	add_lines(&f, 0, LINES_AT_FIRST, "sent");
	frame(&f);
	return f;
}

static void
done(struct fixture *f)
{
	grid_done(&f->g);
	model_free(f->m);
	scene_ui_free(f->ui);
}

static void
keys(struct fixture *f, const char *names)
{
	scene_keys(f->ui, f->m, names);
	frame(f);
}

static bool
shows(const struct fixture *f, const char *text)
{
	struct buf b;
	bool hit;

	buf_init(&b, 1 << 20);
	assert_int_equal(grid_dump(&f->g, &b), ERR_OK);
	hit = strstr(buf_cstr(&b), text) != NULL;
	buf_done(&b);
	return hit;
}

static void
it_follows_until_it_is_scrolled(void **state)
{
	struct fixture f = make();

	(void)state;
	assert_true(shows(&f, "line-99."));
	assert_true(shows(&f, "line-80."));
	assert_false(shows(&f, "line-79."));
	keys(&f, "k");
	assert_false(shows(&f, "line-99."));
	assert_true(shows(&f, "line-79."));
	add_lines(&f, 100, 110, "sent");
	frame(&f);
	assert_true(shows(&f, "line-98."));
	assert_false(shows(&f, "line-105."));
	assert_true(shows(&f, "stopped, 11 newer"));
	keys(&f, "G");
	assert_true(shows(&f, "line-109."));
	keys(&f, "g");
	assert_true(shows(&f, "line-0."));
	assert_true(shows(&f, "line-19."));
	assert_false(shows(&f, "line-20."));
	done(&f);
}

static void
scrolling_past_the_end_follows_again(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "k k");
	assert_false(ui_top(f.ui)->follow);
	keys(&f, "j j");
	keys(&f, "j");
	assert_true(ui_top(f.ui)->follow);
	done(&f);
}

static void
frozen_it_stays(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "Z");
	add_lines(&f, 100, 105, "sent");
	frame(&f);
	assert_true(shows(&f, "line-99."));
	assert_false(shows(&f, "line-104."));
	keys(&f, "Z");
	assert_true(shows(&f, "line-104."));
	done(&f);
}

static void
a_filter_shows_what_holds_it(void **state)
{
	struct fixture f = make();

	(void)state;
	add_lines(&f, 100, 103, "deferred");
	keys(&f, "/ D E F E R R E D Enter");
	assert_true(shows(&f, "line-100."));
	assert_true(shows(&f, "line-102."));
	assert_false(shows(&f, "line-99."));
	keys(&f, "Esc / n o p e Enter");
	assert_true(shows(&f, "Esc clears it"));
	done(&f);
}

static void
find_goes_up_and_down(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "f l i n e - 1 Enter");
	/* the newest of them is the last line drawn */
	assert_int_equal(ui_top(f.ui)->log_seq, 20);
	keys(&f, "N");
	assert_int_equal(ui_top(f.ui)->log_seq, 19);
	keys(&f, "n");
	assert_int_equal(ui_top(f.ui)->log_seq, 20);
	keys(&f, "n");
	assert_true(shows(&f, "not after here"));
	done(&f);
}

static void
a_host_has_its_own_lines(void **state)
{
	struct fixture f = make();

	(void)state;
	ui_top(f.ui)->host = 1;
	frame(&f);
	assert_true(shows(&f, "line-99."));
	assert_false(shows(&f, "line-98."));
	done(&f);
}

static void
what_the_ring_dropped_is_survived(void **state)
{
	struct fixture f = make();

	(void)state;
	keys(&f, "g");
	add_lines(&f, 100, 40000, "sent");
	assert_true(logring_first(f.m->log) > 0);
	frame(&f);
	keys(&f, "k k j f n o p e Enter N n g");
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_follows_until_it_is_scrolled),
	    cmocka_unit_test(scrolling_past_the_end_follows_again),
	    cmocka_unit_test(frozen_it_stays),
	    cmocka_unit_test(a_filter_shows_what_holds_it),
	    cmocka_unit_test(find_goes_up_and_down),
	    cmocka_unit_test(a_host_has_its_own_lines),
	    cmocka_unit_test(what_the_ring_dropped_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
