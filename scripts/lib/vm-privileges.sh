#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-privileges.sh
#
# What kernel-patch/SECURITY.md says of those who are not root of the machine, tried: a line for each, and 1 if one is
# wrong. Each is refused in one line of words, and nothing stays behind.
# shellcheck disable=SC2317 # some functions are called by their names
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
failed=0
mkdir -p /scratch/source/d /mnt/mount /mnt/other /mnt/repo
# The checkout may be in a folder that others cannot enter.
mount --bind "$REPO" /mnt/repo
PATH=/mnt/repo/scripts/bin:$PATH
echo secret >/scratch/source/secret
chmod 600 /scratch/source/secret
chown nobody /scratch/source/d /mnt/other

# expect WHAT STATUS PATTERN COMMAND...: a status (0 or "not 0"), and a line that matches, alone if it is a complaint.
expect() {
    local what=$1 wanted=$2 pattern=$3 out status=0
    shift 3
    out=$("$@" 2>&1) || status=$?
    if { [[ $wanted == 0 ]] && ((status)); } || { [[ $wanted != 0 ]] && ((!status)); } || ! grep -qE "$pattern" <<<"$out" ||
        { [[ $wanted != 0 ]] && (($(wc -l <<<"$out") != 1)); }; then
        printf 'failed: %s: status %s, said:\n%s\n' "$what" "$status" "$out"
        failed=1
        return
    fi
    printf 'ok: %s\n' "$what"
}

# A user who is root of a namespace of his own, as in a rootless container: a FUSE mount he may make, programs not load.
in_user_namespace() {
    setpriv --reuid nobody --regid nogroup --clear-groups env HOME=/tmp unshare --user --map-root-user --mount "$@"
}

# Root without capabilities that the command line drops, so that no child has them either.
without() {
    local caps=$1
    shift
    setpriv --bounding-set "$caps" --inh-caps "$caps" -- "$@"
}

stranger() {
    setpriv --reuid nobody --regid nogroup --clear-groups "$@"
}

expect "a user namespace of one's own: no in-kernel cache" "not 0" 'permi|EPERM|CAP_|root' \
    in_user_namespace extfuse mount --cache=required /scratch/source/d /mnt/other
expect "no CAP_BPF and no CAP_SYS_ADMIN: no in-kernel cache" "not 0" 'permi|EPERM|CAP_|root' \
    without -bpf,-sys_admin extfuse mount --cache=required /scratch/source /mnt/mount
mountpoint -q /mnt/mount && { say "it is mounted all the same"; failed=1; }

extfuse mount --cache=required /scratch/source /mnt/mount
stat /mnt/mount/secret /mnt/mount/secret >/dev/null
pins=$(echo /sys/fs/bpf/extfuse/*)
# The maps' own modes are to keep strangers out.
chmod 755 /sys/fs/bpf /sys/fs/bpf/extfuse "$pins"
expect "a stranger cannot read a pinned map" "not 0" 'ermission' stranger cat "$pins/attr_map"
expect "a stranger cannot open it either" "not 0" . stranger bpftool map dump pinned "$pins/attr_map"
expect "a stranger cannot remove one" "not 0" 'ermission|not permitted' stranger rm -f "$pins/attr_map"
expect "a stranger cannot get one by its number" "not 0" 'ermission|not permitted' stranger bpftool map dump name attr_map
expect "a stranger cannot end the mount by extfuse" "not 0" '^extfuse: ' stranger extfuse umount /mnt/mount
expect "a stranger reads no file by its being cached" "not 0" 'ermission' stranger cat /mnt/mount/secret
expect "and sees no more of it than stat tells" 0 '^600$' stranger stat -c %a /mnt/mount/secret
expect "a stranger cannot switch the trace event on" "not 0" 'ermission' \
    stranger sh -c 'echo 1 >/sys/kernel/tracing/events/extfuse/enable'
expect "the mount lives" 0 '^secret$' cat /mnt/mount/secret
extfuse umount /mnt/mount
[[ -e $pins ]] && { say "$pins is still there"; failed=1; }
if kernel_complained; then
    failed=1
fi
exit "$failed"
