/* fuzz_ssh_wire.c - any bytes as a key file, a public key, base64, and what a
 * server says first. Slices must stay within what was read. */
#include "remote/ssh_wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
within(struct str all, struct str part)
{
	if (part.n > 0 && (part.p < all.p || part.p + part.n > all.p + all.n))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, a, b;
	struct ssh_keyhead k;
	struct buf raw, back;

	if (ssh_keyhead_private(&k, text) == ERR_OK)
		ssh_keyhead_done(&k);
	if (ssh_keyhead_public(&k, text) == ERR_OK)
		ssh_keyhead_done(&k);
	if (ssh_hello_hostkeys(text, &a))
		within(text, a);
	if (ssh_hello_banner(text, &a, &b)) {
		within(text, a);
		within(text, b);
	}
	buf_init(&raw, 65536);
	buf_init(&back, 65536);
	if (size < 32768) {
		ssh_base64_encode(&back, text);
		if (size > 0 &&
		    (ssh_base64_decode(&raw, buf_view(&back)) != ERR_OK ||
			!str_eq(buf_view(&raw), text)))
			abort();
	}
	buf_reset(&raw);
	(void)!ssh_base64_decode(&raw, text);
	buf_done(&raw);
	buf_done(&back);
	return 0;
}
