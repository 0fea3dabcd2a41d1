// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.protocol.ReplyStructs.AttrOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.BmapOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.Dirent;
import org.extfuse4j.fuse.protocol.ReplyStructs.Direntplus;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.FileLock;
import org.extfuse4j.fuse.protocol.ReplyStructs.GetxattrOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.IoctlOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.Kstatfs;
import org.extfuse4j.fuse.protocol.ReplyStructs.LkOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.LseekOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OutHeader;
import org.extfuse4j.fuse.protocol.ReplyStructs.PollOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.StatfsOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.StatxOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.WriteOut;
import org.extfuse4j.fuse.session.FuseDispatcher;
import org.extfuse4j.fuse.sys.Libc;
import org.extfuse4j.fuse.sys.Pages;
import org.extfuse4j.fuse.sys.Syscalls;

/**
 * A view of a send buffer, where an operation puts the payload of its answer. The payload stands
 * right behind the header, so pread(2) can go straight to {@link #payloadAddress()}; {@link
 * #length(int)} says how much of it counts. A filler sets the length itself. Validities are in
 * nanoseconds, negative ones count as 0; all other offsets are bytes from the payload's start. Not
 * thread-safe.
 */
public final class Reply {
  private static final long NANOS = 1_000_000_000L;

  private final ByteBuffer payload;
  private final ByteBuffer message;
  private final long address;
  private int length;
  private int limit;

  private Reply(ByteBuffer message) {
    this.message = message;
    this.address = Libc.address(message);
    int capacity = message.capacity() - OutHeader.SIZE;
    this.payload = message.slice(OutHeader.SIZE, capacity).order(ByteOrder.nativeOrder());
    this.limit = capacity;
  }

  /**
   * A view of a new buffer.
   *
   * @param capacity bytes of payload
   */
  public static Reply allocate(int capacity) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(OutHeader.SIZE + capacity + Long.BYTES);
    ByteBuffer aligned = buffer.alignedSlice(Long.BYTES);
    return new Reply(aligned.slice(0, OutHeader.SIZE + capacity).order(ByteOrder.nativeOrder()));
  }

  /** A view of memory that outlives it, from a page's begin. */
  public static Reply in(Pages pages, int capacity) {
    return new Reply(
        pages.buffer().slice(0, OutHeader.SIZE + capacity).order(ByteOrder.nativeOrder()));
  }

  /** Bytes of memory for so much payload. */
  public static int size(int capacity) {
    return OutHeader.SIZE + capacity;
  }

  public long payloadAddress() {
    return address + OutHeader.SIZE;
  }

  /** Bytes of payload that fit. */
  public int capacity() {
    return payload.capacity();
  }

  /** The payload from index 0, in native byte order. Its position and limit are not looked at. */
  public ByteBuffer payload() {
    return payload;
  }

  /**
   * The whole message, {@link OutHeader} at index 0, as {@link FuseDispatcher#dispatch} left it.
   */
  public ByteBuffer message() {
    return message;
  }

  /** Bytes of payload put so far. */
  public int length() {
    return length;
  }

  /**
   * Says how many bytes of payload count.
   *
   * @throws IndexOutOfBoundsException beyond {@link #capacity()}
   */
  public void length(int n) {
    length = Objects.checkIndex(n, capacity() + 1);
  }

  /** Puts an entry without its attributes, which go to {@link #entryAttrOffset()}. */
  public void entry(long nodeid, long generation, long entryValidNs, long attrValidNs) {
    entryAt(0, nodeid, generation, entryValidNs, attrValidNs);
    length = EntryOut.SIZE;
  }

  /** As {@link #entry}, at an offset that {@link #direntplus} returned. */
  public void entryAt(
      int offset, long nodeid, long generation, long entryValidNs, long attrValidNs) {
    payload.putLong(offset + EntryOut.NODEID, nodeid);
    payload.putLong(offset + EntryOut.GENERATION, generation);
    payload.putLong(offset + EntryOut.ENTRY_VALID, seconds(entryValidNs));
    payload.putInt(offset + EntryOut.ENTRY_VALID_NSEC, nanos(entryValidNs));
    payload.putLong(offset + EntryOut.ATTR_VALID, seconds(attrValidNs));
    payload.putInt(offset + EntryOut.ATTR_VALID_NSEC, nanos(attrValidNs));
  }

  /** Where the {@link Attr} of an entry stands. */
  public int entryAttrOffset() {
    return EntryOut.ATTR;
  }

  /** Puts an attribute reply without its attributes, which go to {@link #attrOutAttrOffset()}. */
  public void attr(long validNs) {
    payload.putLong(AttrOut.ATTR_VALID, seconds(validNs));
    putPadded(AttrOut.ATTR_VALID_NSEC, nanos(validNs));
    length = AttrOut.SIZE;
  }

  /** Where the {@link Attr} of an attribute reply stands. */
  public int attrOutAttrOffset() {
    return AttrOut.ATTR;
  }

  /** Fills an {@link Attr} at an offset; its flags become 0. Times are seconds and nanoseconds. */
  public void putAttr(
      int offset,
      long ino,
      long size,
      long blocks,
      long atime,
      int atimeNs,
      long mtime,
      int mtimeNs,
      long ctime,
      int ctimeNs,
      int mode,
      int nlink,
      int uid,
      int gid,
      int rdev,
      int blksize) {
    payload.putLong(offset + Attr.INO, ino);
    payload.putLong(offset + Attr.SIZE_FIELD, size);
    payload.putLong(offset + Attr.BLOCKS, blocks);
    payload.putLong(offset + Attr.ATIME, atime);
    payload.putLong(offset + Attr.MTIME, mtime);
    payload.putLong(offset + Attr.CTIME, ctime);
    payload.putInt(offset + Attr.ATIMENSEC, atimeNs);
    payload.putInt(offset + Attr.MTIMENSEC, mtimeNs);
    payload.putInt(offset + Attr.CTIMENSEC, ctimeNs);
    payload.putInt(offset + Attr.MODE, mode);
    payload.putInt(offset + Attr.NLINK, nlink);
    payload.putInt(offset + Attr.UID, uid);
    payload.putInt(offset + Attr.GID, gid);
    payload.putInt(offset + Attr.RDEV, rdev);
    payload.putInt(offset + Attr.BLKSIZE, blksize);
    payload.putInt(offset + Attr.FLAGS, 0);
  }

  /** Puts an open reply; {@code openFlags} are FOPEN_ bits. */
  public void open(long fh, int openFlags) {
    openAt(0, fh, openFlags);
    length = OpenOut.SIZE;
  }

  /** Puts {@link #entry} and {@link #open} in one, for CREATE and TMPFILE. */
  public void create(
      long nodeid, long generation, long entryValidNs, long attrValidNs, long fh, int openFlags) {
    entryAt(0, nodeid, generation, entryValidNs, attrValidNs);
    openAt(EntryOut.SIZE, fh, openFlags);
    length = EntryOut.SIZE + OpenOut.SIZE;
  }

  /** Puts the bytes written or copied. */
  public void write(int size) {
    putPadded(WriteOut.SIZE_FIELD, size);
    length = WriteOut.SIZE;
  }

  /** Puts the size of an attribute or list that was asked for with size 0. */
  public void xattrSize(int size) {
    putPadded(GetxattrOut.SIZE_FIELD, size);
    length = GetxattrOut.SIZE;
  }

  /** Puts the figures of statfs(2): blocks in units of {@code frsize} bytes. */
  public void statfs(
      long blocks,
      long bfree,
      long bavail,
      long files,
      long ffree,
      int bsize,
      int namelen,
      int frsize) {
    for (int i = 0; i < StatfsOut.SIZE; i += Long.BYTES) {
      payload.putLong(i, 0);
    }
    payload.putLong(Kstatfs.BLOCKS, blocks);
    payload.putLong(Kstatfs.BFREE, bfree);
    payload.putLong(Kstatfs.BAVAIL, bavail);
    payload.putLong(Kstatfs.FILES, files);
    payload.putLong(Kstatfs.FFREE, ffree);
    payload.putInt(Kstatfs.BSIZE, bsize);
    payload.putInt(Kstatfs.NAMELEN, namelen);
    payload.putInt(Kstatfs.FRSIZE, frsize);
    length = StatfsOut.SIZE;
  }

  /** Puts the position that LSEEK found. */
  public void lseek(long offset) {
    payload.putLong(LseekOut.OFFSET, offset);
    length = LseekOut.SIZE;
  }

  /** Puts the lock that GETLK found: {@code start} to {@code end} inclusive, an F_ type, a pid. */
  public void lock(long start, long end, int type, int pid) {
    payload.putLong(FileLock.START, start);
    payload.putLong(FileLock.END, end);
    payload.putInt(FileLock.TYPE, type);
    payload.putInt(FileLock.PID, pid);
    length = LkOut.SIZE;
  }

  public void bmap(long block) {
    payload.putLong(BmapOut.BLOCK, block);
    length = BmapOut.SIZE;
  }

  /** Puts all but the statx of a STATX; the caller puts it at {@link StatxOut#STAT}. */
  public void statx(long validNs) {
    payload.putLong(StatxOut.ATTR_VALID, validNs / 1_000_000_000);
    payload.putInt(StatxOut.ATTR_VALID_NSEC, (int) (validNs % 1_000_000_000));
    payload.putInt(StatxOut.FLAGS, 0);
    payload.putLong(StatxOut.FLAGS + Integer.BYTES, 0);
    payload.putLong(StatxOut.FLAGS + Integer.BYTES + Long.BYTES, 0);
    length = StatxOut.SIZE;
  }

  /** Puts the POLL bits that are ready. */
  public void poll(int revents) {
    putPadded(PollOut.REVENTS, revents);
    length = PollOut.SIZE;
  }

  /**
   * Puts the result of a well-formed ioctl(2).
   *
   * @param dataLength bytes of output data, which the caller has put behind {@link IoctlOut}
   */
  public void ioctl(int result, int dataLength) {
    payload.putInt(IoctlOut.RESULT, result);
    payload.putInt(IoctlOut.FLAGS, 0);
    payload.putInt(IoctlOut.IN_IOVS, 0);
    payload.putInt(IoctlOut.OUT_IOVS, 0);
    length(IoctlOut.SIZE + dataLength);
  }

  /**
   * Appends a record of READDIR whose name is in native memory.
   *
   * @param nextOffset what the kernel asks with to go on behind this record
   * @param type the DT_ value, bits 12 to 15 of the mode
   * @return false, and nothing appended, when the request's size leaves no room
   */
  public boolean dirent(long ino, long nextOffset, int type, long nameAddress, int nameLength) {
    int at = record(0, nameLength);
    if (at < 0) {
      return false;
    }
    direntAt(at, ino, nextOffset, type, nameLength);
    Syscalls.memcpy(payloadAddress() + at + Dirent.NAME, nameAddress, nameLength);
    return true;
  }

  /** As {@link #dirent(long, long, int, long, int)}, with a name on the heap. */
  public boolean dirent(long ino, long nextOffset, int type, byte[] name) {
    int at = record(0, name.length);
    if (at < 0) {
      return false;
    }
    direntAt(at, ino, nextOffset, type, name.length);
    payload.put(at + Dirent.NAME, name);
    return true;
  }

  /**
   * Appends a record of READDIRPLUS whose name is in native memory. Its entry is all zero, which
   * tells the kernel nothing about the node; {@link #entryAt} and {@link #putAttr} fill it.
   *
   * @return the payload offset of the record's {@link EntryOut}; -1, and nothing appended, when the
   *     request's size leaves no room
   */
  public int direntplus(long ino, long nextOffset, int type, long nameAddress, int nameLength) {
    int at = record(Direntplus.DIRENT, nameLength);
    if (at >= 0) {
      direntAt(at + Direntplus.DIRENT, ino, nextOffset, type, nameLength);
      Syscalls.memcpy(
          payloadAddress() + at + Direntplus.DIRENT + Dirent.NAME, nameAddress, nameLength);
    }
    return at;
  }

  /** As {@link #direntplus(long, long, int, long, int)}, with a name on the heap. */
  public int direntplus(long ino, long nextOffset, int type, byte[] name) {
    int at = record(Direntplus.DIRENT, name.length);
    if (at >= 0) {
      direntAt(at + Direntplus.DIRENT, ino, nextOffset, type, name.length);
      payload.put(at + Direntplus.DIRENT + Dirent.NAME, name);
    }
    return at;
  }

  /** Empties the view for the next request, whose records may fill {@code limit} bytes. */
  public void reset(int limit) {
    this.length = 0;
    this.limit = limit;
  }

  /** Writes the header; an error drops the payload. Returns the bytes of the message. */
  public int seal(long unique, int error) {
    int size = OutHeader.SIZE + (error == 0 ? length : 0);
    message.putInt(OutHeader.LEN, size);
    message.putInt(OutHeader.ERROR, error);
    message.putLong(OutHeader.UNIQUE, unique);
    return size;
  }

  public long address() {
    return address;
  }

  /** Puts a 32-bit field and zeroes the 32 bits of padding behind it. */
  private void putPadded(int offset, int value) {
    payload.putInt(offset, value);
    payload.putInt(offset + Integer.BYTES, 0);
  }

  private void openAt(int offset, long fh, int openFlags) {
    payload.putLong(offset + OpenOut.FH, fh);
    payload.putInt(offset + OpenOut.OPEN_FLAGS, openFlags);
    payload.putInt(offset + OpenOut.BACKING_ID, 0);
  }

  /** Reserves a zeroed record of {@code before} bytes, a dirent and a name; -1 when full. */
  private int record(int before, int nameLength) {
    int size = (before + Dirent.NAME + nameLength + Long.BYTES - 1) & -Long.BYTES;
    if (nameLength > FuseFlags.FUSE_NAME_MAX || size > limit - length) {
      return -1;
    }
    int at = length;
    for (int i = 0; i < size; i += Long.BYTES) {
      payload.putLong(at + i, 0);
    }
    length += size;
    return at;
  }

  private void direntAt(int at, long ino, long nextOffset, int type, int nameLength) {
    payload.putLong(at + Dirent.INO, ino);
    payload.putLong(at + Dirent.OFF, nextOffset);
    payload.putInt(at + Dirent.NAMELEN, nameLength);
    payload.putInt(at + Dirent.TYPE, type);
  }

  private static long seconds(long ns) {
    return Math.max(0, ns) / NANOS;
  }

  private static int nanos(long ns) {
    return (int) (Math.max(0, ns) % NANOS);
  }
}
