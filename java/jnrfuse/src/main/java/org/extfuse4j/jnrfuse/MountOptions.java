// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse;

import java.util.List;
import java.util.Set;
import org.extfuse4j.cache.Validity;

/**
 * Reads the options of libfuse 2.9 as they are given to {@code FuseFS.mount}: {@code -o
 * name,name=value}, {@code -oname}, {@code -s}, {@code -r}. Options that say what is so anyway, or
 * how libfuse itself works, are taken and change nothing.
 */
final class MountOptions {
  private static final double SECOND = 1e9;

  private static final Set<String> NOTHING_TO_DO =
      Set.of(
          "debug",
          "allow_root", // who mounts is root
          "auto_cache",
          "noauto_cache",
          "ac_attr_timeout",
          "noforget",
          "remember",
          "nopath",
          "intr",
          "intr_signal",
          "nonempty",
          "auto_unmount",
          "subtype",
          "large_read",
          "user",
          "rw",
          "async",
          "atime",
          "async_read",
          "big_writes",
          "max_read",
          "max_write",
          "max_readahead",
          "max_background",
          "congestion_threshold",
          "splice_write",
          "no_splice_write",
          "splice_move",
          "no_splice_move",
          "splice_read",
          "no_splice_read");

  private final JnrFuseOptions options;

  private MountOptions(JnrFuseOptions options) {
    this.options = options;
  }

  /**
   * Reads arguments into options.
   *
   * @throws JnrFuseException in one line for one that is not known, or whose value is none
   */
  static void read(List<String> arguments, JnrFuseOptions into) {
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
        if (!NOTHING_TO_DO.contains(name)) {
          throw unknown(name);
        }
      }
    }
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
