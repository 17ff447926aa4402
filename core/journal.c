/* journal.c - see journal.h. */
#include "core/journal.h"

#include "core/i18n.h"
#include "core/json.h"

#include <stdlib.h>

static const struct {
	const char *name, *label;
} rows[JOURNAL_N] = {
#define X(id, word, label) [JOURNAL_##id] = {word, label},
    JOURNAL_KIND_LIST(X)
#undef X
};

const char *
journal_kind_name(enum journal_kind k)
{
	return rows[k].name;
}

const char *
journal_kind_label(enum journal_kind k)
{
	return _(rows[k].label);
}

/* Absent and empty are the same here, so that one form fits each record. */
static err_t
add_text(cJSON *d, const char *name, struct str text)
{
	return text.n == 0 ? ERR_OK : json_add_str(d, name, text);
}

err_t
journal_canonical(struct buf *out, const struct journal_rec *r)
{
	const struct {
		const char *name;
		struct str text;
	} texts[] = {{"who", r->who}, {"from", r->from}, {"host", r->host},
	    {"subject", r->subject}, {"text", r->text}, {"detail", r->detail},
	    {"incident", r->incident}};
	cJSON *d = cJSON_CreateObject();
	err_t err = d == NULL ? ERR_NOMEM : json_add_u64(d, "seq", r->seq);

	if (err == ERR_OK)
		err = json_add_i64(d, "at_ms", r->at_ms);
	if (err == ERR_OK)
		err =
		    json_add_str(d, "kind", str_of(journal_kind_name(r->kind)));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (err == ERR_OK)
			err = add_text(d, texts[i].name, texts[i].text);
	if (err == ERR_OK)
		err = json_write(out, d);
	cJSON_Delete(d);
	return err;
}
