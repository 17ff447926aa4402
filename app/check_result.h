/*
 * check_result.h - what lists said of subjects in one `check`: a byte for each
 * pair (600,000 of them are ordinary), a row only for what has codes or words
 * of its own. Keeps and counts; prints and asks nothing.
 */
#ifndef APP_CHECK_RESULT_H
#define APP_CHECK_RESULT_H

#include "core/buf.h"
#include "core/listing.h"
#include "core/table.h"

struct check_row;

/* A list as a whole. */
struct check_list {
	uint16_t list; /* index into the catalogue */
	bool told;
	enum verdict verdict;
	char text[256];
	uint32_t listed, clean, unknown; /* subjects */
};

struct check_results {
	const struct blocklists *catalogue; /* borrowed */
	const struct str *subjects;	    /* borrowed; [n_subjects] */
	size_t n_subjects;
	struct check_list *lists; /* owned; [n_lists], in order of the use */
	size_t n_lists;
	/* owned; [subject * n_lists + list]: verdict + 1, 0 = nothing told;
	 * how long it holds and took, NULL unless wanted */
	uint8_t *verdicts;
	uint32_t *ttls_s;
	uint16_t *took_ms;
	struct check_row *rows; /* owned; [n_rows] */
	size_t n_rows, room_rows;
	struct buf texts;		 /* of rows */
	struct table by_name, by_pair;	 /* subjects; rows */
	uint32_t told, listed, believed; /* pairs; believed: or clean */
	err_t err;			 /* the first failure */
};

/* Subjects [n_subjects] and the lists in use stay as they are. times: TTLs and
 * durations are wanted too. */
err_t check_results_init(struct check_results *r,
    const struct blocklists *catalogue, const struct str *subjects,
    size_t n_subjects, const uint16_t *use, size_t n_use, bool times) NODISCARD;
void check_results_done(struct check_results *r);
/* What the prober says. */
void check_results_answer(struct check_results *r, const struct list_answer *a);
void check_results_health(struct check_results *r, const struct list_health *h);
/* What is known of a pair; false: nothing was told. Borrowed from r. */
bool check_results_get(const struct check_results *r, size_t subject, size_t at,
    struct list_answer *out);
/* How many subjects are listed anywhere. */
size_t check_results_subjects_listed(const struct check_results *r);
/* The list is not to be believed, as a whole. */
bool check_list_bad(const struct check_list *l);

#endif
