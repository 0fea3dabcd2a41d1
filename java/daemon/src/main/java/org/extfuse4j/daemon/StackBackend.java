// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon;

import java.nio.file.Path;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.node.Audit;
import org.extfuse4j.cache.node.NodeCounts;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.session.FuseSession;
import org.extfuse4j.fuse.session.FuseThreads;
import org.extfuse4j.stackfs.StackFs;
import org.extfuse4j.stackfs.StackFsOptions;

/** A directory that is passed through. */
final class StackBackend implements Backend {
  private final MountSettings options;
  private final Path source;
  private StackFs fs;

  StackBackend(MountSettings options) {
    this.options = options;
    this.source = MountChecks.source(options.source);
  }

  @Override
  public String source() {
    return source.toString();
  }

  @Override
  public Path mountpoint(Path given) {
    return MountChecks.mountpoint(given, source);
  }

  @Override
  public Validity inKernel() {
    return options.validity(true);
  }

  @Override
  public boolean lasts() {
    return true;
  }

  @Override
  public FuseFileSystem open(MetadataCache cache, boolean cached) {
    fs =
        new StackFs(
            new StackFsOptions(
                source, options.validity(cached), options.readOnly, options.writeback),
            cache);
    return fs;
  }

  @Override
  public FuseSession session(FuseMount mount, FuseFileSystem served) {
    FuseThreads threads =
        options.threads == null ? FuseThreads.forThisMachine() : FuseThreads.fixed(options.threads);
    return new FuseSession(mount, served, threads.polling(options.pollNs));
  }

  @Override
  public void writable() {
    fs.writable();
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
  public int sync() {
    return fs == null || options.readOnly ? 0 : fs.sync();
  }

  @Override
  public void close() {
    if (fs != null) {
      fs.close();
    }
  }
}
