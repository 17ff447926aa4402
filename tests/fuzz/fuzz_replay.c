/*
 * fuzz_replay.c - any bytes as a recording: opened, played in two ways, by
 * somebody who asks for commands and gives some up. Must not crash, hang or
 * call back after the end.
 */
#include "remote/replay.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct user {
	struct transport *t;
	struct exec *exec[TRANSPORT_MAX_CHANNELS];
	size_t asked, outs;
};

struct slot {
	struct user *u;
	size_t i;
};

static struct slot slots[TRANSPORT_MAX_CHANNELS];

static void
on_out(void *ctx, struct str b)
{
	struct slot *s = ctx;

	if (s->u->exec[s->i] == NULL)
		abort();
	if (b.n > 0 && b.p[b.n - 1] == '!') {
		exec_cancel(s->u->t, s->u->exec[s->i]);
		s->u->exec[s->i] = NULL;
	}
}

static void
on_end(void *ctx, err_t err, int status, const char *signal)
{
	struct slot *s = ctx;

	(void)err;
	(void)status;
	if (s->u->exec[s->i] == NULL || signal == NULL)
		abort();
	s->u->exec[s->i] = NULL;
}

static void
ask(struct user *u)
{
	static const char *const names[] = {"log", "x", "", "poll"};

	for (size_t i = 0; i < TRANSPORT_MAX_CHANNELS; i++) {
		struct exec_opts o = {.name = names[i],
		    .command = "x",
		    .timeout_ms = 50,
		    .ctx = &slots[i],
		    .on_out = on_out,
		    .on_err = on_out,
		    .on_end = on_end};

		if (u->exec[i] != NULL || u->asked >= 64)
			continue;
		slots[i] = (struct slot){u, i};
		if (transport_exec(u->t, &o, &u->exec[i]) == ERR_OK)
			u->asked++;
		else
			u->exec[i] = NULL;
	}
}

static void
on_state(void *ctx, enum link_state st, err_t err, const char *text)
{
	(void)err;
	if (text == NULL)
		abort();
	if (st == LINK_DISCOVERY)
		ask(ctx);
}

static void
play(const uint8_t *data, size_t n, int64_t step_ms)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	char why[256];
	struct user u = {0};
	struct transport_cb cb = {.ctx = &u, .on_state = on_state};
	struct replay *p;

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	p = replay_open_fd(fd, "fuzz", why, sizeof(why));
	if (p == NULL)
		return;
	u.t = transport_new_replay(p, 0, &cb);
	if (u.t != NULL) {
		transport_start(u.t);
		for (int i = 0; i < 20; i++) {
			replay_pump(p, replay_start_ms(p) + i * step_ms);
			ask(&u);
		}
		replay_pump(p, replay_end_ms(p));
		transport_stop(u.t);
		transport_free(u.t);
	}
	replay_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	play(data, n, 7);
	play(data, n, INT32_MAX);
	return 0;
}
