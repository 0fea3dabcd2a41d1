// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads "1" or "0.25" as nanoseconds. */
public final class Seconds implements ITypeConverter<Long> {
  static final long NS = 1_000_000_000L;
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000L); // 31 years

  @Override
  public Long convert(String value) {
    BigDecimal seconds;
    try {
      seconds = new BigDecimal(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + value + "' is not a number of seconds");
    }
    if (seconds.signum() < 0 || seconds.compareTo(MOST) > 0) {
      throw new TypeConversionException("'" + value + "' is not from 0 to " + MOST + " seconds");
    }
    return seconds.movePointRight(9).setScale(0, RoundingMode.CEILING).longValueExact();
  }
}
