/* hosts_test.c - which hosts a run is about, and how they are reached. */
#include "app/hosts.h"
#include "tests/unit/app/config_help.h"

static const char file[] =
    "hosts: [{name: mta1, transport: openssh}, {name: mta2}]\n"
    "transport: libssh2\n"
    "ssh_config: /etc/ops/ssh\n";

static struct hosts *
collected(const struct options *o, const struct config *c, err_t want)
{
	struct hosts *h = malloc(sizeof *h);
	char why[512] = "";

	assert_non_null(h);
	assert_int_equal(hosts_collect(h, o, c, why, sizeof why), want);
	assert_int_equal(why[0] != '\0', want != ERR_OK);
	return h;
}

static void
the_command_line_names_them_or_the_file(void **state)
{
	const char *const names[] = {"mta2", "root@mta3:2222"};
	char why[512];
	struct config *c = parsed(file, ERR_OK, why, sizeof why);
	struct options o = {0};
	struct hosts *h = collected(&o, c, ERR_OK);

	(void)state;
	assert_int_equal(h->n, 2);
	assert_string_equal(h->names[0], "mta1");
	free(h);
	o.hosts = names;
	o.n_hosts = 2;
	h = collected(&o, c, ERR_OK);
	assert_int_equal(h->n, 2);
	assert_string_equal(h->names[1], "root@mta3:2222");
	free(h);
	free(c);
}

static void
how_the_file_reaches_a_host_holds_on_the_command_line(void **state)
{
	const char *const names[] = {"mta1", "mta9"};
	char why[512];
	struct config *c = parsed(file, ERR_OK, why, sizeof why);
	struct options o = {.hosts = names, .n_hosts = 2};
	struct hosts *h = collected(&o, c, ERR_OK);

	(void)state;
	assert_int_equal(h->kinds[0], TR_OPENSSH);
	assert_int_equal(h->kinds[1], TR_LIBSSH2);
	free(h);
	o.transport_given = true;
	o.transport = TR_LOCAL;
	h = collected(&o, c, ERR_OK);
	assert_int_equal(h->kinds[0], TR_LOCAL);
	free(h);
	assert_string_equal(hosts_ssh_config(&o, c), "/etc/ops/ssh");
	o.ssh_config = "mine";
	assert_string_equal(hosts_ssh_config(&o, c), "mine");
	free(c);
}

static void
what_is_no_host_is_refused(void **state)
{
	static const char *const bad[] = {
	    "-oProxyCommand=x", "a b", "$(x)", "m;n", "us`er@mta1", ""};
	const char *const twice[] = {"mta1", "mta1"};
	char why[512];
	struct config *c = parsed(file, ERR_OK, why, sizeof why);
	struct options o = {.n_hosts = 1};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		o.hosts = &bad[i];
		free(collected(&o, c, ERR_PARSE));
	}
	o.hosts = twice;
	o.n_hosts = 2;
	free(collected(&o, c, ERR_PARSE));
	free(c);
	c = parsed("poll: 5s\n", ERR_OK, why, sizeof why);
	o = (struct options){0};
	free(collected(&o, c, ERR_PARSE));
	o.transport_given = true;
	o.transport = TR_LOCAL;
	free(collected(&o, c, ERR_OK));
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_command_line_names_them_or_the_file),
	    cmocka_unit_test(
		how_the_file_reaches_a_host_holds_on_the_command_line),
	    cmocka_unit_test(what_is_no_host_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
