// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bench.CacheState;
import org.extfuse4j.bench.JsonFile;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.Workload;

/**
 * The results as they are written to the file.
 *
 * @param kernel release of the running kernel
 * @param accel how its processors are emulated: kvm, tcg, or none on a machine of its own
 * @param files regular files in the tree
 */
record FindReport(
    @JsonProperty("kernel") String kernel,
    @JsonProperty("accel") String accel,
    @JsonProperty("files") int files,
    @JsonProperty("runs") List<Entry> runs) {

  /**
   * One row.
   *
   * @param seconds of each run
   * @param upcalls for each opcode, the most that reached the daemon in any run
   * @param answered for each opcode, the fewest that the kernel answered in any run
   */
  record Entry(
      @JsonProperty("mount") String mount,
      @JsonProperty("workload") String workload,
      @JsonProperty("state") String state,
      @JsonProperty("seconds") List<Double> seconds,
      @JsonProperty("median_s") double median,
      @JsonProperty("upcalls") Map<String, Long> upcalls,
      @JsonProperty("answered") Map<String, Long> answered) {}

  static Entry entry(Contender contender, Workload workload, CacheState state, Measurement m) {
    return new Entry(
        contender.label,
        workload.label,
        state.label,
        m.seconds().stream().map(FindReport::micros).toList(),
        micros(m.median()),
        m.upcalls(),
        m.answered());
  }

  void write(Path file) {
    JsonFile.write(file, this);
  }

  private static double micros(double seconds) {
    return Math.round(seconds * 1e6) / 1e6;
  }
}
