// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import jnr.ffi.Pointer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.FailureLog;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.libfuse.Call;
import org.extfuse4j.jnrfuse.libfuse.Callbacks;
import org.extfuse4j.jnrfuse.libfuse.Errors;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.node.PathTable;
import org.extfuse4j.jnrfuse.node.TreeLock;
import org.extfuse4j.jnrfuse.publish.Attributes;
import org.extfuse4j.jnrfuse.publish.Freshness;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.FuseFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * What the operations of one mount share.
 *
 * <p>Lock order: {@link NodeLocks}, then the registry's monitor. Callbacks run with neither.
 */
public final class Served implements AutoCloseable {
  private static final int S_IFMT = 0170000;

  final FuseFS fs;
  final Callbacks has;
  public final JnrFuseOptions options;
  final MetadataCache cache;
  final Validity replies;
  final NodeLocks locks = new NodeLocks();
  public final PathTable table;
  final TreeLock tree;
  public final NodeRegistry<PathNode> registry;
  public final Freshness fresh;
  final Attributes attributes;
  public final FailureLog failures = new FailureLog(LoggerFactory.getLogger(Served.class));
  final Errors errors = new Errors(failures);
  final Rights rights;

  /** What the file system's init returned. */
  volatile Pointer privateData;

  public Served(FuseFS fs, JnrFuseOptions options, MetadataCache cache) {
    this.fs = fs;
    this.has = Callbacks.of(fs);
    this.options = options;
    this.cache = cache;
    this.table = new PathTable(cache, locks);
    this.registry = table.registry();
    this.tree = new TreeLock(registry, failures);
    this.fresh = new Freshness(cache, locks, options.validity());
    this.attributes = new Attributes(options);
    this.replies = options.validity();
    // The in-kernel cache is there only with it (ExtFuse.mountOptions).
    this.rights = new Rights(this, options.defaultPermissions() || cache != MetadataCache.none());
  }

  /** How long the kernel may trust a reply: not at all where the maps answer in its place. */
  Validity replies() {
    return cache.active() ? Validity.NONE : replies;
  }

  /** At the beginning of a request. */
  Call begin(Request rq) {
    Call c = Call.current();
    c.begin(rq, privateData);
    fresh.start(c);
    return c;
  }

  int getattr(String path, FileStat stat) {
    return has.getattr ? fs.getattr(path, stat) : -Errno.ENOSYS;
  }

  /** By the open file if the file system can, as libfuse. */
  int fgetattr(String path, FileStat stat, FuseFileInfo fi) {
    if (has.fgetattr) {
      return fs.fgetattr(path, stat, fi);
    }
    return path == null ? -Errno.ENOSYS : getattr(path, stat);
  }

  /**
   * Looks a path up, and counts a lookup of its node.
   *
   * @param fi an open file of it, or null
   * @return null if that failed: {@link Call#error}
   */
  PathNode lookup(Call c, PathNode parent, String name, String path, FuseFileInfo fi) {
    FileStat stat = c.clearStat();
    int rc = fi == null ? getattr(path, stat) : fgetattr(path, stat, fi);
    if (rc != 0) {
      c.error = errors.of("getattr", rc);
      return null;
    }
    return table.find(parent, name, stat.st_mode.intValue() & S_IFMT);
  }

  /** Puts an entry with what {@link #lookup} told, and tells the cache of its attributes. */
  void replyEntry(Call c, PathNode node, long changes, Reply rp) {
    Validity valid = replies();
    rp.entry(node.nodeid(), registry.generation(), valid.entryNs(), valid.attrNs());
    attributes.put(c.stat, node, rp, rp.entryAttrOffset(), false);
    fresh.fillAttr(c, node, changes, rp.payload(), rp.entryAttrOffset());
  }

  /** Puts the attributes that a callback told. */
  void putAttr(Call c, PathNode node, Reply rp, boolean itsOwnChange) {
    rp.attr(replies().attrNs());
    attributes.put(c.stat, node, rp, rp.attrOutAttrOffset(), itsOwnChange);
  }

  /**
   * The change count of a node before a callback tells about it. A node that is not there yet has
   * none when it is made.
   */
  static long changes(PathNode node) {
    return node == null ? 0 : node.changes;
  }

  /** The count to compare with, when {@code known} had {@code changes} and {@code node} is it. */
  static long changes(PathNode known, long changes, PathNode node) {
    return known == node ? changes : 0;
  }

  @Override
  public void close() {
    failures.end();
    registry.close();
  }
}
