// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.extfuse4j.cache.Patience;
import org.extfuse4j.stackfs.FaultControl.Fault;

/**
 * A mount of which one call after the other fails, under every {@link FaultScenario}; after each of
 * them it must be as if it had not:
 *
 * <ul>
 *   <li>what was answered is what a plain directory answers, up to the first error, which is the
 *       one that was injected, or EIO;
 *   <li>if there was none, the source is what the plain directory is;
 *   <li>the mount shows what the source is;
 *   <li>when the kernel has let go of all, the daemon has the descriptors, threads and nodes that
 *       it began with, and its lookup counts add up.
 * </ul>
 */
final class FaultRun implements AutoCloseable {
  private static final int MOST_FOUND = 20;

  /** A scenario and what fails in it. */
  record Case(FaultScenario scenario, Fault fault) {}

  /** What is mounted. */
  enum Kind {
    DISK,

    /** Without file handles. */
    OVERLAY,

    /** With the in-kernel cache. */
    CACHED
  }

  private final Kind kind;
  private final Path dir;
  private final Path source;
  private final Path mnt;
  private final FaultControl control = new FaultControl();
  private final FaultyDaemon daemon;
  private final FsOp plain;
  private final FsOp behind;
  private FsOp user;
  private final FaultyDaemon.State first;
  private int made;
  private int done;

  /** What went wrong, a line each. */
  final List<String> found = new ArrayList<>();

  FaultRun(Path base, Kind kind) {
    this.kind = kind;
    try {
      dir = Files.createTempDirectory(base, "faults-");
      source = Files.createDirectory(dir.resolve("source"));
      mnt = Files.createDirectory(dir.resolve("mnt"));
      if (kind == Kind.OVERLAY) {
        StackMount.mountOverlay(source, "");
      }
      plain = new FsOp(Files.createDirectory(dir.resolve("plain")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon = new FaultyDaemon(control, source, mnt, kind == Kind.CACHED);
    try {
      daemon.awaitLoaded();
      if (!daemon.mount()) {
        throw new AssertionError("no mount: " + log());
      }
      behind = new FsOp(source);
      user = new FsOp(mnt);
      for (FaultScenario scenario : FaultScenario.values()) {
        calls(scenario); // classes are loaded, buffers made
      }
      first = settled();
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** All that can fail, in an order that the seed decides. */
  List<Case> cases(long seed) {
    List<Case> cases = new ArrayList<>();
    for (FaultScenario scenario : FaultScenario.values()) {
      for (Fault fault : FaultControl.faults(calls(scenario))) {
        cases.add(new Case(scenario, fault));
      }
    }
    Collections.shuffle(cases, new Random(seed));
    return cases;
  }

  private Map<String, Integer> calls(FaultScenario scenario) {
    prepare();
    control.count();
    scenario.run(user);
    control.disarm();
    Map<String, Integer> calls = control.calls();
    leave();
    return calls;
  }

  /** Runs them, until so many seconds have passed; how many were run. */
  int run(List<Case> cases, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (Case one : cases) {
      if (System.nanoTime() > end || found.size() >= MOST_FOUND) {
        break;
      }
      try {
        run(one);
        done++;
      } catch (TimeoutException | AssertionError | UncheckedIOException e) {
        found.add(one + ": " + e.getMessage());
        break; // nothing that comes after this can be believed
      }
    }
    return done;
  }

  private void run(Case one) throws TimeoutException {
    String directory = prepare();
    String twin = "p" + made;
    FaultScenario.prepare(plain, twin);
    List<String> expected = one.scenario.run(plain);
    plain.ok("chdir", dir.resolve("plain").toString());
    control.arm(one.fault);
    List<String> actual = one.scenario.run(user);
    if (!control.disarm()) {
      done--; // it was not called so often this time
    }
    leave();
    boolean failed = judge(one, expected, actual);
    String inSource = behind.run("digest", directory);
    if (!failed) {
      same(one, "the source and a plain directory", inSource, plain.run("digest", twin));
    }
    same(one, "the mount and the source", user.run("digest", directory), inSource);
    FaultyDaemon.State now = settled();
    if (!now.equals(first)) {
      found.add("%s: the daemon has %s, and had %s".formatted(one, now, first));
    }
  }

  // Whether an operation failed as it may.
  private boolean judge(Case one, List<String> expected, List<String> actual) {
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).equals(actual.get(i))) {
        String answer = actual.get(i);
        if (!answer.equals(one.fault.errno()) && !answer.equals("EIO")) {
          found.add(
              "%s: %s answers %s, not %s"
                  .formatted(one, one.scenario.operation(i), answer, expected.get(i)));
        }
        return true;
      }
    }
    return false;
  }

  private void same(Case one, String what, String a, String b) {
    if (!a.equals(b) || !a.startsWith("ok")) {
      found.add("%s: %s differ: %s, %s".formatted(one, what, a, b));
    }
  }

  private String prepare() {
    String directory = "s" + ++made;
    FaultScenario.prepare(user, directory);
    return directory;
  }

  // What it has opened is closed with it.
  private void leave() {
    user.close();
    user = new FsOp(mnt);
  }

  // Not before the kernel has let go of all; what is in flight comes to its end.
  private FaultyDaemon.State settled() throws TimeoutException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Patience.seconds(2));
    FaultyDaemon.State state;
    do {
      if (kind == Kind.CACHED) {
        behind.ok("drop-caches"); // with a program inodes outlive their dentries
      } else {
        behind.ok("shrink", mnt);
      }
      state = daemon.reclaimed();
    } while (!isSettled(state) && System.nanoTime() < end);
    return state;
  }

  private boolean isSettled(FaultyDaemon.State state) {
    return first == null ? state.nodes() == 1 : state.equals(first);
  }

  /** What the daemon has logged. */
  String log() {
    try {
      return Files.readString(dir.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    user.close();
    behind.close();
    plain.close();
    try {
      daemon.close();
    } finally {
      control.close();
      Sh.run("umount", "-l", mnt.toString());
      if (kind == Kind.OVERLAY) {
        Sh.run("umount", source.toString()).succeeds();
      }
      remove(dir);
    }
  }

  // Takes its time after many cases.
  private static void remove(Path dir) {
    try {
      new ProcessBuilder("rm", "-rf", "--one-file-system", dir.toString()).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
