// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.Test;

/** Sources that have objects of several devices, with the same inode numbers. */
class SeveralDevicesTest {
  /** Two subvolumes of which the one is a snapshot of the other, with hard links. */
  static final String SUBVOLUMES =
      """
      btrfs -q subvolume create sub && mkdir sub/d && echo first > sub/f && ln sub/f sub/g && ln sub/f sub/d/h
      seq 1000 > sub/d/i && btrfs -q subvolume snapshot sub snap && echo second > snap/f && echo other > snap/d/i
      mkdir plain && echo plain > plain/p && btrfs -q subvolume create plain/inner && echo deep > plain/inner/q
      """;

  /** Two layers with the same numbers; each is an ext4 just made. */
  private static final String LAYER = "mkdir %1$s && echo %1$s > %1$s/f && ln %1$s/f %1$s/g";

  /** What programs make of a tree that they believe by numbers. */
  private static final String COPY =
      """
      src=$1 to=$2; cd "$to" || exit 1
      mkdir tar && tar -C "$src" -cf - . | tar -C tar -xf - && cp -a "$src" cp && rsync -aH "$src/" rsync/ || exit 1
      for c in tar cp rsync; do diff -r "$src" $c || exit 1; done
      for c in tar cp rsync; do (cd $c && find . -type f -printf '%P %n\\n' | sort); done
      """;

  /** Names and numbers by readdir and by lookup agree, and no two objects have one. */
  private static final String NUMBERS =
      """
      find . 2>&1 >/dev/null | grep -i loop
      perl -e 'use strict; my (%of, @todo); sub look { my ($d) = @_; my @ls = `ls -1iaU "$d"`;
        for (@ls) { my ($i, $n) = /^ *(\\d+) (.*)/ or die; next if $n eq ".."; my $p = "$d/$n"; my @s = lstat $p;
          print "$p: $i listed, $s[1] shown\\n" if $i != $s[1];
          next if $n eq "."; my $all = "$s[2] $s[3] $s[7] $s[10]"; $p =~ s{/[fgh]$}{/f}; $p =~ s{/d/f}{/f};
          print "$p and $of{$i} are $i\\n" if defined $of{$i} && $of{$i} ne $p; $of{$i} = $p;
          look("$d/$n") if -d _ } } look(".")'
      """;

  private static StackMount mount(Path source) {
    StackMount.Options options = new StackMount.Options();
    options.tree = source;
    long second = TimeUnit.SECONDS.toNanos(1);
    options.validity = new Validity(second, second, 0);
    return new StackMount(options);
  }

  static void check(StackMount mount, Image other) {
    assertThat(Sh.script(mount.mnt, NUMBERS)).isEqualTo(new Sh(0, ""));
    String native0 = copy(mount.source.toString(), other, "native");
    assertThat(copy(mount.mnt.toString(), other, "mount")).isEqualTo(native0).isNotEmpty();
    // What the kernel keeps goes, and the numbers stay.
    List<String> before = numbers(mount);
    mount.shrink();
    assertThat(numbers(mount)).isEqualTo(before);
  }

  private static String copy(String tree, Image to, String name) {
    Sh.script(to.root, "mkdir " + name).succeeds();
    return Sh.run("sh", "-c", COPY, "sh", tree, to.root.resolve(name).toString()).succeeds();
  }

  static List<String> numbers(StackMount mount) {
    return Sh.script(mount.mnt, "find . -printf '%P %i\\n' | sort").succeeds().lines().toList();
  }

  @Test
  void subvolumesAndSnapshots() {
    try (Image image = Image.btrfs();
        Image other = Image.tmpfs()) {
      Sh.script(image.root, SUBVOLUMES).succeeds();
      try (StackMount mount = mount(image.root)) {
        check(mount, other);
        String number = "stat -c %i plain/p";
        assertThat(Sh.script(mount.mnt, number)).isEqualTo(Sh.script(mount.source, number));
      }
    }
  }

  @Test
  void theNextMountHasTheSameNumbers() {
    try (Image image = Image.btrfs()) {
      Sh.script(image.root, SUBVOLUMES).succeeds();
      List<String> first = numbersOf(image.root, "");
      // Btrfs numbers its devices in the order in which they are looked at.
      image.remount();
      assertThat(numbersOf(image.root, "stat plain/inner snap/f sub/f")).isEqualTo(first);
    }
  }

  private static List<String> numbersOf(Path source, String before) {
    Sh.script(source, before).succeeds();
    try (StackMount mount = mount(source)) {
      return numbers(mount);
    }
  }

  @Test
  void anOverlayOfFileSystems() {
    try (Image one = Image.ext4();
        Image two = Image.ext4();
        Image upper = Image.ext4();
        Image other = Image.tmpfs()) {
      Sh.script(one.root, LAYER.formatted("one")).succeeds();
      Sh.script(two.root, LAYER.formatted("two")).succeeds();
      String overlay =
          "mkdir u w all && mount -t overlay -o xino=off,lowerdir=%s:%s,upperdir=u,workdir=w all all";
      Sh.script(upper.root, overlay.formatted(one.root, two.root)).succeeds();
      try (StackMount mount = mount(upper.root.resolve("all"))) {
        Sh.script(mount.source, LAYER.formatted("upper") + " && mkdir one/more").succeeds();
        check(mount, other);
      } finally {
        Sh.script(upper.root, "umount all").succeeds();
      }
    }
  }
}
