// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A file system of a test's own, in a file in memory, or tmpfs; gone when closed. */
final class MemoryImage implements AutoCloseable {
  /** What the file system is mounted at. */
  final Path root;

  private final Path dir;

  /** As mkfs makes it. */
  MemoryImage(String type) {
    this(type, "512M", List.of(), "defaults");
  }

  /**
   * @param type of the file system: ext4, xfs, btrfs or tmpfs
   * @param size as truncate(1) understands it
   * @param make further arguments of mkfs
   * @param options of mount
   */
  MemoryImage(String type, String size, List<String> make, String options) {
    try {
      // The disk would have to write all that a journal commits.
      Path memory = Path.of("/dev/shm");
      dir =
          Files.createTempDirectory(Files.isDirectory(memory) ? memory : Path.of("/tmp"), "image-");
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
      root = Files.createDirectory(dir.resolve("root"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (type.equals("tmpfs")) {
      Sh.run("mount", "-t", type, "-o", "size=" + size, type, root.toString()).succeeds();
      return;
    }
    String file = dir.resolve("file").toString();
    Sh.run("truncate", "-s", size, file).succeeds();
    List<String> mkfs = new ArrayList<>(List.of("mkfs." + type, "-q"));
    mkfs.addAll(make);
    mkfs.add(file);
    Sh.run(mkfs.toArray(String[]::new)).succeeds();
    Sh.run("mount", "-t", type, "-o", "loop," + options, file, root.toString()).succeeds();
  }

  @Override
  public void close() {
    Sh.run("umount", root.toString()).succeeds();
    Sh.run("rm", "-rf", "--one-file-system", dir.toString()).succeeds();
  }
}
