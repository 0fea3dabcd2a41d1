// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseMount;
import org.extfuse4j.fuse.FuseMountOptions;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.session.FuseSession;
import org.junit.jupiter.api.Test;

/**
 * The VFS leaves it to the file system who may set an attribute of the namespace system (see
 * xattr_permission() in fs/xattr.c): the source has to know who asks. The source here is a FUSE
 * file system, which sees it.
 */
class SystemXattrsTest {
  private static final Set<Integer> CHANGES = Set.of(FuseOpcode.SETXATTR, FuseOpcode.REMOVEXATTR);

  private final List<Integer> askers = new CopyOnWriteArrayList<>();

  /** Notes who changes attributes of such a name. */
  private FuseFileSystem noting(FuseFileSystem fs) {
    return (FuseFileSystem)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {FuseFileSystem.class},
            (proxy, method, with) -> {
              if (method.getName().equals("operations")) {
                return fs.operations().around(this::noting);
              }
              try {
                return method.invoke(fs, with);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private FuseOperations.Operation noting(int opcode, FuseOperations.Operation operation) {
    if (!CHANGES.contains(opcode)) {
      return operation;
    }
    return (rq, rp) -> {
      note(rq);
      return operation.run(rq, rp);
    };
  }

  private void note(Request rq) {
    byte[] body = new byte[128];
    rq.buffer().get(rq.bodyOffset(), body, 0, body.length);
    if (new String(body, StandardCharsets.ISO_8859_1).contains("system.nfs4_acl")) {
      askers.add(rq.uid());
    }
  }

  @Test
  void reachTheSourceAsTheCaller() {
    try (StackMount inner = new StackMount()) {
      Sh.script(inner.dir, "mkdir noting && mkdir -m 777 source/d && echo >source/d/f").succeeds();
      StackFs fs =
          new StackFs(
              new StackFsOptions(inner.source, Validity.NONE, false, false),
              new StackMount.Options().cache);
      FuseMountOptions at =
          new FuseMountOptions(inner.dir.resolve("noting")).source("noting").allowOther(true);
      FuseSession session = new FuseSession(FuseMount.mount(at), noting(fs));
      session.start();
      try {
        ask(inner);
      } finally {
        session.close();
        fs.close();
      }
    }
    assertThat(askers).containsExactly(65534, 65534, 65534, 0);
  }

  private static void ask(StackMount inner) {
    StackMount.Options options = new StackMount.Options();
    options.base = inner.dir.resolve("noting");
    try (StackMount outer = new StackMount(options);
        FsOp nobody =
            new FsOp(outer.mnt, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        FsOp root = new FsOp(outer.mnt)) {
      root.ok("mkdir", "d", 0777);
      root.ok("open", 1, "wc", "d/f", 0644);
      nobody.ok("open", 1, "r", "d/f");
      nobody.fails("EOPNOTSUPP", "setxattr", "d/f", "system.nfs4_acl", "1");
      nobody.fails("EOPNOTSUPP", "fsetxattr", 1, "system.nfs4_acl", "1");
      nobody.fails("EOPNOTSUPP", "setxattr", "d", "system.nfs4_acl", "1");
      root.fails("EOPNOTSUPP", "setxattr", "d/f", "system.nfs4_acl", "1");
    }
  }
}
