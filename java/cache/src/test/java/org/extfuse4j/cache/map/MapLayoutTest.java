// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.extfuse4j.cache.Commands;
import org.extfuse4j.cache.KernelPatch;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * One layout, written down four times: {@link MapLayout} (from which the table is made by
 * reflection), bpf/maps.h, bpf/abi.h and the kernel series. The C compiler decides what each means.
 * With EXTFUSE_KERNEL_HEADERS, the folder with the headers of the patched kernel, those are
 * compared too.
 */
class MapLayoutTest {
  private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();
  private static final String BPF = "-I" + REPOSITORY.resolve("bpf");
  private static final String MAPS = "#include \"maps.h\"\n";
  private static final String ABI = "#include \"abi.h\"\n";
  private static final Path SERIES = REPOSITORY.resolve("kernel-patch/linux-6.12");
  private static final String EXTFUSE_H = "include/uapi/linux/extfuse.h";

  /** What a BPF program and the kernel must agree upon. */
  private static final List<String> CONTEXT =
      List.of(
          "sizeof(struct extfuse_req)",
          "offsetof(struct extfuse_req, opcode)",
          "offsetof(struct extfuse_req, flags)",
          "offsetof(struct extfuse_req, nodeid)",
          "offsetof(struct extfuse_req, uid)",
          "offsetof(struct extfuse_req, gid)",
          "offsetof(struct extfuse_req, pid)",
          "offsetof(struct extfuse_req, padding)",
          "EXTFUSE_REQ_OBSERVE",
          "EXTFUSE_REQ_PEEK",
          "EXTFUSE_RETURN",
          "EXTFUSE_PASSTHRU",
          "EXTFUSE_UPCALL",
          "EXTFUSE_OPCODE",
          "EXTFUSE_NODEID",
          "EXTFUSE_NUM_IN_ARGS",
          "EXTFUSE_NUM_OUT_ARGS",
          "EXTFUSE_IN_PARAM_0_SIZE",
          "EXTFUSE_IN_PARAM_0_VALUE",
          "EXTFUSE_IN_PARAM_1_SIZE",
          "EXTFUSE_IN_PARAM_1_VALUE",
          "EXTFUSE_IN_PARAM_2_SIZE",
          "EXTFUSE_IN_PARAM_2_VALUE",
          "EXTFUSE_OUT_PARAM_0",
          "EXTFUSE_OUT_PARAM_1");

  @TempDir Path dir;

  @Test
  void mapsAreLaidOutAsInC() throws Exception {
    Map<String, Long> java = new TreeMap<>();
    addStructs(java, MapLayout.class.getDeclaredClasses());
    java.keySet().removeIf(expression -> expression.contains("fuse_extfuse_attach"));
    java.put("EXTFUSE_SHORT_NAME", (long) MapLayout.SHORT_NAME);
    java.put("EXTFUSE_MIDDLE_NAME", (long) MapLayout.MIDDLE_NAME);
    java.put("EXTFUSE_LONG_NAME", (long) MapLayout.LONG_NAME);
    java.put("EXTFUSE_SLOT_BITS", (long) MapLayout.SLOT_BITS);
    java.put("EXTFUSE_ABSENT_BITS", (long) MapLayout.ABSENT_BITS);
    java.put("EXTFUSE_TICK_SHIFT", (long) MapLayout.TICK_SHIFT);
    java.put("EXTFUSE_USED", MapLayout.USED);
    java.put("EXTFUSE_OPEN", MapLayout.OPEN);
    java.put("EXTFUSE_OPENED", MapLayout.OPENED);
    java.put("FUSE_OPS_COUNT", (long) MapLayout.OPS_COUNT);
    java.put("EXTFUSE_STALE_ATTR", (long) MapLayout.STALE_ATTR);
    java.put("EXTFUSE_STALE_ABSENT", (long) MapLayout.STALE_ABSENT);
    java.put("EXTFUSE_STALE_NAMES", (long) MapLayout.STALE_NAMES);
    java.put("EXTFUSE_NO_ACL_ACCESS", (long) MapLayout.NO_ACL_ACCESS);
    java.put("EXTFUSE_NO_ACL_DEFAULT", (long) MapLayout.NO_ACL_DEFAULT);
    java.put("EXTFUSE_NO_CAPABILITY", (long) MapLayout.NO_CAPABILITY);
    java.put("EXTFUSE_NO_SELINUX", (long) MapLayout.NO_SELINUX);
    java.put("EXTFUSE_BLKBITS_BASE", (long) MapLayout.BLKBITS_BASE);
    java.put("OUTCOMES", (long) Outcome.COUNT);
    for (Outcome outcome : Outcome.values()) {
      java.put(outcome.name(), (long) outcome.index);
    }
    assertThat(java).hasSizeGreaterThan(40);
    assertThat(Commands.evaluate(dir, MAPS, java.keySet(), BPF)).isEqualTo(java);
  }

  @Test
  void everyFieldOfTheMapsIsInTheTable() throws Exception {
    // The other way round: what C declares and Java does not know would go unsealed and unset.
    Map<String, Long> java = new TreeMap<>();
    addStructs(java, MapLayout.class.getDeclaredClasses());
    String header = Files.readString(REPOSITORY.resolve("bpf/maps.h"));
    header = header.replaceAll("(?s)/\\*.*?\\*/", "");
    List<String> unknown = new ArrayList<>();
    Matcher structs = Pattern.compile("(?s)(struct \\w+) \\{(.*?)\\};").matcher(header);
    while (structs.find()) {
      Matcher fields = Pattern.compile("(\\w+)(\\[\\w+\\])?;").matcher(structs.group(2));
      while (fields.find()) {
        String offset = "offsetof(%s, %s)".formatted(structs.group(1), fields.group(1));
        if (!java.containsKey(offset)) {
          unknown.add(offset);
        }
      }
    }
    // These are copied as a whole: node_attr is the beginning of a struct fuse_attr.
    unknown.removeIf(field -> field.contains("struct node_attr"));
    assertThat(unknown).containsExactly("offsetof(struct stats_value, count)");
    Matcher outcomes = Pattern.compile("(?s)enum outcome \\{(.*?)OUTCOMES").matcher(header);
    assertThat(outcomes.find()).isTrue();
    assertThat(outcomes.group(1).strip().split("\\s*,\\s*"))
        .containsExactly(Stream.of(Outcome.values()).map(Enum::name).toArray(String[]::new));
  }

  @Test
  void theContextIsThatOfTheSeries() throws Exception {
    String patched = KernelPatch.of(SERIES, EXTFUSE_H).made();
    assertThat(Commands.evaluate(dir, ABI, CONTEXT, BPF))
        .isEqualTo(Commands.evaluate(dir, patched, CONTEXT))
        .hasSameSizeAs(CONTEXT);
  }

  @Test
  void helperNumbersAreThoseOfTheSeries() throws Exception {
    KernelPatch bpf = KernelPatch.of(SERIES, "include/uapi/linux/bpf.h");
    String abi = Files.readString(REPOSITORY.resolve("bpf/abi.h"));
    for (String helper : List.of("extfuse_read_args", "extfuse_write_args")) {
      Matcher ours =
          Pattern.compile("(?s)bpf_" + helper + "\\)\\([^;]*= \\(void \\*\\)(\\d+);").matcher(abi);
      assertThat(ours.find()).as("bpf_%s in bpf/abi.h", helper).isTrue();
      assertThat(bpf.match("FN\\(" + helper + ", (\\d+), ##ctx\\)")).isEqualTo(ours.group(1));
    }
  }

  @Test
  void theProgramTypeIsThatOfTheSeries() throws Exception {
    KernelPatch bpf = KernelPatch.of(SERIES, "include/uapi/linux/bpf.h");
    // Debian 12's own header ends before the types that 6.12 has, but it has this one.
    String anchor = "BPF_PROG_TYPE_SYSCALL";
    long known = Commands.evaluate(dir, "#include <linux/bpf.h>", List.of(anchor)).get(anchor);
    int after = bpf.addedAfter("\t" + anchor);
    assertThat(known + after).isEqualTo(MapLayout.PROG_TYPE_EXTFUSE);
    assertThat(bpf.added()).startsWith("\tBPF_PROG_TYPE_EXTFUSE,\n");
  }

  @Test
  void theAttachCallIsThatOfTheSeries() throws Exception {
    KernelPatch fuse = KernelPatch.of(SERIES, "include/uapi/linux/fuse.h");
    String patched =
        "#include <sys/ioctl.h>\n"
            + KernelPatch.of(SERIES, EXTFUSE_H).made()
            + "\n"
            + fuse.added("#define FUSE_FS_EXTFUSE", "#define FUSE_FS_EXTFUSE");
    Map<String, Long> java = attach();
    assertThat(Commands.evaluate(dir, patched, java.keySet())).isEqualTo(java);
  }

  @Test
  void theKernelsCountOfOpcodesIsOurs() throws Exception {
    KernelPatch extfuse = KernelPatch.of(SERIES, "fs/fuse/extfuse.c");
    assertThat(extfuse.match("#define FUSE_OPS_COUNT\\s+(\\d+)"))
        .isEqualTo(String.valueOf(MapLayout.OPS_COUNT));
    assertThat(FuseOpcode.COUNT).isLessThanOrEqualTo(MapLayout.OPS_COUNT);
  }

  @TestFactory
  Stream<DynamicTest> theInstalledHeadersOfThePatchedKernelAgree() {
    String include = System.getenv("EXTFUSE_KERNEL_HEADERS");
    if (include == null) {
      return Stream.empty();
    }
    return Stream.of(
        DynamicTest.dynamicTest(
            include,
            () -> {
              String head =
                  "#include <sys/ioctl.h>\n#include <linux/bpf.h>\n#include <linux/extfuse.h>";
              Map<String, Long> expected = new TreeMap<>(attach());
              expected.putAll(Commands.evaluate(dir, ABI, CONTEXT, BPF));
              expected.put("BPF_PROG_TYPE_EXTFUSE", (long) MapLayout.PROG_TYPE_EXTFUSE);
              expected.put("BPF_FUNC_extfuse_read_args", 212L);
              expected.put("BPF_FUNC_extfuse_write_args", 213L);
              Map<String, Long> actual =
                  Commands.evaluate(dir, head, expected.keySet(), "-I" + include);
              assertThat(actual).isEqualTo(expected);
            }));
  }

  private static Map<String, Long> attach() throws IllegalAccessException {
    Map<String, Long> java = new TreeMap<>();
    addStructs(java, MapLayout.Attach.class);
    java.put("FUSE_FS_EXTFUSE", MapLayout.FUSE_FS_EXTFUSE);
    java.put("FUSE_DEV_IOC_EXTFUSE_ATTACH", MapLayout.IOC_EXTFUSE_ATTACH);
    java.put("EXTFUSE_ATTACH_CHANGES", (long) MapLayout.ATTACH_CHANGES);
    return java;
  }

  /** C expressions and Java's values for the constants of structs. */
  private static void addStructs(Map<String, Long> table, Class<?>... structs)
      throws IllegalAccessException {
    for (Class<?> struct : structs) {
      String name = struct.getSimpleName().replaceAll("(.)([A-Z])", "$1_$2");
      name =
          "struct " + name.toLowerCase(Locale.ROOT).replaceAll("^attach$", "fuse_extfuse_attach");
      for (Field field : struct.getDeclaredFields()) {
        long value = field.getInt(null);
        String member = field.getName().toLowerCase(Locale.ROOT);
        switch (field.getName()) {
          case "SIZE" -> table.put("sizeof(" + name + ")", value);
          case "ATTR_SIZE" -> table.put("sizeof(struct node_attr)", value);
          case "MIDDLE_SIZE" -> table.put("sizeof(struct entry_middle_key)", value);
          case "LONG_SIZE" -> table.put("sizeof(struct entry_long_key)", value);
          default -> table.put("offsetof(" + name + ", " + member + ")", value);
        }
        if (name.equals("struct entry_key") && !member.endsWith("size")) {
          table.put("offsetof(struct entry_middle_key, " + member + ")", value);
          table.put("offsetof(struct entry_long_key, " + member + ")", value);
        }
      }
    }
  }
}
