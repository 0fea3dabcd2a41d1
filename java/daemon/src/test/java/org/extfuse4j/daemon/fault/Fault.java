// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import java.util.Locale;
import org.extfuse4j.cache.MetadataCache;

/** A mistake that a daemon can make. */
enum Fault {
  /** No mistake. */
  NONE,
  /** That a name is gone is not put into the map. */
  LEFT_OUT,
  /** The maps are written after the reply. */
  LATE,
  /** A rename has one parent for both names. */
  ONE_PARENT;

  MetadataCache in(MetadataCache right) {
    return switch (this) {
      case NONE -> right;
      case LEFT_OUT -> new LeftOut(right);
      case LATE -> new Late(right);
      case ONE_PARENT -> new OneParent(right);
    };
  }

  /** The control command that has a daemon make it. */
  String command() {
    return "fault-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
