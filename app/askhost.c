/* askhost.c - see askhost.h. */
#include "app/askhost.h"

#include "core/clock.h"
#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_BYTES = 512 };

struct askhost {
	struct askhost_opts o;
	struct hostlink *link; /* owned */
	uv_timer_t deadline;
	bool over; /* up once, or given up */
	char text[TEXT_BYTES];
};

static int64_t
now_ms(void *ctx)
{
	(void)ctx;
	return clock_wall_ms();
}

static void
fail(struct askhost *h)
{
	h->over = true;
	(void)uv_timer_stop(&h->deadline);
	h->o.on_fail(h->o.ctx, h->text);
}

/* A link's sentence names its host, or does not. */
static void
set_text(struct askhost *h, const char *text)
{
	bool named = str_starts(str_of(text), str_of(h->o.name));

	(void)snprintf(h->text, sizeof h->text, "%s%s%s",
	    named ? "" : h->o.name, named ? "" : ": ", text);
}

static void
on_event(void *ctx, const struct event *ev)
{
	struct askhost *h = ctx;

	if (ev->kind != EVT_LINK)
		return;
	if (ev->u.link.state == LINK_UP) {
		h->text[0] = '\0';
		if (h->over)
			return;
		h->over = true;
		(void)uv_timer_stop(&h->deadline);
		h->o.on_up(h->o.ctx);
		return;
	}
	if (ev->u.link.state != LINK_WAITING && ev->u.link.state != LINK_FAILED)
		return;
	set_text(h, ev->u.link.text);
	if (!h->over)
		fail(h);
}

static void
on_deadline(uv_timer_t *t)
{
	struct askhost *h = t->data;

	set_text(h, _("no answer within the time given (--timeout)"));
	fail(h);
}

struct askhost *
askhost_new(const struct askhost_opts *o)
{
	struct askhost *h = calloc(1, sizeof *h);
	struct hostlink_opts lo = {.loop = o->loop,
	    .kind = o->kind,
	    .ctx = h,
	    .now_ms = now_ms,
	    .emit = on_event};

	if (h == NULL)
		return NULL;
	h->o = *o;
	str_copy(lo.target.name, sizeof lo.target.name, str_of(o->name));
	lo.target.ssh_config = o->ssh_config;
	lo.target.connect_timeout_ms = o->connect_timeout_ms;
	lo.target.keepalive_ms = 15000;
	h->link = hostlink_new(&lo);
	if (h->link == NULL) {
		free(h);
		return NULL;
	}
	(void)uv_timer_init(o->loop, &h->deadline);
	h->deadline.data = h;
	(void)uv_timer_start(
	    &h->deadline, on_deadline, (uint64_t)o->timeout_ms, 0);
	hostlink_start(h->link);
	return h;
}

static void
ask(void *ctx, const char *name, enum dns_type type, dns_answer_fn fn,
    void *fn_ctx)
{
	hostlink_dns(((struct askhost *)ctx)->link, name, type, fn, fn_ctx);
}

struct dns_asker
askhost_asker(struct askhost *h)
{
	return (struct dns_asker){h, ask};
}

const char *
askhost_text(const struct askhost *h)
{
	return h->text;
}

static void
on_closed(uv_handle_t *t)
{
	free(t->data);
}

void
askhost_free(struct askhost *h)
{
	if (h == NULL)
		return;
	h->over = true;
	hostlink_free(h->link);
	uv_close((uv_handle_t *)&h->deadline, on_closed);
}
