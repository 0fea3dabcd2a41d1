#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/vm -- scripts/lib/vm-tests.sh [--tracing] [JUNIT-ARGUMENT...]
#
# Runs the tests of the in-kernel half, tagged vm, on the kernel that has it: as root, in the VM, after Maven has built
# them (mvn -DskipTests verify). Prints each test and a summary, writes build/vm-reports/TEST-*.xml, and ends with
# the status of the tests, or 1 when the kernel complained in its log. Arguments go to the JUnit console launcher, such
# as --include-classname '.*Handlers.*'. --tracing: those that switch trace events on and off, which emulated processors are not good at together.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/guest.sh"

modules=(cache stackfs jnrfuse cli bench)
reports=$REPO/build/vm-reports

need_extfuse

# The modules that depend on the others have all of their libraries on their class paths.
class_path=
for module in stackfs jnrfuse bench; do
    cp=$REPO/java/$module/target/test-classpath.txt
    [[ -s $cp ]] || die "$cp is missing: run mvn -DskipTests verify"
    class_path+=${class_path:+:}$(<"$cp")
done
scan=()
for module in "${modules[@]}"; do
    class_path=$REPO/java/$module/target/test-classes:$REPO/java/$module/target/classes:$class_path
    scan+=(--scan-classpath "$REPO/java/$module/target/test-classes")
done

tags='vm & !tracing'
if [[ ${1:-} == --tracing ]]; then
    tags='vm & tracing' reports+=/tracing
    shift
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
cd "$REPO/java/stackfs"
java -ea -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto \
    -Dextfuse.launcher="$REPO/scripts/bin/extfuse" -Dextfuse.jar="$REPO/java/cli/target/extfuse.jar" \
    -Dextfuse.patience=$patience -Dlogback.configurationFile="$REPO/java/stackfs/src/test/resources/logback-test.xml" -cp "$class_path" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree \
    --include-tag "$tags" --reports-dir "$reports" "${options[@]}" "${scan[@]}" "$@" || status=$?

find_leaks || status=$((status ? status : 1))
if kernel_complained; then
    status=$((status ? status : 1))
fi
exit "$status"
