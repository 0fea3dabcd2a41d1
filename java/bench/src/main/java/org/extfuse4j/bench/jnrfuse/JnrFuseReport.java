// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.extfuse4j.bench.Measurement;
import org.extfuse4j.bench.find.Mounted;
import org.extfuse4j.cli.Columns;

/**
 * The results of {@code extfuse-bench jnrfuse}, as they are written to the file and as a table.
 *
 * @param accel how the processors are emulated: kvm, tcg, or none on a machine of its own
 * @param fs class of the file system
 */
record JnrFuseReport(
    @JsonProperty("accel") String accel,
    @JsonProperty("fs") String fs,
    @JsonProperty("runs") List<Entry> runs) {

  /**
   * One row.
   *
   * @param seconds of each run
   * @param perSecond calls, by the median
   * @param speedup time of jnr-fuse with the same timeouts in the same run divided by this one's:
   *     the median of the runs
   * @param speedupMin the smallest of the runs
   * @param speedupMax the largest
   * @param upcalls for each opcode, the most that reached the daemon in any run; none for jnr-fuse,
   *     which does not count
   */
  record Entry(
      @JsonProperty("mount") String mount,
      @JsonProperty("workload") String workload,
      @JsonProperty("seconds") List<Double> seconds,
      @JsonProperty("per_second") double perSecond,
      @JsonProperty("speedup") double speedup,
      @JsonProperty("speedup_min") double speedupMin,
      @JsonProperty("speedup_max") double speedupMax,
      @JsonProperty("upcalls") Map<String, Long> upcalls) {}

  /** A row out of the runs of a contender and of what it is compared with, in the same order. */
  static Entry entry(
      JnrFuseContender contender,
      JnrFuseWorkload workload,
      int calls,
      Measurement measured,
      Measurement reference) {
    List<Double> ratios = new ArrayList<>();
    Measurement speedup = new Measurement();
    for (int i = 0; i < measured.seconds().size(); i++) {
      ratios.add(reference.seconds().get(i) / measured.seconds().get(i));
      speedup.add(ratios.get(i), Mounted.Counts.NONE);
    }
    return new Entry(
        contender.label,
        workload.label,
        measured.seconds(),
        calls / measured.median(),
        speedup.median(),
        speedup.min(),
        speedup.max(),
        measured.upcalls());
  }

  @Override
  public String toString() {
    Columns table =
        new Columns(
            "",
            "mount",
            ">calls/s",
            ">times jnr-fuse",
            ">min - max",
            "requests that reached the daemon");
    String last = "";
    for (Entry e : runs) {
      boolean first = !e.workload().equals(last);
      if (first && !last.isEmpty()) {
        table.row("");
      }
      last = e.workload();
      boolean counted = !e.mount().startsWith(JnrFuseContender.LIBFUSE.label);
      table.row(
          first ? e.workload() : "",
          e.mount(),
          Columns.count(Math.round(e.perSecond())),
          String.format(Locale.ROOT, "%.2f", e.speedup()),
          String.format(Locale.ROOT, "%.2f - %.2f", e.speedupMin(), e.speedupMax()),
          counted ? upcalls(e) : "not counted");
    }
    return table.toString();
  }

  private static String upcalls(Entry e) {
    StringBuilder text = new StringBuilder();
    e.upcalls()
        .forEach(
            (opcode, n) ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(opcode)
                    .append(' ')
                    .append(Columns.count(n)));
    return text.isEmpty() ? "none" : text.toString();
  }
}
