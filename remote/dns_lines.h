/*
 * dns_lines.h - what remote/scripts/dns.sh prints, a line an answer. Pure; the
 * lines are a host's and not trusted.
 */
#ifndef REMOTE_DNS_LINES_H
#define REMOTE_DNS_LINES_H

#include "core/dns_answer.h"

#include <stdbool.h>

enum { DNS_LINE_TEXT = 1024 };

enum dns_line {
	DNS_LINE_ANSWER, /* *out is the answer to the next question */
	DNS_LINE_NODIG,	 /* the host has no dig: no question is answered */
	DNS_LINE_END,	 /* all is told */
	DNS_LINE_NONE,	 /* not ours: passed over */
};

/* Reads one line; text[DNS_LINE_TEXT] holds what out->text borrows. */
enum dns_line dns_line_read(
    struct str line, struct dns_answer *out, char *text);

/* "of TYPE NAME": the question of the answer in the next line. name is borrowed
 * from line, without its last dot. */
bool dns_line_of(struct str line, enum dns_type *type, struct str *name);

#endif
