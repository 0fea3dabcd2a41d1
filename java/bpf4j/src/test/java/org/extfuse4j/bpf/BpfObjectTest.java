// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(FdLeakCheck.class)
class BpfObjectTest {
  private static final int SOCKET_FILTER = 1;
  private static final int EXTFUSE = 33;

  @Test
  void specsShowWhatTheFileDescribes() {
    try (BpfObject object = TestObjects.open("basic")) {
      assertThat(object.programSpecs())
          .extracting(BpfProgramSpec::name)
          .containsExactly("entry", "target");
      BpfProgramSpec entry = object.programSpec("entry");
      assertThat(entry.section()).isEqualTo("socket");
      assertThat(entry.type()).isEqualTo(SOCKET_FILTER);
      assertThat(entry.autoload()).isTrue();

      assertThat(object.mapSpecs())
          .extracting(BpfMapSpec::name)
          .contains("table", "per_cpu", "a_name_that_is_longer_than_the_kernel_keeps", "jumps");
      BpfMapSpec table = object.mapSpec("table");
      assertThat(table.type()).isEqualTo(BpfMapType.HASH);
      assertThat(table.keySize()).isEqualTo(4);
      assertThat(table.valueSize()).isEqualTo(16);
      assertThat(table.maxEntries()).isEqualTo(16);
      assertThat(table.flags()).isZero();
      assertThat(table.pinPath()).isEmpty();
    }
  }

  @Test
  void changedSpecsAreWhatTheKernelGets() {
    try (BpfObject object = TestObjects.open("basic")) {
      object.mapSpec("table").setMaxEntries(1000);
      object.programSpec("target").setAutoload(false);
      object.load();
      assertThat(object.map("table").maxEntries()).isEqualTo(1000);
      assertThat(object.programs()).extracting(BpfProgram::name).containsExactly("entry");
      BpfProgram entry = object.program("entry");
      assertThat(entry.fd()).isNotNegative();
      assertThat(entry.type()).isEqualTo(SOCKET_FILTER);
      assertThat(entry.id()).isPositive();
      assertThat(TestRun.run(entry)).isEqualTo(7);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> object.program("target"))
          .withMessage(
              "BPF object " + object.name() + " has no loaded program 'target'; it has [entry]");
    }
  }

  @Test
  void mapsKeepTheFullNameOfTheObject() {
    String name = "a_name_that_is_longer_than_the_kernel_keeps";
    try (BpfObject object = TestObjects.load("basic")) {
      assertThat(object.map(name).name()).isEqualTo(name);
    }
  }

  @Test
  void objectsCanComeFromMemory() throws IOException {
    byte[] elf = Files.readAllBytes(TestObjects.compiled("basic"));
    try (BpfObject object = BpfObject.open("from_memory", elf)) {
      assertThat(object.name()).isEqualTo("from_memory");
      Arrays.fill(elf, (byte) 0);
      object.load();
      assertThat(TestRun.run(object.program("target"))).isEqualTo(42);
    }
  }

  @Test
  void aCallOutOfOrderSaysSo() {
    BpfObject object = TestObjects.open("basic");
    try (object) {
      assertThatIllegalStateException()
          .isThrownBy(() -> object.map("table"))
          .withMessageContaining("map(\"table\")")
          .withMessageContaining("needs load() first");
      assertThatIllegalStateException().isThrownBy(() -> object.program("entry"));
      assertThatIllegalStateException().isThrownBy(object::maps);
      assertThatIllegalStateException().isThrownBy(object::programs);
      object.load();
      assertThatIllegalStateException()
          .isThrownBy(() -> object.mapSpec("table").setMaxEntries(5))
          .withMessageContaining("it is loaded");
      assertThatIllegalStateException()
          .isThrownBy(() -> object.programSpec("entry").setType(EXTFUSE));
      assertThatIllegalStateException().isThrownBy(object::load);
    }
    object.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> object.map("table"))
        .withMessageContaining("is closed");
    assertThatIllegalStateException().isThrownBy(() -> object.mapSpec("table").type());
  }

  @Test
  void closingTakesTheFdsOfItsMapsAndPrograms() {
    BpfObject object = TestObjects.load("basic");
    BpfMap table = object.map("table");
    BpfProgram entry = object.program("entry");
    table.close();
    assertThat(table.fd()).as("the object owns it").isNotNegative();
    object.close();
    NativeBuffer room = NativeBuffer.allocate(16);
    assertThat(table.lookup(room.address(), room.address())).isEqualTo(-Errno.EBADF);
    assertThat(entry.fd()).isEqualTo(-1);
  }

  @Test
  void aProgramOfAnUnknownSectionNeedsAType() {
    try (BpfObject object = TestObjects.open("unknown_section")) {
      assertThat(object.programSpec("odd").type()).isZero();
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(object::load)
          .withMessageContaining("EINVAL")
          .withMessageContaining("prog 'odd'");
      assertThatIllegalStateException()
          .isThrownBy(object::load)
          .withMessageContaining("its load failed");
    }
    try (BpfObject object = TestObjects.open("unknown_section")) {
      assertThat(object.programSpec("odd").setType(SOCKET_FILTER).type()).isEqualTo(SOCKET_FILTER);
      object.load();
      assertThat(TestRun.run(object.program("odd"))).isEqualTo(5);
    }
  }

  @Test
  void aTypeThatTheKernelLacksIsRefused() {
    try (BpfObject object = TestObjects.open("unknown_section")) {
      object.programSpec("odd").setType(EXTFUSE + 900);
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(object::load)
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .satisfies(e -> assertThat(e.verifierLog()).isEmpty())
          .withMessageContaining("prog 'odd'");
    }
  }

  @Test
  void theVerifiersTellingLineIsInTheMessage() {
    try (BpfObject object = TestObjects.open("refused")) {
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(object::load)
          .withMessageContaining("load program 'forgets_null_check' of BPF object")
          .withMessageContaining("EACCES")
          .withMessageMatching("[^\\n]*invalid mem access 'map_value_or_null'")
          .satisfies(
              e -> {
                assertThat(e.errnoName()).isEqualTo("EACCES");
                assertThat(e.verifierLog()).contains("processed ").contains("bpf_map_lookup_elem");
                assertThat(e.isPermissionDenied()).isFalse();
              });
    }
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfObject.open(Path.of("no/such.bpf.o")))
        .withMessageStartingWith("open BPF object no/such.bpf.o: ENOENT")
        .satisfies(e -> assertThat(e.isNotFound()).isTrue());
  }

  @Test
  void whatIsNoElfIsRefused(@TempDir Path dir) throws IOException {
    Path text =
        Files.writeString(dir.resolve("text.o"), "not an ELF file, but long enough".repeat(9));
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfObject.open(text))
        .withMessageContaining("text.o: LIBBPF_ERRNO__");
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfObject.open("bytes", new byte[100]))
        .withMessageContaining("BPF object bytes");
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfObject.open("nothing", new byte[0]))
        .withMessageContaining("it is empty");
    assertThatExceptionOfType(BpfException.class).isThrownBy(() -> BpfObject.open(dir));
  }

  @Test
  void aTruncatedElfIsRefused() throws IOException {
    byte[] elf = Files.readAllBytes(TestObjects.compiled("basic"));
    for (int length : new int[] {1, 16, 63, 64, elf.length / 2, elf.length - 1}) {
      assertThatExceptionOfType(BpfException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> BpfObject.open("cut", Arrays.copyOf(elf, length)))
          .satisfies(e -> assertThat(e.errno()).isPositive());
    }
  }

  @Test
  void aFailedLoadLeaksNothing() throws IOException {
    for (int i = 0; i < 5; i++) {
      try (BpfObject object = TestObjects.open("refused")) {
        assertThatExceptionOfType(BpfException.class).isThrownBy(object::load);
      }
    }
    assertThat(FdLeakCheck.bpfFds()).noneMatch(fd -> fd.endsWith(".o"));
  }
}
