// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Some wait for the source, which is frozen or has a lease on a file: whoever does not want the
 * same is served. Many more wait than there are threads at first.
 */
@Timeout(120)
class WaitingSourceTest {
  private static final int WAITING = 20;

  /** Processes that wait; all end in the end. */
  private static final class Waiting implements AutoCloseable {
    private final List<Process> all = new ArrayList<>();

    void start(Path directory, String script) throws IOException {
      all.add(
          new ProcessBuilder("sh", "-c", "cd \"$1\" && shift && " + script, "sh", "" + directory)
              .inheritIO()
              .start());
    }

    void allWait() {
      assertThat(all).as("they wait").allMatch(Process::isAlive);
    }

    void allSucceed() throws InterruptedException {
      for (Process one : all) {
        assertThat(one.waitFor(Patience.seconds(60), TimeUnit.SECONDS)).isTrue();
        assertThat(one.exitValue()).isZero();
      }
    }

    @Override
    public void close() {
      all.forEach(Process::destroyForcibly);
    }
  }

  private static void soon(Path directory, String script) {
    Sh.script(directory, "timeout " + Patience.seconds(8) + " sh -c '" + script + "'").succeeds();
  }

  private static void withImage(Path image, Path at, Runnable test) throws IOException {
    Sh.run("truncate", "-s", "64M", image.toString()).succeeds();
    Sh.run("mkfs.ext4", "-q", "-F", image.toString()).succeeds();
    Files.createDirectories(at);
    Sh.run("mount", "-o", "loop", image.toString(), at.toString()).succeeds();
    try {
      test.run();
    } finally {
      Sh.run("umount", at.toString()).succeeds();
    }
  }

  @Test
  void aFrozenSourceIsStillRead() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "frozen-");
    Path image = folder.resolve("image");
    Path at = folder.resolve("at");
    try {
      withImage(image, at, () -> frozen(at));
    } finally {
      Sh.run("rm", "-rf", "--one-file-system", folder.toString());
    }
  }

  private static void frozen(Path at) {
    StackMount.Options options = new StackMount.Options();
    options.base = at;
    try (StackMount mount = new StackMount(options);
        Waiting waiting = new Waiting()) {
      Sh.script(mount.mnt, "mkdir d e && echo text | tee d/old e/f e/mode && ls -l d e").succeeds();
      Sh.run("fsfreeze", "-f", at.toString()).succeeds();
      boolean frozen = true;
      try {
        for (int i = 0; i < WAITING; i++) {
          waiting.start(mount.mnt, "echo more >>e/f");
        }
        // The kernel itself holds the mount's locks of e/f, its page, d and e/mode meanwhile.
        waiting.start(mount.mnt, "mkdir d/new");
        waiting.start(mount.mnt, "chmod 700 e/mode");
        TimeUnit.MILLISECONDS.sleep(500);
        waiting.allWait();
        soon(mount.mnt, "ls && stat d e");
        soon(mount.mnt, "cat d/old e/mode && ls -l e");
        waiting.allWait();
        Sh.run("fsfreeze", "-u", at.toString()).succeeds();
        frozen = false;
        waiting.allSucceed();
        assertThat(Sh.script(mount.mnt, "wc -l <e/f; stat -c %a e/mode; ls d").succeeds())
            .isEqualTo((WAITING + 1) + "\n700\nnew\nold\n");
      } finally {
        if (frozen) {
          Sh.run("fsfreeze", "-u", at.toString());
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLeaseInTheSourceHoldsUpNobodyElse() throws Exception {
    try (StackMount mount = new StackMount();
        Waiting waiting = new Waiting()) {
      Sh.script(mount.source, "echo text >leased; echo text >f").succeeds();
      // Of a lease that is to be given up the kernel tells by SIGIO; this one does not listen.
      Process holder =
          new ProcessBuilder(
                  "perl",
                  "-e",
                  "$SIG{IO} = 'IGNORE'; $| = 1; open $f, '+<', $ARGV[0] or die;"
                      + "fcntl $f, 1024, 1 or die \"lease: $!\"; print \"held\\n\"; sleep 100",
                  mount.source.resolve("leased").toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        assertThat(holder.getInputStream().read()).isEqualTo('h');
        for (int i = 0; i < WAITING; i++) {
          waiting.start(mount.mnt, "cat leased >/dev/null");
        }
        TimeUnit.MILLISECONDS.sleep(500);
        waiting.allWait();
        soon(mount.mnt, "cat f && ls -l && mkdir d && echo more >d/g && mv d/g g && rm g");
        Sh nonblock =
            Sh.script(
                mount.mnt,
                "perl -e 'use Fcntl; sysopen F, q(leased), O_RDWR|O_NONBLOCK or die $!'");
        assertThat(nonblock.output()).contains("temporarily unavailable");
        waiting.allWait();
      } finally {
        holder.destroyForcibly();
      }
      waiting.allSucceed();
    }
  }
}
