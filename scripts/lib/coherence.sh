# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   coherence SEED RUN:SECONDS...    the runs of vm-coherence.sh in the virtual machine, checked here as they come.
#                                    Returns 0 if all is as it should be: every fault is caught, and nothing else.
#   storm SEED SECONDS               vm-storm.sh in the virtual machine; returns 0 if all is as it should be
#   random_seed                      prints one
#
# vm_patience is how much slower the machine's kernel is. Source common.sh and machine.sh first. The project must have been
# packaged (mvn package).

vm_patience=1

random_seed() {
    od -An -N4 -tu4 /dev/urandom | tr -d ' \n'
}

coherence() {
    local seed=$1 run seconds=300 folder
    shift
    for run; do
        seconds=$((seconds + ${run##*:}))
    done
    folder=$(mktemp -d)
    on_exit "rm -rf '$folder'"
    # The checker tells the workload when a run has shown what it had to.
    mkfifo "$folder/stop"
    say "coherence: seed $seed"
    # shellcheck disable=SC2094
    run_in_vm --talk 3G "$seconds" "$REPO/scripts/lib/vm-coherence.sh" "$seed" "$@" \
        <"$folder/stop" |
        java -Xmx512m -jar "$REPO/java/coherence/target/coherence.jar" $# "$REPO/build/coherence" >"$folder/stop"
}

storm() {
    say "storm: seed $1"
    run_in_vm 2G $((($2 + 300) * vm_patience)) "$REPO/scripts/lib/vm-storm.sh" "$@"
}
