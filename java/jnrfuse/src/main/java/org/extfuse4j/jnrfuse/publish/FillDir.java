// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.Pointer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.ReplyStructs.Dirent;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.ops.Served;
import org.extfuse4j.jnrfuse.publish.Listings.Listing;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * An open directory, and what its readdir callback adds to it: records as the kernel wants them.
 *
 * <p>As in libfuse there are two ways. Without offsets the callback tells all of the directory at
 * once; it is kept, its offsets are bytes, and it is told anew when the directory is read from the
 * start. With offsets it tells as much as the kernel asked for, and is asked again.
 *
 * <p>A stream whose names the kernel keeps ({@link Listings}) is not told anew while what was told
 * is believed.
 */
public final class FillDir implements FuseFillDir {
  private static final int FIRST = 1024;
  private static final int MOST = 1 << 30;
  private static final long UNKNOWN_INO = 0xffffffffL;
  private static final int FULL = 1;

  /** The memory of all open directories, which is what users can make it. */
  public static final class Room {
    private final AtomicLong left;

    public Room(long bytes) {
      left = new AtomicLong(bytes);
    }

    boolean take(long bytes) {
      if (left.addAndGet(-bytes) >= 0) {
        return true;
      }
      left.addAndGet(bytes);
      return false;
    }

    void give(long bytes) {
      left.addAndGet(bytes);
    }
  }

  private final Served m;
  private final Room room;
  public final PathNode node;

  /** The file system's own handle. */
  public long fh;

  private final Object memory = new Object();
  // Guarded by memory: a close does not wait for a callback.
  private boolean closed;
  private long taken;

  // Guarded by this object's monitor, which is held while the callback runs.
  private byte[] bytes = new byte[FIRST];
  private ByteBuffer records = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  private int length;
  private int wanted;
  private boolean complete;
  private boolean filling;
  private boolean overflowed;
  // Of a stream whose names the kernel keeps.
  private boolean caching;
  private long base;
  // Also read by another thread, without the monitor.
  private volatile Listing listing;
  private Listing reported;

  public FillDir(Served m, PathNode node, Room room) {
    this.m = m;
    this.room = room;
    this.node = node;
  }

  /**
   * The kernel keeps the names that this stream reads; before the kernel has the stream.
   *
   * @param known what it has kept already, or null
   */
  void caches(Listing known) {
    caching = true;
    listing = known;
    if (known != null) {
      bytes = known.records();
      length = known.length();
      base = known.base();
      complete = true;
    }
  }

  public boolean caching() {
    return caching;
  }

  /** Whether the kernel keeps what is not believed any more; true once. */
  boolean outdated() {
    Listing now = listing;
    if (now == null || now == reported || m.fresh.isValid(node, now)) {
      return false;
    }
    reported = now;
    return true;
  }

  /** Whether the callback must be asked for what is at an offset. */
  public boolean asks(long offset) {
    if (caching && complete && m.fresh.isValid(node, listing)) {
      return false;
    }
    return offset == 0 || !complete;
  }

  /**
   * Before the callback, which may add {@code size} bytes if it gives offsets.
   *
   * @param newBase of the offsets, if it gives none
   */
  public void start(int size, long newBase) {
    if (caching) {
      // The old ones may be kept.
      bytes = new byte[FIRST];
      giveBack();
      records = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
    base = newBase;
    length = 0;
    wanted = size;
    complete = false;
    overflowed = false;
    filling = true;
  }

  public void stop(int rc) {
    filling = false;
    complete &= rc == 0;
  }

  /**
   * The callback has told of a directory whose names the kernel keeps.
   *
   * @param changes the node's count before
   * @param untilNs when to stop believing it
   * @return what to keep; null if it is not all, or not the first telling of this stream
   */
  public Listing listing(long changes, int epoch, long untilNs) {
    boolean first = listing == null;
    listing = new Listing(bytes, complete ? length : 0, base, changes, epoch, untilNs);
    return first && complete ? listing : null;
  }

  /** Copies what is at an offset; the bytes copied. */
  public int copy(long offset, int size, ByteBuffer to) {
    int from = complete ? position(offset) : 0;
    int n = Math.min(size, length - from);
    to.put(0, bytes, from, n);
    return n;
  }

  // An offset of another telling, which seekdir(3) may give, leads to the record at or after it.
  private int position(long offset) {
    if (offset == 0) {
      return 0;
    }
    if (!caching) {
      return (int) Math.min(offset, length);
    }
    int byBytes = (int) Math.min(offset & 0xffffffffL, length);
    if (offset - base == byBytes) {
      return byBytes;
    }
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int at = 0;
    while (at < byBytes) {
      at += size(view.getInt(at + Dirent.NAMELEN));
    }
    return at;
  }

  private static int size(int nameLength) {
    return (Dirent.NAME + nameLength + Long.BYTES - 1) & -Long.BYTES;
  }

  @Override
  public int apply(Pointer buf, String name, FileStat stat, long offset) {
    int mode = stat == null ? 0 : stat.st_mode.intValue();
    long ino = stat == null || !m.options.useIno() ? UNKNOWN_INO : stat.st_ino.longValue();
    return add(name.getBytes(UTF_8), name, mode, ino, offset);
  }

  @Override
  public int apply(Pointer buf, ByteBuffer name, Pointer stat, long offset) {
    byte[] copy = new byte[name.remaining()];
    name.get(name.position(), copy);
    int end = 0;
    while (end < copy.length && copy[end] != 0) {
      end++;
    }
    FileStat filled = stat == null ? null : FileStat.of(stat);
    int mode = filled == null ? 0 : filled.st_mode.intValue();
    long ino = filled == null || !m.options.useIno() ? UNKNOWN_INO : filled.st_ino.longValue();
    return add(Arrays.copyOf(copy, end), null, mode, ino, offset);
  }

  private int add(byte[] name, String text, int mode, long ino, long offset) {
    if (!filling) {
      return FULL;
    }
    if (!valid(name)) {
      m.failures.error(
          "readdir",
          () -> "readdir added the name '%s', which no name can be; left out".formatted(show(name)),
          null);
      return 0;
    }
    int size = size(name.length);
    complete = offset == 0;
    if (!complete && length + size > wanted) {
      return FULL;
    }
    if (!ensure(length + size)) {
      overflowed = true;
      complete = false;
      filling = false;
      return FULL;
    }
    records.putLong(length + Dirent.INO, ino == UNKNOWN_INO ? known(name, text) : ino);
    records.putLong(length + Dirent.OFF, offset != 0 ? offset : base + length + size);
    records.putInt(length + Dirent.NAMELEN, name.length);
    records.putInt(length + Dirent.TYPE, (mode & 0170000) >> 12);
    int end = length + Dirent.NAME + name.length;
    System.arraycopy(name, 0, bytes, length + Dirent.NAME, name.length);
    length += size;
    Arrays.fill(bytes, end, length, (byte) 0);
    return 0;
  }

  private long known(byte[] name, String text) {
    if (!m.options.readdirIno()) {
      return UNKNOWN_INO;
    }
    synchronized (m.registry) {
      PathNode parent = m.registry.get(node.nodeid());
      PathNode child =
          parent == null ? null : parent.child(text == null ? new String(name, UTF_8) : text);
      return child == null ? UNKNOWN_INO : child.nodeid();
    }
  }

  private boolean ensure(int size) {
    if (size > bytes.length) {
      int larger = Math.max(size, 2 * bytes.length);
      if (larger > MOST || !take(larger - bytes.length)) {
        return false;
      }
      bytes = Arrays.copyOf(bytes, larger);
      records = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
    return true;
  }

  /** Whether what the callback told last was more than there is memory for. */
  public boolean overflowed() {
    return overflowed;
  }

  private boolean take(int more) {
    synchronized (memory) {
      if (closed || !room.take(more)) {
        return false;
      }
      taken += more;
      return true;
    }
  }

  private void giveBack() {
    synchronized (memory) {
      room.give(taken);
      taken = 0;
    }
  }

  /** Gives its memory back; nothing more is added. */
  public void close() {
    synchronized (memory) {
      closed = true;
      giveBack();
    }
  }

  // The kernel fails the whole directory for one of these.
  private static boolean valid(byte[] name) {
    if (name.length == 0 || name.length > FuseFlags.FUSE_NAME_MAX) {
      return false;
    }
    for (byte b : name) {
      if (b == '/' || b == 0) {
        return false;
      }
    }
    return true;
  }

  private static String show(byte[] name) {
    return new String(name, 0, Math.min(name.length, 64), UTF_8);
  }
}
