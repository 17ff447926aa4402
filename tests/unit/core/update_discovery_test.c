/* update_discovery_test.c - bind addresses to rows, tags to rows. */
#include "tests/unit/core/model_help.h"

static void
tell(struct model *m, host_id host, const struct discovery *d)
{
	struct event ev = {.kind = EVT_DISCOVERY,
	    .host = host,
	    .at_ms = NOW,
	    .u.discovery = d};

	model_update(m, &ev);
}

static void
send_one(struct model *m, const char *tag, const char *relay_ip)
{
	struct log_rec r = make_delivery(NOW, "Q1", tag, "u@one.example",
	    "mx1.example.net", LS_SENT, "250 ok");

	r.relay_ip = str_of(relay_ip);
	feed(m, 0, &r, 1);
}

static void
each_address_has_a_row(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	add_handle(d, "smtp", "postfix", "", "");
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "");
	add_handle(d, "slow1", "postfix/slow1", "192.0.2.1", "");
	tell(m, 0, d);
	tell(m, 1, d);
	assert_int_equal(m->n_egress, 4);
	assert_string_equal(m->egress[0].ip, "");
	assert_string_equal(model_egress_label(&m->egress[0]), "default");
	assert_true(m->egress[0].attributable);
	assert_string_equal(m->egress[1].ip, "192.0.2.1");
	assert_string_equal(m->egress[1].handles, "out1, slow1");
	assert_string_equal(m->egress[1].pool, "out");
	assert_string_equal(model_egress_label(&m->egress[1]), "192.0.2.1");
	assert_int_equal(m->egress[2].host, 1);
	assert_int_equal(m->hosts[0].found->n_handles, 3);
	assert_string_equal(m->hosts[0].found->handles[2].name, "slow1");
	assert_int_equal(m->hosts[0].found_at_ms, NOW);
	send_one(m, "postfix/slow1", "");
	send_one(m, "postfix/out1", "");
	send_one(m, "postfix", "");
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_SENT), 2);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 1);
	assert_int_equal(m->n_egress, 4);
	free(d);
	model_free(m);
}

static void
shared_tags_tell_nothing(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	/* Seen here, though discovery did not say so .. */
	add_handle(d, "out1", "postfix", "192.0.2.1", "");
	add_handle(d, "out2", "postfix", "192.0.2.2", "");
	/* .. and said by discovery. */
	add_handle(d, "out3", "postfix/out3", "192.0.2.3", "");
	d->handles[2].attributable = false;
	tell(m, 0, d);
	assert_int_equal(m->n_egress, 3);
	assert_false(m->egress[2].attributable);
	assert_string_equal(model_egress_label(&m->egress[2]), "192.0.2.3");
	send_one(m, "postfix", "");
	send_one(m, "postfix/out3", "");
	send_one(m, "", "");
	assert_int_equal(m->n_egress, 4);
	assert_true(m->egress[3].rest);
	assert_int_equal(tally_total(&m->egress[3].tally, STAT_SENT), 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    tally_total(&m->egress[i].tally, STAT_SENT), 0);
	free(d);
	model_free(m);
}

/* A part of what an address sends is no figure of it. */
static void
a_row_is_told_by_all_its_handles(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	add_handle(d, "smtp", "postfix", "", "");
	add_handle(d, "relay", "postfix/relay", "", "");
	add_handle(d, "out1", "postfix", "192.0.2.1", "");
	add_handle(d, "out2", "postfix/out2", "192.0.2.2", "");
	d->handles[0].attributable = d->handles[2].attributable = false;
	tell(m, 0, d);
	assert_false(m->egress[0].attributable);
	assert_false(m->egress[1].attributable);
	assert_true(m->egress[2].attributable);
	send_one(m, "postfix", "");
	send_one(m, "postfix/relay", "");
	send_one(m, "postfix/out2", "");
	assert_int_equal(m->n_egress, 4);
	assert_true(m->egress[3].rest);
	assert_int_equal(tally_total(&m->egress[3].tally, STAT_SENT), 2);
	assert_int_equal(tally_total(&m->egress[2].tally, STAT_SENT), 1);
	/* Once each has a name of its own, all of it is told. */
	d->handles[0].attributable = d->handles[2].attributable = true;
	str_copy(d->handles[2].tag, sizeof d->handles[2].tag,
	    STR_LIT("postfix/out1"));
	tell(m, 0, d);
	assert_true(m->egress[0].attributable);
	send_one(m, "postfix/relay", "");
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 1);
	free(d);
	model_free(m);
}

static void
shared_tags_of_one_address_are_told(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	add_handle(d, "smtp", "postfix", "192.0.2.1", "");
	add_handle(d, "relay", "postfix", "192.0.2.1", "");
	tell(m, 0, d);
	send_one(m, "postfix", "");
	assert_int_equal(m->n_egress, 1);
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 1);
	free(d);
	model_free(m);
}

static void
families_are_told_by_the_relay(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "2001:db8::1");
	add_handle(d, "out2", "postfix/out2", "192.0.2.2", "");
	tell(m, 0, d);
	assert_int_equal(m->n_egress, 3);
	assert_string_equal(m->egress[1].ip, "2001:db8::1");
	assert_string_equal(m->egress[1].handles, "out1");
	send_one(m, "postfix/out1", "198.51.100.7");
	send_one(m, "postfix/out1", "2001:db8:7::1");
	send_one(m, "postfix/out1", "2001:db8:7::1");
	send_one(m, "postfix/out2", "2001:db8:7::1");
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 1);
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_SENT), 2);
	assert_int_equal(tally_total(&m->egress[2].tally, STAT_SENT), 1);
	free(d);
	model_free(m);
}

static void
ids_survive_discoveries(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	discover(m, 0);
	send_one(m, "postfix/out2", "");
	/* out2 moved to another address, 192.0.2.2 is gone. */
	add_handle(d, "out2", "postfix/out2", "192.0.2.9", "");
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "");
	(void)snprintf(d->handles[1].pool, sizeof d->handles[1].pool, "other");
	tell(m, 0, d);
	assert_int_equal(m->n_egress, 3);
	assert_string_equal(m->egress[0].handles, "out1");
	assert_string_equal(m->egress[0].pool, "other");
	assert_string_equal(m->egress[1].ip, "192.0.2.2");
	assert_string_equal(m->egress[1].handles, "");
	assert_string_equal(m->egress[2].ip, "192.0.2.9");
	send_one(m, "postfix/out2", "");
	assert_int_equal(tally_total(&m->egress[1].tally, STAT_SENT), 1);
	assert_int_equal(tally_total(&m->egress[2].tally, STAT_SENT), 1);
	free(d);
	model_free(m);
}

/* What a double sends counts for its address; it is no way out of its own. */
static void
doubles_count_for_their_address(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	add_handle(d, "out1", "postfix/out1", "192.0.2.1", "");
	add_handle(d, "mtadeck-1-2-1", "postfix/out1", "192.0.2.1", "");
	d->handles[1].clone = true;
	tell(m, 0, d);
	assert_int_equal(m->n_egress, 1);
	assert_string_equal(m->egress[0].handles, "out1");
	assert_true(m->egress[0].attributable);
	send_one(m, "postfix/out1", "");
	assert_int_equal(tally_total(&m->egress[0].tally, STAT_SENT), 1);
	free(d);
	model_free(m);
}

/* A full discovery: as many handles as there can be, with long names. */
static void
bounds_hold(void **state)
{
	struct model *m = make_model(0);
	struct discovery *d = calloc(1, sizeof *d);

	(void)state;
	assert_non_null(d);
	for (int i = 0; i < MAX_HANDLES; i++) {
		char name[80], tag[100], ip[32];

		(void)snprintf(name, sizeof name, "a-rather-long-name-%d", i);
		(void)snprintf(tag, sizeof tag, "postfix/%s", name);
		(void)snprintf(ip, sizeof ip, "192.0.2.%d", i / 32);
		add_handle(d, name, tag, ip, "");
	}
	tell(m, 0, d);
	assert_int_equal(m->n_egress, 8);
	/* Whole names only. */
	assert_true(strlen(m->egress[0].handles) < 256);
	assert_non_null(strstr(m->egress[0].handles, "name-9"));
	assert_null(strstr(m->egress[0].handles, "name-20"));
	send_one(m, "postfix/a-rather-long-name-255", "");
	assert_int_equal(tally_total(&m->egress[7].tally, STAT_SENT), 1);
	free(d);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_address_has_a_row),
	    cmocka_unit_test(shared_tags_tell_nothing),
	    cmocka_unit_test(a_row_is_told_by_all_its_handles),
	    cmocka_unit_test(shared_tags_of_one_address_are_told),
	    cmocka_unit_test(families_are_told_by_the_relay),
	    cmocka_unit_test(ids_survive_discoveries),
	    cmocka_unit_test(doubles_count_for_their_address),
	    cmocka_unit_test(bounds_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
