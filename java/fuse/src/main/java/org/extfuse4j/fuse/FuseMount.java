// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Libc;
import org.extfuse4j.fuse.sys.Natives;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A FUSE mount and the device it is served from. The mount belongs to a {@link FuseSession} once
 * one is made of it. Thread-safe.
 */
public final class FuseMount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FuseMount.class);
  private static final String TYPE = "fuse.extfuse";

  private final Path mountpoint;
  private final FuseDevice device;
  private final String id;
  private final boolean idmapped;

  private FuseMount(Path mountpoint, FuseDevice device, String id, boolean idmapped) {
    this.mountpoint = mountpoint;
    this.device = device;
    this.id = id;
    this.idmapped = idmapped;
  }

  /**
   * Opens /dev/fuse and mounts. Until a session answers, whoever enters the mount point waits.
   *
   * @throws FuseException when it cannot: EPERM without CAP_SYS_ADMIN, ENOENT or ENOTDIR for a bad
   *     mount point, EBUSY
   */
  public static FuseMount mount(FuseMountOptions options) {
    FuseDevice device = FuseDevice.open();
    Path path = resolve(options.mountpoint());
    String target = path.toString();
    if (Libc.mount(options.source(), target, TYPE, options.flags(), options.data(device.fd()))
        != 0) {
      int errno = Libc.errno();
      device.close();
      throw new FuseException("cannot mount on " + path + ": " + mountHint(errno), errno);
    }
    return new FuseMount(path, device, MountTable.device(path), options.idmapped());
  }

  /** Whether a mount of FUSE is what is seen at a path; the mount is not touched. */
  public static boolean isFuse(Path path) {
    return MountTable.isFuse(resolve(path.toAbsolutePath()));
  }

  /** Absolute path of the mount point. */
  public Path mountpoint() {
    return mountpoint;
  }

  /** The mount's device number as in /proc/self/mountinfo, "0:57"; "" without /proc. */
  public String id() {
    return id;
  }

  /** Whether the owners that this mount shows may be mapped, {@link FuseMountOptions#idmapped}. */
  public boolean idmapped() {
    return idmapped;
  }

  /** The fd of /dev/fuse, to which INIT comes. */
  public int deviceFd() {
    return device.fd();
  }

  public FuseDevice device() {
    return device;
  }

  /**
   * Changes what mount(2) can change of what is mounted: read-only, nosuid, nodev and noexec, of
   * the mount and (read-only) of its file system. The server is not asked and need not know.
   *
   * @param options the mount point, and all of these as they are to be
   * @throws FuseException EBUSY to become read-only while files are open for writing, EINVAL when
   *     nothing is mounted there, EPERM
   */
  public static void remount(FuseMountOptions options) {
    Natives.require();
    String target = options.mountpoint().toString();
    long flags = options.flags() | Libc.MS_REMOUNT;
    if (Libc.mount(options.source(), target, TYPE, flags, null) != 0) {
      int errno = Libc.errno();
      String hint =
          errno == Errno.EBUSY
              ? "files are open for writing (fuser -vm names who has them)"
              : mountHint(errno);
      throw new FuseException("cannot remount " + target + ": " + hint, errno);
    }
  }

  /**
   * Unmounts.
   *
   * @param lazy takes the mount out of sight at once and ends it with its last user
   * @throws FuseException EBUSY while someone uses it, EINVAL when nothing is mounted there, EPERM
   */
  public static void unmount(Path mountpoint, boolean lazy) {
    Natives.require();
    int errno = umount(mountpoint, lazy ? Libc.MNT_DETACH : 0);
    if (errno != 0) {
      throw new FuseException("cannot unmount " + mountpoint + ": " + unmountHint(errno), errno);
    }
  }

  /** Unmounts this mount and no other at its path; 0 or an errno, 0 also when it is gone. */
  public int unmount(int flags) {
    if (!MountTable.device(mountpoint).equals(id)) {
      return 0;
    }
    int errno = umount(mountpoint, flags);
    return errno == Errno.EINVAL || errno == Errno.ENOENT ? 0 : errno;
  }

  /** Unmounts at once whoever uses it, for a mount without a session, and closes the device. */
  @Override
  public void close() {
    abort();
    device.close();
  }

  /** Unmounts at once: MNT_FORCE aborts the connection, so that no user of it can hold it. */
  public void abort() {
    if (unmount(Libc.MNT_FORCE) != 0) {
      unmount(Libc.MNT_DETACH);
    }
  }

  /** Aborts a connection that no path leads to, by its number; needs fusectl to be mounted. */
  public void abortConnection() {
    Path abort = Path.of("/sys/fs/fuse/connections", id.substring(id.indexOf(':') + 1), "abort");
    try {
      Files.write(abort, new byte[] {'1'}, StandardOpenOption.WRITE);
    } catch (IOException e) {
      LOG.debug("cannot abort through {}: {}", abort, e.toString());
    }
  }

  @Override
  public String toString() {
    return mountpoint.toString();
  }

  /**
   * The path as the mount table has it; one that does not resolve is left to mount(2) to refuse.
   */
  private static Path resolve(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  private static int umount(Path path, int flags) {
    return Libc.umount2(path.toString(), flags | Libc.UMOUNT_NOFOLLOW) == 0 ? 0 : Libc.errno();
  }

  private static String mountHint(int errno) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES -> "mounting needs root (CAP_SYS_ADMIN)";
      case Errno.ENOENT -> "no such directory";
      case Errno.ENOTDIR, Errno.EINVAL -> "not a directory, or an option the kernel refuses";
      case Errno.EBUSY -> "it is in use";
      case Errno.ENODEV -> "the kernel has no FUSE: load the fuse module (modprobe fuse)";
      case Errno.ENOTCONN -> "a dead FUSE mount is there: unmount it first (umount -l)";
      default -> "see dmesg";
    };
  }

  private static String unmountHint(int errno) {
    return switch (errno) {
      case Errno.EBUSY ->
          "someone still uses it (fuser -vm names them): close their files or unmount lazily";
      case Errno.EPERM -> "unmounting needs root (CAP_SYS_ADMIN)";
      case Errno.EINVAL -> "nothing is mounted there";
      case Errno.ENOENT -> "no such directory";
      default -> "see dmesg";
    };
  }
}
