// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.nio.file.Path;
import java.util.List;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.daemon.metrics.MetricsAddress;

/**
 * What is served, where and how. Filled by who asks for a mount, before {@link Daemon#serve}, and
 * not changed afterwards. Times are in nanoseconds.
 */
public final class MountSettings {
  private static final long SECOND = 1_000_000_000;

  /** The directory that is passed through; null with {@link #jnrfuse}. */
  public Path source;

  public Path mountpoint;

  /** A class that was written for jnr-fuse, and its class path; null for a directory. */
  public String jnrfuse;

  /** Options of libfuse 2.9, each a list; with {@link #jnrfuse} only. */
  public List<String> libfuseOptions = List.of();

  public CacheMode cache = CacheMode.AUTO;

  /** How long names, attributes and missing names are believed; null where nobody said so. */
  public Long entryNs;

  public Long attrNs;
  public Long negativeNs;

  /** Threads that serve; null for as many as fit the machine. */
  public Integer threads;

  /** How long a thread asks for the next request before it waits to be woken. */
  public long pollNs;

  /** Names that the cache holds ({@link org.extfuse4j.cache.CacheOptions}). */
  public int entries;

  /** Where metrics are served; null for nowhere. */
  public MetricsAddress metrics;

  /** Whether lookup counts are compared at the end. */
  public boolean audit;

  public boolean readOnly;
  public boolean noexec;
  public boolean idmap;
  public boolean writeback;

  /** How often the source is synced; 0 for only at the end. */
  public long syncNs;

  /** Where messages go; null for the run directory, or standard error in the foreground. */
  public Path log;

  /** What was asked for; what was not depends on whether the kernel has the cache. */
  Validity validity(boolean cached) {
    long unlessAsked = cached ? 0 : SECOND;
    return validity(new Validity(unlessAsked, unlessAsked, 0));
  }

  /** What was asked for, or else this. */
  Validity validity(Validity usual) {
    return new Validity(
        entryNs != null ? entryNs : usual.entryNs(),
        attrNs != null ? attrNs : usual.attrNs(),
        negativeNs != null ? negativeNs : usual.negativeNs());
  }
}
