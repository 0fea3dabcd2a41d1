# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   maven ARGUMENT...    runs mvn on the project with progress; its output goes to maven.log in the
#                        step's folder, or in build/logs. On failure prints Maven's errors and returns its status.
#
# Source common.sh and progress.sh first.

maven() {
    local logs=${EXTFUSE_LOGS:-$REPO/build/logs} status=0
    local log=$logs/maven.log
    command -v mvn >/dev/null || die "mvn is not installed: apt-get install maven"
    mkdir -p "$logs"
    # Remembered by what is asked for: compiling takes another time than testing.
    progress "maven $*" "$log" '^\[INFO\] --- ' 60 mvn -B -ntp -T2 -f "$REPO/pom.xml" "$@" || status=$?
    if ((status)); then
        say "mvn $* failed; the log is $log"
        grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    fi
    return "$status"
}
