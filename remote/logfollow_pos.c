/*
 * logfollow_pos.c - reconciles a followed log's bytes with what is said of
 * them; see logfollow_pos.h. A position moves only with bytes handed on, so a
 * run may end anywhere and the next one resumes without a gap or a repeat.
 * Must not trust either stream: numbers are bounded, unknown lines are talk.
 */
#include "remote/logfollow_pos.h"

#include "core/num.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 1024 };
#define OPEN_END UINT64_MAX

/* Ends what others print on the first stream before the log's bytes. */
static const struct str mark = {"== mtadeck-log ==\n", 18};

enum item_kind { ITEM_FILE, ITEM_LOST, ITEM_LIVE };

struct item {
	enum item_kind kind;
	uint64_t dev, ino, offset, n; /* n: bytes; OPEN_END = all */
	char word[LOGPOS_KEY_BYTES];  /* key, or why bytes are lost */
};

struct logpos_run {
	struct logpos_cb cb;
	struct logpos pos;
	struct item items[LOGPOS_ITEMS]; /* a ring: said, not yet reached */
	unsigned head, n_items;
	bool noise;	      /* before the mark */
	bool in_file;	      /* a file was announced and reached */
	uint64_t left, given; /* of it: bytes to come, bytes handed on */
	bool live_pending;
	uint64_t live_at; /* `given` at which it is live */
	struct buf held;  /* bytes ahead of their announcement */
	bool end_cut, end_drained;
	struct logpos end_pos; /* what cut or drained said */
	enum logpos_end end;
	bool too_long;
	size_t n_line, n_first;
	char line[LINE_MAX_BYTES];
	char first[LOGPOS_KEY_LINE_MAX]; /* of a file read from byte 0 */
	bool want_key;
	char talk[256];
};

void
logpos_key(char dst[LOGPOS_KEY_BYTES], struct str line)
{
	uint32_t crc = 0;
	size_t len = line.n, bytes = line.n;

	while (len != 0) {
		len >>= 8;
		bytes++;
	}
	len = line.n;
	for (size_t i = 0; i < bytes; i++) {
		uint32_t byte;

		if (i < line.n) {
			byte = (unsigned char)line.p[i];
		} else {
			byte = len & 0xff;
			len >>= 8;
		}
		crc ^= byte << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc >> 31 != 0 ? 0x04c11db7U : 0);
	}
	(void)snprintf(dst, LOGPOS_KEY_BYTES, "%lu:%lu",
	    (unsigned long)(~crc & 0xffffffffU), (unsigned long)line.n);
}

struct logpos_run *
logpos_new(const struct logpos_cb *cb)
{
	struct logpos_run *r = calloc(1, sizeof(*r));

	if (r != NULL) {
		r->cb = *cb;
		buf_init(&r->held, LOGPOS_HELD_MAX);
	}
	return r;
}

void
logpos_free(struct logpos_run *r)
{
	if (r != NULL)
		buf_done(&r->held);
	free(r);
}

void
logpos_begin(struct logpos_run *r)
{
	struct logpos_run kept = {.cb = r->cb, .pos = r->pos, .held = r->held};

	*r = kept;
	buf_reset(&r->held);
}

static bool
has_key(const char *key)
{
	return key[0] != '\0' && strcmp(key, "-") != 0;
}

/* The file is reached: whatever is not the next byte of what was read last
 * begins a new line. */
static void
enter_file(struct logpos_run *r, const struct item *it)
{
	struct logpos *p = &r->pos;
	bool same_file = p->known && p->dev == it->dev && p->ino == it->ino;
	bool same_text =
	    p->known && has_key(it->word) && strcmp(p->key, it->word) == 0;
	bool onward = (same_file || same_text) && p->offset == it->offset;

	if (p->known && !onward)
		r->cb.on_break(r->cb.ctx);
	p->dev = it->dev;
	p->ino = it->ino;
	p->offset = it->offset;
	p->known = true;
	p->drained = false;
	if (!onward || has_key(it->word))
		str_copy(p->key, sizeof(p->key), str_of(it->word));
	r->want_key = !has_key(p->key) && it->offset == 0;
	r->n_first = 0;
	r->in_file = true;
	r->left = it->n;
	r->given = 0;
	r->live_pending = false;
}

/* The first line of a file that had none when it was opened. */
static void
note_first_line(struct logpos_run *r, struct str bytes)
{
	const char *lf = memchr(bytes.p, '\n', bytes.n);
	size_t n = lf == NULL ? bytes.n : (size_t)(lf - bytes.p) + 1;

	if (n > LOGPOS_KEY_LINE_MAX - r->n_first)
		n = LOGPOS_KEY_LINE_MAX - r->n_first;
	memcpy(r->first + r->n_first, bytes.p, n);
	r->n_first += n;
	if (r->n_first == LOGPOS_KEY_LINE_MAX ||
	    r->first[r->n_first - 1] == '\n') {
		logpos_key(r->pos.key, (struct str){r->first, r->n_first});
		r->want_key = false;
	}
}

static void
check_live(struct logpos_run *r)
{
	if (r->live_pending && r->given >= r->live_at) {
		r->live_pending = false;
		r->cb.on_live(r->cb.ctx);
	}
}

/* Takes what was said as far as the bytes have come. */
static void
advance(struct logpos_run *r)
{
	while (r->n_items > 0) {
		struct item it = r->items[r->head];

		/* What is said of a file that has no end yet is told at once:
		 * waiting for its end would keep all that follows from being
		 * told. */
		if (r->in_file && r->left > 0 &&
		    (it.kind == ITEM_FILE || r->left != OPEN_END))
			return;
		r->head = (r->head + 1) % LOGPOS_ITEMS;
		r->n_items--;
		if (it.kind == ITEM_FILE) {
			enter_file(r, &it);
		} else if (it.kind == ITEM_LOST) {
			r->cb.on_gap(r->cb.ctx, it.n, str_of(it.word));
		} else {
			r->live_pending = true;
			r->live_at = r->in_file ? it.n : 0;
			check_live(r);
		}
	}
}

/* Hands on what is announced of bytes; how many that were. */
static size_t
give(struct logpos_run *r, struct str bytes)
{
	size_t done = 0;

	for (;;) {
		struct str part = str_from(bytes, done);

		advance(r);
		if (r->noise || !r->in_file || r->left == 0 || part.n == 0)
			return done;
		if (part.n > r->left)
			part.n = (size_t)r->left;
		/* Exactly up to where it becomes live, so that what is told
		 * live is told at the right byte. */
		if (r->live_pending && part.n > r->live_at - r->given)
			part.n = (size_t)(r->live_at - r->given);
		if (r->want_key)
			note_first_line(r, part);
		r->pos.offset += part.n;
		r->given += part.n;
		if (r->left != OPEN_END)
			r->left -= part.n;
		done += part.n;
		r->cb.on_bytes(r->cb.ctx, part);
		check_live(r);
	}
}

static void
give_held(struct logpos_run *r)
{
	size_t n = give(r, buf_view(&r->held));

	if (n > 0)
		buf_shift(&r->held, n);
}

/* Drops what is before the mark, and it. */
static void
drop_noise(struct logpos_run *r)
{
	struct str held = buf_view(&r->held);
	size_t at = str_find(held, mark);

	if (at != SIZE_MAX) {
		r->noise = false;
		buf_shift(&r->held, at + mark.n);
	} else if (held.n >= mark.n) {
		buf_shift(&r->held, held.n - (mark.n - 1));
	}
}

err_t
logpos_out(struct logpos_run *r, struct str bytes)
{
	err_t err;

	if (r->noise) {
		err = buf_str(&r->held, bytes);
		drop_noise(r);
		give_held(r);
		return err;
	}
	if (r->held.n > 0)
		return buf_str(&r->held, bytes);
	bytes = str_from(bytes, give(r, bytes));
	return bytes.n == 0 ? ERR_OK : buf_str(&r->held, bytes);
}

static bool
number(struct str *rest, uint64_t *out)
{
	struct str word;

	return str_word(rest, &word) && num_u64(word, out) == ERR_OK &&
	       *out <= INT64_MAX;
}

static bool
key_word(struct str *rest, char dst[LOGPOS_KEY_BYTES])
{
	struct str word;

	if (!str_word(rest, &word) || word.n >= LOGPOS_KEY_BYTES)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] != ':' && word.p[i] != '-' &&
		    (word.p[i] < '0' || word.p[i] > '9'))
			return false;
	str_copy(dst, LOGPOS_KEY_BYTES, word);
	return true;
}

static void
push(struct logpos_run *r, const struct item *it)
{
	if (r->n_items < LOGPOS_ITEMS) {
		r->items[(r->head + r->n_items++) % LOGPOS_ITEMS] = *it;
		give_held(r);
		advance(r);
	}
}

static bool
take_file(struct logpos_run *r, struct str rest)
{
	struct item it = {.kind = ITEM_FILE};

	if (!number(&rest, &it.dev) || !number(&rest, &it.ino) ||
	    !number(&rest, &it.offset) || !key_word(&rest, it.word))
		return false;
	if (str_eq(str_trim(rest), STR_LIT("-")))
		it.n = OPEN_END;
	else if (!number(&rest, &it.n))
		return false;
	push(r, &it);
	return true;
}

static bool
take_end(struct logpos_run *r, struct str rest, bool cut)
{
	struct logpos p = {.known = true};

	if (!number(&rest, &p.dev) || !number(&rest, &p.ino) ||
	    !number(&rest, &p.offset) || (cut && !key_word(&rest, p.key)))
		return false;
	r->end_cut = cut;
	r->end_drained = !cut;
	r->end_pos = p;
	r->end = LOGPOS_END_AGAIN;
	return true;
}

static bool
take_word(struct logpos_run *r, struct str key, struct str rest)
{
	struct item it = {.kind = ITEM_LOST};
	struct str word;

	if (str_eq(key, STR_LIT("mark"))) {
		r->noise = true;
		drop_noise(r);
		return true;
	}
	if (str_eq(key, STR_LIT("file")))
		return take_file(r, rest);
	if (str_eq(key, STR_LIT("cut")) || str_eq(key, STR_LIT("drained")))
		return take_end(r, rest, key.p[0] == 'c');
	if (str_eq(key, STR_LIT("again"))) {
		r->end = LOGPOS_END_AGAIN;
		return true;
	}
	if (str_eq(key, STR_LIT("live"))) {
		it.kind = ITEM_LIVE;
		if (!number(&rest, &it.n))
			return false;
	} else if (str_eq(key, STR_LIT("absent"))) {
		str_copy(it.word, sizeof(it.word), key);
	} else if (str_eq(key, STR_LIT("lost"))) {
		if (!number(&rest, &it.n))
			return false;
		str_copy(it.word, sizeof(it.word), str_trim(rest));
	} else if (str_eq(key, STR_LIT("fail"))) {
		bool perm =
		    str_word(&rest, &word) && str_eq(word, STR_LIT("perm"));

		r->end = perm ? LOGPOS_END_PERM : LOGPOS_END_FAIL;
		str_copy(r->talk, sizeof(r->talk), str_trim(rest));
		return true;
	} else {
		return str_eq(key, STR_LIT("tick"));
	}
	push(r, &it);
	return true;
}

void
logpos_err(struct logpos_run *r, struct str bytes)
{
	while (bytes.n > 0) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		size_t n = lf == NULL ? bytes.n : (size_t)(lf - bytes.p);

		if (n > LINE_MAX_BYTES - r->n_line)
			r->too_long = true;
		if (!r->too_long) {
			memcpy(r->line + r->n_line, bytes.p, n);
			r->n_line += n;
		}
		if (lf == NULL)
			return;
		if (!r->too_long) {
			struct str key, line = {r->line, r->n_line},
					rest = line;

			if (str_word(&rest, &key) && !take_word(r, key, rest))
				str_copy(r->talk, sizeof(r->talk), line);
		}
		r->n_line = 0;
		r->too_long = false;
		bytes = str_from(bytes, n + 1);
	}
}

enum logpos_end
logpos_finish(struct logpos_run *r)
{
	struct logpos *p = &r->pos;

	give_held(r);
	if (r->end_cut) {
		r->cb.on_gap(r->cb.ctx, 0, STR_LIT("truncated"));
		r->cb.on_break(r->cb.ctx);
		*p = r->end_pos;
	} else if (r->end_drained && p->known && p->dev == r->end_pos.dev &&
		   p->ino == r->end_pos.ino && p->offset == r->end_pos.offset) {
		p->drained = true;
	}
	buf_reset(&r->held);
	r->in_file = false;
	r->n_items = 0;
	return r->end;
}

const struct logpos *
logpos_at(const struct logpos_run *r)
{
	return &r->pos;
}

const char *
logpos_talk(const struct logpos_run *r)
{
	return r->talk;
}
