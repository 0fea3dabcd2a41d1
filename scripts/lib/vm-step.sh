#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-step.sh FOLDER COMMAND [ARGUMENT...]
#
# Runs a step of scripts/test in the VM, and leaves in FOLDER, which is below build/, what a failure is understood by: what
# the kernel said meanwhile (kernel.log), and if it failed what daemons have said, what is mounted and what runs. Only what
# the kernel says from now on counts for the step. With EXTFUSE_TEST_TRACE the requests that the kernel sends or answers are
# in FOLDER/trace. What a step leaves behind is ended and unmounted.
set -uo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

export EXTFUSE_LOGS=$1
folder=$1 tracing=/sys/kernel/tracing
shift
mkdir -p "$folder"
dmesg -C

if [[ ${EXTFUSE_TEST_TRACE:-} ]]; then
    echo 16384 >$tracing/buffer_size_kb
    echo 1 >$tracing/events/extfuse/enable
fi

status=0
"$@" || status=$?

# What the daemons that have not ended say, and those that ended badly.
keep_evidence() {
    local log name
    for log in /run/extfuse/*/*.log /run/extfuse/*.log; do
        [[ -e $log ]] || continue
        mkdir -p "$folder/daemons"
        name=${log#/run/extfuse/}
        cp "$log" "$folder/daemons/${name//\//-}"
    done
    {
        grep -E ' (/scratch|/mnt|/tmp|/var/tmp|/run)' /proc/self/mounts
        df -h / /tmp /run /scratch "$REPO/build"
        free -m
        ps --ppid 2 -p 2 -N -o pid,ppid,stat,wchan:24,args --width 200
    } >"$folder/guest-state.txt" 2>&1
}

if [[ ${EXTFUSE_TEST_TRACE:-} ]]; then
    echo 0 >$tracing/events/extfuse/enable
    cat $tracing/trace >"$folder/trace"
    echo >$tracing/trace
fi
((status == 0)) || keep_evidence
dmesg >"$folder/kernel.log"
if ((status)) && grep -qE 'I/O error, dev vda|EXT4-fs .*error|Buffer I/O error' "$folder/kernel.log"; then
    say "the machine: its virtual disk answered with errors: is the disk under the cache full?"
fi
exit "$status"
