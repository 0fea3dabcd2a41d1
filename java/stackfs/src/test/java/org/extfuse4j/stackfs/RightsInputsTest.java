// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Single inputs of the kind that {@link RightsTableTest} has as a table: root changes the source
 * behind the mount's back, and nobody then gets what the source would refuse. All that the kernel
 * was told lasts for the test.
 */
class RightsInputsTest {
  private final StackMount m = new StackMount(believing());
  private final FsOp nobody =
      new FsOp(m.mnt, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");

  private static StackMount.Options believing() {
    long ns = TimeUnit.MINUTES.toNanos(10);
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(ns, ns, ns);
    return options;
  }

  @AfterEach
  void end() {
    nobody.close();
    m.close();
  }

  private String source(String script) {
    return Sh.script(m.source, script).succeeds();
  }

  @Test
  void createMeetsAFileOfRoots() {
    source("mkdir -m 777 d");
    nobody.fails("ENOENT", "stat", "d/f");
    source("echo secret >d/f && chmod 600 d/f");
    nobody.fails("EACCES", "open", 1, "+c", "d/f", 0600);
    nobody.fails("EACCES", "open", 1, "wct", "d/f", 0600);
    nobody.fails("EEXIST", "open", 1, "+cx", "d/f", 0600);
    assertThat(source("cat d/f && stat -c '%a %u' d/f")).isEqualTo("secret\n600 0\n");
  }

  @Test
  void createMeetsAFileThatIsHisAsWell() {
    source("mkdir -m 777 d");
    nobody.fails("ENOENT", "stat", "d/f");
    source("echo all >d/f && chmod 666 d/f");
    nobody.ok("open", 1, "wct", "d/f", 0600);
    assertThat(source("stat -c '%s %a' d/f")).as("O_TRUNC").isEqualTo("0 666\n");
  }

  /** Each waits for its other side, as on the source; nobody else waits for them. */
  @Test
  void createMeetsAFifo() {
    source("mkdir -m 777 d");
    FsOp[] openers = new FsOp[6];
    for (int i = 0; i < openers.length; i++) {
      openers[i] = new FsOp(m.mnt);
      openers[i].fails("ENOENT", "stat", "d/p");
    }
    source("mkfifo -m 666 d/p");
    for (FsOp opener : openers) {
      opener.begin("open", 1, "wc", "d/p", 0600);
    }
    try {
      nobody.ok("open", 1, "wcx", "d/new", 0600);
      nobody.ok("list", "d");
      nobody.ok("unlink", "d/new");
    } finally {
      // Of the mount's FIFO, and of the source's for who waits there.
      Sh.run("timeout", "2", "cat", m.source.resolve("d/p").toString());
      try (FsOp reader = new FsOp(m.mnt)) {
        reader.ok("open", 1, "+", "d/p");
        for (FsOp opener : openers) {
          assertThat(opener.answer()).isEqualTo("ok");
          opener.close();
        }
      }
    }
  }

  @Test
  void aKeptDescriptorGivesNothingThatItsFileHasNotAnyMore() {
    source("mkdir -m 777 d");
    nobody.ok("open", 1, "+cx", "d/f", 0644);
    source("chown root:root d/f");
    nobody.fails("EPERM", "fchmod", 1, 04755);
    nobody.fails("EPERM", "fsetacl", 1);
    nobody.fails("EPERM", "futime", 1, 1_000_000_000, 0);
    nobody.fails("EACCES", "fsetxattr", 1, "user.a", "1");
    nobody.fails("EPERM", "fsetflags", 1, 0x40);
    assertThat(source("stat -c '%a %u %g' d/f; getfattr -d -m - d/f; lsattr d/f | cut -d' ' -f1"))
        .startsWith("644 0 0\n")
        .doesNotContain("posix_acl", "user.a", "d-");
    nobody.ok("write", 1, 10);
  }

  @Test
  void rootsFilesStayInAStickyDirectory() {
    source("mkdir -m 1777 d && touch d/f d/g && mkdir d/s && chown -R 65534 d/f d/g d/s");
    nobody.ok("stat", "d/f");
    nobody.ok("stat", "d/g");
    nobody.ok("stat", "d/s");
    source("rm -r d/f d/g d/s && touch d/f d/g && mkdir d/s");
    nobody.fails("EPERM", "unlink", "d/f");
    nobody.fails("EPERM", "rename", "d/g", "d/h");
    nobody.fails("EPERM", "rename", "d/g", "d/f");
    nobody.fails("EPERM", "exchange", "d/f", "d/g");
    nobody.fails("EPERM", "rmdir", "d/s");
    assertThat(source("ls d")).isEqualTo("f\ng\ns\n");
  }

  @Test
  void nothingGetsSetGroupIdOfAGroupThatItsMakerIsNotIn() {
    source("mkdir -m 777 d");
    nobody.ok("stat", "d");
    source("chmod 2777 d");
    nobody.ok("open", 1, "wcx", "d/f", 02755);
    nobody.ok("mknod", "d/g", 0102755);
    assertThat(source("stat -c '%a %g' d/f d/g")).isEqualTo("755 0\n755 0\n");
  }

  @Test
  void whatIsClosedIsNotOpenedByWhatIsBelieved() {
    source("mkdir -m 777 d && echo x >d/f && chmod 666 d/f");
    nobody.ok("open", 1, "+", "d/f");
    nobody.ok("open", 2, "p", "d/f");
    source("chmod 600 d/f");
    nobody.fails("EACCES", "open", 3, "r", "d/f");
    nobody.fails("EACCES", "open", 3, "w", "/proc/self/fd/4");
    nobody.fails("EACCES", "truncate", "d/f", 0);
    nobody.fails("EPERM", "link", "d/f", "d/l");
    source("chmod 755 d");
    nobody.fails("EACCES", "open", 3, "wc", "d/new", 0644);
    nobody.fails("EACCES", "mkdir", "d/new", 0755);
    nobody.fails("EACCES", "unlink", "d/f");
    assertThat(source("cat d/f && ls d")).isEqualTo("x\nf\n");
  }

  @Test
  void rootsWriteKeepsSetUserIdOfAFileWithCapabilities() {
    source("echo x >p && chmod 4755 p && setcap cap_net_raw+ep p");
    Sh.script(m.mnt, "echo y >>p").succeeds();
    assertThat(source("stat -c %a p && getcap p")).isEqualTo("4755\n");
  }

  /**
   * What the kernel was told is not there is there when RENAME comes, and nobody has heard of it.
   */
  @Test
  void whatRootMakesDuringARenameStaysInAStickyDirectory() throws InterruptedException {
    StackMount.Options options = believing();
    options.gates = new Gates();
    Gates.Gate gate = options.gates.before("rename", "mine");
    try (StackMount mount = new StackMount(options);
        FsOp own = new FsOp(mount.mnt, RightsTest.ROOT_OF_ITS_OWN)) {
      Sh.script(mount.source, "mkdir -m 1777 d && touch d/mine && chown 1000:1000 d/mine")
          .succeeds();
      own.begin("rename", "d/mine", "d/x");
      gate.await();
      Sh.script(mount.source, "echo roots >d/x").succeeds();
      gate.open();
      assertThat(own.answer()).isEqualTo("EPERM");
      assertThat(Sh.script(mount.source, "cat d/x").succeeds()).isEqualTo("roots\n");
      own.ok("rename", "d/mine", "d/y");
    }
  }

  /**
   * Who has a working directory and a descriptor of O_PATH from before: no name leads to what those
   * are, so the kernel walks again without asking for it.
   */
  @Test
  void whatIsBelievedIsNoWordOnTheGroupsOfUnseenCallers() {
    StackMount.Options options = believing();
    options.gates = new Gates().callersUnseen();
    String[] stranger = {"setpriv", "--reuid=1001", "--regid=1001", "--clear-groups", "--"};
    String[] member = {"setpriv", "--reuid=1002", "--regid=1002", "--groups=2000", "--"};
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.source, "mkdir -m 777 d && echo x >d/f && touch d/g && chmod 666 d/f")
          .succeeds();
      try (FsOp other = new FsOp(mount.mnt.resolve("d"), stranger);
          FsOp one = new FsOp(mount.mnt.resolve("d"), member)) {
        other.ok("open", 1, "p", "f");
        other.ok("stat", "f");
        Sh.script(mount.source, "chgrp 2000 d d/f && chmod 660 d/f && chmod 770 d").succeeds();
        for (int i = 0; i < 3; i++) {
          other.fails("EACCES", "open", 2, "+", "/proc/self/fd/3");
          other.fails("EACCES", "unlink", "g");
          other.fails("EACCES", "link", "f", "l");
          other.fails("EACCES", "list", ".");
        }
        one.ok("open", 1, "+", "f");
        one.ok("link", "f", "l");
        one.ok("unlink", "g");
        other.fails("EACCES", "unlink", "l");
      }
      assertThat(Sh.script(mount.source, "ls d").succeeds()).isEqualTo("f\nl\n");
    }
  }

  @Test
  void appendOnlyFilesAreAppendedTo() {
    try (MemoryImage image = new MemoryImage("ext4")) {
      StackMount.Options options = new StackMount.Options();
      options.base = image.root;
      try (StackMount mount = new StackMount(options)) {
        Sh.script(mount.source, "echo a >log && chattr +a log").succeeds();
        Sh.script(mount.mnt, "echo b >>log && ! echo c >log && ! rm log").succeeds();
        assertThat(Sh.script(mount.source, "cat log").succeeds()).isEqualTo("a\nb\n");
        Sh.script(mount.source, "chattr -a log").succeeds();
      }
    }
  }
}
