/* err.c - texts and names of the error list in err.h. */
#include "core/err.h"

#include <stddef.h>

static const struct {
	const char *name, *text;
} rows[] = {{"OK", "well"},
#define X(name, text) {#name, text},
    ERR_LIST(X)
#undef X
};

static size_t
row_of(err_t err)
{
	size_t i = err <= 0 ? 0U - (size_t)err : 0;

	return i < sizeof rows / sizeof *rows ? i : 0;
}

const char *
err_text(err_t err)
{
	return rows[row_of(err)].text;
}

const char *
err_name(err_t err)
{
	return rows[row_of(err)].name;
}
