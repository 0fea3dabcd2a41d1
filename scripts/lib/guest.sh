# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For the tests that run in the VM. Source common.sh first.
#
#   need_extfuse        ends unless this kernel has ExtFUSE
#   kernel_complained   whether the kernel's log has a warning or worse, which is printed

need_extfuse() {
    grep -q ' fuse_extfuse_attach$' /proc/kallsyms ||
        die "this kernel has no ExtFUSE: run me as scripts/vm -- scripts/lib/${0##*/}"
}

kernel_complained() {
    dmesg | grep -E 'WARNING:|BUG:|Oops|general protection|unable to handle|RIP:|Call Trace:|blocked for more than|rcu.*stall' >&2 ||
        return 1
    say "the kernel complained (see above, and build/vm/last.log)"
}
