// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
  private final UpcallCounters counters = new UpcallCounters();

  @Test
  void eachDurationIsInTheOneBucketWhoseBoundsHoldIt() {
    for (int bucket = 0; bucket < DurationHistogram.BUCKETS - 1; bucket++) {
      long end = DurationHistogram.end(bucket);
      assertThat(DurationHistogram.bucket(end - 1)).isEqualTo(bucket);
      assertThat(DurationHistogram.bucket(end)).isEqualTo(bucket + 1);
    }
    assertThat(DurationHistogram.bucket(0)).isZero();
    assertThat(DurationHistogram.bucket(Long.MAX_VALUE)).isEqualTo(DurationHistogram.BUCKETS - 1);
    assertThat(DurationHistogram.end(DurationHistogram.BUCKETS - 1)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aBucketIsAnEighthWideAtMost() {
    for (long ns = 1 << 6; ns < 1L << 36; ns = ns * 11 / 10) {
      long end = DurationHistogram.end(DurationHistogram.bucket(ns));
      assertThat(end).isGreaterThan(ns).isLessThanOrEqualTo(ns + ns / 8 + 1);
    }
  }

  @Test
  void sumsTheThreads() {
    UpcallCounters.Lane one = counters.lane();
    UpcallCounters.Lane other = counters.lane();
    for (int i = 0; i < 98; i++) {
      one.took(FuseOpcode.LOOKUP, 100_000);
    }
    other.took(FuseOpcode.LOOKUP, 5_000_000);
    other.took(FuseOpcode.LOOKUP, 70_000_000);
    other.took(FuseOpcode.GETATTR, 1);

    DurationHistogram lookups = counters.durations(FuseOpcode.LOOKUP);
    assertThat(lookups.count()).isEqualTo(100);
    assertThat(lookups.sumNs()).isEqualTo(98 * 100_000 + 75_000_000);
    assertThat(lookups.quantileNs(0.5)).isBetween(100_001L, 112_500L);
    assertThat(lookups.quantileNs(0.98)).isBetween(100_001L, 112_500L);
    assertThat(lookups.quantileNs(0.99)).isBetween(5_000_001L, 5_625_000L);
    assertThat(lookups.quantileNs(1)).isBetween(70_000_001L, 78_750_000L);
    assertThat(counters.durations(FuseOpcode.READ).quantileNs(0.5)).isEqualTo(-1);
    assertThat(lookups.plus(counters.durations(FuseOpcode.GETATTR)).count()).isEqualTo(101);
  }

  @Test
  void whatCameSinceAnEarlierReading() {
    UpcallCounters.Lane lane = counters.lane();
    lane.took(FuseOpcode.READ, 70_000_000);
    DurationHistogram before = counters.durations(FuseOpcode.READ);
    lane.took(FuseOpcode.READ, 2000);
    DurationHistogram since = counters.durations(FuseOpcode.READ).minus(before);
    assertThat(since.count()).isEqualTo(1);
    assertThat(since.sumNs()).isEqualTo(2000);
    assertThat(since.quantileNs(1)).isBetween(2001L, 2250L);
  }

  @Test
  void countsForOneThread() {
    DurationHistogram.Counter counter = new DurationHistogram.Counter();
    assertThat(counter.histogram().quantileNs(0.5)).isEqualTo(-1);
    counter.add(-5);
    counter.add(400);
    counter.add(Long.MAX_VALUE / 2);
    assertThat(counter.histogram().count()).isEqualTo(3);
    assertThat(counter.histogram().quantileNs(0.5)).isBetween(401L, 450L);
    assertThat(counter.histogram().quantileNs(1)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isWrittenDownAndReadAgain() {
    UpcallCounters.Lane lane = counters.lane();
    lane.took(FuseOpcode.READ, 1);
    lane.took(FuseOpcode.READ, 3000);
    lane.took(FuseOpcode.READ, 3000);
    DurationHistogram written = counters.durations(FuseOpcode.READ);
    assertThat(written.byBucket()).hasSize(2).containsValue(2L);
    DurationHistogram read = DurationHistogram.of(written.byBucket(), written.sumNs());
    assertThat(read).usingRecursiveComparison().isEqualTo(written);

    assertThatThrownBy(() -> DurationHistogram.of(Map.of(DurationHistogram.BUCKETS, 1L), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aThreadGoesOnWhereAnotherHasEnded() {
    UpcallCounters.Lane lane = counters.lane();
    lane.took(FuseOpcode.READ, 1);
    counters.leave(lane);
    assertThat(counters.lane()).isSameAs(lane);
    assertThat(counters.lane()).isNotSameAs(lane);
    assertThat(counters.durations(FuseOpcode.READ).count()).isEqualTo(1);
  }
}
