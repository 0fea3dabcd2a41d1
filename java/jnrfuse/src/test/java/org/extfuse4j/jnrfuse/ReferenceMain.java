// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.file.Path;
import ru.serce.jnrfuse.FuseFS;

/**
 * A program as its users write it: it mounts a file system by its own {@code mount}. Which {@code
 * AbstractFuseFS} does that depends on the order of the class path. Arguments: class, mount point,
 * options of libfuse.
 */
public final class ReferenceMain {
  private ReferenceMain() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    FuseFS fs =
        Class.forName(args[0]).asSubclass(FuseFS.class).getDeclaredConstructor().newInstance();
    String[] options = args.length > 2 ? new String[] {"-o", args[2]} : new String[0];
    fs.mount(Path.of(args[1]), true, false, options);
  }
}
