// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.jnrfuse;

import java.nio.file.Path;
import ru.serce.jnrfuse.FuseFS;

/**
 * A program as users of jnr-fuse write it, which mounts a file system by its own {@code mount}.
 * With jnr-fuse's jar first on the class path that goes through libfuse. Arguments: class, mount
 * point, options of libfuse.
 */
public final class JnrFuseReference {
  private JnrFuseReference() {}

  /** Returns when it is unmounted. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Class<? extends FuseFS> type = Class.forName(args[0]).asSubclass(FuseFS.class);
    FuseFS fs = type.getDeclaredConstructor().newInstance();
    fs.mount(Path.of(args[1]), true, false, new String[] {"-o", args[2]});
  }
}
