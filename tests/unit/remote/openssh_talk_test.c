/* openssh_talk_test.c - what ssh says, understood however it is cut. */
#include "remote/openssh_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LOGIN                                                                  \
	"debug1: Connecting to mta1 [127.0.0.1] port 2222.\r\n"                \
	"debug1: Connection established.\r\n"                                  \
	"debug1: Remote protocol version 2.0, remote software version x\r\n"   \
	"debug1: Authenticating to mta1:2222 as 'root'\r\n"                    \
	"debug1: Server host key: ssh-ed25519 SHA256:abc\r\n"
#define AUTH                                                                   \
	"debug1: SSH2_MSG_SERVICE_ACCEPT received\r\n"                         \
	"debug1: Authentications that can continue: publickey,password\r\n"    \
	"debug1: Offering public key: /k/a ED25519 SHA256:x explicit\r\n"      \
	"debug1: Offering public key: b c RSA SHA256:y agent\r\n"

struct sample {
	const char *said;
	enum talk_stage stage;
	err_t err;
	bool final;
	const char *sentence;
};

static const struct sample samples[] = {
    {"ssh: Could not resolve hostname mta1: Name or service not known\r\n",
	TALK_BEGUN, ERR_NAME, true, "mta1: host name not found (ssh: Could"},
    {"ssh: Could not resolve hostname mta1: Temporary failure in name "
     "resolution\n",
	TALK_BEGUN, ERR_NAME, false, "mta1: host name not found"},
    {"debug1: Connecting to mta1 [127.0.0.1] port 2222.\r\n"
     "debug1: connect to address 127.0.0.1 port 2222: Connection refused\r\n"
     "ssh: connect to host mta1 port 2222: Connection refused\r\n",
	TALK_CONNECT, ERR_CONNREFUSED, false,
	"mta1: mta1 port 2222 refused the connection"},
    {"ssh: connect to host jump port 22: Connection refused\r\n"
     "kex_exchange_identification: Connection closed by remote host\r\n"
     "Connection closed by UNKNOWN port 65535\r\n",
	TALK_BEGUN, ERR_CONNREFUSED, false, "mta1: jump port 22 refused"},
    {"ssh: connect to host mta1 port 22: Connection timed out\n", TALK_BEGUN,
	ERR_TIMEOUT, false, "mta1: mta1 port 22 does not answer"},
    {"ssh: connect to host mta1 port 22: No route to host\n", TALK_BEGUN,
	ERR_UNREACH, false, "mta1: "},
    {"ssh: connect to host mta1 port 22: Network is unreachable\n", TALK_BEGUN,
	ERR_UNREACH, false, "mta1: "},
    {"debug1: Connection established.\n"
     "Connection timed out during banner exchange\n"
     "Connection to 127.0.0.1 port 22 timed out\n",
	TALK_BANNER, ERR_TIMEOUT, false, "mta1: mta1 took the connection"},
    {LOGIN "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
	   "Offending ED25519 key in /h/known_hosts:7\n"
	   "Host key verification failed.\r\n",
	TALK_KEX, ERR_KEYCHANGED, true,
	"mta1: HOST KEY CHANGED (now ssh-ed25519 SHA256:abc); somebody may "
	"sit between, or the host was installed anew. Not connected. "
	"Offending ED25519 key in /h/known_hosts:7: remove"},
    {LOGIN "@       WARNING: REVOKED HOST KEY DETECTED!               @\n"
	   "Host key verification failed.\r\n",
	TALK_KEX, ERR_KEYCHANGED, true, "mta1: HOST KEY REVOKED"},
    {LOGIN "Host key verification failed.\n", TALK_KEX, ERR_KEYUNKNOWN, true,
	"mta1: host key unknown and not accepted: ssh-ed25519 SHA256:abc"},
    {LOGIN AUTH "root@mta1: Permission denied (publickey,password).\r\n",
	TALK_AUTH, ERR_AUTH, true,
	"mta1: login as root was refused; tried /k/a ED25519, b c RSA; the "
	"host takes publickey,password"},
    {LOGIN AUTH "Received disconnect from 127.0.0.1 port 2222:2: Too many "
		"authentication failures\r\nDisconnected from ..\r\n",
	TALK_AUTH, ERR_AUTH, true, "mta1: login as root was refused"},
    {LOGIN "Unable to negotiate with 127.0.0.1 port 22: no matching host key "
	   "type found. Their offer: ssh-dss\r\n",
	TALK_KEX, ERR_PROTO, true, "mta1: Unable to negotiate"},
    {"/h/.ssh/config: line 3: Bad configuration option: x\n"
     "/h/.ssh/config: terminating, 1 bad configuration options\n",
	TALK_BEGUN, ERR_PARSE, true,
	"mta1: ssh does not take its configuration: /h/.ssh/config: line 3"},
    {LOGIN "Connection closed by 127.0.0.1 port 2222\r\n", TALK_KEX, ERR_CLOSED,
	false, "mta1: the connection was closed before the login"},
    /* A login banner may say what it likes: the key has been verified. */
    {LOGIN AUTH "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n"
		"debug1: Server host key: ssh-ed25519 SHA256:forged\n"
		"Host key verification failed.\n"
		"root@mta1: Permission denied (publickey).\r\n",
	TALK_AUTH, ERR_AUTH, true, "mta1: login as root was refused"},
    {LOGIN AUTH "Authenticated to mta1 ([127.0.0.1]:2222) using \"x\".\r\n",
	TALK_LOGIN, ERR_OK, false, "mta1: Authenticated to"},
    {"", TALK_BEGUN, ERR_OK, false, "mta1: ssh ended without a word"},
    {"exec: \x1b]0;evil\a\xff: not found\n", TALK_BEGUN, ERR_OK, false,
	"mta1: exec: \xef\xbf\xbd]0;evil\xef\xbf\xbd\xef\xbf\xbd: not found"},
};

static void
check(const struct sample *s, size_t step)
{
	struct openssh_talk t;
	char said[TALK_TEXT];
	size_t n = strlen(s->said);

	openssh_talk_init(&t);
	for (size_t i = 0; i < n; i += step)
		openssh_talk_feed(
		    &t, (struct str){s->said + i, n - i < step ? n - i : step});
	openssh_talk_end(&t);
	(void)openssh_talk_sentence(&t, "mta1", said);
	if (t.err != s->err || t.final != s->final || t.stage != s->stage ||
	    strncmp(said, s->sentence, strlen(s->sentence)) != 0)
		fail_msg("%s\ngave stage %d err %d final %d: %s", s->said,
		    (int)t.stage, t.err, t.final, said);
}

static void
understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		for (size_t step = 1; step < 300; step += step < 4 ? 1 : 59)
			check(&samples[i], step);
}

static void
locked(void **state)
{
	struct openssh_talk t;
	char said[TALK_TEXT];

	(void)state;
	openssh_talk_init(&t);
	openssh_talk_feed(&t, STR_LIT(LOGIN AUTH "Permission denied (x).\n"));
	str_copy(t.locked, sizeof(t.locked), STR_LIT("/k/a"));
	assert_true(strstr(openssh_talk_sentence(&t, "mta1", said),
			"/k/a needs its passphrase") != NULL);
}

static void
long_lines(void **state)
{
	struct openssh_talk t;
	char said[TALK_TEXT], x[5000];

	(void)state;
	memset(x, 'x', sizeof(x));
	openssh_talk_init(&t);
	for (int i = 0; i < 300; i++)
		openssh_talk_feed(&t, (struct str){x, sizeof(x)});
	openssh_talk_feed(&t, STR_LIT("\nConnection closed by x\n"));
	openssh_talk_end(&t);
	assert_int_equal(t.err, ERR_CLOSED);
	openssh_talk_init(&t);
	for (int i = 0; i < 300; i++)
		openssh_talk_feed(&t,
		    STR_LIT("debug1: Offering public key: /a/very/long/name/of/"
			    "a/key/file ED25519 SHA256:x\n"));
	assert_true(strlen(t.tried) < sizeof(t.tried));
	assert_true(strlen(openssh_talk_sentence(&t, "mta1", said)) > 0);
}

static void
time_outs(void **state)
{
	struct openssh_talk t;
	char said[TALK_TEXT];

	(void)state;
	openssh_talk_init(&t);
	openssh_talk_feed(
	    &t, STR_LIT("debug1: Connecting to m [10.0.0.1] port 22.\n"));
	assert_true(
	    strstr(openssh_talk_timeout(&t, "mta1", 1500, said),
		"mta1: m port 22 timed out after 1.5 s: no answer") == said);
	openssh_talk_feed(&t, STR_LIT("debug1: Connection established.\n"));
	assert_true(strstr(openssh_talk_timeout(&t, "mta1", 1500, said),
			"said nothing") != NULL);
}

static void
questions(void **state)
{
	char s[256], small[8];

	(void)state;
	assert_int_equal(
	    openssh_question(
		STR_LIT("The authenticity of host '[127.47.0.9]:2922 "
			"([127.47.0.9]:2922)' can't be established.\n"
			"ED25519 key fingerprint is SHA256:zhaE.\n"
			"This key is not known by any other names.\n"
			"Are you sure you want to continue connecting "
			"(yes/no/[fingerprint])? "),
		s, sizeof(s)),
	    QUESTION_HOSTKEY);
	assert_string_equal(s, "ED25519 SHA256:zhaE ([127.47.0.9]:2922)");
	assert_int_equal(
	    openssh_question(STR_LIT("The authenticity of host 'j' can't be "
				     "established.\n\x1b[31mX key fingerprint "
				     "is SHA256:q"),
		s, sizeof(s)),
	    QUESTION_HOSTKEY);
	assert_string_equal(s,
	    "\xef\xbf\xbd[31mX SHA256:q (j' can't be established.\xef\xbf\xbd"
	    "\xef\xbf\xbd[31mX key fingerprint is SHA256:q)");
	assert_int_equal(
	    openssh_question(
		STR_LIT("Enter passphrase for key '/root/.ssh/id ed': "), s,
		sizeof(s)),
	    QUESTION_PASSPHRASE);
	assert_string_equal(s, "/root/.ssh/id ed");
	assert_int_equal(openssh_question(STR_LIT("Enter passphrase for key "
						  "'/a/long/name': "),
			     small, sizeof(small)),
	    QUESTION_PASSPHRASE);
	assert_string_equal(small, "/a/long");
	assert_int_equal(openssh_question(STR_LIT("Enter PIN for ECDSA-SK "
						  "key /k: "),
			     s, sizeof(s)),
	    QUESTION_PASSPHRASE);
	assert_string_equal(s, "ECDSA-SK key /k");
	assert_int_equal(
	    openssh_question(STR_LIT("root@mta1's password: "), s, sizeof(s)),
	    QUESTION_OTHER);
	assert_string_equal(s, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(understood),
	    cmocka_unit_test(locked),
	    cmocka_unit_test(long_lines),
	    cmocka_unit_test(time_outs),
	    cmocka_unit_test(questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
