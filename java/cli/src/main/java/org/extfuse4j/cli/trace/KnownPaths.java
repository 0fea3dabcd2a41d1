// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.fuse.protocol.FuseOpcode;

/**
 * The paths of requests: what the maps hold at the beginning, corrected by each request that is
 * seen. Of what the daemon was asked for the events do not show which node it found; the maps do,
 * as they are written before the reply. For one thread, and so is the cache that it reads.
 */
final class KnownPaths {
  private final PathIndex index;
  private final PinnedCache maps;

  /**
   * Where a request goes.
   *
   * @param names from the root of the mount, bytes as ISO-8859-1; the first is {@link #UNKNOWN} if
   *     the directory is not known
   * @param attribute the extended attribute that is asked for, or null
   */
  record Target(List<String> names, String attribute) {
    /** No name of a file has a slash. */
    static final String UNKNOWN = "/?";

    boolean isKnown() {
      return names.isEmpty() || !names.get(0).equals(UNKNOWN);
    }
  }

  /**
   * @param maps of the mount; null if it has none, and then no path is known
   */
  KnownPaths(int most, PinnedCache maps) {
    this.index = new PathIndex(most);
    this.maps = maps;
  }

  /** Reads all names that the maps hold. */
  void load() {
    if (maps != null) {
      maps.entries(
          entry -> {
            if (entry.isValid() && !entry.isNegative()) {
              index.put(entry.parent(), entry.name(), entry.nodeid());
            }
          });
    }
  }

  /** The path of a request, before {@link #learn} has changed what is known. */
  Target target(TracedRequest request) {
    if (request.nodeid().isEmpty()) {
      return new Target(List.of(Target.UNKNOWN), null);
    }
    List<String> names =
        new ArrayList<>(index.path(request.nodeid().getAsLong()).orElse(List.of(Target.UNKNOWN)));
    if (request.name().isEmpty()) {
      return new Target(names, null);
    }
    if (isAboutAttribute(request.opcode())) {
      return new Target(names, request.name());
    }
    names.add(request.name());
    return new Target(names, null);
  }

  /**
   * Takes over what a request has shown.
   *
   * @return whether a LOOKUP has found that there is no such name
   */
  boolean learn(TracedRequest request) {
    if (request.nodeid().isEmpty() || request.name().isEmpty()) {
      return false;
    }
    long parent = request.nodeid().getAsLong();
    if (!request.succeeded()) {
      return false;
    }
    return switch (request.opcode()) {
      case FuseOpcode.LOOKUP -> lookedUp(request, parent);
      case FuseOpcode.MKDIR,
          FuseOpcode.MKNOD,
          FuseOpcode.SYMLINK,
          FuseOpcode.CREATE,
          FuseOpcode.LINK -> {
        ask(parent, request.name());
        yield false;
      }
      case FuseOpcode.UNLINK, FuseOpcode.RMDIR, FuseOpcode.RENAME, FuseOpcode.RENAME2 -> {
        // Of a rename the event has the old name only: the node is found again when it is looked
        // up.
        index.remove(parent, request.name());
        yield false;
      }
      default -> false;
    };
  }

  private boolean lookedUp(TracedRequest request, long parent) {
    if (!request.inKernel()) {
      return ask(parent, request.name());
    }
    if (request.child() == 0) {
      index.remove(parent, request.name());
      return true;
    }
    index.put(parent, request.name(), request.child());
    return false;
  }

  /** Returns whether the maps know that there is no such name. */
  private boolean ask(long parent, String name) {
    Optional<EntryRecord> entry = maps == null ? Optional.empty() : maps.entry(parent, name);
    if (entry.isEmpty() || !entry.get().isValid()) {
      return false;
    }
    if (entry.get().isNegative()) {
      index.remove(parent, name);
      return true;
    }
    index.put(parent, name, entry.get().nodeid());
    return false;
  }

  private static boolean isAboutAttribute(int opcode) {
    return opcode == FuseOpcode.GETXATTR
        || opcode == FuseOpcode.SETXATTR
        || opcode == FuseOpcode.REMOVEXATTR;
  }
}
