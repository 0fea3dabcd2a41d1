// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.extfuse4j.daemon.CommandException;

/**
 * Names of files, which are any bytes but NUL and slash, as text and back. Inside they are strings
 * of one character a byte (ISO-8859-1), as {@link org.extfuse4j.cache.map.EntryRecord} has them.
 */
public final class NameText {
  /** For the help of a command that shows or takes names. */
  public static final String HELP =
      "Bytes of a name that are not printable UTF-8, and a space at either end, are shown as \\xHH,"
          + " a backslash as \\\\; names are read the same way.";

  private static final String HEX = "0123456789abcdef";

  private NameText() {}

  /** What is printed for a name. */
  public static String escape(String name) {
    if (isPlain(name)) {
      return name;
    }
    byte[] bytes = name.getBytes(ISO_8859_1);
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; ) {
      int length = printable(bytes, at);
      boolean outer = bytes[at] == ' ' && (at == 0 || at == bytes.length - 1);
      if (length == 0 || outer) {
        text.append("\\x")
            .append(HEX.charAt(bytes[at] >> 4 & 15))
            .append(HEX.charAt(bytes[at] & 15));
        at++;
      } else {
        text.append(bytes[at] == '\\' ? "\\\\" : new String(bytes, at, length, UTF_8));
        at += length;
      }
    }
    return text.toString();
  }

  /**
   * The name that a person means.
   *
   * @throws CommandException if a backslash is not followed by what {@link #escape} puts there
   */
  static String unescape(String text) {
    StringBuilder name = new StringBuilder();
    String bytes = new String(text.getBytes(UTF_8), ISO_8859_1);
    for (int at = 0; at < bytes.length(); ) {
      at = next(bytes, at, name);
    }
    return name.toString();
  }

  /** The names of a path; empty ones and "." lead nowhere and are left out. */
  public static List<String> split(String path) {
    List<String> names = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        throw new CommandException("'..' in a path is not followed: give the path without");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        names.add(unescape(part));
      }
    }
    return names;
  }

  /** A pattern for names in which {@code *} stands for any bytes and {@code ?} for a character. */
  static Pattern pattern(String text) {
    StringBuilder regex = new StringBuilder();
    String bytes = new String(text.getBytes(UTF_8), ISO_8859_1);
    for (int at = 0; at < bytes.length(); ) {
      char c = bytes.charAt(at);
      if (c == '*') {
        regex.append(".*");
        at++;
      } else if (c == '?') {
        regex.append(".[\\x80-\\xbf]*");
        at++;
      } else {
        StringBuilder literal = new StringBuilder();
        at = next(bytes, at, literal);
        regex.append(Pattern.quote(literal.toString()));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  // Adds the byte that is written at an index; returns the index behind it.
  private static int next(String text, int at, StringBuilder to) {
    char c = text.charAt(at);
    if (c != '\\') {
      to.append(c);
      return at + 1;
    }
    if (text.startsWith("\\\\", at)) {
      to.append(c);
      return at + 2;
    }
    if (text.startsWith("\\x", at) && at + 3 < text.length()) {
      int high = Character.digit(text.charAt(at + 2), 16);
      int low = Character.digit(text.charAt(at + 3), 16);
      if (high >= 0 && low >= 0) {
        to.append((char) (high << 4 | low));
        return at + 4;
      }
    }
    throw new CommandException(
        "a backslash in a name is written \\\\, other bytes \\xHH: '"
            + new String(text.getBytes(ISO_8859_1), UTF_8)
            + "'");
  }

  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** The bytes of the printable character at an index, 0 if there is none. */
  private static int printable(byte[] bytes, int at) {
    int ones = Integer.numberOfLeadingZeros(~(bytes[at] << 24)); // of UTF-8's first byte
    int length = Math.max(1, ones);
    if (length > bytes.length - at) {
      return 0;
    }
    try {
      CharBuffer text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
      boolean single = Character.codePointCount(text, 0, text.length()) == 1;
      return single && isPrintable(Character.codePointAt(text, 0)) ? length : 0;
    } catch (CharacterCodingException e) {
      return 0;
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
