// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Pointer;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ru.serce.jnrfuse.struct.FuseBufvec;

/** fuse_buf_copy() between memory and descriptors. */
class BufVecTest {
  private static final int IS_FD = 1 << 1;
  private static final int FD_SEEK = 1 << 2;
  private static final int O_RDWR = 2;

  private final JavaLibFuse library = new JavaLibFuse();

  private static Pointer vec(long size, int flags, long memory, int fd, long position) {
    Pointer vec = Call.zeroed(64);
    vec.putLong(0, 1);
    vec.putLong(24, size);
    vec.putInt(32, flags);
    vec.putLong(40, memory);
    vec.putInt(48, fd);
    vec.putLong(56, position);
    return vec;
  }

  private static int open(Path file) {
    byte[] name = (file + "\0").getBytes(US_ASCII);
    Pointer memory = Call.zeroed(name.length);
    memory.put(0, name, 0, name.length);
    return Syscalls.open(memory.address(), O_RDWR);
  }

  private long copy(Pointer to, Pointer from) {
    return library.fuse_buf_copy(FuseBufvec.of(to), FuseBufvec.of(from), 0);
  }

  private String read(int fd, int flags, long position) {
    Pointer memory = Call.zeroed(8);
    long n = copy(vec(3, 0, memory.address(), -1, 0), vec(3, flags, 0, fd, position));
    byte[] bytes = new byte[(int) Math.max(0, n)];
    memory.get(0, bytes, 0, bytes.length);
    return n < 0 ? Errno.name((int) n) : new String(bytes, US_ASCII);
  }

  @Test
  void withoutSeekTheDescriptorsOwnPositionIsUsed(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("f"), "abcdefghi");
    int fd = open(file);
    assertThat(read(fd, IS_FD, 0)).isEqualTo("abc");
    assertThat(read(fd, IS_FD, 0)).isEqualTo("def");
    assertThat(read(fd, IS_FD | FD_SEEK, 1)).isEqualTo("bcd");
    assertThat(read(fd, IS_FD, 0)).isEqualTo("ghi");
    assertThat(read(fd, IS_FD, 0)).isEmpty();
    Pointer xyz = Call.zeroed(8);
    xyz.put(0, "xyz".getBytes(US_ASCII), 0, 3);
    assertThat(copy(vec(3, IS_FD, 0, fd, 0), vec(3, 0, xyz.address(), -1, 0))).isEqualTo(3);
    assertThat(copy(vec(3, IS_FD | FD_SEEK, 0, fd, 2), vec(3, 0, xyz.address(), -1, 0)))
        .isEqualTo(3);
    assertThat(file).hasContent("abxyzfghixyz");
    Syscalls.close(fd);
  }

  @Test
  void aPipeHasNoPosition() throws Exception {
    Process cat = new ProcessBuilder("sh", "-c", "printf abcdef; exec sleep 20").start();
    try {
      Path pipe = Path.of("/proc/" + cat.pid() + "/fd/1");
      int fd = open(pipe);
      assertThat(fd).isNotNegative();
      assertThat(read(fd, IS_FD, 0)).isEqualTo("abc");
      assertThat(read(fd, IS_FD, 0)).isEqualTo("def");
      Syscalls.close(fd);
    } finally {
      cat.destroyForcibly().waitFor();
    }
  }

  @Test
  void aFailureHasItsErrno() {
    assertThat(read(99_999, IS_FD | FD_SEEK, 0)).isEqualTo("EBADF");
  }
}
