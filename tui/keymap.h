/*
 * keymap.h - (context, key) to action. Built from the action table, then from
 * the user's own `bind` rows; a key bound twice in one context is an error.
 * Keys are written "j", "^S", "S-Tab", "F5", "Space", "PgDn", "Enter", "Esc".
 */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "tui/action.h"

struct keymap_row {
	int32_t code;
	enum action action;
};
struct keymap {
	struct keymap_row rows[ACT_N * 3];
	unsigned n;
};

/* The table's own keys. ERR_PARSE with a sentence when the table is wrong. */
err_t keymap_init(struct keymap *k, char *why, size_t why_cap) NODISCARD;
/* Adds or moves a key ("^X") to an action by name. */
err_t keymap_bind(struct keymap *k, struct str key, struct str action,
    char *why, size_t why_cap) NODISCARD;
/* The action of a key where any of the contexts in ctx holds; ACT_NONE. */
enum action keymap_find(
    const struct keymap *k, unsigned ctx, const struct key *key);
err_t keymap_parse_key(struct str name, int32_t *code) NODISCARD;
/* "^S" of a code, at most 8 bytes. Returns dst. */
char *keymap_key_name(char dst[16], int32_t code);

#endif
