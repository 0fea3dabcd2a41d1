// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.bpf.BpfProgramSpec;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.FuseSession;

/** What the tests of the kernel's side mount and load. */
final class TestMounts {
  private TestMounts() {}

  /** A mount whose INIT nobody has answered yet, gone when closed. */
  static final class Unanswered implements AutoCloseable {
    final Path mnt;
    final FuseMount mount;

    Unanswered() {
      mnt = folder();
      mount = FuseMount.mount(new FuseMountOptions(mnt).allowOther(true));
    }

    int device() {
      return mount.deviceFd();
    }

    FuseSession session(FuseFileSystem fs) {
      return new FuseSession(mount, fs);
    }

    @Override
    public void close() {
      mount.close();
      try {
        Files.deleteIfExists(mnt);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** An empty directory of root's. */
  static class EmptyFs implements FuseFileSystem {
    public int getattr(Request rq, Reply rp) {
      rp.attr(0);
      var payload = rp.payload();
      for (int i = 0; i < MapLayout.AttrValue.ATTR_SIZE; i += Integer.BYTES) {
        payload.putInt(rp.attrOutAttrOffset() + i, 0);
      }
      payload.putInt(rp.attrOutAttrOffset() + 60, 040755); // mode of struct fuse_attr
      return 0;
    }

    @Override
    public FuseOperations operations() {
      return new FuseOperations().on(FuseOpcode.GETATTR, this::getattr);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("extfuse-vm-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * src/test/bpf/NAME.bpf.c, as a program that ExtFUSE runs; only one of its programs, if named.
   */
  static BpfObject open(String name, String... only) {
    BpfObject object = BpfObject.open(Path.of("../cache/target/test-bpf", name + ".bpf.o"));
    for (BpfProgramSpec program : object.programSpecs()) {
      if (program.section().startsWith("extfuse")) {
        program.setType(MapLayout.PROG_TYPE_EXTFUSE);
      }
      if (only.length > 0) {
        program.setAutoload(program.name().equals(only[0]));
      }
    }
    return object;
  }
}
