/*
 * postfix_queue_slow.c - the reader of `postqueue -j` lines that goes through
 * cJSON, for lines the tokenizer does not take; see postfix_queue_line.h.
 */
#include "remote/postfix_queue_line.h"

#include <stdlib.h>

#include "core/json.h"

void
postfix_queue_line_done(struct postfix_queue_line *l)
{
	cJSON_Delete(l->doc);
	l->doc = NULL;
	free(l->scratch);
	l->scratch = NULL;
	l->scratch_room = 0;
}

/* An optional string: absent is empty, another type is an error. */
static bool
text(const cJSON *object, const char *member, struct str *out)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, member);

	*out = (struct str){NULL, 0};
	if (v == NULL)
		return true;
	if (!cJSON_IsString(v))
		return false;
	*out = str_of(v->valuestring);
	return true;
}

/* A whole number that a double holds exactly; absent leaves *out. */
static bool
whole(const cJSON *object, const char *member, bool needed, int64_t *out)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, member);

	if (v == NULL)
		return !needed;
	if (!cJSON_IsNumber(v) || !(v->valuedouble > -1e15) ||
	    !(v->valuedouble < 1e15))
		return false;
	*out = (int64_t)v->valuedouble;
	return true;
}

static bool
recipients(struct postfix_queue_line *l)
{
	const cJSON *list =
	    cJSON_GetObjectItemCaseSensitive(l->doc, "recipients");
	const cJSON *r;

	l->item.rcpt = l->rcpt;
	if (list == NULL)
		return true;
	if (!cJSON_IsArray(list))
		return false;
	cJSON_ArrayForEach(r, list)
	{
		struct queue_rcpt *to;

		if (l->item.n_rcpt == POSTFIX_QUEUE_RCPT_MAX)
			break;
		to = &l->rcpt[l->item.n_rcpt];
		if (!cJSON_IsObject(r) || !text(r, "address", &to->address) ||
		    !text(r, "delay_reason", &to->reason))
			return false;
		l->item.n_rcpt++;
	}
	return true;
}

bool
postfix_queue_line_slow(struct postfix_queue_line *l, struct str line)
{
	struct queue_item *it = &l->item;
	struct str queue;
	int64_t time_s = 0;

	*it = (struct queue_item){0};
	cJSON_Delete(l->doc);
	l->doc = NULL;
	/* cJSON's strings end at a NUL: such a line would be half read */
	if (line.n == 0 || memchr(line.p, '\0', line.n) != NULL ||
	    json_parse(&l->doc, line, POSTFIX_QUEUE_LINE_MAX) != ERR_OK)
		return false;
	if (!cJSON_IsObject(l->doc) || !text(l->doc, "queue_name", &queue) ||
	    !postfix_queue_name(queue, &it->queue) ||
	    !text(l->doc, "queue_id", &it->qid) || it->qid.n == 0 ||
	    !whole(l->doc, "arrival_time", true, &time_s) ||
	    !whole(l->doc, "message_size", false, &it->size_bytes) ||
	    !text(l->doc, "sender", &it->sender))
		return false;
	it->arrival_ms = time_s * 1000;
	return recipients(l);
}
