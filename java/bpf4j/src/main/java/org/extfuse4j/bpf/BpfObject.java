// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import com.sun.jna.Native;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.LibBpfLog;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.bpf.libbpf.Signals;

/**
 * A BPF ELF object. {@link #open(Path)} reads it without touching the kernel; {@link
 * #programSpecs()} and {@link #mapSpecs()} can then be inspected and changed; {@link #load()}
 * creates the maps and loads the programs, which {@link #map(String)} and {@link #program(String)}
 * hand out; {@link #close()} closes every fd. What is pinned or attached lives on.
 *
 * <p>One thread at a time; the maps and programs of a loaded object are for any thread. Follows
 * libbpf's bpf_object__open_file, bpf_object__load, bpf_object__close.
 */
public final class BpfObject implements AutoCloseable {
  private enum State {
    OPEN,
    LOADED,
    FAILED,
    CLOSED
  }

  private final String name;
  private final Map<String, BpfProgramSpec> programSpecs = new LinkedHashMap<>();
  private final Map<String, BpfMapSpec> mapSpecs = new LinkedHashMap<>();
  private final Map<String, BpfProgram> programs = new LinkedHashMap<>();
  private final Map<String, BpfMap> maps = new LinkedHashMap<>();
  private final long handle;
  private State state = State.OPEN;

  private BpfObject(long handle) {
    this.handle = handle;
    this.name = LibBpf.string(LibBpf.bpf_object__name(handle));
    for (long prog = LibBpf.bpf_object__next_program(handle, 0);
        prog != 0;
        prog = LibBpf.bpf_object__next_program(handle, prog)) {
      BpfProgramSpec spec = new BpfProgramSpec(this, prog);
      programSpecs.put(spec.name(), spec);
    }
    for (long map = LibBpf.bpf_object__next_map(handle, 0);
        map != 0;
        map = LibBpf.bpf_object__next_map(handle, map)) {
      BpfMapSpec spec = new BpfMapSpec(this, map);
      mapSpecs.put(spec.name(), spec);
    }
  }

  /**
   * Reads an object file; the object is named after it.
   *
   * @throws BpfException ENOENT if there is no file, LIBBPF_ERRNO__LIBELF or __FORMAT or EINVAL if
   *     it is not a BPF object, with what libbpf had to say
   */
  public static BpfObject open(Path elf) {
    LibBpf.require();
    NativeBuffer path = NativeBuffer.cString(elf.toString());
    LibBpfLog.beginRecording();
    long handle = 0;
    int errno = 0;
    String warnings;
    try {
      handle = LibBpf.bpf_object__open_file(path.address(), 0);
      errno = Native.getLastError();
      path.keepReachable();
    } finally {
      warnings = LibBpfLog.endRecording();
    }
    return opened(handle, errno, "BPF object " + elf, warnings);
  }

  /**
   * Reads an object from memory, such as a class-path resource.
   *
   * @param name the object's name; the kernel's names of its data maps begin with it
   * @throws BpfException as {@link #open(Path)}
   */
  public static BpfObject open(String name, byte[] elf) {
    LibBpf.require();
    if (elf.length == 0) {
      throw BpfException.of("open", "BPF object " + name, Errno.LIBBPF_FORMAT, "it is empty");
    }
    NativeBuffer image = NativeBuffer.allocate(elf.length);
    image.buffer().put(0, elf);
    NativeBuffer cName = NativeBuffer.cString(name);
    // struct bpf_object_open_opts {size_t sz; const char *object_name; ...}
    NativeBuffer opts = NativeBuffer.allocate(16);
    opts.buffer().putLong(0, 16).putLong(8, cName.address());
    LibBpfLog.beginRecording();
    long handle = 0;
    int errno = 0;
    String warnings;
    try {
      handle = LibBpf.bpf_object__open_mem(image.address(), elf.length, opts.address());
      errno = Native.getLastError();
      image.keepReachable();
      cName.keepReachable();
      opts.keepReachable();
    } finally {
      warnings = LibBpfLog.endRecording();
    }
    return opened(handle, errno, "BPF object " + name, warnings);
  }

  private static BpfObject opened(long handle, int errno, String what, String warnings) {
    if (handle == 0) {
      throw BpfException.of("open", what, errno, warnings);
    }
    return new BpfObject(handle);
  }

  /** The object's name. */
  public String name() {
    return name;
  }

  /** The programs as the file describes them, in its order. */
  public Collection<BpfProgramSpec> programSpecs() {
    return Collections.unmodifiableCollection(programSpecs.values());
  }

  /**
   * A program as the file describes it.
   *
   * @throws IllegalArgumentException if there is none, with the names there are
   */
  public BpfProgramSpec programSpec(String name) {
    return find(programSpecs, "program", name);
  }

  /** The maps as the file describes them, in its order. */
  public Collection<BpfMapSpec> mapSpecs() {
    return Collections.unmodifiableCollection(mapSpecs.values());
  }

  /**
   * A map as the file describes it.
   *
   * @throws IllegalArgumentException if there is none, with the names there are
   */
  public BpfMapSpec mapSpec(String name) {
    return find(mapSpecs, "map", name);
  }

  /**
   * Creates the maps and loads the programs. After a failure the object can only be closed. Signals
   * wait meanwhile: they would interrupt the verifier.
   *
   * @return this
   * @throws BpfException EPERM without the right; with the verifier's telling line and whole log if
   *     it refused a program; otherwise with what libbpf had to say
   */
  @SuppressWarnings("try") // the signals are blocked, not used
  public BpfObject load() {
    requireNotLoaded("load");
    state = State.FAILED;
    try (VerifierLogs logs = new VerifierLogs(List.copyOf(programSpecs.values()))) {
      LibBpfLog.beginRecording();
      int rc;
      String warnings;
      try (Signals blocked = Signals.blocked()) {
        rc = LibBpf.bpf_object__load(handle);
      } finally {
        warnings = LibBpfLog.endRecording();
      }
      if (rc < 0) {
        throw logs.refusal("BPF object " + name, rc, warnings);
      }
    }
    for (BpfMapSpec spec : mapSpecs.values()) {
      int fd = LibBpf.bpf_map__fd(spec.handle());
      if (fd >= 0) {
        BpfMap map = BpfMap.ofObject(fd, spec.name());
        maps.put(spec.name(), map.requireShape(spec.type(), spec.keySize(), spec.valueSize()));
      }
    }
    for (BpfProgramSpec spec : programSpecs.values()) {
      int fd = LibBpf.bpf_program__fd(spec.handle());
      if (fd >= 0) {
        programs.put(spec.name(), new BpfProgram(fd, spec.name()));
      }
    }
    state = State.LOADED;
    return this;
  }

  /**
   * The loaded programs, without those whose autoload was switched off.
   *
   * @throws IllegalStateException before {@link #load()} or after {@link #close()}
   */
  public Collection<BpfProgram> programs() {
    requireLoaded("programs()");
    return Collections.unmodifiableCollection(programs.values());
  }

  /**
   * A loaded program.
   *
   * @throws IllegalStateException before {@link #load()} or after {@link #close()}
   * @throws IllegalArgumentException if there is none, with the names there are
   */
  public BpfProgram program(String name) {
    requireLoaded("program(\"" + name + "\")");
    return find(programs, "loaded program", name);
  }

  /**
   * The created maps.
   *
   * @throws IllegalStateException before {@link #load()} or after {@link #close()}
   */
  public Collection<BpfMap> maps() {
    requireLoaded("maps()");
    return Collections.unmodifiableCollection(maps.values());
  }

  /**
   * A created map.
   *
   * @throws IllegalStateException before {@link #load()} or after {@link #close()}
   * @throws IllegalArgumentException if there is none, with the names there are
   */
  public BpfMap map(String name) {
    requireLoaded("map(\"" + name + "\")");
    return find(maps, "map", name);
  }

  /** Closes the fds of all programs and maps; the second call does nothing. */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    programs.values().forEach(BpfProgram::invalidate);
    maps.values().forEach(BpfMap::invalidate);
    LibBpf.bpf_object__close(handle);
  }

  void requireOpen() {
    if (state == State.CLOSED) {
      throw new IllegalStateException("BPF object " + name + " is closed");
    }
  }

  void requireNotLoaded(String what) {
    requireOpen();
    if (state != State.OPEN) {
      String why = state == State.LOADED ? "it is loaded" : "its load failed";
      throw new IllegalStateException("cannot " + what + " of BPF object " + name + ": " + why);
    }
  }

  private void requireLoaded(String call) {
    requireOpen();
    if (state != State.LOADED) {
      throw new IllegalStateException(
          call + " of BPF object " + name + " needs load() first; before it there are the specs");
    }
  }

  void check(String operation, int rc) {
    if (rc < 0) {
      throw BpfException.of(operation, "of BPF object " + name, rc, "");
    }
  }

  private <T> T find(Map<String, T> things, String kind, String wanted) {
    T thing = things.get(wanted);
    if (thing == null) {
      throw new IllegalArgumentException(
          "BPF object "
              + name
              + " has no "
              + kind
              + " '"
              + wanted
              + "'; it has "
              + new ArrayList<>(things.keySet()));
    }
    return thing;
  }

  @Override
  public String toString() {
    return "BPF object " + name;
  }
}
