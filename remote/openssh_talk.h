/*
 * openssh_talk.h - what the ssh program says on stderr (LogLevel DEBUG1): how
 * far the login is, why it failed, what was tried; and what it asks through
 * SSH_ASKPASS. Pure; bytes in any slices, hostile ones too: a login banner
 * comes the same way, so after the host has been verified no line can say
 * anything about its key any more.
 * Source: OpenSSH sshconnect.c, sshconnect2.c, ssh.c, clientloop.c, seen with
 * 9.2; ssh(1), ssh_config(5).
 */
#ifndef REMOTE_OPENSSH_TALK_H
#define REMOTE_OPENSSH_TALK_H

#include "core/err.h"
#include "core/str.h"

enum talk_stage {
	TALK_BEGUN,   /* reads its configuration, looks the name up */
	TALK_CONNECT, /* TCP, or the proxy command */
	TALK_BANNER,  /* connected; the host has to say that it speaks SSH */
	TALK_KEX,     /* key exchange, host key */
	TALK_AUTH,
	TALK_LOGIN, /* authenticated; its shell has to answer */
	TALK_UP,    /* set by the owner: logged in */
};

enum { TALK_TEXT = 512 };

struct openssh_talk {
	enum talk_stage stage;
	err_t err;	  /* the cause that counts; 0 = none told */
	bool final;	  /* trying again cannot help */
	bool weak;	  /* err is only "closed": a better one may come */
	unsigned refused; /* sessions the host would not open */
	char peer[128];	  /* "127.0.0.1 port 22"; "" unknown */
	char user[64];
	char why[256];	     /* the line that told err, clean UTF-8 */
	char last[256];	     /* the last line that was no debug line */
	char offending[256]; /* "Offending ED25519 key in FILE:LINE" */
	char offers[128];    /* "publickey,password" */
	char tried[320];     /* keys that were offered, comma between */
	char locked[256];    /* key file whose passphrase nobody gave */
	char hostkey[128];   /* "ssh-ed25519 SHA256:..", what the host showed */
	char line[1024];
	size_t line_n;
};

void openssh_talk_init(struct openssh_talk *t);
void openssh_talk_feed(struct openssh_talk *t, struct str bytes);
/* The program ended: a half line is a line. */
void openssh_talk_end(struct openssh_talk *t);
/*
 * One sentence for the cause told, naming `name` (the operator's word for the
 * host), the fact and the way out. Returns dst.
 */
char *openssh_talk_sentence(
    const struct openssh_talk *t, const char *name, char dst[TALK_TEXT]);
/* The same for our own time-out of wait_ms in this stage. */
char *openssh_talk_timeout(const struct openssh_talk *t, const char *name,
    int64_t wait_ms, char dst[TALK_TEXT]);

enum question_kind { QUESTION_OTHER, QUESTION_HOSTKEY, QUESTION_PASSPHRASE };
/*
 * What SSH_ASKPASS is asked to ask. subject: "ED25519 SHA256:... (host)", or
 * the key file; clean UTF-8, empty for QUESTION_OTHER.
 */
enum question_kind openssh_question(struct str text, char *subject, size_t cap);

#endif
