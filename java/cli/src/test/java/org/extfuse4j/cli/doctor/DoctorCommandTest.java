// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.extfuse4j.cli.doctor.Finding.Need;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private static final Finding OK = Finding.ok("a", Need.MOUNT, "");
  private static final Finding NO_MOUNT = Finding.lacks("b", Need.MOUNT, "");
  private static final Finding NO_CACHE = Finding.lacks("c", Need.CACHE, "");
  private static final Finding NO_VIEW = Finding.lacks("d", Need.INSPECTION, "");
  private static final Finding UNSURE = Finding.unsure("e", Need.MOUNT, "");

  @Test
  void status() {
    assertThat(DoctorCommand.status(List.of(OK, NO_VIEW, UNSURE))).isZero();
    assertThat(DoctorCommand.status(List.of(NO_VIEW, NO_CACHE))).isEqualTo(1);
    assertThat(DoctorCommand.status(List.of(NO_CACHE, NO_MOUNT, OK))).isEqualTo(2);
  }

  @Test
  void kernelOptions() {
    String config = "CONFIG_FUSE_FS=m\nCONFIG_BPF_SYSCALL=y\n# CONFIG_EXTFUSE is not set\n";
    assertThat(KernelConfig.missing(config)).containsExactly("CONFIG_EXTFUSE");
    assertThat(KernelConfig.missing(config + "CONFIG_EXTFUSE=y\n")).isEmpty();
    assertThat(KernelConfig.missing("CONFIG_FUSE_FSX=y\n"))
        .containsExactly("CONFIG_FUSE_FS", "CONFIG_BPF_SYSCALL", "CONFIG_EXTFUSE");
  }
}
