/* cmd_journal.c - see cmd_journal.h. */
#include "app/cmd_journal.h"

#include "app/acting.h"
#include "app/docs_act.h"
#include "app/say.h"
#include "core/clock.h"
#include "core/csv.h"
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

static bool
print_csv(void *ctx, const struct journal_rec *r)
{
	char at[CLOCK_TEXT];
	const struct str fields[] = {str_of(clock_rfc3339(at, r->at_ms)),
	    str_of(journal_kind_name(r->kind)), r->who, r->from, r->host,
	    r->subject, r->text, r->incident};
	struct buf b;
	bool ok;

	(void)ctx;
	buf_init(&b, 8U << 20);
	(void)buf_printf(&b, "%llu", (unsigned long long)r->seq);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		(void)buf_putc(&b, ',');
		csv_field(&b, fields[i]);
	}
	(void)buf_puts(&b, "\r\n");
	ok = b.failed == ERR_OK && fwrite(b.p, 1, b.n, stdout) == b.n;
	buf_done(&b);
	return ok;
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

/* Those that are looked for, to their printer. */
struct looking {
	struct journal_filter filter;
	bool (*print)(void *ctx, const struct journal_rec *r);
};

static bool
on_record(void *ctx, const struct journal_rec *r)
{
	const struct looking *l = ctx;

	return !journal_filter_fits(&l->filter, r) || l->print(NULL, r);
}

/* The operands are one line of words. */
static err_t
take_words(
    struct journal_filter *f, const struct options *o, char *why, size_t cap)
{
	struct buf b;
	err_t err;

	buf_init(&b, 4096);
	for (int i = 0; i < o->n_hosts; i++) {
		(void)buf_puts(&b, o->hosts[i]);
		(void)buf_putc(&b, ' ');
	}
	err = b.failed;
	if (err != ERR_OK)
		(void)snprintf(why, cap, "%s", _(err_text(err)));
	else
		err = journal_filter_of(f, buf_view(&b), why, cap);
	buf_done(&b);
	return err;
}

int
journal_run(const struct options *o)
{
	struct journal_query q = {0};
	bool csv = strcmp(o->export_kind, "csv") == 0;
	struct looking l = {.print = o->json ? print_json
				     : csv   ? print_csv
					     : print_text};
	struct journal_db *j;
	uint64_t n = 0, bad = 0;
	int rc = EXIT_WELL;
	char why[512];
	err_t err = take_words(&l.filter, o, why, sizeof why);

	if (err != ERR_OK) {
		say("%s", why);
		return EXIT_USAGE;
	}
	j = acting_journal();
	if (j == NULL)
		return EXIT_UNKNOWN;
	q.text = str_of(l.filter.text);
	q.kinds = l.filter.kinds;
	if (o->since_ms >= 0)
		q.from_ms = clock_wall_ms() - o->since_ms;
	if (csv && !o->json)
		(void)printf(
		    "seq,at,kind,who,from,host,subject,text,incident\r\n");
	err = journal_db_read(j, &q, &l, on_record);
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
