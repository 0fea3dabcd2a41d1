// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void ratesAreOfTheDifference() {
    Interval interval = Samples.interval(List.of());
    assertThat(interval.seconds()).isEqualTo(2);
    assertThat(interval.requests())
        .extracting(Interval.Requests::request)
        .as("the most frequent first, and none without a request")
        .containsExactly("LOOKUP", "UNLINK");
    Interval.Requests lookups = interval.requests().get(0);
    assertThat(lookups.inKernel()).isEqualTo(999);
    assertThat(lookups.upcalls()).isEqualTo(1);
    assertThat(lookups.errors()).isEqualTo(0.5);
    assertThat(lookups.hitRatio()).isEqualTo(0.999, within(1e-9));
    assertThat(lookups.p50Us()).isEqualTo(1.024);
    assertThat(lookups.maxUs()).isGreaterThan(1000);
    assertThat(interval.requests().get(1).hitRatio()).as("a change").isNull();
    assertThat(interval.all().upcalls()).isEqualTo(4);
    assertThat(interval.misses()).containsExactly(new Interval.Miss("LOOKUP", "entry", 1));
    assertThat(interval.changes().evictedNames()).isEqualTo(10);
    assertThat(interval.changes().reclaimedNodes()).isEqualTo(20);
    assertThat(interval.silence()).isNull();
  }

  @Test
  void withoutADaemonTheKernelStillTells() {
    Interval interval = Samples.silentInterval();
    assertThat(interval.silence()).isEqualTo("it does not answer");
    Interval.Requests lookups = interval.requests().get(0);
    assertThat(lookups.inKernel()).isEqualTo(999);
    assertThat(lookups.hitRatio()).isEqualTo(0.999, within(1e-9));
    assertThat(lookups.upcalls()).isNull();
    assertThat(lookups.p99Us()).isNull();
    assertThat(interval.changes()).isNull();
    assertThat(interval.nodes()).isNull();
  }

  @Test
  void asJson() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    JsonNode node =
        json.readTree(
            json.writeValueAsString(
                Samples.interval(List.of(new Interval.Directory(5, "/a", 2.5)))));
    assertThat(node.get("all").get("hit_ratio").asDouble()).isEqualTo(0.999, within(1e-9));
    assertThat(node.get("requests").get(0).get("in_kernel").asDouble()).isEqualTo(999);
    assertThat(node.get("directories").get(0).get("path").asText()).isEqualTo("/a");
    assertThat(node.get("no_directories").isNull()).isTrue();
    assertThat(node.get("changes").get("evicted_names").asDouble()).isEqualTo(10);
  }
}
