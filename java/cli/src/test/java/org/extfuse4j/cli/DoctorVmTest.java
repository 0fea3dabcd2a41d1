// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code extfuse doctor} where nothing is missing. */
@Tag("vm")
@Timeout(120)
class DoctorVmTest {
  @RegisterExtension final Cli cli = new Cli();

  @Test
  void nothingIsMissing() {
    Cli.Result doctor = cli.extfuse("doctor", "--no-header");
    assertThat(doctor.err()).isEmpty();
    assertThat(doctor.out())
        .containsPattern("ExtFUSE programs +ok +in-kernel cache +the kernel takes the BPF programs")
        .doesNotContain(" lacks ");
    assertThat(doctor.status()).isZero();
  }
}
