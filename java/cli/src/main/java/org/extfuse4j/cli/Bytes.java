// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads "4096", "512K", "64M" or "2G" as bytes; a K is 1024. */
final class Bytes implements ITypeConverter<Long> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([KMG]?)");

  @Override
  public Long convert(String value) {
    Matcher m = SIZE.matcher(value.toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      throw new TypeConversionException("'" + value + "' is not a size such as 64M");
    }
    int shift = m.group(2).isEmpty() ? 0 : 10 * (1 + "KMG".indexOf(m.group(2)));
    long number = Long.parseLong(m.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new TypeConversionException("'" + value + "' is too large");
    }
    return number << shift;
  }
}
