// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.extfuse4j.cache.MetadataCache;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For tests: with the system property {@value #PROPERTY} a daemon takes control commands, {@link
 * Fault#command}, that have it make mistakes. Handlers also mark stale what a request is about to
 * change: to see a mistake, take those of the operations concerned out of the map {@code handlers}
 * (scripts/lib/vm-coherence.sh).
 */
public final class Faults {
  /** Set to true. */
  public static final String PROPERTY = "extfuse.test.faults";

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

  private final boolean on = Boolean.getBoolean(PROPERTY);
  private Switch cache;

  /** The cache that may get faults; without the property the one it is given. */
  public MetadataCache in(MetadataCache right) {
    if (!on) {
      return right;
    }
    cache = new Switch(right);
    return cache;
  }

  /** The same for the file system: a cache does not learn of requests, and a fault needs to. */
  public FuseFileSystem in(FuseFileSystem right) {
    if (!on) {
      return right;
    }
    OneParent oneParent = (OneParent) cache.caches.get(Fault.ONE_PARENT);
    return (FuseFileSystem)
        Proxy.newProxyInstance(
            Faults.class.getClassLoader(),
            new Class<?>[] {FuseFileSystem.class},
            (proxy, method, args) -> {
              if (method.getName().startsWith("rename")) {
                Request rq = (Request) args[0];
                oneParent.begin(rq.nodeid(), rq.u64(RenameIn.NEWDIR));
              }
              try {
                return method.invoke(right, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                oneParent.end();
              }
            });
  }

  /** Control commands, none without the property. */
  public Map<String, Supplier<?>> commands() {
    Map<String, Supplier<?>> commands = new TreeMap<>();
    if (on) {
      for (Fault fault : Fault.values()) {
        commands.put(fault.command(), () -> make(fault));
      }
    }
    return commands;
  }

  private Map<String, Boolean> make(Fault fault) {
    LOG.warn("{}: what this mount shows from now on is no measure", fault.command());
    cache.now = cache.caches.get(fault);
    return Map.of("ok", true);
  }
}
