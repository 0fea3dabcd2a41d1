#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-scale.sh OPTION...
#
# Runs 'extfuse-bench scale OPTION...' in the VM, on the ext4 disk; ends with 1 also when the kernel complained.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
extfuse-bench scale --tree /scratch/scale --load "$REPO/java/bench/target/c/tree-load" "$@"
if kernel_complained; then
    exit 1
fi
