/* yamldoc.c - see yamldoc.h. */
#include "app/yamldoc.h"

#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* libcyaml says what is wrong in its first line, where in the ones after. */
static void
on_log(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct buf *out = ctx;
	char line[256];

	if (level < CYAML_LOG_ERROR)
		return;
	(void)vsnprintf(line, sizeof line, fmt, args);
	if (out->n > 0)
		(void)buf_puts(out, " ");
	(void)buf_str(out, str_trim(str_of(line)));
}

/* An upper bound on what a configuration or theme may cost us. */
static void *
on_mem(void *ctx, void *p, size_t size)
{
	(void)ctx;
	if (size == 0) {
		free(p);
		return NULL;
	}
	return size > (16U << 20) ? NULL : realloc(p, size);
}

static cyaml_config_t
config_for(struct buf *log)
{
	return (cyaml_config_t){.log_fn = on_log,
	    .log_ctx = log,
	    .log_level = CYAML_LOG_ERROR,
	    .mem_fn = on_mem,
	    .flags = CYAML_CFG_NO_ALIAS};
}

err_t
yamldoc_load(void **out, const cyaml_schema_value_t *schema, struct str text,
    const char *name, char *why, size_t cap)
{
	struct buf log;
	cyaml_config_t cfg;
	cyaml_data_t *data = NULL;
	cyaml_err_t err;

	buf_init(&log, 1024);
	cfg = config_for(&log);
	/* libyaml asserts that there is an input, even of no bytes. */
	err = cyaml_load_data((const uint8_t *)(text.n == 0 ? "" : text.p),
	    text.n, &cfg, schema, &data, NULL);
	if (err != CYAML_OK)
		(void)snprintf(why, cap, "%s: %s", name,
		    log.n > 0 ? buf_cstr(&log) : cyaml_strerror(err));
	buf_done(&log);
	if (err != CYAML_OK)
		return ERR_PARSE;
	*out = data;
	return ERR_OK;
}

void
yamldoc_free(const cyaml_schema_value_t *schema, void *data)
{
	struct buf log;
	cyaml_config_t cfg;

	buf_init(&log, 1024);
	cfg = config_for(&log);
	(void)cyaml_free(&cfg, schema, data, 0);
	buf_done(&log);
}
