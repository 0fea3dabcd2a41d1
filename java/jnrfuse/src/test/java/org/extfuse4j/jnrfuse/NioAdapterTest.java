// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.cryptomator.frontend.fuse.AdapterFactory;
import org.cryptomator.frontend.fuse.FuseNioAdapter;
import org.extfuse4j.cache.CacheMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file system that others have published: Cryptomator's, which shows a directory of java.nio. */
@Timeout(120)
class NioAdapterTest {
  private static final String SCENARIO =
      """
      set -e
      mkdir -p a/b; echo one >a/b/one; echo two >>a/b/one; cat a/b/one
      head -c 3000000 /dev/urandom >big; cp big a/big; cmp big a/big && stat -c %s a/big
      dd if=big of=a/big bs=1000 count=5 seek=7 conv=notrunc status=none
      dd if=big bs=1000 count=5 status=none | cmp - <(tail -c +7001 a/big | head -c 5000)
      truncate -s 12345 a/big; stat -c '%s %F' a/big; chmod 640 a/big; stat -c %a a/big
      ln -s b/one a/link; cat a/link; readlink a/link
      mv a c; ls c; mv -n big c/b/one; mv c/big c/b/one; stat -c %s c/b/one
      touch -d '2001-02-03 04:05:06 UTC' c/b/one; stat -c %Y c/b/one
      for i in $(seq 100); do echo $i >c/f$i; done; ls c | wc -l; cat c/f* | wc -c
      tar -cf t.tar c; mkdir x; tar -xf t.tar -C x; diff -r --no-dereference c x/c && echo same
      rm -r x t.tar; rmdir c 2>/dev/null || echo not empty
      exec 3>held; rm held; echo late >&3; exec 3>&-; ls
      stat none 2>&1 | grep -c 'No such file'
      """;

  private static final String EXPECTED =
      """
      one
      two
      3000000
      12345 regular file
      640
      one
      two
      b/one
      b
      big
      link
      12345
      981173106
      102
      292
      same
      not empty
      big
      c
      1""";

  @Test
  void readsAndWrites(@TempDir Path source) throws Exception {
    Path dir = Mounts.newMountPoint();
    FuseNioAdapter fs = AdapterFactory.createReadWriteAdapter(source);
    JnrFuseOptions options = new JnrFuseOptions().cache(CacheMode.AUTO);
    try (ExtFuseMount mount = ExtFuse.mount(fs, dir, options)) {
      String script = "cd '" + dir + "'\n" + SCENARIO;
      assertThat(Mounts.run("bash", "-c", script).strip()).isEqualTo(EXPECTED.strip());
      assertThat(Mounts.run("diff", "-r", "--no-dereference", source.toString(), dir.toString()))
          .isEmpty();
      assertThat(mount.audit().faults()).isEmpty();
    } finally {
      Files.deleteIfExists(dir);
    }
    assertThat(source.resolve("c/b/one")).hasSize(12345);
  }
}
