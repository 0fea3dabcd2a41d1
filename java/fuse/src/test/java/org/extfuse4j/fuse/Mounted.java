// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.session.FuseThreads;

/** A file system mounted on a folder of its own, gone when closed whatever a test left behind. */
public final class Mounted implements AutoCloseable {
  public final Path root;
  public final FuseSession session;

  public Mounted(FuseFileSystem fs, int threads) throws IOException {
    this(fs, FuseThreads.fixed(threads));
  }

  public Mounted(FuseFileSystem fs, FuseThreads threads) throws IOException {
    this(fs, threads, Thread::new);
  }

  public Mounted(FuseFileSystem fs, FuseThreads threads, ThreadFactory factory) throws IOException {
    root = Files.createTempDirectory("fuse mount");
    FuseMountOptions options = new FuseMountOptions(root).source("memfs").allowOther(true);
    session = new FuseSession(FuseMount.mount(options), fs, threads, factory);
  }

  public static Mounted started(FuseFileSystem fs, int threads) throws IOException {
    Mounted mounted = new Mounted(fs, threads);
    mounted.session.start();
    return mounted;
  }

  public String path(String name) {
    return root + "/" + name;
  }

  /** Whether a mount stands at the folder; asks the mount table, not the mount. */
  public boolean isMounted() {
    return !MountTable.device(root).isEmpty();
  }

  public void awaitEnd() throws InterruptedException {
    assertThat(session.await(5, TimeUnit.SECONDS)).as("session has ended").isTrue();
  }

  @Override
  public void close() throws IOException {
    session.close();
    Files.deleteIfExists(root);
  }

  /** Descriptors of this process that are /dev/fuse. */
  public static long devices() {
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.filter(Mounted::isDevice).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isDevice(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString().equals("/dev/fuse");
    } catch (IOException e) {
      return false; // the listing's own descriptor
    }
  }
}
