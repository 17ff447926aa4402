/* subjects_test.c - what lists are asked about. */
#include "app/subjects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
note(void *ctx, struct str address)
{
	char *out = ctx;

	(void)snprintf(out + strlen(out), 4096 - strlen(out), "%.*s ",
	    (int)address.n, address.p);
}

static void
blocks_are_taken_apart(void **state)
{
	char out[4096] = "";
	size_t n = 0;

	(void)state;
	assert_int_equal(
	    subjects_block(STR_LIT("192.0.2.7"), note, out, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(
	    subjects_block(STR_LIT("192.0.2.9/30"), note, out, &n), ERR_OK);
	assert_int_equal(n, 4);
	assert_int_equal(
	    subjects_block(STR_LIT("2001:db8::ff/127"), note, out, &n), ERR_OK);
	assert_string_equal(out,
	    "192.0.2.7 192.0.2.8 192.0.2.9 192.0.2.10 192.0.2.11 "
	    "2001:db8::fe 2001:db8::ff ");
	assert_int_equal(
	    subjects_block(STR_LIT("192.0.2.0/24"), NULL, NULL, &n), ERR_OK);
	assert_int_equal(n, 256);
	assert_int_equal(
	    subjects_block(STR_LIT("192.0.2.0/23"), NULL, NULL, &n), ERR_LIMIT);
	assert_int_equal(
	    subjects_block(STR_LIT("2001:db8::/64"), NULL, NULL, &n),
	    ERR_LIMIT);
}

static void
what_is_no_block_is_refused(void **state)
{
	static const char *const wrong[] = {"", "/24", "192.0.2", "192.0.2.1/",
	    "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/2x", "mta1",
	    "2001:db8::/129", "192.0.2.1 ",
	    "111111111111111111111111111111111111111111111111111111111111111"};
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (subjects_block(str_of(wrong[i]), NULL, NULL, &n) !=
		    ERR_PARSE)
			fail_msg("taken: %s", wrong[i]);
}

static void
domain_names_are_told_from_other_text(void **state)
{
	static const char *const right[] = {"example.com", "a.b", "x-1.y2.jp",
	    "xn--eckwd4c7c.xn--zckzah", "_dmarc.example.com"};
	static const char *const wrong[] = {"", "localhost", ".com", "a..b",
	    "-a.b", "a-.b", "a.b-", "192.0.2.1", "a b.c", "a.b.", "a@b.c",
	    "a;b.c", "caf\xc3\xa9.fr"};

	(void)state;
	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		if (!subjects_is_domain(str_of(right[i])))
			fail_msg("refused: %s", right[i]);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (subjects_is_domain(str_of(wrong[i])))
			fail_msg("taken: %s", wrong[i]);
}

static void
reserved_names_are_known_by_their_end(void **state)
{
	(void)state;
	assert_true(subjects_is_reserved(STR_LIT("shop.example")));
	assert_true(subjects_is_reserved(STR_LIT("EXAMPLE.com")));
	assert_true(subjects_is_reserved(STR_LIT("mail.example.com")));
	assert_true(subjects_is_reserved(STR_LIT("mta1.local")));
	assert_false(subjects_is_reserved(STR_LIT("myexample.com")));
	assert_false(subjects_is_reserved(STR_LIT("contest")));
	assert_false(subjects_is_reserved(STR_LIT("mta1.hennge.com")));
}

static bool
holds(const struct subjects *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->names[i], str_of(name)))
			return true;
	return false;
}

/* A host with two egress IPs and mail from two domains. */
static struct model *
small_model(struct discovery *d)
{
	static const char *const names[] = {"mta1"};
	struct model_opts mo = {.host_names = names, .n_hosts = 1};
	struct model *m = model_new(&mo);
	struct event ev = {.kind = EVT_DISCOVERY, .at_ms = 1000000};
	struct log_rec recs[2] = {0};

	assert_non_null(m);
	*d = (struct discovery){.privilege = PRIV_ROOT, .n_handles = 2};
	str_copy(d->hostname, sizeof d->hostname, STR_LIT("MTA1.ours.jp"));
	for (int i = 0; i < 2; i++) {
		struct handle *h = &d->handles[i];

		(void)snprintf(h->name, sizeof h->name, "out%d", i);
		(void)snprintf(h->tag, sizeof h->tag, "postfix/out%d", i);
		(void)snprintf(h->ip, sizeof h->ip, "198.51.100.%d", i + 1);
		h->attributable = true;
	}
	ev.u.discovery = d;
	model_update(m, &ev);
	for (int i = 0; i < 2; i++) {
		recs[i] = (struct log_rec){.at_ms = 999000,
		    .kind = i == 0 ? LOG_QUEUED : LOG_DELIVERY,
		    .status = i == 0 ? LS_NONE : LS_SENT,
		    .tag = STR_LIT("postfix/out0"),
		    .program = STR_LIT("smtp"),
		    .qid = STR_LIT("4ABC"),
		    .from = STR_LIT("news@Letters.jp"),
		    .has_from = true,
		    .to = STR_LIT("a@there.jp"),
		    .relay = STR_LIT("mx.there.jp"),
		    .text = STR_LIT("250 ok"),
		    .delay_ms = -1,
		    .size_bytes = -1,
		    .nrcpt = 1,
		    .stage_ms = {-1, -1, -1, -1}};
	}
	ev = (struct event){.kind = EVT_LOG, .at_ms = 1000000};
	ev.u.log.recs = recs;
	ev.u.log.n = 2;
	model_update(m, &ev);
	return m;
}

static void
all_that_is_ours_is_collected_once(void **state)
{
	struct list_config *c = malloc(sizeof *c);
	struct discovery *d = malloc(sizeof *d);
	struct subjects s;
	struct model *m;

	(void)state;
	assert_non_null(c);
	assert_non_null(d);
	config_lists_init(c);
	m = small_model(d);
	str_copy(c->addresses[0], sizeof c->addresses[0],
	    STR_LIT("198.51.100.0/30"));
	c->n_addresses = 1;
	str_copy(c->domains[0], sizeof c->domains[0], STR_LIT("letters.jp"));
	str_copy(c->domains[1], sizeof c->domains[1], STR_LIT("shop.example"));
	c->n_domains = 2;
	assert_int_equal(subjects_init(&s), ERR_OK);
	assert_int_equal(subjects_collect(&s, m, c), ERR_OK);
	assert_true(holds(&s, "198.51.100.1"));
	assert_true(holds(&s, "198.51.100.3"));
	assert_true(holds(&s, "mta1.ours.jp"));
	assert_true(holds(&s, "letters.jp"));
	assert_false(holds(&s, "shop.example"));
	assert_int_equal(s.n, 4 + 2);
	c->allow_private = true;
	assert_int_equal(subjects_collect(&s, m, c), ERR_OK);
	assert_true(holds(&s, "shop.example"));
	subjects_done(&s);
	model_free(m);
	free(c);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blocks_are_taken_apart),
	    cmocka_unit_test(what_is_no_block_is_refused),
	    cmocka_unit_test(domain_names_are_told_from_other_text),
	    cmocka_unit_test(reserved_names_are_known_by_their_end),
	    cmocka_unit_test(all_that_is_ours_is_collected_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
