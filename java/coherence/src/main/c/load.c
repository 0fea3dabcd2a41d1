// SPDX-License-Identifier: Apache-2.0
/*
 * usage: coherence-load --label WORD --seed N --seconds S [--workers N] [--calls N]
 *                       [--dirs N] [--names N] [--native] MOUNT SOURCE
 *
 * Makes directories in SOURCE, which MOUNT shows, and has worker processes make
 * random calls on names in them through MOUNT, in short rounds. Standard output:
 *
 *   run LABEL SEED             at the beginning
 *   round N
 *   was DIR NAME ATTR [TARGET] what is in SOURCE before the round; NAME . is DIR itself
 *   op ...                     see call.c; the last worker looks at all at the end of the round
 *   now DIR NAME ATTR [TARGET] what is in SOURCE after it
 *   end
 *   done LABEL SECONDS         at the end
 *
 * With --native, MOUNT is SOURCE: a control of the checker. Only one call at a time is
 * then let through to the file system, since on ext4 stat(2) shows an inode half changed
 * and the new times before the new name; the calls overlap all the same.
 *
 * ATTR is inode, mode (octal), links, size, mtime and ctime in nanoseconds. The
 * run ends early when there is something to read on standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "coherence-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* What is in the source, one line a name, each after WORD. */
static void snapshot(int source, const struct options *o, const char *word,
		     struct history *h)
{
	char path[32], target[64];
	struct stat st;
	int dir, name;
	ssize_t n;

	for (dir = 0; dir < o->dirs; dir++) {
		for (name = -1; name < o->names; name++) {
			const char *s = name < 0 ? "." : name_of(name);

			snprintf(path, sizeof(path), "d%d/%s", dir, s);
			if (fstatat(source, path, &st, AT_SYMLINK_NOFOLLOW)) {
				if (errno != ENOENT)
					fail(path);
				continue;
			}
			print(h, "%s d%d %s", word, dir, s);
			print_attr(h, &st);
			if (S_ISLNK(st.st_mode)) {
				n = readlinkat(source, path, target, sizeof(target) - 1);
				if (n < 0)
					fail(path);
				target[n] = 0;
				print(h, " %s", target);
			}
			print(h, "\n");
		}
	}
}

/* All that can be seen through the mount when nobody changes anything. */
static void look(struct actor *actor)
{
	const struct options *o = actor->options;
	int dir, name;

	for (dir = 0; dir < o->dirs; dir++) {
		perform(actor, &(struct call){ .kind = STATDIR, .dir = dir, .name = -1 });
		perform(actor, &(struct call){ .kind = READDIR, .dir = dir, .name = -1 });
		for (name = 0; name < o->names; name++)
			perform(actor, &(struct call){ .kind = LSTAT, .dir = dir, .name = name });
	}
}

static void write_out(struct history *h)
{
	const char *at = h->text;
	ssize_t n;

	while (h->length) {
		n = write(STDOUT_FILENO, at, h->length);
		if (n < 0)
			fail("standard output");
		at += n;
		h->length -= n;
	}
}

static int told_to_stop(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	return poll(&in, 1, 0) == 1 && (in.revents & POLLIN) && read(STDIN_FILENO, &c, 1) == 1;
}

static void make_directories(int source, int dirs)
{
	char path[16];
	int dir;

	for (dir = 0; dir < dirs; dir++) {
		snprintf(path, sizeof(path), "d%d", dir);
		if (mkdirat(source, path, 0755))
			fail(path);
	}
}

static void run(const struct options *o, struct shared *shared, int source)
{
	static struct history was, now_there, out;
	struct actor last = {
		.number = o->workers,
		.fd = -1,
		.options = o,
		.one_at_a_time = &shared->one_at_a_time,
		.history = &shared->histories[o->workers],
	};
	int64_t began = now(CLOCK_MONOTONIC);
	int i, stop = 0;

	print(&out, "run %s %lu\n", o->label, (unsigned long)o->seed);
	write_out(&out);
	while (!stop) {
		was.length = 0;
		snapshot(source, o, "was", &was);
		pthread_barrier_wait(&shared->begin);
		pthread_barrier_wait(&shared->end);
		last.history->length = 0;
		look(&last);
		now_there.length = 0;
		snapshot(source, o, "now", &now_there);

		print(&out, "round %d\n", shared->round);
		write_out(&out);
		write_out(&was);
		for (i = 0; i <= o->workers; i++)
			write_out(&shared->histories[i]);
		print(&now_there, "end\n");
		write_out(&now_there);
		shared->round++;
		stop = now(CLOCK_MONOTONIC) - began > o->seconds * 1e9 || told_to_stop();
	}
	shared->over = 1;
	pthread_barrier_wait(&shared->begin);
	print(&out, "done %s %.1f\n", o->label, (now(CLOCK_MONOTONIC) - began) / 1e9);
	write_out(&out);
}

static struct shared *share(int workers)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_t attr;
	pthread_mutexattr_t mutex;

	if (shared == MAP_FAILED)
		fail("mmap");
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->begin, &attr, workers + 1);
	pthread_barrier_init(&shared->end, &attr, workers + 1);
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&shared->one_at_a_time, &mutex);
	return shared;
}

static void read_options(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "label", required_argument, NULL, 'l' }, { "seed", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' }, { "workers", required_argument, NULL, 'w' },
		{ "calls", required_argument, NULL, 'c' }, { "dirs", required_argument, NULL, 'd' },
		{ "names", required_argument, NULL, 'n' }, { "native", no_argument, NULL, 'N' },
		{}
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'l': o->label = optarg; break;
		case 's': o->seed = strtoull(optarg, NULL, 10); break;
		case 't': o->seconds = atof(optarg); break;
		case 'w': o->workers = atoi(optarg); break;
		case 'c': o->calls = atoi(optarg); break;
		case 'd': o->dirs = atoi(optarg); break;
		case 'n': o->names = atoi(optarg); break;
		case 'N': o->native = 1; break;
		default: exit(2);
		}
	}
	if (argc - optind != 2 || o->workers < 1 || o->workers > MAX_WORKERS || o->calls < 1 ||
	    o->calls > 100 || o->dirs < 1 || o->dirs > MAX_DIRS || o->names < 1 ||
	    o->names > MAX_NAMES) {
		fprintf(stderr, "coherence-load: see the head of load.c for the arguments\n");
		exit(2);
	}
	o->mount = argv[optind];
	o->source = argv[optind + 1];
}

int main(int argc, char **argv)
{
	struct options o = {
		.label = "mount", .workers = 4, .calls = 8, .dirs = 2, .names = 4, .seconds = 10
	};
	struct shared *shared;
	int i, source;

	read_options(argc, argv, &o);
	umask(0);
	source = open(o.source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source < 0)
		fail(o.source);
	make_directories(source, o.dirs);
	shared = share(o.workers);
	if (chdir(o.mount))
		fail(o.mount);
	for (i = 0; i < o.workers; i++) {
		switch (fork()) {
		case -1:
			fail("fork");
		case 0:
			work(&o, shared, i);
			_exit(0);
		}
	}
	run(&o, shared, source);
	return 0;
}
