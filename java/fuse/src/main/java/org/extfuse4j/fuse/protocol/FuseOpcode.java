// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

/**
 * Request numbers of {@code enum fuse_opcode}, without {@code FUSE_}; what bodies have, and what is
 * answered to them ({@link org.extfuse4j.fuse.FuseOperations}).
 */
public final class FuseOpcode {
  /**
   * Body: name. Reply: {@link Reply#entry}, nodeid 0 with a validity for a cacheable "no such
   * name".
   */
  public static final int LOOKUP = 1;

  public static final int FORGET = 2;

  /** Body: {@link RequestStructs.GetattrIn}. Reply: {@link Reply#attr}. */
  public static final int GETATTR = 3;

  /** Body: {@link RequestStructs.SetattrIn}. Reply: {@link Reply#attr}. */
  public static final int SETATTR = 4;

  /** No body. Reply: the target, without NUL. */
  public static final int READLINK = 5;

  /** Body: name, target. Reply: {@link Reply#entry}. */
  public static final int SYMLINK = 6;

  /** Body: {@link RequestStructs.MknodIn}, name. Reply: {@link Reply#entry}. */
  public static final int MKNOD = 8;

  /** Body: {@link RequestStructs.MkdirIn}, name. Reply: {@link Reply#entry}. */
  public static final int MKDIR = 9;

  /** Body: name. Reply: nothing. */
  public static final int UNLINK = 10;

  /** Body: name. Reply: nothing. */
  public static final int RMDIR = 11;

  /** Body: {@link RequestStructs.RenameIn}, old name, new name. Reply: nothing. */
  public static final int RENAME = 12;

  /**
   * Body: {@link RequestStructs.LinkIn}, new name; the nodeid is the new parent. Reply: {@link
   * Reply#entry}.
   */
  public static final int LINK = 13;

  /** Body: {@link RequestStructs.OpenIn}. Reply: {@link Reply#open}. */
  public static final int OPEN = 14;

  /**
   * Body: {@link RequestStructs.ReadIn}. Reply: the data, at most its size; shorter is end of file.
   */
  public static final int READ = 15;

  /** Body: {@link RequestStructs.WriteIn}, data. Reply: {@link Reply#write}. */
  public static final int WRITE = 16;

  /** No body. Reply: {@link Reply#statfs}. */
  public static final int STATFS = 17;

  /** Body: {@link RequestStructs.ReleaseIn}. Reply: nothing; the errno is ignored by the kernel. */
  public static final int RELEASE = 18;

  /** Body: {@link RequestStructs.FsyncIn}. Reply: nothing. */
  public static final int FSYNC = 20;

  /**
   * Body: {@link RequestStructs.SetxattrIn} of {@link Request#setxattrInSize()} bytes, name, value.
   * Reply: nothing.
   */
  public static final int SETXATTR = 21;

  /**
   * Body: {@link RequestStructs.GetxattrIn}, name. Reply: {@link Reply#xattrSize} when the size is
   * 0, else the value or -ERANGE.
   */
  public static final int GETXATTR = 22;

  /**
   * Body: {@link RequestStructs.GetxattrIn}. Reply: {@link Reply#xattrSize} when the size is 0,
   * else names with their NULs or -ERANGE.
   */
  public static final int LISTXATTR = 23;

  /** Body: name. Reply: nothing. */
  public static final int REMOVEXATTR = 24;

  /** Body: {@link RequestStructs.FlushIn}. Reply: nothing. */
  public static final int FLUSH = 25;

  public static final int INIT = 26;

  /** Body: {@link RequestStructs.OpenIn}. Reply: {@link Reply#open}. */
  public static final int OPENDIR = 27;

  /**
   * Body: {@link RequestStructs.ReadIn}. Reply: records by {@link Reply#dirent}; none is the end.
   */
  public static final int READDIR = 28;

  /** Body: {@link RequestStructs.ReleaseIn}. Reply: nothing. */
  public static final int RELEASEDIR = 29;

  /** Body: {@link RequestStructs.FsyncIn}. Reply: nothing. */
  public static final int FSYNCDIR = 30;

  /** Body: {@link RequestStructs.LkIn}. Reply: {@link Reply#lock}. */
  public static final int GETLK = 31;

  /** Body: {@link RequestStructs.LkIn}. Reply: nothing. */
  public static final int SETLK = 32;

  /** Body: {@link RequestStructs.LkIn}. Reply: nothing. It holds its thread while it waits. */
  public static final int SETLKW = 33;

  /** Body: {@link RequestStructs.AccessIn}. Reply: nothing. Not sent with default_permissions. */
  public static final int ACCESS = 34;

  /** Body: {@link RequestStructs.CreateIn}, name. Reply: {@link Reply#create}. */
  public static final int CREATE = 35;

  public static final int INTERRUPT = 36;

  /** Body: {@link RequestStructs.BmapIn}. Reply: {@link Reply#bmap}. */
  public static final int BMAP = 37;

  public static final int DESTROY = 38;

  /** Body: {@link RequestStructs.IoctlIn}, data. Reply: {@link Reply#ioctl}. */
  public static final int IOCTL = 39;

  /** Body: {@link RequestStructs.PollIn}. Reply: {@link Reply#poll}. */
  public static final int POLL = 40;

  public static final int NOTIFY_REPLY = 41;
  public static final int BATCH_FORGET = 42;

  /** Body: {@link RequestStructs.FallocateIn}. Reply: nothing. */
  public static final int FALLOCATE = 43;

  /**
   * Body: {@link RequestStructs.ReadIn}. Reply: records by {@link Reply#direntplus}; none is the
   * end. Each record with a nodeid counts one lookup, but for "." and "..".
   */
  public static final int READDIRPLUS = 44;

  /** Body: {@link RequestStructs.Rename2In}, old name, new name. Reply: nothing. */
  public static final int RENAME2 = 45;

  /** Body: {@link RequestStructs.LseekIn}. Reply: {@link Reply#lseek}. */
  public static final int LSEEK = 46;

  /** Body: {@link RequestStructs.CopyFileRangeIn}. Reply: {@link Reply#write}. */
  public static final int COPY_FILE_RANGE = 47;

  public static final int SETUPMAPPING = 48;
  public static final int REMOVEMAPPING = 49;

  /**
   * Body: {@link RequestStructs.SyncfsIn}. Reply: nothing. Only sent to virtiofs and fuseblk
   * mounts.
   */
  public static final int SYNCFS = 50;

  /** Body: {@link RequestStructs.CreateIn}, a name without meaning. Reply: {@link Reply#create}. */
  public static final int TMPFILE = 51;

  /** Body: {@link RequestStructs.StatxIn}. Reply: {@link ReplyStructs.StatxOut}. */
  public static final int STATX = 52;

  /** One more than the largest opcode known here. */
  public static final int COUNT = 53;

  private static final String[] NAMES = new String[COUNT];

  static {
    NAMES[LOOKUP] = "LOOKUP";
    NAMES[FORGET] = "FORGET";
    NAMES[GETATTR] = "GETATTR";
    NAMES[SETATTR] = "SETATTR";
    NAMES[READLINK] = "READLINK";
    NAMES[SYMLINK] = "SYMLINK";
    NAMES[MKNOD] = "MKNOD";
    NAMES[MKDIR] = "MKDIR";
    NAMES[UNLINK] = "UNLINK";
    NAMES[RMDIR] = "RMDIR";
    NAMES[RENAME] = "RENAME";
    NAMES[LINK] = "LINK";
    NAMES[OPEN] = "OPEN";
    NAMES[READ] = "READ";
    NAMES[WRITE] = "WRITE";
    NAMES[STATFS] = "STATFS";
    NAMES[RELEASE] = "RELEASE";
    NAMES[FSYNC] = "FSYNC";
    NAMES[SETXATTR] = "SETXATTR";
    NAMES[GETXATTR] = "GETXATTR";
    NAMES[LISTXATTR] = "LISTXATTR";
    NAMES[REMOVEXATTR] = "REMOVEXATTR";
    NAMES[FLUSH] = "FLUSH";
    NAMES[INIT] = "INIT";
    NAMES[OPENDIR] = "OPENDIR";
    NAMES[READDIR] = "READDIR";
    NAMES[RELEASEDIR] = "RELEASEDIR";
    NAMES[FSYNCDIR] = "FSYNCDIR";
    NAMES[GETLK] = "GETLK";
    NAMES[SETLK] = "SETLK";
    NAMES[SETLKW] = "SETLKW";
    NAMES[ACCESS] = "ACCESS";
    NAMES[CREATE] = "CREATE";
    NAMES[INTERRUPT] = "INTERRUPT";
    NAMES[BMAP] = "BMAP";
    NAMES[DESTROY] = "DESTROY";
    NAMES[IOCTL] = "IOCTL";
    NAMES[POLL] = "POLL";
    NAMES[NOTIFY_REPLY] = "NOTIFY_REPLY";
    NAMES[BATCH_FORGET] = "BATCH_FORGET";
    NAMES[FALLOCATE] = "FALLOCATE";
    NAMES[READDIRPLUS] = "READDIRPLUS";
    NAMES[RENAME2] = "RENAME2";
    NAMES[LSEEK] = "LSEEK";
    NAMES[COPY_FILE_RANGE] = "COPY_FILE_RANGE";
    NAMES[SETUPMAPPING] = "SETUPMAPPING";
    NAMES[REMOVEMAPPING] = "REMOVEMAPPING";
    NAMES[SYNCFS] = "SYNCFS";
    NAMES[TMPFILE] = "TMPFILE";
    NAMES[STATX] = "STATX";
  }

  private FuseOpcode() {}

  /** The name of an opcode, "LOOKUP", or "OPCODE_n" for one that is not known here. */
  public static String name(int opcode) {
    String name = opcode >= 0 && opcode < COUNT ? NAMES[opcode] : null;
    return name != null ? name : "OPCODE_" + opcode;
  }
}
