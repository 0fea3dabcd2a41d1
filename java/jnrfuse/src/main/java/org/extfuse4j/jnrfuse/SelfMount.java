// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.file.Path;
import java.util.Arrays;
import ru.serce.jnrfuse.FuseFS;

/**
 * What {@link ru.serce.jnrfuse.AbstractFuseFS} of this jar mounts with, for programs that call
 * their own {@code mount}. Others use {@link ExtFuse}.
 */
public final class SelfMount implements AutoCloseable {
  private final ExtFuseMount mount;
  private final Runnable ended;
  private final Thread hook;

  private SelfMount(ExtFuseMount mount, Runnable ended) {
    this.mount = mount;
    this.ended = ended;
    this.hook = new Thread(mount::close, "extfuse-umount");
  }

  /**
   * Mounts.
   *
   * @param name the first column of /proc/mounts
   * @param arguments libfuse's options
   * @param ended runs when it is unmounted
   * @throws RuntimeException in one line, if it cannot be mounted
   */
  public static SelfMount mount(
      FuseFS fs, String name, Path mountPoint, String[] arguments, Runnable ended) {
    JnrFuseOptions options =
        new JnrFuseOptions().source(name).daemonThreads(true).libfuse(Arrays.asList(arguments));
    SelfMount self = new SelfMount(ExtFuse.mount(fs, mountPoint, options), ended);
    Runtime.getRuntime().addShutdownHook(self.hook);
    Thread waiter = new Thread(self::await, "jnr-fuse-mount-thread");
    waiter.setDaemon(true);
    waiter.start();
    return self;
  }

  /** Waits until it is unmounted. */
  public void await() {
    try {
      mount.await();
      ended.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Unmounts. */
  @Override
  public void close() {
    mount.close();
    ended.run();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending, and the hook is at work
    }
  }
}
