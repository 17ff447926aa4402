/*
 * postfix_plan_int.h - what the parts of postfix_plan share: refusing, and the
 * lines of steps (postfix_plan_line.c), the one place where values become words
 * of a shell line.
 */
#ifndef REMOTE_POSTFIX_PLAN_INT_H
#define REMOTE_POSTFIX_PLAN_INT_H

#include "remote/postfix_plan.h"

/* Lines of steps: a value as one word, text as it is, and the whole as a
 * step's own. Failures stay in b->failed, and the line is NULL then. */
enum { PLAN_LINE_BYTES = 65536, PLAN_EDIT_MS = 30000 };
void plan_word(struct buf *b, const char *text);
void plan_raw(struct buf *b, const char *text);
char *plan_take_line(struct buf *b);

/* Whom a step is planned for. */
struct plan_host {
	struct plan *p;
	host_id id;
	const char *name; /* for people */
	const char *sudo; /* "" or "sudo -n " */
	const struct discovery *d;
	const struct act_state *st;
};

/* The first refusal stays; fmt takes the host's name and what. */
void postfix_plan_refuse(
    const struct plan_host *h, const char *fmt, const char *what);

/* Adds to what must be known before, once. */
void postfix_plan_warn(const struct plan_host *h, const char *sentence);

/*
 * sudo is asked, not tried (a refusal mails root), and by the check of the
 * host's first step: a value that its lines do not allow would be refused with
 * half of it done. args: the words behind sudo, quoted; nothing when we are
 * root. ask_value: about a value and about the way back from it.
 */
err_t postfix_plan_ask(
    const struct plan_host *h, const char *args, const char *what) NODISCARD;
err_t postfix_plan_ask_value(const struct plan_host *h,
    const struct act_param *old, const char *value) NODISCARD;

/*
 * One parameter from its old value to a new one: proved to be the old one
 * before; taken back only from the value we set, else it says what is there and
 * exits with 3 (act.sh: stuck).
 */
err_t postfix_plan_set(const struct plan_host *h, const struct act_param *old,
    const char *value, const char *text) NODISCARD;
/*
 * The names, n > 0, put into defer_transports, which makes it `now`. The list
 * is others' too: taken back, it is the exact old value (`was`, where first
 * changes it) when it is still ours, else only our names go; verified when our
 * names are in it.
 */
struct plan_defer {
	const struct act_param *old;
	const struct act_param *was; /* once first has run; NULL: old */
	const char *first; /* a line to run before, that ends in "&& "; NULL */
	const char *now;
	const char *const *names; /* [n] */
	unsigned n;
};
err_t postfix_plan_defer(
    const struct plan_host *h, const struct plan_defer *d) NODISCARD;
/*
 * An entry put at the front of a list (transport_maps,
 * smtpd_sender_restrictions ..): others may change the list meanwhile, so taken
 * back it is the exact old value when it is still as we left it, else only our
 * entry goes, also when another act changed it within and it is one word; else
 * it stays (exit 3). Verified when it is in it. The entry must be one that
 * nobody else would write: it has "mtadeck-ID" in it.
 */
err_t postfix_plan_front(const struct plan_host *h, const struct act_param *old,
    const char *entry, const char *text) NODISCARD;
/*
 * A list of tables becomes `now`, by changes within some of its entries. Others
 * may add entries meanwhile: taken back, it is the exact old value when it is
 * still as we left it, else only what was changed; verified when it is there.
 */
err_t postfix_plan_swap(const struct plan_host *h, const struct act_param *old,
    const char *now, const char *text) NODISCARD;
/*
 * A table of the plan's own in Postfix's configuration folder, read as it is
 * at a reload (texthash:, regexp:, no postmap(1)): a comment that says whose it
 * is, then the lines, each "KEY VALUE\n" of checked words. One a plan and host;
 * before anything that names it, so that it goes last. Readable by all, as the
 * other tables there: who takes it back by sudo proves it too.
 */
err_t postfix_plan_table(
    const struct plan_host *h, const char *lines, const char *text) NODISCARD;
/* "texthash:/etc/postfix/mtadeck-ID", as lists name it; type: "texthash:" or
 * "regexp:". False: refused, the folder's name has what lists could not. */
enum { PLAN_MAP_BYTES = 320 };
bool postfix_plan_table_map(const struct plan_host *h, const char *type,
    char dst[PLAN_MAP_BYTES]) NODISCARD;
/* Edits take effect with one reload for all of them, checked before. */
err_t postfix_plan_reload(const struct plan_host *h) NODISCARD;
/* Queue ids by the line given, which reads them from stdin. */
err_t postfix_plan_messages(
    const struct plan_host *h, const struct str *qids, size_t n) NODISCARD;
/* Whether a list of transports, by blanks or commas, holds a name. */
bool postfix_plan_is_listed(const char *list, const char *name);
/* The next name of such a list; false: there is none. */
bool postfix_plan_next(struct str *list, struct str *name);
/* Takes names, by blanks, out of such a list, in place. */
void postfix_plan_take_out(char *list, const char *names);
/* The handles of the request's egress IP, doubles too; 0: refused. */
unsigned postfix_plan_handles(
    const struct plan_host *h, const char *names[MAX_HANDLES]);
/* A handle of that name is an act's double. */
bool postfix_plan_is_double(const struct plan_host *h, const char *name);
/* Puts those of the names into defer_transports that are not in it, one at
 * least; now: what it is then. */
err_t postfix_plan_pause(const struct plan_host *h, const struct act_param *old,
    const char *const *names, unsigned n, char now[ACT_VALUE_BYTES]) NODISCARD;
/* pause, resume, interval, concurrency, processes of an egress IP. */
err_t postfix_plan_egress(const struct plan_host *h) NODISCARD;

/*
 * The planners of other subjects, each with what "read" is to be asked for
 * (add: "main:NAME", "process:SERVICE", "master:SERVICE"); false: the host has
 * nothing of it.
 */
typedef void plan_add_fn(void *ctx, const char *name);
/* postfix_plan_provider.c: the same to the mail of a provider or a domain. */
bool postfix_plan_provider_needs(const struct act_request *r,
    const struct discovery *d, void *ctx, plan_add_fn *add);
err_t postfix_plan_provider(const struct plan_host *h) NODISCARD;
/* postfix_plan_move.c: evacuate, shares; qids: what waits for the egress IP. */
bool postfix_plan_move_needs(const struct act_request *r,
    const struct discovery *d, void *ctx, plan_add_fn *add);
err_t postfix_plan_move(
    const struct plan_host *h, const struct str *qids, size_t n) NODISCARD;
/* postfix_plan_people.c: isolate (qids: what the sender has queued),
 * suppress. */
bool postfix_plan_people_needs(const struct act_request *r,
    const struct discovery *d, void *ctx, plan_add_fn *add);
err_t postfix_plan_people(
    const struct plan_host *h, const struct str *qids, size_t n) NODISCARD;
/* postfix_plan_ends.c: resume of a provider, return, readmit, lift: leases of
 * the host that are in force end by their own way back. */
err_t postfix_plan_ends(const struct plan_host *h) NODISCARD;
/*
 * The same as the beginning of a step that puts other values in their place and
 * is followed by a reload: between the two nothing is in force that was not
 * before. Appends a line that ends in "&& "; *now, a list of transports, is
 * then without what they held.
 */
err_t postfix_plan_replaces(const struct plan_host *h, struct buf *line,
    struct act_param *now) NODISCARD;
/* One that the request ends holds that transport. */
bool postfix_plan_ends_hold(const struct plan_host *h, const char *name);
/* True, and refused: the request's egress IP is evacuated, by an act whose end
 * takes back the pause that belongs to it. */
bool postfix_plan_is_evacuated(const struct plan_host *h);
/* Whether the host has one that the request ends. */
bool postfix_plan_ends_any(const struct plan_host *h);

/* One parameter of one handle that a verb sets. */
struct plan_setting {
	char name[160];
	bool process;
	bool at_least; /* a larger value stays */
	char value[32];
};

/*
 * postfix_plan_pool.c: the ways mail leaves by, whoever sends it: those of a
 * randmap, or the one there is. What cannot be told so, or would be lost by a
 * rule by recipient, is said in why (a sentence behind the host's name).
 */
enum { POOL_WAYS = 128 };
struct plan_pool {
	const struct handle *ways[POOL_WAYS]; /* repeats are shares */
	unsigned n;			      /* 0: why */
	const char *why;		      /* _(); NULL */
	char what[128];			      /* in it; "" */
};
void postfix_plan_pool_needs(void *ctx, plan_add_fn *add);
void postfix_plan_pool(const struct plan_host *h, struct plan_pool *pool);

/*
 * postfix_plan_clone.c: a further service like a handle's, of the plan's own,
 * that sends from the same address under the same name in the log. parked: one
 * that delivers nothing even when somebody flushes the queue, for rules with
 * PLAN_PARKED as their next hop: nobody listens there, and no refusal of it is
 * final.
 */
#define PLAN_PARKED "[127.0.0.1]:1"
struct plan_clone {
	char name[SERVICE_MAX_BYTES];
	const struct handle *of;
	bool parked;
	uint32_t processes; /* 0: as the handle's */
};
err_t postfix_plan_clone(
    const struct plan_host *h, const struct plan_clone *c) NODISCARD;
/* Parameters of the clones [n], by one line: the settings given for each, and
 * what their handles have set of their own. None: no step. */
err_t postfix_plan_clone_settings(const struct plan_host *h,
    const struct plan_clone *v, unsigned n, const struct plan_setting *set,
    unsigned n_set) NODISCARD;

/*
 * How many recipients a delivery of a transport takes at most. With one,
 * qmgr(8) counts deliveries, and spaces them, for each recipient rather than
 * for each domain (postconf(5), transport_destination_rate_delay,
 * .._concurrency_limit): a pace by domain would limit nothing.
 */
#define PLAN_RECIPIENTS		"_destination_recipient_limit"
#define PLAN_DEFAULT_RECIPIENTS "default" PLAN_RECIPIENTS
#define PLAN_SOME_RECIPIENTS	"2"
/* They space or count by domain. */
bool postfix_plan_is_by_domain(const struct plan_setting *v, unsigned n);
/* They do, and the handle takes one a time. */
bool postfix_plan_is_single(const struct plan_host *h, const char *handle,
    const struct plan_setting *v, unsigned n);

/* Settings of one handle, by a verb. */
enum { PLAN_SETTINGS = 2 };
/* Those of a handle; how many. */
unsigned postfix_plan_settings(
    const struct act_request *r, const char *handle, struct plan_setting *v);
bool postfix_plan_carries(const struct handle *h, const struct act_request *r);
/* A handle's name that may become a word and a part of parameters' names. */
bool postfix_plan_is_name(const struct handle *h);

#endif
