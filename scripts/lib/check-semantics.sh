#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/check-semantics.sh [FILE]
#
# Checks docs/SEMANTICS.md: each numbered item is one sentence and names at least one test behind it, each test is there, and numbers go on
# by one. A test is [Class.method] of java/, or [module/Class.method], or [scripts/NAME, STEP] for a step that the script has, or
# [selftests, NAME] for one of the kernel series.
# Prints a line for each fault, and ends with 1 if there was one.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

file=${1:-$REPO/docs/SEMANTICS.md}
items=0 faults=0

fault() {
    printf '%s: %s\n' "${file#"$REPO/"}" "$*" >&2
    faults=$((faults + 1))
}

# An item a line: what is indented belongs to the one before.
items() {
    awk '/^[0-9]+\. / { if (item) print item; item = $0; next }
        /^ +[^ ]/ && item { sub(/^ +/, " "); item = item $0; next }
        { if (item) print item; item = "" }
        END { if (item) print item }' "$file"
}

# is_test NAME FILE...: one of the files has a test of that name: an annotation, and before the next method ends its declaration.
is_test() {
    perl -0777 -ne 'BEGIN { $name = shift }
        $found ||= /\@(?:Test|TestFactory|ParameterizedTest|RepeatedTest)\b(?:(?!\n\s*\}\n).)*?\b(?:void|\w+<DynamicTest>)\s+\Q$name\E\s*\(/s;
        END { exit !$found }' "$@"
}

# check_test NUMBER NAME
check_test() {
    local number=$1 name=$2 module='' class files
    if [[ $name == 'selftests, '* ]]; then
        grep -qE "^\+TEST(_F|_F_TIMEOUT)?\((\w+, )?${name#*, }[,)]" "$REPO"/kernel-patch/linux-*/*selftests*.patch ||
            fault "$number: the series has no selftest ${name#*, }"
        return
    fi
    if [[ $name == scripts/* ]]; then
        [[ $name == *', '* && -f $REPO/${name%%, *} ]] || { fault "$number: there is no script of [$name]"; return; }
        grep -qF "\"${name#*, }\"" "$REPO/${name%%, *}" || fault "$number: ${name%%, *} has no step '${name#*, }'"
        return
    fi
    if [[ $name == */* ]]; then
        module=${name%%/*} name=${name#*/}
    fi
    class=${name%%.*}
    mapfile -t files < <(find "$REPO"/java -path "$REPO/java/${module:-*}/src/test/*/$class.java")
    if ((${#files[@]} == 0)); then
        fault "$number: there is no test class $class in java/$module"
    elif ((${#files[@]} > 1)); then
        fault "$number: there are several classes $class: write [module/$name]"
    elif ! is_test "${name#*.}" "${files[@]}"; then
        fault "$number: $class has no test ${name#*.}"
    fi
}

while IFS= read -r item; do
    items=$((items + 1))
    number=${item%%. *} text=${item#*. } names=()
    ((number == items)) || fault "$number: should be number $items"
    while [[ $text =~ ^(.*[^ ])\ +\[([^]]+)\]$ ]]; do
        text=${BASH_REMATCH[1]}
        names+=("${BASH_REMATCH[2]}")
    done
    ((${#names[@]})) || fault "$number: names no test: ${text:0:60} ..."
    [[ $text == *. && $text != *'. '[A-Z]* ]] || fault "$number: is not one sentence: ${text:0:60} ..."
    for name in "${names[@]}"; do
        check_test "$number" "$name"
    done
done < <(items)
((items)) || fault "has no numbered items"
((faults == 0))
