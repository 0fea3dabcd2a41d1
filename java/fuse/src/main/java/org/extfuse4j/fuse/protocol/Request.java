// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.sys.Libc;
import org.extfuse4j.fuse.sys.Pages;

/**
 * A view of the request in a receive buffer. The view is reused: it shows the next request once the
 * operation has returned. Body offsets count from the end of {@link InHeader}. Not thread-safe.
 */
public final class Request {
  private final ByteBuffer buffer;
  private final long address;
  private int setxattrInSize = SetxattrIn.COMPAT_SIZE;

  // Set by RequestCheck: body offsets and lengths (without NUL) of the one or two names, or -1.
  private int name = -1;
  private int nameLength;
  private int secondName = -1;
  private int secondNameLength;
  // The same: the one group of FUSE_EXT_GROUPS, or -1.
  private int group = -1;

  private Request(ByteBuffer buffer) {
    this.buffer = buffer;
    this.address = Libc.address(buffer);
  }

  /**
   * A view of a new buffer; a file system can be tested with requests written into {@link
   * #buffer()}.
   *
   * @param capacity bytes, header included
   */
  public static Request allocate(int capacity) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(capacity + Long.BYTES);
    return new Request(buffer.alignedSlice(Long.BYTES).order(ByteOrder.nativeOrder()));
  }

  /** A view of memory that outlives it. */
  public static Request in(Pages pages) {
    return new Request(pages.buffer());
  }

  /** Length of the whole message in bytes, header and extensions included. */
  public int length() {
    return buffer.getInt(InHeader.LEN);
  }

  public int opcode() {
    return buffer.getInt(InHeader.OPCODE);
  }

  public long unique() {
    return buffer.getLong(InHeader.UNIQUE);
  }

  public long nodeid() {
    return buffer.getLong(InHeader.NODEID);
  }

  /** The caller's fsuid; not a caller's at all for requests the kernel makes on its own. */
  public int uid() {
    return buffer.getInt(InHeader.UID);
  }

  /** The caller's fsgid. */
  public int gid() {
    return buffer.getInt(InHeader.GID);
  }

  /** The caller's thread id in the daemon's pid namespace, 0 when it has none there. */
  public int pid() {
    return buffer.getInt(InHeader.PID);
  }

  /** The message, header at index 0, in native byte order; index by {@link #bodyOffset()}. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Index of the body in {@link #buffer()}. */
  public int bodyOffset() {
    return InHeader.SIZE;
  }

  public long bodyAddress() {
    return address + InHeader.SIZE;
  }

  /** Bytes of the body, without the extensions of 7.38. */
  public int bodyLength() {
    return length() - InHeader.SIZE - extensionsLength();
  }

  /** Bytes of the extensions that follow the body (SECURITY_CTX, CREATE_SUPP_GROUP). */
  public int extensionsLength() {
    return Short.toUnsignedInt(buffer.getShort(InHeader.TOTAL_EXTLEN)) * 8;
  }

  /**
   * The supplementary group of the caller that a creating request carries (CREATE_SUPP_GROUP), -1
   * if there is none: the group of the directory, if the caller is in it by no other way.
   */
  public int supplementaryGroup() {
    return group;
  }

  void supplementaryGroup(int gid) {
    group = gid;
  }

  /** A 32-bit field; compare it with Integer.compareUnsigned where it matters. */
  public int u32(int bodyOffset) {
    return buffer.getInt(index(bodyOffset, Integer.BYTES));
  }

  public long u64(int bodyOffset) {
    return buffer.getLong(index(bodyOffset, Long.BYTES));
  }

  /** Body offset of the name (of two, the first), -1 when the opcode has none. */
  public int nameOffset() {
    return name;
  }

  /** Body offset of the second name: RENAME's new name, SYMLINK's target; -1 when none. */
  public int secondNameOffset() {
    return secondName;
  }

  /** Address of a name; NUL-terminated there, so it can go straight into a system call. */
  public long nameAddress(int bodyOffset) {
    return address + index(bodyOffset, 1);
  }

  /** Bytes of the name at an offset, without its NUL. A second name begins at offset + this + 1. */
  public int nameLength(int bodyOffset) {
    if (bodyOffset == name) {
      return nameLength;
    }
    return bodyOffset == secondName ? secondNameLength : scan(bodyOffset);
  }

  /** A copy of the name at an offset, for paths that are not hot. */
  public byte[] nameBytes(int bodyOffset) {
    byte[] bytes = new byte[nameLength(bodyOffset)];
    buffer.get(index(bodyOffset, 1), bytes);
    return bytes;
  }

  /** Bytes of {@link SetxattrIn} in this session, which depends on FUSE_SETXATTR_EXT. */
  public int setxattrInSize() {
    return setxattrInSize;
  }

  public void setxattrInSize(int size) {
    setxattrInSize = size;
  }

  void names(int first, int firstLength, int second, int secondLength) {
    name = first;
    nameLength = firstLength;
    secondName = second;
    secondNameLength = secondLength;
  }

  /** Bytes before the NUL at or after an offset, -1 when the body ends before one. */
  int scan(int bodyOffset) {
    int start = InHeader.SIZE + bodyOffset;
    int end = InHeader.SIZE + bodyLength();
    for (int i = start; i < end; i++) {
      if (buffer.get(i) == 0) {
        return i - start;
      }
    }
    return -1;
  }

  public long address() {
    return address;
  }

  /** Header, names with everything unprintable escaped, and fields; for logs. */
  @Override
  public String toString() {
    return FusePrinter.request(this);
  }

  private int index(int bodyOffset, int size) {
    return InHeader.SIZE + Objects.checkFromIndexSize(bodyOffset, size, length() - InHeader.SIZE);
  }
}
