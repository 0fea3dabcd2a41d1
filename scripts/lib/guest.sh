# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For the tests that run in the VM. Source common.sh first.
#
#   need_extfuse        ends unless this kernel has ExtFUSE
#   find_leaks          has a kernel with kmemleak look for lost memory; what it finds is printed, and is a complaint in the log
#   kernel_complained   whether the kernel's log has a warning or worse, which is printed

need_extfuse() {
    grep -q ' fuse_extfuse_attach$' /proc/kallsyms ||
        die "this kernel has no ExtFUSE: run me as scripts/vm -- scripts/lib/${0##*/}"
}

# What was freed just now may still be on the list; what is lost is found again by the second look.
find_leaks() {
    local leaks=/sys/kernel/debug/kmemleak
    [[ -e $leaks ]] || return 0
    sleep 6
    echo scan >"$leaks"
    sleep 6
    echo scan >"$leaks"
    cat "$leaks" >&2
}

kernel_complained() {
    dmesg | grep -E 'WARNING:|BUG:|KASAN|UBSAN|kmemleak: [0-9]+ new|Oops|general protection|unable to handle|RIP:|Call Trace:|blocked for more than|rcu.*stall' >&2 ||
        return 1
    say "the kernel complained (see above, and build/vm/last.log)"
}
