// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.Arrays;

/**
 * The model file system and how far each worker is, in one array of words, so that states can be
 * copied and compared at once.
 *
 * <p>A time or an inode number that nobody has seen yet is not known. A time that is not known is
 * that of the operation which set it: minus its index, minus 1. {@link #UNKNOWN} is the inode
 * number that is not known.
 */
final class State {
  static final int NONE = -1;
  static final long UNKNOWN = 0;

  // Of a worker: the index of its operation, which of its steps are done, and the inodes that the
  // operation has resolved a name to and that the worker has open.
  private static final int NEXT = 0;
  private static final int DONE = 1;
  private static final int BOUND = 2;
  private static final int HELD = 3;
  private static final int WORKER = 4;

  // Of an inode. A type of 0: there is no such inode yet.
  static final int TYPE = 0;
  static final int INO = 1;
  static final int MODE = 2;
  static final int NLINK = 3;
  static final int SIZE = 4;
  static final int MTIME = 5;
  static final int CTIME = 6;
  static final int TARGET = 7;
  private static final int INODE = 8;

  private final int firstName;
  private final int firstInode;
  private final long[] words;

  State(int workers, int names, int inodes) {
    firstName = workers * WORKER;
    firstInode = firstName + names;
    words = new long[firstInode + inodes * INODE];
    Arrays.fill(words, firstName, firstInode, NONE);
    for (int worker = 0; worker < workers; worker++) {
      words[worker * WORKER + BOUND] = NONE;
      words[worker * WORKER + HELD] = NONE;
    }
  }

  private State(State other) {
    firstName = other.firstName;
    firstInode = other.firstInode;
    words = other.words.clone();
  }

  State copy() {
    return new State(this);
  }

  int inodes() {
    return (words.length - firstInode) / INODE;
  }

  int next(int worker) {
    return (int) words[worker * WORKER + NEXT];
  }

  long done(int worker) {
    return words[worker * WORKER + DONE];
  }

  void done(int worker, long steps) {
    words[worker * WORKER + DONE] = steps;
  }

  /** The worker's operation is complete. */
  void advance(int worker) {
    words[worker * WORKER + NEXT]++;
    words[worker * WORKER + DONE] = 0;
    words[worker * WORKER + BOUND] = NONE;
  }

  /** What the worker's operation has resolved its name to; or a number that it keeps. */
  int bound(int worker) {
    return (int) words[worker * WORKER + BOUND];
  }

  void bind(int worker, int inode) {
    words[worker * WORKER + BOUND] = inode;
  }

  int held(int worker) {
    return (int) words[worker * WORKER + HELD];
  }

  void hold(int worker, int inode) {
    words[worker * WORKER + HELD] = inode;
  }

  /** The inode that a name leads to, or {@link #NONE}. */
  int at(int name) {
    return (int) words[firstName + name];
  }

  void lead(int name, int inode) {
    words[firstName + name] = inode;
  }

  long get(int inode, int field) {
    return words[firstInode + inode * INODE + field];
  }

  void set(int inode, int field, long value) {
    words[firstInode + inode * INODE + field] = value;
  }

  void add(int inode, int field, long value) {
    words[firstInode + inode * INODE + field] += value;
  }

  boolean is(int inode, int type) {
    return inode != NONE && get(inode, TYPE) == type;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof State state && Arrays.equals(words, state.words);
  }

  @Override
  public int hashCode() {
    long hash = 0;
    for (long word : words) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return Long.hashCode(hash);
  }
}
