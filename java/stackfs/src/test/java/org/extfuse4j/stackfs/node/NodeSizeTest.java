// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.ObjectName;
import org.extfuse4j.stackfs.FsOp;
import org.extfuse4j.stackfs.StackMount;
import org.junit.jupiter.api.Test;

/** What a node takes of the heap, all tables included: what is live with many less without. */
class NodeSizeTest {
  private static final int NODES = 1 << 15;

  @Test
  void withHandles() throws JMException {
    StackMount.Options options = new StackMount.Options();
    String live = withNodes(options);
    assertThat(bytes(live, "StackNode") / NODES).as("bytes of a node itself").isLessThan(81);
    assertThat(bytesOfANode).as("bytes of a node and what it is found by").isLessThan(160);
  }

  @Test
  void withNames() throws JMException {
    StackMount.Options options = new StackMount.Options();
    options.lower = "";
    String live = withNodes(options);
    assertThat(bytes(live, "NamedNode") / NODES).as("bytes of a node itself").isLessThan(97);
    assertThat(bytesOfANode).as("bytes of a node and what it is found by").isLessThan(160);
  }

  private long bytesOfANode;

  private String withNodes(StackMount.Options options) throws JMException {
    try (StackMount mount = new StackMount(options);
        FsOp source = new FsOp(mount.source);
        FsOp mnt = new FsOp(mount.mnt)) {
      source.ok("many", "f", NODES);
      mnt.ok("stat", "f0");
      long without = bytes(histogram(), "Total");
      mnt.ok("stat-many", "f", NODES);
      assertThat(mount.fs.nodes()).isEqualTo(NODES + 1);
      String live = histogram();
      bytesOfANode = (bytes(live, "Total") - without) / NODES;
      return live;
    }
  }

  // Of live objects only: it collects garbage first.
  private static String histogram() throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
  }

  private static long bytes(String histogram, String name) {
    return histogram
        .lines()
        .map(line -> line.strip().split(" +"))
        .filter(
            words -> Arrays.stream(words).anyMatch(w -> w.equals(name) || w.endsWith("." + name)))
        .mapToLong(words -> Long.parseLong(words[2]))
        .findFirst()
        .orElseThrow();
  }
}
