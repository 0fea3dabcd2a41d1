// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.NotImplemented;

/**
 * Which callbacks a file system has. One whose method is annotated with {@link NotImplemented} is
 * missing, as in jnr-fuse: it is not called, and an operation does what libfuse does without it.
 */
public final class Callbacks {
  public final boolean getattr;
  public final boolean readlink;
  public final boolean mknod;
  public final boolean mkdir;
  public final boolean unlink;
  public final boolean rmdir;
  public final boolean symlink;
  public final boolean rename;
  public final boolean link;
  public final boolean chmod;
  public final boolean chown;
  public final boolean truncate;
  public final boolean open;
  public final boolean read;
  public final boolean write;
  public final boolean statfs;
  public final boolean flush;
  public final boolean release;
  public final boolean fsync;
  public final boolean setxattr;
  public final boolean getxattr;
  public final boolean listxattr;
  public final boolean removexattr;
  public final boolean opendir;
  public final boolean readdir;
  public final boolean releasedir;
  public final boolean fsyncdir;
  public final boolean init;
  public final boolean destroy;
  public final boolean access;
  public final boolean create;
  public final boolean ftruncate;
  public final boolean fgetattr;
  public final boolean lock;
  public final boolean utimens;
  public final boolean bmap;
  public final boolean ioctl;
  public final boolean poll;
  public final boolean writeBuf;
  public final boolean readBuf;
  public final boolean flock;
  public final boolean fallocate;

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

  public static Callbacks of(FuseFS fs) {
    Set<String> missing = new HashSet<>();
    for (Method method : fs.getClass().getMethods()) {
      if (method.isAnnotationPresent(NotImplemented.class)) {
        missing.add(method.getName());
      }
    }
    return new Callbacks(missing);
  }
}
