// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.nio.file.Path;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.CacheOptions;
import org.extfuse4j.cache.CacheUnavailableException;
import org.extfuse4j.cache.ExtFuseCache;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.session.FuseThreads;
import org.extfuse4j.fuse.session.RequestTimeout;
import org.extfuse4j.jnrfuse.ops.JnrFuseFs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.FuseFS;

/** Mounts file systems written for jnr-fuse. */
public final class ExtFuse {
  private static final Logger LOG = LoggerFactory.getLogger(ExtFuse.class);

  private ExtFuse() {}

  /** As {@link #mount(FuseFS, Path, JnrFuseOptions)}, with the defaults. */
  public static ExtFuseMount mount(FuseFS fs, Path mountPoint) {
    return mount(fs, mountPoint, new JnrFuseOptions());
  }

  /**
   * Mounts a file system and serves it on threads of its own; returns when it can be used. It ends
   * with {@link ExtFuseMount#close}, or when somebody unmounts it.
   *
   * @throws FuseException when it cannot be mounted: EPERM without CAP_SYS_ADMIN, ENOENT, ENOTDIR
   * @throws CacheUnavailableException in one line, with {@link CacheMode#REQUIRED}
   * @throws JnrFuseException when the file system cannot be served
   */
  public static ExtFuseMount mount(FuseFS fs, Path mountPoint, JnrFuseOptions options) {
    ExtFuseCache cache = load(options);
    FuseMount mount = null;
    JnrFuseFs served = null;
    try {
      served = new JnrFuseFs(fs, options, cache == null ? MetadataCache.none() : cache);
      mount = mount(mountOptions(mountPoint, options, cache != null), mountPoint, options);
      FuseSession session = new FuseSession(mount, served, threads(options));
      served.session(session);
      session.start();
      if (cache != null && !cache.active()) {
        String reason = "the kernel did not take the ExtFUSE program";
        if (options.cache() == CacheMode.REQUIRED) {
          session.close();
          throw new JnrFuseException(reason + ": see dmesg, or mount without the cache");
        }
        LOG.warn("{}: {} is mounted without the in-kernel cache", reason, mount);
      }
      return new ExtFuseMount(session, served, cache);
    } catch (RuntimeException | Error e) {
      if (mount != null) {
        mount.close();
      }
      if (served != null) {
        served.close();
      }
      if (cache != null) {
        cache.close();
      }
      throw e;
    }
  }

  // One at a time: of two mounts of one place the second finds the first.
  private static synchronized FuseMount mount(
      FuseMountOptions how, Path mountPoint, JnrFuseOptions options) {
    if (!options.nonempty() && FuseMount.isFuse(mountPoint)) {
      throw new JnrFuseException(
          mountPoint
              + " is a mount of FUSE already: unmount it first, or mount over it with -o nonempty");
    }
    return FuseMount.mount(how);
  }

  /** The mount options for a file system; with the in-kernel cache the kernel must check modes. */
  public static FuseMountOptions mountOptions(
      Path mountPoint, JnrFuseOptions options, boolean cached) {
    return new FuseMountOptions(mountPoint)
        .source(options.source())
        .defaultPermissions(cached || options.defaultPermissions())
        .allowOther(options.allowOther())
        .readOnly(options.readOnly())
        .nosuid(options.nosuid())
        .nodev(options.nodev())
        .noexec(options.noexec())
        .noatime(options.noatime())
        .sync(options.sync())
        .dirsync(options.dirsync())
        .maxRead(options.maxRead());
  }

  /** The threads for a file system whose callbacks may block or use the mount. */
  public static FuseThreads threads(JnrFuseOptions options) {
    return new FuseThreads(
        options.threads(),
        Math.max(options.threads(), options.maxThreads()),
        RequestTimeout.within(options.deadlineNs()),
        options.pollNs(),
        options.daemonThreads());
  }

  private static ExtFuseCache load(JnrFuseOptions options) {
    if (options.cache() == CacheMode.OFF) {
      return null;
    }
    try {
      // What in-kernel answers say of their own life time is 0: the maps' expiry decides.
      return ExtFuseCache.load(new CacheOptions(options.maxEntries(), Validity.NONE, false));
    } catch (CacheUnavailableException e) {
      if (options.cache() == CacheMode.REQUIRED) {
        throw e;
      }
      LOG.debug("no in-kernel cache", e);
      return null;
    }
  }
}
