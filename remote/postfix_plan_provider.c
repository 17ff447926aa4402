/* postfix_plan_provider.c - acts on the mail of a provider or a domain. */
#include "core/i18n.h"
#include "remote/postfix_plan_int.h"

bool
postfix_plan_provider_needs(const struct act_request *r,
    const struct discovery *d, void *ctx, plan_add_fn *add)
{
	(void)r;
	(void)d;
	(void)ctx;
	(void)add;
	return true;
}

err_t
postfix_plan_provider(const struct plan_host *h)
{
	postfix_plan_refuse(
	    h, _("%s: cannot %s yet"), verb_rows[h->p->request.verb].word);
	return ERR_OK;
}
