// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import java.util.concurrent.atomic.AtomicBoolean;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
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
  private final FileOps files;
  private final DirectoryOps directories;
  private final FuseOperations operations;
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
    LookupOps lookups = new LookupOps(served);
    SetattrOps setattrs = new SetattrOps(served);
    files = new FileOps(served);
    CreateOps creates = new CreateOps(served, files);
    RemoveOps removes = new RemoveOps(served);
    invalidation = new Invalidation(served);
    listings = new Listings(served.fresh, invalidation);
    directories = new DirectoryOps(served, listings);
    XattrOps xattrs = new XattrOps(served);
    LockOps locks = new LockOps(served);
    DeviceOps devices = new DeviceOps(served, directories);
    operations =
        new FuseOperations()
            .on(FuseOpcode.LOOKUP, lookups::lookup)
            .on(FuseOpcode.GETATTR, lookups::getattr)
            .on(FuseOpcode.SETATTR, setattrs::setattr)
            .on(FuseOpcode.READLINK, lookups::readlink)
            .on(FuseOpcode.ACCESS, (rq, rp) -> lookups.access(rq))
            .on(FuseOpcode.SYMLINK, creates::symlink)
            .on(FuseOpcode.MKNOD, creates::mknod)
            .on(FuseOpcode.MKDIR, creates::mkdir)
            .on(FuseOpcode.CREATE, creates::create)
            .on(FuseOpcode.LINK, creates::link)
            .on(FuseOpcode.UNLINK, (rq, rp) -> removes.unlink(rq))
            .on(FuseOpcode.RMDIR, (rq, rp) -> removes.rmdir(rq))
            .on(FuseOpcode.RENAME, (rq, rp) -> removes.rename(rq))
            .on(FuseOpcode.OPEN, files::open)
            .on(FuseOpcode.READ, files::read)
            .on(FuseOpcode.WRITE, files::write)
            .on(FuseOpcode.STATFS, files::statfs)
            .on(FuseOpcode.RELEASE, (rq, rp) -> files.release(rq))
            .on(FuseOpcode.FLUSH, (rq, rp) -> files.flush(rq))
            .on(FuseOpcode.FSYNC, (rq, rp) -> files.fsync(rq))
            .on(FuseOpcode.FALLOCATE, (rq, rp) -> files.fallocate(rq))
            .on(FuseOpcode.SETXATTR, (rq, rp) -> xattrs.setxattr(rq))
            .on(FuseOpcode.GETXATTR, xattrs::getxattr)
            .on(FuseOpcode.LISTXATTR, xattrs::listxattr)
            .on(FuseOpcode.REMOVEXATTR, (rq, rp) -> xattrs.removexattr(rq))
            .on(FuseOpcode.OPENDIR, directories::opendir)
            .on(FuseOpcode.READDIR, directories::readdir)
            .on(FuseOpcode.RELEASEDIR, (rq, rp) -> directories.releasedir(rq))
            .on(FuseOpcode.FSYNCDIR, (rq, rp) -> directories.fsyncdir(rq))
            .on(FuseOpcode.GETLK, locks::getlk)
            .on(FuseOpcode.SETLK, (rq, rp) -> locks.setlk(rq, false))
            .on(FuseOpcode.SETLKW, (rq, rp) -> locks.setlk(rq, true))
            .on(FuseOpcode.BMAP, devices::bmap)
            .on(FuseOpcode.IOCTL, devices::ioctl)
            .on(FuseOpcode.POLL, devices::poll);
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
  public FuseOperations operations() {
    return operations;
  }

  @Override
  public void replyRefused(Request rq, Reply rp, int errno) {
    switch (rq.opcode()) {
      case FuseOpcode.CREATE -> {
        long nodeid = rp.payload().getLong(EntryOut.NODEID);
        long fh = rp.payload().getLong(EntryOut.SIZE + OpenOut.FH);
        files.takeBack(rq, served.registry.get(nodeid), fh, rq.u32(CreateIn.FLAGS));
      }
      case FuseOpcode.OPEN -> {
        long fh = rp.payload().getLong(OpenOut.FH);
        files.takeBack(rq, served.registry.get(rq.nodeid()), fh, rq.u32(OpenIn.FLAGS));
      }
      case FuseOpcode.OPENDIR ->
          directories.close(rq, rp.payload().getLong(OpenOut.FH), rq.u32(OpenIn.FLAGS));
      default -> {}
    }
    served.registry.takeBack(rq, rp);
  }

  /** Ends the reclaiming; after the session has ended, before the cache does. */
  @Override
  public void close() {
    listings.close();
    invalidation.close();
    served.close();
  }
}
