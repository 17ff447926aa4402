/*
 * complete.h - what a word of the command line may become, for a shell that
 * completes it: commands, their options, what those take. By the tables of
 * options_rows.h and what is told of hosts and lists; nothing is read here.
 */
#ifndef APP_COMPLETE_H
#define APP_COMPLETE_H

#include "app/config.h"
#include "core/blocklist.h"

/* The one line that says: names of files. */
#define COMPLETE_FILES ":files"

struct complete_known {
	const char *const *hosts; /* borrowed; names without patterns */
	size_t n_hosts;
	const struct blocklists *lists; /* borrowed; NULL: unknown */
};

/* The value of an option that was given ("-F X", "--ssh-config X") among all
 * words but the last; NULL: it was not. */
const char *complete_value(
    const char *const *words, size_t n, const char *option);
/*
 * Appends a line for each word that the last of the n words (n > 0; what
 * stands behind "mtadeck", the last one as far as it is typed, perhaps "") can
 * be, or COMPLETE_FILES. ERR_LIMIT past out's cap.
 */
err_t complete_words(struct buf *out, const struct complete_known *k,
    const char *const *words, size_t n) NODISCARD;
/* Appends the hosts that a file of ssh_config(5) names in its Host lines, each
 * with a line end; no patterns, no other file's. */
err_t complete_ssh_hosts(struct buf *out, struct str config) NODISCARD;

#endif
