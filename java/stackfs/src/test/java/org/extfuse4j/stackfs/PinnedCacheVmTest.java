// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.cache.PinnedMaps;
import org.extfuse4j.cache.PinnedMaps.Harm;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.inspect.WalkStep;
import org.extfuse4j.cache.inspect.WalkStep.Answer;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.stackfs.CacheCheck.Difference;
import org.extfuse4j.stackfs.CacheCheck.Summary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read from the maps of a mount, against what its handlers then do. */
@Tag("vm")
class PinnedCacheVmTest {
  private static final long ROOT = NodeRegistry.ROOT_ID;
  private static final String LONG = "long".repeat(30);

  private final CachedMount m = CachedMount.asking();
  private final PinnedMaps maps = m.maps();
  private final PinnedCache cache = PinnedCache.open(m.pins());

  @BeforeEach
  void fill() {
    m.mnt.ok("mkdir", "d", 0755);
    m.mnt.ok("many", "d/f", 200);
    m.mnt.ok("mknod", LONG, 0100644);
    m.mnt.ok("stat", ".");
    m.mnt.ok("stat", "d");
    for (int i = 0; i < 200; i++) {
      m.mnt.ok("stat", "d/f" + i);
    }
    m.mnt.ok("stat", LONG);
    m.mnt.fails("ENOENT", "stat", "none");
  }

  @AfterEach
  void close() {
    cache.close();
    maps.close();
    m.close();
  }

  /** The walk of a name says this, and so do the counters when it is looked up then. */
  private void says(String name, Answer answer) {
    List<WalkStep> walk = cache.walk(List.of(name));
    assertThat(walk).extracting(WalkStep::answer).containsExactly(answer);
    String counted = m.during(() -> m.mnt.run("stat", name));
    assertThat(counted).contains("LOOKUP " + answer.outcome().name() + "=1");
    assertThat(counted.contains("up=1")).isEqualTo(answer.goesUp());
  }

  @Test
  void aWalkSaysWhatTheHandlersDo() {
    for (String name : List.of("d", LONG)) {
      says(name, Answer.ANSWERED);
      for (Harm harm : Harm.values()) {
        maps.harmEntry(ROOT, name, harm);
        says(name, Answer.valueOf("ENTRY_" + harm.name()));
        says(name, Answer.ANSWERED);
        maps.harmAttr(maps.child(ROOT, name).orElseThrow(), harm);
        says(name, Answer.valueOf("ATTR_" + harm.name()));
        says(name, Answer.ANSWERED);
      }
    }
    says("none", Answer.NEGATIVE);
    says("other", Answer.NO_ENTRY);
    says("other", Answer.NEGATIVE);
    maps.enable(false);
    says("d", Answer.SWITCHED_OFF);
    maps.enable(true);
    m.cache.flush();
    says("d", Answer.ENTRY_OLD_EPOCH);
    says("d", Answer.ANSWERED);
  }

  private final List<Difference> differences = new ArrayList<>();

  private Summary check() {
    differences.clear();
    return CacheCheck.run(cache, m.mount.source, differences::add);
  }

  @Test
  void aCheckFindsWhatIsWrongAndNothingElse() {
    Summary right = check();
    assertThat(differences).isEmpty();
    assertThat(right.entries()).isEqualTo(203);
    assertThat(right.attrs()).isEqualTo(203);
    assertThat(right.atimes() + right.unreachable()).isZero();

    long d = maps.child(ROOT, "d").orElseThrow();
    maps.harmEntry(d, "f17", Harm.TORN);
    m.source.ok("chmod", "d/f18", 0600); // behind the mount's back
    m.source.ok("unlink", "d/f19");
    check();
    assertThat(differences)
        .extracting(found -> String.join("/", found.names()) + " " + found.field())
        .contains("d/f17 seal", "d/f18 mode", "d/f18 ctime", "d/f19 name")
        .allMatch(found -> found.matches("d/f17 seal|d/f18 (mode|ctime)|d/f19 name|d [a-z]+"));
    m.cache.flush();
    assertThat(check().differences()).isZero();
  }

  @Test
  void aFileThatIsOpenForWritingIsNotCompared() {
    m.mnt.ok("open", 1, "w", "d/f1");
    m.mnt.ok("write", 1, 100);
    Summary summary = check();
    assertThat(differences).isEmpty();
    assertThat(summary.attrs()).isBetween(201L, 202L);
    m.mnt.ok("close", 1);
  }

  @Test
  void aMountThatIsUsedShowsNoDifferences() throws Exception {
    Thread user =
        new Thread(
            () -> {
              for (int i = 0; i < 400; i++) {
                m.mnt.ok("rename", "d/f" + i % 100, "d/g" + i);
                m.mnt.ok("chmod", "d/g" + i, 0600 + i % 8);
                m.mnt.ok("stat", "d/g" + i);
                m.mnt.ok("rename", "d/g" + i, "d/f" + i % 100);
                m.mnt.ok("stat", "d/f" + i % 100);
              }
            });
    user.start();
    int checks = 0;
    do {
      check();
      assertThat(differences).isEmpty();
      checks++;
    } while (user.isAlive());
    user.join();
    assertThat(checks).isPositive();
    check();
    assertThat(differences).isEmpty();
  }
}
