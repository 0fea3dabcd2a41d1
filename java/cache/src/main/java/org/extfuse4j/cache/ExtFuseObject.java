// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.bpf.BpfMap;
import org.extfuse4j.bpf.BpfObject;
import org.extfuse4j.bpf.BpfProgramSpec;
import org.extfuse4j.bpf.BpfUnavailableException;
import org.extfuse4j.bpf.ProgArray;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapLayout.Attach;
import org.extfuse4j.fuse.sys.Errno;

/** The compiled bpf/extfuse.bpf.c of one mount: its programs loaded, its handlers in place. */
final class ExtFuseObject implements AutoCloseable {
  private static final String RESOURCE = "extfuse.bpf.o";

  private static final class LibC {
    static {
      Native.register(LibC.class, "c");
    }

    static native int ioctl(int fd, long request, long argument) throws LastErrorException;
  }

  private final BpfObject object;

  private ExtFuseObject(BpfObject object) {
    this.object = object;
  }

  static ExtFuseObject load(CacheOptions options) {
    BpfObject object = null;
    try {
      object = BpfObject.open(RESOURCE, elf());
      for (BpfProgramSpec program : object.programSpecs()) {
        program.setType(MapLayout.PROG_TYPE_EXTFUSE);
      }
      int entries = options.maxEntries();
      object.mapSpec("entry_map").setMaxEntries(entries);
      object.mapSpec("entry_map_middle").setMaxEntries(options.maxMiddleNames());
      object.mapSpec("entry_map_long").setMaxEntries(options.maxLongNames());
      object.mapSpec("attr_map").setMaxEntries(entries);
      object.mapSpec("nlookup_map").setMaxEntries(entries);
      object.load();
      ProgArray handlers = ProgArray.of(object.map("handlers"));
      for (var handler : Handlers.byOpcode().entrySet()) {
        handlers.putProgram(handler.getKey(), object.program(handler.getValue()));
      }
      return new ExtFuseObject(object);
    } catch (BpfUnavailableException e) {
      throw new CacheUnavailableException(e.getMessage(), e);
    } catch (BpfException e) {
      if (object != null) {
        object.close();
      }
      throw new CacheUnavailableException(explain(e), e);
    }
  }

  // A kernel that does not know the program type says EINVAL before its verifier says anything.
  private static String explain(BpfException e) {
    if (e.errno() == Errno.EINVAL && e.verifierLog().isBlank()) {
      return "kernel has no ExtFUSE support (CONFIG_EXTFUSE)";
    }
    if (e.isPermissionDenied()) {
      return "no permission to load BPF programs (CAP_BPF, CAP_SYS_ADMIN): run as root";
    }
    return e.getMessage();
  }

  private static byte[] elf() {
    try (InputStream in = ExtFuseObject.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not in the jar: build with Maven");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  BpfMap map(String name) {
    return object.map(name);
  }

  /**
   * Attaches the program.
   *
   * @param lasting as in {@link CacheOptions}
   * @return 0 or the errno of the ioctl
   */
  int attach(int deviceFd, boolean lasting) {
    NativeBuffer argument = NativeBuffer.allocate(Attach.SIZE);
    argument.buffer().putInt(Attach.PROG_FD, object.program(Handlers.MAIN).fd());
    argument.buffer().putLong(Attach.OPCODES, Handlers.mask());
    if (lasting) {
      argument.buffer().putInt(Attach.FLAGS, MapLayout.ATTACH_CHANGES);
      argument.buffer().putInt(Attach.CHANGES_FD, object.map("changes").fd());
      // Element `opcode` begins with Outcome.UNCHANGED
      argument.buffer().putInt(Attach.UNASKED_FD, object.map("stats").fd());
    }
    try {
      LibC.ioctl(deviceFd, MapLayout.IOC_EXTFUSE_ATTACH, argument.address());
      return 0;
    } catch (LastErrorException e) {
      return e.getErrorCode();
    } finally {
      Reference.reachabilityFence(argument);
    }
  }

  void pin(Path directory) {
    for (BpfMap map : object.maps()) {
      if (!map.name().startsWith(".")) {
        map.pin(directory.resolve(map.name()));
      }
    }
  }

  Map<String, Integer> ids() {
    return object.maps().stream()
        .filter(map -> !map.name().startsWith("."))
        .collect(Collectors.toMap(BpfMap::name, BpfMap::id));
  }

  void unpin(Path directory) {
    for (BpfMap map : object.maps()) {
      map.unpin(directory.resolve(map.name()));
    }
  }

  @Override
  public void close() {
    object.close();
  }
}
