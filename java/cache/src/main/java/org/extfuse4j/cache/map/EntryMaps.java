// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import java.nio.ByteBuffer;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.map.MapLayout.EntryKey;

/** The maps of names: one for each size of key, so that short names do not pay for long ones. */
public final class EntryMaps {
  private final EntryMap shortNames;
  private final EntryMap middleNames;
  private final EntryMap longNames;

  public EntryMaps(
      Control control, Changes changes, BpfMap shortNames, BpfMap middleNames, BpfMap longNames) {
    this.shortNames = new EntryMap(control, changes, shortNames, EntryKey.SIZE);
    this.middleNames = new EntryMap(control, changes, middleNames, EntryKey.MIDDLE_SIZE);
    this.longNames = new EntryMap(control, changes, longNames, EntryKey.LONG_SIZE);
  }

  /** Returns false if the map may still have an older value of this name. */
  public boolean put(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    EntryMap map = mapFor(length);
    return map == null || map.put(parent, name, offset, length, child, epoch, expires);
  }

  /** As {@link MetadataCache#fillEntry}; returns the same as {@link #put}. */
  public boolean fill(long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    EntryMap map = mapFor(length);
    return map == null || map.fill(parent, name, offset, length, child, epoch);
  }

  /** As {@link MetadataCache#offerEntry}; returns the same as {@link #put}. */
  public boolean offer(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    EntryMap map = mapFor(length);
    return map == null || map.offer(parent, name, offset, length, child, epoch);
  }

  /** As {@link MetadataCache#findEntry}. */
  public long find(long parent, ByteBuffer name, int offset, int length) {
    EntryMap map = mapFor(length);
    return map == null ? MetadataCache.UNKNOWN : map.find(parent, name, offset, length);
  }

  /** Returns false if the kernel refused. */
  public boolean drop(long parent, ByteBuffer name, int offset, int length) {
    EntryMap map = mapFor(length);
    return map == null || map.drop(parent, name, offset, length);
  }

  public long evicted() {
    return shortNames.evicted() + middleNames.evicted() + longNames.evicted();
  }

  /** A name with its NUL fits one of the maps, or is never cached. */
  private EntryMap mapFor(int length) {
    if (length < MapLayout.SHORT_NAME) {
      return shortNames;
    }
    if (length < MapLayout.MIDDLE_NAME) {
      return middleNames;
    }
    return length < MapLayout.LONG_NAME ? longNames : null;
  }
}
