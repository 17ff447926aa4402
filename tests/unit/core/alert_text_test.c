/* alert_text_test.c - each rule's sentence in English, of one and of many. */
#include "tests/unit/core/alert_help.h"

#include <time.h>

enum { S = 1000, MIN = 60000 };

static void
sentences(void **state)
{
	static const struct {
		struct alert a;
		const char *want;
	} rows[] = {
	    {{.rule = RULE_LISTING,
		 .cause = "big",
		 .members = 1,
		 .first = "192.0.2.1",
		 .value = IMPACT_HIGH},
		"192.0.2.1 is on Big List (high impact); since 14:12:20 "
		"(1m00s)."},
	    {{.rule = RULE_LISTING,
		 .cause = "big",
		 .members = 137,
		 .first = "192.0.2.1",
		 .value = IMPACT_HIGH},
		"137 addresses are on Big List, 192.0.2.1 longest (high "
		"impact); since 14:12:20 (1m00s)."},
	    {{.rule = RULE_LISTING,
		 .cause = "big",
		 .members = 3,
		 .domains = 2,
		 .first = "192.0.2.1",
		 .value = IMPACT_MEDIUM},
		"3 of ours are on Big List (addresses 1, domains 2), "
		"192.0.2.1 longest (medium impact); since 14:12:20 (1m00s)."},
	    {{.rule = RULE_THROTTLE,
		 .kind = CAUSE_PROVIDER,
		 .cause = "gmail",
		 .members = 1,
		 .first = "192.0.2.1",
		 .value = 620,
		 .base = 1234},
		"gmail throttles 192.0.2.1: up to 62 % of attempts refused, "
		"1.2k refusals so far; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_THROTTLE,
		 .kind = CAUSE_PROVIDER,
		 .cause = "gmail",
		 .members = 3,
		 .first = "192.0.2.1",
		 .value = 620,
		 .base = 34},
		"gmail throttles 3 egress IPs, 192.0.2.1 most: up to 62 % of "
		"attempts refused, 34 refusals so far; since 14:12:20 "
		"(1m00s)."},
	    {{.rule = RULE_BOUNCE,
		 .kind = CAUSE_POOL,
		 .cause = "out",
		 .members = 1,
		 .first = "192.0.2.1",
		 .value = 100,
		 .threshold = 50,
		 .base = 100},
		"pool out: 10 % of 100 attempts in 10 min bounced (limit 5.0 "
		"%), at 192.0.2.1; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_BOUNCE,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .host = 0,
		 .members = 4,
		 .value = 100,
		 .threshold = 50,
		 .base = 100},
		"mta1: 10 % of 100 attempts in 10 min bounced (limit 5.0 %), "
		"over 4 egress IPs; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_DEFERRAL,
		 .kind = CAUSE_PROVIDER,
		 .cause = "gmail",
		 .members = 2,
		 .first = "192.0.2.1",
		 .value = 500,
		 .threshold = 400,
		 .base = 100},
		"gmail defers 50 % of 100 attempts in 10 min (limit 40 %), "
		"from 2 egress IPs; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_DEFERRAL,
		 .kind = CAUSE_PROVIDERS,
		 .cause = "*",
		 .members = 9,
		 .value = 900,
		 .threshold = 400,
		 .base = 1000},
		"9 providers at once defer 90 % of 1.0k attempts in 10 min "
		"(limit 40 %): look at our own network and DNS first; since "
		"14:12:20 (1m00s)."},
	    {{.rule = RULE_QUEUE_GROWTH,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .members = 1,
		 .value = 2000,
		 .threshold = 900,
		 .base = 400},
		"mta1: 2.0k messages deferred, usually 400 (limit 900); since "
		"14:12:20 (1m00s)."},
	    {{.rule = RULE_QUEUE_AGE,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .first = "sent",
		 .members = 1,
		 .value = 30 * MIN,
		 .threshold = 15 * MIN},
		"mta1: half of the mail that leaves has waited 30m00s and "
		"more (limit 15m00s); since 14:12:20 (1m00s)."},
	    {{.rule = RULE_QUEUE_AGE,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .first = "incoming",
		 .members = 1,
		 .value = 30 * MIN,
		 .threshold = 15 * MIN,
		 .base = 7},
		"mta1: 7 messages are not picked up, the oldest for 30m00s "
		"(limit 15m00s); since 14:12:20 (1m00s)."},
	    {{.rule = RULE_SENT_FALLEN,
		 .kind = CAUSE_POOL,
		 .cause = "out",
		 .members = 1,
		 .first = "192.0.2.1",
		 .value = 2,
		 .base = 20},
		"192.0.2.1 sends 2/min, usually 20/min; since 14:12:20 "
		"(1m00s)."},
	    {{.rule = RULE_SENT_FALLEN,
		 .kind = CAUSE_POOL,
		 .cause = "out",
		 .members = 3,
		 .first = "192.0.2.1",
		 .value = 2,
		 .base = 20},
		"3 egress IPs of out send 2/min together, usually 20/min; "
		"192.0.2.1 fell most; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_HOST_DOWN,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .host = 0,
		 .members = 1,
		 .value = 60 * S},
		"mta1 is not reached; since 14:12:20 (1m00s). connection "
		"refused."},
	    {{.rule = RULE_HOST_DOWN,
		 .kind = CAUSE_HOSTS,
		 .cause = "*",
		 .host = HOST_NONE,
		 .members = 2,
		 .value = 60 * S},
		"2 of 2 hosts are not reached: look at our own network "
		"first; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_STALE,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .first = "log",
		 .members = 1,
		 .value = 5 * MIN},
		"mta1 is up, but its log says nothing; since "
		"14:12:20 (1m00s)."},
	    {{.rule = RULE_STALE,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .first = "counts",
		 .members = 1,
		 .value = 5 * MIN},
		"mta1 is up, but its queue counts do not come; "
		"since 14:12:20 (1m00s)."},
	    {{.rule = RULE_UNATTRIBUTABLE,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .members = 1,
		 .value = 400,
		 .base = 100},
		"mta1: for 40 % of 100 attempts the log does not tell the "
		"egress IP; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_SPOOL,
		 .severity = SEV_CRIT,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .members = 1,
		 .value = 12 << 20,
		 .threshold = 15 << 20,
		 .base = 1 << 30},
		"mta1 refuses new mail: 12M of 1.0G free for its queue (limit "
		"15M); since 14:12:20 (1m00s)."},
	    {{.rule = RULE_INODES,
		 .severity = SEV_WARN,
		 .kind = CAUSE_HOST,
		 .cause = "mta1",
		 .members = 1,
		 .value = 900,
		 .threshold = 1000,
		 .base = 50000},
		"mta1: 900 of 50k inodes free for its queue (limit 1.0k), each "
		"message needs one; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_NO_RESOLVER,
		 .kind = CAUSE_LISTS,
		 .cause = "*",
		 .members = 1},
		"1 list cannot be asked; since 14:12:20 (1m00s)."},
	    {{.rule = RULE_NO_RESOLVER,
		 .kind = CAUSE_LISTS,
		 .cause = "*",
		 .members = 60},
		"60 lists cannot be asked; since 14:12:20 (1m00s)."},
	};
	struct blocklists *c = NULL;
	struct model *m = alert_model();
	char why[256];

	(void)state;
	(void)setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(
	    blocklists_load(&c, STR_LIT(LISTS_JSON), why, sizeof why), ERR_OK);
	link_at(m, 0, LINK_WAITING, NOW);
	m->lists = c;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct alert a = rows[i].a;

		a.list = a.rule == RULE_LISTING ? BIG : LIST_NONE;
		a.since_ms = NOW - MIN;
		assert_text(m, &a, rows[i].want);
	}
	m->lists = NULL;
	blocklists_free(c);
	model_free(m);
}

/* A list of which the catalogue no longer knows. */
static void
without_a_name(void **state)
{
	struct alert a = {.rule = RULE_LISTING,
	    .cause = "gone",
	    .members = 1,
	    .first = "192.0.2.1",
	    .list = LIST_NONE,
	    .since_ms = NOW,
	    .closed_ms = NOW + 2 * MIN};
	struct model *m = alert_model();

	(void)state;
	assert_text(m, &a,
	    "192.0.2.1 is on gone (low impact); since 14:13:20 (2m00s).");
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sentences),
	    cmocka_unit_test(without_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
