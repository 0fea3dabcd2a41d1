// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapLayout.AttrValue;
import org.extfuse4j.cache.map.MapLayout.ControlValue;
import org.extfuse4j.cache.map.MapLayout.EntryKey;
import org.extfuse4j.cache.map.MapLayout.EntryValue;
import org.extfuse4j.cache.map.Seal;
import org.extfuse4j.cache.node.NodeRegistry;

/** The maps of a mount as someone else finds them, to look at and to spoil. */
public final class PinnedMaps implements AutoCloseable {
  /** What to do to a value. */
  public enum Harm {
    /** Half of another value: the seal does not fit. */
    TORN,
    /** Marked stale. */
    STALE,
    /** Sealed, but its time is over. */
    EXPIRED,
    /** Sealed, but of an epoch that has passed. */
    OLD_EPOCH
  }

  private static final int LONG_AGO = 1; // ticks of CLOCK_MONOTONIC

  private final BpfMap shortNames;
  private final BpfMap middleNames;
  private final BpfMap longNames;
  private final BpfMap attrs;
  private final BpfMap control;

  /** Opens what {@link ExtFuseCache#pin} pinned. */
  public PinnedMaps(Path directory) {
    shortNames = BpfMap.openPinned(directory.resolve("entry_map"));
    middleNames = BpfMap.openPinned(directory.resolve("entry_map_middle"));
    longNames = BpfMap.openPinned(directory.resolve("entry_map_long"));
    attrs = BpfMap.openPinned(directory.resolve("attr_map"));
    control = BpfMap.openPinned(directory.resolve("control"));
  }

  /** What the kernel holds of the nodes: nodeids and replies + in-kernel answers - forgets. */
  public static Map<Long, Long> held(NodeRegistry<?> registry) {
    return registry.held();
  }

  /** The nodeid that a name leads to, 0 for none; empty if the name is not in the maps. */
  public Optional<Long> child(long parent, String name) {
    byte[] key = key(parent, name);
    return map(key).get(key).map(value -> buffer(value).getLong(EntryValue.NODEID));
  }

  /** Whether the attributes of a node are in the map. */
  public boolean hasAttr(long nodeid) {
    return attrs.get(key(nodeid)).isPresent();
  }

  /** Entries, negative ones included. */
  public int entries() {
    return shortNames.keys().size() + middleNames.keys().size() + longNames.keys().size();
  }

  /** Nodes with attributes. */
  public int attrs() {
    return attrs.keys().size();
  }

  /** Spoils the entry of a name. */
  public void harmEntry(long parent, String name, Harm harm) {
    byte[] key = key(parent, name);
    byte[] value = map(key).get(key).orElseThrow();
    ByteBuffer v = buffer(value);
    switch (harm) {
      case TORN -> v.putLong(EntryValue.NODEID, v.getLong(EntryValue.NODEID) + 1);
      case STALE -> v.putInt(EntryValue.STALE, 1);
      case EXPIRED -> v.putInt(EntryValue.EXPIRES, LONG_AGO);
      case OLD_EPOCH -> v.putInt(EntryValue.EPOCH, v.getInt(EntryValue.EPOCH) - 1);
    }
    if (harm != Harm.TORN) {
      Seal.entry(buffer(key), key.length, v);
    }
    map(key).put(key, value);
  }

  /** Spoils the attributes of a node. */
  public void harmAttr(long nodeid, Harm harm) {
    byte[] value = attrs.get(key(nodeid)).orElseThrow();
    ByteBuffer v = buffer(value);
    switch (harm) {
      case TORN -> v.put(AttrValue.ATTR_SIZE / 2, (byte) ~v.get(AttrValue.ATTR_SIZE / 2));
      case STALE -> v.putInt(AttrValue.STALE, 1);
      case EXPIRED -> v.putInt(AttrValue.EXPIRES, LONG_AGO);
      case OLD_EPOCH -> v.putInt(AttrValue.EPOCH, v.getInt(AttrValue.EPOCH) - 1);
    }
    if (harm != Harm.TORN) {
      Seal.attr(nodeid, v);
    }
    attrs.put(key(nodeid), value);
  }

  /** Sets the switch that stops all answers. */
  public void enable(boolean on) {
    byte[] value = control.get(new byte[Integer.BYTES]).orElseThrow();
    buffer(value).putInt(ControlValue.ENABLED, on ? 1 : 0);
    control.put(new byte[Integer.BYTES], value);
  }

  private BpfMap map(byte[] key) {
    return switch (key.length) {
      case EntryKey.SIZE -> shortNames;
      case EntryKey.MIDDLE_SIZE -> middleNames;
      default -> longNames;
    };
  }

  private static byte[] key(long parent, String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    int longer = bytes.length < MapLayout.MIDDLE_NAME ? EntryKey.MIDDLE_SIZE : EntryKey.LONG_SIZE;
    byte[] key = new byte[bytes.length < MapLayout.SHORT_NAME ? EntryKey.SIZE : longer];
    buffer(key).putLong(EntryKey.PARENT, parent).put(EntryKey.NAME, bytes);
    return key;
  }

  private static byte[] key(long nodeid) {
    byte[] key = new byte[Long.BYTES];
    buffer(key).putLong(0, nodeid);
    return key;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    shortNames.close();
    middleNames.close();
    longNames.close();
    attrs.close();
    control.close();
  }
}
