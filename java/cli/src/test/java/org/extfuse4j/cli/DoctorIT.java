// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.extfuse4j.cli.trace.OwnInstances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is said of this machine must be what a mount on it finds. */
@Timeout(120)
class DoctorIT {
  @RegisterExtension final Cli cli = new Cli();

  private static String result(List<JsonNode> findings, String check) {
    return findings.stream()
        .filter(f -> f.get("check").asText().equals(check))
        .map(f -> f.get("result").asText())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void asAMountFindsIt() throws IOException {
    Cli.Result mount = cli.extfuse("mount", "--cache=required", cli.source, cli.mountpoint);
    if (mount.status() == 0) {
      cli.extfuse("umount", cli.mountpoint).silent();
    }
    Cli.Result doctor = cli.extfuse("doctor", "--json");
    assertThat(doctor.err()).isEmpty();
    assertThat(doctor.status()).isEqualTo(mount.status() == 0 ? 0 : 1);
    List<JsonNode> findings = MapIT.json(doctor);
    assertThat(result(findings, "rights and /dev/fuse")).isEqualTo("ok");
    assertThat(result(findings, "ExtFUSE programs"))
        .isEqualTo(mount.status() == 0 ? "ok" : "lacks");
    assertThat(result(findings, "libbpf")).isEqualTo("ok");
    Path tracefs = Path.of("/sys/kernel/tracing");
    boolean fine =
        Files.isDirectory(tracefs.resolve("instances")) && OwnInstances.left(tracefs).isEmpty();
    assertThat(result(findings, "tracefs")).isEqualTo(fine ? "ok" : "lacks");
  }

  @Test
  void withoutRights() {
    Cli.Result doctor = cli.mainUnder(Cli.without("-sys_admin"), "doctor");
    assertThat(doctor.status()).isEqualTo(2);
    assertThat(doctor.out())
        .containsPattern(
            "rights and /dev/fuse +lacks +mount +mounting needs root \\(CAP_SYS_ADMIN\\): run it"
                + " with sudo\n");
  }

  @Test
  void withoutFileSystemsToLookInto() {
    Cli.Result doctor =
        cli.mainUnder(
            List.of("unshare", "-m", "sh", "-c", "umount -l /sys && exec \"$@\"", "sh"),
            "doctor",
            "--no-header");
    assertThat(doctor.out())
        .containsPattern("bpf file system +lacks +inspection +not mounted: mount -t bpf bpf ")
        .containsPattern("tracefs +lacks +inspection +not mounted, or closed to this user: mount ");
    assertThat(doctor.status()).isIn(0, 1);
  }

  @Test
  void fewDescriptors() {
    Cli.Result doctor =
        Cli.run(
            List.of(
                "bash",
                "-c",
                "ulimit -n 300; exec \"$@\"",
                "bash",
                Cli.java().get(0),
                "-jar",
                System.getProperty("extfuse.jar"),
                "doctor"),
            Map.of());
    assertThat(doctor.out()).containsPattern("open files +lacks +mount +at most 300: ulimit -Hn ");
    assertThat(doctor.status()).isEqualTo(2);
  }
}
