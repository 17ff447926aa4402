/*
 * ssh_sign.c - runs libssh2's call for a key file on libuv's thread pool; see
 * ssh_sign.h. The session is the thread's alone meanwhile, and nothing else is:
 * ssh_io.c's callbacks take from s->in what came before, and leave in s->out
 * what is to go. So a slow passphrase holds nobody who shares a jump host.
 */
#include "remote/ssh_sign.h"

#include <stdlib.h>

struct ssh_sign {
	uv_work_t req;
	struct ssh_session *s;
	const struct ssh_key *k; /* borrowed; lives as long as s->auth */
	char *secret;		 /* owned, wiped */
	int rc;
	bool done;  /* rc is to be fetched */
	bool again; /* the thread waits for what the host says */
};

static int
call(struct ssh_sign *w)
{
	const struct ssh_session *s = w->s;

	return libssh2_userauth_publickey_fromfile_ex(s->lib, s->cfg.user,
	    (unsigned)strlen(s->cfg.user), w->k->pub_path, w->k->path,
	    w->secret);
}

static void
on_thread(uv_work_t *req)
{
	struct ssh_sign *w = req->data;

	w->rc = call(w);
}

static void
on_done(uv_work_t *req, int status)
{
	struct ssh_sign *w = req->data;

	if (status != 0)
		w->rc = LIBSSH2_ERROR_EAGAIN;
	w->done = true;
	w->again = true;
	ssh_chain_worked(w->s->chain);
}

void
ssh_sign_free(struct ssh_sign *w)
{
	if (w == NULL)
		return;
	ssh_secret_forget(w->secret);
	free(w);
}

static struct ssh_sign *
make(struct ssh_session *s, const struct ssh_key *k, const char *secret)
{
	struct ssh_sign *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->s = s;
	w->k = k;
	w->req.data = w;
	w->secret = secret == NULL ? NULL : str_dup(str_of(secret));
	if (secret != NULL && w->secret == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

int
ssh_sign_step(struct ssh_session *s, struct ssh_sign **w,
    const struct ssh_key *k, const char *secret)
{
	struct ssh_chain *c = s->chain;
	int rc;

	if (*w == NULL)
		*w = make(s, k, secret);
	if (*w == NULL)
		return LIBSSH2_ERROR_ALLOC;
	if (!k->encrypted) {
		rc = call(*w);
	} else if ((*w)->done) {
		(*w)->done = false;
		ssh_to(s, SS_SIGN); /* its time-out starts anew */
		rc = (*w)->rc;
	} else if ((*w)->again && !ssh_io_fetch(s)) {
		rc = LIBSSH2_ERROR_EAGAIN;
	} else {
		/* before the thread runs, which may be before this returns */
		c->working = true;
		rc = LIBSSH2_ERROR_EAGAIN;
		if (uv_queue_work(c->loop, &(*w)->req, on_thread, on_done) !=
		    0) {
			c->working = false;
			rc = LIBSSH2_ERROR_ALLOC;
		}
	}
	if (rc != LIBSSH2_ERROR_EAGAIN) {
		ssh_sign_free(*w);
		*w = NULL;
	}
	return rc;
}
