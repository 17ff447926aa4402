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

/*
 * listings[]{subject,domain,segment,list,impact,verdict,proof,since,ended,
 * times,dns,dns_since,replies,providers[],codes[],meaning[],reason}
 *   verdict: "listed" as long as it holds, else "clean". proof: "dns",
 *   "both", "replies", "old-copy" (replies name it, DNS says clean), "unsure"
 *   (the list cannot be asked now), "none" (it has ended). dns: what DNS says.
 * lists[]{list,kind,impact,verdict,since,asked,listed,clean,text}
 *   every list that is asked, or lists something; verdict "clean": it answers.
 * subjects{ips,domains}, listed{ips,domains,peak_ips}
 */
cJSON *docs_listings(struct model *m);
/*
 * throttles[]{host,egress,provider,state,since,start,end,refused,share,peak,
 * class,reply}
 *   state: suspected, throttled, easing, clear (over within since_ms); since:
 *   of the state; start: first refusal; refused: how many; share, peak: of the
 *   attempts, 0 to 1, share of the last 10 minutes, null: no attempts.
 */
cJSON *docs_throttles(struct model *m, int64_t since_ms);
/* How many hold now: what an exit status stands for. */
unsigned docs_listed(const struct model *m);
unsigned docs_throttled(const struct model *m);

#endif
