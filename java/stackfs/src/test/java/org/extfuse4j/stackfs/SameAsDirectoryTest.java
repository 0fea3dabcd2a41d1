// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs scripts on a mount and on a plain directory: they print the same, end alike and leave the
 * same tree behind, in the directory, the mount and its source.
 */
class SameAsDirectoryTest {
  /** Runs as a user without rights, who is also in group 2000. */
  private static final String[] USER = {
    "setpriv", "--reuid=1000", "--regid=1000", "--groups=2000", "--bounding-set=-all"
  };

  private static final Map<String, String> SCRIPTS = new LinkedHashMap<>();
  private static final Map<String, String> USER_SCRIPTS = new LinkedHashMap<>();

  static {
    SCRIPTS.put(
        "read a tree",
        """
        mkdir -p a/b/c 'a/with blank' && echo one > a/1 && echo two > a/b/2 && ln -s b/2 a/l
        find . -type f -size -1k; find . -size +0 -name '?' | sort; ls -lAR --time-style=+ | grep -v total
        cat a/1 a/b/2 a/l; ls a/nosuch; cat a; head -c 2 a/1; wc -c < a/1; du -s --apparent-size a/1
        test -x a && test -r a/1 && ! test -x a/1; echo $?
        """);
    SCRIPTS.put(
        "copy",
        """
        mkdir -p a/d a/e && seq 5000 > a/f && echo x > a/d/g && ln a/f a/d/hard && ln -s ../f a/e/soft
        chmod 640 a/f && chown 12:34 a/d/g && chmod 4755 a/d/g
        touch -d '2001-02-03 04:05:06.123456789' a/f a/d/g && touch -h -d '1999-01-01 00:00:00.5' a/e/soft
        touch -d '2005-05-05' a/d a/e a
        cp -a a b && cp -r a c && cp a/f d && cp --reflink=auto a/f e && tar cf - a | (mkdir t && tar xf - -C t)
        find a b t/a -printf '%p %TY-%Tm-%Td %TT %n\\n' | sort; diff -r a b && diff -r a c && diff -r a t/a && echo same
        """);
    SCRIPTS.put(
        "move",
        """
        mkdir -p d1/s d2/empty d3 && echo a > a && echo b > b && echo c > d1/c && echo s > d1/s/f
        mv a a2 && mv b d1 && mv d1/c d2/c && mv a2 d1/b && mv d1/s d2/moved && mv d2/moved d3
        mv -T d3 d2/empty; find . | sort; mv -T d2 d1; mv d1 d1/in; mv nosuch x; mv d1/b d1/nosuch/x
        mkdir x y && touch x/f && mv -T y x; mv -T x y; cat d1/b d2/c d2/empty/moved/f; find . | sort
        echo over > o && echo under > u && mv o u && cat u && ls o; stat -c %h d1 d2 d2/empty .
        """);
    SCRIPTS.put(
        "remove",
        """
        mkdir -p a/b/c/d && touch a/1 a/b/2 a/b/c/3 'a/b/-x' && ln -s /nowhere a/dangling
        rmdir a; rm a; rm a/b/c/3 && rmdir a/b/c/d a/b/c && stat -c %h a/b a && rm -r a && ls -A
        rm nosuch; rmdir nosuch; rm -f nosuch; touch f && rmdir f; unlink f && ls -A
        mkdir e && rmdir e && mkdir e && touch e/f && ls e
        """);
    SCRIPTS.put(
        "links",
        """
        echo data > f && ln f g && mkdir d && ln f d/h && stat -c %h f g d/h && rm g && stat -c %h f
        [ f -ef d/h ] && echo same; echo more >> d/h && cat f && mv d/h i && stat -c %h i && ln f i; ln nosuch j; ln d k
        ln -s f s && ln -s s ss && cat ss && readlink s ss && ln -s nowhere dangling && cat dangling; ls -l --time-style=+ s
        ln -s "$(printf %04000d 0)" long && readlink long | wc -c; ln s hard-to-symlink -P && stat -c '%F %h' hard-to-symlink
        ln -s loop loop; cat loop; mv f f2 && cat s; stat -c '%h %s' f2 i
        ln i j && mv i j && ls i j; stat -c %h j
        """);
    SCRIPTS.put(
        "times",
        """
        touch -d '2020-01-02 03:04:05.678901234' f && stat -c '%y %x' f && touch -a -d '2011-11-11 11:11:11.000000001' f
        stat -c '%y %x' f && touch -m -d '1969-12-31 23:59:58 UTC' f && stat -c '%Y %x' f && touch -d '2200-01-01' f && stat -c %Y f
        mkdir d && touch -d '2000-01-01' d && stat -c %y d && touch d/x && [ "$(stat -c %Y d)" -gt 1600000000 ] && echo new
        touch -d '2000-01-01' d && rm d/x && [ "$(stat -c %Y d)" -gt 1600000000 ] && echo new
        touch -d '2000-01-01' f && echo y >> f && [ "$(stat -c %Y f)" -gt 1600000000 ] && echo new
        ln -s f s && touch -h -d '2002-02-02' s && stat -c %y s && touch -r d -d '2000-01-01' f && stat -c %y f
        before=$(stat -c %Z f) && chmod 600 f && [ "$(stat -c %Z f)" -ge "$before" ] && echo ctime
        touch nosuch/f; touch -c nosuch; ls nosuch
        born=$(stat -c %W f) && [ "$born" -gt 1600000000 ] && sleep 1.1 && echo y >> f && [ "$(stat -c %W f)" = "$born" ] && echo birth
        """);
    SCRIPTS.put(
        "modes and owners",
        """
        touch f && mkdir d && for m in 0 777 4755 2755 1777 6711 640; do chmod $m f d; stat -c %a f d; done
        chown 1:2 f && chown 3 f && chown :4 f && stat -c %u:%g f && chmod 6755 f && chown 5:6 f && stat -c %a f
        ln -s f s && chown -h 7:8 s && stat -c %u:%g s f && chown 9:9 s && stat -c %u:%g s f
        chmod 4755 f && echo x >> f && stat -c %a f; chmod 2777 d && mkdir d/sub && touch d/file && stat -c '%a %g' d/sub d/file
        chgrp 77 d && touch d/g && mkdir d/h && stat -c '%a %g' d/g d/h; (umask 027; touch u; mkdir v; stat -c %a u v)
        mkdir -m 1770 w && stat -c %a w; chmod 644 nosuch
        """);
    SCRIPTS.put(
        "sizes",
        """
        seq 1000 > f && truncate -s 100 f && tail -n 2 f && truncate -s +50 f && stat -c %s f && tr -d '\\0' < f | wc -c
        truncate -s 0 f && stat -c %s f && truncate -s 5000000000 f && stat -c %s f && : > f && stat -c %s f
        echo a > g && echo b >> g && cat g && echo c > g && cat g && truncate -s 10 d 2>&1; mkdir e && truncate -s 1 e
        exec 3>h && echo 1 >&3 && stat -c %s h && echo 2 >&3 && stat -c %s h && cat h && exec 3>&- && stat -c %s h
        exec 4<>h && echo x >&4 && cat h && exec 4>&-; (echo 1; echo 2) > i; (echo 3) >> i; cat i; fallocate -l 70000 j && stat -c %s j
        fallocate -n -l 90000 j && stat -c %s j
        """);
    SCRIPTS.put(
        "data",
        """
        seq 1 400000 > big && dd if=big of=copy bs=64k 2>/dev/null && cmp big copy && echo same
        dd if=big of=part bs=1000 skip=3 seek=7 count=5 2>/dev/null && stat -c %s part && sha1sum part
        printf abc | dd of=copy bs=1 seek=1000 conv=notrunc 2>/dev/null && cmp big copy; dd if=/dev/zero of=copy oflag=append conv=notrunc bs=777 count=3 2>/dev/null
        stat -c %s copy; sha1sum copy; dd if=big bs=1M iflag=fullblock 2>/dev/null | sha1sum; dd if=big of=synced bs=1M oflag=sync 2>/dev/null; cmp big synced
        for i in 1 2 3 4 5; do echo $i >> log; done; cat log; sed -i s/3/three/ log && cat log; sort -r log -o log && cat log
        """);
    SCRIPTS.put(
        "holes",
        """
        truncate -s 8M s && printf x | dd of=s bs=1 seek=2M conv=notrunc 2>/dev/null && sync s && stat -c '%s %b' s
        cp --sparse=always s t && sync t && stat -c '%s %b' t && cp --sparse=auto s u && cmp s u && cmp s t && sync u && stat -c %b u
        fallocate -p -o 2M -l 1M s && sync s && stat -c '%s %b' s && tr -d '\\0' < s | wc -c
        """);
    SCRIPTS.put(
        "special files",
        """
        mkfifo p && stat -c %F p && (echo through > p &) && cat p && mknod c c 1 3 && mknod b b 259 70000 && stat -c '%F %t %T' c b
        mknod -m 600 q p && stat -c '%F %a' q && mv p r && rm q && find . -type p; rm c b
        echo x > w && perl -e '($a, $b) = ("w", "v"); syscall(316, -100, $a, -100, $b, 4) == 0 or print "$!\\n"'; stat -c '%F %t %T %n' w v; rm w
        """);
    SCRIPTS.put(
        "files without a name",
        """
        exec 3<>f && echo gone >&3 && rm f && stat -L -c '%h %s' /dev/fd/3 && cat /dev/fd/3 && echo more >&3 && cat /dev/fd/3
        truncate -s 2 /dev/fd/3 && cat /dev/fd/3 && chmod 600 /dev/fd/3 && stat -L -c %a /dev/fd/3 && ls -A; exec 3>&-
        echo old > o && exec 4<o && echo new > n && mv n o && cat <&4 && stat -L -c %h /dev/fd/4 && cat o; exec 4<&-
        """);
    SCRIPTS.put(
        "removed directories",
        """
        mkdir -p d/e && cd d/e && rmdir ../e && ls -A; touch x; mkdir y; stat -c %h . ; cd .. && pwd | sed 's/.*\\///' && rmdir ../d && ls; cd ..
        mkdir d && cd d && mv ../d ../moved && touch here && ls ../moved; cd .. ; ls
        """);
    SCRIPTS.put(
        "large directories",
        """
        seq -f 'name-%.0f' 1000 | xargs touch && ls | wc -l && ls | sha1sum && rm name-1* && ls | wc -l && find . -name 'name-2*' -delete && ls | wc -l
        """);
    SCRIPTS.put(
        "extended attributes",
        """
        echo x > f && mkdir d && ln -s f s && setfattr -n user.a -v 1 f && setfattr -n user.b -v "$(printf %02000d 7)" f
        getfattr -d f && getfattr -n user.b --only-values f | wc -c; getfattr -n user.none f; setfattr -x user.a f; setfattr -x user.a f
        setfattr -n user.x -v y d && getfattr -n user.x d; setfattr -h -n user.s -v 1 s; setfattr -h -n trusted.s -v 1 s && getfattr -h -d -m - s
        setfattr -n trusted.t -v secret f && getfattr -d -m - f; getfattr -n security.capability f; setfattr -n nonsense -v 1 f
        setfattr -n system.nonsense -v 1 f; cp --preserve=all f g && getfattr -d -m - g; mv f h && getfattr -d h; setfattr -n user.empty h
        getfattr -d h; setfattr -n user.big -v "$(printf %060000d 1)" h; setfattr -n user.a -v 1 nosuch; mkfifo p && setfattr -n user.a -v 1 p
        before=$(stat -c %Z g) && sleep 1.1 && setfattr -n user.c -v 1 g && [ "$(stat -c %Z g)" -gt "$before" ] && echo ctime
        """);
    SCRIPTS.put(
        "capabilities",
        """
        cp "$(command -v true)" t && setcap cap_net_raw+ep t && getcap t && cp t u && getcap u; echo x >> t && getcap t; setcap cap_chown+p u && getcap u
        chown 5 u && getcap u; setcap cap_chown+p u && truncate -s 3 u && getcap u; setcap -r t; setcap cap_chown+p t && setcap -r t && getcap t
        """);
    SCRIPTS.put(
        "ACLs",
        """
        mkdir d && setfacl -d -m u:1000:rwx,g:2000:r-x,o::- d && getfacl -c d && (umask 077; touch d/f; mkdir d/e; mkfifo d/p); getfacl -c d/f d/e d/p
        stat -c '%a %n' d/f d/e; touch g && chmod 640 g && setfacl -m u:1000:r g && stat -c %a g && getfacl -c g; chmod 600 g && getfacl -c g
        setfacl -b g && getfacl -c g; stat -c %a g; setfacl -k d && (umask 027; touch d/h) && stat -c %a d/h; setfacl -m d:u:1000:r g
        cp -a d c && getfacl -c c/f; touch k && chgrp 2000 k && chmod 2755 k && setfacl -m u:5:x k && stat -c %a k && getfacl -c k
        setfacl -m u:1000:rx d && mv d/f d/e/f && getfacl -c d/e/f && ln d/e/f d/l && setfacl -m u:7:w d/l && getfacl -c d/e/f
        """);
    SCRIPTS.put(
        "inode flags",
        """
        touch f && mkdir d && chattr +d f && lsattr f && chattr +i f && (echo x >> f; rm f; mv f g; chmod 600 f; ln f h); lsattr f; chattr -i f && rm f
        chattr +a d && touch d/x && rm d/x; lsattr -d d; chattr -a d && rm d/x && lsattr -d d; mkfifo p && lsattr p
        """);
    SCRIPTS.put(
        "allocation",
        """
        seq 100000 > f && fallocate -p -o 8192 -l 8192 f && sha1sum f && fallocate -z -o 0 -l 5000 f && sha1sum f
        stat -c %s f && fallocate -z -n -o 600000 -l 5000 f && stat -c %s f; fallocate -d f && sha1sum f && fallocate -z -o 600000 -l 5000 f; stat -c %s f
        cp f g && cmp f g && cat f g > h && sha1sum h && stat -c %s h; head -c 100 f > i && cat i >> i; cp -a --reflink=never f j && cmp f j && echo same
        """);
    SCRIPTS.put(
        "temporary files",
        """
        perl -e 'umask 027; sysopen(my $f, ".", 020200002, 0666) or die "$!\\n"; syswrite $f, "data"; @s = stat $f; printf "%o %d %d\\n", @s[2,3,7];
            system "ln -L /proc/$$/fd/" . fileno($f) . " linked; stat -c %h linked; ls -A"; syswrite $f, "more"; seek $f, 0, 0; print <$f>, "\\n"'
        cat linked && ln linked l2 && rm linked && cat l2; perl -e 'sysopen(my $f, ".", 020200202, 0600) or die; system "ln -L /proc/$$/fd/" . fileno($f) . " x 2>/dev/null"'; ls
        """);
    SCRIPTS.put(
        "locks",
        """
        echo 12345 > l; exec 8<>l 9<>l; flock -n 8 && echo taken; flock -n 9 || echo busy; flock -u 8; flock -n 9 && echo mine; exec 9>&-; flock -n 8 && echo free
        (flock -s 8 && sleep 0.3) & sleep 0.1; flock -w 5 8 && echo waited; wait
        perl -e 'use Fcntl; open my $f, "+<", "l" or die; my $lk = pack("s s x4 q q i x4", F_WRLCK, 0, 1, 2, 0);
            fcntl($f, F_SETLK, $lk) or die; unless (fork) { open my $g, "+<", "l"; my $q = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
            fcntl($g, F_GETLK, $q) or die; my @q = unpack "s s x4 q q", $q; print "@q\\n"; print fcntl($g, F_SETLK, $q) ? "got" : "$!", "\\n"; exit } wait'
        """);
    USER_SCRIPTS.put(
        "create as a user",
        """
        umask 022; for d in own group setgid sticky; do cd $d && touch f && mkdir s && ln -s f l && mkfifo p && echo x > g && ln g h; cd ..; done
        cd setgid && touch s/deep && mkdir s/t && cd ..; find . -printf '%p %u %g %m\\n' | sort
        (umask 077; touch own/u; mkdir own/v; stat -c %a own/u own/v)
        """);
    USER_SCRIPTS.put(
        "what a user may not do",
        """
        touch no/f; mkdir no/d; cat secret; echo x >> readable; cat readable; rm sticky/roots; mv sticky/roots sticky/x; touch readable
        chmod 777 readable; chown 1000 readable; truncate -s 0 readable; ln readable own/r; ls secretdir; cat secretdir/f; cd secretdir
        touch own/f && chown 0 own/f; chown 1000:2000 own/f && stat -c %g own/f; chown 1000:3000 own/f; chmod 2755 own/f && stat -c %a own/f
        touch own/g && chmod 4711 own/g && stat -c %a own/g && echo x >> own/g && stat -c %a own/g; mknod own/dev c 1 3
        mkdir setgid/m && chmod 755 setgid/m && stat -c %a setgid/m; (umask 0; touch foreign/f; chmod 2777 foreign/f; stat -c '%a %g' foreign/f)
        touch -d 2001-01-01 writable; echo more >> writable; cat writable; touch writable && echo touched; : > writable; stat -c %s writable
        """);
    USER_SCRIPTS.put(
        "what an ACL allows and denies",
        """
        cat acl/mine; cat acl/masked; cat acl/groups; echo x >> acl/groups; ls acl/denied; cat acl/denied/f; touch acl/denied/g; ls acl/open; cat acl/open/f
        touch acl/open/g && getfacl -c acl/open/g; echo x >> acl/none; cat acl/none; setfacl -m u:1000:rw acl/none; getfacl -c acl/mine
        touch own/a && setfacl -m u:5:r own/a && getfacl -c own/a && setfacl -b own/a; setfattr -n user.a -v 1 own/a && getfattr -d -m - own/a
        setfattr -n trusted.a -v 1 own/a; getfattr -d -m - readable; setfattr -n user.a -v 1 readable; setfattr -n security.capability -v 1 own/a
        getfattr -n user.r acl/none; chattr +i own/a; lsattr own/a
        """);
  }

  private static final String USER_FOLDERS =
      """
      mkdir own group setgid sticky no secretdir foreign
      chown 1000:1000 own; chgrp 2000 group setgid; chmod 775 group; chmod 2775 setgid; chmod 1777 sticky; chmod 755 no
      touch sticky/roots secret secretdir/f; echo r > readable; echo w > writable; chmod 600 secret; chmod 700 secretdir; chmod 666 writable
      chgrp 3000 foreign; chmod 2777 foreign; setfattr -n trusted.hidden -v 1 readable; setfattr -n user.shown -v 1 readable
      mkdir acl acl/denied acl/open; for f in mine masked groups none denied/f open/f; do echo $f > acl/$f; chmod 600 acl/$f; done
      setfacl -m u:1000:r acl/mine; setfacl -m u:1000:rw,m::- acl/masked; setfacl -m g:2000:rw acl/groups; setfattr -n user.r -v 1 acl/none
      chmod 755 acl/denied; setfacl -m u:1000:- acl/denied; chmod 700 acl/open; setfacl -m u:1000:rwx,d:u:1000:rw acl/open; setfacl -m u:1000:r acl/open/f
      """;

  @TestFactory
  Stream<DynamicTest> asRoot() {
    return SCRIPTS.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(), () -> compare(new StackMount.Options(), "", e.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> withWriteback() {
    return SCRIPTS.entrySet().stream()
        .map(
            e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(writeback(), "", e.getValue())));
  }

  /** Without file handles. */
  @TestFactory
  Stream<DynamicTest> overOverlayfs() {
    return SCRIPTS.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(overlay(), "", e.getValue())));
  }

  private static StackMount.Options writeback() {
    StackMount.Options options = new StackMount.Options();
    options.writeback = true;
    return options;
  }

  private static StackMount.Options overlay() {
    StackMount.Options options = new StackMount.Options();
    options.lower = "";
    return options;
  }

  @TestFactory
  Stream<DynamicTest> asAUser() {
    return USER_SCRIPTS.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () -> compare(new StackMount.Options(), USER_FOLDERS, e.getValue(), USER)));
  }

  private static void compare(
      StackMount.Options options, String before, String script, String... prefix)
      throws IOException {
    try (StackMount mount = new StackMount(options)) {
      Files.createDirectory(mount.plain.resolve("dir"));
      Files.createDirectory(mount.source.resolve("dir"));
      Sh.script(mount.plain.resolve("dir"), before).succeeds();
      Sh.script(mount.source.resolve("dir"), before).succeeds();
      Sh plain = Sh.script(mount.plain.resolve("dir"), script, prefix);
      Sh mounted = Sh.script(mount.mnt.resolve("dir"), script, prefix);
      assertThat(mounted.output()).isEqualTo(plain.output());
      assertThat(mounted.status()).isEqualTo(plain.status());
      String tree = StackMount.tree(mount.plain);
      assertThat(StackMount.tree(mount.source)).as("source").isEqualTo(tree);
      assertThat(StackMount.tree(mount.mnt)).as("mount").isEqualTo(tree);
    }
  }
}
