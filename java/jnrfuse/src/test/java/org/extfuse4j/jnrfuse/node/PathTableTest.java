// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Names, nodes and paths, without a kernel. */
class PathTableTest {
  private static final int DIR = 0040000;
  private static final int REG = 0100000;

  private final PathTable table = new PathTable(MetadataCache.none(), new NodeLocks());
  private final TreeLock tree =
      new TreeLock(table.registry(), new FailureLog(LoggerFactory.getLogger("test")));
  private final Call c = Call.current();

  @BeforeEach
  void root() {
    table.addRoot();
    c.begin(Request.allocate(128), null);
  }

  private PathNode find(PathNode parent, String name, int type) {
    return table.find(parent, name, type);
  }

  private String path(PathNode node) {
    PathNode used = tree.use(c, node.nodeid());
    if (used == null) {
      return Errno.name(c.error);
    }
    tree.release(used);
    return c.path;
  }

  private void rename(PathNode from, String name, PathNode to, String newName) {
    assertThat(tree.useForRename(c, from, name, to, newName)).isZero();
    table.rename(c.child, to, newName);
    tree.releaseRename(c, from, to);
  }

  @Test
  void pathsAreTheNamesUpToTheRoot() {
    PathNode a = find(table.root(), "a", DIR);
    PathNode b = find(a, "b", REG);
    assertThat(path(table.root())).isEqualTo("/");
    assertThat(path(a)).isEqualTo("/a");
    assertThat(path(b)).isEqualTo("/a/b");
    assertThat(find(a, "b", REG)).isSameAs(b);
  }

  @Test
  void whatIsBelowARenamedDirectoryMovesWithIt() {
    PathNode a = find(table.root(), "a", DIR);
    PathNode b = find(a, "b", DIR);
    PathNode f = find(b, "f", REG);
    assertThat(path(f)).isEqualTo("/a/b/f");
    rename(table.root(), "a", table.root(), "z");
    assertThat(path(f)).isEqualTo("/z/b/f");
    PathNode other = find(table.root(), "other", DIR);
    rename(a, "b", other, "c");
    assertThat(path(f)).isEqualTo("/other/c/f");
    assertThat(path(a)).isEqualTo("/z");
    assertThat(a.child("b")).isNull();
  }

  @Test
  void aRenamedOntoNodeLosesItsName() {
    PathNode a = find(table.root(), "a", REG);
    PathNode b = find(table.root(), "b", REG);
    rename(table.root(), "a", table.root(), "b");
    assertThat(path(a)).isEqualTo("/b");
    assertThat(path(b)).isEqualTo("ENOENT");
  }

  @Test
  void aNameMadeAgainIsAnotherNode() {
    PathNode a = find(table.root(), "a", REG);
    table.remove(a);
    PathNode again = find(table.root(), "a", REG);
    assertThat(again.nodeid()).isGreaterThan(a.nodeid());
    assertThat(path(a)).isEqualTo("ENOENT");
    assertThat(path(again)).isEqualTo("/a");
  }

  @Test
  void aNameOfAnotherTypeIsAnotherNode() {
    PathNode file = find(table.root(), "a", REG);
    PathNode directory = find(table.root(), "a", DIR);
    assertThat(directory.nodeid()).isNotEqualTo(file.nodeid());
    assertThat(path(file)).isEqualTo("ENOENT");
  }

  @Test
  void aDirectoryLivesAsLongAsItsChildren() {
    PathNode a = find(table.root(), "a", DIR);
    PathNode f = find(a, "f", REG);
    table.registry().forget(a.nodeid(), 1);
    assertThat(path(f)).isEqualTo("/a/f");
    table.registry().forget(f.nodeid(), 1);
    assertThat(table.registry().size()).as("only the root").isEqualTo(1);
    assertThat(table.root().children).isNull();
  }

  @Test
  void aRemovedNodeIsForgottenOnce() {
    PathNode a = find(table.root(), "a", DIR);
    PathNode f = find(a, "f", REG);
    table.remove(f);
    table.remove(a);
    table.registry().forget(f.nodeid(), 1);
    table.registry().forget(a.nodeid(), 1);
    assertThat(table.registry().size()).isEqualTo(1);
    assertThat(tree.use(c, f.nodeid())).isNull();
    assertThat(c.error).isEqualTo(-Errno.ESTALE);
  }

  @Test
  void aRenamedNodeCountsForItsNewParent() {
    PathNode a = find(table.root(), "a", DIR);
    PathNode b = find(table.root(), "b", DIR);
    PathNode f = find(a, "f", REG);
    rename(a, "f", b, "g");
    table.registry().forget(a.nodeid(), 1);
    assertThat(table.registry().get(a.nodeid())).isNull();
    table.registry().forget(b.nodeid(), 1);
    assertThat(path(f)).isEqualTo("/b/g");
  }

  @Test
  void whoRemovesWaitsForThoseWhoUse() throws InterruptedException {
    PathNode a = find(table.root(), "a", DIR);
    PathNode f = find(a, "f", REG);
    PathNode used = tree.use(c, f.nodeid());
    Thread remover =
        new Thread(
            () -> {
              Call own = Call.current();
              own.begin(Request.allocate(128), null);
              PathNode parent = tree.useForClaim(own, a.nodeid(), "f");
              table.remove(own.child);
              tree.releaseClaimed(parent, own.child);
            });
    remover.start();
    remover.join(200);
    assertThat(remover.isAlive()).isTrue();
    assertThat(f.detached).isFalse();
    tree.release(used);
    remover.join(10_000);
    assertThat(f.detached).isTrue();
    assertThat(a.users).isZero();
  }

  @Test
  void hiddenNamesAreNew() {
    PathNode a = find(table.root(), "a", REG);
    String hidden = table.hiddenName(table.root(), a);
    assertThat(hidden).matches("\\.fuse_hidden[0-9a-f]{16}");
    assertThat(table.hiddenName(table.root(), a)).isNotEqualTo(hidden);
  }
}
