// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** O_APPEND means the end that the file has in the source, whatever the kernel believes. */
class AppendTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Two thousand lines, each by a write(2) of its own; or each by an open(2), too. */
  private static final String LINES =
      """
      perl -e 'use Fcntl; my ($file, $tag, $again) = @ARGV; my $f; sub o { sysopen $f, $file, O_WRONLY | O_APPEND | O_CREAT or die "$!\\n" } o();
        for (1 .. 2000) { o() if $again; syswrite($f, "$tag $_\\n") or die "$!\\n" }' log %s %s
      """;

  static void twoAppenders(StackMount mount, String again, Runnable flush)
      throws InterruptedException {
    Sh[] done = new Sh[1];
    Thread other =
        new Thread(() -> done[0] = Sh.script(mount.source, LINES.formatted("source", again)));
    other.start();
    Sh.script(mount.mnt, LINES.formatted("mount", again)).succeeds();
    other.join();
    done[0].succeeds();
    flush.run(); // of what has changed in the source alone
    for (var tree : List.of(mount.source, mount.mnt)) {
      String counted = "grep -c '^source [0-9]*$' log; grep -c '^mount [0-9]*$' log; wc -l < log";
      assertThat(Sh.script(tree, counted).output()).isEqualTo("2000\n2000\n4000\n");
      assertThat(Sh.script(tree, "sort log | uniq | wc -l").output()).isEqualTo("4000\n");
    }
  }

  @TestFactory
  List<DynamicTest> twoAppenders() {
    List<DynamicTest> tests = new ArrayList<>();
    for (long timeout : new long[] {0, SECOND, 60 * SECOND}) {
      for (String again : List.of("", "again")) {
        StackMount.Options options = new StackMount.Options();
        options.validity = new Validity(timeout, timeout, 0);
        tests.add(
            DynamicTest.dynamicTest(
                timeout / SECOND + " s " + again,
                () -> {
                  try (StackMount mount = new StackMount(options)) {
                    twoAppenders(mount, again, () -> {});
                  }
                }));
      }
    }
    return tests;
  }

  /** In two, on both sides of a page's end, others may append in between. */
  @Test
  void whatOneCallAppendsIsOneRequest() {
    try (StackMount mount = new StackMount()) {
      Sh.script(mount.mnt, "head -c 4090 /dev/zero > f").succeeds();
      long before = mount.session.counters().received(FuseOpcode.WRITE);
      Sh.script(mount.mnt, "printf 123456789 >> f").succeeds();
      assertThat(mount.session.counters().received(FuseOpcode.WRITE) - before).isEqualTo(1);
    }
  }

  /** Pages that the kernel has put together wrongly are not kept, nor mapped. */
  @Test
  void whatLandedElsewhereIsReadThere() {
    StackMount.Options options = new StackMount.Options();
    options.validity = new Validity(600 * SECOND, 600 * SECOND, 0);
    try (StackMount mount = new StackMount(options);
        FsOp source = new FsOp(mount.source);
        FsOp mnt = new FsOp(mount.mnt)) {
      Sh.script(mount.source, "printf aaaa > f").succeeds();
      mnt.ok("open", 1, "+a", "f");
      mnt.ok("open", 2, "r", "f");
      String before = mnt.ok("sum", 2);
      assertThat(before).startsWith("4 ");
      Sh.script(mount.source, "printf bbbb >> f").succeeds();
      mnt.ok("write", 1, 3);
      StackMount.await("the size", () -> mnt.ok("fstat", 1).split(" ", -1)[4].equals("11"));
      assertThat(mnt.ok("sum", 2)).isEqualTo(source.sum("f"));
    }
  }

  @Test
  void whetherItAppendsIsForEachWriteToSay() {
    String script =
        """
        perl -e 'use Fcntl; sysopen my $f, "f", O_RDWR | O_APPEND | O_CREAT or die; syswrite $f, "12345678"; seek $f, 0, 0;
          syswrite $f, "9"; fcntl $f, F_SETFL, 0; seek $f, 2, 0; syswrite $f, "xx"; fcntl $f, F_SETFL, O_APPEND; syswrite $f, "0"'
        cat f; echo; perl -e 'open my $f, "+<", "f"; seek $f, 5, 0; syswrite $f, "yy"'; cat f
        """;
    compare(script);
  }

  /** Opened with the flag, and mapped: the pages stay where they are. */
  @Test
  void aMappingDoesNotAppend() {
    compareCalls(
        new Object[] {"open", 1, "+ca", "f", 0644},
        new Object[] {"write", 1, 10_000},
        new Object[] {"map-write", 1, 10_000},
        new Object[] {"fsync", 1},
        new Object[] {"write", 1, 5},
        new Object[] {"close", 1});
  }

  @Test
  void filesThatCanOnlyBeAppendedTo() {
    compare(
        """
        echo one > l && chattr +a l && echo two >> l && cat l && (exec 3>>l; echo three >&3; echo four >&3); cat l
        echo five > l; echo $?; cat l; printf x | dd of=l conv=notrunc 2>/dev/null; echo $?; cat l; truncate -s 1 l 2>/dev/null; echo $?; rm l 2>/dev/null; echo $?
        perl -e 'use Fcntl; sysopen my $f, "l", O_RDWR | O_APPEND or die "$!"; seek $f, 0, 0; print scalar <$f>; syswrite $f, "six\\n"'
        tail -n 2 l; chattr -a l && echo seven > l && cat l
        """);
  }

  @Test
  void filesThatCanOnlyBeAppendedToAreNotMapped() {
    try (StackMount mount = new StackMount();
        FsOp mnt = new FsOp(mount.mnt)) {
      Sh.script(mount.source, "seq 1000 > l && chattr +a l").succeeds();
      try {
        mnt.ok("open", 1, "+a", "l");
        // What the source says is EACCES; a change that could not be written must not succeed.
        mnt.fails("ENODEV", "map-write", 1, 100);
        mnt.ok("write", 1, 10);
        try (FsOp source = new FsOp(mount.source)) {
          assertThat(mnt.sum("l")).startsWith("3903 ").isEqualTo(source.sum("l"));
        }
        // fcntl(2) takes the flag away, which the source would not allow; nor does it this write.
        String overwrite =
            "perl -e 'use Fcntl; sysopen my $f, q(l), O_RDWR | O_APPEND or die; fcntl $f, F_SETFL, 0;"
                + " seek $f, 0, 0; print syswrite($f, q(over)) ? q(wrote) : $!'; head -n 1 l";
        assertThat(Sh.script(mount.mnt, overwrite))
            .isEqualTo(new Sh(0, "Operation not permitted1\n"));
      } finally {
        Sh.script(mount.source, "chattr -a l").succeeds();
      }
    }
  }

  private static void compare(String script) {
    for (boolean writeback : new boolean[] {false, true}) {
      StackMount.Options options = new StackMount.Options();
      options.writeback = writeback;
      try (StackMount mount = new StackMount(options)) {
        Sh plain = Sh.script(mount.plain, script);
        assertThat(Sh.script(mount.mnt, script)).isEqualTo(plain);
        assertThat(StackMount.tree(mount.source)).isEqualTo(StackMount.tree(mount.plain));
      }
    }
  }

  private static void compareCalls(Object[]... calls) {
    for (boolean writeback : new boolean[] {false, true}) {
      StackMount.Options options = new StackMount.Options();
      options.writeback = writeback;
      try (StackMount mount = new StackMount(options);
          FsOp mnt = new FsOp(mount.mnt);
          FsOp plain = new FsOp(mount.plain)) {
        for (Object[] call : calls) {
          assertThat(mnt.run(call)).as("%s", List.of(call)).isEqualTo(plain.run(call));
        }
        assertThat(mnt.sum("f")).isEqualTo(plain.sum("f"));
      }
    }
  }
}
