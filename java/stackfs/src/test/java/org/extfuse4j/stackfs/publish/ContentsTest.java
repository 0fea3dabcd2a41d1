// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.stackfs.FsOp;
import org.extfuse4j.stackfs.StackMount;
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
    void notWhenItHasChangedSinceItsCtime() {
      int first = openFirst();
      contents.drop(7);
      contents.begun(7, first);
      keep();
      contents.drop(7);
      keep();
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
      contents.drop(7);
      openFirst();
    }
  }

  /** A mount without the in-kernel cache. */
  @Nested
  class Mount {
    private StackMount mount(long attrNs) {
      StackMount.Options options = new StackMount.Options();
      options.validity = new Validity(attrNs, attrNs, 0);
      return new StackMount(options);
    }

    // How many READs it takes to read a file as it is in the source.
    private long reads(StackMount mount, FsOp mnt, FsOp source) {
      long before = mount.session.counters().received(FuseOpcode.READ);
      assertThat(mnt.sum("f")).isEqualTo(source.sum("f"));
      return mount.session.counters().received(FuseOpcode.READ) - before;
    }

    @Test
    void areReadAgainWhenTheyHaveChanged() throws IOException {
      try (StackMount mount = mount(HOUR_NS);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp source = new FsOp(mount.source)) {
        Path file = Files.writeString(mount.source.resolve("f"), "once");
        assertThat(reads(mount, mnt, source)).isEqualTo(1);
        StackMount.await("they are kept", () -> reads(mount, mnt, source) == 0);
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, "more");
        Files.setLastModifiedTime(file, before); // so that nothing but ctime tells
        assertThat(reads(mount, mnt, source)).isEqualTo(1);
        StackMount.await("they are kept", () -> reads(mount, mnt, source) == 0);
        mnt.ok("open", 1, "w", "f");
        mnt.ok("write", 1, 3);
        mnt.ok("close", 1);
        reads(mount, mnt, source);
        assertThat(Files.readString(file)).isEqualTo("xxxe");
      }
    }

    @Test
    void areReadEachTimeWhereNothingIsBelieved() throws IOException, InterruptedException {
      try (StackMount mount = mount(0);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp source = new FsOp(mount.source)) {
        Files.writeString(mount.source.resolve("f"), "once");
        TimeUnit.NANOSECONDS.sleep(Contents.RESOLUTION_NS);
        for (int i = 0; i < 3; i++) {
          assertThat(reads(mount, mnt, source)).isEqualTo(1);
        }
      }
    }
  }
}
