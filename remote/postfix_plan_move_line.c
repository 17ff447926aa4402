/*
 * postfix_plan_move_line.c - see postfix_plan_move.h. transport(5) and
 * postmap(1) for the lines of a table's file, postqueue(1) for the retry. A
 * step is run from a file of its own beside which it may keep more: ${0%.do}.
 */
#include "core/i18n.h"
#include "core/shquote.h"
#include "remote/postfix_plan_move.h"

#include <stdio.h>

enum {
	DRAIN_MS = 120000,
	/* 15 a second: a pace, no burst; see postfix_plan_queue.c. */
	DRAIN_EACH_MS = 150,
	DRAIN_MOST = 5000,
	IDS_BYTES = 1 << 20,
};

/* Its head as act.sh's table() takes it: the key, or nothing on a further line
 * of one that has no value yet. */
static const char rewriting[] =
    "BEGIN { print c; n = split(to, t); split(from, x); "
    "for (i in x) f[x[i]] } "
    "/^[ \\t]*(#|$)/ || (/^[ \\t]/ && !w) { print; next } "
    "{ match($0, /^([ \\t]+|(\"[^\"]*\")?[^ \\t]*[ \\t]*)/); "
    "v = substr($0, RLENGTH + 1); w = v == \"\"; "
    "p = v; sub(/[: \\t].*/, \"\", p); "
    "if (p in f) v = t[j++ % n + 1] substr(v, length(p) + 1); "
    "print substr($0, 1, RLENGTH) v }";

unsigned
postfix_move_steps(const struct plan_host *h)
{
	unsigned n = 0;

	for (size_t i = 0; i < h->p->n_steps; i++)
		n += h->p->steps[i].host == h->id;
	return n;
}

/* " -v NAME='a b'" */
static void
variable(struct buf *b, const char *name, const char *const *v, unsigned n)
{
	plan_raw(b, " -v ");
	plan_raw(b, name);
	plan_raw(b, "='");
	for (unsigned i = 0; i < n; i++) {
		plan_raw(b, i > 0 ? " " : "");
		plan_raw(b, v[i]); /* postfix_plan_is_name */
	}
	plan_raw(b, "'");
}

/* "a=${0%.WHAT}; f=$(readlink -f PATH)" */
static void
naming(struct buf *b, const char *what, const char *path)
{
	plan_raw(b, "a=${0%.");
	plan_raw(b, what);
	plan_raw(b, "}; f=$(readlink -f ");
	plan_word(b, path);
	plan_raw(b, ")");
}

/* What makes the table of its file; texthash: needs nothing. */
static void
mapping(struct buf *b, const struct act_table *t, const char *before)
{
	if (str_starts(str_of(t->name), STR_LIT("texthash:")))
		return;
	plan_raw(b, before);
	plan_raw(b, "postmap ");
	plan_word(b, t->name);
}

static void
editing(struct buf *b, const struct move *m, const struct act_table *t,
    const char *path)
{
	char mark[160];

	naming(b, "do", path);
	plan_raw(b, " && cp -p \"$f\" \"$a.old\" && cp -p \"$f\" "
		    "\"$f.mtadeck\" && awk");
	variable(b, "from", m->from, m->n_from);
	variable(b, "to", m->to, m->n_to);
	(void)snprintf(mark, sizeof mark,
	    " -v c='# mtadeck %s: entries lead elsewhere until it ends' ",
	    m->h->p->id);
	plan_raw(b, mark);
	plan_word(b, rewriting);
	plan_raw(b, " \"$f\" >\"$f.mtadeck\" && cp -p \"$f.mtadeck\" "
		    "\"$a.new\" && mv \"$f.mtadeck\" \"$f\"");
	mapping(b, t, " && ");
}

/* Before it was moved into place there is nothing to take back. */
static void
unediting(struct buf *b, const struct act_table *t, const char *path)
{
	naming(b, "undo", path);
	plan_raw(b, "; [ -e \"$a.new\" ] || exit 0; "
		    "if cmp -s \"$f\" \"$a.new\"; then "
		    "cp -p \"$a.old\" \"$f.mtadeck\" && "
		    "mv \"$f.mtadeck\" \"$f\" || exit 1; "
		    "elif ! cmp -s \"$f\" \"$a.old\"; then echo ");
	plan_word(b, path);
	plan_raw(b, " was changed meanwhile:; "
		    "diff \"$a.new\" \"$f\" | grep '^[<>]'; exit 3; fi");
	mapping(b, t, "; ");
}

err_t
postfix_move_table(struct move *m, const struct act_table *t, const char *path)
{
	struct plan_step *s = plan_add(m->h->p, m->h->id, PLAN_EDIT_MS);
	struct move_table *done = &m->tables[m->n_tables++];
	char text[512];
	struct buf b;
	err_t err;

	if (s == NULL)
		return ERR_NOMEM;
	(void)snprintf(
	    text, sizeof text, _("lead the entries of %s elsewhere"), path);
	str_copy(s->text, sizeof s->text, str_of(text));
	str_copy(done->path, sizeof done->path, str_of(path));
	done->step = postfix_move_steps(m->h);
	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, "[ \"$(cksum <");
	plan_word(&b, path);
	plan_raw(&b, " | tr ' ' ':')\" = ");
	plan_word(&b, t->sum);
	plan_raw(&b, " ] || { echo ");
	plan_word(&b, path);
	plan_raw(&b, " was changed since it was read; false; }");
	s->check = plan_take_line(&b);
	editing(&b, m, t, path);
	s->command = plan_take_line(&b);
	unediting(&b, t, path);
	s->undo = plan_take_line(&b);
	plan_raw(&b, "cmp -s ");
	plan_word(&b, path);
	plan_raw(&b, " \"${0%.verify}.new\"");
	s->verify = plan_take_line(&b);
	err = b.failed;
	buf_done(&b);
	return err;
}

/* True for the shell as long as all is as the steps before have left it. */
static void
unchanged(struct buf *b, const struct move *m)
{
	struct buf want;

	plan_raw(b, "v=$(postconf -h");
	buf_init(&want, PLAN_LINE_BYTES);
	for (unsigned i = 0; i < m->n_left; i++) {
		plan_raw(b, " ");
		plan_word(b, m->left[i].name);
		(void)buf_printf(&want, "%s|", m->left[i].value);
	}
	plan_raw(b, " | tr '\\n' '|'); [ \"$v\" = ");
	plan_word(b, buf_cstr(&want));
	plan_raw(b, " ]");
	if (want.failed != ERR_OK && b->failed == ERR_OK)
		b->failed = want.failed;
	buf_done(&want);
	for (unsigned i = 0; i < m->n_tables; i++) {
		char kept[64];

		plan_raw(b, " && cmp -s ");
		plan_word(b, m->tables[i].path);
		(void)snprintf(kept, sizeof kept, " \"${0%%/*}/%u.new\"",
		    m->tables[i].step);
		plan_raw(b, kept);
	}
}

static char *
drain_line(const struct move *m)
{
	struct buf b;
	char *line, head[32];

	buf_init(&b, PLAN_LINE_BYTES);
	plan_raw(&b, "{ cat; postqueue -j | sed -n "
		     "'s/.*\"queue_id\": \"\\([A-Za-z0-9]*\\)\".*"
		     "deferred transport.*/\\1/p'; } | awk '!s[$0]++' | ");
	(void)snprintf(head, sizeof head, "head -n %d | ", DRAIN_MOST);
	plan_raw(&b, head);
	plan_raw(&b, "while read -r q; do ");
	unchanged(&b, m);
	plan_raw(&b, " || { echo \"stopped: changed meanwhile: $v\"; exit 3; "
		     "}; postqueue -i \"$q\"; sleep 0.05; done");
	line = plan_take_line(&b);
	buf_done(&b);
	return line;
}

err_t
postfix_move_drain(struct move *m, const struct str *qids, size_t n)
{
	struct plan_step *s;
	struct buf ids;

	s = plan_add(
	    m->h->p, m->h->id, DRAIN_MS + (uint32_t)DRAIN_MOST * DRAIN_EACH_MS);
	if (s == NULL)
		return ERR_NOMEM;
	str_copy(s->text, sizeof s->text,
	    str_of(_("try again what waits for it, at a pace")));
	buf_init(&ids, IDS_BYTES);
	for (size_t i = 0; i < n && i < DRAIN_MOST; i++)
		if (shquote_is_qid(qids[i])) {
			(void)buf_str(&ids, qids[i]);
			(void)buf_putc(&ids, '\n');
		}
	s->unlocked = true;
	s->command = drain_line(m);
	s->input = str_dup(buf_view(&ids));
	buf_done(&ids);
	return s->command == NULL || s->input == NULL ? ERR_NOMEM : ERR_OK;
}
