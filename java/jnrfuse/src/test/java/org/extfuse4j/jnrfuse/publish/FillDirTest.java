// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.jnrfuse.FullFs;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.ops.JnrFuseFs;
import org.junit.jupiter.api.Test;

/** Open directories take memory for as long as users keep them open: it is bounded. */
class FillDirTest {
  private static final int ROOM = 100_000;

  private static int fill(FillDir dir) {
    dir.start(4096, 0);
    int names = 0;
    while (names < ROOM && dir.apply(null, "name" + names, null, 0) == 0) {
      names++;
    }
    return names;
  }

  @Test
  void whatIsTooMuchFailsAndIsGivenBack() {
    try (JnrFuseFs fs = new JnrFuseFs(new FullFs(), new JnrFuseOptions(), MetadataCache.none())) {
      fs.init(new FuseInit(7, 41, 1 << 20, 0, -1));
      FillDir.Room room = new FillDir.Room(ROOM);
      FillDir first = new FillDir(fs.served, fs.served.table.root(), room);
      int most = fill(first);
      assertThat(most).isBetween(500, ROOM / 24);
      assertThat(first.overflowed()).isTrue();
      FillDir second = new FillDir(fs.served, fs.served.table.root(), room);
      assertThat(fill(second)).isLessThan(most);
      second.close();
      first.close();
      FillDir third = new FillDir(fs.served, fs.served.table.root(), room);
      assertThat(fill(third)).isEqualTo(most);
    }
  }
}
