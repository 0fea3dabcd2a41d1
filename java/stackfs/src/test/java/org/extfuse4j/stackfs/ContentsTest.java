// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.FuseOpcode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Contents of files that the kernel keeps, and when it must not. */
class ContentsTest {
  private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

  /** The rules alone, with times of their own. */
  @Nested
  class Rules {
    private final Contents contents = new Contents();
    private long ctimeNs = 1_000;
    private long size = 10;
    private int epoch;
    private long realNs = Contents.RESOLUTION_NS + 1_000;
    private long nowNs = -5; // System.nanoTime() may be negative

    private int open() {
      return contents.opened(7, ctimeNs, size, epoch, realNs, nowNs, 100);
    }

    private int openFirst() {
      int number = open();
      assertThat(number).isPositive();
      return number;
    }

    private void keep() {
      contents.begun(7, openFirst());
      assertThat(open()).isEqualTo(Contents.KEPT);
    }

    @Test
    void notBeforeTheKernelHasDroppedWhatItHad() {
      int first = openFirst();
      assertThat(open()).isEqualTo(Contents.NONE);
      contents.begun(7, first);
      assertThat(open()).isEqualTo(Contents.KEPT);
    }

    @Test
    void anEarlierOpenerSaysNothingOfALaterOne() {
      int first = openFirst();
      size++;
      int second = openFirst();
      contents.begun(7, first);
      assertThat(open()).isEqualTo(Contents.NONE);
      contents.refused(7, first);
      contents.begun(7, second);
      assertThat(open()).isEqualTo(Contents.KEPT);
    }

    @Test
    void whoWasNotHeardOfIsNotWaitedFor() {
      contents.refused(7, openFirst());
      keep();
    }

    @Test
    void notWhenTheFileHasChanged() {
      keep();
      ctimeNs++;
      realNs++;
      keep();
      size++;
      keep();
      ctimeNs--;
      keep();
    }

    @Test
    void notWhenItMayChangeUnseen() {
      realNs--;
      assertThat(open()).isEqualTo(Contents.NONE);
      realNs++;
      keep();
      ctimeNs = realNs;
      assertThat(open()).isEqualTo(Contents.NONE);
      ctimeNs = 1_000;
      openFirst();
    }

    @Test
    void notAfterAFlush() {
      keep();
      epoch++;
      keep();
    }

    @Test
    void notForLongerThanItIsBelieved() {
      keep();
      nowNs += 99;
      assertThat(open()).isEqualTo(Contents.KEPT);
      nowNs++;
      keep();
    }

    @Test
    void notOfADeadNode() {
      keep();
      contents.died(7);
      openFirst();
    }
  }

  /** A mount without the in-kernel cache. */
  @Nested
  class Mount {
    private StackMount mount(long attrNs) {
      StackMount.Options options = new StackMount.Options();
      options.validity = new Validity(0, attrNs, 0);
      return new StackMount(options);
    }

    // How many READs it takes to read a file as it is in the source.
    private long reads(StackMount mount, String name) {
      long before = mount.session.counters().received(FuseOpcode.READ);
      try {
        assertThat(Files.readString(mount.mnt.resolve(name)))
            .isEqualTo(Files.readString(mount.source.resolve(name)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return mount.session.counters().received(FuseOpcode.READ) - before;
    }

    @Test
    void areReadAgainWhenTheyHaveChanged() throws IOException {
      try (StackMount mount = mount(HOUR_NS)) {
        Path file = Files.writeString(mount.source.resolve("f"), "once");
        assertThat(reads(mount, "f")).isEqualTo(1);
        assertThat(reads(mount, "f")).as("changed a moment ago").isEqualTo(1);
        StackMount.await("they are kept", () -> reads(mount, "f") == 0);
        Files.writeString(file, "more");
        assertThat(reads(mount, "f")).as("changed behind the mount").isEqualTo(1);
        StackMount.await("they are kept", () -> reads(mount, "f") == 0);
        Files.writeString(mount.mnt.resolve("f"), "most");
        reads(mount, "f");
        assertThat(Files.readString(file)).isEqualTo("most");
        StackMount.await("they are kept", () -> reads(mount, "f") == 0);
      }
    }

    @Test
    void areReadEachTimeWhereNothingIsBelieved() throws IOException, InterruptedException {
      try (StackMount mount = mount(0)) {
        Files.writeString(mount.source.resolve("f"), "once");
        TimeUnit.NANOSECONDS.sleep(Contents.RESOLUTION_NS);
        for (int i = 0; i < 3; i++) {
          assertThat(reads(mount, "f")).isEqualTo(1);
        }
      }
    }
  }
}
