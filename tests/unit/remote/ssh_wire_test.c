/* ssh_wire_test.c - SSH's encodings, key heads, a server's hello; cut short
 * and crooked. */
#include "remote/ssh_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static void
reader(void **state)
{
	struct ssh_wire w = {STR_LIT("\0\0\0\002hi\x07\0\0\0\x09short"), false};
	struct str s;

	(void)state;
	s = ssh_wire_string(&w);
	assert_true(str_eq(s, STR_LIT("hi")));
	assert_int_equal(ssh_wire_u8(&w), 7);
	s = ssh_wire_string(&w);
	assert_int_equal(s.n, 0);
	assert_true(w.bad);
	assert_int_equal(ssh_wire_u32(&w), 0);
	assert_int_equal(ssh_wire_u8(&w), 0);
}

static void
base64(void **state)
{
	static const char *const bad[] = {"", "=", "A", "AB", "ABC",
	    "A===", "AB=C", "AB CD", "ABCD=", "====", "AB==CD=="};
	static const struct {
		const char *plain, *coded;
	} good[] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="}, {"\xff\xfe\xfd", "//79"}};
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		buf_reset(&b);
		ssh_base64_encode(&b, str_of(good[i].plain));
		assert_string_equal(buf_cstr(&b), good[i].coded);
		buf_reset(&b);
		assert_int_equal(
		    ssh_base64_decode(&b, str_of(good[i].coded)), ERR_OK);
		assert_string_equal(buf_cstr(&b), good[i].plain);
	}
	buf_reset(&b);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (ssh_base64_decode(&b, str_of(bad[i])) == ERR_OK)
			fail_msg("taken: \"%s\"", bad[i]);
		assert_int_equal(b.n, 0);
	}
	buf_done(&b);
}

static void
types(void **state)
{
	(void)state;
	assert_int_equal(ssh_key_type(STR_LIT("ssh-ed25519")), SSH_KEY_ED25519);
	assert_int_equal(ssh_key_type(STR_LIT("rsa-sha2-512")), SSH_KEY_RSA);
	assert_int_equal(ssh_key_type(STR_LIT("")), SSH_KEY_OTHER);
	assert_int_equal(ssh_key_type(STR_LIT("ssh-ed")), SSH_KEY_OTHER);
	assert_string_equal(ssh_key_name(SSH_KEY_RSA), "ssh-rsa");
	assert_string_equal(ssh_key_label(SSH_KEY_ECDSA384), "ECDSA");
	assert_false(ssh_key_user_ok(SSH_KEY_RSA));
	assert_false(ssh_key_user_ok(SSH_KEY_OTHER));
	assert_true(ssh_key_user_ok(SSH_KEY_CERT_ECDSA256));
}

#define PUB                                                                    \
	"AAAAC3NzaC1lZDI1NTE5AAAAIDsHo8pYIZ6pAoA0MpTB8iZxk2QhBMyVY0xV1M3cP0Ht"

/* The head of OpenSSH's format with this cipher, in PEM. */
static void
openssh_file(struct buf *out, const char *cipher, uint32_t keys)
{
	struct buf raw, blob;

	buf_init(&raw, 4096);
	buf_init(&blob, 256);
	assert_int_equal(ssh_base64_decode(&blob, STR_LIT(PUB)), ERR_OK);
	(void)buf_add(&raw, "openssh-key-v1", 15);
	ssh_wire_put_string(&raw, str_of(cipher));
	ssh_wire_put_string(&raw, STR_LIT("bcrypt"));
	ssh_wire_put_string(&raw, STR_LIT("salt"));
	ssh_wire_put_u32(&raw, keys);
	ssh_wire_put_string(&raw, buf_view(&blob));
	ssh_wire_put_string(&raw, STR_LIT("secret"));
	(void)buf_puts(out, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
	ssh_base64_encode(out, (struct str){raw.p, 30});
	(void)buf_puts(out, "\r\n");
	ssh_base64_encode(out, (struct str){raw.p + 30, raw.n - 30});
	(void)buf_puts(out, "\n-----END OPENSSH PRIVATE KEY-----\n");
	buf_done(&raw);
	buf_done(&blob);
}

static void
private_keys(void **state)
{
	struct ssh_keyhead k;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	openssh_file(&b, "aes256-ctr", 1);
	assert_int_equal(ssh_keyhead_private(&k, buf_view(&b)), ERR_OK);
	assert_int_equal(k.type, SSH_KEY_ED25519);
	assert_true(k.encrypted);
	assert_int_equal(k.blob.n, 51);
	ssh_keyhead_done(&k);
	for (size_t n = 0; n + 30 < b.n; n++)
		assert_int_not_equal(
		    ssh_keyhead_private(&k, (struct str){b.p, n}), ERR_OK);
	buf_reset(&b);
	openssh_file(&b, "none", 1);
	assert_int_equal(ssh_keyhead_private(&k, buf_view(&b)), ERR_OK);
	assert_false(k.encrypted);
	ssh_keyhead_done(&k);
	buf_reset(&b);
	openssh_file(&b, "none", 2);
	assert_int_not_equal(ssh_keyhead_private(&k, buf_view(&b)), ERR_OK);
	buf_done(&b);
}

static void
pem_keys(void **state)
{
	struct ssh_keyhead k;

	(void)state;
	assert_int_equal(ssh_keyhead_private(
			     &k, STR_LIT("-----BEGIN RSA PRIVATE KEY-----\n"
					 "Proc-Type: 4,ENCRYPTED\n\nAA==\n")),
	    ERR_OK);
	assert_int_equal(k.type, SSH_KEY_RSA);
	assert_true(k.encrypted);
	ssh_keyhead_done(&k);
	assert_int_equal(
	    ssh_keyhead_private(
		&k, STR_LIT("x\n-----BEGIN EC PRIVATE KEY-----\r\nAA==\n")),
	    ERR_OK);
	assert_int_equal(k.type, SSH_KEY_ECDSA256);
	assert_false(k.encrypted);
	ssh_keyhead_done(&k);
	assert_int_equal(
	    ssh_keyhead_private(&k, STR_LIT("ssh-ed25519 " PUB)), ERR_PARSE);
	assert_int_equal(ssh_keyhead_private(&k, STR_LIT("")), ERR_PARSE);
}

static void
public_keys(void **state)
{
	struct ssh_keyhead k;

	(void)state;
	assert_int_equal(
	    ssh_keyhead_public(&k, STR_LIT("ssh-ed25519 " PUB " ann@home\n")),
	    ERR_OK);
	assert_int_equal(k.type, SSH_KEY_ED25519);
	ssh_keyhead_done(&k);
	assert_int_equal(
	    ssh_keyhead_public(&k, STR_LIT("ssh-rsa " PUB)), ERR_PARSE);
	assert_int_equal(
	    ssh_keyhead_public(&k, STR_LIT("ssh-ed25519")), ERR_PARSE);
	assert_int_equal(ssh_keyhead_public(&k, STR_LIT("")), ERR_PARSE);
}

static void
hello(void **state)
{
	struct buf b, body;
	struct str algs, left, name;
	size_t n = 0;

	(void)state;
	buf_init(&b, 4096);
	buf_init(&body, 4096);
	(void)buf_putc(&body, 4);
	(void)buf_putc(&body, 20);
	(void)buf_add(&body, "cookiecookiecook", 16);
	ssh_wire_put_string(&body, STR_LIT("curve25519-sha256"));
	ssh_wire_put_string(&body, STR_LIT("rsa-sha2-512,rsa-sha2-256"));
	(void)buf_puts(&b, "motd\r\nSSH-2.0-x\r\n");
	ssh_wire_put_string(&b, buf_view(&body));
	for (size_t k = 0; k < b.n; k++)
		assert_false(ssh_hello_hostkeys((struct str){b.p, k}, &algs));
	assert_true(ssh_hello_hostkeys(buf_view(&b), &algs));
	left = algs;
	while (ssh_list_next(&left, &name))
		n += ssh_key_type(name) == SSH_KEY_RSA;
	assert_int_equal(n, 2);
	b.p[17 + 5] = 21; /* not KEXINIT */
	assert_false(ssh_hello_hostkeys(buf_view(&b), &algs));
	buf_done(&b);
	buf_done(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reader),
	    cmocka_unit_test(base64),
	    cmocka_unit_test(types),
	    cmocka_unit_test(private_keys),
	    cmocka_unit_test(pem_keys),
	    cmocka_unit_test(public_keys),
	    cmocka_unit_test(hello),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
