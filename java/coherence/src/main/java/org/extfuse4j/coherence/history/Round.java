// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.history;

import java.util.List;
import java.util.Set;

/**
 * What happened between two moments of rest.
 *
 * @param paths all names there can be, and their directories
 * @param before what there was at first
 * @param operations what was done; those of the last worker look at what there is in the end
 * @param text all of it as it was read, to be read again
 */
public record Round(
    int number, Set<String> paths, List<Entry> before, List<Operation> operations, String text) {

  public Round with(List<Operation> kept) {
    return new Round(number, paths, before, kept, text);
  }
}
