#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-selftests.sh [--tracing] PROGRAM...
#
# Runs selftests of the kernel series (build-kernel leaves them in the selftests folder of its result) as root, in the VM.
# Their TAP output is shown and kept in build/selftests.tap (selftests-tracing.tap). Ends with 1 if a test failed, was
# skipped or did not come, or the kernel complained. Tests of memory faults, which need a kernel that makes them, are left
# out on others. EXTFUSE_FUZZ_SECONDS and EXTFUSE_FUZZ_SEED are those of extfuse_fuzz. A PROGRAM called bpftool is taken for
# that of the kernel's source, and has to load the handlers and to name their type. --tracing: only that of extfuse_test
# which switches trace events on and off, which is left out otherwise: emulated processors are not good at that together.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
(($#)) || die "name the selftests: see --help"
# Options of the kernel's test harness: all but a test, or only that.
status=0 tap=$REPO/build/selftests.tap choice=-T
if [[ $1 == --tracing ]]; then
    tap=$REPO/build/selftests-tracing.tap choice=-t
    shift
    one_processor
fi
cd /tmp

# That a program is called "extfuse/lookup" is all that is said of its type: libbpf has to know it.
test_bpftool() {
    local bpftool=$1 object=$REPO/java/cache/target/classes/org/extfuse4j/cache/extfuse.bpf.o
    echo 1..1
    "$bpftool" prog loadall "$object" /sys/fs/bpf/selftests && "$bpftool" prog list | grep ' extfuse  name extfuse_lookup ' ||
        printf 'not '
    echo 'ok 1 bpftool loads and lists programs of type extfuse'
    rm -rf /sys/fs/bpf/selftests
}

for program; do
    if [[ $program == */bpftool ]]; then
        test_bpftool "$program"
        continue
    fi
    [[ $program != *_faults || -e /proc/self/fail-nth ]] || continue
    run=("$program")
    [[ $program != */extfuse_test ]] || run+=("$choice" all_is_asked_while_it_is_traced)
    "${run[@]}" || printf 'not ok - %s ended with %d\n' "$program" $?
done | tee "$tap"

# The program's own word is not enough: it may have ended early.
awk '/^1\.\.[0-9]+/ { wanted += substr($0, 4) }
    /^ok / && !/# SKIP/ { passed++ }
    END { printf "%d of %d selftests passed\n", passed, wanted; exit !(wanted && passed == wanted) }' \
    "$tap" || status=1
if grep '^not ok' "$tap" >&2; then
    status=1
fi
find_leaks || status=1
if kernel_complained; then
    status=1
fi
exit "$status"
