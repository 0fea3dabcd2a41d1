// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Test;

class MountSettingsTest {
  @Test
  void whatIsBelievedUnlessAsked() {
    MountSettings mount = new MountSettings();
    assertThat(mount.validity(false)).isEqualTo(new Validity(1_000_000_000L, 1_000_000_000L, 0));
    assertThat(mount.validity(true)).isEqualTo(Validity.NONE);
  }

  @Test
  void whatIsBelievedIfAsked() {
    MountSettings mount = new MountSettings();
    mount.entryNs = 5L;
    mount.negativeNs = 7L;
    assertThat(mount.validity(true)).isEqualTo(new Validity(5, 0, 7));
  }
}
