/*
 * scene_lists.h - lists and what they answer for the tests of the screen: 137
 * addresses on one list, of which more and more are let go; a list that will
 * not answer; a private one that shows in replies only; hostile reasons.
 */
#ifndef TESTS_UNIT_TUI_SCENE_LISTS_H
#define TESTS_UNIT_TUI_SCENE_LISTS_H

#include "core/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#define SCENE_CATALOGUE                                                        \
	"{\"v\": 1, \"lists\": ["                                              \
	"{\"id\": \"spamhaus-zen\", \"name\": \"Spamhaus ZEN\","               \
	" \"kind\": \"ip\", \"zone\": \"zen.test\", \"ipv6\": true,"           \
	" \"watch\": true, \"impact\": \"high\","                              \
	" \"codes\": {\"127.0.0.2\": \"SBL\", \"127.0.0.3\": \"CSS\"},"        \
	" \"why\": \"Most receivers ask it.\","                                \
	" \"delist\": {\"method\": \"web\","                                   \
	" \"url\": \"https://check.spamhaus.org/\"}},"                         \
	"{\"id\": \"barracuda\", \"name\": \"Barracuda BRBL\","                \
	" \"kind\": \"ip\", \"zone\": \"brbl.test\", \"watch\": true,"         \
	" \"impact\": \"medium\"},"                                            \
	"{\"id\": \"psbl\", \"name\": \"Passive Spam Block List\","            \
	" \"kind\": \"ip\", \"zone\": \"psbl.test\", \"watch\": true,"         \
	" \"impact\": \"low\"},"                                               \
	"{\"id\": \"spamcop\", \"name\": \"SpamCop\", \"kind\": \"ip\","       \
	" \"zone\": \"scbl.test\", \"watch\": true, \"impact\": \"medium\"},"  \
	"{\"id\": \"sorbs\", \"name\": \"SORBS\", \"kind\": \"ip\","           \
	" \"zone\": \"\", \"other_zones\": [\"sorbs.test\"], \"closed\": "     \
	"true, \"impact\": \"low\","                                           \
	" \"why\": \"Closed in 2024.\"},"                                      \
	"{\"id\": \"spamhaus-dbl\", \"name\": \"Spamhaus DBL\","               \
	" \"kind\": \"domain\", \"zone\": \"dbl.test\", \"watch\": true,"      \
	" \"impact\": \"high\","                                               \
	" \"codes\": {\"127.0.1.2\": \"spam domain\"}},"                       \
	"{\"id\": \"private-docomo\", \"name\": \"docomo's own\","             \
	" \"kind\": \"private\", \"zone\": \"\", \"impact\": \"high\","        \
	" \"why\": \"Asks a form of its own.\"}"                               \
	"]}"

enum {
	SCENE_ZEN,
	SCENE_BRBL,
	SCENE_PSBL,
	SCENE_SPAMCOP,
	SCENE_SORBS,
	SCENE_DBL,
	SCENE_PRIVATE,
	SCENE_NET = 137, /* addresses of 192.0.2.0/24 */
};

/* One for all tests of a program: models borrow it. */
static inline const struct blocklists *
scene_lists(void)
{
	static struct blocklists *lists;
	char why[256] = "";

	if (lists == NULL && blocklists_load(&lists, STR_LIT(SCENE_CATALOGUE),
				 why, sizeof why) != ERR_OK)
		fail_msg("%s", why);
	return lists;
}

/* Stands in for the rules: the scene's replies only. */
static inline void
scene_read(void *ctx, struct str reply, struct meaning *out)
{
	(void)ctx;
	*out = (struct meaning){0};
	if (str_find(reply, STR_LIT("unusual rate")) != SIZE_MAX)
		*out = (struct meaning){CLASS_THROTTLE, BLAMES_IP, SCOPE_IP,
		    STR_LIT("google"), {NULL, 0}, STR_LIT("test")};
	else if (str_find(reply, STR_LIT("zen.test")) != SIZE_MAX)
		*out = (struct meaning){CLASS_IP_BLOCKLIST, BLAMES_IP, SCOPE_IP,
		    {NULL, 0}, STR_LIT("spamhaus-zen"), STR_LIT("test")};
	else if (str_find(reply, STR_LIT("our own list")) != SIZE_MAX)
		*out = (struct meaning){CLASS_IP_BLOCKLIST, BLAMES_IP, SCOPE_IP,
		    {NULL, 0}, STR_LIT("private-docomo"), STR_LIT("test")};
	else if (str_find(reply, STR_LIT("user unknown")) != SIZE_MAX)
		out->cls = CLASS_RECIPIENT;
}

static inline void
scene_health(struct model *m, uint16_t list, enum verdict v, int64_t at_ms,
    const char *text)
{
	struct list_health h = {
	    .list = list, .verdict = v, .text = str_of(text)};
	struct event ev = {
	    .kind = EVT_LIST_HEALTH, .host = HOST_NONE, .at_ms = at_ms};

	ev.u.health = &h;
	model_update(m, &ev);
}

/* The same of a list that is not asked as the resolver is gone. */
static inline void
scene_silence(struct model *m, uint16_t list, int64_t at_ms, const char *text)
{
	struct list_health h = {
	    .list = list, .text = str_of(text), .no_resolver = true};
	struct event ev = {
	    .kind = EVT_LIST_HEALTH, .host = HOST_NONE, .at_ms = at_ms};

	ev.u.health = &h;
	model_update(m, &ev);
}

static inline void
scene_answer(struct model *m, const char *subject, uint16_t list,
    enum verdict v, int64_t at_ms, uint32_t code, const char *reason)
{
	struct list_answer a = {.subject = str_of(subject),
	    .domain = strpbrk(subject, "ghijklmnopqrstuvwxyz") != NULL,
	    .list = list,
	    .verdict = v,
	    .codes = {code},
	    .n_codes = code != 0,
	    .reason = str_of(reason),
	    .ttl_s = 300,
	    .ms = 20};
	struct event ev = {
	    .kind = EVT_LIST_ANSWER, .host = HOST_NONE, .at_ms = at_ms};

	ev.u.answer = &a;
	model_update(m, &ev);
}

/* The addresses of the scene's hosts, 137 more, and two domains. */
static inline void
scene_subjects(struct model *m, int64_t at_ms)
{
	static char texts[SCENE_NET + 16][40];
	struct str names[SCENE_NET + 16];
	struct event ev = {
	    .kind = EVT_SUBJECTS, .host = HOST_NONE, .at_ms = at_ms};
	size_t n = 0;

	for (unsigned h = 1; h <= 4; h++)
		for (unsigned i = 1; i <= 2; i++)
			(void)snprintf(
			    texts[n++], 40, "198.51.100.%u", h * 10 + i);
	for (unsigned i = 1; i <= SCENE_NET; i++)
		(void)snprintf(texts[n++], 40, "192.0.2.%u", i);
	(void)snprintf(texts[n++], 40, "shop.example.jp");
	(void)snprintf(texts[n++], 40, "2001:db8::25");
	for (size_t i = 0; i < n; i++)
		names[i] = str_of(texts[i]);
	ev.u.subjects.names = names;
	ev.u.subjects.n = n;
	model_update(m, &ev);
}

#define SCENE_HOSTILE                                                          \
	"\033[31mred\033[0m \xe2\x80\xae gnp.exe \xc3\x28 a\tb\r\nc "          \
	"\xe5\x86\xac\xe3\x81\xae\xe3\x82\xbb\xe3\x83\xbc\xe3\x83\xab "        \
	"https://check.spamhaus.org/sbl/query/SBL123456"

static inline void
scene_minute(struct model *m, int64_t at_ms)
{
	struct event ev = {.kind = EVT_TICK, .at_ms = at_ms};

	for (uint16_t i = 0; i <= SCENE_DBL; i++)
		if (i != SCENE_SORBS && i != SCENE_SPAMCOP)
			scene_health(m, i, VERDICT_CLEAN, at_ms, "");
	scene_health(m, SCENE_SPAMCOP, VERDICT_REFUSED, at_ms,
	    "it answers 127.255.255.254 for its test point");
	model_update(m, &ev);
}

/* What single addresses and domains are on, at minute k of 480. */
static inline void
scene_singles(struct model *m, int k, int64_t at_ms)
{
	enum verdict at[3] = {VERDICT_LISTED, VERDICT_CLEAN, VERDICT_LISTED};

	/* One that had been let go is back, for reasons like these. */
	if (k >= 300 && k < 480 && k % 60 == 0)
		scene_answer(m, "192.0.2.7", SCENE_BRBL, at[(k - 300) / 60],
		    at_ms, k == 300 || k == 420 ? 0x7f000002 : 0,
		    SCENE_HOSTILE);
	if (k == 240)
		scene_answer(m, "shop.example.jp", SCENE_DBL, VERDICT_LISTED,
		    at_ms, 0x7f000102, "spam trap hits");
	if (k != 360)
		return;
	for (unsigned i = 11; i <= 12; i++) {
		bool one = i == 11;
		char ip[40];

		(void)snprintf(ip, sizeof ip, "198.51.100.%u", i);
		scene_answer(m, ip, SCENE_ZEN,
		    one ? VERDICT_LISTED : VERDICT_CLEAN, at_ms,
		    one ? 0x7f000002 : 0, one ? "SBL123" : "");
		scene_answer(m, ip, SCENE_BRBL, VERDICT_CLEAN, at_ms, 0, "");
		scene_answer(m, ip, SCENE_PSBL,
		    one ? VERDICT_LISTED : VERDICT_CLEAN, at_ms, 0, "");
		scene_answer(
		    m, ip, SCENE_SPAMCOP, VERDICT_REFUSED, at_ms, 0, "");
	}
	scene_answer(
	    m, "198.51.100.31", SCENE_ZEN, VERDICT_CLEAN, at_ms, 0, "");
}

/* Eight hours: all 137 on the most important list after a minute; from the
 * third hour on they are let go one by one, until 61 are left. */
static inline void
scene_wave(struct model *m, int64_t now_ms)
{
	const int64_t start = now_ms - (int64_t)480 * 60000;
	unsigned gone = 0;
	char ip[40];

	scene_subjects(m, start - 60000);
	scene_answer(m, "192.0.2.9", SCENE_PSBL, VERDICT_LISTED,
	    now_ms - (int64_t)30 * 3600000, 0, "");
	for (int k = 0; k <= 480; k++) {
		int64_t at_ms = start + (int64_t)k * 60000;

		scene_minute(m, at_ms);
		for (unsigned i = 1; k == 1 && i <= SCENE_NET; i++) {
			(void)snprintf(ip, sizeof ip, "192.0.2.%u", i);
			scene_answer(m, ip, SCENE_ZEN, VERDICT_LISTED, at_ms,
			    0x7f000003,
			    "https://check.spamhaus.org/query/ip/192.0.2.1");
			scene_answer(
			    m, ip, SCENE_BRBL, VERDICT_CLEAN, at_ms, 0, "");
		}
		for (; k >= 180 && gone < (unsigned)(k - 180) * 4 / 15 &&
		       gone < SCENE_NET - 61;
		     gone++) {
			(void)snprintf(ip, sizeof ip, "192.0.2.%u", gone + 1);
			scene_answer(
			    m, ip, SCENE_ZEN, VERDICT_CLEAN, at_ms, 0, "");
		}
		scene_singles(m, k, at_ms);
	}
}

#endif
