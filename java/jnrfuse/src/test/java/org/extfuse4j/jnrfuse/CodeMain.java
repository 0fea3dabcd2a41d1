// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.file.Path;
import org.extfuse4j.cache.CacheMode;
import ru.serce.jnrfuse.FuseFS;

/** A program that mounts with {@link ExtFuse}. Arguments: class, mount point, options. */
public final class CodeMain {
  private CodeMain() {}

  public static void main(String[] args) throws Exception {
    FuseFS fs =
        Class.forName(args[0]).asSubclass(FuseFS.class).getDeclaredConstructor().newInstance();
    JnrFuseOptions options = new JnrFuseOptions().cache(CacheMode.OFF);
    if (args.length > 2) {
      options.libfuse(java.util.List.of("-o", args[2]));
    }
    ExtFuse.mount(fs, Path.of(args[1]), options).await();
  }
}
