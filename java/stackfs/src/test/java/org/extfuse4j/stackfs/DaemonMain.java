// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.file.Path;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;

/** A daemon in a process of its own, to be killed: SOURCE MOUNTPOINT. */
final class DaemonMain {
  private DaemonMain() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws InterruptedException {
    ExtFuseCache cache = ExtFuseCache.load(new CacheOptions(1024, Validity.NONE, true));
    StackFs fs =
        new StackFs(new StackFsOptions(Path.of(args[0]), Validity.NONE, false, false), cache);
    FuseSession session =
        new FuseSession(
            FuseMount.mount(new FuseMountOptions(Path.of(args[1])).allowOther(true)), fs);
    session.start();
    System.out.println(cache.active() ? "ready" : "no cache");
    session.await();
  }
}
