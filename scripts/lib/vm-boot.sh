#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm --kernel FOLDER -- scripts/lib/vm-boot.sh y|n|m
#
# Is this a kernel on which FUSE works, configured as it should be? y: FUSE_FS=y, EXTFUSE=y; n: without EXTFUSE; m: FUSE_FS=m. A
# server that knows nothing of ExtFUSE serves files that are made, read, renamed and removed. Ends with 1 if something is
# not as it should be, or the kernel complained.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

case ${1:-} in
    y) wanted=(CONFIG_FUSE_FS=y CONFIG_EXTFUSE=y) ;;
    n) wanted=(CONFIG_FUSE_FS=y '# CONFIG_EXTFUSE is not set') ;;
    m) wanted=(CONFIG_FUSE_FS=m) ;;
    *) die "which configuration, y, n or m?" ;;
esac
for line in "${wanted[@]}"; do
    zgrep -qxF -- "$line" /proc/config.gz || die "this kernel is not configured with $line"
done
[[ $1 == y ]] || ! grep -q extfuse /proc/kallsyms || die "this kernel has ExtFUSE all the same"

mkdir -p /scratch/source /mnt/mount
bindfs -o attr_timeout=0,entry_timeout=0,negative_timeout=0 /scratch/source /mnt/mount
mountpoint -q /mnt/mount || die "/mnt/mount is not mounted"
cd /mnt/mount
mkdir folder
for n in {1..100}; do
    echo "$n" >"folder/$n"
done
mv folder/100 folder/hundred
ln folder/hundred folder/link
truncate -s 1 folder/hundred
[[ $(find . -type f | wc -l) == 101 && $(<folder/50) == 50 && $(stat -c %h,%s folder/link) == 2,1 && ! -e folder/100 ]] ||
    die "files are not as they were made"
(find . & find . & wait) >/dev/null
rm -r folder
[[ ! -e /scratch/source/folder ]] || die "a folder that was removed is still there"
cd /
umount /mnt/mount
! kernel_complained
