// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SecondsTest {
  @ParameterizedTest
  @CsvSource({"0,0", "1,1000000000", "0.25,250000000", "3600,3600000000000", "1e-9,1"})
  void areNanoseconds(String seconds, long ns) {
    assertThat(new Seconds().convert(seconds)).isEqualTo(ns);
  }

  @Test
  void areNeverCutToZero() {
    assertThat(new Seconds().convert("1e-12")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1s", "-1", "NaN", "1e10"})
  void areRefusedInOneLine(String seconds) {
    assertThatThrownBy(() -> new Seconds().convert(seconds))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + seconds + "' is not");
  }
}
