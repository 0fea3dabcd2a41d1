// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.jnrfuse.node.PathNode;
import org.extfuse4j.jnrfuse.ops.CallerRights;
import org.extfuse4j.jnrfuse.ops.Rights;
import org.extfuse4j.jnrfuse.publish.Change;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Flock;
import ru.serce.jnrfuse.struct.FuseContext;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * What one thread of the session needs for a request: the native structures that callbacks get,
 * made once. A callback must not keep them, as it must not keep what libfuse gives it.
 */
public final class Call {
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  // More than any of the structures.
  private static final int ROOM = 256;

  private static final ThreadLocal<Call> CALLS = ThreadLocal.withInitial(Call::new);

  /** The threads that run callbacks, by their kernel thread ids; dead ones until the next. */
  private static final Map<Integer, Thread> SERVING = new ConcurrentHashMap<>();

  public final FileStat stat = FileStat.of(zeroed(ROOM));
  public final OpenFile file = new OpenFile();
  final Statvfs statvfs = Statvfs.of(zeroed(ROOM));
  public final Flock flock = Flock.of(zeroed(ROOM));
  public final Timespec[] times;
  public final Change change = new Change();
  public final FuseContext context = FuseContext.of(zeroed(ROOM));
  private final int tid = tid();

  private CallerRights rights;

  // Views of the session's buffers, as long as they are the same.
  private Pointer payload;
  private Pointer body;

  private Request rq;

  // What PathTable found.
  public String path;
  public String path2;
  public PathNode child;
  public PathNode child2;

  /** The negative errno of what returned null. */
  public int error;

  /** The cache's epoch, and when the operation began on the clock of the maps. */
  public int epoch;

  public long startedNs;

  private Call() {
    Timespec first = Timespec.of(zeroed(ROOM));
    Timespec second = Timespec.of(Struct.getMemory(first).slice(Struct.size(first)));
    times = new Timespec[] {first, second};
  }

  /** The calling thread's. */
  public static Call current() {
    return CALLS.get();
  }

  /** Of callers in general; see {@link Rights}. */
  public CallerRights rights() {
    if (rights == null) {
      rights = new CallerRights();
    }
    return rights;
  }

  public void begin(Request request, Pointer privateData) {
    if (rq == null && tid >= 0) {
      SERVING.values().removeIf(thread -> !thread.isAlive());
      SERVING.put(tid, Thread.currentThread());
    }
    rq = request;
    context.uid.set(request.uid());
    context.gid.set(request.gid());
    context.pid.set(request.pid());
    context.private_data.set(privateData);
    context.umask.set(0);
    child = null;
    child2 = null;
  }

  /** Whether the request was made by a thread of this process that runs a callback. */
  public boolean fromCallback() {
    Thread caller = SERVING.get(rq.pid());
    return caller != null && caller.isAlive();
  }

  public String what() {
    return FuseOpcode.name(rq.opcode()) + " of node " + Long.toUnsignedString(rq.nodeid());
  }

  /** The payload of a reply, bounded by its capacity. */
  public Pointer payload(Reply rp) {
    if (payload == null || payload.address() != rp.payloadAddress()) {
      payload = Pointer.wrap(RUNTIME, rp.payloadAddress(), rp.capacity());
    }
    return payload;
  }

  /** The body of a request behind its struct, bounded by the buffer. */
  public Pointer body(Request request, int offset) {
    long address = request.bodyAddress() + offset;
    if (body == null || body.address() != address) {
      int room = request.buffer().capacity() - request.bodyOffset() - offset;
      body = Pointer.wrap(RUNTIME, address, room);
    }
    return body;
  }

  public FileStat clearStat() {
    clear(Struct.getMemory(stat));
    return stat;
  }

  public Statvfs clearStatvfs() {
    clear(Struct.getMemory(statvfs));
    return statvfs;
  }

  public Flock clearFlock() {
    clear(Struct.getMemory(flock));
    return flock;
  }

  public static Pointer zeroed(int size) {
    Pointer memory = Memory.allocateDirect(RUNTIME, size, true);
    clear(memory);
    return memory;
  }

  private static void clear(Pointer memory) {
    memory.setMemory(0, memory.size(), (byte) 0);
  }

  // Of the mounter's pid namespace, as the kernel tells it of callers.
  private static int tid() {
    try {
      Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      return Integer.parseInt(self.getFileName().toString());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }
}
