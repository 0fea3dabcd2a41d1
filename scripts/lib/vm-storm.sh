#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-storm.sh SEED SECONDS
#
# A storm of lookups, creates, unlinks and renames on a mount (java/coherence, storm.c), while everything is done to have
# nodes die and inode numbers come back: a cache of a fraction of the names, a memory cgroup that is too small for the
# dentries, and drop_caches every second. Ends with 1 if an answer was wrong, the lookup counts do not add up, nodes are
# left when the kernel has forgotten all, or the kernel complained.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
seed=$1 seconds=$2
mount=/mnt/storm group=/sys/fs/cgroup/storm
mkdir -p /scratch/storm "$mount"
extfuse mount --cache=required --audit --max-entries 128 /scratch/storm "$mount"

mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir -p "$group"
echo 24M >"$group/memory.max"

status=0
# shellcheck disable=SC2016
sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
    "$REPO/java/coherence/target/c/storm" --seed "$seed" --seconds "$seconds" "$mount" &
storm=$!
# Less than it has found that it wants, once it is at work: on some kernels that takes a while.
until compgen -G '/scratch/storm/*/*' >/dev/null || ! kill -0 $storm; do
    sleep 0.2
done
sleep 2
echo $(($(<"$group/memory.current") * 3 / 4)) >"$group/memory.high"
while sleep 1 && kill -0 $storm 2>/dev/null; do
    echo 3 >/proc/sys/vm/drop_caches
done
wait $storm || status=1

only_root() {
    local tries=50 nodes=0
    extfuse map flush "$mount"
    while ((tries-- > 0)) && ((nodes != 1)); do
        echo 3 >/proc/sys/vm/drop_caches
        sleep 0.2
        nodes=$(control audit | jq .nodes)
        ((nodes == 1)) || control flush >/dev/null
    done
    ((nodes == 1)) || say "$nodes nodes are left when the kernel has forgotten all but the root"
    ((nodes == 1))
}

# control COMMAND: to the daemon, without another JVM.
control() {
    # shellcheck disable=SC2016
    perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$ARGV[0]: $!\n";
        print $s "$ARGV[1]\n"; print scalar <$s>' "$(echo /run/extfuse/*/control)" "$1"
}

pressure=$(awk '$1 == "high" { print $2 }' "$group/memory.events")
say "memory pressure: $(numfmt --to=iec "$(<"$group/memory.high")") was too little $pressure times"
if ((pressure == 0)); then
    say "there was no memory pressure"
    status=1
fi
extfuse stats --json "$mount" | jq -c '{answered, lookup: .outcomes.LOOKUP, forgets: (.upcalls.FORGET // 0 + .upcalls.BATCH_FORGET // 0)}' >&2
extfuse map audit "$mount" || status=1
only_root || status=1
if grep -E ' (WARN|ERROR) ' /run/extfuse/*/daemon.log >&2; then
    say "the daemon complained"
    status=1
fi
extfuse umount "$mount"
find_leaks || status=1
if kernel_complained; then
    status=1
fi
exit "$status"
