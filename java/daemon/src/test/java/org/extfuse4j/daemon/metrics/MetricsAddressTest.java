// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsAddressTest {
  private static MetricsAddress read(String text) {
    return MetricsAddress.parse(text);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9464, 127.0.0.1:9464",
    "0.0.0.0:1, 0.0.0.0:1",
    "[::1]:65535, [0:0:0:0:0:0:0:1]:65535"
  })
  void anAddressAndAPort(String text, String read) {
    assertThat(read(text)).hasToString(read);
  }

  @Test
  void withoutAnAddressItIsTheLoopback() {
    assertThat(read("9464").host().isLoopbackAddress()).isTrue();
    assertThat(read(":9464")).isEqualTo(read("9464"));
    assertThat(read(":9464").port()).isEqualTo(9464);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "port", "localhost", "::1:80", "[::1]", "1.2.3.4:65536", "a b:80", "-1"})
  void whatIsNone(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".+");
  }
}
