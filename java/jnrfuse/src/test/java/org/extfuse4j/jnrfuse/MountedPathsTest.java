// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Test;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseContext;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Which paths, callers and files callbacks get. */
class MountedPathsTest {
  /** Writes down what it is called with. */
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the lists are safe
  private static final class Recorder extends FullFs {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<String> callers = new CopyOnWriteArrayList<>();

    @Override
    public int write(String path, jnr.ffi.Pointer buf, long size, long at, FuseFileInfo fi) {
      calls.add("write " + path);
      return super.write(path, buf, size, at, fi);
    }

    @Override
    public int release(String path, FuseFileInfo fi) {
      calls.add("release " + path + " " + fi.fh.get());
      return 0;
    }

    @Override
    public int unlink(String path) {
      calls.add("unlink " + path);
      return super.unlink(path);
    }

    @Override
    public int mkdir(String path, long mode) {
      FuseContext c = getContext();
      callers.add(
          "%d %d %o mode %o".formatted(c.uid.get(), c.gid.get(), c.umask.get(), mode & 07777));
      return super.mkdir(path, mode);
    }

    @Override
    public int getattr(String path, FileStat stat) {
      calls.add("getattr " + path);
      return super.getattr(path, stat);
    }

    List<String> take(String prefix) {
      List<String> taken = calls.stream().filter(call -> call.startsWith(prefix)).toList();
      calls.clear();
      return taken;
    }
  }

  private static JnrFuseOptions options() {
    return new JnrFuseOptions().cache(CacheMode.OFF).validity(Validity.NONE);
  }

  @Test
  void anOpenFileFollowsItsDirectory() {
    Recorder fs = new Recorder();
    Path dir = Mounts.newMountPoint();
    try (ExtFuseMount mount = ExtFuse.mount(fs, dir, options())) {
      String script =
          "mkdir -p a/b && exec 3>a/b/f && echo 1 >&3 && mv a z && echo 2 >&3"
              + " && mkdir y && mv z/b y/c && echo 3 >&3 && exec 3>&- && cat y/c/f";
      assertThat(Mounts.sh(mount.mountPoint(), script)).isEqualTo("1\n2\n3");
      assertThat(fs.take("write")).containsExactly("write /a/b/f", "write /z/b/f", "write /y/c/f");
    }
  }

  @Test
  void aRemovedOpenFileIsHiddenUntilItIsClosed() throws InterruptedException {
    Recorder fs = new Recorder();
    Path dir = Mounts.newMountPoint();
    try (ExtFuseMount mount = ExtFuse.mount(fs, dir, options())) {
      String script = "exec 3>f && rm f && echo 1 >&3 && ls -a && exec 3>&-";
      assertThat(Mounts.sh(mount.mountPoint(), script)).matches("\\.fuse_hidden[0-9a-f]{16}");
      Thread.sleep(300);
      assertThat(fs.take("unlink")).singleElement().asString().contains("/.fuse_hidden");
      assertThat(Mounts.sh(mount.mountPoint(), "ls -a")).isEmpty();
    }
  }

  @Test
  void withHardRemoveItsUsersGetEnoent() {
    Recorder fs = new Recorder();
    Path dir = Mounts.newMountPoint();
    try (ExtFuseMount mount = ExtFuse.mount(fs, dir, options().hardRemove(true))) {
      String script = "echo x > f && exec 3<f && rm f && ls -a && cat <&3";
      assertThat(Mounts.sh(mount.mountPoint(), script)).contains("No such file");
      assertThat(fs.take("unlink")).containsExactly("unlink /f");
    }
  }

  @Test
  void hardLinksAreTwoNodesAndOneInodeWithUseIno() {
    Path dir = Mounts.newMountPoint();
    String script = "echo x > f && ln f g && stat -c %i f g | uniq | wc -l";
    try (ExtFuseMount mount = ExtFuse.mount(new FullFs(), dir, options())) {
      assertThat(Mounts.sh(mount.mountPoint(), script)).isEqualTo("2");
    }
    try (ExtFuseMount mount = ExtFuse.mount(new FullFs(), dir, options().useIno(true))) {
      assertThat(Mounts.sh(mount.mountPoint(), script)).isEqualTo("1");
      assertThat(Mounts.sh(mount.mountPoint(), "rm g && cat f && stat -c %h f")).isEqualTo("x\n1");
    }
  }

  @Test
  void theContextIsTheCallers() {
    Recorder fs = new Recorder();
    Path dir = Mounts.newMountPoint();
    try (ExtFuseMount mount = ExtFuse.mount(fs, dir, options().allowOther(true))) {
      String script =
          "chmod 777 . && umask 027 && setpriv --reuid 1234 --regid 99 --clear-groups mkdir d";
      assertThat(Mounts.sh(mount.mountPoint(), script)).isEmpty();
      assertThat(fs.callers).containsExactly("1234 99 27 mode 750");
      assertThat(fs.getContext().uid.get()).as("outside of a callback").isZero();
    }
  }

  /** MemoryFS shows everything as the caller's. */
  @Test
  void theContextIsTheCallersForJnrFusesOwnBaseClass() throws Exception {
    String fs = "ru.serce.jnrfuse.examples.MemoryFS";
    Path dir = Mounts.newMountPoint();
    try (Program program = Program.withLibfusesClass(fs, dir, "allow_other")) {
      String script =
          "setpriv --reuid 1234 --regid 99 --clear-groups stat -c '%u %g' 'Sample file.txt'";
      assertThat(Mounts.sh(program.mountPoint(), script)).isEqualTo("1234 99");
    }
  }

  @Test
  void namesThatAreNotUtf8AreRefused() {
    Path dir = Mounts.newMountPoint();
    try (ExtFuseMount mount = ExtFuse.mount(new FullFs(), dir, options())) {
      String script =
          "touch \"$(printf '\\377')\" 2>&1; mkdir \"$(printf '\\303')\" 2>&1;"
              + " touch \"$(printf '\\303\\251')\" && ls | wc -l";
      assertThat(Mounts.sh(mount.mountPoint(), script))
          .contains("Invalid or incomplete multibyte or wide character")
          .endsWith("\n1");
    }
  }

  @Test
  void nothingIsLeftOfAMount() throws Exception {
    Path dir = Mounts.newMountPoint();
    ExtFuseMount mount = ExtFuse.mount(new FullFs(), dir, options());
    assertThat(Mounts.sh(dir, "mkdir a; echo x > a/f; cat a/f")).isEqualTo("x");
    mount.close();
    mount.close();
    assertThat(Mounts.isMounted(dir)).isFalse();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("fuse-")) {
        thread.join(5_000);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
