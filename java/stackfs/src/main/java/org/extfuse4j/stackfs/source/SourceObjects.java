// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.fuse.sys.Syscalls;
import org.extfuse4j.stackfs.StackFsException;
import org.extfuse4j.stackfs.publish.Attributes;

/**
 * The objects of a source directory, found by names from its root: from the same view of the source
 * as the daemon has, and without following symbolic links or changing an access time.
 *
 * <p>Directories stay open while they are used, {@value #OPEN} at most. For one thread.
 */
public final class SourceObjects implements AutoCloseable {
  private static final int OPEN = 256;
  private static final int LONGEST_NAME = 256;

  /** Directories that are further down are not looked at. */
  static final int DEEPEST = 1000;

  private final Source source;
  private final ByteBuffer name = ByteBuffer.allocateDirect(LONGEST_NAME);
  private final long nameAddress = Pointer.nativeValue(Native.getDirectBufferPointer(name));

  // By nodeid, the least lately used first.
  private final Map<Long, Integer> directories = new LinkedHashMap<>(16, 0.75f, true);

  /** A directory in the tree of names. */
  public record Directory(long parent, String name) {}

  /** Knows where directories are. */
  public interface Tree {
    /** Null if no name is known to lead to it. */
    Directory find(long nodeid);
  }

  /**
   * What is found under a name: attributes, or a negative errno.
   *
   * @param device of the object
   * @param inode its number on that device, which need not be that of the attributes
   */
  public record Found(int errno, NodeAttr attr, long device, long inode) {
    public Found(int errno) {
      this(errno, null, 0, 0);
    }

    public boolean exists() {
      return errno == 0;
    }
  }

  /**
   * Opens a source directory.
   *
   * @throws StackFsException if it is no directory, or without the right
   */
  public SourceObjects(Path path) {
    source = new Source(path, true);
  }

  /** Looks at a name in a directory that {@link #open} opened. */
  public Found look(int directory, String child) {
    return found(directory, put(child), Libc.AT_SYMLINK_NOFOLLOW);
  }

  /** Looks at the source directory itself. */
  public Found root() {
    return found(source.mountFd(), Scratch.get().emptyPath, Libc.AT_EMPTY_PATH);
  }

  private Found found(int directory, long path, int flags) {
    Scratch s = Scratch.get();
    int rc = Attributes.statx(s, directory, path, flags);
    if (rc < 0) {
      return new Found(rc);
    }
    long device = Attributes.device(s.statx);
    long inode = Attributes.inode(s.statx);
    rc = source.numbers().renumber(s, directory, path);
    if (rc < 0) {
      return new Found(rc);
    }
    Attributes.fuseAttr(s.statx, s.attr, 0);
    return new Found(0, NodeAttr.decode(s.attr, 0), device, inode);
  }

  /** The mount shows this number of an object; the next look may find the same. */
  public void learn(Found found, long number) {
    source.numbers().learn(found.device(), found.inode(), number);
  }

  /**
   * Opens a directory by the names that lead to it; it is closed when others need the place.
   *
   * @return a descriptor, or a negative errno; -ESTALE if the names are not known
   */
  public int open(Tree tree, long nodeid) {
    return open(tree, nodeid, 0);
  }

  // Names that are read while directories are moved can form a ring.
  private int open(Tree tree, long nodeid, int depth) {
    if (nodeid == NodeRegistry.ROOT_ID) {
      return source.mountFd();
    }
    Integer known = directories.get(nodeid);
    if (known != null) {
      return known;
    }
    Directory directory = tree.find(nodeid);
    int parent =
        directory == null || depth > DEEPEST
            ? -Errno.ESTALE
            : open(tree, directory.parent(), depth + 1);
    if (parent < 0) {
      return parent;
    }
    int flags = Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
    int fd = Syscalls.openat(parent, put(directory.name()), flags, 0);
    if (fd < 0) {
      return fd;
    }
    directories.put(nodeid, fd);
    if (directories.size() > OPEN) {
      Long eldest = directories.keySet().iterator().next();
      Syscalls.close(directories.remove(eldest));
    }
    return fd;
  }

  /** Directories are opened anew: by names that may have changed. */
  public void reopen() {
    directories.values().forEach(Syscalls::close);
    directories.clear();
  }

  private long put(String child) {
    byte[] bytes = child.getBytes(ISO_8859_1);
    name.put(0, bytes).put(bytes.length, (byte) 0);
    return nameAddress;
  }

  @Override
  public void close() {
    reopen();
    source.close();
  }
}
