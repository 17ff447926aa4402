/*
 * docs_act.h - plans, leases and journal records as JSON documents: contracts
 * of the command line (man page, "JSON"), and what the journal keeps of a plan.
 */
#ifndef APP_DOCS_ACT_H
#define APP_DOCS_ACT_H

#include "core/journal.h"
#include "core/json.h"
#include "core/model.h"
#include "core/plan.h"
#include "remote/act_lines.h"

/* {id,verb,targets[],messages,steps[],lease{expires},..}; the caller's. */
cJSON *docs_act_plan(const struct model *m, const struct plan *p);
/* The same as one line of text. */
err_t docs_act_plan_text(
    struct buf *out, const struct model *m, const struct plan *p) NODISCARD;
/* With what it has done, as far as the model knows. */
cJSON *docs_act_lease(const struct model *m, const struct lease *l);
cJSON *docs_act_record(const struct journal_rec *r);

#endif
