// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import org.extfuse4j.daemon.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameTextTest {
  private static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "file.txt, file.txt",
        "a b, a b",
        "\" a \", \\x20a\\x20",
        "grüße 漢 😀, grüße 漢 😀",
        "a\\b, a\\\\b",
        "\"\u001b[31m\", \\x1b[31m",
        "\u00a0, \\xc2\\xa0", // no-break space
        "\u202egpj, \\xe2\\x80\\xaegpj", // right-to-left override
        "\u0085, \\xc2\\x85"
      })
  void whatIsPrintableStays(String name, String shown) {
    assertThat(NameText.escape(bytes(name))).isEqualTo(shown);
    assertThat(NameText.unescape(shown)).isEqualTo(bytes(name));
  }

  @Test
  void bytesThatAreNotUtf8AreShownOneByOne() {
    assertThat(NameText.escape("\u00ff\u00e4b\u00c3")).isEqualTo("\\xff\\xe4b\\xc3");
    assertThat(NameText.escape("\u00ed\u00a0\u0080")).isEqualTo("\\xed\\xa0\\x80"); // a surrogate
    assertThat(NameText.escape("\u00c0\u00af")).isEqualTo("\\xc0\\xaf"); // overlong
  }

  @Test
  void allNamesAreReadBack() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] name = new byte[1 + random.nextInt(12)];
      random.nextBytes(name);
      if (i % 2 == 0) {
        name = new String(name, UTF_8).getBytes(UTF_8);
      }
      String latin = new String(name, ISO_8859_1);
      String shown = NameText.escape(latin);
      assertThat(NameText.unescape(shown)).isEqualTo(latin);
      assertThat(NameText.pattern(shown.replace("*", "\\x2a").replace("?", "\\x3f")).matcher(latin))
          .matches(Matcher::matches);
    }
  }

  @Test
  void pathsAreSplit() {
    assertThat(NameText.split("/a//./b c/\\x2f/")).containsExactly("a", "b c", "/");
    assertThat(NameText.split("/")).isEmpty();
    assertThatThrownBy(() -> NameText.split("a/..")).isInstanceOf(CommandException.class);
    for (String wrong : List.of("\\", "a\\n", "\\x", "\\x1", "\\xg0")) {
      assertThatThrownBy(() -> NameText.unescape(wrong)).isInstanceOf(CommandException.class);
    }
  }
}
