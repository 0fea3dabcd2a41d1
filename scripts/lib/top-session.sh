#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/top-session.sh MOUNT FOLDER
#
# A person at a terminal, played by tmux: starts 'extfuse top MOUNT' in a shell of 80x24, makes the terminal 200x50 while
# it runs, and presses q; then starts it again and presses Ctrl-C. Leaves in FOLDER what the screen showed: 80x24, 200x50,
# quit and interrupted. The tests of top look at these.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

mount=$1 folder=$2
socket=$folder/tmux
export LC_ALL=C.UTF-8 TERM=xterm
tm() {
    tmux -f /dev/null -S "$socket" "$@"
}
on_exit 'tm kill-server 2>/dev/null'

# await PATTERN [LINES]: until the screen has a line like it; and as many lines, or what was drawn before is seen.
await() {
    local i screen
    for ((i = 0; i < 300; i++)); do
        screen=$(tm capture-pane -p)
        grep -qE -- "$1" <<<"$screen" && return
        sleep 0.1
    done
    die "the screen never showed '$1', but: $screen"
}

tm new-session -d -x 80 -y 24 'PS1="here> " bash --norc --noprofile -i'
await '^here>'
tm send-keys "stty -a > '$folder/before'; clear; '$here/../bin/extfuse' top --interval 1.5 '$mount'" Enter
await '^REQUEST.* MAX$'
await '^[A-Z]+ .* (us|ms|s|-)$'
tm capture-pane -p >"$folder/80x24"
tm resize-window -x 200 -y 50
await '^REQUEST.*(MAP|DIRECTORY)'
sleep 2
tm capture-pane -p >"$folder/200x50"
tm resize-window -x 80 -y 24
tm send-keys q
await '^here> $|^here>$'
tm send-keys "stty -a > '$folder/after'; stty rows 24 columns 80; echo status \$?" Enter
await '^status 0'
tm capture-pane -p >"$folder/quit"
tm send-keys "clear; '$here/../bin/extfuse' top '$mount'; echo ended \$?" Enter
await '^(REQUEST|extfuse top)'
tm send-keys C-c
await '^ended '
tm send-keys "stty -a > '$folder/after-interrupt'; echo done" Enter
await '^done'
tm capture-pane -p >"$folder/interrupted"
for after in after after-interrupt; do
    cmp "$folder/before" "$folder/$after" || die "the terminal is not as it was"
done
