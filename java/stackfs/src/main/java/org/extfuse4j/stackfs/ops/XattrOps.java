// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.ops;

import java.nio.charset.StandardCharsets;
import org.extfuse4j.cache.map.AbsentXattr;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.GetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.sys.Capability;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.node.StackNode;
import org.extfuse4j.stackfs.ops.MountContext.NodeOp;
import org.extfuse4j.stackfs.publish.Attributes;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * Extended attributes of every namespace, and with them POSIX ACLs, which the kernel asks for under
 * their names (FUSE_POSIX_ACL) whenever it checks the permissions of somebody who is not the owner.
 * That a node has none is therefore cached with its attributes ({@link AbsentXattr}).
 *
 * <p>All is done with the caller's rights ({@link Caller}), so the source decides as xattr(7) has
 * it, but reading what everybody may read of a file, and the kernel asks for most: its ACLs and
 * file capabilities.
 */
public final class XattrOps {
  private static final byte[] TRUSTED = bytes("trusted.");
  private static final byte[] POSIX_ACL = bytes("system.posix_acl_");
  private static final byte[] CAPABILITY = bytes("security.capability");

  private final MountContext m;
  private final NodeOp get = XattrOps::get;
  private final NodeOp getCached = this::getCached;
  private final NodeOp list = XattrOps::list;
  private final NodeOp set = this::set;
  private final NodeOp remove = this::remove;

  public XattrOps(MountContext m) {
    this.m = m;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean startsWith(Request rq, byte[] prefix) {
    int name = rq.nameOffset();
    if (rq.nameLength(name) < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (rq.buffer().get(rq.bodyOffset() + name + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(Request rq, byte[] name) {
    return rq.nameLength(rq.nameOffset()) == name.length && startsWith(rq, name);
  }

  public int getxattr(Request rq, Reply rp) {
    boolean mayCache = m.cache.active() && absentBit(rq) != 0;
    return mayCache ? m.onLockedNode(rq, rp, getCached) : m.onNode(rq, rp, get);
  }

  private static int absentBit(Request rq) {
    int name = rq.nameOffset();
    return AbsentXattr.bit(rq.buffer(), rq.bodyOffset() + name, rq.nameLength(name));
  }

  private int getCached(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int rc = get(s, node, fd, rq, rp);
    if (rc == -Errno.ENODATA) {
      node.knowAbsent(absentBit(rq), s.epoch);
      m.publisher.refresh(s, node, fd);
    }
    return rc;
  }

  private static int get(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    if (is(rq, CAPABILITY) || startsWith(rq, POSIX_ACL)) {
      return reply(rp, get(s, fd, rq, rp), rq.u32(GetxattrIn.SIZE_FIELD));
    }
    Caller caller = s.caller.become(rq).on(fd).administers().checkedByKernel();
    try {
      if (startsWith(rq, TRUSTED)) {
        caller.knowAdministrator(); // for others there is no such attribute
      }
      long n;
      do {
        n = get(s, fd, rq, rp);
      } while (caller.again(n));
      return reply(rp, n, rq.u32(GetxattrIn.SIZE_FIELD));
    } finally {
      caller.restore();
    }
  }

  private static long get(Scratch s, int fd, Request rq, Reply rp) {
    long room = Integer.toUnsignedLong(rq.u32(GetxattrIn.SIZE_FIELD));
    long name = rq.nameAddress(rq.nameOffset());
    return Syscalls.getxattr(s.procPath(fd), name, rp.payloadAddress(), room);
  }

  private static int reply(Reply rp, long n, int size) {
    if (n < 0) {
      return (int) n;
    }
    if (size == 0) {
      rp.xattrSize((int) n);
    } else {
      rp.length((int) n);
    }
    return 0;
  }

  /** Without the names of trusted.* for who has not CAP_SYS_ADMIN, where the source hides them. */
  public int listxattr(Request rq, Reply rp) {
    return m.onNode(rq, rp, list);
  }

  private static int list(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int size = rq.u32(GetxattrIn.SIZE_FIELD);
    Caller caller = s.caller.become(rq).on(fd).administers();
    try {
      caller.knowAdministrator();
      long room = Integer.toUnsignedLong(size);
      return reply(rp, Syscalls.listxattr(s.procPath(fd), rp.payloadAddress(), room), size);
    } finally {
      caller.restore();
    }
  }

  public int setxattr(Request rq, Reply rp) {
    return m.onChangedNode(rq, rp, set);
  }

  private int set(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int name = rq.nameOffset();
    long value = rq.nameAddress(name) + rq.nameLength(name) + 1;
    long size = Integer.toUnsignedLong(rq.u32(SetxattrIn.SIZE_FIELD));
    int flags = rq.u32(SetxattrIn.FLAGS);
    node.forgetAbsent();
    boolean setsAcl = startsWith(rq, POSIX_ACL);
    int rc = setsAcl ? Attributes.statx(s, fd) : 0;
    if (rc < 0) {
      return rc;
    }
    if (setsAcl) {
      m.publisher.held.beforeChange(s, node, fd, rq.uid());
    }
    Caller caller = s.caller.become(rq).on(fd).administers().checkedByKernel();
    try {
      if (setsAcl && Attributes.hasSetId(s.statx)) {
        caller.know(Capability.FSETID); // who is not in the group takes set-group-ID
      }
      do {
        rc = Syscalls.setxattr(s.procPath(fd), rq.nameAddress(name), value, size, flags);
      } while (caller.again(rc));
    } finally {
      caller.restore();
    }
    m.publisher.refresh(s, node, fd);
    return rc;
  }

  public int removexattr(Request rq, Reply rp) {
    return m.onChangedNode(rq, rp, remove);
  }

  private int remove(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    node.forgetAbsent();
    if (startsWith(rq, POSIX_ACL) && Attributes.statx(s, fd) == 0) {
      m.publisher.held.beforeChange(s, node, fd, rq.uid());
    }
    long name = rq.nameAddress(rq.nameOffset());
    int rc;
    boolean mayNot;
    Caller caller = s.caller.become(rq).on(fd).administers().checkedByKernel();
    try {
      do {
        rc = Syscalls.removexattr(s.procPath(fd), name);
      } while (caller.again(rc));
      mayNot = rc == -Errno.EPERM && is(rq, CAPABILITY) && !caller.has(Capability.SETFCAP);
    } finally {
      caller.restore();
    }
    if (mayNot) {
      rc = removeForWriter(s, node, fd, name);
    }
    m.publisher.refresh(s, node, fd);
    return rc;
  }

  // Who may not take a file's capabilities does not ask for it: the kernel does, before he writes,
  // truncates or chowns (ATTR_KILL_PRIV). The last two take them themselves.
  private int removeForWriter(Scratch s, StackNode node, int fd, long name) {
    if (!m.openers.isWritten(node.nodeid())) {
      return 0;
    }
    s.caller.beItselfWith(Capability.SETFCAP);
    try {
      return Syscalls.removexattr(s.procPath(fd), name);
    } finally {
      s.caller.restore();
    }
  }
}
