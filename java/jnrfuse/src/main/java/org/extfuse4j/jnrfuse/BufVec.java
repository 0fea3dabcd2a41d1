// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.extfuse4j.fuse.Errno;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.struct.FuseBufvec;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** struct fuse_bufvec of libfuse 2.9 on 64-bit machines: the callbacks read_buf and write_buf. */
final class BufVec {
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

  private BufVec() {}

  /** Has read_buf read into {@code data}; a size or a negative errno. */
  static int read(FuseFS fs, String path, Pointer data, int size, long offset, FuseFileInfo fi) {
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
    } catch (IOException e) {
      return -Errno.EIO;
    } finally {
      free(vec);
    }
  }

  /** Has write_buf write from {@code data}; a size or a negative errno. */
  static int write(FuseFS fs, String path, Pointer data, int size, long offset, FuseFileInfo fi) {
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
  static long copy(Pointer to, Pointer from) throws IOException {
    long copied = 0;
    while (to.getLong(INDEX) < to.getLong(COUNT) && from.getLong(INDEX) < from.getLong(COUNT)) {
      long n = Math.min(left(to), left(from));
      byte[] bytes = new byte[Math.toIntExact(n)];
      int got = transfer(from, bytes, bytes.length, false);
      int put = transfer(to, bytes, got, true);
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
      throws IOException {
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
    Path file = Path.of("/proc/self/fd", Integer.toString(vec.getInt(buf + FD)));
    StandardOpenOption way = write ? StandardOpenOption.WRITE : StandardOpenOption.READ;
    try (FileChannel channel = FileChannel.open(file, way)) {
      long position = (flags & FD_SEEK) != 0 ? vec.getLong(buf + POS) + offset : offset;
      ByteBuffer part = ByteBuffer.wrap(bytes, 0, length);
      int n = write ? channel.write(part, position) : channel.read(part, position);
      return Math.max(0, n);
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
