/*
 * postfix_plan_move.h - what moving mail is made of: whom it is moved from and
 * to (postfix_plan_move.c,
 * postfix_plan_targets.c, postfix_plan_shares.c), and the lines of its own
 * (postfix_plan_move_line.c).
 */
#ifndef REMOTE_POSTFIX_PLAN_MOVE_H
#define REMOTE_POSTFIX_PLAN_MOVE_H

#include "remote/postfix_plan_int.h"
#include "remote/postfix_select.h"

enum { MOVE_PARAMS = POSTFIX_SELECTORS + 1, MOVE_TABLES = ACT_TABLES };

/* A parameter or a file as the steps leave it. */
struct move_left {
	const char *name;
	char value[ACT_VALUE_BYTES];
};
struct move_table {
	char path[sizeof((struct act_table){0}).name];
	unsigned step; /* of the host, from 1: it kept the file as it left it */
};
struct move {
	const struct plan_host *h;
	const char *from[MAX_HANDLES], *to[MAX_HANDLES];
	unsigned n_from, n_to;
	unsigned n_all; /* with doubles of other acts, behind those of from */
	bool kept;	/* selectors lead to such doubles, and go on to */
	unsigned turn;	/* whose turn it is, where one only can be */
	struct move_left left[MOVE_PARAMS];
	unsigned n_left;
	struct move_table tables[MOVE_TABLES];
	unsigned n_tables;
	struct selection sel;
};

/*
 * The file of a table: entries that lead to one of from lead to those of to, by
 * turns, and the table is made again (postmap(1)). Owner, mode, comments and
 * order stay; a comment on top says whose change it is. Taken back to the byte
 * when it still is as left, else it says what was changed and exits with 3.
 */
err_t postfix_move_table(
    struct move *m, const struct act_table *t, const char *path) NODISCARD;
/*
 * Tries messages again, those of qids first, then what the pause deferred: at a
 * pace, not more than so many, and as long as nothing of left and tables has
 * changed, since a retry goes through whatever is paused.
 */
err_t postfix_move_drain(
    struct move *m, const struct str *qids, size_t n) NODISCARD;
/* From whom and to whom; NULL: refused, else what is deferred now. */
const struct act_param *postfix_move_choose(struct move *m);
bool postfix_move_is_ours(const struct move *m, const char *name);
/* The selector of the request's pool; NULL: the host has no such pool. */
const struct postfix_selector *postfix_move_pool(
    const struct act_request *r, const struct discovery *d);
/* shares of a pool. */
err_t postfix_move_shares(struct move *m) NODISCARD;

bool postfix_move_refused(const struct move *m);
/* A parameter as the host told it; NULL: refused. */
const struct act_param *postfix_move_param(
    const struct move *m, const char *name);
/* The step that sets a selector; refused when the value is too long. */
err_t postfix_move_set(struct move *m, const struct postfix_selector *s,
    const struct act_param *old, const struct buf *now) NODISCARD;
/* Notes what a parameter is once the steps are done. */
void postfix_move_leave(struct move *m, const char *name, const char *value);
/* Asks about all that was noted (postfix_plan_ask_value), before anything is
 * done. */
err_t postfix_move_ask_sudo(const struct move *m) NODISCARD;
/* How many steps the plan has of this host so far. */
unsigned postfix_move_steps(const struct plan_host *h);

#endif
