// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.extfuse4j.bpf.BpfUnavailableException;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.CacheUnavailableException;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cli.doctor.Finding.Need;
import org.extfuse4j.cli.trace.OwnInstances;
import org.extfuse4j.cli.trace.TraceFs;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.daemon.MountChecks;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.sys.Natives;

/** What is looked at, by the same code that a mount uses where it has some. */
final class Checks {
  private static final Path BPFFS = Path.of("/sys/fs/bpf");
  private static final long DESCRIPTORS = 1024; // a daemon with a million names has some 600
  private static final String PROGRAMS = "ExtFUSE programs";
  private static final String LIBBPF = "libbpf";
  private static final String HARD_LIMIT = "Max open files";

  private Checks() {}

  static List<Finding> all() {
    Finding natives = natives();
    boolean usable = natives.result() == Finding.Result.OK;
    return List.of(
        java(),
        natives,
        rights(),
        usable ? program() : unusable(PROGRAMS),
        config(),
        usable ? libbpf() : unusable(LIBBPF),
        bpffs(),
        tracefs(),
        descriptors(),
        MemoryCheck.find());
  }

  private static Finding java() {
    return Finding.ok("Java", Need.MOUNT, Runtime.version() + " (17 or newer)");
  }

  /** First of what needs them, so that the reason is told here. */
  private static Finding natives() {
    String check = "native libraries";
    try {
      Natives.require();
      return Finding.ok(check, Need.MOUNT, "can be unpacked and loaded");
    } catch (FuseException e) {
      return Finding.lacks(check, Need.MOUNT, e.getMessage());
    }
  }

  private static Finding unusable(String check) {
    return Finding.unsure(check, Need.CACHE, "takes the native libraries");
  }

  /** As a mount begins. */
  private static Finding rights() {
    String check = "rights and /dev/fuse";
    try {
      MountChecks.privileges();
      return Finding.ok(check, Need.MOUNT, "CAP_SYS_ADMIN, and /dev/fuse can be opened");
    } catch (CommandException e) {
      return Finding.lacks(check, Need.MOUNT, e.getMessage());
    }
  }

  /** The smallest cache, loaded and thrown away: says more than any list of what that takes. */
  private static Finding program() {
    String check = PROGRAMS;
    try {
      ExtFuseCache.load(new CacheOptions(CacheOptions.MIN_ENTRIES, Validity.NONE, true)).close();
      return Finding.ok(check, Need.CACHE, "the kernel takes the BPF programs");
    } catch (CacheUnavailableException e) {
      return Finding.lacks(
          check, Need.CACHE, e.getMessage() + MountChecks.kernelHint(e.getMessage(), "; "));
    }
  }

  private static Finding config() {
    String check = "kernel options";
    Optional<String> config = KernelConfig.read();
    if (config.isEmpty()) {
      return Finding.unsure(
          check, Need.CACHE, "neither /proc/config.gz nor /boot/config-* can be read");
    }
    List<String> missing = KernelConfig.missing(config.get());
    return missing.isEmpty()
        ? Finding.ok(check, Need.CACHE, String.join(", ", KernelConfig.NEEDED))
        : Finding.lacks(
            check,
            Need.CACHE,
            String.join(", ", missing)
                + ": build a kernel with the patches (scripts/build-kernel)");
  }

  private static Finding libbpf() {
    try {
      return Finding.ok(LIBBPF, Need.CACHE, LibBpf.version());
    } catch (BpfUnavailableException e) {
      return Finding.lacks(LIBBPF, Need.CACHE, e.getMessage());
    }
  }

  private static Finding bpffs() {
    String check = "bpf file system";
    if (MountChecks.isMounted(BPFFS, "bpf")) {
      return Finding.ok(check, Need.INSPECTION, "mounted on " + BPFFS);
    }
    return Finding.lacks(
        check, Need.INSPECTION, "not mounted: mount -t bpf bpf " + BPFFS + ", for extfuse map");
  }

  private static Finding tracefs() {
    String check = "tracefs";
    return TraceFs.find()
        .map(found -> tracefs(check, found))
        .orElseGet(
            () ->
                Finding.lacks(
                    check,
                    Need.INSPECTION,
                    "not mounted, or closed to this user: "
                        + TraceFs.HOW_TO_MOUNT
                        + ", for extfuse trace"));
  }

  private static Finding tracefs(String check, Path found) {
    String mounted = "mounted on " + found;
    try {
      List<Path> left = OwnInstances.left(found);
      return left.isEmpty()
          ? Finding.ok(check, Need.INSPECTION, mounted)
          : Finding.lacks(
              check,
              Need.INSPECTION,
              mounted
                  + ", but commands that were killed have left traces, which can slow down cached mounts: rmdir "
                  + left.stream().map(Path::toString).collect(Collectors.joining(" ")));
    } catch (IOException e) {
      return Finding.unsure(check, Need.INSPECTION, mounted + ", but cannot be listed");
    }
  }

  private static Finding descriptors() {
    String check = "open files";
    try {
      String line =
          Files.readAllLines(Path.of("/proc/self/limits")).stream()
              .filter(l -> l.startsWith(HARD_LIMIT))
              .findFirst()
              .orElseThrow(() -> new IOException("no line for open files"));
      String most = line.substring(HARD_LIMIT.length()).strip().split(" +", -1)[1];
      boolean enough = most.equals("unlimited") || Long.parseLong(most) >= DESCRIPTORS;
      return enough
          ? Finding.ok(check, Need.MOUNT, "at most " + most)
          : Finding.lacks(
              check, Need.MOUNT, "at most " + most + ": ulimit -Hn " + DESCRIPTORS + " or more");
    } catch (IOException | NumberFormatException e) {
      return Finding.unsure(check, Need.MOUNT, "/proc/self/limits cannot be read");
    }
  }
}
