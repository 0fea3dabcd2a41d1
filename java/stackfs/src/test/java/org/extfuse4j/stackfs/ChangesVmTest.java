// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * While nothing changes, walks ask the programs once: by the number in the map {@code changes}.
 * What changes must be seen all the same, which {@link InvalidationVmTest} and the coherence
 * checker try too.
 */
@Tag("vm")
class ChangesVmTest {
  /** Of a walk to a name in d, two names and the permissions of two directories. */
  private static final String UNCHANGED = "GETATTR UNCHANGED=2, LOOKUP UNCHANGED=2";

  /** The same, and what stat(2) itself asks after it. */
  private static final String STAT = "GETATTR UNCHANGED=2 ANSWERED=1, LOOKUP UNCHANGED=2";

  /** What a walk through d asks. */
  private static final String WALK = "LOOKUP ANSWERED=2";

  private final CachedMount m = new CachedMount();

  @BeforeEach
  void fill() {
    m.source.ok("mkdir", "d", 0755);
    m.source.ok("many", "d/f", 3);
    m.source.ok("mknod", "other", 0100644);
    m.mnt.ok("stat", "other");
    warm();
  }

  @AfterEach
  void end() {
    m.close();
  }

  private void warm() {
    for (int i = 0; i < 3; i++) {
      m.mnt.ok("stat", "d/f0");
      statNothing();
    }
  }

  private String statNothing() {
    return m.during(() -> m.mnt.fails("ENOENT", "stat", "d/none"));
  }

  private void nothingIsAsked() {
    assertThat(m.during("stat", "d/f0")).isEqualTo(STAT);
    assertThat(statNothing()).isEqualTo(UNCHANGED);
  }

  @Test
  void walksAskOnce() {
    nothingIsAsked();
    assertThat(m.during("stat", "d"))
        .isEqualTo("GETATTR UNCHANGED=1 ANSWERED=1, LOOKUP UNCHANGED=1");
    assertThat(m.mnt.ok("stat", "d/f0")).isEqualTo(m.source.ok("stat", "d/f0"));
  }

  @Test
  void whatIsNewInTheMapsIsNoChange() {
    assertThat(m.during("stat", "d/f1"))
        .isEqualTo("GETATTR UNCHANGED=2 ANSWERED=1, LOOKUP UNCHANGED=1 MISS_ENTRY=1 up=1");
    m.mnt.ok("list", "d");
    m.mnt.fails("ENOENT", "stat", "d/nothing");
    nothingIsAsked();
  }

  @TestFactory
  Stream<DynamicTest> everyChangeIsAsked() {
    Map<String, Object[][]> changes = new LinkedHashMap<>();
    changes.put("chmod", new Object[][] {{"chmod", "other", 0600}});
    changes.put("chown", new Object[][] {{"chown", "other", 1, 1}});
    changes.put("truncate", new Object[][] {{"truncate", "other", 10}});
    changes.put("write", new Object[][] {{"open", 1, "w", "other"}, {"write", 1, 10}});
    changes.put("create", new Object[][] {{"open", 2, "wcx", "created", 0600}});
    changes.put("mkdir", new Object[][] {{"mkdir", "made", 0700}});
    changes.put("mknod", new Object[][] {{"mknod", "node", 010600}});
    changes.put("symlink", new Object[][] {{"symlink", "x", "symbolic"}});
    changes.put("link", new Object[][] {{"link", "other", "linked"}});
    changes.put("rename", new Object[][] {{"rename", "linked", "renamed"}});
    changes.put("unlink", new Object[][] {{"unlink", "renamed"}});
    changes.put("rmdir", new Object[][] {{"rmdir", "made"}});
    return changes.entrySet().stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.getKey(),
                    () -> {
                      warm();
                      nothingIsAsked();
                      for (Object[] call : change.getValue()) {
                        m.mnt.ok(call);
                      }
                      assertThat(m.during("stat", "d/f0")).endsWith(WALK);
                      nothingIsAskedAgain();
                    }));
  }

  // What has lost its last name leaves the maps a little later, which is a change, too.
  private void nothingIsAskedAgain() {
    StackMount.await("nodes have left", () -> m.mount.fs.counts().reclaimBacklog() == 0);
    warm();
    nothingIsAsked();
  }

  @Test
  void aFlushIsAChange() {
    m.source.ok("chmod", "d/f0", 0600);
    m.source.ok("mknod", "d/none", 0100644);
    m.cache.flush();
    for (String name : List.of("d/f0", "d/none")) {
      assertThat(m.mnt.ok("stat", name)).isEqualTo(m.source.ok("stat", name));
    }
  }

  @Test
  void permissionsAreTheLatest() {
    try (FsOp user =
        new FsOp(m.mount.mnt, "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups")) {
      for (int i = 0; i < 3; i++) {
        user.ok("stat", "d/f0");
        m.mnt.ok("chmod", "d", 0700);
        user.fails("EACCES", "stat", "d/f0");
        m.mnt.ok("chmod", "d", 0755);
      }
      user.ok("stat", "d/f0");
    }
  }
}
