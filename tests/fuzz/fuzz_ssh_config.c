/* fuzz_ssh_config.c - any bytes as ssh -G's output and as a host's name. */
#include "remote/ssh_config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ssh_env env = {"/home/a", "a", "/run/agent"};
	struct str text = {(const char *)data, size};
	struct ssh_config c;
	struct ssh_spec s;

	if (ssh_spec_parse(&s, text) == ERR_OK &&
	    (s.host[0] == '\0' || s.host[0] == '-' || s.user[0] == '-'))
		abort();
	if (ssh_config_parse(&c, STR_LIT("host"), text, &env) != ERR_OK)
		return 0;
	if (c.hostname[0] == '\0' || c.hostname[0] == '-' || c.port == 0 ||
	    c.user[0] == '-' || c.identity.n > SSH_CONFIG_LIST_MAX)
		abort();
	ssh_config_done(&c);
	return 0;
}
