// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FdLeakCheck.class)
class ProgArrayTest {
  @Test
  void tailCallsGoWhereTheSlotPoints() {
    try (BpfObject object = TestObjects.load("basic")) {
      ProgArray jumps = ProgArray.of(object.map("jumps"));
      BpfProgram entry = object.program("entry");
      BpfProgram target = object.program("target");
      assertThat(jumps.slots()).isEqualTo(4);
      assertThat(TestRun.run(entry)).isEqualTo(7);
      jumps.putProgram(1, target);
      assertThat(jumps.programId(1)).isEqualTo(target.id());
      assertThat(jumps.programName(1)).contains("target");
      assertThat(jumps.programName(2)).isEmpty();
      assertThat(TestRun.run(entry)).isEqualTo(42);
      assertThat(jumps.remove(1)).isTrue();
      assertThat(jumps.remove(1)).isFalse();
      assertThat(jumps.programId(1)).isZero();
      assertThat(TestRun.run(entry)).isEqualTo(7);
    }
  }

  @Test
  void aSlotThatIsNotThereIsNamed() {
    try (BpfObject object = TestObjects.load("basic")) {
      ProgArray jumps = ProgArray.of(object.map("jumps"));
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> jumps.putProgram(4, object.program("target")))
          .withMessageContaining("slot 4 of map 'jumps': E2BIG")
          .withMessageContaining("it has 4 slots");
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> ProgArray.of(object.map("table")))
          .withMessageContaining("prog_array with key 4 and value 4 bytes is needed");
    }
  }
}
