// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.BpfMapType;
import org.extfuse4j.bpf.ProgArray;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.CacheStats;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.inspect.WalkStep.Answer;
import org.extfuse4j.cache.map.AttrRecord;
import org.extfuse4j.cache.map.ControlRecord;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapLayout.AttrValue;
import org.extfuse4j.cache.map.MapLayout.ChangesValue;
import org.extfuse4j.cache.map.MapLayout.ControlValue;
import org.extfuse4j.cache.map.MapLayout.EntryKey;
import org.extfuse4j.cache.map.MapLayout.EntryValue;
import org.extfuse4j.cache.map.MapLayout.StatsValue;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cache.map.MapSweep;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/**
 * The maps of a mount, as {@link ExtFuseCache#pin} pinned them, to look at: whoever serves the
 * mount is not asked, and may be gone. Nothing is written, the kernel would refuse it. What is read
 * is judged as the handlers do it (bpf/answer.h), at the moment of reading.
 *
 * <p>For one thread. Failures of the kernel are {@link BpfException}s.
 */
public final class PinnedCache implements AutoCloseable {
  private final Map<String, BpfMap> open = new LinkedHashMap<>(); // by the names of the pins
  private final BpfMap shortNames;
  private final BpfMap middleNames;
  private final BpfMap longNames;
  private final BpfMap attrs;
  private final BpfMap nlookup;
  private final BpfMap control;
  private final BpfMap stats;
  private final BpfMap handlers;

  private final NativeBuffer key = NativeBuffer.allocate(EntryKey.LONG_SIZE);
  private final NativeBuffer value = NativeBuffer.allocate(AttrValue.SIZE);

  private final Function<String, BpfMap> opener;

  private PinnedCache(Function<String, BpfMap> opener) {
    this.opener = opener;
    boolean complete = false;
    try {
      shortNames = open("entry_map", EntryKey.SIZE, EntryValue.SIZE);
      middleNames = open("entry_map_middle", EntryKey.MIDDLE_SIZE, EntryValue.SIZE);
      longNames = open("entry_map_long", EntryKey.LONG_SIZE, EntryValue.SIZE);
      attrs = open("attr_map", Long.BYTES, AttrValue.SIZE);
      nlookup = open("nlookup_map", BpfMapType.ARRAY, Integer.BYTES, Long.BYTES);
      open("changes", BpfMapType.ARRAY, Integer.BYTES, ChangesValue.SIZE);
      control = open("control", BpfMapType.ARRAY, Integer.BYTES, ControlValue.SIZE);
      stats = open("stats", BpfMapType.PERCPU_ARRAY, Integer.BYTES, StatsValue.SIZE);
      handlers = open("handlers", BpfMapType.PROG_ARRAY, Integer.BYTES, Integer.BYTES);
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /**
   * Opens the maps that are pinned in a directory; the caller closes them.
   *
   * @throws BpfException ENOENT if they are not there, EPERM or EACCES without the right, EINVAL if
   *     they are of another version's shape
   */
  public static PinnedCache open(Path directory) {
    return new PinnedCache(name -> BpfMap.openPinnedReadOnly(directory.resolve(name)));
  }

  /**
   * Opens the maps with these ids, which are those of {@link ExtFuseCache#mapIds}; the caller
   * closes them. For when the pins are gone, which does nothing to the maps.
   *
   * @param ids by the names of the pins
   * @throws BpfException ENOENT if a map is not there (any more), EPERM without the right, EINVAL
   *     if one is of another version's shape
   */
  public static PinnedCache open(Map<String, Integer> ids) {
    // No map has the id 0.
    return new PinnedCache(name -> BpfMap.fromIdReadOnly(ids.getOrDefault(name, 0)));
  }

  private BpfMap open(String name, int keySize, int valueSize) {
    return open(name, BpfMapType.HASH, keySize, valueSize);
  }

  private BpfMap open(String name, int type, int keySize, int valueSize) {
    BpfMap map = opener.apply(name);
    open.put(name, map);
    return map.requireShape(type, keySize, valueSize);
  }

  /** The maps as wholes. Counting what is in them means to read them. */
  public List<MapRecord> maps() {
    List<MapRecord> records = new ArrayList<>();
    for (Map.Entry<String, BpfMap> pin : open.entrySet()) {
      MapRecord record = MapRecord.of(pin.getKey(), pin.getValue());
      records.add(pin.getValue() == handlers ? record.withElements(handlers().size()) : record);
    }
    return records;
  }

  /** The epoch, the switch and the rest. */
  public ControlRecord control() {
    key.buffer().putInt(0, 0);
    if (!lookup(control)) {
      throw new IllegalStateException("the map control is empty");
    }
    return ControlRecord.decode(value.buffer());
  }

  /** What the handlers have counted so far, and the kernel of what it had no need to ask. */
  public CacheStats stats() {
    return CacheStats.read(stats);
  }

  /** The slots that have a program. */
  public List<HandlerRecord> handlers() {
    ProgArray slots = ProgArray.of(handlers);
    List<HandlerRecord> records = new ArrayList<>();
    for (int slot = 0; slot < slots.slots(); slot++) {
      int id = slots.programId(slot);
      if (id != 0) {
        int opcode = slot % MapLayout.OPS_COUNT;
        boolean reply = slot >= MapLayout.OPS_COUNT;
        records.add(new HandlerRecord(opcode, reply, slots.programName(slot).orElse(""), id));
      }
    }
    return records;
  }

  /** Calls for each name, in the order of the maps; what stays in them meanwhile comes once. */
  public void entries(Consumer<EntryRecord> action) {
    for (BpfMap map : List.of(shortNames, middleNames, longNames)) {
      MapSweep sweep = new MapSweep(map);
      int keySize = map.keySize();
      for (int n = sweep.next(); n >= 0; n = sweep.next()) {
        ControlRecord current = control();
        long now = System.nanoTime();
        for (int i = 0; i < n; i++) {
          action.accept(
              EntryRecord.decode(
                  sweep.keys(),
                  i * keySize,
                  keySize,
                  sweep.values(),
                  i * EntryValue.SIZE,
                  current,
                  now));
        }
      }
    }
  }

  /** Calls for the attributes of each node; otherwise as {@link #entries}. */
  public void attrs(Consumer<AttrRecord> action) {
    MapSweep sweep = new MapSweep(attrs);
    for (int n = sweep.next(); n >= 0; n = sweep.next()) {
      ControlRecord current = control();
      long now = System.nanoTime();
      for (int i = 0; i < n; i++) {
        long nodeid = sweep.keys().getLong(i * Long.BYTES);
        action.accept(AttrRecord.decode(nodeid, sweep.values(), i * AttrValue.SIZE, current, now));
      }
    }
  }

  /** Whether there is a map for names of this length. */
  static boolean fits(String name) {
    return name.length() < MapLayout.LONG_NAME;
  }

  /**
   * What is known of a name.
   *
   * @param name bytes as ISO-8859-1
   */
  public Optional<EntryRecord> entry(long parent, String name) {
    if (!fits(name)) {
      return Optional.empty();
    }
    ControlRecord current = control();
    BpfMap map = name.length() < MapLayout.MIDDLE_NAME ? middleNames : longNames;
    if (name.length() < MapLayout.SHORT_NAME) {
      map = shortNames;
    }
    byte[] padded = new byte[map.keySize() - EntryKey.NAME];
    byte[] bytes = name.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    ByteBuffer k = key.buffer().putLong(EntryKey.PARENT, parent).put(EntryKey.NAME, padded);
    if (!lookup(map)) {
      return Optional.empty();
    }
    return Optional.of(
        EntryRecord.decode(k, 0, map.keySize(), value.buffer(), 0, current, System.nanoTime()));
  }

  /** What is known of a node. */
  public Optional<AttrRecord> attr(long nodeid) {
    ControlRecord current = control();
    key.buffer().putLong(0, nodeid);
    if (!lookup(attrs)) {
      return Optional.empty();
    }
    return Optional.of(AttrRecord.decode(nodeid, value.buffer(), 0, current, System.nanoTime()));
  }

  /**
   * Makes the requests of a walk from the root, LOOKUP for each name, as long as it is known where
   * they would lead: to the end, to a name that does not exist, or to an entry that is not
   * believed. Without names it is a GETATTR of the root.
   *
   * @param names bytes as ISO-8859-1
   */
  public List<WalkStep> walk(List<String> names) {
    if (names.isEmpty()) {
      return List.of(getattr(NodeRegistry.ROOT_ID));
    }
    List<WalkStep> steps = new ArrayList<>();
    long node = NodeRegistry.ROOT_ID;
    for (String name : names) {
      WalkStep step = lookup(node, name);
      steps.add(step);
      // Of a node whose attributes are missing it is still known which one it is.
      boolean known = step.entry().filter(e -> e.isValid() && !e.isNegative()).isPresent();
      if (!known || step.answer() == Answer.SWITCHED_OFF) {
        break;
      }
      node = step.entry().get().nodeid();
    }
    return steps;
  }

  // extfuse_getattr() of bpf/extfuse.bpf.c
  private WalkStep getattr(long nodeid) {
    Optional<AttrRecord> attr = attr(nodeid);
    Answer answer = control().enabled() ? judge(attr) : Answer.SWITCHED_OFF;
    return new WalkStep(FuseOpcode.GETATTR, nodeid, "", answer, Optional.empty(), attr);
  }

  // extfuse_lookup() of bpf/extfuse.bpf.c
  private WalkStep lookup(long parent, String name) {
    Optional<EntryRecord> entry = entry(parent, name);
    Optional<AttrRecord> attr =
        entry.filter(e -> e.isValid() && !e.isNegative()).flatMap(e -> attr(e.nodeid()));
    Answer answer;
    if (!control().enabled()) {
      answer = Answer.SWITCHED_OFF;
    } else if (entry.isEmpty()) {
      answer = fits(name) ? Answer.NO_ENTRY : Answer.NAME_TOO_LONG;
    } else if (!entry.get().isValid()) {
      answer = Answer.ofEntry(entry.get().state());
    } else if (entry.get().isNegative()) {
      answer = Answer.NEGATIVE;
    } else {
      answer = judge(attr);
      if (answer == Answer.ANSWERED && attr.get().slot() >= nlookup.maxEntries()) {
        answer = Answer.NO_SLOT;
      }
    }
    return new WalkStep(FuseOpcode.LOOKUP, parent, name, answer, entry, attr);
  }

  private static Answer judge(Optional<AttrRecord> attr) {
    return attr.map(a -> Answer.ofAttr(a.state())).orElse(Answer.NO_ATTR);
  }

  private boolean lookup(BpfMap map) {
    int rc = map.lookup(key.address(), value.address());
    if (rc < 0 && rc != -Errno.ENOENT) {
      throw new IllegalStateException("cannot read " + map + ": " + Errno.name(rc));
    }
    return rc == 0;
  }

  @Override
  public void close() {
    open.values().forEach(BpfMap::close);
  }
}
