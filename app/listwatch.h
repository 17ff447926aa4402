/*
 * listwatch.h - keeps the lists asked about what the model shows to be ours,
 * and hands what they say on as events. Stands between probes/ and the model;
 * neither knows the other.
 */
#ifndef APP_LISTWATCH_H
#define APP_LISTWATCH_H

#include "app/config_lists.h"
#include "core/model.h"
#include "probes/prober.h"

struct listwatch; /* opaque; heap */

struct listwatch_opts {
	uv_loop_t *loop;
	const struct model *m;
	const struct list_config *config; /* borrowed */
	const struct dns_asker *asker;	  /* via: host; NULL = a resolver */
	bool once;			  /* each pair one time */
	void *ctx;
	void (*emit)(void *ctx, struct event *ev); /* at_ms is the taker's */
	void (*on_done)(void *ctx);		   /* once: all is told */
};

/* NULL with a sentence in why: no catalogue, a resolver that is none, a list
 * that is not in the catalogue. */
struct listwatch *listwatch_new(
    const struct listwatch_opts *o, char *why, size_t why_cap);
/* Looks at the model again: new subjects, replies that name a list. Cheap when
 * nothing changed; called once a second. */
void listwatch_look(struct listwatch *w);
/* Asks everything again now. */
void listwatch_refresh(struct listwatch *w);
/* once: everything was told. */
bool listwatch_done(const struct listwatch *w);
void listwatch_free(struct listwatch *w);

/* The lists a configuration or --lists asks: ids, "all", or none for those the
 * catalogue marks; use[LISTS_MAX]. ERR_NOTFOUND with a sentence: an id that is
 * not there, or a list that must not be asked. */
err_t listwatch_use(const struct blocklists *lists, const struct str *ids,
    size_t n_ids, uint16_t *use, size_t *n_use, char *why,
    size_t why_cap) NODISCARD;
/* The keys configured for the lists in use; keys[LISTS_MAX]. */
size_t listwatch_keys(const struct list_config *c,
    const struct blocklists *lists, struct prober_key *keys);

#endif
