/*
 * notify.h - how alerts reach somebody who does not look: the bell, once for
 * what opened or got worse since the last time, and the terminal's title.
 * Decides nothing: core/update_alert.c says what rings.
 */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include "app/config_alerts.h"
#include "tui/ui.h"

struct notify {
	const struct alert_config *config; /* borrowed */
	uint32_t rings;			   /* heard so far */
	int64_t rang_ms;		   /* of the last alert heard */
	char title[256];		   /* as it was last set; "" never */
};

/* What is to be done now. */
struct notice {
	bool bell;
	char say[512];	   /* a sentence for the last line; "" none */
	const char *title; /* NULL: as it is; borrowed until the next call */
};

/* Looks at the model; quiet: what rang is taken as heard (a recording played
 * fast). */
void notify_look(
    struct notify *n, const struct model *m, bool quiet, struct notice *out);

#endif
