/*
 * act_ui.h - acting from the screen: armed or not, what is asked for, which
 * plan is shown and how far it is. The screen wishes; app/console_act.c does,
 * and puts here what became of it. Nothing here changes a host.
 */
#ifndef TUI_ACT_UI_H
#define TUI_ACT_UI_H

#include "core/journal.h"
#include "core/lease.h"
#include "core/site.h"
#include "tui/action.h"

struct ui;
struct model;
struct grid;

enum {
	ACT_TARGETS = 64, /* tagged rows of one wish */
	ACT_PATH = 1024,
	ACT_FILE_BYTES = 32 << 20, /* of addresses */
	ARM_DEFAULT_MS = 15 * 60000,
	ARM_MAX_MS = 12 * 3600000,
};

/* How far an act has come. */
enum act_stage {
	ACT_STAGE_NONE,
	ACT_STAGE_WHY,	   /* its reason is being typed */
	ACT_STAGE_READING, /* hosts are read, to plan it */
	ACT_STAGE_ASK,	   /* the plan is shown: a person decides */
	ACT_STAGE_RUNNING,
	ACT_STAGE_OVER, /* its result is shown */
};

/* What is done: a verb, or something to a lease in force. */
enum act_job { ACT_JOB_VERB, ACT_JOB_END, ACT_JOB_EXTEND };

/* What the screen asks of the app. */
enum act_wish {
	ACT_WISH_NONE,
	ACT_WISH_ARM, /* arm_ms, arm_why */
	ACT_WISH_DISARM,
	ACT_WISH_READ,	  /* path: act_ui_addresses() takes what it holds */
	ACT_WISH_PLAN,	  /* request, for target `at` */
	ACT_WISH_CONFIRM, /* the plan shown */
	ACT_WISH_CANCEL,
};

struct act_target_row {
	host_id host; /* HOST_NONE: every one it concerns */
	struct act_subject of;
	struct act_filter filter; /* ACT_ON_MESSAGES */
};

/* What a row of a view is of. Which of it a verb means, act_rows.c says. */
struct act_thing {
	host_id host;	     /* HOST_NONE: not of one alone */
	struct act_filter f; /* what is known of it; with qids: messages */
	char lease[PLAN_ID];
};

/* A record of the journal, as the screen shows it. */
struct journal_row {
	uint64_t seq;
	int64_t at_ms;
	enum journal_kind kind;
	char *own; /* owned by the app; the texts below are in it */
	const char *who, *from, *host, *subject, *text, *incident; /* "" none */
	const char *detail; /* of the one that is shown whole; "" none */
	bool more;	    /* there is a detail */
};

/* What the app found in the whole journal for a filter of the screen. */
struct journal_found {
	char filter[128]; /* as typed: what this is of */
	const struct journal_row *rows;
	size_t n;
	/* how far it has looked back: everything since then; 0 not yet */
	uint64_t from_seq;
	int64_t from_ms;
	bool whole;    /* to the first record */
	bool full;     /* no more are kept: older ones were not looked for */
	char why[256]; /* why it cannot be looked for; "" */
};

struct act_ui {
	/* read-only, or not */
	int64_t armed_until_ms; /* 0 = reads only */
	char armed_why[ACT_WHY_BYTES];
	char who[64], from[128];
	char locked[512]; /* why nothing can be done at all; "" */
	/* the act in hand */
	enum act_stage stage;
	enum act_job job;
	bool hidden; /* it runs on, out of sight */
	struct act_request request;
	/* The line advised for what a key began to type, or, while the menu is
	 * open, for the row; "" none. */
	char advised[2 * NAME_MAX_BYTES];
	struct act_target_row targets[ACT_TARGETS];
	unsigned n_targets, at;
	struct lease lease;	 /* of an act on a lease */
	int64_t extend_ms;	 /* from now; 0: until lifted */
	const struct plan *plan; /* borrowed from the actor; NULL none */
	/* Mail that waits for what the plan is about, counted once. */
	struct {
		char plan[PLAN_ID];
		uint64_t n;
		bool known;
	} waiting;
	char text[512]; /* why not, or what became of it */
	bool failed;
	const struct site_actions *sites; /* borrowed; NULL: none */
	/* what hosts told is in force; borrowed from the app */
	const struct lease *leases;
	size_t n_leases;
	int64_t leases_ms;     /* when they last told; 0 never */
	unsigned leases_hosts; /* that told */
	char leases_why[256];  /* why some did not; "" */
	/* the last records of the journal; borrowed from the app */
	const struct journal_row *journal;
	size_t n_journal;
	char journal_why[256]; /* why it cannot be read; "" */
	struct journal_found found;
	const struct journal_row *record; /* the one shown whole; NULL none */
	/* the wish; emptied by the app */
	enum act_wish wish;
	int64_t arm_ms;
	char arm_why[ACT_WHY_BYTES];
	char path[ACT_PATH];
	/* owned: of a set, checked, one a line; request.addresses is this */
	struct buf addresses;
};

/* Why nothing can be changed now, as a sentence; NULL: this console is armed.
 */
const char *act_ui_locked(const struct ui *ui);
/* Why an action that changes hosts cannot be done to the rows in view, when
 * the console is armed; NULL: it can. */
const char *act_ui_refusal(
    const struct ui *ui, const struct model *m, enum action a);
/* Does an action of this file; others are passed over. */
void act_ui_do(struct ui *ui, struct model *m, enum action a);
/* "192.0.2.1 for 30m" behind a verb in the palette. */
void act_ui_words(
    struct ui *ui, struct model *m, enum verb v, struct str words);
/* A set of addresses, as a file or a person has it: asks why, or says which is
 * none. */
void act_ui_addresses(struct ui *ui, struct str text);
/* "15m reason" */
void act_ui_arm(struct ui *ui, struct str words);
void act_ui_disarm(struct ui *ui);
/* A reason was typed. */
void act_ui_reason(struct ui *ui, struct str why);
/* The act in hand is dropped, or put out of sight while it runs. */
void act_ui_leave(struct ui *ui);
/* The person says yes to the plan shown; or wants the next target. */
void act_ui_go_on(struct ui *ui);
/* Opens the overlay of the act in hand, when nothing else is open. */
void act_ui_show(struct ui *ui);
/* "pause 192.0.2.1" of the act in hand. */
void act_ui_title(const struct ui *ui, char *dst, size_t cap);

/* The leases under the cursor or tagged: asks why they end, or end later. */
void act_ui_on_leases(
    struct ui *ui, const struct model *m, enum act_job job, int64_t extend_ms);

/* --- act_site.c --- */
unsigned act_site_count(const struct ui *ui);
/* Why an action of the site's own (NULL: an unknown one) cannot be done in
 * this console; NULL: it can. */
const char *act_site_locked(const struct ui *ui, const struct site_action *a);
/* The same of the act in hand, whatever it is. */
const char *act_site_held(const struct ui *ui);
/* The request in hand holds its words: whether it can be asked for; said why
 * not. */
bool act_site_take(struct ui *ui, const struct model *m);
/* The i-th was chosen: asks for its parameters, or why. */
void act_site_choose(struct ui *ui, struct model *m, unsigned i);

/* --- act_lease.c --- */
void act_ui_end(struct ui *ui, const struct model *m);
/* Opens the line for it; and "30m" from now, as typed. */
void act_ui_type_extend(struct ui *ui);
void act_ui_extend(struct ui *ui, struct model *m, struct str words);
/* Messages that left through a pause since it is in force; 0 of other acts. */
uint64_t act_ui_leaked(struct model *m, const struct lease *l);
/* The act in force on an egress IP of a host; NULL: none is known. */
const struct lease *act_ui_lease_of(
    const struct ui *ui, host_id host, const char *ip);

/* --- act_rows.c: what is meant by the rows in view --- */

/* The verb an action stands for; of acts on leases: VERB_LIFT; VERB_N: none. */
enum verb act_ui_verb(enum action a);
/* What the tagged rows that are shown mean to a verb, or else the one under the
 * cursor, into ui->act.targets. Why not, as a sentence; NULL: done. */
const char *act_rows_take(struct ui *ui, const struct model *m, enum verb v);
/* Why a verb cannot be done to them; NULL: it can. */
const char *act_rows_refusal(
    const struct ui *ui, const struct model *m, enum verb v);
/* What they are of, for people: "provider=P egress=IP and 2 more"; "" when they
 * are of nothing that can be acted on. */
void act_rows_name(
    const struct ui *ui, const struct model *m, char *dst, size_t cap);
/* Puts into ui->act.advised what is advised against the throttle that is in
 * force on the egress IP of the one row that is meant; "" when nothing is. */
void act_rows_advise(struct ui *ui, struct model *m);
/* Adds one; false: there are ACT_TARGETS. One that is there is not added. */
bool act_rows_add(struct act_ui *a, const struct act_target_row *t);
/* An egress row as a thing, and one with a provider (a text id). */
const char *act_thing_egress(
    const struct model *m, egress_id e, struct act_thing *out);
const char *act_thing_pair(const struct model *m, egress_id e,
    uint32_t provider, struct act_thing *out);

/* ov_plan.c: the plan, or the act in force, that is decided on */
struct doc;
void ov_plan(struct doc *d, const struct model *m, struct act_ui *a);
void ov_plan_lease(
    struct doc *d, const struct model *m, const struct act_ui *a);

/* ov_act.c */
void ov_act_draw(
    struct ui *ui, const struct model *m, struct grid *g, int *row, int *col);
void ov_act_key(struct ui *ui, int32_t code);
/* The line in which the reason is asked for. */
void ov_act_why_draw(struct ui *ui, struct grid *g, int *row, int *col);

#endif
