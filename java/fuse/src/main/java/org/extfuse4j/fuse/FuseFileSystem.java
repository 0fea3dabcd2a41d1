// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.session.Notices;

/**
 * A file system at the level of the FUSE protocol: nodeids instead of paths, and a method for each
 * opcode ({@link FuseOperations}).
 *
 * <p>Methods run on the session's threads, several at once.
 */
public interface FuseFileSystem {
  /**
   * Before INIT is answered, on the thread that called {@link FuseSession#start()}: see what the
   * kernel offers, ask for what is wanted. A RuntimeException answers INIT with an error, ends the
   * session and comes out of {@code start()}.
   */
  default void init(FuseInit init) {}

  /**
   * By which the kernel can be told what has changed without its doing; before {@link #init}, which
   * is before the first may be asked for.
   */
  default void notices(Notices notices) {}

  /** The connection is gone and no other method will be called any more; once, on any thread. */
  default void destroy() {}

  /**
   * The kernel returns lookup counts of a node. Called for FORGET and for each record of
   * BATCH_FORGET; there is no reply.
   *
   * @param nodeid the node
   * @param nlookup how many counts are returned, at least 1
   */
  default void forget(long nodeid, long nlookup) {}

  /**
   * The kernel did not take a successful reply (write(2) failed: ENOENT when the request was
   * aborted meanwhile). What the reply handed out must be taken back: lookup counts of entries,
   * file handles. {@code rq} and {@code rp} hold what they held when the operation returned.
   *
   * @param errno why, positive
   */
  default void replyRefused(Request rq, Reply rp, int errno) {}

  /**
   * Which method serves which opcode; each thread of a session asks once. What is not in the table
   * answers ENOSYS.
   */
  default FuseOperations operations() {
    return new FuseOperations();
  }
}
