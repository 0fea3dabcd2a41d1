// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;
import org.extfuse4j.fuse.sys.Errno;

/**
 * One directory of files in memory. What is written is counted and dropped. A lookup of "gate"
 * waits until the test lets it go on; one of "throws" throws.
 */
public class MemFs implements FuseFileSystem {
  static final long FOREVER = 3_600_000_000_000L;
  private static final int DIRECTORY = 0040755;
  private static final int FILE = 0100644;

  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  public final CountDownLatch entered = new CountDownLatch(1);
  public final CountDownLatch gate = new CountDownLatch(1);
  public final AtomicInteger destroyed = new AtomicInteger();
  public final AtomicInteger refused = new AtomicInteger();
  public final AtomicLong lookups = new AtomicLong();
  final AtomicLong written = new AtomicLong();
  final AtomicInteger largestWrite = new AtomicInteger();
  final AtomicInteger largestRead = new AtomicInteger();
  public final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private final Map<String, Long> ids = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong(2);

  public MemFs put(String name, byte[] content) {
    ids.computeIfAbsent(name, n -> nextId.getAndIncrement());
    files.put(name, content);
    return this;
  }

  public MemFs put(String name, String content) {
    return put(name, content.getBytes(UTF_8));
  }

  long id(String name) {
    return ids.get(name);
  }

  private String name(long nodeid) {
    for (Map.Entry<String, Long> e : ids.entrySet()) {
      if (e.getValue() == nodeid) {
        return e.getKey();
      }
    }
    throw new IllegalArgumentException("no node " + nodeid);
  }

  @Override
  public void init(FuseInit init) {
    init.want(FuseFlags.FUSE_DO_READDIRPLUS);
  }

  @Override
  public void destroy() {
    destroyed.incrementAndGet();
  }

  public int lookup(Request rq, Reply rp) {
    threads.put(Thread.currentThread().getName(), Thread.currentThread());
    String name = new String(rq.nameBytes(rq.nameOffset()), UTF_8);
    if (name.equals("gate")) {
      entered.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        return -Errno.EINTR;
      }
    } else if (name.equals("throws")) {
      throw new IllegalStateException("asked to");
    }
    if (!files.containsKey(name)) {
      return -Errno.ENOENT;
    }
    rp.entry(id(name), 0, FOREVER, FOREVER);
    fileAttr(rp, rp.entryAttrOffset(), name);
    lookups.incrementAndGet();
    return 0;
  }

  @Override
  public void forget(long nodeid, long nlookup) {
    lookups.addAndGet(-nlookup);
  }

  @Override
  public void replyRefused(Request rq, Reply rp, int errno) {
    refused.incrementAndGet();
    if (rq.opcode() == FuseOpcode.LOOKUP) {
      lookups.decrementAndGet();
    }
  }

  public int getattr(Request rq, Reply rp) {
    rp.attr(FOREVER);
    if (rq.nodeid() == FuseFlags.FUSE_ROOT_ID) {
      attr(rp, rp.attrOutAttrOffset(), 1, DIRECTORY, 0);
    } else {
      fileAttr(rp, rp.attrOutAttrOffset(), name(rq.nodeid()));
    }
    return 0;
  }

  public int setattr(Request rq, Reply rp) {
    return getattr(rq, rp);
  }

  public int open(Request rq, Reply rp) {
    rp.open(0, name(rq.nodeid()).equals("sink") ? FuseFlags.FOPEN_DIRECT_IO : 0);
    return 0;
  }

  public int release(Request rq, Reply rp) {
    return 0;
  }

  public int read(Request rq, Reply rp) {
    byte[] content = files.get(name(rq.nodeid()));
    int size = rq.u32(ReadIn.SIZE_FIELD);
    largestRead.accumulateAndGet(size, Math::max);
    int offset = (int) Math.min(content.length, rq.u64(ReadIn.OFFSET));
    int n = Math.min(size, content.length - offset);
    rp.payload().put(0, content, offset, n);
    rp.length(n);
    return 0;
  }

  public int write(Request rq, Reply rp) {
    int size = rq.u32(WriteIn.SIZE_FIELD);
    written.addAndGet(size);
    largestWrite.accumulateAndGet(size, Math::max);
    rp.write(size);
    return 0;
  }

  public int opendir(Request rq, Reply rp) {
    rp.open(0, 0);
    return 0;
  }

  public int releasedir(Request rq, Reply rp) {
    return 0;
  }

  public int readdir(Request rq, Reply rp) {
    String[] names = files.keySet().stream().sorted().toArray(String[]::new);
    for (int i = (int) rq.u64(ReadIn.OFFSET); i < names.length; i++) {
      if (!rp.dirent(id(names[i]), i + 1, FILE >> 12, names[i].getBytes(UTF_8))) {
        break;
      }
    }
    return 0;
  }

  public int readdirplus(Request rq, Reply rp) {
    String[] names = files.keySet().stream().sorted().toArray(String[]::new);
    for (int i = (int) rq.u64(ReadIn.OFFSET); i < names.length; i++) {
      int at = rp.direntplus(id(names[i]), i + 1, FILE >> 12, names[i].getBytes(UTF_8));
      if (at < 0) {
        break;
      }
      rp.entryAt(at, id(names[i]), 0, FOREVER, FOREVER);
      fileAttr(rp, at + rp.entryAttrOffset(), names[i]);
      lookups.incrementAndGet();
    }
    return 0;
  }

  public int statfs(Request rq, Reply rp) {
    rp.statfs(1000, 500, 400, 30, 20, 4096, 255, 4096);
    return 0;
  }

  private void fileAttr(Reply rp, int offset, String name) {
    attr(rp, offset, id(name), FILE, files.get(name).length);
  }

  private static void attr(Reply rp, int offset, long ino, int mode, long size) {
    int nlink = mode == DIRECTORY ? 2 : 1;
    rp.putAttr(offset, ino, size, (size + 511) / 512, 1, 0, 2, 0, 3, 0, mode, nlink, 0, 0, 0, 4096);
  }

  @Override
  public FuseOperations operations() {
    return new FuseOperations()
        .on(FuseOpcode.LOOKUP, this::lookup)
        .on(FuseOpcode.GETATTR, this::getattr)
        .on(FuseOpcode.SETATTR, this::setattr)
        .on(FuseOpcode.OPEN, this::open)
        .on(FuseOpcode.RELEASE, this::release)
        .on(FuseOpcode.READ, this::read)
        .on(FuseOpcode.WRITE, this::write)
        .on(FuseOpcode.OPENDIR, this::opendir)
        .on(FuseOpcode.RELEASEDIR, this::releasedir)
        .on(FuseOpcode.READDIR, this::readdir)
        .on(FuseOpcode.READDIRPLUS, this::readdirplus)
        .on(FuseOpcode.STATFS, this::statfs);
  }
}
