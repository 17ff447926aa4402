/*
 * export.c - what a view shows, without the limits of a screen: text, and
 * tables as CSV (RFC 4180, no cell a formula) or JSON too. Only tagged rows
 * where there are any; else all that pass the filter. Everything is sanitised
 * as on screen.
 */
#include "tui/ui.h"

#include "core/clock.h"
#include "core/csv.h"
#include "core/i18n.h"
#include "core/json.h"

static bool
wanted(const struct ui *ui, const struct trow *row, bool tagged)
{
	return !tagged || ui_tagged(ui, row->row.key);
}

static bool
any_tagged(const struct ui *ui)
{
	for (size_t i = 0; i < ui->table.n; i++)
		if (ui_tagged(ui, ui->table.shown[i].row.key))
			return true;
	return false;
}

/* A graph has no text: its newest values, a gap as nothing. */
static void
put_graph(struct buf *out, const struct cellv *c)
{
	for (int i = 0; i < c->graph_n; i++) {
		(void)buf_puts(out, i > 0 ? " " : "");
		if (graph_value(c->graph[i]) == GRAPH_GAP)
			(void)buf_puts(out, "-");
		else
			(void)buf_printf(out, "%u", graph_value(c->graph[i]));
	}
}

static void
cell_text(const struct cellv *c, struct buf *out)
{
	buf_reset(out);
	if (c->graph_n > 0)
		put_graph(out, c);
	else
		(void)utf8_clean(out, c->text);
}

/* When, what, under which filter. */
static void
put_head(const struct ui *ui, struct buf *out)
{
	const struct level *l = ui_top_const(ui);
	char at[CLOCK_TEXT];

	(void)buf_printf(out, "mtadeck %s, %s, %s", ui->version,
	    ui_view(ui)->name, clock_rfc3339(at, ui->now_ms));
	if (l->filter[0] != '\0') {
		(void)buf_puts(out, _(", filter: "));
		(void)utf8_clean(out, str_of(l->filter));
	}
	(void)buf_putc(out, '\n');
}

static void
put_csv(struct ui *ui, struct model *m, struct buf *out, struct buf *text)
{
	const struct table_view *tv = ui_table(ui);
	bool tagged = any_tagged(ui);
	struct cellv c;

	for (int col = 0; col < tv->n_cols; col++)
		(void)buf_printf(
		    out, "%s%s", col > 0 ? "," : "", tv->cols[col].id);
	(void)buf_puts(out, "\r\n");
	for (size_t i = 0; i < ui->table.n; i++) {
		if (!wanted(ui, &ui->table.shown[i], tagged))
			continue;
		for (int col = 0; col < tv->n_cols; col++) {
			wtable_cell(&ui->table, tv, m, ui, &ui->table.shown[i],
			    col, &c);
			cell_text(&c, text);
			(void)buf_puts(out, col > 0 ? "," : "");
			csv_field(out, buf_view(text));
		}
		(void)buf_puts(out, "\r\n");
	}
}

/* One padded cell; the last of a line is not padded. */
static void
put_padded(struct buf *out, struct str text, int width, bool last)
{
	int pad = width + 2 - (int)utf8_cols(text);

	(void)buf_str(out, text);
	if (last)
		(void)buf_putc(out, '\n');
	else
		(void)buf_printf(out, "%*s", pad, "");
}

static void
widen(int *width, struct str text)
{
	int cols = (int)utf8_cols(text);

	if (cols > *width)
		*width = cols;
}

/* Columns as wide as their widest cell: one pass to measure, one to write. */
static void
put_text(struct ui *ui, struct model *m, struct buf *out, struct buf *text)
{
	const struct table_view *tv = ui_table(ui);
	bool tagged = any_tagged(ui);
	int width[MAX_COLS] = {0}, last = tv->n_cols - 1;
	struct cellv c;

	put_head(ui, out);
	/* Graphs are for screens, CSV and JSON: as text they drown the rest. */
	for (int col = 0; col <= last; col++) {
		if ((tv->cols[col].flags & COLF_GRAPH) != 0)
			continue;
		widen(&width[col], str_of(_(tv->cols[col].title)));
		for (size_t i = 0; i < ui->table.n; i++) {
			wtable_cell(&ui->table, tv, m, ui, &ui->table.shown[i],
			    col, &c);
			cell_text(&c, text);
			widen(&width[col], buf_view(text));
		}
	}
	for (int col = 0; col <= last; col++)
		if ((tv->cols[col].flags & COLF_GRAPH) == 0)
			put_padded(out, str_of(_(tv->cols[col].title)),
			    width[col], col == last);
	for (size_t i = 0; i < ui->table.n; i++) {
		if (!wanted(ui, &ui->table.shown[i], tagged))
			continue;
		for (int col = 0; col <= last; col++) {
			if ((tv->cols[col].flags & COLF_GRAPH) != 0)
				continue;
			wtable_cell(&ui->table, tv, m, ui, &ui->table.shown[i],
			    col, &c);
			cell_text(&c, text);
			put_padded(
			    out, buf_view(text), width[col], col == last);
		}
	}
}

static cJSON *
json_row(
    struct ui *ui, struct model *m, const struct trow *row, struct buf *text)
{
	const struct table_view *tv = ui_table(ui);
	cJSON *o = cJSON_CreateObject();
	struct cellv c;

	for (int col = 0; o != NULL && col < tv->n_cols; col++) {
		const char *id = tv->cols[col].id;

		wtable_cell(&ui->table, tv, m, ui, row, col, &c);
		cell_text(&c, text);
		if (c.graph_n > 0 || (tv->cols[col].flags & COLF_NUMBER) == 0)
			(void)json_add_str(o, id, buf_view(text));
		else if (c.known)
			(void)cJSON_AddNumberToObject(o, id, c.num);
		else
			(void)cJSON_AddNullToObject(o, id);
	}
	return o;
}

static err_t
put_json(struct ui *ui, struct model *m, struct buf *out, struct buf *text)
{
	cJSON *doc = cJSON_CreateObject(), *list = NULL;
	bool tagged = any_tagged(ui);
	err_t err = ERR_NOMEM;

	if (doc != NULL)
		list = cJSON_AddArrayToObject(doc, "rows");
	if (list == NULL)
		goto done;
	(void)cJSON_AddNumberToObject(doc, "v", 1);
	(void)json_add_time(doc, "at", ui->now_ms);
	(void)json_add_str(doc, "view", str_of(ui_view(ui)->name));
	(void)json_add_opt(doc, "filter", str_of(ui_top(ui)->filter));
	for (size_t i = 0; i < ui->table.n; i++) {
		if (!wanted(ui, &ui->table.shown[i], tagged))
			continue;
		if (!cJSON_AddItemToArray(
			list, json_row(ui, m, &ui->table.shown[i], text)))
			goto done;
	}
	err = json_write(out, doc);
done:
	cJSON_Delete(doc);
	return err;
}

static void
put_document(const struct ui *ui, struct buf *out)
{
	for (size_t i = 0; i < ui->doc.n; i++) {
		(void)utf8_clean(out, doc_text(&ui->doc, i));
		(void)buf_putc(out, '\n');
	}
}

err_t
ui_export(struct ui *ui, struct model *m, const char *kind, struct buf *out)
{
	const struct view *v = ui_view(ui);
	struct buf text;
	err_t err = ERR_OK;

	ui_build(ui, m);
	if (ui_table(ui) == NULL && strcmp(kind, "text") == 0) {
		put_head(ui, out);
		if (v->text != NULL)
			v->text(m, ui, out);
		else
			put_document(ui, out);
		return out->failed;
	}
	if (ui_table(ui) == NULL)
		return ERR_NOTFOUND;
	buf_init(&text, 1 << 16);
	if (strcmp(kind, "csv") == 0)
		put_csv(ui, m, out, &text);
	else if (strcmp(kind, "json") == 0)
		err = put_json(ui, m, out, &text);
	else if (strcmp(kind, "text") == 0)
		put_text(ui, m, out, &text);
	else
		err = ERR_UNSUPPORTED;
	buf_done(&text);
	return err != ERR_OK ? err : out->failed;
}
