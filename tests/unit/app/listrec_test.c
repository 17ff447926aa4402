/* listrec_test.c - what lists said goes into a recording and comes back. */
#include "app/listrec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char catalogue[] =
    "{\"v\":1,\"lists\":[{\"id\":\"one\",\"name\":\"One\",\"kind\":\"ip\","
    "\"zone\":\"one.example\",\"impact\":\"high\",\"why\":\"w\"}]}";

struct heard {
	struct listrec *reader;
	unsigned subjects, answers, healths, notes;
	size_t n_names, n_use;
	char last[64], reason[128], text[128];
	struct list_answer a;
	enum verdict health;
	bool no_resolver;
	unsigned pasts;
	struct listing_past past; /* the last one */
};

static void
on_event(void *ctx, struct event *ev)
{
	struct heard *h = ctx;

	if (ev->kind == EVT_SUBJECTS) {
		h->subjects++;
		h->n_names = ev->u.subjects.n;
		h->n_use =
		    ev->u.subjects.use == NULL ? 0 : ev->u.subjects.n_use;
		if (h->n_names > 0)
			str_copy(h->last, sizeof h->last,
			    ev->u.subjects.names[h->n_names - 1]);
	} else if (ev->kind == EVT_LIST_ANSWER) {
		h->answers++;
		h->a = *ev->u.answer;
		str_copy(h->last, sizeof h->last, h->a.subject);
		str_copy(h->reason, sizeof h->reason, h->a.reason);
	} else if (ev->kind == EVT_LISTINGS_PAST) {
		h->pasts += (unsigned)ev->u.past.n;
		h->past = ev->u.past.v[ev->u.past.n - 1];
		str_copy(h->last, sizeof h->last, h->past.subject);
	} else {
		h->healths++;
		h->health = ev->u.health->verdict;
		h->no_resolver = ev->u.health->no_resolver;
		str_copy(h->text, sizeof h->text, ev->u.health->text);
	}
}

static void
on_note(void *ctx, struct str note)
{
	struct heard *h = ctx;

	h->notes++;
	listrec_read(h->reader, note);
}

static struct blocklists *
lists(void)
{
	struct blocklists *l = NULL;
	char why[256] = "";

	if (blocklists_load(&l, str_of(catalogue), why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return l;
}

static void
answers_and_healths_come_back(void **state)
{
	struct blocklists *l = lists();
	struct heard h = {0};
	struct list_answer a = {.subject = STR_LIT("192.0.2.1"),
	    .list = 0,
	    .verdict = VERDICT_LISTED,
	    .codes = {0x7f000002, 0x7f00000a},
	    .n_codes = 2,
	    .reason = STR_LIT("see \"this\"\x1b[2J"),
	    .ttl_s = 300,
	    .ms = 12};
	struct list_health g = {.list = 0,
	    .verdict = VERDICT_REFUSED,
	    .text = STR_LIT("no"),
	    .no_resolver = true};
	struct event ev = {.kind = EVT_LIST_ANSWER, .u.answer = &a};

	(void)state;
	h.reader = listrec_new(l, &h, on_event);
	assert_non_null(h.reader);
	assert_int_equal(listrec_write(&ev, l, &h, on_note), ERR_OK);
	assert_int_equal(h.answers, 1);
	assert_string_equal(h.last, "192.0.2.1");
	assert_int_equal(h.a.verdict, VERDICT_LISTED);
	assert_int_equal(h.a.n_codes, 2);
	assert_int_equal(h.a.codes[1], 0x7f00000a);
	assert_int_equal(h.a.ttl_s, 300);
	assert_int_equal(h.a.ms, 12);
	assert_non_null(strstr(h.reason, "see \"this\""));
	assert_null(strchr(h.reason, '\x1b'));
	ev = (struct event){.kind = EVT_LIST_HEALTH, .u.health = &g};
	assert_int_equal(listrec_write(&ev, l, &h, on_note), ERR_OK);
	assert_int_equal(h.health, VERDICT_REFUSED);
	assert_string_equal(h.text, "no");
	assert_true(h.no_resolver);
	listrec_free(h.reader);
	blocklists_free(l);
}

/* 10,000 names take several notes and come back as one event. */
static void
many_subjects_come_back_whole(void **state)
{
	enum { N = 10000 };
	struct blocklists *l = lists();
	struct heard h = {0};
	char(*text)[32] = calloc(N, sizeof *text);
	struct str *names = calloc(N, sizeof *names);
	struct event ev = {.kind = EVT_SUBJECTS};

	(void)state;
	assert_non_null(text);
	assert_non_null(names);
	for (int i = 0; i < N; i++) {
		(void)snprintf(text[i], sizeof text[i], "10.%d.%d.%d", i >> 16,
		    i >> 8 & 255, i & 255);
		names[i] = str_of(text[i]);
	}
	h.reader = listrec_new(l, &h, on_event);
	assert_non_null(h.reader);
	ev.u.subjects.names = names;
	ev.u.subjects.n = N;
	ev.u.subjects.use = (const uint16_t[]){0};
	ev.u.subjects.n_use = 1;
	assert_int_equal(listrec_write(&ev, l, &h, on_note), ERR_OK);
	assert_true(h.notes > 1);
	assert_int_equal(h.subjects, 1);
	assert_int_equal(h.n_names, N);
	assert_int_equal(h.n_use, 1);
	assert_string_equal(h.last, text[N - 1]);
	ev.u.subjects.n = 0;
	assert_int_equal(listrec_write(&ev, l, &h, on_note), ERR_OK);
	assert_int_equal(h.subjects, 2);
	assert_int_equal(h.n_names, 0);
	listrec_free(h.reader);
	blocklists_free(l);
	free(names);
	free(text);
}

static void
the_past_comes_back(void **state)
{
	enum { N = 250 };
	struct blocklists *l = lists();
	struct heard h = {0};
	struct listing_past v[N] = {0};
	struct event ev = {
	    .kind = EVT_LISTINGS_PAST, .u.past = {.v = v, .n = N}};

	(void)state;
	for (int i = 0; i < N; i++)
		v[i] = (struct listing_past){
		    .subject = STR_LIT("192.0.2.1"), .times = 1, .ended_ms = 7};
	v[N - 1] = (struct listing_past){.subject = STR_LIT("192.0.2.9"),
	    .listed = true,
	    .sources = LISTING_REPLY,
	    .times = 3,
	    .since_ms = INT64_C(1790000000001),
	    .unwatched_ms = 7200000};
	h.reader = listrec_new(l, &h, on_event);
	assert_non_null(h.reader);
	assert_int_equal(listrec_write(&ev, l, &h, on_note), ERR_OK);
	assert_true(h.notes > 1);
	assert_int_equal(h.pasts, N);
	assert_string_equal(h.last, "192.0.2.9");
	assert_true(h.past.listed);
	assert_int_equal(h.past.sources, LISTING_REPLY);
	assert_int_equal(h.past.times, 3);
	assert_int_equal(h.past.since_ms, INT64_C(1790000000001));
	assert_int_equal(h.past.ended_ms, 0);
	assert_int_equal(h.past.unwatched_ms, 7200000);
	ev.u.past.n = 1;
	assert_int_equal(listrec_write(&ev, l, &h, on_note), ERR_OK);
	assert_false(h.past.listed);
	assert_int_equal(h.past.ended_ms, 7);
	listrec_free(h.reader);
	blocklists_free(l);
}

static void
damaged_notes_are_passed_over(void **state)
{
	static const char *const notes[] = {"", "{", "[]", "{\"subject\":1}",
	    "{\"subject\":\"x\",\"list\":\"gone\",\"verdict\":\"listed\"}",
	    "{\"subject\":\"x\",\"list\":\"one\",\"verdict\":\"wrong\"}",
	    "{\"health\":\"one\"}", "{\"subjects\":{}}", "{\"past\":{}}",
	    "{\"past\":[]}", "{\"past\":[{\"list\":\"gone\",\"by\":1}]}"};
	struct blocklists *l = lists();
	struct heard h = {0};

	(void)state;
	h.reader = listrec_new(l, &h, on_event);
	assert_non_null(h.reader);
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
		listrec_read(h.reader, str_of(notes[i]));
	assert_int_equal(h.subjects + h.answers + h.healths + h.pasts, 0);
	listrec_read(h.reader,
	    STR_LIT(
		"{\"subject\":\"x\",\"list\":\"one\",\"verdict\":"
		"\"clean\",\"ttl\":-5,\"codes\":[1,\"a\",1e99,2,3,4,5,6]}"));
	assert_int_equal(h.answers, 1);
	assert_int_equal(h.a.ttl_s, 0);
	assert_int_equal(h.a.n_codes, LISTING_CODES);
	listrec_free(h.reader);
	blocklists_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_and_healths_come_back),
	    cmocka_unit_test(many_subjects_come_back_whole),
	    cmocka_unit_test(the_past_comes_back),
	    cmocka_unit_test(damaged_notes_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
