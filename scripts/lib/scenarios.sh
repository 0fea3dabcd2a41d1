#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/scenarios.sh MOUNT SOURCE [SCENARIO]...
#
# What people do with a file system, done on a mount of SOURCE at MOUNT: git, tar, make, sqlite, rsync and stress-ng,
# with the check that each of them has of its own, and the mount compared with its source. Both must be empty; SOURCE is
# on a disk's file system. Prints a line for each; ends with 1 if one failed.
#
# shellcheck disable=SC2317 # the scenarios are called by their names
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

(($# >= 2)) || { print_usage >&2; exit 2; }
mount=$(readlink -f "$1")
source=$(readlink -f "$2")
shift 2
work=$(mktemp -d)
# shellcheck disable=SC2016
on_exit 'rm -rf "$work"'

export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name test
git config --global user.email test@localhost
git config --global safe.directory '*'
git config --global gc.auto 0

# All that a tree is, but access times and the sizes of directories.
describe() {
    (
        cd "$1"
        find . \( -type d -printf '%P %y %m %n %U %G %T@ %i\n' \) -o -printf '%P %y %m %n %U %G %s %T@ %C@ %i %l\n' | sort
        find . -type f -print0 | sort -z | xargs -0r sha1sum
        getfattr -R -h -d -m - . 2>/dev/null
    )
}

# same DIR: the mount shows of it what the source has, with everything cached and the second time too.
same() {
    describe "$source/$1" >"$work/source"
    describe "$mount/$1" >"$work/mount1"
    describe "$mount/$1" >"$work/mount2"
    diff "$work/source" "$work/mount1"
    diff "$work/source" "$work/mount2"
}

# A tree with a bit of everything in $1.
odd_tree() {
    mkdir -p "$1/a/b/c" "$1/acl" "$1/$(printf 'n%.0s' {1..255})" "$1"/$'odd \xff\n name'
    seq 3000 >"$1/a/file"
    ln "$1/a/file" "$1/a/b/hard"
    ln -s ../file "$1/a/b/soft"
    ln -s nowhere "$1/a/dangling"
    mkfifo "$1/a/fifo"
    truncate -s 3M "$1/a/sparse"
    printf middle | dd of="$1/a/sparse" bs=1 seek=1M conv=notrunc status=none
    printf secret >"$1/acl/f"
    chmod 600 "$1/acl/f"
    setfacl -m u:1000:r,g:7:rw "$1/acl/f"
    setfacl -m d:u:1000:rwx "$1/acl"
    setfattr -n user.comment -v 'a value' "$1/a/file"
    setfattr -n trusted.t -v 1 "$1/a/b"
    install -m 4711 /dev/null "$1/a/b/c/suid"
    touch -d '2001-02-03 04:05:06.789' "$1/a/file" "$1/a/b/c"
    chown -h 12:34 "$1/a/b/soft" "$1/a/b/c"
    for i in {1..60}; do echo "$i" >"$1/a/b/c/$i"; done
}

run_git() {
    # A history of its own, so that nothing depends on how this checkout came here.
    local origin=$work/origin i
    git init -q "$origin"
    for i in 1 2 3; do
        mkdir -p "$origin/d$i/sub"
        for n in {1..40}; do seq "$i" $((n * 10)) >"$origin/d$i/sub/f$n"; done
        ln -s "d$i/sub/f1" "$origin/link$i"
        git -C "$origin" add -A
        git -C "$origin" commit -qm "state $i"
        git -C "$origin" branch "state$i"
    done
    git -C "$origin" mv d1 moved
    git -C "$origin" rm -q d2/sub/f1?
    git -C "$origin" commit -qm "moved and removed"
    git clone -q --no-hardlinks "$origin" "$mount/clone"
    cd "$mount/clone"
    for i in state1 state3 state2 master state1 master; do
        git checkout -q "$i" 2>/dev/null || git checkout -q -b "$i" "origin/$i"
        [[ -z $(git status --porcelain) ]]
    done
    echo change >>d3/sub/f5
    [[ $(git status --porcelain) == ' M d3/sub/f5' ]]
    git stash -q
    git stash pop -q
    git checkout -q -- d3
    git repack -qad
    git fsck --full --strict
    cd /
    # The same index fits the source: every time and inode number in it is the source's own. It must not be written there.
    [[ -z $(GIT_OPTIONAL_LOCKS=0 git -C "$source/clone" status --porcelain) ]]
    same clone
}

run_tar() {
    odd_tree "$work/odd"
    tar -C "$work/odd" --xattrs --xattrs-include='*' --acls --sparse -cf "$work/1.tar" .
    mkdir "$mount/tar" "$work/back"
    tar -C "$mount/tar" --xattrs --xattrs-include='*' --acls --sparse -xpf "$work/1.tar"
    tar -C "$mount/tar" --xattrs --xattrs-include='*' --acls --sparse -d -f "$work/1.tar"
    tar -C "$mount/tar" --xattrs --xattrs-include='*' --acls --sparse -cf - . | tar -C "$work/back" \
        --xattrs --xattrs-include='*' --acls -xpf -
    diff -r --no-dereference -x fifo "$work/odd" "$work/back"
    diff <(cd "$work/odd" && find . ! -name 'odd*' | sort | getfacl -P -) <(cd "$mount/tar" && find . ! -name 'odd*' | sort | getfacl -P -)
    same tar
}

run_make() {
    local n
    mkdir "$mount/make"
    cd "$mount/make"
    for n in 1 2 3 4; do
        printf '#include "all.h"\nint f%s(void) { return %s * FACTOR; }\n' "$n" "$n" >"f$n.c"
    done
    printf '#define FACTOR 2\nint f1(void), f2(void), f3(void), f4(void);\n' >all.h
    printf '#include <stdio.h>\n#include "all.h"\nint main(void) { printf("%%d\\n", f1() + f2() + f3() + f4()); }\n' >main.c
    # shellcheck disable=SC2016
    printf 'objects = main.o f1.o f2.o f3.o f4.o\nprogram: $(objects)\n\tcc -o $@ $^\n$(objects): all.h\n' >Makefile
    make -s -j2
    [[ $(./program) == 20 ]]
    [[ $(make) == *"up to date"* ]]
    sed -i 's/FACTOR 2/FACTOR 3/' all.h
    make -s -j2
    [[ $(./program) == 30 ]]
    touch f2.c
    [[ $(make -n | wc -l) == 2 ]]
    make -s
    make -q
    rm f3.o
    if make -q; then return 1; fi
    cd /
    same make
}

run_sqlite() {
    local mode i
    mkdir "$mount/sqlite"
    for mode in delete wal; do
        local db=$mount/sqlite/$mode.db
        sqlite3 "$db" "pragma journal_mode=$mode; create table t(writer int, n int, pad text); create index i on t(n);" >/dev/null
        for i in 1 2 3; do
            (for n in {1..12}; do
                echo ".timeout 60000"
                echo "begin immediate; insert into t select $i, value, hex(randomblob(50)) from generate_series(1, 30);"
                echo "update t set pad = 'x' where writer = $i and n = $n; commit;"
            done | sqlite3 -bail "$db" || echo failed >"$work/sqlite-failed") &
        done
        wait
        [[ ! -e $work/sqlite-failed ]]
        [[ $(sqlite3 "$db" 'pragma integrity_check; select count(*) from t;') == $'ok\n1080' ]]
        sqlite3 "$db" 'delete from t where n % 2; vacuum;'
        [[ $(sqlite3 "$source/sqlite/$mode.db" 'pragma integrity_check; select count(*) from t;') == $'ok\n540' ]]
    done
}

run_rsync() {
    odd_tree "$work/there"
    rsync -aHAX "$work/there/" "$mount/rsync/"
    [[ -z $(rsync -aHAXn -i --checksum --delete "$work/there/" "$mount/rsync/") ]]
    rsync -aHAX "$mount/rsync/" "$work/again/"
    [[ -z $(rsync -aHAXn -i --checksum --delete "$work/there/" "$work/again/") ]]
    same rsync
}

# Stressors of files and directories that check their own results, each alone and then some together.
run_stress() {
    local one=(access chmod chown dentry dir dirmany fallocate fcntl file-ioctl filename flock fpunch fstat getdent hdd lease link
        locka lockf lockofd mmap open rename seek touch unlink utime xattr)
    local options=(--temp-path "$mount/stress" --verify --no-rand-seed --metrics-brief) stressor known together=()
    mkdir "$mount/stress"
    known=" $(stress-ng --stressors) "
    for stressor in "${one[@]}"; do
        # Their names change between versions.
        [[ $known == *" $stressor "* ]] || continue
        together+=("--$stressor" 1)
    done
    ((${#together[@]} >= 40))
    stress-ng "${options[@]}" "${together[@]}" --hdd-bytes 4M --fallocate-bytes 4M --seek-size 2M \
        --dentries 200 --sequential 1 -t "${EXTFUSE_STRESS_SECONDS:-1}"
    stress-ng "${options[@]}" --rename 1 --dir 1 --chmod 1 --utime 1 --xattr 1 --dentry 1 --touch 1 --dentries 100 \
        -t "${EXTFUSE_STRESS_SECONDS:-4}"
    rm -rf "$mount/stress"
    [[ ! -e $source/stress ]]
}

# One runs in this shell: in a condition, set -e would not count.
if (($# == 1)); then
    "run_$1"
    exit
fi
(($#)) || set -- git tar make sqlite rsync stress
bad=0
for scenario; do
    begin=$SECONDS
    if "$0" "$mount" "$source" "$scenario" >"$work/log" 2>&1; then
        say "ok: $scenario ($((SECONDS - begin)) s)"
    else
        say "FAILED: $scenario:"
        tail -n 30 "$work/log" >&2
        bad=1
    fi
done
exit "$bad"
