/*
 * replay_read.h - frames of a recording one after the other out of a file, with
 * a window of fixed size, and the index of a whole one. Trusts nothing in it.
 */
#ifndef REMOTE_REPLAY_READ_H
#define REMOTE_REPLAY_READ_H

#include "remote/recfile.h"

enum {
	REPLAY_WINDOW = 2 * (RECFILE_BYTES_MAX + RECFILE_HEAD_MAX),
	REPLAY_HOSTS_MAX = 4096,
	REPLAY_RUNS_MAX = 4 * 1024 * 1024, /* commands in one recording */
};

struct replay_reader {
	int fd;	     /* borrowed */
	uint64_t at; /* file offset of window[pos] */
	size_t pos, n;
	int64_t t_ms; /* of the frame last read, from the beginning */
	char *window; /* owned */
};

err_t replay_reader_init(struct replay_reader *r, int fd) NODISCARD;
void replay_reader_done(struct replay_reader *r);
/* Goes on at a frame's offset; t_ms: of the frame before it. */
void replay_reader_seek(struct replay_reader *r, uint64_t at, int64_t t_ms);
/*
 * The next frame; its bytes live until the next call. ERR_CLOSED at the end,
 * ERR_PARSE where it is damaged, ERR_IO.
 */
err_t replay_reader_next(
    struct replay_reader *r, struct recfile_frame *f) NODISCARD;
/* The same, left where it is: *t_ms is its time. */
err_t replay_reader_peek(
    struct replay_reader *r, struct recfile_frame *f, int64_t *t_ms) NODISCARD;

/* One recorded command. */
struct replay_run {
	uint64_t at, end; /* offsets: of its START, and behind its last frame */
	int64_t t_ms;
	uint64_t exec;
	uint32_t host, name; /* name: number in names */
	uint32_t next;	     /* the next run of this name on this host */
};

#define REPLAY_NO_RUN UINT32_MAX

struct replay_index {
	char **hosts; /* owned; [n_hosts] */
	size_t n_hosts, room_hosts;
	struct replay_run *runs; /* owned; in the order they began */
	size_t n_runs, room_runs;
	char **names; /* owned */
	size_t n_names, room_names;
	uint32_t *heads; /* owned; [n_hosts * n_names] first run of each */
	int64_t wall_ms, end_ms; /* end_ms: of the last frame, from the start */
	uint64_t first;		 /* offset of the first frame */
	err_t end;		 /* how the file ended: 0 whole, or as above */
	size_t running;		 /* commands that had not ended there */
	uint64_t end_at;
};

/* ERR_PARSE when it is no recording, ERR_LIMIT, ERR_NOMEM, ERR_IO. */
err_t replay_index_build(struct replay_index *x, int fd) NODISCARD;
void replay_index_done(struct replay_index *x);
/*
 * Takes the run that a command of this name on this host is to be, asked for at
 * t_ms: the last one begun by then, else the next; those before it are passed
 * over for good. REPLAY_NO_RUN when there is none.
 */
uint32_t replay_index_take(
    struct replay_index *x, uint32_t host, struct str name, int64_t t_ms);

#endif
