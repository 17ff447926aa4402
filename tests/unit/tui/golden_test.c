/*
 * golden_test.c - whole screens as text, held against tests/golden/. After a
 * change that is meant: UPDATE_GOLDEN=1 make check, then read the diff.
 */
#include "tests/unit/tui/scene_acts.h"

struct shot {
	const char *name, *keys;
	int rows, cols;
};

static void
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char block[4096];
	size_t n;

	if (f == NULL)
		return;
	do {
		n = fread(block, 1, sizeof block, f);
		(void)buf_add(out, block, n);
	} while (n > 0);
	(void)fclose(f);
}

static void
hold_against(const char *name, const struct grid *g)
{
	char path[256];
	struct buf got, want;

	(void)snprintf(path, sizeof path, "tests/golden/%s_%dx%d.txt", name,
	    g->cols, g->rows);
	buf_init(&got, 1 << 20);
	buf_init(&want, 1 << 20);
	assert_int_equal(grid_dump(g, &got), ERR_OK);
	if (getenv("UPDATE_GOLDEN") != NULL) {
		FILE *f = fopen(path, "wb");

		assert_non_null(f);
		assert_int_equal(fwrite(got.p, 1, got.n, f), got.n);
		assert_int_equal(fclose(f), 0);
	}
	read_file(path, &want);
	if (!str_eq(buf_view(&got), buf_view(&want)))
		fail_msg("%s differs; it is now:\n%s", path, buf_cstr(&got));
	buf_done(&got);
	buf_done(&want);
}

static void
shoot(struct model *m, const struct shot *s, enum ui_play play)
{
	struct ui *ui = scene_ui();
	struct grid g;
	int row, col;

	ui->play = play;
	ui->act.leases = m->acts.leases;
	ui->act.n_leases = m->acts.n;
	ui->act.leases_ms = m->hosts[MTA1].leases_ms;
	ui->act.leases_hosts = m->acts.n > 0;
	assert_int_equal(grid_init(&g, s->rows, s->cols), ERR_OK);
	ui_render(ui, m, &g, &row, &col);
	scene_keys(ui, m, s->keys);
	ui->status[0] = '\0';
	ui_render(ui, m, &g, &row, &col);
	hold_against(s->name, &g);
	grid_done(&g);
	scene_ui_free(ui);
}

static void
shoot_all(struct model *m, const struct shot *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		shoot(m, &s[i], UI_NOW);
	model_free(m);
}

static void
a_fleet_in_trouble(void **state)
{
	static const struct shot shots[] = {
	    {"egress", "", 24, 80},
	    {"egress", "", 48, 160},
	    {"egress_untold", "/ n o t Space a t t r Enter G", 24, 80},
	    {"egress_down", "/ m t a 4 Enter", 24, 80},
	    {"fleet", "1", 24, 80},
	    {"fleet", "1", 48, 160},
	    {"queue", "3", 24, 80},
	    {"queue", "3", 48, 160},
	    {"queue_reply", "3 b b b", 24, 80},
	    {"messages", "3 Enter", 24, 80},
	    {"message", "3 Enter Enter", 24, 80},
	    {"deferrals", "4", 24, 80},
	    {"deferrals", "4", 48, 160},
	    {"deferrals_egress", "2 Enter", 24, 80},
	    {"log", "5", 24, 80},
	    {"log", "5", 48, 160},
	    {"log_of_reply", "4 Enter", 24, 80},
	    {"egress_frozen", "Z j", 24, 80},
	    {"host", "1 j Enter", 24, 80},
	    {"host", "1 j j Enter", 48, 160},
	    {"help", "?", 24, 80},
	    {"help", "4 ?", 48, 160},
	    {"palette", ": e", 24, 80},
	    {"palette_words", ": i n t e r v a l Space", 24, 80},
	};

	(void)state;
	shoot_all(scene_new(), shots, sizeof shots / sizeof *shots);
}

static void
lists_and_throttles(void **state)
{
	static const struct shot shots[] = {
	    {"egress_listed", "", 24, 80},
	    {"egress_listed", "", 48, 160},
	    {"egress_idle", "/ 1 0 0 . 3 2 Enter", 24, 80},
	    {"listings", "7", 24, 80},
	    {"listings", "7", 48, 160},
	    {"listings_members", "7 Enter", 24, 80},
	    {"listings_subjects", "7 b", 48, 160},
	    {"listings_lists", "7 b b", 24, 80},
	    {"listings_lists", "7 b b", 48, 160},
	    {"listings_hostile", "7 / b a r r a c u d a Enter", 24, 80},
	    {"listings_frozen", "7 Z", 24, 80},
	    {"listings_replies", "7 / 1 0 0 . 1 2 Enter Enter", 24, 80},
	    {"throttles", "8", 24, 80},
	    {"throttles", "8", 48, 160},
	    {"throttles_matrix", "8 b", 24, 80},
	    {"throttles_matrix", "8 b", 48, 160},
	    {"throttles_replies", "8 Enter", 24, 80},
	    {"help_listings", "7 ?", 48, 160},
	    {"listings_untold", "2 / 1 0 0 . 3 1 Enter i", 24, 80},
	    {"listings_private", "2 / 1 0 0 . 4 1 Enter i", 24, 80},
	    {"listings_noreply", "7 / s h o p Enter Enter", 24, 80},
	    {"its_throttles", "2 t", 24, 80},
	};

	(void)state;
	shoot_all(scene_listed(), shots, sizeof shots / sizeof *shots);
}

static void
nothing_known_yet(void **state)
{
	static const struct shot shots[] = {
	    {"egress_nodata", "", 24, 80},
	    {"fleet_nodata", "1", 24, 80},
	    {"alerts_nodata", "9", 24, 80},
	    {"listings_nodata", "7", 24, 80},
	    {"lists_nodata", "7 b b", 24, 80},
	    {"throttles_nodata", "8", 24, 80},
	    {"too_small", "", 20, 60},
	};

	(void)state;
	shoot_all(scene_empty(), shots, sizeof shots / sizeof *shots);
}

/* What was, and is no more; its ages are those of then. */
static void
the_end_of_a_recording(void **state)
{
	static const struct shot shots[] = {
	    {"replay_end", "", 24, 80},
	    {"replay_end", "", 48, 160},
	    {"replay_end_fleet", "1", 24, 80},
	    {"replay_end_deferrals", "4", 24, 80},
	    {"replay_end_throttles", "8", 48, 160},
	    {"replay_end_alerts", "9", 24, 80},
	};
	static const struct shot playing = {"replay", "", 24, 80};
	static const struct shot cut[] = {{"replay_cut_log", "5", 24, 80},
	    {"replay_cut_host", "1 j Enter", 24, 80}};
	struct model *m = scene_new();

	(void)state;
	shoot(m, &playing, UI_PLAYING);
	for (size_t i = 0; i < sizeof shots / sizeof *shots; i++)
		shoot(m, &shots[i], UI_PLAY_END);
	for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
		shoot(m, &cut[i], UI_PLAY_CUT);
	model_free(m);
}

/* What is asked of a person, and what the console itself said. */
static void
questions_and_messages(void **state)
{
	struct model *m = scene_new();
	struct ui *ui = scene_ui();
	struct grid g;
	int row, col;

	(void)state;
	assert_int_equal(grid_init(&g, 24, 80), ERR_OK);
	ui_say(ui, true, "mta4.example.net: connection refused");
	ui_say(ui, false, "written to mtadeck-egress.csv");
	scene_keys(ui, m, "@");
	ui_render(ui, m, &g, &row, &col);
	hold_against("own_messages", &g);
	scene_keys(ui, m, "Esc");
	ui_ask(ui, false,
	    "The host key of mta4.example.net is not known.\n"
	    "ED25519 SHA256:3EJ2fGh1d0Lk7qqWm1mB1f5kTQe4m0b9S3w1qkq7nXo\n"
	    "Compare the fingerprint with the host's own. Connect and "
	    "remember it?");
	ui_render(ui, m, &g, &row, &col);
	hold_against("ask_host_key", &g);
	ui_ask(ui, true, "Passphrase of /home/op/.ssh/id_ed25519 (for mta1):");
	scene_keys(ui, m, "s e c r e t");
	ui_render(ui, m, &g, &row, &col);
	hold_against("ask_passphrase", &g);
	assert_int_equal(row, 12);
	grid_done(&g);
	scene_ui_free(ui);
	model_free(m);
}

static void
a_message_that_was_read(void **state)
{
	static const struct shot shot = {
	    "message_read", "3 Enter Enter", 24, 80};
	struct model *m = scene_new();

	(void)state;
	scene_message(m, "4bXy38z0Q1");
	shoot_all(m, &shot, 1);
}

static void
alerts_of_all_states(void **state)
{
	static const struct shot shots[] = {
	    {"alerts", "9", 24, 80},
	    {"alerts", "9", 48, 160},
	    {"alerts_closed", "9 G", 24, 80},
	    {"alerts_help", "9 ?", 48, 160},
	    {"too_small_alerts", "", 5, 20},
	};

	(void)state;
	shoot_all(scene_alerts(), shots, sizeof shots / sizeof *shots);
}

/* What acts have done, on graphs and in words. */
static void
acts_and_their_effects(void **state)
{
	static const struct shot shots[] = {
	    {"effect_leases", "L", 24, 80},
	    {"effect_leases", "L G", 48, 160},
	    {"effect_egress", "", 24, 80},
	    {"effect_egress", "", 48, 160},
	    {"effect_throttles", "8", 24, 80},
	    {"effect_throttles", "8", 48, 160},
	    {"effect_queue", "3 b", 24, 80},
	    {"effect_fleet", "1 G", 48, 160},
	};

	(void)state;
	shoot_all(scene_acts(), shots, sizeof shots / sizeof *shots);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(acts_and_their_effects),
	    cmocka_unit_test(a_fleet_in_trouble),
	    cmocka_unit_test(lists_and_throttles),
	    cmocka_unit_test(nothing_known_yet),
	    cmocka_unit_test(the_end_of_a_recording),
	    cmocka_unit_test(questions_and_messages),
	    cmocka_unit_test(a_message_that_was_read),
	    cmocka_unit_test(alerts_of_all_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
