// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import jnr.ffi.Pointer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * A struct fuse_file_info of libfuse 2.9, as callbacks get it. jnr-fuse has a byte for each of its
 * bit fields; the bits are in the first of those that the C structure has for them, and who sets
 * them through the memory of the structure is understood.
 */
public final class OpenFile {
  private static final int SIZE = 40;
  private static final int FLAGS = 0;
  private static final int FH_OLD = 8;
  private static final int WRITEPAGE = 16;
  private static final int BITS = 20;
  private static final int FH = 24;
  private static final int LOCK_OWNER = 32;
  private static final int DIRECT_IO = 1;
  private static final int KEEP_CACHE = 1 << 1;
  private static final int FLUSH = 1 << 2;
  private static final int NONSEEKABLE = 1 << 3;
  private static final int FLOCK_RELEASE = 1 << 4;

  private final Pointer memory = Call.zeroed(SIZE);
  final FuseFileInfo info = FuseFileInfo.of(memory);

  /** A file as a request names it. */
  public FuseFileInfo set(long fh, int flags, long lockOwner) {
    return set(fh, flags, lockOwner, 0, 0);
  }

  public FuseFileInfo forWrite(long fh, int flags, long lockOwner, boolean fromPageCache) {
    return set(fh, flags, lockOwner, fromPageCache ? 1 : 0, 0);
  }

  public FuseFileInfo forFlush(long fh, int flags, long lockOwner, boolean unlocksFlock) {
    return set(fh, flags, lockOwner, 0, FLUSH | (unlocksFlock ? FLOCK_RELEASE : 0));
  }

  public FuseFileInfo forRelease(long fh, int flags, long lockOwner, boolean unlocksFlock) {
    return set(fh, flags, lockOwner, 0, unlocksFlock ? FLOCK_RELEASE : 0);
  }

  private FuseFileInfo set(long fh, int flags, long lockOwner, int writePage, int bits) {
    memory.putInt(FLAGS, flags);
    memory.putLong(FH_OLD, fh);
    memory.putInt(WRITEPAGE, writePage);
    memory.putInt(BITS, bits);
    memory.putLong(FH, fh);
    memory.putLong(LOCK_OWNER, lockOwner);
    return info;
  }

  public long fh() {
    return memory.getLong(FH);
  }

  /** What open or create asked for, as FOPEN_ bits. */
  public int openFlags(boolean directIo, boolean keepCache) {
    int bits = memory.getInt(BITS);
    return ((bits & DIRECT_IO) != 0 || directIo ? FuseFlags.FOPEN_DIRECT_IO : 0)
        | ((bits & KEEP_CACHE) != 0 || keepCache ? FuseFlags.FOPEN_KEEP_CACHE : 0)
        | ((bits & NONSEEKABLE) != 0 ? FuseFlags.FOPEN_NONSEEKABLE : 0);
  }
}
