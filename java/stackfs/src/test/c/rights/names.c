// SPDX-License-Identifier: Apache-2.0
/* Operations on names: making, removing, renaming, linking and listing. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "rights.h"

#define PATH_OR_HANDLE ((1 << BY_PATH) | (1 << BY_HANDLE))
#define ANY_WAY (PATH_OR_HANDLE | (1 << BY_FD))

/* Another name than f's in the same directory, seen from t->at. */
static const char *in_directory(const struct target *t, const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s%s", t->way == BY_HANDLE ? "" : "d/", name);
	return path;
}

static int new_file(const struct target *t, int flags, mode_t mode)
{
	int fd = openat(t->at, in_directory(t, "new"), flags | O_CREAT | O_NONBLOCK, mode), error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return fd < 0 ? -1 : 0;
}

static int create_exclusive(const struct target *t) { return new_file(t, O_RDWR | O_EXCL, 0600); }
static int create_plain(const struct target *t) { return new_file(t, O_RDWR, 0666); }
static int create_set_gid(const struct target *t) { return new_file(t, O_WRONLY, 02755); }
static int create_set_both(const struct target *t) { return new_file(t, O_WRONLY | O_EXCL, 06755); }

static int create_exclusive_over(const struct target *t)
{
	int fd = openat(t->at, t->name, O_RDWR | O_CREAT | O_EXCL, 0600), error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return fd < 0 ? -1 : 0;
}

/* A file without a name, which gets one. */
static int temporary(const struct target *t)
{
	int fd = open(t->directory, O_TMPFILE | O_RDWR, 02755), rc = -1, error;
	char path[64];

	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, "temporary", 9) == 9)
		rc = linkat(AT_FDCWD, path, t->at, in_directory(t, "new"), AT_SYMLINK_FOLLOW);
	error = errno;
	close(fd);
	errno = error;
	return rc;
}

static int unlink_it(const struct target *t) { return unlinkat(t->at, t->name, 0); }
static int rmdir_it(const struct target *t) { return unlinkat(t->at, in_directory(t, "s"), AT_REMOVEDIR); }
static int rename_away(const struct target *t) { return renameat(t->at, t->name, AT_FDCWD, "e/new"); }
static int rename_within(const struct target *t) { return renameat(t->at, t->name, t->at, in_directory(t, "new")); }
static int rename_over(const struct target *t) { return renameat(AT_FDCWD, "e/g", t->at, t->name); }
static int rename_directory(const struct target *t) { return renameat(t->at, in_directory(t, "s"), AT_FDCWD, "e/new"); }

static int exchange(const struct target *t)
{
	return renameat2(t->at, t->name, AT_FDCWD, "e/g", RENAME_EXCHANGE);
}

static int whiteout(const struct target *t)
{
	return renameat2(t->at, t->name, AT_FDCWD, "e/new", RENAME_WHITEOUT);
}

/* The object that is held, by the two other ways: a request for a link names an object, not a name. */
static int link_away(const struct target *t)
{
	char path[64];

	if (t->way == BY_PATH)
		return link(t->path, "e/new");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", t->fd);
	return linkat(AT_FDCWD, path, AT_FDCWD, "e/new", AT_SYMLINK_FOLLOW);
}

static int link_into(const struct target *t)
{
	return linkat(AT_FDCWD, "e/g", t->at, in_directory(t, "new"), 0);
}

static int make_directory(const struct target *t) { return mkdirat(t->at, in_directory(t, "new"), 02755); }
static int make_fifo(const struct target *t) { return mknodat(t->at, in_directory(t, "new"), S_IFIFO | 0666, 0); }
static int make_file(const struct target *t) { return mknodat(t->at, in_directory(t, "new"), S_IFREG | 06755, 0); }
static int make_symlink(const struct target *t) { return symlinkat("target", t->at, in_directory(t, "new")); }

static int make_device(const struct target *t)
{
	return mknodat(t->at, in_directory(t, "new"), S_IFCHR | 0666, makedev(1, 3));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(const struct target *t)
{
	char *names[16];
	int count = 0, fd = t->way == BY_FD ? dup(t->dir) : open(t->directory, O_RDONLY | O_DIRECTORY), error;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return -1;
	errno = 0;
	while ((entry = readdir(dir)) && count < COUNT(names))
		names[count++] = strdup(entry->d_name);
	error = errno;
	closedir(dir);
	qsort(names, count, sizeof(*names), by_name);
	for (int i = 0; i < count; i++) {
		strcat(strcat(t->data, names[i]), " ");
		free(names[i]);
	}
	errno = error;
	return error ? -1 : 0;
}

static const struct operation table[] = {
	{ "create", create_plain, PATH_OR_HANDLE, false, false },
	{ "create O_EXCL", create_exclusive, PATH_OR_HANDLE, false, false },
	{ "create 02755", create_set_gid, PATH_OR_HANDLE, false, false },
	{ "create O_EXCL 06755", create_set_both, PATH_OR_HANDLE, false, false },
	{ "create O_EXCL over", create_exclusive_over, PATH_OR_HANDLE, false, false },
	{ "O_TMPFILE and linkat", temporary, PATH_OR_HANDLE, false, false },
	{ "unlink", unlink_it, PATH_OR_HANDLE, false, false },
	{ "rmdir", rmdir_it, PATH_OR_HANDLE, false, false },
	{ "rename away", rename_away, PATH_OR_HANDLE, false, false },
	{ "rename within", rename_within, PATH_OR_HANDLE, false, false },
	{ "rename over", rename_over, PATH_OR_HANDLE, false, false },
	{ "rename a directory", rename_directory, PATH_OR_HANDLE, false, false },
	{ "exchange", exchange, PATH_OR_HANDLE, false, false },
	{ "RENAME_WHITEOUT", whiteout, PATH_OR_HANDLE, false, false },
	{ "link away", link_away, ANY_WAY, false, false },
	{ "link into", link_into, PATH_OR_HANDLE, false, false },
	{ "mkdir", make_directory, PATH_OR_HANDLE, false, false },
	{ "mknod a FIFO", make_fifo, PATH_OR_HANDLE, false, false },
	{ "mknod a file 06755", make_file, PATH_OR_HANDLE, false, false },
	{ "mknod a device", make_device, PATH_OR_HANDLE, false, false },
	{ "symlink", make_symlink, PATH_OR_HANDLE, false, false },
	{ "readdir", list, ANY_WAY, true, false },
};

int name_operations(const struct operation **first)
{
	*first = table;
	return COUNT(table);
}
