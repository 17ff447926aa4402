/*
 * ssh_channel.c - the channels of one session: commands (RFC 4254 section 6.5)
 * and tunnels for jump hosts. libssh2 opens one channel at a time (its state
 * is the session's), reads whole packets ahead of who wants them, and so wants
 * every channel drained until EAGAIN before anybody waits for the socket.
 *
 * A channel outlives its owner's interest: one that is dropped while it opens
 * must still be opened to the end, and one that is closed waits for the far
 * side's close. Neither counts as in use once its own close is sent.
 */
#include "remote/ssh_int.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <stdlib.h>

enum {
	READ_BYTES = 32 * 1024,	 /* a read, on the stack */
	WRITE_BYTES = 16 * 1024, /* a write; under one SSH packet */
	PINGS_LOST = 3,		 /* keepalive periods without a byte */
	REAP_MS = 2000, /* how long sshd may take to see that one ended */
	AGAIN_MS = 20	/* between two tries meanwhile */
};

enum chan_state {
	CH_QUEUED,   /* waits for its turn to open */
	CH_OPENING,  /* channel open is under way */
	CH_STARTING, /* the command is asked for */
	CH_RUNNING,  /* bytes flow */
	CH_CLOSING,  /* our close is sent or on its way */
	CH_DONE	     /* freed when the step ends */
};

struct ssh_chan {
	struct ssh_chan *next;
	struct ssh_session *s;
	uint16_t tunnel_port; /* of the host it leads to; 0 for a command */
	LIBSSH2_CHANNEL *lib; /* NULL until open */
	enum chan_state state;
	bool owned; /* somebody still wants to hear of it */
	bool close_sent, eof_sent, refused;
	bool far_closed;    /* a tunnel: nothing can come from it any more */
	struct exec_opts o; /* name and input are not kept in it */
	char *command;	    /* owned; a tunnel's host */
	char why[128];	    /* of a tunnel that was refused */
	struct buf input;   /* what its stdin still gets */
	int64_t due_ms;	    /* whole run; 0 = none */
	int64_t heard_ms;
	int64_t again_ms; /* not to be opened before; 0 = at once */
};

static struct ssh_chan *
add(struct ssh_session *s)
{
	struct ssh_chan *ch = calloc(1, sizeof *ch), **at = &s->chans;

	if (ch == NULL)
		return NULL;
	ch->s = s;
	ch->owned = true;
	while (*at != NULL)
		at = &(*at)->next;
	*at = ch;
	ssh_chain_kick(s->chain);
	return ch;
}

static void
free_chan(struct ssh_chan *ch)
{
	free(ch->command);
	buf_done(&ch->input);
	free(ch);
}

err_t
ssh_chan_exec(
    struct ssh_session *s, const struct exec_opts *o, struct ssh_chan **out)
{
	struct ssh_chan *ch;
	size_t n = 0;

	for (ch = s->chans; ch != NULL; ch = ch->next)
		n += ch->owned;
	if (n >= TRANSPORT_MAX_CHANNELS)
		return ERR_LIMIT;
	ch = add(s);
	if (ch == NULL)
		return ERR_NOMEM;
	ch->o = *o;
	ch->command = str_dup(str_of(o->command));
	buf_init(&ch->input, o->input.n);
	if (ch->command == NULL || buf_str(&ch->input, o->input) != ERR_OK) {
		ch->owned = false;
		ch->state = CH_DONE;
		return ERR_NOMEM;
	}
	ch->heard_ms = clock_mono_ms();
	ch->due_ms = o->timeout_ms > 0 ? ch->heard_ms + o->timeout_ms : 0;
	*out = ch;
	return ERR_OK;
}

struct ssh_chan *
ssh_chan_tunnel(struct ssh_session *s, const char *host, uint16_t port)
{
	struct ssh_chan *ch = add(s);

	if (ch == NULL)
		return NULL;
	ch->tunnel_port = port;
	ch->command = str_dup(str_of(host));
	if (ch->command != NULL)
		return ch;
	ch->owned = false;
	ch->state = CH_DONE;
	return NULL;
}

/* Nobody wants it any more: it goes its way to the end on its own. */
static void
release(struct ssh_chan *ch)
{
	ch->owned = false;
	if (ch->state == CH_QUEUED)
		ch->state = CH_DONE;
	else if (ch->state > CH_OPENING && ch->state < CH_CLOSING)
		ch->state = CH_CLOSING;
	ssh_chain_kick(ch->s->chain);
}

void
ssh_chan_drop(struct ssh_chan *ch)
{
	release(ch);
}

/* Tells the owner the end, once; the channel may be closing still. */
static void
tell_end(struct ssh_chan *ch, err_t err, int status, const char *sig)
{
	bool owned = ch->owned;

	release(ch);
	if (owned && ch->tunnel_port == 0 && ch->s->chain->t != NULL &&
	    ch->o.on_end != NULL)
		ch->o.on_end(ch->o.ctx, err, status, sig);
}

enum ssh_tunnel_state
ssh_tunnel_state(const struct ssh_chan *ch)
{
	if (ch->refused)
		return TUNNEL_REFUSED;
	return ch->state == CH_RUNNING ? TUNNEL_OPEN : TUNNEL_OPENING;
}

const char *
ssh_tunnel_why(const struct ssh_chan *ch)
{
	return ch->why;
}

bool
ssh_chans_opening(const struct ssh_session *s)
{
	for (const struct ssh_chan *ch = s->chans; ch != NULL; ch = ch->next)
		if (ch->state == CH_QUEUED || ch->state == CH_OPENING)
			return true;
	return false;
}

LIBSSH2_CHANNEL *
ssh_chan_lib(const struct ssh_chan *ch)
{
	return ch->lib;
}

static bool
would_block(const struct ssh_session *s)
{
	return libssh2_session_last_errno(s->lib) == LIBSSH2_ERROR_EAGAIN;
}

/* A host that allows fewer channels than we do (MaxSessions): wait for one of
 * ours to end, unless none ever will. One that ended for us may still count
 * there: sshd frees its place only after it has reaped the command. */
static void
open_refused(struct ssh_chan *ch)
{
	struct ssh_session *s = ch->s;
	int64_t now_ms = clock_mono_ms();
	unsigned in_use = 0;
	bool behind = s->freed_ms != 0 && now_ms - s->freed_ms < REAP_MS;
	bool ending = behind;
	char *text = NULL;

	if (ch->tunnel_port != 0) {
		(void)libssh2_session_last_error(s->lib, &text, NULL, 0);
		str_copy(
		    ch->why, sizeof ch->why, str_of(text == NULL ? "" : text));
		ch->refused = true;
		ch->state = CH_DONE;
		return;
	}
	for (const struct ssh_chan *x = s->chans; x != NULL; x = x->next) {
		if (x == ch || x->lib == NULL)
			continue;
		in_use += !x->close_sent;
		ending |= x->due_ms != 0 || x->state == CH_CLOSING;
	}
	ch->state = CH_QUEUED;
	ch->again_ms = now_ms + AGAIN_MS;
	if (in_use > 0 && !behind)
		s->max_channels = in_use;
	if (!ending)
		tell_end(ch, ERR_LIMIT, -1, "");
}

static bool
step_queued(struct ssh_chan *ch)
{
	struct ssh_session *s = ch->s;
	unsigned in_use = 0;

	for (const struct ssh_chan *x = s->chans; x != NULL; x = x->next)
		in_use += x->lib != NULL && !x->close_sent;
	/* sshd counts commands, not tunnels; of those a trunk has its own */
	if (s->opening != NULL ||
	    (ch->tunnel_port == 0 && in_use >= s->max_channels) ||
	    clock_mono_ms() < ch->again_ms)
		return false;
	s->opening = ch;
	s->opening_ms = clock_mono_ms();
	ch->state = CH_OPENING;
	return true;
}

static bool
step_opening(struct ssh_chan *ch)
{
	struct ssh_session *s = ch->s;

	if (ch->tunnel_port != 0)
		ch->lib = libssh2_channel_direct_tcpip_ex(
		    s->lib, ch->command, ch->tunnel_port, "127.0.0.1", 22);
	else
		ch->lib = libssh2_channel_open_ex(s->lib, "session", 7,
		    SSH_WINDOW_BYTES, LIBSSH2_CHANNEL_PACKET_DEFAULT, NULL, 0);
	if (ch->lib == NULL && would_block(s))
		return false;
	s->opening = NULL;
	if (ch->lib == NULL) {
		if (libssh2_session_last_errno(s->lib) ==
		    LIBSSH2_ERROR_CHANNEL_FAILURE)
			open_refused(ch);
		else
			ssh_lost(s);
		return true;
	}
	ch->state = ch->tunnel_port != 0 ? CH_RUNNING : CH_STARTING;
	if (!ch->owned)
		ch->state = CH_CLOSING;
	return true;
}

static bool
step_starting(struct ssh_chan *ch)
{
	int rc = libssh2_channel_process_startup(
	    ch->lib, "exec", 4, ch->command, (unsigned)strlen(ch->command));

	if (rc == LIBSSH2_ERROR_EAGAIN)
		return false;
	if (rc == 0)
		ch->state = CH_RUNNING;
	else
		tell_end(ch, ERR_PROTO, -1, "");
	return true;
}

/* stdin: only while nothing waits to be sent, so that s->out stays small. */
static bool
write_input(struct ssh_chan *ch)
{
	size_t n = ch->input.n < WRITE_BYTES ? ch->input.n : WRITE_BYTES;
	ssize_t k;

	if (ch->eof_sent || ch->s->out.n > 0)
		return false;
	if (n == 0) {
		if (libssh2_channel_send_eof(ch->lib) == LIBSSH2_ERROR_EAGAIN)
			return false;
		ch->eof_sent = true;
		buf_done(&ch->input);
		return true;
	}
	k = libssh2_channel_write(ch->lib, ch->input.p, n);
	if (k <= 0)
		return false;
	buf_shift(&ch->input, (size_t)k);
	return true;
}

static void
broken_off(struct ssh_session *s, int rc)
{
	if (s->io_errno == 0 && !s->eof)
		ssh_fail(s, LINK_WAITING, ERR_PROTO,
		    _("connection lost: what it sent is broken "
		      "(libssh2 %d)"),
		    rc);
}

static bool
read_stream(struct ssh_chan *ch, int stream)
{
	struct ssh_session *s = ch->s;
	char bytes[READ_BYTES];
	ssize_t n =
	    libssh2_channel_read_ex(ch->lib, stream, bytes, sizeof bytes);
	void (*fn)(void *, struct str) =
	    stream == 0 ? ch->o.on_out : ch->o.on_err;

	if (n <= 0) {
		if (n < 0 && n != LIBSSH2_ERROR_EAGAIN)
			broken_off(s, (int)n);
		return false;
	}
	ch->heard_ms = clock_mono_ms();
	if (ch->owned && fn != NULL && s->chain->t != NULL)
		fn(ch->o.ctx, (struct str){bytes, (size_t)n});
	return true;
}

/* Both streams once; a dropped channel's bytes go nowhere. */
static bool
read_both(struct ssh_chan *ch)
{
	bool moved = read_stream(ch, 0);

	if (!ssh_over(ch->s) && ch->s->chain->budget_bytes > 0)
		moved |= read_stream(ch, SSH_EXTENDED_DATA_STDERR);
	return moved;
}

/* Its user's session reads and writes itself. What came is sorted here, for all
 * tunnels: by a call that waits for something, takes nothing, and so leaves the
 * window of who does not read as it is. */
static void
step_tunnel(struct ssh_chan *ch)
{
	int rc = libssh2_channel_wait_eof(ch->lib);

	/* after that one's end, others' bytes still come */
	if (rc == 0)
		rc = libssh2_channel_wait_closed(ch->lib);
	ch->far_closed = rc == 0;
	if (rc < 0 && rc != LIBSSH2_ERROR_EAGAIN)
		broken_off(ch->s, rc);
}

static bool
step_running(struct ssh_chan *ch)
{
	bool moved;

	if (ch->tunnel_port != 0) {
		step_tunnel(ch);
		return false;
	}
	moved = write_input(ch);
	moved |= read_both(ch);
	/* the exit status may come long after the last byte */
	if (!moved && !ssh_over(ch->s) && ch->state == CH_RUNNING &&
	    libssh2_channel_eof(ch->lib) == 1 &&
	    libssh2_channel_wait_closed(ch->lib) == 0) {
		ch->state = CH_CLOSING;
		moved = true;
	}
	return moved;
}

static void
ended(struct ssh_chan *ch)
{
	char *sig = NULL, name[32] = "";
	size_t n = 0;
	int status = libssh2_channel_get_exit_status(ch->lib);

	if (libssh2_channel_get_exit_signal(
		ch->lib, &sig, &n, NULL, NULL, NULL, NULL) == 0 &&
	    sig != NULL) {
		str_copy(name, sizeof name, (struct str){sig, n});
		libssh2_free(ch->s->lib, sig);
	}
	tell_end(ch, ERR_OK, status, name);
}

static bool
step_closing(struct ssh_chan *ch)
{
	struct ssh_session *s = ch->s;
	int rc;

	if (s->ping == ch)
		s->ping = NULL;
	while (!ch->owned && !ssh_over(s) && s->chain->budget_bytes > 0 &&
	       read_both(ch))
		continue;
	if (ssh_over(s))
		return false;
	rc = libssh2_channel_close(ch->lib);
	ch->close_sent = true;
	if (rc == LIBSSH2_ERROR_EAGAIN)
		return false;
	if (ch->owned)
		ended(ch);
	(void)libssh2_channel_free(ch->lib);
	ch->lib = NULL;
	ch->state = CH_DONE;
	s->freed_ms = clock_mono_ms();
	return true;
}

static bool
step_one(struct ssh_chan *ch)
{
	switch (ch->state) {
	case CH_QUEUED:
		return step_queued(ch);
	case CH_OPENING:
		return step_opening(ch);
	case CH_STARTING:
		return step_starting(ch);
	case CH_RUNNING:
		return step_running(ch);
	case CH_CLOSING:
		return step_closing(ch);
	case CH_DONE:
		break;
	}
	return false;
}

/* Answers to keepalives are read by nobody but their sender, see below. */
static void
step_ping(struct ssh_session *s)
{
	if (s->ping != NULL && s->ping->state == CH_RUNNING &&
	    libssh2_channel_setenv_ex(s->ping->lib, "MTADECK", 7, "1", 1) ==
		LIBSSH2_ERROR_EAGAIN)
		return;
	s->ping = NULL;
}

static void
sweep(struct ssh_session *s)
{
	struct ssh_chan **at = &s->chans, *ch;

	while ((ch = *at) != NULL) {
		/* a tunnel is freed when its session lets go of it */
		if (ch->state == CH_DONE && !ch->owned) {
			*at = ch->next;
			free_chan(ch);
		} else {
			at = &ch->next;
		}
	}
}

bool
ssh_chans_step(struct ssh_session *s)
{
	uint64_t heard_bytes = s->heard_bytes;
	bool moved = false;

	for (struct ssh_chan *ch = s->chans; ch != NULL; ch = ch->next) {
		if (ssh_over(s) || s->chain->budget_bytes == 0)
			break;
		moved |= step_one(ch);
	}
	if (!ssh_over(s))
		step_ping(s);
	sweep(s);
	/* who reads for one channel reads ahead for all: look again */
	return moved || s->heard_bytes != heard_bytes;
}

static void
sooner(int64_t *due, int64_t at)
{
	if (at != 0 && (*due == 0 || at < *due))
		*due = at;
}

/*
 * A keepalive that wants an answer: sshd refuses an "env" request on a running
 * channel, and the refusal is the sign of life. libssh2's own keepalive is no
 * use: the answers it asks for stay in its packet queue for ever. A frozen sshd
 * is told so, not by TCP, which its kernel answers.
 */
static void
keep_alive(struct ssh_session *s, int64_t now_ms, int64_t *due)
{
	const struct ssh_owner *t = s->chain->t;
	int64_t every = t == NULL ? 0 : t->to.keepalive_ms;
	struct ssh_chan *ch = s->chans;

	while (ch != NULL && (ch->state != CH_RUNNING || !ch->owned))
		ch = ch->next;
	if (every <= 0 || ch == NULL || ch->tunnel_port != 0) {
		s->ping_due_ms = 0;
		return;
	}
	if (s->ping_due_ms == 0)
		s->ping_due_ms = now_ms + every;
	if (now_ms >= s->ping_due_ms) {
		if (now_ms - s->heard_ms >= PINGS_LOST * every) {
			ssh_fail(s, LINK_WAITING, ERR_TIMEOUT,
			    _("connection lost: no sign of life for %lld s "
			      "(keepalives were sent); the host or the network "
			      "hangs"),
			    (long long)(now_ms - s->heard_ms) / 1000);
			return;
		}
		if (s->ping == NULL)
			s->ping = ch;
		step_ping(s);
		s->ping_due_ms = now_ms + every;
	}
	sooner(due, s->ping_due_ms);
}

int64_t
ssh_chans_due(struct ssh_session *s, int64_t now_ms)
{
	int64_t due = 0;

	for (struct ssh_chan *ch = s->chans; ch != NULL; ch = ch->next) {
		int64_t quiet =
		    ch->o.silence_ms > 0 ? ch->heard_ms + ch->o.silence_ms : 0;

		if (!ch->owned || ch->tunnel_port != 0)
			continue;
		if ((ch->due_ms != 0 && now_ms >= ch->due_ms) ||
		    (quiet != 0 && now_ms >= quiet)) {
			tell_end(ch, ERR_TIMEOUT, -1, "");
			continue;
		}
		sooner(&due, ch->due_ms);
		sooner(&due, quiet);
		if (ch->state == CH_QUEUED && ch->again_ms > now_ms)
			sooner(&due, ch->again_ms);
	}
	keep_alive(s, now_ms, &due);
	return due;
}

void
ssh_chans_end(struct ssh_session *s, err_t err)
{
	struct ssh_chan *ch;

	s->opening = s->ping = NULL;
	for (ch = s->chans; ch != NULL; ch = ch->next)
		if (ch->tunnel_port == 0)
			tell_end(ch, err, -1, "");
	if (!s->dead && s->lib != NULL)
		return; /* only told: libssh2 frees the channels with s */
	while ((ch = s->chans) != NULL) {
		s->chans = ch->next;
		free_chan(ch);
	}
}

bool
ssh_chans_none(const struct ssh_session *s)
{
	const struct ssh_chan *ch = s->chans;

	while (ch != NULL && ch->far_closed && ch->state == CH_RUNNING)
		ch = ch->next;
	return ch == NULL;
}
