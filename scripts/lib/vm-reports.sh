#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm [--debug-kernel] -- scripts/lib/vm-reports.sh
#
# Tests what the tests in the VM rely on, that a report in the kernel's log is found (guest.sh): lines as a kernel writes them,
# one of them in the log itself; on the debug kernel, reports that it really makes, of mistakes that LKDTM makes on demand.
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
UBSAN: array-index-out-of-bounds in fs/fuse/extfuse.c:203:9
WARNING: possible circular locking dependency detected
WARNING: suspicious RCU usage
BUG: sleeping function called from invalid context at include/linux/sched/mm.h:321
kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
INFO: task extfuse_test:231 blocked for more than 120 seconds.
END
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
exit "$bad"
