# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What every script here starts with:
#
#   #!/usr/bin/env bash
#   # SPDX-License-Identifier: Apache-2.0
#   #
#   # usage: scripts/NAME ...        (this comment, up to the first other line, is what --help prints)
#   set -euo pipefail
#   . "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib/common.sh"
#
# It sets REPO (the checkout), CACHE (what outlives a checkout) and PROGRAM (the script's name), and gives:
#
#   say WORDS...        one line to the person: "PROGRAM: WORDS" on standard error
#   die WORDS...        the same, then exit 1. One line: what, why, what to do.
#   print_usage         prints the comment at the head of the script
#   on_exit COMMAND     runs COMMAND when the script ends, for whatever reason; the last one given runs first
#   clock SECONDS       1:05, or 2:00:07
#
# The other libraries are sourced after this one: packages.sh (ensure_packages), progress.sh (progress, step), maven.sh
# (maven), machine.sh (run_in_vm), and tree.sh, scale.sh, coherence.sh, kernel-source.sh, and in the virtual machine guest.sh.
#
# EXTFUSE_UI_FD is the descriptor that progress lines go to; a step hands it to the scripts that it calls, so
# that their progress is seen while their output goes to a log.

# shellcheck disable=SC2034
REPO=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
# shellcheck disable=SC2034
CACHE=${EXTFUSE_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set: set it, or EXTFUSE_CACHE}/.cache}/extfuse4j}
PROGRAM=$(basename "$0")
export EXTFUSE_UI_FD
# An inherited number counts only if something is open there.
if ! [[ ${EXTFUSE_UI_FD:-} =~ ^[0-9]+$ && -e /proc/self/fd/$EXTFUSE_UI_FD ]]; then
    exec {EXTFUSE_UI_FD}>&2
fi

say() {
    printf '%s: %s\n' "$PROGRAM" "$*" >&2
}

die() {
    say "$*"
    exit 1
}

print_usage() {
    awk 'NR > 2 && !/^#/ { exit } NR > 3 { sub(/^# ?/, ""); print }' "$0"
}

clock() {
    local s=$1
    if ((s >= 3600)); then
        printf '%d:%02d:%02d' $((s / 3600)) $((s / 60 % 60)) $((s % 60))
    else
        printf '%d:%02d' $((s / 60)) $((s % 60))
    fi
}

exit_commands=()

on_exit() {
    exit_commands+=("$1")
}

run_exit_commands() {
    local i
    # A second signal, as when a whole process group is sent one, must not cut this short.
    trap '' HUP INT TERM
    set +e
    for ((i = ${#exit_commands[@]} - 1; i >= 0; i--)); do
        eval "${exit_commands[i]}"
    done
}

trap run_exit_commands EXIT
# Not only 'exit': when the signal comes just as the EXIT trap begins, that would end it.
trap 'run_exit_commands; trap - EXIT; exit 129' HUP
trap 'run_exit_commands; trap - EXIT; exit 130' INT
trap 'run_exit_commands; trap - EXIT; exit 143' TERM
