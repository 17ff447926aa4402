/* act_domains_test.c - which domains an act on a provider means. */
#include "core/act_domains.h"

#include "model_help.h"

static void
seen(struct model *m, const char *to, const char *relay)
{
	static unsigned n;
	struct log_rec recs[2];
	char qid[16];

	(void)snprintf(qid, sizeof qid, "Q%u", n++);
	recs[0] = make_queued(NOW, qid, "a@x.example");
	recs[1] = make_delivery(
	    NOW, qid, "postfix/out1", to, relay, LS_SENT, "250 ok");
	feed(m, 0, recs, 2);
}

static void
are(const struct model *m, const char *provider, const char *domain,
    const char *want, size_t want_left, err_t want_err)
{
	struct act_subject of = {.on = ACT_ON_PROVIDER};
	size_t n = 99, left = 99, lines = 0;
	struct buf b;

	str_copy(of.provider, sizeof of.provider, str_of(provider));
	str_copy(of.domain, sizeof of.domain, str_of(domain));
	buf_init(&b, 1 << 20);
	assert_int_equal(act_domains(&b, &n, &left, m, &of), want_err);
	if (want_err == ERR_OK) {
		for (const char *c = want; *c != '\0'; c++)
			lines += *c == '\n';
		assert_string_equal(b.n > 0 ? buf_cstr(&b) : "", want);
		assert_int_equal(n, lines);
		assert_int_equal(left, want_left);
	}
	buf_done(&b);
}

static void
test_provider(void **state)
{
	struct model *m = make_model(100);

	(void)state;
	discover(m, 0);
	seen(m, "u@b.example", "mx1.big.example");
	seen(m, "v@B.Example", "mx1.big.example");
	seen(m, "u@a.example", "mx2.big.example");
	seen(m, "u@other.example", "mx.other.example");
	seen(m, "u@$(id).example", "mx1.big.example");
	seen(m, "u@-x.example", "mx1.big.example");
	are(m, "big.example", "", "a.example\nb.example\n", 2, ERR_OK);
	are(m, "BIG.example", "", "a.example\nb.example\n", 2, ERR_OK);
	are(m, "nobody.example", "", "", 0, ERR_OK);
	/* It moved: the last provider seen counts. */
	seen(m, "u@a.example", "mx.other.example");
	are(m, "big.example", "", "b.example\n", 2, ERR_OK);
	model_free(m);
}

static void
test_domain(void **state)
{
	struct model *m = make_model(100);

	(void)state;
	are(m, "", "New.Example", "new.example\n", 0, ERR_OK);
	are(m, "", "[192.0.2.1]", "", 0, ERR_PARSE);
	are(m, "", "a b", "", 0, ERR_PARSE);
	are(m, "", "-x.example", "", 0, ERR_PARSE);
	are(m, "", "a\nb", "", 0, ERR_PARSE);
	model_free(m);
}

static void
test_bound(void **state)
{
	struct model *m = make_model(16384);
	char to[64];

	(void)state;
	discover(m, 0);
	for (unsigned i = 0; i < ACT_DOMAINS; i++) {
		(void)snprintf(to, sizeof to, "u@d%u.example", i);
		seen(m, to, "mx.big.example");
	}
	{
		struct act_subject of = {.on = ACT_ON_PROVIDER};
		size_t n = 0, left = 0;
		struct buf b;

		buf_init(&b, 1 << 20);
		str_copy(
		    of.provider, sizeof of.provider, STR_LIT("big.example"));
		assert_int_equal(act_domains(&b, &n, &left, m, &of), ERR_OK);
		assert_int_equal(n, ACT_DOMAINS);
		buf_done(&b);
	}
	seen(m, "u@more.example", "mx.big.example");
	are(m, "big.example", "", "", 0, ERR_LIMIT);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_provider),
	    cmocka_unit_test(test_domain),
	    cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
