// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.history.Entry;

/** The names of a round as numbers, and the model's state before it. */
final class NameIndex {
  private final Map<String, Integer> numbers = new HashMap<>();

  NameIndex(Set<String> paths) {
    for (String path : paths) {
      numbers.put(path, numbers.size());
    }
  }

  int size() {
    return numbers.size();
  }

  int of(String path) {
    return numbers.get(path);
  }

  /** The directory that holds a name. */
  int parent(String path) {
    return numbers.get(path.substring(0, path.indexOf('/')));
  }

  /** The numbers of the names in a directory, by name. */
  Map<String, Integer> in(String directory) {
    Map<String, Integer> names = new HashMap<>();
    numbers.forEach(
        (path, number) -> {
          if (path.startsWith(directory + "/")) {
            names.put(path.substring(directory.length() + 1), number);
          }
        });
    return names;
  }

  /** The state with these entries; their inodes are numbered from {@code first} on. */
  State state(int workers, int first, List<Entry> entries) {
    Map<Long, Integer> inodes = new HashMap<>();
    for (Entry entry : entries) {
      inodes.putIfAbsent(entry.attr().ino(), first + inodes.size());
    }
    State state = new State(workers, size(), first + inodes.size());
    for (Entry entry : entries) {
      Attr attr = entry.attr();
      int inode = inodes.get(attr.ino());
      state.lead(of(entry.path()), inode);
      state.set(inode, State.TYPE, attr.type());
      state.set(inode, State.INO, attr.ino());
      state.set(inode, State.MODE, attr.mode());
      state.set(inode, State.NLINK, attr.nlink());
      state.set(inode, State.SIZE, attr.size());
      state.set(inode, State.MTIME, attr.mtime());
      state.set(inode, State.CTIME, attr.ctime());
      if (entry.target() != null) {
        state.set(inode, State.TARGET, target(entry.target()));
      }
    }
    return state;
  }

  /** What a symbolic link holds, as a number: the workload writes "to" and a number. */
  static long target(String target) {
    return target.startsWith("to") ? Long.parseLong(target.substring(2)) : -1;
  }
}
