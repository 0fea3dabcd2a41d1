// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.extfuse4j.coherence.history.Kind;
import org.extfuse4j.coherence.history.Operation;

/**
 * Which changes can have to do with what was seen: those of the names seen, and of names that met
 * them.
 */
final class Related {
  private final Set<String> names = new HashSet<>();

  private Related() {}

  /** The operations of a history that look, and those that changed what they look at. */
  static List<Operation> of(List<Operation> operations) {
    Related related = new Related();
    Set<Operation> kept = new HashSet<>();
    int before;
    do {
      before = kept.size();
      for (Operation operation : operations) {
        List<String> paths = paths(operation, operations);
        if (operation.observes() || paths.stream().anyMatch(related::has)) {
          kept.add(operation);
          related.names.addAll(paths);
        }
      }
    } while (kept.size() > before);
    return operations.stream().filter(kept::contains).toList();
  }

  // A directory is changed by whatever happens to names in it.
  private boolean has(String path) {
    return names.contains(path) || names.contains(path.split("/", -1)[0]);
  }

  private static List<String> paths(Operation operation, List<Operation> operations) {
    if (operation.kind().usesFile()) {
      return opened(operation, operations);
    }
    List<String> paths = new ArrayList<>(operation.arguments().subList(0, 1));
    if (operation.kind() == Kind.LINK || operation.kind() == Kind.RENAME) {
      paths.add(operation.arguments().get(1));
    }
    return paths;
  }

  // The name of what the worker had open.
  private static List<String> opened(Operation use, List<Operation> operations) {
    Operation last = null;
    for (Operation operation : operations) {
      boolean opens =
          switch (operation.kind()) {
            case CREATE, CREAT, OPEN, OTRUNC -> operation.ok();
            default -> false;
          };
      if (opens
          && operation.worker() == use.worker()
          && operation.returned() <= use.invoked()
          && (last == null || operation.invoked() > last.invoked())) {
        last = operation;
      }
    }
    return last == null ? List.of() : List.of(last.path());
  }
}
