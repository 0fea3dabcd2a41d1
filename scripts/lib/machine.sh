# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   run_in_vm [--talk] MEMORY SECONDS COMMAND...
#       Runs a command in the virtual machine, in the one that is open, else in one of its own with vm_options. Ends with its
#       status; 124 if it takes longer, 125 if the machine ends. With --talk it has this standard input and an output of its
#       own; else it has no input in a machine that is open, and what it says on standard error goes where its output goes.
#       In a step its evidence is kept (vm-step.sh).
#   open_vm VM-OPTION...
#       Opens one for all that follows. Booting one for each step takes longer than some steps do, and the files of a JVM
#       that has been started once are in its memory. While it runs it keeps this machine busy, and it does not see what
#       changes here: what is done in it comes in a row, after what is built.
#   close_vm
#   machine_troubles
#       A line for each reason why a test may fail without being wrong: disk, memory, another machine, load.
#   watch_machine FILE, troubles_seen FILE
#       Looks at disk and memory every two seconds, until the script ends; then what was short since it was last asked.
#
# open_vm and close_vm are for the script's own shell, not for a step's. vm_options is an array. Source common.sh first.

vm_options=() open_folder='' open_process='' open_number=0

open_vm() {
    vm_is_open && return
    close_vm
    open_number=$((open_number + 1))
    open_folder=$(mktemp -d)
    mkfifo "$open_folder/in" "$open_folder/out"
    open_token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    open_log=$REPO/build/logs/guest-$open_number.log
    (
        exec <"$open_folder/in" >"$open_folder/out" 2>"$open_folder/err"
        status=0
        "$REPO/scripts/vm" --log "$open_log" "$@" -- "$REPO/scripts/lib/vm-steps.sh" "$open_token" <&0 &
        echo $! >"$open_folder/pid"
        wait $! || status=$?
        echo "$status" >"$open_folder/status"
    ) &
    open_process=$!
    exec {open_in}>"$open_folder/in" {open_out}<"$open_folder/out"
}

vm_is_open() {
    [[ $open_process && ! -e $open_folder/ended && ! -e $open_folder/status ]]
}

close_vm() {
    [[ $open_process ]] || return 0
    exec {open_in}>&- {open_out}<&-
    wait "$open_process" || true
    rm -rf "$open_folder"
    open_process=''
}

run_in_vm() {
    local talk='' memory seconds command=()
    if [[ $1 == --talk ]]; then
        talk=yes
        shift
    fi
    memory=$1 seconds=$2
    shift 2
    if vm_is_open; then
        run_in_open_vm "$talk" "$seconds" "$@"
        return
    fi
    [[ ! ${EXTFUSE_LOGS:-} ]] || command=("$REPO/scripts/lib/vm-step.sh" "$EXTFUSE_LOGS")
    "$REPO/scripts/vm" "${vm_options[@]}" --memory "$memory" --timeout "$seconds" -- "${command[@]}" "$@"
}

# Copies lines to standard output up to that of the token, and ends with its status. Says by a file why there was none.
# shellcheck disable=SC2016
relay_step='
    my ($token, $seconds, $file) = @ARGV;
    my ($end, $held, $data, $ready) = (time + $seconds, "", "");
    vec($ready, fileno STDIN, 1) = 1;
    $| = 1;
    while ((my $left = $end - time) > 0) {
        next unless select(my $r = $ready, undef, undef, $left);
        my $n = sysread STDIN, $data, 1 << 16;
        fail("gone", 125) unless $n;
        $held .= $data;
        if ($held =~ s/\n\Q$token\E (\d+)\n\z//) {
            my $status = $1;
            print $held;
            exit $status;
        }
        # Lines but the last one, with the end of the line before it: the line of the token begins with an end of its own.
        next if length $held < 2;
        my $last = rindex $held, "\n", length($held) - 2;
        print substr $held, 0, $last, "" if $last > 0;
    }
    fail("late", 124);
    sub fail { print $held; open my $f, ">", "$file/$_[0]" or die; close $f; exit $_[1] }'

run_in_open_vm() {
    local talk=$1 seconds=$2 status=0 listener=''
    shift 2
    printf 'step %s\n' "$(printf '%q ' "${talk:-no}" "$EXTFUSE_LOGS" "$@")" >&"$open_in"
    if [[ $talk ]]; then
        cat <&0 >&"$open_in" &
        listener=$!
    fi
    perl -e "$relay_step" "$open_token" "$seconds" "$open_folder" <&"$open_out" || status=$?
    [[ ! $listener ]] || kill "$listener" 2>/dev/null || true
    [[ ! -s $EXTFUSE_LOGS/stderr.log ]] || cat "$EXTFUSE_LOGS/stderr.log" >&2
    [[ -e $open_folder/late || -e $open_folder/gone ]] || return "$status"
    if [[ -e $open_folder/late ]]; then
        say "not done after $seconds s: the virtual machine is ended"
        kill -TERM "$(<"$open_folder/pid")"
    fi
    until [[ -s $open_folder/status ]]; do sleep 0.1; done
    : >"$open_folder/ended"
    cat "$open_folder/err" >&2
    cp "$open_log" "$EXTFUSE_LOGS/guest.log" || true
    return "$status"
}

# Megabytes.
free_disk() {
    df --output=avail -m "$REPO/build" "$CACHE" "${TMPDIR:-/tmp}" /var/tmp 2>/dev/null | sort -n | awk '/[0-9]/ { print $1; exit }'
}

free_memory() {
    awk '/^MemAvailable/ { printf "%d\n", $2 / 1024 }' /proc/meminfo
}

LITTLE_DISK=2048 LITTLE_MEMORY=5000

machine_troubles() {
    local disk memory load machines
    disk=$(free_disk) memory=$(free_memory)
    read -r load _ </proc/loadavg
    ((disk >= LITTLE_DISK)) || say "the machine: a disk has $disk MB left"
    ((memory >= LITTLE_MEMORY)) || say "the machine: $memory MB of memory are left"
    machines=$(pgrep -c -f '^qemu-system-' || true)
    vm_is_open && machines=$((machines - 1))
    ((machines <= 0)) || say "the machine: $machines other virtual machines run"
    ((${load%.*} <= $(nproc))) || say "the machine: its load is $load on $(nproc) processors"
}

watch_machine() {
    local file=$1
    (
        trap - HUP INT TERM EXIT
        while sleep 2; do
            printf '%s %s\n' "$(free_disk)" "$(free_memory)"
        done >>"$file"
    ) &
    # shellcheck disable=SC2064
    on_exit "kill $! 2>/dev/null"
}

troubles_seen() {
    local disk memory
    read -r disk memory < <(sort -n "$1" | awk 'NR == 1 { disk = $1; memory = $2 } $2 < memory { memory = $2 } END { print disk, memory }') || true
    : >"$1"
    [[ ! $disk ]] || ((disk >= LITTLE_DISK)) || say "the machine: meanwhile a disk had only $disk MB left"
    [[ ! $memory ]] || ((memory >= LITTLE_MEMORY / 4)) || say "the machine: meanwhile only $memory MB of memory were left"
}
