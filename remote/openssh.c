/*
 * openssh.c - the transport through the ssh program: one master connection per
 * host (ssh -M) and a client of it (ssh -S) for each command, so that whatever
 * OpenSSH can do works: RSA keys, certificates, security keys, ProxyCommand.
 * Our own timer runs on every step of the login; ssh's time-outs do not cover a
 * host that says nothing.
 *
 * The master runs `cat` on the host, not -N: its first word says that a shell
 * answers, and when this program dies the end of its input ends it too.
 * Follows ssh(1), ssh_config(5). What ssh says is openssh_talk.c's.
 */
#include "remote/openssh_ask.h"
#include "remote/openssh_talk.h"
#include "remote/proc.h"
#include "remote/proc_exec.h"
#include "remote/ssh_config.h"

#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	HOLD_MS = 500, /* a client's 255: the master's end comes with it */
	CLIENT_FAILED = 255, /* ssh's own status */
	ARGS_MAX = 64,
	CONNECT_DEFAULT_MS = 15000,
	KEEPALIVE_DEFAULT_MS = 15000,
};

#define MARKER "mtadeck-up"

struct openssh {
	struct transport t; /* first */
	uv_loop_t *loop;
	struct target target;
	struct rundir *dir;	       /* held; NULL before the first start */
	struct openssh_ask *ask;       /* owned; NULL before the first start */
	struct ssh_config_run *config; /* ssh -G runs */
	struct proc *master;	       /* NULL = not running */
	struct proc_execs execs;
	struct openssh_talk talk;
	uv_timer_t step; /* the login's step; first of all: begin */
	enum link_state state;
	unsigned attempt; /* names the socket: an old master removes its own */
	size_t marked;	  /* bytes of MARKER seen */
	struct ssh_spec spec;
	enum ssh_strict strict;
	bool begin_due, up, asking;
	char socket[RUNDIR_PATH];
};

static void on_step(uv_timer_t *t);

static struct openssh *
self(struct transport *t)
{
	return (struct openssh *)t;
}

static void
to_state(struct openssh *o, enum link_state st, err_t err, const char *text)
{
	if (st == o->state)
		return;
	o->state = st;
	o->t.cb.on_state(o->t.cb.ctx, st, err, text);
}

static int64_t
connect_ms(const struct openssh *o)
{
	return o->target.connect_timeout_ms > 0 ? o->target.connect_timeout_ms
						: CONNECT_DEFAULT_MS;
}

static void
arm_step(struct openssh *o)
{
	(void)uv_timer_start(&o->step, on_step, (uint64_t)connect_ms(o), 0);
}

/* No master any more: commands end, then the state is told. */
static void
over(struct openssh *o, err_t err, bool final, const char *text)
{
	(void)uv_timer_stop(&o->step);
	o->up = o->asking = false;
	o->state = LINK_IDLE;
	if (o->ask != NULL)
		openssh_ask_end(o->ask);
	proc_execs_end_all(&o->execs, err == ERR_TIMEOUT ? err : ERR_CLOSED);
	to_state(o, final ? LINK_FAILED : LINK_WAITING, err, text);
}

static enum link_state
state_of(enum talk_stage s)
{
	switch (s) {
	case TALK_BEGUN:
		return LINK_RESOLVING;
	case TALK_CONNECT:
		return LINK_CONNECTING;
	case TALK_BANNER:
	case TALK_KEX:
		return LINK_HANDSHAKE;
	default:
		return LINK_AUTH;
	}
}

/* Line by line: every step is told, however ssh's words were cut. */
static void
on_master_err(void *ctx, struct str bytes)
{
	struct openssh *o = ctx;

	while (bytes.n > 0 && o->master != NULL) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		struct str line = bytes;
		enum talk_stage before = o->talk.stage;

		if (lf != NULL)
			line.n = (size_t)(lf - bytes.p) + 1;
		bytes = str_from(bytes, line.n);
		openssh_talk_feed(&o->talk, line);
		if (o->up || o->asking || o->talk.stage == before)
			continue;
		arm_step(o);
		to_state(o, state_of(o->talk.stage), ERR_OK, "");
	}
}

static void
logged_in(struct openssh *o)
{
	(void)uv_timer_stop(&o->step);
	openssh_ask_end(o->ask);
	o->asking = false;
	/* What was said on the way in is no reason for a later end. */
	o->talk.stage = TALK_UP;
	o->talk.err = ERR_OK;
	o->talk.final = o->talk.weak = false;
	o->talk.last[0] = '\0';
	to_state(o, LINK_DISCOVERY, ERR_OK, "");
}

static void
on_master_out(void *ctx, struct str bytes)
{
	struct openssh *o = ctx;
	const char *mark = MARKER "\n";

	if (o->up)
		return;
	/* A shell's start-up files may have talked before. */
	for (size_t i = 0; i < bytes.n && !o->up; i++) {
		if (bytes.p[i] != mark[o->marked])
			o->marked = 0;
		if (bytes.p[i] == mark[o->marked])
			o->marked++;
		o->up = mark[o->marked] == '\0';
	}
	if (o->up)
		logged_in(o);
}

static void
on_master_end(void *ctx, err_t err, int status, int signum)
{
	struct openssh *o = ctx;
	char text[TALK_TEXT];

	(void)err; /* it has no time-out and no limit of its own */
	(void)status;
	(void)signum;
	o->master = NULL;
	openssh_talk_end(&o->talk);
	if (o->talk.err == ERR_OK)
		o->talk.err = o->up ? ERR_CLOSED : ERR_IO;
	(void)openssh_talk_sentence(&o->talk, o->target.name, text);
	over(o, o->talk.err, o->talk.final && !o->up, text);
}

static void
on_ask(void *ctx, enum ask_kind kind, const char *subject)
{
	struct openssh *o = ctx;
	struct ask ask = {
	    .kind = kind, .host = o->target.name, .subject = subject};

	(void)uv_timer_stop(&o->step); /* people take their time */
	o->asking = true;
	to_state(o, LINK_ASKING, ERR_OK, subject);
	if (o->asking)
		o->t.cb.on_ask(o->t.cb.ctx, &ask);
}

static void
on_refused(void *ctx, enum ask_kind kind, const char *subject)
{
	struct openssh *o = ctx;

	/* A refused host key shows in what ssh says; a key file does not. */
	if (kind == ASK_PASSPHRASE)
		str_copy(
		    o->talk.locked, sizeof(o->talk.locked), str_of(subject));
}

/* Our environment with the way to ask: [n] entries, the first three owned. */
static char **
ask_env(const char *program)
{
	extern char **environ;
	size_t n = 0, k = 0;
	bool display = getenv("DISPLAY") != NULL;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = calloc(n + 4, sizeof(*env));
	if (env == NULL)
		return NULL;
	if (asprintf(&env[k], "SSH_ASKPASS=%s", program) < 0) {
		free(env);
		return NULL;
	}
	k++;
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "SSH_ASKPASS", 11) != 0)
			env[k++] = environ[i];
	env[k++] = (char *)(uintptr_t) "SSH_ASKPASS_REQUIRE=force";
	if (!display) /* before OpenSSH 8.4 this was what decided */
		env[k++] = (char *)(uintptr_t) "DISPLAY=none:0";
	return env;
}

/* Fixed answers to what a person's configuration may say otherwise. */
static const char *const master_opts[] = {"-oLogLevel=DEBUG1", "-oBatchMode=no",
    "-oTunnel=no", "-oControlPersist=no", "-oUpdateHostKeys=no",
    "-oVisualHostKey=no", "-oPasswordAuthentication=no",
    "-oKbdInteractiveAuthentication=no", "-oRemoteCommand=none",
    "-oSessionType=default", "-oForkAfterAuthentication=no", "-oStdinNull=no",
    "-oPermitLocalCommand=no", "-oClearAllForwardings=yes",
    "-oServerAliveCountMax=3", "-oTCPKeepAlive=yes"};

/* A changed key is refused whatever the configuration says: "no" is not here.
 */
static const char *const strict_opts[] = {
    [SSH_STRICT_ASK] = "-oStrictHostKeyChecking=ask",
    [SSH_STRICT_YES] = "-oStrictHostKeyChecking=yes",
    [SSH_STRICT_NEW] = "-oStrictHostKeyChecking=accept-new",
};

static err_t
start_master(struct openssh *o)
{
	char timeout[48], alive[48], port[8];
	const char *argv[ARGS_MAX] = {"ssh", "-M", "-S", o->socket, "-T", "-x",
	    "-a", "-oConnectionAttempts=1", strict_opts[o->strict], timeout,
	    alive};
	size_t n = 11;
	int64_t keep_ms = o->target.keepalive_ms > 0 ? o->target.keepalive_ms
						     : KEEPALIVE_DEFAULT_MS;
	char **env = ask_env(openssh_ask_program(o->ask));
	struct proc_opts po = {
	    .argv = argv,
	    .env = (const char *const *)env,
	    .keep_stdin = true,
	    .ctx = o,
	    .on_out = on_master_out,
	    .on_err = on_master_err,
	    .on_end = on_master_end,
	    .gone_ctx = o->dir,
	    .on_gone = rundir_drop,
	};
	err_t err;

	if (env == NULL)
		return ERR_NOMEM;
	/* Whole seconds, rounded up: our own timer is the exact one. */
	(void)snprintf(timeout, sizeof(timeout), "-oConnectTimeout=%lld",
	    (long long)(connect_ms(o) + 999) / 1000);
	(void)snprintf(alive, sizeof(alive), "-oServerAliveInterval=%lld",
	    (long long)(keep_ms + 999) / 1000);
	for (size_t i = 0; i < sizeof(master_opts) / sizeof(*master_opts); i++)
		argv[n++] = master_opts[i];
	if (o->target.ssh_config != NULL) {
		argv[n++] = "-F";
		argv[n++] = o->target.ssh_config;
	}
	if (o->spec.user[0] != '\0') {
		argv[n++] = "-l";
		argv[n++] = o->spec.user;
	}
	if (o->spec.port != 0) {
		(void)snprintf(port, sizeof(port), "%u", o->spec.port);
		argv[n++] = "-p";
		argv[n++] = port;
	}
	argv[n++] = "--";
	argv[n++] = o->spec.host;
	argv[n++] = "echo " MARKER "; exec cat >/dev/null";
	argv[n] = NULL;
	err = proc_start(o->loop, &po, &o->master);
	if (err == ERR_OK)
		(void)rundir_hold(o->dir);
	free(env[0]);
	free(env);
	return err;
}

/* The private directory and the way to ask, once. */
static err_t
prepare(struct openssh *o)
{
	struct openssh_ask_cb cb = {.ctx = o,
	    .on_ask = o->t.cb.on_ask == NULL ? NULL : on_ask,
	    .on_refused = on_refused};
	err_t err = ERR_OK;

	if (o->dir == NULL)
		err = rundir_new(&o->dir);
	if (err == ERR_OK && o->ask == NULL)
		err = openssh_ask_new(&o->ask, o->loop, o->dir, &cb);
	return err;
}

static void
connect_now(struct openssh *o)
{
	char text[TALK_TEXT], name[16];
	err_t err;

	(void)snprintf(name, sizeof(name), "m%u", ++o->attempt);
	(void)rundir_path(o->dir, name, o->socket);
	openssh_ask_begin(o->ask);
	o->marked = 0;
	err = start_master(o);
	if (err == ERR_OK) {
		arm_step(o);
		return;
	}
	(void)snprintf(text, sizeof(text),
	    _("%s: the ssh program cannot be started: %s; is openssh-client "
	      "installed?"),
	    o->target.name, _(err_text(err)));
	over(o, err, err == ERR_NOCOMMAND, text);
}

static void
on_config(void *ctx, err_t err, struct str said)
{
	struct openssh *o = ctx;
	struct ssh_env env = {.home = "/", .user = ""};
	struct ssh_config c;
	char text[TALK_TEXT];

	o->config = NULL;
	if (err == ERR_OK) {
		err = ssh_config_parse(&c, str_of(o->spec.host), said, &env);
		said = str_of(_(err_text(err)));
	}
	if (err != ERR_OK) {
		(void)snprintf(text, sizeof(text), "%s: %.*s", o->target.name,
		    (int)(said.n < 400 ? said.n : 400), said.p);
		over(o, err, err != ERR_TIMEOUT && err != ERR_NOMEM, text);
		return;
	}
	o->strict = c.strict;
	ssh_config_done(&c);
	connect_now(o);
}

/* What the configuration says of host keys is asked first: see strict_opts. */
static void
begin(struct openssh *o)
{
	char text[TALK_TEXT];
	err_t err = ssh_spec_parse(&o->spec, str_of(o->target.name));

	openssh_talk_init(&o->talk);
	if (err != ERR_OK) {
		(void)snprintf(text, sizeof(text),
		    _("%s: this cannot be a host; say [user@]host[:port]"),
		    o->target.name);
		over(o, err, true, text);
		return;
	}
	err = prepare(o);
	if (err == ERR_OK) {
		o->config = ssh_config_run(o->loop, &o->spec,
		    o->target.ssh_config, connect_ms(o), o, on_config);
		if (o->config != NULL) {
			to_state(o, LINK_RESOLVING, ERR_OK, "");
			return;
		}
		err = ERR_NOMEM;
	}
	(void)snprintf(text, sizeof(text),
	    _("%s: no private directory in $XDG_RUNTIME_DIR or /tmp: %s"),
	    o->target.name, _(err_text(err)));
	over(o, err, false, text);
}

static void
on_step(uv_timer_t *t)
{
	struct openssh *o = t->data;
	char text[TALK_TEXT];

	if (o->begin_due) {
		o->begin_due = false;
		begin(o);
		return;
	}
	proc_cancel(o->master);
	o->master = NULL;
	(void)openssh_talk_timeout(
	    &o->talk, o->target.name, connect_ms(o), text);
	over(o, ERR_TIMEOUT, false, text);
}

static void
openssh_start(struct transport *t)
{
	struct openssh *o = self(t);

	if (o->master != NULL || o->config != NULL || o->begin_due)
		return;
	o->begin_due = true;
	o->state = LINK_IDLE;
	(void)uv_timer_start(&o->step, on_step, 0, 0);
}

static void
openssh_stop(struct transport *t)
{
	struct openssh *o = self(t);

	(void)uv_timer_stop(&o->step);
	o->begin_due = o->up = o->asking = false;
	o->state = LINK_IDLE;
	proc_execs_drop_all(&o->execs);
	if (o->ask != NULL)
		openssh_ask_end(o->ask);
	if (o->config != NULL)
		ssh_config_cancel(o->config);
	o->config = NULL;
	if (o->master != NULL)
		proc_cancel(o->master);
	o->master = NULL;
}

/*
 * The client reads no configuration, and finds no other way to the host: with
 * the master gone it would connect by itself, past all our checks.
 */
static err_t
openssh_exec(
    struct transport *t, const struct exec_opts *opts, struct exec **out)
{
	struct openssh *o = self(t);
	const char *argv[] = {"ssh", "-F", "/dev/null", "-S", o->socket, "-q",
	    "-T", "-x", "-a", "-oControlMaster=no", "-oBatchMode=yes",
	    "-oProxyCommand=false", "--", "mtadeck", opts->command, NULL};

	if (!o->up)
		return ERR_CLOSED;
	return proc_execs_start(&o->execs, argv, opts, out);
}

/* A client's 255 with the connection alive: the host opened no session for it
 * (sshd's MaxSessions), or it was the command's own. */
static err_t
explain(void *ctx)
{
	struct openssh *o = ctx;

	if (o->talk.refused == 0)
		return ERR_OK;
	o->talk.refused--;
	return ERR_LIMIT;
}

static void
openssh_cancel(struct transport *t, struct exec *e)
{
	(void)t;
	proc_execs_cancel(e);
}

static void
openssh_answer(struct transport *t, bool yes, const char *secret)
{
	struct openssh *o = self(t);

	if (!o->asking)
		return;
	o->asking = false;
	openssh_ask_answer(o->ask, yes, secret);
	arm_step(o);
	to_state(o, state_of(o->talk.stage), ERR_OK, "");
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
openssh_free(struct transport *t)
{
	struct openssh *o = self(t);

	openssh_stop(t);
	openssh_ask_free(o->ask);
	rundir_drop(o->dir);
	uv_close((uv_handle_t *)&o->step, on_closed);
}

static const struct transport_vt openssh_vt = {
    .name = "openssh",
    .exec = openssh_exec,
    .cancel = openssh_cancel,
    .start = openssh_start,
    .stop = openssh_stop,
    .answer = openssh_answer,
    .free = openssh_free,
};

struct transport *
transport_new_openssh(
    uv_loop_t *loop, const struct target *to, const struct transport_cb *cb)
{
	struct openssh *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->t.vt = &openssh_vt;
	o->t.cb = *cb;
	o->loop = loop;
	o->target = *to;
	o->execs = (struct proc_execs){.loop = loop,
	    .hold_status = CLIENT_FAILED,
	    .hold_ms = HOLD_MS,
	    .ctx = o,
	    .explain = explain};
	(void)uv_timer_init(loop, &o->step);
	o->step.data = o;
	return &o->t;
}
