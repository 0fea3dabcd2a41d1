// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.find;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.extfuse4j.bench.Placement;
import org.extfuse4j.bench.ServedMount;
import org.extfuse4j.bench.Working;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.control.ControlClient;
import org.extfuse4j.daemon.control.DaemonStats;

/** A contender in place: the tree itself, or a mount of it with a daemon of its own. */
public final class Mounted implements Working {
  private final Contender contender;
  private final Path root;
  private final ControlClient control;

  private Mounted(Contender contender, Path root, ControlClient control) {
    this.contender = contender;
    this.root = root;
    this.control = control;
  }

  /** Requests that were counted, by opcode, since a mount or between two moments. */
  public record Counts(Map<String, Long> upcalls, Map<String, Long> answered) {
    /** Of what is not counted. */
    public static final Counts NONE = new Counts(Map.of(), Map.of());

    /** What one of our own daemons has counted since its mount. */
    public static Counts of(DaemonStats stats) {
      return new Counts(stats.upcalls(), stats.answered());
    }

    /** What has been added since. */
    public Counts since(Counts before) {
      return new Counts(difference(upcalls, before.upcalls), difference(answered, before.answered));
    }

    private static Map<String, Long> difference(Map<String, Long> to, Map<String, Long> from) {
      Map<String, Long> result = new TreeMap<>();
      to.forEach(
          (opcode, n) -> {
            long more = n - from.getOrDefault(opcode, 0L);
            if (more != 0) {
              result.put(opcode, more);
            }
          });
      return result;
    }
  }

  /** The tree itself. */
  static Mounted tree(Path tree) {
    return new Mounted(Contender.NATIVE, tree, null);
  }

  /**
   * Mounts the tree by the launcher.
   *
   * @param parent where the mount point is made
   * @throws CommandException in the launcher's words
   */
  static Mounted mount(Contender contender, Path tree, Path parent, String launcher)
      throws InterruptedException {
    Path root = parent.resolve(contender.label);
    ServedMount mount = ServedMount.start(launcher, contender.options(), tree, root);
    return new Mounted(contender, root, mount.control());
  }

  Contender contender() {
    return contender;
  }

  Path root() {
    return root;
  }

  @Override
  public Object activity() {
    return counts();
  }

  Counts counts() {
    if (control == null) {
      return Counts.NONE;
    }
    return Counts.of(control.stats());
  }

  /** Has the daemon, where there is one, serve on the processor that it should. */
  void place(Placement placement) throws InterruptedException {
    if (control != null) {
      placement.moveServing(control.stats().pid());
    }
  }

  /** Empties the maps of the in-kernel cache, where there is one. */
  public void flush() {
    if (contender == Contender.EXTFUSE) {
      control.flush();
    }
  }
}
