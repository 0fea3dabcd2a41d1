#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# mergerfs 2.33.5 and FUSE of the kernel. A write of 1 MiB reaches the daemon in one request, so a good guess is that a
# write(2) of 3,000 bytes does too, and that what two mounts of one branch append, a line each by one call with O_APPEND, is
# a file of whole lines. But where a write begins within a page that the kernel has not read, FUSE ends the request at the
# end of that page, which has to stay locked until the answer says that all of it was written, and sends the rest in a
# second one. What others append to the file meanwhile comes in between. Each line that crosses a page, 3 of 5 here, is two
# calls of pwrite64(2) by the daemon.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
tools strace:strace perl:perl-base
debian bookworm mergerfs=2.33.5-1
about "mergerfs 2.33.5, five lines of 3,000 bytes by one write(2) each with O_APPEND, and one write of 1 MiB"
expected "the daemon writes each in one call"

cd "$work"
mkdir branch mount
daemon "$log" mergerfs -f -o minfreespace=0 branch mount
process=$!
mounted mount
strace -f -qq -e trace=pwrite64 -e signal=none -o calls -p "$process" 2>>"$log" &
for ((try = 0; try < 100; try++)); do
    grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$process/status" && break
    sleep 0.1
done
sleep 0.5

perl -e 'open(my $file, ">>", "mount/lines") or die; for (1 .. 5) { syswrite($file, $_ x 2999 . "\n") == 3000 or die }'
perl -e 'open(my $file, ">", "mount/large") or die; syswrite($file, "x" x 1048576) == 1048576 or die'
unmounted mount
wait
calls=$(sed -n 's/.*pwrite64(.*"\.*, \([0-9]*\), \([0-9]*\).*/\1@\2/p' calls | tr '\n' ' ')
seen "bytes@offset of the daemon's calls: $calls"
[[ $(wc -c <branch/lines) == 15000 ]] || changed 'not all was written'
lines='3000@0 1096@3000 1904@4096 2192@6000 808@8192 3000@9000 288@12000 2712@12288 '
[[ $calls == "$lines"* ]] || changed 'lines are written in other pieces'
[[ $calls == "${lines}1048576@0 " ]] || changed 'a large write is not one call any more'
holds
