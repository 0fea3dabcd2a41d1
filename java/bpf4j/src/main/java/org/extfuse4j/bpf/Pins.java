// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/** Names on a bpffs: BPF_OBJ_PIN and BPF_OBJ_GET, with the reasons the kernel does not give. */
final class Pins {
  private Pins() {}

  static void pin(int fd, Path path, String what) {
    NativeBuffer cPath = NativeBuffer.cString(path.toString());
    int rc = LibBpf.bpf_obj_pin(fd, cPath.address());
    cPath.keepReachable();
    if (rc < 0) {
      throw BpfException.of("pin", what, rc, "at " + path + reason(path));
    }
  }

  static int open(Path path) {
    NativeBuffer cPath = NativeBuffer.cString(path.toString());
    int fd = LibBpf.bpf_obj_get(cPath.address());
    cPath.keepReachable();
    return opened(fd, path);
  }

  static int openReadOnly(Path path) {
    // struct bpf_obj_get_opts {size_t sz; u32 file_flags; padding}
    NativeBuffer opts = NativeBuffer.allocate(16);
    opts.buffer().putLong(0, 16).putInt(8, BpfFlags.F_RDONLY);
    NativeBuffer cPath = NativeBuffer.cString(path.toString());
    int fd = LibBpf.bpf_obj_get_opts(cPath.address(), opts.address());
    cPath.keepReachable();
    opts.keepReachable();
    return opened(fd, path);
  }

  private static int opened(int fd, Path path) {
    if (fd < 0) {
      throw BpfException.of("open", "pin " + path, fd, reason(path).replaceFirst("^; ", ""));
    }
    return fd;
  }

  static boolean unpin(Path path, String what) {
    try {
      return Files.deleteIfExists(path);
    } catch (IOException e) {
      throw BpfException.of("unpin", what, Errno.EACCES, "at " + path + ": " + e);
    }
  }

  private static String reason(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    try {
      if (parent == null || !Files.isDirectory(parent)) {
        return "; the directory does not exist";
      }
      if (!Files.getFileStore(parent).type().equals("bpf")) {
        return "; the directory is not on a bpffs (mount -t bpf bpf /sys/fs/bpf)";
      }
    } catch (IOException e) {
      return "; the directory cannot be read: " + e;
    }
    return String.valueOf(path.getFileName()).indexOf('.') >= 0
        ? "; names on a bpffs have no dots"
        : "";
  }
}
