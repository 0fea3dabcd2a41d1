// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.CreateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LinkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.Rename2In;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.extfuse4j.fuse.session.Notices;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.stackfs.caller.Caller;
import org.extfuse4j.stackfs.ops.Appends;
import org.extfuse4j.stackfs.ops.CreateOps;
import org.extfuse4j.stackfs.ops.DirectoryOps;
import org.extfuse4j.stackfs.ops.FileOps;
import org.extfuse4j.stackfs.ops.IoctlOps;
import org.extfuse4j.stackfs.ops.LookupOps;
import org.extfuse4j.stackfs.ops.MountContext;
import org.extfuse4j.stackfs.ops.OpenOps;
import org.extfuse4j.stackfs.ops.ReaddirOps;
import org.extfuse4j.stackfs.ops.RemoveOps;
import org.extfuse4j.stackfs.ops.SetattrOps;
import org.extfuse4j.stackfs.ops.XattrOps;
import org.extfuse4j.stackfs.source.Scratch;

/**
 * A pass-through file system. The kernel checks permissions by what it has been told: mount it with
 * default_permissions. Whatever opens or changes something is then done with the caller's own
 * rights ({@link Caller}), and so checked again by the source's kernel.
 */
public final class StackFs implements FuseFileSystem, AutoCloseable {
  final MountContext mounted;
  private final FileOps files;
  private final DirectoryOps directories;
  private final ReaddirOps readdirs;
  private final FuseOperations operations;

  /**
   * Opens the source.
   *
   * @throws StackFsException in one line if it cannot be served
   */
  public StackFs(StackFsOptions options, MetadataCache cache) {
    mounted = new MountContext(options, cache);
    LookupOps lookups = new LookupOps(mounted);
    SetattrOps setattrs = new SetattrOps(mounted, lookups);
    CreateOps creates = new CreateOps(mounted);
    RemoveOps removes = new RemoveOps(mounted);
    Appends appends = new Appends(mounted);
    OpenOps opens = new OpenOps(mounted, appends);
    files = new FileOps(mounted, appends);
    directories = new DirectoryOps(mounted);
    readdirs = new ReaddirOps(mounted, directories);
    XattrOps xattrs = new XattrOps(mounted);
    IoctlOps ioctls = new IoctlOps(mounted, directories);
    operations =
        new FuseOperations()
            .on(FuseOpcode.SETATTR, setattrs::setattr)
            .on(FuseOpcode.SYMLINK, creates::symlink)
            .on(FuseOpcode.MKNOD, creates::mknod)
            .on(FuseOpcode.MKDIR, creates::mkdir)
            .on(FuseOpcode.CREATE, creates::create)
            .on(FuseOpcode.LINK, creates::link)
            .on(FuseOpcode.UNLINK, (rq, rp) -> removes.unlink(rq))
            .on(FuseOpcode.RMDIR, (rq, rp) -> removes.rmdir(rq))
            .on(FuseOpcode.RENAME, (rq, rp) -> removes.rename(rq))
            .on(FuseOpcode.RENAME2, (rq, rp) -> removes.rename2(rq))
            .on(FuseOpcode.OPEN, opens::open)
            .on(FuseOpcode.TMPFILE, creates::tmpfile)
            .on(FuseOpcode.GETXATTR, xattrs::getxattr)
            .on(FuseOpcode.SETXATTR, xattrs::setxattr)
            .on(FuseOpcode.REMOVEXATTR, xattrs::removexattr)
            .on(FuseOpcode.OPENDIR, directories::opendir)
            .around((opcode, operation) -> (rq, rp) -> answer(rq, operation.run(rq, rp)))
            .on(FuseOpcode.LOOKUP, lookups::lookup)
            .on(FuseOpcode.GETATTR, lookups::getattr)
            .on(FuseOpcode.READLINK, lookups::readlink)
            .on(FuseOpcode.READ, files::read)
            .on(FuseOpcode.WRITE, files::write)
            .on(FuseOpcode.RELEASE, (rq, rp) -> files.release(rq))
            .on(FuseOpcode.FLUSH, (rq, rp) -> files.flush(rq))
            .on(FuseOpcode.FSYNC, (rq, rp) -> files.fsync(rq))
            .on(FuseOpcode.FALLOCATE, (rq, rp) -> files.fallocate(rq))
            .on(FuseOpcode.LSEEK, files::lseek)
            .on(FuseOpcode.COPY_FILE_RANGE, files::copyFileRange)
            .on(FuseOpcode.SYNCFS, (rq, rp) -> files.syncfs())
            .on(FuseOpcode.STATX, lookups::statx)
            .on(FuseOpcode.IOCTL, ioctls::ioctl)
            .on(FuseOpcode.LISTXATTR, xattrs::listxattr)
            .on(FuseOpcode.READDIR, readdirs::readdir)
            .on(FuseOpcode.READDIRPLUS, readdirs::readdirplus)
            .on(FuseOpcode.RELEASEDIR, (rq, rp) -> directories.releasedir(rq))
            .on(FuseOpcode.FSYNCDIR, (rq, rp) -> directories.fsyncdir(rq))
            .on(FuseOpcode.STATFS, (rq, rp) -> files.statfs(rp));
  }

  /** Lets go of all nodes that the kernel has forgotten; after the cache was flushed. */
  public void reclaimIdle() {
    mounted.registry.reclaimIdle();
  }

  /**
   * Lets changes of the source through, also if it was opened read-only: the kernel does not let
   * them through as long as the mount is read-only. Any thread.
   *
   * @throws StackFsException if the source cannot be written
   */
  public void writable() {
    mounted.source.writable();
  }

  /** Whether the lookup counts add up. */
  public Audit audit() {
    return mounted.registry.audit();
  }

  /** The nodes that the daemon keeps, in numbers. */
  public NodeCounts counts() {
    return mounted.registry.counts();
  }

  /** How many nodes the daemon keeps. */
  public int nodes() {
    return mounted.registry.size();
  }

  @Override
  public void notices(Notices notices) {
    mounted.notices = notices;
  }

  @Override
  public void init(FuseInit init) {
    init.want(FuseFlags.FUSE_AUTO_INVAL_DATA);
    // Permissions are the source's own, ACLs included. Only the source knows whether a directory's
    // default ACL replaces the umask.
    init.want(FuseFlags.FUSE_POSIX_ACL | FuseFlags.FUSE_DONT_MASK | FuseFlags.FUSE_SETXATTR_EXT);
    init.want(FuseFlags.FUSE_HAS_IOCTL_DIR | FuseFlags.FUSE_ATOMIC_O_TRUNC);
    init.want(FuseFlags.FUSE_CREATE_SUPP_GROUP);
    init.want(FuseFlags.FUSE_EXPORT_SUPPORT); // ExportOps
    if (mounted.writeback) {
      init.want(FuseFlags.FUSE_WRITEBACK_CACHE);
    }
    if (mounted.validity.entryNs() > 0) {
      // Only then do the names that come with a directory outlive it.
      init.want(FuseFlags.FUSE_DO_READDIRPLUS);
      init.want(FuseFlags.FUSE_READDIRPLUS_AUTO);
    }
    mounted.cache.init(init);
    mounted.nodes.addRoot();
  }

  private int answer(Request rq, int rc) {
    int answer = rc == -Errno.EACCES ? Scratch.get().caller.answer(rc) : rc;
    if (answer != rc) {
      // What a path leads to it asks for as it walks again, but not where that begins or leads by
      // itself: a working directory, a descriptor of O_PATH.
      mounted.makeKernelAsk(rq.nodeid());
      switch (rq.opcode()) {
        case FuseOpcode.LINK -> mounted.makeKernelAsk(rq.u64(LinkIn.OLDNODEID));
        case FuseOpcode.RENAME -> mounted.makeKernelAsk(rq.u64(RenameIn.NEWDIR));
        case FuseOpcode.RENAME2 -> mounted.makeKernelAsk(rq.u64(Rename2In.NEWDIR));
        default -> {}
      }
    }
    return answer;
  }

  @Override
  public void forget(long nodeid, long nlookup) {
    mounted.forgets.incrementAndGet();
    mounted.registry.forget(nodeid, nlookup);
  }

  @Override
  public FuseOperations operations() {
    return operations;
  }

  @Override
  public void replyRefused(Request rq, Reply rp, int errno) {
    switch (rq.opcode()) {
      case FuseOpcode.CREATE, FuseOpcode.TMPFILE -> {
        long child = rp.payload().getLong(EntryOut.NODEID);
        int file = (int) rp.payload().getLong(EntryOut.SIZE + OpenOut.FH);
        FileOps.close(mounted, mounted.registry.get(child), file, rq.u32(CreateIn.FLAGS));
      }
      case FuseOpcode.OPEN -> files.takeBackOpen(rq, rp);
      case FuseOpcode.OPENDIR -> directories.takeBackOpen(rq, rp);
      case FuseOpcode.READDIRPLUS -> readdirs.takeBack(rp);
      default -> {}
    }
    mounted.registry.takeBack(rq, rp);
  }

  /**
   * Has the source's file system write what it has of all that was changed, by whomever, and waits
   * for it (syncfs(2)): FUSE tells a file system like this one nothing of that call.
   *
   * @return 0 or a negative errno: what could not be written since the last time
   */
  public int sync() {
    return files.syncfs();
  }

  /** Ends the reclaiming and closes the source; after the session has ended. */
  @Override
  public void close() {
    mounted.close();
  }
}
