/* cmd_check.c - see cmd_check.h. */
#include "app/cmd_check.h"

#include "app/askhost.h"
#include "app/check_print.h"
#include "app/hosts.h"
#include "app/knowledge.h"
#include "app/listwatch.h"
#include "app/say.h"
#include "app/subjects.h"
#include "core/clock.h"
#include "core/i18n.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_BYTES = 512, PROGRESS_MS = 200 };

struct check {
	const struct options *o;
	const struct config *all;
	const struct list_config *config; /* its section */
	struct knowledge k;
	struct subjects subjects;
	uint16_t use[LISTS_MAX];
	size_t n_use;
	struct str without_key[LISTS_MAX];
	size_t n_without_key;
	struct check_results results;
	uv_loop_t loop;
	uv_timer_t progress;
	struct prober *prober;
	struct askhost *via; /* NULL: a resolver is asked from here */
	int64_t start_ms;
	bool shown, done; /* a line of progress stands on the terminal */
	err_t err;	  /* of adding a block's addresses; of asking */
};

/* --- subjects --- */

static void
add_address(void *ctx, struct str address)
{
	struct check *k = ctx;
	err_t err = subjects_add(&k->subjects, address);

	if (err != ERR_OK)
		k->err = err;
}

static err_t
add_subject(struct check *k, struct str word)
{
	char low[DNS_NAME_MAX];
	size_t n = 0;
	err_t err;

	if (word.n > 1 && word.p[word.n - 1] == '.')
		word.n--;
	err = subjects_block(word, add_address, k, &n);
	if (err == ERR_OK)
		err = k->err;
	else if (err == ERR_PARSE && subjects_is_domain(word) &&
		 word.n < sizeof low) {
		for (size_t i = 0; i < word.n; i++)
			low[i] = (char)tolower((unsigned char)word.p[i]);
		err = subjects_add(&k->subjects, (struct str){low, word.n});
	} else {
		say(_("\"%.*s\" is neither an address, nor a block of at most "
		      "256 (192.0.2.0/24), nor a domain"),
		    (int)word.n, word.p);
		return ERR_PARSE;
	}
	if (err != ERR_OK)
		say(_("more than %d subjects at once"), (int)SUBJECTS_MAX);
	return err;
}

/* One on each line; empty ones and those that begin with # are none. */
static err_t
add_lines(struct check *k)
{
	char line[LINE_BYTES];
	err_t err = ERR_OK;

	while (err == ERR_OK && fgets(line, sizeof line, stdin) != NULL) {
		struct str word = str_trim(str_of(line));

		if (word.n > 0 && word.p[0] != '#')
			err = add_subject(k, word);
	}
	if (err == ERR_OK && ferror(stdin) != 0) {
		say(_("standard input: %s"), strerror(errno));
		err = ERR_IO;
	}
	return err;
}

static err_t
add_subjects(struct check *k)
{
	err_t err = subjects_init(&k->subjects);

	if (err != ERR_OK) {
		say("%s", _(err_text(err)));
		return err;
	}
	for (int i = 0; i < k->o->n_hosts && err == ERR_OK; i++)
		err = strcmp(k->o->hosts[i], "-") == 0
			  ? add_lines(k)
			  : add_subject(k, str_of(k->o->hosts[i]));
	if (err == ERR_OK && k->subjects.n == 0) {
		say("%s",
		    _("check whom? Give addresses, blocks, domains, or - to "
		      "read them from stdin"));
		err = ERR_PARSE;
	}
	return err;
}

/* --- lists --- */

/* Lists that only those with a key can ask are left out, and said so. */
static err_t
choose_lists(struct check *k)
{
	struct str ids[CONFIG_LISTS];
	size_t n = 0;
	char why[512];

	for (int i = 0; i < k->config->n_use; i++)
		ids[i] = str_of(k->config->use[i]);
	if (listwatch_use(k->k.lists, ids, (size_t)k->config->n_use, k->use,
		&k->n_use, why, sizeof why) != ERR_OK) {
		say("%s", why);
		return ERR_PARSE;
	}
	for (size_t i = 0; i < k->n_use; i++) {
		const struct blocklist *l =
		    blocklists_at(k->k.lists, k->use[i]);

		if (blocklist_askable(
			l, config_lists_key(k->config, l->id).n > 0))
			k->use[n++] = k->use[i];
		else if (l->zone_key.n > 0)
			k->without_key[k->n_without_key++] = l->id;
	}
	k->n_use = n;
	if (n > 0)
		return ERR_OK;
	say("%s",
	    _("none of these lists can be asked without a key; see mtadeck "
	      "lists ID"));
	return ERR_PARSE;
}

/* --- asking --- */

static void
on_answer(void *ctx, const struct list_answer *a)
{
	struct check *k = ctx;

	check_results_answer(&k->results, a);
}

static void
on_health(void *ctx, const struct list_health *h)
{
	struct check *k = ctx;

	check_results_health(&k->results, h);
}

static void
on_done(void *ctx)
{
	struct check *k = ctx;

	k->done = true;
	uv_stop(&k->loop);
}

static void
on_progress(uv_timer_t *t)
{
	struct check *k = t->data;
	struct prober_stats s;
	char text[128];

	k->shown = true;
	if (k->prober == NULL) { /* so far there is only whom to ask */
		(void)fprintf(stderr, "\r");
		(void)fprintf(stderr, _("connecting to %s"), k->config->via);
		(void)fprintf(stderr, "\033[K");
		return;
	}
	s = prober_stats(k->prober);
	(void)fprintf(stderr, "\r%s\033[K",
	    check_progress(text, sizeof text, s.told, s.pairs,
		k->results.listed, clock_mono_ms() - k->start_ms));
}

/* What people read goes below the line of progress, not into it. */
static void
end_progress(struct check *k)
{
	(void)uv_timer_stop(&k->progress);
	if (k->shown)
		(void)fprintf(stderr, "\r\033[K");
	k->shown = false;
}

static err_t
open_prober(struct check *k)
{
	struct prober_key *keys = calloc(LISTS_MAX, sizeof *keys);
	struct dns_asker asker;
	struct prober_opts po = {.loop = &k->loop,
	    .lists = k->k.lists,
	    .resolver =
		k->config->resolver[0] != '\0' ? k->config->resolver : NULL,
	    .use = k->use,
	    .n_use = k->n_use,
	    .keys = keys,
	    .allow_private = k->config->allow_private,
	    .once = true,
	    .ctx = k,
	    .on_answer = on_answer,
	    .on_health = on_health,
	    .on_done = on_done};
	char why[512] = "";
	err_t err = ERR_NOMEM;

	if (k->via != NULL) {
		asker = askhost_asker(k->via);
		po.asker = &asker;
	}
	if (keys != NULL) {
		po.n_keys = listwatch_keys(k->config, k->k.lists, keys);
		err = prober_new(&k->prober, &po, why, sizeof why);
	}
	free(keys);
	if (err == ERR_OK)
		err = prober_subjects(
		    k->prober, k->subjects.names, k->subjects.n);
	if (err != ERR_OK)
		end_progress(k);
	if (err != ERR_OK)
		say("%s", why[0] != '\0' ? why : _(err_text(err)));
	return err;
}

/* --- a mail host that asks for us --- */

static void
on_host_up(void *ctx)
{
	struct check *k = ctx;

	k->err = open_prober(k);
	if (k->err != ERR_OK)
		uv_stop(&k->loop);
}

static void
on_host_fail(void *ctx, const char *why)
{
	struct check *k = ctx;

	end_progress(k);
	say("%s", why);
	k->err = ERR_CLOSED;
	uv_stop(&k->loop);
}

/* Is what the lists are asked through a host at all? ERR_PARSE: said. */
static err_t
find_host(const struct check *k, enum transport_kind *kind)
{
	const char *name = k->config->via;
	struct options own = *k->o;
	struct hosts *h = malloc(sizeof *h);
	char why[512];
	err_t err = ERR_NOMEM;

	if (h == NULL)
		return err;
	own.hosts = &name;
	own.n_hosts = 1;
	err = hosts_collect(h, &own, k->all, why, sizeof why);
	if (err != ERR_OK)
		say("%s", why);
	else
		*kind = h->kinds[0];
	free(h);
	return err;
}

static err_t
open_host(struct check *k)
{
	struct askhost_opts ao = {.loop = &k->loop,
	    .name = k->config->via,
	    .ssh_config = hosts_ssh_config(k->o, k->all),
	    .connect_timeout_ms = k->all->connect_timeout_ms,
	    .timeout_ms = k->o->timeout_ms,
	    .ctx = k,
	    .on_up = on_host_up,
	    .on_fail = on_host_fail};
	err_t err = find_host(k, &ao.kind);

	if (err != ERR_OK)
		return err;
	k->via = askhost_new(&ao);
	return k->via != NULL ? ERR_OK : ERR_NOMEM;
}

static void
run_loop(struct check *k)
{
	if (isatty(STDERR_FILENO) == 1)
		(void)uv_timer_start(
		    &k->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
	if (!k->done)
		(void)uv_run(&k->loop, UV_RUN_DEFAULT);
	end_progress(k);
	/* What went unanswered did so for that. */
	if (k->err == ERR_OK && k->via != NULL &&
	    askhost_text(k->via)[0] != '\0')
		say("%s", askhost_text(k->via));
}

/* Asks until everything is told; what was learned is in k->results. */
static err_t
ask(struct check *k, uint64_t *queries)
{
	err_t err;

	if (uv_loop_init(&k->loop) != 0)
		return ERR_NOMEM;
	(void)uv_timer_init(&k->loop, &k->progress);
	k->progress.data = k;
	k->start_ms = clock_mono_ms();
	err = k->config->via[0] != '\0' ? open_host(k) : open_prober(k);
	if (err == ERR_OK)
		run_loop(k);
	if (k->prober != NULL)
		*queries = prober_stats(k->prober).queries;
	prober_free(k->prober);
	askhost_free(k->via);
	uv_close((uv_handle_t *)&k->progress, NULL);
	(void)uv_run(&k->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&k->loop);
	if (err == ERR_OK)
		err = k->err;
	return err == ERR_OK ? k->results.err : err;
}

static int
report(struct check *k, int64_t at_ms, uint64_t queries)
{
	struct check_report c = {.r = &k->results,
	    .config = k->config,
	    .without_key = k->without_key,
	    .n_without_key = k->n_without_key,
	    .at_ms = at_ms,
	    .took_ms = clock_mono_ms() - k->start_ms,
	    .queries = queries,
	    .out = stdout};
	err_t err = k->o->json ? check_print_json(&c) : check_print_text(&c);

	if (err == ERR_OK && fflush(stdout) != 0)
		err = ERR_IO;
	if (err != ERR_OK) {
		say(_("standard output: %s"),
		    err == ERR_IO ? strerror(errno) : _(err_text(err)));
		return EXIT_UNKNOWN;
	}
	if (k->results.listed > 0)
		return EXIT_WRONG;
	return k->results.believed > 0 ? EXIT_WELL : EXIT_UNKNOWN;
}

static int
run(struct check *k)
{
	int64_t at_ms = clock_wall_ms();
	uint64_t queries = 0;
	err_t err;

	if (!knowledge_load(&k->k, KNOW_LISTS, k->config->catalogue))
		return EXIT_UNKNOWN;
	if (add_subjects(k) != ERR_OK || choose_lists(k) != ERR_OK)
		return EXIT_USAGE;
	err = check_results_init(&k->results, k->k.lists, k->subjects.names,
	    k->subjects.n, k->use, k->n_use, k->o->json);
	if (err != ERR_OK) {
		say("%s", _(err_text(err)));
		return EXIT_UNKNOWN;
	}
	err = ask(k, &queries);
	if (err == ERR_PARSE) /* the resolver's address, the host; said */
		return EXIT_USAGE;
	return err == ERR_OK ? report(k, at_ms, queries) : EXIT_UNKNOWN;
}

int
check_run(const struct options *o, const struct config *c)
{
	struct check *k = calloc(1, sizeof *k);
	int rc = EXIT_UNKNOWN;

	if (k == NULL) {
		say("%s", _(err_text(ERR_NOMEM)));
		return rc;
	}
	k->o = o;
	k->all = c;
	k->config = &c->lists;
	rc = run(k);
	check_results_done(&k->results);
	if (k->subjects.texts != NULL)
		subjects_done(&k->subjects);
	knowledge_free(&k->k);
	free(k);
	return rc;
}
