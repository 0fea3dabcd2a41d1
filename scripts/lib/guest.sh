# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For the tests that run in the VM. Source common.sh first.
#
#   need_extfuse        ends unless this kernel has ExtFUSE
#   find_leaks          has kmemleak, if it is on (scripts/vm --find-leaks), look for lost memory; what it finds is printed, and is a complaint in the log.
#                       Returns 1 if it cannot look
#   complaints          prints the warnings, and worse, of a kernel's log
#   kernel_complained   whether the kernel's log has a warning or worse, which is printed

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
COMPLAINTS='WARNING:|BUG:|KASAN|UBSAN|KCSAN|Oops|general protection|unable to handle|RIP:|Call Trace:|cut here
possible .* detected|suspicious RCU usage|sleeping function called|bad unlock balance|lock held (when|at)|lockdep is turned off
kmemleak: [0-9]+ new|kmemleak: .*(Cannot allocate|empty)|list_(add|del) corruption|refcount_t:
blocked for more than|soft lockup|hard LOCKUP|rcu.*stall'

complaints() {
    grep -E "$COMPLAINTS"
}

kernel_complained() {
    dmesg | complaints >&2 || return 1
    say "the kernel complained (see above, and build/vm/last.log)"
}
