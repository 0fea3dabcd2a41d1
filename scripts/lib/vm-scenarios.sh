#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-scenarios.sh [SCENARIO]...
#
# Runs scenarios.sh in the VM, on a mount whose kernel answers from the cache; ends with 1 also when the kernel did not
# answer, or it or the daemon complained.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
source=/scratch/source
mount=/mnt/mount
mkdir -p "$source" "$mount"
extfuse mount --cache=required "$source" "$mount"
status=0
"$here/scenarios.sh" "$mount" "$source" "$@" || status=$?

answered=$(extfuse stats --json "$mount" | jq '.answered.LOOKUP + .answered.GETATTR')
say "the kernel answered $answered LOOKUP and GETATTR requests"
((answered > 1000)) || status=1
if grep -E ' (WARN|ERROR) +\[|Exception' /run/extfuse/*/daemon.log >&2; then
    say "the daemon complained"
    status=1
fi
extfuse umount "$mount"
if kernel_complained; then
    status=1
fi
exit "$status"
