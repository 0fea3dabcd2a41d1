// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import java.lang.reflect.Field;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import org.extfuse4j.jnrfuse.JnrFuseException;
import org.extfuse4j.jnrfuse.publish.Invalidation;
import ru.serce.jnrfuse.AbstractFuseFS;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.LibFuse;
import ru.serce.jnrfuse.struct.FuseBufvec;
import ru.serce.jnrfuse.struct.FuseContext;
import ru.serce.jnrfuse.struct.FuseOperations;
import ru.serce.jnrfuse.struct.FusePollhandle;

/**
 * What file systems and jnr-fuse's base class call in libfuse, in Java. The context is that of the
 * request that the calling thread serves; on other threads, as in libfuse, all zero.
 */
public final class JavaLibFuse implements LibFuse {
  private static final String FIELD = "libFuse";

  private volatile Invalidation notices;

  /** A library for one file system. */
  public JavaLibFuse() {}

  /**
   * The library that a file system uses, which replaces the native one that jnr-fuse's own base
   * class has loaded; null for a file system without that base class.
   */
  public static JavaLibFuse in(FuseFS fs) {
    if (!(fs instanceof AbstractFuseFS)) {
      return null;
    }
    try {
      Field field = AbstractFuseFS.class.getDeclaredField(FIELD);
      field.setAccessible(true);
      if (field.get(fs) instanceof JavaLibFuse library) {
        return library;
      }
      JavaLibFuse library = new JavaLibFuse();
      field.set(fs, library);
      return library;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new JnrFuseException(
          "this version of jnr-fuse cannot be told who calls ("
              + e
              + "): put this project's jar before it on the class path",
          e);
    }
  }

  public void wakeBy(Invalidation invalidation) {
    notices = invalidation;
  }

  @Override
  public FuseContext fuse_get_context() {
    return Call.current().context;
  }

  @Override
  public long fuse_buf_size(FuseBufvec vec) {
    return BufVec.size(Struct.getMemory(vec));
  }

  @Override
  public long fuse_buf_copy(FuseBufvec to, FuseBufvec from, int flags) {
    try {
      return BufVec.copy(Struct.getMemory(to), Struct.getMemory(from));
    } catch (BufVec.FailedCopy e) {
      return e.error;
    }
  }

  /** Wakes who polls, shortly after. */
  @Override
  public int fuse_notify_poll(FusePollhandle handle) {
    Invalidation to = notices;
    if (to != null && handle != null) {
      to.wake(handle.kh.get());
    }
    return 0;
  }

  /** The handle's memory is the Java object's. */
  @Override
  public void fuse_pollhandle_destroy(FusePollhandle handle) {}

  @Override
  public void fuse_exit(Pointer fuse) {
    throw new UnsupportedOperationException("there is no libfuse: close the mount instead");
  }

  @Override
  public int fuse_main_real(
      int argc, String[] argv, FuseOperations operations, int size, Pointer userData) {
    throw new UnsupportedOperationException("there is no libfuse: use ExtFuse.mount");
  }
}
