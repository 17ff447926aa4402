/* fuzz_ssh_knownhosts.c - any bytes as a known_hosts file: the first line is
 * the name that is looked for. A key found must be one that was asked for. */
#include "remote/ssh_knownhosts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key[] = "\0\0\0\x0bssh-ed25519\0\0\0\x20"
				  "0123456789abcdef0123456789abcdef";
	struct str text = {(const char *)data, size}, name;
	struct ssh_known k = {.types = 0}, types = {.types = 0};

	if (!str_line(&text, &name))
		return 0;
	ssh_known_scan(&k, "f", text, name, (struct str){key, sizeof key - 1});
	ssh_known_scan(&types, "f", text, name, (struct str){NULL, 0});
	if (k.types != types.types || types.match.file != NULL ||
	    types.changed.file != NULL || types.revoked.file != NULL)
		abort();
	if ((k.match.file != NULL || k.changed.file != NULL) &&
	    (k.types & 1U << SSH_KEY_ED25519) == 0)
		abort();
	return 0;
}
