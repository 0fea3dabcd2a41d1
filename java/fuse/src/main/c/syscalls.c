// SPDX-License-Identifier: Apache-2.0
/*
 * The natives of org.extfuse4j.fuse.sys.Syscalls: one system call each, which
 * answers what the kernel does, a negative errno for a failure. errno cannot
 * be left to a second call from Java: the JVM makes system calls of its own
 * in between.
 *
 * Addresses and sizes come as jlong. No native touches the Java heap, calls
 * Java or throws.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "org_extfuse4j_fuse_sys_Syscalls.h"

#define AT(address) ((void *)(intptr_t)(address))

#define SYSCALL(type, name, call, ...)					\
	JNIEXPORT type JNICALL						\
	Java_org_extfuse4j_fuse_sys_Syscalls_##name(JNIEnv *env, jclass class, \
						__VA_ARGS__)		\
	{								\
		type result = (type)(call);				\
									\
		return result < 0 ? -errno : result;			\
	}

SYSCALL(jlong, read, read(fd, AT(to), size),
	jint fd, jlong to, jlong size)

SYSCALL(jlong, write, write(fd, AT(from), size),
	jint fd, jlong from, jlong size)

SYSCALL(jlong, pread, pread(fd, AT(to), size, offset),
	jint fd, jlong to, jlong size, jlong offset)

SYSCALL(jlong, pwrite, pwrite(fd, AT(from), size, offset),
	jint fd, jlong from, jlong size, jlong offset)

/* With the flags of one call (RWF_); offset -1 is the descriptor's own. */
SYSCALL(jlong, pwritev2,
	pwritev2(fd, &(struct iovec){ AT(from), size }, 1, offset, flags),
	jint fd, jlong from, jlong size, jlong offset, jint flags)

SYSCALL(jint, poll, poll(AT(fds), count, timeout),
	jlong fds, jlong count, jint timeout)

SYSCALL(jint, fcntl, fcntl(fd, command, argument),
	jint fd, jint command, jlong argument)

SYSCALL(jint, open, open(AT(path), flags),
	jlong path, jint flags)

SYSCALL(jint, openat, openat(dir, AT(path), flags, mode),
	jint dir, jlong path, jint flags, jint mode)

SYSCALL(jint, openByHandleAt, open_by_handle_at(mount, AT(handle), flags),
	jint mount, jlong handle, jint flags)

SYSCALL(jint, nameToHandleAt,
	name_to_handle_at(dir, AT(path), AT(handle), AT(mount_id), flags),
	jint dir, jlong path, jlong handle, jlong mount_id, jint flags)

SYSCALL(jint, close, close(fd), jint fd)

SYSCALL(jint, dup, dup(fd), jint fd)

SYSCALL(jint, statx, statx(dir, AT(path), flags, mask, AT(to)),
	jint dir, jlong path, jint flags, jint mask, jlong to)

SYSCALL(jint, fstatfs, fstatfs(fd, AT(to)), jint fd, jlong to)

SYSCALL(jlong, getdents64, getdents64(dir, AT(to), size),
	jint dir, jlong to, jlong size)

SYSCALL(jlong, lseek, lseek(fd, offset, whence),
	jint fd, jlong offset, jint whence)

SYSCALL(jlong, readlinkat, readlinkat(dir, AT(path), AT(to), size),
	jint dir, jlong path, jlong to, jlong size)

SYSCALL(jint, mkdirat, mkdirat(dir, AT(path), mode),
	jint dir, jlong path, jint mode)

SYSCALL(jint, mknodat, mknodat(dir, AT(path), mode, device),
	jint dir, jlong path, jint mode, jlong device)

SYSCALL(jint, symlinkat, symlinkat(AT(target), dir, AT(path)),
	jlong target, jint dir, jlong path)

SYSCALL(jint, linkat, linkat(dir, AT(path), new_dir, AT(new_path), flags),
	jint dir, jlong path, jint new_dir, jlong new_path, jint flags)

SYSCALL(jint, unlinkat, unlinkat(dir, AT(path), flags),
	jint dir, jlong path, jint flags)

SYSCALL(jint, renameat2,
	renameat2(dir, AT(path), new_dir, AT(new_path), flags),
	jint dir, jlong path, jint new_dir, jlong new_path, jint flags)

SYSCALL(jint, chmod, chmod(AT(path), mode), jlong path, jint mode)

SYSCALL(jint, fchownat, fchownat(dir, AT(path), uid, gid, flags),
	jint dir, jlong path, jint uid, jint gid, jint flags)

SYSCALL(jint, utimensat, utimensat(dir, AT(path), AT(times), flags),
	jint dir, jlong path, jlong times, jint flags)

SYSCALL(jint, truncate, truncate(AT(path), size), jlong path, jlong size)

SYSCALL(jint, ftruncate, ftruncate(fd, size), jint fd, jlong size)

SYSCALL(jint, fallocate, fallocate(fd, mode, offset, size),
	jint fd, jint mode, jlong offset, jlong size)

SYSCALL(jlong, copyFileRange,
	copy_file_range(in, AT(in_offset), out, AT(out_offset), size, flags),
	jint in, jlong in_offset, jint out, jlong out_offset, jlong size,
	jint flags)

SYSCALL(jint, ioctl, ioctl(fd, (unsigned int)request, argument),
	jint fd, jint request, jlong argument)

SYSCALL(jint, fsync, fsync(fd), jint fd)

SYSCALL(jint, fdatasync, fdatasync(fd), jint fd)

SYSCALL(jint, syncfs, syncfs(fd), jint fd)

SYSCALL(jlong, getxattr, getxattr(AT(path), AT(name), AT(to), size),
	jlong path, jlong name, jlong to, jlong size)

SYSCALL(jint, setxattr, setxattr(AT(path), AT(name), AT(from), size, flags),
	jlong path, jlong name, jlong from, jlong size, jint flags)

SYSCALL(jlong, listxattr, listxattr(AT(path), AT(to), size),
	jlong path, jlong to, jlong size)

SYSCALL(jint, removexattr, removexattr(AT(path), AT(name)),
	jlong path, jlong name)

/* Not setgroups(3), which is for all threads of the process. */
SYSCALL(jint, setgroups, syscall(SYS_setgroups, count, AT(groups)),
	jint count, jlong groups)

SYSCALL(jint, eaccess, faccessat(AT_FDCWD, AT(path), mode, AT_EACCESS),
	jlong path, jint mode)

/*
 * setfsuid(2) and setfsgid(2) answer what was there before, also when they
 * could not change it. An id that is none changes nothing, and is cheap.
 */
#define NO_ID ((uid_t)-1)

static int become_group(int gid)
{
	if (setfsgid(NO_ID) == gid)
		return 1;
	setfsgid(gid);
	return setfsgid(NO_ID) == gid;
}

static int become_user(int uid)
{
	if (setfsuid(NO_ID) == uid)
		return 1;
	setfsuid(uid);
	return setfsuid(NO_ID) == uid;
}

JNIEXPORT jint JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_setFsIds(JNIEnv *env, jclass class, jint uid,
					  jint gid)
{
	return become_group(gid) && become_user(uid) ? 0 : -ENOMEM;
}

JNIEXPORT jint JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_fsUid(JNIEnv *env, jclass class)
{
	return setfsuid(NO_ID);
}

JNIEXPORT jint JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_fsGid(JNIEnv *env, jclass class)
{
	return setfsgid(NO_ID);
}

struct capsets {
	struct __user_cap_data_struct low, high;
};

static jlong get_caps(int pid, struct capsets *sets)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
		.pid = pid,
	};

	return syscall(SYS_capget, &header, sets) ? -errno : 0;
}

JNIEXPORT jlong JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_effectiveCaps(JNIEnv *env, jclass class,
					       jint pid)
{
	struct capsets sets;
	jlong rc = get_caps(pid, &sets);

	return rc ? rc : (jlong)sets.high.effective << 32 | sets.low.effective;
}

JNIEXPORT jlong JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_permittedCaps(JNIEnv *env, jclass class)
{
	struct capsets sets;
	jlong rc = get_caps(0, &sets);

	return rc ? rc : (jlong)sets.high.permitted << 32 | sets.low.permitted;
}

JNIEXPORT jint JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_setEffectiveCaps(JNIEnv *env, jclass class,
						  jlong permitted,
						  jlong effective)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct capsets sets = {
		.low = { .permitted = permitted, .effective = effective },
		.high = {
			.permitted = permitted >> 32,
			.effective = effective >> 32,
		},
	};

	return syscall(SYS_capset, &header, &sets) ? -errno : 0;
}

/* Cannot fail, and answers what was there before. */
JNIEXPORT jint JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_umask(JNIEnv *env, jclass class, jint mask)
{
	return umask(mask);
}

/* No system call, but what replies are put together with. */
JNIEXPORT void JNICALL
Java_org_extfuse4j_fuse_sys_Syscalls_memcpy(JNIEnv *env, jclass class, jlong to,
					jlong from, jlong size)
{
	memcpy(AT(to), AT(from), size);
}
