/*
 * knowledge.h - the data files the program knows the world by: providers,
 * lists, what replies mean. Without one of them the program knows less, which
 * it says; it starts all the same.
 */
#ifndef APP_KNOWLEDGE_H
#define APP_KNOWLEDGE_H

#include "core/blocklist.h"
#include "core/provider.h"
#include "probes/reply_rules.h"

struct knowledge {
	struct provider_catalogue *providers; /* owned; NULL: not read */
	struct blocklists *lists;	      /* owned; the same */
	struct reply_rules *rules;	      /* owned; the same */
};

enum { KNOW_PROVIDERS = 1, KNOW_LISTS = 2, KNOW_RULES = 4, KNOW_ALL = 7 };

/* Reads what is asked for (KNOW_*); more_lists: a user's catalogue of lists,
 * "" for none. What could not be read is said on stderr and false returned. */
bool knowledge_load(struct knowledge *k, unsigned what, const char *more_lists);
void knowledge_free(struct knowledge *k);

#endif
