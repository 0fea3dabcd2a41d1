// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes that the kernel believes for an hour, and changes through the mount all the same. */
class BelievedTest {
  private static final long HOUR_NS = 3_600_000_000_000L;

  private static StackMount mount() {
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(HOUR_NS, HOUR_NS, HOUR_NS);
    return new StackMount(options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"f", "d"})
  void flagsSetTheChangeTime(String name) {
    try (StackMount mount = mount()) {
      Sh.script(mount.mnt, "echo x >f && mkdir d && stat f d && sleep 0.02").succeeds();
      String before = Sh.script(mount.mnt, "stat -c %z " + name).succeeds();
      String after =
          Sh.script(mount.mnt, "chattr +A " + name + " && stat -c %z " + name).succeeds();
      assertThat(after).isNotEqualTo(before);
      assertThat(after).isEqualTo(Sh.script(mount.source, "stat -c %z " + name).output());
    }
  }

  @Test
  void extendedAttributesSetTheChangeTime() {
    try (StackMount mount = mount()) {
      Sh.script(mount.mnt, "echo x >f && stat f && sleep 0.02 && setfattr -n user.a -v 1 f")
          .succeeds();
      assertThat(Sh.script(mount.mnt, "stat -c %z f"))
          .isEqualTo(Sh.script(mount.source, "stat -c %z f"));
      Sh.script(mount.mnt, "sleep 0.02 && setfattr -x user.a f").succeeds();
      assertThat(Sh.script(mount.mnt, "stat -c %z f"))
          .isEqualTo(Sh.script(mount.source, "stat -c %z f"));
    }
  }
}
