// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.CopyFileRangeIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FallocateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FlushIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LseekIn;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.publish.Contents;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * Open files. The file handle that the kernel keeps is the descriptor, above it the number by which
 * {@link Contents} knows who opened the file first, or 0, and a bit of {@link Appends}.
 *
 * <p>While a file is open for reading and writing its attributes are not cached: it may be mapped,
 * and then data, size and times change without a request. A file that is only written cannot be
 * mapped (mmap(2): EACCES), nor does the kernel collect its writes ({@link OpenOps#backingFlags}),
 * so each change is a request, and between them its attributes are as good as any other's.
 */
public final class FileOps {
  private static final int FSYNC_FDATASYNC = 1;

  private static final int NUMBER_SHIFT = 32;

  // Callers go on with the rest, and can be interrupted in between.
  private static final long LONGEST_COPY = 64 << 20;

  private final MountContext m;
  private final Appends appends;

  public FileOps(MountContext m, Appends appends) {
    this.m = m;
    this.appends = appends;
  }

  private static int number(long handle) {
    return (int) ((handle & ~Appends.KEPT) >>> NUMBER_SHIFT);
  }

  // A file that is read or closed is one that the kernel knows to be open.
  private void begun(Request rq, long handle) {
    int number = number(handle);
    if (number != Contents.NONE) {
      m.publisher.contents.begun(rq.nodeid(), number);
    }
  }

  /** The kernel did not hear that the file was opened. */
  public void takeBackOpen(Request rq, Reply rp) {
    long handle = rp.payload().getLong(OpenOut.FH);
    m.publisher.contents.refused(rq.nodeid(), number(handle));
    close(m, m.registry.get(rq.nodeid()), (int) handle, rq.u32(OpenIn.FLAGS));
  }

  public int release(Request rq) {
    long handle = rq.u64(ReleaseIn.FH);
    begun(rq, handle);
    close(m, m.registry.get(rq.nodeid()), (int) handle, rq.u32(ReleaseIn.FLAGS));
    return 0;
  }

  /** Closes a file that was opened for a request with these flags; the node may be null. */
  public static void close(MountContext m, StackNode node, int file, int requested) {
    if (node == null) {
      m.openers.closing(file);
      m.opens.close(file);
      return;
    }
    int flags = OpenOps.backingFlags(m, requested);
    m.fds.closing(node, file);
    m.openers.closing(file);
    if (OpenOps.writes(flags) && !OpenOps.changesUnseen(flags)) {
      // What was written may lose blocks that the source's file system had set aside for it.
      m.publisher.beginChange(m.begin(), node);
    }
    m.opens.close(file);
    if (OpenOps.writes(flags)) {
      m.publisher.endChange(node);
    }
  }

  public int read(Request rq, Reply rp) {
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

  public int write(Request rq, Reply rp) {
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
    m.publisher.beginChange(s, node);
    long n;
    try {
      becomeWriter(s, rq, file);
      do {
        n = appends.write(rq, body, size);
      } while (s.caller.again(n));
    } finally {
      s.caller.restore();
      m.publisher.endChange(node);
    }
    if (n >= 0) {
      rp.write((int) n);
    }
    return (int) Math.min(n, 0);
  }

  private void becomeWriter(Scratch s, Request rq, int file) {
    boolean setId = Attributes.hasSetId(s, file);
    if ((rq.u32(WriteIn.WRITE_FLAGS) & FuseFlags.FUSE_WRITE_CACHE) != 0) {
      s.caller.becomeOpener(m.openers.uid(file), m.openers.gid(file), setId);
    } else {
      becomeWriter(s, rq, file, setId);
    }
  }

  // Set-id bits go when a file is written, unless the writer may keep them.
  private static void becomeWriter(Scratch s, Request rq, int file, boolean setId) {
    s.caller.becomeWriter(rq.uid(), rq.gid(), rq.pid()).on(file);
    if (setId) {
      s.caller.know(Capability.FSETID);
    }
  }

  /** close(2) of one descriptor of the file: what it would report is reported. */
  public int flush(Request rq) {
    int copy = Syscalls.dup((int) rq.u64(FlushIn.FH));
    return copy < 0 ? copy : Syscalls.close(copy);
  }

  public int fsync(Request rq) {
    int file = (int) rq.u64(FsyncIn.FH);
    boolean dataOnly = (rq.u32(FsyncIn.FSYNC_FLAGS) & FSYNC_FDATASYNC) != 0;
    return dataOnly ? Syscalls.fdatasync(file) : Syscalls.fsync(file);
  }

  public int fallocate(Request rq) {
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    int file = (int) rq.u64(FallocateIn.FH);
    int mode = rq.u32(FallocateIn.MODE);
    long offset = rq.u64(FallocateIn.OFFSET);
    Scratch s = m.begin();
    m.publisher.beginChange(s, node);
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
      m.publisher.endChange(node);
    }
  }

  /** struct statfs of 64-bit Linux (asm-generic/statfs.h): longs. */
  public int statfs(Reply rp) {
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

  public int copyFileRange(Request rq, Reply rp) {
    StackNode target = m.registry.get(rq.u64(CopyFileRangeIn.NODEID_OUT));
    if (target == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    s.times.putLong(0, rq.u64(CopyFileRangeIn.OFF_IN));
    s.times.putLong(Long.BYTES, rq.u64(CopyFileRangeIn.OFF_OUT));
    long length = rq.u64(CopyFileRangeIn.LEN);
    int out = (int) rq.u64(CopyFileRangeIn.FH_OUT);
    m.publisher.beginChange(s, target);
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
      m.publisher.endChange(target);
    }
    if (n >= 0) {
      rp.write((int) n);
    }
    return (int) Math.min(n, 0);
  }

  public int syncfs() {
    return Syscalls.syncfs(m.source.mountFd());
  }

  /**
   * SEEK_DATA and SEEK_HOLE. The source does not know what the kernel has collected and not written
   * yet: data would be taken for a hole. After ENOSYS the kernel says that all is data.
   */
  public int lseek(Request rq, Reply rp) {
    if (m.writeback) {
      return -Errno.ENOSYS;
    }
    int file = (int) rq.u64(LseekIn.FH);
    long at = Syscalls.lseek(file, rq.u64(LseekIn.OFFSET), rq.u32(LseekIn.WHENCE));
    if (at < 0) {
      return (int) at;
    }
    rp.lseek(at);
    return 0;
  }
}
