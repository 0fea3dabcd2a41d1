// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.NotImplemented;

/**
 * Which callbacks a file system has. One whose method is annotated with {@link NotImplemented} is
 * missing, as in jnr-fuse: it is not called, and an operation does what libfuse does without it.
 */
final class Callbacks {
  final boolean getattr;
  final boolean readlink;
  final boolean mknod;
  final boolean mkdir;
  final boolean unlink;
  final boolean rmdir;
  final boolean symlink;
  final boolean rename;
  final boolean link;
  final boolean chmod;
  final boolean chown;
  final boolean truncate;
  final boolean open;
  final boolean read;
  final boolean write;
  final boolean statfs;
  final boolean flush;
  final boolean release;
  final boolean fsync;
  final boolean setxattr;
  final boolean getxattr;
  final boolean listxattr;
  final boolean removexattr;
  final boolean opendir;
  final boolean readdir;
  final boolean releasedir;
  final boolean fsyncdir;
  final boolean init;
  final boolean destroy;
  final boolean access;
  final boolean create;
  final boolean ftruncate;
  final boolean fgetattr;
  final boolean lock;
  final boolean utimens;
  final boolean bmap;
  final boolean ioctl;
  final boolean poll;
  final boolean writeBuf;
  final boolean readBuf;
  final boolean flock;
  final boolean fallocate;

  private Callbacks(Set<String> missing) {
    getattr = !missing.contains("getattr");
    readlink = !missing.contains("readlink");
    mknod = !missing.contains("mknod");
    mkdir = !missing.contains("mkdir");
    unlink = !missing.contains("unlink");
    rmdir = !missing.contains("rmdir");
    symlink = !missing.contains("symlink");
    rename = !missing.contains("rename");
    link = !missing.contains("link");
    chmod = !missing.contains("chmod");
    chown = !missing.contains("chown");
    truncate = !missing.contains("truncate");
    open = !missing.contains("open");
    read = !missing.contains("read");
    write = !missing.contains("write");
    statfs = !missing.contains("statfs");
    flush = !missing.contains("flush");
    release = !missing.contains("release");
    fsync = !missing.contains("fsync");
    setxattr = !missing.contains("setxattr");
    getxattr = !missing.contains("getxattr");
    listxattr = !missing.contains("listxattr");
    removexattr = !missing.contains("removexattr");
    opendir = !missing.contains("opendir");
    readdir = !missing.contains("readdir");
    releasedir = !missing.contains("releasedir");
    fsyncdir = !missing.contains("fsyncdir");
    init = !missing.contains("init");
    destroy = !missing.contains("destroy");
    access = !missing.contains("access");
    create = !missing.contains("create");
    ftruncate = !missing.contains("ftruncate");
    fgetattr = !missing.contains("fgetattr");
    lock = !missing.contains("lock");
    utimens = !missing.contains("utimens");
    bmap = !missing.contains("bmap");
    ioctl = !missing.contains("ioctl");
    poll = !missing.contains("poll");
    writeBuf = !missing.contains("write_buf");
    readBuf = !missing.contains("read_buf");
    flock = !missing.contains("flock");
    fallocate = !missing.contains("fallocate");
  }

  static Callbacks of(FuseFS fs) {
    Set<String> missing = new HashSet<>();
    for (Method method : fs.getClass().getMethods()) {
      if (method.isAnnotationPresent(NotImplemented.class)) {
        missing.add(method.getName());
      }
    }
    return new Callbacks(missing);
  }
}
