#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm --icount -- scripts/lib/vm-answer.sh CALL-COST
#
# What a system call that the kernel answers by itself is made of, with all timeouts 0: has perf(1) look 4,000 times in a
# second of the guest's clock, which counts instructions, what the processor is at, and prints the instructions of one call by
# their purpose. CALL-COST is java/bench/target/c/call-cost.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
load=$1
calls=40000
source=/scratch/answer mount=/tmp/answer samples=/tmp/answer.perf
mkdir -p "$source/some" "$mount"
touch "$source/there"
# Or perf cannot name the programs.
echo 1 >/proc/sys/net/core/bpf_jit_kallsyms
extfuse mount --cache=required --attr-timeout 0 --entry-timeout 0 --negative-timeout 0 "$source" "$mount"

# by_purpose NANOSECONDS-OF-A-CALL: reads perf's shares of functions. What the kernel copies for its own purposes counts as the
# helpers' too: most of it is theirs.
by_purpose() {
    awk -v total="$1" -F '[%[:space:]]+' '
        function purpose(name) {
            if (name ~ /^bpf_prog_.*_extfuse_main/) return "dispatch and tail call"
            if (name ~ /^bpf_prog_/) return "handler"
            if (name ~ /^_*htab_|^array_map_|^jhash/) return "hashing and map lookup"
            if (name ~ /^bpf_extfuse_|^memcpy|^memset|^__memcpy|^__memset/) return "helpers, copies"
            if (name ~ /extfuse|^pid_nr_ns|^from_k[ug]id$|^migrate_/) return "hook"
            if (name ~ /^_*fuse_|^forget_all_cached_acls|^make_k[ug]id/) return "the rest of FUSE"
            return "VFS, system call, caller"
        }
        $2 ~ /^[0-9.]+$/ { share[purpose($NF)] += $2; all += $2 }
        END {
            split("handler;dispatch and tail call;hashing and map lookup;helpers, copies;hook;the rest of FUSE;VFS, system call, caller", order, ";")
            for (i = 1; i in order; i++)
                printf "  %-26s %7d %5.1f %%\n", order[i], share[order[i]] * total / all, 100 * share[order[i]] / all
        }'
}

for call in hit miss getattr; do
    # Until the daemon's JVM has nothing to compile any more: it has the same processor.
    sleep 2
    "$load" "$call" 12000 "$mount" >/dev/null
    ns=$("$load" "$call" "$calls" "$mount")
    ns=$((ns / calls))
    perf record -q -F 4000 -e cpu-clock -o "$samples" -- "$load" "$call" "$calls" "$mount" >/dev/null 2>&1 ||
        die "perf record failed: $(perf record -F 4000 -e cpu-clock -o "$samples" true 2>&1 | tail -n 1)"
    printf '%s: %d instructions\n' "$call" "$ns"
    perf report -i "$samples" --stdio --no-children -F overhead,symbol 2>/dev/null | sed '/^#/d' | by_purpose "$ns"
done
