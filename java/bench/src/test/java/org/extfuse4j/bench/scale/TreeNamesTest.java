// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeNamesTest {
  @TempDir Path dir;

  @Test
  void areBytes() throws IOException {
    TreeNames names = names("d./d\0f./d/\u00ff\nx\0l./link\0");

    assertThat(names.count()).isEqualTo(3);
    assertThat(names.files()).isEqualTo(1);
    assertThat(written(names, 3).split("\0", -1))
        .containsExactlyInAnyOrder("./d", "./d/\u00ff\nx", "./link", "");
  }

  @Test
  void areInTheSameRandomOrderHoweverTheyAreListed() throws IOException {
    StringBuilder up = new StringBuilder();
    StringBuilder down = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      up.append("f./").append(i).append('\0');
      down.append("f./").append(499 - i).append('\0');
    }
    String first = written(names(up.toString()), 100);

    assertThat(first).isEqualTo(written(names(down.toString()), 100));
    assertThat(first).doesNotStartWith("./0\0./1\0");
    assertThat(first.chars().filter(c -> c == 0).count()).isEqualTo(100);
  }

  @Test
  void aPartIsTheSmallestDirectoryThatIsLargeEnough() {
    TreeNames names =
        names("d./a\0f./a/1\0f./a/2\0f./a/3\0d./b\0f./b/1\0d./b/c\0f./b/c/2\0f./b/c/3\0f./x\0");

    assertThat(names.part(3)).isEqualTo(new TreeNames.Part("./a", 3));
    assertThat(names.part(4)).isEqualTo(new TreeNames.Part("./b", 4));
    assertThat(names.part(5)).isEqualTo(new TreeNames.Part(".", 10));
  }

  private static TreeNames names(String list) {
    return TreeNames.parse(list.getBytes(ISO_8859_1));
  }

  private String written(TreeNames names, int count) throws IOException {
    Path file = dir.resolve("names");
    names.write(count, file);
    return new String(Files.readAllBytes(file), ISO_8859_1);
  }
}
