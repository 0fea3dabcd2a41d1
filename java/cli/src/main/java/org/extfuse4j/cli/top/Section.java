// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.ArrayList;
import java.util.List;

/** A heading and rows of which as many are shown as there is room for, the first ones. */
record Section(String heading, List<String> rows) {
  /** Lines in the room that sections share: one below the other, rows given out in turns. */
  static List<String> stack(List<Section> sections, int width, int height, boolean airy) {
    int gaps = airy ? sections.size() - 1 : 0;
    int room = height - sections.size() - gaps;
    int[] given = new int[sections.size()];
    boolean more = true;
    while (more && room > 0) {
      more = false;
      for (int i = 0; i < given.length && room > 0; i++) {
        if (given[i] < sections.get(i).rows.size()) {
          given[i]++;
          room--;
          more = true;
        }
      }
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < given.length; i++) {
      if (airy && i > 0) {
        lines.add("");
      }
      lines.add(Text.cut(sections.get(i).heading, width));
      for (String row : sections.get(i).rows.subList(0, given[i])) {
        lines.add(Text.cut(row, width).stripTrailing());
      }
    }
    return lines;
  }
}
