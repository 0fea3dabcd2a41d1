// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.LibC;
import org.extfuse4j.bpf.libbpf.NativeBuffer;

/**
 * What the kernel says of an fd: BPF_OBJ_GET_INFO_BY_FD, {@code struct bpf_map_info/bpf_prog_info}.
 */
final class KernelInfo {
  /** {@code struct bpf_map_info} up to and with its name. */
  record MapInfo(
      int type, int id, int keySize, int valueSize, int maxEntries, int flags, String name) {
    String shape() {
      return BpfMapType.name(type) + " with key " + keySize + " and value " + valueSize + " bytes";
    }
  }

  private static final int NAME_OFFSET = 24;
  private static final int NAME_LENGTH = 16;
  private static final int MAP_INFO_LENGTH = NAME_OFFSET + NAME_LENGTH;
  private static final int PROG_INFO_LENGTH = 8;
  private static final int PROG_NAME_OFFSET = 64;

  private KernelInfo() {}

  /**
   * Asks for a map's type and sizes.
   *
   * @throws BpfException EINVAL if the fd is not a map
   */
  static MapInfo map(int fd, String what) {
    requireKind(fd, "bpf-map", what);
    NativeBuffer info = query(fd, MAP_INFO_LENGTH, what);
    return new MapInfo(
        info.buffer().getInt(0),
        info.buffer().getInt(4),
        info.buffer().getInt(8),
        info.buffer().getInt(12),
        info.buffer().getInt(16),
        info.buffer().getInt(20),
        name(info, NAME_OFFSET));
  }

  private static String name(NativeBuffer info, int offset) {
    byte[] name = new byte[NAME_LENGTH];
    info.buffer().get(offset, name);
    return new String(name, StandardCharsets.UTF_8).replaceAll("\0.*", "");
  }

  /** A program's type and id, in that order. */
  static int[] program(int fd, String what) {
    NativeBuffer info = query(fd, PROG_INFO_LENGTH, what);
    return new int[] {info.buffer().getInt(0), info.buffer().getInt(4)};
  }

  /** The name of a program, at most 15 bytes of it; empty if no program has the id (any more). */
  static Optional<String> programName(int id) {
    int fd = LibBpf.bpf_prog_get_fd_by_id(id);
    String what = "program with id " + Integer.toUnsignedString(id);
    if (fd == -Errno.ENOENT) {
      return Optional.empty();
    }
    if (fd < 0) {
      throw BpfException.privileged("open", what, fd, "");
    }
    try {
      return Optional.of(name(query(fd, PROG_NAME_OFFSET + NAME_LENGTH, what), PROG_NAME_OFFSET));
    } finally {
      LibC.close(fd);
    }
  }

  /** The field of that name in /proc/self/fdinfo, which every kernel with BPF maps has. */
  static long memlock(int fd, String what) {
    Path file = Path.of("/proc/self/fdinfo/" + fd);
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("memlock:")) {
          return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
        }
      }
    } catch (IOException e) {
      throw BpfException.of("query", what, Errno.EBADF, file + ": " + e.getMessage());
    }
    throw BpfException.of("query", what, Errno.EINVAL, file + " has no memlock");
  }

  private static NativeBuffer query(int fd, int length, String what) {
    NativeBuffer info = NativeBuffer.allocate(length);
    NativeBuffer infoLength = NativeBuffer.allocate(Integer.BYTES);
    infoLength.buffer().putInt(0, length);
    int rc = LibBpf.bpf_obj_get_info_by_fd(fd, info.address(), infoLength.address());
    infoLength.keepReachable();
    if (rc < 0) {
      throw BpfException.of("query", what, rc, "");
    }
    return info;
  }

  /**
   * The info of a program read as that of a map would be plausible nonsense: look at the fd itself.
   */
  private static void requireKind(int fd, String kind, String what) {
    String target;
    try {
      target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    } catch (IOException e) {
      throw BpfException.of("query", what, Errno.EBADF, "/proc/self/fd/" + fd + " is unreadable");
    }
    if (!target.endsWith(kind)) {
      throw BpfException.of("open", what, Errno.EINVAL, "it is a " + target + ", not a " + kind);
    }
  }
}
