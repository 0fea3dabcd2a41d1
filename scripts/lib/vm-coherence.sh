#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-coherence.sh SEED RUN:SECONDS...
#
# Runs the workload of the coherence checker and prints its history; scripts/lib/coherence.sh checks it. A run is
#
#   native            on the ext4 itself: a control of the checker
#   off               through a mount without the in-kernel cache
#   on                through a mount with it
#   fault-one-parent, fault-left-out, fault-late
#                     as on, with a daemon that makes a mistake (java/daemon, Faults) and without the handlers that would
#                     hide it by marking stale what is about to change; they stay away for the runs after it
#
# Each lasts so many seconds, or until there is a line on standard input.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

load=$REPO/java/coherence/target/c/coherence-load
[[ -x $load ]] || die "$load is missing: run mvn -DskipTests package"
(($# > 1)) || die "no runs; see the head of this script"
seed=$1
shift

# The opcodes (include/uapi/linux/fuse.h) whose handlers are taken out for a fault.
declare -A unmarked=(
    [left-out]='10 11 12 45'
    [late]='4 6 8 9 10 11 12 13 16 35 43 45'
    [one-parent]='12 45'
)

# on, off: each is a mount that is asked for, and its runs are directories in it.
mount_of() {
    case $1 in
        on | fault-*) echo on ;;
        off | native) echo "$1" ;;
        *) die "no run is called $1" ;;
    esac
}

start_mount() {
    case $1 in
        native) ;;
        off) extfuse mount --cache=off --attr-timeout 0 --entry-timeout 0 /scratch/off /mnt/off ;;
        on)
            JAVA_TOOL_OPTIONS=${with_faults:+-javaagent:$REPO/java/daemon/target/daemon-faults.jar} \
                extfuse mount --cache=required /scratch/on /mnt/on
            ;;
    esac
}

# control COMMAND: to the daemon of /mnt/on, as 'extfuse stats' would, but without another JVM.
control() {
    # shellcheck disable=SC2016
    perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$ARGV[0]: $!\n";
        print $s "$ARGV[1]\n"; my $answer = <$s>; $answer =~ /"ok":true/ or die $answer' "/run/extfuse/$number/control" "$1"
}

make_fault() {
    local opcode
    control "fault-$1"
    for opcode in ${unmarked[$1]:?no fault $1}; do
        # Another fault may have taken it out.
        bpftool map delete pinned "/sys/fs/bpf/extfuse/$number/handlers" key "$opcode" 0 0 0 2>/dev/null || true
    done
}

with_faults='' mounts=()
for run; do
    name=${run%:*}
    mount=$(mount_of "$name")
    mkdir -p "/scratch/$mount/$name" "/mnt/$mount"
    [[ $name != fault-* ]] || with_faults=yes
    [[ " ${mounts[*]} " == *" $mount "* ]] || mounts+=("$mount")
done
# At once: a JVM takes its time to start.
started=()
for mount in "${mounts[@]}"; do
    start_mount "$mount" </dev/null >&2 &
    started+=($!)
done
for pid in "${started[@]}"; do
    wait "$pid" || die "a mount failed (see above)"
done
if [[ " ${mounts[*]} " == *" on "* ]]; then
    number=$(mountpoint -d /mnt/on)
    number=${number#*:}
fi

for run; do
    name=${run%:*} arguments=()
    mount=$(mount_of "$name")
    shown=/mnt/$mount/$name
    case $name in
        native)
            shown=/scratch/native/native
            arguments=(--native)
            ;;
        fault-*) make_fault "${name#fault-}" </dev/null ;;
    esac
    "$load" --label "$name" --seed "$seed" --seconds "${run##*:}" "${arguments[@]}" "$shown" "/scratch/$mount/$name"
done

if kernel_complained; then
    exit 1
fi
