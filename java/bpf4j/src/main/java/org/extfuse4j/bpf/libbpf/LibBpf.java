// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf.libbpf;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfUnavailableException;

/**
 * libbpf.so.1, direct-mapped: pointers are {@code long}, functions that return int answer 0 or
 * more, or a negative errno (libbpf 1.x's only mode), functions that return a pointer answer 0 and
 * set errno.
 *
 * <p>The natives are bound by {@link #require()}, not by a static initializer, so that a machine
 * without libbpf gets the same {@link BpfUnavailableException} on every try. Whatever hands out an
 * object that calls a native has called it first.
 */
@SuppressWarnings("MemberName") // the natives carry libbpf's names
public final class LibBpf {
  private static final String LIBRARY = "libbpf.so.1";

  private static volatile boolean ready;
  private static String failure;

  private LibBpf() {}

  /**
   * Loads libbpf unless that has been done. Any thread.
   *
   * @throws BpfUnavailableException if libbpf, or JNA's own native part, cannot be loaded
   */
  public static void require() {
    if (!ready) {
      load();
    }
  }

  private static synchronized void load() {
    if (ready) {
      return;
    }
    if (failure == null) {
      failure = bind();
    }
    if (failure != null) {
      throw new BpfUnavailableException(failure);
    }
    ready = true;
  }

  /** Returns null, or the one line that says why not. */
  private static String bind() {
    NativeLibrary library;
    try {
      Native.register(LibC.class, NativeLibrary.getInstance(Platform.C_LIBRARY_NAME));
    } catch (LinkageError e) {
      return "JNA cannot load its native part: "
          + firstLine(e)
          + "; it is unpacked below $XDG_CACHE_HOME or ~/.cache (or into jna.tmpdir), which must be"
          + " writable and not mounted noexec";
    }
    try {
      library = NativeLibrary.getInstance(LIBRARY);
    } catch (UnsatisfiedLinkError e) {
      return LIBRARY
          + " not found: install libbpf1 (Debian, Ubuntu) or libbpf 1.x (others); "
          + firstLine(e);
    }
    try {
      Native.register(LibBpf.class, library);
    } catch (UnsatisfiedLinkError e) {
      return LIBRARY + " lacks a function, version 1.1 or newer is needed: " + firstLine(e);
    }
    LibBpfLog.install();
    return null;
  }

  private static String firstLine(LinkageError e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> !line.startsWith("Unable to load library")) // JNA's headline
        .findFirst()
        .orElse("no reason given")
        .strip();
  }

  /** The version of the loaded library, such as {@code v1.1}. */
  public static String version() {
    require();
    return string(libbpf_version_string());
  }

  /**
   * How many CPUs the kernel may ever have, which is how many values an element of a per-CPU map
   * has.
   *
   * @throws BpfException if /sys/devices/system/cpu/possible cannot be read
   */
  public static int possibleCpus() {
    require();
    int cpus = libbpf_num_possible_cpus();
    if (cpus < 1) {
      throw BpfException.of("count", "possible CPUs", cpus, "");
    }
    return cpus;
  }

  public static String string(long address) {
    return address == 0 ? "" : new Pointer(address).getString(0, "UTF-8");
  }

  static native long libbpf_version_string();

  static native long libbpf_set_print(LibBpfLog.PrintFn fn);

  static native int libbpf_num_possible_cpus();

  public static native long bpf_object__open_file(long path, long opts);

  public static native long bpf_object__open_mem(long buf, long size, long opts);

  public static native int bpf_object__load(long obj);

  public static native void bpf_object__close(long obj);

  public static native long bpf_object__name(long obj);

  public static native long bpf_object__next_program(long obj, long prev);

  public static native long bpf_object__next_map(long obj, long prev);

  public static native long bpf_program__name(long prog);

  public static native long bpf_program__section_name(long prog);

  public static native int bpf_program__type(long prog);

  public static native int bpf_program__set_type(long prog, int type);

  public static native byte bpf_program__autoload(long prog);

  public static native int bpf_program__set_autoload(long prog, byte autoload);

  public static native int bpf_program__fd(long prog);

  public static native int bpf_program__set_log_buf(long prog, long buf, long size);

  public static native long bpf_map__name(long map);

  public static native int bpf_map__fd(long map);

  public static native int bpf_map__type(long map);

  public static native int bpf_map__key_size(long map);

  public static native int bpf_map__value_size(long map);

  public static native int bpf_map__max_entries(long map);

  public static native int bpf_map__set_max_entries(long map, int entries);

  public static native int bpf_map__map_flags(long map);

  public static native long bpf_map__pin_path(long map);

  public static native int bpf_map__set_pin_path(long map, long path);

  public static native int bpf_map__reuse_fd(long map, int fd);

  public static native int bpf_map_create(
      int type, long name, int keySize, int valueSize, int entries, long opts);

  public static native int bpf_map_update_elem(int fd, long key, long value, long flags);

  public static native int bpf_map_lookup_elem(int fd, long key, long value);

  public static native int bpf_map_lookup_elem_flags(int fd, long key, long value, long flags);

  public static native int bpf_map_lookup_and_delete_elem(int fd, long key, long value);

  public static native int bpf_map_delete_elem(int fd, long key);

  public static native int bpf_map_get_next_key(int fd, long key, long next);

  public static native int bpf_map_update_batch(
      int fd, long keys, long values, long count, long opts);

  public static native int bpf_map_delete_batch(int fd, long keys, long count, long opts);

  public static native int bpf_map_lookup_batch(
      int fd, long in, long out, long keys, long values, long count, long opts);

  public static native int bpf_map_lookup_and_delete_batch(
      int fd, long in, long out, long keys, long values, long count, long opts);

  public static native int bpf_map_get_fd_by_id(int id);

  public static native int bpf_map_get_fd_by_id_opts(int id, long opts);

  public static native int bpf_obj_pin(int fd, long path);

  public static native int bpf_obj_get(long path);

  public static native int bpf_obj_get_opts(long path, long opts);

  public static native int bpf_prog_get_fd_by_id(int id);

  public static native int bpf_obj_get_info_by_fd(int fd, long info, long length);
}
