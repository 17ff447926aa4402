/*
 * overlay.c - opening, closing, drawing overlays and their keys: input lines
 * (filter, find, palette, passphrase), texts (help, messages), yes or no.
 */
#include "tui/overlay.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "tui/pager.h"
#include "tui/widget.h"

#include <stdio.h>

enum { CTRL_C = 3, CTRL_U = 21, BOX_COLS = 76 };

void
overlay_open(struct ui *ui, enum overlay which)
{
	overlay_close(ui);
	ui->overlay = which;
}

void
overlay_close(struct ui *ui)
{
	ui->overlay = OV_NONE;
	explicit_bzero(ui->input, sizeof ui->input);
	ui->input_n = 0;
	ui->overlay_scroll = 0;
	ui->overlay_typing = false;
	ui->pick = -1;
}

/* ---- input ------------------------------------------------------------ */

static void
set_filter(struct ui *ui)
{
	str_copy(ui_top(ui)->filter, UI_FILTER,
	    (struct str){ui->input, ui->input_n});
}

static void
input_glyph(struct ui *ui, int32_t code)
{
	char bytes[4];
	size_t n = utf8_encode(bytes, (char32_t)code);
	size_t room = ui->overlay == OV_PALETTE ? sizeof ui->input
		      : ui->overlay == OV_ASK || ui->overlay == OV_WHY
			  ? ACT_WHY_BYTES
			  : UI_FILTER;

	if (ui->input_n + n >= room) {
		ui_say(ui, true, _("no more fits into this line"));
		return;
	}
	memcpy(ui->input + ui->input_n, bytes, n);
	ui->input_n += n;
	ui->input[ui->input_n] = '\0';
}

bool
overlay_edit(struct ui *ui, int32_t code)
{
	if (code == 8)
		ui->input_n = input_backspace(ui->input, ui->input_n);
	else if (code == CTRL_U)
		ui->input_n = 0;
	else if (code >= ' ' && code < KEYS_SPECIAL)
		input_glyph(ui, code);
	else
		return false;
	ui->input[ui->input_n] = '\0';
	ui->pick = -1;
	return true;
}

static void
filter_key(struct ui *ui, int32_t code)
{
	if (overlay_edit(ui, code)) {
		set_filter(ui);
	} else if (code == 27 || code == CTRL_C) {
		ui_top(ui)->filter[0] = '\0';
		overlay_close(ui);
	} else if (code == 13) {
		overlay_close(ui);
	}
}

static void
find_key(struct ui *ui, struct model *m, int32_t code)
{
	struct level *l = ui_top(ui);

	if (overlay_edit(ui, code))
		return;
	if (code == 13) {
		str_copy(
		    l->find, UI_FILTER, (struct str){ui->input, ui->input_n});
		overlay_close(ui);
		/* The log is read from its end upwards. */
		if (l->find[0] != '\0')
			pager_find(ui, m, l->view == VIEW_LOG);
	} else if (code == 27 || code == CTRL_C) {
		l->find[0] = '\0';
		overlay_close(ui);
	}
}

static void
palette_key(struct ui *ui, struct model *m, int32_t code)
{
	int n = ov_palette_count(ui, m);

	if (overlay_edit(ui, code))
		return;
	if (code == KEY_DOWN_ && n > 0) {
		ui->pick = (ui->pick + 1) % n;
	} else if (code == KEY_UP_ && n > 0) {
		ui->pick = ui->pick <= 0 ? n - 1 : ui->pick - 1;
	} else if (code == 9) {
		ov_palette_complete(ui, m);
	} else if (code == 13 && ui->pick >= 0 && ov_completing(ui)) {
		/* A word was chosen; what it does is asked for by the next. */
		ov_palette_complete(ui, m);
	} else if (code == 13) {
		char line[sizeof ui->input];

		if (ui->pick >= 0)
			ov_palette_complete(ui, m);
		memcpy(line, ui->input, sizeof line);
		overlay_close(ui);
		ov_palette_run(ui, m, str_of(line));
	} else if (code == 27 || code == CTRL_C) {
		overlay_close(ui);
	}
}

static void
answer(struct ui *ui, bool yes)
{
	ui->wish.answer = true;
	ui->wish.answer_yes = yes;
	if (yes && ui->ask_secret)
		memcpy(ui->wish.answer_secret, ui->input,
		    sizeof ui->wish.answer_secret);
	overlay_close(ui);
}

/* Enter alone never says yes; it only sends what was typed. */
static void
ask_key(struct ui *ui, int32_t code)
{
	if (code == 27 || code == CTRL_C) {
		answer(ui, false);
	} else if (ui->ask_secret) {
		if (code == 13)
			answer(ui, true);
		else
			(void)overlay_edit(ui, code);
	} else if (code == 'y' || code == 'Y') {
		answer(ui, true);
	} else if (code == 'n' || code == 'N') {
		answer(ui, false);
	}
}

/* An act without a reason is not begun. */
static void
why_key(struct ui *ui, int32_t code)
{
	char line[ACT_WHY_BYTES];

	if (overlay_edit(ui, code))
		return;
	if (code == 27 || code == CTRL_C) {
		act_ui_leave(ui);
	} else if (code == 13 && str_trim(str_of(ui->input)).n > 0) {
		str_copy(line, sizeof line, str_of(ui->input));
		act_ui_reason(ui, str_of(line));
	}
}

/* ---- texts ------------------------------------------------------------ */

static void
unfilter(struct ui *ui)
{
	ui->overlay_typing = false;
	ui->input_n = 0;
	ui->input[0] = '\0';
	ui->overlay_scroll = 0;
}

/* The keys of a text's filter; false: it is not the filter's. */
static bool
text_filter_key(struct ui *ui, int32_t code)
{
	bool leave = code == 27 || code == CTRL_C;

	if (ui->overlay_typing && overlay_edit(ui, code))
		ui->overlay_scroll = 0;
	else if (ui->overlay_typing && code == 13)
		ui->overlay_typing = false;
	else if (leave && (ui->overlay_typing || ui->input_n > 0))
		unfilter(ui);
	else if (code == '/')
		ui->overlay_typing = true;
	else
		return false;
	return true;
}

static void
text_key(struct ui *ui, int32_t code)
{
	int page = ui->rows > 8 ? ui->rows - 8 : 1;

	if (text_filter_key(ui, code))
		return;
	switch (code) {
	case 'j':
	case KEY_DOWN_:
		ui->overlay_scroll++;
		break;
	case 'k':
	case KEY_UP_:
		ui->overlay_scroll--;
		break;
	case ' ':
	case KEY_PGDN_:
		ui->overlay_scroll += page;
		break;
	case KEY_PGUP_:
		ui->overlay_scroll -= page;
		break;
	case 'g':
	case KEY_HOME_:
		ui->overlay_scroll = 0;
		break;
	case 'G':
	case KEY_END_:
		ui->overlay_scroll = DOC_LINES;
		break;
	default:
		if (!ui->overlay_typing)
			overlay_close(ui);
	}
	if (ui->overlay_scroll < 0)
		ui->overlay_scroll = 0;
}

static void
fill_messages(struct ui *ui, const struct model *m, struct doc *out)
{
	unsigned n =
	    ui->n_messages < UI_MESSAGES ? ui->n_messages : UI_MESSAGES;
	char at[CLOCK_TEXT];

	(void)m;
	if (n == 0)
		doc_line(out, ROLE_DIM, 0, str_of(_("nothing was said yet")));
	for (unsigned i = 1; i <= n; i++) {
		unsigned k = (ui->n_messages - i) % UI_MESSAGES;

		doc_printf(out, ROLE_TEXT, 9, "%s %s",
		    clock_hms(at, ui->messages[k].at_ms), ui->messages[k].text);
	}
}

static struct rect
centred(const struct grid *g, int rows, int cols)
{
	if (cols > g->cols - 4)
		cols = g->cols - 4;
	if (rows > g->rows - 4)
		rows = g->rows - 4;
	return (struct rect){
	    (g->rows - rows) / 2, (g->cols - cols) / 2, rows, cols};
}

/* The lines that hold `what`, each group under its head. */
static void
keep_lines(const struct doc *all, struct str what, struct doc *out)
{
	size_t head = SIZE_MAX;

	for (size_t i = 0; i < all->n; i++) {
		const struct doc_line *l = &all->lines[i];

		if (l->role == ROLE_HEAD) {
			head = i;
			continue;
		}
		if (l->n == 0 || text_find(doc_text(all, i), what) == SIZE_MAX)
			continue;
		if (head != SIZE_MAX && out->n > 0)
			doc_line(out, ROLE_TEXT, 0, (struct str){NULL, 0});
		if (head != SIZE_MAX)
			doc_line(out, ROLE_HEAD, 0, doc_text(all, head));
		head = SIZE_MAX;
		doc_line(out, (enum role)l->role, l->indent, doc_text(all, i));
	}
	if (out->n == 0)
		doc_line(out, ROLE_DIM, 0, str_of(_("no line has this in it")));
}

static void
draw_text(struct ui *ui, const struct model *m, struct grid *g,
    const char *title,
    void (*fill)(struct ui *, const struct model *, struct doc *))
{
	struct str filter = {ui->input, ui->input_n};
	struct doc all, kept, *d = &all;
	char head[UI_FILTER + 64];
	struct rect box, r;
	int rows;

	doc_init(&all);
	doc_init(&kept);
	fill(ui, m, &all);
	rows = doc_rows(&all, BOX_COLS - 4);
	(void)snprintf(head, sizeof head, "%s%s%.*s", title,
	    filter.n > 0 ? "  /" : "", (int)filter.n,
	    filter.n > 0 ? filter.p : "");
	box = centred(g, rows + 2, BOX_COLS);
	r = box_draw(g, box, head);
	if (filter.n > 0) {
		keep_lines(&all, filter, &kept);
		d = &kept;
		rows = doc_rows(d, BOX_COLS - 4);
	}
	if (ui->overlay_scroll > rows - r.rows)
		ui->overlay_scroll = rows > r.rows ? rows - r.rows : 0;
	(void)doc_draw(d, g, r, ui->overlay_scroll, filter);
	if (rows > r.rows)
		(void)grid_printf(g, box, box.rows - 1, box.cols - 22,
		    ROLE_HINT, _(" %d-%d of %d "), ui->overlay_scroll + 1,
		    ui->overlay_scroll + r.rows, rows);
	doc_done(&all);
	doc_done(&kept);
}

static void
draw_ask(struct ui *ui, struct grid *g, int *row, int *col)
{
	struct str text = str_of(ui->ask_text), rest, line;
	struct doc d;
	struct rect r;
	int rows;

	doc_init(&d);
	for (rest = text; str_line(&rest, &line);)
		doc_line(&d, ROLE_TEXT, 0, line);
	rows = doc_rows(&d, BOX_COLS - 4);
	r = box_draw(g, centred(g, rows + 4, BOX_COLS), _("Question"));
	(void)doc_draw(&d, g, r, 0, (struct str){NULL, 0});
	doc_done(&d);
	if (ui->ask_secret) {
		*col = r.col + input_draw(g, r, r.rows - 1, "> ",
				   (struct str){ui->input, ui->input_n}, true);
		*row = r.row + r.rows - 1;
	} else {
		(void)grid_puts(
		    g, r, r.rows - 1, 0, ROLE_KEY, _("y yes   n no   Esc no"));
	}
}

static void
draw_input(struct ui *ui, struct grid *g, const char *label, int *row, int *col)
{
	struct rect last = {g->rows - 1, 0, 1, g->cols};

	*row = g->rows - 1;
	*col = input_draw(
	    g, last, 0, label, (struct str){ui->input, ui->input_n}, false);
}

void
overlay_draw(
    struct ui *ui, const struct model *m, struct grid *g, int *row, int *col)
{
	switch (ui->overlay) {
	case OV_NONE:
		break;
	case OV_HELP:
		draw_text(ui, m, g, _("Keys"), ov_help);
		break;
	case OV_MESSAGES:
		draw_text(ui, m, g, _("Messages"), fill_messages);
		break;
	case OV_PALETTE:
		ov_palette_draw(ui, m, g);
		draw_input(ui, g, ":", row, col);
		break;
	case OV_FILTER:
		draw_input(ui, g, "/", row, col);
		break;
	case OV_FIND:
		draw_input(ui, g, _("find: "), row, col);
		break;
	case OV_ASK:
		draw_ask(ui, g, row, col);
		break;
	case OV_WHY:
		ov_act_why_draw(ui, g, row, col);
		break;
	case OV_ACT:
		ov_act_draw(ui, m, g, row, col);
		break;
	case OV_MENU:
		ov_menu_draw(ui, m, g);
		break;
	}
	if (ui->overlay_typing)
		draw_input(ui, g, "/", row, col);
}

/* A paste is text: its line ends are blanks, and it decides nothing. */
static void
paste_key(struct ui *ui, int32_t code)
{
	bool line = ui->overlay == OV_PALETTE || ui->overlay == OV_FILTER ||
		    ui->overlay == OV_FIND || ui->overlay == OV_WHY ||
		    (ui->overlay == OV_ASK && ui->ask_secret) ||
		    ui->overlay_typing;

	if (!line || code == 8 || code >= KEYS_SPECIAL)
		return;
	if (code < ' ')
		code = ' ';
	if (ui->overlay == OV_FILTER)
		filter_key(ui, code);
	else
		(void)overlay_edit(ui, code);
}

void
overlay_key(struct ui *ui, struct model *m, const struct key *k)
{
	if (k->pasted) {
		paste_key(ui, k->code);
		return;
	}
	switch (ui->overlay) {
	case OV_NONE:
		break;
	case OV_HELP:
	case OV_MESSAGES:
		text_key(ui, k->code);
		break;
	case OV_PALETTE:
		palette_key(ui, m, k->code);
		break;
	case OV_FILTER:
		filter_key(ui, k->code);
		break;
	case OV_FIND:
		find_key(ui, m, k->code);
		break;
	case OV_ASK:
		ask_key(ui, k->code);
		break;
	case OV_WHY:
		why_key(ui, k->code);
		break;
	case OV_ACT:
		ov_act_key(ui, k->code);
		break;
	case OV_MENU:
		ov_menu_key(ui, m, k->code);
		break;
	}
}
