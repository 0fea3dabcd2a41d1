// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import java.util.Map;

/**
 * The errno values that bpf(2) and libbpf answer with, positive, as in {@code
 * include/uapi/asm-generic/errno*.h} and libbpf's {@code enum libbpf_errno}.
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int ENOSYS = 38;
  public static final int EOPNOTSUPP = 95;

  /** The kernel's internal "not supported", which bpf(2) lets out for map types without batches. */
  public static final int ENOTSUPP = 524;

  static final int LIBBPF_LIBELF = 4000;
  public static final int LIBBPF_FORMAT = 4001;

  private record Meaning(String name, String text) {}

  private static final Map<Integer, Meaning> MEANINGS =
      Map.ofEntries(
          entry(EPERM, "EPERM", "operation not permitted"),
          entry(ENOENT, "ENOENT", "no such file or element"),
          entry(3, "ESRCH", "no such thing in the kernel"),
          entry(EINTR, "EINTR", "interrupted"),
          entry(5, "EIO", "input/output error"),
          entry(E2BIG, "E2BIG", "too big, or the map is full"),
          entry(8, "ENOEXEC", "not loadable"),
          entry(EBADF, "EBADF", "bad or closed file descriptor"),
          entry(EAGAIN, "EAGAIN", "try again"),
          entry(ENOMEM, "ENOMEM", "out of memory"),
          entry(EACCES, "EACCES", "permission denied"),
          entry(EFAULT, "EFAULT", "bad address"),
          entry(EBUSY, "EBUSY", "busy"),
          entry(EEXIST, "EEXIST", "already exists"),
          entry(19, "ENODEV", "no such device"),
          entry(20, "ENOTDIR", "not a directory"),
          entry(21, "EISDIR", "is a directory"),
          entry(EINVAL, "EINVAL", "invalid argument"),
          entry(23, "ENFILE", "too many open files in the system"),
          entry(24, "EMFILE", "too many open files"),
          entry(27, "EFBIG", "file too large"),
          entry(ENOSPC, "ENOSPC", "no space left"),
          entry(30, "EROFS", "read-only file system"),
          entry(34, "ERANGE", "out of range"),
          entry(36, "ENAMETOOLONG", "name too long"),
          entry(ENOSYS, "ENOSYS", "not implemented by this kernel"),
          entry(40, "ELOOP", "too many levels of links"),
          entry(EOPNOTSUPP, "EOPNOTSUPP", "operation not supported"),
          entry(ENOTSUPP, "ENOTSUPP", "operation not supported"),
          entry(LIBBPF_LIBELF, "LIBBPF_ERRNO__LIBELF", "libelf cannot read it"),
          entry(LIBBPF_FORMAT, "LIBBPF_ERRNO__FORMAT", "not a BPF object"),
          entry(4002, "LIBBPF_ERRNO__KVERSION", "bad version section"),
          entry(4003, "LIBBPF_ERRNO__ENDIAN", "wrong byte order"),
          entry(4004, "LIBBPF_ERRNO__INTERNAL", "internal error of libbpf"),
          entry(4005, "LIBBPF_ERRNO__RELOC", "relocation failed"),
          entry(4006, "LIBBPF_ERRNO__LOAD", "load failed"),
          entry(4007, "LIBBPF_ERRNO__VERIFY", "refused by the verifier"),
          entry(4008, "LIBBPF_ERRNO__PROG2BIG", "program too big"));

  private Errno() {}

  private static Map.Entry<Integer, Meaning> entry(int errno, String name, String text) {
    return Map.entry(errno, new Meaning(name, text));
  }

  /**
   * The symbolic name of an errno.
   *
   * @param errno positive or negative errno
   * @return its name, such as {@code ENOENT}, or {@code errno 61} for one without a name here
   */
  public static String name(int errno) {
    Meaning meaning = MEANINGS.get(Math.abs(errno));
    return meaning == null ? "errno " + Math.abs(errno) : meaning.name();
  }

  /** The name and, where known, what it means: {@code ENOENT (no such file or element)}. */
  public static String describe(int errno) {
    Meaning meaning = MEANINGS.get(Math.abs(errno));
    return meaning == null ? name(errno) : meaning.name() + " (" + meaning.text() + ")";
  }
}
