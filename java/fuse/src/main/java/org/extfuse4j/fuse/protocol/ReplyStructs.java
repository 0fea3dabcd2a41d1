// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

/**
 * Layout of what the daemon writes on /dev/fuse: one nested interface a structure of {@code
 * include/uapi/linux/fuse.h} (7.41), named like it without {@code fuse_}. A constant is the byte
 * offset of the field of that name, {@code SIZE} the size of the structure in bytes. A field that
 * is itself called {@code size} is {@code SIZE_FIELD}; padding and spare fields are left out. All
 * fields are in native byte order.
 *
 * <p>The layout test compiles a C program from these constants and compares every number.
 */
public interface ReplyStructs {
  /** Start of every reply and notification. */
  interface OutHeader {
    int LEN = 0;
    int ERROR = 4;
    int UNIQUE = 8;
    int SIZE = 16;
  }

  /** Attributes of a node, inside {@link EntryOut} and {@link AttrOut}. */
  interface Attr {
    int INO = 0;
    int SIZE_FIELD = 8;
    int BLOCKS = 16;
    int ATIME = 24;
    int MTIME = 32;
    int CTIME = 40;
    int ATIMENSEC = 48;
    int MTIMENSEC = 52;
    int CTIMENSEC = 56;
    int MODE = 60;
    int NLINK = 64;
    int UID = 68;
    int GID = 72;
    int RDEV = 76;
    int BLKSIZE = 80;
    int FLAGS = 84;
    int SIZE = 88;
  }

  /** Reply of LOOKUP, MKNOD, MKDIR, SYMLINK, LINK; first part of CREATE and TMPFILE. */
  interface EntryOut {
    int NODEID = 0;
    int GENERATION = 8;
    int ENTRY_VALID = 16;
    int ATTR_VALID = 24;
    int ENTRY_VALID_NSEC = 32;
    int ATTR_VALID_NSEC = 36;
    int ATTR = 40;
    int SIZE = 128;
  }

  /** Reply of GETATTR and SETATTR. */
  interface AttrOut {
    int ATTR_VALID = 0;
    int ATTR_VALID_NSEC = 8;
    int ATTR = 16;
    int SIZE = 104;
  }

  /** Reply of OPEN and OPENDIR; second part of CREATE and TMPFILE. */
  interface OpenOut {
    int FH = 0;
    int OPEN_FLAGS = 8;
    int BACKING_ID = 12;
    int SIZE = 16;
  }

  /** Reply of WRITE and COPY_FILE_RANGE. */
  interface WriteOut {
    int SIZE_FIELD = 0;
    int SIZE = 8;
  }

  /** File system figures, inside {@link StatfsOut}. */
  interface Kstatfs {
    int BLOCKS = 0;
    int BFREE = 8;
    int BAVAIL = 16;
    int FILES = 24;
    int FFREE = 32;
    int BSIZE = 40;
    int NAMELEN = 44;
    int FRSIZE = 48;
    int SIZE = 80;
  }

  /** Reply of STATFS. */
  interface StatfsOut {
    int ST = 0;
    int SIZE = 80;
  }

  /** Reply of GETXATTR and LISTXATTR to a request of size 0. */
  interface GetxattrOut {
    int SIZE_FIELD = 0;
    int SIZE = 8;
  }

  /** A byte range lock, inside {@link RequestStructs.LkIn} and {@link LkOut}. */
  interface FileLock {
    int START = 0;
    int END = 8;
    int TYPE = 16;
    int PID = 20;
    int SIZE = 24;
  }

  /** Reply of GETLK. */
  interface LkOut {
    int LK = 0;
    int SIZE = 24;
  }

  /** Reply of INIT. */
  interface InitOut {
    int MAJOR = 0;
    int MINOR = 4;
    int MAX_READAHEAD = 8;
    int FLAGS = 12;
    int MAX_BACKGROUND = 16;
    int CONGESTION_THRESHOLD = 18;
    int MAX_WRITE = 20;
    int TIME_GRAN = 24;
    int MAX_PAGES = 28;
    int MAP_ALIGNMENT = 30;
    int FLAGS2 = 32;
    int MAX_STACK_DEPTH = 36;
    int REQUEST_TIMEOUT = 40;
    int SIZE = 64;
  }

  /** Reply of BMAP. */
  interface BmapOut {
    int BLOCK = 0;
    int SIZE = 8;
  }

  /** A range of the caller's memory, in the reply of an unrestricted IOCTL. */
  interface IoctlIovec {
    int BASE = 0;
    int LEN = 8;
    int SIZE = 16;
  }

  /** Reply of IOCTL, before the output data. */
  interface IoctlOut {
    int RESULT = 0;
    int FLAGS = 4;
    int IN_IOVS = 8;
    int OUT_IOVS = 12;
    int SIZE = 16;
  }

  /** Reply of POLL. */
  interface PollOut {
    int REVENTS = 0;
    int SIZE = 8;
  }

  /** Notification NOTIFY_POLL. */
  interface NotifyPollWakeupOut {
    int KH = 0;
    int SIZE = 8;
  }

  /** A record of READDIR, padded to 8 bytes. */
  interface Dirent {
    int INO = 0;
    int OFF = 8;
    int NAMELEN = 16;
    int TYPE = 20;
    int NAME = 24;
    int SIZE = 24;
  }

  /** A record of READDIRPLUS, padded to 8 bytes. */
  interface Direntplus {
    int ENTRY_OUT = 0;
    int DIRENT = 128;
    int SIZE = 152;
  }

  /** Notification NOTIFY_INVAL_INODE. */
  interface NotifyInvalInodeOut {
    int INO = 0;
    int OFF = 8;
    int LEN = 16;
    int SIZE = 24;
  }

  /** Notification NOTIFY_INVAL_ENTRY, before the name and its NUL. */
  interface NotifyInvalEntryOut {
    int PARENT = 0;
    int NAMELEN = 8;
    int FLAGS = 12;
    int SIZE = 16;
  }

  /** Notification NOTIFY_DELETE, before the name and its NUL. */
  interface NotifyDeleteOut {
    int PARENT = 0;
    int CHILD = 8;
    int NAMELEN = 16;
    int SIZE = 24;
  }

  /** Notification NOTIFY_STORE, before the data. */
  interface NotifyStoreOut {
    int NODEID = 0;
    int OFFSET = 8;
    int SIZE_FIELD = 16;
    int SIZE = 24;
  }

  /** Notification NOTIFY_RETRIEVE. */
  interface NotifyRetrieveOut {
    int NOTIFY_UNIQUE = 0;
    int NODEID = 8;
    int OFFSET = 16;
    int SIZE_FIELD = 24;
    int SIZE = 32;
  }

  /** Argument of FUSE_DEV_IOC_BACKING_OPEN. */
  interface BackingMap {
    int FD = 0;
    int FLAGS = 4;
    int SIZE = 16;
  }

  /** Reply of LSEEK. */
  interface LseekOut {
    int OFFSET = 0;
    int SIZE = 8;
  }

  /** A time, inside {@link Statx}. */
  interface SxTime {
    int TV_SEC = 0;
    int TV_NSEC = 8;
    int SIZE = 16;
  }

  /** Attributes as of statx(2), inside {@link StatxOut}. */
  interface Statx {
    int MASK = 0;
    int BLKSIZE = 4;
    int ATTRIBUTES = 8;
    int NLINK = 16;
    int UID = 20;
    int GID = 24;
    int MODE = 28;
    int INO = 32;
    int SIZE_FIELD = 40;
    int BLOCKS = 48;
    int ATTRIBUTES_MASK = 56;
    int ATIME = 64;
    int BTIME = 80;
    int CTIME = 96;
    int MTIME = 112;
    int RDEV_MAJOR = 128;
    int RDEV_MINOR = 132;
    int DEV_MAJOR = 136;
    int DEV_MINOR = 140;
    int SIZE = 256;
  }

  /** Reply of STATX. */
  interface StatxOut {
    int ATTR_VALID = 0;
    int ATTR_VALID_NSEC = 8;
    int FLAGS = 12;
    int STAT = 32;
    int SIZE = 288;
  }
}
