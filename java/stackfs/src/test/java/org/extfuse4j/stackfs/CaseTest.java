// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.extfuse4j.cache.Validity;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Sources that ignore case: no answer is believed that another spelling may change. */
class CaseTest {
  /** Each step after the other one's spelling has been looked at. */
  static final List<String> STEPS =
      List.of(
          "ls BAR; echo x > bar; cat BAR",
          "echo y > foo; cat foo Foo; rm Foo; cat foo; ls FOO; ls",
          "echo z > one; cat One ONE; mv ONE two; cat one; cat TWO; ls",
          // exfat-fuse has the kernel believe another spelling's name for a second of its own.
          "mkdir d && ls D && echo in > D/f && cat d/F && rm -r d && sleep 1.1; ls D; ls D/f",
          "ls NEW; mkdir new && rmdir NEW && ls new; ls New",
          "echo 1 > a && echo 2 > b && cat A B && mv a B && cat b; cat A; ls",
          "ls Over; echo old > over && cat OVER && echo new > t && mv T oVer && cat over Over",
          "touch -d 2001-01-01 t1 && stat -c %Y T1 && touch -d 2002-02-02 T1 && stat -c %Y t1");

  static void compare(StackMount mount, String directory) {
    Sh.script(mount.source, "mkdir -p x/native x/mount".replace("x", directory)).succeeds();
    compareSteps(mount, directory);
  }

  static void compareSteps(StackMount mount, String directory) {
    for (String step : STEPS) {
      Sh plain = Sh.script(mount.source.resolve(directory + "/native"), step);
      Sh mounted = Sh.script(mount.mnt.resolve(directory + "/mount"), step);
      assertThat(mounted).as(step).isEqualTo(plain);
    }
    String names = "cd %s/%s && find . -type f -exec head -v {} + | sort";
    assertThat(Sh.script(mount.mnt, names.formatted(directory, "mount")))
        .isEqualTo(Sh.script(mount.source, names.formatted(directory, "native")));
  }

  @TestFactory
  Stream<DynamicTest> fuse() {
    return Stream.of(table("exfat-fuse", Image::exfatFuse), table("lowntfs-3g", Image::ntfs3g));
  }

  private static DynamicTest table(String name, Supplier<Image> make) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (Image image = make.get()) {
            StackMount.Options options = new StackMount.Options();
            options.tree = image.root;
            long minute = TimeUnit.MINUTES.toNanos(1);
            options.validity = new Validity(minute, minute, minute);
            try (StackMount mount = new StackMount(options)) {
              assertThat(Sh.script(image.root, "touch probe; ls PROBE").status()).isZero();
              compare(mount, "all");
            }
          }
        });
  }

  /** What does not ignore case is believed as ever. */
  @Test
  void namesOfADiskAreBelieved() {
    StackMount.Options options = new StackMount.Options();
    long minute = TimeUnit.MINUTES.toNanos(1);
    options.validity = new Validity(minute, minute, minute);
    try (StackMount mount = new StackMount(options)) {
      Sh.script(mount.mnt, "ls none; echo x > f; cat f").output();
      Sh.script(mount.source, "mv f none").succeeds();
      assertThat(Sh.script(mount.mnt, "stat -c %s f && ls none").output())
          .startsWith("2\n")
          .contains("No such file");
    }
  }
}
