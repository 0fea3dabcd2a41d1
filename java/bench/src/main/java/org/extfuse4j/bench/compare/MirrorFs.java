// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import ru.serce.jnrfuse.ErrorCodes;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * A directory shown by jnr-fuse, as directly as that can be: each operation is a call or two of the
 * C library on jnr-ffi's compiled stubs, and what comes back is written where libfuse reads it. An
 * operation that it has not costs the kernel one request and is not asked for again.
 */
public final class MirrorFs extends FuseStubFS {
  /** The property that names the directory. */
  static final String SOURCE = "extfuse.mirror";

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  // struct dirent of x86-64 and arm64.
  private static final int D_INO = 0;
  private static final int D_TYPE = 18;
  private static final int D_NAME = 19;
  private static final int TYPE_SHIFT = 12;
  private static final int NAME_MAX = 256;

  /** Called by name. */
  public interface LibC {
    int lstat(String path, @Out Pointer stat);

    int fstat(int fd, @Out Pointer stat);

    int access(String path, int mask);

    long readlink(String path, @Out Pointer buffer, @size_t long size);

    int mknod(String path, @mode_t int mode, long device);

    int mkdir(String path, @mode_t int mode);

    int unlink(String path);

    int rmdir(String path);

    int symlink(String target, String path);

    int rename(String from, String to);

    int link(String from, String to);

    int chmod(String path, @mode_t int mode);

    int lchown(String path, int uid, int gid);

    int truncate(String path, @off_t long size);

    int ftruncate(int fd, @off_t long size);

    int open(String path, int flags, @mode_t int mode);

    long pread(int fd, @Out Pointer buffer, @size_t long size, @off_t long offset);

    long pwrite(int fd, @In Pointer buffer, @size_t long size, @off_t long offset);

    int fsync(int fd);

    int close(int fd);

    int statvfs(String path, @Out Pointer stat);

    int utimensat(int at, String path, @In Pointer times, int flags);

    Pointer opendir(String path);

    Pointer readdir(Pointer directory);

    void rewinddir(Pointer directory);

    int closedir(Pointer directory);
  }

  private final LibC libc = LibraryLoader.create(LibC.class).load("c");
  private final Runtime runtime = Runtime.getRuntime(libc);
  private final String source = System.getProperty(SOURCE);

  private String at(String path) {
    return source + path;
  }

  private int status(long result) {
    return result < 0 ? -runtime.getLastError() : (int) result;
  }

  @Override
  public int getattr(String path, FileStat stat) {
    return status(libc.lstat(at(path), Struct.getMemory(stat)));
  }

  @Override
  public int fgetattr(String path, FileStat stat, FuseFileInfo fi) {
    return status(libc.fstat(fi.fh.intValue(), Struct.getMemory(stat)));
  }

  @Override
  public int readlink(String path, Pointer buffer, long size) {
    long length = libc.readlink(at(path), buffer, size - 1);
    if (length >= 0) {
      buffer.putByte(length, (byte) 0);
    }
    return length < 0 ? status(length) : 0;
  }

  @Override
  public int mknod(String path, long mode, long device) {
    return status(libc.mknod(at(path), (int) mode, device));
  }

  @Override
  public int mkdir(String path, long mode) {
    return status(libc.mkdir(at(path), (int) mode));
  }

  @Override
  public int unlink(String path) {
    return status(libc.unlink(at(path)));
  }

  @Override
  public int rmdir(String path) {
    return status(libc.rmdir(at(path)));
  }

  @Override
  public int symlink(String target, String path) {
    return status(libc.symlink(target, at(path)));
  }

  @Override
  public int rename(String from, String to) {
    return status(libc.rename(at(from), at(to)));
  }

  @Override
  public int link(String from, String to) {
    return status(libc.link(at(from), at(to)));
  }

  @Override
  public int chmod(String path, long mode) {
    return status(libc.chmod(at(path), (int) mode));
  }

  @Override
  public int chown(String path, long uid, long gid) {
    return status(libc.lchown(at(path), (int) uid, (int) gid));
  }

  @Override
  public int truncate(String path, long size) {
    return status(libc.truncate(at(path), size));
  }

  @Override
  public int ftruncate(String path, long size, FuseFileInfo fi) {
    return status(libc.ftruncate(fi.fh.intValue(), size));
  }

  @Override
  public int open(String path, FuseFileInfo fi) {
    return keep(libc.open(at(path), fi.flags.intValue(), 0), fi);
  }

  @Override
  public int create(String path, long mode, FuseFileInfo fi) {
    return keep(libc.open(at(path), fi.flags.intValue(), (int) mode), fi);
  }

  private int keep(int fd, FuseFileInfo fi) {
    if (fd < 0) {
      return status(fd);
    }
    fi.fh.set(fd);
    return 0;
  }

  @Override
  public int read(String path, Pointer buffer, long size, long offset, FuseFileInfo fi) {
    return status(libc.pread(fi.fh.intValue(), buffer, size, offset));
  }

  @Override
  public int write(String path, Pointer buffer, long size, long offset, FuseFileInfo fi) {
    return status(libc.pwrite(fi.fh.intValue(), buffer, size, offset));
  }

  @Override
  public int fsync(String path, int dataOnly, FuseFileInfo fi) {
    return status(libc.fsync(fi.fh.intValue()));
  }

  @Override
  public int release(String path, FuseFileInfo fi) {
    return status(libc.close(fi.fh.intValue()));
  }

  @Override
  public int statfs(String path, Statvfs stat) {
    return status(libc.statvfs(at(path), Struct.getMemory(stat)));
  }

  @Override
  public int utimens(String path, Timespec[] times) {
    return status(
        libc.utimensat(AT_FDCWD, at(path), Struct.getMemory(times[0]), AT_SYMLINK_NOFOLLOW));
  }

  @Override
  public int opendir(String path, FuseFileInfo fi) {
    Pointer directory = libc.opendir(at(path));
    if (directory == null) {
      return -runtime.getLastError();
    }
    fi.fh.set(directory.address());
    return 0;
  }

  // All of it at once, and libfuse hands it out. With type and number, or find would ask for each.
  @Override
  public int readdir(
      String path, Pointer buffer, FuseFillDir filler, long offset, FuseFileInfo fi) {
    Pointer directory = Pointer.wrap(runtime, fi.fh.longValue());
    FileStat stat = new FileStat(runtime);
    libc.rewinddir(directory);
    Pointer entry;
    while ((entry = libc.readdir(directory)) != null) {
      stat.st_ino.set(entry.getLong(D_INO));
      stat.st_mode.set((entry.getByte(D_TYPE) & 0xf) << TYPE_SHIFT);
      if (filler.apply(buffer, entry.getString(D_NAME, NAME_MAX, UTF_8), stat, 0) != 0) {
        return -ErrorCodes.ENOMEM();
      }
    }
    return 0;
  }

  @Override
  public int releasedir(String path, FuseFileInfo fi) {
    return status(libc.closedir(Pointer.wrap(runtime, fi.fh.longValue())));
  }
}
