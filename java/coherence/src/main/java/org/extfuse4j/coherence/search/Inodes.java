// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import org.extfuse4j.coherence.history.Attr;
import org.extfuse4j.coherence.search.Step.Now;

/** What a state says of an inode against what was seen of it. */
final class Inodes {
  static final int[] FIELDS = {State.MODE, State.NLINK, State.SIZE, State.MTIME, State.CTIME};

  // By the index of the operation that sets a time: its bounds.
  private final long[] from;
  private final long[] to;

  Inodes(long[] from, long[] to) {
    this.from = from;
    this.to = to;
  }

  /** A time that an operation sets and nobody has seen. */
  static long unseen(int operation) {
    return -1L - operation;
  }

  private static long seen(Attr attr, int field) {
    return switch (field) {
      case State.MODE -> attr.mode();
      case State.NLINK -> attr.nlink();
      case State.SIZE -> attr.size();
      case State.MTIME -> attr.mtime();
      case State.CTIME -> attr.ctime();
      default -> throw new IllegalArgumentException("field " + field);
    };
  }

  /** Whether one field can be what was seen. A directory's size is the file system's own affair. */
  Now agrees(State state, int inode, int field, Attr attr) {
    long has = state.get(inode, field);
    long seen = seen(attr, field);
    if (field == State.SIZE && attr.type() == Attr.DIRECTORY) {
      return Now.HOLDS;
    }
    if (has >= 0) {
      return has == seen ? Now.HOLDS : Now.IMPOSSIBLE;
    }
    int operation = (int) (-1 - has);
    return from[operation] <= seen && seen <= to[operation] ? Now.CHANGES : Now.IMPOSSIBLE;
  }

  /** The field is what was seen, and so are others that the same operation has set. */
  static void settle(State state, int inode, int field, Attr attr) {
    long has = state.get(inode, field);
    if (has >= 0) {
      return;
    }
    for (int time = State.MTIME; time <= State.CTIME; time++) {
      if (state.get(inode, time) == has) {
        state.set(inode, time, seen(attr, field));
      }
    }
  }

  Now agrees(State state, int inode, Attr attr) {
    boolean open = false;
    for (int field : FIELDS) {
      Now now = agrees(state, inode, field, attr);
      if (now == Now.IMPOSSIBLE) {
        return now;
      }
      open |= now == Now.CHANGES;
    }
    boolean oneTime = state.get(inode, State.MTIME) == state.get(inode, State.CTIME);
    if (open && oneTime && attr.mtime() != attr.ctime()) {
      return Now.IMPOSSIBLE;
    }
    return open ? Now.CHANGES : Now.HOLDS;
  }

  static void settle(State state, int inode, Attr attr) {
    for (int field : FIELDS) {
      settle(state, inode, field, attr);
    }
  }

  /** Whether an inode can be the one with this number and type. */
  static Now is(State state, int inode, long ino, int type) {
    if (inode == State.NONE || state.get(inode, State.TYPE) != type) {
      return Now.IMPOSSIBLE;
    }
    long has = state.get(inode, State.INO);
    if (has != State.UNKNOWN) {
      return has == ino ? Now.HOLDS : Now.IMPOSSIBLE;
    }
    for (int other = 0; other < state.inodes(); other++) {
      if (state.get(other, State.INO) == ino && state.get(other, State.NLINK) > 0) {
        return Now.IMPOSSIBLE;
      }
    }
    return Now.CHANGES;
  }
}
