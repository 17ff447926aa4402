/* ov_complete_test.c - Tab in the palette: what a word may become, by verb and
 * by what the fleet is; pasted text; addresses. */
#include "tests/unit/tui/view_help.h"
#include "tui/overlay.h"

/* Types a line behind ':', '\t' as Tab. */
static void
type(struct fix *f, const char *text)
{
	scene_keys(f->ui, f->m, ":");
	for (; *text != '\0'; text++) {
		struct key k = {.code = *text};

		ui_key(f->ui, f->m, &k);
	}
}

static void
assert_line(struct fix *f, const char *typed, const char *want)
{
	type(f, typed);
	assert_string_equal(f->ui->input, want);
	scene_keys(f->ui, f->m, "Esc");
}

static void
words_are_completed(void **state)
{
	struct fix f = fix_armed(VIEW_EGRESS);
	struct lease lease = {.id = "6b0267ca-dff76c"};

	(void)state;
	f.ui->act.leases = &lease;
	f.ui->act.n_leases = 1;
	assert_line(&f, "inter\t", "interval ");
	assert_line(&f, "interval pro\t", "interval provider=");
	assert_line(
	    &f, "interval provider=goo\t", "interval provider=google.com ");
	assert_line(&f, "interval provider=google.com e\t",
	    "interval provider=google.com egress=");
	/* What they all begin with; then the only one. */
	assert_line(&f, "interval provider=google.com egress=1\t",
	    "interval provider=google.com egress=198.51.100.");
	assert_line(&f, "pause 198.51.100.12\t", "pause 198.51.100.12 ");
	assert_line(&f, "pause domain=exa\t", "pause domain=example.jp ");
	assert_line(
	    &f, "evacuate 198.51.100.11 t\t", "evacuate 198.51.100.11 to=");
	assert_line(&f,
	    "evacuate 198.51.100.11 to=198.51.100.12,198.51.100.4\t",
	    "evacuate 198.51.100.11 to=198.51.100.12,198.51.100.4");
	assert_line(&f,
	    "evacuate 198.51.100.11 to=198.51.100.12,198.51.100.42\t",
	    "evacuate 198.51.100.11 to=198.51.100.12,198.51.100.42 ");
	assert_line(&f, "shares o\t", "shares out ");
	assert_line(
	    &f, "shares out 198.51.100.12\t", "shares out 198.51.100.12=");
	assert_line(&f, "lift 6\t", "lift 6b0267ca-dff76c ");
	assert_line(&f, "hold sen\t", "hold sender=");
	assert_line(&f, "pause 198.51.100.11 f\t", "pause 198.51.100.11 for ");
	/* Nothing fits: nothing changes. */
	assert_line(&f, "pause 10.\t", "pause 10.");
	assert_line(&f, "filter x\t", "filter x");
	done(&f);
}

static void
one_is_picked_and_not_run(void **state)
{
	struct fix f = fix_armed(VIEW_EGRESS);
	struct completion c;

	(void)state;
	type(&f, "pause ");
	ov_complete(f.ui, f.m, &c);
	/* Eight addresses (each once), provider=, domain=. */
	assert_int_equal(c.n, 10);
	assert_int_equal(ov_palette_count(f.ui, f.m), c.n_shown);
	scene_keys(f.ui, f.m, "Down Down Enter");
	assert_int_equal(f.ui->overlay, OV_PALETTE);
	assert_int_equal(f.ui->act.stage, ACT_STAGE_NONE);
	assert_int_equal(
	    strncmp(f.ui->input + 6, c.shown[1], strlen(c.shown[1])), 0);
	scene_keys(f.ui, f.m, "Enter");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	assert_string_equal(f.ui->act.request.of.egress, c.shown[1]);
	done(&f);
}

/* Names come from hosts: none may become two words, or an escape sequence. */
static void
hostile_names_are_not_offered(void **state)
{
	struct fix f = fix_armed(VIEW_EGRESS);
	struct completion c;
	struct log_rec r = scene_delivery(NOW, "postfix/out1",
	    "x@a b\033[2J.example", "mx.evil.example", LS_SENT, "ok");

	(void)state;
	scene_log(f.m, MTA1, &r);
	type(&f, "pause domain=");
	ov_complete(f.ui, f.m, &c);
	assert_true(c.n > 0);
	for (size_t i = 0; i < c.n_shown; i++)
		assert_null(strpbrk(c.shown[i], " \033"));
	done(&f);
}

static void
paste(struct fix *f, const char *text)
{
	for (; *text != '\0'; text++) {
		struct key k = {
		    .code = *text == '\n' ? 13 : *text, .pasted = true};

		ui_key(f->ui, f->m, &k);
	}
}

static void
a_paste_is_text(void **state)
{
	struct fix f = fix_armed(VIEW_EGRESS);

	(void)state;
	/* Nothing is pressed by it. */
	paste(&f, "PQ3\n");
	assert_int_equal(ui_top(f.ui)->view, VIEW_EGRESS);
	assert_int_equal(f.ui->act.stage, ACT_STAGE_NONE);
	assert_false(f.ui->wish.quit);
	assert_non_null(strstr(f.ui->status, "pasted text does nothing"));
	type(&f, "suppress ");
	paste(&f, "b@trap.example\na@trap.example,\nB@trap.example\n");
	assert_int_equal(f.ui->overlay, OV_PALETTE);
	scene_keys(f.ui, f.m, "Enter");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(f.ui->act.request.of.on, ACT_ON_ADDRESSES);
	assert_string_equal(
	    f.ui->act.request.addresses, "a@trap.example\nb@trap.example\n");
	/* A reason's line ends do not begin the act. */
	paste(&f, "they are traps\n");
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	scene_keys(f.ui, f.m, "Enter");
	assert_int_equal(f.ui->act.wish, ACT_WISH_PLAN);
	assert_string_equal(f.ui->act.request.why, "they are traps");
	/* Nor confirm it. */
	f.ui->act.stage = ACT_STAGE_ASK;
	f.ui->act.job = ACT_JOB_END;
	f.ui->act.wish = ACT_WISH_NONE;
	paste(&f, "y");
	assert_int_equal(f.ui->act.wish, ACT_WISH_NONE);
	scene_keys(f.ui, f.m, "y");
	assert_int_equal(f.ui->act.wish, ACT_WISH_CONFIRM);
	done(&f);
}

static void
a_file_is_asked_for(void **state)
{
	struct fix f = fix_armed(VIEW_EGRESS);

	(void)state;
	type(&f, "suppress ~/traps 2026.txt for 2h\r");
	assert_int_equal(f.ui->act.wish, ACT_WISH_READ);
	assert_string_equal(f.ui->act.path, "~/traps 2026.txt");
	act_ui_addresses(f.ui, STR_LIT("# traps\na@x.example\n\n"));
	assert_int_equal(f.ui->act.stage, ACT_STAGE_WHY);
	assert_int_equal(f.ui->act.request.lease_ms, 2 * 3600000);
	assert_string_equal(f.ui->act.request.addresses, "a@x.example\n");
	scene_keys(f.ui, f.m, "Esc");
	act_ui_addresses(f.ui, STR_LIT("a@x.example\nnot one\n"));
	assert_int_equal(f.ui->act.stage, ACT_STAGE_NONE);
	assert_non_null(strstr(f.ui->status, "2"));
	type(&f, "suppress\r");
	assert_non_null(strstr(f.ui->status, "which addresses"));
	done(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_are_completed),
	    cmocka_unit_test(one_is_picked_and_not_run),
	    cmocka_unit_test(hostile_names_are_not_offered),
	    cmocka_unit_test(a_paste_is_text),
	    cmocka_unit_test(a_file_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
