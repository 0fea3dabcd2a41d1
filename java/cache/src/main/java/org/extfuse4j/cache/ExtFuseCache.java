// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.extfuse4j.bpf.Rcu;
import org.extfuse4j.cache.map.AttrMap;
import org.extfuse4j.cache.map.Changes;
import org.extfuse4j.cache.map.Control;
import org.extfuse4j.cache.map.EntryMaps;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cache.map.Nlookup;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.cache.node.Slots;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maps and programs of one mount. Load it, give it to the file system, start the session, and
 * ask {@link #active} whether the kernel took it.
 */
public final class ExtFuseCache implements MetadataCache {
  private static final Logger log = LoggerFactory.getLogger(ExtFuseCache.class);

  private final ExtFuseObject object;
  private final boolean lasting;
  private final Changes changes;
  private final Control control;
  private final int generation = MetadataCache.newGeneration();
  private final EntryMaps entries;
  private final AttrMap attrs;
  private final Nlookup nlookup;
  private final Slots slots;
  private final LongAdder droppedEntries = new LongAdder();
  private final LongAdder droppedAttrs = new LongAdder();
  private volatile boolean active;
  private Path pinned;
  private boolean closed;

  private ExtFuseCache(ExtFuseObject object, CacheOptions options) {
    this.object = object;
    lasting = options.lasting();
    changes = new Changes(object.map("changes"));
    control = new Control(object.map("control"), changes, options.validity(), generation);
    entries =
        new EntryMaps(
            control,
            changes,
            object.map("entry_map"),
            object.map("entry_map_middle"),
            object.map("entry_map_long"));
    attrs = new AttrMap(object.map("attr_map"), changes);
    nlookup = new Nlookup(object.map("nlookup_map").mmap());
    slots = new Slots(nlookup, options.maxEntries());
  }

  /**
   * Loads the programs and creates the maps.
   *
   * @throws CacheUnavailableException in one line: no ExtFUSE in this kernel, no libbpf, no
   *     permission
   */
  public static ExtFuseCache load(CacheOptions options) {
    ExtFuseObject object = ExtFuseObject.load(options);
    try {
      Rcu.prepare(); // when the first node leaves, descriptors may be short
      return new ExtFuseCache(object, options);
    } catch (RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /**
   * Attaches the program, if the kernel offers it. What the kernel refuses is logged in one line,
   * and the mount goes on without: see {@link #active}.
   */
  @Override
  public void init(FuseInit init) {
    if (!init.offers(MapLayout.FUSE_FS_EXTFUSE)) {
      log.warn("the kernel does not offer FUSE_FS_EXTFUSE on this connection: no in-kernel cache");
      return;
    }
    int errno = object.attach(init.deviceFd(), lasting);
    if (errno != 0) {
      log.warn(
          "attaching the ExtFUSE program: {}: no in-kernel cache{}",
          Errno.name(errno),
          errno == Errno.EINVAL ? "; is the kernel's series (kernel-patch/) of this version?" : "");
      return;
    }
    init.want(MapLayout.FUSE_FS_EXTFUSE);
    control.enable(true);
    active = true;
  }

  @Override
  public boolean active() {
    return active;
  }

  /**
   * Pins the maps, each by its name, for bpftool and the map commands.
   *
   * @param directory on a bpf file system; it is created, and removed by {@link #close}
   */
  public void pin(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot create " + directory + ": is a bpf file system mounted on /sys/fs/bpf?", e);
    }
    pinned = directory;
    object.pin(directory);
  }

  /** The kernel's ids of the maps that {@link #pin} pins, by the names of the pins. */
  public Map<String, Integer> mapIds() {
    return object.ids();
  }

  /** What the handlers have counted so far, and the kernel of what it had no need to ask. */
  public CacheStats stats() {
    return CacheStats.read(object.map("stats"));
  }

  /**
   * The maps that hold names and attributes, and that of the counters, as wholes. Counting what is
   * in them means to read them: some 100 ns an element.
   */
  public List<MapRecord> maps() {
    return Stream.of("entry_map", "entry_map_middle", "entry_map_long", "attr_map", "nlookup_map")
        .map(name -> MapRecord.of(name, object.map(name)))
        .toList();
  }

  @Override
  public Slots slots() {
    return slots;
  }

  /** Names that were given up for others because their map was full. */
  public long evictedNames() {
    return entries.evicted();
  }

  /** Names that were dropped so far because of a change. */
  public long invalidatedEntries() {
    return droppedEntries.sum();
  }

  /** Attributes that were dropped or withheld so far because of a change. */
  public long invalidatedAttrs() {
    return droppedAttrs.sum();
  }

  /** How often everything was dropped so far. */
  public long flushes() {
    return Integer.toUnsignedLong(control.epoch() - Control.FIRST_EPOCH);
  }

  @Override
  public int epoch() {
    return control.epoch();
  }

  @Override
  public int generation() {
    return generation;
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires) {
    checkExpiry(expires);
    if (active && !entries.put(parent, name, offset, length, child, epoch, expires)) {
      flush();
    }
  }

  // Of what ends by itself nobody would tell the kernel.
  private void checkExpiry(int expires) {
    if (lasting && expires != Expiry.NEVER) {
      throw new IllegalArgumentException("a value that expires, in a cache of lasting ones");
    }
  }

  @Override
  public void fillEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    if (active && !entries.fill(parent, name, offset, length, child, epoch)) {
      flush();
    }
  }

  @Override
  public void offerEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    if (active && !entries.offer(parent, name, offset, length, child, epoch)) {
      flush();
    }
  }

  @Override
  public long findEntry(long parent, ByteBuffer name, int offset, int length) {
    return active ? entries.find(parent, name, offset, length) : UNKNOWN;
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {
    if (!active) {
      return;
    }
    droppedEntries.increment();
    if (!entries.drop(parent, name, offset, length)) {
      flush();
    }
  }

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires) {
    checkExpiry(expires);
    if (!active) {
      return;
    }
    if (node.leaving || !AttrMap.fits(attr, offset) || !slots.hold(node)) {
      dropAttr(node);
    } else if (!attrs.put(node, attr, offset, epoch, expires)) {
      flush();
    }
  }

  @Override
  public void withholdAttr(CachedNode node, int epoch) {
    if (!active) {
      return;
    }
    if (node.leaving || node.absent(epoch) == 0 || !slots.hold(node)) {
      dropAttr(node);
    } else {
      droppedAttrs.increment();
      if (!attrs.putWithheld(node, epoch)) {
        flush();
      }
    }
  }

  @Override
  public void dropAttr(CachedNode node) {
    // Without a slot it has none in the map.
    if (!active || node.slot < 0) {
      return;
    }
    if (!node.leaving) {
      droppedAttrs.increment(); // otherwise it is reclaimed
    }
    if (!attrs.drop(node)) {
      flush();
    }
  }

  @Override
  public boolean openNames(CachedNode directory) {
    return active && slots.open(directory);
  }

  @Override
  public void closeNames(CachedNode directory) {
    slots.close(directory);
  }

  @Override
  public boolean areNamesOpen(CachedNode directory) {
    return slots.isOpen(directory);
  }

  @Override
  public void gracePeriod() {
    Rcu.synchronize();
  }

  @Override
  public void flush() {
    if (active) {
      control.nextEpoch();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    active = false;
    if (pinned != null) {
      object.unpin(pinned);
      try {
        Files.deleteIfExists(pinned);
      } catch (IOException e) {
        log.warn("cannot remove {}: {}", pinned, e.getMessage());
      }
    }
    nlookup.close();
    changes.close();
    object.close();
  }
}
