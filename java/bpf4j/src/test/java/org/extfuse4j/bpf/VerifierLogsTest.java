// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.bpf.libbpf.Errno;
import org.junit.jupiter.api.Test;

/** Needs no kernel. */
class VerifierLogsTest {
  @Test
  void theTellingLineIsTheLastBeforeTheStatistics() {
    String log =
        """
        0: (85) call bpf_map_lookup_elem#1
        R0 invalid mem access 'map_value_or_null'
        verification time 17 usec
        stack depth 8
        processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0

        """;
    assertThat(VerifierLogs.tellingLine(log))
        .isEqualTo("R0 invalid mem access 'map_value_or_null'");
    assertThat(VerifierLogs.tellingLine("")).isEqualTo("the log is empty");
  }

  @Test
  void errnoNamesAreTheKernels() {
    assertThat(Errno.name(-2)).isEqualTo("ENOENT");
    assertThat(Errno.name(524)).isEqualTo("ENOTSUPP");
    assertThat(Errno.name(61)).isEqualTo("errno 61");
  }
}
