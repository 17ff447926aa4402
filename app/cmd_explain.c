/* cmd_explain.c - see cmd_explain.h. */
#include "app/cmd_explain.h"

#include "app/knowledge.h"
#include "app/say.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 1 << 20 };

static err_t
as_json(struct buf *out, struct str text, const struct meaning *m)
{
	cJSON *d = cJSON_CreateObject();
	err_t err = d == NULL ? ERR_NOMEM : json_add_u64(d, "v", 1);

	if (err == ERR_OK)
		err = json_add_str(d, "text", text);
	if (err == ERR_OK)
		err =
		    json_add_str(d, "class", str_of(reply_class_name(m->cls)));
	if (err == ERR_OK)
		err = json_add_opt(d, "provider", m->provider);
	if (err == ERR_OK)
		err = json_add_opt(d, "list", m->list);
	if (err == ERR_OK)
		err = json_add_str(d, "blames", str_of(blames_name(m->blames)));
	if (err == ERR_OK)
		err = json_add_str(d, "scope", str_of(scope_name(m->scope)));
	if (err == ERR_OK)
		err = json_add_opt(d, "rule", m->rule);
	if (err == ERR_OK)
		err = json_write(out, d);
	cJSON_Delete(d);
	return err;
}

static err_t
field(struct buf *out, const char *name, struct str value)
{
	err_t err;

	if (value.n == 0)
		return ERR_OK;
	err = buf_printf(out, "  %s ", name);
	return err == ERR_OK ? utf8_clean(out, value) : err;
}

/* "throttle  provider google  blames ip  scope ip  rule ..", the reply below.
 */
static err_t
as_text(struct buf *out, struct str text, const struct meaning *m)
{
	err_t err = buf_printf(out, "%-17s", reply_class_name(m->cls));

	if (err == ERR_OK)
		err = field(out, "provider", m->provider);
	if (err == ERR_OK)
		err = field(out, "list", m->list);
	if (err == ERR_OK)
		err = field(out, "blames", str_of(blames_name(m->blames)));
	if (err == ERR_OK)
		err = field(out, "scope", str_of(scope_name(m->scope)));
	if (err == ERR_OK)
		err = field(out, "rule", m->rule);
	if (err == ERR_OK)
		err = buf_puts(out, "\n    ");
	if (err == ERR_OK)
		err = utf8_clean(out, text);
	return err == ERR_OK ? buf_puts(out, "\n") : err;
}

static err_t
explain(const struct options *o, struct reply_rules *rules, struct str text,
    bool at_once)
{
	struct meaning m;
	struct buf out;
	err_t err;

	buf_init(&out, 4U * LINE_BYTES);
	reply_rules_read(rules, text, &m);
	err = o->json ? as_json(&out, text, &m) : as_text(&out, text, &m);
	if (err != ERR_OK)
		say("%s", _(err_text(err)));
	else if (fwrite(out.p, 1, out.n, stdout) != out.n ||
		 (at_once && fflush(stdout) != 0)) {
		say(_("standard output: %s"), strerror(errno));
		err = ERR_IO;
	}
	buf_done(&out);
	return err;
}

/* A line at a time, each answered before the next is waited for; what of one is
 * longer than a megabyte is not read. */
static err_t
explain_lines(const struct options *o, struct reply_rules *rules)
{
	char *line = malloc(LINE_BYTES);
	err_t err = line == NULL ? ERR_NOMEM : ERR_OK;
	struct stat st;
	/* A file's next line need not be waited for. */
	bool waits = fstat(STDIN_FILENO, &st) == 0 && !S_ISREG(st.st_mode);

	while (err == ERR_OK && fgets(line, LINE_BYTES, stdin) != NULL) {
		struct str text = str_of(line);
		bool whole = text.n > 0 && text.p[text.n - 1] == '\n';

		text = str_trim(text);
		if (text.n > 0)
			err = explain(o, rules, text, waits);
		while (!whole) {
			int c = getchar();

			whole = c == EOF || c == '\n';
		}
	}
	if (err == ERR_OK && ferror(stdin) != 0) {
		say(_("standard input: %s"), strerror(errno));
		err = ERR_IO;
	}
	free(line);
	return err;
}

int
explain_run(const struct options *o)
{
	struct knowledge k;
	bool from_stdin = o->n_hosts == 0 ||
			  (o->n_hosts == 1 && strcmp(o->hosts[0], "-") == 0);
	err_t err = ERR_OK;

	if (!knowledge_load(&k, KNOW_RULES, "")) {
		knowledge_free(&k);
		return EXIT_UNKNOWN;
	}
	if (from_stdin)
		err = explain_lines(o, k.rules);
	for (int i = 0; !from_stdin && i < o->n_hosts && err == ERR_OK; i++)
		err = explain(o, k.rules, str_of(o->hosts[i]), false);
	if (err == ERR_OK && fflush(stdout) != 0) {
		say(_("standard output: %s"), strerror(errno));
		err = ERR_IO;
	}
	knowledge_free(&k);
	return err == ERR_OK ? EXIT_WELL : EXIT_UNKNOWN;
}
