// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Test;

class MountCommandTest {
  @Test
  void whatIsBelievedUnlessAsked() {
    MountCommand mount = new MountCommand();
    assertThat(mount.validity(false)).isEqualTo(new Validity(Seconds.NS, Seconds.NS, 0));
    assertThat(mount.validity(true)).isEqualTo(Validity.NONE);
  }

  @Test
  void whatIsBelievedIfAsked() {
    MountCommand mount = new MountCommand();
    mount.entryNs = 5L;
    mount.negativeNs = 7L;
    assertThat(mount.validity(true)).isEqualTo(new Validity(5, 0, 7));
  }
}
