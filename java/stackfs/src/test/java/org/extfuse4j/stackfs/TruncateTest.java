// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What cutting a file sets of its times, when it is as short already, each file system decides. */
class TruncateTest {
  /** Ways to cut, of a file that has so many bytes: whether they move mtime and ctime. */
  static final String WAYS =
      """
      cut() { rm -f f; head -c $2 /dev/zero > f; chmod ${4:-644} f; touch -d 2001-01-01 f; before=$(stat -c %z f); sleep 0.02; eval "$3"
        [ "$(stat -c %Y f)" = 978307200 ] && m=stays || m=moves; [ "$(stat -c %z f)" = "$before" ] && c=stays || c=moves
        echo "$1 of $2: mtime $m, ctime $c, $(stat -c '%s %a' f)"; }
      for n in 0 10; do
        cut 'O_TRUNC' $n ': > f'
        cut 'O_RDONLY and O_TRUNC' $n "perl -e 'use Fcntl; sysopen my \\$f, q(f), O_RDONLY | O_TRUNC or die'"
        cut 'O_CREAT and O_TRUNC' $n "perl -e 'use Fcntl; sysopen my \\$f, q(f), O_RDWR | O_CREAT | O_TRUNC or die'"
        cut 'O_APPEND and O_TRUNC' $n "perl -e 'use Fcntl; sysopen my \\$f, q(f), O_WRONLY | O_APPEND | O_TRUNC or die; syswrite \\$f, q(abc)'"
        cut 'truncate' $n "perl -e 'truncate q(f), 0 or die'"
        cut 'truncate to the same' $n "perl -e 'truncate q(f), $n or die'"
        cut 'ftruncate' $n "perl -e 'open my \\$f, q(+<), q(f); truncate \\$f, 0 or die'"
        cut 'ftruncate to the same' $n "perl -e 'open my \\$f, q(+<), q(f); truncate \\$f, $n or die'"
        cut 'longer' $n "perl -e 'truncate q(f), 20 or die'"
        cut 'O_TRUNC with set-id' $n ': > f' 6755
      done
      echo old > g; exec 3<g; : > g; cat <&3; echo new > g; cat <&3; exec 3<&-; cat g; rm f g
      """;

  @TestFactory
  Stream<DynamicTest> sources() {
    return Stream.of(
        table("ext4", Image::ext4, false),
        table("xfs", Image::xfs, false),
        table("btrfs", Image::btrfs, false),
        table("tmpfs", Image::tmpfs, false),
        table("xfs with writeback", Image::xfs, true));
  }

  private static DynamicTest table(String name, Supplier<Image> make, boolean writeback) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (Image image = make.get()) {
            StackMount.Options options = new StackMount.Options();
            options.tree = image.root;
            options.writeback = writeback;
            try (StackMount mount = new StackMount(options)) {
              Sh.script(image.root, "mkdir native mount && chmod 777 native mount").succeeds();
              for (String[] user :
                  new String[][] {{}, {"setpriv", "--reuid=1000", "--clear-groups"}}) {
                Sh plain = Sh.script(image.root.resolve("native"), WAYS, user);
                assertThat(Sh.script(mount.mnt.resolve("mount"), WAYS, user)).isEqualTo(plain);
                assertThat(plain.output()).contains("O_TRUNC of 0: mtime moves");
              }
            }
          }
        });
  }
}
