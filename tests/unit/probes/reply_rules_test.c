/* reply_rules_test.c - weights, conditions and names on a small document; the
 * shipped rules against the labelled replies, in all forms a reply comes in,
 * and against hostile text. */
#include "tests/unit/probes/reply_help.h"

#include "core/json.h"
#include "core/shape_key.h"
#include "probes/reply_impl.h"

/* Per mille of the labelled replies, a little below what the rules reach. */
enum {
	FLOOR_FOUR = 993,
	FLOOR_CLASS = 980,
	FLOOR_FRESH_CLASS = 955,
	FLOOR_REAL_FOUR = 990,
	FLOOR_REAL_CLASS = 960,
	FLOOR_PROVIDER = 700,
	FLOOR_LIST = 985,
	FLOOR_BLAMES = 975
};

static const char small[] =
    "{\"lists\":["
    "{\"id\":\"bl\",\"words\":[\"bl.example\"],\"weak\":[\"blorg\"]},"
    "{\"id\":\"dbl\",\"domains\":true,\"words\":[\"dbl.example\"],"
    "\"weak\":[\"blorg\"]},"
    "{\"id\":\"longer\",\"words\":[\"bl.example.net\"]}],"
    "\"providers\":[{\"id\":\"acme\",\"words\":[\"acme.example\"]}],"
    "\"rules\":["
    "{\"id\":\"low\",\"weight\":1,\"class\":\"policy-other\","
    "\"words\":[\"blocked\"],\"samples\":[\"550 blocked\"]},"
    "{\"id\":\"ip\",\"weight\":5,\"class\":\"ip-blocklist\","
    "\"named\":\"ip\",\"samples\":[\"550 bl.example\"]},"
    "{\"id\":\"dom\",\"weight\":6,\"class\":\"domain-blocklist\","
    "\"named\":\"domain\",\"samples\":[\"550 dbl.example\"]},"
    "{\"id\":\"asker\",\"weight\":9,\"class\":\"policy-other\","
    "\"list\":\"named\",\"words\":[\"open resolver\"],"
    "\"samples\":[\"550 open resolver\"]},"
    "{\"id\":\"both\",\"weight\":4,\"class\":\"throttle\",\"code\":\"4\","
    "\"words\":[[\"too many\"],[\"mails\",\"letters\"]],\"re\":\"s$\","
    "\"blames\":\"sender\",\"samples\":[\"421 too many mails\"]}]}";

static struct meaning
read_with(struct reply_rules *r, const char *text)
{
	struct meaning m;

	reply_rules_read(r, str_of(text), &m);
	return m;
}

static void
is(struct str got, const char *want)
{
	if (!str_eq(got, str_of(want)))
		fail_msg("%.*s is not %s", (int)got.n, got.p, want);
}

static void
conditions(void **state)
{
	struct reply_rules *r = NULL;
	char why[256] = "";

	(void)state;
	if (reply_rules_load(&r, str_of(small), true, why, sizeof why) !=
	    ERR_OK)
		fail_msg("%s", why);
	is(read_with(r, "550 go").rule, "");
	assert_int_equal(read_with(r, "550 go").cls, CLASS_UNKNOWN);
	is(read_with(r, "421 Too many letters").rule, "both");
	is(read_with(r, "550 too many letters").rule, "");
	is(read_with(r, "421 too many letters here").rule, "");
	is(read_with(r, "421 letters").rule, "");
	assert_int_equal(
	    read_with(r, "421 too many mails").scope, SCOPE_SENDER);
	/* the heavier rule decides; names are told where the class has one */
	is(read_with(r, "550 blocked by bl.example").rule, "ip");
	is(read_with(r, "550 blocked by bl.example").list, "bl");
	is(read_with(r, "550 blocked by blorg").list, "bl");
	is(read_with(r, "550 blocked by bl.example.net").list, "longer");
	is(read_with(r, "550 bl.example, not bl.example.net").list, "bl");
	is(read_with(r, "550 blorg and bl.example.net").list, "longer");
	is(read_with(r, "550 blocked by dbl.example, bl.example").list, "dbl");
	is(read_with(r, "550 blocked at acme.example").provider, "acme");
	is(read_with(r, "550 blocked: a@acme.example").provider, "");
	is(read_with(r, "550 blocked: bl.example@a.example").rule, "low");
	is(read_with(r, "550 blocked at acme.example").list, "");
	is(read_with(r, "550 bl.example: open resolver").list, "bl");
	is(read_with(r, "550 dbl.example: open resolver").list, "dbl");
	reply_rules_free(r);
}

struct score {
	unsigned n, four, cls, neither, alarms, provider, list, blames;
};

static bool
is_one_of_three(enum reply_class c)
{
	return c == CLASS_THROTTLE || c == CLASS_IP_BLOCKLIST ||
	       c == CLASS_DOMAIN_BLOCKLIST;
}

static struct str
member(const cJSON *o, const char *name)
{
	const char *s =
	    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, name));

	return s == NULL ? (struct str){"", 0} : str_of(s);
}

static void
score_one(struct score *s, const cJSON *o, const struct meaning *m)
{
	enum reply_class want;

	assert_true(reply_class_of(member(o, "class"), &want));
	s->n++;
	s->cls += m->cls == want;
	s->four += m->cls == want ||
		   (!is_one_of_three(want) && !is_one_of_three(m->cls));
	s->neither += !is_one_of_three(want);
	s->alarms += !is_one_of_three(want) && is_one_of_three(m->cls);
	s->provider += str_eq(m->provider, member(o, "provider"));
	s->list += str_eq(m->list, member(o, "list"));
	s->blames +=
	    str_eq(str_of(blames_name(m->blames)), member(o, "blames"));
}

/* The same reply as a log line's text, with Postfix's words around it. */
static struct meaning
read_wrapped(struct reply_rules *r, struct str text)
{
	static char buf[8192];
	struct meaning m;
	int n = snprintf(buf, sizeof buf,
	    "host mx.example.net[192.0.2.77] said: %.*s (in reply to RCPT TO "
	    "command)",
	    (int)text.n, text.p);

	assert_true(n > 0 && (size_t)n < sizeof buf);
	reply_rules_read(r, (struct str){buf, (size_t)n}, &m);
	return m;
}

/* The model asks for the key of a reply: that must mean the same. */
static void
key_means(struct reply_rules *r, struct str text, const struct meaning *m)
{
	static char buf[8192];
	struct meaning of_key;

	assert_true(text.n <= sizeof buf);
	reply_rules_read(r, (struct str){buf, shape_key(buf, text)}, &of_key);
	if (!str_eq(of_key.rule, m->rule) || !str_eq(of_key.list, m->list) ||
	    !str_eq(of_key.provider, m->provider))
		fail_msg("%.*s: another meaning", (int)text.n, text.p);
}

static void
labelled_replies(void **state)
{
	struct reply_rules *r = load_shipped(false);
	struct score s = {0};
	char *heap;
	struct str rest = read_file(REPLY_LABELS, &heap), line;

	(void)state;
	while (str_line(&rest, &line)) {
		cJSON *o = NULL;
		struct meaning m, again, all, wrapped;
		char key[REPLY_TEXT_MAX];
		struct str text;

		assert_int_equal(json_parse(&o, line, 1 << 16), ERR_OK);
		text = member(o, "text");
		reply_rules_read(r, text, &m);
		score_one(&s, o, &m);
		/* remembered, and with every pattern tried: the same */
		reply_rules_read(r, text, &again);
		assert_true(str_eq(m.rule, again.rule));
		assert_true(str_eq(m.list, again.list));
		reply_rules_read_key(
		    r, (struct str){key, reply_key(key, text)}, true, &all);
		assert_true(str_eq(m.rule, all.rule));
		if (text.p[0] == '4' || text.p[0] == '5') {
			wrapped = read_wrapped(r, text);
			is(wrapped.rule, m.rule.p);
		}
		key_means(r, text, &m);
		cJSON_Delete(o);
	}
	free(heap);
	reply_rules_free(r);
	print_message("labelled: %u, four-way %u, class %u, false alarms %u of "
		      "%u, provider %u, list %u, blames %u\n",
	    s.n, s.four, s.cls, s.alarms, s.neither, s.provider, s.list,
	    s.blames);
	assert_int_equal(s.n, 431);
	assert_in_range(s.four * 1000 / s.n, FLOOR_FOUR, 1000);
	assert_in_range(s.cls * 1000 / s.n, FLOOR_CLASS, 1000);
	assert_in_range(s.alarms * 1000 / s.neither, 0, 10);
	assert_in_range(s.provider * 1000 / s.n, FLOOR_PROVIDER, 1000);
	assert_in_range(s.list * 1000 / s.n, FLOOR_LIST, 1000);
	assert_in_range(s.blames * 1000 / s.n, FLOOR_BLAMES, 1000);
}

static struct score
score_of(const char *path)
{
	struct reply_rules *r = load_shipped(false);
	struct score s = {0};
	char *heap;
	struct str rest = read_file(path, &heap), line;

	while (str_line(&rest, &line)) {
		cJSON *o = NULL;
		struct meaning m;

		assert_int_equal(json_parse(&o, line, 1 << 16), ERR_OK);
		reply_rules_read(r, member(o, "text"), &m);
		score_one(&s, o, &m);
		key_means(r, member(o, "text"), &m);
		cJSON_Delete(o);
	}
	free(heap);
	reply_rules_free(r);
	print_message("%s: %u, four-way %u, class %u, false alarms %u of %u\n",
	    path, s.n, s.four, s.cls, s.alarms, s.neither);
	return s;
}

/* More replies than that, and of each thousand so many read rightly. */
static void
score_holds(struct score s, unsigned least, unsigned four, unsigned cls)
{
	assert_true(s.n > least);
	assert_in_range(s.four * 1000 / s.n, four, 1000);
	assert_in_range(s.cls * 1000 / s.n, cls, 1000);
	assert_in_range(s.alarms * 1000 / s.neither, 0, 10);
}

/* Replies in the manner of many servers that are in no rule as they are. */
static void
written_replies(void **state)
{
	(void)state;
	score_holds(score_of(REPLY_WRITTEN), 1000, FLOOR_FOUR, FLOOR_CLASS);
}

/*
 * What the rules made of each set the first time they read it, which is the
 * honest figure; the sets were labelled before, each was then learnt from, and
 * labels that spoke against the collected ones were mended only afterwards:
 *
 *	set	replies	four-way	class	false alarms
 *	a	352	95.7 %		90.9 %	5 of 244
 *	b	202	95.5 %		85.1 %	2 of 141
 *	c	228	96.9 %		83.3 %	2 of 169
 *	d	174	96.0 %		86.8 %	3 of 138
 *	e	137	83.2 %		75.2 %	17 of 107 (meant to mislead)
 *	f	153	98.0 %		90.8 %	3 of 119
 *	g	156	98.1 %		84.6 %	1 of 133
 *	h	154	100.0 %		89.0 %	0 of 109
 *	i	144	93.1 %		79.9 %	0 of 101
 *	j	95	97.9 %		94.7 %	1 of 67
 *	k	77	97.4 %		85.7 %	1 of 56
 *	l	117	93.2 %		81.2 %	2 of 91 (many tongues)
 *	m	75	100.0 %		98.7 %	0 of 52
 *	n	124	94.4 %		85.5 %	2 of 78 (as providers document)
 */
static void
fresh_replies(void **state)
{
	(void)state;
	score_holds(score_of(REPLY_FRESH), 1000, FLOOR_FOUR, FLOOR_FRESH_CLASS);
}

/*
 * The same of replies that were found in bounces, logs, and in servers' own
 * sources and manuals (source "known": documented, but from memory), labelled
 * by hand before; each set was then learnt from.
 * Labels of ours that spoke against the collected ones are mended: how many,
 * and the class figure of the first reading with these, stand behind.
 *
 *	set	replies	four-way	class	false alarms	mended
 *	r1	435	97.7 %		83.0 %	6 of 357	25: 88.0 %
 *	r2	205	96.6 %		80.5 %	2 of 155	6: 83.4 %
 *	r3	126	97.6 %		80.2 %	3 of 113	2: 81.7 %
 *	r4	78	98.7 %		89.7 %	0 of 63		none
 *	r5	40	97.5 %		85.0 %	1 of 31		none
 *	r6	34	100.0 %		85.3 %	0 of 30		none
 *	r7	252	97.6 %		82.9 %	2 of 216	10: 86.1 %
 *	r8	135	96.3 %		74.1 %	3 of 114	5: 77.0 %
 *	r9	42	100.0 %		81.0 %	0 of 39		none
 *	r10	174	96.0 %		87.9 %	0 of 110	none
 *	r11	187	96.8 %		83.4 %	1 of 134	none
 *	r12	47	91.5 %		80.9 %	1 of 34		2: 83.0 %
 *	r13c	182	98.4 %		94.0 %	1 of 115	6: 97.3 %
 *	r13d	159	100.0 %		91.8 %	0 of 119	8: 96.9 %
 *
 * r10 and r11 were labelled twice, neither time with a rule or the other labels
 * in sight: 355 of 370 got the same class, 367 the same of the four. Of the 15,
 * 6 were decided by what the collected labels say of their kind; 9 that none of
 * these resembles are left out. Where both labels agreed: 96.6 %, 86.2 %, 0 of
 * 238. r12 is what was left of 166 that were looked for in one go: the other
 * 119 were here already. With its 2 labels mended: 95.7 % of the four.
 *
 * The sets up to r12 left out what resembled a known reply, which made them
 * harder than what a console meets, and were first read by the rules alone.
 * r13c and r13d were taken as a search found them, 251 and 245 replies, and
 * first read with the learned weights in force: of all, known or not, 93.5 %
 * (class) and 99.2 % (four) were right, 1 of 363 a false alarm. The table tells
 * of those whose exact text no set had; 13 of r13d stand in r13c, IPs and
 * addresses of people are exchanged. The 14 labels mended spoke against older
 * ones of the same wording; one of r1 was mended by a newer one.
 */
static void
real_replies(void **state)
{
	(void)state;
	score_holds(
	    score_of(REPLY_REAL), 800, FLOOR_REAL_FOUR, FLOOR_REAL_CLASS);
}

static void
hostile_text(void **state)
{
	static char text[100000];
	struct reply_rules *r = load_shipped(false);
	struct meaning m;
	uint32_t seed = 11;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		size_t n = round < 250 ? round * 9 : sizeof text;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525U + 1013904223U;
			text[i] = (char)(seed >> 24);
		}
		if (n > 4 && round % 2 == 0)
			memcpy(text, "550 ", 4);
		reply_rules_read(r, (struct str){text, n}, &m);
		assert_true(m.cls < CLASS_N);
	}
	/* what patterns go through most slowly */
	for (unsigned k = 0; k < 3; k++) {
		static const char *const bait[] = {
		    "550 too many ", "user unknown recipient ", "domain "};
		size_t len = strlen(bait[k]);

		for (size_t i = 0; i < sizeof text; i++)
			text[i] = bait[k][i % len];
		reply_rules_read(r, (struct str){text, sizeof text}, &m);
		assert_true(m.cls < CLASS_N);
	}
	/* what stands behind 4 KB is not read */
	memset(text, 'x', sizeof text);
	memcpy(text + 5000, "zen.spamhaus.org blocked", 24);
	reply_rules_read(r, (struct str){text, sizeof text}, &m);
	assert_int_equal(m.cls, CLASS_UNKNOWN);
	reply_rules_free(r);
}

static void
reader(void **state)
{
	struct reply_rules *r = load_shipped(false);
	struct reply_reader reads = reply_rules_reader(r);
	struct meaning m;

	(void)state;
	reads.read(reads.ctx,
	    STR_LIT("554 5.7.1 Service unavailable; Client host [192.0.2.1] "
		    "blocked using bl.spamcop.net"),
	    &m);
	assert_int_equal(m.cls, CLASS_IP_BLOCKLIST);
	assert_int_equal(m.blames, BLAMES_IP);
	assert_int_equal(m.scope, SCOPE_IP);
	is(m.list, "spamcop");
	reply_rules_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conditions),
	    cmocka_unit_test(labelled_replies),
	    cmocka_unit_test(written_replies),
	    cmocka_unit_test(fresh_replies),
	    cmocka_unit_test(real_replies),
	    cmocka_unit_test(hostile_text),
	    cmocka_unit_test(reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
