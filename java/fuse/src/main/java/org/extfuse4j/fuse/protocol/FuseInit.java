// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.ReplyStructs.InitOut;
import org.extfuse4j.fuse.sys.Libc;

/**
 * What the kernel offers in INIT, and the answer to it. Flags are FUSE_ bits of {@link FuseFlags},
 * 64 bits wide. Used on one thread, during {@link FuseFileSystem#init}.
 *
 * <p>Follows process_init_reply() of {@code fs/fuse/inode.c}.
 */
public final class FuseInit {
  /** The protocol spoken here. */
  public static final int MAJOR = 7;

  /** The newest minor version spoken here, that of Linux 6.12. */
  public static final int MINOR = 41;

  /** The oldest minor version spoken here, that of Linux 5.4. */
  public static final int OLDEST_MINOR = 31;

  public static final int PAGE = Libc.getpagesize();
  private static final int DEFAULT_PAGES = 32; // FUSE_DEFAULT_MAX_PAGES_PER_REQ
  private static final int BIG_PAGES = 256;

  // What is asked for whatever the file system: none of these changes what it has to do.
  private static final long ALWAYS =
      FuseFlags.FUSE_ASYNC_READ
          | FuseFlags.FUSE_BIG_WRITES
          | FuseFlags.FUSE_ASYNC_DIO
          | FuseFlags.FUSE_PARALLEL_DIROPS
          | FuseFlags.FUSE_MAX_PAGES;

  private final int major;
  private final int minor;
  private final int offeredReadahead;
  private final long offered;
  private final int deviceFd;

  private long wanted;
  private int maxReadahead;
  private int maxPages;
  private int maxWrite;
  private int maxBackground;
  private int congestionThreshold;
  private int timeGran = 1;
  private int maxStackDepth;
  private int requestTimeout;

  /** An offer; public so that an {@code init} can be tested without a kernel. */
  public FuseInit(int major, int minor, int maxReadahead, long offered, int deviceFd) {
    this.major = major;
    this.minor = minor;
    this.offeredReadahead = maxReadahead;
    this.maxReadahead = maxReadahead;
    this.offered = offered;
    this.deviceFd = deviceFd;
    this.wanted = offered & ALWAYS;
    this.maxPages = offers(FuseFlags.FUSE_MAX_PAGES) ? BIG_PAGES : DEFAULT_PAGES;
    this.maxWrite = maxPages * PAGE;
  }

  public int major() {
    return major;
  }

  /** The kernel's minor version; the session speaks the smaller of it and {@link #MINOR}. */
  public int minor() {
    return minor;
  }

  /** Bytes the kernel would read ahead. */
  public int maxReadahead() {
    return offeredReadahead;
  }

  /** What the kernel offers: flags, with flags2 in the upper half. */
  public long flags() {
    return offered;
  }

  /** Whether all of these flags are offered. */
  public boolean offers(long flags) {
    return (offered & flags) == flags;
  }

  /**
   * Asks for flags. Those that are not offered are left out of the answer.
   *
   * @return whether all of them are offered
   */
  public boolean want(long flags) {
    wanted |= offered & flags;
    return offers(flags);
  }

  /** Takes flags out of the answer, also those the session asks for itself. */
  public void unwant(long flags) {
    wanted &= ~flags;
  }

  /** The flags that will be answered, without FUSE_INIT_EXT, which is added as needed. */
  public long wanted() {
    return wanted;
  }

  /**
   * The fd that INIT was read from, for an ioctl(2) that must come before the answer. It belongs to
   * the session.
   */
  public int deviceFd() {
    return deviceFd;
  }

  /** Bytes to read ahead, at most what is offered. */
  public void maxReadahead(int bytes) {
    maxReadahead = Math.min(bytes, offeredReadahead);
  }

  /**
   * Pages of one READ or WRITE, at least 1; bounded by {@link #maxWrite(int)} as well for WRITE.
   * The kernel lowers it to its own limit. Without FUSE_MAX_PAGES it stays 32. Each thread of the
   * session has two buffers of this size.
   */
  public void maxPages(int pages) {
    if (offers(FuseFlags.FUSE_MAX_PAGES)) {
      maxPages = Math.max(1, Math.min(pages, 0xffff));
    }
  }

  /** Pages of one READ or WRITE. */
  public int maxPages() {
    return maxPages;
  }

  /** Bytes of data in one WRITE, at least a page; {@link #maxPages(int)} limits it too. */
  public void maxWrite(int bytes) {
    maxWrite = Math.max(PAGE, bytes);
  }

  /** Bytes of data in one WRITE. */
  public int maxWrite() {
    return Math.min(maxWrite, maxPages * PAGE);
  }

  /**
   * Requests in the background (readahead, writeback, async release); 0 is the kernel's default.
   */
  public void maxBackground(int requests) {
    maxBackground = Math.max(0, Math.min(requests, 0xffff));
  }

  /** Background requests that mark the mount congested; 0 is the kernel's default. */
  public void congestionThreshold(int requests) {
    congestionThreshold = Math.max(0, Math.min(requests, 0xffff));
  }

  /** Granularity of times in nanoseconds, 1 to 1,000,000,000; 1 unless set. */
  public void timeGran(int ns) {
    timeGran = ns;
  }

  /** For FUSE_PASSTHROUGH: how deep file systems may stack, 1 or 2; 0 is no passthrough. */
  public void maxStackDepth(int depth) {
    maxStackDepth = depth;
  }

  /** Seconds after which a request ends the connection, up to 65,535; 0 leaves it to the kernel. */
  public void requestTimeout(int seconds) {
    if (seconds > 0 && want(FuseFlags.FUSE_REQUEST_TIMEOUT)) {
      requestTimeout = seconds;
    }
  }

  /** Puts the answer into a reply. */
  public void answer(Reply rp) {
    var out = rp.payload();
    for (int i = 0; i < InitOut.SIZE; i += Long.BYTES) {
      out.putLong(i, 0);
    }
    long flags = (wanted >>> Integer.SIZE) == 0 ? wanted : wanted | FuseFlags.FUSE_INIT_EXT;
    out.putInt(InitOut.MAJOR, MAJOR);
    out.putInt(InitOut.MINOR, Math.min(minor, MINOR));
    out.putInt(InitOut.MAX_READAHEAD, maxReadahead);
    out.putInt(InitOut.FLAGS, (int) flags);
    out.putInt(InitOut.FLAGS2, (int) (flags >>> Integer.SIZE));
    out.putShort(InitOut.MAX_BACKGROUND, (short) maxBackground);
    out.putShort(InitOut.CONGESTION_THRESHOLD, (short) congestionThreshold);
    out.putInt(InitOut.MAX_WRITE, maxWrite());
    out.putInt(InitOut.TIME_GRAN, timeGran);
    out.putShort(InitOut.MAX_PAGES, (short) maxPages);
    out.putInt(InitOut.MAX_STACK_DEPTH, maxStackDepth);
    out.putShort(InitOut.REQUEST_TIMEOUT, (short) requestTimeout);
    rp.length(InitOut.SIZE);
  }
}
