#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/test-scripts.sh
#
# Tests scripts/vm, scripts/build-kernel and scripts/test by what they print and how they end.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

work=$(mktemp -d)
# shellcheck disable=SC2016
on_exit 'rm -rf "$work"'
vm=$REPO/scripts/vm
bad=0

# expect WHAT STATUS COMMAND...: output in $work/out and $work/err.
expect() {
    local what=$1 wanted=$2 status=0
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    if ((status == wanted)); then
        say "ok: $what"
    else
        say "FAILED: $what: status $status, not $wanted"
        tail -n 5 "$work/out" "$work/err" >&2
        bad=1
    fi
}

# shows WHAT FILE PATTERN
shows() {
    if ! grep -qE -- "$3" "$work/$2"; then
        say "FAILED: $1: nothing like '$3' in its $2:"
        tail -n 5 "$work/$2" >&2
        bad=1
    fi
}

odd=$'a "b"\n$c \\ \'d\''
step=$REPO/build/test/step
rm -rf "$step"
# shellcheck disable=SC2016
expect "vm passes arguments, output and status" 7 "$vm" --memory 1G -- "$REPO/scripts/lib/vm-step.sh" "$step" \
    sh -c 'printf %s "$1"; echo "$EXTFUSE_VM_ACCEL" >&2; echo spoke >/dev/kmsg; mkdir -p /run/extfuse/1
        echo complained >/run/extfuse/1/daemon.log; touch /scratch/x /tmp/x && ! touch /etc/x && exit 7' sh "$odd"
[[ $(<"$work/out") == "$odd" ]] || { say "FAILED: arguments arrive as $(<"$work/out")"; bad=1; }
if grep -q spoke "$step/kernel.log" && grep -q complained "$step/daemons/1-daemon.log" && grep -q ' /scratch ' "$step/guest-state.txt"; then
    say "ok: a step that fails leaves its evidence"
else
    say "FAILED: a step that fails leaves only $(ls -R "$step")"
    bad=1
fi
shows "vm says how it runs" err '^vm: Linux 6\.12\.[0-9]+-extfuse, (TCG|KVM)'
shows "vm tells the guest" err '^(tcg|kvm)$'
expect "reports in the kernel's log are found" 0 "$vm" --memory 1G -- "$REPO/scripts/lib/vm-reports.sh"
expect "a panic ends vm, with the log" 125 "$vm" --memory 1G --log "$work/log" -- sh -c 'echo c > /proc/sysrq-trigger'
shows "a panic is named" err 'panicked: Kernel panic'
expect "a hang ends vm" 124 "$vm" --memory 1G --log "$work/log" --timeout 8 -- sleep 1000
expect "a bad option is refused" 125 "$vm" --memory lots
shows "a bad option is named" err '^vm: --memory lots'

expect "a step that there is not is refused" 1 "$REPO/scripts/test" nonsense
shows "the name is named" err '^test: no step and no test class is called nonsense'
expect "steps are listed" 0 "$REPO/scripts/test" --list
shows "what is long is listed" out '^ *storm +20 s +ten minutes'

# A checkout whose last patch does not apply.
mkdir -p "$work/repo"
cp -r "$REPO/scripts" "$REPO/kernel-patch" "$work/repo/"
sed -i 's/^ \(.*fuse_request_alloc.*\)/ nowhere \1/; s/^ \(.*struct fuse_req \*req;\)/ nowhere \1/' \
    "$work"/repo/kernel-patch/linux-6.12/0003-*.patch
expect "a patch that does not apply is refused" 1 env EXTFUSE_CACHE="$work/cache" "$work/repo/scripts/build-kernel"
shows "the patch is named" err '0003-fuse-offer-requests.*fs/fuse/dev\.c'

expect "the kernel that is built is found at once" 0 timeout 2 "$REPO/scripts/build-kernel"
((bad == 0))
