// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.node;

import java.util.HashMap;
import java.util.Map;
import org.extfuse4j.cache.node.CachedNode;

/** A path that the kernel knows by a nodeid: a name in a directory's node. */
public final class PathNode extends CachedNode {
  // All but the last group are guarded by the NodeRegistry's monitor; see PathTable.

  /** Null for the root. A node that lost its name keeps it, to unlock what it locked. */
  public PathNode parent;

  public String name;

  /** By name; null while there are none. */
  public Map<String, PathNode> children;

  /** The name does not lead here any more. */
  boolean detached;

  /** How many operations use a path through this node, or -1 while one changes its name. */
  public int users;

  /** Open files. */
  public int open;

  /** Unlinked while open, and now kept under a hidden name until the last file is closed. */
  public boolean hidden;

  /** The file type bits of st_mode when the node was last looked up, 0 before. */
  public volatile int type;

  // What the kernel was told last, guarded by this; see Rights.
  private int publishedMode;
  private int publishedUid;
  private int publishedGid;
  private boolean published;
  private boolean doubtful;

  // Written under the node's lock (NodeLocks); see Freshness.

  /** Grows with every change and invalidation: what was looked at before is not cached after. */
  public volatile long changes;

  /** Changes under way. */
  public int changing;

  /** Files open for writing: the attributes change without a request. */
  public int writers;

  /** It has, or had, a second path: a change by that one is not seen here. */
  public boolean linked;

  public PathNode(long nodeid, PathNode parent, String name) {
    super(nodeid);
    this.parent = parent;
    this.name = name;
  }

  /** Counts a change; with the node's lock held. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  public void changed() {
    changes++;
  }

  /**
   * The kernel is about to hear this.
   *
   * @param itsOwnChange it asked for it, by SETATTR, whose reply it takes whatever else it hears
   */
  public synchronized void published(int mode, int uid, int gid, boolean itsOwnChange) {
    doubtful = !itsOwnChange && (doubtful || (published && !isPublished(mode, uid, gid, ~0)));
    published = true;
    publishedMode = mode;
    publishedUid = uid;
    publishedGid = gid;
  }

  /** Whether it was this, as far as some bits of the mode go. */
  public synchronized boolean isPublished(int mode, int uid, int gid, int modeBits) {
    return ((publishedMode ^ mode) & modeBits) == 0 && publishedUid == uid && publishedGid == gid;
  }

  /**
   * Whether the kernel may go by something that it was told before: attributes in a reply are not
   * taken if another reply or a notice about the node has overtaken it (fuse_change_attributes() of
   * fs/fuse/inode.c).
   */
  public synchronized boolean isDoubtful() {
    return doubtful;
  }

  public PathNode child(String childName) {
    return children == null ? null : children.get(childName);
  }

  void addChild(PathNode node) {
    if (children == null) {
      children = new HashMap<>();
    }
    children.put(node.name, node);
  }

  void removeChild(PathNode node) {
    children.remove(node.name, node);
    if (children.isEmpty()) {
      children = null;
    }
  }
}
