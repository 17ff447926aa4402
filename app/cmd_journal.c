/* cmd_journal.c - see cmd_journal.h. */
#include "app/cmd_journal.h"

#include "app/acting.h"
#include "app/docs_act.h"
#include "app/say.h"
#include "core/clock.h"
#include "core/i18n.h"

#include <errno.h>
#include <stdio.h>

static bool
print_json(void *ctx, const struct journal_rec *r)
{
	cJSON *d = docs_act_record(r);
	struct buf b;
	bool ok;

	(void)ctx;
	buf_init(&b, 8U << 20);
	ok = d != NULL && json_write(&b, d) == ERR_OK &&
	     fwrite(b.p, 1, b.n, stdout) == b.n;
	buf_done(&b);
	cJSON_Delete(d);
	return ok;
}

static void
csv_field(struct str s, const char *end)
{
	(void)putchar('"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			(void)putchar('"');
		(void)putchar(s.p[i]);
	}
	(void)printf("\"%s", end);
}

static bool
print_csv(void *ctx, const struct journal_rec *r)
{
	char at[CLOCK_TEXT];

	(void)ctx;
	(void)printf("%llu,", (unsigned long long)r->seq);
	csv_field(str_of(clock_rfc3339(at, r->at_ms)), ",");
	csv_field(str_of(journal_kind_name(r->kind)), ",");
	csv_field(r->who, ",");
	csv_field(r->from, ",");
	csv_field(r->host, ",");
	csv_field(r->subject, ",");
	csv_field(r->text, ",");
	csv_field(r->incident, "\r\n");
	return ferror(stdout) == 0;
}

static bool
print_text(void *ctx, const struct journal_rec *r)
{
	char at[CLOCK_TEXT];

	(void)ctx;
	(void)printf("%6llu  %.19s  %-12s %-10.*s %.*s\n",
	    (unsigned long long)r->seq, clock_rfc3339(at, r->at_ms),
	    journal_kind_name(r->kind), (int)r->who.n, r->who.p, (int)r->text.n,
	    r->text.p);
	return ferror(stdout) == 0;
}

int
journal_run(const struct options *o)
{
	struct journal_db *j = acting_journal();
	struct journal_query q = {0};
	bool csv = strcmp(o->export_kind, "csv") == 0;
	uint64_t n = 0, bad = 0;
	int rc = EXIT_WELL;
	err_t err;

	if (j == NULL)
		return EXIT_UNKNOWN;
	if (o->n_hosts > 0)
		q.text = str_of(o->hosts[0]);
	if (o->since_ms >= 0)
		q.from_ms = clock_wall_ms() - o->since_ms;
	if (csv && !o->json)
		(void)printf(
		    "seq,at,kind,who,from,host,subject,text,incident\r\n");
	err = journal_db_read(j, &q, NULL,
	    o->json ? print_json
	    : csv   ? print_csv
		    : print_text);
	if (err != ERR_OK) {
		say("%s", journal_db_why(j));
		rc = EXIT_UNKNOWN;
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		say(_("standard output: %s"), strerror(errno));
		rc = EXIT_UNKNOWN;
	}
	if (rc == EXIT_WELL && journal_db_verify(j, &n, &bad) != ERR_OK) {
		say(_("the journal was changed by another hand: record %llu "
		      "does not follow from the one before"),
		    (unsigned long long)bad);
		rc = EXIT_WRONG;
	}
	journal_db_close(j);
	return rc;
}
