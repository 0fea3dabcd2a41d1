// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.libfuse;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.jnrfuse.JnrFuseException;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the options of libfuse 2.9 as they are given to {@code FuseFS.mount}: {@code -o
 * name,name=value}, {@code -oname}, {@code -s}, {@code -r}. Options that say what is so anyway, or
 * how libfuse itself works, are taken and change nothing. One is not libfuse's: {@code
 * deadline=SECONDS}, see {@link JnrFuseOptions#deadlineNs(long)}.
 */
public final class MountOptions {
  private static final Logger LOG = LoggerFactory.getLogger(MountOptions.class);
  private static final double SECOND = 1e9;

  private static final Set<String> NOTHING_TO_DO =
      Set.of(
          "debug",
          "allow_root", // who mounts is root
          "auto_cache",
          "noauto_cache",
          "ac_attr_timeout",
          "nopath",
          "subtype",
          "large_read",
          "user",
          "big_writes",
          "splice_write",
          "no_splice_write",
          "splice_move",
          "no_splice_move",
          "splice_read",
          "no_splice_read");

  // Taken because programs give them always, and said because they do not do what they say.
  private static final Map<String, String> NOT_DONE =
      Map.of(
          "intr",
          "callbacks in Java are not interrupted by signals, with libfuse neither; the deadline"
              + " ends what takes too long",
          "intr_signal",
          "callbacks in Java are not interrupted by signals, with libfuse neither",
          "auto_unmount",
          "a process that is killed (SIGKILL) leaves its mount behind: umount -l removes it");

  private final JnrFuseOptions options;

  private MountOptions(JnrFuseOptions options) {
    this.options = options;
  }

  /**
   * Reads arguments into options.
   *
   * @throws JnrFuseException in one line for one that is not known, or whose value is none
   */
  public static void read(List<String> arguments, JnrFuseOptions into) {
    MountOptions reader = new MountOptions(into);
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("-o") && i + 1 < arguments.size()) {
        reader.list(arguments.get(++i));
      } else if (argument.startsWith("-o")) {
        reader.list(argument.substring(2));
      } else {
        reader.flag(argument);
      }
    }
  }

  private void flag(String argument) {
    switch (argument) {
      case "-s" -> options.threads(1).maxThreads(1);
      case "-r" -> options.readOnly(true);
      case "-f", "-d" -> {}
      default -> throw unknown(argument);
    }
  }

  private void list(String names) {
    for (String option : names.split(",", -1)) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      if (!name.isEmpty()) {
        option(name, equals < 0 ? "" : option.substring(equals + 1));
      }
    }
  }

  private void option(String name, String value) {
    Validity v = options.validity();
    switch (name) {
      case "allow_other" -> options.allowOther(true);
      case "default_permissions" -> options.defaultPermissions(true);
      case "ro" -> options.readOnly(true);
      case "rw" -> options.readOnly(false);
      case "atime" -> options.noatime(false);
      case "noatime" -> options.noatime(true);
      case "async" -> options.sync(false);
      case "sync" -> options.sync(true);
      case "dirsync" -> options.dirsync(true);
      case "nonempty" -> options.nonempty(true);
      case "max_read" -> options.maxRead(size(name, value));
      case "noforget" -> options.rememberNs(Long.MAX_VALUE);
      case "remember" ->
          options.rememberNs(value.equals("-1") ? Long.MAX_VALUE : seconds(name, value));
      case "deadline" -> options.deadlineNs(seconds(name, value));
      case "suid" -> options.nosuid(false);
      case "nosuid" -> options.nosuid(true);
      case "dev" -> options.nodev(false);
      case "nodev" -> options.nodev(true);
      case "exec" -> options.noexec(false);
      case "noexec" -> options.noexec(true);
      case "fsname" -> options.source(value);
      case "use_ino" -> options.useIno(true);
      case "readdir_ino" -> options.readdirIno(true);
      case "hard_remove" -> options.hardRemove(true);
      case "direct_io" -> options.directIo(true);
      case "kernel_cache" -> options.kernelCache(true);
      case "umask" -> options.umask((int) number(name, value, 8));
      case "uid" -> options.uid(number(name, value, 10));
      case "gid" -> options.gid(number(name, value, 10));
      case "entry_timeout" ->
          options.validity(new Validity(seconds(name, value), v.attrNs(), v.negativeNs()));
      case "attr_timeout" ->
          options.validity(new Validity(v.entryNs(), seconds(name, value), v.negativeNs()));
      case "negative_timeout" ->
          options.validity(new Validity(v.entryNs(), v.attrNs(), seconds(name, value)));
      default -> {
        if (!connection(name, value) && !NOTHING_TO_DO.contains(name)) {
          warn(name);
        }
      }
    }
  }

  /** Whether it is an option of the connection, which is set then. */
  private boolean connection(String name, String value) {
    ConnOptions conn = options.connection();
    switch (name) {
      case "max_write" -> conn.maxWrite = size(name, value);
      case "max_readahead" -> conn.maxReadahead = size(name, value);
      case "max_background" -> conn.maxBackground = size(name, value);
      case "congestion_threshold" -> conn.congestionThreshold = size(name, value);
      case "async_read" -> conn.want(FuseFlags.FUSE_ASYNC_READ);
      case "sync_read" -> conn.unwant(FuseFlags.FUSE_ASYNC_READ);
      case "atomic_o_trunc" -> conn.want(FuseFlags.FUSE_ATOMIC_O_TRUNC);
      case "no_remote_posix_lock" -> conn.unwant(FuseFlags.FUSE_POSIX_LOCKS);
      case "no_remote_flock" -> conn.unwant(FuseFlags.FUSE_FLOCK_LOCKS);
      case "no_remote_lock" -> conn.unwant(FuseFlags.FUSE_POSIX_LOCKS | FuseFlags.FUSE_FLOCK_LOCKS);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void warn(String name) {
    String why = NOT_DONE.get(name);
    if (why == null) {
      throw unknown(name);
    }
    LOG.warn("mount option {} has no effect: {}", name, why);
  }

  private static int size(String name, String value) {
    long number = number(name, value, 10);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new JnrFuseException("mount option " + name + "=" + value + ": too large");
    }
    return (int) number;
  }

  private static long number(String name, String value, int radix) {
    try {
      return Long.parseUnsignedLong(value, radix);
    } catch (NumberFormatException e) {
      throw new JnrFuseException("mount option " + name + "=" + value + ": not a number", e);
    }
  }

  private static long seconds(String name, String value) {
    try {
      double ns = Double.parseDouble(value) * SECOND;
      if (ns >= 0) {
        return (long) ns;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new JnrFuseException("mount option " + name + "=" + value + ": not a number of seconds");
  }

  private static JnrFuseException unknown(String option) {
    return new JnrFuseException("unknown mount option '" + option + "'");
  }
}
