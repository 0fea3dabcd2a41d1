// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

/** The same when one thread polls: it must not be the only one that can serve. */
class MisbehaviourWhilePollingTest extends MisbehaviourTest {
  @Override
  JnrFuseOptions options() {
    return new JnrFuseOptions().pollNs(1_000_000);
  }
}
