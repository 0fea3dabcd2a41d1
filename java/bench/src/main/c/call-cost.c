// SPDX-License-Identifier: Apache-2.0
/*
 * usage: call-cost CALL COUNT DIRECTORY
 *
 * Makes a system call COUNT times in a directory that has the file "there" and the
 * directory "some", and prints the nanoseconds that all of it took:
 *
 *   hit        lstat of the file
 *   miss       lstat of a name that is not there
 *   getattr    fstat of the directory "some", which is open
 *   readdir    opendir, readdir to the end, closedir of "some"
 *   open       open and close of the file, read-only
 *   statfs     statfs, which no cache answers
 *   getpid     a system call that has nothing to do with files
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int open_directory;

static int hit(void)
{
	struct stat st;

	return lstat("there", &st);
}

static int miss(void)
{
	struct stat st;

	return lstat("missing", &st) == -1 && errno == ENOENT ? 0 : -1;
}

static int getattr(void)
{
	struct stat st;

	return fstat(open_directory, &st);
}

static int list(void)
{
	DIR *dir = opendir("some");

	if (!dir)
		return -1;
	while (readdir(dir))
		;
	return closedir(dir);
}

static int open_close(void)
{
	int fd = open("there", O_RDONLY);

	return fd < 0 ? fd : close(fd);
}

static int file_system(void)
{
	struct statfs st;

	return statfs(".", &st);
}

static int getpid_call(void)
{
	return syscall(SYS_getpid) > 0 ? 0 : -1;
}

static const struct {
	const char *name;
	int (*call)(void);
} calls[] = {
	{ "hit", hit }, { "miss", miss }, { "getattr", getattr }, { "readdir", list },
	{ "open", open_close }, { "statfs", file_system }, { "getpid", getpid_call },
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "call-cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 4 || atoi(argv[2]) < 1) {
		fprintf(stderr, "call-cost: see the head of call-cost.c for the arguments\n");
		return 2;
	}
	if (chdir(argv[3]))
		fail(argv[3]);
	open_directory = open("some", O_RDONLY | O_DIRECTORY);
	if (open_directory < 0)
		fail("some");
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (!strcmp(argv[1], calls[i].name)) {
			int64_t begin = now_ns();

			for (int n = atoi(argv[2]); n > 0; n--) {
				if (calls[i].call())
					fail(argv[1]);
			}
			printf("%lld\n", (long long)(now_ns() - begin));
			return 0;
		}
	}
	fprintf(stderr, "call-cost: there is no call %s\n", argv[1]);
	return 2;
}
