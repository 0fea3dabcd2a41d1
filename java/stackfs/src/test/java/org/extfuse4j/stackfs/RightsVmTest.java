// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.util.function.Consumer;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.ExtFuseCache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same with the in-kernel cache, which believes without end. */
@Tag("vm")
class RightsVmTest extends RightsTest {
  @Override
  void withEach(Consumer<StackMount.Options> test) {
    StackMount.Options options = new StackMount.Options();
    try (ExtFuseCache cache =
        ExtFuseCache.load(new CacheOptions(1 << 14, options.validity, true))) {
      options.cache = cache;
      test.accept(options);
    }
  }

  /** The kernel opens a directory by itself that it knows, and asks for names later. */
  @Test
  void whoHasADirectoryOpenReadsOn() {
    compare(
        "mkdir -m 755 d; chown 1000 d; touch d/a d/b",
        user("list", "d"),
        user("list", "d"),
        user("opendir", 1, "d"),
        user("mknod", "d/c", 0100644), // so that what the kernel has kept is dropped
        user("chmod", "d", 0),
        user("rest", 1),
        user("closedir", 1),
        user("opendir", 1, "d"),
        user("list", "d"));
  }

  @Test
  void whoMayNotOpenADirectoryReadsNothingNew() {
    compare(
        "mkdir -m 755 d; touch d/a",
        user("list", "d"),
        user("list", "d"),
        root("mknod", "d/secret", 0100600),
        root("chmod", "d", 0700),
        user("open", 1, "wc", "d/a", 0644),
        user("unlink", "d/a"));
  }
}
