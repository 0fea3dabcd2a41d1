// SPDX-License-Identifier: Apache-2.0
/* Operations on contents: opening, reading, and all ways to change them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>
#include "rights.h"

#define PATH_OR_HANDLE ((1 << BY_PATH) | (1 << BY_HANDLE))
#define ANY_WAY (PATH_OR_HANDLE | (1 << BY_FD))

static int closed(int fd, int rc)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return rc;
}

/* Never waits for the other side of a FIFO that has come under the name. */
static int open_it(const struct target *t, int flags)
{
	if (t->way == BY_FD && t->fd >= 0)
		return dup(t->fd);
	if (t->way == BY_FD) {
		errno = EBADF;
		return -1;
	}
	return open(t->path, flags | O_NONBLOCK, 0644);
}

/* Reads all that is there into what the operation shows. */
static int show(const struct target *t, int fd)
{
	ssize_t n = pread(fd, t->data, 64, 0);

	if (n < 0 && errno != ESPIPE && errno != EISDIR)
		return -1;
	t->data[n < 0 ? 0 : n] = 0;
	return 0;
}

static int opened(const struct target *t, int flags)
{
	int fd = open_it(t, flags), rc = fd < 0 ? -1 : 0;

	if (!rc && (flags & O_ACCMODE) != O_WRONLY)
		rc = show(t, fd);
	if (!rc && (flags & O_ACCMODE) != O_RDONLY)
		rc = write(fd, "W", 1) == 1 ? 0 : -1;
	return closed(fd, rc);
}

static int open_read(const struct target *t) { return opened(t, O_RDONLY); }
static int open_write(const struct target *t) { return opened(t, O_WRONLY); }
static int open_both(const struct target *t) { return opened(t, O_RDWR); }
static int open_append(const struct target *t) { return opened(t, O_WRONLY | O_APPEND); }
static int open_truncate(const struct target *t) { return opened(t, O_WRONLY | O_TRUNC); }
static int create(const struct target *t) { return opened(t, O_RDWR | O_CREAT); }
static int create_truncate(const struct target *t) { return opened(t, O_RDWR | O_CREAT | O_TRUNC); }
static int create_read(const struct target *t) { return opened(t, O_RDONLY | O_CREAT); }

/* /proc/self/fd/N is a symlink itself. */
static int open_no_follow(const struct target *t)
{
	return opened(t, t->way == BY_HANDLE ? O_RDWR : O_RDWR | O_NOFOLLOW);
}

static int only_open(const struct target *t, int flags)
{
	int fd = open_it(t, flags);

	return closed(fd, fd < 0 ? -1 : 0);
}

static int only_read(const struct target *t) { return only_open(t, O_RDONLY); }
static int only_write(const struct target *t) { return only_open(t, O_WRONLY); }

/* What may be executed is not a program: ENOEXEC. */
static int execute(const struct target *t)
{
	char *arguments[] = { "f", NULL };

	return execve(t->path, arguments, arguments + 1);
}

static int read_it(const struct target *t)
{
	if (t->fd < 0) {
		errno = EBADF;
		return -1;
	}
	return show(t, t->fd);
}

static int truncated(const struct target *t)
{
	return t->way == BY_FD ? ftruncate(t->fd, 5) : truncate(t->path, 5);
}

static int longer(const struct target *t)
{
	return t->way == BY_FD ? ftruncate(t->fd, 5000) : truncate(t->path, 5000);
}

static int written(const struct target *t)
{
	int fd = open_it(t, O_WRONLY);

	return closed(fd, fd < 0 || pwrite(fd, "w", 1, 3) != 1 ? -1 : 0);
}

static int appended(const struct target *t)
{
	int fd = open_it(t, O_WRONLY | O_APPEND);

	if (fd >= 0 && t->way == BY_FD && fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK))
		return closed(fd, -1);
	return closed(fd, fd < 0 || write(fd, "tail", 4) != 4 ? -1 : 0);
}

static int allocated(const struct target *t, int mode)
{
	int fd = open_it(t, O_RDWR);

	return closed(fd, fd < 0 ? -1 : fallocate(fd, mode, 0, 8192));
}

static int allocate(const struct target *t) { return allocated(t, 0); }
static int punch(const struct target *t) { return allocated(t, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE); }
static int zero(const struct target *t) { return allocated(t, FALLOC_FL_ZERO_RANGE); }

/* Between f and a file of the caller's own that has no name. */
static int copied(const struct target *t, bool to_f, ssize_t (*copy)(int from, int to))
{
	int fd = open_it(t, to_f ? O_WRONLY : O_RDONLY), other = -1, rc = -1;
	char what[] = "copied", got[8] = "";

	if (fd >= 0)
		other = open("e", O_TMPFILE | O_RDWR, 0600);
	if (other >= 0 && (!to_f || pwrite(other, what, 6, 0) == 6))
		rc = (to_f ? copy(other, fd) : copy(fd, other)) < 0 ? -1 : 0;
	if (!rc && !to_f && pread(other, got, 7, 0) >= 0)
		snprintf(t->data, 16, "%s", got);
	return closed(fd, closed(other, rc));
}

static ssize_t by_range(int from, int to)
{
	loff_t a = 0, b = 0;

	return copy_file_range(from, &a, to, &b, 6, 0);
}

static ssize_t by_splice(int from, int to)
{
	int pipes[2];
	loff_t a = 0, b = 0;
	ssize_t n;

	if (pipe(pipes))
		return -1;
	n = splice(from, &a, pipes[1], NULL, 6, 0);
	if (n > 0)
		n = splice(pipes[0], NULL, to, &b, n, 0);
	closed(pipes[0], 0);
	closed(pipes[1], 0);
	return n;
}

static int range_to(const struct target *t) { return copied(t, true, by_range); }
static int range_from(const struct target *t) { return copied(t, false, by_range); }
static int splice_to(const struct target *t) { return copied(t, true, by_splice); }

static int mapped(const struct target *t)
{
	int fd = open_it(t, O_RDWR), rc = -1;
	char *m;

	if (fd < 0)
		return -1;
	m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m != MAP_FAILED) {
		m[0] = 'm';
		rc = msync(m, 4096, MS_SYNC);
		munmap(m, 4096);
	}
	return closed(fd, rc);
}

static int direct(const struct target *t)
{
	static char block[4096] __attribute__((aligned(4096)));
	int fd = open(t->path, O_WRONLY | O_DIRECT | O_NONBLOCK);

	memset(block, 'D', sizeof(block));
	return closed(fd, fd < 0 || pwrite(fd, block, sizeof(block), 0) != sizeof(block) ? -1 : 0);
}

static const struct operation table[] = {
	{ "open for reading", open_read, PATH_OR_HANDLE, true, false },
	{ "open for writing", open_write, PATH_OR_HANDLE, false, false },
	{ "open for both", open_both, PATH_OR_HANDLE, false, false },
	{ "open O_APPEND", open_append, PATH_OR_HANDLE, false, true },
	{ "open O_TRUNC", open_truncate, PATH_OR_HANDLE, false, true },
	{ "open O_NOFOLLOW", open_no_follow, PATH_OR_HANDLE, false, false },
	{ "only open for reading", only_read, PATH_OR_HANDLE, false, false },
	{ "only open for writing", only_write, PATH_OR_HANDLE, false, false },
	{ "open O_CREAT", create, PATH_OR_HANDLE, false, false },
	{ "open O_CREAT for reading", create_read, PATH_OR_HANDLE, true, false },
	{ "open O_CREAT O_TRUNC", create_truncate, PATH_OR_HANDLE, false, false },
	{ "execute", execute, PATH_OR_HANDLE, false, false },
	{ "read", read_it, 1 << BY_FD, true, false },
	{ "truncate", truncated, ANY_WAY, false, true },
	{ "truncate to more", longer, ANY_WAY, false, true },
	{ "write", written, ANY_WAY, false, true },
	{ "append", appended, ANY_WAY, false, true },
	{ "fallocate", allocate, ANY_WAY, false, true },
	{ "punch a hole", punch, ANY_WAY, false, true },
	{ "zero a range", zero, ANY_WAY, false, true },
	{ "copy_file_range to", range_to, ANY_WAY, false, true },
	{ "copy_file_range from", range_from, ANY_WAY, true, false },
	{ "splice to", splice_to, ANY_WAY, false, true },
	{ "mmap", mapped, ANY_WAY, false, true },
	{ "O_DIRECT", direct, PATH_OR_HANDLE, false, true },
};

int content_operations(const struct operation **first)
{
	*first = table;
	return COUNT(table);
}
