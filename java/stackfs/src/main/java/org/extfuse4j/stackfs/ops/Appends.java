// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;
import org.extfuse4j.fuse.session.Notices;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * Writes at the end of a file (O_APPEND). Where that is, the source decides at the moment of the
 * write, so that nothing is lost of what others append to it; the kernel has decided by the size
 * that it believes.
 *
 * <p>Each WRITE says by itself whether it appends (fcntl(2) can change that of an open file), so
 * the flag is not the backing file's. Only where the source lets nobody open it without
 * (FS_APPEND_FL, {@code chattr +a}) that has it, and then the handle says so ({@link #KEPT}). Such
 * files are written past the kernel's page cache (FOPEN_DIRECT_IO), which also refuses to map them
 * shared, as the source would (mmap(2): EACCES): what a mapping has changed could not be written.
 *
 * <p>pwritev2(2) with offset -1 leaves the descriptor's own offset where the data ends. Nobody else
 * moves that meanwhile: the kernel holds the inode's lock for a WRITE that appends, and for an
 * LSEEK.
 */
public final class Appends {
  /** The bit of a handle that says that the backing file has O_APPEND. */
  static final long KEPT = 1L << 62;

  private final MountContext m;

  public Appends(MountContext m) {
    this.m = m;
  }

  /**
   * Opens a file, if need be with the O_APPEND that was asked for.
   *
   * @param path its address
   * @param requested flags of the request
   * @param backing flags to open it with otherwise
   * @return a descriptor, with {@link #KEPT} where it has the flag, or a negative errno
   */
  static long open(long path, int requested, int backing) {
    int file = Syscalls.open(path, backing);
    if (file != -Errno.EPERM || (requested & Libc.O_APPEND) == 0) {
      return file;
    }
    file = Syscalls.open(path, backing | Libc.O_APPEND);
    return file < 0 ? file : file | KEPT;
  }

  /**
   * Open flags for the kernel. Through its page cache it sends a write that crosses pages in pieces
   * (fuse_fill_write_pages() of fs/fuse/file.c), between which others may append. So who only
   * appends writes past it; unless there are set-id bits, which the kernel then would go on
   * showing, or it collects writes anyway.
   *
   * @param file what {@link #open} returned
   */
  int replyFlags(Scratch s, long file, int requested) {
    boolean inOnePiece =
        !m.writeback
            && (requested & Libc.O_APPEND) != 0
            && (requested & Libc.O_ACCMODE) == Libc.O_WRONLY
            && !Attributes.hasSetId(s, (int) file);
    return inOnePiece || isKept(file) ? FuseFlags.FOPEN_DIRECT_IO : 0;
  }

  static boolean isKept(long handle) {
    return (handle & KEPT) != 0;
  }

  /** WRITE; the bytes written or a negative errno. */
  long write(Request rq, long from, int size) {
    long handle = rq.u64(WriteIn.FH);
    int file = (int) handle;
    long offset = rq.u64(WriteIn.OFFSET);
    boolean fromCache = (rq.u32(WriteIn.WRITE_FLAGS) & FuseFlags.FUSE_WRITE_CACHE) != 0;
    if ((rq.u32(WriteIn.FLAGS) & Libc.O_APPEND) != 0 && !fromCache) {
      return append(rq.nodeid(), file, from, size, offset);
    }
    if (isKept(handle)) {
      // pwrite(2) of such a file would append. EPERM if the source still allows nothing else.
      int flags = Syscalls.fcntl(file, Libc.F_GETFL, 0);
      int rc = flags < 0 ? flags : Syscalls.fcntl(file, Libc.F_SETFL, flags & ~Libc.O_APPEND);
      if (rc < 0) {
        return rc;
      }
    }
    return Syscalls.pwrite(file, from, size, offset);
  }

  private long append(long nodeid, int file, long from, int size, long expected) {
    long n = Syscalls.pwritev2(file, from, size, -1, Libc.RWF_APPEND);
    if (n == -Errno.EOPNOTSUPP) {
      return Syscalls.pwrite(file, from, size, expected); // a file system without RWF_ flags
    }
    Notices notices = m.notices;
    if (n > 0 && Syscalls.lseek(file, 0, Libc.SEEK_CUR) - n != expected && notices != null) {
      notices.data(nodeid); // its size and pages are not what the kernel makes of this write
    }
    return n;
  }
}
