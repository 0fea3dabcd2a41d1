// SPDX-License-Identifier: Apache-2.0
/* Operations on attributes, extended ones and inode flags. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "rights.h"

#define PATH_OR_HANDLE ((1 << BY_PATH) | (1 << BY_HANDLE))
#define ANY_WAY (PATH_OR_HANDLE | (1 << BY_FD))

static int change_mode(const struct target *t, mode_t mode)
{
	return t->way == BY_FD ? fchmod(t->fd, mode) : chmod(t->path, mode);
}

static int chmod_plain(const struct target *t) { return change_mode(t, 0751); }
static int chmod_set_uid(const struct target *t) { return change_mode(t, 04755); }
static int chmod_set_gid(const struct target *t) { return change_mode(t, 02775); }

static int chmod_directory(const struct target *t)
{
	return t->way == BY_FD ? fchmod(t->dir, 02777) : chmod(t->directory, 02777);
}

static int change_owner(const struct target *t, uid_t uid, gid_t gid)
{
	return t->way == BY_FD ? fchown(t->fd, uid, gid) : chown(t->path, uid, gid);
}

static int chown_nothing(const struct target *t) { return change_owner(t, -1, -1); }
static int chown_to_self(const struct target *t) { return change_owner(t, geteuid(), -1); }
static int chgrp_to_own(const struct target *t) { return change_owner(t, -1, getegid()); }
static int chown_to_owner(const struct target *t) { return change_owner(t, OWNER, -1); }
static int chgrp_to_group(const struct target *t) { return change_owner(t, -1, GROUP); }

static int change_times(const struct target *t, const struct timespec *times)
{
	return t->way == BY_FD ? futimens(t->fd, times) : utimensat(AT_FDCWD, t->path, times, 0);
}

static int times_now(const struct target *t) { return change_times(t, NULL); }

static int times_given(const struct target *t)
{
	static const struct timespec times[2] = { { 800000000, 1 }, { 900000000, 2 } };

	return change_times(t, times);
}

static int set(const struct target *t, const char *name, const void *value, size_t size)
{
	return t->way == BY_FD ? fsetxattr(t->fd, name, value, size, 0) : setxattr(t->path, name, value, size, 0);
}

static int set_user(const struct target *t) { return set(t, "user.new", "1", 1); }
static int set_trusted(const struct target *t) { return set(t, "trusted.new", "1", 1); }
static int set_security(const struct target *t) { return set(t, "security.new", "1", 1); }
static int set_system(const struct target *t) { return set(t, "system.nfs4_acl", "1", 1); }

static int set_acl(const struct target *t)
{
	char acl[128];

	return set(t, "system.posix_acl_access", acl, build_acl(acl, sizeof(acl), 1003, 6, -1, 0, 0664));
}

static int set_default_acl(const struct target *t)
{
	char acl[128];
	int size = build_acl(acl, sizeof(acl), 1003, 7, -1, 0, 0775);

	return t->way == BY_FD ? fsetxattr(t->dir, "system.posix_acl_default", acl, size, 0)
			       : setxattr(t->directory, "system.posix_acl_default", acl, size, 0);
}

static int removed(const struct target *t, const char *name)
{
	return t->way == BY_FD ? fremovexattr(t->fd, name) : removexattr(t->path, name);
}

static int remove_user(const struct target *t) { return removed(t, "user.shown"); }
static int remove_trusted(const struct target *t) { return removed(t, "trusted.hidden"); }
static int remove_acl(const struct target *t) { return removed(t, "system.posix_acl_access"); }

static int got(const struct target *t, const char *name)
{
	char value[128];
	ssize_t n = t->way == BY_FD ? fgetxattr(t->fd, name, value, sizeof(value))
				    : getxattr(t->path, name, value, sizeof(value));

	if (n < 0)
		return -1;
	for (ssize_t i = 0; i < n; i++)
		sprintf(t->data + 2 * i, "%02x", (unsigned char)value[i]);
	return 0;
}

static int get_user(const struct target *t) { return got(t, "user.shown"); }
static int get_trusted(const struct target *t) { return got(t, "trusted.hidden"); }
static int get_acl(const struct target *t) { return got(t, "system.posix_acl_access"); }

/* The names in any order: what is set of those that may be there. */
static int list(const struct target *t)
{
	static const char *const names[] = { "user.shown", "trusted.hidden", "security.capability" };
	char all[1024];
	ssize_t n = t->way == BY_FD ? flistxattr(t->fd, all, sizeof(all)) : listxattr(t->path, all, sizeof(all));

	if (n < 0)
		return -1;
	for (int i = 0; i < COUNT(names); i++)
		if (memmem(all, n, names[i], strlen(names[i]) + 1))
			strcat(t->data, names[i]);
	return 0;
}

static int with_file(const struct target *t, int (*change)(int fd))
{
	int fd = t->way == BY_FD ? t->fd : open(t->path, O_RDONLY | O_NONBLOCK), rc, error;

	if (fd < 0) {
		if (t->way == BY_FD)
			errno = EBADF;
		return -1;
	}
	rc = change(fd);
	error = errno;
	if (t->way != BY_FD)
		close(fd);
	errno = error;
	return rc;
}

static int no_dump(int fd)
{
	return change_flags(fd, FS_NODUMP_FL, 0);
}

static int immutable(int fd)
{
	return change_flags(fd, FS_IMMUTABLE_FL, 0);
}

static int extended_flags(int fd)
{
	struct fsxattr attr;

	if (ioctl(fd, FS_IOC_FSGETXATTR, &attr))
		return -1;
	attr.fsx_xflags |= FS_XFLAG_NOATIME;
	return ioctl(fd, FS_IOC_FSSETXATTR, &attr);
}

static int set_no_dump(const struct target *t) { return with_file(t, no_dump); }
static int set_immutable(const struct target *t) { return with_file(t, immutable); }
static int set_extended(const struct target *t) { return with_file(t, extended_flags); }

static const struct operation table[] = {
	{ "chmod 0751", chmod_plain, ANY_WAY, false, true },
	{ "chmod 04755", chmod_set_uid, ANY_WAY, false, true },
	{ "chmod 02775", chmod_set_gid, ANY_WAY, false, true },
	{ "chmod 02777 of the directory", chmod_directory, ANY_WAY, false, false },
	{ "chown of nothing", chown_nothing, ANY_WAY, false, true },
	{ "chown to oneself", chown_to_self, ANY_WAY, false, true },
	{ "chgrp to one's own", chgrp_to_own, ANY_WAY, false, true },
	{ "chown to the owner", chown_to_owner, ANY_WAY, false, true },
	{ "chgrp to the group", chgrp_to_group, ANY_WAY, false, true },
	{ "times of now", times_now, ANY_WAY, false, false },
	{ "given times", times_given, ANY_WAY, false, false },
	{ "setxattr user", set_user, ANY_WAY, false, false },
	{ "setxattr trusted", set_trusted, ANY_WAY, false, false },
	{ "setxattr security", set_security, ANY_WAY, false, false },
	{ "setxattr system", set_system, ANY_WAY, false, false },
	{ "set an ACL", set_acl, ANY_WAY, false, true },
	{ "set a default ACL", set_default_acl, ANY_WAY, false, false },
	{ "removexattr user", remove_user, ANY_WAY, false, false },
	{ "removexattr trusted", remove_trusted, ANY_WAY, false, false },
	{ "remove an ACL", remove_acl, ANY_WAY, false, true },
	{ "getxattr user", get_user, ANY_WAY, true, false },
	{ "getxattr trusted", get_trusted, ANY_WAY, true, false },
	{ "get an ACL", get_acl, ANY_WAY, true, false },
	{ "listxattr", list, ANY_WAY, true, false },
	{ "set the flag d", set_no_dump, ANY_WAY, false, false },
	{ "set the flag i", set_immutable, ANY_WAY, false, false },
	{ "FS_IOC_FSSETXATTR", set_extended, ANY_WAY, false, false },
};

int attribute_operations(const struct operation **first)
{
	*first = table;
	return COUNT(table);
}
