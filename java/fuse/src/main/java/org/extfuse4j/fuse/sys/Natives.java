// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.sys;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.extfuse4j.fuse.FuseException;

/** The native libraries of this module: JNA's, and that of {@link Syscalls}. */
public final class Natives {
  /** Of Syscalls, for this processor. */
  static final String SYSCALLS =
      "/org/extfuse4j/fuse/libsyscalls-" + System.getProperty("os.arch") + ".so";

  private Natives() {}

  /**
   * Links them now, so that a broken one is a single clear line. Any thread.
   *
   * @throws FuseException with what is wrong
   */
  public static void require() {
    try {
      Libc.getpagesize();
    } catch (LinkageError e) {
      throw new FuseException("cannot load JNA's native library" + UnpackedLibrary.why(e), e);
    }
    try {
      Syscalls.poll(0, 0, 0);
    } catch (LinkageError e) {
      boolean missing = Natives.class.getResource(SYSCALLS) == null;
      throw new FuseException(
          "cannot load "
              + SYSCALLS
              + (missing ? ": build for this processor (mvn package)" : UnpackedLibrary.why(e)),
          e);
    }
  }

  /** From a jar it is unpacked to where JNA unpacks its own. */
  static void loadSyscalls() {
    try {
      File library = Native.extractFromResourcePath(SYSCALLS, Natives.class.getClassLoader());
      try {
        System.load(library.getPath());
      } finally {
        if (library.getName().startsWith("jna")) {
          Files.delete(library.toPath());
        }
      }
    } catch (IOException e) {
      throw (LinkageError) new UnsatisfiedLinkError(SYSCALLS).initCause(e);
    }
  }
}
