# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
#
# Process 1 of the VM, under busybox sh: runs the command and hands its output and status to scripts/vm. The virtio ports
# are 1 standard input, 2 standard output, 3 standard error. Each of the last two ends with a trailer, the run's token and
# the command's status in three digits: it tells the host that it has all of it.

# shellcheck source=/dev/null disable=SC2154
. /run/vm/parameters
bb=/run/vm/busybox
ulimit -Hn 524288
exec </dev/null >/dev/kmsg 2>&1

# The ports' names hold their device's number, and they come up on their own time.
port=
while [ -z "$port" ]; do
    for device in /dev/vport*p3; do
        [ ! -c "$device" ] || port=${device%3}
    done
    [ "$port" ] || $bb sleep 0.05
done

# The command's processes: kernel threads and zombies have no executable, and process 1 and the relays are busybox.
leftovers() {
    for process in /proc/[0-9]*; do
        if [ -e "$process/exe" ] && ! [ "$process/exe" -ef $bb ]; then
            echo "${process#/proc/}"
        fi
    done
}

# Daemons get a moment to unmount.
end_leftovers() {
    rest=$(leftovers)
    # shellcheck disable=SC2086
    [ -z "$rest" ] || kill -TERM $rest 2>/dev/null
    tries=50
    while rest=$(leftovers) && [ -n "$rest" ]; do
        # shellcheck disable=SC2086
        [ $tries -gt 0 ] || kill -KILL $rest 2>/dev/null
        tries=$((tries - 1))
        $bb sleep 0.1
    done
}

if [ "$terminal" ]; then
    $bb setsid -c /bin/bash /run/vm/command <>/dev/ttyS1 >&0 2>&1
    status=$?
    end_leftovers
else
    # Through pipes: a port can be opened only once, and programs open /dev/stdout again.
    $bb mkfifo /run/vm/in /run/vm/out /run/vm/err
    $bb cat "${port}1" >/run/vm/in &
    $bb cat /run/vm/out >"${port}2" &
    out=$!
    $bb cat /run/vm/err >"${port}3" &
    err=$!
    $bb setsid /bin/bash /run/vm/command </run/vm/in >/run/vm/out 2>/run/vm/err &
    wait $!
    status=$?
    end_leftovers
    wait $out
    wait $err
fi

cd /
$bb umount "$repo/build" || $bb sync
printf '%s%03d' "$token" $status >"${port}3"
printf '%s%03d' "$token" $status >"${port}2"
# The host ends the machine when it has read both.
$bb sleep 60
$bb reboot -f
