// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.extfuse4j.fuse.FuseDevice;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.ReplyStructs.NotifyDeleteOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.NotifyInvalEntryOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.NotifyInvalInodeOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OutHeader;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Libc;

/**
 * Tells the kernel to drop what it has cached (fuse_notify() of {@code fs/fuse/dev.c}).
 *
 * <p>A notification takes locks in the kernel that a request in flight may hold: the parent's inode
 * lock for an entry, page locks for data. Never send one from a method of {@link FuseFileSystem}
 * nor with a lock held that such a method takes; use a thread for nothing else. ({@link
 * Notices#attributesNow} has the one exception.) Safe for several threads, which wait for each
 * other.
 *
 * <p>Each method returns 0 or a negative errno: -ENOENT when the kernel does not know the node or
 * name, which is no failure; -ENOTEMPTY and -EBUSY from {@link #delete}; -ENODEV when the session
 * has ended.
 */
public final class Notifier {
  private static final int POLL = 1;
  private static final int INVAL_INODE = 2;
  private static final int INVAL_ENTRY = 3;
  private static final int DELETE = 6;

  private final FuseDevice device;
  private final ByteBuffer message;
  private final long address;

  Notifier(FuseDevice device) {
    this.device = device;
    int size = OutHeader.SIZE + NotifyDeleteOut.SIZE + FuseFlags.FUSE_NAME_MAX + 1;
    this.message = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    this.address = Libc.address(message);
  }

  /**
   * Drops the attributes of a node and a range of its pages.
   *
   * @param offset first byte; negative leaves the pages alone
   * @param length bytes, 0 or less for all to the end
   */
  public synchronized int invalInode(long nodeid, long offset, long length) {
    message.putLong(OutHeader.SIZE + NotifyInvalInodeOut.INO, nodeid);
    message.putLong(OutHeader.SIZE + NotifyInvalInodeOut.OFF, offset);
    message.putLong(OutHeader.SIZE + NotifyInvalInodeOut.LEN, length);
    return send(INVAL_INODE, OutHeader.SIZE + NotifyInvalInodeOut.SIZE);
  }

  /** Drops a name of a directory, positive or negative. -ENAMETOOLONG beyond 1,024 bytes. */
  public int invalEntry(long parent, byte[] name) {
    return entry(parent, name, 0);
  }

  /** Drops a name that was deleted elsewhere, if it still stands for that child. */
  public synchronized int delete(long parent, long child, byte[] name) {
    if (name.length > FuseFlags.FUSE_NAME_MAX) {
      return -Errno.ENAMETOOLONG;
    }
    message.putLong(OutHeader.SIZE + NotifyDeleteOut.PARENT, parent);
    message.putLong(OutHeader.SIZE + NotifyDeleteOut.CHILD, child);
    message.putLong(OutHeader.SIZE + NotifyDeleteOut.NAMELEN, 0);
    message.putInt(OutHeader.SIZE + NotifyDeleteOut.NAMELEN, name.length);
    return send(DELETE, name(OutHeader.SIZE + NotifyDeleteOut.SIZE, name));
  }

  /** Wakes those who poll(2) a file; {@code kh} is that of the POLL request. */
  public synchronized int pollWakeup(long kh) {
    message.putLong(OutHeader.SIZE, kh);
    return send(POLL, OutHeader.SIZE + Long.BYTES);
  }

  private synchronized int entry(long parent, byte[] name, int flags) {
    if (name.length > FuseFlags.FUSE_NAME_MAX) {
      return -Errno.ENAMETOOLONG;
    }
    message.putLong(OutHeader.SIZE + NotifyInvalEntryOut.PARENT, parent);
    message.putInt(OutHeader.SIZE + NotifyInvalEntryOut.NAMELEN, name.length);
    message.putInt(OutHeader.SIZE + NotifyInvalEntryOut.FLAGS, flags);
    return send(INVAL_ENTRY, name(OutHeader.SIZE + NotifyInvalEntryOut.SIZE, name));
  }

  /** Puts a name and its NUL at an index; returns where the message ends. */
  private int name(int at, byte[] name) {
    message.put(at, name);
    message.put(at + name.length, (byte) 0);
    return at + name.length + 1;
  }

  private int send(int code, int size) {
    message.putInt(OutHeader.LEN, size);
    message.putInt(OutHeader.ERROR, code);
    message.putLong(OutHeader.UNIQUE, 0);
    return device.notify(address, size);
  }
}
