// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.daemon.DaemonHook;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon with this on its class path takes control commands, {@link Fault#command}, that have it
 * make mistakes, to show that they are found. Handlers also mark stale what a request is about to
 * change: to see a mistake, take those of the operations concerned out of the map {@code handlers}
 * (scripts/lib/vm-coherence.sh).
 *
 * <p>{@code java -javaagent:faults.jar} puts it there, whatever jar is run.
 */
public final class Faults implements DaemonHook {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  /** A cache with one mistake or none. */
  private static final class Switch extends Forwarding {
    final Map<Fault, MetadataCache> caches = new EnumMap<>(Fault.class);
    volatile MetadataCache now;

    Switch(MetadataCache right) {
      for (Fault fault : Fault.values()) {
        caches.put(fault, fault.in(right));
      }
      now = right;
    }

    @Override
    MetadataCache right() {
      return now;
    }
  }

  private Switch cache;

  /** An agent is not asked to do anything. */
  public static void premain(String arguments) {}

  @Override
  public MetadataCache cache(MetadataCache right) {
    cache = new Switch(right);
    return cache;
  }

  /** A cache does not learn of requests, and a fault needs to. */
  @Override
  public FuseFileSystem fileSystem(FuseFileSystem right) {
    OneParent oneParent = (OneParent) cache.caches.get(Fault.ONE_PARENT);
    return (FuseFileSystem)
        Proxy.newProxyInstance(
            Faults.class.getClassLoader(),
            new Class<?>[] {FuseFileSystem.class},
            (proxy, method, args) -> {
              if (method.getName().equals("operations")) {
                return right.operations().around(Faults.telling(oneParent));
              }
              try {
                return method.invoke(right, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static FuseOperations.Around telling(OneParent oneParent) {
    return (opcode, operation) ->
        opcode != FuseOpcode.RENAME && opcode != FuseOpcode.RENAME2
            ? operation
            : (rq, rp) -> {
              oneParent.begin(rq.nodeid(), rq.u64(RenameIn.NEWDIR));
              try {
                return operation.run(rq, rp);
              } finally {
                oneParent.end();
              }
            };
  }

  @Override
  public Map<String, Supplier<?>> commands() {
    Map<String, Supplier<?>> commands = new TreeMap<>();
    for (Fault fault : Fault.values()) {
      commands.put(fault.command(), () -> make(fault));
    }
    return commands;
  }

  private Map<String, Boolean> make(Fault fault) {
    LOG.warn("{}: what this mount shows from now on is no measure", fault.command());
    cache.now = cache.caches.get(fault);
    return Map.of("ok", true);
  }
}
