// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows of any number: in columns that line up, or as a JSON object a line. The first rows are held
 * back to find out how wide the columns are; a later cell that is wider only widens them.
 */
public final class Table implements AutoCloseable {
  /** What a cell shows, where text and JSON differ. */
  public record Cell(String text, Object json) {
    /** A count with its thousands apart. */
    public static Cell count(long n) {
      return new Cell(String.format(Locale.ROOT, "%,d", n), n);
    }

    /** A number with one digit behind the point, and its unit. */
    public static Cell decimal(double n, String unit) {
      double rounded = Math.round(n * 10) / 10.0;
      return new Cell(String.format(Locale.ROOT, "%.1f%s", rounded, unit), rounded);
    }

    /** An amount of memory, in JSON as bytes. */
    public static Cell memory(long bytes) {
      double mib = bytes / (double) (1 << 20);
      String text =
          mib < 1
              ? String.format(Locale.ROOT, "%,.1f KiB", bytes / 1024.0)
              : String.format(Locale.ROOT, "%,.1f MiB", mib);
      return new Cell(text, bytes);
    }
  }

  private static final String GAP = "  ";
  private static final int HELD = 500;

  private final Output out;
  private final boolean header;
  private final String[] headings;
  private final boolean[] right;
  private final int[] width;
  private final JsonGenerator json;
  private List<String[]> held = new ArrayList<>();

  /**
   * @param headings of the columns; one that starts with "&gt;" is aligned to the right. With
   *     underscores for spaces they are the names in JSON.
   */
  Table(Output out, boolean json, boolean header, String... headings) {
    this.out = out;
    this.header = header;
    this.headings = new String[headings.length];
    right = new boolean[headings.length];
    width = new int[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
      this.headings[i] = right[i] ? headings[i].substring(1) : headings[i];
    }
    try {
      this.json = json ? new JsonFactory().createGenerator(out.line()) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (json) {
      this.json.setRootValueSeparator(null);
      for (int i = 0; i < headings.length; i++) {
        this.headings[i] = this.headings[i].replace(' ', '_');
      }
    } else if (header) {
      widen(this.headings);
    }
  }

  /** Rows are seen at once, in columns of at least this width: of each, or one for all. */
  public Table live(int... least) {
    for (int i = 0; i < width.length; i++) {
      width[i] = Math.max(width[i], least[Math.min(i, least.length - 1)]);
    }
    release();
    return this;
  }

  /** Adds a row: strings, numbers, booleans, {@link Cell}s, or null where nothing is known. */
  public void row(Object... cells) {
    if (cells.length != headings.length) {
      throw new IllegalArgumentException(cells.length + " cells, not " + headings.length);
    }
    if (json != null) {
      object(headings, cells);
    } else {
      String[] texts = new String[cells.length];
      for (int i = 0; i < cells.length; i++) {
        texts[i] = text(cells[i]);
      }
      widen(texts);
      if (held == null) {
        line(texts);
      } else {
        held.add(texts);
        if (held.size() == HELD) {
          release();
        }
      }
    }
  }

  /** A line of its own for a person, below the rows so far; not in JSON. */
  public void say(String text) {
    if (json == null) {
      release();
      out.line(text);
    }
  }

  /**
   * What the rows come to: lines for a person, or an object of its own as the last line of JSON.
   */
  public void summary(List<String> lines, Map<String, Long> fields) {
    if (json == null) {
      lines.forEach(this::say);
    } else {
      object(fields.keySet().toArray(String[]::new), fields.values().toArray());
    }
  }

  /** Writes all that there is. */
  public void flush() {
    if (json == null) {
      release();
    }
    out.flush();
  }

  @Override
  public void close() {
    flush();
  }

  private void release() {
    if (held == null) {
      return;
    }
    if (header && json == null) {
      line(headings);
    }
    held.forEach(this::line);
    held = null;
  }

  private void widen(String[] texts) {
    for (int i = 0; i < texts.length; i++) {
      width[i] = Math.max(width[i], length(texts[i]));
    }
  }

  private void line(String[] texts) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      int room = width[i] - length(texts[i]);
      line.append(i == 0 ? "" : GAP);
      if (right[i]) {
        line.append(" ".repeat(room)).append(texts[i]);
      } else {
        line.append(texts[i]).append(i == texts.length - 1 ? "" : " ".repeat(room));
      }
    }
    out.line(line.toString());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String text(Object cell) {
    if (cell == null) {
      return "-";
    }
    if (cell instanceof Cell both) {
      return both.text();
    }
    if (cell instanceof Boolean yes) {
      return yes ? "yes" : "no";
    }
    return cell.toString();
  }

  private void object(String[] names, Object[] cells) {
    try {
      json.writeStartObject();
      for (int i = 0; i < cells.length; i++) {
        Object value = cells[i] instanceof Cell both ? both.json() : cells[i];
        json.writeFieldName(names[i]);
        if (value == null || value instanceof Number || value instanceof Boolean) {
          json.writeObject(value);
        } else {
          json.writeString(value.toString());
        }
      }
      json.writeEndObject();
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.endLine();
  }
}
