#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/check-reproducible.sh
#
# Builds the jars twice, with sources and Javadoc, from the tracked files in two folders with names of different length, and
# compares them byte for byte. Takes some minutes; a difference is named with the entries of the jar that differ.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

work=$(mktemp -d)
on_exit "rm -rf '$work'"

# build FOLDER: builds there, and prints the names of its jars, but for those that are copied beside ours.
build() {
    mvn -B -ntp -Prelease -DskipTests -Dspotless.check.skip -f "$1/pom.xml" package >"$1.log" 2>&1 || {
        grep -E '^\[ERROR\]' "$1.log" | head -n 20 >&2 || true
        die "the jars cannot be built"
    }
    (cd "$1" && find java -path '*/target/*.jar' -not -path '*/target/lib/*' | sort)
}

# entries JAR: a line for each, of its size, time, checksum and name.
entries() {
    unzip -v "$1" | head -n -2 | tail -n +4
}

one=$work/one another=$work/another-folder
for folder in "$one" "$another"; do
    mkdir "$folder"
    (cd "$REPO" && git ls-files -z | tar --null -T - -c) | tar -C "$folder" -x
done
jars=$(build "$one")
[[ $jars == "$(build "$another")" ]] || die "two builds made other jars: $(find "$work" -path '*/target/*.jar' | sort)"

differ=0
while read -r jar; do
    cmp -s "$one/$jar" "$another/$jar" && continue
    differ=$((differ + 1))
    say "$jar differs:"
    diff <(entries "$one/$jar") <(entries "$another/$jar") | grep '^[<>]' >&2 || true
done <<<"$jars"
((differ == 0)) || die "$differ of $(wc -l <<<"$jars") jars differ between two builds"
say "$(wc -l <<<"$jars") jars are the same, byte for byte, in two builds"
