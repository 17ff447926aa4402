/* fuzz_dnsbl.c - any bytes as the message of an answer, to any kind of list:
 * the verdict must follow from what can be read, and the sentence must fit. A
 * name made of the same bytes must be one that DNS can carry. */
#include "probes/dnsbl_answer.h"
#include "probes/dnsbl_name.h"
#include "probes/dnsbl_verdict.h"

#include <stdlib.h>

static const struct list_code codes[] = {
    {.from = 0x7f000002, .to = 0x7f000003, .meaning = {"two", 3}},
    {.from = 0x7f000000, .to = 0x7f0000ff, .mask = 16, .good = true},
    {.from = 0x7f000001, .to = 0x7f000001, .error = true},
};

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
one(const uint8_t *p, size_t n, enum dns_type want)
{
	static const struct blocklist lists[] = {
	    {.n_codes = 0}, {.codes = codes, .n_codes = 3}};
	struct dnsbl_text room;
	struct dns_answer a;
	char say[64];

	dnsbl_answer_read(&a, p, n, want, &room);
	need(a.n_addrs <= DNS_ADDRS && a.text.n <= sizeof room);
	need(a.status == DNS_OK || (a.n_addrs == 0 && a.text.n == 0));
	/* Only a whole head that says so means that the name is not there. */
	if (a.status == DNS_NXDOMAIN || a.status == DNS_NODATA)
		need(n >= 12 && (p[2] & 0x82) == 0x80 && p[6] == 0 &&
		     p[7] == 0 && ((p[3] & 15) == 0 || (p[3] & 15) == 3));
	for (int i = 0; i < 2; i++) {
		struct dnsbl_verdict v = dnsbl_judge(&lists[i], &a);

		need(v.n_codes <= LISTING_CODES);
		if (v.verdict == VERDICT_LISTED)
			need(v.n_codes > 0 && v.codes[0] >> 24 == 127);
		need(strlen(dnsbl_say(say, sizeof say, &lists[i], &v)) <
		     sizeof say);
	}
}

static void
name(struct str text)
{
	struct dnsbl_what w = dnsbl_what(text);
	char dst[DNS_NAME_MAX];

	if (dnsbl_name(dst, &w, text, STR_LIT("bl.example")) != ERR_OK)
		return;
	need(w.kind != DNSBL_BAD && strlen(dst) < DNS_NAME_MAX - 2);
	need(strspn(dst, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789-_.") == strlen(dst));
	need(strstr(dst, "..") == NULL && dst[0] != '.');
	(void)dnsbl_public(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	one(data, n, DNS_A);
	one(data, n, DNS_TXT);
	name((struct str){(const char *)data, n});
	return 0;
}
