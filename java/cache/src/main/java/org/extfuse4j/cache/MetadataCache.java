// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.node.CachedNode;
import org.extfuse4j.cache.node.KernelHandle;
import org.extfuse4j.cache.node.NodeLocks;
import org.extfuse4j.cache.node.Slots;
import org.extfuse4j.fuse.protocol.FuseInit;

/**
 * What the kernel may answer by itself. The file system calls this while it holds the lock of the
 * node concerned ({@link NodeLocks}): of the directory for an entry, of the node for attributes. So
 * looking at the backing file and writing the map exclude changing the file and writing the map.
 *
 * <p>Putting may silently not happen (the budget is used up): that costs an upcall. Dropping always
 * happens; if the kernel refuses to drop one element, everything is dropped.
 *
 * <p>All methods are safe to call from several threads.
 */
public interface MetadataCache extends AutoCloseable {
  /** Of a name: ask the source. No nodeid. */
  long UNKNOWN = -1;

  /** No in-kernel half: every request is an upcall. */
  static MetadataCache none() {
    return NoCache.INSTANCE;
  }

  /** Attaches to the connection, before its INIT is answered. */
  void init(FuseInit init);

  /** Whether the kernel answers from this cache; false before {@link #init}. */
  boolean active();

  /** What in-kernel lookups are counted with. */
  Slots slots();

  /**
   * The epoch, which {@link #flush} ends. What is put is of the epoch that was read before the
   * backing file was looked at: so what was seen before a flush is not believed after it.
   */
  int epoch();

  /**
   * The name leads to {@code child}.
   *
   * @param name a buffer with the name's bytes at {@code offset}
   * @param child a nodeid, or 0 if there is no such name
   * @param expires when to stop believing it ({@link Expiry})
   */
  void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch, int expires);

  /** The same for ever, that is until it is changed through the mount. */
  default void putEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    putEntry(parent, name, offset, length, child, epoch, Expiry.NEVER);
  }

  /**
   * The same of a name that has led there all the time: the cache has probably not known it, and
   * then the kernel need not ask again what it has heard of others.
   */
  default void fillEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    putEntry(parent, name, offset, length, child, epoch);
  }

  /** The same, unless another name would have to go for it: nobody has asked for this one. */
  default void offerEntry(
      long parent, ByteBuffer name, int offset, int length, long child, int epoch) {
    fillEntry(parent, name, offset, length, child, epoch);
  }

  /**
   * Whether the kernel would answer a lookup of the name, as far as the name goes, as it is now.
   * Needs no lock: it may be otherwise at once, so nothing but speed may depend on it.
   *
   * @return the nodeid that the name leads to, 0 if it is known that there is no such name, or
   *     {@link #UNKNOWN}
   */
  long findEntry(long parent, ByteBuffer name, int offset, int length);

  /** Nothing is known of the name. */
  void dropEntry(long parent, ByteBuffer name, int offset, int length);

  /** The attributes of a node: a struct fuse_attr at {@code offset}. */
  void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch, int expires);

  /** The same for ever, that is until they are changed through the mount. */
  default void putAttr(CachedNode node, ByteBuffer attr, int offset, int epoch) {
    putAttr(node, attr, offset, epoch, Expiry.NEVER);
  }

  /**
   * The attributes of a node are changing, or may change without a request, and are not to be
   * answered; what is known of its extended attributes stays.
   */
  void withholdAttr(CachedNode node, int epoch);

  /**
   * Nothing is known of the attributes of a node; until they are put, no lookup answers with it.
   */
  void dropAttr(CachedNode node);

  /**
   * A stream of the directory is being opened that may read names which the kernel keeps, and have
   * it keep them. The kernel itself opens such a stream, without asking, of a directory that {@link
   * CachedNode#setOpensInKernel} was said of ({@link KernelHandle}).
   *
   * @return false if there is one already; otherwise {@link #closeNames} must follow
   */
  boolean openNames(CachedNode directory);

  /** The stream that {@link #openNames}, or the kernel itself, opened is closed. */
  void closeNames(CachedNode directory);

  /** Whether there is such a stream, as it is now. */
  boolean areNamesOpen(CachedNode directory);

  /** Waits until every handler that was running has ended. Never call it with a lock held. */
  void gracePeriod();

  /** Forgets everything at once. */
  void flush();

  @Override
  void close();

  /**
   * The generation of all nodes of the mount, which replies and in-kernel answers tell (struct
   * fuse_entry_out): positive. A handle of an object (name_to_handle_at(2)) is made of nodeid and
   * generation, and nodeids begin anew with each mount.
   */
  int generation();

  /** One that no earlier mount had, but by a chance of one to 2^31. */
  static int newGeneration() {
    return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
  }
}
