/* reply_weights_test.c - features, weighing, documents that are refused. */
#include "reply_help.h"

#define HEAD "{\"v\":1,\"classes\":[\"throttle\",\"recipient\"],\"words\":"

static void
note(void *ctx, struct str f)
{
	assert_in_range(f.n, 1, FEATURE_MAX);
	(void)buf_str(ctx, f);
	(void)buf_puts(ctx, "|");
}

static void
features_are(const char *plain, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	reply_features(str_of(plain), &b, note);
	assert_string_equal(buf_cstr(&b), want);
	buf_done(&b);
}

static void
features(void **state)
{
	(void)state;
	features_are("550 5.7.1 relaying denied",
	    "5|.7.1|relaying|denied|relaying denied|");
	features_are("421 too many", "4|too|many|too many|");
	/* one letter is no word, a long one is cut */
	features_are("a client's misconfiguration @ x.example",
	    "client|misconfi|client misconfi|example|misconfi example|");
	features_are("", "");
	features_are("55", "");
	features_are("550", "5|");
	features_are("550 5.7", "5|");
	features_are("550 5.7.1", "5|.7.1|");
	/* a code without end is none */
	features_are("550 5.7.00000000000000000000000000 no", "5|no|");
}

static struct reply_weights *
made_of(const char *json)
{
	struct reply_weights *w = NULL;
	char why[256] = "";

	if (reply_weights_load(&w, str_of(json), why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return w;
}

static void
weighing(void **state)
{
	struct reply_weights *w =
	    made_of(HEAD "{\"slow\":\"YO\",\"user\":\"Oc\",\"4\":\"YE\"}}");
	int sure;

	(void)state;
	assert_int_equal(
	    reply_weigh(w, STR_LIT("450 slow down"), &sure), CLASS_THROTTLE);
	/* 2 and 1 for it, 0 and -1 for the other: 1 / (1 + e^-3) */
	assert_in_range(sure, 951, 953);
	assert_int_equal(
	    reply_weigh(w, STR_LIT("550 no user"), &sure), CLASS_RECIPIENT);
	/* said twice, counted once */
	assert_int_equal(
	    reply_weigh(w, STR_LIT("450 slow slow slow user"), &sure),
	    CLASS_THROTTLE);
	assert_in_range(sure, 730, 732);
	assert_int_equal(
	    reply_weigh(w, STR_LIT("nothing known"), &sure), CLASS_UNKNOWN);
	assert_int_equal(sure, 0);
	assert_int_equal(reply_weigh(w, STR_LIT(""), &sure), CLASS_UNKNOWN);
	reply_weights_free(w);
}

static void
refused(const char *json, const char *says)
{
	struct reply_weights *w = NULL;
	char why[256] = "";

	assert_int_not_equal(
	    reply_weights_load(&w, str_of(json), why, sizeof why), ERR_OK);
	assert_null(w);
	if (strstr(why, says) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", says, why);
}

static void
bad_documents(void **state)
{
	(void)state;
	refused("", "");
	refused("[]", "classes");
	refused("{\"classes\":[]}", "classes");
	refused("{\"classes\":[\"slow\"],\"words\":{}}", "slow");
	refused("{\"classes\":[7],\"words\":{}}", "class");
	refused("{\"classes\":[\"throttle\"]}", "words");
	refused(HEAD "[]}", "words");
	refused(HEAD "{\"slow\":\"O\"}}", "slow");
	refused(HEAD "{\"slow\":\"OOO\"}}", "slow");
	refused(HEAD "{\"slow\":7}}", "slow");
	refused(HEAD "{\"slow\":\"O\\u0001\"}}", "slow");
	refused(HEAD "{\"slow\":\"OO\",\"slow\":\"OO\"}}", "slow");
}

/* What no rule knows for certain is weighed, and told so; what one knows is
 * not. A listing wants to be surer than the rest. */
static void
guesses_are_weighed(void **state)
{
	static const char rules[] =
	    "{\"v\":1,\"lists\":[],\"providers\":[],\"rules\":["
	    "{\"id\":\"known\",\"class\":\"auth\",\"weight\":9,"
	    "\"words\":[\"spf\"],\"samples\":[\"550 spf\"]},"
	    "{\"id\":\"code\",\"class\":\"policy-other\",\"weight\":1,"
	    "\"guess\":true,\"code\":\"550\",\"samples\":[\"550 no\"]}]}";
	struct reply_rules *r = NULL;
	struct meaning m;
	char why[256];

	(void)state;
	assert_int_equal(
	    reply_rules_load(&r, str_of(rules), true, why, sizeof why), ERR_OK);
	reply_rules_weigh(r, made_of(HEAD "{\"user\":\"Oc\",\"slow\":\"VO\","
					  "\"down\":\"eO\"}}"));
	reply_rules_read(r, STR_LIT("550 no such user"), &m);
	assert_int_equal(m.cls, CLASS_RECIPIENT);
	assert_int_equal(m.blames, BLAMES_RECIPIENT);
	assert_int_equal(m.scope, SCOPE_RECIPIENT);
	assert_true(str_eq(m.rule, STR_LIT("weighed")));
	reply_rules_read(r, STR_LIT("550 spf of the user"), &m);
	assert_int_equal(m.cls, CLASS_AUTH);
	reply_rules_read(r, STR_LIT("550 slow"), &m);
	assert_int_equal(m.cls, CLASS_POLICY);
	assert_true(str_eq(m.rule, STR_LIT("code")));
	reply_rules_read(r, STR_LIT("550 slow down"), &m);
	assert_int_equal(m.cls, CLASS_THROTTLE);
	reply_rules_free(r);
}

/* What becomes a throttle or a listing is told from 0.8 on, what does not from
 * 0.4 on; what is less sure stays with the rule that guessed. */
static void
how_sure_is_enough(void **state)
{
	static const struct {
		const char *cls, *text, *rule;
	} rows[] = {
	    {"throttle", "550 hint", "code"},
	    {"throttle", "550 proof", "weighed"},
	    {"ip-blocklist", "550 hint", "code"},
	    {"domain-blocklist", "550 hint", "code"},
	    {"reputation-block", "550 hint", "code"},
	    {"reputation-block", "550 proof", "weighed"},
	    {"content", "550 hint", "weighed"},
	};
	static const char rule[] =
	    "{\"v\":1,\"lists\":[],\"providers\":[],\"rules\":["
	    "{\"id\":\"code\",\"class\":\"policy-other\",\"weight\":1,"
	    "\"guess\":true,\"code\":\"550\",\"samples\":[\"550 no\"]}]}";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reply_rules *r = NULL;
		struct meaning m;
		char json[256], why[256];

		/* 1 / (1 + e^-1) = 0.73, 1 / (1 + e^-2) = 0.88 */
		(void)snprintf(json, sizeof json,
		    "{\"classes\":[\"%s\",\"recipient\"],\"words\":"
		    "{\"hint\":\"YO\",\"proof\":\"cO\"}}",
		    rows[i].cls);
		assert_int_equal(
		    reply_rules_load(&r, str_of(rule), true, why, sizeof why),
		    ERR_OK);
		reply_rules_weigh(r, made_of(json));
		reply_rules_read(r, str_of(rows[i].text), &m);
		assert_true(str_eq(m.rule, str_of(rows[i].rule)));
		reply_rules_free(r);
	}
}

/* Words that stand in no rule, as `make weights` learned them. */
static void
the_shipped_ones(void **state)
{
	struct reply_weights *w = load_weights();
	int sure;

	(void)state;
	assert_int_equal(
	    reply_weigh(w, STR_LIT("550 this mailbox is unknown to us"), &sure),
	    CLASS_RECIPIENT);
	assert_true(sure > 500);
	assert_int_equal(
	    reply_weigh(w, STR_LIT("450 too many messages per hour"), &sure),
	    CLASS_THROTTLE);
	assert_true(sure > 500);
	reply_weights_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(features),
	    cmocka_unit_test(weighing),
	    cmocka_unit_test(bad_documents),
	    cmocka_unit_test(guesses_are_weighed),
	    cmocka_unit_test(how_sure_is_enough),
	    cmocka_unit_test(the_shipped_ones),
	};

	return cmocka_run_group_tests_name("reply_weights", tests, NULL, NULL);
}
