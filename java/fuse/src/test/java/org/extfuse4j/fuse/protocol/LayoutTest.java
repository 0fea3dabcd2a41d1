// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.extfuse4j.fuse.Child;
import org.extfuse4j.fuse.sys.Libc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the constants of {@link RequestStructs}, {@link ReplyStructs}, {@link FuseFlags} and
 * {@link FuseOpcode} with what a C compiler makes of linux/fuse.h. The header comes from the folder
 * in EXTFUSE_KERNEL_HEADERS (system property or environment), else from /usr/include.
 */
class LayoutTest {
  /**
   * C expressions that a header older than the minor version does not have. Supplementary groups
   * came a release after the first 7.38, so only 7.39 has them for sure.
   */
  private static final Map<String, Integer> SINCE =
      Map.ofEntries(
          Map.entry("FUSE_INIT_EXT", 36),
          Map.entry("FUSE_SECURITY_CTX", 36),
          Map.entry("FUSE_HAS_INODE_DAX", 36),
          Map.entry("FUSE_ATTR_DAX", 36),
          Map.entry("struct fuse_secctx", 36),
          Map.entry("struct fuse_secctx_header", 36),
          Map.entry("FUSE_TMPFILE", 37),
          Map.entry("FUSE_CREATE_SUPP_GROUP", 39),
          Map.entry("FUSE_HAS_EXPIRE_ONLY", 38),
          Map.entry("FUSE_EXPIRE_ONLY", 38),
          Map.entry("FUSE_EXT_GROUPS", 39),
          Map.entry("FOPEN_PARALLEL_DIRECT_WRITES", 38),
          Map.entry("struct fuse_ext_header", 38),
          Map.entry("struct fuse_supp_groups", 39),
          Map.entry("offsetof(struct fuse_in_header, total_extlen)", 38),
          Map.entry("offsetof(struct fuse_notify_inval_entry_out, flags)", 38),
          Map.entry("FUSE_DIRECT_IO_ALLOW_MMAP", 39),
          Map.entry("FUSE_STATX", 39),
          Map.entry("struct fuse_sx_time", 39),
          Map.entry("struct fuse_statx", 39),
          Map.entry("struct fuse_statx_in", 39),
          Map.entry("struct fuse_statx_out", 39),
          Map.entry("FUSE_PASSTHROUGH", 40),
          Map.entry("FOPEN_PASSTHROUGH", 40),
          Map.entry("FUSE_NO_EXPORT_SUPPORT", 40),
          Map.entry("FUSE_HAS_RESEND", 40),
          Map.entry("FUSE_UNIQUE_RESEND", 40),
          Map.entry("struct fuse_backing_map", 40),
          Map.entry("offsetof(struct fuse_init_out, max_stack_depth)", 40),
          Map.entry("offsetof(struct fuse_open_out, backing_id)", 40),
          Map.entry("FUSE_ALLOW_IDMAP", 41),
          Map.entry("FUSE_INVALID_UIDGID", 41),
          Map.entry("FUSE_REQUEST_TIMEOUT", 43),
          Map.entry("offsetof(struct fuse_init_out, request_timeout)", 43));

  private static final Pattern STRUCT = Pattern.compile("struct \\w+");
  private static final Pattern MINOR =
      Pattern.compile("#define\\s+FUSE_KERNEL_MINOR_VERSION\\s+(\\d+)");

  @TempDir Path dir;

  @Test
  void everyConstantIsTheKernels() throws Exception {
    Path include = include();
    int minor = minor(include.resolve("linux/fuse.h"));
    assertThat(minor).as("protocol of %s", include).isGreaterThanOrEqualTo(FuseInit.OLDEST_MINOR);
    Map<String, Long> java = table();
    java.keySet().removeIf(expression -> since(expression) > minor);
    Map<String, Long> c = run(program(java), include);
    List<String> different =
        java.keySet().stream()
            .filter(expression -> !java.get(expression).equals(c.get(expression)))
            .map(e -> e + ": Java has " + java.get(e) + ", C has " + c.get(e))
            .toList();
    assertThat(different).isEmpty();
    assertThat(java).as("constants compared").hasSizeGreaterThan(300);
  }

  /** C expression to Java constant, for every constant of the table. */
  private static Map<String, Long> table() throws IllegalAccessException {
    Map<String, Long> table = new TreeMap<>();
    for (Class<?> side : new Class<?>[] {RequestStructs.class, ReplyStructs.class}) {
      for (Class<?> struct : side.getDeclaredClasses()) {
        String name = "struct fuse" + struct.getSimpleName().replaceAll("([A-Z])", "_$1");
        for (Field field : struct.getDeclaredFields()) {
          table.put(expression(name.toLowerCase(Locale.ROOT), field), value(field));
        }
      }
    }
    for (Field field : FuseFlags.class.getDeclaredFields()) {
      table.put(field.getName(), value(field));
    }
    for (Field field : FuseOpcode.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        table.put("FUSE_" + field.getName(), value(field));
      }
    }
    table.put("FUSE_KERNEL_VERSION", (long) FuseInit.MAJOR);
    table.put("FUSE_DEV_IOC_CLONE", Libc.FUSE_DEV_IOC_CLONE);
    // Not of this header: a count of ours, a limit of fs/fuse/fuse_i.h, the length before 7.36.
    table.keySet().remove("FUSE_COUNT");
    table.keySet().remove("FUSE_NAME_MAX");
    table.keySet().remove("offsetof(struct fuse_init_in, v35_size)");
    return table;
  }

  private static String expression(String struct, Field field) {
    return switch (field.getName()) {
      case "SIZE" -> "sizeof(" + struct + ")";
      case "SIZE_FIELD" -> "offsetof(" + struct + ", size)";
      case "COMPAT_SIZE" -> "FUSE_COMPAT_SETXATTR_IN_SIZE";
      default -> "offsetof(%s, %s)".formatted(struct, field.getName().toLowerCase(Locale.ROOT));
    };
  }

  private static long value(Field field) throws IllegalAccessException {
    long value = ((Number) field.get(null)).longValue();
    // The header's 32-bit masks are unsigned to a reader, -1 included.
    return field.getType() == int.class ? Integer.toUnsignedLong((int) value) : value;
  }

  private static int since(String expression) {
    Matcher struct = STRUCT.matcher(expression);
    int ofStruct = struct.find() ? SINCE.getOrDefault(struct.group(), 0) : 0;
    return Math.max(ofStruct, SINCE.getOrDefault(expression, 0));
  }

  private static String program(Map<String, Long> table) {
    StringBuilder c = new StringBuilder();
    c.append("#include <stddef.h>\n#include <stdio.h>\n#include <sys/ioctl.h>\n");
    c.append("#include <linux/fuse.h>\nint main(void) {\n");
    for (String expression : table.keySet()) {
      boolean narrow = table.get(expression) <= 0xffffffffL && table.get(expression) >= 0;
      c.append("  printf(\"%s=%lld\\n\", \"").append(expression).append("\", (long long)");
      c.append(narrow ? "(unsigned)(" : "(").append(expression).append("));\n");
    }
    return c.append("  return 0;\n}\n").toString();
  }

  private Map<String, Long> run(String program, Path include) throws Exception {
    Path source = Files.writeString(dir.resolve("layout.c"), program);
    Path binary = dir.resolve("layout");
    Child.run("gcc", "-I", include.toString(), "-o", binary.toString(), source.toString())
        .succeeds();
    Map<String, Long> c = new TreeMap<>();
    for (String line : Child.run(binary.toString()).succeeds().lines().toList()) {
      int equals = line.lastIndexOf('=');
      c.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
    }
    return c;
  }

  private static Path include() {
    String name = "EXTFUSE_KERNEL_HEADERS";
    String environment = System.getenv().getOrDefault(name, "/usr/include");
    return Path.of(System.getProperty(name, environment));
  }

  private static int minor(Path header) throws IOException {
    Matcher minor = MINOR.matcher(Files.readString(header, UTF_8));
    assertThat(minor.find()).as("a protocol version in %s", header).isTrue();
    return Integer.parseInt(minor.group(1));
  }
}
