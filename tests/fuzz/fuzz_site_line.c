/* fuzz_site_line.c - any bytes as a shell line of a site's action, and as the
 * value in it. Looking and filling must agree; and what is accepted without
 * any expansion must have its places outside of quotes, as a second and
 * simpler reading of quotes finds. */
#include "core/site_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct site_action action = {
    .name = "a", .params = {{.name = "x", .kind = SITE_WORD}}, .n_params = 1};

static void
outside_of_quotes(struct str line)
{
	char quote = '\0';

	for (size_t i = 0; i < line.n; i++) {
		struct str rest = str_from(line, i);

		if (quote != '\0' && str_starts(rest, STR_LIT("{{")))
			i++;
		else if (str_starts(rest, STR_LIT("{x}")) && quote != '\0')
			abort();
		else if (quote == '\0' &&
			 (line.p[i] == '\'' || line.p[i] == '"'))
			quote = line.p[i];
		else if (line.p[i] == quote)
			quote = '\0';
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, line, values[1];
	unsigned looked = 0, filled = 0;
	char *own, why[256];
	struct buf out;
	err_t err;

	if (!str_line(&text, &line))
		return 0;
	own = str_dup(line);
	if (own == NULL)
		return 0;
	values[0] = text;
	buf_init(&out, 1 << 20);
	err =
	    site_line_walk(NULL, &action, own, NULL, &looked, why, sizeof why);
	if (err == ERR_OK &&
	    memchr(text.p == NULL ? "" : text.p, '\0', text.n) == NULL) {
		err = site_line_walk(
		    &out, &action, own, values, &filled, why, sizeof why);
		if (err != ERR_OK || looked != filled ||
		    (looked != 0 && site_value_ok(&action.params[0], text) &&
			out.n < text.n))
			abort();
		if (strpbrk(own, "$\\") == NULL)
			outside_of_quotes(str_of(own));
	}
	buf_done(&out);
	free(own);
	return 0;
}
