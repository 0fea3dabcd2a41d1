// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The memory that is shared with src/test/c/faults.c, in a process that has it preloaded. */
final class FaultControl implements AutoCloseable {
  /** The library to preload. */
  static final Path LIBRARY = Path.of("target/test-c/faults.so").toAbsolutePath();

  private static final List<String> ERRNOS = List.of("EMFILE", "ENOMEM", "EIO", "ENOSPC", "EINTR");
  private static final String THREAD = "pthread_create";
  private static final int SIZE = 4096;
  private static final int NAMES = 2048;
  private static final int ON = 0;
  private static final int FUNCTION = 4;
  private static final int NTH = 8;
  private static final int ERROR = 12;
  private static final int FIRED = 16;
  private static final int CALLS = 20;

  private final Path file;
  private final MappedByteBuffer memory;

  /** A function of libc, which of its calls fails, and with which errno. */
  record Fault(String function, int nth, String errno) {
    @Override
    public String toString() {
      return "%s:%d:%s".formatted(function, nth, errno);
    }
  }

  FaultControl() {
    try {
      file = Files.createTempFile("faults-", "");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
        memory.order(ByteOrder.nativeOrder());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the process needs to have it. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", LIBRARY.toString(), "EXTFUSE_FAULTS", file.toString());
  }

  /** The functions that can fail; once the process has started. */
  List<String> functions() {
    byte[] names = new byte[SIZE - NAMES];
    memory.get(NAMES, names);
    return new String(names, US_ASCII).split("\0", 2)[0].lines().toList();
  }

  /** Calls are counted from now on, and none fails. */
  void count() {
    arm(-1, 0, 0);
  }

  /** One call, counted from now on, fails. */
  void arm(Fault fault) {
    arm(functions().indexOf(fault.function), fault.nth, number(fault.errno));
  }

  private void arm(int function, int nth, int errno) {
    memory.putInt(ON, 0);
    memory.putInt(FUNCTION, function);
    memory.putInt(NTH, nth);
    memory.putInt(ERROR, errno);
    memory.putInt(FIRED, 0);
    for (int at = CALLS; at < NAMES; at += Integer.BYTES) {
      memory.putInt(at, 0);
    }
    memory.force(); // and a barrier
    memory.putInt(ON, 1);
  }

  /** No call fails any more; whether one did. */
  boolean disarm() {
    memory.putInt(ON, 0);
    return memory.getInt(FIRED) > 0;
  }

  /** How often each function was called. */
  Map<String, Integer> calls() {
    Map<String, Integer> calls = new TreeMap<>();
    List<String> functions = functions();
    for (int i = 0; i < functions.size(); i++) {
      int count = memory.getInt(CALLS + i * Integer.BYTES);
      if (count > 0) {
        calls.put(functions.get(i), count);
      }
    }
    return calls;
  }

  /** All that can fail of these calls: each with each errno that it may have. */
  static List<Fault> faults(Map<String, Integer> calls) {
    List<Fault> faults = new ArrayList<>();
    calls.forEach(
        (function, count) -> {
          for (int nth = 1; nth <= count; nth++) {
            // pthread_create(3) has no other.
            for (String errno : function.equals(THREAD) ? List.of("EAGAIN") : ERRNOS) {
              faults.add(new Fault(function, nth, errno));
            }
          }
        });
    return faults;
  }

  private static int number(String errno) {
    return switch (errno) {
      case "EINTR" -> 4;
      case "EIO" -> 5;
      case "EAGAIN" -> 11;
      case "ENOMEM" -> 12;
      case "EMFILE" -> 24;
      case "ENOSPC" -> 28;
      default -> throw new IllegalArgumentException(errno);
    };
  }

  @Override
  public void close() {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
