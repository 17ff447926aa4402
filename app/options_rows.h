/*
 * options_rows.h - the tables of the command line: a row for each command, a
 * row for each option: what it takes, and which commands know it. Help, parsing
 * and completion all go by them.
 */
#ifndef APP_OPTIONS_ROWS_H
#define APP_OPTIONS_ROWS_H

#include "app/options.h"

#include <getopt.h>

enum { MAX_OPTIONS = 64 }; /* rows; a bit for each */

/* What a word may be, as far as anything is known of it. */
enum value_kind {
	VALUE_ANY, /* or none */
	VALUE_FILE,
	VALUE_HOST,
	VALUE_LIST, /* id of a list */
	VALUE_VERB,
	VALUE_TRANSPORT,
	VALUE_THEME,
	VALUE_BY,
	VALUE_FORMAT,
	VALUE_SHELL,
	VALUE_CHECK,
};

struct command_row {
	const char *name, *args, *help;
	enum value_kind operand;
};

/* Of options without a letter. */
enum {
	O_TRANSPORT = 256,
	O_THEME,
	O_JSON,
	O_BY,
	O_SINCE,
	O_TIMEOUT,
	O_RECORD,
	O_SPEED,
	O_START,
	O_NO_MOUSE,
	O_NO_COLOR,
	O_EXPORT,
	O_CSV,
	O_RESOLVER,
	O_VIA,
	O_WHY,
	O_FOR,
	O_HOST,
	O_FILE,
	O_DRY_RUN,
	O_YES,
	O_ARM,
	O_LISTS,
	O_ALLOW_PRIVATE,
	O_VERSION
};

struct option_row {
	struct option o;
	const char *arg, *help;
	uint32_t of; /* bits of commands that know it: 1 << CMD_STATUS */
	enum value_kind value;
};

extern const struct command_row command_rows[CMD_N];
/* CMD_CONSOLE: it is no command's name. */
enum command command_of(struct str word);
/* The i-th; NULL: no more. */
const struct option_row *option_row(int i);
bool option_is_of(const struct option_row *r, enum command c);

#endif
