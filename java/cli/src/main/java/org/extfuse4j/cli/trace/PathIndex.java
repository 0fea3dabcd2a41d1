// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where nodes are: from a nodeid to its directory and its name there, the last one that was seen.
 * Bounded: what was not asked for longest is forgotten. Names are bytes as ISO-8859-1. For one
 * thread.
 */
final class PathIndex {
  static final long ROOT = 1;
  private static final int DEEPEST = 4096; // no path is longer

  private record Place(long parent, String name) {}

  private final int most;
  private final Map<Long, Place> places;
  private final Map<Place, Long> nodes = new HashMap<>();

  /**
   * @param most nodes to remember
   */
  PathIndex(int most) {
    this.most = most;
    places = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** A name leads to a node. */
  void put(long parent, String name, long nodeid) {
    Place place = new Place(parent, name);
    remove(parent, name);
    Place before = places.put(nodeid, place);
    if (before != null) {
      nodes.remove(before);
    }
    nodes.put(place, nodeid);
    if (places.size() > most) {
      Iterator<Map.Entry<Long, Place>> eldest = places.entrySet().iterator();
      nodes.remove(eldest.next().getValue());
      eldest.remove();
    }
  }

  /** A name leads nowhere, or nobody knows where. */
  void remove(long parent, String name) {
    Long nodeid = nodes.remove(new Place(parent, name));
    if (nodeid != null) {
      places.remove(nodeid);
    }
  }

  int size() {
    return places.size();
  }

  /** The names from the root to a node; none for the root, empty if a step is not known. */
  Optional<List<String>> path(long nodeid) {
    Deque<String> names = new ArrayDeque<>();
    for (long node = nodeid; node != ROOT; ) {
      Place place = places.get(node);
      if (place == null || names.size() == DEEPEST) {
        return Optional.empty();
      }
      names.addFirst(place.name);
      node = place.parent;
    }
    return Optional.of(List.copyOf(names));
  }
}
