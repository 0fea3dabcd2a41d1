#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/xfstests.sh XFSTESTS RESULTS DISK ext4|off|required [ARGUMENT]...
#
# Runs XFSTESTS/check ARGUMENT... as root on ext4, or on mounts of two ext4 file systems with --cache=off or --cache=required. The
# file systems are sparse files in DISK. What check leaves is in the folder RESULTS, with the tests that passed, failed and were
# not run in three files, one a line. Mounts, processes and users are in namespaces of this script's own, and gone at its end: some
# tests end processes by their names.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

(($# >= 4)) || { print_usage >&2; exit 2; }
if [[ ${EXTFUSE_XFSTESTS_INSIDE:-} != yes ]]; then
    EXTFUSE_XFSTESTS_INSIDE=yes exec unshare --mount --pid --fork --kill-child --mount-proc -- "$0" "$@"
fi

xfstests=$(readlink -f "$1")
mkdir -p "$2" "$3"
results=$(readlink -f "$2")
disk=$(readlink -f "$3")
kind=$4
shift 4
rm -rf "${results:?}"/*
work=$(mktemp -d "$disk/xfstests.XXXXXX")
# The users of the tests walk through it.
chmod 755 "$work"
mkdir -p "$work"/{test,scratch,source/test,source/scratch,sbin,tmp}

# The tests use names in /tmp by their process's number, which others have too in this namespace. What else is there is not seen.
private_tmp() {
    local folder
    chmod 1777 "$work/tmp"
    for folder in "$xfstests" "$results" "$disk" "$REPO"; do
        if [[ $folder/ == /tmp/* ]]; then
            mkdir -p "$work$folder"
            mount --bind "$folder" "$work$folder"
        fi
    done
    mount --rbind "$work/tmp" /tmp
    mkdir -p /run/extfuse
    mount -t tmpfs -o mode=755 run /run/extfuse
}

# The users that the tests ask for, with their groups.
add_users() {
    local file
    for file in passwd group shadow; do
        cp -p "/etc/$file" "$work/$file"
    done
    printf '%s:x:%s:%s::/tmp:/bin/bash\n' fsgqa 5001 5001 fsgqa2 5002 5002 123456-fsgqa 5003 5003 >>"$work/passwd"
    printf '%s:x:%s:\n' fsgqa 5001 fsgqa2 5002 123456-fsgqa 5003 sys 5004 >>"$work/group"
    printf '%s:*:19000:0:99999:7:::\n' fsgqa fsgqa2 123456-fsgqa >>"$work/shadow"
    for file in passwd group shadow; do
        mount --bind "$work/$file" "/etc/$file"
    done
}

# disk_of NAME: sets device.
disk_of() {
    local image=$work/$1.img
    truncate -s 10G "$image"
    mke2fs -q -F -t ext4 -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$image"
    device=$(losetup --find --show "$image")
    on_exit "losetup -d '$device'"
}

private_tmp
add_users
{
    printf 'export %s=%q\n' TEST_DIR "$work/test" SCRATCH_MNT "$work/scratch" RESULT_BASE "$results"
    for name in test scratch; do
        disk_of "$name"
        if [[ $kind == ext4 ]]; then
            printf 'export %s_DEV=%q\n' "${name^^}" "$device"
            continue
        fi
        mount "$device" "$work/source/$name"
        on_exit "umount '$work/source/$name'"
        # The tests take the first column of the mount table for the device, and unmount it by that.
        mkdir "$work/source/$name/top"
        printf 'export %s_DEV=%q\n' "${name^^}" "$work/source/$name/top"
    done
    if [[ $kind == ext4 ]]; then
        printf 'export FSTYP=ext4\n'
    else
        printf 'export FSTYP=fuse FUSE_SUBTYP=.extfuse\n'
        printf 'export %s=%q\n' MOUNT_OPTIONS "-o cache=$kind" TEST_FS_MOUNT_OPTS "-o cache=$kind"
    fi
} >"$work/config"
on_exit "umount -q '$work/scratch' '$work/test'"

# mount(8) looks for mount.fuse.extfuse in /sbin only.
ln -s "$here/../bin/mount.fuse.extfuse" "$work/sbin/"
sbin=$(readlink -f /sbin)
mount -t overlay -o "lowerdir=$work/sbin:$sbin" overlay "$sbin"

export HOST_OPTIONS=$work/config
cd "$xfstests"
# Its status is 1 when a test failed.
./check "$@" || true
[[ -s $results/check.log ]] || die "check of xfstests ran no test: see above"

# The words of a line of check.log, one a line.
line() {
    sed -n "s/^$1: *//p" "$results/check.log" | tr ' ' '\n' | sed '/^$/d' | sort -u
}
line 'Not run' >"$results/notrun"
line Failures >"$results/failed"
line Ran | sort -u | comm -23 - <(sort -u "$results/notrun" "$results/failed") >"$results/passed"
