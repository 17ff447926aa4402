/*
 * ov_palette.c - commands by name, with completion: every action by its name,
 * and a few verbs that take words. One table, one row per verb.
 */
#include "tui/alerts_ui.h"
#include "tui/overlay.h"

#include "core/i18n.h"
#include "core/num.h"
#include "tui/widget.h"

#include <stdio.h>

enum { SHOWN_MAX = 12, NAME_COLS = 26, LINE_COLS = 76 };

static void
run_theme(struct ui *ui, struct model *m, struct str words)
{
	(void)m;
	if (words.n == 0)
		ui->wish.theme_next = true;
	else
		str_copy(ui->wish.theme, sizeof ui->wish.theme, words);
}

static void
run_export(struct ui *ui, struct model *m, struct str words)
{
	static const char *const kinds[] = {"text", "csv", "json"};
	struct str kind = STR_LIT("text");

	(void)m;
	(void)str_word(&words, &kind);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!str_eq(kind, str_of(kinds[i])))
			continue;
		if (i > 0 && ui_table(ui) == NULL)
			ui_say(ui, true,
			    _("export: this is no table, so text "
			      "only"));
		else
			ui_wish_export(ui, kinds[i], str_trim(words));
		return;
	}
	ui_say(ui, true, _("export: text, csv or json, then a file"));
}

static void
run_by(struct ui *ui, struct model *m, struct str words)
{
	static const char *const dims[QD_N] = {
	    "domain", "provider", "sender", "reply", "egress"};

	for (unsigned i = 0; i < QD_N; i++) {
		if (!str_eq(words, str_of(dims[i])))
			continue;
		if (ui_top(ui)->view != VIEW_QUEUE)
			ui_act(ui, m, ACT_VIEW_QUEUE);
		ui_thaw(ui);
		ui_top(ui)->dim = (enum queue_dim)i;
		ui_top(ui)->moved = false;
		return;
	}
	ui_say(ui, true, _("by: domain, provider, sender, reply or egress"));
}

static void
run_sort(struct ui *ui, struct model *m, struct str words)
{
	const struct table_view *tv = ui_table(ui);

	(void)m;
	for (int i = 0; tv != NULL && i < tv->n_cols; i++) {
		if (!str_eq(words, str_of(tv->cols[i].id)))
			continue;
		ui_top(ui)->sort = i;
		ui_top(ui)->invert = false;
		return;
	}
	ui_say(ui, true, _("sort: no column \"%.*s\" here"), (int)words.n,
	    words.n == 0 ? "" : words.p);
}

static void
run_filter(struct ui *ui, struct model *m, struct str words)
{
	(void)m;
	str_copy(ui_top(ui)->filter, UI_FILTER, words);
}

static void
run_mute(struct ui *ui, struct model *m, struct str words)
{
	const char *why = ui_refusal(ui, m, ACT_MUTE);
	int64_t ms = ALERT_MUTE_MS;

	if (why != NULL)
		ui_say(ui, true, "mute: %s", why);
	else if (words.n > 0 && num_duration_ms(words, &ms) != ERR_OK)
		ui_say(ui, true,
		    _("mute: \"%.*s\" is not a duration: give 90s, 15m, 2h"),
		    (int)words.n, words.p);
	else
		alerts_wish(ui, m, ALERT_WISH_MUTE, ms);
}

static void
run_arm(struct ui *ui, struct model *m, struct str words)
{
	(void)m;
	act_ui_arm(ui, words);
}

static void
run_disarm(struct ui *ui, struct model *m, struct str words)
{
	(void)m;
	(void)words;
	act_ui_disarm(ui);
}

static void
run_extend(struct ui *ui, struct model *m, struct str words)
{
	act_ui_extend(ui, m, words);
}

static const struct command {
	const char *name, *takes, *help;
	void (*run)(struct ui *ui, struct model *m, struct str words);
} commands[] = {
    {"theme", N_("NAME"), N_("use a theme"), run_theme},
    {"export", N_("text|csv|json FILE"), N_("save what is shown"), run_export},
    {"by", N_("domain|provider|sender|reply|egress"), N_("the queue by this"),
	run_by},
    {"sort", N_("COLUMN"), N_("sort by a column"), run_sort},
    {"mute", "30m", N_("alerts of the row, or those tagged, not heard"),
	run_mute},
    {"filter", N_("TEXT"), N_("rows that hold a text"), run_filter},
    {"arm", N_("15m REASON"), N_("let this console act for a time"), run_arm},
    {"extend", "30m", N_("move the end of leases, from now"), run_extend},
    {"disarm", "", N_("this console only reads again"), run_disarm},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* The i-th command that begins with what is typed; name, what it takes. */
struct entry {
	const char *name, *takes, *help;
	enum action action; /* for its refusal; ACT_NONE for a command */
	bool acts;	    /* changes hosts */
	/* an action of the site's own, and its name and parameters here */
	const struct site_action *site;
	char own[SITE_NAME + 8], usage[LINE_COLS];
};

/* "site NAME" of the i-th. */
static void
site_entry(const struct ui *ui, unsigned i, struct entry *out)
{
	const struct site_action *a = &ui->act.sites->v[i];

	*out = (struct entry){.name = out->own,
	    .takes = out->usage,
	    .help = a->help,
	    .acts = true,
	    .site = a};
	(void)snprintf(out->own, sizeof out->own, "site %s", a->name);
	site_usage(a, out->usage, sizeof out->usage);
}

/* What a verb takes, and for how long. */
static void
verb_usage(enum verb v, char *dst, size_t cap)
{
	unsigned flags = verb_rows[v].flags;
	bool ends = (flags & (ACTF_LEASE | ACTF_LASTS)) == ACTF_LEASE;

	(void)snprintf(
	    dst, cap, ends ? _("%s for 30m") : "%s", _(act_takes(v)));
}

static void
verb_entry(enum verb v, struct entry *out)
{
	*out = (struct entry){.name = verb_rows[v].word,
	    .takes = out->usage,
	    .help = verb_rows[v].help,
	    .acts = true};
	verb_usage(v, out->usage, sizeof out->usage);
}

static bool
nth(const struct ui *ui, int want, struct entry *out)
{
	struct str typed = {ui->input, ui->input_n};

	for (int i = 0; i < N_COMMANDS; i++) {
		if (!str_starts(str_of(commands[i].name), typed) || want-- > 0)
			continue;
		*out = (struct entry){commands[i].name, commands[i].takes,
		    commands[i].help, ACT_NONE, false, NULL, "", ""};
		return true;
	}
	for (unsigned i = 0; i < act_site_count(ui); i++) {
		site_entry(ui, i, out);
		if (str_starts(str_of(out->own), typed) && want-- == 0)
			return true;
	}
	for (int v = 0; v < VERB_N; v++) {
		if (!str_starts(str_of(verb_rows[v].word), typed) || want-- > 0)
			continue;
		verb_entry((enum verb)v, out);
		return true;
	}
	for (unsigned a = ACT_NONE + 1; a < ACT_N; a++) {
		bool other = verb_of(str_of(action_rows[a].name)) != VERB_N;

		for (int i = 0; i < N_COMMANDS; i++)
			other |= str_eq(str_of(commands[i].name),
			    str_of(action_rows[a].name));
		if (other || !str_starts(str_of(action_rows[a].name), typed) ||
		    want-- > 0)
			continue;
		*out = (struct entry){action_rows[a].name, "",
		    action_rows[a].help, (enum action)a, false, NULL, "", ""};
		return true;
	}
	return false;
}

int
ov_palette_count(const struct ui *ui, const struct model *m)
{
	struct completion c;
	struct entry e;
	int n = 0;

	if (ov_completing(ui)) {
		ov_complete(ui, m, &c);
		return (int)c.n_shown;
	}
	while (nth(ui, n, &e))
		n++;
	return n;
}

/* The word that is picked, or what all begin with; behind the only one the
 * next word may follow. */
static void
complete_word(struct ui *ui, const struct model *m)
{
	struct completion c;
	const char *word;
	bool whole;

	ov_complete(ui, m, &c);
	if (c.n == 0)
		return;
	whole = c.n == 1 || (ui->pick >= 0 && (size_t)ui->pick < c.n_shown);
	word = !whole ? c.common : c.shown[c.n == 1 ? 0 : ui->pick];
	if (c.from + strlen(word) + 2 > sizeof ui->input)
		return;
	whole &= word[0] != '\0' && word[strlen(word) - 1] != '=';
	ui->input_n = c.from + (size_t)snprintf(ui->input + c.from,
				   sizeof ui->input - c.from, "%s%s", word,
				   whole ? " " : "");
	ui->pick = -1;
}

void
ov_palette_complete(struct ui *ui, const struct model *m)
{
	struct entry e;

	if (ov_completing(ui)) {
		complete_word(ui, m);
		return;
	}
	if (!nth(ui, ui->pick < 0 ? 0 : ui->pick, &e))
		return;
	ui->input_n = (size_t)snprintf(ui->input, sizeof ui->input, "%s%s",
	    e.name, e.takes[0] == '\0' ? "" : " ");
	ui->pick = -1;
}

void
ov_palette_run(struct ui *ui, struct model *m, struct str line)
{
	struct str name = {NULL, 0};
	enum action a;

	line = str_trim(line);
	if (!str_word(&line, &name))
		return;
	line = str_trim(line);
	for (int i = 0; i < N_COMMANDS; i++) {
		if (str_eq(name, str_of(commands[i].name))) {
			commands[i].run(ui, m, line);
			return;
		}
	}
	if (verb_of(name) != VERB_N) {
		act_ui_words(ui, m, verb_of(name), line);
		return;
	}
	a = action_by_name(name);
	if (a == ACT_NONE)
		ui_say(ui, true, _("no command is called \"%.*s\""),
		    (int)name.n, name.p);
	else
		ui_act(ui, m, a);
}

/* Clears the place of n lines above the one that is typed. */
static struct rect
list_rect(struct grid *g, int rows)
{
	struct rect r = {g->rows - 1 - rows - 1, 0, rows + 1, g->cols};

	grid_fill(g, r, ROLE_TEXT, ' ');
	for (int x = 0; x < r.cols; x++)
		grid_put(g, r, 0, x, ROLE_BORDER, '-');
	return r;
}

/* How the command goes on, and what its value is; rows used. */
static int
draw_usage(const struct ui *ui, struct grid *g, struct rect r)
{
	struct str rest = {ui->input, ui->input_n}, name = {NULL, 0};
	enum verb v = str_word(&rest, &name) ? verb_of(name) : VERB_N;
	const struct site_action *site = NULL;
	char usage[LINE_COLS];

	if (v == VERB_SITE && str_word(&rest, &name))
		site = site_find(ui->act.sites, name);
	if (v == VERB_N)
		return 0;
	if (site != NULL) {
		site_usage(site, usage, sizeof usage);
		(void)grid_printf(
		    g, r, 1, 1, ROLE_HINT, "site %s %s", site->name, usage);
		(void)grid_puts(g, r, 2, 1, ROLE_HINT, site->help);
		return site->help[0] != '\0' ? 2 : 1;
	}
	verb_usage(v, usage, sizeof usage);
	(void)grid_printf(
	    g, r, 1, 1, ROLE_HINT, "%s %s", verb_rows[v].word, usage);
	if ((verb_rows[v].flags & ACTF_VALUE) == 0)
		return 1;
	(void)grid_printf(
	    g, r, 2, 1, ROLE_HINT, "VALUE: %s", _(verb_rows[v].value));
	return 2;
}

/* That, and what the word being typed may become. */
static void
draw_words(const struct ui *ui, const struct model *m, struct grid *g)
{
	struct rect none = {0, 0, 0, 0}, r;
	struct completion c;
	int head = draw_usage(ui, g, none), rows;

	ov_complete(ui, m, &c);
	rows = head + (int)c.n_shown + (c.n > c.n_shown ? 1 : 0);
	if (rows == 0)
		return;
	r = list_rect(g, rows);
	(void)draw_usage(ui, g, r);
	for (int i = 0; i < (int)c.n_shown; i++) {
		(void)grid_text(g, r, 1 + head + i, 1, -1, ROLE_KEY, true,
		    str_of(c.shown[i]));
		if (i == ui->pick)
			grid_over(g, r, 1 + head + i, 0, r.cols, ROLE_CURSOR);
	}
	if (c.n > c.n_shown)
		(void)grid_printf(g, r, rows, 1, ROLE_HINT,
		    _(".. %zu more: go on typing"), c.n - c.n_shown);
}

void
ov_palette_draw(struct ui *ui, const struct model *m, struct grid *g)
{
	int n = ov_palette_count(ui, m), rows = n < SHOWN_MAX ? n : SHOWN_MAX;
	int from = ui->pick >= rows ? ui->pick - rows + 1 : 0, more;
	struct entry e;
	struct rect r;

	if (ov_completing(ui)) {
		draw_words(ui, m, g);
		return;
	}
	if (n == 0)
		return;
	more = n - from - rows;
	r = list_rect(g, rows + (more > 0 ? 1 : 0));
	if (more > 0)
		(void)grid_printf(g, r, 1 + rows, 1, ROLE_HINT,
		    _(".. %d more: go on typing"), more);
	for (int i = 0; i < rows && nth(ui, from + i, &e); i++) {
		bool can = e.acts ? act_site_locked(ui, e.site) == NULL
				  : e.action == ACT_NONE ||
					ui_refusal(ui, m, e.action) == NULL;
		int col = grid_text(g, r, 1 + i, 1, -1,
		    can ? ROLE_KEY : ROLE_DIM, true, str_of(e.name));

		(void)grid_text(g, r, 1 + i, 2 + col, -1, ROLE_HINT, true,
		    str_of(_(e.takes)));
		if (e.takes[0] == '\0')
			(void)grid_puts(g, r, 1 + i, NAME_COLS, ROLE_DIM,
			    can ? _(e.help) : ui_refusal(ui, m, e.action));
		if (from + i == ui->pick)
			grid_over(g, r, 1 + i, 0, r.cols, ROLE_CURSOR);
	}
}
