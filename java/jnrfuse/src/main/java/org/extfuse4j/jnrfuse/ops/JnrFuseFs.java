// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import java.util.concurrent.atomic.AtomicBoolean;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.CreateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.jnrfuse.FuseCache;
import org.extfuse4j.jnrfuse.FuseCaches;
import org.extfuse4j.jnrfuse.JnrFuseException;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.libfuse.ConnInfo;
import org.extfuse4j.jnrfuse.libfuse.JavaLibFuse;
import org.extfuse4j.jnrfuse.node.Remembered;
import org.extfuse4j.jnrfuse.publish.Invalidation;
import org.extfuse4j.jnrfuse.publish.Listings;
import ru.serce.jnrfuse.FuseFS;

/**
 * A jnr-fuse file system on the session of this project. Its callbacks run on the session's
 * threads, several at once, as they do under libfuse; no lock of the adapter is held meanwhile. It
 * serves one mount.
 */
public final class JnrFuseFs implements FuseFileSystem, AutoCloseable {
  public final Served served;
  private final LookupOps lookups;
  private final SetattrOps setattrs;
  private final CreateOps creates;
  private final RemoveOps removes;
  private final FileOps files;
  private final DirectoryOps directories;
  private final XattrOps xattrs;
  private final LockOps locks;
  private final DeviceOps devices;
  private final Invalidation invalidation;
  private final Listings listings;
  // Null if what the kernel forgets is forgotten.
  private final Remembered remembered;
  private final AtomicBoolean destroyed = new AtomicBoolean();

  /**
   * Adapts a file system; what it asks of {@code getContext()} is answered by the adapter from then
   * on.
   *
   * @param cache {@link MetadataCache#none()} for none
   * @throws JnrFuseException if the file system cannot be told who calls it
   */
  public JnrFuseFs(FuseFS fs, JnrFuseOptions options, MetadataCache cache) {
    JavaLibFuse library = JavaLibFuse.in(fs);
    served = new Served(fs, options, cache);
    remembered =
        options.rememberNs() == 0 ? null : new Remembered(served.registry, options.rememberNs());
    lookups = new LookupOps(served);
    setattrs = new SetattrOps(served);
    files = new FileOps(served);
    creates = new CreateOps(served, files);
    removes = new RemoveOps(served);
    invalidation = new Invalidation(served);
    listings = new Listings(served.fresh, invalidation);
    directories = new DirectoryOps(served, listings);
    xattrs = new XattrOps(served);
    locks = new LockOps(served);
    devices = new DeviceOps(served, directories);
    served.rights.notifyBy(invalidation);
    if (library != null) {
      library.wakeBy(invalidation);
    }
  }

  /** Where the file system says that something has changed by itself. */
  public FuseCache cache() {
    return invalidation;
  }

  /**
   * Tells the adapter its session, before that is started: notices to the kernel go there, by a
   * thread that is started now, as is that of {@link Listings}. If there can be none nothing is
   * mounted.
   */
  public void session(FuseSession session) {
    invalidation.session(session);
    listings.start();
    FuseCaches.add(served.fs, invalidation);
  }

  /** Lets go of all nodes that the kernel has forgotten; after the cache was flushed. */
  public void reclaimIdle() {
    served.registry.reclaimIdle();
  }

  /** The nodes that it keeps, in numbers. */
  public NodeCounts counts() {
    return served.registry.counts();
  }

  /** Whether the lookup counts add up; a directory's children count as lookups of it. */
  public Audit audit() {
    return served.registry.audit();
  }

  /** How many nodes there are. */
  public int nodes() {
    return served.registry.size();
  }

  @Override
  public void init(FuseInit init) {
    ConnInfo conn = new ConnInfo(init, served.has, served.options.connection());
    if (served.has.init) {
      served.privateData = served.fs.init(conn.memory());
    }
    conn.apply(init);
    served.cache.init(init);
    served.table.addRoot();
  }

  @Override
  public void destroy() {
    if (destroyed.compareAndSet(false, true)) {
      FuseCaches.remove(served.fs, invalidation);
      listings.close();
      invalidation.close();
      // No request comes any more, but closes may not have come.
      files.closeAll();
      directories.closeAll();
      if (served.has.destroy) {
        served.fs.destroy(served.privateData);
      }
    }
  }

  @Override
  public void forget(long nodeid, long nlookup) {
    if (remembered == null) {
      served.registry.forget(nodeid, nlookup);
    } else {
      remembered.forget(nodeid, nlookup);
    }
  }

  @Override
  public void replyRefused(Request rq, Reply rp, int errno) {
    switch (rq.opcode()) {
      case FuseOpcode.LOOKUP,
          FuseOpcode.MKNOD,
          FuseOpcode.MKDIR,
          FuseOpcode.SYMLINK,
          FuseOpcode.LINK ->
          served.registry.forget(rp.payload().getLong(EntryOut.NODEID), 1);
      case FuseOpcode.CREATE -> {
        long nodeid = rp.payload().getLong(EntryOut.NODEID);
        long fh = rp.payload().getLong(EntryOut.SIZE + OpenOut.FH);
        files.takeBack(rq, served.registry.get(nodeid), fh, rq.u32(CreateIn.FLAGS));
        served.registry.forget(nodeid, 1);
      }
      case FuseOpcode.OPEN -> {
        long fh = rp.payload().getLong(OpenOut.FH);
        files.takeBack(rq, served.registry.get(rq.nodeid()), fh, rq.u32(OpenIn.FLAGS));
      }
      case FuseOpcode.OPENDIR ->
          directories.close(rq, rp.payload().getLong(OpenOut.FH), rq.u32(OpenIn.FLAGS));
      default -> {}
    }
  }

  @Override
  public int lookup(Request rq, Reply rp) {
    return lookups.lookup(rq, rp);
  }

  @Override
  public int getattr(Request rq, Reply rp) {
    return lookups.getattr(rq, rp);
  }

  @Override
  public int setattr(Request rq, Reply rp) {
    return setattrs.setattr(rq, rp);
  }

  @Override
  public int readlink(Request rq, Reply rp) {
    return lookups.readlink(rq, rp);
  }

  @Override
  public int access(Request rq, Reply rp) {
    return lookups.access(rq);
  }

  @Override
  public int symlink(Request rq, Reply rp) {
    return creates.symlink(rq, rp);
  }

  @Override
  public int mknod(Request rq, Reply rp) {
    return creates.mknod(rq, rp);
  }

  @Override
  public int mkdir(Request rq, Reply rp) {
    return creates.mkdir(rq, rp);
  }

  @Override
  public int create(Request rq, Reply rp) {
    return creates.create(rq, rp);
  }

  @Override
  public int link(Request rq, Reply rp) {
    return creates.link(rq, rp);
  }

  @Override
  public int unlink(Request rq, Reply rp) {
    return removes.unlink(rq);
  }

  @Override
  public int rmdir(Request rq, Reply rp) {
    return removes.rmdir(rq);
  }

  @Override
  public int rename(Request rq, Reply rp) {
    return removes.rename(rq);
  }

  @Override
  public int open(Request rq, Reply rp) {
    return files.open(rq, rp);
  }

  @Override
  public int read(Request rq, Reply rp) {
    return files.read(rq, rp);
  }

  @Override
  public int write(Request rq, Reply rp) {
    return files.write(rq, rp);
  }

  @Override
  public int statfs(Request rq, Reply rp) {
    return files.statfs(rq, rp);
  }

  @Override
  public int release(Request rq, Reply rp) {
    return files.release(rq);
  }

  @Override
  public int flush(Request rq, Reply rp) {
    return files.flush(rq);
  }

  @Override
  public int fsync(Request rq, Reply rp) {
    return files.fsync(rq);
  }

  @Override
  public int fallocate(Request rq, Reply rp) {
    return files.fallocate(rq);
  }

  @Override
  public int setxattr(Request rq, Reply rp) {
    return xattrs.setxattr(rq);
  }

  @Override
  public int getxattr(Request rq, Reply rp) {
    return xattrs.getxattr(rq, rp);
  }

  @Override
  public int listxattr(Request rq, Reply rp) {
    return xattrs.listxattr(rq, rp);
  }

  @Override
  public int removexattr(Request rq, Reply rp) {
    return xattrs.removexattr(rq);
  }

  @Override
  public int opendir(Request rq, Reply rp) {
    return directories.opendir(rq, rp);
  }

  @Override
  public int readdir(Request rq, Reply rp) {
    return directories.readdir(rq, rp);
  }

  @Override
  public int releasedir(Request rq, Reply rp) {
    return directories.releasedir(rq);
  }

  @Override
  public int fsyncdir(Request rq, Reply rp) {
    return directories.fsyncdir(rq);
  }

  @Override
  public int getlk(Request rq, Reply rp) {
    return locks.getlk(rq, rp);
  }

  @Override
  public int setlk(Request rq, Reply rp) {
    return locks.setlk(rq, false);
  }

  @Override
  public int setlkw(Request rq, Reply rp) {
    return locks.setlk(rq, true);
  }

  @Override
  public int bmap(Request rq, Reply rp) {
    return devices.bmap(rq, rp);
  }

  @Override
  public int ioctl(Request rq, Reply rp) {
    return devices.ioctl(rq, rp);
  }

  @Override
  public int poll(Request rq, Reply rp) {
    return devices.poll(rq, rp);
  }

  /** Ends the reclaiming; after the session has ended, before the cache does. */
  @Override
  public void close() {
    listings.close();
    invalidation.close();
    served.close();
  }
}
