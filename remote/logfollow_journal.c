/* logfollow_journal.c - drops journal lines that were had; see its header. */
#include "remote/logfollow_journal.h"

void
journal_init(struct journal_resume *j, void *ctx,
    void (*on_bytes)(void *ctx, struct str bytes))
{
	memset(j, 0, sizeof(*j));
	j->ctx = ctx;
	j->on_bytes = on_bytes;
	buf_init(&j->held, JOURNAL_HELD_MAX);
}

void
journal_done(struct journal_resume *j)
{
	buf_done(&j->held);
}

/* A line's time; empty when its first word cannot be one. */
static struct str
time_of(struct str line)
{
	struct str word;

	if (!str_word(&line, &word) || word.n < 19 || word.n > 40)
		return (struct str){NULL, 0};
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '\0' ||
		    strchr("0123456789T:.+-Z", word.p[i]) == NULL)
			return (struct str){NULL, 0};
	return word;
}

struct str
journal_since(const struct journal_resume *j)
{
	return time_of((struct str){j->last, j->n_last});
}

void
journal_begin(struct journal_resume *j)
{
	j->n_line = 0;
	buf_reset(&j->held);
	j->skipping = journal_since(j).n > 0;
}

static struct str
head_of(struct str line)
{
	if (line.n > JOURNAL_LINE_MAX)
		line.n = JOURNAL_LINE_MAX;
	return line;
}

/* Remembers the last whole line of what is handed on. */
static void
remember(struct journal_resume *j, struct str bytes)
{
	while (bytes.n > 0) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		size_t n = lf == NULL ? bytes.n : (size_t)(lf - bytes.p);
		size_t room = JOURNAL_LINE_MAX - j->n_line;

		memcpy(j->line + j->n_line, bytes.p, n < room ? n : room);
		j->n_line += n < room ? n : room;
		if (lf == NULL)
			return;
		/* A line without a time (the rest of a message with line
		 * ends in it) cannot be asked for. */
		if (time_of((struct str){j->line, j->n_line}).n > 0) {
			memcpy(j->last, j->line, j->n_line);
			j->n_last = j->n_line;
		}
		j->n_line = 0;
		bytes = str_from(bytes, n + 1);
	}
}

static void
hand_on(struct journal_resume *j, struct str bytes)
{
	if (bytes.n == 0)
		return;
	remember(j, bytes);
	j->on_bytes(j->ctx, bytes);
}

void
journal_settle(struct journal_resume *j)
{
	struct str rest = buf_view(&j->held), line, fresh = rest;
	struct str last = {j->last, j->n_last};

	if (!j->skipping)
		return;
	j->skipping = false;
	while (str_line(&rest, &line))
		if (str_eq(head_of(line), last))
			fresh = rest;
	hand_on(j, fresh);
	buf_reset(&j->held);
}

/* Whether a whole line of another time than the last one's is held. */
static bool
is_past(const struct journal_resume *j)
{
	struct str rest = buf_view(&j->held), since = journal_since(j);
	const char *lf;

	while (rest.n > 0 && (lf = memchr(rest.p, '\n', rest.n)) != NULL) {
		struct str line = {rest.p, (size_t)(lf - rest.p)};
		struct str at = time_of(line);

		if (at.n > 0 && !str_eq(at, since))
			return true;
		rest = str_from(rest, line.n + 1);
	}
	return false;
}

void
journal_feed(struct journal_resume *j, struct str bytes)
{
	if (!j->skipping) {
		hand_on(j, bytes);
		return;
	}
	if (buf_str(&j->held, bytes) != ERR_OK) {
		journal_settle(j);
		hand_on(j, bytes);
	} else if (is_past(j)) {
		journal_settle(j);
	}
}
