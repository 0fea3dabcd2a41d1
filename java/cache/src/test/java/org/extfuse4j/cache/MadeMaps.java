// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.extfuse4j.bpf.BpfBatch;
import org.extfuse4j.bpf.BpfFlags;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.BpfMapType;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.map.AttrMap;
import org.extfuse4j.cache.map.Changes;
import org.extfuse4j.cache.map.Control;
import org.extfuse4j.cache.map.EntryMaps;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapLayout.AttrValue;
import org.extfuse4j.cache.map.MapLayout.ChangesValue;
import org.extfuse4j.cache.map.MapLayout.ControlValue;
import org.extfuse4j.cache.map.MapLayout.EntryKey;
import org.extfuse4j.cache.map.MapLayout.EntryValue;
import org.extfuse4j.cache.map.MapLayout.StatsValue;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.cache.map.Seal;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;

/**
 * The maps of a mount without the mount: real ones, pinned, on a kernel that need not have ExtFUSE.
 * They are filled by the classes that fill those of a mount, and the switch is on.
 */
public final class MadeMaps implements AutoCloseable {
  private static final int FUSE_ATTR_SIZE = 88;

  /** A node as the cache wants it. */
  private static final class Node extends CachedNode {
    Node(long nodeid, int slot) {
      super(nodeid);
      this.slot = slot;
    }
  }

  private final Path directory;
  private final List<BpfMap> maps = new ArrayList<>();
  private final BpfMap shortNames;
  private final BpfMap attrMap;
  private final BpfMap stats;
  private final Changes changes;
  private final Control control;
  private final EntryMaps entries;
  private final AttrMap attrs;

  /**
   * Makes and pins them.
   *
   * @param directory on a bpf file system, to be made
   */
  public MadeMaps(Path directory, int maxEntries) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    shortNames = hash("entry_map", EntryKey.SIZE, EntryValue.SIZE, maxEntries, 0);
    int none = BpfFlags.F_NO_PREALLOC;
    int more = Math.max(1, maxEntries / 4);
    BpfMap middle = hash("entry_map_middle", EntryKey.MIDDLE_SIZE, EntryValue.SIZE, more, none);
    BpfMap longer = hash("entry_map_long", EntryKey.LONG_SIZE, EntryValue.SIZE, more, none);
    attrMap = hash("attr_map", Long.BYTES, AttrValue.SIZE, maxEntries, 0);
    make(BpfMapType.ARRAY, "nlookup_map", Long.BYTES, maxEntries, BpfFlags.F_MMAPABLE);
    changes =
        new Changes(make(BpfMapType.ARRAY, "changes", ChangesValue.SIZE, 1, BpfFlags.F_MMAPABLE));
    control =
        new Control(
            make(BpfMapType.ARRAY, "control", ControlValue.SIZE, 1, 0), changes, Validity.NONE, 1);
    stats = make(BpfMapType.PERCPU_ARRAY, "stats", StatsValue.SIZE, MapLayout.OPS_COUNT, 0);
    make(BpfMapType.PROG_ARRAY, "handlers", Integer.BYTES, 2 * MapLayout.OPS_COUNT, 0);
    entries = new EntryMaps(control, changes, shortNames, middle, longer);
    attrs = new AttrMap(attrMap, changes);
    control.enable(true);
  }

  private BpfMap hash(String name, int keySize, int valueSize, int maxEntries, int flags) {
    return pin(BpfMap.create(BpfMapType.HASH, name, keySize, valueSize, maxEntries, flags), name);
  }

  private BpfMap make(int type, String name, int valueSize, int maxEntries, int flags) {
    return pin(BpfMap.create(type, name, Integer.BYTES, valueSize, maxEntries, flags), name);
  }

  private BpfMap pin(BpfMap map, String name) {
    maps.add(map);
    map.pin(directory.resolve(name));
    return map;
  }

  /** Where they are pinned. */
  public Path directory() {
    return directory;
  }

  /** The switch. */
  public void enable(boolean on) {
    control.enable(on);
  }

  /** Nothing that was put before is believed any more. */
  public void flush() {
    control.nextEpoch();
  }

  /** Puts a name, its bytes as ISO-8859-1. */
  public void entry(long parent, String name, long child, int expires) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (!entries.put(parent, buffer, 0, bytes.length, child, control.epoch(), expires)) {
      throw new IllegalStateException("not put: " + name);
    }
  }

  /** The same for ever. */
  public void entry(long parent, String name, long child) {
    entry(parent, name, child, Expiry.NEVER);
  }

  /** Puts a node's attributes; its slot is its nodeid. */
  public void attr(long nodeid, NodeAttr attr) {
    attr(node(nodeid), attr);
  }

  public void attr(CachedNode node, NodeAttr attr) {
    ByteBuffer b = ByteBuffer.allocate(FUSE_ATTR_SIZE).order(ByteOrder.nativeOrder());
    b.putLong(Attr.INO, attr.ino());
    b.putLong(Attr.SIZE_FIELD, attr.size());
    b.putLong(Attr.BLOCKS, attr.blocks());
    b.putLong(Attr.ATIME, attr.atime());
    b.putLong(Attr.MTIME, attr.mtime());
    b.putLong(Attr.CTIME, attr.ctime());
    b.putInt(Attr.ATIMENSEC, attr.atimensec());
    b.putInt(Attr.MTIMENSEC, attr.mtimensec());
    b.putInt(Attr.CTIMENSEC, attr.ctimensec());
    b.putInt(Attr.MODE, attr.mode());
    b.putInt(Attr.NLINK, attr.nlink());
    b.putInt(Attr.UID, attr.uid());
    b.putInt(Attr.GID, attr.gid());
    b.putInt(Attr.RDEV, attr.rdev());
    b.putInt(Attr.BLKSIZE, attr.blksize());
    attrs.put(node, b, 0, control.epoch(), Expiry.NEVER);
  }

  /** Puts what is put for a file that is open for writing. */
  public void withheld(long nodeid) {
    withheld(node(nodeid));
  }

  public void withheld(CachedNode node) {
    attrs.putWithheld(node, control.epoch());
  }

  public void drop(CachedNode node) {
    attrs.drop(node);
  }

  /** A node whose slot is its nodeid. */
  public CachedNode node(long nodeid) {
    return new Node(nodeid, (int) nodeid);
  }

  /** Puts a name that a lookup has found. */
  public void fill(long parent, String name, long child) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    entries.fill(parent, buffer, 0, bytes.length, child, control.epoch());
  }

  public void drop(long parent, String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    entries.drop(parent, ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  /** The number in the map changes. */
  public long changes() {
    return changes.number();
  }

  /** Counts as the handlers do, on the first CPU. */
  public void count(int opcode, Outcome outcome, long times) {
    byte[] key = new byte[Integer.BYTES];
    ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).putInt(opcode);
    byte[] value = stats.get(key).orElseThrow();
    ByteBuffer counts = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    int at = outcome.index * Long.BYTES;
    stats.put(key, counts.putLong(at, counts.getLong(at) + times).array());
  }

  /** Puts many short names "f0", "f1" and so on below nodeid 1 at once; their child is 2. */
  public void many(int count) {
    BpfBatch batch = shortNames.newBatch();
    int step = Math.min(count, 4096);
    NativeBuffer keys = NativeBuffer.allocate(step * EntryKey.SIZE);
    NativeBuffer values = NativeBuffer.allocate(step * EntryValue.SIZE);
    for (int from = 0; from < count; from += step) {
      int n = Math.min(step, count - from);
      for (int i = 0; i < n; i++) {
        byte[] name = new byte[MapLayout.SHORT_NAME];
        byte[] digits = ("f" + (from + i)).getBytes(ISO_8859_1);
        System.arraycopy(digits, 0, name, 0, digits.length);
        keys.buffer().putLong(i * EntryKey.SIZE, 1);
        keys.buffer().put(i * EntryKey.SIZE + EntryKey.NAME, name);
        int at = i * EntryValue.SIZE;
        values.buffer().putLong(at + EntryValue.NODEID, 2);
        values.buffer().putInt(at + EntryValue.EPOCH, control.epoch());
        long seal =
            Seal.ofEntry(keys.buffer(), i * EntryKey.SIZE, EntryKey.SIZE, values.buffer(), at);
        values.buffer().putLong(at + EntryValue.SEAL, seal);
      }
      int rc = batch.update(keys.address(), values.address(), n, 0);
      if (rc != 0) {
        throw new IllegalStateException("update: errno " + -rc);
      }
    }
  }

  /** The seal of a name does not fit any more. */
  public void tear(long parent, String name) {
    change(
        shortNames,
        shortKey(parent, name),
        EntryValue.NODEID,
        v -> v.getLong(EntryValue.NODEID) + 1);
  }

  /** The seal of a node's attributes does not fit any more. */
  public void tear(long nodeid) {
    change(attrMap, key(nodeid), Attr.SIZE_FIELD, v -> v.getLong(Attr.SIZE_FIELD) + 1);
  }

  /** Marks a short name, as a changing request does before it goes up. */
  public void mark(long parent, String name) {
    byte[] key = shortKey(parent, name);
    byte[] value = shortNames.get(key).orElseThrow();
    ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).putInt(EntryValue.STALE, ~0);
    shortNames.put(key, value);
  }

  /** Marks a node's attributes. */
  public void mark(long nodeid) {
    byte[] value = attrMap.get(key(nodeid)).orElseThrow();
    ByteBuffer.wrap(value)
        .order(ByteOrder.nativeOrder())
        .putInt(AttrValue.STALE, MapLayout.STALE_ATTR);
    attrMap.put(key(nodeid), value);
  }

  private static void change(BpfMap map, byte[] key, int offset, ToLongFunction<ByteBuffer> by) {
    byte[] value = map.get(key).orElseThrow();
    ByteBuffer v = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    map.put(key, v.putLong(offset, by.applyAsLong(v)).array());
  }

  private static byte[] shortKey(long parent, String name) {
    byte[] key = new byte[EntryKey.SIZE];
    ByteBuffer.wrap(key)
        .order(ByteOrder.nativeOrder())
        .putLong(EntryKey.PARENT, parent)
        .put(EntryKey.NAME, name.getBytes(ISO_8859_1));
    return key;
  }

  private static byte[] key(long nodeid) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(nodeid).array();
  }

  @Override
  public void close() {
    changes.close();
    for (BpfMap map : maps) {
      map.close();
    }
    try (var pins = Files.list(directory)) {
      for (Path pin : pins.toList()) {
        Files.delete(pin);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
