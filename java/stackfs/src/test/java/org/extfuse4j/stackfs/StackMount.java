// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Patience;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;

/**
 * A folder of a real file system with {@code source}, its mount {@code mnt}, and {@code plain}, a
 * directory to compare with. Served by this process and so used from child processes only. Gone
 * when closed, whatever a test left behind.
 */
public final class StackMount implements AutoCloseable {
  /** tmpfs would hide what reused inode numbers do. */
  private static final List<Path> BASES = List.of(Path.of("/scratch"), Path.of("/var/tmp"));

  final Path dir;
  public final Path source;
  public final Path mnt;
  final Path plain;
  private final boolean overlay;
  public final StackFs fs;
  public final FuseSession session;

  /** How to mount. */
  public static final class Options {
    MetadataCache cache = MetadataCache.none();
    boolean readOnly;
    boolean writeback;
    boolean insideSource;
    Gates gates;

    /**
     * A script that fills the lower layer of an overlayfs, which the source and the directory to
     * compare with then are; null if they are directories of a disk.
     */
    public String lower;

    /** Where the folder is made; null: on a disk. */
    Path base;

    /** The source, which stays; null: a directory in the folder. */
    Path tree;

    public Validity validity = Validity.NONE;
  }

  public StackMount() {
    this(new Options());
  }

  public StackMount(Options options) {
    try {
      dir = Files.createTempDirectory(options.base == null ? disk() : options.base, "stackfs-");
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
      source = options.tree == null ? Files.createDirectory(dir.resolve("source")) : options.tree;
      plain = Files.createDirectory(dir.resolve("plain"));
      overlay = options.lower != null;
      if (overlay) {
        mountOverlay(source, options.lower);
        mountOverlay(plain, options.lower);
      }
      mnt = Files.createDirectory((options.insideSource ? source : dir).resolve("mnt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    fs =
        new StackFs(
            new StackFsOptions(source, options.validity, options.readOnly, options.writeback),
            options.cache);
    FuseMountOptions mount = new FuseMountOptions(mnt).source("stackfs-test").allowOther(true);
    session =
        options.gates == null
            ? new FuseSession(FuseMount.mount(mount), fs)
            : new FuseSession(FuseMount.mount(mount), options.gates.around(fs), 4);
    session.start();
  }

  private static Path disk() throws IOException {
    for (Path base : BASES) {
      if (Files.isDirectory(base)
          && List.of("ext4", "xfs", "btrfs").contains(Files.getFileStore(base).type())) {
        return base;
      }
    }
    throw new AssertionError("none of " + BASES + " is on ext4, xfs or btrfs");
  }

  // Without nfs_export, so that it has no file handles.
  static void mountOverlay(Path at, String lower) throws IOException {
    Path layers = Files.createDirectory(at.resolveSibling(at.getFileName() + ".layers"));
    for (String layer : List.of("lower", "upper", "work")) {
      Files.createDirectory(layers.resolve(layer));
    }
    Sh.script(layers.resolve("lower"), lower).succeeds();
    String options =
        "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work,nfs_export=off"
            .formatted(layers);
    Sh.run("mount", "-t", "overlay", "-o", options, "overlay", at.toString()).succeeds();
  }

  /** All that can be seen of a tree but times and the sizes of directories, in order of names. */
  static String tree(Path root) {
    return Sh.script(
            root,
            """
            find . \\( -type d -printf '%p %y %m %n %U %G\\n' \\) -o \
            -printf '%p %y %m %n %U %G %s %l\\n' | sort
            find . -type f -exec sha1sum {} + | sort
            """)
        .succeeds();
  }

  /** Waits for what comes about on another thread, for twenty seconds at most. */
  public static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Patience.seconds(20));
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(end);
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** The kernel forgets what it can of this mount; other tests may count on their own. */
  public void shrink() {
    try (FsOp op = new FsOp(source)) {
      op.ok("shrink", mnt);
    }
  }

  /** Descriptors of this process, but pipes to children and jars. */
  static long descriptors() {
    return descriptors(target -> true);
  }

  /** The same without the clones of the device: threads that were needed once may stay. */
  static long descriptorsOfFiles() {
    return descriptors(target -> !target.equals("/dev/fuse"));
  }

  private static long descriptors(Predicate<String> which) {
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.map(StackMount::target)
          .filter(target -> !target.startsWith("pipe:") && !target.endsWith(".jar"))
          .filter(which)
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "pipe:"; // gone meanwhile
    }
  }

  @Override
  public void close() {
    session.close();
    fs.close();
    if (overlay) {
      Sh.run("umount", source.toString(), plain.toString()).succeeds();
    }
    String mounts = Sh.run("cat", "/proc/self/mounts").succeeds();
    boolean left = mounts.lines().anyMatch(m -> m.contains(" " + dir + "/"));
    assertThat(left).as("mounts left below %s", dir).isFalse();
    Sh.run("rm", "-rf", "--one-file-system", dir.toString()).succeeds();
  }
}
