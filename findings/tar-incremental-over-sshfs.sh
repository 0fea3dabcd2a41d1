#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# GNU tar 1.34 with sshfs 3.7.3 (libfuse 3.14.0). An incremental backup (tar -g) of a tree in which nothing has changed
# since the last one has the names of directories and no file, a good guess says, however often the tree was mounted in
# between. But tar knows a directory by device and inode number, and with sshfs an inode's number is the order in which
# libfuse was asked about it since it was mounted. Who looks at "beta" before "alpha" after the second mount, with stat or a
# completion in a shell, has them change their numbers: tar then finds that each was renamed to the other, writes these
# renames, three of them, by a temporary name, into the archive, and both directories' files once more, all of the tree's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
debian bookworm tar=1.34+dfsg-1.2+deb12u1 sshfs=3.7.3-1.2~deb12u1 libfuse3-3=3.14.0-4 libglib2.0-0=2.74.6-2+deb12u9 \
    openssh-sftp-server=1:9.2p1-2+deb12u10
about "GNU tar 1.34, sshfs 3.7.3: a tree is mounted, saved (-g), mounted again and saved again; nothing changes"
expected "the second archive has no file and no rename"

cd "$work"
mkdir -p source/alpha source/beta mount
echo 1 >source/alpha/one
echo 2 >source/beta/two
# In place of ssh: the same server, without a network.
printf '#!/bin/sh\nexec "%s"\n' "$root/usr/lib/openssh/sftp-server" >server
chmod +x server

# save ARCHIVE FIRST SECOND: mounts, looks at the two in this order, and saves.
save() {
    daemon "$log" sshfs -f -o ssh_command="$work/server" "local:$work/source" mount
    mounted mount
    numbers=$(stat -c '%n %i' "mount/$2" "mount/$3" | sed 's,mount/,,' | LC_ALL=C sort | tr '\n' ' ')
    unpacked tar -C mount -c -g snapshot -f "$1" . 2>>"$log"
    unmounted mount
    wait
}
files_of() { unpacked tar -tf "$1" | sed '/\/$/d' | LC_ALL=C sort | tr '\n' ' '; }

sleep 1.1
save full.tar alpha beta
before=$numbers
sleep 1.1
save same.tar alpha beta
same=$(files_of same.tar)
sleep 1.1
save other.tar beta alpha
after=$numbers
files=$(files_of other.tar)
renames=$(unpacked tar --list -vv --incremental -f other.tar | sed -n 's/^R //p' | tr '\n' ' ')
seen "inode numbers when the first was saved: ${before}and at last: $after- after a mount with looks in the same order, the files" \
    "'$same' are saved; after one in the other order '$files', and the renames of '$renames'"
[[ -z $same ]] || changed 'files are saved again after every mount'
[[ $files == './alpha/one ./beta/two ' ]] || changed 'no files are saved again'
[[ $renames == *./alpha* && $renames == *./beta* ]] || changed 'there are no renames in the archive'
holds
