// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.bpf.BpfProgram;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.fuse.sys.Errno;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel loads, and what its verifier refuses: see src/test/bpf/refused.bpf.c. */
@Tag("vm")
class VerifierVmTest {
  @Test
  void everyFieldOfTheContextCanBeRead() {
    try (BpfObject object = TestMounts.open("refused", "every_field").load()) {
      assertThat(object.program("every_field").type()).isEqualTo(MapLayout.PROG_TYPE_EXTFUSE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "padding, invalid bpf_context access",
    "past_the_end, invalid bpf_context access",
    "before_the_start, dereference of modified ctx|invalid bpf_context access|negative offset",
    "narrow, invalid bpf_context access",
    "half_of_nodeid, invalid bpf_context access",
    "two_fields, invalid bpf_context access",
    "misaligned, misaligned|invalid bpf_context access",
    "write, invalid bpf_context access",
    "read_past_the_stack, invalid (write|indirect access|access) to stack|stack",
    "context_as_number, pointer arithmetic",
  })
  void isRefused(String program, String why) {
    try (BpfObject object = TestMounts.open("refused", program)) {
      assertThatThrownBy(object::load)
          .isInstanceOfSatisfying(
              BpfException.class,
              e -> {
                assertThat(e.errno()).isIn(Errno.EACCES, Errno.EINVAL);
                assertThat(e.verifierLog()).containsPattern(why);
                assertThat(e.getMessage()).contains(program).doesNotContain("\n");
              });
    }
  }

  @Test
  void helpersAreForGplPrograms() {
    try (BpfObject object = TestMounts.open("proprietary")) {
      assertThatThrownBy(object::load)
          .isInstanceOfSatisfying(
              BpfException.class, e -> assertThat(e.verifierLog()).containsIgnoringCase("gpl"));
    }
  }

  @Test
  void theHandlersLoadAndFillTheirSlots() {
    try (ExtFuseObject object = ExtFuseObject.load(new CacheOptions(1000, Validity.NONE, true))) {
      assertThat(object.map("entry_map").maxEntries()).isEqualTo(1000);
      assertThat(object.map("entry_map_middle").maxEntries()).isEqualTo(250);
      assertThat(object.map("entry_map_long").maxEntries()).isEqualTo(62);
      assertThat(object.map("attr_map").maxEntries()).isEqualTo(1000);
      assertThat(object.map("nlookup_map").maxEntries()).isEqualTo(1000);
      for (int slot = 0; slot < 2 * MapLayout.OPS_COUNT; slot++) {
        byte[] key = {(byte) slot, 0, 0, 0};
        assertThat(object.map("handlers").get(key).isPresent())
            .as("slot %s", slot)
            .isEqualTo(Handlers.byOpcode().containsKey(slot));
      }
    }
  }

  @Test
  void programsAreOfTheTypeOfTheSeries() throws Exception {
    try (BpfObject object = TestMounts.open("verdict").load()) {
      assertThat(object.programs())
          .extracting(BpfProgram::type)
          .containsOnly(MapLayout.PROG_TYPE_EXTFUSE);
    }
  }

  @Test
  void anElfThatIsBrokenIsRefused() throws Exception {
    byte[] elf = Files.readAllBytes(Path.of("../cache/target/test-bpf/verdict.bpf.o"));
    assertThatThrownBy(() -> BpfObject.open("half", Arrays.copyOf(elf, elf.length / 2)))
        .isInstanceOf(BpfException.class);
    assertThatThrownBy(() -> BpfObject.open("header", Arrays.copyOf(elf, 64)))
        .isInstanceOf(BpfException.class);
    assertThatThrownBy(() -> BpfObject.open("zeroes", new byte[4096]))
        .isInstanceOf(BpfException.class);
  }
}
