// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyscallsTest {
  private static final int AT_FDCWD = -100;
  private static final int CLOSED = 1_000_000;

  // The JVM looks for a native only when it is first called.
  @Test
  void everyNativeIsInTheLibrary() throws URISyntaxException {
    List<String> natives =
        Arrays.stream(Syscalls.class.getDeclaredMethods())
            .filter(method -> Modifier.isNative(method.getModifiers()))
            .map(Method::getName)
            .toList();
    String prefix = "Java_" + Syscalls.class.getName().replace('.', '_') + "_";
    Path path = Path.of(Syscalls.class.getResource(Natives.SYSCALLS).toURI());
    try (NativeLibrary library = NativeLibrary.getInstance(path.toString())) {
      assertThat(natives)
          .contains("read", "memcpy")
          .allSatisfy(name -> library.getFunction(prefix + name));
    }
  }

  @Test
  void aFailureIsANegativeErrno() {
    ByteBuffer path = cString("/there is no such thing");
    long address = Libc.address(path);
    assertThat(Syscalls.openat(AT_FDCWD, address, 0, 0)).isEqualTo(-Errno.ENOENT);
    assertThat(Syscalls.read(CLOSED, address, 1)).isEqualTo(-Errno.EBADF);
    assertThat(Syscalls.write(CLOSED, address, 1)).isEqualTo(-Errno.EBADF);
    assertThat(Syscalls.close(CLOSED)).isEqualTo(-Errno.EBADF);
  }

  @Test
  void whatIsReadIsWhereItWasAskedFor() {
    ByteBuffer path = cString("/proc/self/comm");
    int fd = Syscalls.openat(AT_FDCWD, Libc.address(path), 0, 0);
    ByteBuffer to = ByteBuffer.allocateDirect(64);
    long n = Syscalls.read(fd, Libc.address(to) + 1, to.capacity() - 1);
    assertThat(Syscalls.close(fd)).isZero();
    assertThat(n).isBetween(2L, 16L);
    assertThat(to.get(0)).isZero();
    assertThat(to.get((int) n)).isEqualTo((byte) '\n');
  }

  private static ByteBuffer cString(String text) {
    byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes);
  }
}
