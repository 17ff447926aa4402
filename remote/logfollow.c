/*
 * logfollow.c - runs scripts/logfollow.sh over a transport, again and again:
 * after each rotation, and after a broken connection when its owner says so.
 * Where the log stands is logfollow_pos.c's, the journal's repeats are
 * logfollow_journal.c's; this file owns the command and its ends.
 */
#include "remote/logfollow.h"

#include "core/i18n.h"
#include "core/utf8.h"
#include "remote/logfollow_journal.h"
#include "remote/logfollow_pos.h"
#include "remote/script.h"
#include "scripts/logfollow.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	COMMAND_MAX_BYTES = 64 * 1024,
	SILENCE_MS = 60000, /* the far side says "tick" every 15 s */
	BUSY_RETRY_MS = 250,
	SOON_MS = 10000, /* so many runs in that time: something is wrong */
	SOON_RUNS = 20,
};

struct logfollow {
	struct logfollow_opts o;
	struct logpos_run *run;	       /* owned */
	struct journal_resume journal; /* used with LOGF_JOURNAL */
	struct exec *exec;	       /* NULL: none in flight */
	uv_timer_t retry;	       /* all channels were in use */
	bool live_told;		       /* since logfollow_start() */
	unsigned n_soon;
	uint64_t soon_from_ms; /* loop time */
};

static bool
is_journal(const struct logfollow *f)
{
	return f->o.found->log_format == LOGF_JOURNAL;
}

static void
pos_bytes(void *ctx, struct str bytes)
{
	struct logfollow *f = ctx;

	if (is_journal(f))
		journal_feed(&f->journal, bytes);
	else
		f->o.on_bytes(f->o.ctx, bytes);
}

static void
journal_bytes(void *ctx, struct str bytes)
{
	struct logfollow *f = ctx;

	f->o.on_bytes(f->o.ctx, bytes);
}

static void
journal_gone(void *ctx)
{
	struct logfollow *f = ctx;

	f->o.on_gap(f->o.ctx, 0,
	    _("the journal no longer holds the lines that were read last "
	      "(vacuumed?)"));
}

static void
pos_break(void *ctx)
{
	struct logfollow *f = ctx;

	f->o.on_break(f->o.ctx);
}

static void
pos_gap(void *ctx, uint64_t bytes, struct str what)
{
	struct logfollow *f = ctx;
	const char *path = f->o.found->log_path;
	char why[512];

	if (is_journal(f)) {
		path = _("the journal");
		journal_missing(&f->journal);
	}
	if (str_eq(what, STR_LIT("truncated")))
		(void)snprintf(why, sizeof(why),
		    _("%s was truncated while it was followed (copytruncate?)"),
		    path);
	else if (str_eq(what, STR_LIT("gone")))
		(void)snprintf(why, sizeof(why),
		    _("the part of %s that was being read was rotated away"),
		    path);
	else if (str_eq(what, STR_LIT("limit")))
		(void)snprintf(why, sizeof(why),
		    _("more was logged to %s meanwhile than may be read back"),
		    path);
	else if (str_eq(what, STR_LIT("absent")))
		(void)snprintf(
		    why, sizeof(why), _("%s is not there yet; waiting"), path);
	else
		(void)snprintf(
		    why, sizeof(why), _("lines of %s are missing"), path);
	f->o.on_gap(f->o.ctx, bytes, why);
}

static void
pos_live(void *ctx)
{
	struct logfollow *f = ctx;

	if (is_journal(f))
		journal_settle(&f->journal);
	if (!f->live_told) {
		f->live_told = true;
		f->o.on_live(f->o.ctx);
	}
}

static err_t
command(const struct logfollow *f, struct buf *b)
{
	const struct logpos *p = logpos_at(f->run);
	bool sudo = is_journal(f) ? f->o.found->journal_sudo
				  : f->o.found->privilege == PRIV_SUDO;
	struct str since = journal_since(&f->journal);

	(void)script_begin(b, script_logfollow, "mtadeck-log");
	(void)buf_puts(b, is_journal(f) ? " journal" : " file");
	(void)script_arg(
	    b, is_journal(f) ? STR_LIT("-") : str_of(f->o.found->log_path));
	(void)buf_printf(b, " %s %lld %llu", sudo ? "sudo" : "direct",
	    (long long)(f->o.history_ms / 1000),
	    (unsigned long long)(f->o.max_bytes < INT64_MAX ? f->o.max_bytes
							    : INT64_MAX));
	if (is_journal(f)) {
		(void)script_arg(b, since.n > 0 ? since : STR_LIT("-"));
		(void)buf_puts(b, " - - - -");
	} else if (!p->known) {
		(void)buf_puts(b, " - - - - -");
	} else {
		(void)buf_printf(b, " %llu %llu %llu %s %s",
		    (unsigned long long)p->dev, (unsigned long long)p->ino,
		    (unsigned long long)p->offset,
		    p->key[0] != '\0' ? p->key : "-",
		    p->drained ? "drained" : "-");
	}
	return b->failed;
}

static err_t start_run(struct logfollow *f);

static void
fail(struct logfollow *f, err_t err, const char *why)
{
	f->o.on_fail(f->o.ctx, err, why);
}

static void
fail_with_talk(struct logfollow *f, err_t err, const char *sentence)
{
	struct buf clean;
	char why[768];

	buf_init(&clean, 2048);
	(void)utf8_clean(&clean, str_of(logpos_talk(f->run)));
	(void)snprintf(why, sizeof(why), "%s%s%.400s", sentence,
	    clean.n > 0 ? ": " : "", buf_cstr(&clean));
	buf_done(&clean);
	fail(f, err, why);
}

static void
on_retry(uv_timer_t *t)
{
	struct logfollow *f = t->data;
	err_t err = start_run(f);

	if (err != ERR_OK)
		fail(f, err, _("the log could not be followed again"));
}

/* Rotated, or moved while it was looked for: runs again, but not for ever. */
static void
run_again(struct logfollow *f)
{
	uint64_t now = uv_now(f->o.loop);
	err_t err;

	if (now - f->soon_from_ms > SOON_MS) {
		f->soon_from_ms = now;
		f->n_soon = 0;
	}
	if (++f->n_soon > SOON_RUNS) {
		fail(f, ERR_LIMIT,
		    _("the log files change faster than they can be followed"));
		return;
	}
	err = start_run(f);
	if (err != ERR_OK)
		fail(f, err, _("the log could not be followed again"));
}

static void
on_out(void *ctx, struct str bytes)
{
	struct logfollow *f = ctx;
	err_t err = logpos_out(f->run, bytes);

	if (err == ERR_OK)
		return;
	exec_cancel(f->o.transport, f->exec);
	f->exec = NULL;
	fail(f, err, _("the host sent log bytes without saying which"));
}

static void
on_err(void *ctx, struct str bytes)
{
	struct logfollow *f = ctx;

	logpos_err(f->run, bytes);
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct logfollow *f = ctx;
	enum logpos_end end = logpos_finish(f->run);
	char why[512];

	f->exec = NULL;
	if (err != ERR_OK) {
		(void)snprintf(why, sizeof(why), _("following the log: %s"),
		    err_text(err));
		fail(f, err, why);
	} else if (end == LOGPOS_END_AGAIN) {
		run_again(f);
	} else if (end == LOGPOS_END_PERM) {
		(void)snprintf(why, sizeof(why),
		    _("no permission to read %s; see the finding "
		      "no-log-access for the remedy"),
		    is_journal(f) ? _("the journal") : f->o.found->log_path);
		fail(f, ERR_PRIVILEGE, why);
	} else if (end == LOGPOS_END_FAIL) {
		(void)snprintf(why, sizeof(why), _("%s cannot be read"),
		    is_journal(f) ? _("the journal") : f->o.found->log_path);
		fail_with_talk(f, ERR_EXIT, why);
	} else {
		(void)snprintf(why, sizeof(why),
		    signal[0] != '\0'
			? _("the command that follows the log was ended by "
			    "signal %s")
			: _("the command that follows the log ended"),
		    signal);
		fail_with_talk(
		    f, status == 127 ? ERR_NOCOMMAND : ERR_EXIT, why);
	}
}

static err_t
start_run(struct logfollow *f)
{
	struct exec_opts o = {.name = "log",
	    .silence_ms = is_journal(f) ? 0 : SILENCE_MS,
	    .ctx = f,
	    .on_out = on_out,
	    .on_err = on_err,
	    .on_end = on_end};
	struct buf b;
	err_t err;

	buf_init(&b, COMMAND_MAX_BYTES);
	err = command(f, &b);
	if (err == ERR_OK) {
		o.command = buf_cstr(&b);
		logpos_begin(f->run);
		journal_begin(&f->journal);
		err = transport_exec(f->o.transport, &o, &f->exec);
	}
	buf_done(&b);
	if (err != ERR_LIMIT)
		return err;
	(void)uv_timer_start(&f->retry, on_retry, BUSY_RETRY_MS, 0);
	return ERR_OK;
}

struct logfollow *
logfollow_new(const struct logfollow_opts *o)
{
	struct logfollow *f = calloc(1, sizeof(*f));
	struct logpos_cb cb = {.ctx = f,
	    .on_bytes = pos_bytes,
	    .on_break = pos_break,
	    .on_gap = pos_gap,
	    .on_live = pos_live};

	if (f == NULL)
		return NULL;
	f->o = *o;
	f->run = logpos_new(&cb);
	if (f->run == NULL) {
		free(f);
		return NULL;
	}
	journal_init(&f->journal, f, journal_bytes, journal_gone);
	(void)uv_timer_init(o->loop, &f->retry);
	f->retry.data = f;
	return f;
}

err_t
logfollow_start(struct logfollow *f)
{
	if (f->exec != NULL)
		return ERR_OK;
	f->live_told = false;
	return start_run(f);
}

void
logfollow_pause(struct logfollow *f)
{
	if (f->exec != NULL)
		exec_cancel(f->o.transport, f->exec);
	f->exec = NULL;
	(void)uv_timer_stop(&f->retry);
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
logfollow_free(struct logfollow *f)
{
	if (f == NULL)
		return;
	logfollow_pause(f);
	logpos_free(f->run);
	f->run = NULL;
	journal_done(&f->journal);
	uv_close((uv_handle_t *)&f->retry, on_closed);
}
