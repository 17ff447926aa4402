/* knowledge.c - see knowledge.h. */
#include "app/knowledge.h"

#include "app/files.h"
#include "app/say.h"
#include "probes/reply_weights.h"

enum { FILE_BYTES = 4 << 20 };

typedef err_t (*take_fn)(
    struct knowledge *k, struct str text, char *why, size_t cap);

static err_t
take_providers(struct knowledge *k, struct str text, char *why, size_t cap)
{
	return provider_load(&k->providers, text, why, cap);
}

static err_t
take_lists(struct knowledge *k, struct str text, char *why, size_t cap)
{
	return blocklists_load(&k->lists, text, why, cap);
}

static err_t
take_rules(struct knowledge *k, struct str text, char *why, size_t cap)
{
	return reply_rules_load(&k->rules, text, false, why, cap);
}

/* Without rules there is nothing to weigh for. */
static err_t
take_weights(struct knowledge *k, struct str text, char *why, size_t cap)
{
	struct reply_weights *w;
	err_t err;

	if (k->rules == NULL)
		return ERR_OK;
	err = reply_weights_load(&w, text, why, cap);
	if (err == ERR_OK)
		reply_rules_weigh(k->rules, w);
	return err;
}

static bool
load(struct knowledge *k, take_fn take, const char *name)
{
	struct buf text;
	char why[512];
	err_t err;

	buf_init(&text, FILE_BYTES);
	err = files_read_data(&text, name, why, sizeof why);
	if (err != ERR_OK)
		say("%s", why);
	else if ((err = take(k, buf_view(&text), why, sizeof why)) != ERR_OK)
		say("%s: %s", name, why);
	buf_done(&text);
	return err == ERR_OK;
}

static bool
load_more(struct knowledge *k, const char *path)
{
	struct buf text;
	char why[512];
	err_t err;

	buf_init(&text, FILE_BYTES);
	err = files_read(&text, path, why, sizeof why);
	if (err != ERR_OK)
		say("%s", why);
	else if ((err = blocklists_add(
		      k->lists, buf_view(&text), why, sizeof why)) != ERR_OK)
		say("%s: %s", path, why);
	buf_done(&text);
	return err == ERR_OK;
}

bool
knowledge_load(struct knowledge *k, unsigned what, const char *more_lists)
{
	static const struct {
		unsigned what;
		const char *name;
		take_fn take;
	} files[] = {
	    {KNOW_PROVIDERS, "catalogues/providers.json", take_providers},
	    {KNOW_LISTS, "catalogues/dnsbl.json", take_lists},
	    {KNOW_RULES, "catalogues/replies.json", take_rules},
	    {KNOW_RULES, "catalogues/reply-weights.json", take_weights}};
	bool all = true;

	*k = (struct knowledge){0};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if ((what & files[i].what) != 0)
			all &= load(k, files[i].take, files[i].name);
	if (k->lists != NULL && more_lists[0] != '\0')
		all &= load_more(k, more_lists);
	return all;
}

void
knowledge_free(struct knowledge *k)
{
	provider_free(k->providers);
	blocklists_free(k->lists);
	reply_rules_free(k->rules);
	*k = (struct knowledge){0};
}
