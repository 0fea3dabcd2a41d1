#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: JAVA_HOME=JDK scripts/lib/bench-calls.sh
#
# What a native call costs from Java by JNI, by JNA mapped directly and by FFM: getppid(2), and libbpf's bpf_map_update_elem on
# an array of one element. Prints nanoseconds a call: the least, the median and the most of the medians of five JVMs each. Needs
# JDK 22 or newer, cc, libbpf.so.1 and root; takes about a minute. Nothing of this is shipped: the product runs on Java 17.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
source=$REPO/java/bench/micro/src/ffm

java=${JAVA_HOME:?set it to a JDK 22 or newer}/bin
work=$(mktemp -d)
on_exit "rm -rf '$work'"
jna=("$REPO"/java/cli/target/lib/jna-*.jar)
[[ -f ${jna[0]} ]] || die "not built yet: run mvn -DskipTests package in $REPO"
cc -O2 -fPIC -shared -I"$JAVA_HOME/include" -I"$JAVA_HOME/include/linux" -o "$work/libcalls.so" "$source/calls.c" -l:libbpf.so.1
"$java/javac" -d "$work" -cp "${jna[0]}" "$source/Calls.java"

printf '%-18s %8s %8s %8s\n' CALL-WAY MIN MEDIAN MAX
for way in {getppid,update}-{jni,jna,ffm} getppid-ffm_errno; do
    for ((run = 0; run < 5; run++)); do
        "$java/java" -XX:+UseSerialGC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -cp "$work:${jna[0]}" Calls "$way" \
            "$work/libcalls.so" | awk '{ print $3 }'
    done | sort -n | awk -v way="$way" '{ ns[NR] = $1 } END { printf "%-18s %8.1f %8.1f %8.1f\n", way, ns[1], ns[3], ns[5] }'
done
