// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.extfuse4j.fuse.sys.Natives;
import org.extfuse4j.fuse.sys.Syscalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which numbers are shown for (device, inode number), whatever these are. */
class InodeNumbersTest {
  private static final long EXT4 = 0xef53L;

  private int root;

  @BeforeEach
  void open() {
    Natives.require();
    try (Memory path = new Memory(8)) {
      path.setString(0, "/");
      root = Syscalls.open(Pointer.nativeValue(path), Libc.O_PATH | Libc.O_CLOEXEC);
    }
  }

  @AfterEach
  void close() {
    Syscalls.close(root);
  }

  private InodeNumbers numbers() {
    return new InodeNumbers(root, EXT4);
  }

  private long number(InodeNumbers numbers, long device, long inode) {
    Scratch s = Scratch.get();
    long number = numbers.number(s, device, inode, root, s.emptyPath);
    assertThat(s.error).isZero();
    return number;
  }

  private static long device(int minor) {
    return minor; // major 0, as of Btrfs and overlayfs
  }

  @Test
  void theRootsNumbersStayWhatTheyAre() {
    InodeNumbers numbers = numbers();
    for (long inode : new long[] {2, 1L << 39, (1L << 40) + 5, -1, Long.MIN_VALUE + 7}) {
      assertThat(number(numbers, numbers.rootDevice(), inode)).isEqualTo(inode);
    }
  }

  @Test
  void noTwoObjectsHaveOneNumber() {
    InodeNumbers numbers = numbers();
    Random random = new Random(1);
    Map<Long, String> owners = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long device = random.nextInt(4) == 0 ? numbers.rootDevice() : device(1 + random.nextInt(300));
      // Few numbers, with many or few upper bits.
      long inode = random.nextInt(50);
      if (random.nextInt(8) == 0) {
        inode |= random.nextLong() & -1L << (40 + random.nextInt(24));
      }
      String object = device + ":" + Long.toUnsignedString(inode);
      long number = number(numbers, device, inode);
      String owner = owners.putIfAbsent(number, object);
      assertThat(owner == null ? object : owner).isEqualTo(object);
    }
  }

  @Test
  void aNumberOfTheRootsMeetsATagThatIsTaken() {
    InodeNumbers numbers = numbers();
    long other = number(numbers, device(77), 5);
    long root0 = number(numbers, numbers.rootDevice(), other);
    assertThat(root0).isNotEqualTo(other);
    assertThat(number(numbers, numbers.rootDevice(), other)).isEqualTo(root0);
    assertThat(number(numbers, device(77), 5)).isEqualTo(other);
  }

  @Test
  void theOrderOfDevicesDoesNotMatter() {
    InodeNumbers up = numbers();
    InodeNumbers down = numbers();
    Set<Long> all = new HashSet<>();
    for (int i = 1; i <= 100; i++) {
      all.add(number(up, device(i), 5));
    }
    Set<Long> same = new HashSet<>();
    for (int i = 100; i >= 1; i--) {
      same.add(number(down, device(i), 5));
    }
    assertThat(same).isEqualTo(all).hasSize(100);
  }

  @Test
  void learnsWhatAnotherTells() {
    InodeNumbers numbers = numbers();
    long one = number(numbers, device(1), 5);
    long two = number(numbers, device(2), 5);
    numbers.learn(device(1), 5, two);
    numbers.learn(device(2), 5, one);
    assertThat(number(numbers, device(1), 5)).isEqualTo(two);
    assertThat(number(numbers, device(1), 6)).isEqualTo(two + 1);
    number(numbers, device(2), 5); // has another by now
    numbers.learn(device(2), 5, one);
    assertThat(number(numbers, device(2), 5)).isEqualTo(one);
    numbers.learn(device(1), 5, one + (1L << 40));
    assertThat(number(numbers, device(1), 5)).as("learned once").isEqualTo(two);
  }
}
