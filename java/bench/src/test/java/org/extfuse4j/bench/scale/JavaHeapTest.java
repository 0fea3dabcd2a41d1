// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.extfuse4j.daemon.CommandException;
import org.junit.jupiter.api.Test;

class JavaHeapTest {
  @Test
  void readsTheHistogram() {
    JavaHeap heap =
        JavaHeap.parse(
            """
            4711:
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:       1010001       80800080  org.extfuse4j.stackfs.node.StackNode
               2:         12100        1234568  [B (java.base@17.0.15)
               3:             1             16  a.Twice
               4:             2             32  a.Twice
            Total       1022104       82034696
            """);

    assertThat(heap.of("org.extfuse4j.stackfs.node.StackNode")).isEqualTo(80_800_080);
    assertThat(heap.of("[B")).isEqualTo(1_234_568);
    assertThat(heap.of("a.Twice")).isEqualTo(48);
    assertThat(heap.of("none")).isZero();
    assertThat(heap.total()).isEqualTo(82_034_696);
  }

  @Test
  void refusesWhatIsNone() {
    assertThatThrownBy(() -> JavaHeap.parse("4711:\nno such command"))
        .isInstanceOf(CommandException.class);
  }

  @Test
  void asksAJvm() throws InterruptedException {
    assertThat(JavaHeap.of(ProcessHandle.current().pid()).of(JavaHeapTest.class.getName()))
        .isPositive();
  }
}
