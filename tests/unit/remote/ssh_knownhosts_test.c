/* ssh_knownhosts_test.c - who is known by which line: names, patterns, hashes
 * as ssh-keygen -H writes them now, markers, nonsense. */
#include "remote/ssh_knownhosts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* Two ED25519 keys and an ECDSA one, as blobs in base64. */
#define KEY_A                                                                  \
	"AAAAC3NzaC1lZDI1NTE5AAAAIDsHo8pYIZ6pAoA0MpTB8iZxk2QhBMyVY0xV1M3cP0Ht"
#define KEY_B                                                                  \
	"AAAAC3NzaC1lZDI1NTE5AAAAIMVEbJ8Fz5lFbX0xVt4vUSk9Xj5jyKzB3F0Yw7VvX3Qm"
#define KEY_E                                                                  \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmx"  \
	"kZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++T"  \
	"pockg="

static struct ssh_known
scan(const char *text, const char *name, const char *key64)
{
	struct ssh_known k = {.types = 0};
	struct buf key;

	buf_init(&key, 1024);
	if (key64[0] != '\0')
		assert_int_equal(
		    ssh_base64_decode(&key, str_of(key64)), ERR_OK);
	ssh_known_scan(&k, "f", str_of(text), str_of(name), buf_view(&key));
	buf_done(&key);
	return k;
}

static void
names(void **state)
{
	char dst[SSH_KNOWN_NAME_MAX];

	(void)state;
	assert_string_equal(ssh_known_name(dst, "Mta1", 22), "mta1");
	assert_string_equal(ssh_known_name(dst, "Mta1", 2222), "[mta1]:2222");
	assert_string_equal(ssh_known_name(dst, "::1", 2222), "[::1]:2222");
}

static void
plain(void **state)
{
	static const char text[] = "# comment\n\n"
				   "other ssh-ed25519 " KEY_A "\n"
				   "x,MTA1,y ssh-ed25519 " KEY_A " ann\n"
				   "mta1 ecdsa-sha2-nistp256 " KEY_E "\n";
	struct ssh_known k = scan(text, "mta1", KEY_A);

	(void)state;
	assert_int_equal(k.match.line, 4);
	assert_string_equal(k.match.file, "f");
	assert_null(k.changed.file);
	assert_int_equal(k.types, 1 << SSH_KEY_ED25519 | 1 << SSH_KEY_ECDSA256);
	k = scan(text, "mta1", KEY_B);
	assert_null(k.match.file);
	assert_int_equal(k.changed.line, 4);
	assert_int_equal(k.other.line, 5);
	k = scan(text, "mta2", KEY_A);
	assert_int_equal(k.types, 0);
	k = scan(text, "mta1", "");
	assert_int_equal(k.other.line, 4);
	assert_null(k.changed.file);
	/* another port is another host */
	assert_int_equal(scan(text, "[mta1]:2222", KEY_A).types, 0);
}

static void
patterns(void **state)
{
	static const char text[] =
	    "*.example.net,!bad.example.net ssh-ed25519 " KEY_A "\n"
	    "[mta?]:* ssh-ed25519 " KEY_A "\n";

	(void)state;
	assert_int_equal(scan(text, "a.example.net", KEY_A).match.line, 1);
	assert_null(scan(text, "bad.example.net", KEY_A).match.file);
	assert_null(scan(text, "example.net", KEY_A).match.file);
	assert_int_equal(scan(text, "[mta7]:2222", KEY_A).match.line, 2);
	assert_null(scan(text, "[mta77]:2222", KEY_A).match.file);
	assert_null(scan(text, "mta7", KEY_A).match.file);
}

static void
markers(void **state)
{
	static const char text[] =
	    "@revoked * ssh-ed25519 " KEY_B "\n"
	    "@cert-authority *.net ssh-ed25519 " KEY_A "\n"
	    "@other mta.net ssh-ed25519 " KEY_B "\n"
	    "mta.net ssh-ed25519 " KEY_B "\n";
	struct ssh_known k = scan(text, "mta.net", KEY_B);

	(void)state;
	assert_int_equal(k.revoked.line, 1);
	assert_int_equal(k.match.line, 4);
	assert_int_equal(k.ca.line, 2);
	k = scan(text, "mta.net", KEY_A);
	assert_null(k.revoked.file);
	assert_null(k.match.file);
	assert_int_equal(k.changed.line, 4);
}

static void
nonsense(void **state)
{
	static const char text[] =
	    "mta1\nmta1 ssh-ed25519\nmta1 ssh-ed25519 !!!!\n"
	    "mta1 ssh-rsa " KEY_A "\nmta1 ssh-ed25519 AAAA\n|1|x|y "
	    "ssh-ed25519 " KEY_A "\n|1|| ssh-ed25519 " KEY_A
	    "\n|1| ssh-ed25519 " KEY_A "\n@revoked\n@ x y\n"
	    "|1|AAAA|AAAA ssh-ed25519 " KEY_A "\n,,, ssh-ed25519 " KEY_A "\n";
	struct ssh_known k = scan(text, "mta1", KEY_A);

	(void)state;
	assert_int_equal(k.types, 0);
	assert_null(k.match.file);
}

/* What we write is what we read, hashed or not. */
static void
written(void **state)
{
	static const char salt[20] = "12345678901234567890";
	struct buf line, key;

	(void)state;
	buf_init(&line, 4096);
	buf_init(&key, 1024);
	assert_int_equal(ssh_base64_decode(&key, str_of(KEY_A)), ERR_OK);
	ssh_known_line(&line, STR_LIT("[mta1]:2222"), buf_view(&key),
	    (struct str){NULL, 0});
	assert_string_equal(
	    buf_cstr(&line), "[mta1]:2222 ssh-ed25519 " KEY_A "\n");
	ssh_known_line(&line, STR_LIT("mta2"), buf_view(&key),
	    (struct str){salt, sizeof salt});
	assert_int_equal(
	    scan(buf_cstr(&line), "[mta1]:2222", KEY_A).match.line, 1);
	assert_int_equal(scan(buf_cstr(&line), "mta2", KEY_A).match.line, 2);
	assert_null(scan(buf_cstr(&line), "mta3", KEY_A).match.file);
	buf_done(&line);
	buf_done(&key);
}

/* ssh-keygen -H hashes a file of ours; we still know everybody in it. */
static void
hashed_by_ssh(void **state)
{
	char path[] = "/tmp/known_hosts_test.XXXXXX", old[64], bytes[8192];
	static const char text[] = "mta1,mta2 ssh-ed25519 " KEY_A "\n"
				   "[mta3]:2222 ssh-ed25519 " KEY_B "\n";
	int fd = mkstemp(path), status = 0;
	FILE *f;
	size_t n;
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	(void)close(fd);
	pid = fork();
	if (pid == 0) {
		(void)freopen("/dev/null", "w", stdout);
		(void)freopen("/dev/null", "w", stderr);
		(void)execlp("ssh-keygen", "ssh-keygen", "-q", "-H", "-f", path,
		    (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(bytes, 1, sizeof bytes - 1, f);
	bytes[n] = '\0';
	(void)fclose(f);
	(void)unlink(path);
	(void)snprintf(old, sizeof old, "%s.old", path);
	(void)unlink(old);
	assert_null(strstr(bytes, "mta"));
	assert_non_null(scan(bytes, "mta1", KEY_A).match.file);
	assert_non_null(scan(bytes, "mta2", KEY_A).match.file);
	assert_non_null(scan(bytes, "mta2", KEY_B).changed.file);
	assert_non_null(scan(bytes, "[mta3]:2222", KEY_B).match.file);
	assert_int_equal(scan(bytes, "mta3", KEY_B).types, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(plain),
	    cmocka_unit_test(patterns),
	    cmocka_unit_test(markers),
	    cmocka_unit_test(nonsense),
	    cmocka_unit_test(written),
	    cmocka_unit_test(hashed_by_ssh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
