/* reply_rules_load_test.c - documents that are refused, with the rule's name in
 * the sentence, and the shipped one that proves itself. */
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
	    cmocka_unit_test(bad_documents),
	    cmocka_unit_test(samples_are_held_against_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
