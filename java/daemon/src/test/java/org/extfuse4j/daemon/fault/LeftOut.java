// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.MetadataCache;

/** See {@link Fault#LEFT_OUT}. */
final class LeftOut extends Mistaken {
  LeftOut(MetadataCache right) {
    super(right);
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    if (child != 0) {
      super.putEntry(parent, name, offset, length, child, epoch, expires);
    }
  }
}
