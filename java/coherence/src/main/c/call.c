// SPDX-License-Identifier: Apache-2.0
/* Each call with its times: a line "op WORKER INVOKED RETURNED FROM TO CALL = RESULT". */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

#define PATH 16

static const char *const words[KINDS] = {
	[CREATE] = "create", [CREAT] = "creat", [OPEN] = "open", [OTRUNC] = "otrunc",
	[FSTAT] = "fstat", [FWRITE] = "fwrite", [FTRUNCATE] = "ftruncate",
	[FCHMOD] = "fchmod", [LSTAT] = "lstat", [STAT] = "stat", [STATDIR] = "statdir",
	[READDIR] = "readdir", [READLINK] = "readlink", [MKDIR] = "mkdir",
	[SYMLINK] = "symlink", [LINK] = "link", [UNLINK] = "unlink", [RMDIR] = "rmdir",
	[RENAME] = "rename", [CHMOD] = "chmod", [TRUNCATE] = "truncate",
	[UTIMENS] = "utimens",
};

static const char zeroes[8192];

/* What a call gives besides its errno. */
struct result {
	struct stat st;
	char target[64];
	struct history names;
};

static int read_names(const char *path, struct history *names)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int error;

	if (!dir)
		return -1;
	names->length = 0;
	names->text[0] = 0;
	for (errno = 0; (e = readdir(dir)); errno = 0) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			print(names, " %s:%lu:%o", e->d_name, (unsigned long)e->d_ino,
			      DTTOIF(e->d_type));
	}
	error = errno;
	closedir(dir);
	errno = error;
	return error ? -1 : 0;
}

static int read_target(const char *path, char *target, size_t size)
{
	ssize_t n = readlink(path, target, size - 1);

	if (n < 0)
		return -1;
	target[n] = 0;
	return 0;
}

static int open_file(struct actor *actor, const char *path, int flags, mode_t mode)
{
	/* What is only written may be cached while it is open, what may be mapped not. */
	int access = actor->number % 2 ? O_WRONLY : O_RDWR;

	actor->fd = open(path, flags | access | O_APPEND | O_NOFOLLOW | O_CLOEXEC, mode);
	return actor->fd;
}

static int set_times(const char *path, long seconds)
{
	const struct timespec times[2] = { { seconds, 0 }, { seconds, 0 } };

	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

static int run(struct actor *actor, const struct call *c, const char *path,
	       const char *path2, struct result *r)
{
	char target[32];
	ssize_t n;

	switch (c->kind) {
	case CREATE: return open_file(actor, path, O_CREAT | O_EXCL, c->arg);
	case CREAT: return open_file(actor, path, O_CREAT, c->arg);
	case OPEN: return open_file(actor, path, 0, 0);
	case OTRUNC: return open_file(actor, path, O_TRUNC, 0);
	case FSTAT: return fstat(actor->fd, &r->st);
	case FWRITE:
		n = write(actor->fd, zeroes, c->arg);
		if (n >= 0 && n != c->arg)
			errno = ENOSPC;
		return n == c->arg ? 0 : -1;
	case FTRUNCATE: return ftruncate(actor->fd, c->arg);
	case FCHMOD: return fchmod(actor->fd, c->arg);
	case LSTAT: case STATDIR: return lstat(path, &r->st);
	case STAT: return stat(path, &r->st);
	case READDIR: return read_names(path, &r->names);
	case READLINK: return read_target(path, r->target, sizeof(r->target));
	case MKDIR: return mkdir(path, c->arg);
	case SYMLINK:
		snprintf(target, sizeof(target), "to%ld", c->arg);
		return symlink(target, path);
	case LINK: return link(path, path2);
	case UNLINK: return unlink(path);
	case RMDIR: return rmdir(path);
	case RENAME: return renameat2(AT_FDCWD, path, AT_FDCWD, path2, c->arg);
	case CHMOD: return chmod(path, c->arg);
	case TRUNCATE: return truncate(path, c->arg);
	case UTIMENS: return set_times(path, c->arg);
	case KINDS: break;
	}
	abort();
}

static void path_of(char *path, int dir, int name)
{
	snprintf(path, PATH, name < 0 ? "d%d" : "d%d/%s", dir, name < 0 ? "" : name_of(name));
}

static void print_call(struct history *h, const struct call *c, const char *path,
		       const char *path2)
{
	print(h, " %s", words[c->kind]);
	if (c->kind < FSTAT || c->kind > FCHMOD)
		print(h, " %s", path);
	switch (c->kind) {
	case LINK:
		print(h, " %s", path2);
		break;
	case RENAME:
		print(h, " %s %ld", path2, c->arg);
		break;
	case CREATE: case CREAT: case MKDIR: case CHMOD: case FCHMOD:
		print(h, " %lo", c->arg);
		break;
	case FWRITE: case FTRUNCATE: case TRUNCATE: case UTIMENS:
		print(h, " %ld", c->arg);
		break;
	case SYMLINK:
		print(h, " to%ld", c->arg);
		break;
	default:
		break;
	}
}

void perform(struct actor *actor, const struct call *c)
{
	static struct result result;
	struct history *h = actor->history;
	char path[PATH], path2[PATH];
	int64_t invoked, returned, from, to;
	int rc, error;

	path_of(path, c->dir, c->name);
	path_of(path2, c->dir2, c->name2);
	if (c->kind <= OTRUNC && actor->fd >= 0) {
		close(actor->fd);
		actor->fd = -1;
	}
	/* Inodes get their times from the coarse clock, which is behind the fine one. */
	from = now(CLOCK_REALTIME_COARSE);
	invoked = now(CLOCK_MONOTONIC);
	if (actor->options->native)
		pthread_mutex_lock(actor->one_at_a_time);
	errno = 0;
	rc = run(actor, c, path, path2, &result);
	error = errno;
	if (actor->options->native)
		pthread_mutex_unlock(actor->one_at_a_time);
	returned = now(CLOCK_MONOTONIC);
	to = now(CLOCK_REALTIME);

	print(h, "op %d %ld %ld %ld %ld", actor->number, (long)invoked, (long)returned,
	      (long)from, (long)to);
	print_call(h, c, path, path2);
	print(h, " = %s", rc < 0 ? strerrorname_np(error) : "ok");
	if (rc >= 0) {
		if (c->kind == FSTAT || c->kind == LSTAT || c->kind == STAT || c->kind == STATDIR)
			print_attr(h, &result.st);
		else if (c->kind == READDIR)
			print(h, "%s", result.names.text);
		else if (c->kind == READLINK)
			print(h, " %s", result.target);
	}
	print(h, "\n");
}
