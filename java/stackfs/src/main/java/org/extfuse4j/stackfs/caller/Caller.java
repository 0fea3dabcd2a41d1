// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.caller;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * Whose rights a thread has. The kernel has checked a request's caller against owners and modes
 * that it believes, which may be old; so a system call that opens or changes something of the
 * source is made with the caller's own rights, and the source's kernel decides, as it would without
 * the mount:
 *
 * <pre>
 *   caller.become(rq).in(directory).on(object);
 *   try {
 *     do {
 *       rc = Syscalls...;
 *     } while (caller.again(rc));
 *   } finally {
 *     caller.restore();
 *   }
 * </pre>
 *
 * <p>At first that is with fsuid and fsgid of the request, the group that it carries (if it makes
 * something) and no capability. If that is not enough, {@link #again} finds out what else the
 * caller has ({@link CallerCredentials}), which takes longer than the call itself, and it is tried
 * with that. Where a call does less with fewer rights, and does not fail, {@link #know} finds it
 * out before. Of a caller that cannot be seen there is no more than the request says: of one in
 * another pid namespace, and of one for whom a server acts.
 *
 * <p>Groups may also take: where an object gives others what it does not give a group, or has an
 * ACL, who does not own it has all his groups from the start ({@link #heedGroups}).
 *
 * <p>Of capabilities none counts but {@link Caps#ALLOWED}, and what {@link ThreadCredentials} has.
 *
 * <p>The umask is the caller's too: only the source knows whether it applies, or a directory's
 * default ACL instead.
 *
 * <p>One for each thread.
 */
public final class Caller {

  private static final int NONE = -1;
  private static final int ROOT = 0;
  private static final int NOBODY = 65534;

  // What a root that cannot be seen has: the kernel has checked it, and those of Caps.MACHINE and
  // SETFCAP against nothing that it only believes.
  private static final long UNSEEN_ROOT =
      Caps.ALLOWED & ~(Capability.FSETID | Capability.SYS_RESOURCE);

  // How far the thread has become the caller.
  private enum Known {
    /** Its fsuid only, and if that is the daemon's own, not at all. */
    USER,
    IDS,
    CAPS,
    ALL
  }

  private final ThreadCredentials thread = new ThreadCredentials();
  private final CallerCredentials credentials;
  private final ByteBuffer oneGroup =
      ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
  private final long oneGroupAddress = Pointer.nativeValue(Native.getDirectBufferPointer(oneGroup));
  private final UnseenCaller unseen;

  // Of the request.
  private int uid;
  private int gid;
  private int pid;
  private int group;
  private long allowed;
  private Known known = Known.IDS;
  private boolean checkedByKernel;
  private long unnamedCaps;
  private boolean canBeRoot;
  private boolean changesData;
  private final Targets targets = new Targets();
  private boolean groupsKnown;
  private long learned;

  public Caller(long emptyPath) {
    credentials = new CallerCredentials(emptyPath);
    unseen = new UnseenCaller(credentials);
  }

  /**
   * The thread has the rights of the request's caller until {@link #restore}; of one that the
   * request does not name those that the kernel has checked.
   *
   * @throws IllegalStateException if it cannot have them
   */
  public Caller become(Request rq) {
    begin(rq.uid(), rq.gid(), rq.pid(), rq.supplementaryGroup());
    becomeIds();
    return this;
  }

  /** The same, with the caller's umask, which the thread keeps until the next time. */
  public Caller become(Request rq, int umask) {
    become(rq);
    thread.setUmask(umask);
    return this;
  }

  /**
   * The same for a system call on an open file, where nothing is asked but whose blocks are taken;
   * {@link #know} and {@link #again} do the rest.
   *
   * @param pid 0 for a caller that has gone
   */
  public Caller becomeWriter(int uid, int gid, int pid) {
    begin(uid, gid, pid, NONE);
    known = isUnnamed() ? Known.ALL : Known.USER;
    changesData = true;
    if (uid != ThreadCredentials.OWN_UID) {
      thread.setIds(isUnnamed() ? NOBODY : uid, ThreadCredentials.OWN_GID);
    }
    return this;
  }

  /**
   * The same for what the kernel writes on its own, by now, for who has opened the file. What it
   * writes was changed in a mapping, which takes no set-id bit, or by write(2), which has taken it.
   */
  public Caller becomeOpener(int uid, int gid, boolean setId) {
    becomeWriter(uid, gid, 0);
    known = Known.ALL;
    if (setId && uid != ThreadCredentials.OWN_UID) {
      thread.setCaps(Capability.FSETID);
    }
    return this;
  }

  /** The thread is its own, with these capabilities besides, until {@link #restore}. */
  public void beItselfWith(long caps) {
    thread.own();
    thread.setCaps(Caps.FS | caps);
  }

  /** The call is about names in the directory. */
  public Caller in(int directory) {
    targets.in(directory);
    heedGroups(directory);
    return this;
  }

  /** The call is about what the descriptor refers to. */
  public Caller on(int object) {
    targets.on(object);
    heedGroups(object);
    return this;
  }

  /** The call is about a name of what the descriptor refers to, which it does not reach itself. */
  public Caller about(int object) {
    targets.about(object);
    return this;
  }

  /** The call is about extended attributes; some ask for CAP_SYS_ADMIN. */
  public Caller administers() {
    allowed |= Capability.SYS_ADMIN;
    return this;
  }

  /** The kernel lets nobody make this call who has not the capability that it takes. */
  public Caller checkedByKernel() {
    checkedByKernel = true;
    if (isUnnamed()) {
      unnamedCaps |= allowed & Capability.SYS_ADMIN;
      thread.setCaps(unnamedCaps);
    }
    return this;
  }

  /**
   * The call writes or truncates: then set-id bits stay for CAP_FSETID of the first user namespace
   * only (capable() in setattr_should_drop_suidgid() of fs/attr.c).
   */
  public Caller changesData() {
    changesData = true;
    return this;
  }

  private void begin(int uid, int gid, int pid, int group) {
    thread.own();
    this.uid = uid;
    this.gid = gid;
    this.pid = pid;
    this.group = group;
    allowed = Caps.ALLOWED;
    checkedByKernel = false;
    canBeRoot = false;
    changesData = false;
    unseen.begin();
    targets.clear();
    groupsKnown = false;
    learned = 0;
  }

  // Where mounts may be idmapped (FUSE_ALLOW_IDMAP) the kernel says who asks only of who makes
  // something (fuse_get_req() of fs/fuse/dev.c), and its check is all that there is.
  private boolean isUnnamed() {
    return uid == NONE || gid == NONE;
  }

  private void becomeIds() {
    if (isUnnamed()) {
      known = Known.ALL;
      unnamedCaps = UNSEEN_ROOT;
      canBeRoot = true;
      thread.setIds(NOBODY, ThreadCredentials.OWN_GID); // whose is no reserve
      thread.setCaps(unnamedCaps);
      return;
    }
    known = Known.IDS;
    thread.setIds(uid, gid);
    if (uid == ThreadCredentials.OWN_UID) {
      thread.setCaps(0);
    }
    if (group != NONE) {
      oneGroup.putInt(0, group);
      thread.setGroups(1, oneGroupAddress);
    }
  }

  // Where a group may be refused what others are given, who lacks it would be given more than he
  // has. Of a caller that cannot be seen the kernel's check is all that there is.
  private void heedGroups(int fd) {
    if (known != Known.IDS || groupsKnown || fd < 0 || !mayRefuseGroups(fd)) {
      return;
    }
    groupsKnown = true;
    if (credentials.read(pid, uid, gid) && credentials.hasOtherGroups(gid, group)) {
      thread.setGroups(credentials.groupCount, credentials.groupsAddress);
    }
  }

  private boolean mayRefuseGroups(int fd) {
    ByteBuffer statx = credentials.look(fd);
    if (statx == null) {
      return true;
    }
    if (Attributes.uid(statx) == uid) {
      return false;
    }
    int mode = Attributes.mode(statx);
    return (mode & 07 & ~(mode >> 3)) != 0 || credentials.hasAcl(fd);
  }

  /**
   * Whether to make a call again, with more rights than it was made with.
   *
   * @param rc what it answered
   */
  public boolean again(long rc) {
    return rc < 0
        && lacks((int) -rc)
        && (canBeRoot ? becomeRoot((int) -rc) : known != Known.ALL && learn());
  }

  // Where a server decides by the user alone, who is not named can do nothing else than as root.
  private boolean becomeRoot(int errno) {
    if (errno != Errno.EACCES && errno != Errno.EPERM) {
      return false;
    }
    canBeRoot = false;
    thread.setIds(ThreadCredentials.OWN_UID, ThreadCredentials.OWN_GID);
    thread.setCaps(unnamedCaps);
    return true;
  }

  // What somebody is answered who may not, or may not have what is left.
  private static boolean lacks(int errno) {
    return errno == Errno.EACCES
        || errno == Errno.EPERM
        || errno == Errno.ENOSPC
        || errno == Errno.EDQUOT;
  }

  /**
   * The thread has all groups and capabilities that count, before the call is made.
   *
   * @param enough that it need not know more if it has these capabilities
   */
  public void know(long enough) {
    while (known != Known.ALL && (learned & enough) != enough) {
      learn();
    }
  }

  /**
   * The same where nothing else counts than CAP_SYS_ADMIN: few have it, and to see that is cheap.
   */
  public void knowAdministrator() {
    if (pid <= 0 || (Syscalls.effectiveCaps(pid) & Capability.SYS_ADMIN) != 0) {
      know(Capability.SYS_ADMIN);
    }
  }

  // Returns whether there is anything new.
  private boolean learn() {
    if (known == Known.USER) {
      becomeIds();
    }
    if (known == Known.IDS && uid == ROOT && pid > 0) {
      known = Known.CAPS;
      long caps = counting(Syscalls.effectiveCaps(pid));
      if (caps != 0) {
        learned(caps);
        return true;
      }
    }
    boolean changed = false;
    known = Known.ALL;
    long caps;
    if (credentials.read(pid, uid, gid)) {
      caps = counting(credentials.effective);
      if (credentials.hasOtherGroups(gid, group)) {
        thread.setGroups(credentials.groupCount, credentials.groupsAddress);
        changed = true;
      }
    } else {
      caps = unseen();
    }
    if (caps != learned) {
      changed |= (caps & ~learned) != 0;
      learned(caps);
    }
    return changed || unseen.confirmed() > 0;
  }

  private void learned(long caps) {
    thread.setCaps(caps);
    learned = caps;
  }

  private long unseen() {
    unseen.warn(uid, pid);
    if (uid != ROOT && unseen.confirm(targets)) {
      thread.setGroups(unseen.confirmed(), credentials.groupsAddress);
    }
    if (uid != ROOT || pid != 0) {
      return 0;
    }
    return thread.permitted()
        & (UNSEEN_ROOT | (checkedByKernel ? allowed & Capability.SYS_ADMIN : 0));
  }

  /**
   * What to answer to a call that came to this.
   *
   * @return rc, or -ESTALE instead of -EACCES where the kernel is to look again
   */
  public int answer(int rc) {
    return rc == -Errno.EACCES && unseen.mustLookAgain() ? -Errno.ESTALE : rc;
  }

  // Of an effective set, what counts for this call.
  private long counting(long effective) {
    long caps = effective < 0 ? 0 : effective & allowed & thread.permitted();
    if (caps == 0 || credentials.inOwnNamespace(pid)) {
      return caps;
    }
    long here = targets.capsOfNamespace(credentials, pid);
    return caps & here & (changesData ? ~Capability.FSETID : ~0);
  }

  /** Whether the caller is known to have one of these capabilities, wherever they count. */
  public boolean has(long caps) {
    return known == Known.ALL && (credentials.effective & caps) != 0;
  }

  /** Whether the caller of the last call has this fsuid. */
  public boolean isUser(int uid) {
    return this.uid == uid;
  }

  /** Whether the caller of the last call, which was refused, is in this group. */
  public boolean isIn(int gid) {
    return this.gid == gid || (known == Known.ALL && credentials.isIn(gid));
  }

  /** The thread is its own again. */
  public void restore() {
    thread.restore();
  }

  /**
   * Makes sure that the thread is its own; at the beginning of a request.
   *
   * @throws IllegalStateException if it is not, and cannot be
   */
  public void own() {
    unseen.begin();
    thread.own();
  }
}
