// SPDX-License-Identifier: Apache-2.0
/* The picture of a tree, for comparing, and its end. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "rights.h"

#define PROTECTING (FS_IMMUTABLE_FL | FS_APPEND_FL)
#define COMPARED (PROTECTING | FS_NODUMP_FL | FS_NOATIME_FL)

/* Times before this are the world's or an operation's; later ones differ between twins. */
#define LONG_AGO 1500000000

static char *out, *end;

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	out += vsnprintf(out, end - out, format, args);
	va_end(args);
	must(out < end, "room for", "the picture of a tree");
}

static void say_attributes(const char *path)
{
	char names[1024], value[1024];
	ssize_t size = llistxattr(path, names, sizeof(names));

	for (ssize_t at = 0; at < size; at += strlen(names + at) + 1) {
		ssize_t n = lgetxattr(path, names + at, value, sizeof(value));

		say(" %s=", names + at);
		for (ssize_t i = 0; i < n; i++)
			say("%02x", (unsigned char)value[i]);
	}
}

static void say_contents(const char *path)
{
	unsigned char buffer[1 << 14];
	unsigned int hash = 0x811c9dc5, flags = 0;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = read(fd, buffer, sizeof(buffer));

	for (ssize_t i = 0; i < n; i++)
		hash = (hash ^ buffer[i]) * 0x01000193;
	ioctl(fd, FS_IOC_GETFLAGS, &flags);
	/* The beginning is for people. */
	say(" size=%zd '", n);
	for (ssize_t i = 0; i < n && i < 16 && buffer[i]; i++)
		say("%c", buffer[i]);
	say("' hash=%x flags=%x", hash, flags & COMPARED);
	close(fd);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Calls for each name of a directory, in order. */
static void each(const char *path, void (*visit)(const char *path, const char *shown), const char *shown)
{
	char *names[32], below[1024], name[256];
	int count = 0;
	DIR *dir = opendir(path);
	struct dirent *entry;

	must(dir, "list", path);
	while ((entry = readdir(dir)) && count < COUNT(names))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			names[count++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, count, sizeof(*names), by_name);
	for (int i = 0; i < count; i++) {
		snprintf(below, sizeof(below), "%s/%s", path, names[i]);
		snprintf(name, sizeof(name), "%s%s%s", shown, *shown ? "/" : "", names[i]);
		free(names[i]);
		visit(below, name);
	}
}

static void say_object(const char *path, const char *name)
{
	char link[256] = "";
	struct stat st;
	unsigned int flags = 0;
	int fd;

	must(lstat(path, &st) == 0, "stat", path);
	say("%s %o %u:%u", name, st.st_mode, st.st_uid, st.st_gid);
	if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))
		say(" nlink=%u", (unsigned int)st.st_nlink);
	if (st.st_rdev)
		say(" rdev=%lx", (unsigned long)st.st_rdev);
	if (st.st_mtime < LONG_AGO)
		say(" mtime=%lld", (long long)st.st_mtime);
	say_attributes(path);
	if (S_ISREG(st.st_mode))
		say_contents(path);
	if (S_ISLNK(st.st_mode) && readlink(path, link, sizeof(link) - 1) > 0)
		say(" -> %s", link);
	if (S_ISDIR(st.st_mode)) {
		fd = open(path, O_RDONLY | O_DIRECTORY);
		ioctl(fd, FS_IOC_GETFLAGS, &flags);
		close(fd);
		say(" flags=%x\n", flags & COMPARED);
		each(path, say_object, name);
		return;
	}
	say("\n");
}

void picture(const char *root, char *to, size_t size)
{
	out = to;
	end = to + size;
	*to = 0;
	each(root, say_object, "");
}

static void unprotect(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	unsigned int flags;

	if (fd >= 0 && ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && flags & PROTECTING)
		change_flags(fd, 0, PROTECTING);
	if (fd >= 0)
		close(fd);
}

static void destroy_object(const char *path, const char *name)
{
	struct stat st;

	must(lstat(path, &st) == 0, "stat", path);
	if (S_ISDIR(st.st_mode))
		unprotect(path);
	if (S_ISDIR(st.st_mode))
		each(path, destroy_object, name);
	if (remove(path) == 0)
		return;
	unprotect(path);
	must(remove(path) == 0, "remove", path);
}

void destroy(const char *root)
{
	destroy_object(root, "");
}
