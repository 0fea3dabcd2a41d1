// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import jnr.ffi.Pointer;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;

/**
 * struct fuse_conn_info of libfuse 2.9, which the callback init may change: max_write,
 * max_readahead, max_background, congestion_threshold and want. The bits of capable and want are
 * those of the protocol. Unlike in libfuse requests are as large as 128 KiB without big_writes.
 */
public final class ConnInfo {
  private static final int PAGES = 32;
  private static final int SIZE = 128;
  private static final int PROTO_MAJOR = 0;
  private static final int PROTO_MINOR = 4;
  private static final int ASYNC_READ = 8;
  private static final int MAX_WRITE = 12;
  private static final int MAX_READAHEAD = 16;
  private static final int CAPABLE = 20;
  private static final int WANT = 24;
  private static final int MAX_BACKGROUND = 28;
  private static final int CONGESTION_THRESHOLD = 32;

  // What libfuse 2.9 knows of, without the splices, which have no meaning here.
  private static final long KNOWN =
      FuseFlags.FUSE_ASYNC_READ
          | FuseFlags.FUSE_POSIX_LOCKS
          | FuseFlags.FUSE_ATOMIC_O_TRUNC
          | FuseFlags.FUSE_EXPORT_SUPPORT
          | FuseFlags.FUSE_BIG_WRITES
          | FuseFlags.FUSE_DONT_MASK
          | FuseFlags.FUSE_FLOCK_LOCKS
          | FuseFlags.FUSE_HAS_IOCTL_DIR;

  private final Pointer memory = Call.zeroed(SIZE);

  public ConnInfo(FuseInit init, Callbacks has, ConnOptions options) {
    init.maxPages(PAGES);
    long want =
        FuseFlags.FUSE_ASYNC_READ
            | FuseFlags.FUSE_BIG_WRITES
            | FuseFlags.FUSE_EXPORT_SUPPORT
            | (has.lock ? FuseFlags.FUSE_POSIX_LOCKS : 0)
            | (has.flock ? FuseFlags.FUSE_FLOCK_LOCKS : 0);
    want = options.flags(want);
    memory.putInt(PROTO_MAJOR, init.major());
    memory.putInt(PROTO_MINOR, init.minor());
    memory.putInt(ASYNC_READ, options.asyncRead() ? 1 : 0);
    int maxWrite = init.maxWrite();
    memory.putInt(
        MAX_WRITE, options.maxWrite > 0 ? Math.min(options.maxWrite, maxWrite) : maxWrite);
    int readahead = init.maxReadahead();
    memory.putInt(
        MAX_READAHEAD,
        options.maxReadahead >= 0 ? Math.min(options.maxReadahead, readahead) : readahead);
    memory.putInt(MAX_BACKGROUND, options.maxBackground);
    memory.putInt(CONGESTION_THRESHOLD, options.congestionThreshold);
    memory.putInt(CAPABLE, (int) (init.flags() & KNOWN));
    memory.putInt(WANT, (int) (want & init.flags()));
  }

  public Pointer memory() {
    return memory;
  }

  /** Asks the kernel for what there is now. */
  public void apply(FuseInit init) {
    long want = memory.getInt(WANT) & KNOWN;
    if (memory.getInt(ASYNC_READ) == 0) {
      want &= ~FuseFlags.FUSE_ASYNC_READ;
    }
    init.unwant(KNOWN & ~want);
    init.want(want);
    init.maxWrite(memory.getInt(MAX_WRITE));
    init.maxReadahead(memory.getInt(MAX_READAHEAD));
    init.maxBackground(memory.getInt(MAX_BACKGROUND));
    init.congestionThreshold(memory.getInt(CONGESTION_THRESHOLD));
  }
}
