// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.extfuse4j.cache.CacheUnavailableException;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.jnrfuse.JnrFuseException;
import org.extfuse4j.stackfs.StackFsException;

/** A command failed; the message is one line for the person: what, why, what to do. */
public final class CommandException extends RuntimeException {
  public CommandException(String message) {
    super(message);
  }

  public CommandException(String message, IOException cause) {
    super(message + ": " + reason(cause), cause);
  }

  /** The one line for a failure of any kind. */
  public static String describe(Throwable e) {
    boolean written =
        e instanceof CommandException
            || e instanceof FuseException
            || e instanceof StackFsException
            || e instanceof JnrFuseException
            || e instanceof CacheUnavailableException;
    if (written) {
      return oneLine(e.getMessage());
    }
    if (e instanceof UncheckedIOException io) {
      return describe(io.getCause());
    }
    if (e instanceof IOException io) {
      return reason(io);
    }
    return "internal error: " + oneLine(e.toString()) + "; -v in the foreground shows where";
  }

  /** Why an input or output failed, without the names of Java classes. */
  static String reason(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException missing) {
      return missing.getFile() + ": no such file or directory";
    }
    if (e instanceof java.nio.file.AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (e instanceof java.nio.file.FileSystemException fs && fs.getReason() != null) {
      return fs.getReason();
    }
    return oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private static String oneLine(String text) {
    return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
