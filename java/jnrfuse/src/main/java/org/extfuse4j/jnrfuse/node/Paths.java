// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

/**
 * Makes paths of names. A node has its name and its parent only: users nest directories as deep as
 * they like, and paths kept for all of them would take the square of that. Nothing here is
 * recursive, for the same reason.
 *
 * <p>For calls inside the registry's monitor, which guards names and parents.
 */
public final class Paths {
  /**
   * Characters of the longest path that a callback gets. Thirty times PATH_MAX, for file systems
   * that have no such limit; some hundred kilobytes a thread are all that a caller can make of it.
   */
  public static final int MOST = 1 << 17;

  private Paths() {}

  /**
   * The absolute path of a node, or of a name in its directory; "/" for the root.
   *
   * @param name null for the node itself
   * @return null if it is longer than {@link #MOST}
   */
  static String of(PathNode node, String name) {
    int length = name == null ? 0 : 1 + name.length();
    for (PathNode n = node; n.parent != null; n = n.parent) {
      length += 1 + n.name.length();
      if (length > MOST) {
        return null;
      }
    }
    if (length == 0) {
      return "/";
    }
    char[] path = new char[length];
    int end = name == null ? length : put(name, path, length);
    for (PathNode n = node; n.parent != null; n = n.parent) {
      end = put(n.name, path, end);
    }
    return new String(path);
  }

  private static int put(String name, char[] path, int end) {
    int at = end - name.length();
    name.getChars(0, name.length(), path, at);
    path[at - 1] = '/';
    return at - 1;
  }
}
