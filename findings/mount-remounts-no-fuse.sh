#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# mount 2.41.5 (util-linux, of Debian 13) with bindfs 1.14.7 and FUSE of the kernel. "mount -o remount,ro" of a FUSE mount,
# with -i where the helper mount.fuse stands in the way, makes it read-only with mount 2.38.1; a good guess is that a newer
# one does what the older did. But it uses the newer system calls: it reads the options of the mount and hands all of them,
# "user_id=0" first, to fsconfig(2), and FUSE, which ignores them in mount(2) for the sake of old programs, refuses every
# option in fsconfig: "No changes allowed in reconfigure". LIBMOUNT_FORCE_MOUNT2=always brings the old call back.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
old=$(mount --version)
[[ $old == *'util-linux 2.38.1'* ]] || untried "this is to be run where mount is 2.38.1: $old"
debian bookworm bindfs=1.14.7-1 libfuse2=2.9.9-6+b1
old_libraries=$LIBRARIES root=$work/trixie
debian trixie mount=2.41.5-0+deb13u1 libmount1=2.41.5-0+deb13u1 libblkid1=2.41.5-0+deb13u1 libsmartcols1=2.41.5-0+deb13u1 \
    libselinux1=3.8.1-1 libpcre2-8-0=10.46-1~deb13u3 libc6=2.41-12+deb13u5
about "mount 2.38.1 and 2.41.5, a mount of bindfs 1.14.7 (libfuse 2.9.9)"
expected "both remount it read-only"

new_mount() {
    "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$LIBRARIES" "$root/usr/bin/mount" "$@"
}

# attempt COMMAND...: what becomes of it, and how the file system is mounted then; all begins with it writable.
attempt() {
    local outcome
    if outcome=$("$@" 2>&1); then outcome='goes well'; else outcome="fails (${outcome%%$'\n'*})"; fi
    printf '%s, %s' "${outcome//$work\//}" "$(awk -v at="$work/mount" '$5 == at { print substr($NF, 1, 2) }' /proc/self/mountinfo)"
    mount -i -o remount,rw mount
}

cd "$work"
mkdir source mount
LIBRARIES=$old_libraries daemon "$log" bindfs -f source mount
mounted mount
by_old=$(attempt mount -i -o remount,ro mount)
by_new=$(attempt new_mount -i -o remount,ro mount)
forced=$(LIBMOUNT_FORCE_MOUNT2=always attempt new_mount -i -o remount,ro mount)
seen "2.38.1: $by_old; 2.41.5: $by_new; 2.41.5 with LIBMOUNT_FORCE_MOUNT2=always: $forced"
[[ $by_old == 'goes well, ro' ]] || changed 'mount 2.38.1 does not remount FUSE'
[[ $by_new == 'fails ('*'No changes allowed in reconfigure'*'), rw' ]] || changed 'mount 2.41.5 remounts FUSE'
[[ $forced == 'goes well, ro' ]] || changed 'the older call is no help'
holds
