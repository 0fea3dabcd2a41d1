// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import org.extfuse4j.cache.Audit;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.NodeCounts;
import org.extfuse4j.fuse.Errno;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseFlags;
import org.extfuse4j.fuse.FuseInit;
import org.extfuse4j.fuse.FuseOpcode;
import org.extfuse4j.fuse.Notices;
import org.extfuse4j.fuse.Reply;
import org.extfuse4j.fuse.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.Request;
import org.extfuse4j.fuse.RequestStructs.CreateIn;
import org.extfuse4j.fuse.RequestStructs.LinkIn;
import org.extfuse4j.fuse.RequestStructs.Rename2In;
import org.extfuse4j.fuse.RequestStructs.RenameIn;

/**
 * A pass-through file system. The kernel checks permissions by what it has been told: mount it with
 * default_permissions. Whatever opens or changes something is then done with the caller's own
 * rights ({@link Caller}), and so checked again by the source's kernel.
 */
public final class StackFs implements FuseFileSystem, AutoCloseable {
  final Mounted mounted;
  private final LookupOps lookups;
  private final SetattrOps setattrs;
  private final CreateOps creates;
  private final RemoveOps removes;
  private final FileOps files;
  private final DirectoryOps directories;
  private final XattrOps xattrs;
  private final IoctlOps ioctls;

  /**
   * Opens the source.
   *
   * @throws StackFsException in one line if it cannot be served
   */
  public StackFs(StackFsOptions options, MetadataCache cache) {
    mounted = new Mounted(options, cache);
    lookups = new LookupOps(mounted);
    setattrs = new SetattrOps(mounted, lookups);
    creates = new CreateOps(mounted);
    removes = new RemoveOps(mounted);
    files = new FileOps(mounted);
    directories = new DirectoryOps(mounted);
    xattrs = new XattrOps(mounted);
    ioctls = new IoctlOps(mounted, directories);
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
    mounted.addRoot();
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
  public void replyRefused(Request rq, Reply rp, int errno) {
    switch (rq.opcode()) {
      case FuseOpcode.LOOKUP,
          FuseOpcode.MKNOD,
          FuseOpcode.MKDIR,
          FuseOpcode.SYMLINK,
          FuseOpcode.LINK ->
          mounted.registry.forget(rp.payload().getLong(EntryOut.NODEID), 1);
      case FuseOpcode.CREATE, FuseOpcode.TMPFILE -> {
        long child = rp.payload().getLong(EntryOut.NODEID);
        int file = (int) rp.payload().getLong(EntryOut.SIZE + OpenOut.FH);
        FileOps.close(mounted, mounted.registry.get(child), file, rq.u32(CreateIn.FLAGS));
        mounted.registry.forget(child, 1);
      }
      case FuseOpcode.OPEN -> files.takeBackOpen(rq, rp);
      case FuseOpcode.OPENDIR -> directories.takeBackOpen(rq, rp);
      case FuseOpcode.READDIRPLUS -> directories.takeBack(rp);
      default -> {}
    }
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
    return answer(rq, setattrs.setattr(rq, rp));
  }

  @Override
  public int readlink(Request rq, Reply rp) {
    return lookups.readlink(rq, rp);
  }

  @Override
  public int symlink(Request rq, Reply rp) {
    return answer(rq, creates.symlink(rq, rp));
  }

  @Override
  public int mknod(Request rq, Reply rp) {
    return answer(rq, creates.mknod(rq, rp));
  }

  @Override
  public int mkdir(Request rq, Reply rp) {
    return answer(rq, creates.mkdir(rq, rp));
  }

  @Override
  public int create(Request rq, Reply rp) {
    return answer(rq, creates.create(rq, rp));
  }

  @Override
  public int link(Request rq, Reply rp) {
    return answer(rq, creates.link(rq, rp));
  }

  @Override
  public int unlink(Request rq, Reply rp) {
    return answer(rq, removes.unlink(rq));
  }

  @Override
  public int rmdir(Request rq, Reply rp) {
    return answer(rq, removes.rmdir(rq));
  }

  @Override
  public int rename(Request rq, Reply rp) {
    return answer(rq, removes.rename(rq));
  }

  @Override
  public int rename2(Request rq, Reply rp) {
    return answer(rq, removes.rename2(rq));
  }

  @Override
  public int open(Request rq, Reply rp) {
    return answer(rq, files.open(rq, rp));
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
  public int lseek(Request rq, Reply rp) {
    return files.lseek(rq, rp);
  }

  @Override
  public int copyFileRange(Request rq, Reply rp) {
    return files.copyFileRange(rq, rp);
  }

  @Override
  public int syncfs(Request rq, Reply rp) {
    return files.syncfs();
  }

  @Override
  public int statx(Request rq, Reply rp) {
    return lookups.statx(rq, rp);
  }

  @Override
  public int tmpfile(Request rq, Reply rp) {
    return answer(rq, creates.tmpfile(rq, rp));
  }

  @Override
  public int ioctl(Request rq, Reply rp) {
    return ioctls.ioctl(rq, rp);
  }

  @Override
  public int getxattr(Request rq, Reply rp) {
    return answer(rq, xattrs.getxattr(rq, rp));
  }

  @Override
  public int setxattr(Request rq, Reply rp) {
    return answer(rq, xattrs.setxattr(rq, rp));
  }

  @Override
  public int listxattr(Request rq, Reply rp) {
    return xattrs.listxattr(rq, rp);
  }

  @Override
  public int removexattr(Request rq, Reply rp) {
    return answer(rq, xattrs.removexattr(rq, rp));
  }

  @Override
  public int opendir(Request rq, Reply rp) {
    return answer(rq, directories.opendir(rq, rp));
  }

  @Override
  public int readdir(Request rq, Reply rp) {
    return directories.readdir(rq, rp);
  }

  @Override
  public int readdirplus(Request rq, Reply rp) {
    return directories.readdirplus(rq, rp);
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
  public int statfs(Request rq, Reply rp) {
    return files.statfs(rp);
  }

  /** Ends the reclaiming and closes the source; after the session has ended. */
  @Override
  public void close() {
    mounted.close();
  }
}
