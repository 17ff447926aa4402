/* fuzz_act_lines.c - any lines as act.sh's: within bounds, ended by a NUL,
 * clean where people see them. */
#include "remote/act_lines.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_be_clean(const char *text, size_t cap)
{
	if (memchr(text, '\0', cap) == NULL)
		abort();
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == '\x7f')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct act_state *st = calloc(1, sizeof *st);
	struct str rest = {(const char *)data, size}, line;
	struct act_told told;

	while (st != NULL && str_line(&rest, &line)) {
		act_state_line(st, line);
		if (act_told_line(&told, line) == ACT_LINE_STEP &&
		    (told.step == 0 || told.step > PLAN_STEPS ||
			told.exit < 0 || told.exit > 255 || told.ms < 0))
			abort();
	}
	if (st != NULL &&
	    (st->n_params > ACT_PARAMS || st->n_leases > ACT_HOST_LEASES ||
		st->n_tables > ACT_TABLES))
		abort();
	for (unsigned i = 0; st != NULL && i < st->n_tables; i++)
		if (st->tables[i].n_names > ACT_TABLE_NAMES ||
		    act_state_table(st, str_of(st->tables[i].name)) == NULL)
			abort();
	for (unsigned i = 0; st != NULL && i < st->n_leases; i++) {
		const struct lease *l = &st->leases[i];

		must_be_clean(l->id, sizeof l->id);
		must_be_clean(l->who, sizeof l->who);
		must_be_clean(l->why, sizeof l->why);
		must_be_clean(l->of.egress, sizeof l->of.egress);
		must_be_clean(l->value, sizeof l->value);
		must_be_clean(l->text, sizeof l->text);
	}
	free(st);
	return 0;
}
