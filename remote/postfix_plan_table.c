/*
 * postfix_plan_table.c - a table of a plan's own among Postfix's files
 * (postmap(1), regexp_table(5), DATABASE_README: texthash). It holds checked
 * words only and is nobody else's: its name has the plan's id.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_ours.h"
#include "remote/postfix_plan_int.h"

#include <stdio.h>

enum { TABLE_BYTES = 64 << 20 };

/* "/etc/postfix/mtadeck-ID" */
static bool
table_path(const struct plan_host *h, char *dst, size_t cap)
{
	/* Lists end words at these, or expand them. */
	static const char parting[] = " \t\r\v\f,${}()\"\\:";
	const char *dir = h->d->config_dir;

	if (!shquote_is_path(str_of(dir)) ||
	    strcspn(dir, parting) != strlen(dir)) {
		postfix_plan_refuse(h,
		    _("%s: Postfix's folder \"%s\" has a name that no list of "
		      "tables could hold"),
		    dir);
		return false;
	}
	(void)snprintf(dst, cap, "%s/" POSTFIX_OURS "%s", dir, h->p->id);
	return true;
}

bool
postfix_plan_table_map(
    const struct plan_host *h, const char *type, char dst[PLAN_MAP_BYTES])
{
	size_t n = strlen(type);

	(void)snprintf(dst, PLAN_MAP_BYTES, "%s", type);
	return table_path(h, dst + n, PLAN_MAP_BYTES - n);
}

static char *
table_text(const struct plan_host *h, const char *lines)
{
	struct buf b;
	char *text = NULL;

	buf_init(&b, TABLE_BYTES);
	(void)buf_printf(&b,
	    "# Written by mtadeck for its act %s (%s); goes when that ends.\n",
	    h->p->id, verb_rows[h->p->request.verb].word);
	(void)buf_puts(&b, lines);
	if (b.failed == ERR_OK)
		text = str_dup(buf_view(&b));
	buf_done(&b);
	return text;
}

err_t
postfix_plan_table(
    const struct plan_host *h, const char *lines, const char *text)
{
	char path[PLAN_MAP_BYTES];
	struct plan_step *s;
	struct buf b;
	err_t err;

	if (!table_path(h, path, sizeof path))
		return ERR_OK;
	s = plan_add(h->p, h->id, PLAN_EDIT_MS);
	if (s == NULL)
		return ERR_NOMEM;
	str_copy(s->text, sizeof s->text, str_of(text));
	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, "[ ! -e ");
	plan_word(&b, path);
	plan_raw(&b, " ]");
	s->check = plan_take_line(&b);
	plan_raw(&b, "umask 022; ");
	if (h->sudo[0] == '\0') {
		plan_raw(&b, "cat >");
		plan_word(&b, path);
	} else {
		plan_raw(&b, h->sudo);
		plan_raw(&b, "tee ");
		plan_word(&b, path);
		plan_raw(&b, " >/dev/null");
	}
	s->command = plan_take_line(&b);
	plan_raw(&b, h->sudo);
	plan_raw(&b, "rm -f ");
	plan_word(&b, path);
	s->undo = plan_take_line(&b);
	plan_raw(&b, "cmp -s - ");
	plan_word(&b, path);
	s->verify = plan_take_line(&b);
	s->input = table_text(h, lines);
	err = s->input == NULL ? ERR_NOMEM : b.failed;
	for (int i = 0; err == ERR_OK && i < 2; i++) {
		buf_reset(&b);
		plan_raw(&b, i == 0 ? "tee " : "rm -f ");
		plan_word(&b, path);
		err = b.failed != ERR_OK
			  ? b.failed
			  : postfix_plan_ask(h, buf_cstr(&b), path);
	}
	buf_done(&b);
	return err;
}
