// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.jnrfuse.ExtFuse;
import org.extfuse4j.jnrfuse.FuseCache;
import org.extfuse4j.jnrfuse.JnrFuseLoader;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.ops.JnrFuseFs;
import ru.serce.jnrfuse.FuseFS;

/** A file system written for jnr-fuse, from a jar. */
final class JnrFuseBackend implements Backend {
  private final MountSettings settings;
  private final JnrFuseLoader loader;
  private final JnrFuseOptions options = new JnrFuseOptions();
  private JnrFuseFs fs;

  JnrFuseBackend(MountSettings settings) {
    this.settings = settings;
    loader = JnrFuseLoader.of(settings.jnrfuse);
    options
        .validity(settings.validity(options.validity()))
        .maxEntries(settings.entries)
        .pollNs(settings.pollNs)
        .source(loader.className())
        .readOnly(settings.readOnly);
    if (settings.threads != null) {
      options.threads(settings.threads);
      if (settings.threads == 1) {
        options.maxThreads(1); // for file systems that want one caller, as libfuse's -s
      }
    }
    for (String list : settings.libfuseOptions) {
      options.libfuse(List.of("-o", list));
    }
    // As for every mount of this settings.
    options.allowOther(true).defaultPermissions(true);
  }

  @Override
  public String source() {
    return options.source();
  }

  @Override
  public Path mountpoint(Path given) {
    return MountChecks.mountpoint(given, loader.classPath());
  }

  @Override
  public Validity inKernel() {
    return Validity.NONE; // the expiry in the maps decides
  }

  @Override
  public boolean lasts() {
    return false; // it is believed for a time
  }

  @Override
  public FuseFileSystem open(MetadataCache cache, boolean cached) {
    FuseFS loaded = loader.load();
    fs = new JnrFuseFs(loaded, options, cache);
    return fs;
  }

  @Override
  public FuseMountOptions mountOptions(FuseMountOptions mount) {
    return mount
        .readOnly(options.readOnly())
        .nosuid(options.nosuid())
        .nodev(options.nodev())
        .noexec(options.noexec() || settings.noexec)
        .noatime(options.noatime())
        .sync(options.sync())
        .dirsync(options.dirsync())
        .maxRead(options.maxRead());
  }

  @Override
  public FuseSession session(FuseMount mount, FuseFileSystem served) {
    return new FuseSession(mount, served, ExtFuse.threads(options));
  }

  @Override
  public Map<String, Function<String, ?>> commands() {
    return Map.of("invalidate", this::invalidate, "invalidate-tree", this::invalidateTree);
  }

  private Map<String, Boolean> invalidate(String path) {
    FuseCache cache = fs.cache();
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    if (name.isEmpty()) {
      cache.invalidateAttributes("/");
    } else {
      cache.invalidateEntry(path.substring(0, slash + 1), name);
    }
    return Map.of("ok", true);
  }

  private Map<String, Boolean> invalidateTree(String path) {
    fs.cache().invalidateTree(path);
    return Map.of("ok", true);
  }

  @Override
  public Audit audit() {
    return fs.audit();
  }

  @Override
  public NodeCounts counts() {
    return fs.counts();
  }

  @Override
  public void reclaimIdle() {
    fs.reclaimIdle();
  }

  @Override
  public void close() {
    if (fs != null) {
      fs.close();
    }
  }
}
