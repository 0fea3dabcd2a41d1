// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.Test;

/** Sentences of docs/SEMANTICS.md that no other test shows. */
class PromisesTest {
  private static final String USER =
      "setpriv --reuid=1002 --regid=1002 --clear-groups sh -c 'echo y >>f'";

  @Test
  void readingLeavesTheAccessTime() {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.source, "echo text >f && touch -a -d 2001-01-01 f").succeeds();
      assertThat(Sh.script(mount.mnt, "cat f && ls").succeeds()).isEqualTo("text\nf\n");
      String accessed = Sh.script(mount.source, "stat -c %X f; date -d 2001-01-01 +%s").succeeds();
      assertThat(accessed.lines().distinct()).hasSize(1);
    }
  }

  @Test
  void whatIsMountedBelowTheSourceIsNotInIt() {
    try (Image image = Image.tmpfs()) {
      Sh.script(image.root, "mkdir sub && touch sub/below").succeeds();
      Sh.script(image.root, "mount -t tmpfs none sub && touch sub/above").succeeds();
      StackMount.Options options = new StackMount.Options();
      options.tree = image.root;
      try (StackMount mount = new StackMount(options)) {
        assertThat(Sh.script(mount.mnt, "ls sub").output()).isEqualTo("below\n");
      } finally {
        Sh.script(image.root, "umount sub").succeeds();
      }
    }
  }

  @Test
  void rangesAreNeitherCollapsedNorInsertedNorCloned() {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.mnt, "head -c 100000 /dev/zero >f").succeeds();
      for (String call :
          List.of("fallocate -c -l 4096 f", "fallocate -i -l 4096 f", "cp --reflink=always f g")) {
        Sh refused = Sh.script(mount.mnt, call);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("Operation not supported");
      }
    }
  }

  @Test
  void ioctlsButThoseOfFlagsAreRefused() {
    try (StackMount mount = new StackMount()) {
      // FS_IOC_GETVERSION, which a disk's file system knows.
      String ioctl = "perl -e 'open F, q(f); ioctl(F, 0x80087601, $b = chr(0) x 8) or print $!'";
      Sh.script(mount.source, "echo x >f").succeeds();
      assertThat(Sh.script(mount.source, ioctl).output()).isEmpty();
      assertThat(Sh.script(mount.mnt, ioctl).output()).isEqualTo("Inappropriate ioctl for device");
      assertThat(Sh.script(mount.mnt, "lsattr f")).isEqualTo(Sh.script(mount.source, "lsattr f"));
    }
  }

  @Test
  void locksDoNotExcludeWhoUsesTheSource() {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.source, "echo x >f").succeeds();
      String script = "exec 8<f && flock -n 8 && cd %s && exec 9<f && flock -n 9; echo $?";
      assertThat(Sh.script(mount.mnt, script.formatted(mount.mnt)).output()).isEqualTo("1\n");
      assertThat(Sh.script(mount.mnt, script.formatted(mount.source)).output()).isEqualTo("0\n");
    }
  }

  /** F_OFD_SETLK, which perl has no name for. */
  @Test
  void locksOfOpenFilesExcludeEachOther() {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.source, "echo x >f").succeeds();
      String script =
          "perl -e 'use Fcntl; $lock = pack(q(s s x4 q q i x4), F_WRLCK, 0, 0, 0, 0);"
              + " open A, q(+<), q(f); open B, q(+<), q(f); print fcntl(A, 37, $lock) ? 1 : 0;"
              + " print fcntl(B, 37, $lock) ? 1 : 0; close A; print fcntl(B, 37, $lock) ? 1 : 0'";
      assertThat(Sh.script(mount.mnt, script)).isEqualTo(Sh.script(mount.source, script));
      assertThat(Sh.script(mount.mnt, script).output()).isEqualTo("101");
    }
  }

  @Test
  void syncOfTheMountIsNotPassedOn() {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.mnt, "echo x >f && sync -f f && sync").succeeds();
      assertThat(mount.session.counters().received(FuseOpcode.SYNCFS)).isZero();
      Sh.script(mount.mnt, "sync f").succeeds();
      assertThat(mount.session.counters().received(FuseOpcode.FSYNC)).isEqualTo(1);
    }
  }

  /** Without an index overlayfs copies up one name of a file, and leaves the other what it was. */
  @Test
  void hardLinksOfALowerLayerComeApart() {
    StackMount.Options options = new StackMount.Options();
    options.lower = "echo x >f && ln f g";
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.mnt, "stat f && echo y >>g").succeeds();
      assertThat(Sh.script(mount.source, "cat f; echo; cat g").output()).isEqualTo("x\ny\n\nx\n");
    }
  }

  @Test
  void whatAMappingWritesTakesFileCapabilities() {
    try (StackMount mount = new StackMount()) {
      for (Path dir : List.of(mount.source, mount.plain)) {
        Sh.script(dir, "cp /bin/true f && setcap cap_net_raw+ep f").succeeds();
        try (FsOp user = new FsOp(dir.equals(mount.source) ? mount.mnt : dir)) {
          user.ok("open", 1, "+", "f");
          user.ok("map-write", 1, 4096);
          user.ok("fsync", 1);
          user.ok("close", 1);
        }
      }
      assertThat(Sh.script(mount.plain, "getcap f").output()).contains("cap_net_raw");
      assertThat(Sh.script(mount.source, "getcap f").output()).isEmpty();
    }
  }

  @Test
  void theDeviceIsTheMountsOwn() {
    try (StackMount mount = new StackMount()) {
      Sh device = Sh.script(mount.mnt, "stat -c %d .");
      assertThat(device).isNotEqualTo(Sh.script(mount.source, "stat -c %d ."));
    }
  }

  /** What was written through a mapping is sent by the kernel when the time has been set. */
  @Test
  void aTimeThatIsSetBeforeMappedPagesAreSentIsLost() {
    assertThat(timeAfterMapping(false)).isNotEqualTo("1000000000");
    assertThat(timeAfterMapping(true)).as("with writeback").isEqualTo("1000000000");
  }

  private static String timeAfterMapping(boolean writeback) {
    StackMount.Options options = new StackMount.Options();
    options.writeback = writeback;
    try (StackMount mount = new StackMount(options);
        FsOp mnt = new FsOp(mount.mnt)) {
      mnt.ok("open", 1, "+c", "f", 0644);
      mnt.ok("ftruncate", 1, 4096);
      mnt.ok("map-keep", 1, 4096);
      mnt.ok("utime", "f", 1_000_000_000, 0);
      mnt.ok("fsync", 1);
      mnt.ok("close", 1);
      return Sh.script(mount.source, "stat -c %Y f").succeeds().strip();
    }
  }

  @Test
  void withWritebackSetGroupIdStaysWhereTheGroupMayNotExecute() {
    assertThat(modeAfterAWrite(false)).isEqualTo("767");
    assertThat(modeAfterAWrite(true)).isEqualTo("2767");
  }

  private static String modeAfterAWrite(boolean writeback) {
    StackMount.Options options = new StackMount.Options();
    options.writeback = writeback;
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.source, "echo x >f && chown 1000:3000 f && chmod 2767 f").succeeds();
      Sh.script(mount.mnt, USER + " && sync f").succeeds();
      return Sh.script(mount.source, "stat -c %a f").succeeds().strip();
    }
  }
}
