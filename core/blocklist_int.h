/*
 * blocklist_int.h - the inside of the catalogue of lists, for blocklist.c (who
 * looks things up), blocklist_load.c (who fills it) and blocklist_row.c (who
 * reads one row). Nobody else's.
 */
#ifndef CORE_BLOCKLIST_INT_H
#define CORE_BLOCKLIST_INT_H

#include "core/blocklist.h"
#include "core/json.h"

/* A zone name and whose it is; a keyed zone is here without its key. */
struct list_zone {
	struct str zone;
	uint16_t list;
};

struct list_mem; /* documents and arrays that rows borrow from */

struct blocklists {
	struct blocklist *rows;	 /* owned; [n] */
	uint16_t *by_id;	 /* owned; [n] rows in order of id */
	struct list_zone *zones; /* owned; [n_zones] in order of zone */
	uint32_t n_zones;
	uint16_t n;
	struct list_mem *mem; /* owned */
};

/* While a document is read. */
struct list_load {
	struct list_mem *mem; /* owned until the load has succeeded */
	char *why;
	size_t why_cap;
	const char *id; /* of the row being read */
};

/* Zeroed bytes that live as long as the catalogue; NULL: out of memory. */
void *list_mem_get(struct list_load *l, size_t bytes);
/* The sentence for a field of the row being read; ERR_PARSE. */
err_t blocklist_bad(struct list_load *l, const char *field, const char *what);
/* Reads the fields that item has into row, which has its id; is_new: the rest
 * gets defaults, and what every list needs must be there. */
err_t blocklist_read_row(struct list_load *l, const cJSON *item,
    struct blocklist *row, bool is_new) NODISCARD;

/* Byte order; zones are compared as ASCII without case. */
int blocklist_order(struct str a, struct str b);
int blocklist_zone_order(struct str a, struct str b);

#endif
