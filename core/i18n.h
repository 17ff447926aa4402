/*
 * i18n.h - every sentence a person reads goes through _(). English is the
 * source; po/ holds the others. N_() marks a table's text for later _().
 */
#ifndef CORE_I18N_H
#define CORE_I18N_H

#include <libintl.h>

#define _(s)  gettext(s)
#define N_(s) s

#endif
