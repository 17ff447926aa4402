/* ssh_file.c - reads and appends small local files; see ssh_file.h. */
#include "remote/ssh_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

err_t
ssh_file_read(struct buf *out, const char *path)
{
	/* NONBLOCK: a FIFO must not hold the loop */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char bytes[16384];
	struct stat st;
	err_t err = ERR_OK;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND
							   : ERR_IO;
	if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode))
		err = ERR_IO;
	while (err == ERR_OK) {
		ssize_t n = read(fd, bytes, sizeof bytes);

		if (n == 0 || (n < 0 && errno == EAGAIN))
			break;
		if (n > 0)
			err = buf_add(out, bytes, (size_t)n);
		else if (errno != EINTR)
			err = ERR_IO;
	}
	(void)close(fd);
	return err;
}

static void
make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	if (slash == NULL || slash == path ||
	    (size_t)(slash - path) >= sizeof folder)
		return;
	str_copy(
	    folder, sizeof folder, (struct str){path, (size_t)(slash - path)});
	(void)mkdir(folder, 0700);
}

int
ssh_file_append(const char *path, struct str text)
{
	struct buf b;
	char last = '\n';
	ssize_t n;
	int fd, e = 0;

	make_folder(path);
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	if (lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) != 1)
		last = '\n';
	buf_init(&b, text.n + 1);
	if (last != '\n')
		(void)buf_putc(&b, '\n');
	(void)buf_str(&b, text);
	n = b.failed == ERR_OK ? write(fd, b.p, b.n) : -1;
	if (n < 0)
		e = b.failed == ERR_OK ? errno : ENOMEM;
	else if ((size_t)n != b.n)
		e = ENOSPC;
	buf_done(&b);
	if (close(fd) != 0 && e == 0)
		e = errno;
	return e;
}
