/* check_print.c - see check_print.h. */
#include "app/check_print.h"

#include "app/columns.h"
#include "app/docs_lists.h"
#include "core/i18n.h"
#include "core/utf8.h"

enum { OUT_BYTES = 64 << 20, SOME = 5 };

static err_t
flush(struct buf *out, FILE *file)
{
	err_t err = out->failed;

	if (err == ERR_OK && fwrite(out->p, 1, out->n, file) != out->n)
		err = ERR_IO;
	buf_reset(out);
	return err;
}

char *
check_progress(char *dst, size_t cap, uint32_t told, uint32_t pairs,
    uint32_t listed, int64_t took_ms)
{
	(void)snprintf(dst, cap, _("%u/%u asked, %u listed, %lld s"), told,
	    pairs, listed, (long long)(took_ms / 1000));
	return dst;
}

/* What the codes mean, "A; B", or the codes themselves. */
static void
put_meaning(
    struct buf *out, const struct blocklist *l, const struct list_answer *a)
{
	struct str meaning;
	uint16_t at = 0;
	char code[16];

	buf_reset(out);
	while (docs_meaning(l, a, &at, &meaning)) {
		(void)buf_puts(out, out->n > 0 ? "; " : "");
		(void)buf_str(out, meaning);
	}
	if (out->n > 0)
		return;
	for (uint8_t i = 0; i < a->n_codes; i++) {
		(void)buf_puts(out, i > 0 ? " " : "");
		(void)buf_puts(out, docs_code(code, a->codes[i]));
	}
}

/* All listings on lists of one impact. */
static void
add_listed(struct columns *t, const struct check_results *r, enum impact impact)
{
	struct list_answer a;
	struct buf meaning;

	buf_init(&meaning, 65536);
	for (size_t s = 0; s < r->n_subjects; s++)
		for (size_t i = 0; i < r->n_lists; i++) {
			const struct blocklist *l =
			    blocklists_at(r->catalogue, r->lists[i].list);

			if (l->impact != impact ||
			    !check_results_get(r, s, i, &a) ||
			    a.verdict != VERDICT_LISTED)
				continue;
			put_meaning(&meaning, l, &a);
			columns_row(t, (const struct str[]){a.subject, l->id,
					   str_of(impact_name(impact)),
					   buf_view(&meaning), a.reason});
		}
	buf_done(&meaning);
}

static err_t
put_listed(const struct check_results *r, struct buf *out)
{
	const char *const headings[] = {
	    _("SUBJECT"), _("LIST"), _("IMPACT"), _("MEANING"), _("REASON")};
	struct columns t;
	err_t err;

	if (r->listed == 0)
		return ERR_OK;
	columns_init(&t, sizeof headings / sizeof *headings, headings);
	add_listed(&t, r, IMPACT_HIGH);
	add_listed(&t, r, IMPACT_MEDIUM);
	add_listed(&t, r, IMPACT_LOW);
	err = columns_write(&t, out);
	columns_done(&t);
	return err == ERR_OK ? buf_putc(out, '\n') : err;
}

static bool
same_trouble(const struct check_list *a, const struct check_list *b)
{
	return check_list_bad(a) && check_list_bad(b) &&
	       a->verdict == b->verdict && strcmp(a->text, b->text) == 0;
}

/* A line for each trouble, of all the lists that have it. */
static void
put_trouble(const struct check_results *r, size_t first, struct buf *out)
{
	const struct check_list *l = &r->lists[first];

	for (size_t i = first; i < r->n_lists; i++) {
		if (i > first && !same_trouble(l, &r->lists[i]))
			continue;
		(void)buf_puts(out, i > first ? ", " : "");
		(void)utf8_clean(
		    out, blocklists_at(r->catalogue, r->lists[i].list)->id);
	}
	(void)buf_puts(out, ": ");
	(void)utf8_clean(out,
	    str_of(l->text[0] != '\0' ? l->text : verdict_label(l->verdict)));
	(void)buf_putc(out, '\n');
}

/* Lists that could not be believed, or not about all. */
static void
put_troubles(const struct check_results *r, struct buf *out)
{
	for (size_t i = 0; i < r->n_lists; i++) {
		const struct check_list *l = &r->lists[i];
		bool said = false;

		for (size_t k = 0; k < i && !said; k++)
			said = same_trouble(&r->lists[k], l);
		if (check_list_bad(l) && !said)
			put_trouble(r, i, out);
		if (check_list_bad(l) || l->unknown == 0 ||
		    l->listed + l->clean == 0)
			continue;
		(void)utf8_clean(out, blocklists_at(r->catalogue, l->list)->id);
		(void)buf_printf(out,
		    _(": nothing is known about %u of %u subjects.\n"),
		    l->unknown, l->unknown + l->listed + l->clean);
	}
}

/* Nothing is known of the subject though its lists are well; why. */
static bool
left_out(const struct check_results *r, size_t subject, struct str *why)
{
	struct list_answer a;
	bool any = false;

	for (size_t i = 0; i < r->n_lists; i++) {
		if (!check_results_get(r, subject, i, &a))
			continue;
		if (a.verdict == VERDICT_LISTED || a.verdict == VERDICT_CLEAN ||
		    check_list_bad(&r->lists[i]))
			return false;
		*why = a.reason;
		any = true;
	}
	return any;
}

static void
put_left_out(const struct check_results *r, struct buf *out)
{
	size_t n = 0;
	struct str why = {NULL, 0};

	for (size_t s = 0; s < r->n_subjects; s++) {
		if (!left_out(r, s, &why) || ++n > SOME)
			continue;
		(void)utf8_clean(out, r->subjects[s]);
		(void)buf_puts(out, ": ");
		(void)utf8_clean(out, why);
		(void)buf_putc(out, '\n');
	}
	if (n > SOME)
		(void)buf_printf(out,
		    _("and %zu more of which nothing is known\n"), n - SOME);
}

static void
put_without_key(const struct check_report *c, struct buf *out)
{
	if (c->n_without_key == 0)
		return;
	(void)buf_puts(out, _("Not asked for want of a key: "));
	for (size_t i = 0; i < c->n_without_key; i++) {
		(void)buf_puts(out, i > 0 ? ", " : "");
		(void)utf8_clean(out, c->without_key[i]);
	}
	(void)buf_putc(out, '\n');
}

static void
put_summary(const struct check_report *c, struct buf *out)
{
	const struct check_results *r = c->r;
	size_t bad = 0, clean = 0;

	for (size_t i = 0; i < r->n_lists; i++) {
		bad += check_list_bad(&r->lists[i]);
		clean += r->lists[i].clean > 0;
	}
	if (r->believed == 0)
		(void)buf_printf(out,
		    _("Nothing could be found out; subjects: %zu, lists: %zu, "
		      "questions: %llu."),
		    r->n_subjects, r->n_lists, (unsigned long long)c->queries);
	else if (r->listed == 0)
		(void)buf_printf(out,
		    _("Subjects listed: none of %zu; lists they are clean "
		      "on: %zu."),
		    r->n_subjects, clean);
	else
		(void)buf_printf(out,
		    _("Subjects listed: %zu of %zu; listings: %u; lists "
		      "asked: %zu, not to be believed: %zu."),
		    check_results_subjects_listed(r), r->n_subjects, r->listed,
		    r->n_lists, bad);
	(void)buf_printf(out, _(" It took %lld.%lld s.\n"),
	    (long long)(c->took_ms / 1000),
	    (long long)(c->took_ms % 1000 / 100));
}

err_t
check_print_text(const struct check_report *c)
{
	struct buf out;
	err_t err;

	buf_init(&out, OUT_BYTES);
	err = put_listed(c->r, &out);
	if (err == ERR_OK) {
		put_troubles(c->r, &out);
		put_left_out(c->r, &out);
		put_without_key(c, &out);
		put_summary(c, &out);
		err = flush(&out, c->out);
	}
	buf_done(&out);
	return err;
}

/* An object within the document, which is one line. */
static err_t
put_object(struct buf *out, cJSON *o)
{
	err_t err = json_write(out, o);

	cJSON_Delete(o);
	if (err == ERR_OK)
		out->n--;
	return err;
}

static err_t
put_results(const struct check_report *c, struct buf *out)
{
	const struct check_results *r = c->r;
	struct list_answer a;
	bool first = true;
	err_t err = buf_puts(out, ",\"results\":[");

	for (size_t s = 0; s < r->n_subjects; s++)
		for (size_t i = 0; i < r->n_lists && err == ERR_OK; i++) {
			const struct blocklist *l =
			    blocklists_at(r->catalogue, r->lists[i].list);
			cJSON *o;

			if (!check_results_get(r, s, i, &a))
				continue;
			o = docs_answer(r->catalogue, &a,
			    config_lists_key(c->config, l->id).n > 0);
			(void)buf_puts(out, first ? "" : ",");
			first = false;
			err = put_object(out, o);
			if (err == ERR_OK && out->n > 65536)
				err = flush(out, c->out);
		}
	(void)buf_puts(out, "]");
	return err;
}

static err_t
put_lists(const struct check_report *c, struct buf *out)
{
	const struct check_results *r = c->r;
	err_t err = buf_puts(out, ",\"lists\":[");

	for (size_t i = 0; i < r->n_lists && err == ERR_OK; i++) {
		const struct check_list *l = &r->lists[i];
		cJSON *o = cJSON_CreateObject();

		(void)json_add_str(
		    o, "list", blocklists_at(r->catalogue, l->list)->id);
		(void)cJSON_AddStringToObject(o, "verdict",
		    verdict_name(l->told ? l->verdict : VERDICT_UNKNOWN));
		(void)json_add_opt(o, "text", str_of(l->text));
		(void)json_add_u64(o, "listed", l->listed);
		(void)json_add_u64(o, "clean", l->clean);
		(void)json_add_u64(o, "unknown", l->unknown);
		(void)buf_puts(out, i > 0 ? "," : "");
		err = put_object(out, o);
	}
	(void)buf_puts(out, "]");
	return err;
}

static err_t
put_head(const struct check_report *c, struct buf *out)
{
	cJSON *d = cJSON_CreateObject(), *ids;
	err_t err;

	(void)json_add_u64(d, "v", 1);
	(void)json_add_time(d, "at", c->at_ms);
	(void)json_add_i64(d, "took_ms", c->took_ms);
	(void)json_add_u64(d, "queries", c->queries);
	(void)json_add_u64(d, "subjects", c->r->n_subjects);
	(void)json_add_u64(
	    d, "subjects_listed", check_results_subjects_listed(c->r));
	ids = cJSON_AddArrayToObject(d, "without_key");
	for (size_t i = 0; i < c->n_without_key; i++)
		(void)cJSON_AddItemToArray(
		    ids, cJSON_CreateString(c->without_key[i].p));
	err = put_object(out, d);
	if (err == ERR_OK)
		out->n--; /* its end comes with what follows */
	return err;
}

err_t
check_print_json(const struct check_report *c)
{
	struct buf out;
	err_t err;

	buf_init(&out, OUT_BYTES);
	err = put_head(c, &out);
	if (err == ERR_OK)
		err = put_results(c, &out);
	if (err == ERR_OK)
		err = put_lists(c, &out);
	(void)buf_puts(&out, "}\n");
	if (err == ERR_OK)
		err = flush(&out, c->out);
	buf_done(&out);
	return err;
}
