/*
 * i18n.h - every sentence a person reads goes through _(). English is the
 * source; po/ holds the others. N_() marks a table's text for later _();
 * NC_() one whose English word another place means otherwise: the context is
 * for the translator and never shown.
 */
#ifndef CORE_I18N_H
#define CORE_I18N_H

#include <libintl.h>
#include <string.h>

#define _(s)	    i18n_text(s)
#define N_(s)	    s
#define NC_(ctx, s) ctx "\004" s

/* The translation, or the text itself without its context. No text stays none:
 * gettext would give the catalogue's own head for it. */
static inline const char *__attribute__((format_arg(1)))
i18n_text(const char *id)
{
	const char *text = id[0] == '\0' ? id : gettext(id);
	const char *end = text == id ? strchr(text, '\004') : NULL;

	return end == NULL ? text : end + 1;
}

#endif
