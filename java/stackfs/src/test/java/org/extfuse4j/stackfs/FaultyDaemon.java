// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Patience;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;

/** A daemon whose calls fail as {@link FaultControl} says, and the process that it is. */
final class FaultyDaemon implements AutoCloseable {
  private static final int SECONDS = Patience.seconds(20);

  /** What it has: nodes, descriptors, session threads that live, and what the audit finds. */
  record State(int nodes, int descriptors, int threads, String faults) {}

  /**
   * The process: SOURCE MOUNTPOINT CACHE, and a word on standard input to begin, and for each
   * state.
   */
  static final class Main {
    private Main() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      System.out.println("loaded");
      in.readLine();
      MetadataCache cache =
          Boolean.parseBoolean(args[2])
              ? ExtFuseCache.load(new CacheOptions(1 << 14, Validity.NONE, true))
              : MetadataCache.none();
      StackFsOptions options = new StackFsOptions(Path.of(args[0]), Validity.NONE, false, false);
      FuseMountOptions at = new FuseMountOptions(Path.of(args[1])).allowOther(true);
      StackFs fs = new StackFs(options, cache);
      FuseSession session = new FuseSession(FuseMount.mount(at), fs);
      session.start();
      System.out.println("ready");
      try (in) {
        for (String word = in.readLine(); word != null; word = in.readLine()) {
          if (word.equals("reclaim")) {
            cache.flush();
            fs.reclaimIdle();
          }
          Audit audit = fs.audit();
          System.out.println(
              "%d\t%d\t%d\t%s"
                  .formatted(audit.nodes(), StackMount.descriptors(), threads(), audit.faults()));
        }
      }
      session.close();
      fs.close();
      cache.close();
    }

    private static long threads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().matches("fuse-\\d+"))
          .count();
    }
  }

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  FaultyDaemon(FaultControl control, Path source, Path mnt, boolean cache) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-ea",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            source.toString(),
            mnt.toString(),
            Boolean.toString(cache));
    builder.environment().putAll(control.environment());
    builder.redirectError(new File(mnt.getParent().toFile(), "log"));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread reader = new Thread(this::read, "faulty-daemon");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
      lines.add("ended");
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  /** It has begun, and waits to be told to {@link #mount}. */
  void awaitLoaded() throws TimeoutException {
    String line = next();
    if (!line.equals("loaded")) {
      throw new AssertionError("the daemon cannot be started: " + line);
    }
  }

  /** Mounts; whether it serves: if not, it has ended. */
  boolean mount() throws TimeoutException {
    tell("mount");
    String line = next();
    while (!line.equals("ready") && !line.equals("ended")) {
      line = next();
    }
    return line.equals("ready");
  }

  State state() throws TimeoutException {
    return ask("state");
  }

  /** The same after it was told to let go of what is only cached. */
  State reclaimed() throws TimeoutException {
    return ask("reclaim");
  }

  private void tell(String word) {
    try {
      process.getOutputStream().write((word + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the daemon has ended", e);
    }
  }

  private State ask(String word) throws TimeoutException {
    tell(word);
    List<String> words = List.of(next().split("\t"));
    while (words.size() != 4) {
      if (words.get(0).equals("ended")) {
        throw new AssertionError("the daemon has ended");
      }
      words = List.of(next().split("\t"));
    }
    return new State(
        Integer.parseInt(words.get(0)),
        Integer.parseInt(words.get(1)),
        Integer.parseInt(words.get(2)),
        words.get(3));
  }

  private String next() throws TimeoutException {
    try {
      String line = lines.poll(SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new TimeoutException("the daemon says nothing for " + SECONDS + " s");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Ends it; if it does not end by itself it is killed. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the daemon does not end");
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
