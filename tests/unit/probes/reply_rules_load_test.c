/* reply_rules_load_test.c - documents that are refused, with the rule's name in
 * the sentence, and the shipped one that proves itself. */
#include "core/json.h"
#include "tests/unit/probes/reply_help.h"

#define HEAD "{\"lists\":[],\"providers\":[],\"rules\":["

static void
refuses(const char *json, bool prove, err_t want, const char *word)
{
	struct reply_rules *r = NULL;
	char why[512] = "";

	assert_int_equal(
	    reply_rules_load(&r, str_of(json), prove, why, sizeof why), want);
	assert_null(r);
	if (strstr(why, word) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", word, why);
}

static void
shipped_proves_itself(void **state)
{
	(void)state;
	reply_rules_free(load_shipped(true));
}

static bool
has_id(const cJSON *items, const char *id)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, items)
	{
		const char *is = cJSON_GetStringValue(
		    cJSON_GetObjectItemCaseSensitive(item, "id"));

		if (is != NULL && strcmp(is, id) == 0)
			return true;
	}
	return false;
}

/* Every list that a reply can name is one of the catalogue's. */
static void
lists_are_known(void **state)
{
	char *a, *b;
	cJSON *rules = NULL, *lists = NULL;
	const cJSON *item, *known;
	const char *const in[] = {"lists", "rules"};
	const char *const member[] = {"id", "list"};

	(void)state;
	assert_int_equal(
	    json_parse(&rules, read_file(REPLY_RULES, &a), 1 << 20), ERR_OK);
	assert_int_equal(
	    json_parse(&lists, read_file(REPLY_LISTS, &b), 1 << 20), ERR_OK);
	known = cJSON_GetObjectItem(lists, "lists");
	for (int i = 0; i < 2; i++) {
		cJSON_ArrayForEach(item, cJSON_GetObjectItem(rules, in[i]))
		{
			const char *id = cJSON_GetStringValue(
			    cJSON_GetObjectItem(item, member[i]));

			if (id == NULL || strcmp(id, "named") == 0)
				continue;
			if (!has_id(known, id))
				fail_msg("no list \"%s\"", id);
		}
	}
	cJSON_Delete(rules);
	cJSON_Delete(lists);
	free(a);
	free(b);
}

static void
bad_documents(void **state)
{
	(void)state;
	refuses("", false, ERR_PARSE, "JSON");
	refuses("[]", false, ERR_PARSE, "lists");
	refuses("{\"lists\":[],\"providers\":[]}", false, ERR_PARSE, "rules");
	refuses("{\"lists\":[{}],\"providers\":[],\"rules\":[]}", false,
	    ERR_PARSE, "lists");
	refuses(HEAD "{}]}", false, ERR_PARSE, "number 1");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"class\":\"auth\"}]}", false,
	    ERR_PARSE, "samples");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"]}]}", false,
	    ERR_PARSE, "class");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"blames\":\"me\"}]}",
	    false, ERR_PARSE, "blames");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"scope\":\"me\"}]}",
	    false, ERR_PARSE, "scope");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"named\":\"me\"}]}",
	    false, ERR_PARSE, "named");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"re\":\"(\"}]}",
	    false, ERR_PARSE, "pattern");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"words\":[\"\"]}]}",
	    false, ERR_PARSE, "\"a\"");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"words\":[[\"x\"],[1]]}]}",
	    false, ERR_PARSE, "\"a\"");
	refuses(HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		     "\"auth\",\"words\":[\"x\",\"\xe6\x8e\xa5\"]}]}",
	    false, ERR_PARSE, "pattern");
}

static void
samples_are_held_against_the_rules(void **state)
{
	static const char wrong[] =
	    HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"y\"],\"class\":"
		 "\"auth\",\"words\":[\"x\"]}]}";
	static const char must_not[] =
	    HEAD "{\"id\":\"a\",\"weight\":1,\"samples\":[\"x\"],\"class\":"
		 "\"auth\",\"words\":[\"x\"],\"not\":[\"ax\"]}]}";
	struct reply_rules *r = NULL;
	char why[512] = "";

	(void)state;
	refuses(wrong, true, ERR_PARSE, "unknown");
	refuses(must_not, true, ERR_PARSE, "ax");
	assert_int_equal(
	    reply_rules_load(&r, str_of(wrong), false, why, sizeof why),
	    ERR_OK);
	reply_rules_free(r);
	reply_rules_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shipped_proves_itself),
	    cmocka_unit_test(lists_are_known),
	    cmocka_unit_test(bad_documents),
	    cmocka_unit_test(samples_are_held_against_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
