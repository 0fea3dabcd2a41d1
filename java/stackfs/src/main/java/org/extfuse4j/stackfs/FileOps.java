// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseFlags;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.CopyFileRangeIn;
import org.extfuse4j.fuse.RequestStructs.FallocateIn;
import org.extfuse4j.fuse.RequestStructs.FlushIn;
import org.extfuse4j.fuse.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.RequestStructs.LseekIn;
import org.extfuse4j.fuse.RequestStructs.OpenIn;
import org.extfuse4j.fuse.RequestStructs.ReadIn;
import org.extfuse4j.fuse.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.RequestStructs.WriteIn;
import org.extfuse4j.fuse.Syscalls;

/**
 * Open files. The file handle that the kernel keeps is the descriptor, and above it the number by
 * which {@link Contents} knows who opened the file first, or 0.
 *
 * <p>While a file is open for reading and writing its attributes are not cached: it may be mapped,
 * and then data, size and times change without a request. A file that is only written cannot be
 * mapped (mmap(2): EACCES), nor does the kernel collect its writes ({@link #backingFlags}), so each
 * change is a request, and between them its attributes are as good as any other's.
 */
final class FileOps {
  private static final int FSYNC_FDATASYNC = 1;

  // __FMODE_EXEC of the kernel's flags: execve(2).
  private static final int FMODE_EXEC = 0x20;
  private static final int IOCTL_ONLY = 3;

  private static final int NUMBER_SHIFT = 32;
  private static final long FOREVER_NS = Long.MAX_VALUE / 2;

  // Callers go on with the rest, and can be interrupted in between.
  private static final long LONGEST_COPY = 64 << 20;

  private final Mounted m;

  FileOps(Mounted m) {
    this.m = m;
  }

  static boolean writes(int flags) {
    return (flags & Libc.O_ACCMODE) != 0;
  }

  /**
   * Whether a backing file that is open with these flags may change by other means than a request.
   */
  static boolean changesUnseen(int flags) {
    return writes(flags) && (flags & Libc.O_ACCMODE) != Libc.O_WRONLY;
  }

  /**
   * The flags to open the backing file with. Offsets are the kernel's, so O_APPEND would write
   * twice; O_DIRECT would ask for alignment of the daemon's buffers. A kernel that collects writes
   * reads the rest of a page by the handle that it writes with.
   */
  static int backingFlags(Mounted m, int flags) {
    int dropped =
        Libc.O_CREAT
            | Libc.O_EXCL
            | Libc.O_NOCTTY
            | Libc.O_TRUNC
            | Libc.O_APPEND
            | Libc.O_NONBLOCK
            | Libc.O_DIRECT
            | Libc.O_NOFOLLOW;
    int kept = (flags & ~dropped) | Libc.O_CLOEXEC;
    boolean mustRead = m.writeback && (kept & Libc.O_ACCMODE) == Libc.O_WRONLY;
    return mustRead ? (kept & ~Libc.O_ACCMODE) | Libc.O_RDWR : kept;
  }

  int open(Request rq, Reply rp) {
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int path = m.fds.acquire(s, node);
    if (path < 0) {
      return path;
    }
    int flags = backingFlags(m, rq.u32(OpenIn.FLAGS));
    try {
      int file = open(s, rq, path, flags);
      if (file < 0) {
        return file;
      }
      m.openFiles.opened(file, node.nodeid(), writes(flags), rq.uid(), rq.gid());
      if (changesUnseen(flags)) {
        m.beginChange(s, node);
      }
      m.fds.opened(node, file);
      int contents = contents(s, node, file);
      if (contents == Contents.KEPT) {
        rp.open(file, replyFlags(m, flags) | FuseFlags.FOPEN_KEEP_CACHE);
      } else {
        rp.open(file | (long) contents << NUMBER_SHIFT, replyFlags(m, flags));
      }
      return 0;
    } finally {
      m.fds.release(node);
    }
  }

  private static int open(Scratch s, Request rq, int path, int flags) {
    int requested = rq.u32(OpenIn.FLAGS);
    boolean executes = (requested & FMODE_EXEC) != 0;
    int file;
    Caller caller = s.caller.become(rq).on(path);
    try {
      do {
        file =
            executes
                ? Syscalls.eaccess(s.procPath(path), Libc.X_OK)
                : Syscalls.open(s.procPath(path), flags);
      } while (caller.again(file));
    } finally {
      caller.restore();
    }
    if (executes && file == 0) {
      return Syscalls.open(s.procPath(path), flags); // who may execute it need not read it
    }
    if (requested == 0 && file == -Errno.EACCES) {
      // FS_IOC_GETFLAGS and the like of a file that somebody has open: the kernel opens it for
      // itself, without the O_LARGEFILE of open(2), and may do no more than they (open(2)).
      return Syscalls.open(s.procPath(path), IOCTL_ONLY | Libc.O_CLOEXEC);
    }
    return file;
  }

  // What Contents says of a file that has been opened.
  private int contents(Scratch s, StackNode node, int file) {
    long validNs = m.cache.active() ? FOREVER_NS : m.validity.attrNs();
    if (validNs == 0 || Attributes.statx(s, file) < 0) {
      return Contents.NONE;
    }
    return m.contents.opened(
        node.nodeid(),
        Attributes.ctime(s.statx),
        Attributes.size(s.statx),
        s.epoch,
        Attributes.realNs(),
        System.nanoTime(),
        validNs);
  }

  // A file that is read or closed is one that the kernel knows to be open.
  private void begun(Request rq, long handle) {
    int number = (int) (handle >>> NUMBER_SHIFT);
    if (number != Contents.NONE) {
      m.contents.begun(rq.nodeid(), number);
    }
  }

  /** The kernel did not hear that the file was opened. */
  void takeBackOpen(Request rq, Reply rp) {
    long handle = rp.payload().getLong(OpenOut.FH);
    m.contents.refused(rq.nodeid(), (int) (handle >>> NUMBER_SHIFT));
    close(m, m.registry.get(rq.nodeid()), (int) handle, rq.u32(OpenIn.FLAGS));
  }

  /** No FLUSH for each close(2) where the source would have nothing to say to it. */
  static int replyFlags(Mounted m, int flags) {
    return writes(flags) && m.source.flushes() ? 0 : FuseFlags.FOPEN_NOFLUSH;
  }

  int release(Request rq) {
    long handle = rq.u64(ReleaseIn.FH);
    begun(rq, handle);
    close(m, m.registry.get(rq.nodeid()), (int) handle, rq.u32(ReleaseIn.FLAGS));
    return 0;
  }

  /** Closes a file that was opened for a request with these flags; the node may be null. */
  static void close(Mounted m, StackNode node, int file, int requested) {
    if (node == null) {
      m.openFiles.closing(file);
      Syscalls.close(file);
      return;
    }
    int flags = backingFlags(m, requested);
    m.fds.closing(node, file);
    m.openFiles.closing(file);
    if (writes(flags) && !changesUnseen(flags)) {
      // What was written may lose blocks that the source's file system had set aside for it.
      m.beginChange(m.begin(), node);
    }
    Syscalls.close(file);
    if (writes(flags)) {
      m.endChange(node);
    }
  }

  int read(Request rq, Reply rp) {
    int size = Math.min(rq.u32(ReadIn.SIZE_FIELD), rp.capacity());
    long handle = rq.u64(ReadIn.FH);
    begun(rq, handle);
    long n = Syscalls.pread((int) handle, rp.payloadAddress(), size, rq.u64(ReadIn.OFFSET));
    if (n < 0) {
      return (int) n;
    }
    rp.length((int) n);
    return 0;
  }

  int write(Request rq, Reply rp) {
    int size = rq.u32(WriteIn.SIZE_FIELD);
    if (size < 0 || size > rq.bodyLength() - WriteIn.SIZE) {
      return -Errno.EINVAL;
    }
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    int file = (int) rq.u64(WriteIn.FH);
    long body = rq.bodyAddress() + WriteIn.SIZE;
    Scratch s = m.begin();
    m.beginChange(s, node);
    long n;
    try {
      becomeWriter(s, rq, file);
      do {
        n = Syscalls.pwrite(file, body, size, rq.u64(WriteIn.OFFSET));
      } while (s.caller.again(n));
    } finally {
      s.caller.restore();
      m.endChange(node);
    }
    if (n >= 0) {
      rp.write((int) n);
    }
    return (int) Math.min(n, 0);
  }

  private void becomeWriter(Scratch s, Request rq, int file) {
    boolean setId = Attributes.hasSetId(s, file);
    if ((rq.u32(WriteIn.WRITE_FLAGS) & FuseFlags.FUSE_WRITE_CACHE) != 0) {
      s.caller.becomeOpener(m.openFiles.uid(file), m.openFiles.gid(file), setId);
    } else {
      becomeWriter(s, rq, file, setId);
    }
  }

  // Set-id bits go when a file is written, unless the writer may keep them.
  private static void becomeWriter(Scratch s, Request rq, int file, boolean setId) {
    s.caller.becomeWriter(rq.uid(), rq.gid(), rq.pid()).on(file);
    if (setId) {
      s.caller.know(Caps.FSETID);
    }
  }

  /** close(2) of one descriptor of the file: what it would report is reported. */
  int flush(Request rq) {
    int copy = Syscalls.dup((int) rq.u64(FlushIn.FH));
    return copy < 0 ? copy : Syscalls.close(copy);
  }

  int fsync(Request rq) {
    int file = (int) rq.u64(FsyncIn.FH);
    boolean dataOnly = (rq.u32(FsyncIn.FSYNC_FLAGS) & FSYNC_FDATASYNC) != 0;
    return dataOnly ? Syscalls.fdatasync(file) : Syscalls.fsync(file);
  }

  int fallocate(Request rq) {
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    int file = (int) rq.u64(FallocateIn.FH);
    int mode = rq.u32(FallocateIn.MODE);
    long offset = rq.u64(FallocateIn.OFFSET);
    Scratch s = m.begin();
    m.beginChange(s, node);
    try {
      boolean setId = Attributes.hasSetId(s, file);
      becomeWriter(s, rq, file, setId);
      int rc;
      do {
        rc = Syscalls.fallocate(file, mode, offset, rq.u64(FallocateIn.LENGTH));
      } while (s.caller.again(rc));
      return rc;
    } finally {
      s.caller.restore();
      m.endChange(node);
    }
  }

  /** struct statfs of 64-bit Linux (asm-generic/statfs.h): longs. */
  int statfs(Reply rp) {
    Scratch s = m.begin();
    int rc = Syscalls.fstatfs(m.source.mountFd(), s.statxAddress);
    if (rc < 0) {
      return rc;
    }
    ByteBuffer fs = s.statx;
    rp.statfs(
        fs.getLong(16),
        fs.getLong(24),
        fs.getLong(32),
        fs.getLong(40),
        fs.getLong(48),
        (int) fs.getLong(8),
        (int) fs.getLong(64),
        (int) fs.getLong(72));
    return 0;
  }

  int copyFileRange(Request rq, Reply rp) {
    StackNode target = m.registry.get(rq.u64(CopyFileRangeIn.NODEID_OUT));
    if (target == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    s.times.putLong(0, rq.u64(CopyFileRangeIn.OFF_IN));
    s.times.putLong(Long.BYTES, rq.u64(CopyFileRangeIn.OFF_OUT));
    long length = rq.u64(CopyFileRangeIn.LEN);
    int out = (int) rq.u64(CopyFileRangeIn.FH_OUT);
    m.beginChange(s, target);
    long n;
    try {
      boolean setId = Attributes.hasSetId(s, out);
      becomeWriter(s, rq, out, setId);
      do {
        n =
            Syscalls.copyFileRange(
                (int) rq.u64(CopyFileRangeIn.FH_IN),
                s.timesAddress,
                out,
                s.timesAddress + Long.BYTES,
                length < 0 ? LONGEST_COPY : Math.min(length, LONGEST_COPY),
                (int) rq.u64(CopyFileRangeIn.FLAGS));
      } while (s.caller.again(n));
    } finally {
      s.caller.restore();
      m.endChange(target);
    }
    if (n >= 0) {
      rp.write((int) n);
    }
    return (int) Math.min(n, 0);
  }

  int syncfs() {
    return Syscalls.syncfs(m.source.mountFd());
  }

  int lseek(Request rq, Reply rp) {
    int file = (int) rq.u64(LseekIn.FH);
    long at = Syscalls.lseek(file, rq.u64(LseekIn.OFFSET), rq.u32(LseekIn.WHENCE));
    if (at < 0) {
      return (int) at;
    }
    rp.lseek(at);
    return 0;
  }
}
