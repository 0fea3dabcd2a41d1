// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Compiles src/test/bpf/NAME.bpf.c with clang, once per test run. */
public final class TestObjects {
  private static final Map<String, Path> COMPILED = new ConcurrentHashMap<>();

  private TestObjects() {}

  static Path compiled(String name) {
    return COMPILED.computeIfAbsent(name, TestObjects::compile);
  }

  public static BpfObject open(String name) {
    return BpfObject.open(compiled(name));
  }

  public static BpfObject load(String name) {
    BpfObject object = open(name);
    try {
      return object.load();
    } catch (BpfException e) {
      object.close();
      throw e;
    }
  }

  private static Path compile(String name) {
    Path source = Path.of("src/test/bpf", name + ".bpf.c");
    Path output = Path.of("target/test-bpf", name + ".bpf.o");
    try {
      Files.createDirectories(output.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // clang -target bpf does not look where Debian keeps asm/types.h
    String multiarch = "/usr/include/" + machine() + "-linux-gnu";
    List<String> clang = List.of("clang", "-target", "bpf", "-g", "-O2", "-Wall", "-Werror");
    run(clang, "-I" + multiarch, "-c", source.toString(), "-o", output.toString());
    return output;
  }

  private static String machine() {
    String arch = System.getProperty("os.arch");
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  static void run(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    Output output = capture(all);
    if (output.exit() != 0) {
      throw new AssertionError(all + " failed: " + output.text());
    }
  }

  record Output(int exit, String text) {}

  static Output capture(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
