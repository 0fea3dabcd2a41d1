#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-steps.sh TOKEN
#
# Runs steps in one VM after each other: see machine.sh, which sends them on standard input. Each ends with a line of
# TOKEN and its status on standard output, where all that it says goes. Whatever it leaves behind is ended, unmounted and
# removed, so that the next one begins as in a machine of its own.
set -uo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

token=$1

mounts() {
    cut -d ' ' -f 2 /proc/self/mounts
}

own_mounts=$(mounts)

clean_up() {
    local tries process rest mount cpu
    # All but this script, process 1 and its relays, which are busybox, and threads of the kernel, which have no executable.
    for ((tries = 0; tries < 100; tries++)); do
        rest=()
        for process in /proc/[0-9]*; do
            [[ ! -e $process/exe || $process/exe -ef /run/vm/busybox || $process == "/proc/$$" ]] || rest+=("${process#/proc/}")
        done
        ((${#rest[@]})) || break
        ((tries)) || kill -TERM "${rest[@]}"
        ((tries < 50)) || kill -KILL "${rest[@]}"
        sleep 0.1
    done
    # Mounts of a step's, the last one first.
    while read -r mount; do
        umount -l "$(printf '%b' "$mount")"
    done < <(mounts | grep -vxFf <(printf '%s\n' "$own_mounts") | tac)
    for cpu in /sys/devices/system/cpu/cpu*/online; do
        echo 1 >"$cpu"
    done
    rmdir /sys/fs/cgroup/*/
    rm -rf /run/extfuse /sys/fs/bpf/extfuse
    find /mnt /tmp /var/tmp /run/home -xdev -mindepth 1 -delete
    find /scratch -xdev -mindepth 1 -maxdepth 1 ! -name lost+found ! -name linux -exec rm -rf {} +
    echo 3 >/proc/sys/vm/drop_caches
}

while IFS= read -r line; do
    # A line for a step that has ended meanwhile.
    [[ $line == 'step '* ]] || continue
    # The words of a step, quoted for a shell: whether it talks, its folder, its command.
    words=()
    eval "words=(${line#step })"
    printf 'vm: %s\n' "${words[*]}" >/dev/kmsg
    status=0
    if [[ ${words[0]} == yes ]]; then
        "$here/vm-step.sh" "${words[@]:1}" 2>"${words[1]}/stderr.log" || status=$?
    else
        "$here/vm-step.sh" "${words[@]:1}" </dev/null 2>&1 || status=$?
    fi
    printf '\n%s %d\n' "$token" "$status"
    clean_up >/dev/null 2>&1
done
