/*
 * postfix_queue_agg.c - rows of scripts/queue_agg.sh into a reading; see
 * postfix_queue_agg.h. The far side is not trusted: numbers are bounded, rows
 * that make no sense are counted and passed over.
 */
#include "remote/postfix_queue_agg.h"

#include <stdlib.h>

#include "core/num.h"
#include "core/shape.h"
#include "remote/postfix_queue_line.h"
#include "remote/script.h"
#include "scripts/queue_agg.h"
#include "scripts/queue_all.h"
#include "scripts/queue_list.h"
#include "scripts/queue_match.h"

enum { LINE_MAX_BYTES = 4096 };

struct postfix_queue_agg {
	struct queue_snap *q; /* borrowed */
	struct postfix_queue_agg_stats stats;
	bool begun, ended, too_long;
	uint32_t exit_status; /* postqueue's */
	size_t n;
	char line[LINE_MAX_BYTES];
	char key[LINE_MAX_BYTES];
};

struct postfix_queue_agg *
postfix_queue_agg_new(struct queue_snap *q)
{
	struct postfix_queue_agg *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->q = q;
	q->aggregated = true;
	return p;
}

void
postfix_queue_agg_free(struct postfix_queue_agg *p)
{
	free(p);
}

const struct postfix_queue_agg_stats *
postfix_queue_agg_stats(const struct postfix_queue_agg *p)
{
	return &p->stats;
}

/* The next blank-ended word of *rest as a number. */
static bool
number(struct str *rest, uint64_t max, uint64_t *out)
{
	size_t n = 0;
	uint64_t v;

	while (n < rest->n && rest->p[n] != ' ')
		n++;
	if (num_u64((struct str){rest->p, n}, &v) != ERR_OK || v > max)
		return false;
	*rest = str_from(*rest, n + 1);
	*out = v;
	return true;
}

/* "QUEUE MESSAGES BYTES" */
static bool
take_queue(struct postfix_queue_agg *p, struct str rest)
{
	const uint64_t most = UINT64_C(1) << 60;
	uint64_t messages, bytes;
	enum queue_name name;
	struct str word;

	if (!str_word(&rest, &word) || !postfix_queue_name(word, &name))
		return false;
	rest = str_from(rest, 1);
	if (!number(&rest, UINT32_MAX, &messages) ||
	    !number(&rest, most, &bytes) || p->q->bytes > most)
		return false;
	p->q->by_queue[name] += messages;
	p->q->messages += messages;
	p->q->bytes += bytes;
	return true;
}

static bool
dim_of(char c, enum queue_dim *dim)
{
	switch (c) {
	case 'd':
		*dim = QD_DOMAIN;
		return true;
	case 's':
		*dim = QD_SENDER;
		return true;
	case 'r':
		*dim = QD_REPLY;
		return true;
	default:
		return false;
	}
}

/* "N5 .. MORE KEY", or without a key for what is left over. */
static bool
take_counts(struct postfix_queue_agg *p, enum queue_dim dim, struct str rest,
    bool others)
{
	uint64_t ages[AGE_BUCKETS];
	struct str key;
	bool remote;

	for (unsigned i = 0; i < AGE_BUCKETS; i++)
		if (!number(&rest, UINT32_MAX, &ages[i]))
			return false;
	if (others) {
		key = STR_LIT("(others)");
	} else {
		/* a long text may be cut inside an escape */
		if (!postfix_queue_text(rest, p->key, &key))
			key = rest;
		if (dim == QD_REPLY)
			key = shape_reply(key, &remote);
	}
	for (unsigned i = 0; i < AGE_BUCKETS; i++)
		if (ages[i] > 0 && queue_add_row(p->q, dim, key, i,
				       (uint32_t)ages[i]) != ERR_OK)
			return false;
	return true;
}

/* "INSTANCE": its queue is not in the counts. */
static bool
take_unread(struct postfix_queue_agg *p, struct str rest)
{
	uint64_t instance;

	if (!number(&rest, MAX_FURTHER, &instance))
		return false;
	p->q->unread |= INSTANCE_MAIN << instance;
	return true;
}

/* "LINES BAD DUPLICATES STATUS" */
static bool
take_end(struct postfix_queue_agg *p, struct str rest)
{
	uint64_t again, status;

	if (!number(&rest, UINT64_MAX, &p->stats.listed) ||
	    !number(&rest, UINT64_MAX, &p->stats.unread) ||
	    !number(&rest, UINT32_MAX, &again) || !number(&rest, 255, &status))
		return false;
	p->q->duplicates = again;
	p->exit_status = (uint32_t)status;
	p->ended = true;
	return true;
}

static bool
take_row(struct postfix_queue_agg *p, struct str line)
{
	enum queue_dim dim;

	if (str_starts(line, STR_LIT("mtadeck-queue 1 "))) {
		p->begun = true;
		return true;
	}
	if (!p->begun || p->ended)
		return false;
	if (str_starts(line, STR_LIT("q ")))
		return take_queue(p, str_from(line, 2));
	if (str_starts(line, STR_LIT("end ")))
		return take_end(p, str_from(line, 4));
	if (str_starts(line, STR_LIT("u ")))
		return take_unread(p, str_from(line, 2));
	if (str_starts(line, STR_LIT("o ")) && line.n > 4 && line.p[3] == ' ' &&
	    dim_of(line.p[2], &dim))
		return take_counts(p, dim, str_from(line, 4), true);
	if (line.n > 2 && line.p[1] == ' ' && dim_of(line.p[0], &dim))
		return take_counts(p, dim, str_from(line, 2), false);
	return false;
}

static void
take_line(struct postfix_queue_agg *p)
{
	p->stats.lines++;
	if (p->too_long || !take_row(p, (struct str){p->line, p->n}))
		p->stats.bad++;
	p->too_long = false;
	p->n = 0;
}

void
postfix_queue_agg_feed(struct postfix_queue_agg *p, struct str bytes)
{
	p->stats.bytes += bytes.n;
	while (bytes.n > 0) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		size_t n = lf == NULL ? bytes.n : (size_t)(lf - bytes.p);

		if (n > sizeof p->line - p->n)
			p->too_long = true;
		if (!p->too_long) {
			memcpy(p->line + p->n, bytes.p, n);
			p->n += n;
		}
		if (lf != NULL)
			take_line(p);
		bytes = str_from(bytes, n + 1);
	}
}

err_t
postfix_queue_agg_end(struct postfix_queue_agg *p)
{
	if (!p->ended)
		p->q->cut = true;
	if (!p->begun)
		return ERR_PARSE;
	return p->ended && p->exit_status != 0 ? ERR_EXIT : ERR_OK;
}

/* "sh -c SCRIPT NAME" and what queue_list.sh takes: more may be added. */
static err_t
begin(struct buf *out, const char *script, const struct discovery *found,
    unsigned n)
{
	struct buf both;

	buf_init(&both, SCRIPT_MAX_BYTES);
	(void)buf_puts(&both, script_queue_list);
	if (buf_puts(&both, script) == ERR_OK)
		(void)script_begin(out, buf_cstr(&both), "mtadeck-queue");
	else
		out->failed = both.failed;
	buf_done(&both);
	(void)buf_printf(out, " %s %u %u",
	    found->privilege == PRIV_SUDO ? "sudo" : "direct", n,
	    found->n_further + 1U);
	(void)script_arg(out, str_of(found->config_dir));
	for (unsigned i = 0; i < found->n_further; i++)
		(void)script_arg(out, str_of(found->further[i].config_dir));
	return out->failed;
}

err_t
postfix_queue_all_command(struct buf *out, const struct discovery *found)
{
	return begin(out, script_queue_all, found, 0);
}

err_t
postfix_queue_agg_command(
    struct buf *out, const struct discovery *found, unsigned keys)
{
	return begin(out, script_queue_agg, found, keys);
}

/* head, key as JSON writes it, tail: as one argument. */
static err_t
add_quoted(struct buf *out, const char *head, struct str key, const char *tail)
{
	struct buf text;
	err_t err;

	buf_init(&text, LINE_MAX_BYTES);
	(void)buf_puts(&text, head);
	for (size_t i = 0; i < key.n; i++) {
		unsigned char c = (unsigned char)key.p[i];

		if (c == '"' || c == '\\')
			(void)buf_printf(&text, "\\%c", c);
		else if (c < 0x20)
			(void)buf_printf(&text, "\\u%04X", c);
		else
			(void)buf_putc(&text, (char)c);
	}
	(void)buf_puts(&text, tail);
	err = text.failed;
	if (err == ERR_OK)
		err = script_arg(out, buf_view(&text));
	buf_done(&text);
	return err;
}

/* The next run of letters of *rest; false when none is left. Marks of shapes
 * are not in the listing: they are capitals, so such words are left out. */
static bool
next_word(struct str *rest, struct str *word)
{
	while (rest->n > 0) {
		size_t n = 0;
		bool low = false;

		while (n < rest->n &&
		       ((rest->p[n] >= 'a' && rest->p[n] <= 'z') ||
			   (rest->p[n] >= 'A' && rest->p[n] <= 'Z'))) {
			low |= rest->p[n] >= 'a';
			n++;
		}
		*word = (struct str){rest->p, n};
		*rest = str_from(*rest, n == 0 ? 1 : n);
		if (low && n >= 3)
			return true;
	}
	return false;
}

/* The longest words of a reply's shape, each as one argument. */
static err_t
add_words(struct buf *out, struct str shape)
{
	struct str best[POSTFIX_QUEUE_MATCH_TEXTS], word;
	size_t n = 0;
	err_t err = ERR_OK;

	while (next_word(&shape, &word)) {
		size_t at = n < POSTFIX_QUEUE_MATCH_TEXTS ? n++ : n;

		/* insertion from the end: longest first */
		for (; at > 0 && best[at - 1].n < word.n; at--)
			if (at < POSTFIX_QUEUE_MATCH_TEXTS)
				best[at] = best[at - 1];
		if (at < POSTFIX_QUEUE_MATCH_TEXTS)
			best[at] = word;
	}
	if (n == 0)
		return ERR_PARSE;
	for (size_t i = 0; i < n && err == ERR_OK; i++)
		err = script_arg(out, best[i]);
	return err;
}

err_t
postfix_queue_match_command(struct buf *out, const struct discovery *found,
    enum queue_dim dim, struct str key, unsigned max)
{
	err_t err;

	if (dim != QD_DOMAIN && dim != QD_SENDER && dim != QD_REPLY)
		return ERR_PARSE;
	err = begin(out, script_queue_match, found, max);
	if (err != ERR_OK)
		return err;
	switch (dim) {
	case QD_DOMAIN:
		return add_quoted(out, key.n > 0 ? "@" : "", key, "\"");
	case QD_SENDER:
		return add_quoted(out, "\"sender\": \"", key, "\"");
	default:
		return add_words(out, key);
	}
}
