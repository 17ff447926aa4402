/*
 * say.h - sentences for a person on stderr. They may hold what a host, a file
 * or a caller's script gave us, so they are sanitised here, in one place.
 */
#ifndef APP_SAY_H
#define APP_SAY_H

/* "mtadeck: " and the sentence, its lines kept, nothing in it raw. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
