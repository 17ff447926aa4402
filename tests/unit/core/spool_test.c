/* spool_test.c - how much room is little and none; findings that come and go
 * with the readings. */
#include "core/spool.h"

#include "tests/unit/core/model_help.h"

#define MB (INT64_C(1) << 20)

static struct vitals
disk(int64_t avail, int64_t total, int64_t inodes_free, int64_t inodes)
{
	return (struct vitals){.spool_avail_bytes = avail,
	    .spool_total_bytes = total,
	    .spool_inodes_free = inodes_free,
	    .spool_inodes = inodes};
}

static void
read_vitals(struct model *m, struct vitals v)
{
	struct event ev = {.kind = EVT_VITALS, .at_ms = NOW, .u.vitals = &v};

	model_update(m, &ev);
}

/* Postfix with a limit of 10240000 bytes, and a finding of its own. */
static void
found(struct model *m, unsigned n_findings)
{
	struct discovery *d = calloc(1, sizeof *d);
	struct event ev = {
	    .kind = EVT_DISCOVERY, .at_ms = NOW, .u.discovery = d};

	assert_non_null(d);
	d->spool_need_bytes = 15360000;
	(void)snprintf(d->spool_rule, sizeof d->spool_rule, "the rule");
	(void)snprintf(d->queue_dir, sizeof d->queue_dir, "/var/spool/it's");
	d->n_findings = (uint16_t)n_findings;
	for (unsigned i = 0; i < n_findings; i++)
		(void)snprintf(
		    d->findings[i].id, sizeof d->findings[i].id, "other-%u", i);
	model_update(m, &ev);
	free(d);
}

static void
room_is_judged(void **state)
{
	static const struct {
		int64_t avail, total, inodes_free, inodes;
		enum room bytes, files;
	} rows[] = {
	    {20000 * MB, 40000 * MB, 1000000, 2000000, ROOM_ENOUGH,
		ROOM_ENOUGH},
	    {801 * MB, 40000 * MB, 40001, 2000000, ROOM_ENOUGH, ROOM_ENOUGH},
	    {800 * MB, 40000 * MB, 40000, 2000000, ROOM_LOW, ROOM_LOW},
	    {15360001, 40000 * MB, 21, 2000000, ROOM_LOW, ROOM_LOW},
	    {15360000, 40000 * MB, 20, 2000000, ROOM_NONE, ROOM_NONE},
	    {0, 40000 * MB, 0, 2000000, ROOM_NONE, ROOM_NONE},
	    /* of a small disk it is the mail that decides */
	    {153600001, 1000 * MB, 201, 5000, ROOM_ENOUGH, ROOM_ENOUGH},
	    {153600000, 1000 * MB, 200, 5000, ROOM_LOW, ROOM_LOW},
	    /* btrfs has no number of inodes; nothing is known at all */
	    {20000 * MB, 40000 * MB, -1, -1, ROOM_ENOUGH, ROOM_UNKNOWN},
	    {-1, -1, 0, 0, ROOM_UNKNOWN, ROOM_UNKNOWN},
	};
	struct model *m = make_model(0);

	(void)state;
	assert_int_equal(spool_bytes(&m->hosts[0]).room, ROOM_UNKNOWN);
	assert_int_equal(spool_inodes(&m->hosts[0]).room, ROOM_UNKNOWN);
	found(m, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		read_vitals(m, disk(rows[i].avail, rows[i].total,
				   rows[i].inodes_free, rows[i].inodes));
		if (spool_bytes(&m->hosts[0]).room != rows[i].bytes ||
		    spool_inodes(&m->hosts[0]).room != rows[i].files)
			fail_msg("row %zu", i);
	}
	model_free(m);
}

static void
assert_ids(const struct host *h, const char *want)
{
	char got[4096] = "";
	size_t at = 0;

	for (unsigned i = 0; i < h->found->n_findings; i++)
		at += (size_t)snprintf(
		    got + at, sizeof got - at, "%s ", h->found->findings[i].id);
	assert_string_equal(got, want);
}

static void
findings_come_and_go(void **state)
{
	struct model *m = make_model(0);
	const struct host *h = &m->hosts[0];

	(void)state;
	/* Read before it was discovered. */
	read_vitals(m, disk(10 * MB, 40000 * MB, 1000000, 2000000));
	found(m, 2);
	assert_ids(h, "spool-full other-0 other-1 ");
	assert_string_equal(h->found->findings[0].text,
	    "the disk of /var/spool/it's has 10M of 39G free: with 14M or "
	    "less (the rule) new mail is refused with 452 4.3.1");
	assert_string_equal(h->found->findings[0].remedy,
	    "df -h '/var/spool/it'\\''s'; du -xh --max-depth=3 \"$(stat -c %m "
	    "'/var/spool/it'\\''s')\" | sort -h | tail -n 20");
	read_vitals(m, disk(100 * MB, 40000 * MB, 5, 2000000));
	assert_ids(h, "spool-low inodes-full other-0 other-1 ");
	assert_non_null(
	    strstr(h->found->findings[1].text, "has 5 of 2.0M inodes free"));
	assert_non_null(strstr(h->found->findings[1].remedy, "du -x --inodes"));
	read_vitals(m, disk(20000 * MB, 40000 * MB, 30000, 2000000));
	assert_ids(h, "inodes-low other-0 other-1 ");
	read_vitals(m, disk(20000 * MB, 40000 * MB, 1000000, 2000000));
	assert_ids(h, "other-0 other-1 ");
	model_free(m);
}

static void
there_are_never_too_many(void **state)
{
	struct model *m = make_model(0);
	const struct host *h = &m->hosts[0];

	(void)state;
	found(m, MAX_FINDINGS);
	read_vitals(m, disk(0, 40000 * MB, 0, 2000000));
	assert_int_equal(h->found->n_findings, MAX_FINDINGS);
	assert_string_equal(h->found->findings[0].id, "spool-full");
	assert_string_equal(h->found->findings[1].id, "inodes-full");
	assert_string_equal(h->found->findings[2].id, "other-0");
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(room_is_judged),
	    cmocka_unit_test(findings_come_and_go),
	    cmocka_unit_test(there_are_never_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
