// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.LookupOps;
import org.extfuse4j.stackfs.ops.MountContext;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What directories that are held open cost whom. */
class HeldDirectoriesTest {
  private static final int USER = 1000;

  @TempDir Path source;
  private StackFs fs;
  private MountContext m;

  // The kernel has every directory open by itself.
  private static MetadataCache allOpen() {
    MetadataCache none = MetadataCache.none();
    return (MetadataCache)
        Proxy.newProxyInstance(
            MetadataCache.class.getClassLoader(),
            new Class<?>[] {MetadataCache.class},
            (proxy, method, with) ->
                switch (method.getName()) {
                  case "active", "areNamesOpen" -> true;
                  default -> method.invoke(none, with);
                });
  }

  @BeforeEach
  void open() {
    fs = new StackFs(new StackFsOptions(source, Validity.NONE, false, false), allOpen());
    m = fs.mounted;
  }

  @AfterEach
  void close() {
    fs.close();
  }

  private StackNode hold(long nodeid) throws Exception {
    Path directory = Files.createDirectory(source.resolve("d" + nodeid));
    Scratch s = m.begin();
    s.putName(directory.toString().getBytes(UTF_8));
    int fd = LookupOps.openChild(Libc.AT_FDCWD, s.nameAddress);
    assertThat(fd).isNotNegative();
    assertThat(m.nodes.resolver.identify(s, fd)).isZero();
    StackNode node = m.nodes.resolver.newNode(nodeid, s.key);
    assertThat(Attributes.statx(s, fd)).isZero();
    m.publisher.held.beforeChange(s, node, fd, USER);
    Syscalls.close(fd);
    return node;
  }

  @Test
  void theyAreOpenFilesOfWhoChangesThem() throws Exception {
    StackNode one = hold(1);
    hold(2);
    assertThat(m.opens.open()).isEqualTo(2);
    m.publisher.held.closed(one);
    assertThat(m.opens.open()).isEqualTo(1);
    m.publisher.held.close();
    assertThat(m.opens.open()).isZero();
  }

  @Test
  void whoHasAllThatAreHisHasNoMoreByThem() throws Exception {
    int before = m.opens.open();
    while (m.opens.admit(USER) == 0) {
      before++;
    }
    assertThat(m.publisher.held.take(hold(3), Scratch.get().caller)).isEqualTo(-Errno.EACCES);
    assertThat(m.opens.open()).isEqualTo(before);
  }
}
