// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

/**
 * Layout of what the kernel sends on /dev/fuse: one nested interface a structure of {@code
 * include/uapi/linux/fuse.h} (7.41), named like it without {@code fuse_}. A constant is the byte
 * offset of the field of that name, {@code SIZE} the size of the structure in bytes. A field that
 * is itself called {@code size} is {@code SIZE_FIELD}; padding and spare fields are left out. All
 * fields are in native byte order.
 *
 * <p>The layout test compiles a C program from these constants and compares every number.
 */
public interface RequestStructs {
  /** Start of every request. */
  interface InHeader {
    int LEN = 0;
    int OPCODE = 4;
    int UNIQUE = 8;
    int NODEID = 16;
    int UID = 24;
    int GID = 28;
    int PID = 32;
    int TOTAL_EXTLEN = 36;
    int SIZE = 40;
  }

  /** Body of GETATTR. */
  interface GetattrIn {
    int GETATTR_FLAGS = 0;
    int FH = 8;
    int SIZE = 16;
  }

  /** Body of SETATTR; {@code VALID} holds FATTR_ bits. */
  interface SetattrIn {
    int VALID = 0;
    int FH = 8;
    int SIZE_FIELD = 16;
    int LOCK_OWNER = 24;
    int ATIME = 32;
    int MTIME = 40;
    int CTIME = 48;
    int ATIMENSEC = 56;
    int MTIMENSEC = 60;
    int CTIMENSEC = 64;
    int MODE = 68;
    int UID = 76;
    int GID = 80;
    int SIZE = 88;
  }

  /** Body of MKNOD, before the name. */
  interface MknodIn {
    int MODE = 0;
    int RDEV = 4;
    int UMASK = 8;
    int SIZE = 16;
  }

  /** Body of MKDIR, before the name. */
  interface MkdirIn {
    int MODE = 0;
    int UMASK = 4;
    int SIZE = 8;
  }

  /** Body of RENAME, before the old and the new name. */
  interface RenameIn {
    int NEWDIR = 0;
    int SIZE = 8;
  }

  /** Body of RENAME2, before the old and the new name. */
  interface Rename2In {
    int NEWDIR = 0;
    int FLAGS = 8;
    int SIZE = 16;
  }

  /** Body of LINK, before the new name; the header names the new parent. */
  interface LinkIn {
    int OLDNODEID = 0;
    int SIZE = 8;
  }

  /** Body of OPEN and OPENDIR. */
  interface OpenIn {
    int FLAGS = 0;
    int OPEN_FLAGS = 4;
    int SIZE = 8;
  }

  /** Body of CREATE and TMPFILE, before the name. */
  interface CreateIn {
    int FLAGS = 0;
    int MODE = 4;
    int UMASK = 8;
    int OPEN_FLAGS = 12;
    int SIZE = 16;
  }

  /** Body of READ, READDIR and READDIRPLUS. */
  interface ReadIn {
    int FH = 0;
    int OFFSET = 8;
    int SIZE_FIELD = 16;
    int READ_FLAGS = 20;
    int LOCK_OWNER = 24;
    int FLAGS = 32;
    int SIZE = 40;
  }

  /** Body of WRITE, before the data. */
  interface WriteIn {
    int FH = 0;
    int OFFSET = 8;
    int SIZE_FIELD = 16;
    int WRITE_FLAGS = 20;
    int LOCK_OWNER = 24;
    int FLAGS = 32;
    int SIZE = 40;
  }

  /** Body of RELEASE and RELEASEDIR. */
  interface ReleaseIn {
    int FH = 0;
    int FLAGS = 8;
    int RELEASE_FLAGS = 12;
    int LOCK_OWNER = 16;
    int SIZE = 24;
  }

  /** Body of FLUSH. */
  interface FlushIn {
    int FH = 0;
    int LOCK_OWNER = 16;
    int SIZE = 24;
  }

  /** Body of FSYNC and FSYNCDIR. */
  interface FsyncIn {
    int FH = 0;
    int FSYNC_FLAGS = 8;
    int SIZE = 16;
  }

  /** Body of SETXATTR, before name and value; COMPAT_SIZE bytes without FUSE_SETXATTR_EXT. */
  interface SetxattrIn {
    int SIZE_FIELD = 0;
    int FLAGS = 4;
    int SETXATTR_FLAGS = 8;
    int COMPAT_SIZE = 8;
    int SIZE = 16;
  }

  /** Body of GETXATTR (before the name) and LISTXATTR. */
  interface GetxattrIn {
    int SIZE_FIELD = 0;
    int SIZE = 8;
  }

  /** Body of GETLK, SETLK and SETLKW. */
  interface LkIn {
    int FH = 0;
    int OWNER = 8;
    int LK = 16;
    int LK_FLAGS = 40;
    int SIZE = 48;
  }

  /** Body of ACCESS. */
  interface AccessIn {
    int MASK = 0;
    int SIZE = 8;
  }

  /** Body of INIT; V35_SIZE bytes before protocol 7.36. */
  interface InitIn {
    int MAJOR = 0;
    int MINOR = 4;
    int MAX_READAHEAD = 8;
    int FLAGS = 12;
    int FLAGS2 = 16;
    int V35_SIZE = 16;
    int SIZE = 64;
  }

  /** Body of INTERRUPT. */
  interface InterruptIn {
    int UNIQUE = 0;
    int SIZE = 8;
  }

  /** Body of BMAP. */
  interface BmapIn {
    int BLOCK = 0;
    int BLOCKSIZE = 8;
    int SIZE = 16;
  }

  /** Body of IOCTL, before the input data. */
  interface IoctlIn {
    int FH = 0;
    int FLAGS = 8;
    int CMD = 12;
    int ARG = 16;
    int IN_SIZE = 24;
    int OUT_SIZE = 28;
    int SIZE = 32;
  }

  /** Body of POLL. */
  interface PollIn {
    int FH = 0;
    int KH = 8;
    int FLAGS = 16;
    int EVENTS = 20;
    int SIZE = 24;
  }

  /** Body of FALLOCATE. */
  interface FallocateIn {
    int FH = 0;
    int OFFSET = 8;
    int LENGTH = 16;
    int MODE = 24;
    int SIZE = 32;
  }

  /** Body of FORGET. */
  interface ForgetIn {
    int NLOOKUP = 0;
    int SIZE = 8;
  }

  /** One record of BATCH_FORGET. */
  interface ForgetOne {
    int NODEID = 0;
    int NLOOKUP = 8;
    int SIZE = 16;
  }

  /** Body of BATCH_FORGET, before its records. */
  interface BatchForgetIn {
    int COUNT = 0;
    int SIZE = 8;
  }

  /** Body of NOTIFY_REPLY, before the data. */
  interface NotifyRetrieveIn {
    int OFFSET = 8;
    int SIZE_FIELD = 16;
    int SIZE = 40;
  }

  /** Body of LSEEK. */
  interface LseekIn {
    int FH = 0;
    int OFFSET = 8;
    int WHENCE = 16;
    int SIZE = 24;
  }

  /** Body of COPY_FILE_RANGE. */
  interface CopyFileRangeIn {
    int FH_IN = 0;
    int OFF_IN = 8;
    int NODEID_OUT = 16;
    int FH_OUT = 24;
    int OFF_OUT = 32;
    int LEN = 40;
    int FLAGS = 48;
    int SIZE = 56;
  }

  /** Body of SYNCFS. */
  interface SyncfsIn {
    int SIZE = 8;
  }

  /** Body of STATX. */
  interface StatxIn {
    int GETATTR_FLAGS = 0;
    int FH = 8;
    int SX_FLAGS = 16;
    int SX_MASK = 20;
    int SIZE = 24;
  }

  /** Extension of creating requests, before its records. */
  interface SecctxHeader {
    int SIZE_FIELD = 0;
    int NR_SECCTX = 4;
    int SIZE = 8;
  }

  /** One security context, before its name and value. */
  interface Secctx {
    int SIZE_FIELD = 0;
    int SIZE = 8;
  }

  /** Start of an extension behind the body. */
  interface ExtHeader {
    int SIZE_FIELD = 0;
    int TYPE = 4;
    int SIZE = 8;
  }

  /** Extension FUSE_EXT_GROUPS, before the group ids. */
  interface SuppGroups {
    int NR_GROUPS = 0;
    int GROUPS = 4;
    int SIZE = 4;
  }
}
