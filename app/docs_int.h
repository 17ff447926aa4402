/*
 * docs_int.h - what the files that make the command line's documents share.
 */
#ifndef APP_DOCS_INT_H
#define APP_DOCS_INT_H

#include "app/docs.h"

/* {"v":1,"at":...} */
cJSON *docs_new(const struct model *m);
/* A text; null when it is NULL or empty. */
void docs_add_z(cJSON *o, const char *name, const char *z);
/* A number; null when it is negative: not known. */
void docs_add_known(cJSON *o, const char *name, int64_t v);
/* The same of thousandths. */
void docs_add_milli(cJSON *o, const char *name, int64_t milli);

#endif
