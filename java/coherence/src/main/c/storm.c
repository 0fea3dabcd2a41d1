// SPDX-License-Identifier: Apache-2.0
/*
 * usage: storm --seed N --seconds S [--workers N] [--dirs N] [--names N] DIRECTORY
 *
 * Has worker processes make, look at, rename and remove files, directories,
 * symbolic links and fifos in directories that they share, as fast as they can.
 * Names are a worker's own, so it knows what each must lead to; inode numbers
 * are not, and go from one kind of file to another all the time. Each object
 * carries its name: a file in its content, a symbolic link in its target, a
 * directory in a name in it. A worker also looks at the names of others, where
 * it accepts anything but what a file system with a broken cache says: ESTALE,
 * EIO, a name that leads to what was made by another worker.
 *
 * Prints one line with what was done; ends with status 1 at the first answer
 * that cannot be.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum kind { NONE, REGULAR, DIRECTORY, LINK, FIFO, KINDS };

static const mode_t MODES[KINDS] = { 0, S_IFREG, S_IFDIR, S_IFLNK, S_IFIFO };

struct name {
	enum kind kind;
	unsigned int tag;		/* written into the object */
	ino_t ino;
};

struct shared {
	volatile int over;
	unsigned long done, looked, missing;
};

static int workers = 4, dirs = 8, names = 40, me;
static struct shared *shared;
static unsigned long long state;

static unsigned int number(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % below;
}

static _Noreturn void wrong(const char *path, const char *format, ...)
{
	char what[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	fprintf(stderr, "storm: worker %d: %s: %s\n", me, path, what);
	shared->over = 1;
	exit(1);
}

static void must(int ok, const char *path, const char *call)
{
	if (!ok)
		wrong(path, "%s: %s", call, strerror(errno));
}

static const char *path_of(char *path, int worker, int name)
{
	/* Some names are longer than others: they live in another map. */
	const char *tail = name % 4 == 3 ? "-of-a-middle-length-of-name" : "";

	sprintf(path, "d%d/w%d-n%d%s", name % dirs, worker, name, tail);
	return path;
}

/* What the object behind PATH carries; -1 if it is gone meanwhile. */
static int read_tag(const char *path, mode_t type, char *tag, size_t size)
{
	char in[128];
	ssize_t n;
	int fd;

	tag[0] = 0;
	switch (type) {
	case S_IFREG:
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			return -1;
		n = read(fd, tag, size - 1);
		close(fd);
		if (n < 0)
			return -1;
		tag[n] = 0;
		return 0;
	case S_IFLNK:
		n = readlink(path, tag, size - 1);
		if (n < 0)
			return -1;
		tag[n] = 0;
		return 0;
	case S_IFDIR:
		snprintf(in, sizeof(in), "%s/tag", path);
		return read_tag(in, S_IFLNK, tag, size);
	default:
		return 0;
	}
}

static void check_mine(const struct name *n, const char *path)
{
	char tag[64], expected[64];
	struct stat st;

	if (lstat(path, &st)) {
		if (n->kind != NONE || errno != ENOENT)
			wrong(path, "lstat of kind %d: %s", n->kind, strerror(errno));
		return;
	}
	if (n->kind == NONE)
		wrong(path, "it is there, and was removed");
	if ((st.st_mode & S_IFMT) != MODES[n->kind])
		wrong(path, "mode %o, not of kind %d", st.st_mode, n->kind);
	if (st.st_ino != n->ino)
		wrong(path, "inode %lu, not %lu", (long)st.st_ino, (long)n->ino);
	if (n->kind == FIFO)
		return;
	snprintf(expected, sizeof(expected), "w%d-%u", me, n->tag);
	must(!read_tag(path, st.st_mode & S_IFMT, tag, sizeof(tag)), path, "reading its tag");
	if (strcmp(tag, expected))
		wrong(path, "'%s' is in it, not '%s'", tag, expected);
}

static void make(struct name *n, const char *path)
{
	static unsigned int made;
	char tag[64], in[128];
	struct stat st;
	int fd, length;

	n->kind = 1 + number(KINDS - 1);
	n->tag = ++made;
	length = snprintf(tag, sizeof(tag), "w%d-%u", me, n->tag);
	switch (n->kind) {
	case REGULAR:
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		must(fd >= 0, path, "open");
		must(write(fd, tag, length) == length, path, "write");
		must(!close(fd), path, "close");
		break;
	case DIRECTORY:
		must(!mkdir(path, 0755), path, "mkdir");
		snprintf(in, sizeof(in), "%s/tag", path);
		must(!symlink(tag, in), in, "symlink");
		break;
	case LINK:
		must(!symlink(tag, path), path, "symlink");
		break;
	default:
		must(!mkfifo(path, 0644), path, "mkfifo");
	}
	must(!lstat(path, &st), path, "lstat");
	n->ino = st.st_ino;
}

static void take_away(struct name *n, const char *path)
{
	char in[128];

	if (n->kind == DIRECTORY) {
		snprintf(in, sizeof(in), "%s/tag", path);
		must(!unlink(in), in, "unlink");
		must(!rmdir(path), path, "rmdir");
	} else {
		must(!unlink(path), path, "unlink");
	}
	n->kind = NONE;
}

static void move(struct name *from, struct name *to, const char *path, const char *new)
{
	if (from->kind == NONE || from == to)
		return;
	if (to->kind != NONE)
		take_away(to, new);
	must(!rename(path, new), path, "rename");
	*to = *from;
	from->kind = NONE;
}

static void look_at_another(void)
{
	char path[64], tag[64], prefix[16];
	int other = number(workers);
	struct stat st;

	path_of(path, other, number(names));
	__sync_fetch_and_add(&shared->looked, 1);
	if (lstat(path, &st) ||
	    read_tag(path, st.st_mode & S_IFMT, tag, sizeof(tag))) {
		__sync_fetch_and_add(&shared->missing, 1);
		/* Another kind of file may be there by now. */
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP && errno != EINVAL &&
		    errno != EISDIR)
			wrong(path, "another's: %s", strerror(errno));
		return;
	}
	snprintf(prefix, sizeof(prefix), "w%d-", other);
	/* It may have been opened before it was written. */
	if (tag[0] && strncmp(tag, prefix, strlen(prefix)))
		wrong(path, "another's: '%s' is in it", tag);
}

static void work(unsigned long long seed)
{
	struct name *mine = calloc(names, sizeof(*mine));
	char path[64], new[64];
	int i, to;

	state = (seed + 1) * 0x9e3779b97f4a7c15ULL + me * 0x632be59bd9b4e019ULL;
	state = state ? state : 1;
	while (!shared->over) {
		i = number(names);
		to = number(names);
		path_of(path, me, i);
		path_of(new, me, to);
		switch (number(8)) {
		case 0:
		case 1:
			if (mine[i].kind != NONE)
				take_away(&mine[i], path);
			else
				make(&mine[i], path);
			break;
		case 2:
			move(&mine[i], &mine[to], path, new);
			check_mine(&mine[to], new);
			break;
		case 3:
		case 4:
			look_at_another();
			break;
		default:
			break;
		}
		check_mine(&mine[i], path);
		__sync_fetch_and_add(&shared->done, 1);
	}
	for (i = 0; i < names; i++)
		check_mine(&mine[i], path_of(path, me, i));
	exit(0);
}

int main(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{ "seed", required_argument, NULL, 's' },   { "seconds", required_argument, NULL, 't' },
		{ "workers", required_argument, NULL, 'w' }, { "dirs", required_argument, NULL, 'd' },
		{ "names", required_argument, NULL, 'n' },  { 0 },
	};
	unsigned long long seed = 1;
	int option, seconds = 10, status, failed = 0;
	char path[32];
	time_t end;

	while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		switch (option) {
		case 's': seed = strtoull(optarg, NULL, 10); break;
		case 't': seconds = atoi(optarg); break;
		case 'w': workers = atoi(optarg); break;
		case 'd': dirs = atoi(optarg); break;
		case 'n': names = atoi(optarg); break;
		default: return 2;
		}
	}
	if (optind != argc - 1 || workers < 1 || dirs < 1 || names < 1 || chdir(argv[optind])) {
		fprintf(stderr, "storm: see the head of storm.c\n");
		return 2;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	must(shared != MAP_FAILED, "shared memory", "mmap");
	for (int i = 0; i < dirs; i++) {
		sprintf(path, "d%d", i);
		must(!mkdir(path, 0755), path, "mkdir");
	}
	for (me = 0; me < workers; me++) {
		pid_t pid = fork();

		must(pid >= 0, "worker", "fork");
		if (!pid)
			work(seed);
	}
	for (end = time(NULL) + seconds; time(NULL) < end && !shared->over;)
		usleep(100000);
	shared->over = 1;
	while (wait(&status) > 0)
		failed |= status;
	printf("%lu operations, %lu names of others looked at, %lu not there\n", shared->done,
	       shared->looked, shared->missing);
	return failed != 0;
}
