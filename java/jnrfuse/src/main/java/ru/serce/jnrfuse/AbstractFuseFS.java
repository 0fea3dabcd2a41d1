// SPDX-License-Identifier: Apache-2.0
package ru.serce.jnrfuse;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.Runtime;
import org.extfuse4j.jnrfuse.SelfMount;
import org.extfuse4j.jnrfuse.libfuse.JavaLibFuse;
import ru.serce.jnrfuse.struct.FuseContext;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * Stands in for jnr-fuse's class of this name where this jar comes before jnr-fuse's on the class
 * path: a program that extends it and calls {@link #mount} is served by this project, unchanged,
 * and libfuse need not be there.
 *
 * <p>{@code mount} takes the options of libfuse 2.9 ({@code -o name,name=value}); an unknown one is
 * refused. As in jnr-fuse it returns at once, or when the file system is unmounted, and the mount
 * ends with the process.
 */
public abstract class AbstractFuseFS implements FuseFS {
  /** What would be the native library. */
  protected final LibFuse libFuse = new JavaLibFuse();

  /** Not looked at: callbacks are called as methods. */
  protected final FuseOperations fuseOperations = new FuseOperations(Runtime.getSystemRuntime());

  /** Whether it is mounted. */
  protected final AtomicBoolean mounted = new AtomicBoolean();

  /** Where it is or was mounted. */
  protected Path mountPoint;

  private volatile SelfMount mount;

  /** A file system that is not mounted yet. */
  public AbstractFuseFS() {}

  /** Who makes the request that the calling thread serves. */
  public FuseContext getContext() {
    return libFuse.fuse_get_context();
  }

  /**
   * Mounts.
   *
   * @param blocking returns when it is unmounted, not at once
   * @param debug has no effect: the logger org.extfuse4j.fuse.requests logs requests
   * @throws FuseException if it is mounted already, or cannot be; the cause says why
   */
  @Override
  public void mount(Path path, boolean blocking, boolean debug, String[] fuseOpts) {
    if (!mounted.compareAndSet(false, true)) {
      throw new FuseException("Fuse fs already mounted!");
    }
    mountPoint = path;
    try {
      mount = SelfMount.mount(this, getFSName(), path, fuseOpts, () -> mounted.set(false));
    } catch (RuntimeException e) {
      mounted.set(false);
      throw new FuseException("Unable to mount FS: " + e.getMessage(), e);
    }
    if (blocking) {
      mount.await();
    }
  }

  /** Unmounts; nothing if it is not mounted. */
  @Override
  public void umount() {
    SelfMount current = mount;
    if (mounted.get() && current != null) {
      current.close();
    }
  }

  /** The first column of /proc/mounts, unless the option fsname says another. */
  protected String getFSName() {
    return "fusefs" + System.identityHashCode(this);
  }
}
