// SPDX-License-Identifier: Apache-2.0
/* The tree: making it and walking it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree-load.h"

void path_of(char *path, const struct options *o, int file)
{
	snprintf(path, PATH_SIZE, DIR_NAME "/" FILE_NAME, file / (o->files / o->dirs), file);
}

void make_tree(const struct options *o)
{
	int per_dir = o->files / o->dirs;
	char path[PATH_SIZE];
	struct watch w;
	int file, fd;

	watch_start(&w, o->title, o->files);
	for (file = 0; file < o->files; file++) {
		if (file % per_dir == 0) {
			snprintf(path, sizeof(path), DIR_NAME, file / per_dir);
			if (mkdir(path, 0755))
				fail(path);
		}
		path_of(path, o, file);
		watch_call(&w);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 || close(fd))
			fail(path);
		watch_return(&w);
	}
	watch_print(&w);
	printf("}\n");
}

static DIR *open_directory(const char *name)
{
	DIR *dir = opendir(name);

	if (!dir)
		fail(name);
	return dir;
}

/* The next name that is not a dot's, or NULL at the end */
static const char *next_name(DIR *dir, const char *name)
{
	struct dirent *e;

	do {
		errno = 0;
		e = readdir(dir);
		if (!e && errno)
			fail(name);
	} while (e && e->d_name[0] == '.');
	return e ? e->d_name : NULL;
}

static void walk_directory(int root, const char *name, struct watch *w)
{
	int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const char *file;
	struct stat st;

	if (!dir)
		fail(name);
	while ((file = next_name(dir, name))) {
		if (w->count == w->total) {
			fprintf(stderr, "tree-load: more files than were made: %s/%s\n", name, file);
			exit(1);
		}
		watch_call(w);
		if (fstatat(fd, file, &st, AT_SYMLINK_NOFOLLOW))
			fail(file);
		watch_return(w);
	}
	closedir(dir);
}

void walk_tree(const struct options *o)
{
	DIR *root = open_directory(".");
	const char *name;
	struct watch w;

	watch_start(&w, o->title, o->files);
	while ((name = next_name(root, ".")))
		walk_directory(dirfd(root), name, &w);
	closedir(root);
	if (w.count != o->files) {
		fprintf(stderr, "tree-load: %d files found, %d were made\n", w.count, o->files);
		exit(1);
	}
	watch_print(&w);
	printf("}\n");
}
