/* postfix_plan_ends.c - acts in force end by their own way back. */
#include "core/i18n.h"
#include "remote/postfix_plan_int.h"

err_t
postfix_plan_ends(const struct plan_host *h)
{
	postfix_plan_refuse(
	    h, _("%s: cannot %s yet"), verb_rows[h->p->request.verb].word);
	return ERR_OK;
}
