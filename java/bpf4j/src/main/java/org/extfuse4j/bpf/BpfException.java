// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import org.extfuse4j.bpf.libbpf.Errno;

/**
 * A call to the kernel or to libbpf that failed. The message is one line: what was tried, on which
 * object, the errno, why, and what to do where that is known.
 */
public class BpfException extends RuntimeException {
  private final String operation;
  private final String object;
  private final int errno;
  private final String verifierLog;

  BpfException(String operation, String object, int errno, String message, String verifierLog) {
    super(message);
    this.operation = operation;
    this.object = object;
    this.errno = Math.abs(errno);
    this.verifierLog = verifierLog;
  }

  /**
   * Makes the exception for a failed call.
   *
   * @param operation what was tried, such as {@code update}
   * @param object on what, such as {@code map 'attr_map'}
   * @param errno positive or negative errno
   * @param why the detail that libbpf or the caller knows, or an empty string
   */
  public static BpfException of(String operation, String object, int errno, String why) {
    StringBuilder text = new StringBuilder(operation).append(' ').append(object).append(": ");
    text.append(Errno.describe(errno));
    if (!why.isEmpty()) {
      text.append(": ").append(why);
    }
    return new BpfException(operation, object, errno, text.toString(), "");
  }

  /** As {@link #of(String, String, int, String)} for calls that need a right: EPERM says which. */
  static BpfException privileged(String operation, String object, int errno, String why) {
    if (Math.abs(errno) != Errno.EPERM) {
      return of(operation, object, errno, why);
    }
    return of(operation, object, errno, PERMISSION_HINT + (why.isEmpty() ? "" : ": " + why));
  }

  private static final String PERMISSION_HINT =
      "needs root or CAP_BPF (for some programs CAP_PERFMON too), and before Linux 5.11 a high"
          + " RLIMIT_MEMLOCK (ulimit -l unlimited)";

  /** What was tried: {@code open}, {@code load}, {@code update}, {@code pin} and so on. */
  public String operation() {
    return operation;
  }

  /** What it was tried on: the kind and name of the object, program or map, or a path. */
  public String object() {
    return object;
  }

  /** The errno, positive; 0 where there is none (libbpf could not be loaded). */
  public int errno() {
    return errno;
  }

  /** The symbolic name of {@link #errno()}, such as {@code EPERM}. */
  public String errnoName() {
    return Errno.name(errno);
  }

  /**
   * The verifier's whole log when it refused a program. Empty for any other failure, also when the
   * kernel does not know a program's type (EINVAL).
   */
  public String verifierLog() {
    return verifierLog;
  }

  /** Whether the caller lacked a right (EPERM), as opposed to a program the verifier refused. */
  public boolean isPermissionDenied() {
    return errno == Errno.EPERM && verifierLog.isEmpty();
  }

  /** Whether a file or element was not there (ENOENT). */
  public boolean isNotFound() {
    return errno == Errno.ENOENT;
  }

  /** Whether a file or element was there already (EEXIST). */
  public boolean isExists() {
    return errno == Errno.EEXIST;
  }
}
