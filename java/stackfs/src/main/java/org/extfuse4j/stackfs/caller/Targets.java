// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

/** What a system call is about: at most two directories and two objects, by descriptor. */
final class Targets {
  static final int NONE = -1;

  int directory = NONE;
  int otherDirectory = NONE;
  int object = NONE;
  int otherObject = NONE;
  private boolean reachesObject;

  void clear() {
    directory = NONE;
    otherDirectory = NONE;
    object = NONE;
    otherObject = NONE;
    reachesObject = false;
  }

  /** It is about names in this directory. */
  void in(int directory) {
    otherDirectory = this.directory;
    this.directory = directory;
  }

  /** It is about this object itself. */
  void on(int object) {
    reachesObject = true;
    about(object);
  }

  /** It is about a name of this object. */
  void about(int object) {
    otherObject = this.object;
    this.object = object;
  }

  /**
   * What counts of a thread's capabilities in a user namespace below the daemon's: those for what
   * has owner and group there (privileged_wrt_inode_uidgid() of kernel/capability.c).
   */
  long capsOfNamespace(CallerCredentials credentials, int tid) {
    boolean directories = credentials.maps(tid, directory, otherDirectory);
    boolean objects = credentials.maps(tid, object, otherObject);
    long caps = directories && (objects || !reachesObject) ? Caps.REACH : 0;
    boolean makes = object == NONE && otherObject == NONE;
    return caps | ((makes ? directories : objects) ? Caps.OWN : 0);
  }
}
