// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.CacheUnavailableException;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.daemon.control.ControlServer;
import org.extfuse4j.daemon.control.DaemonLatency;
import org.extfuse4j.daemon.control.DaemonStats;
import org.extfuse4j.daemon.metrics.MetricsServer;
import org.extfuse4j.daemon.metrics.MountMetrics;
import org.extfuse4j.daemon.run.Mounts;
import org.extfuse4j.daemon.run.Processes;
import org.extfuse4j.daemon.run.RunDirectory;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.sys.DescriptorLimit;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Natives;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mount from beginning to end: cache, file system, mount, session, control socket. It ends when
 * the mount goes away (umount, an aborted connection) or with SIGTERM or SIGINT, which unmount it;
 * either way with status 0, and with nothing left behind.
 */
public final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  // After SIGTERM, how long the users of a mount have to leave before they get ENOTCONN.
  private static final int GRACE_SECONDS = 2;
  private static final int POLL_MS = 50;
  private static final int LAST_MS = 500;

  private final MountSettings options;
  private final DaemonHook hook = DaemonHook.find();

  // What is to be undone, in the order of its making; null until it is made. Guarded by this.
  private ExtFuseCache cache;
  private Backend backend;
  private FuseMount mount;
  private FuseSession session;
  private RunDirectory run;
  private ControlServer control;
  private MetricsServer metricsServer;
  private MountMetrics metrics;
  private Syncing syncing;
  private boolean ended;

  private Daemon(MountSettings options) {
    this.options = options;
  }

  /** Mounts, serves, and returns when that is over. */
  public static void serve(MountSettings options) throws InterruptedException {
    Daemon daemon = new Daemon(options);
    Thread shutdown = new Thread(daemon::terminated, "shutdown");
    MountChecks.privileges();
    // Whoever needs them first gets the reason, all later ones only that it failed.
    Natives.require();
    MemoryBudget.warn();
    DescriptorLimit.raise();
    Backend backend =
        options.jnrfuse == null ? new StackBackend(options) : new JnrFuseBackend(options);
    Runtime.getRuntime().addShutdownHook(shutdown);
    try {
      FuseSession session = daemon.start(backend);
      if (Console.background()) {
        Processes.leaveSession();
      }
      Console.ready();
      session.await();
      LOG.info("{} is unmounted", session.mount());
    } finally {
      daemon.end();
    }
  }

  private synchronized FuseSession start(Backend chosen) throws InterruptedException {
    if (ended) {
      throw new CommandException("interrupted before it was mounted");
    }
    backend = chosen;
    if (options.metrics != null) {
      metricsServer = new MetricsServer(options.metrics);
    }
    CacheUnavailableException missing = loadCache();
    MetadataCache used = hook.cache(cache == null ? MetadataCache.none() : cache);
    mount(hook.fileSystem(backend.open(used, cache != null)));
    syncing = new Syncing(backend, options.syncNs);
    useCache(missing);
    Map<String, Supplier<?>> commands = new TreeMap<>(hook.commands());
    commands.put("stats", this::stats);
    commands.put("flush", this::flush);
    commands.put("audit", this::audit);
    commands.put("latency", this::latency);
    commands.put("writable", this::writable);
    control = new ControlServer(run.socket(), commands, backend.commands());
    LOG.info("{} is mounted on {}, connection {}", backend.source(), mount, run.connection());
    if (metricsServer != null) {
      metrics =
          new MountMetrics(
              mount.mountpoint().toString(), session.counters(), backend::counts, cache);
      metricsServer.add(metrics);
      LOG.info("metrics are at {}", metricsServer.url());
    }
    return session;
  }

  @SuppressWarnings("try") // the lock is held, not used
  private void mount(FuseFileSystem served) throws InterruptedException {
    try (RunDirectory.Lock lock = RunDirectory.lock()) {
      RunDirectory.sweep();
      Path mountpoint = backend.mountpoint(options.mountpoint);
      FuseMountOptions general =
          new FuseMountOptions(mountpoint)
              .source(backend.source())
              .defaultPermissions(true)
              .allowOther(true)
              .readOnly(options.readOnly)
              .noexec(options.noexec)
              .idmapped(options.idmap);
      mount = FuseMount.mount(backend.mountOptions(general));
      session = backend.session(mount, served);
      session.start();
      run = RunDirectory.of(connection(mount));
      run.create(mountpoint);
      if (Console.background() && options.log == null && Files.isRegularFile(run.log())) {
        Logs.toFile(run.log()); // which is bounded; standard error, of the JVM itself, is not
      }
    }
  }

  /** Returns why there is no cache, or null. */
  private CacheUnavailableException loadCache() {
    if (options.cache == CacheMode.OFF) {
      return null;
    }
    try {
      int entries = MemoryBudget.entries(options.entries);
      cache = ExtFuseCache.load(new CacheOptions(entries, backend.inKernel(), backend.lasts()));
      return null;
    } catch (CacheUnavailableException e) {
      LOG.debug("no in-kernel cache", e);
      if (options.cache == CacheMode.REQUIRED) {
        throw new CommandException(
            e.getMessage()
                + MountChecks.kernelHint(e.getMessage(), ": ")
                + ", or mount with --cache=auto");
      }
      return e;
    }
  }

  /** After INIT: the kernel has taken the cache, or it is said why not. */
  private void useCache(CacheUnavailableException missing) {
    String without = ": mounted without the in-kernel cache";
    if (missing != null) {
      Console.say(
          missing.getMessage() + without + MountChecks.kernelHint(missing.getMessage(), "; "));
    } else if (cache != null && !cache.active()) {
      String reason = "the kernel did not take the ExtFUSE program";
      if (options.cache == CacheMode.REQUIRED) {
        throw new CommandException(reason + ": see dmesg, or mount with --cache=auto");
      }
      Console.say(reason + without);
    } else if (cache != null) {
      run.maps(cache.mapIds());
      try {
        cache.pin(run.pins());
      } catch (RuntimeException e) {
        Console.say("the maps are not pinned, bpftool cannot name them: " + e.getMessage());
      }
    }
  }

  private synchronized DaemonStats stats() {
    boolean cached = !ended && cache != null && cache.active();
    CacheStats counted = cached ? cache.stats() : null;
    return new DaemonStats(
        mount.mountpoint().toString(),
        backend.source(),
        ProcessHandle.current().pid(),
        cached,
        metricsServer == null ? null : metricsServer.url(),
        DaemonStats.named(session.counters().snapshot()),
        DaemonStats.named(session.counters().errors()),
        counted == null ? Map.of() : DaemonStats.answered(counted),
        counted == null ? Map.of() : DaemonStats.outcomes(counted),
        backend.counts(),
        cached ? cacheCounts() : null);
  }

  /** Is no part of the counts, because it is long. */
  private DaemonLatency latency() {
    return DaemonLatency.of(session.counters());
  }

  private DaemonStats.Changes cacheCounts() {
    return new DaemonStats.Changes(
        cache.evictedNames(),
        cache.invalidatedEntries(),
        cache.invalidatedAttrs(),
        cache.flushes());
  }

  private synchronized Map<String, Boolean> flush() {
    if (!ended && cache != null) {
      cache.flush();
      backend.reclaimIdle();
    }
    return Map.of("ok", true);
  }

  /** The kernel is about to let changes through. */
  private synchronized Map<String, Boolean> writable() {
    backend.writable();
    return Map.of("ok", true);
  }

  private synchronized Audit audit() {
    return backend.audit();
  }

  /** What does not add up at the end, one line each. */
  private void auditAtEnd() {
    Audit audit = backend.audit();
    audit.faults().forEach(fault -> LOG.error("audit: {}", fault));
    if (audit.faults().isEmpty()) {
      LOG.info("audit: the lookup counts of {} nodes add up", audit.nodes());
    }
  }

  /** Shutdown hook. A JVM that was ended by a signal has a status of 128 and more, hence halt(). */
  private void terminated() {
    synchronized (this) {
      if (ended) {
        return;
      }
      end();
    }
    Runtime.getRuntime().halt(0);
  }

  /** Undoes whatever was done so far; does nothing the second time. */
  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    boolean over = true;
    if (session != null) {
      over = unmount();
    } else if (mount != null) {
      undo("unmounting", mount::close);
    }
    if (metrics != null) {
      metrics.close();
    }
    if (metricsServer != null) {
      undo("closing the metrics server", metricsServer::close);
    }
    if (control != null) {
      undo("closing the control socket", control::close);
    }
    if (over && options.audit && backend != null) {
      undo("auditing", this::auditAtEnd);
    }
    // A session that goes on uses both; the end of the process frees them and aborts it.
    if (syncing != null) {
      syncing.close();
      if (over) {
        undo("syncing the source", syncing::sync);
      }
    }
    if (over && backend != null) {
      undo("closing the source", backend::close);
    }
    if (over && cache != null) {
      undo("closing the cache", cache::close);
    }
    if (run != null) {
      undo("removing the run directory", run::remove);
    }
  }

  /**
   * Waits for the users of the mount for a while, then throws them out.
   *
   * @return whether the session has ended; not if it was unmounted lazily before, and is in use
   */
  private boolean unmount() {
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
      while (!session.await(0, TimeUnit.SECONDS)) {
        boolean late = System.nanoTime() > deadline;
        if (!isMounted()) {
          return session.await(LAST_MS, TimeUnit.MILLISECONDS);
        }
        if (late) {
          LOG.warn("{} is still in use: its users get ENOTCONN", mount);
          Syncing.flush(mount.mountpoint(), connection(mount));
          session.close();
          return session.await(0, TimeUnit.SECONDS);
        }
        if (!unmountUnlessBusy()) {
          session.await(POLL_MS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RuntimeException e) {
      LOG.warn("unmounting: {}", CommandException.describe(e));
      return false;
    }
    return true;
  }

  private boolean isMounted() {
    return Mounts.at(mount.mountpoint())
        .filter(m -> m.connection() == connection(mount))
        .isPresent();
  }

  private boolean unmountUnlessBusy() {
    try {
      FuseMount.unmount(mount.mountpoint(), false);
      return true;
    } catch (FuseException e) {
      if (e.errno() == Errno.EBUSY) {
        return false;
      }
      throw e;
    }
  }

  private static int connection(FuseMount mount) {
    return Integer.parseInt(mount.id().substring(mount.id().indexOf(':') + 1));
  }

  private static void undo(String what, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.warn("{}: {}", what, CommandException.describe(e));
    }
  }
}
