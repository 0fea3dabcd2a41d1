// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.daemon.Daemon;
import org.extfuse4j.daemon.Logs;
import org.extfuse4j.daemon.MountSettings;
import org.extfuse4j.daemon.metrics.MetricsAddress;
import org.extfuse4j.daemon.run.Mounts;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code extfuse mount}: serves a directory at another place. */
@Command(
    name = "mount",
    description = {
      "Shows SOURCE at MOUNTPOINT, with metadata answered inside the kernel where it has ExtFUSE.",
      "",
      "Returns when the mount is ready; a daemon serves it in the background until it is unmounted"
          + " ('extfuse umount') or gets SIGTERM.",
      ""
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class MountCommand implements Callable<Integer> {
  private static final int DEFAULT_ENTRIES = 1 << 17;

  /** Reads where metrics are served. */
  static final class MetricsAddressReader implements CommandLine.ITypeConverter<MetricsAddress> {
    @Override
    public MetricsAddress convert(String value) {
      try {
        return MetricsAddress.parse(value);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads a mode as it is written on the command line. */
  static final class CacheModeReader implements CommandLine.ITypeConverter<CacheMode> {
    @Override
    public CacheMode convert(String value) {
      return switch (value) {
        case "auto" -> CacheMode.AUTO;
        case "required" -> CacheMode.REQUIRED;
        case "off" -> CacheMode.OFF;
        default ->
            throw new CommandLine.TypeConversionException(
                "'" + value + "' is not auto, required or off");
      };
    }
  }

  @Parameters(
      index = "0..*",
      arity = "0..*",
      paramLabel = "[SOURCE] MOUNTPOINT",
      hideParamSyntax = true,
      description =
          "The directory to show, unless --jnrfuse names another source; and an empty one.")
  List<Path> paths = List.of();

  @Option(
      names = "--jnrfuse",
      paramLabel = "CLASS[,CLASSPATH]",
      description =
          "Instead of SOURCE, a file system written for jnr-fuse: a class with a constructor without"
              + " arguments, and where it is found, like java -cp.")
  String jnrfuse;

  @Option(
      names = "-o",
      paramLabel = "OPTIONS",
      description = "With --jnrfuse: options of libfuse 2.9, such as use_ino,hard_remove.")
  List<String> libfuseOptions = List.of();

  @Option(
      names = "--cache",
      paramLabel = "auto|required|off",
      defaultValue = "auto",
      converter = CacheModeReader.class,
      description =
          "auto: use the in-kernel cache if the kernel has one (default); required: fail without;"
              + " off: every request goes to the daemon.")
  CacheMode cache;

  @Option(
      names = "--entry-timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description =
          "How long the kernel believes a name without asking (default: 0 with the cache, 1"
              + " without or with --jnrfuse).")
  Long entryNs;

  @Option(
      names = "--attr-timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description =
          "The same for attributes, with the same default; and, of the pass-through file system"
              + " without the cache, for what files contain, unless their ctime has changed.")
  Long attrNs;

  @Option(
      names = "--negative-timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description =
          "The same for names that do not exist (default: 0). The names in a directory are believed"
              + " for the shorter of this and --entry-timeout.")
  Long negativeNs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that serve requests (default: one a processor, 2 to 4, and up to 128 while they"
              + " wait for the source; with --jnrfuse 4 at first, and up to 64 when callbacks take"
              + " long; 1 is one).")
  Integer threads;

  @Option(names = "-s", description = "The same as --threads=1, as in libfuse.")
  void singleThread(boolean on) {
    threads = on ? Integer.valueOf(1) : threads;
  }

  @Option(
      names = "--busy-poll",
      paramLabel = "MICROSECONDS",
      defaultValue = "0",
      description =
          "How long to ask for the next request again and again, before a thread waits to be woken"
              + " (default: 0). Requests that come one after the other take less time then, and"
              + " meanwhile a processor is busy.")
  int busyPoll;

  @Option(
      names = "--max-entries",
      paramLabel = "N",
      description =
          "Names of up to 23 bytes, and as many nodes, that the cache holds; a quarter as many of up"
              + " to 63, and a 16th of longer ones (default: 131072, 42 MB, with all of those 52).")
  Integer maxEntries;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      converter = Bytes.class,
      description =
          "The same as the kernel memory that the cache takes at most, such as 64M: about 320 bytes"
              + " a short name, and a quarter more when all places for longer ones are taken. Less"
              + " is taken where the cgroup has not so much.")
  Long maxMemory;

  @Option(
      names = "--metrics",
      paramLabel = "[ADDRESS:]PORT",
      converter = MetricsAddressReader.class,
      description =
          "Serve metrics for Prometheus at http://ADDRESS:PORT/metrics, to whoever asks; without"
              + " ADDRESS to this machine only. Port 0 is a free one, which the log and 'extfuse"
              + " stats --json' name.")
  MetricsAddress metrics;

  @Option(
      names = "--audit",
      description = "Check at the end that all lookup counts add up, and log what does not.")
  boolean audit;

  @Option(
      names = {"-r", "--read-only"},
      description = "Nothing can be changed through the mount.")
  boolean readOnly;

  @Option(names = "--noexec", description = "Nothing can be executed through the mount.")
  boolean noexec;

  @Option(
      names = "--idmap",
      description =
          "Let the mount be mounted once more with mapped owners (mount -o X-mount.idmap; Linux 6.12)."
              + " The kernel then says only for new files who asks.")
  boolean idmap;

  @Option(
      names = "--writeback",
      description =
          "Let the kernel collect writes. Who reads the source directly sees them when a file has"
              + " been closed or synced; only fsync(2) and close(2) tell of a source that is full"
              + " or fails, write(2) does not; O_APPEND means the end that the kernel knows; and"
              + " while a file is open for writing, all of it seems to be data, without holes.")
  boolean writeback;

  @Option(
      names = "--sync-interval",
      paramLabel = "SECONDS",
      defaultValue = "0",
      converter = Seconds.class,
      description =
          "How often to sync the source's file system (default: 0, only at the end). The kernel"
              + " passes on fsync(2) of files, but not syncfs(2) and sync(1) of the mount.")
  long syncNs;

  @Option(
      names = {"-f", "--foreground"},
      description = "Serve in this process; Ctrl-C unmounts.")
  boolean foreground;

  @Option(
      names = "-v",
      description = "Log requests as they come; twice (-vv): with all of their fields.")
  boolean[] verbose = {};

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Where messages go (default: /run/extfuse/N/daemon.log for connection number N; in the"
              + " foreground, standard error). A file of 8 MB becomes FILE.1.")
  Path log;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (threads != null && (threads < 1 || threads > 64)) {
      throw usage("--threads " + threads + ": give a number from 1 to 64");
    }
    if (busyPoll < 0 || busyPoll > 1_000_000) {
      throw usage("--busy-poll " + busyPoll + ": give microseconds from 0 to 1000000");
    }
    checkBudget();
    MountSettings settings = settings();
    Logs.configure(verbose.length, log == null ? null : Mounts.absolute(log));
    Daemon.serve(settings);
    return 0;
  }

  private MountSettings settings() {
    MountSettings settings = new MountSettings();
    placePaths(settings);
    settings.jnrfuse = jnrfuse;
    settings.libfuseOptions = libfuseOptions;
    settings.cache = cache;
    settings.entryNs = entryNs;
    settings.attrNs = attrNs;
    settings.negativeNs = negativeNs;
    settings.threads = threads;
    settings.pollNs = TimeUnit.MICROSECONDS.toNanos(busyPoll);
    settings.entries = entries();
    settings.metrics = metrics;
    settings.audit = audit;
    settings.readOnly = readOnly;
    settings.noexec = noexec;
    settings.idmap = idmap;
    settings.writeback = writeback;
    settings.syncNs = syncNs;
    settings.log = log;
    return settings;
  }

  private void placePaths(MountSettings settings) {
    if (jnrfuse == null) {
      if (paths.isEmpty()) {
        throw usage("Missing required parameters: 'SOURCE', 'MOUNTPOINT'");
      }
      if (!libfuseOptions.isEmpty()) {
        throw usage("-o " + libfuseOptions.get(0) + ": only --jnrfuse takes options of libfuse");
      }
    } else if (writeback) {
      throw usage("--writeback: not with --jnrfuse");
    } else if (idmap) {
      throw usage("--idmap: not with --jnrfuse");
    }
    int most = jnrfuse == null ? 2 : 1;
    if (paths.size() < most) {
      throw usage("Missing required parameter: 'MOUNTPOINT'");
    }
    if (paths.size() > most) {
      throw usage("Unmatched argument at index " + (most + 1) + ": '" + paths.get(most) + "'");
    }
    settings.source = jnrfuse == null ? paths.get(0) : null;
    settings.mountpoint = paths.get(most - 1);
  }

  private void checkBudget() {
    if (maxEntries != null && maxMemory != null) {
      throw usage("--max-entries and --max-memory say the same: give one of them");
    }
    if (maxEntries != null
        && (maxEntries < CacheOptions.MIN_ENTRIES || maxEntries > CacheOptions.MAX_ENTRIES)) {
      throw usage(
          "--max-entries %d: give a number from %d to %d"
              .formatted(maxEntries, CacheOptions.MIN_ENTRIES, CacheOptions.MAX_ENTRIES));
    }
    if (maxMemory != null && CacheOptions.entriesIn(maxMemory) < CacheOptions.MIN_ENTRIES) {
      long least = CacheOptions.maxMemory(CacheOptions.MIN_ENTRIES);
      throw usage("--max-memory: a cache takes at least " + (least + 1023) / 1024 + "K");
    }
  }

  /** The budget, however it was given. */
  int entries() {
    if (maxMemory != null) {
      return CacheOptions.entriesIn(maxMemory);
    }
    return maxEntries != null ? maxEntries : DEFAULT_ENTRIES;
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
