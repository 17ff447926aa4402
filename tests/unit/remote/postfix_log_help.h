/*
 * postfix_log_help.h - what the tests of the log parser share: one line to a
 * record, and a record to one line of text that shows every field it has.
 */
#ifndef TESTS_UNIT_REMOTE_POSTFIX_LOG_HELP_H
#define TESTS_UNIT_REMOTE_POSTFIX_LOG_HELP_H

#include "core/buf.h"
#include "remote/postfix_log.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* 2026-11-21T14:05:42Z; the host is in Tokyo. */
#define NOW_MS		 INT64_C(1795269942000)
#define TOKYO_S		 (9 * 3600)
#define assert_str(s, z) assert_true(str_eq((s), str_of(z)))

static inline void
text_bytes(struct buf *b, const char *name, struct str s)
{
	if (s.n == 0)
		return;
	assert_int_equal(buf_printf(b, " %s=", name), ERR_OK);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch >= ' ' && ch < 0x7f && ch != '\\')
			assert_int_equal(buf_putc(b, (char)ch), ERR_OK);
		else
			assert_int_equal(buf_printf(b, "\\x%02x", ch), ERR_OK);
	}
}

static inline void
text_number(struct buf *b, const char *name, int64_t v, int64_t none)
{
	if (v != none)
		assert_int_equal(
		    buf_printf(b, " %s=%" PRId64, name, v), ERR_OK);
}

/* Every field but the line itself, which is told by its length. */
static inline void
record_text(struct buf *b, const struct log_rec *r)
{
	static const char *const kinds[] = {"OTHER", "CLIENT", "REJECT", "HELD",
	    "MESSAGEID", "QUEUED", "DELIVERY", "EXPIRED", "REMOVED",
	    "BIND_WARNING", "FATAL"};
	static const char *const states[] = {
	    "", "sent", "deferred", "bounced", "expired", "other"};

	assert_int_equal(buf_puts(b, kinds[r->kind]), ERR_OK);
	text_number(b, "at", r->at_ms, 0);
	text_bytes(b, "tag", r->tag);
	text_bytes(b, "program", r->program);
	text_bytes(b, "qid", r->qid);
	if (r->has_from)
		assert_int_equal(buf_puts(b, " has_from"), ERR_OK);
	text_bytes(b, "from", r->from);
	text_bytes(b, "to", r->to);
	text_bytes(b, "relay", r->relay);
	text_bytes(b, "relay_ip", r->relay_ip);
	text_number(b, "port", r->relay_port, 0);
	text_bytes(b, "status", str_of(states[r->status]));
	if (r->dsn[0] != 0)
		assert_int_equal(buf_printf(b, " dsn=%u.%u.%u", r->dsn[0],
				     r->dsn[1], r->dsn[2]),
		    ERR_OK);
	text_number(b, "delay", r->delay_ms, -1);
	for (int i = 0; i < 4; i++)
		text_number(b, "stage", r->stage_ms[i], -1);
	text_number(b, "size", r->size_bytes, -1);
	text_number(b, "nrcpt", r->nrcpt, -1);
	text_bytes(b, "client", r->client);
	text_bytes(b, "client_ip", r->client_ip);
	text_bytes(b, "sasl_user", r->sasl_user);
	text_bytes(b, "message_id", r->message_id);
	text_bytes(b, "text", r->text);
	text_bytes(b, "bad", str_of(log_bad_name((enum log_bad)r->bad)));
	assert_int_equal(buf_printf(b, " [%zu]\n", r->line.n), ERR_OK);
}

/* A line behind "Nov 21 23:05:42 mta1 ", read in Tokyo. */
static inline bool
read_line(const char *z, struct log_rec *out)
{
	static char line[1024]; /* the record's slices lie in it */
	struct postfix_log *p = postfix_log_new(NULL, NULL);
	bool ok;

	assert_non_null(p);
	str_copy(line, sizeof(line), STR_LIT("Nov 21 23:05:42 mta1 "));
	str_copy(line + strlen(line), sizeof(line) - strlen(line), str_of(z));
	postfix_log_clock(p, NOW_MS, TOKYO_S);
	ok = postfix_log_line(p, str_of(line), out);
	postfix_log_free(p);
	return ok;
}

#endif
