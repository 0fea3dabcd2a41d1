# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   scale FILES DIRS OUT [OPTION...]    'extfuse-bench scale' in a virtual machine that is large enough; the figures go to
#                                       OUT, which is below build/. Fails also when the kernel complained.
#
# Source common.sh and machine.sh first. The project must have been packaged (mvn package), the kernel built.

scale() {
    local files=$1 dirs=$2 out=$3
    shift 3
    mkdir -p "$(dirname "$out")"
    rm -f "$out"
    # A file takes 1.3 kB of the guest's memory as an inode and a name, and that twice, 0.5 kB in maps and heap, and some
    # pages of the disk; mke2fs makes an inode for every 16 kB, which take up no space on this machine before they are used.
    # shellcheck disable=SC2034
    local vm_options=(--scratch "$((2 + files / 50000))G")
    run_in_vm "$((3072 + files / 200))M" "$((600 + files / 200))" \
        "$REPO/scripts/lib/vm-scale.sh" --files "$files" --dirs "$dirs" --out "$out" "$@"
}
