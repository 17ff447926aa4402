/*
 * check_print.h - how `check` says what it learned: a line that moves while it
 * asks, then a table with what is listed first, or the JSON document (man
 * page, "JSON").
 */
#ifndef APP_CHECK_PRINT_H
#define APP_CHECK_PRINT_H

#include "app/check_result.h"
#include "app/config_lists.h"

#include <stdio.h>

struct check_report {
	const struct check_results *r;
	const struct list_config *config; /* of keys: only whether one is */
	const struct str *without_key;	  /* [n_without_key] ids not asked */
	size_t n_without_key;
	int64_t at_ms; /* wall time of the start */
	int64_t took_ms;
	uint64_t queries;
	FILE *out;
};

/* To c->out, not flushed; ERR_IO with errno when it cannot be written. */
err_t check_print_text(const struct check_report *c) NODISCARD;
err_t check_print_json(const struct check_report *c) NODISCARD;
/* "4110/8220 asked, 3 listed, 4 s" for a line of a terminal. */
char *check_progress(char *dst, size_t cap, uint32_t told, uint32_t pairs,
    uint32_t listed, int64_t took_ms);

#endif
