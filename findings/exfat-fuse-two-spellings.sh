#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# exfat-fuse 1.3.0 (libfuse 2.9.9). exFAT ignores case: when a file was looked at by two spellings, a good guess is that
# both are one file, whatever happens to it by one of them. But to the kernel they are two names, with an inode, attributes
# and pages each, and it believes of each for a second what it has asked. So when "Report" has been replaced, "REPORT" is
# still read as the old file, which is on the disk no more; and when it has been removed, stat(1) of REPORT finds it. A
# second later all is right.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
debian bookworm exfat-fuse=1.3.0+git20220115-2 exfatprogs=1.2.0-1+deb12u1 libfuse2=2.9.9-6+b1
about "exfat-fuse 1.3.0, one file by two spellings"
expected "what is seen by one spelling is what is seen by the other"

cd "$work"
mkdir mount
truncate -s 64M image
unpacked mkfs.exfat image >>"$log"
loop image
daemon "$log" mount.exfat-fuse -d "$device" mount
mounted mount

# in_time COMMAND: again, as long as it takes so long that a second may have passed since the looks by both spellings.
in_time() {
    local try start
    for ((try = 0; try < 20; try++)); do
        rm -f mount/*
        sleep 1.1
        echo first >mount/Report
        start=${EPOCHREALTIME/./}
        "$1"
        ((${EPOCHREALTIME/./} - start > 800000)) || return 0
    done
    untried 'the machine is too slow'
}

replace() {
    : "$(<mount/REPORT)"
    echo second, longer >mount/draft
    mv mount/draft mount/Report
    by_one=$(<mount/Report)
    by_other=$(<mount/REPORT)
}

look() {
    if stat mount/REPORT >>"$log" 2>&1; then echo found; else echo 'not found'; fi
}

remove() {
    look >>"$log"
    rm mount/Report
    removed=$(look)
}

in_time replace
sleep 1.1
by_other_later=$(<mount/REPORT)
in_time remove
sleep 1.1
later=$(look)
seen "when the file was replaced, Report is '$by_one' and REPORT '$by_other', a second later '$by_other_later';" \
    "when it was removed, REPORT is $removed, a second later $later"
[[ $by_one == 'second, longer' && $by_other == first && $by_other_later == "$by_one" ]] || changed 'both spellings show the same'
[[ $removed == found && $later == 'not found' ]] || changed 'a name that was removed is gone by both spellings'
holds
