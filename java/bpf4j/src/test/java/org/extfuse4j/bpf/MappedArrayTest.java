// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.extfuse4j.bpf.libbpf.LibC;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FdLeakCheck.class)
class MappedArrayTest {
  private static final String NAME = "a_name_that_is_longer_than_the_kernel_keeps";

  @Test
  void memoryIsSharedWithPrograms() {
    try (BpfObject object = TestObjects.load("basic");
        MappedArray array = object.map(NAME).mmap()) {
      assertThat(array.stride()).isEqualTo(16);
      assertThat(array.length()).isGreaterThanOrEqualTo(64).isEqualTo(LibC.getpagesize());
      array.setLong(0, 8, 100);
      TestRun.run(object.program("entry"));
      assertThat(array.getLong(0, 8)).isEqualTo(101);
      assertThat(array.addLong(0, 8, 5)).isEqualTo(101);
      assertThat(array.compareAndSetLong(0, 8, 0, 1)).isFalse();
      assertThat(array.compareAndSetLong(0, 8, 106, -1)).isTrue();
      array.setLong(3, 0, 33);
      byte[] last = object.map(NAME).get(BpfMapTest.intBytes(3)).orElseThrow();
      assertThat(last[0]).isEqualTo((byte) 33);
    }
  }

  @Test
  void accessIsBounded() {
    try (BpfMap map = BpfMap.create(BpfMapType.ARRAY, "small", 4, 12, 2, BpfFlags.F_MMAPABLE)) {
      MappedArray array = map.mmap();
      try (array) {
        for (int[] bad : new int[][] {{-1, 0}, {2, 0}, {0, -8}, {0, 16}, {0, 4}}) {
          assertThatExceptionOfType(IndexOutOfBoundsException.class)
              .isThrownBy(() -> array.getLong(bad[0], bad[1]));
        }
      }
      array.close();
      assertThatIllegalStateException()
          .isThrownBy(() -> array.getLong(0, 0))
          .withMessage("the mapping of map 'small' is closed");
    }
  }

  @Test
  void otherMapsCannotBeMapped() {
    try (BpfObject object = TestObjects.load("basic")) {
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> object.map("table").mmap())
          .withMessageContaining("only an array with BPF_F_MMAPABLE can be mapped");
    }
  }
}
