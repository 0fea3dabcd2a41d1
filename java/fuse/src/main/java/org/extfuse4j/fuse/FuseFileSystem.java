// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.session.Notices;
import org.extfuse4j.fuse.sys.Errno;

/**
 * A file system at the level of the FUSE protocol: one method an opcode, nodeids instead of paths.
 *
 * <p>A method reads the body of the request from {@code rq} (layout in {@link RequestStructs}),
 * puts the payload of its answer into {@code rp} (layout in {@link ReplyStructs}) and returns 0, or
 * returns a negative errno, in which case what it put into {@code rp} is dropped. When a method is
 * called the request has passed a size check: its struct is complete, its names end in NUL, the
 * data of a WRITE or SETXATTR is there. Methods run on the session's threads, several at once;
 * {@code rq} and {@code rp} belong to the calling thread until the method returns.
 *
 * <p>Every default answers ENOSYS. Mind what the kernel makes of that: for many opcodes (ACCESS,
 * FLUSH, GETXATTR, LSEEK, FSYNC, ...) it never asks again while the mount lives.
 *
 * <p>A RuntimeException answers EIO and is logged; the session goes on.
 */
public interface FuseFileSystem {
  /**
   * Before INIT is answered, on the thread that called {@link FuseSession#start()}: see what the
   * kernel offers, ask for what is wanted. A RuntimeException answers INIT with an error, ends the
   * session and comes out of {@code start()}.
   */
  default void init(FuseInit init) {}

  /**
   * By which the kernel can be told what has changed without its doing; before {@link #init}, which
   * is before the first may be asked for.
   */
  default void notices(Notices notices) {}

  /** The connection is gone and no other method will be called any more; once, on any thread. */
  default void destroy() {}

  /**
   * The kernel returns lookup counts of a node. Called for FORGET and for each record of
   * BATCH_FORGET; there is no reply.
   *
   * @param nodeid the node
   * @param nlookup how many counts are returned, at least 1
   */
  default void forget(long nodeid, long nlookup) {}

  /**
   * The kernel did not take a successful reply (write(2) failed: ENOENT when the request was
   * aborted meanwhile). What the reply handed out must be taken back: lookup counts of entries,
   * file handles. {@code rq} and {@code rp} hold what they held when the operation returned.
   *
   * @param errno why, positive
   */
  default void replyRefused(Request rq, Reply rp, int errno) {}

  /**
   * Body: name. Reply: {@link Reply#entry}, nodeid 0 with a validity for a cacheable "no such
   * name".
   */
  default int lookup(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.GetattrIn}. Reply: {@link Reply#attr}. */
  default int getattr(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.SetattrIn}. Reply: {@link Reply#attr}. */
  default int setattr(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** No body. Reply: the target, without NUL. */
  default int readlink(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: name, target. Reply: {@link Reply#entry}. */
  default int symlink(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.MknodIn}, name. Reply: {@link Reply#entry}. */
  default int mknod(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.MkdirIn}, name. Reply: {@link Reply#entry}. */
  default int mkdir(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: name. Reply: nothing. */
  default int unlink(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: name. Reply: nothing. */
  default int rmdir(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.RenameIn}, old name, new name. Reply: nothing. */
  default int rename(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.Rename2In}, old name, new name. Reply: nothing. */
  default int rename2(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.LinkIn}, new name; the nodeid is the new parent. Reply: {@link
   * Reply#entry}.
   */
  default int link(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.OpenIn}. Reply: {@link Reply#open}. */
  default int open(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.ReadIn}. Reply: the data, at most its size; shorter is end of file.
   */
  default int read(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.WriteIn}, data. Reply: {@link Reply#write}. */
  default int write(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** No body. Reply: {@link Reply#statfs}. */
  default int statfs(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.ReleaseIn}. Reply: nothing; the errno is ignored by the kernel. */
  default int release(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.FsyncIn}. Reply: nothing. */
  default int fsync(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.SetxattrIn} of {@link Request#setxattrInSize()} bytes, name, value.
   * Reply: nothing.
   */
  default int setxattr(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.GetxattrIn}, name. Reply: {@link Reply#xattrSize} when the size is
   * 0, else the value or -ERANGE.
   */
  default int getxattr(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.GetxattrIn}. Reply: {@link Reply#xattrSize} when the size is 0,
   * else names with their NULs or -ERANGE.
   */
  default int listxattr(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: name. Reply: nothing. */
  default int removexattr(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.FlushIn}. Reply: nothing. */
  default int flush(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.OpenIn}. Reply: {@link Reply#open}. */
  default int opendir(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.ReadIn}. Reply: records by {@link Reply#dirent}; none is the end.
   */
  default int readdir(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.ReadIn}. Reply: records by {@link Reply#direntplus}; none is the
   * end. Each record with a nodeid counts one lookup, but for "." and "..".
   */
  default int readdirplus(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.ReleaseIn}. Reply: nothing. */
  default int releasedir(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.FsyncIn}. Reply: nothing. */
  default int fsyncdir(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.LkIn}. Reply: {@link Reply#lock}. */
  default int getlk(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.LkIn}. Reply: nothing. */
  default int setlk(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.LkIn}. Reply: nothing. It holds its thread while it waits. */
  default int setlkw(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.AccessIn}. Reply: nothing. Not sent with default_permissions. */
  default int access(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.CreateIn}, name. Reply: {@link Reply#create}. */
  default int create(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.BmapIn}. Reply: {@link Reply#bmap}. */
  default int bmap(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.IoctlIn}, data. Reply: {@link Reply#ioctl}. */
  default int ioctl(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.PollIn}. Reply: {@link Reply#poll}. */
  default int poll(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.FallocateIn}. Reply: nothing. */
  default int fallocate(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.LseekIn}. Reply: {@link Reply#lseek}. */
  default int lseek(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.CopyFileRangeIn}. Reply: {@link Reply#write}. */
  default int copyFileRange(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /**
   * Body: {@link RequestStructs.SyncfsIn}. Reply: nothing. Only sent to virtiofs and fuseblk
   * mounts.
   */
  default int syncfs(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.CreateIn}, a name without meaning. Reply: {@link Reply#create}. */
  default int tmpfile(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }

  /** Body: {@link RequestStructs.StatxIn}. Reply: {@link ReplyStructs.StatxOut}. */
  default int statx(Request rq, Reply rp) {
    return -Errno.ENOSYS;
  }
}
