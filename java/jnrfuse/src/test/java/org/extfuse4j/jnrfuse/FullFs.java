// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.Pointer;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * A file system in memory with more callbacks than jnr-fuse's example: links, symbolic links,
 * owners, modes, times, extended attributes. It uses what jnr-fuse has and nothing of the adapter,
 * so that libfuse can serve it as well.
 */
public class FullFs extends FuseStubFS {
  private static final int ENOENT = 2;
  private static final int EEXIST = 17;
  private static final int ENOTDIR = 20;
  private static final int EISDIR = 21;
  private static final int ERANGE = 34;
  private static final int ENOTEMPTY = 39;
  private static final int ENODATA = 61;
  private static final int XATTR_CREATE = 1;

  /** A file of any type. */
  private static final class Inode {
    final long ino;
    int mode;
    int nlink = 1;
    long uid;
    long gid;
    long atime;
    long mtime;
    byte[] data = {};
    final Map<String, Inode> entries = new TreeMap<>();
    final Map<String, byte[]> xattrs = new TreeMap<>();

    Inode(long ino, int mode) {
      this.ino = ino;
      this.mode = mode;
    }

    boolean is(int type) {
      return (mode & FileStat.S_IFMT) == type;
    }
  }

  private final AtomicLong inos = new AtomicLong(1000);
  private final Inode root = new Inode(1, FileStat.S_IFDIR | 0755);

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Inode find(String path) {
    Inode at = root;
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && at != null) {
        at = at.entries.get(name);
      }
    }
    return at;
  }

  private Inode parentOf(String path) {
    return find(path.substring(0, path.lastIndexOf('/')));
  }

  private Inode make(String path, long mode) {
    Inode made = new Inode(inos.incrementAndGet(), (int) mode);
    made.uid = getContext().uid.get();
    made.gid = getContext().gid.get();
    made.mtime = System.currentTimeMillis() / 1000;
    parentOf(path).entries.put(nameOf(path), made);
    return made;
  }

  private int absent(String path) {
    if (parentOf(path) == null) {
      return -ENOENT;
    }
    return find(path) == null ? 0 : -EEXIST;
  }

  @Override
  public synchronized int getattr(String path, FileStat stat) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    stat.st_ino.set(i.ino);
    stat.st_mode.set(i.mode);
    stat.st_nlink.set(i.is(FileStat.S_IFDIR) ? 2 : i.nlink);
    stat.st_uid.set(i.uid);
    stat.st_gid.set(i.gid);
    stat.st_size.set(i.data.length);
    stat.st_atim.tv_sec.set(i.atime);
    stat.st_mtim.tv_sec.set(i.mtime);
    return 0;
  }

  @Override
  public synchronized int mknod(String path, long mode, long rdev) {
    int rc = absent(path);
    if (rc == 0) {
      make(path, mode);
    }
    return rc;
  }

  @Override
  public synchronized int mkdir(String path, long mode) {
    int rc = absent(path);
    if (rc == 0) {
      make(path, FileStat.S_IFDIR | mode);
    }
    return rc;
  }

  @Override
  public synchronized int symlink(String target, String path) {
    int rc = absent(path);
    if (rc == 0) {
      make(path, FileStat.S_IFLNK | 0777).data = target.getBytes(UTF_8);
    }
    return rc;
  }

  @Override
  public synchronized int readlink(String path, Pointer buf, long size) {
    byte[] target = find(path).data;
    int n = (int) Math.min(size - 1, target.length);
    buf.put(0, target, 0, n);
    buf.putByte(n, (byte) 0);
    return 0;
  }

  @Override
  public synchronized int link(String oldPath, String path) {
    int rc = absent(path);
    if (rc == 0) {
      Inode i = find(oldPath);
      i.nlink++;
      parentOf(path).entries.put(nameOf(path), i);
    }
    return rc;
  }

  @Override
  public synchronized int unlink(String path) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    if (i.is(FileStat.S_IFDIR)) {
      return -EISDIR;
    }
    i.nlink--;
    parentOf(path).entries.remove(nameOf(path));
    return 0;
  }

  @Override
  public synchronized int rmdir(String path) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    if (!i.is(FileStat.S_IFDIR)) {
      return -ENOTDIR;
    }
    if (!i.entries.isEmpty()) {
      return -ENOTEMPTY;
    }
    parentOf(path).entries.remove(nameOf(path));
    return 0;
  }

  @Override
  public synchronized int rename(String path, String newPath) {
    Inode i = find(path);
    Inode to = parentOf(newPath);
    if (i == null || to == null) {
      return -ENOENT;
    }
    Inode victim = to.entries.get(nameOf(newPath));
    if (victim != null) {
      victim.nlink--;
    }
    parentOf(path).entries.remove(nameOf(path));
    to.entries.put(nameOf(newPath), i);
    return 0;
  }

  @Override
  public synchronized int chmod(String path, long mode) {
    Inode i = find(path);
    i.mode = (i.mode & FileStat.S_IFMT) | (int) (mode & 07777);
    return 0;
  }

  @Override
  public synchronized int chown(String path, long uid, long gid) {
    Inode i = find(path);
    i.uid = uid == 0xffffffffL || uid == -1 ? i.uid : uid;
    i.gid = gid == 0xffffffffL || gid == -1 ? i.gid : gid;
    return 0;
  }

  @Override
  public synchronized int utimens(String path, Timespec[] times) {
    Inode i = find(path);
    i.atime = times[0].tv_sec.get();
    i.mtime = times[1].tv_sec.get();
    return 0;
  }

  @Override
  public synchronized int truncate(String path, long size) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    i.data = Arrays.copyOf(i.data, (int) size);
    return 0;
  }

  @Override
  public int open(String path, FuseFileInfo fi) {
    fi.fh.set(77);
    return 0;
  }

  @Override
  public synchronized int read(String path, Pointer buf, long size, long at, FuseFileInfo fi) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    int n = (int) Math.max(0, Math.min(size, i.data.length - at));
    buf.put(0, i.data, (int) Math.min(at, i.data.length), n);
    return n;
  }

  @Override
  public synchronized int write(String path, Pointer buf, long size, long at, FuseFileInfo fi) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    i.data = Arrays.copyOf(i.data, (int) Math.max(i.data.length, at + size));
    buf.get(0, i.data, (int) at, (int) size);
    return (int) size;
  }

  @Override
  public synchronized int statfs(String path, Statvfs st) {
    st.f_bsize.set(4096);
    st.f_frsize.set(4096);
    st.f_blocks.set(1 << 20);
    st.f_bfree.set(1 << 19);
    st.f_bavail.set(1 << 18);
    st.f_files.set(1000);
    st.f_ffree.set(900);
    st.f_namemax.set(255);
    return 0;
  }

  @Override
  public synchronized int setxattr(String path, String name, Pointer value, long size, int flags) {
    Inode i = find(path);
    if ((flags & XATTR_CREATE) != 0 && i.xattrs.containsKey(name)) {
      return -EEXIST;
    }
    byte[] bytes = new byte[(int) size];
    value.get(0, bytes, 0, bytes.length);
    i.xattrs.put(name, bytes);
    return 0;
  }

  @Override
  public synchronized int getxattr(String path, String name, Pointer value, long size) {
    byte[] bytes = find(path).xattrs.get(name);
    return bytes == null ? -ENODATA : give(bytes, value, size);
  }

  @Override
  public synchronized int listxattr(String path, Pointer list, long size) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    for (String name : find(path).xattrs.keySet()) {
      names.writeBytes((name + "\0").getBytes(UTF_8));
    }
    return give(names.toByteArray(), list, size);
  }

  private static int give(byte[] bytes, Pointer to, long size) {
    if (size == 0) {
      return bytes.length;
    }
    if (size < bytes.length) {
      return -ERANGE;
    }
    to.put(0, bytes, 0, bytes.length);
    return bytes.length;
  }

  @Override
  public synchronized int removexattr(String path, String name) {
    return find(path).xattrs.remove(name) == null ? -ENODATA : 0;
  }

  /** Gives offsets, so that a directory is told in parts. */
  @Override
  public synchronized int readdir(
      String path, Pointer buf, FuseFillDir filler, long offset, FuseFileInfo fi) {
    Inode i = find(path);
    if (i == null) {
      return -ENOENT;
    }
    long at = 0;
    for (String name : i.entries.keySet()) {
      at++;
      if (at > offset && filler.apply(buf, name, null, at) != 0) {
        break;
      }
    }
    return 0;
  }

  @Override
  public int fsync(String path, int dataOnly, FuseFileInfo fi) {
    return fi.fh.get() == 77 ? 0 : -5;
  }

  @Override
  public int flush(String path, FuseFileInfo fi) {
    return fi.fh.get() == 77 ? 0 : -5;
  }
}
