#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/check-docs.sh
#
# Checks the pages for people: README.md has at most 200 lines, and what pages link to in the checkout is there, headings included.
# Prints a line for each fault, and ends with 1 if there was one.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

readonly MOST_LINES=200
cd "$REPO"
shopt -s nullglob
bad=0

lines=$(wc -l <README.md)
if ((lines > MOST_LINES)); then
    printf 'README.md: has %d lines, at most %d: move what is not for a newcomer to docs\n' "$lines" "$MOST_LINES" >&2
    bad=1
fi
# A heading's anchor, as forges make it: small letters, digits, - and _, blanks become -.
perl -e '
    my ($bad, %anchors) = (0);
    sub lines_of { open my $file, "<", $_[0] or die "$_[0]: $!\n"; my ($code, $before) = (0, "\n");
        grep { $code = /^    / && ($code || $before eq "\n") || /^$/ && $code; $before = $_; !$code } <$file> }
    sub anchors { $anchors{$_[0]} //= { map { /^#+ (.*)/ ? (slug($1) => 1) : () } lines_of($_[0]) } }
    sub slug { my $text = lc shift; $text =~ s/[^\w\- ]//g; $text =~ tr/ /-/; $text }
    for my $page (@ARGV) {
        my ($folder) = $page =~ m{^(.*/)};
        for (lines_of($page)) {
            while (/\]\(([^)\s]+)\)/g) {
                my ($path, $anchor) = split /#/, $1, 2;
                next if $path =~ /^[a-z]+:/;
                my $file = $path eq "" ? $page : ($folder // "") . $path;
                if (!-e $file) { print STDERR "$page: there is no $path\n"; $bad = 1 }
                elsif (defined $anchor && !anchors($file)->{$anchor}) { print STDERR "$page: $path has no heading #$anchor\n"; $bad = 1 }
            }
        }
    }
    exit $bad' README.md docs/*.md kernel-patch/*.md || bad=1
exit "$bad"
