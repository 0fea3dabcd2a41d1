#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-selftests.sh PROGRAM...
#
# Runs selftests of the kernel series (build-kernel leaves them in the selftests folder of its result) as root, in the VM.
# Their TAP output is shown and kept in build/selftests.tap. Ends with 1 if a test failed, was skipped or did not come, or
# the kernel complained.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

need_extfuse
(($#)) || die "name the selftests: see --help"
status=0
cd /tmp
for program; do
    "$program" || printf 'not ok - %s ended with %d\n' "$program" $?
done | tee "$REPO/build/selftests.tap"

# The program's own word is not enough: it may have ended early.
awk '/^1\.\.[0-9]+/ { wanted += substr($0, 4) }
    /^ok / && !/# SKIP/ { passed++ }
    END { printf "%d of %d selftests passed\n", passed, wanted; exit !(wanted && passed == wanted) }' \
    "$REPO/build/selftests.tap" || status=1
if grep '^not ok' "$REPO/build/selftests.tap" >&2; then
    status=1
fi
find_leaks
if kernel_complained; then
    status=1
fi
exit "$status"
