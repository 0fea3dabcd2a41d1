#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fuse-zip 0.5.0 (libfuse 2.9.9). What is written to a mounted archive is in the archive when umount(8) has returned, a good
# guess says: it is what umount is for on a disk, and sync(1) was called before. But fuse-zip writes the archive when
# libfuse tells it that the session has ended, and the kernel does not wait for that (it does for file systems on block
# devices only); nor does sync reach a FUSE daemon. Who reads the archive then, copies it, or shuts down, has the old one,
# for as long as the daemon compresses. Only its process tells when it is done.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
tools python3:python3
debian bookworm fuse-zip=0.5.0-1+b1 libzip4=1.7.3-1+b1 libfuse2=2.9.9-6+b1
about "fuse-zip 0.5.0, 100 MB of random bytes and a small file written to an archive"
expected "when sync and umount have returned, the archive has the small file"

cd "$work"
mkdir mount
names() { python3 -c 'import sys, zipfile; print(*sorted(zipfile.ZipFile(sys.argv[1]).namelist()))' archive.zip; }
python3 -c 'import zipfile; zipfile.ZipFile("archive.zip", "w").writestr("old.txt", "old")'
daemon "$log" fuse-zip -f archive.zip mount
process=$!
mounted mount
head -c 100000000 /dev/urandom >mount/large
echo new >mount/new.txt
sync
unmounted mount
at_once=$(names)
runs=no
kill -0 "$process" 2>/dev/null && runs=yes
wait "$process" || changed 'the daemon fails'
at_last=$(names)
seen "when umount has returned: $at_once (the daemon runs: $runs); when the daemon has ended: $at_last"
[[ $at_once == old.txt && $runs == yes ]] || changed 'umount returns when the archive is written'
[[ $at_last == 'large new.txt old.txt' ]] || changed 'the archive is not written in the end'
holds
