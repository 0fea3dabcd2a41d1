// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.cli.map.NameText;

/**
 * Finds the paths of nodes in the maps of names. These lead from a directory to what is in it, so
 * the other way means to read them all: once for each step, which is remembered and checked when it
 * is used again.
 */
final class NodePaths {
  private static final int DEEPEST = 256;
  private static final int REMEMBERED = 10_000;
  private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(300);

  /** Where a node was found. */
  private record Step(long parent, String name) {}

  private final PinnedCache cache;
  private final Map<Long, Step> steps = new HashMap<>();

  NodePaths(PinnedCache cache) {
    this.cache = cache;
  }

  /**
   * Paths from the root, escaped, of those nodes whose every step is in the maps; one that took too
   * long to find may be there the next time.
   */
  Map<Long, String> of(Collection<Long> nodeids) {
    if (steps.size() > REMEMBERED) {
      steps.clear();
    }
    long deadline = System.nanoTime() + PATIENCE_NS;
    Set<Long> checked = new HashSet<>();
    Set<Long> nowhere = new HashSet<>();
    while (true) {
      Set<Long> unknown = new HashSet<>();
      for (long nodeid : nodeids) {
        long missing = firstUnknown(nodeid, checked);
        if (missing != 0 && !nowhere.contains(missing)) {
          unknown.add(missing);
        }
      }
      if (unknown.isEmpty() || System.nanoTime() - deadline > 0) {
        break;
      }
      search(unknown, checked);
      unknown.removeIf(steps::containsKey);
      nowhere.addAll(unknown);
    }
    Map<Long, String> paths = new LinkedHashMap<>();
    for (long nodeid : nodeids) {
      String path = path(nodeid, checked);
      if (path != null) {
        paths.put(nodeid, path);
      }
    }
    return paths;
  }

  /** The first node on the way up whose directory is not known; 0 if all are. */
  private long firstUnknown(long nodeid, Set<Long> checked) {
    long at = nodeid;
    for (int depth = 0; at != NodeRegistry.ROOT_ID && depth < DEEPEST; depth++) {
      Step step = steps.get(at);
      if (step != null && !checked.contains(at) && !holds(at, step)) {
        steps.remove(at);
        step = null;
      }
      if (step == null) {
        return at;
      }
      checked.add(at);
      at = step.parent();
    }
    return 0;
  }

  private boolean holds(long nodeid, Step step) {
    return cache.entry(step.parent(), step.name()).filter(e -> e.nodeid() == nodeid).isPresent();
  }

  private void search(Set<Long> unknown, Set<Long> checked) {
    cache.entries(
        (EntryRecord entry) -> {
          if (unknown.contains(entry.nodeid())) {
            steps.put(entry.nodeid(), new Step(entry.parent(), entry.name()));
            checked.add(entry.nodeid());
          }
        });
  }

  private String path(long nodeid, Set<Long> checked) {
    StringBuilder path = new StringBuilder();
    long at = nodeid;
    for (int depth = 0; at != NodeRegistry.ROOT_ID; depth++) {
      Step step = steps.get(at);
      if (step == null || !checked.contains(at) || depth == DEEPEST) {
        return null;
      }
      path.insert(0, "/" + NameText.escape(step.name()));
      at = step.parent();
    }
    return path.length() == 0 ? "/" : path.toString();
  }
}
