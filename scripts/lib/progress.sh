# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Long work, shown.
#
#   progress WHAT LOG PATTERN TOTAL COMMAND...
#       Runs COMMAND with all of its output in LOG and shows how far it is and how long it will still take. Each line of
#       LOG that matches PATTERN (extended) is one unit of TOTAL. What a successful run took, in units and seconds, is
#       remembered by WHAT and used instead of TOTAL the next time. Returns COMMAND's status.
#       On a terminal the line is rewritten every second; elsewhere there is one line every 15 s.
#
#   step TITLE COMMAND...
#       One numbered step of a longer script: prints its number and title, runs COMMAND (a function will do) with its
#       output in build/logs/NN-title/output.log, prints how long it took. On failure prints the end of the log and returns
#       COMMAND's status. What COMMAND shows with progress is seen, and EXTFUSE_LOGS tells it the folder, where what it runs
#       leaves further logs. Call it plainly: in "step ... || ..." and in conditions bash ignores set -e also inside COMMAND
#       when that is a function. step_name, if it is set, is the folder's name instead of the title; step_folder is the
#       folder and step_seconds the time of the last one.
#
# Source common.sh first.

PROGRESS_PERIOD=15

# progress_line WHAT DONE TOTAL SECONDS TOTAL_SECONDS
progress_line() {
    local what=$1 units=$2 total=$3 spent=$4 expected=$5 left
    if ((units >= total)); then
        printf '%s: nearly done, %s' "$what" "$(clock "$spent")"
        return
    fi
    # The pace of this run tells more than that of the last one, once it has a pace.
    if ((units * 10 >= total)); then
        left=$((spent * (total - units) / units))
    elif ((expected > spent)); then
        left=$((expected - spent))
    else
        printf '%s: %d %%, %s' "$what" $((units * 100 / total)) "$(clock "$spent")"
        return
    fi
    printf '%s: %d %%, %s, about %s left' "$what" $((units * 100 / total)) "$(clock "$spent")" "$(clock "$left")"
}

progress() {
    local what=$1 log=$2 pattern=$3 total=$4
    shift 4
    local memory="$CACHE/progress/${what//[^A-Za-z0-9]/-}" expected=0
    local start=$SECONDS shown=$SECONDS pid status=0 units tty=false
    [[ -t $EXTFUSE_UI_FD ]] && tty=true
    # A damaged memory is no memory.
    if read -r units expected 2>/dev/null <"$memory" && [[ $units$expected =~ ^[0-9]+$ ]] && ((units)); then
        total=$units
    else
        expected=0
    fi
    : >"$log"

    # A process group of its own, so that all of it can be ended: without job control bash has a background command
    # ignore Ctrl-C.
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    set +m
    on_exit "kill -TERM -- -$pid 2>/dev/null"
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        units=$(grep -cE -- "$pattern" "$log") || true
        if $tty; then
            printf '\r\033[K%s' "$(progress_line "$what" "$units" "$total" $((SECONDS - start)) "$expected")" >&"$EXTFUSE_UI_FD"
        elif ((SECONDS - shown >= PROGRESS_PERIOD)); then
            printf '%s\n' "$(progress_line "$what" "$units" "$total" $((SECONDS - start)) "$expected")" >&"$EXTFUSE_UI_FD"
            shown=$SECONDS
        fi
    done
    wait "$pid" || status=$?
    unset 'exit_commands[-1]'
    $tty && printf '\r\033[K' >&"$EXTFUSE_UI_FD"
    if ((status == 0)); then
        units=$(grep -cE -- "$pattern" "$log") || true
        mkdir -p "$CACHE/progress"
        printf '%d %d\n' "$units" $((SECONDS - start)) >"$memory"
        if ((SECONDS - start >= PROGRESS_PERIOD)); then
            printf '%s: done in %s\n' "$what" "$(clock $((SECONDS - start)))" >&"$EXTFUSE_UI_FD"
        fi
    fi
    return "$status"
}

step_number=0 step_name='' step_folder='' step_seconds=0

step() {
    local title=$1 start=$SECONDS log status=0 slug
    shift
    step_number=$((step_number + 1))
    slug=$(tr -cs '[:alnum:]\n' - <<<"${step_name:-${title,,}}")
    slug=${slug#-}
    step_folder=$(printf '%s/build/logs/%02d-%s' "$REPO" "$step_number" "${slug%-}")
    log=$step_folder/output.log
    rm -rf "$step_folder"
    mkdir -p "$step_folder"
    printf '[%d] %s\n' "$step_number" "$title" >&"$EXTFUSE_UI_FD"
    set +e
    export EXTFUSE_LOGS=$step_folder
    (
        set -e
        # shellcheck disable=SC2034
        exit_commands=()
        trap run_exit_commands EXIT
        "$@"
    ) >"$log" 2>&1
    status=$?
    unset EXTFUSE_LOGS
    set -e
    step_seconds=$((SECONDS - start))
    if ((status)); then
        {
            printf '    failed (status %d) after %s; the end of %s:\n' "$status" "$(clock "$step_seconds")" "$log"
            tail -n 30 "$log" | sed 's/^/    | /'
        } >&"$EXTFUSE_UI_FD"
        return "$status"
    fi
    printf '    done in %s\n' "$(clock "$step_seconds")" >&"$EXTFUSE_UI_FD"
}
