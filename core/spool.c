/* spool.c - see spool.h. */
#include "core/spool.h"

#include "core/i18n.h"
#include "core/model.h"
#include "core/num.h"
#include "core/shquote.h"
#include "core/utf8.h"

#include <stdio.h>

enum {
	LOW_SHARE = 50,	  /* one of so many parts left is little */
	LOW_TIMES = 10,	  /* and so is so many times what must be free */
	FILES_LEAST = 20, /* every process at work may want one */
};

static struct spool_room
judge(int64_t free, int64_t total, int64_t none)
{
	struct spool_room r = {.free = free, .total = total, .none = none};

	if (free < 0 || total <= 0)
		return r;
	r.low = total / LOW_SHARE;
	if (none <= INT64_MAX / LOW_TIMES && none * LOW_TIMES > r.low)
		r.low = none * LOW_TIMES;
	r.room = free <= none	 ? ROOM_NONE
		 : free <= r.low ? ROOM_LOW
				 : ROOM_ENOUGH;
	return r;
}

struct spool_room
spool_bytes(const struct host *h)
{
	int64_t need = h->found != NULL ? h->found->spool_need_bytes : -1;

	if (h->vitals_at_ms == 0)
		return (struct spool_room){0};
	return judge(h->vitals.spool_avail_bytes, h->vitals.spool_total_bytes,
	    need < 0 ? 0 : need);
}

struct spool_room
spool_inodes(const struct host *h)
{
	if (h->vitals_at_ms == 0)
		return (struct spool_room){0};
	return judge(
	    h->vitals.spool_inodes_free, h->vitals.spool_inodes, FILES_LEAST);
}

/* Room for one more in front; the last one goes where there is none. */
static struct finding *
add_first(struct discovery *d, const char *id)
{
	if (d->n_findings < MAX_FINDINGS)
		d->n_findings++;
	memmove(d->findings + 1, d->findings,
	    (d->n_findings - 1U) * sizeof *d->findings);
	memset(d->findings, 0, sizeof *d->findings);
	str_copy(d->findings->id, sizeof d->findings->id, str_of(id));
	return d->findings;
}

/* What fills the file system the queue is on; `du` says how to count. A name
 * that does not fit is left out with its command. */
static void
remedy(struct finding *f, const char *dir, const char *df, const char *du)
{
	struct buf b, word;

	buf_init(&b, sizeof f->remedy - 1);
	buf_init(&word, sizeof f->remedy - 1);
	if (shquote_word(&word, str_of(dir)) == ERR_OK &&
	    buf_printf(&b,
		"%s %s; %s --max-depth=3 \"$(stat -c %%m %s)\" | sort -h | "
		"tail -n 20",
		df, buf_cstr(&word), du, buf_cstr(&word)) == ERR_OK)
		str_copy(f->remedy, sizeof f->remedy, buf_view(&b));
	buf_done(&word);
	buf_done(&b);
}

static void
find_bytes(struct discovery *d, const char *dir, const struct spool_room *r)
{
	char left[NUM_TEXT], all[NUM_TEXT], need[NUM_TEXT];
	struct finding *f;

	if (r->room != ROOM_LOW && r->room != ROOM_NONE)
		return;
	f = add_first(d, r->room == ROOM_NONE ? "spool-full" : "spool-low");
	(void)snprintf(f->text, sizeof f->text,
	    r->room == ROOM_NONE
		? _("the disk of %.80s has %s of %s free: with %s or less (%s) "
		    "new mail is refused with 452 4.3.1")
		: _("the disk of %.80s has %s of %s free: with %s or less (%s) "
		    "new mail will be refused"),
	    dir, num_bytes(left, (uint64_t)r->free),
	    num_bytes(all, (uint64_t)r->total),
	    num_bytes(need, (uint64_t)r->none),
	    d->spool_rule[0] == '\0' ? "?" : d->spool_rule);
	remedy(f, d->queue_dir, "df -h", "du -xh");
}

static void
find_inodes(struct discovery *d, const char *dir, const struct spool_room *r)
{
	char left[NUM_TEXT], all[NUM_TEXT];
	struct finding *f;

	if (r->room != ROOM_LOW && r->room != ROOM_NONE)
		return;
	f = add_first(d, r->room == ROOM_NONE ? "inodes-full" : "inodes-low");
	(void)snprintf(f->text, sizeof f->text,
	    _("the disk of %.80s has %s of %s inodes free: every message needs "
	      "one, whatever room there is"),
	    dir, num_count(left, (uint64_t)r->free),
	    num_count(all, (uint64_t)r->total));
	remedy(f, d->queue_dir, "df -i", "du -x --inodes");
}

static bool
is_ours(const struct finding *f)
{
	return strncmp(f->id, "spool-", 6) == 0 ||
	       strncmp(f->id, "inodes-", 7) == 0;
}

void
spool_findings(struct host *h)
{
	struct discovery *d = h->found;
	struct spool_room bytes = spool_bytes(h), inodes = spool_inodes(h);
	struct buf dir;
	uint16_t n = 0;

	if (d == NULL)
		return;
	for (uint16_t i = 0; i < d->n_findings; i++) {
		if (is_ours(&d->findings[i]))
			continue;
		if (n != i)
			d->findings[n] = d->findings[i];
		n++;
	}
	d->n_findings = n;
	buf_init(&dir, 4 * sizeof d->queue_dir);
	(void)utf8_clean(&dir, str_of(d->queue_dir));
	find_inodes(d, buf_cstr(&dir), &inodes);
	find_bytes(d, buf_cstr(&dir), &bytes);
	buf_done(&dir);
}
