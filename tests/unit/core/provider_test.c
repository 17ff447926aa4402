/* provider_test.c - patterns, suffixes, and the catalogue's own schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/provider.h"

#include "core/json.h"

#include <stdio.h>
#include <stdlib.h>

static const char small[] =
    "{\"v\":1,\"public_suffixes\":[\"co.jp\"],\"providers\":["
    "{\"id\":\"g\",\"name\":\"G mail\",\"domains\":[\"g.com\"],"
    "\"mx_patterns\":[\"*.google.com\"]},"
    "{\"id\":\"x\",\"name\":\"X\",\"mx_patterns\":[\"mx*.gmx.net\","
    "\"a*b.x.net\",\"mx.exact.org\",\"*.deep.google.com\"]}]}";

static struct provider_catalogue *
load(struct str json)
{
	struct provider_catalogue *c = NULL;
	char why[200] = "";

	if (provider_load(&c, json, why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return c;
}

static void
is_mx(const struct provider_catalogue *c, const char *mx, const char *want)
{
	struct str got = provider_of_mx(c, str_of(mx));

	if (!str_eq(got, str_of(want)))
		fail_msg("%s is %.*s, not %s", mx, (int)got.n, got.p, want);
}

static void
patterns(void **state)
{
	struct provider_catalogue *c = load(str_of(small));

	(void)state;
	is_mx(c, "aspmx.l.google.com", "g");
	is_mx(c, "ASPMX.L.Google.COM.", "g");
	is_mx(c, "google.com", "google.com");
	is_mx(c, "notgoogle.com", "notgoogle.com");
	is_mx(c, "mx.deep.google.com", "x");
	is_mx(c, "mx00.gmx.net", "x");
	is_mx(c, "mx.gmx.net", "x");
	is_mx(c, "a.mx00.gmx.net", "gmx.net");
	is_mx(c, "m.gmx.net", "gmx.net");
	is_mx(c, "ab.x.net", "x");
	is_mx(c, "a1b.x.net", "x");
	is_mx(c, "a.x.net", "x.net");
	is_mx(c, "mx.exact.org", "x");
	is_mx(c, "a.mx.exact.org", "exact.org");
	is_mx(c, "mx1.mail.example.co.jp", "example.co.jp");
	is_mx(c, "example.co.jp", "example.co.jp");
	is_mx(c, "co.jp", "co.jp");
	is_mx(c, "mx.example.ne.jp", "ne.jp");
	is_mx(c, "192.0.2.1", "192.0.2.1");
	is_mx(c, "2001:db8::1", "2001:db8::1");
	is_mx(c, "localhost", "localhost");
	is_mx(c, "", "");
	is_mx(c, ".", "");
	is_mx(NULL, "mx.example.org", "example.org");
	provider_free(c);
}

static void
domains(void **state)
{
	struct provider_catalogue *c = load(str_of(small));

	(void)state;
	assert_true(
	    str_eq(provider_of_domain(c, STR_LIT("G.com")), STR_LIT("g")));
	assert_int_equal(provider_of_domain(c, STR_LIT("a.g.com")).n, 0);
	assert_int_equal(provider_of_domain(c, STR_LIT("mx.exact.org")).n, 0);
	assert_int_equal(provider_of_domain(NULL, STR_LIT("g.com")).n, 0);
	provider_free(c);
}

static void
bad_documents(void **state)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
	    {"", "line 1: not JSON"},
	    {"\n{\"providers\":[", "line 2: not JSON"},
	    {"[]", "no list named \"providers\""},
	    {"{\"providers\":[{}]}", "a provider has no id"},
	    {"{\"providers\":[{\"id\":\"a\"}]}", "provider \"a\" has no name"},
	    {"{\"providers\":[{\"id\":\"a\",\"name\":\"A\"},"
	     "{\"id\":\"a\",\"name\":\"A\"}]}",
		"provider \"a\" is there twice"},
	    {"{\"providers\":[{\"id\":\"a\",\"name\":\"A\","
	     "\"domains\":\"x\"}]}",
		"\"domains\" is not a list"},
	    {"{\"providers\":[{\"id\":\"a\",\"name\":\"A\","
	     "\"mx_patterns\":[1]}]}",
		"\"mx_patterns\" holds something that is not text"},
	    {"{\"providers\":[{\"id\":\"a\",\"name\":\"A\","
	     "\"mx_patterns\":[\"a.*.b\"]}]}",
		"\"a.*.b\" is not a domain name or a pattern"},
	    {"{\"providers\":[{\"id\":\"a\",\"name\":\"A\","
	     "\"domains\":[\"*.b\"]}]}",
		"\"*.b\" is not a domain name or a pattern"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct provider_catalogue *c = NULL;
		char why[200] = "";
		err_t err =
		    provider_load(&c, str_of(cases[i].json), why, sizeof why);

		assert_int_equal(err, ERR_PARSE);
		assert_null(c);
		assert_string_equal(why, cases[i].why);
	}
}

static struct str
read_file(const char *path, char *buf, size_t cap)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("%s cannot be opened", path);
	n = fread(buf, 1, cap, f);
	(void)fclose(f);
	return (struct str){buf, n};
}

/* Every row has what the console needs, and no name belongs to two. */
static void
the_catalogue(void **state)
{
	enum { CAP = 1 << 20 };
	char *text = malloc(CAP);
	struct str json = read_file("catalogues/providers.json", text, CAP);
	struct provider_catalogue *c = load(json);
	const cJSON *p, *d;
	cJSON *doc = NULL;
	int n = 0;

	(void)state;
	assert_int_equal(json_parse(&doc, json, CAP), ERR_OK);
	assert_int_equal(cJSON_GetObjectItem(doc, "v")->valueint, 1);
	cJSON_ArrayForEach(p, cJSON_GetObjectItem(doc, "providers"))
	{
		struct str id =
		    str_of(cJSON_GetObjectItem(p, "id")->valuestring);

		n++;
		assert_true(
		    strlen(cJSON_GetObjectItem(p, "name")->valuestring) <= 40);
		assert_int_equal(
		    strlen(cJSON_GetObjectItem(p, "country")->valuestring), 2);
		assert_true(cJSON_IsObject(cJSON_GetObjectItem(p, "limits")));
		assert_true(cJSON_GetArraySize(
				cJSON_GetObjectItem(p, "mx_patterns")) > 0);
		cJSON_ArrayForEach(d, cJSON_GetObjectItem(p, "domains"))
		{
			assert_true(str_eq(
			    provider_of_domain(c, str_of(d->valuestring)), id));
		}
		cJSON_ArrayForEach(d, cJSON_GetObjectItem(p, "mx_patterns"))
		{
			char mx[300];
			const char *star = strchr(d->valuestring, '*');
			int head = star == NULL ? (int)strlen(d->valuestring)
						: (int)(star - d->valuestring);

			(void)snprintf(mx, sizeof mx, "%.*s%s", head,
			    d->valuestring, star == NULL ? "" : "17");
			if (star != NULL)
				(void)snprintf(mx + strlen(mx),
				    sizeof mx - strlen(mx), "%s", star + 1);
			assert_true(str_eq(provider_of_mx(c, str_of(mx)), id));
		}
	}
	assert_true(n >= 45);
	is_mx(c, "gmail-smtp-in.l.google.com", "google");
	is_mx(c, "example-co-jp.mail.protection.outlook.com", "microsoft-365");
	is_mx(
	    c, "outlook-com.olc.protection.outlook.com", "microsoft-consumer");
	is_mx(c, "mx.foo.example.or.jp", "example.or.jp");
	cJSON_Delete(doc);
	provider_free(c);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(patterns),
	    cmocka_unit_test(domains),
	    cmocka_unit_test(bad_documents),
	    cmocka_unit_test(the_catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
