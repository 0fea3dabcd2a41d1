#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
#
# usage: scenario.pl MOUNTPOINT
#
# Makes system calls in a mount and prints what they gave, one line each, without what differs from mount to mount:
# inode numbers, times of now, the digits of hidden names.
use strict;
use warnings;
use Fcntl qw(:DEFAULT :flock :seek :mode F_GETLK F_SETLK F_RDLCK F_WRLCK F_UNLCK);
use Errno ();
use POSIX ();

my $mnt = shift or die "usage: $0 MOUNTPOINT\n";
chdir $mnt or die "$mnt: $!\n";
umask 022;
$| = 1;
my $data;

sub err {
    my ($name) = grep { exists &{"Errno::$_"} && $! == Errno->can($_)->() } sort keys %!;
    return $name || "errno " . ($! + 0);
}

sub say_ {
    my $line = join ' ', @_;
    $line =~ s/\.fuse_hidden[0-9a-f]{16}/.fuse_hidden#/g;
    print "$line\n";
}

# Does something that is true when it succeeds.
sub try_ {
    my ($what, $ok) = @_;
    say_($what, $ok ? "ok" : err());
    return $ok;
}

sub type_of {
    my $mode = shift;
    return S_ISDIR($mode) ? "dir" : S_ISREG($mode) ? "reg" : S_ISLNK($mode) ? "lnk" : sprintf("%o", S_IFMT($mode));
}

sub show {
    my ($path) = @_;
    my @s = lstat $path;
    return say_("lstat $path", err()) unless @s;
    say_("lstat $path", type_of($s[2]), sprintf("%04o", $s[2] & 07777), "nlink=$s[3] uid=$s[4] gid=$s[5] size=$s[7] mtime=" .
        ($s[9] > 1000000000 ? "now" : $s[9]));
}

sub list {
    my ($path) = @_;
    opendir my $d, $path or return say_("list $path", err());
    my @names = sort readdir $d;
    rewinddir $d;
    my @again = sort readdir $d;
    say_("list $path:", @names, "@names" eq "@again" ? "" : "BUT AGAIN @again");
    closedir $d;
}

sub content {
    my ($path) = @_;
    sysopen my $f, $path, O_RDONLY or return say_("read $path", err());
    my $n = sysread $f, $data, 1 << 20;
    say_("read $path", defined $n ? "$n bytes " . unpack("%32C*", $data) . " '" . substr($data, 0, 40) . "'" : err());
    close $f;
}

sub put {
    my ($path, $data, $flags) = @_;
    sysopen my $f, $path, $flags, 0640 or return say_("open $path", err());
    my $n = syswrite $f, $data;
    say_("write $path", defined $n ? $n : err());
    say_("close $path", close $f ? "ok" : err());
}

# From asm/unistd_64.h.
my %nr = (setxattr => 188, getxattr => 191, listxattr => 194, removexattr => 197, fallocate => 285, renameat2 => 316);

# syscall takes no literals.
my ($ua, $unone, $two, $big) = ("user.a", "user.none", "two", "big");

sub xattrs {
    my ($path) = @_;
    my $value = "value";
    try_("setxattr $path", 0 == syscall($nr{setxattr}, $path, $ua, $value, length $value, 0));
    try_("setxattr $path, create", 0 == syscall($nr{setxattr}, $path, $ua, $value, length $value, 1));
    my $room = "\0" x 64;
    for my $size (0, 2, 64) {
        my $n = syscall($nr{getxattr}, $path, $ua, $room, $size);
        say_("getxattr $path $size", $n < 0 ? err() : "$n '" . ($size ? substr($room, 0, $n) : "") . "'");
        $n = syscall($nr{listxattr}, $path, $room, $size);
        say_("listxattr $path $size", $n < 0 ? err() : $n);
    }
    try_("getxattr $path none", syscall($nr{getxattr}, $path, $unone, $room, 64) >= 0);
    try_("removexattr $path", 0 == syscall($nr{removexattr}, $path, $ua));
    try_("removexattr $path again", 0 == syscall($nr{removexattr}, $path, $ua));
}

sub tree {
    my ($path) = @_;
    list($path);
    opendir my $d, $path or return;
    my @names = sort grep { !/^\.\.?$/ } readdir $d;
    closedir $d;
    for my $name (@names) {
        my $child = $path eq "." ? $name : "$path/$name";
        show($child);
        -d $child && !-l $child ? tree($child) : -f $child ? content($child) : 0;
    }
}

# What is there.
show(".");
tree(".");
show("missing");
show("missing/deeper");
content("missing");
list("missing");

# Files.
put("f", "hello", O_WRONLY | O_CREAT);
show("f");
content("f");
put("f", "HE", O_WRONLY);
content("f");
put("f", " world", O_WRONLY | O_APPEND);
content("f");
put("f", "x", O_WRONLY | O_CREAT | O_EXCL);
put("f", "short", O_WRONLY | O_TRUNC);
content("f");
put("big", join("", map { chr(ord("a") + $_ % 26) } 1 .. 300_000), O_WRONLY | O_CREAT);
content("big");
if (sysopen my $f, "big", O_RDWR) {
    sysseek $f, 150_000, SEEK_SET;
    say_("read in the middle", sysread($f, $data, 10), $data);
    sysseek $f, 299_995, SEEK_SET;
    say_("read at the end", sysread($f, $data, 10), $data);
    sysseek $f, 149_990, SEEK_SET;
    say_("write in the middle", syswrite $f, "0123456789" x 3);
    try_("ftruncate", truncate $f, 150_005);
    say_("fstat", (stat $f)[7]);
    close $f;
}
content("big");
try_("truncate f 2", truncate "f", 2);
content("f");
try_("truncate missing", truncate "missing", 2);
try_("truncate longer", truncate "f", 10);
show("f");
try_("chmod", chmod 0600, "f");
show("f");
try_("chown", chown 1, 2, "f");
show("f");
try_("utime", utime 1000, 2000, "f");
show("f");
try_("chmod missing", chmod 0600, "missing");
try_("mkfifo", POSIX::mkfifo("fifo", 0600));
show("fifo");

# Directories.
try_("mkdir d", mkdir "d", 0755);
try_("mkdir d again", mkdir "d", 0755);
try_("mkdir missing/d", mkdir "missing/d", 0755);
try_("mkdir d/e", mkdir "d/e", 0700);
put("d/e/g", "deep", O_WRONLY | O_CREAT);
list("d");
show("d/e");
try_("rmdir f", rmdir "f");
try_("unlink d", unlink "d");
put("d", "x", O_WRONLY);

# Renames.
try_("rename f d/f", rename "f", "d/f");
show("f");
content("d/f");
try_("rename d moved", rename "d", "moved");
content("moved/e/g");
show("d/e/g");
tree("moved");
if (sysopen my $f, "moved/e/g", O_RDWR) {
    try_("rename a directory of an open file", rename "moved", "again");
    say_("read it", sysread($f, $data, 10), $data);
    say_("write it", defined syswrite($f, " and more") ? "ok" : err());
    close $f;
    content("again/e/g");
}
put("one", "one", O_WRONLY | O_CREAT);
put("two", "two", O_WRONLY | O_CREAT);
try_("rename onto", rename "one", "two");
content("two");
show("one");
try_("rename missing", rename "missing", "other");
try_("renameat2 noreplace", 0 == syscall($nr{renameat2}, -100, $two, -100, $big, 1));

# Removing what is open.
put("open", "still here", O_WRONLY | O_CREAT);
if (sysopen my $f, "open", O_RDWR) {
    try_("unlink open", unlink "open");
    show("open");
    list(".");
    say_("fstat", (stat $f)[7]);
    say_("read", sysread($f, $data, 20), $data);
    say_("write", defined syswrite($f, "!") ? "ok" : err());
    put("open", "another", O_WRONLY | O_CREAT);
    try_("unlink another", unlink "open");
    close $f;
    select undef, undef, undef, 0.3;    # the release goes its own way
    list(".");
}
put("target", "old", O_WRONLY | O_CREAT);
put("source", "new", O_WRONLY | O_CREAT);
if (sysopen my $f, "target", O_RDONLY) {
    try_("rename onto open", rename "source", "target");
    say_("read", sysread($f, $data, 20), $data);
    content("target");
    list(".");
    close $f;
    select undef, undef, undef, 0.3;
    list(".");
}

# Links.
try_("symlink", symlink "two", "sym");
say_("readlink", readlink "sym" // err());
show("sym");
content("sym");
try_("symlink again", symlink "two", "sym");
say_("readlink two", readlink "two" // err());
try_("link", link "two", "hard");
show("hard");
show("two");
my ($i, $j) = ((lstat "hard")[1] // 0, (lstat "two")[1] // 0);
say_("same inode:", $i == $j ? "yes" : "no");
put("hard", "TWO!", O_WRONLY);
select undef, undef, undef, 1.2;        # beyond the validity of attributes
show("two");
content("two");
try_("link onto", link "two", "big");
try_("unlink hard", unlink "hard");
select undef, undef, undef, 1.2;
show("two");

xattrs("two");

# The rest.
if (sysopen my $f, "two", O_RDWR) {
    try_("flock", flock $f, LOCK_EX | LOCK_NB);
    try_("flock again", flock $f, LOCK_UN);
    my $lock = pack "s s l! l! i", F_WRLCK, SEEK_SET, 0, 10, 0;
    try_("fcntl lock", fcntl $f, F_SETLK, $lock);
    try_("fallocate", 0 == syscall($nr{fallocate}, fileno $f, 0, 0, 5000));
    say_("fstat", (stat $f)[7]);
    my $int = pack "i", 0;
    try_("ioctl", defined ioctl $f, 0x80046601, $int);
    try_("fsync", 0 == syscall(74, fileno $f));
    my $ready = "";
    vec($ready, fileno $f, 1) = 1;
    say_("select", scalar select $ready, undef, undef, 0);
    close $f;
}
if (opendir my $d, ".") {
    my @all = readdir $d;
    rewinddir $d;
    readdir $d for 1 .. 2;
    my $at = telldir $d;
    my @rest = readdir $d;
    seekdir $d, $at;
    my @rest_again = readdir $d;
    say_("seekdir", "@rest" eq "@rest_again" ? "same" : "differs");
    say_("in all", scalar @all - @rest);
    closedir $d;
}
my $long = "n" x 255;
put($long, "long", O_WRONLY | O_CREAT);
content($long);
try_("unlink long", unlink $long);
put("n" x 256, "long", O_WRONLY | O_CREAT);
try_("rmdir again", rmdir "again");
try_("unlink again/e/g", unlink "again/e/g");
try_("rmdir again/e", rmdir "again/e");
try_("unlink missing", unlink "missing");
try_("rmdir missing", rmdir "missing");
if (mkdir "gone", 0755) {
    opendir my $d, "gone";
    try_("rmdir of an open directory", rmdir "gone");
    my @names = readdir $d;
    say_("names in it", scalar @names);
}
tree(".");
