# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   junit MODULES REPORTS JVM-OPTION... -- ARGUMENT...
#       Runs the tests of modules (words) in one JVM, by JUnit's console launcher with these arguments, in the folder of the last
#       of the modules; prints each test as it ends, and writes REPORTS/TEST-*.xml.
#       On this machine's kernel they have a mount namespace of their own, with run directories and pinned maps of their own:
#       what others mount is not in the namespaces that tests make, where it would live on. And programs that they start
#       heed signals, which bash has those ignore that run in the background.
#   junit_here MODULE ARGUMENT...
#       The tests of a module, on this machine's kernel.
#   junit_pool
#       The tests of all modules on this machine's kernel, in a JVM more than there are processors: many of them wait. A
#       module's classes are in as many JVMs as it has half minutes, by what they took the last time, up to four, and in one at first. Those
#       tagged "alone", which change or count something of the whole machine, come after the others, one by one. Logs and
#       reports are in the step's folder.
#
# Source common.sh and progress.sh first. The project must have been built (mvn -DskipTests -DskipITs verify).

junit() {
    local modules reports=$2 options=() module class_path='' scan=() file
    read -ra modules <<<"$1"
    local libraries=("${modules[@]}")
    shift 2
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift
    # Of several, what those have that depend on the others.
    ((${#modules[@]} == 1)) || libraries=(stackfs jnrfuse bench)
    for module in "${libraries[@]}"; do
        file=$REPO/java/$module/target/test-classpath.txt
        [[ -s $file ]] || die "$file is missing: run mvn -DskipTests -DskipITs verify"
        class_path+=${class_path:+:}$(<"$file")
    done
    for module in "${modules[@]}"; do
        class_path=$REPO/java/$module/target/test-classes:$REPO/java/$module/target/classes:$class_path
        scan+=(--scan-classpath "$REPO/java/$module/target/test-classes")
    done
    local place=()
    # shellcheck disable=SC2016
    [[ ${EXTFUSE_VM_ACCEL:-} ]] || place=(env '--default-signal=INT,QUIT,HUP' unshare --mount sh -c 'mkdir -p /run/extfuse &&
        mount -t tmpfs -o mode=755 tests /run/extfuse && mount -t bpf -o mode=700 tests /sys/fs/bpf && exec "$@"' sh)
    ((!${EXTFUSE_LONG:-0})) || options+=(-Dextfuse4j.long=true)
    cd "$REPO/java/$module" || return
    "${place[@]}" java -ea "${options[@]}" -Dextfuse.launcher="$REPO/scripts/bin/extfuse" -Dextfuse.bench="$REPO/scripts/bin/extfuse-bench" \
        -Dextfuse.jar="$REPO/java/cli/target/extfuse.jar" \
        -cp "$class_path" org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \
        --details=testfeed --reports-dir "$reports" "${scan[@]}" "$@"
}

junit_here() {
    junit "$1" "$EXTFUSE_LOGS/reports" -- --exclude-tag vm "${@:2}"
}

# A line "SECONDS MODULE CLASS..." for each JVM, the longest first.
pool_of_tests() {
    local known=$CACHE/progress/test-classes
    [[ -s $known ]] || known=/dev/null
    (cd "$REPO/java" && printf '%s\n' */target/test-classes) | while read -r folder; do
        (cd "$REPO/java/$folder" && find . -name '*Test.class' -o -name '*IT.class') |
            sed "/VmTest.class/d; s|^\\./||; s|\\.class\$||; s|/|.|g; s|^|${folder%%/*} |"
    done | awk '
        FILENAME != "-" { seconds[$1 " " $2] = $3; next }
        { s = $0 in seconds ? seconds[$0] : 0.5; print s, $0 }' "$known" - | sort -k2,2 -k1,1rn -k3 | awk '
        { total[$2] += $1; line[NR] = $0 }
        END {
            for (n = 1; n <= NR; n++) {
                split(line[n], f, " ")
                jvms = int(total[f[2]] / 30) + 1
                if (jvms > 4) jvms = 4
                least = 1
                for (j = 2; j <= jvms; j++) if (load[f[2], j] < load[f[2], least]) least = j
                load[f[2], least] += f[1]
                classes[f[2], least] = classes[f[2], least] " " f[3]
            }
            for (jvm in classes) { split(jvm, m, SUBSEP); print load[jvm], m[1] classes[jvm] }
        }' | sort -rn
}

# pooled NUMBER ALONE MODULE CLASS...
pooled() {
    local number=$1 alone=$2 module=$3 log=$EXTFUSE_LOGS/junit-$3-$1.log names tag=exclude
    shift 3
    names=$(printf '|%s' "${@//./[.]}")
    [[ ! $alone ]] || tag=include
    junit "$module" "$EXTFUSE_LOGS/reports/$module-$number" -XX:+UseSerialGC -Xshare:auto -- --"$tag"-tag alone --exclude-tag vm \
        --include-classname "(${names#|})(\\\$.*)?" >"$log" 2>&1 || {
        printf '%s %s\n' "$module" "$log" >>"$EXTFUSE_LOGS/junit-failed"
        say "java/$module failed; the log is $log"
    }
}

run_pool() {
    local number=0 words file class
    while read -ra words; do
        while (($(jobs -rp | wc -l) > $(nproc))); do wait -n || true; done
        number=$((number + 1))
        pooled "$number" '' "${words[@]:1}" &
    done < <(pool_of_tests)
    wait
    while read -r file; do
        number=$((number + 1))
        file=${file#"$REPO/java/"}
        class=${file##*/src/test/java/}
        class=${class%.java}
        pooled "$number" alone "${file%%/*}" "${class//\//.}"
    done < <(grep -rl '^@Tag("alone")' "$REPO"/java/*/src/test/java || true)
}

# What classes took, and what failed and how.
junit_pool() {
    local log
    mkdir -p "$EXTFUSE_LOGS/reports" "$CACHE/progress"
    run_pool
    find "$EXTFUSE_LOGS/reports" -name 'TEST-*jupiter.xml' | while read -r log; do
        perl -ne 'BEGIN { ($module) = $ARGV[0] =~ m{reports/(\w+)-\d+/} }
            $seconds{$1} += $2 if /<testcase .*classname="([\w.]+).*?" time="([\d.]+)"/;
            END { printf "%s %s %.1f\n", $module, $_, $seconds{$_} for keys %seconds }' "$log"
    done >"$CACHE/progress/test-classes"
    [[ -s $CACHE/progress/test-classes ]] || die "there are no tests: see $EXTFUSE_LOGS"
    [[ -e $EXTFUSE_LOGS/junit-failed ]] || return 0
    while read -r _ log; do
        grep -A 12 -E ':: FAILED' "$log" || tail -n 20 "$log"
    done <"$EXTFUSE_LOGS/junit-failed"
    return 1
}
