// SPDX-License-Identifier: Apache-2.0
/*
 * Preloaded into a daemon under test (LD_PRELOAD): lets one call of libc fail
 * that the project's own code makes, and only those: the library of Syscalls,
 * JNA, which nothing else uses, libbpf, and for pthread_create(3) the JVM. Who
 * calls is told by the return address.
 *
 * EXTFUSE_FAULTS is a file that is shared with the test (FaultControl.java):
 * words of 32 bits, below, and from NAMES on the functions' names, one a line.
 * Those that end in 64 are what the library of Syscalls is linked with.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE 4096
#define NAMES 2048

/* Whether calls are counted; which one fails, from 1, and with what; whether it did. */
enum { ON, FUNCTION, NTH, ERROR, FIRED, CALLS };

#define FUNCTIONS(F)							\
	F(read) F(write) F(pread) F(pwrite) F(poll) F(fcntl) F(open)	\
	F(openat) F(open_by_handle_at) F(name_to_handle_at) F(close)	\
	F(dup) F(statx) F(fstatfs) F(getdents64) F(lseek)		\
	F(readlinkat) F(mkdirat) F(mknodat) F(symlinkat) F(linkat)	\
	F(unlinkat) F(renameat2) F(chmod) F(fchownat) F(utimensat)	\
	F(truncate) F(ftruncate) F(fallocate) F(copy_file_range)	\
	F(ioctl) F(fsync) F(fdatasync) F(syncfs) F(getxattr)		\
	F(setxattr) F(listxattr) F(removexattr) F(syscall) F(mount)	\
	F(umount2) F(prctl) F(unshare) F(pwritev2) F(preadv2)		\
	F(setgroups) F(fchmodat) F(fchmod) F(futimens) F(splice)	\
	F(open64) F(openat64) F(pread64) F(pwrite64) F(preadv64v2)	\
	F(pwritev64v2) F(fcntl64) F(fstatfs64) F(lseek64)		\
	F(truncate64) F(ftruncate64) F(fallocate64) F(setresuid)	\
	F(setresgid) F(prlimit64) F(setrlimit64) F(faccessat)		\
	F(pthread_create)

enum {
#define NUMBER(name) N_##name,
	FUNCTIONS(NUMBER)
	COUNT
};

static const char *const names[] = {
#define NAME(name) #name,
	FUNCTIONS(NAME)
};

typedef long function(long, long, long, long, long, long);

static function *real[COUNT];
static int32_t *control;

__attribute__((constructor)) static void set_up(void)
{
	const char *path = getenv("EXTFUSE_FAULTS");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	char *at;

	for (int i = 0; i < COUNT; i++)
		real[i] = (function *)dlsym(RTLD_NEXT, names[i]);
	if (fd < 0)
		return;
	at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	/* The descriptor stays, lest close() above all be called here. */
	if (at == MAP_FAILED)
		return;
	control = (int32_t *)at;
	at += NAMES;
	for (int i = 0; i < COUNT; i++)
		at += sprintf(at, "%s\n", names[i]);
}

static int is_ours(int i, void *caller)
{
	Dl_info info;
	const char *file;

	if (!dladdr(caller, &info) || !info.dli_fname)
		return 0;
	file = strrchr(info.dli_fname, '/');
	file = file ? file + 1 : info.dli_fname;
	if (i == N_pthread_create)
		return !strncmp(file, "libjvm", 6);
	return !strncmp(file, "libsyscalls-", 12) || !strncmp(file, "libbpf", 6) ||
	       !strncmp(file, "jna", 3) || !strncmp(file, "libjnidispatch", 14);
}

static long call(int i, void *caller, long a, long b, long c, long d, long e, long f)
{
	if (!real[i])
		real[i] = (function *)dlsym(RTLD_NEXT, names[i]);
	if (!control || !__atomic_load_n(&control[ON], __ATOMIC_ACQUIRE) || !is_ours(i, caller) ||
	    __atomic_add_fetch(&control[CALLS + i], 1, __ATOMIC_ACQ_REL) != control[NTH] ||
	    control[FUNCTION] != i)
		return real[i](a, b, c, d, e, f);
	__atomic_add_fetch(&control[FIRED], 1, __ATOMIC_ACQ_REL);
	if (i == N_pthread_create)
		return EAGAIN;
	if (i == N_close) /* Linux closes it, whatever it says. */
		real[i](a, b, c, d, e, f);
	errno = control[ERROR];
	return -1;
}

/* Six arguments for all: what a function does not take it does not look at. */
#define WRAP(name)							\
	long wrap_##name(long, long, long, long, long, long) __asm__(#name); \
	long wrap_##name(long a, long b, long c, long d, long e, long f) \
	{								\
		return call(N_##name, __builtin_return_address(0), a, b, c, d, e, f); \
	}
FUNCTIONS(WRAP)
