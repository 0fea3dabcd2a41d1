// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.jnrfuse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import jnr.ffi.Runtime;
import org.extfuse4j.cache.CacheMode;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.jnrfuse.ExtFuse;
import org.extfuse4j.jnrfuse.ExtFuseMount;
import org.extfuse4j.jnrfuse.FullFs;
import org.extfuse4j.jnrfuse.FuseCache;
import org.extfuse4j.jnrfuse.JnrFuseOptions;
import org.extfuse4j.jnrfuse.Mounts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * The file system changes while the kernel believes what it was told for a minute: what a callback
 * is called for is what the file system, as it is now, would let the caller do.
 */
class RightsTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final String NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups ";

  /** Opens a file, waits for a name, and changes the file by its descriptor. */
  private static final String OWNER =
      """
      $| = 1;
      open(my $f, "+>", "d/f") or die "$!";
      mkdir("p/ready") or die "$!";
      while (1) { opendir(P, "p"); last if grep { /go/ } readdir(P); select(undef, undef, undef, 0.02) }
      print chmod(04755, $f), chown(65534, 65534, $f), utime(1, 1, $f), "\\n";
      system("setfattr", "-n", "user.x", "-v", "1", "/proc/$$/fd/" . fileno($f));
      """;

  /** Opens in create what exists, as open(2) with O_CREAT does. */
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  private static class Source extends FullFs {
    volatile String appears;
    volatile String overtaken;
    volatile String failsOnce;

    /**
     * A notice about one file overtakes each answer about it, so that the kernel does not take what
     * that tells: it goes by what it heard before.
     */
    @Override
    public int getattr(String path, FileStat stat) {
      if (path.equals(failsOnce)) {
        failsOnce = null;
        return -5;
      }
      int rc = super.getattr(path, stat);
      if (path.equals(overtaken)) {
        FuseCache.of(this).invalidateAttributes(path);
        LockSupport.parkNanos(100_000_000);
      }
      return rc;
    }

    @Override
    public int create(String path, long mode, FuseFileInfo fi) {
      if (path.equals(appears)) {
        secret(path);
      }
      int rc = super.mknod(path, mode | 0100000, 0);
      boolean excl = (fi.flags.get() & 0200) != 0;
      fi.fh.set(77);
      return rc == -17 && !excl ? 0 : rc;
    }

    void secret(String path) {
      super.mknod(path, 0100600, 0);
      super.chown(path, 0, 0);
    }
  }

  private final Source fs = new Source();
  private final Path dir = Mounts.newMountPoint();
  private ExtFuseMount mount;

  @BeforeEach
  void mount() {
    mount =
        ExtFuse.mount(
            fs,
            dir,
            new JnrFuseOptions()
                .cache(CacheMode.OFF)
                .validity(new Validity(MINUTE, MINUTE, MINUTE))
                .allowOther(true)
                .defaultPermissions(true));
    assertThat(Mounts.sh(dir, "chmod 755 . && mkdir -m 1777 d && mkdir -m 777 p")).isEmpty();
  }

  @AfterEach
  void unmount() throws IOException {
    assertThat(mount.audit().faults()).isEmpty();
    mount.close();
    Files.delete(dir);
  }

  private String nobody(String script) {
    return Mounts.sh(dir, NOBODY + "sh -c '" + script + "' 2>&1");
  }

  @Test
  void createDoesNotOpenWhatTheKernelDidNotKnow() {
    assertThat(nobody("stat d/f")).contains("No such file");
    fs.secret("/d/f");
    assertThat(nobody("echo x >> d/f")).contains("Permission denied");
    assertThat(Mounts.sh(dir, "stat -c %s d/f")).isEqualTo("0");
  }

  @Test
  void createDoesNotOpenWhatAppearsMeanwhile() {
    fs.appears = "/d/f";
    assertThat(nobody("echo x >> d/f")).contains("Permission denied");
    assertThat(Mounts.sh(dir, "stat -c %s d/f")).isEqualTo("0");
  }

  @Test
  void whoMayOpenWhatAppearedDoes() {
    assertThat(nobody("stat d/f")).contains("No such file");
    fs.secret("/d/f");
    fs.chmod("/d/f", 0666);
    assertThat(nobody("echo x >> d/f && cat d/f")).isEqualTo("x");
    assertThat(nobody("set -C; echo x > d/f")).contains("exists");
  }

  @ParameterizedTest
  @CsvSource({
    "'rm -f d/f', not permitted",
    "'mv d/f d/g', not permitted",
    "'mv d/h d/f', not permitted",
    "'chmod 4755 d/f', not permitted",
    "'touch -d 2001-01-01 d/f', Permission denied",
    "'truncate -s 1 d/f', Permission denied",
    "'cat d/f', Permission denied",
    "'echo x > d/f', Permission denied",
    "'setfattr -n user.x -v 1 d/f', Permission denied"
  })
  void aFileThatIsAnothersByNow(String script, String error) {
    assertThat(
            nobody("echo mine > d/f; echo mine > d/h; stat d/f d/h > /dev/null; ls d > /dev/null"))
        .isEmpty();
    fs.chown("/d/f", 0, 0);
    fs.chmod("/d/f", 0600);
    fs.chmod("/d", 01755);
    fs.chmod("/d", 01777);
    assertThat(nobody(script)).contains(error);
    assertThat(Mounts.sh(dir, "stat -c '%a %u %s' d/f")).isEqualTo("600 0 5");
  }

  @ParameterizedTest
  @CsvSource({
    "/d/f, 'rm -f d/f', not permitted",
    "/d/f, 'mv d/f d/g', not permitted",
    "/d/f, 'mv d/h d/f', not permitted",
    "/d/f, 'chmod 4755 d/f', not permitted",
    "/d/f, 'touch -d 2001-01-01 d/f', denied",
    "/d/f, 'truncate -s 1 d/f', denied",
    "/d/f, 'cat d/f', denied",
    "/d/f, 'echo x > d/f', denied",
    "/d/f, 'ln d/f d/g', 'denied|permitted'",
    "/d/f, 'setfattr -n user.x -v 1 d/f', denied",
    "/p, 'mkdir p/new', denied",
    "/p, 'rm p/old', denied",
    "/p, 'cat p/old', denied",
    "/p, 'ls p', denied"
  })
  void whatTheKernelDidNotHearIsNotTakenForWhatItGoesBy(String path, String script, String error) {
    assertThat(nobody("echo mine > d/f; echo mine > d/h; echo x > p/old; ls d p > /dev/null"))
        .isEmpty();
    assertThat(nobody("stat p d/f d/h p/old > /dev/null")).isEmpty();
    fs.chown(path, 0, 0);
    fs.chmod(path, path.equals("/p") ? 0700 : 0600);
    fs.overtaken = path;
    assertThat(nobody(script)).containsPattern(error);
    fs.overtaken = null;
    assertThat(Mounts.sh(dir, "stat -c '%a %u %s' d/f"))
        .isEqualTo(path.equals("/p") ? "644 65534 5" : "600 0 5");
  }

  @ParameterizedTest
  @CsvSource({
    "/d/f, 'rm -f d/f'",
    "/d/f, 'chmod 4755 d/f'",
    "/d/f, 'truncate -s 1 d/f'",
    "/d/f, 'echo x > d/f'",
    "/d, 'rm -f d/f'",
    "/p, 'mkdir p/new'",
    "/p, 'ls p'"
  })
  void whatCannotBeLookedAtIsNotChanged(String path, String script) {
    assertThat(
            nobody(
                "echo mine > d/f; echo mine > d/h; ls d p > /dev/null; stat p d/f d/h > /dev/null"))
        .isEmpty();
    fs.chown("/d/f", 0, 0);
    fs.chmod("/d/f", 0600);
    fs.chmod("/p", 0700);
    fs.failsOnce = path;
    assertThat(nobody(script)).contains("Input/output error");
    FileStat now = new FileStat(Runtime.getSystemRuntime());
    assertThat(fs.getattr("/d/f", now)).isZero();
    assertThat(now.st_mode.intValue()).isEqualTo(0100600);
    assertThat(now.st_size.longValue()).isEqualTo(5);
    assertThat(fs.getattr("/p/new", now)).isEqualTo(-2);
  }

  /** The owner's rights are looked at as the kernel does it, where it may go by something old. */
  @ParameterizedTest
  @CsvSource({
    "600, 65534, 0, 'rm d/f'",
    "600, 65534, 0, 'chmod 640 d/f && touch d/f && truncate -s 3 d/f && ln d/f d/g'",
    "460, 0, 65534, 'echo x >> d/f'",
    "406, 0, 0, 'touch d/f && echo x >> d/f && cat d/f > /dev/null'",
    "644, 0, 0, 'cat d/f > /dev/null'"
  })
  void whoMayDoesStill(String mode, long uid, long gid, String script) {
    assertThat(nobody("echo mine > d/f; ls d > /dev/null; stat d/f > /dev/null")).isEmpty();
    fs.chown("/d/f", uid, gid);
    fs.chmod("/d/f", Integer.parseInt(mode, 8));
    assertThat(Mounts.sh(dir, NOBODY + "cat d/f 2>&1; stat d/f > /dev/null")).isNotNull();
    assertThat(nobody(script)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'mkdir p/new'", "'mknod p/new p'", "'ln -s x p/new'", "'echo x > p/new'", "'rm p/old'",
    "'mv p/old d/new'", "'mv d/h p/new'", "'ln d/h p/new'", "'cat p/old'", "'ls p'"
  })
  void aDirectoryThatIsClosedByNow(String script) {
    assertThat(nobody("echo x > p/old; echo x > d/h; stat p p/old d/h > /dev/null")).isEmpty();
    fs.chmod("/p", 0700);
    fs.chown("/p", 0, 0);
    assertThat(nobody(script)).contains("Permission denied");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOpenFileIsChangedByItsOwnerOnly(boolean taken) throws Exception {
    Thread root =
        new Thread(
            () -> {
              String ready =
                  "for i in $(seq 500); do ls p | grep -q ready && break; sleep 0.02; done";
              assertThat(Mounts.sh(dir, ready)).isEmpty();
              fs.chown("/d/f", taken ? 0 : 65534, taken ? 0 : 65534);
              assertThat(Mounts.sh(dir, "touch p/go")).isEmpty();
            });
    root.start();
    Path script = Files.createTempFile("owner", ".pl");
    Files.writeString(script, OWNER);
    assertThat(script.toFile().setReadable(true, false)).isTrue();
    String seen = nobody("perl " + script);
    Files.delete(script);
    root.join();
    if (taken) {
      assertThat(seen).startsWith("000").contains("setfattr:");
      assertThat(Mounts.sh(dir, "stat -c '%a %u' d/f")).isEqualTo("644 0");
    } else {
      assertThat(seen).isEqualTo("111");
    }
  }

  @Test
  void ofSystemAttributesAclsOnlyAreChanged() {
    fs.mknod("/p/f", 0100666, 0);
    assertThat(nobody("setfattr -n system.x -v 1 p/f")).contains("not supported");
    assertThat(Mounts.sh(dir, "setfattr -n trusted.x -v 1 p/f; setfattr -n user.y -v 1 p/f"))
        .isEmpty();
    assertThat(Mounts.sh(dir, "getfattr -m - p/f")).contains("trusted.x", "user.y");
    assertThat(nobody("getfattr -m - p/f")).contains("user.y").doesNotContain("trusted");
  }
}
