// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench;

/** A daemon that may still be busy with what the kernel sent it. */
public interface Working {
  /** What differs between two moments when it has worked in between. */
  Object activity();
}
