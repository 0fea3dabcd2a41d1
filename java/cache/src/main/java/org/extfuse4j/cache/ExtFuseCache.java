// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.bpf.Rcu;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseInit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maps and programs of one mount. Load it, give it to the file system, start the session, and
 * ask {@link #active} whether the kernel took it.
 */
public final class ExtFuseCache implements MetadataCache {
  private static final Logger log = LoggerFactory.getLogger(ExtFuseCache.class);

  private final ExtFuseObject object;
  private final Control control;
  private final EntryMaps entries;
  private final AttrMap attrs;
  private final KernelLookups lookups;
  private volatile boolean active;
  private Path pinned;
  private boolean closed;

  private ExtFuseCache(ExtFuseObject object, CacheOptions options) {
    this.object = object;
    control = new Control(object.map("control"), options.validity());
    entries = new EntryMaps(object.map("entry_map"), object.map("entry_map_long"));
    attrs = new AttrMap(object.map("attr_map"));
    lookups = new KernelLookups(object.map("nlookup_map"));
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
    int errno = object.attach(init.deviceFd());
    if (errno != 0) {
      log.warn("attaching the ExtFUSE program: {}: no in-kernel cache", Errno.name(errno));
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

  /** What the handlers have counted so far. */
  public CacheStats stats() {
    return CacheStats.read(object.map("stats"));
  }

  @Override
  public int acquireSlot() {
    return active ? lookups.acquire() : -1;
  }

  @Override
  public void releaseSlot(int slot) {
    lookups.release(slot);
  }

  @Override
  public long lookups(int slot) {
    return slot < 0 ? 0 : lookups.count(slot);
  }

  @Override
  public int epoch() {
    return control.epoch();
  }

  @Override
  public void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    if (active && !entries.put(parent, name, offset, length, child, epoch)) {
      flush();
    }
  }

  @Override
  public void dropEntry(long parent, ByteBuffer name, int offset, int length) {
    if (active && !entries.drop(parent, name, offset, length)) {
      flush();
    }
  }

  @Override
  public void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch) {
    if (node.slot < 0 || node.dying) {
      dropAttr(node);
    } else if (active && !attrs.put(node, epoch, attr, offset)) {
      flush();
    }
  }

  @Override
  public void withholdAttr(CachedNode node, int epoch) {
    if (node.slot < 0 || node.dying || node.absent(epoch) == 0) {
      dropAttr(node);
    } else if (active && !attrs.putWithheld(node, epoch)) {
      flush();
    }
  }

  @Override
  public void dropAttr(CachedNode node) {
    if (active && !attrs.drop(node.nodeid())) {
      flush();
    }
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
    lookups.close();
    object.close();
  }
}
