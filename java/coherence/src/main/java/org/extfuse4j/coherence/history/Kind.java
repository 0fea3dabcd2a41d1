// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.history;

import java.util.Locale;

/** A call of the workload (call.c), by the word it is written down with. */
public enum Kind {
  CREATE,
  CREAT,
  OPEN,
  OTRUNC,
  FSTAT,
  FWRITE,
  FTRUNCATE,
  FCHMOD,
  LSTAT,
  STAT,
  STATDIR,
  READDIR,
  READLINK,
  MKDIR,
  SYMLINK,
  LINK,
  UNLINK,
  RMDIR,
  RENAME,
  CHMOD,
  TRUNCATE,
  UTIMENS;

  static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Whether the call can only look, whatever its result. */
  boolean observes() {
    return switch (this) {
      case FSTAT, LSTAT, STAT, STATDIR, READDIR, READLINK -> true;
      default -> false;
    };
  }

  /** Whether the call acts on what the worker has open. */
  public boolean usesFile() {
    return this == FSTAT || this == FWRITE || this == FTRUNCATE || this == FCHMOD;
  }
}
