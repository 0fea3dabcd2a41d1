#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-tests.sh [--tracing] [JUNIT-ARGUMENT...]
#
# Runs the tests of the in-kernel half, tagged vm, on the kernel that has it: as root, in the VM, after Maven has built
# them (mvn -DskipTests -DskipITs verify). Prints each test and a summary, writes TEST-*.xml to reports in the step's folder or in
# build/vm, and ends with the status of the tests, or 1 when the kernel complained in its log. Arguments go to the JUnit console launcher, such
# as --include-classname '.*Handlers.*'. --tracing: those that switch trace events on and off, on one
# processor: the kernel patches its own code for that, and when two emulated processors do so one may stall.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"
. "$here/junit.sh"

reports=${EXTFUSE_LOGS:-$REPO/build/vm}/reports
need_extfuse

tags='vm & !tracing'
if [[ ${1:-} == --tracing ]]; then
    tags='vm & tracing'
    shift
    one_processor
fi
(($#)) || set -- --include-classname '.*VmTest'

# On a slow kernel deadlines are later, and what hangs is ended with the machine.
options=() patience=1
if slow_kernel; then
    options+=(--config junit.jupiter.execution.timeout.mode=disabled)
    patience=6
fi

# Under emulation the second compiler costs more than it gives.
status=0
(junit "cli bench cache jnrfuse stackfs" "$reports" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto \
    -Dextfuse.patience=$patience -Dlogback.configurationFile="$REPO/java/stackfs/src/test/resources/logback-test.xml" -- \
    --include-tag "$tags" "${options[@]}" "$@") || status=$?

find_leaks || status=$((status ? status : 1))
if kernel_complained; then
    status=$((status ? status : 1))
fi
exit "$status"
