// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.nio.file.Path;
import java.util.Objects;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.sys.Libc;

/**
 * Where and how to mount. The options are those of {@code fs/fuse/inode.c} (fuse_fs_parameters) and
 * of mount(2). Unless said otherwise: source "extfuse", default_permissions, nosuid and nodev on,
 * the rest off.
 */
public final class FuseMountOptions {
  private final Path mountpoint;
  private String source = "extfuse";
  private boolean defaultPermissions = true;
  private boolean allowOther;
  private boolean readOnly;
  private boolean nosuid = true;
  private boolean nodev = true;
  private boolean noexec;
  private boolean idmapped;
  private boolean noatime;
  private boolean sync;
  private boolean dirsync;
  private int maxRead;
  private int userId;
  private int groupId;

  public FuseMountOptions(Path mountpoint) {
    this.mountpoint = Objects.requireNonNull(mountpoint).toAbsolutePath();
  }

  /** Absolute path of the directory to mount on. */
  public Path mountpoint() {
    return mountpoint;
  }

  /** The first column of /proc/mounts. */
  public FuseMountOptions source(String name) {
    source = Objects.requireNonNull(name);
    return this;
  }

  /** The kernel checks modes, owners and ACLs; the file system is not asked. */
  public FuseMountOptions defaultPermissions(boolean on) {
    defaultPermissions = on;
    return this;
  }

  /** Users other than {@link #owner} may enter. */
  public FuseMountOptions allowOther(boolean on) {
    allowOther = on;
    return this;
  }

  public FuseMountOptions readOnly(boolean on) {
    readOnly = on;
    return this;
  }

  public FuseMountOptions nosuid(boolean on) {
    nosuid = on;
    return this;
  }

  public FuseMountOptions nodev(boolean on) {
    nodev = on;
    return this;
  }

  public FuseMountOptions noexec(boolean on) {
    noexec = on;
    return this;
  }

  /**
   * Others may mount this mount once more with mapped owners (mount_setattr(2), MOUNT_ATTR_IDMAP;
   * Linux 6.12), for which it takes default_permissions. The kernel then says who asks only in
   * requests that create something: in all others, from every mount, uid and gid are {@link
   * FuseFlags#FUSE_INVALID_UIDGID}.
   */
  public FuseMountOptions idmapped(boolean on) {
    idmapped = on;
    return this;
  }

  boolean idmapped() {
    return idmapped;
  }

  public FuseMountOptions noatime(boolean on) {
    noatime = on;
    return this;
  }

  /** Each write is followed by FSYNC. */
  public FuseMountOptions sync(boolean on) {
    sync = on;
    return this;
  }

  /** MS_DIRSYNC, which FUSE itself does nothing about. */
  public FuseMountOptions dirsync(boolean on) {
    dirsync = on;
    return this;
  }

  /** Bytes of one READ at most; 0 leaves it to {@link FuseInit#maxPages(int)}. */
  public FuseMountOptions maxRead(int bytes) {
    maxRead = bytes;
    return this;
  }

  /** The user and group the mount belongs to; 0 and 0 unless set. */
  public FuseMountOptions owner(int uid, int gid) {
    userId = uid;
    groupId = gid;
    return this;
  }

  String source() {
    return source;
  }

  /** The MS_ flags for mount(2). */
  long flags() {
    return (readOnly ? Libc.MS_RDONLY : 0)
        | (nosuid ? Libc.MS_NOSUID : 0)
        | (nodev ? Libc.MS_NODEV : 0)
        | (noexec ? Libc.MS_NOEXEC : 0)
        | (noatime ? Libc.MS_NOATIME : 0)
        | (sync ? Libc.MS_SYNCHRONOUS : 0)
        | (dirsync ? Libc.MS_DIRSYNC : 0);
  }

  /** The data string for mount(2). */
  String data(int fd) {
    if (idmapped && !defaultPermissions) {
      throw new IllegalStateException("idmapped mounts take default_permissions");
    }
    return "fd="
        + fd
        + ",rootmode=40000,user_id="
        + Integer.toUnsignedString(userId)
        + ",group_id="
        + Integer.toUnsignedString(groupId)
        + (defaultPermissions ? ",default_permissions" : "")
        + (allowOther ? ",allow_other" : "")
        + (maxRead > 0 ? ",max_read=" + maxRead : "");
  }
}
