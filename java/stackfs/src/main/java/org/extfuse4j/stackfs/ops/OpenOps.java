// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.publish.Contents;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/** OPEN of a file, with the caller's rights; and the flags with which backing files are open. */
public final class OpenOps {
  // __FMODE_EXEC of the kernel's flags: execve(2).
  private static final int FMODE_EXEC = 0x20;
  private static final int IOCTL_ONLY = 3;
  private static final int NUMBER_SHIFT = 32;
  private static final long FOREVER_NS = Long.MAX_VALUE / 2;

  private final MountContext m;
  private final Appends appends;

  public OpenOps(MountContext m, Appends appends) {
    this.m = m;
    this.appends = appends;
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
   * The flags to open the backing file with. Whether a write appends, it says itself ({@link
   * Appends}); O_DIRECT would ask for alignment of the daemon's buffers. O_NONBLOCK stays, so that
   * who gave it does not wait for a lease that somebody has in the source. A kernel that collects
   * writes reads the rest of a page by the handle that it writes with.
   */
  static int backingFlags(MountContext m, int flags) {
    int dropped =
        Libc.O_CREAT
            | Libc.O_EXCL
            | Libc.O_NOCTTY
            | Libc.O_TRUNC
            | Libc.O_APPEND
            | Libc.O_DIRECT
            | Libc.O_NOFOLLOW;
    int kept = (flags & ~dropped) | Libc.O_CLOEXEC;
    boolean mustRead = m.writeback && (kept & Libc.O_ACCMODE) == Libc.O_WRONLY;
    return mustRead ? (kept & ~Libc.O_ACCMODE) | Libc.O_RDWR : kept;
  }

  public int open(Request rq, Reply rp) {
    StackNode node = m.registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    Scratch s = m.begin();
    int path = m.fds.acquire(s, node);
    if (path < 0) {
      return path;
    }
    int requested = rq.u32(OpenIn.FLAGS);
    int flags = backingFlags(m, requested);
    try {
      long opened = m.opens.admit(rq.uid());
      if (opened == 0) {
        opened = openAdmitted(s, rq, node, path, flags);
      }
      int file = (int) opened;
      if (file < 0) {
        return file;
      }
      m.openers.opened(file, node.nodeid(), writes(flags), rq.uid(), rq.gid());
      if (changesUnseen(flags)) {
        m.publisher.beginChange(s, node);
      }
      m.fds.opened(node, file);
      int contents = contents(s, node, file);
      int reply = replyFlags(m, flags) | appends.replyFlags(s, opened, requested);
      if (contents == Contents.KEPT) {
        rp.open(opened, reply | FuseFlags.FOPEN_KEEP_CACHE);
      } else {
        rp.open(opened | (long) contents << NUMBER_SHIFT, reply);
      }
      return 0;
    } finally {
      m.fds.release(node);
    }
  }

  // What OpenBudget has admitted, which hears what became of it. As Appends.open() answers.
  private long openAdmitted(Scratch s, Request rq, StackNode node, int path, int flags) {
    long opened = -Errno.EIO;
    try {
      boolean truncates = (rq.u32(OpenIn.FLAGS) & Libc.O_TRUNC) != 0;
      opened = truncates ? truncate(s, rq, node, path, flags) : open(s, rq, path, flags);
    } finally {
      m.opens.opened(rq.uid(), (int) opened);
    }
    return opened;
  }

  private static long open(Scratch s, Request rq, int path, int flags) {
    int requested = rq.u32(OpenIn.FLAGS);
    boolean executes = (requested & FMODE_EXEC) != 0;
    long file = openAsCaller(s, rq, path, flags, executes);
    if (executes && file == 0) {
      return Syscalls.open(s.procPath(path), flags); // who may execute it need not read it
    }
    if (file != -Errno.EACCES) {
      return file;
    }
    if (requested == 0) {
      // FS_IOC_GETFLAGS and the like of a file that somebody has open: the kernel opens it for
      // itself, without the O_LARGEFILE of open(2), and may do no more than they (open(2)).
      return Syscalls.open(s.procPath(path), IOCTL_ONLY | Libc.O_CLOEXEC);
    }
    boolean readForKernel = (flags & Libc.O_ACCMODE) != (requested & Libc.O_ACCMODE);
    return readForKernel ? openToWrite(s, rq, path, flags) : file;
  }

  // Who may write to a file need not read it, as the kernel does that collects writes: the caller's
  // own open(2) is made, and another for the handle. Nothing is truncated before there is one.
  private static long openToWrite(Scratch s, Request rq, int path, int flags) {
    int backing = flags & ~Libc.O_TRUNC;
    int writing = (backing & ~Libc.O_ACCMODE) | Libc.O_WRONLY;
    long file = openAsCaller(s, rq, path, writing, false);
    if (file < 0) {
      return file;
    }
    Syscalls.close((int) file);
    long kept = file & Appends.KEPT;
    int handle = Syscalls.open(s.procPath(path), backing | (kept == 0 ? 0 : Libc.O_APPEND));
    if (handle < 0 || backing == flags) {
      return handle < 0 ? handle : handle | kept;
    }
    long truncated = openAsCaller(s, rq, path, writing | Libc.O_TRUNC, false);
    Syscalls.close((int) (truncated < 0 ? handle : truncated));
    return truncated < 0 ? truncated : handle | kept;
  }

  // What Appends.open() returns, or 0 for somebody who may execute the file.
  private static long openAsCaller(Scratch s, Request rq, int path, int flags, boolean executes) {
    long file;
    Caller caller = s.caller.become(rq).on(path);
    try {
      if ((flags & Libc.O_TRUNC) != 0 && Attributes.hasSetId(s, path)) {
        caller.changesData().know(Capability.FSETID);
      }
      do {
        file =
            executes
                ? Syscalls.eaccess(s.procPath(path), Libc.X_OK)
                : Appends.open(s.procPath(path), rq.u32(OpenIn.FLAGS), flags);
      } while (caller.again(file));
    } finally {
      caller.restore();
    }
    return file;
  }

  // One call as in the source (FUSE_ATOMIC_O_TRUNC): truncate(2) of an empty file need not set
  // times. Size and times change one after the other, so nobody looks meanwhile. Opened twice:
  // whoever has a lease is waited for without the lock.
  private long truncate(Scratch s, Request rq, StackNode node, int path, int flags) {
    long first = open(s, rq, path, flags);
    if (first < 0) {
      return first;
    }
    m.source.awaitThaw(s, path, false);
    m.locks.lock(node.nodeid());
    try {
      m.publisher.withhold(s, node);
      long opened = open(s, rq, path, flags | Libc.O_TRUNC);
      m.publisher.refresh(s, node, path);
      return opened;
    } finally {
      m.locks.unlock(node.nodeid());
      m.publisher.contents.drop(node.nodeid());
      Syscalls.close((int) first);
    }
  }

  // What Contents says of a file that has been opened.
  private int contents(Scratch s, StackNode node, int file) {
    long validNs = m.cache.active() ? FOREVER_NS : m.validity.attrNs();
    if (validNs == 0 || Attributes.statx(s, file) < 0) {
      return Contents.NONE;
    }
    return m.publisher.contents.opened(
        node.nodeid(),
        Attributes.ctime(s.statx),
        Attributes.size(s.statx),
        s.epoch,
        Attributes.realNs(),
        System.nanoTime(),
        validNs);
  }

  /** No FLUSH for each close(2) where the source would have nothing to say to it. */
  static int replyFlags(MountContext m, int flags) {
    return writes(flags) && m.source.flushes() ? 0 : FuseFlags.FOPEN_NOFLUSH;
  }
}
