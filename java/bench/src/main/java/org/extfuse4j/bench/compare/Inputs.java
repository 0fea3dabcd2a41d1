// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.bench.WorkFolder;
import org.extfuse4j.bench.scale.TreeNames;
import org.extfuse4j.daemon.CommandException;

/**
 * What the workloads are given. Lists are drawn with replacement by a fixed seed, so that each run
 * and each machine asks for the same names of a tree.
 *
 * @param draws names in a list, reads of the small file
 * @param small a file of the tree
 * @param archive what untar unpacks
 * @param work where it does, as seen from the tree
 * @param compiled how many files the compiler is given
 */
record Inputs(
    int draws,
    Path uniform,
    Path zipf,
    Path negative,
    String small,
    Path archive,
    String work,
    int compiled) {
  private static final long SEED = 7;
  private static final String LIBRARY = "tools/lib/subcmd/";
  private static final List<String> SOURCES =
      List.of(
          "parse-options", "run-command", "exec-cmd", "help", "pager", "sigchain", "subcmd-config");
  private static final List<String> HEADERS =
      List.of(
          "tools/lib/subcmd",
          "tools/lib",
          "tools/arch/x86/include",
          "tools/arch/x86/include/uapi",
          "tools/include",
          "tools/include/uapi");

  /** The folder beside the tree where each mount has one of its own. */
  static final String WORK = "work";

  /** The tree in the folder that is mounted. */
  static final String TREE = "linux";

  /** Writes the lists and the archive. */
  static Inputs make(Path tree, TreeNames names, int draws, int compiled, WorkFolder folder)
      throws InterruptedException {
    List<byte[]> all =
        names.inRandomOrder().stream()
            .filter(name -> !new String(name, StandardCharsets.ISO_8859_1).startsWith("./.git"))
            .toList();
    Random random = new Random(SEED);
    Zipf popular = new Zipf(all.size(), random);
    Path archive = folder.file("source.tar");
    Tool.time(
        List.of(),
        List.of("tar", "-cf", archive.toString(), "mm", "tools/include"),
        tree,
        folder.file("tar.out"));
    return new Inputs(
        draws,
        write(folder.file("uniform"), all, "", draws, () -> random.nextInt(all.size())),
        write(folder.file("zipf"), all, "", draws, popular::next),
        write(folder.file("negative"), all, "~none", draws, () -> random.nextInt(all.size())),
        "tools/include/linux/types.h",
        archive,
        "",
        compiled);
  }

  /** The same for one competitor, which changes nothing but its own folder. */
  Inputs of(Competitor competitor) {
    String own = "../" + WORK + "/" + competitor.label;
    return new Inputs(draws, uniform, zipf, negative, small, archive, own, compiled);
  }

  /** The compiler, with its outputs in the folder of the competitor. */
  List<String> build() {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "cd \"$1\" && shift && \"$@\"", "bash", work));
    command.addAll(List.of("gcc", "-c", "-w", "-D_GNU_SOURCE"));
    HEADERS.forEach(header -> command.add("-I../../" + TREE + "/" + header));
    SOURCES
        .subList(0, Math.min(compiled, SOURCES.size()))
        .forEach(source -> command.add("../../" + TREE + "/" + LIBRARY + source + ".c"));
    return command;
  }

  private static Path write(
      Path file, List<byte[]> names, String suffix, int draws, IntSupplier draw) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < draws; i++) {
        out.write(names.get(draw.getAsInt()));
        out.write(suffix.getBytes(StandardCharsets.US_ASCII));
        out.write(0);
      }
      return file;
    } catch (IOException e) {
      throw new CommandException("cannot write to " + file, e);
    }
  }

  /** The n-th most popular is drawn 1/n times as often as the first. */
  private static final class Zipf {
    private final double[] upTo;
    private final Random random;

    Zipf(int count, Random random) {
      this.random = random;
      upTo = new double[count];
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += 1.0 / (i + 1);
        upTo[i] = sum;
      }
    }

    int next() {
      int at = java.util.Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
      return at < 0 ? Math.min(-at - 1, upTo.length - 1) : at;
    }
  }
}
