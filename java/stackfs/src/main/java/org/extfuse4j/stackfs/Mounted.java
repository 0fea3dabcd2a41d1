// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.NodeLocks;
import org.extfuse4j.cache.NodeRegistry;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.Notices;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.Syscalls;

/**
 * What the operations of one mount share: the source, its nodes, and the cache.
 *
 * <p>Lock order: {@link NodeLocks}, then what a {@link Reach} keeps, then the registry's monitor,
 * then {@link PathFds}.
 */
final class Mounted implements AutoCloseable {
  /** A way to tell the cache of a name. */
  private interface Tell {
    void entry(long parent, ByteBuffer name, int offset, int length, long child, int epoch);
  }

  final Source source;
  final InodeNumbers numbers;
  final CaseRule caseRule;
  final MetadataCache cache;
  final Validity validity;
  final boolean writeback;
  final NodeLocks locks = new NodeLocks();
  final NodeRegistry<StackNode> registry;
  final Reach reach;
  final PathFds fds;
  final Prefetch prefetch;
  final Listings listings;
  final Contents contents = new Contents();
  final BelievedNames names = new BelievedNames();
  final OpenBudget opens = OpenBudget.ofThisProcess();

  final Openers openers = new Openers();
  final HeldDirectories held = new HeldDirectories(this);

  /** Set before the session begins; null if there is none. */
  volatile Notices notices;

  /** How often the kernel has forgotten a node. */
  final AtomicLong forgets = new AtomicLong();

  // Made once: requests allocate nothing.
  private final Tell put;
  private final Tell fill;
  // Guarded by the registry's monitor.
  private final IdentityTable identities = new IdentityTable();
  final Forgotten forgotten = new Forgotten();

  Mounted(StackFsOptions options, MetadataCache cache) {
    this.source = new Source(options.source(), options.readOnly());
    this.numbers = source.numbers();
    this.caseRule = source.caseRule();
    this.cache = cache;
    this.put = cache::putEntry;
    this.fill = cache::fillEntry;
    this.validity = options.validity();
    this.writeback = options.writeback();
    this.registry = new NodeRegistry<>(cache, locks, this::died);
    this.reach = source.hasHandles() ? new ByHandle(source.mountFd()) : byName();
    this.fds = new PathFds(reach);
    this.listings = new Listings(cache, opens);
    this.prefetch = new Prefetch(registry, source.hasHandles());
  }

  private ByName byName() {
    return new ByName(registry, numbers, source.numbering(), this::renumber);
  }

  private boolean renumber(NamedNode node, Key key) {
    synchronized (registry) {
      // One that is not there is not to be found any more.
      if (identities.find(key) != null || !identities.remove(node)) {
        return false;
      }
      node.renumber(key.inode);
      identities.add(node);
      return true;
    }
  }

  /** The calling thread's memory, at the beginning of a request. */
  Scratch begin() {
    Scratch s = Scratch.get();
    s.caller.own();
    s.epoch = cache.epoch();
    s.exact = false;
    return s;
  }

  /**
   * An operation on the node of a request. Keep it in a field: a method reference is an object, and
   * nothing is allocated for a request.
   */
  interface NodeOp {
    /**
     * Does it.
     *
     * @param fd an O_PATH descriptor of the node's object
     * @return 0 or a negative errno
     */
    int run(Scratch s, StackNode node, int fd, Request rq, Reply rp);
  }

  /** Runs an operation; -ESTALE if the node, or what it stands for, is gone. */
  int onNode(Request rq, Reply rp, NodeOp op) {
    return run(rq, rp, false, false, op);
  }

  /** The same with the node's lock held. */
  int onLockedNode(Request rq, Reply rp, NodeOp op) {
    return run(rq, rp, true, false, op);
  }

  /** The same for an operation that changes the object; the source is not frozen then. */
  int onChangedNode(Request rq, Reply rp, NodeOp op) {
    return run(rq, rp, true, true, op);
  }

  private int run(Request rq, Reply rp, boolean locked, boolean changes, NodeOp op) {
    StackNode node = registry.get(rq.nodeid());
    if (node == null) {
      return -Errno.ESTALE;
    }
    Scratch s = begin();
    int fd = fds.acquire(s, node);
    if (fd < 0) {
      return fd;
    }
    if (changes) {
      source.awaitThaw(s, fd, false);
    }
    if (locked) {
      locks.lock(node.nodeid());
    }
    try {
      return op.run(s, node, fd, rq, rp);
    } finally {
      if (locked) {
        locks.unlock(node.nodeid());
      }
      fds.release(node);
    }
  }

  /** Makes the root's node; after the cache knows whether it is active. */
  void addRoot() {
    Scratch s = Scratch.get();
    int rc = reach.identify(s, source.mountFd());
    if (rc < 0) {
      throw new StackFsException("the source's root cannot be identified: " + Errno.name(-rc));
    }
    StackNode root = reach.newNode(NodeRegistry.ROOT_ID, s.key);
    root.fd = source.mountFd();
    root.fdUsers = 1; // never closed here
    synchronized (registry) {
      identities.add(root);
      registry.add(root);
    }
  }

  /**
   * Finds or makes the node of what {@code fd} refers to and counts one lookup of it; with the lock
   * of the parent's node. The descriptor becomes the node's (or is closed), and the node's is
   * acquired.
   *
   * @param parent in which the name, at {@code offset}, leads to the object; null if none does
   * @param created whether the object was just made by this request: then it never is an existing
   *     node, whatever the source says of its identity
   * @return null if the object cannot be identified: {@link Scratch#error} has the errno
   */
  StackNode adopt(
      Scratch s,
      int fd,
      boolean created,
      StackNode parent,
      ByteBuffer name,
      int offset,
      int length) {
    int rc = reach.identify(s, fd);
    if (rc < 0) {
      s.error = rc;
      Syscalls.close(fd);
      return null;
    }
    StackNode node;
    synchronized (registry) {
      node = created ? identities.find(s.key) : find(s, parent, name, offset, length);
      if (node != null && created) {
        identities.remove(node);
        node = null;
      }
      if (node == null) {
        node = addNode(s, created);
        if (created) {
          node.knowNew(s.epoch);
        }
      }
      registry.retain(node);
      if (parent != null) {
        reach.named(node, parent, name, offset, length);
      }
    }
    fds.install(node, fd);
    if (parent == null) {
      fds.pin(node);
    } else if (node.pin != PathFds.UNPINNED) {
      unpin(node);
    }
    return node;
  }

  /**
   * Finds the node that a name leads to if it has a descriptor already, without opening another
   * one, and counts one lookup of it; with the lock of the parent's node. The descriptor is
   * acquired. Most names that the kernel asks for again lead to such a node, most that it walks
   * through once do not: so it is tried while it goes well, and now and then.
   *
   * @return null if the name has to be opened, and then {@link Scratch#error} is 0, or if that
   *     would fail: then it has the errno
   */
  StackNode adoptOpen(Scratch s, int dir, long name) {
    s.error = 0;
    if (!s.openGuess.shouldTry()) {
      return null;
    }
    int rc = reach.identify(s, dir, name);
    if (rc < 0) {
      s.error = rc == -Errno.ENOENT ? rc : 0;
      return null;
    }
    StackNode node;
    synchronized (registry) {
      node = identities.find(s.key);
      if (node == null || node.pin != PathFds.UNPINNED || !fds.acquireOpen(node)) {
        s.openGuess.was(false);
        return null;
      }
      registry.retain(node);
    }
    s.openGuess.was(true);
    return node;
  }

  /** The same for a name of a request. */
  StackNode adopt(Scratch s, int fd, boolean created, StackNode parent, Request rq, int name) {
    int offset = rq.bodyOffset() + name;
    return adopt(s, fd, created, parent, rq.buffer(), offset, rq.nameLength(name));
  }

  private void unpin(StackNode node) {
    synchronized (registry) {
      if (reach.reaches(node)) {
        fds.unpin(node);
      }
    }
  }

  /** The name leads to this node now; with the locks of both, and the node's fd acquired. */
  void named(StackNode node, StackNode parent, Request rq, int name) {
    synchronized (registry) {
      if (!node.dead) { // since it was found
        reach.named(node, parent, rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name));
        fds.unpin(node);
      }
    }
  }

  /**
   * The name does not lead to this node any more; with the locks of both, and the node's fd
   * acquired. If no other name is known, that is pinned.
   */
  void unnamed(StackNode node, StackNode parent, Request rq, int name) {
    int offset = rq.bodyOffset() + name;
    synchronized (registry) {
      if (reach.unnamed(node, parent, rq.buffer(), offset, rq.nameLength(name))) {
        fds.pin(node);
      }
    }
  }

  /**
   * The object has lost its last name, and lives as long as it is in use; with the node's fd
   * acquired. It is not found again: another object may get its key.
   */
  void unlinked(StackNode node) {
    synchronized (registry) {
      identities.remove(node);
      fds.pin(node);
    }
  }

  // A node of the object with the key in the scratch, which has none; inside the registry's
  // monitor.
  private StackNode addNode(Scratch s, boolean created) {
    StackNode before = forgotten.take(s.key);
    return addNode(s, before == null || created ? registry.newId() : before.nodeid());
  }

  private StackNode addNode(Scratch s, long nodeid) {
    StackNode node = reach.newNode(nodeid, s.key);
    identities.add(node);
    registry.add(node);
    return node;
  }

  /** The node that has this nodeid or had it lately, for one more lookup; null if none. */
  StackNode retainAgain(Scratch s, long nodeid) {
    synchronized (registry) {
      StackNode node = registry.find(nodeid);
      if (node == null) {
        StackNode before = forgotten.take(nodeid);
        if (before == null) {
          return null;
        }
        before.copyKey(s.key);
        s.key.inode = before.inode();
        node = addNode(s, nodeid);
      }
      registry.retain(node);
      return node;
    }
  }

  /** The node that a node is named in ({@link Reach#parent}), for one more lookup, or null. */
  StackNode retainParent(StackNode node) {
    synchronized (registry) {
      StackNode parent = reach.parent(node);
      if (parent != null) {
        registry.retain(parent);
      }
      return parent;
    }
  }

  /**
   * The node of the object with the key in the scratch, or null if the kernel knows none.
   *
   * @param parent in which the name of the request led to the object
   */
  StackNode find(Scratch s, StackNode parent, Request rq, int name) {
    int offset = rq.bodyOffset() + name;
    return find(s, parent, rq.buffer(), offset, rq.nameLength(name));
  }

  private StackNode find(Scratch s, StackNode parent, ByteBuffer name, int offset, int length) {
    synchronized (registry) {
      StackNode node = identities.find(s.key);
      return node != null || parent == null
          ? node
          : reach.findNamed(s.key, parent, name, offset, length);
    }
  }

  private void died(StackNode node) {
    boolean known = identities.remove(node);
    reach.died(node);
    if (known && source.hasHandles()) {
      forgotten.add(node);
    }
    fds.drop(node);
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
  int refresh(Scratch s, StackNode node, int fd) {
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
      registry.named(node, named);
    }
    if (writeback && node.changes > 0) {
      Attributes.hideHoles(s.statx);
    }
    Attributes.fuseAttr(s.statx, s.attr, 0);
    boolean seen =
        reach.findsLinks() || Attributes.links(s.statx) < 2 || Attributes.isDirectory(s.statx);
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
  void tellsKernel(Scratch s) {
    Caller.SECOND_LOOKS.told(
        s.sourceDevice,
        s.sourceInode,
        Attributes.mode(s.statx),
        Attributes.uid(s.statx),
        Attributes.gid(s.statx));
  }

  /** The kernel is to ask for a node's attributes before it lets anybody through again. */
  void makeKernelAsk(long nodeid) {
    StackNode node = registry.get(nodeid);
    if (node == null) {
      return;
    }
    locks.lock(nodeid);
    try {
      cache.dropAttr(node);
    } finally {
      locks.unlock(nodeid);
    }
    Notices to = notices;
    if (to != null) {
      to.attributesNow(nodeid);
    }
  }

  /**
   * Tells the cache what a name of a directory leads to before anybody asks, without opening it. It
   * may know it already, or not be told for whatever reason.
   *
   * @param dir a descriptor of the directory
   * @param path the address of the name, which is also at {@code offset}
   */
  void tell(
      Scratch s, StackNode parent, int dir, long path, ByteBuffer name, int offset, int length) {
    StackNode node = null;
    locks.lock(parent.nodeid());
    try {
      if (reach.identify(s, dir, path) < 0) {
        return;
      }
      synchronized (registry) {
        node = identities.find(s.key);
        if (node == null) {
          node = addNode(s, false);
        }
        registry.retain(node);
      }
      // No change through the mount moves the name now. Who changes the node itself will tell.
      if (!locks.tryLock(node.nodeid())) {
        return;
      }
      try {
        int rc = refresh(s, node, dir, path, Libc.AT_SYMLINK_NOFOLLOW);
        if (rc == 0 && node.shown && believes(s, parent, dir, name, offset, length)) {
          cache.offerEntry(parent.nodeid(), name, offset, length, node.nodeid(), s.epoch);
          prefetch.told(node);
        }
      } finally {
        locks.unlock(node.nodeid());
      }
    } finally {
      locks.unlock(parent.nodeid());
      if (node != null) {
        registry.forget(node.nodeid(), 1);
      }
    }
  }

  /** Tells the cache of a directory whose names may have changed; with its lock held. */
  void refreshNames(Scratch s, StackNode directory, int fd) {
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
  void beginChange(Scratch s, StackNode node) {
    if (!countsChanges()) {
      return;
    }
    locks.lock(node.nodeid());
    try {
      node.changes++;
      withhold(s, node);
    } finally {
      locks.unlock(node.nodeid());
    }
  }

  /** The cache has no attributes of the node until somebody looks; with its lock held. */
  void withhold(Scratch s, StackNode node) {
    if (node.shown) {
      node.shown = false;
      cache.withholdAttr(node, s.epoch);
    }
  }

  /** What {@link #beginChange} said is over. */
  void endChange(StackNode node) {
    contents.drop(node.nodeid());
    if (!countsChanges()) {
      return;
    }
    locks.lock(node.nodeid());
    node.changes--;
    locks.unlock(node.nodeid());
  }

  // Where the kernel collects writes, a file that is open for writing may have some.
  private boolean countsChanges() {
    return cache.active() || writeback;
  }

  /**
   * Answers with a node that {@link #adopt} returned, and releases its descriptor.
   *
   * @return 0 or a negative errno, with which the lookup is taken back
   */
  int replyEntry(Scratch s, StackNode node, Reply rp) {
    int rc;
    locks.lock(node.nodeid());
    try {
      rc = refresh(s, node, node.fd);
    } finally {
      locks.unlock(node.nodeid());
    }
    if (rc < 0) {
      registry.forget(node.nodeid(), 1);
    } else {
      tellsKernel(s);
      rp.entry(node.nodeid(), 0, entryNs(s), validity.attrNs());
      rp.payload().put(rp.entryAttrOffset(), s.attr, 0, Scratch.ATTR_SIZE);
    }
    fds.release(node);
    return rc;
  }

  /** A name that a request has changed. */
  void putEntry(Scratch s, StackNode parent, Request rq, int name, StackNode child) {
    tell(put, s, parent, rq, name, child);
  }

  /** A name that a request has found as it was. */
  void fillEntry(Scratch s, StackNode parent, Request rq, int name, StackNode child) {
    tell(fill, s, parent, rq, name, child);
  }

  /** How long the kernel may trust the name that was told of last. */
  long entryNs(Scratch s) {
    return s.exact ? validity.entryNs() : 0;
  }

  /** And that there is no such name. */
  long negativeNs(Scratch s) {
    return s.exact ? validity.negativeNs() : 0;
  }

  /**
   * Whether anybody may believe what a name leads to, or that it does not; with the lock of the
   * parent's node.
   *
   * @param dir a descriptor of the parent
   */
  boolean believes(Scratch s, StackNode parent, int dir, ByteBuffer name, int offset, int length) {
    s.exact =
        (cache.active() || validity.entryNs() > 0 || validity.negativeNs() > 0)
            && caseRule.isExact(s, parent, dir, name, offset, length);
    return s.exact;
  }

  // The parent's descriptor is acquired.
  private void tell(Tell how, Scratch s, StackNode parent, Request rq, int name, StackNode child) {
    int offset = rq.bodyOffset() + name;
    int length = rq.nameLength(name);
    // Not of what was just made: a source that knows an object by two names knows two sizes of it.
    if (child != null && how == fill && caseRule.wants(parent)) {
      caseRule.found(s, parent, parent.fd, rq.buffer(), offset, length);
    }
    if (believes(s, parent, parent.fd, rq.buffer(), offset, length)) {
      long nodeid = child == null ? 0 : child.nodeid();
      how.entry(parent.nodeid(), rq.buffer(), offset, length, nodeid, s.epoch);
    }
  }

  void dropEntry(StackNode parent, Request rq, int name) {
    cache.dropEntry(parent.nodeid(), rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name));
  }

  /** "." and "..", which are not in the directory. */
  static boolean isDots(ByteBuffer buffer, int offset, int length) {
    return length <= 2
        && buffer.get(offset) == '.'
        && (length == 1 || buffer.get(offset + 1) == '.');
  }

  @Override
  public void close() {
    registry.close();
    listings.close();
    held.close();
    fds.close();
    source.close();
  }
}
