/*
 * docs_alerts.h - the JSON document of alerts (man page, "JSON"): a contract
 * as those of docs.h.
 */
#ifndef APP_DOCS_ALERTS_H
#define APP_DOCS_ALERTS_H

#include "core/json.h"
#include "core/model.h"

/* {"v":1,"at":..,"waited":false,"alerts":[..],"hosts":[..]}; the caller's,
 * cJSON_Delete; NULL when out of memory. */
cJSON *docs_alerts(const struct model *m);
/* Open ones that are more than a note. */
uint32_t docs_alerts_open(const struct model *m);

#endif
