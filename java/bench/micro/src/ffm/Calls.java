// SPDX-License-Identifier: Apache-2.0

import com.sun.jna.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a call costs by JNI, by JNA's direct mapping and by FFM: getppid(2), and libbpf's
 * bpf_map_update_elem on an array of this machine's kernel. One way and call for each JVM, so that
 * none is compiled for another. scripts/lib/bench-calls.sh runs it; needs Java 22 and root.
 */
public final class Calls {
  private static final int ROUNDS = 7;
  private static final int CALLS = 300_000;
  private static final int BPF_MAP_TYPE_ARRAY = 2;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  static final class Jni {
    static native int getppid();

    static native int update(int fd, long key, long value, long flags);
  }

  static final class Jna {
    static native int getppid();
  }

  static final class JnaBpf {
    static native int bpf_map_update_elem(int fd, long key, long value, long flags);
  }

  static final class Ffm {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup BPF = SymbolLookup.libraryLookup("libbpf.so.1", Arena.global());
    private static final FunctionDescriptor UPDATE = FunctionDescriptor.of(INT, INT, LONG, LONG, LONG);
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    static final MemorySegment STATE = Arena.global().allocate(Linker.Option.captureStateLayout());

    static final MethodHandle GETPPID = libc(FunctionDescriptor.of(INT));
    static final MethodHandle GETPPID_ERRNO = libc(FunctionDescriptor.of(INT), ERRNO);
    static final MethodHandle UPDATE_ELEM =
        LINKER.downcallHandle(BPF.findOrThrow("bpf_map_update_elem"), UPDATE);

    private static MethodHandle libc(FunctionDescriptor type, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("getppid"), type, options);
    }
  }

  private interface Round {
    long run(int calls) throws Throwable;
  }

  public static void main(String[] arguments) throws Throwable {
    String way = arguments[0];
    MemorySegment key = Arena.global().allocate(MemoryLayout.sequenceLayout(8, LONG));
    MemorySegment value = Arena.global().allocate(MemoryLayout.sequenceLayout(8, LONG));
    long k = key.address();
    long v = value.address();
    int map = way.startsWith("update") ? map() : -1;
    switch (way.substring(way.indexOf('-') + 1)) {
      case "jni" -> System.load(Path.of(arguments[1]).toAbsolutePath().toString());
      case "jna" -> {
        Native.register(Jna.class, "c");
        Native.register(JnaBpf.class, "libbpf.so.1");
      }
      default -> {}
    }
    Round round =
        switch (way) {
          case "getppid-jni" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += Jni.getppid();
                }
                return sum;
              };
          case "getppid-jna" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += Jna.getppid();
                }
                return sum;
              };
          case "getppid-ffm" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += (int) Ffm.GETPPID.invokeExact();
                }
                return sum;
              };
          case "getppid-ffm_errno" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += (int) Ffm.GETPPID_ERRNO.invokeExact(Ffm.STATE);
                }
                return sum;
              };
          case "update-jni" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += Jni.update(map, k, v, 0L);
                }
                return sum;
              };
          case "update-jna" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += JnaBpf.bpf_map_update_elem(map, k, v, 0L);
                }
                return sum;
              };
          case "update-ffm" ->
              n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                  sum += (int) Ffm.UPDATE_ELEM.invokeExact(map, k, v, 0L);
                }
                return sum;
              };
          default -> throw new IllegalArgumentException(way);
        };
    for (int i = 0; i < 3; i++) {
      round.run(CALLS);
    }
    double[] ns = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long before = System.nanoTime();
      long sum = round.run(CALLS);
      ns[i] = (System.nanoTime() - before) / (double) CALLS;
      if (way.startsWith("update") ? sum != 0 : sum <= 0) {
        throw new IllegalStateException(way + " does not work: " + sum);
      }
    }
    Arrays.sort(ns);
    System.out.printf(
        Locale.ROOT, "%-18s %.1f %.1f %.1f%n", way, ns[0], ns[ROUNDS / 2], ns[ROUNDS - 1]);
  }

  /** An array of one element; its descriptor. */
  private static int map() throws Throwable {
    MethodHandle create =
        Ffm.LINKER.downcallHandle(
            Ffm.BPF.findOrThrow("bpf_map_create"),
            FunctionDescriptor.of(INT, INT, LONG, INT, INT, INT, LONG));
    long name = Arena.global().allocateFrom("bench_calls").address();
    int fd = (int) create.invokeExact(BPF_MAP_TYPE_ARRAY, name, 4, 8, 1, 0L);
    if (fd < 0) {
      throw new IllegalStateException("no map: errno " + -fd + "; be root");
    }
    return fd;
  }
}
