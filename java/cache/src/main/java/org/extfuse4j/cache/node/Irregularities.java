// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.node;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What cannot happen if lookup counts are exact, for the audit: the first few in words, the rest
 * counted. Not thread-safe.
 */
final class Irregularities {
  private static final Logger LOG = LoggerFactory.getLogger(Irregularities.class);
  private static final int KEPT = 100;

  private final List<String> first = new ArrayList<>();
  private long more;

  void add(String what) {
    if (first.size() == KEPT) {
      more++;
      return;
    }
    LOG.warn("lookup counts: {}", what);
    first.add(what);
  }

  void list(List<String> to) {
    to.addAll(first);
    if (more > 0) {
      to.add("and " + more + " more of these");
    }
  }
}
