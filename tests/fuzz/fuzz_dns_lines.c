/* fuzz_dns_lines.c - answers of a host's resolver; bounds hold whatever comes.
 */
#include "remote/dns_lines.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, line;
	char text[DNS_LINE_TEXT];
	struct dns_answer a;
	enum dns_type type;
	struct str name;

	while (str_line(&rest, &line)) {
		enum dns_line kind = dns_line_read(line, &a, text);

		if (dns_line_of(line, &type, &name) &&
		    (name.n == 0 || name.p < line.p ||
			name.p + name.n > line.p + line.n))
			abort();
		if (a.n_addrs > DNS_ADDRS || a.text.n > DNS_LINE_TEXT)
			abort();
		if (kind == DNS_LINE_ANSWER && a.status == DNS_OK &&
		    a.n_addrs == 0 && a.text.p != text)
			abort();
	}
	return 0;
}
