// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bpf.BpfMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every map command on a mount that is in use, that is stopped, and that has lost its daemon. */
@Tag("vm")
@Timeout(180)
class MapVmTest {
  private static final int SHORT_KEY = 32;

  @RegisterExtension final Cli cli = new Cli();

  private Cli.Result map(String command, Object... more) {
    List<Object> all = new ArrayList<>(List.of("map", command, cli.mountpoint));
    all.addAll(List.of(more));
    return Cli.here(all.toArray());
  }

  private static String last(Cli.Result result) {
    return result.out().lines().reduce((a, b) -> b).orElseThrow();
  }

  private String sh(String script) {
    Cli.Result result =
        Cli.run(
            List.of("bash", "-c", "cd \"$1\" && " + script, "bash", "" + cli.mountpoint), Map.of());
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    return result.out().strip();
  }

  @Test
  void everyCommand() throws Exception {
    cli.extfuse("mount", "--cache=required", cli.source, cli.mountpoint).silent();
    sh(
        "mkdir sub/m && touch $'sub/m/odd\\xff\\n' && for i in {1..120}; do echo $i >sub/m/f$i; done;"
            + " for i in 1 2; do find . -size +100k; stat sub/m/f17 sub/m/f18 >/dev/null; done;"
            + " ! [ -e sub/m/none ]");
    long pid = cli.daemon().pid();
    String inode = sh("stat -c %i sub/m/f17");

    Cli.Result ls = map("ls");
    assertThat(ls.out().lines().toList().get(1))
        .matches(
            " *\\d+  " + cli.mountpoint + " +" + pid + " +entry_map +hash +1\\d\\d +131,072 .*");
    assertThat(ls.out().lines()).hasSize(10);

    assertThat(map("dump").out()).contains("  f17\n", "  odd\\xff\\x0a\n");
    assertThat(map("dump", "attrs").out()).contains("  valid", "  " + inode + "  100644  ");
    assertThat(map("dump", "handlers").out())
        .containsPattern(" 1  LOOKUP +request +\\d+  extfuse_lookup\n")
        .containsPattern("45  RENAME2 +request +\\d+  extfuse_mark_re");
    assertThat(map("dump", "stats").out()).contains("\nLOOKUP ", "\nWRITE ");
    assertThat(MapIT.json(map("dump", "stats", "--json")))
        .filteredOn(line -> line.get("request").asText().equals("LOOKUP"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.get("unchanged").asLong()).isPositive();
              assertThat(line.get("answered").asLong()).isPositive();
            });

    assertThat(last(map("get", "sub/m/f17")))
        .isEqualTo("answered in the kernel: inode " + inode + ", mode 100644, size 3");
    assertThat(map("get", cli.mountpoint + "/sub/m/f17").status()).isZero();
    assertThat(last(map("get", "sub/m/none"))).isEqualTo("answered in the kernel: no such name");
    assertThat(last(map("get", "sub/m/never")))
        .matches("LOOKUP of 'never' in \\d+ would go up to the daemon: no entry");

    assertThat(map("find", "--name", "f1*", "--no-header").out().lines()).hasSize(32);
    assertThat(map("find", "--negative", "--no-header").out()).contains("  none\n");

    watch();
    Cli.Result right = map("verify");
    assertThat(right.out()).contains(" nodes: 0 differences\n");
    assertThat(right.status()).isZero();

    corrupt();
    hang(pid);
    map("flush").silent();
    assertThat(last(map("get", "sub/m/f17")))
        .isEqualTo("LOOKUP of 'sub' in 1 would go up to the daemon: entry of an old epoch");
    die(pid);
    sh2("rm -r source/sub/m");
  }

  private void watch() throws Exception {
    String ask = "while [ -e \"$1/sub/m/f17\" ]; do :; done";
    Process user = new ProcessBuilder("bash", "-c", ask, "bash", "" + cli.mountpoint).start();
    try {
      List<JsonNode> lines = MapIT.json(map("watch", "--count", 3, "--interval", "0.5", "--json"));
      assertThat(lines).hasSize(3).allMatch(line -> line.get("answered").asLong() > 2);
      assertThat(lines.get(2).get("in_kernel").asDouble()).isGreaterThan(90);
    } finally {
      user.destroyForcibly().waitFor();
    }
  }

  /** Half of another value in the map, and a change behind the mount's back. */
  private void corrupt() throws IOException {
    long parent = MapIT.json(map("find", "--name", "f17", "--json")).get(0).get("parent").asLong();
    byte[] key =
        ByteBuffer.allocate(SHORT_KEY)
            .order(ByteOrder.nativeOrder())
            .putLong(parent)
            .put("f17".getBytes(StandardCharsets.UTF_8))
            .array();
    try (BpfMap entries = BpfMap.openPinned(cli.run().pins().resolve("entry_map"))) {
      byte[] value = entries.get(key).orElseThrow();
      value[0] ^= 1;
      entries.put(key, value);
    }
    Files.setPosixFilePermissions(
        cli.source.resolve("sub/m/f18"), PosixFilePermissions.fromString("rw-------"));
    Cli.Result wrong = map("verify");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.out())
        .containsPattern("seal +torn +- +sub/m/f17\n")
        .containsPattern("mode +100644 +100600 +sub/m/f18\n")
        .containsPattern("ctime +[0-9.]+ +[0-9.]+ +sub/m/f18\n")
        .contains(" nodes: 3 differences\n");
    Cli.Result json = map("verify", "--json");
    List<JsonNode> lines = MapIT.json(json);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(3).get("differences").asInt()).isEqualTo(3);
    assertThat(last(map("get", "sub/m/f17"))).endsWith(" would go up to the daemon: entry torn");
  }

  /** A daemon that does not answer is not asked. */
  private void hang(long pid) {
    Cli.kill("STOP", pid).silent();
    try {
      assertThat(last(map("get", "sub/m/f19"))).startsWith("answered in the kernel: inode ");
      assertThat(map("verify").status()).isEqualTo(1);
      assertThat(map("ls").out()).contains(" entry_map ");
    } finally {
      Cli.kill("CONT", pid).silent();
    }
  }

  private void die(long pid) {
    Cli.kill("KILL", pid).silent();
    Cli.await(() -> cli.daemon() == null);
    assertThat(map("ls").out()).containsPattern(" gone +entry_map ");
    assertThat(map("get", "sub/m/f17").status()).isEqualTo(1);
    cli.extfuse("umount", cli.mountpoint).silent();
  }

  private void sh2(String script) {
    Cli.run(List.of("bash", "-c", "cd \"$1\" && " + script, "bash", "" + cli.dir), Map.of())
        .silent();
  }
}
