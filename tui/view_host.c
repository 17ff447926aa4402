/*
 * view_host.c - one host in lines: link, vitals, queues, what the readiness
 * check found and how to mend it, what was discovered.
 */
#include "tui/figure.h"
#include "tui/ui.h"
#include "tui/views.h"

#include "core/clock.h"
#include "core/i18n.h"
#include "core/num.h"
#include "core/spool.h"

#include <stdio.h>

enum { LABEL_COLS = 14 };

/* The host in scope: the level's, else the one looked at last, else the one
 * that is worst off. NULL without hosts. */
static const struct host *
host_of(const struct model *m, const struct ui *ui)
{
	host_id h = ui_top_const(ui)->host;

	if (h == HOST_NONE)
		h = ui->host;
	if (h < m->n_hosts)
		return &m->hosts[h];
	for (host_id i = 0; i < m->n_hosts; i++)
		if (host_down(&m->hosts[i]))
			return &m->hosts[i];
	return m->n_hosts > 0 ? &m->hosts[0] : NULL;
}

static void
head(struct doc *d, const char *text)
{
	if (d->n > 0)
		doc_line(d, ROLE_TEXT, 0, (struct str){NULL, 0});
	doc_line(d, ROLE_HEAD, 0, str_of(text));
}

/* "label         value" */
static void
field(struct doc *d, enum role role, const char *label, const char *value)
{
	int pad = LABEL_COLS - (int)utf8_cols(str_of(label));

	doc_printf(d, role, LABEL_COLS + 2, "%s%s%*s%s",
	    role == ROLE_CRIT || role == ROLE_WARN ? "! " : "  ", label,
	    pad > 0 ? pad : 1, "", value);
}

static void
put_link(
    struct doc *d, const struct ui *ui, const struct host *h, int64_t now_ms)
{
	char text[256], age[NUM_TEXT], newest[NUM_TEXT];
	struct buf why;

	(void)snprintf(text, sizeof text, _("%c %s for %s, through %s"),
	    host_mark(h), host_state_seen(ui, h),
	    num_age(age, now_ms - host_since_ms(h)),
	    h->transport[0] == '\0' ? "?" : h->transport);
	field(d, host_role(h), _("link"), text);
	if (host_mark(h) != '+') {
		buf_init(&why, 2048);
		host_trouble(h, now_ms, &why);
		field(d, host_role(h), "", buf_cstr(&why));
		buf_done(&why);
	}
	if (h->log_last_ms == 0) {
		field(d, ROLE_UNKNOWN, _("log"), _("no line read yet"));
		return;
	}
	(void)snprintf(text, sizeof text,
	    _("%llu lines over %s, newest %s ago"),
	    (unsigned long long)h->log_lines,
	    num_age(age, now_ms - h->log_from_ms),
	    num_age(newest, now_ms - h->log_last_ms));
	field(d, host_live(h) ? ROLE_TEXT : ROLE_STALE, _("log"), text);
}

static void
put_gaps(struct doc *d, const struct host *h)
{
	unsigned n = h->n_gaps < MAX_GAPS ? h->n_gaps : MAX_GAPS;

	for (unsigned i = 0; i < n; i++) {
		char from[CLOCK_TEXT], to[CLOCK_TEXT], lost[NUM_TEXT];
		char text[160];

		(void)snprintf(text, sizeof text,
		    _("lines lost from %s to %s, %s"),
		    clock_hms(from, h->gaps[i].from_ms),
		    clock_hms(to, h->gaps[i].to_ms),
		    h->gaps[i].bytes == 0 ? _("nobody knows how many")
					  : num_bytes(lost, h->gaps[i].bytes));
		field(d, ROLE_WARN, _("gap"), text);
	}
}

/* Lines of the mail system that told nothing, or not all: figures may lack
 * something. */
static void
put_bad_lines(struct doc *d, const struct host *h, int64_t now_ms)
{
	const struct bad_lines *b = &h->bad_lines;
	char n[NUM_TEXT], from[CLOCK_TEXT], age[NUM_TEXT], text[256];
	struct buf sample;

	if (b->n == 0)
		return;
	(void)snprintf(text, sizeof text,
	    _("%s since %s, the last one %s ago: %s"), num_count(n, b->n),
	    clock_hms(from, b->first_ms), num_age(age, now_ms - b->last_ms),
	    log_bad_label(b->why));
	field(d, ROLE_WARN, _("bad lines"), text);
	if (b->n_sample == 0)
		return;
	buf_init(&sample, 4 * sizeof b->sample);
	(void)utf8_clean(&sample, (struct str){b->sample, b->n_sample});
	field(d, ROLE_DIM, "", buf_cstr(&sample));
	buf_done(&sample);
}

/* "0.42" of thousandths, "?" when unknown. */
static const char *
milli(char dst[NUM_TEXT], int64_t v)
{
	if (v < 0)
		return "?";
	(void)snprintf(dst, NUM_TEXT, "%lld.%02lld", (long long)(v / 1000),
	    (long long)(v % 1000 / 10));
	return dst;
}

static const char *
percent(char dst[NUM_TEXT], int32_t v)
{
	if (v < 0)
		return "?";
	(void)snprintf(dst, NUM_TEXT, "%d.%d %%", v / 10, v % 10);
	return dst;
}

/* "12G of 40G free", worth a look below a tenth. */
static void
put_room(struct doc *d, enum role role, const char *label, int64_t avail,
    int64_t total)
{
	char a[NUM_TEXT], t[NUM_TEXT], text[96];

	if (avail < 0 || total <= 0) {
		field(d, ROLE_UNKNOWN, label, "?");
		return;
	}
	(void)snprintf(text, sizeof text, _("%s of %s free (%d %%)"),
	    num_bytes(a, (uint64_t)avail), num_bytes(t, (uint64_t)total),
	    (int)(avail * 100 / total));
	field(d, role != ROLE_CRIT && avail < total / 10 ? ROLE_WARN : role,
	    label, text);
}

/* As the findings judge it: what is refused there is worse than what is low. */
static enum role
room_role(enum role role, enum room room)
{
	return room == ROOM_NONE  ? ROLE_CRIT
	       : room == ROOM_LOW ? ROLE_WARN
				  : role;
}

static void
put_spool(struct doc *d, enum role role, const struct host *h)
{
	struct spool_room bytes = spool_bytes(h), inodes = spool_inodes(h);
	char a[NUM_TEXT], t[NUM_TEXT], text[96];

	put_room(d, room_role(role, bytes.room), _("spool"), bytes.free,
	    bytes.total);
	if (inodes.room == ROOM_UNKNOWN)
		return;
	(void)snprintf(text, sizeof text, _("%s of %s free"),
	    num_count(a, (uint64_t)inodes.free),
	    num_count(t, (uint64_t)inodes.total));
	field(d, room_role(role, inodes.room), _("inodes"), text);
}

static void
put_vitals(struct doc *d, const struct model *m, const struct host *h)
{
	const struct vitals *v = &h->vitals;
	char a[NUM_TEXT], b[NUM_TEXT], c[NUM_TEXT], text[192];
	enum role role = ROLE_TEXT;

	head(d, _("Vitals"));
	if (h->vitals_at_ms == 0) {
		field(d, ROLE_UNKNOWN, _("vitals"), _("not read yet"));
		return;
	}
	if (model_fresh(m, h, h->vitals_at_ms, READ_PERIOD_MS) != FRESH_LIVE)
		role = ROLE_STALE;
	(void)snprintf(text, sizeof text, _("%s ago"),
	    num_age(a, m->now_ms - h->vitals_at_ms));
	field(d, role, _("read"), text);
	(void)snprintf(text, sizeof text, _("%s %s %s on %d cores"),
	    milli(a, v->load_milli[0]), milli(b, v->load_milli[1]),
	    milli(c, v->load_milli[2]), v->cpus);
	field(d, role, _("load"), text);
	(void)snprintf(text, sizeof text,
	    _("CPU %s used; waiting for CPU %s, for disks %s"),
	    percent(a, v->cpu_used_milli), percent(b, v->cpu_pressure_milli),
	    percent(c, v->io_pressure_milli));
	field(d, role, _("pressure"), text);
	put_room(d, role, _("memory"), v->mem_avail_bytes, v->mem_total_bytes);
	put_spool(d, role, h);
	if (v->top_name[0] != '\0') {
		(void)snprintf(text, sizeof text, _("%s (pid %d), %s"),
		    v->top_name, v->top_pid, percent(a, v->top_cpu_milli));
		field(d, role, _("top process"), text);
	}
	if (v->uptime_s >= 0)
		field(d, role, _("up for"), num_age(a, v->uptime_s * 1000));
}

/* Which of several instances are in no figure. */
static void
put_unread(struct doc *d, const struct host *h, uint64_t set)
{
	char names[256];

	if (set == 0 || h->found == NULL || h->found->n_further == 0)
		return;
	discovery_instance_names(h->found, set, names, sizeof names);
	field(d, ROLE_WARN, _("not read"), names);
}

static void
put_queues(struct doc *d, const struct model *m, const struct host *h)
{
	static const char *const names[Q_N] = {N_("incoming"), N_("active"),
	    N_("deferred"), N_("hold"), N_("maildrop")};
	char n[NUM_TEXT], age[NUM_TEXT], took[NUM_TEXT], text[256];
	size_t at = 0;

	head(d, _("Queue"));
	text[0] = '\0';
	for (int q = 0; q < Q_N; q++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s %s",
		    q > 0 ? ", " : "", _(names[q]),
		    h->counts_at_ms == 0 || h->counts.n[q] < 0
			? "?"
			: num_count(n, (uint64_t)h->counts.n[q]));
	field(d, ROLE_TEXT, _("counts"), text);
	if (h->counts_at_ms != 0) {
		(void)snprintf(text, sizeof text, _("%s ago"),
		    num_age(age, m->now_ms - h->counts_at_ms));
		field(d, ROLE_DIM, "", text);
		put_unread(d, h, h->counts.unread);
	}
	if (h->queue == NULL) {
		field(d, ROLE_UNKNOWN, _("reading"),
		    h->queue_err_text[0] != '\0' ? h->queue_err_text
						 : _("none yet"));
		return;
	}
	(void)snprintf(text, sizeof text, _("%s messages, %s ago, took %s%s"),
	    num_count(n, h->queue->messages),
	    num_age(age, m->now_ms - h->queue->at_ms),
	    num_age(took, h->queue->took_ms),
	    h->queue->aggregated ? _(", added up over there") : "");
	field(d, h->queue_err == ERR_OK ? ROLE_TEXT : ROLE_STALE, _("reading"),
	    text);
	put_unread(d, h, h->queue->unread);
	if (h->queue_err != ERR_OK)
		field(d, ROLE_CRIT, _("last try"), h->queue_err_text);
}

static void
put_findings(struct doc *d, const struct discovery *found)
{
	head(d, _("Findings"));
	if (found->n_findings == 0)
		field(d, ROLE_OK, "+", _("nothing amiss"));
	for (unsigned i = 0; i < found->n_findings; i++) {
		doc_printf(d, ROLE_WARN, 4, "  ! %s", found->findings[i].text);
		doc_printf(
		    d, ROLE_TEXT, 4, "    %s", found->findings[i].remedy);
	}
}

static void
put_handles(struct doc *d, const struct discovery *found)
{
	head(d, _("Ways out"));
	for (unsigned i = 0; i < found->n_handles; i++) {
		const struct handle *w = &found->handles[i];
		const char *ip =
		    w->ip[0] == '\0' ? _("default address") : w->ip;
		int pad = 16 - (int)utf8_cols(str_of(ip));

		doc_printf(d, w->attributable ? ROLE_TEXT : ROLE_UNKNOWN,
		    LABEL_COLS, "  %-12s %s%*s %-16s %-12s %s%s", w->name, ip,
		    pad > 0 ? pad : 0, "", w->ip6,
		    w->pool[0] == '\0' ? "-" : w->pool, w->tag,
		    w->attributable ? "" : _(" (not attributable)"));
	}
}

static void
put_discovery(struct doc *d, const struct host *h)
{
	static const char *const formats[] = {[LOGF_UNKNOWN] = "?",
	    [LOGF_SYSLOG] = "syslog",
	    [LOGF_RFC3339] = "RFC 3339",
	    [LOGF_JOURNAL] = "journal"};
	static const char *const privileges[] = {[PRIV_UNKNOWN] = "?",
	    [PRIV_NONE] = N_("no privilege"),
	    [PRIV_SUDO] = "sudo -n",
	    [PRIV_ROOT] = "root"};
	const struct discovery *f = h->found;
	char text[512], offset[NUM_TEXT];

	head(d, _("Discovery"));
	if (f == NULL) {
		field(d, ROLE_UNKNOWN, _("mta"), _("not discovered yet"));
		return;
	}
	(void)snprintf(
	    text, sizeof text, "%s %s, %s", f->mta, f->version, f->hostname);
	field(d, ROLE_TEXT, _("mta"), text);
	field(d, f->privilege == PRIV_NONE ? ROLE_WARN : ROLE_TEXT, _("as"),
	    _(privileges[f->privilege]));
	(void)snprintf(text, sizeof text, "%s (%s)",
	    f->log_path[0] == '\0' ? _("journal") : f->log_path,
	    formats[f->log_format]);
	field(d, ROLE_TEXT, _("log"), text);
	field(d, ROLE_TEXT, _("queue"), f->queue_dir);
	field(d, ROLE_TEXT, _("config"), f->config_dir);
	(void)snprintf(text, sizeof text, _("%s %s of ours"),
	    num_age(offset, f->clock_offset_ms < 0 ? -f->clock_offset_ms
						   : f->clock_offset_ms),
	    f->clock_offset_ms < 0 ? _("behind") : _("ahead"));
	field(d, ROLE_TEXT, _("clock"), text);
	field(d, ROLE_TEXT, _("queue ids"),
	    f->long_queue_ids ? _("long") : _("short"));
}

static void
document(struct model *m, const struct ui *ui, struct doc *d)
{
	const struct host *h = host_of(m, ui);

	if (h == NULL) {
		doc_line(d, ROLE_UNKNOWN, 0,
		    str_of(_("No host was named: mtadeck HOST...")));
		return;
	}
	doc_line(d, ROLE_HEAD, 0, str_of(h->name));
	put_link(d, ui, h, m->now_ms);
	put_gaps(d, h);
	put_bad_lines(d, h, m->now_ms);
	if (h->found != NULL)
		put_findings(d, h->found);
	put_vitals(d, m, h);
	put_queues(d, m, h);
	put_discovery(d, h);
	if (h->found != NULL)
		put_handles(d, h->found);
}

static enum role
summary(struct model *m, const struct ui *ui, struct buf *out)
{
	const struct host *h = host_of(m, ui);
	char age[NUM_TEXT];

	if (h == NULL) {
		(void)buf_puts(out, _("no host"));
		return ROLE_UNKNOWN;
	}
	(void)buf_printf(out, _("%s, host %u of %u: %s"), h->name, h->id + 1U,
	    (unsigned)m->n_hosts, host_state_seen(ui, h));
	if (h->found != NULL && h->found->n_findings > 0)
		(void)buf_printf(
		    out, _(", findings: %u"), (unsigned)h->found->n_findings);
	if (h->counts_at_ms != 0)
		(void)buf_printf(out, _("; counts %s old"),
		    num_age(age, m->now_ms - h->counts_at_ms));
	if (host_mark(h) == '+' && h->found != NULL && h->found->n_findings > 0)
		return ROLE_WARN;
	return host_role(h);
}

const struct view view_host = {
    .name = "host",
    .title = N_("Host"),
    .ctx = CTX_TEXT | CTX_HOST,
    .document = document,
    .summary = summary,
};
