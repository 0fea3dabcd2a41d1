// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.DurationHistogram;
import org.extfuse4j.fuse.session.UpcallCounters;

/**
 * How long the requests took that reached the daemon, since it was mounted.
 *
 * @param upcalls by opcode; those without a request are left out
 */
public record DaemonLatency(@JsonProperty("upcalls") Map<String, Durations> upcalls) {
  /**
   * A {@link DurationHistogram}.
   *
   * @param sumNs nanoseconds of all together
   * @param buckets see {@link DurationHistogram#byBucket}
   */
  public record Durations(
      @JsonProperty("sum_ns") long sumNs, @JsonProperty("buckets") Map<Integer, Long> buckets) {
    /** As it was in the daemon. */
    public DurationHistogram histogram() {
      return DurationHistogram.of(buckets, sumNs);
    }
  }

  public static DaemonLatency of(UpcallCounters counters) {
    Map<String, Durations> upcalls = new TreeMap<>();
    for (int opcode = 0; opcode < UpcallCounters.SLOTS; opcode++) {
      DurationHistogram one = counters.durations(opcode);
      if (one.count() > 0) {
        upcalls.put(FuseOpcode.name(opcode), new Durations(one.sumNs(), one.byBucket()));
      }
    }
    return new DaemonLatency(upcalls);
  }
}
