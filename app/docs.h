/*
 * docs.h - the JSON documents of the command line: documented contracts
 * (man page, "JSON"), version 1: {"v":1,"at":"RFC 3339 time", ...}. Fields are
 * only ever added. Numbers that are not known are null, never 0.
 */
#ifndef APP_DOCS_H
#define APP_DOCS_H

#include "core/json.h"
#include "core/model.h"

/* Each is the caller's, cJSON_Delete; NULL when out of memory. since_ms: how
 * far back totals count. */
cJSON *docs_status(struct model *m);
cJSON *docs_egress(struct model *m, int64_t since_ms);
cJSON *docs_queue(struct model *m, enum queue_dim by);
cJSON *docs_host(struct model *m, const struct host *h);

enum docs_by { DOCS_BY_REPLY, DOCS_BY_PROVIDER, DOCS_BY_EGRESS };
cJSON *docs_deferrals(struct model *m, enum docs_by by, int64_t since_ms);

#endif
