/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workload of the coherence checker: worker processes make random calls on a
 * few names in a few directories, and write down when and with what result.
 */
#ifndef LOAD_H
#define LOAD_H

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#define MAX_WORKERS 8
#define MAX_DIRS 4
#define MAX_NAMES 8
#define HISTORY 65536

enum kind {
	CREATE,		/* open O_CREAT|O_EXCL; what is opened stays open */
	CREAT,		/* open O_CREAT */
	OPEN,
	OTRUNC,		/* open O_TRUNC */
	FSTAT,		/* of what the worker opened last, as the next three */
	FWRITE,		/* appends */
	FTRUNCATE,
	FCHMOD,
	LSTAT,
	STAT,
	STATDIR,
	READDIR,
	READLINK,
	MKDIR,
	SYMLINK,
	LINK,
	UNLINK,
	RMDIR,
	RENAME,
	CHMOD,
	TRUNCATE,
	UTIMENS,
	KINDS
};

struct options {
	const char *mount;
	const char *source;
	const char *label;
	uint64_t seed;
	int workers, calls, dirs, names;
	double seconds;
	int native;
};

/* What one process has written down since the round began. */
struct history {
	int length;
	char text[HISTORY];
};

struct shared {
	pthread_barrier_t begin, end;
	pthread_mutex_t one_at_a_time;	/* held over each call on a native file system */
	int round;
	int over;
	struct history histories[MAX_WORKERS + 1];
};

struct call {
	enum kind kind;
	int dir, name, dir2, name2;	/* the second two: LINK and RENAME */
	long arg;			/* mode, size, flags of RENAME, or a number of its own */
};

/* A process that makes calls: a worker, or the one that looks at the end. */
struct actor {
	int number;
	int fd;				/* what it opened last, or -1 */
	const struct options *options;
	pthread_mutex_t *one_at_a_time;
	struct history *history;
};

/* call.c: makes one call and writes it down. */
void perform(struct actor *actor, const struct call *call);

/* print.c */
void print(struct history *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void print_attr(struct history *h, const struct stat *st);
const char *name_of(int name);
int64_t nanoseconds(const struct timespec *t);
int64_t now(clockid_t clock);

/* worker.c: takes part in rounds until they are over. */
void work(const struct options *options, struct shared *shared, int number);

#endif
