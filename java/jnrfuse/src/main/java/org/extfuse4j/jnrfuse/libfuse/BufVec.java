// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.struct.FuseBufvec;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** struct fuse_bufvec of libfuse 2.9 on 64-bit machines: the callbacks read_buf and write_buf. */
public final class BufVec {
  private static final int COUNT = 0;
  private static final int INDEX = 8;
  private static final int OFFSET = 16;
  private static final int FIRST = 24;

  // In a struct fuse_buf.
  private static final int SIZE = 0;
  private static final int FLAGS = 8;
  private static final int MEM = 16;
  private static final int FD = 24;
  private static final int POS = 32;
  private static final int BUF_SIZE = 40;

  private static final int IS_FD = 1 << 1;
  private static final int FD_SEEK = 1 << 2;
  private static final int FD_RETRY = 1 << 3;

  private BufVec() {}

  /** Has read_buf read into {@code data}; a size or a negative errno. */
  public static int read(
      FuseFS fs, String path, Pointer data, int size, long offset, FuseFileInfo fi) {
    Pointer cell = Call.zeroed(Long.BYTES);
    int rc = fs.read_buf(path, cell, size, offset, fi);
    long address = cell.getLong(0);
    if (address == 0) {
      return rc < 0 ? rc : -Errno.EIO;
    }
    Pointer vec = Pointer.wrap(Runtime.getSystemRuntime(), address);
    try {
      if (rc < 0) {
        return rc;
      }
      long total = size(vec);
      return total > size ? Math.toIntExact(total) : (int) copy(single(data, total), vec);
    } catch (FailedCopy e) {
      return e.error;
    } finally {
      free(vec);
    }
  }

  /** Has write_buf write from {@code data}; a size or a negative errno. */
  public static int write(
      FuseFS fs, String path, Pointer data, int size, long offset, FuseFileInfo fi) {
    return fs.write_buf(path, FuseBufvec.of(single(data, size)), offset, fi);
  }

  /** The bytes of all buffers, fuse_buf_size(). */
  static long size(Pointer vec) {
    long total = 0;
    for (long i = 0; i < vec.getLong(COUNT); i++) {
      total += vec.getLong(FIRST + i * BUF_SIZE + SIZE);
    }
    return total;
  }

  /** Copies as much as both have, fuse_buf_copy(); bytes copied. */
  static long copy(Pointer to, Pointer from) throws FailedCopy {
    long copied = 0;
    while (to.getLong(INDEX) < to.getLong(COUNT) && from.getLong(INDEX) < from.getLong(COUNT)) {
      long n = Math.min(left(to), left(from));
      byte[] bytes = new byte[Math.toIntExact(n)];
      int put;
      try {
        int got = transfer(from, bytes, bytes.length, false);
        put = got == 0 ? 0 : transfer(to, bytes, got, true);
      } catch (FailedCopy e) {
        if (copied == 0) {
          throw e;
        }
        break;
      }
      copied += put;
      advance(from, put);
      advance(to, put);
      if (put < n) {
        break;
      }
    }
    return copied;
  }

  private static Pointer single(Pointer data, long size) {
    Pointer vec = Call.zeroed(FIRST + BUF_SIZE);
    vec.putLong(COUNT, 1);
    vec.putLong(FIRST + SIZE, size);
    vec.putLong(FIRST + MEM, data.address());
    vec.putInt(FIRST + FD, -1);
    return vec;
  }

  private static long current(Pointer vec) {
    return FIRST + vec.getLong(INDEX) * BUF_SIZE;
  }

  private static long left(Pointer vec) {
    return vec.getLong(current(vec) + SIZE) - vec.getLong(OFFSET);
  }

  private static void advance(Pointer vec, long n) {
    vec.putLong(OFFSET, vec.getLong(OFFSET) + n);
    if (left(vec) == 0) {
      vec.putLong(INDEX, vec.getLong(INDEX) + 1);
      vec.putLong(OFFSET, 0);
    }
  }

  private static int transfer(Pointer vec, byte[] bytes, int length, boolean write)
      throws FailedCopy {
    long buf = current(vec);
    long offset = vec.getLong(OFFSET);
    int flags = vec.getInt(buf + FLAGS);
    if ((flags & IS_FD) == 0) {
      Pointer memory =
          Pointer.wrap(Runtime.getSystemRuntime(), vec.getLong(buf + MEM) + offset, length);
      if (write) {
        memory.put(0, bytes, 0, length);
      } else {
        memory.get(0, bytes, 0, length);
      }
      return length;
    }
    return throughFile(vec, buf, offset, bytes, length, write);
  }

  /**
   * At the buffer's own position with FUSE_BUF_FD_SEEK, else wherever the descriptor is. What is
   * read or written in parts with FUSE_BUF_FD_RETRY.
   */
  private static int throughFile(
      Pointer vec, long buf, long offset, byte[] bytes, int length, boolean write)
      throws FailedCopy {
    int fd = vec.getInt(buf + FD);
    int flags = vec.getInt(buf + FLAGS);
    boolean seek = (flags & FD_SEEK) != 0;
    Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), Math.max(1, length));
    if (write) {
      memory.put(0, bytes, 0, length);
    }
    int done = 0;
    while (done < length) {
      long at = memory.address() + done;
      long position = vec.getLong(buf + POS) + offset + done;
      long n;
      if (write) {
        n =
            seek
                ? Syscalls.pwrite(fd, at, length - done, position)
                : Syscalls.write(fd, at, length - done);
      } else {
        n =
            seek
                ? Syscalls.pread(fd, at, length - done, position)
                : Syscalls.read(fd, at, length - done);
      }
      if (n < 0 && done == 0) {
        throw new FailedCopy((int) n);
      }
      done += (int) Math.max(0, n);
      if (n <= 0 || (flags & FD_RETRY) == 0) {
        break;
      }
    }
    if (!write) {
      memory.get(0, bytes, 0, done);
    }
    return done;
  }

  /** A system call failed before anything was copied. */
  static final class FailedCopy extends IOException {
    private static final long serialVersionUID = 1;

    final int error;

    private FailedCopy(int error) {
      super(Errno.name(error));
      this.error = error;
    }
  }

  // What the callback allocated with malloc(3), as libfuse frees it.
  private static void free(Pointer vec) {
    MemoryIO memory = MemoryIO.getInstance();
    for (long i = 0; i < vec.getLong(COUNT); i++) {
      long buf = FIRST + i * BUF_SIZE;
      if ((vec.getInt(buf + FLAGS) & IS_FD) == 0 && vec.getLong(buf + MEM) != 0) {
        memory.freeMemory(vec.getLong(buf + MEM));
      }
    }
    memory.freeMemory(vec.address());
  }
}
