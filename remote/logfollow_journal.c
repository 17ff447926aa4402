/* logfollow_journal.c - drops journal lines that were had; see its header. */
#include "remote/logfollow_journal.h"

void
journal_init(struct journal_resume *j, void *ctx,
    void (*on_bytes)(void *ctx, struct str bytes), void (*on_gone)(void *ctx))
{
	memset(j, 0, sizeof(*j));
	j->ctx = ctx;
	j->on_bytes = on_bytes;
	j->on_gone = on_gone;
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
	j->n_looked = 0;
	j->seen = 0;
	j->skipping = journal_since(j).n > 0;
	j->told_missing = false;
}

void
journal_missing(struct journal_resume *j)
{
	j->told_missing = true;
}

static struct str
head_of(struct str line)
{
	if (line.n > JOURNAL_LINE_MAX)
		line.n = JOURNAL_LINE_MAX;
	return line;
}

static bool
is_last(const struct journal_resume *j, struct str line)
{
	return str_eq(head_of(line), (struct str){j->last, j->n_last});
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
			j->n_same = is_last(j, (struct str){j->line, j->n_line})
					? j->n_same + 1
					: 1;
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

/* Skipping ends: what is held behind `n` bytes is new. */
static void
go_on(struct journal_resume *j, size_t n)
{
	j->skipping = false;
	hand_on(j, str_from(buf_view(&j->held), n));
	buf_done(&j->held);
	buf_init(&j->held, JOURNAL_HELD_MAX);
}

static void
gone(struct journal_resume *j)
{
	/* Nothing of what comes was had: not to be told again. */
	j->n_last = 0;
	if (!j->told_missing)
		j->on_gone(j->ctx);
	go_on(j, 0);
}

void
journal_settle(struct journal_resume *j)
{
	if (!j->skipping)
		return;
	if (j->seen > 0)
		go_on(j, j->n_looked);
	else
		gone(j);
}

/* Looks at the whole lines of what is held, each once. */
static void
look(struct journal_resume *j)
{
	struct str rest = str_from(buf_view(&j->held), j->n_looked);
	const char *lf;

	while (rest.n > 0 && (lf = memchr(rest.p, '\n', rest.n)) != NULL) {
		struct str line = {rest.p, (size_t)(lf - rest.p)};

		if (is_last(j, line)) {
			j->seen++;
		} else if (j->seen > 0) {
			go_on(j, j->n_looked);
			return;
		}
		j->n_looked += line.n + 1;
		rest = str_from(rest, line.n + 1);
		if (j->seen == j->n_same) {
			go_on(j, j->n_looked);
			return;
		}
	}
}

void
journal_feed(struct journal_resume *j, struct str bytes)
{
	if (!j->skipping) {
		hand_on(j, bytes);
	} else if (buf_str(&j->held, bytes) == ERR_OK) {
		look(j);
	} else {
		gone(j);
		hand_on(j, bytes);
	}
}
