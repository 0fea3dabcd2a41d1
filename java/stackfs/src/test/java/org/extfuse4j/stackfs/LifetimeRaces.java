// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.PinnedMaps;
import org.extfuse4j.stackfs.Gates.Gate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The races of lookups, FORGET and inode numbers that FUSE file systems have lost, each played as
 * it happened elsewhere. With and without the cache.
 */
abstract class LifetimeRaces {
  private final Gates gates = new Gates();
  private MetadataCache cache;
  private StackMount m;
  private FsOp mnt;
  private FsOp second;
  private FsOp source;

  /** The cache to mount with. */
  abstract MetadataCache cache();

  @BeforeEach
  void mount() {
    StackMount.Options options = new StackMount.Options();
    cache = cache();
    options.cache = cache;
    options.gates = gates;
    m = new StackMount(options);
    assertThat(cache.active()).isEqualTo(cache instanceof ExtFuseCache);
    mnt = new FsOp(m.mnt);
    second = new FsOp(m.mnt);
    source = new FsOp(m.source);
  }

  @AfterEach
  void unmount() {
    mnt.close();
    second.close();
    source.close();
    m.close();
    cache.close();
  }

  // With the in-kernel cache the kernel keeps inodes that have no dentries, until memory is wanted.
  private void drop() {
    if (cache.active()) {
      source.ok("drop-caches");
    } else {
      source.ok("shrink", m.mnt);
    }
  }

  /** Lets the kernel forget what it can, and the cache everything. */
  private void forget() {
    cache.flush();
    drop();
    m.fs.reclaimIdle();
  }

  private int held() {
    return PinnedMaps.held(m.fs.mounted.registry).size();
  }

  private void assertClean() {
    mnt.ok("chdir", "/");
    second.ok("chdir", "/");
    StackMount.await(
        "only the root is left",
        () -> {
          forget();
          return m.fs.nodes() == 1;
        });
    assertThat(m.fs.audit().faults()).isEmpty();
  }

  private void assertSame(String name) {
    assertThat(mnt.ok("stat", name)).isEqualTo(source.ok("stat", name));
  }

  private static String inode(String stat) {
    return stat.split(" ", -1)[6];
  }

  @Test
  void aNodeIsForgottenWhileALookupIsAnsweredWithIt() throws InterruptedException {
    source.ok("mknod", "f", 0100600);
    source.ok("link", "f", "g");
    mnt.ok("stat", "f");
    Gate answered = gates.after("lookup", "g");
    second.begin("stat", "g");
    answered.await();
    assertThat(PinnedMaps.held(m.fs.mounted.registry)).containsValue(2L);
    StackMount.await(
        "the kernel returns what it holds by the name f",
        () -> {
          drop();
          return PinnedMaps.held(m.fs.mounted.registry).containsValue(1L);
        });
    answered.open();
    assertThat(second.answer()).isEqualTo("ok " + source.ok("stat", "g"));
    assertSame("f");
    mnt.ok("chmod", "f", 0640);
    assertSame("g");
    assertClean();
  }

  @Test
  void aNodeDiesBeforeALookupFindsIt() throws InterruptedException {
    source.ok("mknod", "f", 0100600);
    source.ok("link", "f", "g");
    mnt.ok("stat", "f");
    Gate begun = gates.before("lookup", "g");
    second.begin("stat", "g");
    begun.await();
    StackMount.await(
        "the node has died",
        () -> {
          forget();
          return m.fs.nodes() == 1;
        });
    begun.open();
    assertThat(second.answer()).isEqualTo("ok " + source.ok("stat", "g"));
    assertSame("f");
    assertClean();
  }

  @Test
  void aFileIsCreatedWhileTheOneBeforeItIsBeingForgotten() throws InterruptedException {
    mnt.ok("mknod", "f", 0100600);
    long before =
        PinnedMaps.held(m.fs.mounted.registry).keySet().stream().findFirst().orElseThrow();
    Gate forgotten = gates.beforeForget(before);
    mnt.ok("unlink", "f");
    // In the kernel's own time: it sends FORGET when the last reference goes.
    drop();
    forgotten.await();
    mnt.ok("open", 1, "wcx", "f", 0644);
    mnt.ok("write", 1, 100);
    assertThat(PinnedMaps.held(m.fs.mounted.registry).keySet()).contains(before).hasSize(2);
    forgotten.open();
    StackMount.await("the old node is gone", () -> held() == 1);
    mnt.ok("write", 1, 100);
    mnt.ok("close", 1);
    assertSame("f");
    mnt.ok("unlink", "f");
    mnt.fails("ENOENT", "stat", "f");
    assertClean();
  }

  @Test
  void anInodeNumberIsUsedAgainForAnotherType() {
    int again = 0;
    for (int i = 0; i < 20; i++) {
      mnt.ok("mknod", "f", 0100600);
      String inode = inode(mnt.ok("stat", "f"));
      mnt.ok("unlink", "f");
      StackMount.await(
          "its node has died",
          () -> {
            drop();
            return m.fs.nodes() == 1;
          });
      boolean directory = makeAnotherType(mnt, i);
      again += inode(mnt.ok("stat", "f")).equals(inode) ? 1 : 0;
      assertSame("f");
      if (directory) {
        mnt.ok("mknod", "f/in", 0100600);
        assertSame("f/in");
        mnt.ok("unlink", "f/in");
      }
      mnt.ok(directory ? "rmdir" : "unlink", "f");
    }
    assertThat(again).as("how often the number came back").isPositive();
    assertClean();
  }

  @Test
  void anInodeNumberIsUsedAgainBehindTheMount() {
    int again = 0;
    for (int i = 0; i < 20; i++) {
      source.ok("mknod", "f", 0100600);
      String inode = inode(mnt.ok("stat", "f"));
      source.ok("unlink", "f");
      StackMount.await(
          "its node has died",
          () -> {
            forget();
            return m.fs.nodes() == 1;
          });
      boolean directory = makeAnotherType(source, i);
      again += inode(source.ok("stat", "f")).equals(inode) ? 1 : 0;
      forget();
      assertSame("f");
      source.ok(directory ? "rmdir" : "unlink", "f");
      forget();
      mnt.fails("ENOENT", "stat", "f");
      forget();
    }
    assertThat(again).as("how often the number came back").isPositive();
    assertClean();
  }

  /**
   * Makes f a directory and a FIFO in turn; whether it is a directory. Ext4 may put a directory
   * into another block group than its parent, with other inode numbers: always, when that group is
   * fuller than most.
   */
  private static boolean makeAnotherType(FsOp where, int turn) {
    boolean directory = turn % 2 == 0;
    if (directory) {
      where.ok("mkdir", "f", 0700);
    } else {
      where.ok("mknod", "f", 0010600);
    }
    return directory;
  }
}
