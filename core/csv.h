/*
 * csv.h - a field of a CSV table (RFC 4180), in quotes. Pure.
 */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include "core/buf.h"

/* Appends s in quotes. What a spreadsheet would run as a formula is led by an
 * apostrophe; "-" alone is our own sign for "none". Failures stay in out. */
void csv_field(struct buf *out, struct str s);

#endif
