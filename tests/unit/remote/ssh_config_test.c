/* ssh_config_test.c - hosts as people write them, and ssh -G's output: real
 * shape, hostile values, cut anywhere. */
#include "remote/ssh_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <cmocka.h>

static const struct ssh_env env = {"/home/ann", "ann", "/run/agent"};

static const char whole[] =
    "host mx\nuser ops\nhostname mx1.example.net\nport 2222\n"
    "addressfamily inet6\nbindaddress 192.0.2.9\nhashknownhosts "
    "yes\nidentitiesonly no\n"
    "pubkeyauthentication true\nstricthostkeychecking accept-new\n"
    "identityfile ~/.ssh/id_%r_%p\nidentityfile /k/%%%h-%n-%u-%x\n"
    "identityfile none\ncertificatefile %d/cert.pub\n"
    "userknownhostsfile /home/ann/.ssh/known_hosts /k/%k\n"
    "globalknownhostsfile /etc/ssh/ssh_known_hosts\n"
    "hostkeyalias pool\nproxyjump a,ops@b:2200\nconnecttimeout 7\n"
    "hostkeyalgorithms ssh-ed25519,rsa-sha2-512\nloglevel INFO\n";

static void
spec_ok(const char *text, const char *user, const char *host, unsigned port)
{
	struct ssh_spec s;

	assert_int_equal(ssh_spec_parse(&s, str_of(text)), ERR_OK);
	assert_string_equal(s.user, user);
	assert_string_equal(s.host, host);
	assert_int_equal(s.port, port);
}

static void
specs(void **state)
{
	static const char *const bad[] = {"", "-oProxyCommand=x", "a b",
	    "root@", "@host", "-l@host", "host:0", "host:65536",
	    "host:", "host:2x", "[::1", "[::1]x", "ho\nst", "a;b", "ssh://"};
	struct ssh_spec s = {.port = 1};

	(void)state;
	spec_ok("mta1", "", "mta1", 0);
	spec_ok("root@mta3:2222", "root", "mta3", 2222);
	spec_ok("ssh://root@mta3:2222/", "root", "mta3", 2222);
	spec_ok("a@b@[2001:db8::1]:22", "a@b", "2001:db8::1", 22);
	spec_ok("2001:db8::1", "", "2001:db8::1", 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (ssh_spec_parse(&s, str_of(bad[i])) != ERR_PARSE)
			fail_msg("taken: \"%s\"", bad[i]);
	assert_int_equal(s.port, 1);
}

static void
values(void **state)
{
	struct ssh_config c;

	(void)state;
	assert_int_equal(
	    ssh_config_parse(&c, STR_LIT("mx"), str_of(whole), &env), ERR_OK);
	assert_string_equal(c.host, "mx");
	assert_string_equal(c.hostname, "mx1.example.net");
	assert_string_equal(c.user, "ops");
	assert_string_equal(c.hostkey_alias, "pool");
	assert_int_equal(c.port, 2222);
	assert_int_equal(c.strict, SSH_STRICT_NEW);
	assert_int_equal(c.family, AF_INET6);
	assert_string_equal(c.bind_address, "192.0.2.9");
	assert_int_equal(c.connect_timeout_ms, 7000);
	assert_true(c.hash_known_hosts && c.pubkey_auth && !c.identities_only);
	assert_int_equal(c.identity.n, 2);
	assert_string_equal(c.identity.path[0], "/home/ann/.ssh/id_ops_2222");
	assert_string_equal(
	    c.identity.path[1], "/k/%mx1.example.net-mx-ann-%x");
	assert_string_equal(c.certificate.path[0], "/home/ann/cert.pub");
	assert_int_equal(c.user_known.n, 2);
	assert_string_equal(c.user_known.path[1], "/k/pool");
	assert_int_equal(c.global_known.n, 1);
	assert_string_equal(c.proxy_jump, "a,ops@b:2200");
	assert_null(c.proxy_command);
	assert_string_equal(c.identity_agent, "/run/agent");
	ssh_config_done(&c);
}

static void
agent_is(const char *line, const char *want)
{
	struct ssh_config c;
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(
	    buf_printf(&b, "hostname a\nuser b\nport 1\n%s\n", line), ERR_OK);
	assert_int_equal(
	    ssh_config_parse(&c, STR_LIT("a"), buf_view(&b), &env), ERR_OK);
	if (want == NULL)
		assert_null(c.identity_agent);
	else
		assert_string_equal(c.identity_agent, want);
	ssh_config_done(&c);
	buf_done(&b);
}

static void
agents(void **state)
{
	(void)state;
	agent_is("", "/run/agent");
	agent_is("identityagent none", NULL);
	agent_is("identityagent SSH_AUTH_SOCK", "/run/agent");
	agent_is("identityagent ~/a-%r", "/home/ann/a-b");
}

static void
refused(void **state)
{
	static const char *const bad[] = {"", "hostname a\nuser b\n",
	    "hostname a\nport 1\n", "user b\nport 1\n",
	    "hostname -x\nuser b\nport 1\n", "hostname a\nuser -b\nport 1\n",
	    "hostname a\nuser b c\nport 1\n", "hostname a\nuser b\nport 0\n",
	    "hostname a\nuser b\nport 70000\n",
	    "hostname a$(id)\nuser b\nport 1\n"};
	struct ssh_config c;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (ssh_config_parse(&c, STR_LIT("a"), str_of(bad[i]), &env) !=
		    ERR_PARSE)
			fail_msg("taken: \"%s\"", bad[i]);
}

/* A list longer than we keep, a value longer than we take, a NUL. */
static void
bounds(void **state)
{
	struct ssh_config c;
	struct buf b;

	(void)state;
	buf_init(&b, SSH_CONFIG_TEXT_MAX);
	(void)buf_puts(&b, "hostname a\nuser b\nport 1\nproxyjump ");
	for (int i = 0; i < 9000; i++)
		(void)buf_putc(&b, 'x');
	(void)buf_add(&b, "\nproxycommand x\0y\n", 18);
	for (int i = 0; i < 100; i++)
		(void)buf_puts(&b, "identityfile /k\n");
	assert_int_equal(b.failed, ERR_OK);
	assert_int_equal(
	    ssh_config_parse(&c, STR_LIT("a"), buf_view(&b), &env), ERR_OK);
	assert_int_equal(c.identity.n, SSH_CONFIG_LIST_MAX);
	assert_null(c.proxy_jump);
	assert_null(c.proxy_command);
	ssh_config_done(&c);
	buf_done(&b);
}

/* Cut anywhere it is refused or taken, and nothing leaks. */
static void
cut(void **state)
{
	struct ssh_config c;

	(void)state;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		char *copy = malloc(n + 1);

		assert_non_null(copy);
		memcpy(copy, whole, n);
		if (ssh_config_parse(&c, STR_LIT("mx"), (struct str){copy, n},
			&env) == ERR_OK)
			ssh_config_done(&c);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(specs),
	    cmocka_unit_test(values),
	    cmocka_unit_test(agents),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(bounds),
	    cmocka_unit_test(cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
