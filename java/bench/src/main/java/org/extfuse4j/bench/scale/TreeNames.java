// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.extfuse4j.bench.Tool;
import org.extfuse4j.daemon.CommandException;

/** The names of a tree as bytes, in an order that is random and always the same. */
public final class TreeNames {
  private static final long SEED = 42;

  private final List<byte[]> names;
  private final int files;

  private TreeNames(List<byte[]> names, int files) {
    this.names = names;
    this.files = files;
  }

  /**
   * Lists a tree.
   *
   * @param list a file to make on the way
   */
  public static TreeNames of(Path tree, Path list) throws InterruptedException {
    Tool.time(List.of(), List.of("find", ".", "-mindepth", "1", "-printf", "%y%p\\0"), tree, list);
    try {
      byte[] bytes = Files.readAllBytes(list);
      Files.delete(list);
      return parse(bytes);
    } catch (IOException e) {
      throw new CommandException("cannot read the list of names " + list, e);
    }
  }

  /**
   * @param list type letter and name, with a NUL behind each
   */
  static TreeNames parse(byte[] list) {
    List<byte[]> names = new ArrayList<>();
    int files = 0;
    int begin = 0;
    for (int i = 0; i < list.length; i++) {
      if (list[i] == 0) {
        files += list[begin] == 'f' ? 1 : 0;
        names.add(java.util.Arrays.copyOfRange(list, begin + 1, i));
        begin = i + 1;
      }
    }
    // Not in the order of the directories, which depends on the file system's hash seed.
    names.sort(java.util.Arrays::compare);
    Collections.shuffle(names, new Random(SEED));
    return new TreeNames(names, files);
  }

  /** How many names there are, of files, directories and all else. */
  public int count() {
    return names.size();
  }

  /** How many of them are regular files. */
  public int files() {
    return files;
  }

  /**
   * A directory of the tree.
   *
   * @param directory its path in the tree
   * @param names how many are in it and below
   */
  public record Part(String directory, int names) {}

  /** The smallest directory of the top level with at least so many names, or else the tree. */
  public Part part(int atLeast) {
    Map<String, Integer> sizes = new HashMap<>();
    for (byte[] name : names) {
      String path = new String(name, StandardCharsets.ISO_8859_1);
      int end = path.indexOf('/', "./".length());
      // A name that is not ASCII would not come out of a command line as it went in.
      if (end > 0 && StandardCharsets.US_ASCII.newEncoder().canEncode(path.substring(0, end))) {
        sizes.merge(path.substring(0, end), 1, Integer::sum);
      }
    }
    return sizes.entrySet().stream()
        .filter(entry -> entry.getValue() >= atLeast)
        .min(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(entry -> new Part(entry.getKey(), entry.getValue()))
        .orElse(new Part(".", names.size()));
  }

  /** The names in random order, which is the same each time. */
  public List<byte[]> inRandomOrder() {
    return List.copyOf(names);
  }

  /** Writes the first names, with a NUL behind each. */
  public void write(int count, Path file) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (byte[] name : names.subList(0, count)) {
        out.write(name);
        out.write(0);
      }
    } catch (IOException e) {
      throw new CommandException("cannot write to " + file, e);
    }
  }
}
