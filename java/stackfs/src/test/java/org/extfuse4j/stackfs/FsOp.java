// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Patience;

/**
 * A process that makes system calls for a test, exactly those asked for (src/test/c/fsop.c). Words
 * are ISO 8859-1: one character a byte.
 */
public final class FsOp implements AutoCloseable {
  private static final int SECONDS = Patience.seconds(40);
  private static final Path PROGRAM = Path.of("target/test-c/fsop").toAbsolutePath();

  private final Process process;
  private final OutputStream in;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  /** Starts it in a directory, by way of a command such as setpriv. */
  public FsOp(Path directory, String... prefix) {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.add(PROGRAM.toString());
    try {
      process = new ProcessBuilder(command).directory(new File("/")).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    in = process.getOutputStream();
    Thread reader = new Thread(this::read, "fsop");
    reader.setDaemon(true);
    reader.start();
    ok("chdir", directory.toString());
  }

  private void read() {
    try (var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        answers.add(line);
      }
      answers.add("fsop has ended");
    } catch (IOException e) {
      answers.add(e.toString());
    }
  }

  long pid() {
    return process.pid();
  }

  /** Begins an operation; {@link #answer} has its result. */
  void begin(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : "\t");
      for (char c : word.toString().toCharArray()) {
        line.append(c <= ' ' || c == '%' || c > '~' ? "%%%02x".formatted((int) c) : c);
      }
    }
    try {
      in.write(line.append('\n').toString().getBytes(ISO_8859_1));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("fsop has ended", e);
    }
  }

  /** What came of the operation that was begun; if nothing comes of it, the process is killed. */
  String answer() {
    try {
      String answer = answers.poll(SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        process.destroyForcibly();
        throw new AssertionError("no answer after " + SECONDS + " s");
      }
      return answer;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** An operation; its answer is "ok ..." or the name of an errno. */
  String run(Object... words) {
    begin(words);
    return answer();
  }

  /** Many operations in a row, faster than one by one. */
  List<String> runAll(List<Object[]> operations) {
    operations.forEach(this::begin);
    return operations.stream().map(operation -> answer()).toList();
  }

  /** An operation that must succeed; returns its values. */
  public String ok(Object... words) {
    String answer = run(words);
    assertThat(answer).as("%s", List.of(words)).startsWith("ok");
    return answer.substring(2).strip();
  }

  /** An operation that must fail with this errno. */
  void fails(String errno, Object... words) {
    assertThat(run(words)).as("%s", List.of(words)).isEqualTo(errno);
  }

  /** The size and a hash of what a file contains, which is opened and closed for that. */
  public String sum(String path) {
    ok("open", 0, "r", path);
    String sum = ok("sum", 0);
    ok("close", 0);
    return sum;
  }

  /** One value of stat: mode, nlink, uid, gid, size, rdev, ino, mtime, ctime. */
  String stat(String path, String value) {
    String all = ok("stat", path);
    int i =
        List.of("mode", "nlink", "uid", "gid", "size", "rdev", "ino", "mtime", "ctime")
            .indexOf(value);
    return all.split(" ", -1)[i];
  }

  @Override
  public void close() {
    try {
      in.close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
