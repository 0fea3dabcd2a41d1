// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.Notices;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.stackfs.StackFsOptions;
import org.extfuse4j.stackfs.caller.OpenBudget;
import org.extfuse4j.stackfs.caller.Openers;
import org.extfuse4j.stackfs.node.Nodes;
import org.extfuse4j.stackfs.node.PathFds;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.publish.Publisher;
import org.extfuse4j.stackfs.source.Scratch;
import org.extfuse4j.stackfs.source.Source;

/** What the operations of one mount share, and how they run on a request's node. */
public final class MountContext implements AutoCloseable {
  public final Source source;
  public final Nodes nodes;
  public final Publisher publisher;
  public final boolean writeback;

  // Of the above, by their own names: each operation has to do with them.
  public final MetadataCache cache;
  public final NodeRegistry<StackNode> registry;
  public final PathFds fds;
  final NodeLocks locks;
  public final Validity validity;

  public final OpenBudget opens = OpenBudget.ofThisProcess();
  final Openers openers = new Openers();

  /** Set before the session begins; null if there is none. */
  public volatile Notices notices;

  /** How often the kernel has forgotten a node. */
  public final AtomicLong forgets = new AtomicLong();

  /** Opens the source. */
  public MountContext(StackFsOptions options, MetadataCache cache) {
    this.source = new Source(options.source(), options.readOnly());
    this.nodes = new Nodes(source, cache, this::died);
    this.publisher = new Publisher(options, source, nodes, cache, opens);
    this.writeback = options.writeback();
    this.cache = cache;
    this.registry = nodes.registry;
    this.fds = nodes.fds;
    this.locks = nodes.locks;
    this.validity = options.validity();
  }

  private void died(StackNode node) {
    publisher.died(node);
  }

  /** The calling thread's memory, at the beginning of a request. */
  public Scratch begin() {
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

  /**
   * Answers with a node that {@link Nodes#intern} returned, and releases its descriptor.
   *
   * @return 0 or a negative errno, with which the lookup is taken back
   */
  int replyEntry(Scratch s, StackNode node, Reply rp) {
    int rc;
    locks.lock(node.nodeid());
    try {
      rc = publisher.refresh(s, node, node.fd);
    } finally {
      locks.unlock(node.nodeid());
    }
    if (rc < 0) {
      registry.forget(node.nodeid(), 1);
    } else {
      publisher.kernelHears(s);
      rp.entry(node.nodeid(), registry.generation(), publisher.entryNs(s), validity.attrNs());
      rp.payload().put(rp.entryAttrOffset(), s.attr, 0, Scratch.ATTR_SIZE);
    }
    fds.release(node);
    return rc;
  }

  /** The kernel is to ask for a node's attributes before it lets anybody through again. */
  public void makeKernelAsk(long nodeid) {
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
    tellKernel(nodeid);
  }

  /** A request has changed attributes that the kernel, which believes them, takes for the same. */
  void changedUnseen(long nodeid) {
    if (validity.attrNs() > 0) {
      tellKernel(nodeid);
    }
  }

  private void tellKernel(long nodeid) {
    Notices to = notices;
    if (to != null) {
      to.attributesNow(nodeid);
    }
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
    publisher.close();
    fds.close();
    source.close();
  }
}
