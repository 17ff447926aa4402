/* cmd_lists.c - see cmd_lists.h. */
#include "app/cmd_lists.h"

#include "app/columns.h"
#include "app/docs_lists.h"
#include "app/knowledge.h"
#include "app/listwatch.h"
#include "app/say.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { DOCUMENT_BYTES = 64 << 20 };
_Static_assert((int)MAX_HOSTS <= (int)LISTS_MAX, "room for all operands");

/* What docs_list_state says, for people. */
static const char *
state_label(const char *state)
{
	static const struct {
		const char *word, *label;
	} labels[] = {
	    {"watched", N_("watched")},
	    {"known", N_("when named")},
	    {"needs-key", N_("needs a key")},
	    {"replies-only", N_("in replies only")},
	    {"closed", N_("closed")},
	};

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strcmp(state, labels[i].word) == 0)
			return _(labels[i].label);
	return state;
}

/* The zone asked, or one that replies may name. */
static struct str
any_zone(const struct blocklist *l, bool has_key)
{
	struct str zone = docs_zone(l, has_key);

	return zone.n == 0 && l->n_other_zones > 0 ? l->other_zones[0] : zone;
}

static err_t
print_table(struct buf *out, const struct blocklists *c,
    const struct list_config *config)
{
	const char *const headings[] = {_("LIST"), _("KIND"), _("IMPACT"),
	    _("ASKED"), _("ZONE"), _("NAME")};
	struct columns t;
	err_t err;

	columns_init(&t, sizeof headings / sizeof *headings, headings);
	for (uint16_t i = 0; i < blocklists_count(c); i++) {
		const struct blocklist *l = blocklists_at(c, i);
		bool has_key = config_lists_key(config, l->id).n > 0;
		const struct str cells[] = {l->id,
		    str_of(list_kind_name(l->kind)),
		    str_of(impact_name(l->impact)),
		    str_of(state_label(docs_list_state(l, has_key))),
		    any_zone(l, has_key), l->name};

		columns_row(&t, cells);
	}
	err = columns_write(&t, out);
	columns_done(&t);
	return err;
}

/* "  label  text", nothing when there is no text. */
static void
line(struct buf *out, const char *label, struct str text)
{
	size_t cols = utf8_cols(str_of(label));

	if (text.n == 0)
		return;
	(void)buf_printf(out, "  %s", label);
	for (; cols < 16; cols++)
		(void)buf_putc(out, ' ');
	(void)buf_putc(out, ' ');
	(void)utf8_clean(out, text);
	(void)buf_putc(out, '\n');
}

static void
lines(struct buf *out, const char *label, const struct str *texts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		line(out, i == 0 ? label : "", texts[i]);
}

static void
code_line(struct buf *out, const struct list_code *c, bool first)
{
	char from[16], to[16];
	struct buf text;

	buf_init(&text, 4096);
	(void)docs_code(from, c->from);
	if (c->mask != 0)
		(void)buf_printf(&text, _("%.*s*, bit %u"),
		    (int)(strlen(from) - 1), from, c->mask);
	else
		(void)buf_puts(&text, from);
	if (c->mask == 0 && c->to != c->from)
		(void)buf_printf(&text, "-%s", docs_code(to, c->to));
	(void)buf_puts(&text, "  ");
	(void)buf_str(&text, c->meaning);
	if (c->error)
		(void)buf_puts(&text, _(" (no listing: it won't answer us)"));
	else if (c->good)
		(void)buf_puts(&text, _(" (no listing)"));
	line(out, first ? _("codes") : "", buf_view(&text));
	buf_done(&text);
}

static void
print_delist(struct buf *out, const struct blocklist *l)
{
	if (l->closed)
		line(out, _("delisting"),
		    str_of(_("Nothing to do: ask whoever still names it to "
			     "stop.")));
	line(out, _("delisting"), l->delist_method);
	line(out, "", l->delist_url);
	line(out, _("expires"), l->delist_expiry);
	lines(out, _("they ask for"), l->delist_asks, l->n_delist_asks);
	line(out, _("note"), l->delist_note);
}

static void
print_one(struct buf *out, const struct blocklist *l, bool has_key)
{
	char period[NUM_TEXT], rate[64] = "";

	(void)utf8_clean(out, l->id);
	(void)buf_puts(out, "  ");
	(void)utf8_clean(out, l->name);
	(void)buf_putc(out, '\n');
	line(out, _("operator"), l->operator_name);
	line(out, _("kind"), str_of(list_kind_name(l->kind)));
	line(out, _("impact"), str_of(impact_name(l->impact)));
	line(out, l->closed ? _("closed") : _("why"), l->why);
	line(out, _("asked"), str_of(state_label(docs_list_state(l, has_key))));
	line(out, _("zone"), docs_zone(l, has_key));
	lines(out, _("other names"), l->other_zones, l->n_other_zones);
	line(out, _("part of"), l->covered_by);
	if (blocklist_askable(l, true)) {
		(void)num_age(period, (int64_t)l->period_s * 1000);
		line(out, _("every"), str_of(period));
	}
	if (l->rate_per_s > 0)
		(void)snprintf(
		    rate, sizeof rate, _("%u a second"), l->rate_per_s);
	line(out, _("at most"), str_of(rate));
	for (uint16_t i = 0; i < l->n_codes; i++)
		code_line(out, &l->codes[i], i == 0);
	lines(out, _("must be listed"), l->test_listed, l->n_test_listed);
	lines(out, _("must be clean"), l->test_clean, l->n_test_clean);
	line(out, _("when it refuses"), l->remedy);
	print_delist(out, l);
}

/* The lists the operands name, by id or zone; false when one names none. */
static bool
choose(const struct options *o, const struct blocklists *c, uint16_t *lists,
    size_t *n)
{
	for (int i = 0; i < o->n_hosts; i++) {
		struct str word = str_of(o->hosts[i]);
		uint16_t at = blocklists_find(c, word);

		if (at == LIST_NONE)
			at = blocklists_by_zone(c, word);
		if (at == LIST_NONE) {
			say(_("%s: no list has this id or zone; mtadeck lists "
			      "prints all of them"),
			    o->hosts[i]);
			return false;
		}
		lists[(*n)++] = at;
	}
	for (uint16_t i = 0; o->n_hosts == 0 && i < blocklists_count(c); i++)
		lists[(*n)++] = i;
	return true;
}

static err_t
print_json(struct buf *out, const struct blocklists *c, const uint16_t *lists,
    size_t n, const struct list_config *config)
{
	cJSON *d = docs_lists(c, lists, n, config);
	err_t err = d == NULL ? ERR_NOMEM : json_write(out, d);

	cJSON_Delete(d);
	return err;
}

static int
print(const struct options *o, const struct config *config,
    const struct blocklists *c)
{
	uint16_t lists[LISTS_MAX];
	size_t n = 0;
	struct buf out;
	err_t err = ERR_OK;

	if (!choose(o, c, lists, &n))
		return EXIT_USAGE;
	buf_init(&out, DOCUMENT_BYTES);
	if (o->json)
		err = print_json(&out, c, lists, n, &config->lists);
	else if (o->n_hosts == 0)
		err = print_table(&out, c, &config->lists);
	for (size_t i = 0; !o->json && o->n_hosts > 0 && i < n; i++) {
		const struct blocklist *l = blocklists_at(c, lists[i]);

		print_one(
		    &out, l, config_lists_key(&config->lists, l->id).n > 0);
	}
	if (err == ERR_OK)
		err = out.failed;
	if (err != ERR_OK) {
		say("%s", _(err_text(err)));
	} else if (fwrite(out.p, 1, out.n, stdout) != out.n ||
		   fflush(stdout) != 0) {
		say(_("standard output: %s"), strerror(errno));
		err = ERR_IO;
	}
	buf_done(&out);
	return err == ERR_OK ? EXIT_WELL : EXIT_UNKNOWN;
}

static err_t
try_ids(const struct list_config *c, const struct blocklists *lists, char *why,
    size_t cap)
{
	struct str ids[CONFIG_LISTS];
	uint16_t use[LISTS_MAX];
	size_t n_use = 0;

	for (int i = 0; i < c->n_keys; i++) {
		struct str id = str_of(c->keys[i].list);
		uint16_t at = blocklists_find(lists, id);

		if (at != LIST_NONE && blocklists_at(lists, at)->zone_key.n > 0)
			continue;
		(void)snprintf(why, cap,
		    _("lists: keys: \"%.*s\" is no list that takes a key; see "
		      "mtadeck lists"),
		    (int)id.n, id.p);
		return ERR_NOTFOUND;
	}
	for (int i = 0; i < c->n_use; i++)
		ids[i] = str_of(c->use[i]);
	return listwatch_use(
	    lists, ids, (size_t)c->n_use, use, &n_use, why, cap);
}

err_t
lists_try(const struct list_config *c, char *why, size_t cap)
{
	struct knowledge k;
	err_t err = ERR_IO;

	(void)snprintf(
	    why, cap, "%s", _("lists: the catalogue cannot be used"));
	if (knowledge_load(&k, KNOW_LISTS, c->catalogue))
		err = try_ids(c, k.lists, why, cap);
	knowledge_free(&k);
	return err;
}

int
lists_run(const struct options *o, const struct config *c)
{
	struct knowledge k;
	int rc = EXIT_UNKNOWN;

	if (knowledge_load(&k, KNOW_LISTS, c->lists.catalogue))
		rc = print(o, c, k.lists);
	knowledge_free(&k);
	return rc;
}
