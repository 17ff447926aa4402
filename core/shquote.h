/*
 * shquote.h - the only way a value becomes part of a POSIX shell line, and
 * the checks by kind that values pass before they become arguments.
 */
#ifndef CORE_SHQUOTE_H
#define CORE_SHQUOTE_H

#include "core/buf.h"

/* Appends s as one word: plain when it is made of safe characters, else in
 * single quotes. ERR_PARSE when it holds a NUL. */
err_t shquote_word(struct buf *out, struct str s) NODISCARD;

/* Postfix queue id, short or long form (postconf(5) enable_long_queue_ids). */
bool shquote_is_qid(struct str s);
/* Host name or IP literal, as ssh takes it; never begins with '-'. */
bool shquote_is_host(struct str s);
/* Postfix transport or instance name: letters, digits, - _ . ; not '-' first.*/
bool shquote_is_service(struct str s);
/* Absolute path without NUL, newline or "..". */
bool shquote_is_path(struct str s);

#endif
