// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.publish;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.stackfs.StackFsOptions;
import org.extfuse4j.stackfs.caller.OpenBudget;
import org.extfuse4j.stackfs.caller.SecondLooks;
import org.extfuse4j.stackfs.node.Nodes;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.source.CaseRule;
import org.extfuse4j.stackfs.source.InodeNumbers;
import org.extfuse4j.stackfs.source.Libc;
import org.extfuse4j.stackfs.source.Scratch;
import org.extfuse4j.stackfs.source.Source;

/**
 * What the kernel may keep of a mount, in the cache's maps and in its own caches, and for how long:
 * attributes, names, listings and contents. With a node's lock held where a method says so.
 */
public final class Publisher implements AutoCloseable {
  /** A way to put a name into the cache. */
  private interface Put {
    void entry(long parent, ByteBuffer name, int offset, int length, long child, int epoch);
  }

  public final MetadataCache cache;
  public final Validity validity;
  public final Listings listings;
  public final Contents contents = new Contents();
  public final ListingValidity names = new ListingValidity();
  public final HeldDirectories held;
  public final Prefetch prefetch;

  private final boolean writeback;
  private final Nodes nodes;
  private final InodeNumbers numbers;
  private final CaseRule caseRule;

  // Made once: requests allocate nothing.
  private final Put put;
  private final Put fill;

  /** Nothing is published yet. */
  public Publisher(
      StackFsOptions options, Source source, Nodes nodes, MetadataCache cache, OpenBudget opens) {
    this.nodes = nodes;
    this.numbers = source.numbers();
    this.caseRule = source.caseRule();
    this.cache = cache;
    this.put = cache::putEntry;
    this.fill = cache::fillEntry;
    this.validity = options.validity();
    this.writeback = options.writeback();
    this.listings = new Listings(cache, opens);
    this.held = new HeldDirectories(cache, listings, opens);
    this.prefetch = new Prefetch(nodes.registry, source.hasHandles());
  }

  /** A node has died; inside the registry's monitor. */
  public void died(StackNode node) {
    listings.died(node);
    held.closed(node);
    contents.drop(node.nodeid());
    names.drop(node.nodeid());
  }

  /**
   * Looks at the node's object and tells the cache; with the node's lock held. While a change is
   * under way ({@link #beginChange}) the cache is not to have the attributes.
   *
   * @return 0 or a negative errno; the attributes are in {@link Scratch#attr}
   */
  public int refresh(Scratch s, StackNode node, int fd) {
    return refresh(s, node, fd, s.emptyPath, Libc.AT_EMPTY_PATH);
  }

  private int refresh(Scratch s, StackNode node, int dir, long path, int flags) {
    int rc = Attributes.statx(s, dir, path, flags);
    if (rc == 0) {
      s.sourceDevice = Attributes.device(s.statx);
      s.sourceInode = Attributes.inode(s.statx);
      rc = numbers.renumber(s, dir, path);
    }
    if (rc < 0) {
      cache.dropAttr(node);
      return rc;
    }
    boolean named = Attributes.links(s.statx) > 0;
    if (named == node.isNameless()) {
      nodes.registry.named(node, named);
    }
    if (writeback && node.changes > 0) {
      Attributes.hideHoles(s.statx);
    }
    Attributes.fuseAttr(s.statx, s.attr, 0);
    boolean seen =
        nodes.resolver.findsLinks()
            || Attributes.links(s.statx) < 2
            || Attributes.isDirectory(s.statx);
    node.shown = node.changes == 0 && named && seen;
    if (node.shown) {
      if (cache.active() && Attributes.isDirectory(s.statx)) {
        node.setOpensInKernel(listings.mayOpenInKernel(node, s.epoch));
      }
      cache.putAttr(node, s.attr, 0, s.epoch);
    } else {
      cache.withholdAttr(node, s.epoch);
    }
    return 0;
  }

  /** The kernel has asked for the attributes that {@link #refresh} has found, and hears them. */
  public void kernelHears(Scratch s) {
    SecondLooks.OF_THE_KERNEL.told(
        s.sourceDevice,
        s.sourceInode,
        Attributes.mode(s.statx),
        Attributes.uid(s.statx),
        Attributes.gid(s.statx));
  }

  /**
   * Tells the cache what a name of a directory leads to before anybody asks, without opening it. It
   * may know it already, or not be told for whatever reason.
   *
   * @param dir a descriptor of the directory
   * @param path the address of the name, which is also at {@code offset}
   */
  public void populate(
      Scratch s, StackNode parent, int dir, long path, ByteBuffer name, int offset, int length) {
    StackNode node = null;
    nodes.locks.lock(parent.nodeid());
    try {
      if (nodes.resolver.identify(s, dir, path) < 0) {
        return;
      }
      node = nodes.internWithoutOpening(s);
      // No change through the mount moves the name now. Who changes the node itself will tell.
      if (!nodes.locks.tryLock(node.nodeid())) {
        return;
      }
      try {
        int rc = refresh(s, node, dir, path, Libc.AT_SYMLINK_NOFOLLOW);
        if (rc == 0 && node.shown && mayPublish(s, parent, dir, name, offset, length)) {
          cache.offerEntry(parent.nodeid(), name, offset, length, node.nodeid(), s.epoch);
          prefetch.populated(node);
        }
      } finally {
        nodes.locks.unlock(node.nodeid());
      }
    } finally {
      nodes.locks.unlock(parent.nodeid());
      if (node != null) {
        nodes.registry.forget(node.nodeid(), 1);
      }
    }
  }

  /** Tells the cache of a directory whose names may have changed; with its lock held. */
  public void refreshNames(Scratch s, StackNode directory, int fd) {
    if (cache.active()) {
      listings.changed(directory);
      refresh(s, directory, fd);
    }
  }

  /**
   * The node's object changes from now on until {@link #endChange}, and not under its lock: a write
   * may take long, and a mapping changes the file as long as it is open. The cache has no
   * attributes of it meanwhile, and none afterwards until somebody looks.
   */
  public void beginChange(Scratch s, StackNode node) {
    if (!countsChanges()) {
      return;
    }
    nodes.locks.lock(node.nodeid());
    try {
      node.changes++;
      withhold(s, node);
    } finally {
      nodes.locks.unlock(node.nodeid());
    }
  }

  /** The cache has no attributes of the node until somebody looks; with its lock held. */
  public void withhold(Scratch s, StackNode node) {
    if (node.shown) {
      node.shown = false;
      cache.withholdAttr(node, s.epoch);
    }
  }

  /** What {@link #beginChange} said is over. */
  public void endChange(StackNode node) {
    contents.drop(node.nodeid());
    if (!countsChanges()) {
      return;
    }
    nodes.locks.lock(node.nodeid());
    node.changes--;
    nodes.locks.unlock(node.nodeid());
  }

  // Where the kernel collects writes, a file that is open for writing may have some.
  private boolean countsChanges() {
    return cache.active() || writeback;
  }

  /** A name that a request has changed. */
  public void putEntry(Scratch s, StackNode parent, Request rq, int name, StackNode child) {
    publish(put, s, parent, rq, name, child);
  }

  /** A name that a request has found as it was. */
  public void fillEntry(Scratch s, StackNode parent, Request rq, int name, StackNode child) {
    publish(fill, s, parent, rq, name, child);
  }

  /** How long the kernel may trust the name that was told of last. */
  public long entryNs(Scratch s) {
    return s.exact ? validity.entryNs() : 0;
  }

  /** And that there is no such name. */
  public long negativeNs(Scratch s) {
    return s.exact ? validity.negativeNs() : 0;
  }

  /**
   * Whether anybody may believe what a name leads to, or that it does not; with the lock of the
   * parent's node.
   *
   * @param dir a descriptor of the parent
   */
  public boolean mayPublish(
      Scratch s, StackNode parent, int dir, ByteBuffer name, int offset, int length) {
    s.exact =
        (cache.active() || validity.entryNs() > 0 || validity.negativeNs() > 0)
            && caseRule.isExact(s, parent, dir, name, offset, length);
    return s.exact;
  }

  // The parent's descriptor is acquired.
  private void publish(
      Put how, Scratch s, StackNode parent, Request rq, int name, StackNode child) {
    int offset = rq.bodyOffset() + name;
    int length = rq.nameLength(name);
    // Not of what was just made: a source that knows an object by two names knows two sizes of it.
    if (child != null && how == fill && caseRule.wants(parent)) {
      caseRule.found(s, parent, parent.fd, rq.buffer(), offset, length);
    }
    if (mayPublish(s, parent, parent.fd, rq.buffer(), offset, length)) {
      long nodeid = child == null ? 0 : child.nodeid();
      how.entry(parent.nodeid(), rq.buffer(), offset, length, nodeid, s.epoch);
    }
  }

  public void dropEntry(StackNode parent, Request rq, int name) {
    cache.dropEntry(parent.nodeid(), rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name));
  }

  @Override
  public void close() {
    listings.close();
    held.close();
  }
}
