/* blocklist_test.c - what lists, zones and codes the catalogue finds, and the
 * schema of the catalogue that is delivered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/blocklist.h"

#include "core/dname.h"
#include "core/provider.h"

#include <stdio.h>
#include <stdlib.h>

static const char small[] =
    "{\"v\":1,\"lists\":["
    "{\"id\":\"z\",\"name\":\"Z\",\"kind\":\"ip\",\"impact\":\"high\","
    "\"zone\":\"z.example\",\"zone_key\":\"<key>.z.dq.example\","
    "\"other_zones\":[\"old.z.example\"],"
    "\"codes\":{\"127.0.0.2\":\"two\",\"127.0.1.5-127.0.1.9\":\"range\","
    "\"127.0.0.*&8\":\"eight\",\"127.0.0.*&64\":\"sixty-four\",\"127.0.2.3\":"
    "\"three\",\"127.0.3.*&2\":\"bit\",\"127.0.3.0-127.0.4.255\":\"wide\"},"
    "\"errors\":{\"127.0.0.1\":\"blocked\",\"127.0.0.72\":\"odd\"},"
    "\"good\":{\"127.0.1.7\":\"white\",\"127.0.2.*&1\":\"odd\"}},"
    "{\"id\":\"d\",\"name\":\"D\",\"kind\":\"domain\",\"impact\":\"low\","
    "\"zone\":\"\",\"zone_key\":\"<key>.d.example\"},"
    "{\"id\":\"p\",\"name\":\"P\",\"kind\":\"private\",\"impact\":\"low\"},"
    "{\"id\":\"c\",\"name\":\"C\",\"kind\":\"ip\",\"impact\":\"medium\","
    "\"closed\":true,\"other_zones\":[\"gone.example\"]},"
    "{\"id\":\"n\",\"name\":\"N\",\"kind\":\"ip\",\"impact\":\"medium\","
    "\"zone\":\"n.example\"},"
    "{\"id\":\"private-own\",\"name\":\"O\",\"kind\":\"private\","
    "\"impact\":\"low\"},"
    "{\"id\":\"private-named\",\"name\":\"N\",\"kind\":\"private\","
    "\"impact\":\"low\",\"provider\":\"other\"},"
    "{\"id\":\"private-dns\",\"name\":\"N\",\"kind\":\"ip\","
    "\"impact\":\"low\",\"zone\":\"pn.example\"}]}";

static struct blocklists *
load(struct str json)
{
	struct blocklists *c = NULL;
	char why[300] = "";

	if (blocklists_load(&c, json, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return c;
}

static void
finds(void **state)
{
	struct blocklists *c = load(str_of(small));
	static const struct {
		const char *zone;
		uint16_t list;
	} zones[] = {{"z.example", 0}, {"Z.Example.", 0}, {"old.z.example", 0},
	    {"z.dq.example", 0}, {"abc.z.dq.example", 0},
	    {"2.0.0.127.z.example", 0}, {"d.example", 1}, {"gone.example", 3},
	    {"n.example", 4}, {"xn.example", LIST_NONE}, {"example", LIST_NONE},
	    {"", LIST_NONE}, {".", LIST_NONE}};

	(void)state;
	assert_int_equal(blocklists_count(c), 8);
	assert_int_equal(blocklists_find(c, STR_LIT("d")), 1);
	assert_int_equal(blocklists_find(c, STR_LIT("D")), LIST_NONE);
	assert_int_equal(blocklists_find(c, STR_LIT("")), LIST_NONE);
	for (uint16_t i = 0; i < blocklists_count(c); i++)
		assert_int_equal(
		    blocklists_find(c, blocklists_at(c, i)->id), i);
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (blocklists_by_zone(c, str_of(zones[i].zone)) !=
		    zones[i].list)
			fail_msg("%s", zones[i].zone);
	assert_int_equal(blocklists_private(c, STR_LIT("own")), 5);
	assert_int_equal(blocklists_private(c, STR_LIT("other")), 6);
	assert_int_equal(blocklists_private(c, STR_LIT("named")), LIST_NONE);
	assert_int_equal(blocklists_private(c, STR_LIT("dns")), LIST_NONE);
	assert_int_equal(blocklists_private(c, STR_LIT("")), LIST_NONE);
	assert_int_equal(blocklists_private(NULL, STR_LIT("own")), LIST_NONE);
	assert_int_equal(blocklists_count(NULL), 0);
	assert_int_equal(
	    blocklists_by_zone(NULL, STR_LIT("z.example")), LIST_NONE);
	assert_int_equal(blocklists_find(NULL, STR_LIT("z")), LIST_NONE);
	blocklists_free(c);
	blocklists_free(NULL);
}

static void
codes(void **state)
{
	struct blocklists *c = load(str_of(small));
	static const struct {
		uint16_t list;
		uint32_t code;
		enum verdict verdict;
		const char *meaning;
	} cases[] = {
	    {0, 0x7f000002, VERDICT_LISTED, "two"},
	    {0, 0x7f000001, VERDICT_REFUSED, "blocked"},
	    {0, 0x7f000105, VERDICT_LISTED, "range"},
	    {0, 0x7f000109, VERDICT_LISTED, "range"},
	    {0, 0x7f00010a, VERDICT_LISTED, ""},
	    {0, 0x7f000107, VERDICT_CLEAN, "white"},
	    {0, 0x7f000008, VERDICT_LISTED, "eight"},
	    {0, 0x7f000048, VERDICT_REFUSED, "odd"},
	    {0, 0x7f000049, VERDICT_LISTED, "eight"},
	    /* a good word goes before a listing, a range before a bit */
	    {0, 0x7f000203, VERDICT_CLEAN, "odd"},
	    {0, 0x7f000302, VERDICT_LISTED, "wide"},
	    {0, 0x7ffffffe, VERDICT_REFUSED, ""},
	    {0, 0x92703d6c, VERDICT_UNKNOWN, ""},
	    {4, 0x7f000002, VERDICT_LISTED, ""},
	    {4, 0x7f000001, VERDICT_UNKNOWN, ""},
	    {4, 0x7fffff00, VERDICT_REFUSED, ""},
	    {4, 0x7ffffeff, VERDICT_LISTED, ""},
	    {4, 0, VERDICT_UNKNOWN, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct blocklist *l = blocklists_at(c, cases[i].list);
		bool error = false;
		struct str got = blocklist_code(l, cases[i].code, &error);

		if (blocklist_verdict(l, cases[i].code) != cases[i].verdict ||
		    error != (cases[i].verdict == VERDICT_REFUSED) ||
		    !str_eq(got, str_of(cases[i].meaning)))
			fail_msg("%08x: %.*s, %d", cases[i].code, (int)got.n,
			    got.p, error);
	}
	blocklists_free(c);
}

static void
masks(void **state)
{
	struct blocklists *c = load(str_of(small));
	const struct blocklist *l = blocklists_at(c, 0);
	unsigned fit = 0;

	(void)state;
	for (uint16_t i = 0; i < l->n_codes; i++)
		fit += list_code_fits(&l->codes[i], 0x7f000049);
	assert_int_equal(fit, 2);
	blocklists_free(c);
}

static void
askable(void **state)
{
	struct blocklists *c = load(str_of(small));
	struct blocklist gone = *blocklists_at(c, 0);

	(void)state;
	assert_true(blocklist_askable(blocklists_at(c, 0), false));
	assert_false(blocklist_askable(blocklists_at(c, 1), false));
	assert_true(blocklist_askable(blocklists_at(c, 1), true));
	assert_false(blocklist_askable(blocklists_at(c, 2), true));
	assert_false(blocklist_askable(blocklists_at(c, 3), true));
	gone.closed = true;
	assert_false(blocklist_askable(&gone, true));
	blocklists_free(c);
}

static void
words(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_WORLD), "lists-the-world");
	assert_string_equal(verdict_label(VERDICT_REFUSED), "won't answer us");
	assert_string_equal(verdict_name((enum verdict)99), "unknown");
	assert_string_equal(verdict_label((enum verdict)99), "not asked yet");
	assert_string_equal(impact_name(IMPACT_MEDIUM), "medium");
	assert_string_equal(impact_name((enum impact)99), "low");
	assert_string_equal(list_kind_name(LIST_DOMAIN), "domain");
	assert_string_equal(list_kind_name((enum list_kind)99), "private");
}

enum { CAP = 1 << 20 };

static struct str
read_file(const char *path, char *buf)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("%s cannot be opened", path);
	n = fread(buf, 1, CAP, f);
	(void)fclose(f);
	return (struct str){buf, n};
}

/* Lists nobody has a test point for: they can be asked, never believed dead. */
static bool
without_test(struct str id)
{
	static const char *const ids[] = {
	    "cymru-bogons", "dan-tor", "efnetrbl", "spamhaus-zrd"};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (str_eq(id, str_of(ids[i])))
			return true;
	return false;
}

static void
one_row(const struct blocklists *c, const struct blocklist *l)
{
	bool asked = blocklist_askable(l, true);

	if (l->name.n == 0 || l->name.n > 48)
		fail_msg("%s: its name", l->id.p);
	if (l->operator_name.n == 0 || l->why.n == 0)
		fail_msg("%s: no operator, or why its impact", l->id.p);
	if (asked && l->n_test_listed == 0 && !without_test(l->id))
		fail_msg("%s: no test point", l->id.p);
	if (l->n_test_listed > 0 && l->n_test_clean == 0)
		fail_msg("%s: nothing that must be clean", l->id.p);
	if (!asked && l->n_test_listed + l->n_test_clean > 0)
		fail_msg("%s: test points, but is not asked", l->id.p);
	if (l->watch && !asked)
		fail_msg("%s: watched, but cannot be asked", l->id.p);
	if (l->watch && l->impact == IMPACT_LOW)
		fail_msg("%s: watched for nothing", l->id.p);
	if (l->watch && l->covered_by.n > 0)
		fail_msg("%s: watched twice", l->id.p);
	if (l->kind == LIST_DOMAIN && (l->ipv4 || l->ipv6))
		fail_msg("%s: domains and addresses", l->id.p);
	if (l->why.p[l->why.n - 1] != '.' || l->why.n > 160)
		fail_msg("%s: why is no short sentence", l->id.p);
	if (l->remedy.n > 0 && l->remedy.p[l->remedy.n - 1] != '.')
		fail_msg("%s: the remedy is no sentence", l->id.p);
	if (l->closed && (l->n_other_zones == 0 || l->delist_method.n > 0))
		fail_msg("%s: closed, and yet", l->id.p);
	if (l->zone.n == 0 && l->zone_key.n > 0 && l->remedy.n == 0)
		fail_msg("%s: needs a key and does not say whose", l->id.p);
	if (!l->closed && l->delist_method.n == 0)
		fail_msg("%s: no way off it", l->id.p);
	if (blocklists_by_zone(c, l->zone) !=
	    (l->zone.n == 0 ? LIST_NONE : blocklists_find(c, l->id)))
		fail_msg("%s: its zone", l->id.p);
}

static void
row_codes(const struct blocklist *l)
{
	for (uint16_t i = 0; i < l->n_codes; i++) {
		const struct list_code *a = &l->codes[i];

		if (a->from >> 24 != 127 || a->to >> 24 != 127 ||
		    a->meaning.n > 80)
			fail_msg("%s: code %08x", l->id.p, a->from);
		for (uint16_t k = 0; k < i; k++)
			if (l->codes[k].from == a->from &&
			    l->codes[k].to == a->to &&
			    l->codes[k].mask == a->mask)
				fail_msg("%s: %08x twice", l->id.p, a->from);
	}
}

/* Every row has what the console, the prober and the operator need. */
static void
the_catalogue(void **state)
{
	char *text = malloc(CAP);
	struct blocklists *c = load(read_file("catalogues/dnsbl.json", text));
	unsigned watched = 0, closed = 0, private_lists = 0;

	(void)state;
	for (uint16_t i = 0; i < blocklists_count(c); i++) {
		const struct blocklist *l = blocklists_at(c, i);

		one_row(c, l);
		row_codes(l);
		watched += l->watch;
		closed += l->closed;
		private_lists += l->kind == LIST_PRIVATE;
	}
	assert_true(blocklists_count(c) >= 142);
	assert_true(watched >= 19);
	assert_true(closed >= 29);
	assert_true(private_lists >= 35);
	blocklists_free(c);
	free(text);
}

/* What replies call a list leads to it. */
static void
names_in_replies(void **state)
{
	static const struct {
		const char *zone, *id;
	} cases[] = {
	    {"zen.spamhaus.org", "spamhaus-zen"},
	    {"k3y.zen.dq.spamhaus.net", "spamhaus-zen"},
	    {"cbl.abuseat.org", "spamhaus-xbl"},
	    {"bb.barracudacentral.org", "barracuda"},
	    {"bl.spamcop.net", "spamcop"},
	    {"combined.mail.abusix.zone", "abusix-mail"},
	    {"dnsbl.sorbs.net", "sorbs"},
	    {"multi.surbl.org", "surbl"},
	    {"8.2.0.192.b.barracudacentral.org", "barracuda"},
	};
	char *text = malloc(CAP);
	struct blocklists *c = load(read_file("catalogues/dnsbl.json", text));
	const struct blocklist *surbl;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (blocklists_by_zone(c, str_of(cases[i].zone)) !=
		    blocklists_find(c, str_of(cases[i].id)))
			fail_msg("%s", cases[i].zone);
	surbl = blocklists_at(c, blocklists_find(c, STR_LIT("surbl")));
	assert_int_equal(blocklist_verdict(surbl, 0x7f000050), VERDICT_LISTED);
	assert_int_equal(blocklist_verdict(surbl, 0x7f000001), VERDICT_REFUSED);
	blocklists_free(c);
	free(text);
}

/* Providers of the other catalogue lead to their own lists. */
static void
lists_of_providers(void **state)
{
	static const struct {
		const char *mx, *provider, *id;
	} cases[] = {
	    {"hotmail-com.olc.protection.outlook.com", "microsoft-consumer",
		"private-microsoft-consumer"},
	    {"example-com.mail.protection.outlook.com", "microsoft-365",
		"private-microsoft-o365"},
	    {"mta5.am0.yahoodns.net", "yahoo", "private-yahoo"},
	    {"mfsmax.docomo.ne.jp", "docomo", "private-docomo"},
	};
	char *text = malloc(CAP);
	struct blocklists *c = load(read_file("catalogues/dnsbl.json", text));
	struct provider_catalogue *providers = NULL;
	char why[200];

	(void)state;
	assert_int_equal(
	    provider_load(&providers,
		read_file("catalogues/providers.json", text), why, sizeof why),
	    ERR_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str provider = str_of(cases[i].provider);

		assert_true(str_eq(
		    provider_of_mx(providers, str_of(cases[i].mx)), provider));
		assert_int_equal(blocklists_private(c, provider),
		    blocklists_find(c, str_of(cases[i].id)));
	}
	provider_free(providers);
	blocklists_free(c);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds),
	    cmocka_unit_test(codes),
	    cmocka_unit_test(masks),
	    cmocka_unit_test(askable),
	    cmocka_unit_test(words),
	    cmocka_unit_test(the_catalogue),
	    cmocka_unit_test(names_in_replies),
	    cmocka_unit_test(lists_of_providers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
