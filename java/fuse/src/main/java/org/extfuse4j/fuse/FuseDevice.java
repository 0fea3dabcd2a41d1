// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Libc;
import org.extfuse4j.fuse.sys.Natives;
import org.extfuse4j.fuse.sys.Syscalls;

/**
 * An open /dev/fuse. Its thread reads and writes without a lock, for it closes the device itself;
 * others write through {@link #notify}, which cannot hit an fd that was closed and given out anew.
 */
public final class FuseDevice implements AutoCloseable {
  private static final String PATH = "/dev/fuse";

  private final int fd;

  // Read side: the fd is in use by a notification. Write side: the fd is being closed.
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  // Of the thread that reads.
  private boolean nonblocking;
  private final Request pollFd = Request.allocate(Long.BYTES);

  private FuseDevice(int fd) {
    this.fd = fd;
    // struct pollfd.
    pollFd.buffer().putInt(0, fd);
    pollFd.buffer().putShort(Integer.BYTES, Libc.POLLIN);
  }

  /**
   * Opens a device that is not connected yet.
   *
   * @throws FuseException with what to do about it
   */
  static FuseDevice open() {
    Natives.require();
    int fd = Libc.open(PATH, Libc.O_RDWR | Libc.O_CLOEXEC);
    if (fd < 0) {
      int errno = Libc.errno();
      throw new FuseException("cannot open " + PATH + ": " + hint(errno), errno);
    }
    return new FuseDevice(fd);
  }

  /** A second device on the same connection, or null when the kernel has no clones. */
  public FuseDevice cloned() {
    int clone = Libc.open(PATH, Libc.O_RDWR | Libc.O_CLOEXEC);
    if (clone < 0) {
      return null;
    }
    Request argument = Request.allocate(Integer.BYTES);
    argument.buffer().putInt(0, fd);
    if (Libc.ioctl(clone, Libc.FUSE_DEV_IOC_CLONE, argument.address()) != 0) {
      Syscalls.close(clone);
      return null;
    }
    return new FuseDevice(clone);
  }

  public int fd() {
    return fd;
  }

  /** Reads one request; its bytes or a negative errno. Only for the thread that closes. */
  public int read(Request rq) {
    return (int) Syscalls.read(fd, rq.address(), rq.buffer().capacity());
  }

  /** Whether {@link #read} returns -EAGAIN instead of waiting. Only for the thread that reads. */
  public void nonblocking(boolean wanted) {
    if (nonblocking != wanted) {
      nonblocking = wanted;
      Syscalls.fcntl(fd, Libc.F_SETFL, wanted ? Libc.O_NONBLOCK : 0);
    }
  }

  /** Whether a request waits to be read. Only for the thread that reads. */
  public boolean hasRequest() {
    return Syscalls.poll(pollFd.address(), 1, 0) > 0;
  }

  /** Writes one message; 0 or a negative errno. Only for the thread that closes. */
  public int write(long address, int size) {
    return (int) Math.min(Syscalls.write(fd, address, size), 0);
  }

  /** Writes one message from any thread; 0 or a negative errno, -ENODEV once closed. */
  public int notify(long address, int size) {
    use.readLock().lock();
    try {
      return closed ? -Errno.ENODEV : write(address, size);
    } finally {
      use.readLock().unlock();
    }
  }

  /** Closes the fd once; the last one of a connection aborts it. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        Syscalls.close(fd);
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  private static String hint(int errno) {
    return switch (errno) {
      case Errno.ENOENT ->
          PATH + " is missing: load the fuse module (modprobe fuse) or mknod it (c 10 229)";
      case Errno.ENODEV, Errno.ENXIO ->
          "the kernel has no FUSE: load the fuse module (modprobe fuse)";
      case Errno.EACCES, Errno.EPERM ->
          "no permission: run as root, or let the container use " + PATH;
      default -> "see dmesg";
    };
  }
}
