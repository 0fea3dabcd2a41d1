// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.extfuse4j.daemon.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCheckTest {
  private final OutputCheck check = new OutputCheck();
  @TempDir Path dir;

  @Test
  void theOrderOfDirectoriesIsFree() throws IOException {
    check.check("find", "native", output("./a\n./b\n"));

    assertThatCode(() -> check.check("find", "fuse", output("./b\n./a\n")))
        .doesNotThrowAnyException();
  }

  @Test
  void aDifferenceIsNamed() throws IOException {
    check.check("find", "native", output("./a\n./b\n./c\n"));

    assertThatThrownBy(() -> check.check("find", "extfuse", output("./a\n./x\n./c\n")))
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "find prints something else on extfuse: 1 lines only on native (./b), 1 lines only on"
                + " extfuse (./x)");
  }

  @Test
  void workloadsAreApart() throws IOException {
    check.check("find", "native", output("./a\n"));

    assertThatCode(() -> check.check("stat", "native", output("./a 1\n")))
        .doesNotThrowAnyException();
  }

  @Test
  void showsTheFirstOfMany() {
    assertThat(OutputCheck.difference(List.of(), List.of("1", "2", "3", "4"), "fuse"))
        .isEqualTo("0 lines only on native, 4 lines only on fuse (1 | 2 | 3 | ...)");
    assertThat(OutputCheck.difference(List.of("1", "1"), List.of("1"), "fuse"))
        .isEqualTo("1 lines only on native (1), 0 lines only on fuse");
    assertThat(OutputCheck.difference(List.of("1"), List.of("1"), "fuse")).isNull();
  }

  private Path output(String text) throws IOException {
    return Files.writeString(dir.resolve("out"), text);
  }
}
