// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user reads when the machine does not let him mount; each in a JVM that has been crippled.
 */
class CannotMountTest {
  @TempDir Path dir;

  /** Mounts on the folder in the argument, and prints why not. */
  public static void main(String[] args) {
    try (FuseMount mount = FuseMount.mount(new FuseMountOptions(Path.of(args[0])))) {
      System.out.println("mounted as " + mount.id());
    } catch (FuseException e) {
      System.out.println(e.errno() + " " + e.getMessage());
    }
  }

  private String mount(List<String> prefix, String... options) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CannotMountTest.class.getName(), dir.toString()));
    return Child.run(command.toArray(String[]::new)).succeeds();
  }

  @Test
  void itWorksUncrippled() throws Exception {
    assertThat(mount(List.of())).startsWith("mounted as 0:");
  }

  @Test
  void withoutCapSysAdmin() throws Exception {
    assertThat(mount(List.of("setpriv", "--bounding-set=-sys_admin")))
        .isEqualTo("1 cannot mount on " + dir + ": mounting needs root (CAP_SYS_ADMIN) (EPERM)\n");
  }

  @Test
  void withoutDevFuse() throws Exception {
    // A JVM without /dev/urandom takes seconds to find entropy elsewhere.
    String script =
        "mount -t tmpfs none /dev && mknod /dev/urandom c 1 9 && mknod /dev/random c 1 8"
            + " && exec \"$@\"";
    assertThat(mount(List.of("unshare", "-m", "sh", "-c", script, "sh")))
        .startsWith("2 cannot open /dev/fuse: ")
        .contains("modprobe fuse");
  }

  @Test
  void withoutTheNativeLibrary() throws Exception {
    assertThat(mount(List.of(), "-Djna.nounpack=true", "-Djna.nosys=true"))
        .startsWith("0 cannot load JNA's native library (")
        .hasLineCount(1);
  }
}
