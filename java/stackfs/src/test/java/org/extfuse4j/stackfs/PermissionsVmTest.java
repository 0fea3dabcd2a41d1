// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two users without rights: what modes and ACLs deny to one stays denied after the other has filled
 * the cache, and that there is no ACL to ask for is itself answered in the kernel.
 */
@Tag("vm")
class PermissionsVmTest {
  private static final String CLOSED = "closed/f";

  private final CachedMount m = CachedMount.asking();
  private final FsOp a = user(1000);
  private final FsOp b = user(1001);

  private FsOp user(int id) {
    return new FsOp(
        m.mount.mnt, "setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--");
  }

  @AfterEach
  void end() {
    a.close();
    b.close();
    m.close();
  }

  private void source(String script) {
    Sh.script(m.mount.source, script).succeeds();
  }

  private void mounted(String script) {
    Sh.script(m.mount.mnt, script).succeeds();
  }

  /** Everything that the first user may see is cached, and what is not there too. */
  private void fillAsTheFirst() {
    for (int i = 0; i < 2; i++) {
      a.ok("stat", "closed");
      a.ok("list", "closed");
      a.ok("stat", CLOSED);
      a.fails("ENOENT", "stat", "closed/none");
      a.ok("open", 1, "r", CLOSED);
      a.ok("close", 1);
    }
    String again =
        m.during(
            () -> {
              a.ok("stat", CLOSED);
              a.fails("ENOENT", "stat", "closed/none");
            });
    // An ACL that there is has to be fetched.
    assertThat(again).matches("GETATTR ANSWERED=5, (GETXATTR .*, )?LOOKUP ANSWERED=3 NEGATIVE=1");
  }

  private static void deniedTo(FsOp user) {
    user.fails("EACCES", "stat", CLOSED);
    user.fails("EACCES", "stat", "closed/none");
    user.fails("EACCES", "list", "closed");
    user.fails("EACCES", "open", 1, "r", CLOSED);
    user.fails("EACCES", "open", 1, "wc", "closed/new", 0600);
  }

  @Test
  void modesDeny() {
    source("mkdir -m 700 closed && chown 1000 closed && echo x > closed/f && chown 1000 closed/f");
    fillAsTheFirst();
    deniedTo(b);

    mounted("chown 1001 closed");
    deniedTo(a);
    b.ok("stat", CLOSED);
  }

  @Test
  void aclsDeny() {
    source("mkdir -m 770 closed && setfacl -m u:1000:rx closed && echo x > closed/f");
    fillAsTheFirst();
    deniedTo(b);

    mounted("setfacl -m u:1000:-,u:1001:rx closed");
    deniedTo(a);
    b.ok("stat", CLOSED);
    b.ok("list", "closed");

    mounted("setfacl -b closed && chmod 755 closed");
    for (FsOp user : List.of(a, b)) {
      user.ok("stat", CLOSED);
    }
    mounted("setfacl -m u:1001:- closed");
    a.ok("stat", CLOSED);
    deniedTo(b);
  }

  @Test
  void anAclOfAFileDenies() {
    source("mkdir -m 755 closed && echo x > closed/f && chmod 640 closed/f");
    source("setfacl -m u:1000:r closed/f");
    for (int i = 0; i < 2; i++) {
      a.ok("open", 1, "r", CLOSED);
      a.ok("close", 1);
      b.fails("EACCES", "open", 1, "r", CLOSED);
    }
    mounted("setfacl -x u:1000 closed/f");
    a.fails("EACCES", "open", 1, "r", CLOSED);
  }

  @Test
  void thatThereIsNoAclIsAnsweredInTheKernel() {
    source("mkdir -m 775 d && echo x > d/f && chmod 664 d/f");
    a.ok("stat", "d/f");
    assertThat(m.during(() -> a.ok("stat", "d/f"))).doesNotContain("up=");
    assertThat(m.during(() -> b.ok("stat", "d/f")))
        .contains("GETXATTR NEGATIVE=")
        .doesNotContain("up=");

    // Whatever changes but extended attributes leaves that as it is.
    mounted("touch d/g && ln d/f d/h && chmod 770 d && chmod 775 d && chown 5 d");
    a.ok("stat", "d/f");
    assertThat(m.during(() -> b.ok("stat", "d/f"))).doesNotContain("up=");

    mounted("setfattr -n user.a -v 1 d");
    assertThat(m.during(() -> b.ok("stat", "d/f"))).contains(" MISS_ATTR=1 up=1");
    assertThat(m.during(() -> b.ok("stat", "d/f"))).doesNotContain("up=");
  }

  @Test
  void aFlushForgetsThatThereIsNoAcl() {
    source("mkdir -m 770 closed && chown 0:1000 closed && echo x > closed/f");
    fillAsTheFirst();
    source("setfacl -m u:1000:- closed");
    m.cache.flush();
    deniedTo(a);
  }

  @Test
  void writersAreNotAskedForCapabilitiesAgain() {
    m.source.ok("many", "f", 1);
    m.mnt.ok("open", 1, "w", "f0");
    m.mnt.ok("write", 1, 10);
    for (int i = 0; i < 3; i++) {
      assertThat(m.during("write", 1, 10)).isEqualTo("GETXATTR NEGATIVE=1, WRITE MARKED=1 up=1");
    }
    mounted("setcap cap_net_raw+ep f0");
    m.mnt.ok("write", 1, 10);
    assertThat(Sh.script(m.mount.mnt, "getcap f0").succeeds()).isEmpty();
    assertThat(Sh.script(m.mount.source, "getcap f0").succeeds()).isEmpty();
  }

  @Test
  void writersOfANewFileAreNotAskedForCapabilities() {
    for (String how : new String[] {"wcx", "wc"}) {
      String name = "new-" + how;
      assertThat(m.during("open", 1, how, name, 0755)).contains("CREATE MARKED=1 up=1");
      assertThat(m.during("write", 1, 10)).isEqualTo("GETXATTR NEGATIVE=1, WRITE MARKED=1 up=1");
      mounted("setcap cap_net_raw+ep " + name);
      m.mnt.ok("write", 1, 10);
      assertThat(Sh.script(m.mount.source, "getcap " + name).succeeds()).isEmpty();
    }
  }

  @Test
  void writersOfAFileThatSomeoneElseMadeAreAskedForCapabilities() {
    m.mnt.fails("ENOENT", "stat", "f");
    source("echo x >f && chmod 755 f && setcap cap_net_raw+ep f");
    m.mnt.ok("open", 1, "wc", "f", 0644);
    assertThat(m.during("write", 1, 10))
        .contains("GETXATTR MISS_ATTR=2 up=2, REMOVEXATTR MARKED=1 up=1");
    assertThat(Sh.script(m.mount.source, "getcap f").succeeds()).isEmpty();
  }
}
