#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm [--debug-kernel | --kcsan] -- scripts/lib/vm-reports.sh
#
# Tests what the tests in the VM rely on, that a report in the kernel's log is found (guest.sh): lines as a kernel writes them,
# one of them in the log itself; on the debug kernel, reports that it really makes, of mistakes that LKDTM makes on demand; with KCSAN,
# a race that it really finds, between who writes and who reads a sysctl, and that it counts only as FUSE's if it is.
# And that there is nothing to find before. Ends with 1 if one is not found.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

bad=0

# finds WHAT: a report, of all that the log has since the last time.
finds() {
    if kernel_complained 2>/run/complaints; then
        say "ok: $1: $(head -n 1 /run/complaints)"
    else
        say "FAILED: $1 is not found"
        bad=1
    fi
    dmesg --clear
}

if kernel_complained; then
    die "FAILED: this kernel complains before there is a reason"
fi
find_leaks || bad=1
while read -r line; do
    complaints <<<"$line" >/run/complaints || {
        say "FAILED: not found: $line"
        bad=1
    }
done <<'END'
WARNING: CPU: 1 PID: 230 at fs/fuse/inode.c:110 fuse_evict_inode+0x17a/0x250
BUG: KASAN: slab-use-after-free in fuse_lookup+0x83/0x3b0
BUG: KCSAN: data-race in fuse_change_attributes / fuse_update_attributes
UBSAN: array-index-out-of-bounds in fs/fuse/extfuse.c:203:9
WARNING: possible circular locking dependency detected
WARNING: suspicious RCU usage
BUG: sleeping function called from invalid context at include/linux/sched/mm.h:321
kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
INFO: task extfuse_test:231 blocked for more than 120 seconds.
END

# report PAIR FUNCTION...: of KCSAN, of two functions, with a stack.
report() {
    printf '%s\n' "BUG: KCSAN: data-race in $1" '' 'write to 0xffff88800052f448 of 4 bytes by task 317 on cpu 0:'
    printf ' %s+0x415/0x680\n' "${@:2}"
    printf '%s\n' '' ==================================================================
}

# is_told WHAT ours|others PAIR FUNCTION...: WHAT, such a report, is taken for one of ours, or others'.
is_told() {
    local kind=others
    ! report "${@:3}" | complaints >/run/complaints || kind=ours
    if [[ $kind != "$2" || ($kind == others && ! $(report "${@:3}" | other_races)) ]]; then
        say "FAILED: $1 is not taken for one of $2"
        bad=1
    fi
}

fuse_functions=$FUSE_FUNCTIONS
echo fuse_lookup >/run/functions
FUSE_FUNCTIONS=/run/functions
is_told "a race of FUSE" ours 'down_read / fuse_lookup' down_read fuse_lookup
is_told "a race of what FUSE calls" ours 'down_read / down_read' down_read fuse_lookup
is_told "a race elsewhere" others 'down_read / down_read' down_read ext4_lookup
is_told "a race that is known" others 'fuse_abort_conn / fuse_dev_do_read.constprop.0' fuse_abort_conn fuse_lookup
is_told "a race that is like a known one" ours 'fuse_abort_conn / fuse_dev_do_write' fuse_abort_conn fuse_lookup
is_told "a race of what a program calls" others 'htab_lock / htab_lock' htab_lock bpf_prog_a7b2_extfuse_lookup fuse_lookup
is_told "a race of FUSE's helper" ours 'fuse_lookup / fuse_lookup' fuse_lookup bpf_prog_a7b2_extfuse_lookup extfuse_ask
FUSE_FUNCTIONS=$fuse_functions
echo "WARNING: this is none" >/dev/kmsg
finds "a line in the log"

provoke=/sys/kernel/debug/provoke-crash/DIRECT
if [[ -e $provoke ]]; then
    # Of KASAN's reports only the first is shown, and lockdep says no more after that of another.
    for mistake in WARNING ARRAY_BOUNDS READ_AFTER_FREE; do
        echo "$mistake" >"$provoke"
        finds "LKDTM's $mistake"
    done
elif zgrep -q '^CONFIG_KASAN=y' /proc/config.gz; then
    say "FAILED: the debug kernel has no LKDTM"
    bad=1
fi

# race: has one process write a string to a sysctl and another read it, until KCSAN has seen it. The kernel does that without a lock.
race() {
    local sysctl=/proc/sys/kernel/core_pattern old tries=400 processes
    old=$(<"$sysctl")
    (while :; do echo one >"$sysctl"; echo two >"$sysctl"; done) &
    processes=$!
    (while :; do read -r _ <"$sysctl"; done) &
    processes+=" $!"
    while ((tries-- > 0)) && ! dmesg | grep -q 'KCSAN: data-race in .*proc_dostring'; do
        sleep 1
    done
    # shellcheck disable=SC2086
    kill $processes
    wait
    printf '%s\n' "$old" >"$sysctl"
    # The rest of the report.
    sleep 1
}

if zgrep -q '^CONFIG_KCSAN=y' /proc/config.gz; then
    # Of how many accesses it looks at one.
    echo 100 >/sys/module/kcsan/parameters/skip_watch
    race
    if dmesg | other_races | grep -q proc_dostring && ! kernel_complained; then
        say "ok: a race outside of FUSE is told apart"
    else
        say "FAILED: a race outside of FUSE is not found, or taken for one of FUSE's"
        bad=1
    fi
    echo proc_dostring >/run/functions
    FUSE_FUNCTIONS=/run/functions
    finds "a race in a function of FUSE's, if that were one"
fi
exit "$bad"
