/* check_result.c - see check_result.h. */
#include "app/check_result.h"

#include <stdlib.h>

enum { TEXTS_BYTES = 32 << 20, TEXT_BYTES = 512 };

struct check_row {
	uint32_t codes[LISTING_CODES];
	uint8_t n_codes;
	uint16_t text_n;
	uint32_t text_at;
};

err_t
check_results_init(struct check_results *r, const struct blocklists *catalogue,
    const struct str *subjects, size_t n_subjects, const uint16_t *use,
    size_t n_use, bool times)
{
	size_t n = n_subjects * n_use + 1;

	*r = (struct check_results){.catalogue = catalogue,
	    .subjects = subjects,
	    .n_subjects = n_subjects,
	    .n_lists = n_use,
	    .lists = calloc(n_use + 1, sizeof *r->lists),
	    .verdicts = calloc(n, sizeof *r->verdicts)};
	buf_init(&r->texts, TEXTS_BYTES);
	if (times) {
		r->ttls_s = calloc(n, sizeof *r->ttls_s);
		r->took_ms = calloc(n, sizeof *r->took_ms);
	}
	if (r->lists == NULL || r->verdicts == NULL ||
	    (times && (r->ttls_s == NULL || r->took_ms == NULL)))
		return ERR_NOMEM;
	for (size_t i = 0; i < n_use; i++)
		r->lists[i].list = use[i];
	for (size_t i = 0; i < n_subjects; i++)
		if (!table_put(
			&r->by_name, str_hash(subjects[i], 0), (uint32_t)i))
			return ERR_NOMEM;
	return ERR_OK;
}

void
check_results_done(struct check_results *r)
{
	free(r->lists);
	free(r->verdicts);
	free(r->ttls_s);
	free(r->took_ms);
	free(r->rows);
	buf_done(&r->texts);
	table_done(&r->by_name);
	table_done(&r->by_pair);
	*r = (struct check_results){0};
}

bool
check_list_bad(const struct check_list *l)
{
	return l->told && l->verdict != VERDICT_CLEAN;
}

static struct check_list *
list_of(struct check_results *r, uint16_t list)
{
	for (size_t i = 0; i < r->n_lists; i++)
		if (r->lists[i].list == list)
			return &r->lists[i];
	return NULL;
}

static uint64_t
pair_key(const struct check_results *r, size_t subject, size_t at)
{
	return (uint64_t)subject * r->n_lists + at;
}

static void
add_row(struct check_results *r, uint64_t pair, const struct list_answer *a)
{
	struct check_row *row;
	size_t n = a->reason.n < TEXT_BYTES ? a->reason.n : TEXT_BYTES;

	if (r->n_rows == r->room_rows) {
		size_t room = r->room_rows == 0 ? 64 : 2 * r->room_rows;
		struct check_row *rows = realloc(r->rows, room * sizeof *rows);

		if (rows == NULL) {
			r->err = ERR_NOMEM;
			return;
		}
		r->rows = rows;
		r->room_rows = room;
	}
	row = &r->rows[r->n_rows];
	*row = (struct check_row){.n_codes = a->n_codes,
	    .text_at = (uint32_t)r->texts.n,
	    .text_n = (uint16_t)n};
	memcpy(row->codes, a->codes, sizeof row->codes);
	/* without room for its words the answer still counts */
	if (buf_add(&r->texts, a->reason.p, n) != ERR_OK)
		row->text_n = 0;
	if (table_put(&r->by_pair, pair, (uint32_t)r->n_rows))
		r->n_rows++;
	else
		r->err = ERR_NOMEM;
}

static void
count(struct check_results *r, struct check_list *l, enum verdict v)
{
	r->told++;
	r->believed += v == VERDICT_LISTED || v == VERDICT_CLEAN;
	r->listed += v == VERDICT_LISTED;
	if (v == VERDICT_LISTED)
		l->listed++;
	else if (v == VERDICT_CLEAN)
		l->clean++;
	else
		l->unknown++;
}

void
check_results_answer(struct check_results *r, const struct list_answer *a)
{
	uint32_t subject = table_find(&r->by_name, str_hash(a->subject, 0));
	struct check_list *l = list_of(r, a->list);
	uint64_t pair;

	if (subject == TABLE_NONE || l == NULL)
		return;
	pair = pair_key(r, subject, (size_t)(l - r->lists));
	if (r->verdicts[pair] != 0)
		return;
	r->verdicts[pair] = (uint8_t)(a->verdict + 1);
	if (r->ttls_s != NULL) {
		r->ttls_s[pair] = a->ttl_s;
		r->took_ms[pair] =
		    (uint16_t)(a->ms < UINT16_MAX ? a->ms : UINT16_MAX);
	}
	count(r, l, a->verdict);
	/* what the list as a whole says is kept once, with the list */
	if (a->n_codes > 0 || (a->reason.n > 0 && !check_list_bad(l)))
		add_row(r, pair, a);
}

void
check_results_health(struct check_results *r, const struct list_health *h)
{
	struct check_list *l = list_of(r, h->list);

	if (l == NULL)
		return;
	l->told = true;
	l->verdict = h->verdict;
	str_copy(l->text, sizeof l->text, h->text);
}

bool
check_results_get(const struct check_results *r, size_t subject, size_t at,
    struct list_answer *out)
{
	uint64_t pair = pair_key(r, subject, at);
	const struct check_list *l = &r->lists[at];
	uint32_t row = table_find(&r->by_pair, pair);

	if (r->verdicts[pair] == 0)
		return false;
	*out = (struct list_answer){.subject = r->subjects[subject],
	    .domain = blocklists_at(r->catalogue, l->list)->kind == LIST_DOMAIN,
	    .list = l->list,
	    .verdict = (enum verdict)(r->verdicts[pair] - 1)};
	if (r->ttls_s != NULL) {
		out->ttl_s = r->ttls_s[pair];
		out->ms = r->took_ms[pair];
	}
	if (row != TABLE_NONE) {
		const struct check_row *w = &r->rows[row];

		memcpy(out->codes, w->codes, sizeof out->codes);
		out->n_codes = w->n_codes;
		out->reason = (struct str){
		    w->text_n == 0 ? NULL : r->texts.p + w->text_at, w->text_n};
	} else if (out->verdict != VERDICT_CLEAN &&
		   out->verdict != VERDICT_LISTED) {
		out->reason = str_of(l->text);
	}
	return true;
}

size_t
check_results_subjects_listed(const struct check_results *r)
{
	size_t n = 0;

	for (size_t s = 0; s < r->n_subjects; s++)
		for (size_t i = 0; i < r->n_lists; i++)
			if (r->verdicts[pair_key(r, s, i)] ==
			    VERDICT_LISTED + 1) {
				n++;
				break;
			}
	return n;
}
