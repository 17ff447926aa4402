/*
 * acting.h - what the commands that act share: who asks, the journal's place,
 * the hosts being up. One session, one actor, until the command is done.
 */
#ifndef APP_ACTING_H
#define APP_ACTING_H

#include "app/actor.h"
#include "app/config.h"
#include "app/hosts.h"

struct acting {
	const struct options *o;
	struct hosts hosts;
	struct session s;
	struct journal_db *journal;
	struct actor *actor;
	uv_timer_t deadline;
	bool ready, over;
	int rc;
	void *ctx;
	/* Every host is up, or has failed. */
	void (*on_ready)(void *ctx);
};

/* Who runs this, and on which machine: the login name behind sudo too. */
void acting_who(struct act_request *r);
/*
 * Opens the journal and the session, runs until acting_stop(), then frees all;
 * the exit status. Hosts are the one of --host, or the file's: the operands are
 * the command's own. ao: the callbacks; its session, journal and the site's
 * actions are filled in here. Why it cannot begin is said.
 */
int acting_run(struct acting *a, const struct options *o,
    const struct config *c, unsigned needs, struct actor_opts *ao);
void acting_stop(struct acting *a, int rc);
/* Says which hosts are not up; true if there are any. */
bool acting_say_missing(const struct acting *a);
/* The journal, or NULL with a sentence. */
struct journal_db *acting_journal_open(char *why, size_t why_cap);
/* The same, if there is one already; NULL: none, or none that can be read. */
struct journal_db *acting_journal_there(void);
/* The same; NULL: said why. */
struct journal_db *acting_journal(void);

#endif
