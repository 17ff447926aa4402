/*
 * shape_key.h - a reply's text with what differs from message to message made
 * alike, cheaply, so that what was found out about a text need not be found out
 * again for the next one like it. Says less than a shape: words, names and
 * codes all stay, and so does every byte that might be one.
 */
#ifndef CORE_SHAPE_KEY_H
#define CORE_SHAPE_KEY_H

#include "core/str.h"

enum { SHAPE_KEY_MAX = 512 }; /* bytes; longer texts are their own keys */

/*
 * Writes the key of text into out[text.n]; returns its length, at most text.n.
 * The key has the shape (shape.h) of its text, and is its own key. Made alike
 * are, when nothing else can be meant: digits of numbers with five and more and
 * of numbers with four and more in names of hosts; ids; IPv4 addresses; e-mail
 * addresses.
 */
size_t shape_key(char *out, struct str text);

#endif
