// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.node.PathTable;
import org.extfuse4j.jnrfuse.node.Paths;
import org.extfuse4j.jnrfuse.node.TreeLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Directories in directories, as deep as a user makes them. */
class DepthTest {
  private static final int DIR = 0040000;
  private static final String LONG = "n".repeat(255);

  private final PathTable table = new PathTable(MetadataCache.none(), new NodeLocks());
  private final TreeLock tree =
      new TreeLock(table.registry(), new FailureLog(LoggerFactory.getLogger("test")));
  private final Call c = Call.current();

  @BeforeEach
  void root() {
    table.addRoot();
    c.begin(Request.allocate(128), null);
  }

  private List<PathNode> chain(String name, int levels) {
    List<PathNode> chain = new ArrayList<>();
    PathNode at = table.root();
    for (int i = 0; i < levels; i++) {
      at = table.find(at, name, DIR);
      chain.add(at);
    }
    return chain;
  }

  @Test
  void aChainThatIsForgottenAtOnceIsGone() {
    List<PathNode> chain = chain("d", 100_000);
    for (PathNode node : chain) {
      table.registry().forget(node.nodeid(), 1);
    }
    assertThat(table.registry().size()).as("only the root").isEqualTo(1);
    assertThat(table.root().children).isNull();
    assertThat(table.registry().audit().faults()).isEmpty();
  }

  @Test
  void deepPathsAreMade() {
    PathNode last = chain("d", 12_000).get(11_999);
    PathNode used = tree.use(c, last.nodeid());
    assertThat(used).isSameAs(last);
    assertThat(c.path).isEqualTo("/d".repeat(12_000));
    tree.release(used);
  }

  @Test
  void whatIsTooLongFailsAndIsNotUsed() {
    List<PathNode> chain = chain(LONG, 7_000);
    PathNode last = chain.get(6_999);
    assertThat(tree.use(c, last.nodeid())).isNull();
    assertThat(Errno.name(c.error)).isEqualTo("ENAMETOOLONG");
    assertThat(tree.useForName(c, last.nodeid(), "x")).isNull();
    assertThat(Errno.name(c.error)).isEqualTo("ENAMETOOLONG");
    assertThat(tree.useForClaim(c, last.nodeid(), "x")).isNull();
    assertThat(Errno.name(c.error)).isEqualTo("ENAMETOOLONG");
    assertThat(Errno.name(tree.useForRename(c, last, "x", table.root(), "y")))
        .isEqualTo("ENAMETOOLONG");
    assertThat(Errno.name(tree.useForLink(c, chain.get(0), last, "x"))).isEqualTo("ENAMETOOLONG");
    assertThat(chain).allMatch(node -> node.users == 0);
  }

  @Test
  void aUserWhoDigsGetsEnametoolongAndTheMountLives() throws Exception {
    Path dir = Mounts.newMountPoint();
    JnrFuseOptions options = new JnrFuseOptions().cache(CacheMode.OFF);
    String dig =
        "perl -e 'my $n = \"n\" x 255; for (my $i = 1; $i <= 700; $i++) {"
            + " mkdir $n or die \"$i $!\\n\"; chdir $n or die \"$i $!\\n\"; }' 2>&1";
    try (ExtFuseMount mount = ExtFuse.mount(new FullFs(), dir, options)) {
      assertThat(Mounts.sh(dir, dig)).isEqualTo(Paths.MOST / 256 + 1 + " File name too long");
      assertThat(Mounts.sh(dir, "echo x > f; cat f")).isEqualTo("x");
      assertThat(mount.audit().faults()).isEmpty();
    } finally {
      Files.delete(dir);
    }
  }
}
