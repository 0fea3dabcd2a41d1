// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in a file, mounted for a test. Both are gone when closed. */
final class Image implements AutoCloseable {
  private static final Path SCRATCH = Path.of("/scratch");

  /** Where it is mounted; what is made there is the test's to take away. */
  final Path root;

  private final Path dir;
  private final String undo;

  /**
   * Makes it.
   *
   * @param mkfs how, without the name of the file, such as "mkfs.xfs -q"
   */
  static Image of(String mkfs) {
    return new Image(
        "truncate -s 512M image && %s image && mount -o loop image root".formatted(mkfs));
  }

  private Image(String script) {
    this(script, "true");
  }

  private Image(String script, String undo) {
    this.undo = undo;
    try {
      Path base = Files.isDirectory(SCRATCH) ? SCRATCH : Path.of("/var/tmp");
      dir = Files.createTempDirectory(base, "image-");
      root = Files.createDirectory(dir.resolve("root"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Sh.script(dir, "chmod 755 . && " + script).succeeds();
  }

  static Image ext4() {
    return of("mkfs.ext4 -q");
  }

  static Image btrfs() {
    return of("mkfs.btrfs -q");
  }

  static Image xfs() {
    return of("mkfs.xfs -q");
  }

  /** Directories ignore case that are told to (chattr +F). */
  static Image casefold() {
    return of("mkfs.ext4 -q -O casefold");
  }

  /** A FUSE file system that ignores case. */
  static Image exfatFuse() {
    return new Image(
        "truncate -s 64M image && mkfs.exfat image >/dev/null"
            + " && mount.exfat-fuse $(losetup -f --show image) root 2>&1",
        "losetup -d $(losetup -j image -O NAME -n)");
  }

  /** Another. */
  static Image ntfs3g() {
    return new Image(
        "truncate -s 64M image && mkfs.ntfs -qF image >/dev/null"
            + " 2>&1 && lowntfs-3g -o ignore_case image root");
  }

  /** In memory. */
  static Image tmpfs() {
    return new Image("mount -t tmpfs tmpfs root");
  }

  /** As after a reboot. */
  void remount() {
    Sh.script(dir, "umount root && mount -o loop image root").succeeds();
  }

  @Override
  public void close() {
    Sh.script(dir, "umount root && " + undo).succeeds();
    Sh.run("rm", "-rf", "--one-file-system", dir.toString()).succeeds();
  }
}
