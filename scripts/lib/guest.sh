# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For the tests that run in the VM. Source common.sh first.
#
#   need_extfuse        ends unless this kernel has ExtFUSE
#   slow_kernel         whether this kernel is one of those for which deadlines are too short
#   one_processor       takes all processors but the first one away
#   find_leaks          has kmemleak, if it is on (scripts/vm --find-leaks), look for lost memory; what it finds is printed, and is a complaint in the log.
#                       Returns 1 if it cannot look
#   complaints          prints the warnings, and worse, of a kernel's log; a data race is one if a function of FUSE is in either stack
#   other_races         prints the other data races of a kernel's log, each once, after how often it was reported
#   kernel_complained   whether the kernel's log has a warning or worse, which is printed; other data races are printed too

# The kernels that look for their own mistakes are several times slower.
slow_kernel() {
    [[ $(uname -r) == *-extfuse-* ]]
}

one_processor() {
    local processor
    for processor in /sys/devices/system/cpu/cpu*/online; do
        [[ $processor == */cpu0/* ]] || echo 0 >"$processor"
    done
}

need_extfuse() {
    grep -q ' fuse_extfuse_attach$' /proc/kallsyms ||
        die "this kernel has no ExtFUSE: run me as scripts/vm -- scripts/lib/${0##*/}"
}

# The first look remembers what everything is like, the second reports what has been lost for 5 s and is still the same.
find_leaks() {
    local leaks=/sys/kernel/debug/kmemleak i
    [[ $(</proc/cmdline) == *kmemleak=on* ]] || return 0
    for ((i = 0; i < 2; i++)); do
        if ! echo scan >"$leaks"; then
            say "kmemleak cannot look for leaks: $(dmesg | grep -m 1 kmemleak:)"
            return 1
        fi
        ((i)) || sleep 6
    done
    cat "$leaks" >&2
}

# What a kernel says when it finds a mistake of its own: by default, and with KASAN, UBSAN, KCSAN, lockdep, PROVE_RCU,
# DEBUG_ATOMIC_SLEEP, DEBUG_LIST and kmemleak. vm-reports.sh has it make some.
COMPLAINTS='WARNING:|BUG:|KASAN|UBSAN|KCSAN: |Oops|general protection|unable to handle|RIP:|Call Trace:|cut here
possible .* detected|suspicious RCU usage|sleeping function called|bad unlock balance|lock held (when|at)|lockdep is turned off
kmemleak: [0-9]+ new|kmemleak: .*(Cannot allocate|empty)|list_(add|del) corruption|refcount_t:
blocked for more than|soft lockup|hard LOCKUP|rcu.*stall'

# What build-kernel says are the functions of fs/fuse; without it every race is FUSE's, but those in kernel-patch/known-races.
FUSE_FUNCTIONS=${EXTFUSE_VM_KERNEL:-}/fuse-functions

# races ours|others: see data-races.awk.
races() {
    local functions=$FUSE_FUNCTIONS
    [[ -e $functions ]] || functions=/dev/null
    awk -v wanted="$1" -v known="$REPO/kernel-patch/known-races" -f "$REPO/scripts/lib/data-races.awk" "$functions" -
}

complaints() {
    races ours | grep -E "$COMPLAINTS"
}

other_races() {
    races others | sort | uniq -c | sort -rn
}

kernel_complained() {
    local others
    others=$(dmesg | other_races)
    [[ ! $others ]] || printf 'data races that are not of the series, and how often they were reported:\n%s\n' "$others" >&2
    dmesg | complaints >&2 || return 1
    say "the kernel complained (see above, and build/vm/last.log)"
}
