/*
 * fuzz_openssh_talk.c - any bytes as ssh's stderr and as its questions: the
 * same result however they are cut, and sentences that end.
 */
#include "remote/openssh_talk.h"

#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct openssh_talk whole, cut;
	struct str all = {(const char *)data, n};
	size_t step = n > 0 ? 1 + data[0] % 7 : 1;
	char a[TALK_TEXT], b[TALK_TEXT], subject[256];

	openssh_talk_init(&whole);
	openssh_talk_feed(&whole, all);
	openssh_talk_end(&whole);
	openssh_talk_init(&cut);
	for (size_t i = 0; i < n; i += step)
		openssh_talk_feed(
		    &cut, (struct str){all.p + i, n - i < step ? n - i : step});
	openssh_talk_end(&cut);
	(void)openssh_talk_sentence(&whole, "mta1", a);
	(void)openssh_talk_sentence(&cut, "mta1", b);
	if (strcmp(a, b) != 0 || whole.stage != cut.stage ||
	    whole.err != cut.err || whole.final != cut.final)
		abort();
	(void)openssh_talk_timeout(&whole, "mta1", 1500, a);
	(void)openssh_question(all, subject, sizeof(subject));
	if (memchr(subject, '\0', sizeof(subject)) == NULL)
		abort();
	for (const char *c = subject; *c != '\0'; c++)
		if (*c == '\x1b' || *c == '\n')
			abort();
	return 0;
}
