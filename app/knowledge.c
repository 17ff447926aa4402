/* knowledge.c - see knowledge.h. */
#include "app/knowledge.h"

#include "app/files.h"
#include "app/say.h"

enum { FILE_BYTES = 4 << 20 };

static err_t
take(struct knowledge *k, unsigned what, struct str text, char *why, size_t cap)
{
	switch (what) {
	case KNOW_PROVIDERS:
		return provider_load(&k->providers, text, why, cap);
	case KNOW_LISTS:
		return blocklists_load(&k->lists, text, why, cap);
	default:
		return reply_rules_load(&k->rules, text, false, why, cap);
	}
}

static bool
load(struct knowledge *k, unsigned what, const char *name)
{
	struct buf text;
	char why[512];
	err_t err;

	buf_init(&text, FILE_BYTES);
	err = files_read_data(&text, name, why, sizeof why);
	if (err != ERR_OK)
		say("%s", why);
	else if ((err = take(k, what, buf_view(&text), why, sizeof why)) !=
		 ERR_OK)
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
	} files[] = {{KNOW_PROVIDERS, "catalogues/providers.json"},
	    {KNOW_LISTS, "catalogues/dnsbl.json"},
	    {KNOW_RULES, "catalogues/replies.json"}};
	bool all = true;

	*k = (struct knowledge){0};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if ((what & files[i].what) != 0)
			all &= load(k, files[i].what, files[i].name);
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
