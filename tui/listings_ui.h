/*
 * listings_ui.h - what the files of the Listings view share: words for a
 * listing's state, sentences about a row, and the table of the lists.
 */
#ifndef TUI_LISTINGS_UI_H
#define TUI_LISTINGS_UI_H

#include "tui/ui.h"

enum listings_by {
	LISTINGS_BY_SEGMENT,
	LISTINGS_BY_SUBJECT,
	LISTINGS_BY_LIST,
	LISTINGS_BYS
};

/* The catalogue's row; NULL when it has none of that number. */
const struct blocklist *lst_list(const struct model *m, uint16_t list);
/* Its id, "?" without a catalogue. */
struct str lst_id(const struct model *m, uint16_t list);
/* "!!high": how much a listing that holds hurts; role of one that does not is
 * dim. */
void lst_impact(
    const struct model *m, uint16_t list, bool holds, struct cellv *c);
/* What we know of a list as a whole, with mark and word. */
void lst_verdict(const struct model *m, uint16_t list, struct cellv *c);

/* The line above the rows, and what stands there when there are none. */
enum role lst_summary(struct model *m, const struct ui *ui, struct buf *out);
void lst_empty(const struct model *m, const struct ui *ui, struct doc *out);

/* Why a list cannot be asked at all, as when the resolver is gone; NULL: it
 * can.
 */
const char *lst_silent(const struct model *m, uint16_t list);
/* Sentences about a row, and about a list. */
enum role lst_detail(
    const struct model *m, const struct listing_sum_row *r, struct buf *out);
enum role lst_list_detail(
    const struct model *m, uint16_t list, struct buf *out);

/* The table of the lists: rows are the catalogue's. */
extern const struct table_view lst_of_lists;

#endif
