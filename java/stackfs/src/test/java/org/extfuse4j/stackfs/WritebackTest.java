// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Test;

/** What the kernel has collected, and the source does not know yet, is no hole. */
class WritebackTest {
  /** A sparse file, just written, is copied while it is open for writing. */
  private static final String COPY =
      """
      exec 3<>f; %s
      cp f c && cmp f c; cp --sparse=always f s && cmp f s; tar -Scf t f && mkdir x && tar -C x -xf t && cmp f x/f
      test $(($(stat -c '%%b * 512' f))) -ge $(stat -c %%s f) || stat -c 'blocks %%b size %%s' f; exec 3>&-
      cp f d && cmp f d; tar -Scf t f && mkdir y && tar -C y -xf t && cmp f y/f; sha1sum < f; wc -c < f; rm t
      """;

  private static void compare(String write) {
    StackMount.Options options = new StackMount.Options();
    options.writeback = true;
    long second = TimeUnit.SECONDS.toNanos(1);
    options.validity = new Validity(second, second, 0);
    String script = COPY.formatted(write);
    try (StackMount mount = new StackMount(options)) {
      Sh plain = Sh.script(mount.plain, script.replaceAll("(?m)^test .*; exec", "exec"));
      assertThat(Sh.script(mount.mnt, script)).isEqualTo(plain);
      assertThat(StackMount.tree(mount.source)).isEqualTo(StackMount.tree(mount.plain));
    }
  }

  @Test
  void dataInTheMiddleOfAHole() {
    compare("truncate -s 64M f; printf data | dd of=f bs=1M seek=32 conv=notrunc 2>/dev/null");
  }

  @Test
  void aFileThatTheSourceStillHasEmpty() {
    compare(
        "head -c 100000 /dev/zero | tr '\\\\0' x >&3; tar -Scf - f | tar -xO | cmp - f;"
            + " [ $(stat -c %%b f) -gt 0 ] || echo empty".replace("%%", "%"));
  }

  @Test
  void aHoleThatWasInTheFileAllTheTime() {
    compare(
        "truncate -s 8M f; seq 10000 >&3; fallocate -p -o 4096 -l 8192 f; printf x | dd of=f bs=1 seek=5000 conv=notrunc 2>/dev/null");
  }

  @Test
  void afterItIsClosedBlocksAreTheSources() {
    StackMount.Options options = new StackMount.Options();
    options.writeback = true;
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.mnt, "truncate -s 1M f && printf x | dd of=f bs=1k seek=512 conv=notrunc")
          .succeeds();
      String blocks = Sh.script(mount.source, "stat -c %b f").succeeds();
      StackMount.await(
          "the last close", () -> Sh.script(mount.mnt, "stat -c %b f").output().equals(blocks));
    }
  }

  /** The kernel reads the rest of a page by the handle of somebody who may not. */
  @Test
  void whoMayWriteNeedNotRead() {
    StackMount.Options options = new StackMount.Options();
    options.writeback = true;
    String make =
        "seq 3000 > f; seq 3000 > r; chown 65534 f r; chmod 200 f; chmod 400 r; chmod 777 .";
    String script =
        """
        as() { setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "$1" 2>&1; }
        as 'printf middle | dd of=f bs=1 seek=5000 conv=notrunc status=none; cat f; echo >> f'
        as 'echo x > r; cat r | wc -l'
        chattr +a f && as 'echo end >> f; echo no > f'; chattr -a f; sha1sum < f
        as 'echo short > f'; cat f; chmod 400 f; as 'echo no > f'; chown 0 f; chmod 602 f; as 'echo other >> f; cat f'; cat f
        """;
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.plain, make).succeeds();
      Sh.script(mount.source, make).succeeds();
      Sh plain = Sh.script(mount.plain, script);
      assertThat(plain.output()).contains("Permission denied", "short", "other");
      assertThat(Sh.script(mount.mnt, script)).isEqualTo(plain);
      assertThat(StackMount.tree(mount.source)).isEqualTo(StackMount.tree(mount.plain));
    }
  }
}
