// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import java.util.Arrays;

/**
 * The beginnings of long handles, which are a few for a source (overlayfs: the layer): a number
 * stands for each in the keys of nodes, and what is left of a handle is short.
 */
final class HandleHeads {
  private static final int LIMIT = 256;

  // Replaced by a longer copy; those that are there stay where they are.
  private volatile byte[][] heads = new byte[0][];

  /**
   * Makes a key of at least {@link Key#SHORT} bytes just that long: the number of its beginning is
   * its type then. If there are too many beginnings it becomes longer instead.
   */
  void shorten(Key key) {
    int number = find(heads, key);
    if (number < 0) {
      number = add(key);
    }
    if (number >= 0) {
      key.shorten(number);
    } else {
      key.append(0L); // none that was made short is as long
    }
  }

  private static int find(byte[][] heads, Key key) {
    for (int i = 0; i < heads.length; i++) {
      if (key.hasHead(heads[i])) {
        return i;
      }
    }
    return -1;
  }

  private synchronized int add(Key key) {
    byte[][] old = heads;
    int number = find(old, key);
    if (number >= 0 || old.length == LIMIT) {
      return number;
    }
    byte[][] more = Arrays.copyOf(old, old.length + 1);
    more[old.length] = key.head();
    heads = more;
    return old.length;
  }
}
