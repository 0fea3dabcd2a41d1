// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.util.List;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.jnrfuse.libfuse.ConnOptions;
import org.extfuse4j.jnrfuse.libfuse.MountOptions;

/**
 * How a file system is mounted. What libfuse has too has its meaning and default from there; {@link
 * #libfuse} reads it as it is given to {@code FuseFS.mount}. Everything is off unless said
 * otherwise.
 */
public final class JnrFuseOptions {
  private static final long SECOND = 1_000_000_000L;

  private CacheMode cache = CacheMode.AUTO;
  private Validity validity = new Validity(SECOND, SECOND, 0);
  private boolean useIno;
  private boolean readdirIno;
  private boolean hardRemove;
  private boolean directIo;
  private boolean kernelCache;
  private int umask = -1;
  private long uid = -1;
  private long gid = -1;
  private boolean allowOther;
  private boolean defaultPermissions;
  private boolean readOnly;
  private boolean nosuid = true;
  private boolean nodev = true;
  private boolean noexec;
  private String source = "jnr-fuse";
  private int threads = 4;
  private int maxThreads = 64;
  private long deadlineNs = 60 * SECOND;
  private long pollNs;
  private boolean daemonThreads;
  private int maxEntries = 1 << 17;
  private boolean nonempty;
  private boolean noatime;
  private boolean sync;
  private boolean dirsync;
  private int maxRead;
  private long rememberNs;
  private final ConnOptions connection = new ConnOptions();

  /**
   * Sets what libfuse 2.9's arguments say: {@code -o name,name=value}.
   *
   * @throws JnrFuseException in one line for one that is not known, or whose value is none
   */
  public JnrFuseOptions libfuse(List<String> arguments) {
    MountOptions.read(arguments, this);
    return this;
  }

  /** What to do about the in-kernel cache; {@link CacheMode#AUTO} unless set. */
  public JnrFuseOptions cache(CacheMode value) {
    cache = value;
    return this;
  }

  /** See {@link #cache(CacheMode)}. */
  public CacheMode cache() {
    return cache;
  }

  /**
   * How long what the file system told is believed without asking again, by the kernel or by the
   * in-kernel cache; libfuse's 1 s, 1 s, and 0 for names that do not exist, unless set.
   */
  public JnrFuseOptions validity(Validity value) {
    validity = value;
    return this;
  }

  /** See {@link #validity(Validity)}. */
  public Validity validity() {
    return validity;
  }

  /** The file system's st_ino is shown; the nodeid otherwise, which no two paths share. */
  public JnrFuseOptions useIno(boolean value) {
    useIno = value;
    return this;
  }

  /** See {@link #useIno(boolean)}. */
  public boolean useIno() {
    return useIno;
  }

  /** Directories show the nodeids of names that are known; 0xffffffff otherwise. */
  public JnrFuseOptions readdirIno(boolean value) {
    readdirIno = value;
    return this;
  }

  /** See {@link #readdirIno(boolean)}. */
  public boolean readdirIno() {
    return readdirIno;
  }

  /**
   * An open file is removed at once, and its users get ENOENT; otherwise it is renamed to {@code
   * .fuse_hidden...} until the last one closes it.
   */
  public JnrFuseOptions hardRemove(boolean value) {
    hardRemove = value;
    return this;
  }

  /** See {@link #hardRemove(boolean)}. */
  public boolean hardRemove() {
    return hardRemove;
  }

  /** All files are read and written without the page cache. */
  public JnrFuseOptions directIo(boolean value) {
    directIo = value;
    return this;
  }

  /** See {@link #directIo(boolean)}. */
  public boolean directIo() {
    return directIo;
  }

  /** Opening a file does not drop what is cached of its data. */
  public JnrFuseOptions kernelCache(boolean value) {
    kernelCache = value;
    return this;
  }

  /** See {@link #kernelCache(boolean)}. */
  public boolean kernelCache() {
    return kernelCache;
  }

  /** Of all modes shown; -1 for the file system's own. */
  public JnrFuseOptions umask(int value) {
    umask = value;
    return this;
  }

  /** See {@link #umask(int)}. */
  public int umask() {
    return umask;
  }

  /** Of all owners shown; -1 for the file system's own. */
  public JnrFuseOptions uid(long value) {
    uid = value;
    return this;
  }

  /** See {@link #uid(long)}. */
  public long uid() {
    return uid;
  }

  /** Of all groups shown; -1 for the file system's own. */
  public JnrFuseOptions gid(long value) {
    gid = value;
    return this;
  }

  /** See {@link #gid(long)}. */
  public long gid() {
    return gid;
  }

  /** Users other than the mounter may enter. */
  public JnrFuseOptions allowOther(boolean value) {
    allowOther = value;
    return this;
  }

  /** See {@link #allowOther(boolean)}. */
  public boolean allowOther() {
    return allowOther;
  }

  /**
   * The kernel checks modes and owners, and never asks {@code access}; on whatever is set here
   * where the in-kernel cache is, which cannot ask.
   */
  public JnrFuseOptions defaultPermissions(boolean value) {
    defaultPermissions = value;
    return this;
  }

  /** See {@link #defaultPermissions(boolean)}. */
  public boolean defaultPermissions() {
    return defaultPermissions;
  }

  /** Nothing can be changed through the mount. */
  public JnrFuseOptions readOnly(boolean value) {
    readOnly = value;
    return this;
  }

  /** See {@link #readOnly(boolean)}. */
  public boolean readOnly() {
    return readOnly;
  }

  /** Set-user-id bits have no effect. */
  public JnrFuseOptions nosuid(boolean value) {
    nosuid = value;
    return this;
  }

  /** See {@link #nosuid(boolean)}. */
  public boolean nosuid() {
    return nosuid;
  }

  /** Device files cannot be opened. */
  public JnrFuseOptions nodev(boolean value) {
    nodev = value;
    return this;
  }

  /** See {@link #nodev(boolean)}. */
  public boolean nodev() {
    return nodev;
  }

  /** Nothing can be executed. */
  public JnrFuseOptions noexec(boolean value) {
    noexec = value;
    return this;
  }

  /** See {@link #noexec(boolean)}. */
  public boolean noexec() {
    return noexec;
  }

  /** The first column of /proc/mounts. */
  public JnrFuseOptions source(String value) {
    source = value;
    return this;
  }

  /** See {@link #source(String)}. */
  public String source() {
    return source;
  }

  /** Threads that serve requests at first; more are made while all are busy. */
  public JnrFuseOptions threads(int value) {
    threads = value;
    return this;
  }

  /** See {@link #threads(int)}. */
  public int threads() {
    return threads;
  }

  /** Threads that serve requests at most. */
  public JnrFuseOptions maxThreads(int value) {
    maxThreads = value;
    return this;
  }

  /** See {@link #maxThreads(int)}. */
  public int maxThreads() {
    return maxThreads;
  }

  /** How long a callback may take, in nanoseconds; its caller then gets ETIMEDOUT. 0 is forever. */
  public JnrFuseOptions deadlineNs(long value) {
    deadlineNs = value;
    return this;
  }

  /** See {@link #deadlineNs(long)}. */
  public long deadlineNs() {
    return deadlineNs;
  }

  /**
   * How long a thread asks for the next request again and again before it waits to be woken, in
   * nanoseconds; meanwhile it takes a processor. 0, which is usual, is not at all.
   */
  public JnrFuseOptions pollNs(long value) {
    pollNs = value;
    return this;
  }

  /** See {@link #pollNs(long)}. */
  public long pollNs() {
    return pollNs;
  }

  /** The process may end while it is mounted. */
  public JnrFuseOptions daemonThreads(boolean value) {
    daemonThreads = value;
    return this;
  }

  /** See {@link #daemonThreads(boolean)}. */
  public boolean daemonThreads() {
    return daemonThreads;
  }

  /** Names, and as many nodes, that the in-kernel cache holds. */
  public JnrFuseOptions maxEntries(int value) {
    maxEntries = value;
    return this;
  }

  /** See {@link #maxEntries(int)}. */
  public int maxEntries() {
    return maxEntries;
  }

  /** It may be mounted over another mount of FUSE. */
  public JnrFuseOptions nonempty(boolean value) {
    nonempty = value;
    return this;
  }

  /** See {@link #nonempty(boolean)}. */
  public boolean nonempty() {
    return nonempty;
  }

  /** Times of access are not changed by the kernel. */
  public JnrFuseOptions noatime(boolean value) {
    noatime = value;
    return this;
  }

  /** See {@link #noatime(boolean)}. */
  public boolean noatime() {
    return noatime;
  }

  /** Each write is followed by fsync. */
  public JnrFuseOptions sync(boolean value) {
    sync = value;
    return this;
  }

  /** See {@link #sync(boolean)}. */
  public boolean sync() {
    return sync;
  }

  /** The mount shows dirsync, which the kernel's FUSE does nothing about. */
  public JnrFuseOptions dirsync(boolean value) {
    dirsync = value;
    return this;
  }

  /** See {@link #dirsync(boolean)}. */
  public boolean dirsync() {
    return dirsync;
  }

  /** Bytes of one read at most; 0 for as many as a request has room for. */
  public JnrFuseOptions maxRead(int value) {
    maxRead = value;
    return this;
  }

  /** See {@link #maxRead(int)}. */
  public int maxRead() {
    return maxRead;
  }

  /**
   * How long nodes are kept after the kernel has forgotten them, in nanoseconds, so that handles of
   * file servers stay good; Long.MAX_VALUE is for ever, and takes memory for every name that was
   * ever looked up.
   */
  public JnrFuseOptions rememberNs(long value) {
    rememberNs = value;
    return this;
  }

  /** See {@link #rememberNs(long)}. */
  public long rememberNs() {
    return rememberNs;
  }

  /** What is asked of the connection. */
  public ConnOptions connection() {
    return connection;
  }
}
