// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.ByteBuffer;
import org.extfuse4j.cache.AbsentXattr;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseFlags;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.GetxattrIn;
import org.extfuse4j.fuse.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.Syscalls;
import org.extfuse4j.stackfs.Mounted.NodeOp;

/**
 * Extended attributes of every namespace, and with them POSIX ACLs, which the kernel asks for under
 * their names (FUSE_POSIX_ACL) whenever it checks the permissions of somebody who is not the owner.
 * That a node has none is therefore cached with its attributes ({@link AbsentXattr}).
 *
 * <p>The kernel has checked what the caller may do, as xattr(7) has it.
 */
final class XattrOps {
  private static final int ROOT = 0;
  private static final int S_ISGID = 02000;
  private static final int MODE_BITS = 07777;
  private static final byte[] TRUSTED = {'t', 'r', 'u', 's', 't', 'e', 'd', '.'};

  private final Mounted m;
  private final NodeOp get = XattrOps::get;
  private final NodeOp getCached = this::getCached;
  private final NodeOp list = XattrOps::list;
  private final NodeOp set = this::set;
  private final NodeOp remove = this::remove;

  XattrOps(Mounted m) {
    this.m = m;
  }

  int getxattr(Request rq, Reply rp) {
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
      m.refresh(s, node, fd);
    }
    return rc;
  }

  private static int get(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int size = rq.u32(GetxattrIn.SIZE_FIELD);
    long name = rq.nameAddress(rq.nameOffset());
    long n =
        Syscalls.getxattr(s.procPath(fd), name, rp.payloadAddress(), Integer.toUnsignedLong(size));
    return reply(rp, n, size);
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

  /** Without the names of trusted.* for others than root, which a local file system hides. */
  int listxattr(Request rq, Reply rp) {
    return m.onNode(rq, rp, list);
  }

  private static int list(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int size = rq.u32(GetxattrIn.SIZE_FIELD);
    if (rq.uid() == ROOT) {
      long room = Integer.toUnsignedLong(size);
      return reply(rp, Syscalls.listxattr(s.procPath(fd), rp.payloadAddress(), room), size);
    }
    long n = Syscalls.listxattr(s.procPath(fd), s.dentsAddress, Scratch.DENTS_SIZE);
    if (n < 0) {
      return (int) n;
    }
    int left = withoutTrusted(s.dents, (int) n);
    if (size == 0) {
      rp.xattrSize(left);
    } else if (Integer.compareUnsigned(left, size) > 0) {
      return -Errno.ERANGE;
    } else {
      rp.payload().put(0, s.dents, 0, left);
      rp.length(left);
    }
    return 0;
  }

  /** Removes names from a list in which each ends in NUL; returns its new length. */
  static int withoutTrusted(ByteBuffer list, int length) {
    int left = 0;
    int end;
    for (int begin = 0; begin < length; begin = end) {
      end = begin;
      while (end < length && list.get(end) != 0) {
        end++;
      }
      end++;
      if (!startsWithTrusted(list, begin, end)) {
        for (int i = begin; i < end; i++) {
          list.put(left++, list.get(i));
        }
      }
    }
    return left;
  }

  private static boolean startsWithTrusted(ByteBuffer list, int begin, int end) {
    if (end - begin <= TRUSTED.length) {
      return false;
    }
    for (int i = 0; i < TRUSTED.length; i++) {
      if (list.get(begin + i) != TRUSTED[i]) {
        return false;
      }
    }
    return true;
  }

  int setxattr(Request rq, Reply rp) {
    return m.onChangedNode(rq, rp, set);
  }

  private int set(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    int name = rq.nameOffset();
    long value = rq.nameAddress(name) + rq.nameLength(name) + 1;
    long size = Integer.toUnsignedLong(rq.u32(SetxattrIn.SIZE_FIELD));
    int flags = rq.u32(SetxattrIn.FLAGS);
    boolean extended = rq.setxattrInSize() > SetxattrIn.COMPAT_SIZE;
    int more = extended ? rq.u32(SetxattrIn.SETXATTR_FLAGS) : 0;
    node.forgetAbsent();
    int rc = Syscalls.setxattr(s.procPath(fd), rq.nameAddress(name), value, size, flags);
    if (rc == 0 && (more & FuseFlags.FUSE_SETXATTR_ACL_KILL_SGID) != 0) {
      rc = clearSetgid(s, fd);
    }
    m.refresh(s, node, fd);
    return rc;
  }

  // The source's file system would have done it for the caller, but not for root.
  private static int clearSetgid(Scratch s, int fd) {
    int rc = Attributes.statx(s, fd);
    int mode = Attributes.mode(s.statx);
    if (rc == 0 && (mode & S_ISGID) != 0) {
      rc = Syscalls.chmod(s.procPath(fd), mode & MODE_BITS & ~S_ISGID);
    }
    return rc;
  }

  int removexattr(Request rq, Reply rp) {
    return m.onChangedNode(rq, rp, remove);
  }

  private int remove(Scratch s, StackNode node, int fd, Request rq, Reply rp) {
    node.forgetAbsent();
    int rc = Syscalls.removexattr(s.procPath(fd), rq.nameAddress(rq.nameOffset()));
    m.refresh(s, node, fd);
    return rc;
  }
}
