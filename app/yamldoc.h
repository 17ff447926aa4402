/*
 * yamldoc.h - YAML documents with a schema, through libcyaml, with errors that
 * name file, line and what is wrong. cyaml.h stays in app/.
 */
#ifndef APP_YAMLDOC_H
#define APP_YAMLDOC_H

#include "core/err.h"
#include "core/str.h"

#include <cyaml/cyaml.h>

/* The words for true and false. libcyaml's own takes any other for false. */
enum { YAMLDOC_BOOLS = 6 };
extern const cyaml_strval_t yamldoc_bools[YAMLDOC_BOOLS];
#define YAMLDOC_BOOL(key, flags, structure, member)                            \
	CYAML_FIELD_ENUM(key, (flags) | CYAML_FLAG_STRICT, structure, member,  \
	    yamldoc_bools, YAMLDOC_BOOLS)
#define YAMLDOC_BOOL_PTR(key, flags, structure, member)                        \
	CYAML_FIELD_ENUM_PTR(key, (flags) | CYAML_FLAG_STRICT, structure,      \
	    member, yamldoc_bools, YAMLDOC_BOOLS)

/* Loads text (of file `name`) as the schema says; *out is the caller's,
 * yamldoc_free(). ERR_PARSE with a sentence in why. */
err_t yamldoc_load(void **out, const cyaml_schema_value_t *schema,
    struct str text, const char *name, char *why, size_t why_cap) NODISCARD;
/*
 * The line, from 1, of a key of the item-th mapping in a section that is a
 * list; of the item when the key has no line of its own ({a: b}), of the
 * section when the item has none. 0: there is no such section.
 */
unsigned yamldoc_line(
    struct str text, const char *section, unsigned item, const char *key);
void yamldoc_free(const cyaml_schema_value_t *schema, void *data);

#endif
