// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.PinnedMaps;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.session.UpcallCounters;

/**
 * A mount with the in-kernel cache, and what it counts. Timeouts are 0 by default: every request is
 * seen.
 */
final class CachedMount implements AutoCloseable {
  /** Sent by the kernel at a time of its own. */
  private static final Set<Integer> UNASKED =
      Set.of(
          FuseOpcode.FORGET,
          FuseOpcode.BATCH_FORGET,
          FuseOpcode.RELEASE,
          FuseOpcode.RELEASEDIR,
          FuseOpcode.INTERRUPT);

  final ExtFuseCache cache;
  final StackMount mount;

  /** Works in the mount. */
  final FsOp mnt;

  /** Works in the source, behind the mount's back. */
  final FsOp source;

  private final Path pins;

  CachedMount() {
    this(1 << 14);
  }

  CachedMount(int maxEntries) {
    this(maxEntries, new StackMount.Options());
  }

  CachedMount(int maxEntries, StackMount.Options options) {
    this(maxEntries, options, true);
  }

  private CachedMount(int maxEntries, StackMount.Options options, boolean lasting) {
    cache = ExtFuseCache.load(new CacheOptions(maxEntries, options.validity, lasting));
    options.cache = cache;
    try {
      mount = new StackMount(options);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
    assertThat(cache.active()).as("the kernel took the program").isTrue();
    pins = Path.of("/sys/fs/bpf", mount.dir.getFileName().toString());
    mnt = new FsOp(mount.mnt);
    source = new FsOp(mount.source);
  }

  /** One whose kernel asks the programs each time, although nothing has changed. */
  static CachedMount asking() {
    return asking(1 << 14, new StackMount.Options());
  }

  static CachedMount asking(int maxEntries, StackMount.Options options) {
    return new CachedMount(maxEntries, options, false);
  }

  /** The maps, pinned for the test. */
  PinnedMaps maps() {
    cache.pin(pins);
    return new PinnedMaps(pins);
  }

  Path pins() {
    return pins;
  }

  /** What became of requests, and how many reached the daemon. */
  final class Counts {
    private final CacheStats handlers = cache.stats();
    private final long[] upcalls = mount.session.counters().snapshot();

    /** Since {@code before}: "GETATTR ANSWERED=1, LOOKUP MISS_ENTRY=1 up=1". */
    String since(Counts before) {
      Map<String, String> byName = new TreeMap<>();
      for (int opcode = 1; opcode < UpcallCounters.SLOTS; opcode++) {
        StringJoiner line = new StringJoiner(" ");
        for (Outcome outcome : Outcome.values()) {
          add(
              line,
              outcome.name(),
              handlers.count(opcode, outcome) - before.handlers.count(opcode, outcome));
        }
        add(line, "up", upcalls[opcode] - before.upcalls[opcode]);
        if (line.length() > 0 && !UNASKED.contains(opcode)) {
          byName.put(FuseOpcode.name(opcode), line.toString());
        }
      }
      StringJoiner all = new StringJoiner(", ");
      byName.forEach((name, line) -> all.add(name + " " + line));
      return all.toString();
    }

    private static void add(StringJoiner line, String name, long count) {
      if (count != 0) {
        line.add(name + "=" + count);
      }
    }
  }

  /** What requests an action made and what became of them. */
  String during(Runnable action) {
    Counts before = new Counts();
    action.run();
    return new Counts().since(before);
  }

  /** The requests of one system call that must succeed. */
  String during(Object... call) {
    return during(() -> mnt.ok(call));
  }

  /** LOOKUP and GETATTR requests that have reached the daemon. */
  long misses() {
    UpcallCounters counters = mount.session.counters();
    return counters.received(FuseOpcode.LOOKUP) + counters.received(FuseOpcode.GETATTR);
  }

  @Override
  public void close() {
    mnt.close();
    source.close();
    mount.close();
    cache.close();
  }
}
