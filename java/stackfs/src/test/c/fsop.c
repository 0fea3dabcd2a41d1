// SPDX-License-Identifier: Apache-2.0
/*
 * Makes the system calls that a test asks for, one a line, in a process of its
 * own: exactly those calls, and nothing that a shell or a tool would add.
 *
 * A line on standard input is words separated by tabs; %XX in a word is a byte.
 * The answer is a line: "ok" and values separated by blanks, or the name of
 * errno. Descriptors are small numbers that the caller chooses.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <fts.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define WORDS 16
#define FDS 64

static char *word[WORDS];
static int fds[FDS];
static DIR *dirs[FDS];
static char buffer[1 << 20] __attribute__((aligned(4096))); /* O_DIRECT */
static struct statx x;

static long number(int i)
{
	return strtol(word[i], NULL, 0);
}

static int fd(int i)
{
	return fds[number(i) % FDS];
}

static void answer(int rc)
{
	if (rc < 0)
		printf("%s\n", strerrorname_np(errno));
	else
		printf("ok\n");
}

static void unescape(char *s)
{
	char *to = s, hex[3] = "";

	for (; *s; s++) {
		if (*s == '%') {
			memcpy(hex, s + 1, 2);
			*to++ = strtol(hex, NULL, 16);
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* type:mode nlink uid gid size rdev ino mtime ctime, times in ns */
static void print_stat(int rc, const struct statx *x)
{
	if (rc < 0) {
		answer(rc);
		return;
	}
	printf("ok %o %u %u %u %llu %u:%u %llu %lld.%09u %lld.%09u\n", x->stx_mode, x->stx_nlink,
	       x->stx_uid, x->stx_gid, (unsigned long long)x->stx_size, x->stx_rdev_major,
	       x->stx_rdev_minor, (unsigned long long)x->stx_ino, (long long)x->stx_mtime.tv_sec,
	       x->stx_mtime.tv_nsec, (long long)x->stx_ctime.tv_sec, x->stx_ctime.tv_nsec);
}

static void do_stat(int dir, const char *path, int flags)
{
	struct statx x = {};

	print_stat(statx(dir, path, flags, STATX_BASIC_STATS, &x), &x);
}

static int open_flags(const char *s)
{
	int flags = 0;

	for (; *s; s++) {
		switch (*s) {
		case 'r': flags |= O_RDONLY; break;
		case 'w': flags |= O_WRONLY; break;
		case '+': flags |= O_RDWR; break;
		case 'c': flags |= O_CREAT; break;
		case 'x': flags |= O_EXCL; break;
		case 't': flags |= O_TRUNC; break;
		case 'a': flags |= O_APPEND; break;
		case 'd': flags |= O_DIRECTORY; break;
		case 'p': flags |= O_PATH; break;
		case 'D': flags |= O_DIRECT; break;
		}
	}
	return flags;
}

static void do_sum(int f)
{
	unsigned long hash = 0xcbf29ce484222325;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(f, buffer, sizeof(buffer), at)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			hash = (hash ^ (unsigned char)buffer[i]) * 0x100000001b3;
		at += n;
	}
	if (n < 0)
		answer(-1);
	else
		printf("ok %ld %lx\n", (long)at, hash);
}

struct linux_dirent64 {
	ino64_t d_ino;
	off64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

static int compare(const void *a, const void *b)
{
	return strcmp(*(char **)a, *(char **)b);
}

/*
 * The rest of an open directory: "ok" and how many names there are, and a hash
 * of them in order of their bytes
 */
static void do_names(DIR *dir)
{
	char **names = NULL;
	size_t count = 0;
	unsigned long hash = 5381;
	struct dirent *e;

	if (!dir) {
		errno = EBADF;
		answer(-1);
		return;
	}
	errno = 0;
	while ((e = readdir(dir))) {
		names = realloc(names, (count + 1) * sizeof(*names));
		names[count++] = strdup(e->d_name);
	}
	if (errno) {
		answer(-1);
		return;
	}
	qsort(names, count, sizeof(*names), compare);
	for (size_t i = 0; i < count; i++) {
		for (char *c = names[i]; *c; c++)
			hash = hash * 33 + (unsigned char)*c;
		hash = hash * 33;
		free(names[i]);
	}
	free(names);
	printf("ok %zu %lx\n", count, hash);
}

static void do_list(const char *path)
{
	DIR *dir = opendir(path);

	if (!dir) {
		answer(-1);
		return;
	}
	do_names(dir);
	closedir(dir);
}

/*
 * Walks a directory, then seeks to every offset that was returned, last first,
 * and sees whether the name after it is the one that came after it before.
 * "ok" and how many places were sought.
 */
static void do_seek(const char *path)
{
	static struct { off64_t off; char name[256]; } *seen;
	int dir = open(path, O_RDONLY | O_DIRECTORY);
	size_t count = 0, bad = 0, checked = 0;
	long n;

	if (dir < 0) {
		answer(-1);
		return;
	}
	while ((n = syscall(SYS_getdents64, dir, buffer, 32768)) > 0) {
		for (long at = 0; at < n;) {
			struct linux_dirent64 *e = (void *)(buffer + at);

			seen = realloc(seen, (count + 1) * sizeof(*seen));
			seen[count].off = e->d_off;
			strcpy(seen[count++].name, e->d_name);
			at += e->d_reclen;
		}
	}
	for (long i = (long)count - 2; i >= 0 && n == 0; i -= count / 50 + 1, checked++) {
		lseek(dir, seen[i].off, SEEK_SET);
		n = syscall(SYS_getdents64, dir, buffer, 32768);
		if (n < 0)
			break;
		bad += n <= 0 || strcmp(((struct linux_dirent64 *)buffer)->d_name, seen[i + 1].name);
		n = 0;
	}
	close(dir);
	if (n < 0)
		answer(-1);
	else if (bad)
		printf("%zu of %zu seeks went astray\n", bad, checked);
	else
		printf("ok %zu\n", checked);
}

/* Random changes of a few names in two directories for some seconds: see Java. */
static void do_storm(const char *base, unsigned int seed, int seconds)
{
	char a[4200], b[4200];
	unsigned long done = 0;
	time_t end = time(NULL) + seconds;

	while (time(NULL) < end) {
		int rc = 0, f;

		snprintf(a, sizeof(a), "%s/%d/%d", base, rand_r(&seed) % 2, rand_r(&seed) % 6);
		snprintf(b, sizeof(b), "%s/%d/%d", base, rand_r(&seed) % 2, rand_r(&seed) % 6);
		switch (rand_r(&seed) % 12) {
		case 0:
		case 1:
			f = open(a, O_CREAT | O_WRONLY, 0644);
			rc = f;
			if (f >= 0) {
				if (write(f, buffer, rand_r(&seed) % 5000) < 0)
					rc = -1;
				close(f);
			}
			break;
		case 2:
			f = open(a, O_CREAT | O_EXCL | O_RDWR, 0600);
			rc = f;
			if (f >= 0)
				close(f);
			break;
		case 3: rc = unlink(a); break;
		case 4: rc = rename(a, b); break;
		case 5: rc = renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE); break;
		case 6: rc = link(a, b); break;
		case 7: rc = chmod(a, rand_r(&seed) & 0777); break;
		case 8: rc = truncate(a, rand_r(&seed) % 9000); break;
		case 9: rc = mkdir(a, 0755); break;
		case 10: rc = rmdir(a); break;
		case 11: rc = symlink("target", a); break;
		}
		if (rc < 0 && errno != ENOENT && errno != EEXIST && errno != ENOTDIR &&
		    errno != EISDIR && errno != ENOTEMPTY && errno != EPERM && errno != EINVAL &&
		    errno != ELOOP) {
			printf("%s for %s %s\n", strerrorname_np(errno), a, b);
			return;
		}
		for (int i = 0; i < 3; i++) {
			snprintf(a, sizeof(a), "%s/%d/%d", base, rand_r(&seed) % 2, rand_r(&seed) % 6);
			if (statx(AT_FDCWD, a, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &x) < 0 &&
			    errno != ENOENT) {
				printf("%s for stat %s\n", strerrorname_np(errno), a);
				return;
			}
		}
		done++;
	}
	printf("ok %lu\n", done);
}

/* Fails the verification unless @condition holds after what has just been done. */
#define MUST(what, condition) do {					\
	if (!(condition)) {						\
		printf("after %s: %s is not so (%s; mode %o nlink %u size %llu)\n",	\
		       what, #condition, strerrorname_np(errno), x.stx_mode,	\
		       x.stx_nlink, (unsigned long long)x.stx_size);	\
		return;							\
	}								\
} while (0)

static int look(const char *path)
{
	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &x);
}

/*
 * Changes files of a directory that nobody else changes, and looks after each
 * change whether it sees it. watch() in other processes makes the daemon look
 * at the same files all the while, so that what it saw before a change could be
 * put into the maps after it.
 */
static void do_verify(const char *base, unsigned int seed, int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long done = 0;
	char v[32];

	MUST("chdir", chdir(base) == 0);
	for (; time(NULL) < end; done++) {
		unsigned int n = rand_r(&seed) % 5000, mode = rand_r(&seed) & 0777;
		struct timespec times[2] = { { n, mode }, { n, mode } };
		unsigned long long size, ino;
		int f;

		snprintf(v, sizeof(v), "v%d", rand_r(&seed) % 3);
		f = open(v, O_CREAT | O_WRONLY, 0644);
		MUST("open", f >= 0 && close(f) == 0 && look(v) == 0 && x.stx_nlink == 1);
		size = x.stx_size;
		ino = x.stx_ino;
		switch (rand_r(&seed) % 8) {
		case 0:
			MUST("chmod", chmod(v, mode) == 0 && look(v) == 0 && (x.stx_mode & 07777) == mode);
			break;
		case 1:
			MUST("truncate", truncate(v, n) == 0 && look(v) == 0 && x.stx_size == n);
			break;
		case 2:
			f = open(v, O_WRONLY | O_APPEND);
			MUST("write", write(f, buffer, n) == n && look(v) == 0 && x.stx_size == size + n);
			MUST("close", close(f) == 0 && look(v) == 0 && x.stx_size == size + n);
			break;
		case 3:
			MUST("utimensat", utimensat(AT_FDCWD, v, times, 0) == 0 && look(v) == 0 &&
			     x.stx_mtime.tv_sec == n && x.stx_mtime.tv_nsec == mode);
			break;
		case 4:
			MUST("link", link(v, "l") == 0 && look("l") == 0 && x.stx_ino == ino);
			MUST("link", look(v) == 0 && x.stx_nlink == 2);
			MUST("unlink", unlink("l") == 0 && look("l") < 0 && errno == ENOENT);
			MUST("unlink", look(v) == 0 && x.stx_nlink == 1);
			break;
		case 5:
			MUST("rename", rename(v, "w") == 0 && look(v) < 0 && errno == ENOENT);
			MUST("rename", look("w") == 0 && x.stx_ino == ino && x.stx_size == size);
			MUST("rename", rename("w", v) == 0 && look("w") < 0 && errno == ENOENT);
			MUST("rename", look(v) == 0 && x.stx_ino == ino && x.stx_size == size);
			break;
		case 6:
			MUST("unlink", unlink(v) == 0 && look(v) < 0 && errno == ENOENT);
			break;
		case 7:
			MUST("stat", look(".") == 0);
			n = x.stx_nlink;
			MUST("mkdir", mkdir("d", 0700) == 0 && look("d") == 0 && x.stx_nlink == 2);
			MUST("mkdir", look(".") == 0 && x.stx_nlink == n + 1);
			MUST("rmdir", rmdir("d") == 0 && look("d") < 0 && errno == ENOENT);
			MUST("rmdir", look(".") == 0 && x.stx_nlink == n);
			break;
		}
	}
	printf("ok %lu\n", done);
}

static void do_watch(const char *base, unsigned int seed, int seconds)
{
	static const char *const names[] = { "v0", "v1", "v2", "w", "l", "d", "." };
	time_t end = time(NULL) + seconds;
	unsigned long done = 0;

	MUST("chdir", chdir(base) == 0);
	for (; time(NULL) < end; done++) {
		int fresh = rand_r(&seed) % 2 ? AT_STATX_FORCE_SYNC : 0;

		if (statx(AT_FDCWD, names[rand_r(&seed) % 7], fresh, STATX_BASIC_STATS, &x) < 0)
			MUST("stat", errno == ENOENT);
	}
	printf("ok %lu\n", done);
}

static void mix(unsigned long *hash, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*hash = (*hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
}

/*
 * "ok", how many objects there are below a directory, and a hash of all that
 * can be seen of them but times, inode numbers and the sizes of directories
 */
static void do_digest(char *path)
{
	char *roots[] = { path, NULL };
	unsigned long sum = 0, count = 0;
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		const char *name = e->fts_path + strlen(path);
		unsigned long hash = 0xcbf29ce484222325;
		unsigned int values[5] = { 0 };
		long n = 0;
		int f;

		if (e->fts_info == FTS_DP)
			continue;
		if (e->fts_info == FTS_ERR || e->fts_info == FTS_NS || e->fts_info == FTS_DNR) {
			printf("%s for %s\n", strerrorname_np(e->fts_errno), e->fts_path);
			fts_close(fts);
			return;
		}
		values[0] = e->fts_statp->st_mode;
		values[1] = e->fts_statp->st_nlink;
		values[2] = e->fts_statp->st_uid;
		values[3] = e->fts_statp->st_gid;
		values[4] = S_ISDIR(values[0]) ? 0 : e->fts_statp->st_size;
		mix(&hash, name, strlen(name));
		mix(&hash, values, sizeof(values));
		if (S_ISREG(values[0]) && (f = open(e->fts_path, O_RDONLY)) >= 0) {
			while ((n = read(f, buffer, sizeof(buffer))) > 0)
				mix(&hash, buffer, n);
			close(f);
		} else if (S_ISLNK(values[0])) {
			n = readlink(e->fts_path, buffer, sizeof(buffer));
			mix(&hash, buffer, n < 0 ? 0 : n);
		}
		if (n < 0) {
			printf("%s for %s\n", strerrorname_np(errno), e->fts_path);
			fts_close(fts);
			return;
		}
		sum += hash;
		count++;
	}
	fts_close(fts);
	printf("ok %lu %lx\n", count, sum);
}

static int *held;
static long holds;

static void do_hold(const char *prefix, long n)
{
	struct rlimit limit = { n + 100, n + 100 };

	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		answer(-1);
		return;
	}
	held = realloc(held, (holds + n) * sizeof(*held));
	for (long i = 0; i < n; i++) {
		snprintf(buffer, sizeof(buffer), "%s%ld", prefix, i);
		held[holds] = open(buffer, O_PATH | O_NOFOLLOW);
		if (held[holds] < 0) {
			answer(-1);
			return;
		}
		holds++;
	}
	answer(0);
}

/* "ok", how many can be looked at, and how many are ESTALE */
static void do_stat_held(void)
{
	long good = 0, stale = 0;

	for (long i = 0; i < holds; i++) {
		if (!statx(held[i], "", AT_EMPTY_PATH, STATX_BASIC_STATS, &x))
			good++;
		else if (errno == ESTALE)
			stale++;
	}
	printf("ok %ld %ld\n", good, stale);
}

static struct {
	struct file_handle head;
	unsigned char data[MAX_HANDLE_SZ];
} handles[FDS];

static int take_handle(long i, const char *path)
{
	int mount;

	handles[i % FDS].head.handle_bytes = MAX_HANDLE_SZ;
	return name_to_handle_at(AT_FDCWD, path, &handles[i % FDS].head, &mount, 0);
}

/* Of the mount that this process works in */
static int open_handle(long i, int flags)
{
	int mount = open(".", O_RDONLY | O_DIRECTORY);
	int f = open_by_handle_at(mount, &handles[i % FDS].head, flags);
	int error = errno;

	close(mount);
	errno = error;
	return f;
}

static sigjmp_buf no_page;

static void on_sigbus(int signal)
{
	siglongjmp(no_page, signal);
}

static void run(const char *op, int words)
{
	struct timespec times[2];
	long n;
	int f;

	if (!strcmp(op, "stat")) {
		do_stat(AT_FDCWD, word[1], AT_SYMLINK_NOFOLLOW);
	} else if (!strcmp(op, "stat-fresh")) {
		do_stat(AT_FDCWD, word[1], AT_SYMLINK_NOFOLLOW | AT_STATX_FORCE_SYNC);
	} else if (!strcmp(op, "fstat")) {
		do_stat(fd(1), "", AT_EMPTY_PATH);
	} else if (!strcmp(op, "open")) {
		/* open NUMBER FLAGS PATH [MODE] */
		f = open(word[3], open_flags(word[2]), words > 4 ? number(4) : 0);
		fds[number(1) % FDS] = f;
		answer(f);
	} else if (!strcmp(op, "close")) {
		answer(close(fd(1)));
	} else if (!strcmp(op, "write")) {
		/* write NUMBER BYTES [OFFSET] */
		memset(buffer, 'x', number(2));
		n = words > 3 ? pwrite(fd(1), buffer, number(2), number(3)) : write(fd(1), buffer, number(2));
		if (n < 0)
			answer(-1);
		else
			printf("ok %ld\n", n);
	} else if (!strcmp(op, "read")) {
		n = pread(fd(1), buffer, number(2), number(3));
		if (n < 0)
			answer(-1);
		else
			printf("ok %ld\n", n);
	} else if (!strcmp(op, "sum")) {
		/* sum NUMBER: the size and a hash (FNV-1a) of all that it contains */
		do_sum(fd(1));
	} else if (!strcmp(op, "fsync")) {
		answer(fsync(fd(1)));
	} else if (!strcmp(op, "ftruncate")) {
		answer(ftruncate(fd(1), number(2)));
	} else if (!strcmp(op, "copy")) {
		/* copy FROM TO BYTES: from and to where the two files are at */
		answer(copy_file_range(fd(1), NULL, fd(2), NULL, number(3), 0) == number(3) ? 0 : -1);
	} else if (!strcmp(op, "fallocate")) {
		answer(fallocate(fd(1), 0, number(2), number(3)));
	} else if (!strcmp(op, "map-write") || !strcmp(op, "map-keep")) {
		/* map-write NUMBER BYTES: through a shared mapping, not written back; map-keep: which stays */
		char *m = mmap(NULL, number(2), PROT_READ | PROT_WRITE, MAP_SHARED, fd(1), 0);

		n = m == MAP_FAILED ? -1 : 0;
		if (!n && !sigsetjmp(no_page, 1)) {
			memset(m, 'm', number(2));
		} else if (!n) {
			n = -1;
			errno = EIO;
		}
		if (m != MAP_FAILED && !strcmp(op, "map-write"))
			munmap(m, number(2));
		answer(n);
	} else if (!strcmp(op, "setxattr")) {
		answer(setxattr(word[1], word[2], word[3], strlen(word[3]), 0));
	} else if (!strcmp(op, "hoard")) {
		/* hoard PATH N: opens it for reading N times, or as often as it can be, and keeps all */
		for (n = 0; n < number(2) && open(word[1], O_RDONLY) >= 0; n++)
			;
		printf("ok %ld %s\n", n, n < number(2) ? strerrorname_np(errno) : "");
	} else if (!strcmp(op, "mkdir")) {
		answer(mkdir(word[1], number(2)));
	} else if (!strcmp(op, "rmdir")) {
		answer(rmdir(word[1]));
	} else if (!strcmp(op, "unlink")) {
		answer(unlink(word[1]));
	} else if (!strcmp(op, "rename")) {
		answer(rename(word[1], word[2]));
	} else if (!strcmp(op, "exchange")) {
		answer(renameat2(AT_FDCWD, word[1], AT_FDCWD, word[2], RENAME_EXCHANGE));
	} else if (!strcmp(op, "rename-noreplace")) {
		answer(renameat2(AT_FDCWD, word[1], AT_FDCWD, word[2], RENAME_NOREPLACE));
	} else if (!strcmp(op, "link")) {
		answer(link(word[1], word[2]));
	} else if (!strcmp(op, "symlink")) {
		answer(symlink(word[1], word[2]));
	} else if (!strcmp(op, "readlink")) {
		n = readlink(word[1], buffer, sizeof(buffer) - 1);
		buffer[n < 0 ? 0 : n] = 0;
		if (n < 0)
			answer(-1);
		else
			printf("ok %s\n", buffer);
	} else if (!strcmp(op, "mknod")) {
		answer(mknod(word[1], number(2), words > 3 ? makedev(number(3), number(4)) : 0));
	} else if (!strcmp(op, "chmod")) {
		answer(chmod(word[1], number(2)));
	} else if (!strcmp(op, "chown")) {
		answer(lchown(word[1], number(2), number(3)));
	} else if (!strcmp(op, "truncate")) {
		answer(truncate(word[1], number(2)));
	} else if (!strcmp(op, "utime")) {
		times[0] = times[1] = (struct timespec){ number(2), number(3) };
		answer(utimensat(AT_FDCWD, word[1], times, AT_SYMLINK_NOFOLLOW));
	} else if (!strcmp(op, "fchmod")) {
		answer(fchmod(fd(1), number(2)));
	} else if (!strcmp(op, "fchown")) {
		answer(fchown(fd(1), number(2), number(3)));
	} else if (!strcmp(op, "futime")) {
		times[0] = times[1] = (struct timespec){ number(2), number(3) };
		answer(futimens(fd(1), times));
	} else if (!strcmp(op, "fsetxattr")) {
		answer(fsetxattr(fd(1), word[2], word[3], strlen(word[3]), 0));
	} else if (!strcmp(op, "fsetacl")) {
		/* fsetacl NUMBER: an access ACL by which user 7 may write (linux/posix_acl_xattr.h) */
		static const unsigned int acl[] = { 2, 0x60001, -1, 0x20002, 7, 0x40004, -1, 0x60010, -1,
						    0x40020, -1 };

		answer(fsetxattr(fd(1), "system.posix_acl_access", acl, sizeof(acl), 0));
	} else if (!strcmp(op, "fgetflags")) {
		answer(ioctl(fd(1), FS_IOC_GETFLAGS, &f));
	} else if (!strcmp(op, "fsetflags")) {
		f = number(2);
		answer(ioctl(fd(1), FS_IOC_SETFLAGS, &f));
	} else if (!strcmp(op, "punch")) {
		answer(fallocate(fd(1), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, number(2), number(3)));
	} else if (!strcmp(op, "linkfd")) {
		/* linkfd NUMBER PATH: a name for an open file */
		snprintf(buffer, sizeof(buffer), "/proc/self/fd/%d", fd(1));
		answer(linkat(AT_FDCWD, buffer, AT_FDCWD, word[2], AT_SYMLINK_FOLLOW));
	} else if (!strcmp(op, "reopen")) {
		/* reopen NUMBER FLAGS OTHER: the same file once more */
		snprintf(buffer, sizeof(buffer), "/proc/self/fd/%d", fd(3));
		f = open(buffer, open_flags(word[2]));
		fds[number(1) % FDS] = f;
		answer(f);
	} else if (!strcmp(op, "fill")) {
		/* fill NUMBER: writes until nothing is left; how many MiB that were */
		long mib = 0;

		while ((n = write(fd(1), buffer, sizeof(buffer))) > 0)
			mib += n == sizeof(buffer);
		printf("ok %ld %s\n", mib, n < 0 ? strerrorname_np(errno) : "");
	} else if (!strcmp(op, "access")) {
		answer(access(word[1], number(2)));
	} else if (!strcmp(op, "chdir")) {
		answer(chdir(word[1]));
	} else if (!strcmp(op, "getcwd")) {
		answer(getcwd(buffer, sizeof(buffer)) ? 0 : -1);
	} else if (!strcmp(op, "list")) {
		do_list(word[1]);
	} else if (!strcmp(op, "opendir")) {
		DIR *dir = opendir(word[2]);

		dirs[number(1) % FDS] = dir;
		answer(dir ? 0 : -1);
	} else if (!strcmp(op, "readdir")) {
		/* readdir DIR: the next name; libc asks for more at once */
		DIR *dir = dirs[number(1) % FDS];
		struct dirent *e;

		errno = dir ? 0 : EBADF;
		e = dir ? readdir(dir) : NULL;
		if (errno)
			answer(-1);
		else
			printf("ok %s\n", e ? e->d_name : "");
	} else if (!strcmp(op, "rest")) {
		do_names(dirs[number(1) % FDS]);
	} else if (!strcmp(op, "rewinddir")) {
		if (dirs[number(1) % FDS])
			rewinddir(dirs[number(1) % FDS]);
		answer(0);
	} else if (!strcmp(op, "closedir")) {
		answer(dirs[number(1) % FDS] ? closedir(dirs[number(1) % FDS]) : 0);
		dirs[number(1) % FDS] = NULL;
	} else if (!strcmp(op, "seek")) {
		do_seek(word[1]);
	} else if (!strcmp(op, "many")) {
		/* many PREFIX N: creates N empty files */
		for (n = 0; n < number(2); n++) {
			snprintf(buffer, sizeof(buffer), "%s%ld", word[1], n);
			f = open(buffer, O_CREAT | O_WRONLY, 0644);
			if (f < 0 || close(f) < 0)
				break;
		}
		answer(n < number(2) ? -1 : 0);
	} else if (!strcmp(op, "stat-many")) {
		/* stat-many PREFIX N [TIMES] */
		long rounds = words > 3 ? number(3) : 1;

		for (n = 0; n < number(2) * rounds; n++) {
			snprintf(buffer, sizeof(buffer), "%s%ld", word[1], n % number(2));
			if (statx(AT_FDCWD, buffer, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &x) < 0)
				break;
		}
		answer(n < number(2) * rounds ? -1 : 0);
	} else if (!strcmp(op, "handle")) {
		/* handle NUMBER PATH: takes a handle of it */
		answer(take_handle(number(1), word[2]));
	} else if (!strcmp(op, "open-handle")) {
		/* open-handle NUMBER FLAGS: opens what the handle is of, as this number */
		f = open_handle(number(1), open_flags(word[2]));
		fds[number(1) % FDS] = f;
		answer(f);
	} else if (!strcmp(op, "path")) {
		/* path NUMBER: where the kernel thinks it is */
		snprintf(buffer, 64, "/proc/self/fd/%d", fd(1));
		n = readlink(buffer, buffer + 64, sizeof(buffer) - 65);
		buffer[64 + (n < 0 ? 0 : n)] = 0;
		printf("ok %s\n", buffer + 64);
	} else if (!strcmp(op, "xattr-set")) {
		/* xattr-set PATH NAME VALUE */
		answer(lsetxattr(word[1], word[2], word[3], strlen(word[3]), 0));
	} else if (!strcmp(op, "xattr-get")) {
		n = lgetxattr(word[1], word[2], buffer, sizeof(buffer) - 1);
		buffer[n < 0 ? 0 : n] = 0;
		if (n < 0)
			answer(-1);
		else
			printf("ok %s\n", buffer);
	} else if (!strcmp(op, "xattr-list")) {
		n = llistxattr(word[1], buffer, sizeof(buffer));
		if (n < 0)
			answer(-1);
		else
			printf("ok %ld\n", n);
	} else if (!strcmp(op, "xattr-remove")) {
		answer(lremovexattr(word[1], word[2]));
	} else if (!strcmp(op, "digest")) {
		do_digest(word[1]);
	} else if (!strcmp(op, "hold-many")) {
		/* hold-many PREFIX N: with O_PATH, until the end */
		do_hold(word[1], number(2));
	} else if (!strcmp(op, "stat-held")) {
		do_stat_held();
	} else if (!strcmp(op, "shrink")) {
		/*
		 * shrink MOUNTPOINT: drops the dentries that nobody uses, and with them their inodes, of
		 * this mount only; see reconfigure_super() in fs/super.c
		 */
		answer(mount(NULL, word[1], NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, NULL));
	} else if (!strcmp(op, "drop-caches")) {
		f = open("/proc/sys/vm/drop_caches", O_WRONLY);
		answer(write(f, "3", 1) < 0 ? -1 : 0);
		close(f);
	} else if (!strcmp(op, "storm")) {
		do_storm(word[1], number(2), number(3));
	} else if (!strcmp(op, "verify")) {
		do_verify(word[1], number(2), number(3));
	} else if (!strcmp(op, "watch")) {
		do_watch(word[1], number(2), number(3));
	} else {
		printf("unknown operation %s\n", op);
	}
}

int main(void)
{
	static char line[1 << 16];

	setlinebuf(stdout);
	signal(SIGBUS, on_sigbus);
	umask(0);
	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line;
		int words = 0;

		line[strcspn(line, "\n")] = 0;
		while (words < WORDS && (word[words] = strsep(&rest, "\t")))
			unescape(word[words++]);
		run(word[0], words);
	}
	return 0;
}
