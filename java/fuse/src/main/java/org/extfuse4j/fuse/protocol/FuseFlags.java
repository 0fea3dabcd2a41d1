// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

/**
 * Flag bits of the FUSE protocol, with the names and values of {@code include/uapi/linux/fuse.h}
 * (7.41). INIT flags are 64 bits wide, the others 32.
 */
public interface FuseFlags {

  // Bits of RequestStructs.SetattrIn.VALID.
  int FATTR_MODE = 1 << 0;
  int FATTR_UID = 1 << 1;
  int FATTR_GID = 1 << 2;
  int FATTR_SIZE = 1 << 3;
  int FATTR_ATIME = 1 << 4;
  int FATTR_MTIME = 1 << 5;
  int FATTR_FH = 1 << 6;
  int FATTR_ATIME_NOW = 1 << 7;
  int FATTR_MTIME_NOW = 1 << 8;
  int FATTR_LOCKOWNER = 1 << 9;
  int FATTR_CTIME = 1 << 10;
  int FATTR_KILL_SUIDGID = 1 << 11;

  // Bits of ReplyStructs.OpenOut.OPEN_FLAGS.
  int FOPEN_DIRECT_IO = 1 << 0;
  int FOPEN_KEEP_CACHE = 1 << 1;
  int FOPEN_NONSEEKABLE = 1 << 2;
  int FOPEN_CACHE_DIR = 1 << 3;
  int FOPEN_STREAM = 1 << 4;
  int FOPEN_NOFLUSH = 1 << 5;
  int FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;
  int FOPEN_PASSTHROUGH = 1 << 7;

  // Bits of INIT, for FuseInit.want; from bit 32 on they travel in flags2.
  long FUSE_ASYNC_READ = 1L << 0;
  long FUSE_POSIX_LOCKS = 1L << 1;
  long FUSE_FILE_OPS = 1L << 2;
  long FUSE_ATOMIC_O_TRUNC = 1L << 3;
  long FUSE_EXPORT_SUPPORT = 1L << 4;
  long FUSE_BIG_WRITES = 1L << 5;
  long FUSE_DONT_MASK = 1L << 6;
  long FUSE_SPLICE_WRITE = 1L << 7;
  long FUSE_SPLICE_MOVE = 1L << 8;
  long FUSE_SPLICE_READ = 1L << 9;
  long FUSE_FLOCK_LOCKS = 1L << 10;
  long FUSE_HAS_IOCTL_DIR = 1L << 11;
  long FUSE_AUTO_INVAL_DATA = 1L << 12;
  long FUSE_DO_READDIRPLUS = 1L << 13;
  long FUSE_READDIRPLUS_AUTO = 1L << 14;
  long FUSE_ASYNC_DIO = 1L << 15;
  long FUSE_WRITEBACK_CACHE = 1L << 16;
  long FUSE_NO_OPEN_SUPPORT = 1L << 17;
  long FUSE_PARALLEL_DIROPS = 1L << 18;
  long FUSE_HANDLE_KILLPRIV = 1L << 19;
  long FUSE_POSIX_ACL = 1L << 20;
  long FUSE_ABORT_ERROR = 1L << 21;
  long FUSE_MAX_PAGES = 1L << 22;
  long FUSE_CACHE_SYMLINKS = 1L << 23;
  long FUSE_NO_OPENDIR_SUPPORT = 1L << 24;
  long FUSE_EXPLICIT_INVAL_DATA = 1L << 25;
  long FUSE_MAP_ALIGNMENT = 1L << 26;
  long FUSE_SUBMOUNTS = 1L << 27;
  long FUSE_HANDLE_KILLPRIV_V2 = 1L << 28;
  long FUSE_SETXATTR_EXT = 1L << 29;
  long FUSE_INIT_EXT = 1L << 30;
  long FUSE_SECURITY_CTX = 1L << 32;
  long FUSE_HAS_INODE_DAX = 1L << 33;
  long FUSE_CREATE_SUPP_GROUP = 1L << 34;
  long FUSE_HAS_EXPIRE_ONLY = 1L << 35;
  long FUSE_DIRECT_IO_ALLOW_MMAP = 1L << 36;
  long FUSE_PASSTHROUGH = 1L << 37;
  long FUSE_NO_EXPORT_SUPPORT = 1L << 38;
  long FUSE_HAS_RESEND = 1L << 39;
  long FUSE_ALLOW_IDMAP = 1L << 40;
  long FUSE_REQUEST_TIMEOUT = 1L << 42;

  // Bits of requests, by the name of the request.
  int FUSE_RELEASE_FLUSH = 1 << 0;
  int FUSE_RELEASE_FLOCK_UNLOCK = 1 << 1;
  int FUSE_GETATTR_FH = 1 << 0;
  int FUSE_LK_FLOCK = 1 << 0;
  int FUSE_WRITE_CACHE = 1 << 0;
  int FUSE_WRITE_LOCKOWNER = 1 << 1;
  int FUSE_WRITE_KILL_SUIDGID = 1 << 2;
  int FUSE_READ_LOCKOWNER = 1 << 1;
  int FUSE_IOCTL_COMPAT = 1 << 0;
  int FUSE_IOCTL_UNRESTRICTED = 1 << 1;
  int FUSE_IOCTL_RETRY = 1 << 2;
  int FUSE_IOCTL_32BIT = 1 << 3;
  int FUSE_IOCTL_DIR = 1 << 4;
  int FUSE_IOCTL_COMPAT_X32 = 1 << 5;
  int FUSE_POLL_SCHEDULE_NOTIFY = 1 << 0;
  int FUSE_FSYNC_FDATASYNC = 1 << 0;
  int FUSE_ATTR_SUBMOUNT = 1 << 0;
  int FUSE_ATTR_DAX = 1 << 1;
  int FUSE_OPEN_KILL_SUIDGID = 1 << 0;
  int FUSE_SETXATTR_ACL_KILL_SGID = 1 << 0;
  int FUSE_EXPIRE_ONLY = 1 << 0;
  long FUSE_UNIQUE_RESEND = 1L << 63;

  /** The nodeid of the root. */
  long FUSE_ROOT_ID = 1;

  /** uid or gid of a request that the idmapping of the mount cannot express. */
  int FUSE_INVALID_UIDGID = -1;

  /** Type of the supplementary groups extension. */
  int FUSE_EXT_GROUPS = 32;

  /** Longest name the kernel sends or accepts, in bytes (fs/fuse/fuse_i.h). */
  int FUSE_NAME_MAX = 1024;

  /** Smallest buffer that a read(2) of /dev/fuse accepts, in bytes. */
  int FUSE_MIN_READ_BUFFER = 8192;
}
