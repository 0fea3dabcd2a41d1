// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

/** Request numbers of {@code enum fuse_opcode}, without {@code FUSE_}. */
public final class FuseOpcode {
  public static final int LOOKUP = 1;
  public static final int FORGET = 2;
  public static final int GETATTR = 3;
  public static final int SETATTR = 4;
  public static final int READLINK = 5;
  public static final int SYMLINK = 6;
  public static final int MKNOD = 8;
  public static final int MKDIR = 9;
  public static final int UNLINK = 10;
  public static final int RMDIR = 11;
  public static final int RENAME = 12;
  public static final int LINK = 13;
  public static final int OPEN = 14;
  public static final int READ = 15;
  public static final int WRITE = 16;
  public static final int STATFS = 17;
  public static final int RELEASE = 18;
  public static final int FSYNC = 20;
  public static final int SETXATTR = 21;
  public static final int GETXATTR = 22;
  public static final int LISTXATTR = 23;
  public static final int REMOVEXATTR = 24;
  public static final int FLUSH = 25;
  public static final int INIT = 26;
  public static final int OPENDIR = 27;
  public static final int READDIR = 28;
  public static final int RELEASEDIR = 29;
  public static final int FSYNCDIR = 30;
  public static final int GETLK = 31;
  public static final int SETLK = 32;
  public static final int SETLKW = 33;
  public static final int ACCESS = 34;
  public static final int CREATE = 35;
  public static final int INTERRUPT = 36;
  public static final int BMAP = 37;
  public static final int DESTROY = 38;
  public static final int IOCTL = 39;
  public static final int POLL = 40;
  public static final int NOTIFY_REPLY = 41;
  public static final int BATCH_FORGET = 42;
  public static final int FALLOCATE = 43;
  public static final int READDIRPLUS = 44;
  public static final int RENAME2 = 45;
  public static final int LSEEK = 46;
  public static final int COPY_FILE_RANGE = 47;
  public static final int SETUPMAPPING = 48;
  public static final int REMOVEMAPPING = 49;
  public static final int SYNCFS = 50;
  public static final int TMPFILE = 51;
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
