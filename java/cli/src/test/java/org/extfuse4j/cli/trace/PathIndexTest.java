// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PathIndexTest {
  private final PathIndex index = new PathIndex(3);

  @Test
  void paths() {
    assertThat(index.path(1)).contains(List.of());
    assertThat(index.path(2)).isEmpty();
    index.put(2, "b", 3);
    assertThat(index.path(3)).as("in an unknown directory").isEmpty();
    index.put(1, "a", 2);
    assertThat(index.path(3)).contains(List.of("a", "b"));
  }

  @Test
  void changes() {
    index.put(1, "a", 2);
    index.put(1, "b", 2);
    assertThat(index.path(2)).as("the last name that was seen").contains(List.of("b"));
    index.remove(1, "a");
    assertThat(index.path(2)).contains(List.of("b"));
    index.put(1, "b", 3);
    assertThat(index.path(2)).as("its name leads to another node").isEmpty();
    index.remove(1, "b");
    assertThat(index.path(3)).isEmpty();
    assertThat(index.size()).isZero();
  }

  @Test
  void bounded() {
    index.put(1, "a", 2);
    index.put(1, "b", 3);
    index.put(1, "c", 4);
    assertThat(index.path(2)).isPresent();
    index.put(1, "d", 5);
    assertThat(index.size()).isEqualTo(3);
    assertThat(index.path(3)).as("not asked for longest").isEmpty();
    assertThat(index.path(2)).isPresent();
  }

  @Test
  void circles() {
    index.put(3, "a", 2);
    index.put(2, "b", 3);
    assertThat(index.path(2)).isEmpty();
  }
}
