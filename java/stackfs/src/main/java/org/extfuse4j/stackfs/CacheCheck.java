// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.extfuse4j.cache.inspect.PinnedCache;
import org.extfuse4j.cache.map.AttrRecord;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.cache.map.ValueState;
import org.extfuse4j.cache.node.NodeRegistry;
import org.extfuse4j.fuse.sys.Errno;
import org.extfuse4j.stackfs.source.Source;
import org.extfuse4j.stackfs.source.SourceObjects;
import org.extfuse4j.stackfs.source.SourceObjects.Directory;
import org.extfuse4j.stackfs.source.SourceObjects.Found;

/**
 * Compares what a mount's maps say with the source, from outside: the daemon is not asked. Which
 * object a nodeid is, is found out by walking the names in the maps from the root.
 *
 * <p>Only what the kernel would answer with can be wrong: values that are stale, expired or of an
 * old epoch are counted. One whose seal does not fit is no answer either, but nothing leaves such a
 * value behind, so it is reported. The mount may be in use: what differs is looked at again before
 * it is. Access times are not compared, for the mount does not keep them ({@link Source}); they are
 * counted.
 *
 * <p>In memory are the names of directories, and a word for each node. For one thread.
 */
public final class CacheCheck {
  /**
   * Something that the kernel would answer and that is not so.
   *
   * @param names from the root to the object, bytes as ISO-8859-1; none for the root, and for a
   *     node that no names are known to lead to
   * @param nodeid of the object; 0 for a name that leads nowhere
   * @param field what differs: "name", "seal", or an attribute
   * @param cached what the maps say
   * @param source what is so
   */
  public record Difference(
      List<String> names, long nodeid, String field, String cached, String source) {
    /** Keeps a copy. */
    public Difference {
      names = List.copyOf(names);
    }
  }

  /**
   * What was looked at.
   *
   * @param entries names that were compared
   * @param attrs nodes whose attributes were compared
   * @param differences how many were reported
   * @param silent values that the kernel does not answer with now
   * @param unreachable names and attributes of nodes that no names in the maps lead to
   * @param atimes nodes whose access time differs
   */
  public record Summary(
      long entries, long attrs, long differences, long silent, long unreachable, long atimes) {}

  /** An attribute to compare. */
  private record Field(String name, Function<NodeAttr, Object> of) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field("ino", a -> Long.toUnsignedString(a.ino())),
          new Field("mode", a -> Integer.toOctalString(a.mode())),
          new Field("nlink", NodeAttr::nlink),
          new Field("uid", a -> Integer.toUnsignedString(a.uid())),
          new Field("gid", a -> Integer.toUnsignedString(a.gid())),
          new Field("rdev", a -> Integer.toUnsignedString(a.rdev())),
          new Field("size", a -> Long.toUnsignedString(a.size())),
          new Field("blocks", NodeAttr::blocks),
          new Field("blksize", NodeAttr::blksize),
          new Field("mtime", a -> time(a.mtime(), a.mtimensec())),
          new Field("ctime", a -> time(a.ctime(), a.ctimensec())));
  private static final Field INO = FIELDS.get(0);

  private static final int LOOKS = 3;
  private static final long PAUSE_MS = 30;

  private final PinnedCache cache;
  private final Path path;
  private final SourceObjects source;
  private final Consumer<Difference> report;

  // Nodes that are a name's directory, then where those are; and the nodes that were compared.
  private final LongHashSet parents = new LongHashSet();
  private final Long2ObjectHashMap<Directory> directories = new Long2ObjectHashMap<>();
  private final LongHashSet reached = new LongHashSet();

  private long entries;
  private long attrs;
  private long differences;
  private long silent;
  private long unreachable;
  private long atimes;

  private CacheCheck(PinnedCache cache, Path path, Consumer<Difference> report) {
    this.cache = cache;
    this.path = path;
    this.report = report;
    source = new SourceObjects(path);
  }

  /**
   * Compares everything once.
   *
   * @param source the directory that is mounted
   * @param report is told of differences as they are found
   * @throws StackFsException if that is no directory, or not the one that is mounted, or without
   *     the right
   */
  public static Summary run(PinnedCache cache, Path source, Consumer<Difference> report) {
    CacheCheck check = new CacheCheck(cache, source, report);
    try {
      return check.run();
    } finally {
      check.source.close();
    }
  }

  private Summary run() {
    cache.entries(
        entry -> {
          if (leads(entry)) {
            parents.add(entry.parent());
          }
        });
    cache.entries(
        entry -> {
          if (leads(entry) && parents.contains(entry.nodeid())) {
            directories.put(entry.nodeid(), new Directory(entry.parent(), entry.name()));
          }
        });
    root();
    cache.entries(this::entry);
    cache.attrs(this::unnamed);
    return new Summary(entries, attrs, differences, silent, unreachable, atimes);
  }

  private static boolean leads(EntryRecord entry) {
    return entry.isValid() && !entry.isNegative();
  }

  private void root() {
    Look look = new Look(null);
    for (int i = 0; i < LOOKS && (i == 0 || look.differs()); i++) {
      pause(i);
      look = new Look(null);
      look.attr(NodeRegistry.ROOT_ID, source.root());
    }
    if (look.isAnother) {
      throw new StackFsException(
          path
              + " is not the directory that is mounted (another inode): was something renamed or"
              + " mounted there?");
    }
    look.report(NodeRegistry.ROOT_ID);
  }

  private void entry(EntryRecord entry) {
    if (!entry.isValid() && entry.state() != ValueState.TORN) {
      silent++;
      return;
    }
    Look look = look(entry);
    for (int i = 1; i < LOOKS && look != null && look.differs(); i++) {
      pause(i);
      look = lookAgain(entry);
    }
    if (look == null) {
      unreachable++;
      return;
    }
    entries++;
    look.report(entry.nodeid());
  }

  /** Null if it is not known where the name is. */
  private Look look(EntryRecord entry) {
    int directory = source.open(directories::get, entry.parent());
    if (directory == -Errno.ESTALE) {
      return null;
    }
    Look look = new Look(entry);
    if (!entry.isValid()) {
      look.differ(entry.nodeid(), "seal", "torn", "-");
      return look;
    }
    Found found = directory < 0 ? new Found(directory) : source.look(directory, entry.name());
    if (entry.isNegative()) {
      if (found.exists()) {
        look.differ(0, "name", "no such name", "inode " + INO.of().apply(found.attr()));
      }
    } else if (found.exists()) {
      look.attr(entry.nodeid(), found);
    } else {
      String cached = "nodeid " + entry.nodeid();
      look.differ(entry.nodeid(), "name", cached, Errno.name(-found.errno()));
    }
    return look;
  }

  /** The same with nothing taken for granted that was read before. */
  private Look lookAgain(EntryRecord before) {
    source.reopen();
    for (long node = before.parent(); node != NodeRegistry.ROOT_ID; ) {
      Directory directory = directories.get(node);
      long child = node;
      if (directory == null
          || cache
              .entry(directory.parent(), directory.name())
              .filter(e -> leads(e) && e.nodeid() == child)
              .isEmpty()) {
        return null;
      }
      node = directory.parent();
    }
    return cache
        .entry(before.parent(), before.name())
        .filter(e -> e.isValid() || e.state() == ValueState.TORN)
        .map(this::look)
        .orElse(null);
  }

  /** The names from the root to an entry that was found in its directory. */
  private List<String> names(EntryRecord entry) {
    Deque<String> names = new ArrayDeque<>();
    names.add(entry.name());
    for (long node = entry.parent(); node != NodeRegistry.ROOT_ID; ) {
      Directory directory = directories.get(node);
      names.addFirst(directory.name());
      node = directory.parent();
    }
    return List.copyOf(names);
  }

  /** Attributes of nodes that no name led to. */
  private void unnamed(AttrRecord attr) {
    if (reached.contains(attr.nodeid())) {
      return;
    }
    Look look = new Look(null);
    AttrRecord now = attr;
    for (int i = 1; i < LOOKS && now != null && now.state() == ValueState.TORN; i++) {
      pause(i);
      now = cache.attr(attr.nodeid()).orElse(null);
    }
    if (now != null && now.state() == ValueState.TORN) {
      attrs++;
      look.differ(attr.nodeid(), "seal", "torn", "-");
      look.report(attr.nodeid());
    } else if (attr.isValid()) {
      unreachable++;
    } else {
      silent++;
    }
  }

  private static void pause(int look) {
    try {
      TimeUnit.MILLISECONDS.sleep(look * PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String time(long seconds, int nanos) {
    return String.format(Locale.ROOT, "%d.%09d", seconds, nanos);
  }

  /** What one look at a name has shown. */
  private final class Look {
    private final EntryRecord entry;
    private final List<Difference> found = new ArrayList<>();
    private boolean isAnother;
    private boolean hasAttr;
    private boolean isSilent;
    private boolean atimeDiffers;

    /**
     * @param entry the name; null for the root, and for a node without
     */
    Look(EntryRecord entry) {
      this.entry = entry;
    }

    boolean differs() {
      return !found.isEmpty();
    }

    void differ(long nodeid, String field, String cached, String real) {
      List<String> names = entry == null ? List.of() : names(entry);
      found.add(new Difference(names, nodeid, field, cached, real));
    }

    /** Compares what is cached of a node with the object that its name leads to. */
    void attr(long nodeid, Found object) {
      NodeAttr real = object.attr();
      Optional<AttrRecord> record = cache.attr(nodeid);
      if (record.isEmpty()) {
        return;
      }
      AttrRecord cached = record.get();
      if (cached.state() == ValueState.TORN) {
        hasAttr = true;
        differ(nodeid, "seal", "torn", "-");
        return;
      }
      hasAttr = cached.isValid();
      isSilent = !cached.isValid();
      // A node stays the same inode, so that holds of a value that is stale too; if withheld it is
      // 0.
      isAnother = cached.attr().ino() != 0 && cached.attr().ino() != real.ino();
      if (isAnother) {
        source.learn(object, cached.attr().ino());
        differ(nodeid, INO, cached.attr(), real);
      } else if (cached.isValid() && !cached.attr().equals(real) && !reached.contains(nodeid)) {
        for (Field field : FIELDS) {
          differ(nodeid, field, cached.attr(), real);
        }
        atimeDiffers =
            cached.attr().atime() != real.atime() || cached.attr().atimensec() != real.atimensec();
      }
    }

    private void differ(long nodeid, Field field, NodeAttr cached, NodeAttr real) {
      String a = field.of().apply(cached).toString();
      String b = field.of().apply(real).toString();
      if (!a.equals(b)) {
        differ(nodeid, field.name(), a, b);
      }
    }

    /** This look counts. */
    void report(long nodeid) {
      found.forEach(report);
      differences += found.size();
      // A name with more than one link is compared once for each, its node once.
      if ((hasAttr || isSilent) && reached.add(nodeid)) {
        attrs += hasAttr ? 1 : 0;
        silent += isSilent ? 1 : 0;
        atimes += atimeDiffers ? 1 : 0;
      }
    }
  }
}
